"""A curve with the numbers of one payee: what a sum of the measure pays, in minor units."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from salesteam.incentives._component import Component
from salesteam.incentives._curve import Curve, Part, Piece
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._number import Number
from salesteam.incentives._parts import Rounding
from salesteam.incentives._shape import Band, curve_of

if TYPE_CHECKING:
    from salesteam.incentives._exact._book import Book, Look

__all__ = ["Meter", "band_at", "below", "meter_of", "proportional_parts"]


@attrs.frozen(kw_only=True, eq=False)
class Meter:
    """A curve with the numbers of one payee.

    Parameters
    ----------
    curve : Curve
        In its own units.
    over : Fraction
        Smallest units of the measure in one unit of the curve's x.
    by : Fraction
        Minor units in one unit of the curve's pay.
    rounding : Rounding, optional
        Rounds an attainment before its band is looked up.
    beyond : (Fraction, Fraction), optional
        Sum from which more is paid for each smallest unit, and how much, in minor units.
    """

    curve: Curve
    over: Fraction
    by: Fraction
    beyond: tuple[Fraction, Fraction] | None = None
    rounding: Rounding | None = None

    def _piece(self, s: Fraction) -> Piece:
        x = s / self.over
        return self.curve.piece(x if self.rounding is None else self.rounding.apply(x))

    def gap(self, s: Fraction) -> bool:
        """Whether nobody owns a sum."""
        return self._piece(s).gap

    def pay(self, s: Fraction, reached: Fraction | None = None) -> Fraction:
        """What a sum pays in all; `reached` is the sum itself where `s` is that of a rounded attainment."""
        found = self._piece(s).at(s / self.over) * self.by
        if self.beyond is not None and s > self.beyond[0]:
            found += max((s if reached is None else reached) - self.beyond[0], Fraction(0)) * self.beyond[1]
        return found

    def moved(self, before: Fraction, after: Fraction, *, first: bool) -> Fraction | None:
        """What the way from one sum to another pays; None if nobody owns where it ends."""
        piece = self._piece(after)
        if piece.gap:
            return None
        if self.beyond is not None or first:
            return self.pay(after) - (Fraction(0) if first else self.pay(before))
        old = self._piece(before)
        if old is piece and not piece.square:
            return (after - before) / self.over * piece.slope * self.by
        return (piece.at(after / self.over) - old.at(before / self.over)) * self.by

    def parts(
        self, before: Fraction, after: Fraction, *, first: bool, sums: tuple[Fraction, Fraction] | None = None
    ) -> tuple[Part, ...]:
        """What each tier pays on the way: the part in smallest units, the pay in minor units; `sums` if rounded."""
        if self.rounding is not None:
            piece = self._piece(after)
            pay = self.pay(after) - (Fraction(0) if first else self.pay(before))
            moved = after - before
            return (Part(tier=piece.tier, part=moved, rate=pay / moved if moved else Fraction(0), pay=pay),)
        found = []
        for each in self.curve.parts(before / self.over, after / self.over, first=first):
            part, pay = each.part * self.over, each.pay * self.by
            found.append(attrs.evolve(each, part=part, pay=pay, rate=pay / part if part else Fraction(0)))
        paid = sum((each.pay for each in found), Fraction(0))
        low, high = sums or (before, after)
        rest = self.pay(after, high) - (Fraction(0) if first else self.pay(before, low)) - paid
        if rest and self.beyond is not None:
            part = max(high - max(low, self.beyond[0]), Fraction(0))
            found.append(Part(tier=None, part=part, rate=self.beyond[1], pay=rest))
        return tuple(found)


def below(component: Component, bound: Number, look: Look) -> Component:
    """A component without its bands from a bound up; the band below goes on."""
    kept = [tier for tier in component.tiers if look(tier.from_) < look(bound)]
    if kept:
        kept[-1] = attrs.evolve(kept[-1], to=None)
    return attrs.evolve(component, tiers=tuple(kept))


def meter_of(
    book: Book, name: str, component: Component, look: Look, payee: str, interval: str, *, quota: Fraction | None = None
) -> Meter:
    """The meter of a component for a payee and an interval of accumulation.

    Parameters
    ----------
    book : Book
        For quotas and targets.
    name : str
        Name of the component.
    component : Component
        As the plan has it, or without its locked bands.
    look : callable
        Gives the numbers that hold.
    payee, interval : str
        Whose quota and target.
    quota : Fraction, optional
        Where it is not the payee's own, as under a team's measure.

    Raises
    ------
    Lacking
        If a quota, target or number is missing.
    """
    curve = book.once(lambda: _curve(component, look), "curve", id(look), name, component.tiers)
    unit = Fraction(book.unit(str(component.measure).removeprefix("team.").partition(".")[0]))
    asked = curve.x == "quota" or curve.pays in {"quota", "target/quota"}
    if asked and quota is None:
        quota = book.aim(payee, interval, str(component.measure), component.for_)
    over = quota if curve.x == "quota" and quota is not None else unit
    by = Fraction(book.minor)
    if curve.pays in {"target", "base", "target/quota"}:
        by = book.target(name, payee, interval)
    if curve.pays == "quota" and quota is not None:
        by = quota * book.minor / unit
    elif curve.pays == "target/quota" and quota is not None:
        by = by * unit / quota
    rounding = book.plan.attainment_rounding
    stepped = component.method in {"bonus", "slab"} and curve.x == "quota" and isinstance(rounding, Rounding)
    return Meter(
        curve=curve, over=over, by=by, beyond=_beyond(component, look, over, book.minor / unit),
        rounding=rounding.known(look) if stepped and isinstance(rounding, Rounding) else None,
    )  # fmt: skip


def proportional_parts(found: tuple[Band, ...], meter: Meter, before: Fraction, after: Fraction) -> tuple[Part, ...]:
    """Under a proportional rate: how much lies in each band, and the part of the one rate on all that it brings."""
    made = []
    for band in found:
        low, high = band.low * meter.over, None if band.high is None else band.high * meter.over
        part = _overlap(before, after, low, high)
        pay = (after * _brought(band, abs(after), low, high) - before * _brought(band, abs(before), low, high)) * (
            meter.by / meter.over
        )
        if part or pay:
            moved = after - before
            made.append(Part(tier=band.number, part=part, rate=pay / moved if moved else Fraction(0), pay=pay))
    return tuple(made)


def _brought(band: Band, s: Fraction, low: Fraction, high: Fraction | None) -> Fraction:
    """What a band brings to the one rate on a sum."""
    rate = band.rate or Fraction(0)
    if s <= low or high is None:
        return Fraction(0)
    return rate if s >= high else rate * (s - low) / (high - low)


def _overlap(before: Fraction, after: Fraction, low: Fraction, high: Fraction | None) -> Fraction:
    a, b = sorted((before, after))
    inside = max((b if high is None else min(b, high)) - max(a, low), Fraction(0))
    return inside if after >= before else -inside


def _curve(component: Component, look: Look) -> Curve:
    if not component.tiers and not component.nodes and component.method != "flat":
        raise Lacking("tier-gap", at=Fraction(0), until=Fraction(0), gaps="refuse")
    return curve_of(component, look)


def _beyond(component: Component, look: Look, over: Fraction, minor: Fraction) -> tuple[Fraction, Fraction] | None:
    """Under a curve that ends in a rate: from which sum it is paid, and how much for each smallest unit."""
    above = component.above
    if not component.nodes or above is None or isinstance(above, str) or above.rate is None:
        return None
    last = max(look(a) for a, _ in component.nodes)
    return last * over, look(above.rate) * minor


def band_at(bands: tuple[Band, ...], x: Fraction) -> Band | None:
    """The band that owns a point."""
    for band in bands:
        above = x > band.low or (x == band.low and band.owns_low) or (band is bands[0] and x < band.low <= 0)
        if above and (band.high is None or x < band.high or (x == band.high and band.owns_high)):
            return band
    return None
