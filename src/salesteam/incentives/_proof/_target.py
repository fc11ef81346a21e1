"""Pay at target: caps below it, bands above a cap, nothing at target, a target that the rates do not pay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import attrs

from salesteam.core import Finding, Place, find
from salesteam.incentives._bending import Limit, TargetShare
from salesteam.incentives._component import Component
from salesteam.incentives._curve import Curve, Piece
from salesteam.incentives._model import Plan
from salesteam.incentives._parts import Above
from salesteam.incentives._path import Path
from salesteam.incentives._proof._sums import profiles
from salesteam.incentives._proof._together import factor_shape, plan_quota
from salesteam.incentives._shape import Lookup

__all__ = ["Known", "caps", "target_pay"]

ONE = Fraction(1)


@attrs.frozen(kw_only=True)
class Known:
    """What the plan itself says of a component on a day: its curve, its quota, its target in money."""

    name: str
    c: Component
    curve: Curve
    quota: Fraction | None
    target: Fraction | None

    @classmethod
    def of(cls, plan: Plan, name: str, curve: Curve, look: Lookup) -> Known:
        """Gather it."""
        c = plan.components[name]
        weight = look(c.weight) if c.weight is not None else ONE
        target = None if c.target is None else look(c.target) * weight
        path = Path.parse(c.measure or "")
        quota = plan_quota(plan, None if path is None or path.team else path.measure, look)
        return cls(name=name, c=c, curve=curve, quota=quota, target=target)

    @property
    def unit(self) -> Fraction | None:
        """What one unit of the curve is in money; None if the plan does not say."""
        if self.curve.pays == "one":
            return ONE
        if self.curve.pays == "quota":
            return self.quota
        if self.curve.pays == "target":
            return self.target
        if self.curve.pays == "target/quota" and self.target is not None and self.quota is not None:
            return self.target / self.quota
        return None

    @property
    def goal(self) -> Fraction | None:
        """Where the target is met, in the x of the curve."""
        return ONE if self.curve.x == "quota" else self.quota


def caps(plan: Plan, curves: Mapping[str, Curve], look: Lookup) -> Iterator[Finding]:
    """Findings about caps on a day."""
    for index, cap in enumerate(plan.caps):
        place = Place(key=f"caps[{index}]")
        share = look(cap.limit.share) if isinstance(cap.limit, TargetShare) else None
        money = None if isinstance(cap.limit, TargetShare) else look(cap.limit)
        target = _target(plan, cap.of, look)
        if (share is not None and share < 1) or (money is not None and target is not None and money < target):
            yield find("incentives.cap-below-target", place, of=cap.of, limit=cap.limit)
        for name in _capped(plan, cap):
            if name in curves:
                yield from _hidden(plan, cap, Known.of(plan, name, curves[name], look), (place, look))


def _target(plan: Plan, of: str, look: Lookup) -> Fraction | None:
    """The target pay of a component or of the plan, if the plan says it."""
    wanted = plan.components if of == "plan" else {n: c for n, c in plan.components.items() if n == of}
    found = [look(c.target) * (ONE if c.weight is None else look(c.weight)) for c in wanted.values() if c.target]
    paid = [c for c in wanted.values() if c.target is not None]
    return sum(found, Fraction(0)) if paid and len(paid) == len(wanted) else None


def _capped(plan: Plan, cap: Limit) -> tuple[str, ...]:
    """The components whose whole pay a cap limits."""
    if cap.of in plan.components:
        return (cap.of,)
    if cap.of == "deal":
        return tuple(name for name, c in plan.components.items() if c.accumulate == "transaction")
    return tuple(plan.components) if len(plan.components) == 1 and cap.of == "plan" else ()


def _hidden(plan: Plan, cap: Limit, known: Known, on: tuple[Place, Lookup]) -> Iterator[Finding]:
    place, look = on
    limit = _limit(cap, known, look)
    least = _least_factor(plan, cap, known.name, look)
    if limit is None or least is None:
        return
    pieces = known.curve.pieces
    for index, piece in enumerate(pieces):
        new = index > 0 and piece.tier is not None and piece.tier != pieces[index - 1].tier
        end = pieces[index + 1].start if index + 1 < len(pieces) else None
        if new and piece.start is not None and piece.start > 0 and _lowest(piece, end) * least >= limit:
            before = pieces[index - 1].at(piece.start) * least
            if before >= limit:
                yield find("incentives.cap-hides-tiers", place, at=piece.start, of=cap.of, limit=cap.limit)


def _lowest(piece: Piece, end: Fraction | None) -> Fraction:
    """The least that a piece pays between its start and its end."""
    assert piece.start is not None
    if end is None:
        return piece.at(piece.start) if piece.slope >= 0 and piece.square >= 0 else Fraction(-1)
    return min(piece.at(piece.start), piece.at(end))


def _limit(cap: Limit, known: Known, look: Lookup) -> Fraction | None:
    """A cap in the units of a curve."""
    unit = known.unit
    if isinstance(cap.limit, TargetShare):
        share = look(cap.limit.share)
        if known.curve.pays == "target":
            return share
        return None if known.target is None or not unit else share * known.target / unit
    return look(cap.limit) / unit if unit else None


def _least_factor(plan: Plan, cap: Limit, name: str, look: Lookup) -> Fraction | None:
    """The least that factors before a cap can be; None if nobody knows."""
    if cap.at == "before_modifiers":
        return ONE
    least = ONE
    for modifier in plan.modifiers:
        if modifier.of not in {name, "plan"} or (modifier.of == "plan" and cap.of != "plan"):
            continue
        shape = factor_shape(modifier, look)
        if shape is None:
            return None
        bounds = [p.start for p in shape.parts if p.start is not None]
        least *= min(shape.at(b + d) for b in bounds for d in (-ONE, Fraction(0), ONE)) if bounds else shape.at(ONE)
    return least if least >= 0 else None


def target_pay(plan: Plan, curves: Mapping[str, Curve], look: Lookup) -> Iterator[Finding]:
    """Findings about what is paid where the target is met."""
    known = {name: Known.of(plan, name, curve, look) for name, curve in curves.items()}
    by_measure: dict[str, list[Known]] = {}
    for each in known.values():
        by_measure.setdefault(each.c.measure or "", []).append(each)
    for group in by_measure.values():
        at_goal = [each.curve.at(each.goal) if each.goal is not None else None for each in group]
        if len(at_goal) == sum(pay == 0 for pay in at_goal):
            place = Place(key=f"components.{group[0].name}")
            yield find("incentives.pays-nothing-at-target", place, at=group[0].goal)
    told: set[str] = set()
    for each in known.values():
        yield from _above(each, look)
        if each.c.target is not None:
            yield from _own_target(each)
            told.add(each.name)
    for names in profiles(plan):
        shared = [known[n] for n in names if n in known and n not in told and _of_target(known[n])]
        more = [n for n in names if plan.components[n].method in {"matrix", "mbo"} and not plan.components[n].target]
        yield from _shared_target(shared, len(more) + len(shared), look)


def _above(known: Known, look: Lookup) -> Iterator[Finding]:
    """A curve that goes on in money above its last node: it must not fall, nor be flatter than before."""
    above = known.c.above
    if not isinstance(above, Above) or above.rate is None:
        return
    rate, last = look(above.rate), known.curve.pieces[-1]
    place = Place(key=f"components.{known.name}")
    if rate < 0 and last.start is not None:
        yield find("incentives.non-monotone", place, at=last.start, before=Fraction(0), after=rate)
    if known.quota is None or not known.target or last.start is None or len(known.curve.pieces) < 2:
        return
    slope, before = rate * known.quota / known.target, known.curve.pieces[-2].slope
    if last.start >= 1 and 0 < slope < before:
        yield find("incentives.slow-accelerator", place, at=last.start, before=before, after=slope)


def _of_target(known: Known) -> bool:
    return known.curve.pays == "target" and known.curve.x == "quota"


def _own_target(known: Known) -> Iterator[Finding]:
    """A component with its own target in money, and a quota or a curve by attainment."""
    unit, goal, target = known.unit, known.goal, known.target
    if unit is None or goal is None or target is None:
        return
    pay = known.curve.at(goal) * unit
    if pay not in {target, 0}:
        place = Place(key=f"components.{known.name}")
        yield find("incentives.ote-incoherent", place, at=goal, of=known.name, pay=pay, target=target)


def _shared_target(shared: list[Known], many: int, look: Lookup) -> Iterator[Finding]:
    """Components that divide the target of a payee: at target they pay all of it."""
    if not shared:
        return
    weights = [look(k.c.weight) if k.c.weight is not None else ONE for k in shared]
    pays = [k.curve.at(ONE) for k in shared]
    if many == len(shared):
        pay, target = sum((w * p for w, p in zip(weights, pays, strict=True)), Fraction(0)), ONE
        if all(k.c.weight is not None for k in shared):
            target = sum(weights, Fraction(0))
    else:
        pay = target = ONE
        for w, p in zip(weights, pays, strict=True):
            pay += w * (p - 1)
    if pay not in {target, 0}:
        place = Place(key=f"components.{shared[0].name}" if len(shared) == 1 else "components")
        of = tuple(k.name for k in shared)
        yield find("incentives.ote-incoherent", place, at=ONE, of=of, pay=pay, target=target)
