"""One scalar of a file, from its text to the type of its field."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from salesteam.core._load._problem import Words, refused
from salesteam.core._load._tree import spot_of
from salesteam.core._money import Money
from salesteam.core._period import Period
from salesteam.core._rational import rational
from salesteam.errors import InvalidValueError, nearest

__all__ = ["SCALARS", "option", "shape", "text_of"]

_INT = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+(_\d+)*)", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK = r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?"
_TIME = re.compile(_CLOCK, re.ASCII)
_DATETIME = re.compile(rf"\d{{4}}-\d\d-\d\d[Tt ]{_CLOCK}(?P<zone> ?([Zz]|[+-]\d\d(:?\d\d)?))?", re.ASCII)
_MONEY = re.compile(r"(?:(?P<before>[A-Z]{3})\s*)?(?P<amount>[^A-Za-z]+?)(?:\s*(?P<after>[A-Z]{3}))?")
_BOOLS = {"true": True, "yes": True, "false": False, "no": False}
_LONGEST = 60

_FOUND: dict[type, Words] = {
    type(None): Words("nothing", "空值"),
    list: Words("a list", "列表"),
    dict: Words("a mapping", "映射"),
    object: Words("a single value", "单个值"),
}


def shape(value: object, expected: Words) -> Exception:
    """The problem that a value is a list where text belongs, or the like."""
    found = next(words for kind, words in _FOUND.items() if isinstance(value, kind))
    return refused(code="core.wrong-shape", spot=spot_of(value), found=found, expected=expected)


def text_of(value: object) -> str:
    """The text of a scalar, without its position."""
    if not isinstance(value, str):
        raise shape(value, Words("a single value", "单个值"))
    return str(value)


def option(text: str, options: Iterable[str], spot: Any) -> Exception:
    """The problem that a text is none of the words allowed."""
    known = [str(word) for word in options]
    near = nearest(text, known, most=1)
    hint = Words(f"Write {near[0]}.", f"请写 {near[0]}。") if near else Words("Choose one of them.", "请从中选一个。")
    return refused(code="core.unknown-option", spot=spot, value=text[:_LONGEST], options=known, hint=hint)


def _int(text: str) -> int:
    return int(_full(_INT, text).replace(",", "").replace("_", ""))


def _full(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(text)
    return text


def _money(text: str) -> Money:
    match = _MONEY.fullmatch(_strip(text))
    if match is None or (match["before"] is None) == (match["after"] is None):
        raise ValueError(text)
    return Money.of(rational(match["amount"]), match["before"] or match["after"])


def _strip(text: str) -> str:
    return text.strip()[:100]


def _bool(text: str) -> bool:
    found = _BOOLS.get(text.lower())
    if found is None:
        raise ValueError(text)
    return found


def _time(text: str) -> time:
    return time.fromisoformat(_full(_TIME, text))


def _datetime(text: str) -> datetime:
    match = _DATETIME.fullmatch(text)
    if match is None:
        raise ValueError(text)
    if match["zone"] is None:
        raise refused(code="core.naive-datetime", value=text)
    return datetime.fromisoformat(text.replace(" ", "T", 1).replace(" ", "").upper())


_KINDS: dict[type, tuple[Callable[[str], Any], Words, str]] = {
    bool: (_bool, Words("true or false", "true 或 false"), "true"),
    int: (_int, Words("a whole number", "整数"), "12"),
    Fraction: (rational, Words("an exact number", "精确的数"), "0.15 / 15% / 2/3"),
    Decimal: (lambda text: Decimal(_full(_DECIMAL, text)), Words("a decimal number", "小数"), "12.50"),
    datetime: (_datetime, Words("a date and time with its offset", "带时区偏移的日期时间"), "2026-09-30T09:00+08:00"),
    date: (lambda text: date.fromisoformat(_full(_DATE, text)), Words("a date", "日期"), "2026-09-30"),
    time: (_time, Words("a time of day", "时刻"), "12:30"),
    Money: (_money, Words("an amount with its currency", "带币种的金额"), "12000 CNY"),
    Period: (Period.parse, Words("a period", "期间"), "2026 / 2026-Q3 / 2026-09 / 2026-W09"),
}


def _reader(kind: type) -> Callable[[Any, Any], Any]:
    read, expected, example = _KINDS[kind]

    def hook(value: Any, cls: Any) -> Any:
        if isinstance(cls, type) and issubclass(cls, enum.Enum):
            return _member(value, cls)
        text = text_of(value)
        try:
            return read(text)
        except (ValueError, LookupError, ArithmeticError) as error:
            detail = f" ({error.what})" if kind in {Money, Period} and isinstance(error, InvalidValueError) else ""
            raise refused(
                code="core.wrong-value",
                spot=spot_of(value),
                value=text[:_LONGEST],
                expected=Words(expected.en + detail, expected.zh + detail),
                example=example,
            ) from error

    return hook


def _member(value: Any, cls: type[enum.Enum]) -> enum.Enum:
    text = text_of(value)
    known = {str(member.value): member for member in cls}
    if text not in known:
        raise option(text, known, spot_of(value))
    return known[text]


def _text(value: Any, cls: Any) -> Any:
    if isinstance(cls, type) and issubclass(cls, enum.Enum):
        return _member(value, cls)
    return text_of(value)


SCALARS: dict[type, Callable[[Any, Any], Any]] = {
    str: _text,
    enum.Enum: _member,
    **{kind: _reader(kind) for kind in _KINDS},
}
"""The hook of each type that one scalar fills."""
