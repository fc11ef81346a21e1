"""What the fields of the records may hold: read once from their annotations, used by all who fill or check them."""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, Union, get_args, get_origin

import attrs

from salesteam.errors import InvalidValueError

__all__ = ["FieldType", "field_types", "misfits", "refuse_misfits"]


@attrs.frozen(kw_only=True)
class FieldType:
    """What a field of a record may hold.

    Parameters
    ----------
    base : type
        Class of the value, or of each value: text, number, date, `Ref`, `salesteam.core.Money`.
    options : tuple of str
        The only texts that are allowed; empty if any is.
    many : bool
        Whether it holds a tuple of such values.
    optional : bool
        Whether it may hold None.

    Examples
    --------
    >>> FieldType(base=str, options=("open", "won")).holds("Won")
    False
    """

    base: type
    options: tuple[str, ...] = ()
    many: bool = False
    optional: bool = False

    def holds(self, value: object) -> bool:
        """Whether the field may hold the value.

        Examples
        --------
        >>> from datetime import datetime
        >>> FieldType(base=date).holds(datetime(2026, 9, 30))
        False
        """
        if value is None:
            return self.optional
        if self.many:
            return isinstance(value, tuple) and all(self._is(each) for each in value)
        return self._is(value)

    def _is(self, value: object) -> bool:
        if not isinstance(value, self.base) or (self.options and value not in self.options):
            return False
        if self.base is date:
            return not isinstance(value, datetime)
        if self.base is datetime:
            return isinstance(value, datetime) and value.utcoffset() == timedelta(0)
        if self.base is int:
            return not isinstance(value, bool)
        return not _is_noun(self.base) or not misfits(value)

    def text(self) -> str:
        """What it may hold, in words.

        Examples
        --------
        >>> FieldType(base=str, options=("open", "won"), optional=True).text()
        'one of open, won, or None'
        """
        words = f"one of {', '.join(self.options)}" if self.options else _WORDS.get(self.base, self.base.__name__)
        return (f"a tuple of {words}" if self.many else words) + (", or None" if self.optional else "")


@cache
def _is_noun(base: Any) -> bool:
    """Whether values have fields of their own."""
    return attrs.has(base)


_WORDS: dict[type, str] = {str: "text", datetime: "an instant in UTC", date: "a plain date", int: "a whole number"}


def field_types(record: type) -> Mapping[str, FieldType]:
    """The fields of a class of records, with what each may hold.

    Use it in an adapter that fills records by a mapping of its users, and to list what can be mapped.

    Parameters
    ----------
    record : type
        A class of records, such as `Deal`.

    Returns
    -------
    mapping of str to FieldType
        In the order of their declaration.

    Examples
    --------
    >>> from salesteam.crm import Deal
    >>> field_types(Deal)["status"].options
    ('open', 'won', 'lost', 'void')
    """
    known: Any = record
    return _field_types(known)


@cache
def _field_types(record: Any) -> Mapping[str, FieldType]:
    fields = attrs.fields(attrs.resolve_types(record))
    return MappingProxyType({field.name: _type(field.type) for field in fields})


def _type(annotation: Any, *, optional: bool = False) -> FieldType:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, types.UnionType}:
        (inner,) = (each for each in arguments if each is not types.NoneType)
        return _type(inner, optional=True)
    if origin is tuple:
        return attrs.evolve(_type(arguments[0], optional=optional), many=True)
    if origin is Literal:
        return FieldType(base=str, options=arguments, optional=optional)
    return FieldType(base=origin or annotation, optional=optional)


@cache
def _tests(record: Any) -> tuple[tuple[str, type | None, FieldType], ...]:
    """The fields of a class, each with a class whose very own values need no other look, if there is one."""
    found: list[tuple[str, type | None, FieldType]] = []
    for name, type_ in _field_types(record).items():
        looked_at = type_.many or type_.options or type_.base is datetime or _is_noun(type_.base)
        found.append((name, None if looked_at else type_.base, type_))
    return tuple(found)


def misfits(value: Any) -> tuple[tuple[str, str], ...]:
    """The fields of a record that hold what they must not, with what is wrong; none in a sound record."""
    found = []
    record: Any = type(value)
    for name, sound, type_ in _tests(record):
        held = getattr(value, name)
        if type(held) is not sound and not type_.holds(held):
            found.append((name, f"{held!r} is not {type_.text()}"))
    return tuple(found)


def refuse_misfits(value: Any) -> None:
    """Raise InvalidValueError if a field holds what it must not."""
    for name, problem in misfits(value):
        raise InvalidValueError(problem, where=f"{type(value).__name__}.{name}", fix="translate it before")
