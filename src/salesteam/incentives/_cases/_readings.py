"""Which other reading of a plan gives what a case expects: its choices, one by one, decided otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import attrs

from salesteam.incentives._choices import filled
from salesteam.incentives._component import Component
from salesteam.incentives._model import Plan
from salesteam.incentives._options import OPTIONS

__all__ = ["readings"]

N = TypeVar("N")

_BANDED = ("marginal", "slab", "from_threshold", "forward", "interpolated_amount", "bonus", "proportional_rate")
_ACCUMULATES = frozenset({*_BANDED, "spiff"})
_EDGES = ("lower_inclusive", "upper_inclusive")


def readings(plan: Plan) -> Iterator[tuple[str, Plan]]:
    """The plan with one choice of the ground rules decided otherwise, for each other option.

    Parameters
    ----------
    plan : Plan
        As a case has it; its bundle of conventions is written out first.

    Yields
    ------
    tuple of (str, Plan)
        ``components.c.method = slab``, and the plan that says so.
    """
    full = filled(plan)
    for name, component in full.components.items():
        for text, other in _of_component(component):
            yield f"components.{name}.{text}", _with(full, components={**full.components, name: other})
    for field, keys in _LISTED.items():
        yield from _of_list(full, field, keys)
    yield from _of_noun(full, "proration", {"basis": "basis", "counted_if": "counted_if"})
    yield from _of_noun(full, "fx", {"rate_on": "rate_on", "round": "round"})
    for key in ("negative_period", "parameters_at", "guarantee_and_draw"):
        if getattr(full, key) is not None:
            for option in _others(key, getattr(full, key)):
                yield f"{key} = {option}", _with(full, **{key: option})


_LISTED: Mapping[str, Mapping[str, str]] = {
    "crediting": {"kind": "kind"},
    "caps": {"at": "at"},
    "floors": {"at": "at"},
    "modifiers": {"join": "join", "edge": "edge", "between": "between"},
    "gates": {"meanwhile": "meanwhile"},
    "draw": {"kind": "draw.kind", "repay_from": "repay_from"},
    "clawback": {"method": "clawback.method"},
}
"""Fields of a plan that hold lists, with the choices of their nouns."""


def _with(noun: N, **changes: Any) -> N:
    evolve: Any = attrs.evolve  # a field named at run time has no type that a checker could know
    changed: N = evolve(noun, **changes)
    return changed


def _others(choice: str, now: Any) -> list[str]:
    return [option for option in OPTIONS[choice] if option != now]


def _of_component(c: Component) -> Iterator[tuple[str, Component]]:
    if c.method in _BANDED:
        for method in _BANDED:
            if method != c.method:
                yield from _as_method(c, method)
    for key, choice in _choices(c):
        for option in _others(choice, getattr(c, key)):
            more = {"edge": c.edge or "lower_inclusive"} if key == "between" else {}
            yield f"{key} = {option}", _with(c, **{key: option, **more})


def _choices(c: Component) -> Iterator[tuple[str, str]]:
    """The keys of a component that hold a choice which moves its money, and the name of the choice."""
    if c.method in _ACCUMULATES and c.accumulate is not None:
        yield "accumulate", "accumulate"
    for key in ("edge", "crossing", "leavers", "unclaimed", "ties", "hierarchy_at"):
        if getattr(c, key) is not None:
            yield key, key
    if c.between is not None:
        yield "between", "matrix.between" if c.method == "matrix" else "between"
    if c.method == "lookup" and c.join is not None:
        yield "join", "lookup.join"


def _as_method(c: Component, method: str) -> Iterator[tuple[str, Component]]:
    """The same bands under another method; an edge is chosen both ways where there was none."""
    amounts = any(tier.amount is not None for tier in c.tiers)
    if amounts != (method in {"interpolated_amount", "bonus"}) or (method == "from_threshold" and c.threshold is None):
        return
    crossing = c.crossing or ("new_rate" if method == "forward" else None)
    for edge in (c.edge,) if c.edge is not None or method in {"marginal", "interpolated_amount"} else _EDGES:
        said = f", edge = {edge}" if edge != c.edge else ""
        yield f"method = {method}{said}", _with(c, method=method, edge=edge, crossing=crossing)


def _of_list(plan: Plan, field: str, keys: Mapping[str, str]) -> Iterator[tuple[str, Plan]]:
    nouns = getattr(plan, field)
    for index, noun in enumerate(nouns):
        for key, choice in keys.items():
            now = getattr(noun, key)
            for option in _others(choice, now) if now is not None else ():
                changed = (*nouns[:index], _with(noun, **{key: option}), *nouns[index + 1 :])
                yield f"{field}[{index}].{key} = {option}", _with(plan, **{field: changed})


def _of_noun(plan: Plan, field: str, keys: Mapping[str, str]) -> Iterator[tuple[str, Plan]]:
    noun = getattr(plan, field)
    for key, choice in keys.items() if noun is not None else ():
        now = getattr(noun, key)
        for option in _others(choice, now) if now is not None else ():
            yield f"{field}.{key} = {option}", _with(plan, **{field: _with(noun, **{key: option})})
