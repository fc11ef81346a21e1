"""What bends pay, on whole arrays: gates and factors."""

from __future__ import annotations

import attrs

from salesteam.core._table import _arrays as arrays
from salesteam.core._table._arrays import Array, Mask
from salesteam.incentives._whatif._reach import Gauge, Reach

__all__ = ["Carry", "Factor", "Opening", "Range", "joined"]

Range = tuple[float | None, float | None]
"""Least and most."""


@attrs.define(eq=False, kw_only=True)
class Opening:
    """A gate: each test with its bound, and whether all must be passed."""

    tests: tuple[tuple[Gauge, float], ...]
    all: bool

    def mask(self, reach: Reach) -> Mask:
        """Where it is open."""
        found = reach.reaches(*self.tests[0])
        for gauge, bound in self.tests[1:]:
            passed = reach.reaches(gauge, bound)
            found = found & passed if self.all else found | passed
        return found

    def shut(self, reach: Reach) -> Mask:
        """Where it is closed."""
        return ~self.mask(reach)


@attrs.define(eq=False, kw_only=True)
class Factor:
    """A factor that a number decides: itself between limits, or that of its band, or a point of a line."""

    gauge: Gauge
    step: tuple[float, str] | None = None
    clamp: Range = (None, None)
    bands: arrays.Steps | None = None
    line: arrays.Ramp | None = None

    def value(self, reach: Reach) -> Array:
        """The factor, computed once for everybody who has it; nobody may change it."""
        found = reach.kept.get(id(self))
        if found is None:
            found = reach.kept[id(self)] = self._value(reach)
        return found

    def _value(self, reach: Reach) -> Array:
        x = reach.read(self.gauge).copy()
        if self.step is not None:
            arrays.rounded(x, *self.step)
        if self.bands is not None:
            return self.bands.fill(x)[0]
        if self.line is not None:
            out = arrays.blank(reach.size)
            self.line.fill(x, out, arrays.blank(reach.size))
            return out
        high, low = self.clamp[1], self.clamp[0]
        arrays.hold(x, None, high)
        arrays.hold(x, low, None)
        return x


@attrs.frozen(kw_only=True)
class Carry:
    """A cap whose excess waits for the next period below it.

    Parameters
    ----------
    key : (payee, number)
        Whose pay waits, and for which cap of the plan.
    limit : float
        Most in a period, in minor units.
    before : bool
        Whether it cuts before the factors of what it is a cap on.
    """

    key: tuple[str, int]
    limit: float
    before: bool


def joined(factors: tuple[Factor, ...], reach: Reach, *, adds: bool) -> Array:
    """Several factors as one; nobody may change it."""
    if len(factors) == 1:
        return factors[0].value(reach)
    found = factors[0].value(reach).copy()
    for factor in factors[1:]:
        if adds:
            found += factor.value(reach)
            found -= 1.0
        else:
            found *= factor.value(reach)
    return found
