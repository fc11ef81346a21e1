"""What bends pay of one payee, period and component, for every engine."""

from __future__ import annotations

import itertools
from fractions import Fraction

import attrs

from salesteam.core import round_to
from salesteam.incentives._bending import Modifier

__all__ = ["Shape", "between", "held"]

_ONE = Fraction(1)


@attrs.frozen(kw_only=True)
class Shape:
    """What bends pay of one payee, period and component: pay = clamp(factor * raw) in minor units.

    Parameters
    ----------
    gate, factor : Fraction
        0 or 1; and the product of gate and all factors.
    low, high : int or None
        Least and most, rounded, after all factors.
    """

    gate: Fraction = _ONE
    factor: Fraction = _ONE
    low: int | None = None
    high: int | None = None

    def apply(self, raw: Fraction, rounding: str) -> int:
        """Rounded pay of an exact raw sum in minor units."""
        pay = round_to(raw if self.factor == 1 else raw * self.factor, rounding)
        pay = pay if self.low is None else max(pay, self.low)
        return pay if self.high is None else min(pay, self.high)


def held(
    low: Fraction | None, high: Fraction | None, floor: Fraction | None, cap: Fraction | None
) -> tuple[Fraction | None, Fraction | None]:
    """The range of x after min(max(x, floor), cap); None is endless."""
    if floor is not None:
        low = floor if low is None else max(low, floor)
        high = None if high is None else max(high, floor)
    if cap is not None:
        low = None if low is None else min(low, cap)
        high = cap if high is None else min(high, cap)
    return low, high


def between(modifier: Modifier, nodes: list[tuple[Fraction, Fraction]], x: Fraction) -> Fraction:
    """The factor of a modifier with nodes at x: on the line between two nodes, or the step; flat beyond the ends."""
    nodes = sorted(nodes)
    if x <= nodes[0][0]:
        return nodes[0][1]
    for (a, p), (b, q) in itertools.pairwise(nodes):
        if x < b or (x == b and modifier.edge == "upper_inclusive"):
            return p if modifier.between == "step" else p + (q - p) / (b - a) * (x - a)
    return nodes[-1][1]
