"""Which part of a period somebody was there: by days, working days, whole months, or months of 30 days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction

from salesteam.core import Period
from salesteam.incentives._model import Plan
from salesteam.incentives._settle._known import Known
from salesteam.incentives._terms import Proration, WorkCalendar

__all__ = ["Span", "clipped", "part_there", "present"]

Span = tuple[date, date]
"""First day, and day after the last."""


def clipped(span: Span, other: Span) -> Span | None:
    """The days that two spans have in common; None if there are none."""
    start, end = max(span[0], other[0]), min(span[1], other[1])
    return (start, end) if start < end else None


def present(known: Known, payee: str) -> tuple[tuple[Span, Fraction], ...]:
    """The spans in which a payee was there, with the part-time share; always, if no table says otherwise."""
    rows = [known.people.rows[index] for index in known.people.of(payee)]
    if not rows:
        return () if known.people.given else (((date.min, date.max), Fraction(1)),)
    whole = Fraction(1)
    return tuple(
        ((row.start or date.min, row.end or date.max), whole if row.participation is None else row.participation)
        for row in rows
    )


def part_there(plan: Plan, known: Known, payee: str, period: Span, window: Span) -> Fraction:
    """The part of a period in which a payee was there, within a window; leave and part-time lower it.

    Parameters
    ----------
    plan : Plan
        With its `proration`.
    known : Known
        People and leaves.
    payee : str
        Who.
    period, window : Span
        The period, and the days in which the promise holds.

    Returns
    -------
    Fraction
        Between 0 and 1; 1 for a period without an end.
    """
    rule = plan.proration
    if rule is None or period[1] == date.max:
        return Fraction(1)
    away = known.leaves.get(payee, ())
    held: Iterable[tuple[Span, Fraction]] = (
        (cut, share) for span, share in present(known, payee) if (cut := _inside(span, window, period)) is not None
    )
    whole = _size(rule, plan.calendar, period)
    there = sum(
        (share * _size(rule, plan.calendar, piece) for span, share in held for piece in _without(span, away)),
        Fraction(0),
    )
    return min(there / whole, Fraction(1)) if whole else Fraction(1)


def _inside(span: Span, window: Span, period: Span) -> Span | None:
    cut = clipped(span, period)
    return None if cut is None else clipped(cut, window)


def _without(span: Span, away: Iterable[Span]) -> list[Span]:
    """A span without the days away."""
    pieces = [span]
    for gone in away:
        kept: list[Span] = []
        for piece in pieces:
            kept += [cut for rest in ((date.min, gone[0]), (gone[1], date.max)) if (cut := clipped(piece, rest))]
        pieces = kept
    return pieces


def _size(rule: Proration, calendar: WorkCalendar | None, span: Span) -> Fraction:
    if rule.basis == "working_days":
        work = calendar or WorkCalendar()
        return Fraction(sum(work.is_workday(day) for day in _days(span)))
    if rule.basis == "30_360":
        return Fraction(_thirties(span[1]) - _thirties(span[0]))
    if rule.basis == "whole_months":
        return Fraction(sum(_counts(rule, month, span) for month in _months(span)))
    return Fraction((span[1] - span[0]).days)


def _days(span: Span) -> Iterator[date]:
    return (span[0] + timedelta(days=number) for number in range((span[1] - span[0]).days))


def _thirties(day: date) -> int:
    return 360 * day.year + 30 * day.month + min(day.day, 30)


def _months(span: Span) -> Iterator[Period]:
    month = Period.containing(span[0], "month")
    while month.start < span[1]:
        yield month
        month = Period.containing(month.end, "month")


def _counts(rule: Proration, month: Period, span: Span) -> bool:
    days = {"day_15": month.start + timedelta(days=14), "first_day": month.start}
    if rule.counted_if == "any_day":
        return clipped((month.start, month.end), span) is not None
    return span[0] <= days.get(rule.counted_if or "first_day", month.start) < span[1]
