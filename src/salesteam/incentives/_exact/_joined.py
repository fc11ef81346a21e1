"""Many rows of a measure as one number, row after row: a sum, a count, a mean, the latest, how many different ones."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from salesteam.incentives._lacking import Lacking
from salesteam.incentives._model import Measure

if TYPE_CHECKING:
    from salesteam.incentives._exact._credit import Credit

__all__ = ["Joined", "RowPlace"]

RowPlace = tuple[date, int, str, int]
"""Where a row stands among all: day, order within it, transaction, and which of its credits."""

_NOTHING = Fraction(0)


@attrs.define(eq=False)
class Joined:
    """What the rows of a measure come to so far, in its smallest unit; reversals take their deal out again.

    Parameters
    ----------
    name : str
        Name of the measure.
    measure : Measure
        The measure.
    """

    name: str
    measure: Measure
    sum: Fraction = _NOTHING
    _rows: int = 0
    _deals: Fraction = _NOTHING
    _net: dict[str, int] = attrs.field(factory=dict)
    _held: int = 0
    _latest: list[tuple[RowPlace, str, Fraction]] = attrs.field(factory=list)
    _gone: set[str | None] = attrs.field(factory=set)
    _ready: Fraction = _NOTHING

    def copied(self) -> Joined:
        """The same, to which more can be added without touching this."""
        return attrs.evolve(self, net=dict(self._net), latest=list(self._latest), gone=set(self._gone))

    def add(self, row: Credit) -> None:
        """Count one more row."""
        self._rows += 1
        how = self.measure.aggregate
        if how == "distinct":
            cell = row.deal.texts.get(str(self.measure.value).strip())
            if cell and row.left:
                self._count(cell, row.deal.tally)
            return
        self.sum += row.values[self.name]
        if how == "mean":
            self._deals += row.left * row.deal.tally
        elif how == "latest":
            if row.deal.tally > 0 and row.left:
                insort(self._latest, (row.order, row.deal.id, row.values[self.name]))
            if row.deal.tally < 0:
                self._gone.add(row.deal.reverses)

    def add_all(self, rows: Iterable[Credit]) -> Joined:
        """Count many rows."""
        for row in rows:
            self.add(row)
        return self

    def add_ready(self, values: Sequence[Fraction]) -> Joined:
        """Count values that came ready, each as one row; of them the latest is the last, unless a deal is."""
        total = sum(values, _NOTHING)
        self._rows += len(values)
        self._deals += len(values)
        self.sum += total
        self._ready = values[-1] if values else self._ready
        return self

    def take(self, other: Joined) -> None:
        """Count the rows of another too."""
        self._rows += other._rows
        self._deals += other._deals
        self.sum += other.sum
        for cell, net in other._net.items():
            self._count(cell, net)
        self._latest = sorted([*self._latest, *other._latest])
        self._gone |= other._gone

    def _count(self, cell: str, times: int) -> None:
        before = self._net.get(cell, 0)
        self._net[cell] = before + times
        self._held += (self._net[cell] > 0) - (before > 0)

    @property
    def value(self) -> Fraction:
        """The number.

        Raises
        ------
        Lacking
            Of nothing there is no mean and no latest.
        """
        how = self.measure.aggregate
        if how == "distinct":
            return self._held + self.sum
        if how in {"mean", "latest"} and not self._rows:
            raise Lacking("no-measure", payee="", period="", measure=self.name)
        if how == "mean":
            return self.sum / self._deals if self._deals > 0 else _NOTHING
        return self._last() if how == "latest" else self.sum

    def _last(self) -> Fraction:
        """The last deal that was not taken back."""
        while self._latest:
            _, name, value = self._latest[-1]
            if name not in self._gone:
                return value
            self._latest.pop()
        return self._ready
