"""Whether a plan hangs together: names that exist, keys that a method needs, expressions that can be read."""

from __future__ import annotations

from collections.abc import Iterator

from salesteam.core import Finding, Place, find
from salesteam.errors import InvalidValueError, nearest
from salesteam.incentives._component import paid_component
from salesteam.incentives._curves import refs
from salesteam.incentives._model import Measure, Plan
from salesteam.incentives._proof._asks import unknown
from salesteam.incentives._proof._methods import component_formed
from salesteam.incentives._proof._terms import bending_formed, terms_formed
from salesteam.incentives._value import KNOWN_UNITS, parse, unit_of

__all__ = ["wellformed"]

_AGGREGATES = ("sum", "count", "distinct", "mean", "latest")


def wellformed(plan: Plan) -> Iterator[Finding]:
    """Findings for everything that keeps a plan from being compiled.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.

    Yields
    ------
    Finding
        Errors, all of them.
    """
    yield from _refs(plan)
    for name, measure in plan.measures.items():
        yield from _measure(f"measures.{name}", measure)
    for name, component in plan.components.items():
        yield from component_formed(plan, f"components.{name}", component)
    yield from _circles(plan)
    for index, rule in enumerate(plan.crediting):
        if rule.share == "rest" and rule.kind == "overlay":
            yield find("incentives.rest-overlay", Place(key=f"crediting[{index}].kind"), to=rule.to)
    yield from bending_formed(plan)
    yield from terms_formed(plan)


def _circles(plan: Plan) -> Iterator[Finding]:
    """Overrides that are paid on each other's pay, each circle once, at the first of it."""
    seen: set[str] = set()
    for first in plan.components:
        chain: list[str] = []
        name = first
        while name in plan.components and name not in seen and name not in chain:
            chain.append(name)
            name = paid_component(plan.components[name]) or ""
        if name in chain:
            circle = [*chain[chain.index(name) :], name]
            place = Place(key=f"components.{name}")
            yield find("incentives.override-circle", place, circle=" -> ".join(circle))
        seen.update(chain)


def _refs(plan: Plan) -> Iterator[Finding]:
    for name in refs(plan):
        if name not in plan.parameters:
            near = nearest(name, plan.parameters) or tuple(plan.parameters)
            yield find("incentives.parameter-unknown", Place(key=f"parameters.{name}"), name=name, near=near)
    start = plan.valid.from_
    for name, parameter in plan.parameters.items():
        if not parameter.values:
            yield find("incentives.parameter-empty", Place(key=f"parameters.{name}"), name=name)
            continue
        if start is not None and parameter.on(start) is None:
            yield find("incentives.parameter-empty", Place(key=f"parameters.{name}"), name=name)
        for index, dated in enumerate(parameter.values):
            low, high = parameter.min, parameter.max
            if (low is not None and dated.value < low) or (high is not None and dated.value > high):
                place = Place(key=f"parameters.{name}.values[{index}]")
                yield find("incentives.parameter-out-of-range", place, name=name, value=dated.value)


def _measure(at: str, measure: Measure) -> Iterator[Finding]:
    if measure.aggregate not in _AGGREGATES:
        yield unknown(f"{at}.aggregate", "aggregate", measure.aggregate, _AGGREGATES)
    if measure.value is None:
        return
    place = Place(key=f"{at}.value")
    try:
        tree = parse(measure.value)
    except InvalidValueError as error:
        yield find("incentives.value-unreadable", place, problem=error.what, fix=error.fix)
        return
    try:
        unit = unit_of(tree, {**KNOWN_UNITS, **measure.columns})
    except InvalidValueError as error:
        mixed = error.what.partition(" is no ")[0].partition(" do not ")[0]
        yield find("incentives.unit-mismatch", place, found=mixed, unit=measure.unit)
        return
    units: dict[str, set[str | None]] = {
        "money": {"money"},
        "count": {"count", "number", None},
        "share": {"number", None},
    }
    if measure.aggregate == "sum" and unit not in units[measure.unit]:
        yield find("incentives.unit-mismatch", place, found=unit or "number", unit=measure.unit)
