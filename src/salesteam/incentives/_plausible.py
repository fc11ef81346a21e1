"""Whether the numbers of a plan can be meant: shares, steps, nodes, clamps, limits, names."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from fractions import Fraction

from salesteam.core import Finding, Place, find
from salesteam.core._currencies import EXPONENTS
from salesteam.errors import nearest
from salesteam.incentives._bending import TargetShare
from salesteam.incentives._component import Component
from salesteam.incentives._curves import change_days, number_on
from salesteam.incentives._filled import filled
from salesteam.incentives._model import Plan
from salesteam.incentives._number import Number, Ref
from salesteam.incentives._parts import Rounding
from salesteam.incentives._proof._asks import out_of_range

__all__ = ["MOST_BANDS", "currency_known", "plausible"]

MOST_BANDS = 1_000
"""How many bands or nodes a component may have; every band is a step of every row."""

MOST_OF_QUOTA = 20
"""How many times a quota is more than anybody means."""


def currency_known(plan: Plan) -> Iterator[Finding]:
    """A finding if the currency of a plan is none of ISO 4217, for nothing can be computed then."""
    if plan.currency not in EXPONENTS:
        near = nearest(plan.currency, EXPONENTS) or ("CNY", "EUR", "USD")
        yield find("incentives.currency-unknown", Place(key="currency"), currency=plan.currency, near=near)


def plausible(plan: Plan) -> Iterator[Finding]:
    """Findings for numbers and names that nobody can have meant.

    Parameters
    ----------
    plan : Plan
        As read.

    Yields
    ------
    Finding
        Errors, all of them.
    """
    full = filled(plan)
    yield from _names(full)
    yield from _credits(full)
    for name, c in full.components.items():
        at = f"components.{name}"
        yield from _nodes(full, at, c.nodes)
        yield from _quota_shares(full, at, c)
        count = max(len(c.tiers), len(c.nodes))
        if count > MOST_BANDS:
            yield find("incentives.bands-too-many", Place(key=at), at=at, count=count, limit=MOST_BANDS)
        if isinstance(c.shares, Mapping):
            yield from _pool_shares(full, at, c.shares)
    yield from _factors(full)
    yield from _steps(full)
    yield from _caps(full)


def _values(plan: Plan, *numbers: Number) -> Iterator[Fraction]:
    """Every value that a number ever has."""
    for number in numbers:
        if isinstance(number, Fraction):
            yield number
        elif number.name in plan.parameters:
            yield from (dated.value for dated in plan.parameters[number.name].values)


def _names(plan: Plan) -> Iterator[Finding]:
    for name in plan.components:
        if name in {"plan", "deal"}:
            yield find("incentives.name-reserved", Place(key=f"components.{name}"), name=name)
    for name in plan.measures:
        if name == "team" or "." in name or not name:
            yield find("incentives.name-reserved", Place(key=f"measures.{name}"), name=name)


def _credits(plan: Plan) -> Iterator[Finding]:
    rest = [(index, rule) for index, rule in enumerate(plan.crediting) if rule.share == "rest"]
    for index, rule in rest[1:]:
        yield find("incentives.rest-twice", Place(key=f"crediting[{index}].share"), first=rest[0][1].to, second=rule.to)
    for index, rule in enumerate(plan.crediting):
        if rule.share == "rest":
            continue
        for share in _values(plan, rule.share):
            if share < 0 or (share > 1 and rule.kind == "carve_out"):
                place = Place(key=f"crediting[{index}].share")
                yield find("incentives.share-out-of-range", place, of=rule.to, share=share)


def _pool_shares(plan: Plan, at: str, shares: Mapping[str, Number]) -> Iterator[Finding]:
    place = Place(key=f"{at}.shares")
    for payee, share in shares.items():
        for value in _values(plan, share):
            if value < 0:
                yield find("incentives.share-out-of-range", place, of=payee, share=value)
    if any(isinstance(s, Ref) and not _held(plan, s) for s in shares.values()):
        return
    for day in (None, *change_days(plan, tuple(shares.values()))):
        total = sum((number_on(plan, day)(share) for share in shares.values()), Fraction(0))
        if total > 1:
            yield find("incentives.pool-shares-over", place, at=at, total=total)


def _held(plan: Plan, ref: Ref) -> bool:
    return ref.name in plan.parameters and bool(plan.parameters[ref.name].values)


def _nodes(plan: Plan, at: str, nodes: tuple[tuple[Number, Number], ...]) -> Iterator[Finding]:
    if any(isinstance(x, Ref) and not _held(plan, x) for x, _ in nodes):
        return
    for day in (None, *change_days(plan, nodes)):
        look = number_on(plan, day)
        places = sorted(look(x) for x, _ in nodes)
        for before, after in itertools.pairwise(places):
            if before == after:
                yield find("incentives.node-twice", Place(key=f"{at}.nodes"), at=after)


def _quota_shares(plan: Plan, at: str, c: Component) -> Iterator[Finding]:
    """Amounts, or percent without its sign, where bounds are shares of quota: the first of them."""
    shares = [(f"{at}.nodes[{index}]", a) for index, (a, _) in enumerate(c.nodes)]
    if c.bounds == "quota":
        shares += [(f"{at}.threshold", c.threshold)] if c.threshold is not None else []
        shares += [(f"{at}.tiers[{index}].from", tier.from_) for index, tier in enumerate(c.tiers)]
    for key, number in shares:
        wide = [value for value in _values(plan, number) if value >= MOST_OF_QUOTA]
        if wide:
            yield find("incentives.share-of-quota", Place(key=key), value=wide[0])
            return


def _clamp(plan: Plan, at: str, clamp: tuple[Number, Number]) -> Iterator[Finding]:
    if any(isinstance(x, Ref) and not _held(plan, x) for x in clamp):
        return
    for day in (None, *change_days(plan, clamp)):
        low, high = (number_on(plan, day)(x) for x in clamp)
        if low > high:
            yield find("incentives.clamp-upside-down", Place(key=at), low=low, high=high)


def _factors(plan: Plan) -> Iterator[Finding]:
    for index, modifier in enumerate(plan.modifiers):
        yield from _nodes(plan, f"modifiers[{index}]", modifier.nodes)
        if modifier.clamp is not None:
            yield from _clamp(plan, f"modifiers[{index}].clamp", modifier.clamp)
    for of in dict.fromkeys(m.of for m in plan.modifiers):
        joins = sorted({m.join for m in plan.modifiers if m.of == of and m.join is not None})
        if len(joins) > 1:
            yield find("incentives.join-mixed", Place(key="modifiers"), of=of, joins=tuple(joins))


def _steps(plan: Plan) -> Iterator[Finding]:
    """Findings for a value of a parameter by which nothing can be rounded."""
    rounds = [(f"modifiers[{index}].round", m.round) for index, m in enumerate(plan.modifiers) if m.round is not None]
    if isinstance(plan.attainment_rounding, Rounding):
        rounds.append(("attainment_rounding", plan.attainment_rounding))
    for at, rounding in rounds:
        for step in _values(plan, rounding.to):
            if step <= 0:
                yield out_of_range(f"{at}.to", step, en="a step above zero, such as 1%", zh="大于零的步长，如 1%")


def _caps(plan: Plan) -> Iterator[Finding]:
    for index, cap in enumerate(plan.caps):
        number = cap.limit.share if isinstance(cap.limit, TargetShare) else cap.limit
        for value in _values(plan, number):
            if value < 0:
                told = value if number is cap.limit else TargetShare(value)
                yield find("incentives.cap-negative", Place(key=f"caps[{index}].limit"), of=cap.of, limit=told)
