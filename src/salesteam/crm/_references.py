"""Visit and replace the references inside a record."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeVar

import attrs

from salesteam.crm._deals import Split
from salesteam.crm._record import Record
from salesteam.crm._ref import Ref

__all__ = ["references"]

R = TypeVar("R", bound=Record)
_OWN = frozenset({"ref", "merged_into", "extra"})


@cache
def _fields(record: type[Record]) -> tuple[str, ...]:
    """The fields of a class that may hold references: declared as such in their annotations."""
    return tuple(
        field.name
        for field in attrs.fields(record)
        if field.name not in _OWN and ("Ref" in str(field.type) or "Split" in str(field.type))
    )


def references(record: R, visit: Callable[[Ref], Ref]) -> R:
    """Call `visit` with each reference of a record; return the record with what it gives back."""
    changed: dict[str, object] = {}
    for name in _fields(type(record)):
        value = getattr(record, name)
        new: object = value
        if isinstance(value, Ref):
            new = visit(value)
        elif isinstance(value, tuple) and value:
            new = tuple(
                attrs.evolve(item, user=visit(item.user)) if isinstance(item, Split) else visit(item) for item in value
            )
        if new != value:
            changed[name.lstrip("_")] = new
    return attrs.evolve(record, **changed) if changed else record
