"""Fiscal years: when a year of the business begins, how it is named, and how it falls into months."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

import attrs

from salesteam.errors import InvalidValueError, missing_choice

__all__ = ["FiscalYear", "check_year"]

Pattern = Literal["gregorian", "4-4-5", "4-5-4", "5-4-4"]

PATTERNS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"gregorian": (), "4-4-5": (4, 4, 5), "4-5-4": (4, 5, 4), "5-4-4": (5, 4, 4)}
)
"""Weeks in the three months of a quarter, by pattern; a Gregorian year counts no weeks."""

_NAMED_BY = {"start": "the calendar year in which it begins", "end": "the calendar year in which it ends"}
_WEEK_START = {str(number): name for number, name in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday"))} | {
    "4": "Friday",
    "5": "Saturday",
    "6": "Sunday",
}
_BEGINS = {
    "nearest": "on the first weekday of a week that is nearest to the first of the start month",
    "on_or_before": "on the last such day up to the first of the start month",
    "on_or_after": "on the first such day from the first of the start month on",
}
_WEEK_53 = {"12": "in the last month, as most do", "1 to 11": "in that month of the fiscal year"}
_MONTHS = 12
_WEEKDAYS = 7
_FIRST, _LAST = 1000, 9000


def check_year(year: int) -> int:
    """Check that a year is one that a business can have, so that no date runs out of range.

    Parameters
    ----------
    year : int
        Name of a year.

    Returns
    -------
    int
        The same.

    Raises
    ------
    InvalidValueError
        If it is not between 1000 and 9000.

    Examples
    --------
    >>> check_year(2026)
    2026
    """
    if not _FIRST <= year <= _LAST:
        raise InvalidValueError(f"{year:04} is no year of a business", where="year", fix=f"use {_FIRST} to {_LAST}")
    return year


@attrs.frozen(kw_only=True)
class FiscalYear:
    """How the years of a business run.

    Use it wherever the year does not begin on 1 January, or where months are made of whole weeks.
    What the field does in several ways has no default: it is asked for as soon as it matters.

    Parameters
    ----------
    start_month : int, default 1
        Calendar month, 1 to 12, on whose first day the year begins, or near which it begins in a week pattern.
    pattern : {'gregorian', '4-4-5', '4-5-4', '5-4-4'}, default 'gregorian'
        Calendar months, or quarters of 13 weeks cut into months of so many weeks.
    named_by : {'start', 'end'}, optional
        Which calendar year names it; required if it does not begin in January.
    week_start : int, optional
        First weekday of a week, 0 Monday to 6 Sunday; required for a week pattern, and only there.
    begins : {'nearest', 'on_or_before', 'on_or_after'}, optional
        Which `week_start` day begins the year, seen from the first of `start_month`; as above.
    week_53 : int, optional
        Month of the fiscal year, 1 to 12, that takes the 53rd week in years that have one; as above.

    Raises
    ------
    InvalidValueError
        For a value out of range, a choice left open, or a week choice where months are calendar months.

    References
    ----------
    National Retail Federation, "4-5-4 Calendar": 52 or 53 whole weeks, the 53rd added to the last month.

    Examples
    --------
    >>> FiscalYear(start_month=4, named_by="start").first_day(2026)
    datetime.date(2026, 4, 1)
    >>> retail = FiscalYear(
    ...     start_month=2, pattern="4-5-4", named_by="start", week_start=6, begins="nearest", week_53=12
    ... )
    >>> retail.first_day(2023), retail.weeks(2023)
    (datetime.date(2023, 1, 29), 53)
    """

    start_month: int = 1
    pattern: Pattern = "gregorian"
    named_by: Literal["start", "end"] | None = None
    week_start: int | None = None
    begins: Literal["nearest", "on_or_before", "on_or_after"] | None = None
    week_53: int | None = None

    def __attrs_post_init__(self) -> None:
        if self.start_month not in range(1, _MONTHS + 1):
            raise InvalidValueError(
                f"{self.start_month!r} is no month", where="FiscalYear.start_month", fix="use 1 to 12"
            )
        if self.pattern not in PATTERNS:
            fix = "use one of " + ", ".join(PATTERNS)
            raise InvalidValueError(f"{self.pattern!r} is no pattern", where="FiscalYear.pattern", fix=fix)
        if self.named_by not in ({None, *_NAMED_BY} if self.start_month == 1 else _NAMED_BY):
            raise missing_choice("named_by", _NAMED_BY, where="FiscalYear")
        if self.pattern == "gregorian":
            self._refuse_week_choices()
        elif self.week_start not in range(_WEEKDAYS):
            raise missing_choice("week_start", _WEEK_START, where="FiscalYear")
        elif self.begins not in _BEGINS:
            raise missing_choice("begins", _BEGINS, where="FiscalYear")
        elif self.week_53 not in range(1, _MONTHS + 1):
            raise missing_choice("week_53", _WEEK_53, where="FiscalYear")

    def _refuse_week_choices(self) -> None:
        for name in ("week_start", "begins", "week_53"):
            if getattr(self, name) is not None:
                raise InvalidValueError(
                    f"{name} says nothing about calendar months",
                    where="FiscalYear",
                    fix="drop it, or choose the pattern 4-4-5, 4-5-4 or 5-4-4",
                )

    @property
    def is_calendar_year(self) -> bool:
        """Whether it is the plain year from 1 January to 31 December.

        Examples
        --------
        >>> FiscalYear().is_calendar_year
        True
        """
        return self.start_month == 1 and not self.has_weeks

    @property
    def has_weeks(self) -> bool:
        """Whether its months are made of whole weeks.

        Examples
        --------
        >>> FiscalYear().has_weeks
        False
        """
        return self.pattern != "gregorian"

    def first_day(self, year: int) -> date:
        """The day on which a fiscal year begins.

        Parameters
        ----------
        year : int
            Name of the fiscal year.

        Returns
        -------
        datetime.date
            Its first day.

        Raises
        ------
        InvalidValueError
            If the year is not between 1000 and 9000.

        Examples
        --------
        >>> FiscalYear(start_month=10, named_by="end").first_day(2026)
        datetime.date(2025, 10, 1)
        """
        check_year(year)
        early = self.named_by == "end" and self.start_month > 1
        nominal = date(year - early, self.start_month, 1)
        if self.week_start is None:
            return nominal
        back = (nominal.weekday() - self.week_start) % _WEEKDAYS
        days = {"on_or_before": -back, "on_or_after": -back % _WEEKDAYS}.get(str(self.begins))
        if days is None:
            days = -back if back <= _WEEKDAYS // 2 else _WEEKDAYS - back
        return nominal + timedelta(days=days)

    def weeks(self, year: int) -> int:
        """How many whole weeks a fiscal year of a week pattern has.

        Parameters
        ----------
        year : int
            Name of the fiscal year.

        Returns
        -------
        int
            52 or 53.

        Raises
        ------
        InvalidValueError
            If the months are calendar months.

        Examples
        --------
        >>> FiscalYear(pattern="4-4-5", week_start=0, begins="nearest", week_53=12).weeks(2026)
        53
        """
        if not self.has_weeks:
            raise InvalidValueError(
                "a year of calendar months has no whole number of weeks",
                where="FiscalYear.weeks",
                fix="choose the pattern 4-4-5, 4-5-4 or 5-4-4",
            )
        return (self.first_day(year + 1) - self.first_day(year)).days // _WEEKDAYS

    def year_of(self, day: date) -> int:
        """Name of the fiscal year that a day lies in.

        Parameters
        ----------
        day : datetime.date
            Any day.

        Returns
        -------
        int
            The year that `first_day` takes.

        Examples
        --------
        >>> FiscalYear(start_month=4, named_by="end").year_of(date(2026, 4, 1))
        2027
        """
        year = day.year + 1
        while self.first_day(year) > day:
            year -= 1
        return year

    def month_starts(self, year: int) -> tuple[date, ...]:
        """First days of the twelve months of a fiscal year, and of the year that follows.

        Parameters
        ----------
        year : int
            Name of the fiscal year.

        Returns
        -------
        tuple of datetime.date
            Thirteen days, rising; a month is the half-open span between two of them.

        Examples
        --------
        >>> FiscalYear().month_starts(2026)[1:3]
        (datetime.date(2026, 2, 1), datetime.date(2026, 3, 1))
        """
        first = self.first_day(year)
        if not self.has_weeks:
            months = range(first.month - 1, first.month + _MONTHS)
            return tuple(date(first.year + month // _MONTHS, month % _MONTHS + 1, 1) for month in months)
        weeks = list(PATTERNS[self.pattern] * 4)
        if self.week_53 is not None and sum(weeks) < self.weeks(year):
            weeks[self.week_53 - 1] += 1
        return tuple(first + timedelta(weeks=sum(weeks[:month])) for month in range(_MONTHS + 1))
