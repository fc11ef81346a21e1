"""The numbers that a simulated plan reads: what payees, teams and all reached, in many scenarios at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import attrs

from salesteam.core._table import _arrays as arrays
from salesteam.core._table._arrays import Array, Mask

if TYPE_CHECKING:
    from salesteam.incentives._whatif._deals import Deals

__all__ = ["Gauge", "Holder", "Leaf", "Reach", "Stretch"]

Holder = tuple[str, str]
"""Kind and name: ``payee`` and who, ``team`` and which, ``all`` and nothing."""
Leaf = tuple[Holder, str]
"""A holder and a measure."""


@attrs.frozen(kw_only=True)
class Stretch:
    """What a holder reaches in several pay periods, known before the first of them is paid.

    Parameters
    ----------
    leaf : leaf
        Whose number of what.
    interval : str
        Name of the whole.
    ats : tuple of int
        Places of its pay periods.
    last : bool
        Whether the number of the last one is that of the whole, rather than the sum of all.
    """

    leaf: Leaf
    interval: str
    ats: tuple[int, ...]
    last: bool = False

    @property
    def counted(self) -> tuple[int, ...]:
        """Places of the pay periods whose numbers are summed."""
        return self.ats[-1:] if self.last else self.ats


@attrs.frozen(eq=False)
class Gauge:
    """A number that a plan reads: what a holder reached, over something, rounded; or a number that is known.

    One gauge is made for all who read a number, and computed once a block for all of them.

    Parameters
    ----------
    leaf : (holder, measure)
        Whose number of what.
    over : float
        Quota, or smallest units in one unit.
    step : (float, str) or None
        What it is rounded to, and how.
    fixed : float, optional
        The number, where nothing is drawn.
    interval : str, optional
        Over which it is read, where that is longer than the pay period.
    """

    leaf: Leaf
    over: float
    step: tuple[float, str] | None = None
    fixed: float | None = None
    interval: str = ""

    def passed(self, x: Array, bound: float) -> Mask:
        """Where a number in smallest units is a bound or more; compared as such unless it is rounded first."""
        if self.step is None:
            return x >= arrays.whole(bound * self.over)
        found = x / self.over
        arrays.rounded(found, *self.step)
        return found >= bound


class Source(Protocol):
    """Tells the deals behind numbers that were drawn."""

    numbers: dict[Leaf, Array]

    def deals(self, leaf: Leaf) -> Deals:
        """All deals of a payee."""


@attrs.define(eq=False)
class Reach:
    """What everyone reached in one period, block by block, in smallest units.

    Parameters
    ----------
    drawn : dict of leaf to array
        What was drawn, and summed of it.
    size : int
        Scenarios of the block.
    kept : dict of int to array
        Factors that were computed, by the id of what decides them.
    won : dict of int to dict
        What everyone wins, by the id of the contest.
    pays : dict of int to (array, array of bool or None)
        Pay that others are paid on, by the id of the job, and where there was nobody to pay.
    shared : dict of int to (array, array of bool)
        What one part of a pool is worth, by the id of the pool, and where there is less than nothing in it.
    long : mapping of (leaf, interval) to array
        What is reached over intervals that are longer than the pay period.
    source : Source, optional
        Tells the deals behind a number.
    held : dict of (leaf, int, str) to array
        What deals have paid so far of what several components pay on: by whose deals of what, the number of the deal,
        and what is counted.
    """

    drawn: dict[Leaf, Array]
    size: int
    kept: dict[int, Array] = attrs.field(factory=dict)
    won: dict[int, dict[str, Array]] = attrs.field(factory=dict)
    pays: dict[int, tuple[Array, Mask | None]] = attrs.field(factory=dict)
    shared: dict[int, tuple[Array, Mask]] = attrs.field(factory=dict)
    long: Mapping[tuple[Leaf, str], Array] = attrs.field(factory=dict)
    source: Source | None = None
    held: dict[tuple[Leaf, int, str], Array] = attrs.field(factory=dict)
    _read: dict[Gauge, Array] = attrs.field(factory=dict)

    def begin(self, drawn: dict[Leaf, Array], long: Mapping[tuple[Leaf, str], Array]) -> None:
        """Another period, in the same block; nothing is kept of the one before."""
        self.drawn, self.long = drawn, long
        for kept in (self.kept, self.won, self.pays, self.shared, self.held, self._read):
            kept.clear()

    def of(self, leaf: Leaf) -> Array:
        """What a holder reached, nothing for a group of nobody; nobody may change it."""
        found = self.drawn.get(leaf)
        if found is None:
            found = self.drawn[leaf] = arrays.blank(self.size)
        return found

    def deals(self, leaf: Leaf) -> Deals:
        """The deals behind what a payee reached."""
        assert self.source is not None
        return self.source.deals(leaf)

    def nobody(self, leaves: Sequence[Leaf]) -> Mask:
        """Where none of some payees has any deal."""
        assert self.source is not None
        numbers = self.source.numbers
        return arrays.everywhere([numbers[leaf] == 0.0 for leaf in leaves])

    def read(self, gauge: Gauge) -> Array:
        """The number of a gauge; nobody may change it."""
        found = self._read.get(gauge)
        if found is None:
            if gauge.fixed is not None:
                found = arrays.blank(self.size, fill=gauge.fixed)
            else:
                found = self._whole(gauge) / gauge.over
                if gauge.step is not None:
                    arrays.rounded(found, *gauge.step)
            self._read[gauge] = found
        return found

    def reaches(self, gauge: Gauge, bound: float) -> Mask:
        """Where the number of a gauge is a bound or more; compared in smallest units unless it is rounded first."""
        if gauge.step is not None or gauge.fixed is not None:
            return self.read(gauge) >= bound
        return gauge.passed(self._whole(gauge), bound)

    def _whole(self, gauge: Gauge) -> Array:
        return self.long[gauge.leaf, gauge.interval] if gauge.interval else self.of(gauge.leaf)
