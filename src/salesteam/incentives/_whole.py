"""Numbers that hold for the whole plan: counts of months, days, rows and ranks, and what a row is compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, get_args

import attrs

from salesteam.core import Finding, Place, find, rational_text
from salesteam.errors import nearest
from salesteam.incentives._model import Plan
from salesteam.incentives._number import Parameter, Ref, Whole
from salesteam.incentives._parts import Where

__all__ = ["misnamed", "written_out"]

_Put = Callable[[str, Ref], int]


def written_out(plan: Plan) -> Plan:
    """The plan with the value of every name that stands for a count, or for what `where` compares a row with.

    Parameters
    ----------
    plan : Plan
        As read.

    Returns
    -------
    Plan
        The same where no such name stands; a name that `misnamed` tells of counts as one.
    """
    if not plan.parameters:
        return plan
    made: Plan = _mapped(plan, "", plan, lambda _, ref: _count(plan.parameters.get(ref.name)))
    return made


def misnamed(plan: Plan) -> Iterator[Finding]:
    """Names that stand for a count, or in a `where`, and have no value, more than one, or none that is whole.

    Parameters
    ----------
    plan : Plan
        As read.

    Yields
    ------
    Finding
        Errors, all of them.
    """
    stands: list[tuple[str, Ref]] = []

    def told(at: str, ref: Ref) -> int:
        stands.append((at, ref))
        return 1

    _mapped(plan, "", plan, told)
    for at, ref in stands:
        parameter = plan.parameters.get(ref.name)
        if parameter is None:
            near = nearest(ref.name, plan.parameters) or tuple(plan.parameters)
            yield find("incentives.parameter-unknown", Place(key=at), name=ref.name, near=near)
        elif not _undated(plan, parameter):
            yield find("incentives.parameter-dated", Place(key=at), at=at, name=ref.name)
        elif parameter.values[0].value.denominator != 1:
            value = parameter.values[0].value
            yield find("incentives.parameter-not-whole", Place(key=at), at=at, name=ref.name, value=value)
    for at, name in _compared(plan):
        if not _undated(plan, plan.parameters[name]):
            yield find("incentives.parameter-dated", Place(key=at), at=at, name=name)


def _compared(plan: Plan) -> Iterator[tuple[str, str]]:
    """Where a `where` compares with a parameter, and which."""
    parts = [(f"measures.{n}", m.where) for n, m in plan.measures.items()]
    parts += [(f"components.{n}", c.where) for n, c in plan.components.items()]
    for at, conditions in parts:
        for condition in conditions:
            for text in condition.values:
                if _named(plan, text):
                    yield f"{at}.where.{condition.column}", text[1:]


def _undated(plan: Plan, parameter: Parameter) -> bool:
    """Whether a parameter has one value, which holds from the first day of the plan or from the beginning."""
    if len(parameter.values) != 1:
        return False
    start = parameter.values[0].from_
    return start is None or start <= (plan.valid.from_ or date.min)


def _count(parameter: Parameter | None) -> int:
    return int(parameter.values[0].value) if parameter is not None and parameter.values else 1


def _named(plan: Plan, text: str) -> bool:
    return text.startswith("$") and text[1:] in plan.parameters


def _text(plan: Plan, text: str) -> str:
    held = plan.parameters[text[1:]].values if _named(plan, text) else ()
    return rational_text(held[0].value) if held else text


def _mapped(part: Any, at: str, plan: Plan, put: _Put) -> Any:
    """A part of a plan with a number in place of each name that stands for a count; itself where there is none."""
    if isinstance(part, Ref):
        return put(at, part)
    if isinstance(part, Where):
        values = tuple(_text(plan, text) for text in part.values)
        return part if values == part.values else attrs.evolve(part, values=values)
    if isinstance(part, Mapping):
        made = {name: _mapped(each, f"{at}.{name}", plan, put) for name, each in part.items()}
        return made if any(made[name] is not part[name] for name in made) else part
    if isinstance(part, tuple):
        parts = tuple(_mapped(each, f"{at}[{index}]", plan, put) for index, each in enumerate(part))
        return parts if any(new is not old for new, old in zip(parts, part, strict=True)) else part
    changed = {}
    kind: Any = type(part)
    for field, key in _counting(kind):
        old = getattr(part, field)
        new = _mapped(old, f"{at}.{key}" if at else key, plan, put)
        if new is not old:
            changed[field] = new
    return attrs.evolve(part, **changed) if changed else part


@cache
def _counting(noun: Any) -> tuple[tuple[str, str], ...]:
    """The fields of a noun in which a count or a `where` can stand, however deep, each with its key."""
    if not attrs.has(noun):
        return ()
    fields = attrs.fields(attrs.resolve_types(noun))
    return tuple((f.name, str(f.metadata.get("key", f.name))) for f in fields if _counts(f.type))


def _counts(kind: Any) -> bool:
    if kind is Where or kind == Whole or set(get_args(Whole)) <= set(get_args(kind)):
        return True
    return any(_counts(each) for each in get_args(kind)) or bool(attrs.has(kind) and _counting(kind))
