"""Findings about a plan, proven from the plan alone, each with a witness."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from fractions import Fraction

from salesteam.core import Finding, Place, Report, Severity, find
from salesteam.incentives._bending import Limit
from salesteam.incentives._choices import CONVENTIONS, filled, missing_choices
from salesteam.incentives._component import Component
from salesteam.incentives._curve import Curve
from salesteam.incentives._curves import change_days, number_on, refs
from salesteam.incentives._model import Plan
from salesteam.incentives._number import Ref
from salesteam.incentives._plausible import currency_known, plausible
from salesteam.incentives._shape import Band, bands, curve_of
from salesteam.incentives._wellformed import wellformed

__all__ = ["check_plan"]


def check_plan(plan: Plan) -> Report:
    """Everything wrong, doubtful or worth a question in a plan, without any data.

    Parameters
    ----------
    plan : Plan
        As read; it need not be right.

    Returns
    -------
    Report
        Errors refuse the plan; warnings and notes do not.

    Examples
    --------
    >>> from salesteam.incentives import scheme
    >>> check_plan(scheme("shared_pool")).ok
    True
    """
    found: list[Finding] = []
    if plan.conventions is not None and plan.conventions not in CONVENTIONS:
        known = tuple(CONVENTIONS)
        found.append(
            find("incentives.conventions-unknown", Place(key="conventions"), name=plan.conventions, known=known)
        )
    full = filled(plan)
    broken = [*currency_known(full), *wellformed(full), *plausible(full)]
    found += broken
    bad = {f.place.key.split(".")[1] for f in broken if f.place.key and f.place.key.startswith("components.")}
    curves: dict[str, Curve] = {}
    if not any(f.place.key and f.place.key.startswith("parameters") for f in broken):
        for name, component in full.components.items():
            if name not in bad and component.method != "pool" and component.method:
                found += _shape(full, name, component, curves)
    found += missing_choices(full, curves, refs(full))
    found += _weights(full)
    found += _limits(full)
    found += _parameters(full)
    return Report(_once(found))


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    seen = set()
    for finding in findings:
        key = (finding.code, finding.place, finding.values)
        if key not in seen:
            seen.add(key)
            yield finding


def _shape(plan: Plan, name: str, component: Component, curves: dict[str, Curve]) -> Iterator[Finding]:
    at = f"components.{name}"
    for day in (None, *change_days(plan, component)):
        look = number_on(plan, day)
        found = bands(component.tiers, component.edge, look)
        problems = list(_order(at, found)) + list(_overlaps(at, found))
        yield from problems
        if problems:
            continue
        curve = curve_of(component, look)
        curves[name] = curve
        yield from _gaps(at, component, found)
        yield from _slopes(at, curve, found)


def _order(at: str, found: tuple[Band, ...]) -> Iterator[Finding]:
    for index, band in enumerate(found):
        unordered = index and band.low < found[index - 1].low
        if unordered or (band.high is not None and band.high <= band.low):
            yield find("incentives.tier-order", Place(key=f"{at}.tiers[{index}]"), tier=band.number, at=band.low)


def _overlaps(at: str, found: tuple[Band, ...]) -> Iterator[Finding]:
    for before, after in itertools.pairwise(found):
        if before.high is None or before.high > after.low:
            yield find(
                "incentives.tier-overlap", Place(key=f"{at}.tiers[{after.number - 1}].from"),
                lower=before.number, upper=after.number, at=after.low,
            )  # fmt: skip


def _gaps(at: str, component: Component, found: tuple[Band, ...]) -> Iterator[Finding]:
    if not found:
        return
    severity = Severity.ERROR if component.gaps == "refuse" else Severity.NOTE
    first = found[0]
    if first.low > 0 and component.method != "bonus":
        yield find(
            "incentives.tier-gap", Place(key=f"{at}.tiers[0].from"), severity=severity,
            at=Fraction(0), until=first.low, gaps=component.gaps,
        )  # fmt: skip
    for before, after in itertools.pairwise(found):
        if before.high is not None and before.high < after.low:
            yield find(
                "incentives.tier-gap", Place(key=f"{at}.tiers[{before.number - 1}].to"), severity=severity,
                at=before.high, until=after.low, gaps=component.gaps,
            )  # fmt: skip
        elif before.high == after.low and before.owns_high and after.owns_low:
            yield find("incentives.tier-overlap", Place(key=f"{at}.tiers[{after.number - 1}].from"),
                       severity=Severity.WARNING, lower=before.number, upper=after.number, at=after.low)  # fmt: skip


def _slopes(at: str, curve: Curve, found: tuple[Band, ...]) -> Iterator[Finding]:
    place = Place(key=at)
    for knot in curve.knots:
        if knot.at >= 0 and knot.jumps:
            yield find("incentives.cliff", place, at=knot.at, left=knot.left, right=knot.right)
        if (knot.at >= 0 and min(knot.value, knot.right) < knot.left) or (knot.at >= 0 and knot.value > knot.right):
            yield find("incentives.non-monotone", place, at=knot.at, before=knot.left, after=knot.right)
    for index, piece in enumerate(curve.pieces):
        end = curve.pieces[index + 1].start if index + 1 < len(curve.pieces) else None
        if piece.slope < 0 and (end is None or end > 0):
            start = max(piece.start or Fraction(0), Fraction(0))
            yield find("incentives.non-monotone", place, at=start, before=piece.at(start), after=piece.at(start + 1))
    if curve.at(Fraction(0)) != 0:
        yield find("incentives.pays-at-zero", place, pay=curve.at(Fraction(0)))
    for before, after in itertools.pairwise(found):
        if before.rate is not None and after.rate is not None and after.rate < before.rate:
            yield find(
                "incentives.rate-decreases", Place(key=f"{at}.tiers[{after.number - 1}]"),
                at=after.low, before=before.rate, after=after.rate,
            )  # fmt: skip


def _weights(plan: Plan) -> Iterator[Finding]:
    weights = {n: c.weight for n, c in plan.components.items() if c.weight is not None}
    if not weights or any(isinstance(w, Ref) and w.name not in plan.parameters for w in weights.values()):
        return
    for day in (None, *change_days(plan, tuple(weights.values()))):
        values = [w if isinstance(w, Fraction) else plan.parameters[w.name].on(day) for w in weights.values()]
        total = sum((w for w in values if w is not None), Fraction(0))
        if total != 1:
            yield find("incentives.weights-not-1", Place(key="components"), total=total, of=tuple(weights))


def _limits(plan: Plan) -> Iterator[Finding]:
    for index, cap in enumerate(plan.caps):
        share = _target_share(cap)
        component = plan.components.get(cap.of)
        target = component.target if component else None
        low = share is not None and share < 1
        if isinstance(cap.limit, Fraction) and isinstance(target, Fraction):
            low = cap.limit < target
        if low:
            yield find("incentives.cap-below-target", Place(key=f"caps[{index}]"), of=cap.of, limit=cap.limit)


def _target_share(limit: Limit) -> Fraction | None:
    from salesteam.core import rational

    return rational(limit.limit.removesuffix("target")) if isinstance(limit.limit, str) else None


def _parameters(plan: Plan) -> Iterator[Finding]:
    for name, parameter in plan.parameters.items():
        for index, dated in enumerate(parameter.values):
            if not dated.source or not dated.reason:
                missing = "reason" if dated.source else "source"
                place = Place(key=f"parameters.{name}.values[{index}]")
                yield find("incentives.param-unexplained", place, name=name, value=dated.value, missing=missing)
