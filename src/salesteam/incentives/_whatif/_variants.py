"""The other readings of a plan: each choice that it makes, taken another way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import attrs

from salesteam.incentives._check import check_plan
from salesteam.incentives._choices import Choice, choices
from salesteam.incentives._curves import refs
from salesteam.incentives._filled import filled
from salesteam.incentives._model import Plan
from salesteam.incentives._options import OPTIONS

__all__ = ["Variant", "variants"]

_MOST = 16
"""Most combinations that are tried where another option asks for further choices."""


@attrs.frozen(kw_only=True)
class Variant:
    """A plan that takes one choice another way, and with it those that this asks for."""

    choice: Choice
    option: str
    also: tuple[tuple[str, str], ...]
    plan: Plan


def variants(plan: Plan) -> Iterator[Variant]:
    """Every other option of every choice that a plan makes, one at a time.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.

    Yields
    ------
    Variant
        An option that asks for a choice which the plan did not have to make comes once with each of its options.
    """
    joined: set[str] = set()
    for choice in choices(plan, used=refs(plan)):
        if choice.value is None or not choice.fits:
            continue
        if choice.name == "join":
            of = plan.modifiers[_index(choice.at)].of
            if of in joined or not choice.moves:
                continue
            joined.add(of)
        for option in OPTIONS[choice.name]:
            if option != choice.value:
                yield from _complete(choice, option, _taken(plan, choice, option))


def _index(at: str) -> int:
    return int(at.rpartition("[")[2].removesuffix("]"))


def _taken(plan: Plan, choice: Choice, option: str) -> Plan:
    """The plan with another option; factors on one thing join in one way, so all of them change."""
    if choice.name == "join":
        of = plan.modifiers[_index(choice.at)].of
        changed = tuple(_put(m, ["join"], option) if m.of == of else m for m in plan.modifiers)
        return attrs.evolve(plan, modifiers=changed)
    made: Plan = _put(plan, _steps(choice), option)
    return made


def _complete(choice: Choice, option: str, plan: Plan) -> Iterator[Variant]:
    """The variant; or one for each way to make the choices that it lacks."""
    errors = check_plan(plan).errors
    found = {c.path: c for c in choices(filled(plan), used=refs(plan))}
    asked = [found[f.place.key] for f in errors if f.code == "incentives.choice-missing" and f.place.key in found]
    if len(asked) < len(errors):
        asked = []
    ways = list(product(*(OPTIONS[c.name] for c in asked)))
    if not asked or len(ways) > _MOST:
        yield Variant(choice=choice, option=option, also=(), plan=plan)
        return
    for way in ways:
        complete = plan
        for each, taken in zip(asked, way, strict=True):
            complete = _put(complete, _steps(each), taken)
        also = tuple((each.path, taken) for each, taken in zip(asked, way, strict=True))
        yield Variant(choice=choice, option=option, also=also, plan=complete)


def _steps(choice: Choice) -> list[str | int]:
    """The way from a plan to a choice; the name of a component may hold dots."""
    at, steps = choice.at, list[str | int]()
    if at.startswith("components."):
        name, bracket, number = at.removeprefix("components.").partition(".tables[")
        steps = ["components", name]
        if bracket:
            steps += ["tables", int(number[:-1])]
    elif at.endswith("]"):
        steps = [at.partition("[")[0], _index(at)]
    elif at:
        steps = [at]
    return [*steps, choice.key]


def _put(whole: Any, steps: list[str | int], value: str) -> Any:
    step, *rest = steps
    if isinstance(whole, Mapping):
        return {**whole, step: _put(whole[step], rest, value)}
    if isinstance(whole, tuple):
        return tuple(_put(each, rest, value) if index == step else each for index, each in enumerate(whole))
    return attrs.evolve(whole, **{str(step): _put(getattr(whole, str(step)), rest, value) if rest else value})
