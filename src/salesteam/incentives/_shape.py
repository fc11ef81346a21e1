"""From the bands of a component to its curve: one builder for each method."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import attrs

from salesteam.errors import InvalidValueError
from salesteam.incentives._component import Component
from salesteam.incentives._curve import ZERO, Curve, Piece
from salesteam.incentives._number import Number, Ref
from salesteam.incentives._parts import Above, Tier

__all__ = ["METHODS", "Band", "bands", "curve_of", "rated"]

Lookup = Callable[[Number], Fraction]

METHODS: Mapping[str, str] = {
    "flat": "one rate on everything",
    "marginal": "each band's rate on the part that lies in it",
    "slab": "the rate of the band reached, on everything (retroactive)",
    "from_threshold": "first rate up to the threshold, the rate of the band reached on all beyond it",
    "interpolated_amount": "whole amounts of the bands passed, and a part of the amount of the band reached",
    "bonus": "the amount of the band reached",
    "curve": "a share of target, read from attainment",
    "forward": "each deal whole, at the rate of the band reached before or after it",
    "proportional_rate": "rates of the bands passed, and a part of the rate of the band reached, on everything",
    "lookup": "a rate read from tables of other measures",
    "matrix": "a share of target, read from two numbers",
    "mbo": "a share of target by weighted scores of objectives",
    "spiff": "an amount for each deal in a window",
    "rank": "prizes by place",
    "override": "a rate on what the people below are credited or paid",
    "pool": "a fund of the team, divided among its members",
}
"""Every method that is built, with one line on what it pays."""


@attrs.frozen(kw_only=True)
class Band:
    """A tier with its numbers known, and who owns its two bounds."""

    number: int
    low: Fraction
    high: Fraction | None
    owns_low: bool
    owns_high: bool
    rate: Fraction | None = None
    amount: Fraction | None = None
    retroactive: bool = False


def bands(tiers: tuple[Tier, ...], edge: str | None, number: Lookup) -> tuple[Band, ...]:
    """The tiers with known numbers; a bound that nobody states an edge for belongs to the band above it.

    Parameters
    ----------
    tiers : tuple of Tier
        In the order of the plan.
    edge : str or None
        Who owns a bound.
    number : callable
        Gives the value of a number or name.

    Returns
    -------
    tuple of Band
        Same order.
    """
    found: list[Band] = []
    for index, tier in enumerate(tiers):
        before = tiers[index - 1] if index else None
        low = number(tier.from_)
        owns_low = True
        if before is not None:
            upper = before.edge or edge
            touches = before.to is not None and number(before.to) == low
            owns_low = upper != "upper_inclusive" and not (upper == "closed" and touches)
        rate = tier.rate if tier.rate is not None else tier.multiplier
        found.append(
            Band(
                number=index + 1,
                low=low,
                high=None if tier.to is None else number(tier.to),
                owns_low=owns_low,
                owns_high=(tier.edge or edge) in {"upper_inclusive", "closed"},
                rate=None if rate is None else number(rate),
                amount=None if tier.amount is None else number(tier.amount),
                retroactive=tier.retroactive,
            )
        )
    return tuple(found)


def curve_of(component: Component, number: Lookup | None = None) -> Curve:
    """The curve of a component.

    Parameters
    ----------
    component : Component
        Any but a pool.
    number : callable, optional
        Gives the value of a `Number`; without it the component must name no parameter.

    Returns
    -------
    Curve
        In normal form.

    Raises
    ------
    InvalidValueError
        If the method is unknown or has no curve.
    """
    look = number or _plain
    builders = {
        "flat": _flat, "marginal": _marginal, "slab": _slab, "from_threshold": _from_threshold,
        "interpolated_amount": _interpolated, "bonus": _bonus, "curve": _nodes,
        "proportional_rate": _proportional,
    }  # fmt: skip
    if component.method not in builders:
        raise InvalidValueError(
            f"{component.method!r} has no curve", where="method", fix="use one of " + ", ".join(builders)
        )
    return builders[component.method](component, look)


def _plain(number: Number) -> Fraction:
    if isinstance(number, Ref):
        raise InvalidValueError(f"{number} is a dated number", where="curve", fix="say for which day")
    return number


def _pays(component: Component) -> tuple[str, str]:
    """What x is, and what the pay is a multiple of, for rates."""
    if component.base_rate == "target/quota":
        return ("quota", "target") if component.bounds == "quota" else ("value", "target/quota")
    return ("quota", "quota") if component.bounds == "quota" else ("value", "one")


def _base(component: Component, look: Lookup) -> Fraction:
    base = component.base_rate
    return Fraction(1) if base is None or isinstance(base, str) else look(base)


def rated(component: Component, look: Lookup) -> tuple[Band, ...]:
    """The bands of a component, each multiplier turned into a rate by the base rate."""
    base = _base(component, look)
    return tuple(
        attrs.evolve(b, rate=b.rate * base if b.rate is not None and t.rate is None else b.rate)
        for b, t in zip(bands(component.tiers, component.edge, look), component.tiers, strict=True)
    )


def _flat(component: Component, look: Lookup) -> Curve:
    rate = look(component.rate) if component.rate is not None else _base(component, look)
    pays = "target/quota" if component.base_rate == "target/quota" else "one"
    return Curve.of([Piece(start=None, level=ZERO, slope=rate, tier=1)], x="value", pays=pays)


def _assemble(
    found: tuple[Band, ...], lines: list[tuple[Fraction, Fraction]], component: Component, **about: Any
) -> Curve:
    """Put band lines (level, slope) together with what lies before, between and after them."""
    gaps = component.gaps != "zero"
    hold = component.method in {"marginal", "interpolated_amount"}
    low = found[0].low
    below_zero = component.method in {"marginal", "slab", "from_threshold", "interpolated_amount"}
    pieces = []
    if low <= 0 and below_zero:
        pieces.append(Piece(start=None, level=lines[0][0], slope=lines[0][1], tier=found[0].number))
    else:
        quiet = low <= 0 or component.method == "bonus"
        pieces.append(Piece(start=None, level=ZERO, slope=ZERO, gap=gaps and not quiet))
        if below_zero and gaps:
            pieces[0] = attrs.evolve(pieces[0], gap=False)
            pieces.append(Piece(start=ZERO, owns_start=False, level=ZERO, slope=ZERO, gap=True))
        pieces.append(
            Piece(start=low, owns_start=found[0].owns_low, level=lines[0][0], slope=lines[0][1], tier=found[0].number)
        )
    for index, band in enumerate(found):
        if index:
            level, slope = lines[index]
            pieces.append(Piece(start=band.low, owns_start=band.owns_low, level=level, slope=slope, tier=band.number))
        after = found[index + 1] if index + 1 < len(found) else None
        if band.high is None or (after is not None and after.low <= band.high):
            continue
        level, slope = lines[index]
        top = level + slope * band.high if hold or gaps else ZERO
        owns_high = band.owns_high or hold
        pieces.append(Piece(start=band.high, owns_start=not owns_high, level=top, slope=ZERO, gap=gaps))
    return Curve.of(pieces, **about)


def _marginal(component: Component, look: Lookup) -> Curve:
    x, pays = _pays(component)
    found = rated(component, look)
    lines: list[tuple[Fraction, Fraction]] = []
    reached = ZERO
    for index, band in enumerate(found):
        rate = band.rate or ZERO
        level = ZERO if band.retroactive else reached - rate * band.low
        if index == 0 and band.low <= 0 and not band.retroactive:
            level = ZERO
        lines.append((level, rate))
        if band.high is not None:
            reached = level + rate * band.high
    return _assemble(found, lines, component, x=x, pays=pays)


def _slab(component: Component, look: Lookup) -> Curve:
    x, pays = _pays(component)
    found = rated(component, look)
    lines = [(ZERO, b.rate) if b.rate is not None else (b.amount or ZERO, ZERO) for b in found]
    if all(b.rate is None for b in found):
        pays = "one"
    return _assemble(found, lines, component, x=x, pays=pays)


def _from_threshold(component: Component, look: Lookup) -> Curve:
    x, pays = _pays(component)
    found = rated(component, look)
    theta = look(component.threshold) if component.threshold is not None else ZERO
    first = found[0].rate or ZERO
    gap = component.gaps != "zero"
    pieces = [Piece(start=None, level=ZERO, slope=first, tier=1)]
    if found[0].low > 0:
        pieces = [
            Piece(start=None, level=ZERO, slope=ZERO),
            Piece(start=ZERO, owns_start=False, level=ZERO, slope=ZERO, gap=gap),
        ]
    for index, band in enumerate(found):
        before = found[index - 1].high if index else ZERO
        if before is not None and before < band.low < theta:
            pieces.append(Piece(start=band.low, owns_start=band.owns_low, level=ZERO, slope=first, tier=1))
        if band.high is None or band.high > theta:
            rate = band.rate or ZERO
            start, owns = max(band.low, theta), band.owns_low and band.low > theta
            level = (first - rate) * theta
            pieces.append(Piece(start=start, owns_start=owns, level=level, slope=rate, tier=band.number))
        after = found[index + 1] if index + 1 < len(found) else None
        if band.high is not None and (after is None or after.low > band.high):
            top = pieces[-1].at(band.high) if gap else ZERO
            pieces.append(Piece(start=band.high, owns_start=not band.owns_high, level=top, slope=ZERO, gap=gap))
    return Curve.of(pieces, x=x, pays=pays)


def _interpolated(component: Component, look: Lookup) -> Curve:
    found = bands(component.tiers, component.edge, look)
    lines, reached = [], ZERO
    for band in found:
        amount = band.amount or ZERO
        slope = ZERO if band.high is None or band.high == band.low else amount / (band.high - band.low)
        lines.append((reached - slope * band.low, slope))
        reached += amount
    pays = "target" if component.pays_of == "target" else "base" if component.pays_of == "base" else "one"
    return _assemble(found, lines, component, x=component.bounds, pays=pays)


def _bonus(component: Component, look: Lookup) -> Curve:
    found = bands(component.tiers, component.edge, look)
    lines, reached = [], ZERO
    for band in found:
        reached = (reached if component.sum_reached else ZERO) + (band.amount or ZERO)
        lines.append((ZERO, reached) if component.pays_of == "measure" else (reached, ZERO))
    if component.pays_of == "measure":
        return _assemble(
            found, lines, component, x=component.bounds, pays="quota" if component.bounds == "quota" else "one"
        )
    pays = "target" if component.pays_of == "target" else "base" if component.pays_of == "base" else "one"
    return _assemble(found, lines, component, x=component.bounds, pays=pays)


def _proportional(component: Component, look: Lookup) -> Curve:
    """Each band passed adds its rate, the band reached adds a part of its rate, and all of it holds for everything."""
    x, pays = _pays(component)
    pieces, reached = [], ZERO
    found = rated(component, look)
    for index, band in enumerate(found):
        rate = band.rate or ZERO
        square = ZERO if band.high is None else rate / (band.high - band.low)
        start = None if index == 0 and band.low == 0 else band.low
        line = Piece(
            start=start, owns_start=band.owns_low, level=ZERO, slope=reached - square * band.low, square=square,
            tier=band.number,
        )  # fmt: skip
        if start is None:
            pieces.append(attrs.evolve(line, square=-square))
            line = attrs.evolve(line, start=ZERO)
        pieces.append(line)
        reached += rate
        after = found[index + 1] if index + 1 < len(found) else None
        if band.high is not None and after is not None and after.low > band.high:
            gap = component.gaps != "zero"
            pieces.append(Piece(start=band.high, owns_start=False, level=ZERO, slope=reached, gap=gap))
    if pieces[0].start is not None:
        hole = Piece(start=ZERO, owns_start=False, level=ZERO, slope=ZERO, gap=component.gaps != "zero")
        pieces = [Piece(start=None, level=ZERO, slope=ZERO), *([hole] if found[0].low > 0 else []), *pieces]
    top = found[-1].high
    if top is not None:
        gap = component.gaps != "zero"
        pieces.append(Piece(start=top, owns_start=False, level=ZERO, slope=reached, gap=gap))
    return Curve.of(pieces, x=x, pays=pays)


def _nodes(component: Component, look: Lookup) -> Curve:
    nodes = sorted((look(a), look(p)) for a, p in component.nodes)
    step = component.between == "step"
    owns = component.edge != "upper_inclusive"
    (first_a, first_p), (last_a, last_p) = nodes[0], nodes[-1]
    slopes = [ZERO if step else (q - p) / (b - a) for (a, p), (b, q) in itertools.pairwise(nodes)]
    low = slopes[0] if component.below == "extend" and slopes else ZERO
    start = ZERO if component.below in {None, "zero"} else first_p
    pieces = [Piece(start=None, level=start - low * first_a, slope=low)]
    for index, ((a, p), slope) in enumerate(zip(nodes, slopes, strict=False)):
        pieces.append(Piece(start=a, owns_start=owns, level=p - slope * a, slope=slope, tier=index + 1))
    high = ZERO
    if component.above == "extend" and slopes:
        high = slopes[-1]
    elif isinstance(component.above, Above) and component.above.slope is not None:
        high = look(component.above.slope)
    pieces.append(Piece(start=last_a, owns_start=owns, level=last_p - high * last_a, slope=high, tier=len(nodes)))
    return Curve.of(pieces, x="quota", pays="target")
