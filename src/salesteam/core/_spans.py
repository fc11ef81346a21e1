"""Where the days, weeks, months, quarters, halves and years begin and end, and how they are written."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

from salesteam.core._fiscal import FiscalYear, check_year
from salesteam.core._say import say
from salesteam.errors import InvalidValueError

__all__ = ["FORMS", "KINDS", "Kind", "Spot", "kind_of", "locate", "read", "span", "words"]

Kind = Literal["day", "week", "month", "quarter", "half", "year"]
Spot = tuple[Kind, int, int]
"""A kind, a year and a place in it from 0; the place of a day is its ordinal."""

KINDS: Mapping[Kind, int] = MappingProxyType({"day": 0, "week": 0, "month": 1, "quarter": 3, "half": 6, "year": 12})
"""Kinds of period, finest first, with the months they hold."""

FORMS = "2026, 2026-H1, 2026-Q3, 2026-09, 2026-W09, 2026-09-05 or [2026-01-05, 2026-02-01)"
"""The ways in which a period may be written, for error messages."""

_TEXT = re.compile(
    r"(?P<fiscal>FY)?(?P<year>\d{4})"
    r"(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|W(?P<week>\d\d)|M(?P<place>\d\d)|(?P<month>\d\d)(?:-(?P<day>\d\d))?))?",
    re.ASCII | re.IGNORECASE,
)
_QUARTERS = "一二三四"
_WEEK = timedelta(weeks=1)
_WEEKS = 53
_MONTHS = 12


def _iso_week(year: int, index: int) -> tuple[date, date]:
    start = date.fromisocalendar(year, index + 1, 1)
    return start, start + _WEEK


def kind_of(kind: str) -> Kind:
    """Check the name of a kind of period.

    Parameters
    ----------
    kind : str
        What the caller wrote.

    Returns
    -------
    str
        The same, known to be one of `KINDS`.

    Raises
    ------
    InvalidValueError
        If there is no such kind.

    Examples
    --------
    >>> kind_of("week")
    'week'
    """
    for known in KINDS:
        if kind == known:
            return known
    raise InvalidValueError(f"{kind!r} is no kind of period", where="kind", fix="use one of " + ", ".join(KINDS))


def span(spot: Spot, fiscal: FiscalYear) -> tuple[date, date, str]:
    """First day, day after the last, and name of a period.

    Parameters
    ----------
    spot : (kind, year, index)
        As `locate` and `read` return it.
    fiscal : FiscalYear
        How years run.

    Returns
    -------
    (datetime.date, datetime.date, str)
        Half-open span and name.

    Raises
    ------
    InvalidValueError
        If the year has no such week, or is no year of a business.

    Examples
    --------
    >>> span(("quarter", 2026, 2), FiscalYear())
    (datetime.date(2026, 7, 1), datetime.date(2026, 10, 1), '2026-Q3')
    """
    kind, year, index = spot
    check_year(year)
    prefix = f"{'' if fiscal.is_calendar_year else 'FY'}{year}"
    if kind == "day":
        day = date.fromordinal(index)
        return day, day + timedelta(days=1), day.isoformat()
    if kind == "week":
        most = fiscal.weeks(year) if fiscal.has_weeks else date(year, 12, 28).isocalendar().week
        if index not in range(most):
            raise InvalidValueError(f"{year} has no week {index + 1}", where="period", fix=f"use 1 to {most}")
        if not fiscal.has_weeks:
            return *_iso_week(year, index), f"{year}-W{index + 1:02}"
        start = fiscal.first_day(year) + index * _WEEK
        return start, start + _WEEK, f"{prefix}-W{index + 1:02}"
    months = KINDS[kind]
    starts = fiscal.month_starts(year)
    start, end = starts[index * months], starts[(index + 1) * months]
    if kind == "month" and not fiscal.has_weeks:
        return start, end, start.isoformat()[:7]
    tail = {"year": "", "half": f"-H{index + 1}", "quarter": f"-Q{index + 1}", "month": f"-M{index + 1:02}"}[kind]
    return start, end, prefix + tail


def locate(kind: Kind, day: date, fiscal: FiscalYear) -> Spot:
    """Find the period of a kind that a day lies in.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    day : datetime.date
        Any day.
    fiscal : FiscalYear
        How years run.

    Returns
    -------
    (kind, year, index)
        What `span` takes.

    Examples
    --------
    >>> locate("week", date(2027, 1, 3), FiscalYear())
    ('week', 2026, 52)
    """
    if kind == "day":
        return kind, day.year, day.toordinal()
    if kind == "week" and not fiscal.has_weeks:
        year, week, _ = day.isocalendar()
        return kind, year, week - 1
    year = fiscal.year_of(day)
    if kind == "week":
        return kind, year, (day - fiscal.first_day(year)) // _WEEK
    return kind, year, (bisect_right(fiscal.month_starts(year), day) - 1) // KINDS[kind]


def read(text: str, fiscal: FiscalYear | None) -> Spot:
    """Read a period as a person writes it.

    Parameters
    ----------
    text : str
        One of the forms in `FORMS`; with ``FY`` before it, and ``M09`` for a month, it counts in the fiscal year.
    fiscal : FiscalYear or None
        How years run; years, halves and quarters are counted in it.

    Returns
    -------
    (kind, year, index)
        What `span` takes.

    Raises
    ------
    InvalidValueError
        If the text is none of the forms, or means two things under this fiscal year.

    Examples
    --------
    >>> read("2026-Q3", None)
    ('quarter', 2026, 2)
    """
    found = _TEXT.fullmatch(text.strip())
    if found is None:
        raise InvalidValueError(f"{text!r} is no period", where="period", fix=f"write {FORMS}")
    part = found.groupdict()
    year = check_year(int(part["year"]))
    if part["fiscal"] and fiscal is None:
        raise InvalidValueError(f"{text!r} counts in a fiscal year", where="period", fix="pass fiscal=FiscalYear(...)")
    weeks = fiscal is not None and fiscal.has_weeks
    if part["day"]:
        return "day", year, _day(text, part["fiscal"])
    if part["month"]:
        if weeks or part["fiscal"]:
            fix = f"write FY{year}-M{part['month']} for the month of the fiscal year"
            raise InvalidValueError(f"{text!r} may mean two months", where="period", fix=fix)
        shift = _index(text, part["month"], _MONTHS)
        plain = fiscal or FiscalYear()
        return locate("month", date(year, shift + 1, 1), plain)
    if part["week"]:
        if part["fiscal"] and not weeks:
            fix = f"write {year}-W{part['week']} for the ISO week"
            raise InvalidValueError(f"{text!r}: this fiscal year has no weeks of its own", where="period", fix=fix)
        return "week", year, _index(text, part["week"], _WEEKS)
    if part["place"]:
        return "month", year, _index(text, part["place"], _MONTHS)
    if part["quarter"]:
        return "quarter", year, int(part["quarter"]) - 1
    return ("half", year, int(part["half"]) - 1) if part["half"] else ("year", year, 0)


def _index(text: str, digits: str, most: int) -> int:
    if int(digits) not in range(1, most + 1):
        raise InvalidValueError(f"{text!r} is no period", where="period", fix=f"count from 01 to {most}")
    return int(digits) - 1


def _day(text: str, prefix: str | None) -> int:
    try:
        return date.fromisoformat(text.strip()).toordinal()
    except ValueError as error:
        why = "a day is written without FY" if prefix else str(error)
        raise InvalidValueError(f"{text!r} is no day ({why})", where="period", fix="write it as 2026-09-05") from error


def words(spot: Spot, fiscal: FiscalYear, lang: str) -> str:
    """Name a period for a reader.

    Parameters
    ----------
    spot : (kind, year, index)
        As `locate` returns it.
    fiscal : FiscalYear
        How years run.
    lang : {'en', 'zh'}
        Language.

    Returns
    -------
    str
        One phrase.

    Examples
    --------
    >>> words(("quarter", 2026, 2), FiscalYear(), "zh")
    '2026年第三季度'
    """
    kind, year, index = spot
    start, _, name = span(spot, fiscal)
    head = f"{year}年" if fiscal.is_calendar_year else f"{year}财年"
    if kind == "day":
        return say(lang, en=name, zh=f"{start.year}年{start.month}月{start.day}日")
    if kind == "week":
        return say(lang, en=name, zh=f"{head if fiscal.has_weeks else f'{year}年'}第{index + 1}周")
    if kind == "month":
        plain = f"{start.year}年{start.month}月"
        return say(lang, en=name, zh=f"{head}第{index + 1}月" if fiscal.has_weeks else plain)
    tail = {"quarter": f"第{_QUARTERS[index % 4]}季度", "half": "上半年" if index == 0 else "下半年"}.get(kind, "")
    return say(lang, en=name, zh=head + tail)
