"""Which numbers of a transaction a plan reads, measure by measure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import attrs

from salesteam.incentives._model import Plan
from salesteam.incentives._value import columns_of, parse

__all__ = ["looked_at", "named_in", "read_by"]


def read_by(plan: Plan, numbers: Collection[str]) -> dict[str, frozenset[str]]:
    """The number columns without which a transaction cannot count for a measure.

    Parameters
    ----------
    plan : Plan
        Those of its measures are given that come from transactions.
    numbers : collection of str
        Columns that hold numbers.
    """
    found: dict[str, frozenset[str]] = {}
    for name, measure in plan.measures.items():
        if measure.value is not None:
            own = columns_of(parse(measure.value)) if measure.aggregate != "distinct" else ()
            found[name] = frozenset((*own, *(each.column for each in measure.where))) & frozenset(numbers)
    return found


def looked_at(plan: Plan) -> frozenset[str]:
    """The measures on which any pay hangs."""
    return frozenset(named_in((plan.components, plan.gates, plan.modifiers)))


def named_in(part: Any) -> Iterator[str]:
    """The measures that parts of a plan name, by themselves or in a path."""
    if isinstance(part, (tuple, Mapping)):
        for each in part.values() if isinstance(part, Mapping) else part:
            yield from named_in(each)
    elif attrs.has(type(part)):
        for field in attrs.fields(type(part)):
            value = getattr(part, field.name)
            if field.name in {"measure", "of"} and isinstance(value, str):
                yield value.removeprefix("team.").partition(".")[0]
            else:
                yield from named_in(value)
