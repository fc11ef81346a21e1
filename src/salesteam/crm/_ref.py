"""What names a record: its source, its kind, and the id that the source gave it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args
from uuid import UUID, uuid5

import attrs

from salesteam.errors import InvalidValueError, nearest

__all__ = ["ANY_KIND", "KINDS", "REFERENCES", "Kind", "Ref", "nameless"]

Kind = Literal[
    "user",
    "team",
    "membership",
    "account",
    "contact",
    "lead",
    "pipeline",
    "stage",
    "product",
    "deal",
    "deal_contact",
    "deal_line",
    "stage_change",
    "activity",
    "money_event",
    "commitment",
    "quota",
]
"""The kinds of records, as a type."""
KINDS: tuple[Kind, ...] = get_args(Kind)
"""All kinds, parents before children: the order in which they are read."""

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

ANY_KIND = frozenset({"about", "converted_to", "holder"})
"""Fields that may refer to other kinds too: a task can be about a customer, a quota can be a team's."""

_SPACE = UUID("6f1b1c0e-3d5c-5a52-9f0d-2b6f6f1f3a77")


def _kind(_: object, __: attrs.Attribute[str], value: str) -> None:
    if value not in KINDS:
        close = nearest(value, KINDS)
        hint = f"did you mean {close[0]!r}?" if close else "use one of " + ", ".join(KINDS)
        raise InvalidValueError(f"{value!r} is no kind of record", where="Ref.kind", fix=hint)


def _text(_: object, attribute: attrs.Attribute[str], value: str) -> None:
    if not isinstance(value, str) or not value.strip():
        where = f"Ref.{attribute.name}"
        raise InvalidValueError(f"{value!r} is no name", where=where, fix="give text that is not blank")


@attrs.frozen(order=True)
class Ref:
    """The name of a record in the system it comes from.

    Records point to each other with it.
    A reference may dangle, because permissions hide rows: that is reported, and nothing is invented.

    Parameters
    ----------
    source : str
        Name of the source, such as ``"maven"``.
    kind : str
        One of `KINDS`.
    external_id : str
        The id that the source uses.

    Examples
    --------
    >>> ref = Ref("demo", "deal", "D-1")
    >>> str(ref), ref.id == Ref("demo", "deal", "D-1").id
    ('demo:deal:D-1', True)
    """

    source: str = attrs.field(validator=_text)
    kind: Kind = attrs.field(validator=_kind)
    external_id: str = attrs.field(validator=_text)

    @property
    def id(self) -> UUID:
        """A stable UUID (version 5) of this reference.

        Examples
        --------
        >>> Ref("demo", "user", "li").id.version
        5
        """
        return uuid5(_SPACE, f"{self.source}\x1f{self.kind}\x1f{self.external_id}")

    def __str__(self) -> str:
        return f"{self.source}:{self.kind}:{self.external_id}"


_NAMELESS = "forgotten-"


def nameless(ref: Ref) -> Ref:
    """The name that a forgotten person has from then on: a hash of the old one; of such a name, the name itself."""
    if ref.external_id.startswith(_NAMELESS):
        return ref
    return Ref(ref.source, ref.kind, f"{_NAMELESS}{ref.id}")
