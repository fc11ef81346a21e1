"""Where dated days come from: public packages of holidays, read only when a calendar is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from importlib import import_module, metadata
from typing import Any

import attrs

from salesteam.errors import InvalidValueError, NotFoundError

__all__ = ["DatedDays", "dated_days"]

_ESTIMATED = "estimated"


@attrs.frozen(kw_only=True)
class DatedDays:
    """The official days of a country in the years that a source knows.

    Parameters
    ----------
    weekend : tuple of int
        Weekdays without work, 0 Monday to 6 Sunday.
    holidays, makeup_workdays : frozenset of datetime.date
        Days closed, and days opened although the weekday says otherwise.
    years : frozenset of int
        The years known, of those asked for.
    source : str
        Package and version.

    Examples
    --------
    >>> dated_days("cn", [2026]).makeup_workdays >= {date(2026, 10, 10)}
    True
    """

    weekend: tuple[int, ...]
    holidays: frozenset[date]
    makeup_workdays: frozenset[date]
    years: frozenset[int]
    source: str


def dated_days(code: str, years: Iterable[int]) -> DatedDays:
    """Read the official days of a country.

    Parameters
    ----------
    code : str
        ``"cn"`` for mainland China, else an ISO 3166 country code, in either case.
    years : iterable of int
        The years asked for.

    Returns
    -------
    DatedDays
        Of those years that the source knows.

    Raises
    ------
    InvalidValueError
        If the package with the days is not installed.
    NotFoundError
        If there is no such country.

    Examples
    --------
    >>> sorted(dated_days("CN", [2026, 2999]).years)
    [2026]
    """
    asked = frozenset(years)
    return _china(asked) if code.casefold() == "cn" else _country(code, asked)


def _package(module: str, distribution: str) -> tuple[Any, str]:
    try:
        return import_module(module), f"{distribution} {metadata.version(distribution)}"
    except ImportError as error:
        raise InvalidValueError(
            f"the package {distribution}, which has the dates of holidays, is not installed",
            where="calendar",
            fix="run: pip install 'salesteam[cli]'; or build a Calendar from your own dates",
        ) from error


def _china(asked: frozenset[int]) -> DatedDays:
    package, source = _package("chinese_calendar", "chinesecalendar")
    years = asked & {day.year for day in package.holidays}
    return DatedDays(
        weekend=(5, 6),
        holidays=frozenset(day for day in package.holidays if day.year in years),
        makeup_workdays=frozenset(day for day in package.workdays if day.year in years),
        years=years,
        source=source,
    )


def _country(code: str, asked: frozenset[int]) -> DatedDays:
    package, source = _package("holidays", "holidays")
    countries = {name.casefold() for name in package.list_supported_countries(include_aliases=False)}
    if code.casefold() not in countries:
        raise NotFoundError("calendar", code, sorted(countries), where="the package holidays")

    def days_of(years: Iterable[int]) -> Any:
        return package.country_holidays(code.upper(), years=years, language="en_US")

    days = days_of(asked)
    guessed = {day.year for day, name in days.items() if _ESTIMATED in name}
    years = {year for year in asked if days.start_year <= year <= days.end_year} - guessed
    if days.has_substituted_holidays:
        decreed = days_of(range(days.start_year, days.end_year + 1)).weekend_workdays
        years = {year for year in years if year <= max((day.year for day in decreed), default=0)}
    return DatedDays(
        weekend=tuple(sorted(days.weekend)),
        holidays=frozenset(day for day in days if day.year in years),
        makeup_workdays=frozenset(day for day in days.weekend_workdays if day.year in years),
        years=frozenset(years),
        source=source,
    )
