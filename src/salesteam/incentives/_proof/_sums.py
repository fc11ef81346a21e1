"""Shares that must make a whole: weights of components and objectives, seasons of a quota, milestones, splits."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from salesteam.core import Finding, Place, Severity, find
from salesteam.incentives._component import Component
from salesteam.incentives._model import Plan
from salesteam.incentives._number import Number
from salesteam.incentives._shape import Lookup

__all__ = ["profiles", "sums"]

_MOST = 200
"""How many kinds of people are told apart."""


def sums(plan: Plan, look: Lookup) -> Iterator[Finding]:
    """Findings about shares that do not make a whole, on a day."""
    for names in profiles(plan):
        weights = {n: plan.components[n].weight for n in names}
        held = {n: w for n, w in weights.items() if w is not None}
        if held and (total := _total(held.values(), look)) != 1:
            yield find("incentives.weights-not-1", Place(key="components"), total=total, of=tuple(held))
    for name, c in plan.components.items():
        yield from _of_component(f"components.{name}", c, look)
    for index, quota in enumerate(plan.quotas):
        if quota.weights and (total := _total(quota.weights, look)) != 1:
            yield find(
                "incentives.seasonality-not-1", Place(key=f"quotas[{index}].weights"), total=total, of=quota.measure
            )
    for index, release in enumerate(plan.release):
        shares = [m.share for m in release.milestones]
        if shares and (total := _total(shares, look)) != 1:
            yield find("incentives.milestones-not-1", Place(key=f"release[{index}].milestones"), total=total)


def _of_component(at: str, c: Component, look: Lookup) -> Iterator[Finding]:
    if c.objectives:
        total = _total((o.weight for o in c.objectives), look)
        if total != 1:
            of = tuple(o.measure for o in c.objectives)
            yield find("incentives.weights-not-1", Place(key=f"{at}.objectives"), total=total, of=of)
    if isinstance(c.pay_split, Mapping) and c.pay_split:
        total = _total(c.pay_split.values(), look)
        if total != 1:  # less than all of it may be meant, more cannot
            severity = Severity.WARNING if total < 1 else Severity.ERROR
            place, of = Place(key=f"{at}.pay_split"), tuple(c.pay_split)
            yield find("incentives.weights-not-1", place, severity=severity, total=total, of=of)


def _total(numbers: Iterable[Number], look: Lookup) -> Fraction:
    return sum((look(n) for n in numbers), Fraction(0))


def profiles(plan: Plan) -> Iterator[tuple[str, ...]]:
    """For each kind of people that the plan tells apart by `for`, the components that pay them.

    Parameters
    ----------
    plan : Plan
        Any plan.

    Yields
    ------
    tuple of str
        Names of components, each set once.
    """
    words: dict[str, set[str | None]] = {}
    for c in plan.components.values():
        for column, values in c.for_.items():
            words.setdefault(column, {None}).update(values)
    kinds = itertools.product(*(sorted(v, key=lambda w: w or "") for v in words.values()))
    seen: set[tuple[str, ...]] = set()
    for kind in itertools.islice(kinds, _MOST):
        person = dict(zip(words, kind, strict=True))
        names = tuple(
            name for name, c in plan.components.items() if all(person[col] in wanted for col, wanted in c.for_.items())
        )
        if names not in seen:
            seen.add(names)
            yield names
