"""What day means what: pay period, accumulation interval, version of the numbers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache, partial

import attrs

from salesteam.core import Period
from salesteam.errors import InvalidValueError
from salesteam.incentives._curves import change_days
from salesteam.incentives._model import Plan

__all__ = [
    "ONCE",
    "WITHIN_PERIOD",
    "Days",
    "ends",
    "interval_name",
    "interval_of",
    "look_day",
    "period_of",
    "spans",
    "version_day",
    "within",
]

ONCE = "once"
"""Name of the one period of a plan that pays once."""
WITHIN_PERIOD = frozenset({None, "period", "transaction"})
"""Accumulations whose sum begins anew in each pay period, or with each deal."""
_ENDLESS = (date.min, date.max)
_FIRST, _END = date(1000, 1, 1), date(9000, 1, 1)
"""The days of a business lie between them."""


def period_of(plan: Plan, day: date | None) -> str:
    """Name of the pay period that a day falls in."""
    if plan.period == "once" or day is None:
        return ONCE
    return _named(day, plan.period)


@lru_cache(maxsize=10_000)
def _named(day: date, kind: str) -> str:
    return Period.containing(day, kind).name


def interval_name(plan: Plan, accumulate: str | None, day: date | None) -> str:
    """Name of the interval over which a component accumulates on a day."""
    if accumulate in WITHIN_PERIOD:
        return period_of(plan, day)
    if accumulate == "plan" or day is None:
        return "plan"
    return _named(day, str(accumulate))


def ends(plan: Plan, period: str) -> tuple[date | None, date | None]:
    """First and last day of a pay period; of a plan that pays once those of its validity, None where it is open."""
    low, high = spans(period)
    if plan.period == "once" and (low, high) == _ENDLESS:
        low, high = plan.valid.from_ or low, plan.valid.until or high
    return (
        None if low == date.min else low,
        None if high == date.max else date.fromordinal(high.toordinal() - 1),
    )


def version_day(plan: Plan, day: date) -> date:
    """The day whose numbers hold for a row of a day: its own, or an end of its period if the plan says so."""
    if plan.parameters_at not in {"period_start", "period_end"}:
        return day
    first, last = ends(plan, period_of(plan, day))
    return (first if plan.parameters_at == "period_start" else last) or day


def look_day(plan: Plan, period: str) -> date | None:
    """The day whose numbers hold in a period as a whole."""
    first, last = ends(plan, period)
    at_end = plan.parameters_at == "period_end" and last is not None
    return last if at_end else first or plan.valid.from_


@lru_cache(maxsize=10_000)
def spans(name: str) -> tuple[date, date]:
    """First day and day after the last of a period by name; everything for a plan that pays once.

    Raises
    ------
    InvalidValueError
        If the name is no period.
    """
    if name in {ONCE, "plan"}:
        return _ENDLESS
    period = Period.parse(name)
    return period.start, period.end


def within(period: str, outer: str) -> bool:
    """Whether a period is another, or lies in it; what is no period holds none."""
    if period == outer:
        return True
    try:
        low, high = spans(outer)
    except InvalidValueError:
        return False
    start, end = spans(period)
    return low <= start and end <= high


def interval_of(plan: Plan, accumulate: str | None, period: str) -> str:
    """Name of the interval that holds a pay period."""
    if accumulate in WITHIN_PERIOD:
        return period
    start, _ = spans(period)
    return interval_name(plan, accumulate, None if start == date.min else start)


@attrs.frozen(kw_only=True)
class Days:
    """The days of a run with all that hangs on them.

    Parameters
    ----------
    days : tuple of (date or None)
        Each that occurs, in order.
    periods : tuple of str
        Names of the pay periods, in order; the position is their number in frames.
    intervals : mapping of str to tuple of str
        For each accumulation, the names of its intervals.
    versions : tuple of (date or None)
        Days on which a number of the plan changes; the position is the version. The first is before all.
    columns : mapping of str to list of int
        Numbers of each day: its period ``p``, whether the plan holds on it ``ok``, each interval ``i_…``, and the
        version ``v``.
    undated : mapping of str to int
        The same of a row without a day.
    """

    days: tuple[date | None, ...]
    periods: tuple[str, ...]
    intervals: Mapping[str, tuple[str, ...]]
    versions: tuple[date | None, ...]
    columns: Mapping[str, list[int]]
    undated: Mapping[str, int]

    @classmethod
    def of(cls, plan: Plan, days: Iterable[date | None], known_as_of: date | None) -> Days:
        """Look every day up."""
        known = tuple(sorted(set(days), key=lambda d: d or date.min))
        changes = change_days(plan, plan, known_as_of)
        start = plan.valid.from_
        first = start or next((d for d in known if d is None or _usual(d)), None)
        own = {None, "transaction", "period", plan.period}
        kinds = sorted(c for c in {c.accumulate for c in plan.components.values()} - own if c is not None)
        low, high = max(start or date.min, _FIRST), min(plan.valid.until or date.max, _END)
        held = [d is None or low <= d < high for d in known]
        usual = [ok or (d is not None and _usual(d)) for d, ok in zip(known, held, strict=True)]
        periods, p = _numbered(known, held, partial(period_of, plan))
        inside = {k: _numbered(known, held, partial(interval_name, plan, k)) for k in kinds}
        dated = [d if d is not None and ok else first for d, ok in zip(known, usual, strict=True)]
        return cls(
            days=known,
            periods=periods,
            intervals={k: names for k, (names, _) in inside.items()},
            versions=(None, *changes),
            columns={
                "p": p,
                "ok": [int(ok) for ok in held],
                "v": _versions(plan, dated, changes),
                **{f"i_{k}": numbers for k, (_, numbers) in inside.items()},
            },
            undated={"p": 0, "ok": 1, "v": _versions(plan, [start], changes)[0], **{f"i_{k}": 0 for k in kinds}},
        )


def _numbered(
    known: Iterable[date | None], held: Iterable[bool], name_of: Callable[[date | None], str]
) -> tuple[tuple[str, ...], list[int]]:
    """The different names of days in order, and the number of each day; 0 for one on which the plan does not hold.

    A name is asked for once for all the days up to the end of what it names.
    """
    places: dict[str, int] = {}
    numbers: list[int] = []
    number, end = 0, date.min
    for day, ok in zip(known, held, strict=True):
        if ok and (day is None or day >= end):
            name = name_of(day)
            number, end = places.setdefault(name, len(places)), date.min if day is None else spans(name)[1]
        numbers.append(number if ok else 0)
    return tuple(places), numbers


def _usual(day: date) -> bool:
    return _FIRST <= day < _END


def _versions(plan: Plan, days: Iterable[date | None], changes: tuple[date, ...]) -> list[int]:
    """Which version of the numbers a row of each day uses."""
    return [0 if day is None else bisect_right(changes, version_day(plan, day)) for day in days]
