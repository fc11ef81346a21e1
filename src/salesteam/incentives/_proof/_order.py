"""What depends on an order, on a rate of exchange, on who is paid twice, and numbers that no machine holds."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import lcm
from typing import Any

import attrs

from salesteam.core import Finding, Place, Severity, exponent, find
from salesteam.incentives._component import Component
from salesteam.incentives._model import Plan
from salesteam.incentives._number import Number, Ref
from salesteam.incentives._options import OptionsText
from salesteam.incentives._path import Path
from salesteam.incentives._quota import Quota
from salesteam.incentives._shape import Lookup

__all__ = ["draws", "order", "sizes", "twice"]

_EQUAL = OptionsText(
    "{one} and {two} are in the group {group} with the same priority",
    "{one} 与 {two} 同在组 {group}，且优先级相同",
)
_PRIORITY = OptionsText(
    "give each component of the group a priority of its own", "给组内每个条款各写一个不同的 priority"
)
_EARLIER = OptionsText("it counts for nobody whom {first} is for", "凡 {first} 适用的人，均不按本项")
_APART = OptionsText("write for: so that nobody matches both", "请改写 for，使任何人都不会同时符合两项")
_CROSSING = OptionsText(
    "a deal is paid by the deals before it, so deals of one day need an order",
    "每单的比例取决于之前的单，因此同一天的单需要先后",
)
_FIRST = OptionsText("only the first {count} deals are paid", "只有前 {count} 单有奖金")
_GATE = OptionsText("each row is tested with what had been reached by then", "每一行按当时已达到的业绩检验")
_SEQ = OptionsText("fill the column seq", "填写 seq 列")
LIMIT = 2**63


def order(plan: Plan) -> Iterator[Finding]:
    """Findings about what depends on an order that the plan does not say."""
    groups: dict[str, list[tuple[str, Component]]] = {}
    for name, c in plan.components.items():
        if c.group is not None:
            groups.setdefault(c.group, []).append((name, c))
    for group, members in groups.items():
        for (one, a), (two, b) in itertools.combinations(members, 2):
            if a.priority == b.priority and _same_people(a, b):
                why = OptionsText(*(t.format(one=one, two=two, group=group) for t in attrs.astuple(_EQUAL)))
                place = Place(key=f"components.{two}.priority")
                yield find(
                    "incentives.order-matters", place, severity=Severity.ERROR, at=f"components.{two}", why=why,
                    todo=_PRIORITY,
                )  # fmt: skip
    yield from _quotas(plan)
    yield from _by_rows(plan)


def _quotas(plan: Plan) -> Iterator[Finding]:
    """Quotas of one measure that can be for the same person: the first counts, so a later one may never do."""
    for (one, a), (two, b) in itertools.combinations(enumerate(plan.quotas), 2):
        if a.measure != b.measure or not _same_people(a, b):
            continue
        at, first = f"quotas[{two}]", f"quotas[{one}]"
        if _holds_all(a, b):
            yield find("incentives.quota-hidden", Place(key=at), at=at, first=first, of=a.measure)
        elif not _holds_all(b, a):
            why = OptionsText(*(t.format(first=first) for t in attrs.astuple(_EARLIER)))
            yield find("incentives.order-matters", Place(key=at), severity=Severity.NOTE, at=at, why=why, todo=_APART)


def _holds_all(a: Quota, b: Quota) -> bool:
    """Whether a quota is for everybody whom another is for."""
    return all(column in b.for_ and set(b.for_[column]) <= set(values) for column, values in a.for_.items())


def _by_rows(plan: Plan) -> Iterator[Finding]:
    """Notes about pay that hangs on which deal came first."""
    for name, c in plan.components.items():
        late = _CROSSING if c.method == "forward" and len(c.tiers) > 1 and c.crossing != "split" else None
        if c.method == "spiff" and c.first is not None:
            late = OptionsText(*(t.format(count=c.first) for t in attrs.astuple(_FIRST)))
        if late is not None:
            yield _by_row(f"components.{name}", late)
    for index, gate in enumerate(plan.gates):
        if gate.when == "transaction":
            yield _by_row(f"gates[{index}]", _GATE)


def _same_people(a: Component | Quota, b: Component | Quota) -> bool:
    """Whether a payee can match both."""
    return all(set(values) & set(b.for_[column]) for column, values in a.for_.items() if column in b.for_)


def _by_row(at: str, why: OptionsText) -> Finding:
    return find("incentives.order-matters", Place(key=at), severity=Severity.NOTE, at=at, why=why, todo=_SEQ)


def twice(plan: Plan) -> Iterator[Finding]:
    """Findings about two rules for one thing: rates of exchange, overrides beside a roll-up."""
    fx = plan.fx
    if fx is not None and fx.rate_on and fx.quota_rate_on and fx.rate_on != fx.quota_rate_on:
        place = Place(key="fx.quota_rate_on")
        yield find("incentives.fx-mismatch", place, result=fx.rate_on, quota=fx.quota_rate_on)
    if plan.rollup is None:
        return
    for name, c in plan.components.items():
        based = plan.components.get(c.component or "") if c.base == "pay" else c
        if c.method == "override" and based is not None and based.measure is not None:
            path = Path.parse(based.measure)
            measure = plan.measures.get(path.measure) if path is not None else None
            if measure is None or measure.value is not None:
                place = Place(key=f"components.{name}")
                yield find("incentives.override-and-rollup", place, component=name, measure=based.measure)


def draws(plan: Plan, look: Lookup) -> Iterator[Finding]:
    """A recoverable draw repaid from all earnings pays less where the draw is reached; prizes that rise with the place.

    The witness of a draw is its amount D: with a debt of D, earning just below D pays D, and earning D pays nothing.
    """
    for index, draw in enumerate(plan.draw):
        amount = look(draw.amount)
        if draw.kind == "recoverable" and draw.repay_from == "all_earnings" and amount > 0:
            least = Fraction(0)
            if draw.max_recovery_share is not None:
                least = amount * (1 - min(look(draw.max_recovery_share), Fraction(1)))
            if least < amount:
                place = Place(key=f"draw[{index}]")
                yield find("incentives.non-monotone", place, at=amount, before=amount, after=least)
    for name, c in plan.components.items():
        for place_number, (a, b) in enumerate(itertools.pairwise(c.prizes), start=2):
            if look(b) > look(a):
                place = Place(key=f"components.{name}.prizes[{place_number - 1}]")
                yield find("incentives.non-monotone", place, at=Fraction(place_number), before=look(b), after=look(a))


def sizes(plan: Plan) -> Iterator[Finding]:
    """A finding if the numbers of a component have no common scale that a whole number of 64 bits can hold."""
    for name, c in plan.components.items():
        scale = lcm(*(value.denominator for value in _values(plan, c)), 1)
        size = scale * 10 ** exponent(plan.currency)
        if size >= LIMIT:
            place = Place(key=f"components.{name}")
            yield find(
                "incentives.scale-overflow", place, severity=Severity.WARNING, part=f"components.{name}", size=size,
                limit="2**63",
            )  # fmt: skip


def _values(plan: Plan, c: Component) -> Iterator[Fraction]:
    for number in _numbers(c):
        if isinstance(number, Ref):
            yield from (dated.value for dated in plan.parameters[number.name].values)
        else:
            yield number


def _numbers(part: object) -> Iterator[Number]:
    if isinstance(part, (Fraction, Ref)):
        yield part
    elif attrs.has(type(part)):
        whole: Any = type(part)
        for field in attrs.fields(whole):
            yield from _numbers(getattr(part, field.name))
    elif isinstance(part, (tuple, list)):
        for each in part:
            yield from _numbers(each)
    elif isinstance(part, Mapping):
        yield from _numbers(tuple(part.values()))
