"""What bends pay, on whole arrays: gates and factors."""

from __future__ import annotations

import attrs

from salesteam.core._table import _arrays as arrays
from salesteam.core._table._arrays import Array, Mask
from salesteam.incentives._whatif._reach import Gauge, Reach

__all__ = ["Bent", "Carry", "DealLimit", "Factor", "Opening", "Range", "RowGate", "joined"]

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
class RowGate:
    """A gate that looks at what had been reached once a deal was counted.

    Parameters
    ----------
    own : tuple of (Gauge, float)
        Tests of the number that the deals are of, each with its bound; compared with what was reached by then.
    others : tuple of (Gauge, float)
        Tests of numbers that come ready, wholly.
    all : bool
        Whether all must be passed.
    """

    own: tuple[tuple[Gauge, float], ...]
    others: tuple[tuple[Gauge, float], ...]
    all: bool
    _now: Mask | None = None

    def look(self, by_then: Array, reach: Reach) -> None:
        """Test what was reached by a deal."""
        found = [reach.reaches(gauge, bound) for gauge, bound in self.others]
        found += [gauge.passed(by_then, bound) for gauge, bound in self.own]
        self._now = arrays.everywhere(found) if self.all else ~arrays.everywhere([~each for each in found])

    def forget(self) -> None:
        """Keep nothing of the deals of a period."""
        self._now = None

    def mask(self, reach: Reach) -> Mask:  # noqa: ARG002 -- one gate like the others
        """Where it is open for the deal that was looked at last."""
        assert self._now is not None
        return self._now

    def shut(self, reach: Reach) -> Mask:
        """Where it is closed for that deal."""
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


@attrs.frozen(kw_only=True)
class DealLimit:
    """A cap or a floor on what one deal pays.

    Parameters
    ----------
    name : str
        Which of the plan, where several components share it; else empty.
    cap : bool
        Whether it is a cap.
    limit : float
        In minor units.
    after : bool
        Whether it cuts after the factors.
    """

    name: str
    cap: bool
    limit: float
    after: bool


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


@attrs.frozen(kw_only=True, eq=False)
class Bent:
    """The gates and factors that pay is multiplied by once all deals are paid.

    Parameters
    ----------
    gates : tuple of Opening
        Gates at the end of an interval.
    factors : tuple of (tuple of Factor, bool)
        Those of the component and of the plan, each with whether their distances from 1 add up.
    """

    gates: tuple[Opening, ...]
    factors: tuple[tuple[tuple[Factor, ...], bool], ...]

    def value(self, reach: Reach) -> Array:
        """All of them as one."""
        found = arrays.blank(reach.size, fill=1.0)
        for factors, adds in self.factors:
            if factors:
                found *= joined(factors, reach, adds=adds)
        for gate in self.gates:
            found *= gate.mask(reach)
        return found
