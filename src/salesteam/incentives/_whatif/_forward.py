"""Whole deals at one rate on whole arrays, where every number of a period is one deal."""

from __future__ import annotations

from fractions import Fraction

import attrs

from salesteam.core._table import _arrays as arrays
from salesteam.core._table._arrays import Array, Mask
from salesteam.incentives._component import Component
from salesteam.incentives._shape import rated
from salesteam.incentives._whatif._bent import Opening, RowGate
from salesteam.incentives._whatif._reach import Leaf, Reach
from salesteam.incentives._whatif._room import Memory, Room
from salesteam.incentives._whatif._whose import Whose

__all__ = ["Forward", "bands_of"]


@attrs.define(eq=False, kw_only=True)
class Forward:
    """The number of a period at the rate of the band that a sum lies in before or after it.

    Parameters
    ----------
    key : (payee, component)
        Whose sum.
    leaf : leaf
        What it is a sum of.
    interval : str
        Where the sum goes on; empty if it begins anew each period.
    bands : Steps
        Rates by smallest units.
    lower : tuple of (Opening, Steps)
        The rates while upper bands are locked.
    by : float
        Minor units for each smallest unit, at a rate of 1.
    new : bool
        Whether the band after it counts, rather than that before.
    zero : bool
        Whether a sum that no band owns pays 0, rather than nobody.
    """

    key: tuple[str, int]
    leaf: Leaf
    interval: str
    bands: arrays.Steps
    lower: tuple[tuple[Opening | RowGate, arrays.Steps], ...]
    by: float
    new: bool
    zero: bool

    def raw(self, reach: Reach, memory: Memory, room: Room) -> Array:
        """Pay in minor units."""
        x = reach.of(self.leaf)
        at = memory.run(self.key, self.interval, reach.size).at if self.interval else arrays.blank(reach.size)
        before = at.copy()
        arrays.added(at, x)
        rate, free = self.rate(at if self.new else before, reach)
        room.gone = None if self.zero else free
        rate *= x
        rate *= self.by
        return rate

    def rate(self, at: Array, reach: Reach) -> tuple[Array, Mask | None]:
        """The rate of a sum, and where no band owns it, if anywhere.

        Parameters
        ----------
        at : array of float
            Sums in smallest units.
        reach : Reach
            For gates on bands.
        """
        rate, free = self.bands.fill(at)
        for opening, bands in self.lower:
            shut = opening.shut(reach)
            below, none = bands.fill(at)
            rate[shut] = below[shut]
            told = [*([] if none is None else [none & shut]), *([] if free is None else [free & ~shut])]
            free = told[0] | told[-1] if told else None
        return rate, free


def bands_of(whose: Whose, c: Component, period: str, over: float) -> arrays.Steps:
    """The rates of bands in smallest units; the first one goes on below 0.

    Parameters
    ----------
    whose : Whose
        For the numbers of the plan.
    c : Component
        As the plan has it, or without its locked bands.
    period : str
        When.
    over : float
        Smallest units in one of its bounds.
    """
    found = rated(c, whose.book.look(period))

    def bound(x: Fraction) -> float:
        return arrays.whole(float(x) * over)

    return arrays.Steps(
        [
            (
                float("-inf") if band is found[0] and band.low <= 0 else bound(band.low), band.owns_low,
                None if band.high is None else bound(band.high), band.owns_high, float(band.rate or 0),
            )
            for band in found
        ]
    )  # fmt: skip
