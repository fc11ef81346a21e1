"""Many rows of a measure as one number, row after row: a sum, a count, a mean, the latest, how many different ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from salesteam.incentives._lacking import Lacking
from salesteam.incentives._model import Measure

if TYPE_CHECKING:
    from salesteam.incentives._exact._book import Credit

__all__ = ["Joined"]

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
    _latest: list[Credit] = attrs.field(factory=list)
    _gone: set[str | None] = attrs.field(factory=set)
    _ready: Fraction = _NOTHING

    def add(self, row: Credit) -> None:
        """Count one more row."""
        self._rows += 1
        how = self.measure.aggregate
        if how == "distinct":
            self._distinct(row)
            return
        self.sum += row.values[self.name]
        if how == "mean":
            self._deals += row.left * row.deal.tally
        elif how == "latest":
            self._latest.append(row)
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

    def _distinct(self, row: Credit) -> None:
        cell = row.deal.texts.get(str(self.measure.value).strip())
        if cell and row.left:
            before = self._net.get(cell, 0)
            self._net[cell] = before + row.deal.tally
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
            row = self._latest[-1]
            if row.deal.tally > 0 and row.left and row.deal.id not in self._gone:
                return row.values[self.name]
            self._latest.pop()
        return self._ready
