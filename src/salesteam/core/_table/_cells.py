"""One cell in, one typed value out, or the code of what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any

from salesteam.core._money import minor_of_float, to_minor
from salesteam.core._rational import rational
from salesteam.core._table._columns import Column, Kind
from salesteam.errors import InvalidValueError, nearest

__all__ = ["INT64", "BadCellError", "is_missing", "plain", "read_cell", "read_major", "read_whole"]

INT64 = 2**63
"""Whole numbers of a frame lie in -INT64 .. INT64 - 1."""

_MISSING_TYPES = frozenset({"NaTType", "NAType"})
_FLAGS = {"true": True, "yes": True, "y": True, "1": True, "是": True} | dict.fromkeys(
    ("false", "no", "n", "0", "否"), False
)
_EXACT_FLOAT = 2**53


class BadCellError(ValueError):
    """A cell that cannot be read; it never leaves this package.

    Parameters
    ----------
    code : str
        Code of the finding, without its subject.
    **values : Any
        More placeholders of its text.
    """

    def __init__(self, code: str, **values: Any) -> None:
        self.code = code
        self.values = values
        super().__init__(code)


def is_missing(value: object) -> bool:
    """Whether a cell holds nothing: None, NaN, NaT, pandas' NA."""
    if value is None or type(value).__name__ in _MISSING_TYPES:
        return True
    if isinstance(value, Decimal):
        return value.is_nan()
    return isinstance(value, float) and math.isnan(value)


def plain(value: object) -> object:
    """The same value as a Python object: numpy scalars and timestamps unwrapped, None for nothing."""
    if is_missing(value):
        return None
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        return value.item()
    if isinstance(value, datetime) and hasattr(value, "to_pydatetime"):
        return value.to_pydatetime(warn=False)
    return value


def read_cell(column: Column, value: object, zone: tzinfo | None) -> Any:
    """Read a cell that holds something as the kind that its column declares.

    Raises
    ------
    BadCellError
        If it cannot be read so.
    """
    if column.kind == "moment":
        return _moment(value, zone)
    found = _READERS[column.kind](value)
    if column.choices:
        if found not in column.choices:
            near = nearest(found, column.choices) or column.choices
            raise BadCellError("unknown-choice", near=near)
        return column.enum(found) if column.enum else found
    return found


def read_major(value: object, currency: str) -> int:
    """Read an amount in major units as whole minor units of a currency that is known.

    Raises
    ------
    BadCellError
        If it is no amount, has too many places, or is a float that two amounts could have left.
    """
    if isinstance(value, float):
        minor = minor_of_float(value, currency)
        if minor is None:
            raise BadCellError("float-unclear", currency=currency)
        return _int64(minor)
    try:
        exact = rational(value)
    except InvalidValueError:
        raise BadCellError("not-money") from None
    try:
        return _int64(to_minor(exact, currency))
    except InvalidValueError:
        raise BadCellError("excess-digits", currency=currency) from None


def _int64(number: int) -> int:
    if not -INT64 <= number < INT64:
        raise BadCellError("out-of-range")
    return number


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_FLOAT:
        return str(int(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise BadCellError("not-text")


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        parts = value.replace("；", ";").split(";")
        return tuple(part.strip() for part in parts if part.strip())
    if isinstance(value, (list, tuple)):
        return tuple(_text(part) for part in value)
    raise BadCellError("not-text")


def read_whole(value: object) -> int:
    """Read a whole number that fits into 64 bits.

    Raises
    ------
    BadCellError
        If it is none.
    """
    if isinstance(value, float):
        if not value.is_integer() or abs(value) > _EXACT_FLOAT:
            raise BadCellError("not-whole")
        return int(value)
    try:
        number = rational(value)
    except InvalidValueError:
        raise BadCellError("not-whole") from None
    if number.denominator != 1:
        raise BadCellError("not-whole")
    return _int64(number.numerator)


def _rational(value: object) -> Fraction:
    try:
        return rational(repr(value) if isinstance(value, float) else value)
    except InvalidValueError:
        raise BadCellError("not-rational") from None


def _decimal(value: object) -> Decimal:
    if isinstance(value, Decimal) and value.is_finite():
        return value
    number = _rational(value)
    found = Decimal(number.numerator) / Decimal(number.denominator)
    if Fraction(found) != number:
        raise BadCellError("not-decimal")
    return found


def _number(value: object) -> float:
    try:
        number = float(value) if isinstance(value, float) else float(rational(value))
    except (InvalidValueError, OverflowError):
        raise BadCellError("not-number") from None
    if not math.isfinite(number):
        raise BadCellError("not-number")
    return number


def _iso(value: object, code: str) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value.strip())
        except ValueError:
            pass
    raise BadCellError(code)


def _date(value: object) -> date:
    found = _iso(value, "not-date")
    if found.tzinfo is not None:
        raise BadCellError("date-with-zone")
    return found.date()


def _moment(value: object, zone: tzinfo | None) -> datetime:
    found = _iso(value, "not-moment")
    if found.tzinfo is None:
        if zone is None:
            raise BadCellError("no-zone")
        return found.replace(tzinfo=zone)
    return found


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip().casefold()
    if text not in _FLAGS:
        raise BadCellError("not-flag")
    return _FLAGS[text]


_READERS: Mapping[Kind, Callable[[object], Any]] = {
    "text": _text,
    "texts": _texts,
    "whole": read_whole,
    "money": read_whole,
    "rational": _rational,
    "decimal": _decimal,
    "number": _number,
    "date": _date,
    "flag": _flag,
}
