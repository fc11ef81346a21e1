"""A chart as it stands on one day: cells, rows and holders, gathered in one pass each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import attrs

from salesteam.raci._chart import Chart
from salesteam.raci._model_chart import Activity, Assignment, Role
from salesteam.raci._valid import in_force
from salesteam.raci._words import mask

__all__ = ["Cell", "Day", "day_of"]

_APPROVES = mask("approves")
_ANSWERS = mask("answers")


@attrs.define
class Cell:
    """All letters of a role in an activity on the day, with their duties packed by `mask`."""

    letters: list[str]
    duties: int


@attrs.frozen(kw_only=True)
class Day:
    """What is in force on a day, looked up by id.

    Rows hold the cells of every activity that is declared, also those of roles that are not:
    so a role misspelt is one finding, not two.
    """

    chart: Chart
    on: date
    activities: Mapping[str, Activity]
    roles: Mapping[str, Role]
    rows: Mapping[str, Mapping[str, Cell]]
    holders: Mapping[str, Sequence[str]]
    deputies: Mapping[str, Sequence[str]]
    away: frozenset[str]

    def role(self, key: str) -> Role | str:
        """The role of an id, or the id itself where the chart does not declare it."""
        return self.roles.get(key, key)

    def acting(self, role: str) -> tuple[str, ...]:
        """Who acts in a role: the holders who are there, or else the deputies who are there."""
        present = tuple(person for person in self.holders.get(role, ()) if person not in self.away)
        return present or tuple(person for person in self.deputies.get(role, ()) if person not in self.away)


def _add(row: dict[str, Cell], assignment: Assignment, masks: Mapping[str, int], *, a_approves: bool) -> None:
    cell = row.get(assignment.role)
    if cell is None:
        cell = row[assignment.role] = Cell([], 0)
    duties = 0
    for letter in assignment.letters:
        duties |= masks.get(letter, 0)
        if letter not in cell.letters:
            cell.letters.append(letter)
    if assignment.approves is None:
        if a_approves and duties & _ANSWERS:
            duties |= _APPROVES
    else:
        duties = duties | _APPROVES if assignment.approves else duties & ~_APPROVES
    cell.duties |= duties


def _people(chart: Chart, on: date, *, deputy: bool) -> dict[str, list[str]]:
    people: dict[str, dict[str, None]] = {}
    for holding in chart.holdings:
        if holding.deputy is deputy and in_force(holding, on):
            people.setdefault(holding.role, {})[holding.person] = None
    return {role: list(found) for role, found in people.items()}


def day_of(chart: Chart, on: date) -> Day:
    """Gather a chart for one day.

    Parameters
    ----------
    chart : Chart
        Any chart, sound or not.
    on : date
        The day.

    Returns
    -------
    Day
        Of two activities or roles with one id the first counts.
    """
    masks = chart.profile.masks()
    a_approves = bool(chart.profile.a_approves)
    rows: dict[str, dict[str, Cell]] = {activity.id: {} for activity in chart.activities}
    for assignment in chart.assignments:
        row = rows.get(assignment.activity)
        if row is not None and in_force(assignment, on):
            _add(row, assignment, masks, a_approves=a_approves)
    activities: dict[str, Activity] = {}
    for activity in chart.activities:
        activities.setdefault(activity.id, activity)
    roles: dict[str, Role] = {}
    for role in chart.roles:
        roles.setdefault(role.id, role)
    return Day(
        chart=chart,
        on=on,
        activities=activities,
        roles=roles,
        rows=rows,
        holders=_people(chart, on, deputy=False),
        deputies=_people(chart, on, deputy=True),
        away=frozenset(absence.person for absence in chart.absences if in_force(absence, on)),
    )
