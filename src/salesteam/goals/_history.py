"""What was reported on a key result by a day: corrections applied, later records left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from salesteam.core import Finding, Place, find
from salesteam.errors import nearest
from salesteam.goals._model_key_result import KeyResult
from salesteam.goals._model_okr import CheckIn

__all__ = ["accepted", "histories", "value_at"]


def histories(
    goals: Mapping[str, KeyResult], checkins: Sequence[CheckIn], numbers: Sequence[int], as_of: date
) -> tuple[dict[str, list[CheckIn]], list[Finding]]:
    """Sort check-ins to their key results as they stood at the end of a day.

    Parameters
    ----------
    goals : mapping of str to KeyResult
        By id.
    checkins : sequence of CheckIn
        In the order they were recorded.
    numbers : sequence of int
        The row of each in its table, for findings.
    as_of : datetime.date
        What is true or written down later is left out.

    Returns
    -------
    tuple of (dict of str to list of CheckIn, list of Finding)
        Those in force, by day; findings on those that belong to nothing.
    """
    found: list[Finding] = []
    ids = {each.id for each in checkins if each.id}
    known = [each for each in checkins if each.known(as_of)]
    replaced = {each.corrects for each in known if each.corrects}
    result: dict[str, list[CheckIn]] = {key: [] for key in goals}
    for at, each in zip(numbers, checkins, strict=True):
        if each.goal not in goals:
            close = nearest(each.goal, goals)
            place = Place(table="checkins", row=at)
            found.append(find("goals.unknown-goal", place, goal=each.goal, nearest=close or "-"))
        if each.corrects and each.corrects not in ids:
            found.append(find("goals.unknown-correction", Place(table="checkins", row=at), corrects=each.corrects))
    for each in known:
        if each.goal in goals and not (each.id and each.id in replaced):
            result[each.goal].append(each)
    for history in result.values():
        history.sort(key=lambda each: each.on)
    return result, found


def value_at(goal: KeyResult, history: Sequence[CheckIn], day: date) -> Fraction | None:
    """Where a key result stands at the end of a day.

    Parameters
    ----------
    goal : KeyResult
        Says whether check-ins report a level or an amount.
    history : sequence of CheckIn
        By day.
    day : datetime.date
        Later ones are left out.

    Returns
    -------
    Fraction or None
        The last level, or the baseline with all amounts; None before the first value.
    """
    values = [each.value for each in history if each.on <= day and each.value is not None]
    if not values:
        return None
    return (goal.baseline or Fraction(0)) + sum(values, Fraction(0)) if goal.reports == "amount" else values[-1]


def accepted(history: Sequence[CheckIn], day: date) -> frozenset[str]:
    """The milestones that are accepted at the end of a day.

    Parameters
    ----------
    history : sequence of CheckIn
        By day.
    day : datetime.date
        Later ones are left out.

    Returns
    -------
    frozenset of str
        Those whose last check-in has a value of 1 or more, or none.
    """
    last = {each.milestone: each for each in history if each.on <= day and each.milestone is not None}
    return frozenset(name for name, each in last.items() if name and (each.value is None or each.value >= 1))
