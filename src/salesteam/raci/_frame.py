"""Columns in and out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import attrs

from salesteam.core import _table, shown
from salesteam.raci._chart import Chart
from salesteam.raci._valid import dated

if TYPE_CHECKING:
    from salesteam.raci._route_result import Route

__all__ = ["AssignmentRow", "CellRow", "LongRow", "MatrixRow", "RouteRow", "chart_frame", "route_frame"]


@attrs.frozen(kw_only=True)
class MatrixRow:
    """A row of a matrix: the activity and one column for each role."""

    cells: Mapping[str, Any] = _table.column("the activity, then the letters of each role", rest=True)


@attrs.frozen(kw_only=True)
class LongRow:
    """A row of a long table: who has which letter in what; without a letter it only names an activity or a role."""

    activity: str | None = _table.column("id of the activity")
    role: str | None = _table.column("id of the role")
    letter: str | None = _table.column("one or several letters, such as R or R/A")
    person: str | None = _table.column("id of the person who holds the role", default=None)
    approves: bool | None = _table.column("whether the role approves; empty follows the profile", default=None)
    start: date | None = _table.column("first day", default=None)
    end: date | None = _table.column("first day that no longer counts", default=None, validator=dated)


@attrs.frozen(kw_only=True)
class AssignmentRow:
    """An assignment going out, a row for each duty of each letter."""

    activity: str = _table.column("id of the activity")
    role: str = _table.column("id of the role")
    person: str | None = _table.column("id of the person; empty, as holdings have dates of their own", default=None)
    duty: str | None = _table.column("what the letter means; empty if the profile does not know it", default=None)
    letter: str = _table.column("the letter")
    approves: bool = _table.column("whether the role approves in this activity")
    start: date | None = _table.column("first day", default=None)
    end: date | None = _table.column("first day that no longer counts", default=None)


@attrs.frozen(kw_only=True)
class CellRow:
    """One cell of a matrix going out, or one margin of a row, a column, or the chart."""

    activity: str | None = _table.column("id of the activity; empty for what is about a role or the chart")
    role: str | None = _table.column("id of the role; empty for what is about an activity or the chart")
    letters: str = _table.column("letters, such as R/A; empty for a margin")
    findings: str = _table.column("codes of the findings there, worst first")


@attrs.frozen(kw_only=True)
class RouteRow:
    """A step of a route going out."""

    activity: str = _table.column("id of the activity")
    part: str = _table.column("the duty, or escalation")
    letters: str = _table.column("letters of the role in the activity")
    role: str = _table.column("name of the role")
    person: str | None = _table.column("id of the person who acts", default=None)
    reason: str = _table.column("why this person")
    deputy: str | None = _table.column("id of who stands in", default=None)


def _rows(chart: Chart) -> Iterator[AssignmentRow]:
    duties = {letter.letter: letter.duties for letter in chart.profile.letters}
    for assignment in chart.assignments:
        meant = {duty for letter in assignment.letters for duty in duties.get(letter, ())}
        follows = "approves" in meant or (bool(chart.profile.a_approves) and "answers" in meant)
        for letter in assignment.letters:
            for duty in duties.get(letter) or (None,):
                yield AssignmentRow(
                    activity=assignment.activity,
                    role=assignment.role,
                    duty=duty,
                    letter=letter,
                    approves=follows if assignment.approves is None else assignment.approves,
                    start=assignment.start,
                    end=assignment.end,
                )


def chart_frame(chart: Chart, like: object) -> Any:
    """The assignments of a chart, a row for each duty."""
    return _table.write_rows(_rows(chart), AssignmentRow, like=like)


def route_frame(route: Route, like: object, lang: str) -> Any:
    """The steps of a route, escalation last."""
    rows = (
        RouteRow(
            activity=route.activity.id,
            part=step.part,
            letters=step.letters,
            role=shown(step.role, lang),
            person=step.person,
            reason=step.reason.text(lang),
            deputy=step.deputy or None,
        )
        for step in (*route.steps, *route.escalation)
    )
    return _table.write_rows(rows, RouteRow, like=like)
