"""Visit and replace the references inside a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import TypeVar

import attrs

from salesteam.crm._deals import Split
from salesteam.crm._record import Record
from salesteam.crm._ref import Kind, Ref

__all__ = ["REFERENCES", "references"]

R = TypeVar("R", bound=Record)
_OWN = frozenset({"ref", "merged_into", "extra"})

REFERENCES: Mapping[str, Kind] = MappingProxyType(
    {
        "user": "user",
        "owner": "user",
        "co_owners": "user",
        "manager": "user",
        "lead": "user",
        "by": "user",
        "holder": "user",
        "team": "team",
        "account": "account",
        "contact": "contact",
        "product": "product",
        "pipeline": "pipeline",
        "stage": "stage",
        "from_": "stage",
        "to": "stage",
        "deal": "deal",
        "about": "deal",
        "converted_to": "deal",
    }
)
"""Which kind a field refers to; ``parent`` refers to the record's own kind."""


@cache
def _fields(record: type[Record]) -> tuple[str, ...]:
    """The fields of a class that may hold references: declared as such in their annotations."""
    return tuple(
        field.name
        for field in attrs.fields(record)
        if field.name not in _OWN and ("Ref" in str(field.type) or "Split" in str(field.type))
    )


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
