"""Turn cells into the values that records hold."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

import attrs

from salesteam.core import Money, exponent, rational, round_half_up
from salesteam.crm import RECORDS, REFERENCES, Kind, Ref
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam_files._config import Config

__all__ = ["Cells", "field_types"]

_YES = frozenset({"1", "true", "yes", "y", "是"})
_NO = frozenset({"0", "false", "no", "n", "否"})
_OWN = frozenset({"ref", "extra", "merged_into", "splits"})


@cache
def field_types(kind: Kind) -> Mapping[str, Any]:
    """The fields of a kind that a column may fill, with their types; `None` taken off."""
    record = attrs.resolve_types(RECORDS[kind])
    return {field.name: _bare(field.type) for field in attrs.fields(record) if field.name not in _OWN}


def _bare(type_: Any) -> Any:
    if get_origin(type_) in {Union, types.UnionType}:
        (type_,) = (part for part in get_args(type_) if part is not types.NoneType)
    return type_


@attrs.frozen(kw_only=True)
class Cells:
    """Reads cells under the settings of a source."""

    config: Config
    source: str
    date_format: str

    def read(self, kind: Kind, field: str, cell: Any, currency: str | None) -> Any:
        """The value of a field; raises InvalidValueError where the cell cannot be one."""
        type_ = field_types(kind)[field]
        if type_ is Money:
            return self._money(cell, currency or self.config.currency)
        if get_origin(type_) is tuple:
            parts = [part.strip() for part in str(cell).split(self.config.separator)]
            return tuple(self._one(kind, field, get_args(type_)[0], part) for part in parts if part)
        return self._one(kind, field, type_, cell)

    def _one(self, kind: Kind, field: str, type_: Any, cell: Any) -> Any:
        if type_ is Ref:
            return Ref(self.source, kind if field == "parent" else REFERENCES[field], _text(cell))
        if get_origin(type_) is Literal:
            text = _text(cell)
            if text not in get_args(type_):
                raise InvalidValueError(f"is none of {', '.join(get_args(type_))}")
            return text
        readers: dict[Any, Callable[[Any], Any]] = {
            str: _text,
            bool: _bool,
            int: _int,
            Fraction: _rational,
            date: self._date,
            datetime: self._instant,
            timedelta: lambda value: timedelta(minutes=float(_rational(value))),
        }
        return readers[type_](cell)

    def _money(self, cell: Any, currency: str | None) -> Money:
        if currency is None:
            raise InvalidValueError("has no currency", fix="set currency, or a currency column")
        try:
            amount = _rational(cell)
            scaled = amount * 10 ** exponent(currency)
        except NotFoundError as error:
            raise InvalidValueError(str(error)) from None
        if scaled.denominator != 1:
            if self.config.excess_digits == "reject":
                raise InvalidValueError(f"has more decimal places than {currency}", fix="choose excess_digits")
            return Money(round_half_up(scaled), currency)
        return Money(scaled.numerator, currency)

    def _date(self, cell: Any) -> date:
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        try:
            return datetime.strptime(str(cell).strip(), self.date_format).date()  # noqa: DTZ007 -- a plain date
        except ValueError:
            raise InvalidValueError(f"is no date like {self.date_format}") from None

    def _instant(self, cell: Any) -> datetime:
        at = cell if isinstance(cell, datetime) else self._time(cell)
        if at.tzinfo is None:
            if self.config.zone is None:
                raise InvalidValueError("has no time zone", fix="set zone")
            at = at.replace(tzinfo=ZoneInfo(self.config.zone))
        return at.astimezone(UTC)

    def _time(self, cell: Any) -> datetime:
        text = str(cell).strip()
        for read in (
            datetime.fromisoformat if "T" in text or "+" in text else None,
            lambda value: datetime.strptime(value, self.config.time_format),  # noqa: DTZ007 -- the zone is added after
            lambda value: datetime.combine(self._date(value), datetime.min.time()),
        ):
            try:
                if read is not None:
                    return read(text)
            except (ValueError, InvalidValueError):
                continue
        raise InvalidValueError(f"is no time like {self.config.time_format} and no date like {self.date_format}")


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _rational(cell: Any) -> Fraction:
    try:
        return rational(Decimal(repr(cell)) if isinstance(cell, float) else cell)
    except (InvalidValueError, ArithmeticError):
        raise InvalidValueError("is no number") from None


def _int(cell: Any) -> int:
    value = _rational(cell)
    if value.denominator != 1:
        raise InvalidValueError("is no whole number")
    return value.numerator


def _bool(cell: Any) -> bool:
    text = _text(cell).casefold()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise InvalidValueError("is neither yes nor no")
