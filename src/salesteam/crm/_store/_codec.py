"""Records to compact JSON and back: exact, the same text for the same content, without name and update time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

import attrs

from salesteam.core import Money
from salesteam.crm._deals import Split
from salesteam.crm._field_type import field_types
from salesteam.crm._record import Record, zoned
from salesteam.crm._records import RECORDS
from salesteam.crm._ref import Kind, Ref

__all__ = ["decode", "digest", "encode", "from_micros", "instant_of", "latest", "micros"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_EVER = 2**62
_APART = frozenset({"ref", "updated_at"})
"""Fields with columns of their own."""
_Out = Callable[[Any, str], Any]
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def micros(at: datetime | None) -> int | None:
    """An instant as whole microseconds since 1970."""
    return None if at is None else (at - _EPOCH) // _MICROSECOND


def from_micros(at: int | None) -> datetime | None:
    """The instant of whole microseconds since 1970."""
    return None if at is None else instant_of(at)


def instant_of(at: int) -> datetime:
    """The instant of whole microseconds since 1970, where there is one."""
    return _EPOCH + at * _MICROSECOND


def latest(known_at: datetime | None) -> int:
    """An instant with a zone as whole microseconds since 1970; the end of all time if none is given."""
    return _EVER if known_at is None else (zoned(known_at) - _EPOCH) // _MICROSECOND


def digest(body: str) -> bytes:
    """The hash of a body: equal content has an equal one."""
    return blake2b(body.encode(), digest_size=16).digest()


def encode(record: Record) -> str:
    """All fields of a record but its name and its update time; fields that hold their default are left out."""
    cls: Any = type(record)
    source = record.ref.source
    held: dict[str, Any] = {}
    for name, default, out in _outs(cls):
        value = getattr(record, name)
        if value is default or (default is not None and value == default):
            continue
        held[name] = value if out is None else out(value, source)
    return _json(held)


@cache
def _outs(cls: Any) -> tuple[tuple[str, Any, _Out | None], ...]:
    types = field_types(cls)
    return tuple(
        (field.name, _default(field), _many(_OUT.get(types[field.name].base), many=types[field.name].many))
        for field in attrs.fields(cls)
        if field.name not in _APART
    )


def _default(field: Any) -> Any:
    if field.default is attrs.NOTHING:
        return attrs.NOTHING
    return field.default.factory() if hasattr(field.default, "factory") else field.default


def _many(out: _Out | None, *, many: bool) -> _Out | None:
    if not many or out is None:
        return list_out if many else out
    return lambda values, source: [out(value, source) for value in values]


def list_out(values: Any, _: str) -> Any:
    """A tuple of plain values."""
    return list(values)


def _ref_out(ref: Ref, source: str) -> list[str]:
    named = [ref.kind, ref.external_id]
    return named if ref.source == source else [*named, ref.source]


def _ref_in(named: list[Any], source: str) -> Ref:
    return Ref(named[2] if len(named) > 2 else source, named[0], named[1])


_OUT: Mapping[type, _Out] = {
    date: lambda value, _: value.isoformat(),
    datetime: lambda value, _: value.isoformat(),
    Fraction: lambda value, _: str(value),
    Money: lambda value, _: [value.minor, value.currency],
    Ref: _ref_out,
    timedelta: lambda value, _: value // _MICROSECOND,
    Split: lambda value, source: [_ref_out(value.user, source), str(value.share), value.split_kind],
    Mapping: lambda value, _: dict(value),
}
_IN: Mapping[type, _Out] = {
    date: lambda value, _: date.fromisoformat(value),
    datetime: lambda value, _: datetime.fromisoformat(value),
    Fraction: lambda value, _: Fraction(value),
    Money: lambda value, _: Money(value[0], value[1]),
    Ref: _ref_in,
    timedelta: lambda value, _: value * _MICROSECOND,
    Split: lambda value, source: Split(user=_ref_in(value[0], source), share=Fraction(value[1]), split_kind=value[2]),
}


@cache
def _ins(kind: Kind) -> Mapping[str, _Out]:
    return {
        name: made
        for name, type_ in field_types(RECORDS[kind]).items()
        if (made := _back(_IN.get(type_.base), many=type_.many)) is not None
    }


def _back(make: _Out | None, *, many: bool) -> _Out | None:
    if not many:
        return make
    if make is None:
        return lambda values, _: tuple(values)
    return lambda values, source: tuple(make(value, source) for value in values)


@cache
def _blank(kind: Kind) -> tuple[tuple[str, Any], ...]:
    """The fields of a class with their defaults, as a new record has them."""
    cls: Any = RECORDS[kind]
    blank = ((field.name, _default(field)) for field in attrs.fields(cls))
    return tuple((name, None if value is attrs.NOTHING else value) for name, value in blank)


def decode(ref: Ref, body: str, updated_at: int | None, *, deleted: bool = False) -> Record:
    """The record of a body; `deleted` marks one that is gone though its last version does not say so.

    It was checked when it came in, so its fields are put in place without being checked again.
    """
    held: dict[str, Any] = json.loads(body)
    ins = _ins(ref.kind)
    for name, value in held.items():
        make = ins.get(name)
        if make is not None:
            held[name] = make(value, ref.source)
    held["ref"] = ref
    held["updated_at"] = from_micros(updated_at)
    held["extra"] = MappingProxyType(held.get("extra", {}))
    if deleted:
        held["deleted"] = True
    cls = RECORDS[ref.kind]
    record = cls.__new__(cls)
    for name, default in _blank(ref.kind):
        object.__setattr__(record, name, held.get(name, default))
    return record
