"""Turn cells into the values that records hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from salesteam.core import Money, exponent, rational
from salesteam.crm import RECORDS, REFERENCES, FieldType, Kind, Ref, field_types, money_of
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam_files._config import Config
from salesteam_files._open import plain
from salesteam_files._problem import BadCellError

__all__ = ["Cells", "Reader", "fillable"]

Reader = Callable[[Any, str | None], Any]
"""Cell and the currency of its row, to the value of a field."""

_YES = frozenset({"1", "true", "yes", "y", "是"})
_NO = frozenset({"0", "false", "no", "n", "否"})
_OWN = frozenset({"ref", "extra", "merged_into", "splits", "e164_by_region"})


def fillable(kind: Kind) -> dict[str, FieldType]:
    """The fields of a kind that a column may fill."""
    return {name: type_ for name, type_ in field_types(RECORDS[kind]).items() if name not in _OWN}


class Cells:
    """Reads cells under the settings of a source."""

    def __init__(self, config: Config, source: str, date_format: str) -> None:
        self.config, self.source, self.date_format = config, source, date_format
        self.zone: tzinfo | None = ZoneInfo(config.zone) if config.zone else None

    def reader(self, kind: Kind, field: str) -> Reader:
        """What reads the cells of a field; it raises `BadCellError` where a cell cannot be its value."""
        type_ = fillable(kind)[field]
        if type_.base is Money:
            return self._money
        one = self._one(kind, field, type_)
        if type_.many:
            return lambda cell, _: tuple(one(part) for part in self._parts(cell))
        return lambda cell, _: one(_single(cell))

    def _one(self, kind: Kind, field: str, type_: FieldType) -> Callable[[Any], Any]:
        if type_.options:
            return lambda cell: _option(cell, type_.options)
        if type_.base is Ref:
            target = kind if field == "parent" else REFERENCES[field]
            return lambda cell: Ref(self.source, target, plain(cell))
        readers: dict[type, Callable[[Any], Any]] = {
            str: plain,
            bool: _bool,
            int: _whole,
            Fraction: _number,
            date: self._date,
            datetime: self._instant,
            timedelta: _minutes,
        }
        return readers[type_.base]

    def _parts(self, cell: Any) -> list[Any]:
        parts = cell if isinstance(cell, list) else plain(cell).split(self.config.separator)
        return [part for part in parts if plain(part)]

    def _money(self, cell: Any, currency: str | None) -> Money:
        currency = currency or self.config.currency
        if currency is None:
            raise BadCellError(
                "has no currency: set currency, or a currency column", "没有币种：请设置 currency 或币种列"
            )
        try:
            exponent(currency)
        except NotFoundError:
            text = f"is in {currency!r}, which is no currency of ISO 4217"
            raise BadCellError(text, f"的币种 {currency!r} 不属于 ISO 4217") from None
        number = _number(_single(cell))
        try:
            amount = cell if isinstance(cell, (str, float)) else number
            return money_of(amount, currency, excess_digits=self.config.excess_digits)
        except InvalidValueError as error:
            if isinstance(cell, str) and "amount of money" in error.what:
                raise _no_number() from None
            text = f"has more decimal places than {currency}: excess_digits says reject"
            raise BadCellError(text, f"的小数位多于 {currency}：excess_digits 设为 reject") from None

    def _date(self, cell: Any) -> date:
        if isinstance(cell, datetime):
            if cell.tzinfo is None:
                return cell.date()
            if self.zone is None:
                raise BadCellError("is an instant: set zone to cut it to a date", "是时刻：请设置 zone 以取日期")
            return self._instant(cell).astimezone(self.zone).date()
        if isinstance(cell, date):
            return cell
        try:
            return datetime.strptime(plain(cell), self.date_format).date()  # noqa: DTZ007 -- a plain date
        except ValueError:
            text = f"is no date like {self.date_format}"
            raise BadCellError(text, f"不是 {self.date_format} 格式的日期") from None

    def _instant(self, cell: Any) -> datetime:
        at = cell if isinstance(cell, datetime) else self._time(cell)
        if at.tzinfo is None:
            if self.zone is None:
                raise BadCellError("has no time zone: set zone", "没有时区：请设置 zone")
            at = at.replace(tzinfo=self.zone)
        try:
            return at.astimezone(UTC)
        except OverflowError:
            raise BadCellError("stands for never: leave it empty", "表示“永远”：请留空") from None

    def _time(self, cell: Any) -> datetime:
        """A time, or the midnight at which a date begins."""
        text = plain(cell)
        readers: tuple[Callable[[], datetime], ...] = (
            lambda: datetime.combine(self._date(cell), time()),
            lambda: datetime.strptime(text, self.config.time_format),  # noqa: DTZ007 -- the zone is added after
            lambda: _iso(text),
        )
        for read in readers:
            try:
                return read()
            except ValueError:
                continue
        forms = f"{self.config.time_format}", f"{self.date_format}"
        raise BadCellError(f"is no time like {forms[0]} or {forms[1]}", f"不是 {forms[0]} 或 {forms[1]} 格式的时间")


def _iso(text: str) -> datetime:
    """A time as ISO 8601 writes it; digits alone could be anything."""
    at = datetime.fromisoformat(text)
    if "T" not in text and at.tzinfo is None:
        raise ValueError(text)
    return at


def _single(cell: Any) -> Any:
    if isinstance(cell, (list, dict, bytes)):
        raise BadCellError("is no single value", "不是单个值")
    return cell


def _option(cell: Any, options: tuple[str, ...]) -> str:
    text = plain(cell)
    if text not in options:
        raise BadCellError(f"is none of {', '.join(options)}", f"不属于 {'、'.join(options)}", options=options)
    return text


def _no_number() -> BadCellError:
    return BadCellError("is no number", "不是数字")


def _number(cell: Any) -> Fraction:
    try:
        return rational(Decimal(repr(cell)) if isinstance(cell, float) else cell)
    except InvalidValueError:
        raise _no_number() from None


def _whole(cell: Any) -> int:
    number = _number(cell)
    if number.denominator != 1:
        raise BadCellError("is no whole number", "不是整数")
    return number.numerator


def _minutes(cell: Any) -> timedelta:
    number = _number(cell)
    try:
        return timedelta(microseconds=round(number * 60_000_000))
    except OverflowError:
        raise BadCellError("is no number of minutes", "不是分钟数") from None


def _bool(cell: Any) -> bool:
    text = plain(cell).casefold()
    if text not in _YES | _NO:
        raise BadCellError("is neither yes nor no", "既不是“是”也不是“否”")
    return text in _YES
