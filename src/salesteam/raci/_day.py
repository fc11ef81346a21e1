"""A chart as it stands on one day: cells, rows and holders, gathered in one pass each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import attrs

from salesteam.raci._chart import Chart
from salesteam.raci._model_chart import Activity, Role
from salesteam.raci._profile import Profile
from salesteam.raci._valid import in_force
from salesteam.raci._words import mask

__all__ = ["Cell", "Day", "day_of"]

_APPROVES = mask("approves")
_ANSWERS = mask("answers")


@attrs.define
class Cell:
    """All letters of a role in an activity on the day, with their duties packed by `mask`."""

    letters: tuple[str, ...]
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
    names: Mapping[str, str]

    def who(self, people: Iterable[str]) -> tuple[str, ...]:
        """The names of people, sorted; the id of one whose name is not given."""
        return tuple(sorted(self.names.get(person, person) for person in people))

    def role(self, key: str) -> Role | str:
        """The role of an id, or the id itself where the chart does not declare it."""
        return self.roles.get(key, key)

    def acting(self, role: str) -> tuple[str, ...]:
        """Who acts in a role: the holders who are there, or else the deputies who are there."""
        present = tuple(person for person in self.holders.get(role, ()) if person not in self.away)
        return present or tuple(person for person in self.deputies.get(role, ()) if person not in self.away)


class _Meanings(dict[tuple[tuple[str, ...], bool | None], tuple[tuple[str, ...], int]]):
    """Letters of a cell and its own approval to each letter once and packed duties, worked out once a pair."""

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self._masks = profile.masks()
        self._a_approves = bool(profile.a_approves)

    def __missing__(self, key: tuple[tuple[str, ...], bool | None]) -> tuple[tuple[str, ...], int]:
        letters, approves = key
        duties = 0
        for letter in letters:
            duties |= self._masks.get(letter, 0)
        follows = duties & _APPROVES or (self._a_approves and duties & _ANSWERS)
        duties = duties | _APPROVES if (follows if approves is None else approves) else duties & ~_APPROVES
        self[key] = found = (tuple(dict.fromkeys(letters)), duties)
        return found


def _fill(rows: Mapping[str, dict[str, Cell]], chart: Chart, on: date) -> None:
    meanings = _Meanings(chart.profile)
    for assignment in chart.assignments:
        row = rows.get(assignment.activity)
        if row is None or not in_force(assignment, on):
            continue
        letters, duties = meanings[assignment.letters, assignment.approves]
        cell = row.get(assignment.role)
        if cell is None:
            row[assignment.role] = Cell(letters, duties)
        else:
            cell.duties |= duties
            cell.letters = tuple(dict.fromkeys((*cell.letters, *letters)))


def _people(chart: Chart, on: date, *, deputy: bool) -> dict[str, list[str]]:
    people: dict[str, dict[str, None]] = {}
    for holding in chart.holdings:
        if holding.deputy is deputy and in_force(holding, on):
            people.setdefault(holding.role, {})[holding.person] = None
    return {role: list(found) for role, found in people.items()}


def day_of(chart: Chart, on: date, *, only: Activity | None = None) -> Day:
    """Gather a chart for one day.

    Parameters
    ----------
    chart : Chart
        Any chart, sound or not.
    on : date
        The day.
    only : Activity, optional
        Gather the row of this activity alone.

    Returns
    -------
    Day
        Of two activities or roles with one id the first counts.
    """
    activities: dict[str, Activity] = {}
    for activity in chart.activities if only is None else (only,):
        activities.setdefault(activity.id, activity)
    rows: dict[str, dict[str, Cell]] = {key: {} for key in activities}
    _fill(rows, chart, on)
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
        names={person.id: person.name for person in chart.people},
        away=frozenset(absence.person for absence in chart.absences if in_force(absence, on)),
    )
