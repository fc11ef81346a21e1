"""Curves of a plan for arrays: the pieces of each component, scaled to the quota and target of each payee."""

from __future__ import annotations

from fractions import Fraction

from salesteam.core._table import _arrays as arrays
from salesteam.incentives._component import Component
from salesteam.incentives._curve import Curve
from salesteam.incentives._exact._book import Book
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._parts import Above
from salesteam.incentives._path import Path
from salesteam.incentives._posted import Disputed
from salesteam.incentives._shape import curve_of

__all__ = ["Ramps"]

_OF_TARGET = frozenset({"target", "base", "target/quota"})
_OF_QUOTA = frozenset({"quota", "target/quota"})


class Ramps:
    """The curves of a plan, each made once for a quota and a target.

    Parameters
    ----------
    book : Book
        For quotas, targets and dated numbers.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self._curves: dict[tuple[str, str, int], tuple[Curve, arrays.Ramp]] = {}
        self._same: list[tuple[Curve, arrays.Ramp]] = []
        self._made: dict[tuple[int, float, float], arrays.Ramp] = {}
        self._targets: dict[tuple[str, str, str], Fraction] = {}

    def of(
        self, name: str, c: Component, payee: str, period: str, interval: str, quota: Fraction | None = None
    ) -> tuple[arrays.Ramp, float]:
        """The curve of a component for a payee, from smallest units to minor units, and what is one of its x.

        Parameters
        ----------
        name : str
            Name of the component.
        c : Component
            As the plan has it, or without its locked bands.
        payee, period, interval : str
            Whose numbers, and when.
        quota : Fraction, optional
            Where it is not the payee's own.

        Raises
        ------
        Lacking
            If a quota, target or number is missing.
        """
        curve, ramp = self._curve(name, c, period)
        path = Path.parse(str(c.measure))
        assert path is not None
        unit, minor = float(self.book.unit(path.measure)), float(self.book.minor)
        asked = curve.x == "quota" or curve.pays in _OF_QUOTA
        goal = (self.quota(payee, interval, path.measure) if quota is None else float(quota)) if asked else 0.0
        over = goal if curve.x == "quota" else unit
        by = self._target(name, payee, interval) if curve.pays in _OF_TARGET else minor
        if curve.pays == "quota":
            by = goal * minor / unit
        elif curve.pays == "target/quota":
            by = by * unit / goal
        key = (id(ramp), over, by)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._beyond(ramp.scaled(over, by), c, period, over, minor / unit)
        return found, over

    def _curve(self, name: str, c: Component, period: str) -> tuple[Curve, arrays.Ramp]:
        """The pieces in their own units; equal curves of different periods are one."""
        key = (name, period, len(c.tiers))
        found = self._curves.get(key)
        if found is None:
            if not c.tiers and not c.nodes and c.method != "flat":
                raise Lacking("tier-gap", at=Fraction(0), until=Fraction(0), gaps="refuse")
            curve = curve_of(c, self.book.look(period))
            found = next((pair for pair in self._same if pair[0] == curve), None)
            if found is None:
                found = (curve, _ramp(curve))
                self._same.append(found)
            self._curves[key] = found
        return found

    def quota(self, payee: str, interval: str, measure: str) -> float:
        """A quota that stands in the table for just this interval is taken as it is; others are put together."""
        if self.book.plan.proration is None:
            told = self.book.posted.quotas.get((payee, measure), {}).get(interval)
            if told is not None and not isinstance(told, Disputed) and told > 0:
                return float(told)
        return float(self.book.quota(payee, interval, measure))

    def _target(self, name: str, payee: str, interval: str) -> float:
        key = (name, payee, interval)
        if key not in self._targets:
            self._targets[key] = self.book.target(name, payee, interval)
        return float(self._targets[key])

    def _beyond(self, ramp: arrays.Ramp, c: Component, period: str, over: float, minor: float) -> arrays.Ramp:
        """Under a curve that ends in a rate: what is paid for each smallest unit above the last node."""
        if not c.nodes or not isinstance(c.above, Above) or c.above.rate is None:
            return ramp
        look = self.book.look(period)
        since = float(max(look(a) for a, _ in c.nodes)) * over
        rate = float(look(c.above.rate)) * minor
        level, slope, square = ramp.lines[-1]
        lines = [*ramp.lines[:-1], (level - rate * since, slope + rate, square)]
        return arrays.Ramp(ramp.starts, ramp.owns, lines, [index in ramp.gaps for index in range(len(lines))])


def _ramp(curve: Curve) -> arrays.Ramp:
    pieces = curve.pieces
    return arrays.Ramp(
        [float(p.start) for p in pieces if p.start is not None],
        [p.owns_start for p in pieces[1:]],
        [(float(p.level), float(p.slope), float(p.square)) for p in pieces],
        [p.gap for p in pieces],
    )
