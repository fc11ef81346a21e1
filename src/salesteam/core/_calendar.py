"""Calendars: which days are workdays, with dated holidays and make-up workdays (调休), and which years are known."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property

import attrs

from salesteam.core._calendar_sources import dated_days
from salesteam.core._finding import Place, find
from salesteam.core._period import plain_day
from salesteam.core._report import Report
from salesteam.errors import InvalidValueError

__all__ = ["Calendar", "calendar"]

_DAY = timedelta(days=1)


@attrs.frozen(kw_only=True)
class Calendar:
    """The workdays of a place or a company.

    Use `calendar` for the official days of a country, and this class for your own.
    A holiday closes a day, a make-up workday opens one; nothing is inferred for a year that is not known.

    Parameters
    ----------
    name : str
        Such as ``"cn"``.
    weekend : tuple of int, default (5, 6)
        Weekdays without work, 0 Monday to 6 Sunday.
    holidays : frozenset of datetime.date, optional
        Days without work.
    makeup_workdays : frozenset of datetime.date, optional
        Days of work although the weekday says otherwise (调休).
    years : frozenset of int or None, optional
        The years whose days are known; None if the weekend and the days given hold in every year.
    source : str, optional
        Where the days come from.

    Raises
    ------
    InvalidValueError
        If a day is both holiday and workday, or lies in a year that is not known, or no weekday is left for work.

    Examples
    --------
    >>> shop = Calendar(name="shop", holidays=frozenset({date(2026, 10, 1)}))
    >>> shop.workdays(date(2026, 9, 28), date(2026, 10, 5))
    4
    """

    name: str
    weekend: tuple[int, ...] = (5, 6)
    holidays: frozenset[date] = frozenset()
    makeup_workdays: frozenset[date] = frozenset()
    years: frozenset[int] | None = None
    source: str = ""

    def __attrs_post_init__(self) -> None:
        where = f"Calendar {self.name}"
        if not set(self.weekend) < set(range(7)):
            fix = "use 0 for Monday to 6 for Sunday, and leave a day for work"
            raise InvalidValueError(f"{self.weekend!r} is no weekend", where=where, fix=fix)
        for day in self.holidays | self.makeup_workdays:
            plain_day(day, where)
        both = sorted(self.holidays & self.makeup_workdays)
        if both:
            what = f"{both[0]} is both a holiday and a make-up workday"
            raise InvalidValueError(what, where=where, fix="keep one of the two")
        stray = sorted(day for day in self.holidays | self.makeup_workdays if not self._knows(day.year))
        if stray:
            fix = "add the year, with all its days, or drop the day"
            raise InvalidValueError(f"{stray[0]} lies in a year that is not known", where=where, fix=fix)

    def _knows(self, year: int) -> bool:
        return self.years is None or year in self.years

    @cached_property
    def _closed(self) -> tuple[date, ...]:
        return tuple(sorted(day for day in self.holidays if day.weekday() not in self.weekend))

    @cached_property
    def _opened(self) -> tuple[date, ...]:
        return tuple(sorted(day for day in self.makeup_workdays if day.weekday() in self.weekend))

    def _known(self, first: date, last: date) -> None:
        unknown = self.unknown_years(first, last + _DAY)
        if unknown:
            raise InvalidValueError(
                f"the workdays of {', '.join(map(str, unknown))} are not known",
                where=f"Calendar {self.name}",
                fix=f"call check(start, end) first; known: {', '.join(self._known_years())}",
            )

    def _known_years(self) -> tuple[str, ...]:
        known = sorted(self.years or ())
        if not known:
            return ("—",)
        whole = known[-1] - known[0] == len(known) - 1 > 0
        return (f"{known[0]}–{known[-1]}",) if whole else tuple(map(str, known))

    def unknown_years(self, start: date, end: date) -> tuple[int, ...]:
        """The years of a span whose days are not known.

        Parameters
        ----------
        start, end : datetime.date
            Half-open span; either may be the earlier one.

        Returns
        -------
        tuple of int
            Rising; empty if everything is known.

        Examples
        --------
        >>> Calendar(name="shop", years=frozenset({2026})).unknown_years(date(2026, 12, 1), date(2027, 1, 1))
        ()
        """
        first, after = sorted((plain_day(start), plain_day(end)))
        if first == after:
            return ()
        return tuple(year for year in range(first.year, (after - _DAY).year + 1) if not self._knows(year))

    def check(self, start: date, end: date, *, place: Place | None = None) -> Report:
        """Say which years of a span are not known, as findings.

        Call it before you count; counting in an unknown year raises, because any number would be a guess.

        Parameters
        ----------
        start, end : datetime.date
            Half-open span.
        place : Place, optional
            Where the span was asked for.

        Returns
        -------
        Report
            ``calendar.unknown-year`` for each such year.

        Examples
        --------
        >>> shop = Calendar(name="shop", years=frozenset({2026}))
        >>> [finding.code for finding in shop.check(date(2026, 12, 1), date(2027, 2, 1))]
        ['calendar.unknown-year']
        """
        known = self._known_years()
        unknown = self.unknown_years(start, end)
        return Report(
            find("calendar.unknown-year", place, calendar=self.name, year=year, known=known) for year in unknown
        )

    def is_workday(self, day: date) -> bool:
        """Whether people work on a day.

        Parameters
        ----------
        day : datetime.date
            Any day of a known year.

        Returns
        -------
        bool
            Make-up workdays beat holidays and weekends, holidays beat weekdays.

        Raises
        ------
        InvalidValueError
            If the year is not known.

        Examples
        --------
        >>> Calendar(name="shop").is_workday(date(2026, 9, 5))
        False
        """
        self._known(plain_day(day), day)
        return day in self.makeup_workdays or (day.weekday() not in self.weekend and day not in self.holidays)

    def workdays(self, start: date, end: date) -> int:
        """How many workdays a span has.

        Parameters
        ----------
        start, end : datetime.date
            Half-open span; if it runs backwards, the count is negative.

        Returns
        -------
        int
            Days.

        Raises
        ------
        InvalidValueError
            If a year of the span is not known.

        Examples
        --------
        >>> Calendar(name="shop").workdays(date(2026, 9, 1), date(2026, 10, 1))
        22
        """
        if plain_day(end) == plain_day(start):
            return 0
        first, after = sorted((start, end))
        self._known(first, after - _DAY)
        weeks, rest = divmod((after - first).days, 7)
        count = weeks * (7 - len(set(self.weekend)))
        count += sum((first.weekday() + step) % 7 not in self.weekend for step in range(rest))
        count -= bisect_left(self._closed, after) - bisect_left(self._closed, first)
        count += bisect_left(self._opened, after) - bisect_left(self._opened, first)
        return count if first == start else -count

    def add_workdays(self, day: date, count: int) -> date:
        """The workday so many workdays after a day, or before it.

        Parameters
        ----------
        day : datetime.date
            Any day; it is not counted itself.
        count : int
            Workdays to go; negative goes back, 0 stays on the day, workday or not.

        Returns
        -------
        datetime.date
            From a workday, going and coming back returns to it.

        Raises
        ------
        InvalidValueError
            If a year on the way is not known.

        Examples
        --------
        >>> Calendar(name="shop").add_workdays(date(2026, 9, 4), 1)
        datetime.date(2026, 9, 7)
        """
        step = _DAY if count > 0 else -_DAY
        left = abs(count)
        here = plain_day(day)
        while left:
            try:
                here += step
            except OverflowError as error:
                raise InvalidValueError(f"{count} workdays from {day} is out of range", where=self.name) from error
            left -= self.is_workday(here)
        return here


def calendar(code: str, years: Iterable[int]) -> Calendar:
    """The official workdays of a country, as far as their dates are known.

    Holidays and make-up workdays of mainland China are decreed year by year, and read from dated data.
    A year outside the data stays unknown: `Calendar.check` reports it, and counting in it raises.
    So does a year whose holidays a source only estimates, such as those that follow the moon's sighting.
    A later decree may still change the last days of the last year known.

    Parameters
    ----------
    code : str
        ``"cn"`` for mainland China, else an ISO 3166 country code such as ``"de"``.
    years : iterable of int
        The years you mean to count in.

    Returns
    -------
    Calendar
        With the years of these that are known.

    Raises
    ------
    InvalidValueError
        If the package with the days is not installed.
    NotFoundError
        If there is no such country.

    References
    ----------
    State Council of the People's Republic of China, yearly notices on holidays (放假安排), as dated in the package
    chinesecalendar; laws and decrees of other countries as dated in the package holidays.

    Examples
    --------
    >>> cn = calendar("cn", range(2025, 2027))
    >>> cn.is_workday(date(2026, 10, 10)), cn.workdays(date(2026, 10, 1), date(2026, 11, 1))
    (True, 18)
    """
    found = dated_days(code, years)
    return Calendar(name=code.casefold(), **attrs.asdict(found, recurse=False))
