"""Pace: where a key result should stand by a day, how far it is, and what is left to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import attrs

from salesteam.core import Calendar, Period
from salesteam.goals._history import value_at
from salesteam.goals._model_key_result import KeyResult
from salesteam.goals._model_okr import CheckIn

__all__ = ["Pace", "Span", "expected_at", "pace_of", "planned_and_actual"]


@attrs.frozen(kw_only=True)
class Span:
    """How days count: all of them, or the working days of a calendar."""

    calendar: Calendar | None = None

    def days(self, start: date, end: date) -> int:
        """Days from one up to, and without, another.

        Parameters
        ----------
        start, end : datetime.date
            Half-open.

        Returns
        -------
        int
            Zero if the end is not after the start.
        """
        if end <= start:
            return 0
        return (end - start).days if self.calendar is None else self.calendar.workdays(start, end)

    def elapsed(self, period: Period, day: date) -> Fraction:
        """The share of a period that is over at the end of a day.

        Parameters
        ----------
        period : Period
            Any.
        day : datetime.date
            Any.

        Returns
        -------
        Fraction
            From 0 to 1.
        """
        whole = self.days(period.start, period.end)
        over = self.days(period.start, min(day + timedelta(days=1), period.end))
        return Fraction(over, whole) if whole else Fraction(int(day >= period.end))


@attrs.frozen(kw_only=True)
class Pace:
    """Expected value, the way made over the way expected, and what each remaining day must bring."""

    expected: Fraction
    ratio: Fraction | None
    to_go: Fraction | None
    days_left: int


def expected_at(goal: KeyResult, period: Period, day: date, span: Span) -> Fraction:
    """Where a key result should stand at the end of a day.

    Parameters
    ----------
    goal : KeyResult
        With baseline and target.
    period : Period
        The time it has.
    day : datetime.date
        Any.
    span : Span
        How days count.

    Returns
    -------
    Fraction
        Baseline with the plan to date; a straight line from baseline to target without a plan.
    """
    baseline, target = goal.baseline or Fraction(0), goal.target or Fraction(0)
    if goal.plan:
        return baseline + sum((part.value * span.elapsed(part.period, day) for part in goal.plan), Fraction(0))
    return baseline + (target - baseline) * span.elapsed(period, day)


def pace_of(goal: KeyResult, period: Period, value: Fraction, day: date, span: Span) -> Pace:
    """How far a key result is, against how far it should be.

    Parameters
    ----------
    goal : KeyResult
        With baseline and target.
    period : Period
        The time it has.
    value : Fraction
        Where it stands.
    day : datetime.date
        When.
    span : Span
        How days count.

    Returns
    -------
    Pace
        Its ratio is None where nothing is expected yet.
    """
    baseline, target = goal.baseline or Fraction(0), goal.target or Fraction(0)
    expected = expected_at(goal, period, day, span)
    left = span.days(max(day + timedelta(days=1), period.start), period.end)
    return Pace(
        expected=expected,
        ratio=None if expected == baseline else (value - baseline) / (expected - baseline),
        to_go=(target - value) / left if left else None,
        days_left=left,
    )


def planned_and_actual(
    goal: KeyResult, history: Sequence[CheckIn], day: date, span: Span, last: int | None
) -> tuple[Fraction, Fraction] | None:
    """Plan and actual of the last planned periods.

    Parameters
    ----------
    goal : KeyResult
        With a plan.
    history : sequence of CheckIn
        By day.
    day : datetime.date
        Periods that begin later are left out; the plan of the running one counts as far as it is over.
    span : Span
        How days count.
    last : int or None
        How many periods; None for all to date.

    Returns
    -------
    tuple of (Fraction, Fraction) or None
        Sum of plans, sum of actuals; None if no planned period has begun.
    """
    begun = [part for part in goal.plan if part.period.start <= day]
    chosen = begun if last is None else begun[-last:]
    if not chosen:
        return None
    planned = sum((part.value * span.elapsed(part.period, day) for part in chosen), Fraction(0))
    baseline = goal.baseline or Fraction(0)
    before = value_at(goal, history, chosen[0].period.start - timedelta(days=1))
    now = value_at(goal, history, min(day, chosen[-1].period.last))
    return planned, (baseline if now is None else now) - (baseline if before is None else before)
