"""Curves of a plan for arrays: the pieces of each component, scaled to the quota and target of each payee."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import attrs

from salesteam.core._table import _arrays as arrays
from salesteam.incentives._component import Component
from salesteam.incentives._curve import Curve
from salesteam.incentives._days import spans
from salesteam.incentives._exact._book import Book
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._parts import Above
from salesteam.incentives._path import Path
from salesteam.incentives._shape import curve_of

__all__ = ["Ramps"]

_OF_TARGET = frozenset({"target", "base", "target/quota"})
_OF_QUOTA = frozenset({"quota", "target/quota"})


@attrs.frozen(kw_only=True, eq=False)
class _Base:
    """The curve of a component in a period, before anybody's quota and target.

    Parameters
    ----------
    ramp : Ramp
        Its pieces, in their own units.
    x, pays : str or None
        What one of its x is, and what one of its pay is.
    asks_quota : bool
        Whether a quota scales it.
    measure : str
        What it is paid on.
    unit, minor : float
        Smallest units in one of the measure, and in one of the currency.
    """

    ramp: arrays.Ramp
    x: str
    pays: str
    asks_quota: bool
    measure: str
    unit: float
    minor: float


class Ramps:
    """The curves of a plan, each made once for a quota and a target.

    Parameters
    ----------
    book : Book
        For quotas, targets and dated numbers.
    """

    def __init__(self, book: Book) -> None:
        self.book, self._segmented, self._periods = book, book.change == "segment", frozenset(book.periods)
        self._bases: dict[tuple[str, str, int], _Base] = {}
        self._same: list[tuple[Curve, arrays.Ramp]] = []
        self._made: dict[tuple[int, float, float], arrays.Ramp] = {}
        self._targets: dict[tuple[str, str, str], float] = {}
        self._quotas: dict[tuple[str, str, str], float] = {}
        self._groups: dict[tuple[str, str, str, str], Fraction] = {}

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
        base = self._base(name, c, period)
        goal = 0.0
        if base.asks_quota:
            goal = self.aim(payee, interval, base.measure, c.for_) if quota is None else float(quota)
        over = goal if base.x == "quota" else base.unit
        by = self._target(name, payee, interval) if base.pays in _OF_TARGET else base.minor
        if base.pays == "quota":
            by = goal * base.minor / base.unit
        elif base.pays == "target/quota":
            by = by * base.unit / goal
        key = (id(base.ramp), over, by)
        found = self._made.get(key)
        if found is None:
            ramp = base.ramp.scaled(over, by)
            found = self._made[key] = self._beyond(ramp, c, period, over, base.minor / base.unit)
        return found, over

    def _base(self, name: str, c: Component, period: str) -> _Base:
        """The pieces in their own units; equal curves of different periods are one."""
        key = (name, period, len(c.tiers))
        found = self._bases.get(key)
        if found is None:
            if not c.tiers and not c.nodes and c.method != "flat":
                raise Lacking("tier-gap", at=Fraction(0), until=Fraction(0), gaps="refuse")
            curve, path = curve_of(c, self.book.look(period)), Path.parse(str(c.measure))
            assert path is not None
            ramp = next((ramp for same, ramp in self._same if same == curve), None)
            if ramp is None:
                ramp = _ramp(curve)
                self._same.append((curve, ramp))
            found = self._bases[key] = _Base(
                ramp=ramp, x=curve.x, pays=curve.pays, asks_quota=curve.x == "quota" or curve.pays in _OF_QUOTA,
                measure=path.measure, unit=float(self.book.unit(path.measure)), minor=float(self.book.minor),
            )  # fmt: skip
        return found

    def aim(self, payee: str, interval: str, measure: str, wanted: Mapping[str, tuple[str, ...]]) -> float:
        """The quota that bands are cut by: of days on which a `for` matches, where the plan says so."""
        found = self.quota(payee, interval, measure)
        if not self._segmented:
            return found
        return found * float(self.book.stays.segment(payee, *spans(interval), "quota", wanted))

    def quota(self, payee: str, interval: str, measure: str) -> float:
        """A quota in the measure's smallest unit.

        Raises
        ------
        Lacking
            If it is missing or not above zero.
        """
        key = (payee, interval, measure)
        found = self._quotas.get(key)
        if found is None:
            found = self._quotas[key] = self._quota(payee, interval, measure)
        return found

    def _quota(self, payee: str, interval: str, measure: str) -> float:
        told = self._told(payee, interval, measure)
        if told is None:
            return float(self.book.quota(payee, interval, measure))
        return told.numerator / told.denominator

    def _told(self, payee: str, interval: str, measure: str) -> Fraction | None:
        """A quota that stands in the table for this interval, or for pay periods in it; None if more is to be asked."""
        if self.book.plan.proration is not None:
            return None
        held = self.book.posted.quotas.get((payee, measure), {})
        whole = held.get(interval)
        if whole is None and interval not in self._periods and held.keys() <= self._periods:
            parts = [held[period] for period in self.book.within(interval) if period in held]
            own = [part for part in parts if isinstance(part, Fraction)]
            whole = _total(own) if len(own) == len(parts) else None
        return whole if isinstance(whole, Fraction) and whole.numerator > 0 else None

    def group_quota(self, measure: str, kind: str, who: str, interval: str) -> Fraction:
        """The quotas of a team or of all, summed once for everybody who reads them.

        Raises
        ------
        Lacking
            If there is none above zero.
        """
        key = (measure, kind, who, interval)
        found = self._groups.get(key)
        if found is None:
            members = self.book.members(who, interval) if kind == "team" else ()
            told = [self._told(payee, interval, measure) for payee in members]
            own = [amount for amount in told if amount is not None]
            found = _total(own) if own and len(own) == len(told) else self.book.group_quota(*key)
            self._groups[key] = found
        return found

    def _target(self, name: str, payee: str, interval: str) -> float:
        key = (name, payee, interval)
        found = self._targets.get(key)
        if found is None:
            found = self._targets[key] = float(self.book.target(name, payee, interval))
        return found

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


def _total(amounts: list[Fraction]) -> Fraction:
    """A sum, of whole numbers as such: fractions take a hundred times as long."""
    if all(amount.denominator == 1 for amount in amounts):
        return Fraction(sum(amount.numerator for amount in amounts))
    return sum(amounts, Fraction(0))


def _ramp(curve: Curve) -> arrays.Ramp:
    pieces = curve.pieces
    return arrays.Ramp(
        [float(p.start) for p in pieces if p.start is not None],
        [p.owns_start for p in pieces[1:]],
        [(float(p.level), float(p.slope), float(p.square)) for p in pieces],
        [p.gap for p in pieces],
    )
