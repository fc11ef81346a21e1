"""Which records a rule is about, and which of its words mean nothing in a CRM."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from salesteam.core import Finding, Place, find
from salesteam.crm._field_type import field_types
from salesteam.crm._quality._required import Required
from salesteam.crm._reading import Records
from salesteam.crm._record import Record
from salesteam.crm._records import RECORDS
from salesteam.crm._ref import Ref
from salesteam.errors import nearest

__all__ = ["matches_nothing", "meets", "strays", "text_of"]

_TOLD = 5


def text_of(value: Any) -> str:
    """A value as a rule writes it; of a reference, its id."""
    if isinstance(value, Ref):
        return value.external_id
    return str(value).lower() if isinstance(value, bool) else str(value)


def _texts(value: Any, records: Records) -> Iterator[str]:
    """All that a rule may write for a value: of a reference its id or name, of several each."""
    for each in value if isinstance(value, tuple) else (value,):
        yield text_of(each)
        name = getattr(records.get(each), "name", None) if isinstance(each, Ref) else None
        if name is not None:
            yield name


def meets(record: Record, when: Mapping[str, tuple[str, ...]], records: Records) -> bool:
    """Whether every field that is named holds one of its texts."""
    return all(not set(texts).isdisjoint(_texts(getattr(record, name), records)) for name, texts in when.items())


def strays(required: Sequence[Required], records: Records) -> Iterator[Finding]:
    """A finding for each condition with a text that cannot be meant.

    Where a reference leads to records that were read, each text has to name one; elsewhere some record has one of them.
    """
    for rule in required:
        for kind, when in ((rule.kind, rule.when), (rule.relation or rule.kind, rule.where)):
            held = records.of(kind)
            for name, texts in when.items():
                type_ = field_types(RECORDS[kind])[name]
                if held and not type_.options and type_.base is not bool:
                    values = [value for record in held if (value := getattr(record, name)) is not None]
                    kinds = {value.kind for value in values if isinstance(value, Ref)}
                    listed = [record.ref for target in sorted(kinds) for record in records.of(target)]
                    known = {text for value in (*values, *listed) for text in _texts(value, records)}
                    if listed or known.isdisjoint(texts):
                        yield from matches_nothing(kind, name, texts, known)


def matches_nothing(kind: str, name: str, texts: Iterable[str], known: Collection[str]) -> Iterator[Finding]:
    """A finding if some of the texts are not known."""
    unknown = [text for text in texts if text not in known]
    if unknown:
        close = nearest(unknown[0], sorted(known)) or sorted(known)[:_TOLD]
        place = Place(table=kind, field=name)
        yield find("crm.matches-nothing", place, kind=kind, field=name, names=unknown, known=list(close) or "—")
