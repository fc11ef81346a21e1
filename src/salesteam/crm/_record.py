"""What all records share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar

import attrs

from salesteam.core import rational
from salesteam.crm._field_type import field_types, refuse_misfits
from salesteam.crm._ref import ANY_KIND, REFERENCES, Kind, Ref
from salesteam.errors import InvalidValueError

__all__ = ["NEVER", "Record", "day", "days", "instant", "instants", "numbers", "parts", "zoned"]

NEVER = datetime.min.replace(tzinfo=UTC)
"""Before all that any source tells."""


def zoned(value: datetime) -> datetime:
    """Let an instant with a zone pass."""
    if not isinstance(value, datetime) or value.tzinfo is None or value.utcoffset() is None:
        raise InvalidValueError(
            f"{value!r} is no instant with a time zone", where="Record", fix="attach the zone of the source first"
        )
    return value


def instant(value: datetime | None) -> datetime | None:
    """Turn an instant into UTC; refuse one without a zone."""
    if value is None:
        return None
    _within(zoned(value))
    return value.astimezone(UTC)


def day(value: date | None) -> date | None:
    """Let a plain date pass; refuse an instant."""
    if value is None:
        return None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise InvalidValueError(
            f"{value!r} is no plain date", where="Record", fix="cut it to a date in the account's zone"
        )
    _within(value)
    return value


def _within(value: date) -> None:
    """Refuse the first and the last year of all: they stand for never, and no zone can be applied to them."""
    if not date.min.year < value.year < date.max.year:
        raise InvalidValueError(f"{value.isoformat()} stands for never", where="Record", fix="leave it empty instead")


def _json(value: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return MappingProxyType(json.loads(json.dumps(dict(value), sort_keys=True, allow_nan=False)))
    except (TypeError, ValueError) as error:
        raise InvalidValueError(f"extra fields are no JSON: {error}", where="Record.extra", fix="keep text") from None


def instants() -> Any:
    """Declare a field that holds an instant in UTC, or nothing."""
    return attrs.field(default=None, converter=instant)


def days() -> Any:
    """Declare a field that holds a plain date, or nothing."""
    return attrs.field(default=None, converter=day)


def numbers(default: Fraction | None = None) -> Any:
    """Declare a field that holds an exact number; text and Decimals are read, binary numbers are refused."""
    return attrs.field(default=default, converter=attrs.converters.optional(rational))


def parts() -> Any:
    """Declare a field that holds a probability between 0 and 1, or nothing."""
    return attrs.field(default=None, converter=attrs.converters.optional(rational), validator=_part)


def _part(_: object, attribute: attrs.Attribute[Any], value: Fraction | None) -> None:
    if value is not None and not 0 <= value <= 1:
        raise InvalidValueError(f"{value} is not between 0 and 1", where=attribute.name, fix="write 60% as 0.6")


@attrs.frozen(kw_only=True)
class Record:
    """What all records share.

    A record holds only what its fields declare; anything else is refused where the record is made.

    Parameters
    ----------
    ref : Ref
        Name of the record.
    created_at, updated_at : datetime, optional
        Instants with a zone; kept in UTC. Naive ones are refused.
    deleted, archived : bool
        Gone, or put away: different things.
    merged_into : Ref, optional
        The survivor, if this one lost a merge.
    extra : mapping
        Fields of the tenant, JSON values only.

    Examples
    --------
    >>> from salesteam.crm import Account
    >>> Account(ref=Ref("demo", "account", "A-1"), name="华北制造").name
    '华北制造'
    """

    kind: ClassVar[Kind]

    ref: Ref
    created_at: datetime | None = instants()
    updated_at: datetime | None = instants()
    deleted: bool = False
    archived: bool = False
    merged_into: Ref | None = None
    extra: Mapping[str, Any] = attrs.field(factory=dict, converter=_json, hash=False)

    def __attrs_post_init__(self) -> None:
        refuse_misfits(self)
        cls: Any = type(self)
        named = [("ref", self.ref, self.kind)]
        if self.merged_into is not None:
            named.append(("merged_into", self.merged_into, self.kind))
        for name, kind in _targets(cls):
            value = getattr(self, name)
            refs = value if isinstance(value, tuple) else (value,)
            named += [(name, ref, kind) for ref in refs if ref is not None]
        for name, ref, kind in named:
            if ref.kind != kind:
                where = f"{type(self).__name__}.{name}"
                raise InvalidValueError(f"{ref} names a {ref.kind}, not a {kind}", where=where, fix="mend the ref")
        if self.merged_into == self.ref:
            raise InvalidValueError(f"{self.ref} is merged into itself", where=type(self).__name__, fix="leave it out")


@cache
def _targets(record: Any) -> tuple[tuple[str, Kind], ...]:
    """The fields of a class that refer to one kind only, with that kind."""
    targets = {**REFERENCES, "parent": record.kind}
    return tuple(
        (name, targets[name])
        for name, type_ in field_types(record).items()
        if type_.base is Ref and name in targets and name not in ANY_KIND
    )
