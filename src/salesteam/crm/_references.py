"""Visit and replace the references inside a record."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import attrs

from salesteam.crm._deals import Split
from salesteam.crm._field_type import field_types
from salesteam.crm._record import Record
from salesteam.crm._ref import Ref

__all__ = ["references"]

R = TypeVar("R", bound=Record)
_OWN = frozenset({"ref", "merged_into"})


@cache
def _fields(record: Any) -> tuple[str, ...]:
    """The fields of a class that hold references."""
    types = field_types(record)
    return tuple(name for name, type_ in types.items() if type_.base in {Ref, Split} and name not in _OWN)


def references(record: R, visit: Callable[[Ref], Ref]) -> R:
    """Visit each reference inside a record, and put back what the visit returns.

    Parameters
    ----------
    record : Record
        Its own `ref` and `merged_into` are not visited.
    visit : callable
        Takes a `Ref` and returns one.

    Returns
    -------
    Record
        The same record if nothing changed.

    Examples
    --------
    >>> from salesteam.crm import Deal
    >>> deal = Deal(ref=Ref("demo", "deal", "D-1"), status="open", owner=Ref("demo", "user", "li"))
    >>> str(references(deal, lambda ref: Ref("crm", ref.kind, ref.external_id)).owner)
    'crm:user:li'
    """
    changed: dict[str, Any] = {}
    kind: Any = type(record)
    for name in _fields(kind):
        value = getattr(record, name)
        new: object = value
        if isinstance(value, Ref):
            new = visit(value)
        elif isinstance(value, tuple) and value:
            new = tuple(
                attrs.evolve(item, user=visit(item.user)) if isinstance(item, Split) else visit(item) for item in value
            )
        if new != value:
            changed[name] = new
    return attrs.evolve(record, **changed) if changed else record
