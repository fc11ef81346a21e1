"""From facts to check-ins, and from the cascade that a book describes to a cascade."""

from __future__ import annotations

from datetime import date, timedelta

from salesteam.core import Calendar, FiscalYear, Period, Place, Report, Roster, find
from salesteam.errors import InvalidValueError
from salesteam.goals._axes import Axis, by_org, by_time
from salesteam.goals._cascade import cascade
from salesteam.goals._cascaded import Cascade
from salesteam.goals._evaluate import evaluate
from salesteam.goals._frame import read_facts
from salesteam.goals._model_book import CascadePlan, GoalBook
from salesteam.goals._model_okr import CheckIn
from salesteam.goals._rules import Cap, Floor, Lock, Rule

__all__ = ["cascade_plan", "observe"]


def observe(book: GoalBook, facts: object, *, as_of: date) -> tuple[tuple[CheckIn, ...], Report]:
    """Read check-ins off the facts, for every key result that follows a metric.

    Use it so that nobody types in what the CRM already knows.
    The value is that of the metric from the first day of the cycle to the end of `as_of`.

    Parameters
    ----------
    book : GoalBook
        With metrics and formulas.
    facts : iterable of Fact, or frame
        Columns as in `Fact`.
    as_of : datetime.date
        Look from the end of this day.

    Returns
    -------
    tuple of (tuple of CheckIn, Report)
        One a key result whose metric has a value; findings on the others.

    Raises
    ------
    InvalidValueError, CycleError
        If metrics and formulas form no tree; `check` says so beforehand.

    Examples
    --------
    >>> observe(GoalBook(), (), as_of=date(2026, 8, 15))[0]
    ()
    """
    rows, report = read_facts(facts)
    found = list(report)
    result: list[CheckIn] = []
    for goal in book.key_results:
        cycle = book.periods.get(goal.id)
        if goal.metric is None or goal.metric not in book.tree.by_id or cycle is None or cycle.start > as_of:
            continue
        end = min(cycle.end, as_of + timedelta(days=1))
        seen = evaluate(book.tree, rows, by=(), within=Period(start=cycle.start, end=end), as_of=as_of)
        value = seen.at(goal.metric)
        if value.value is None:
            found.append(
                find("goals.not-observed", Place(key=goal.id), goal=goal.id, metric=goal.metric, status=value.status)
            )
            continue
        source = f"facts: {goal.metric}"
        on = end - timedelta(days=1)
        amount = value.value - (goal.baseline or 0) if goal.reports == "amount" else value.value
        result.append(CheckIn(goal=goal.id, on=on, value=amount, source=source))
    return tuple(result), Report(found)


def cascade_plan(
    plan: CascadePlan,
    *,
    roster: Roster | None = None,
    on: date | None = None,
    fiscal: FiscalYear | None = None,
    calendar: Calendar | None = None,
) -> Cascade:
    """Carry out the cascade that a book describes.

    Parameters
    ----------
    plan : CascadePlan
        From a `GoalBook`.
    roster : Roster, optional
        Required if the plan names a team.
    on : datetime.date, optional
        Whose membership counts; the first day of the plan's period without it.
    fiscal : FiscalYear, optional
        How years run.
    calendar : Calendar, optional
        Required if weeks are split by working days.

    Returns
    -------
    Cascade
        As from `cascade`.

    Raises
    ------
    InvalidValueError
        If the plan leaves a choice open or needs a roster; `check` says so beforehand.
    CycleError
        If teams of the roster lie below themselves.

    Examples
    --------
    >>> from salesteam.goals import LargestRemainder, equal
    >>> plan = CascadePlan(total=50_000_000, unit="CNY", period=Period.parse("2026"), levels=("quarter",),
    ...                    weights={"time": equal(among="siblings")}, rounding={"time": LargestRemainder(tie="id")})
    >>> cascade_plan(plan).at("2026-Q1")
    12500000
    """
    axes: list[Axis] = []
    if plan.levels:
        axes.append(by_time(plan.period, *plan.levels, week_base=plan.week_base, fiscal=fiscal, calendar=calendar))
    if plan.team is not None:
        if roster is None:
            raise InvalidValueError(f"team {plan.team!r} without a roster", where="cascade_plan", fix="pass roster=")
        axes.append(by_org(roster, plan.team, on=on or plan.period.start))
    rules: list[Rule] = [Lock(node, value) for node, value in plan.locks.items()]
    rules += [Floor(node, value) for node, value in plan.floors.items()]
    rules += [Cap(node, value) for node, value in plan.caps.items()]
    return cascade(plan.total, unit=plan.unit, axes=axes, weights=plan.weights, rounding=plan.rounding, rules=rules)
