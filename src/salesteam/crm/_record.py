"""What all records share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, ClassVar

import attrs

from salesteam.crm._ref import Kind, Ref
from salesteam.errors import InvalidValueError

__all__ = ["Record", "day", "days", "instant", "instants"]


def instant(value: datetime | None) -> datetime | None:
    """Turn an instant into UTC; refuse one without a zone."""
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None or value.utcoffset() is None:
        raise InvalidValueError(
            f"{value!r} is no instant with a time zone", where="Record", fix="attach the zone of the source first"
        )
    return value.astimezone(UTC)


def day(value: date | None) -> date | None:
    """Let a plain date pass; refuse an instant."""
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise InvalidValueError(f"{value!r} is no plain date", where="Record", fix="cut it to a date in the account's zone")


def _json(value: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return MappingProxyType(json.loads(json.dumps(dict(value), sort_keys=True)))
    except (TypeError, ValueError) as error:
        raise InvalidValueError(f"extra fields are no JSON: {error}", where="Record.extra", fix="keep text") from None


def instants() -> Any:
    """Declare a field that holds an instant in UTC, or nothing."""
    return attrs.field(default=None, converter=instant)


def days() -> Any:
    """Declare a field that holds a plain date, or nothing."""
    return attrs.field(default=None, converter=day)


@attrs.frozen(kw_only=True)
class Record:
    """What all records share.

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
        if self.ref.kind != self.kind:
            raise InvalidValueError(
                f"{self.ref} names a {self.ref.kind}, not a {self.kind}", where=type(self).__name__, fix="mend the ref"
            )
