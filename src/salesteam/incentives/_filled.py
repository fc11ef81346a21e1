"""A plan as it is run: what it says once for several parts, and what its bundle of conventions says, written out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from salesteam.incentives._choices import CONVENTIONS, choices
from salesteam.incentives._component import Component
from salesteam.incentives._model import Plan
from salesteam.incentives._whole import written_out

__all__ = ["filled"]

_COMPONENTS = "components."


def filled(plan: Plan) -> Plan:
    """The plan with what it says in one place for several, and its bundle of conventions, written out.

    Explicit keys win: over `hierarchy_at` of the plan, and that over the bundle.

    Parameters
    ----------
    plan : Plan
        As read.

    Returns
    -------
    Plan
        The same if there is nothing to fill. A `method` is never filled.
    """
    plan = _spread(plan)
    bundle = CONVENTIONS.get(plan.conventions or "")
    if bundle is None:
        return plan
    for _ in range(2):  # what a draw is decides whether it is repaid
        for choice in list(choices(plan)):
            if choice.value is None and choice.fits and choice.name in bundle:
                plan = _put(plan, _steps(choice.path), bundle[choice.name])
    return plan


def _spread(plan: Plan) -> Plan:
    """Counts under a name; the components that overrides are on; the hierarchy of the plan."""
    plan = written_out(plan)
    rollup, day = plan.rollup, plan.hierarchy_at
    if rollup is not None and rollup.hierarchy_at is None and day is not None:
        plan = attrs.evolve(plan, rollup=attrs.evolve(rollup, hierarchy_at=day))
    overrides = {name: c for name, c in plan.components.items() if c.method == "override"}
    made = {name: _spelled(c, plan) for name, c in overrides.items()}
    return attrs.evolve(plan, components={**plan.components, **made}) if overrides else plan


def _spelled(c: Component, plan: Plan) -> Component:
    """An override with its hierarchy, and on pay with its component."""
    if c.base == "pay" and c.component is None:
        others = [name for name, each in plan.components.items() if each is not c]
        if c.measure in plan.components:
            c = attrs.evolve(c, component=c.measure, measure=None)
        elif len(others) == 1:  # there is nothing else that it could be on
            c = attrs.evolve(c, component=others[0])
    return attrs.evolve(c, hierarchy_at=c.hierarchy_at or plan.hierarchy_at)


def _steps(path: str) -> list[str | int]:
    """The steps of a path; the name of a component may hold dots."""
    if path.startswith(_COMPONENTS):
        name, _, last = path.removeprefix(_COMPONENTS).rpartition(".")
        inner, bracket, number = name.rpartition(".tables[")
        table: list[str | int] = ["tables", int(number[:-1])] if bracket else []
        return ["components", inner if bracket else name, *table, last]
    head, _, last = path.rpartition(".")
    if head.endswith("]"):
        part, _, number = head.rpartition("[")
        return [part, int(number[:-1]), last]
    return [head, last] if head else [last]


def _put(whole: Any, steps: list[str | int], value: str) -> Any:
    step, rest = steps[0], steps[1:]
    if isinstance(whole, Mapping):
        return {**whole, step: _put(whole[step], rest, value)}
    if isinstance(whole, tuple):
        index = int(step)
        return (*whole[:index], _put(whole[index], rest, value), *whole[index + 1 :])
    field = str(step)
    return attrs.evolve(whole, **{field: _put(getattr(whole, field), rest, value) if rest else value})
