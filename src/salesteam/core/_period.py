"""Periods: half-open spans of days that know what kind they are, so that they can be split and stepped back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal

import attrs

from salesteam.core._fiscal import FiscalYear
from salesteam.core._say import say
from salesteam.core._spans import FORMS, KINDS, Kind, kind_of, locate, read, span, words
from salesteam.core._straddle import Straddle, thursday, wanted
from salesteam.errors import InvalidValueError

__all__ = ["FiscalYear", "Period", "plain_day"]

_DAY = timedelta(days=1)
_RANGE = re.compile(r"\[(?P<start>[^,]*),(?P<end>[^,]*)\)")


def plain_day(value: object, where: str = "day") -> date:
    """Check that a value is a day without a time.

    Parameters
    ----------
    value : object
        Should be a `datetime.date` and no `datetime.datetime`.
    where : str, optional
        Field or argument, for the error.

    Returns
    -------
    datetime.date
        The same.

    Raises
    ------
    InvalidValueError
        For anything else.

    Examples
    --------
    >>> plain_day(date(2026, 9, 5))
    datetime.date(2026, 9, 5)
    """
    if isinstance(value, datetime) or not isinstance(value, date):
        fix = "pass a datetime.date; of a moment, first choose the zone, then take .date()"
        raise InvalidValueError(f"{value!r} is no day", where=where, fix=fix)
    return value


def _written(value: object, where: str) -> date:
    if not isinstance(value, str):
        return plain_day(value, where)
    try:
        return date.fromisoformat(value.strip())
    except ValueError as error:
        raise InvalidValueError(f"{value!r} is no day", where=where, fix="write it as 2026-09-05") from error


@attrs.frozen(kw_only=True)
class Period:
    """A span of days from `start` up to, and without, `end`.

    Use `Period.parse` for what a person wrote and `Period.containing` for the period around a day.
    Built from two days alone it is a span of its own, of kind ``"range"``.

    Parameters
    ----------
    start : datetime.date
        First day.
    end : datetime.date
        Day after the last.
    name : str, optional
        ``"2026-Q3"``, ``"FY2026-M09"``, …; by default the two days as ``"[2026-01-05, 2026-02-01)"``.
    kind : {'range', 'day', 'week', 'month', 'quarter', 'half', 'year'}, default 'range'
        What it is one of; its days must fit.
    fiscal : FiscalYear, optional
        How years run, where that matters for this period.

    Raises
    ------
    InvalidValueError
        If it would hold no day, or its days are not those of its kind.

    Examples
    --------
    >>> q3 = Period.parse("2026-Q3")
    >>> q3.days, str(q3.previous()), [month.name for month in q3.split("month")]
    (92, '2026-Q2', ['2026-07', '2026-08', '2026-09'])
    """

    start: date
    end: date
    name: str = attrs.field()
    kind: Kind | Literal["range"] = "range"
    fiscal: FiscalYear | None = None

    @name.default
    def _plain_name(self) -> str:
        return f"[{self.start}, {self.end})"

    def __attrs_post_init__(self) -> None:
        plain_day(self.start, "Period.start")
        plain_day(self.end, "Period.end")
        if self.start >= self.end:
            fix = "the end is the day after the last; swap the two, or add a day"
            raise InvalidValueError(f"{self.name} holds no day", where="Period", fix=fix)
        if self.kind == "range":
            return
        fiscal = self.fiscal or FiscalYear()
        start, end, name = span(locate(kind_of(self.kind), self.start, fiscal), fiscal)
        if (start, end) != (self.start, self.end):
            fix = f"{name} runs from {start} up to, and without, {end}"
            raise InvalidValueError(f"{self.name} is no whole {self.kind}", where="Period", fix=fix)

    @classmethod
    def parse(cls, written: str | date | Mapping[str, object] | Period, *, fiscal: FiscalYear | None = None) -> Period:
        """Read a period as a person writes it.

        Parameters
        ----------
        written : str, datetime.date, mapping or Period
            ``"2026"``, ``"2026-H1"``, ``"2026-Q3"``, ``"2026-09"``, ``"2026-W09"`` (ISO week), ``"2026-09-05"``,
            ``"[2026-01-05, 2026-02-01)"``, a mapping with `start` and `end` (the day after the last) and perhaps
            `name`, a day, or a period, which comes back as it is.
            Under a fiscal year ``"FY2026-M09"`` and ``"FY2026-W09"`` count its months and weeks.
        fiscal : FiscalYear, optional
            How years run; years, halves and quarters, and the weeks of a week pattern, are counted in it.

        Returns
        -------
        Period
            Half-open.

        Raises
        ------
        InvalidValueError
            If it is none of these, or means two things under this fiscal year.

        Examples
        --------
        >>> Period.parse("2026-W53").start
        datetime.date(2026, 12, 28)
        >>> Period.parse("2026-Q1", fiscal=FiscalYear(start_month=4, named_by="end")).name
        'FY2026-Q1'
        """
        if isinstance(written, Period):
            return written
        if isinstance(written, date):
            return cls.containing(plain_day(written, "period"), "day")
        if isinstance(written, Mapping):
            return cls._of_mapping(written)
        if not isinstance(written, str):
            raise InvalidValueError(f"{written!r} is no period", where="period", fix=f"write {FORMS}")
        if days := _RANGE.fullmatch(written.strip()):
            return cls(start=_written(days["start"], "period start"), end=_written(days["end"], "period end"))
        kind, year, index = read(written, fiscal)
        return cls._at(kind, year, index, fiscal)

    @classmethod
    def containing(cls, day: date, kind: str, *, fiscal: FiscalYear | None = None) -> Period:
        """The period of a kind that a day lies in.

        Parameters
        ----------
        day : datetime.date
            Any day.
        kind : {'day', 'week', 'month', 'quarter', 'half', 'year'}
            Weeks are ISO weeks, from Monday, unless the fiscal year has weeks of its own.
        fiscal : FiscalYear, optional
            How years run.

        Returns
        -------
        Period
            The one that contains the day.

        Raises
        ------
        InvalidValueError
            If there is no such kind.

        Examples
        --------
        >>> str(Period.containing(date(2027, 1, 3), "week"))
        '2026-W53'
        """
        return cls._at(*locate(kind_of(kind), plain_day(day), fiscal or FiscalYear()), fiscal)

    @classmethod
    def _at(cls, kind: Kind, year: int, index: int, fiscal: FiscalYear | None) -> Period:
        start, end, name = span((kind, year, index), fiscal or FiscalYear())
        shaped = fiscal is not None and kind != "day" and (fiscal.has_weeks or KINDS[kind] > 1)
        keep = fiscal if shaped and fiscal is not None and not fiscal.is_calendar_year else None
        return cls(start=start, end=end, name=name, kind=kind, fiscal=keep)

    @classmethod
    def _of_mapping(cls, written: Mapping[str, object]) -> Period:
        unknown = sorted(map(str, set(written) - {"start", "end", "name"}))
        missing = [key for key in ("start", "end") if key not in written]
        if unknown or missing:
            what = "a period needs " + " and ".join(missing) if missing else "a period has no " + ", ".join(unknown)
            raise InvalidValueError(what, where="period", fix="give start, end (the day after the last), perhaps name")
        start, end = _written(written["start"], "period start"), _written(written["end"], "period end")
        return cls(start=start, end=end, name=str(written.get("name") or f"[{start}, {end})"))

    @property
    def days(self) -> int:
        """How many days it holds, at least one.

        Examples
        --------
        >>> Period.parse("2028-02").days
        29
        """
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """Its last day, for readers; computations use `end`.

        Examples
        --------
        >>> Period.parse("2026-H1").last
        datetime.date(2026, 6, 30)
        """
        return self.end - _DAY

    def contains(self, day: date) -> bool:
        """Whether a day lies in it; its `end` does not.

        Parameters
        ----------
        day : datetime.date
            Any day.

        Returns
        -------
        bool
            ``start <= day < end``.

        Examples
        --------
        >>> [Period.parse("2026-09").contains(date(2026, month, 1)) for month in (9, 10)]
        [True, False]
        """
        return self.start <= plain_day(day) < self.end

    def overlaps(self, other: Period) -> bool:
        """Whether they have a day in common; neighbours that only touch have none.

        Parameters
        ----------
        other : Period
            Any period.

        Returns
        -------
        bool
            The same either way round.

        Examples
        --------
        >>> Period.parse("2026-W40").overlaps(Period.parse("2026-10"))
        True
        """
        return self.start < other.end and other.start < self.end

    def previous(self) -> Period:
        """The period of the same kind just before.

        Of a range it is the span of as many days that ends where this one starts.

        Returns
        -------
        Period
            Its `end` is this `start`.

        Raises
        ------
        InvalidValueError
            If dates do not reach back that far.

        Examples
        --------
        >>> str(Period.parse("2026-01").previous()), str(Period.parse("2026-W01").previous())
        ('2025-12', '2025-W52')
        """
        if self.kind != "range":
            return type(self).containing(self.start - _DAY, self.kind, fiscal=self.fiscal)
        try:
            start = self.start - timedelta(days=self.days)
        except OverflowError as error:
            fix = "give the earlier period by its own dates"
            raise InvalidValueError(
                f"nothing lies {self.days} days before {self}", where="previous", fix=fix
            ) from error
        return type(self)(start=start, end=self.start)

    def split(
        self, kind: str, *, fiscal: FiscalYear | None = None, straddle: Straddle | None = None
    ) -> tuple[Period, ...]:
        """Cut it into periods of a finer kind.

        The pieces tile it exactly: no day is lost, none is counted twice.
        A piece that reaches over an edge is cut there, and named after both, such as ``"2026-W05/2026-01"``.
        Weeks that straddle an edge are treated as you say.

        Parameters
        ----------
        kind : {'day', 'week', 'month', 'quarter', 'half', 'year'}
            Kind of the pieces.
        fiscal : FiscalYear, optional
            How years run; by default as in this period.
        straddle : {'split_by_days', 'split_by_working_days', 'thursday'}, optional
            Required if a week straddles an edge. Both ways of splitting cut it there (their shares differ: see
            `week_parts`); ``"thursday"`` gives a whole week to the period that has its Thursday, so that the pieces
            tile that span of whole weeks instead, and those of neighbouring periods abut.

        Returns
        -------
        tuple of Period
            In order of time.

        Raises
        ------
        InvalidValueError
            If the kind is not finer, or the choice on straddling weeks is left open.

        Examples
        --------
        >>> [week.name for week in Period.parse("2026-01").split("week", straddle="thursday")]
        ['2026-W01', '2026-W02', '2026-W03', '2026-W04', '2026-W05']
        >>> Period.parse("2026-01").split("week", straddle="split_by_days")[-1].name
        '2026-W05/2026-01'
        """
        order = list(KINDS)
        if self.kind != "range" and order.index(kind_of(kind)) > order.index(self.kind):
            finer = ", ".join(order[: order.index(self.kind) + 1])
            raise InvalidValueError(f"a {self.kind} holds no {kind}", where="Period.split", fix=f"use one of {finer}")
        whole = [type(self).containing(self.start, kind, fiscal=fiscal or self.fiscal)]
        while whole[-1].end < self.end:
            whole.append(type(self).containing(whole[-1].end, kind, fiscal=fiscal or self.fiscal))
        edges = {piece for piece in (whole[0], whole[-1]) if piece.start < self.start or piece.end > self.end}
        rule = wanted(straddle, needed=kind == "week" and bool(edges), where="Period.split")
        if kind == "week" and rule == "thursday":
            return tuple(week for week in whole if self.contains(thursday(week.start)))
        return tuple(self._cut(piece) if piece in edges else piece for piece in whole)

    def _cut(self, piece: Period) -> Period:
        start, end = max(piece.start, self.start), min(piece.end, self.end)
        return type(self)(start=start, end=end, name=f"{piece.name}/{self.name}")

    def text(self, lang: str = "en") -> str:
        """Its name for a reader; a range without a name of its own says its first and last day.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        str
            One phrase.

        Examples
        --------
        >>> Period.parse("2026-H1").text("zh"), Period.parse("[2026-01-05, 2026-02-01)").text()
        ('2026年上半年', '2026-01-05 to 2026-01-31')
        """
        fiscal = self.fiscal or FiscalYear()
        if self.kind != "range":
            spot = locate(self.kind, self.start, fiscal)
            return words(spot, fiscal, lang) if self.name == span(spot, fiscal)[2] else self.name
        if self.name != self._plain_name():
            return self.name
        return say(lang, en=f"{self.start} to {self.last}", zh=f"{self.start} 至 {self.last}")

    def __str__(self) -> str:
        return self.name
