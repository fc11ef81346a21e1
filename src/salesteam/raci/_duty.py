"""Who has a duty on a day: by letters, by holding a role, as deputy, or by delegation."""

from __future__ import annotations

from datetime import date
from typing import Literal

import attrs

from salesteam.core import Money
from salesteam.raci._chart import Chart, find_activity, folded
from salesteam.raci._day import Day, day_of
from salesteam.raci._valid import in_force
from salesteam.raci._words import BIT, YES

__all__ = ["Taken", "duties_of", "has_duty", "takers"]


@attrs.frozen(kw_only=True)
class Taken:
    """A person who may act for another by delegation, with the lowest ceiling along the chain."""

    person: str
    ceiling: Money | None


def _lower(first: Money | None, second: Money | None) -> Money | None:
    """The lower of two ceilings; of two currencies the first, as they cannot be compared."""
    if first is None or second is None:
        return first or second
    return min(first, second) if first.currency == second.currency else first


def takers(day: Day, giver: str, activity: str) -> tuple[Taken, ...]:
    """Everyone to whom a person has delegated an activity on the day, nearest first, chains followed.

    Parameters
    ----------
    day : Day
        The chart on the day.
    giver : str
        Id of the person.
    activity : str
        Id of the activity.

    Returns
    -------
    tuple of Taken
        Each person once; the giver is never among them.
    """
    reached: dict[str, Money | None] = {giver: None}
    queue = [giver]
    for person in queue:
        for delegation in day.chart.delegations:
            fits = delegation.giver == person and (not delegation.activities or activity in delegation.activities)
            if fits and delegation.taker not in reached and in_force(delegation, day.on):
                reached[delegation.taker] = _lower(reached[person], delegation.ceiling)
                queue.append(delegation.taker)
    return tuple(Taken(person=person, ceiling=reached[person]) for person in queue[1:])


def duties_of(day: Day, person: str, activity: str) -> int:
    """The duties of a person in an activity on the day, packed; delegation never carries accountability."""
    duties = 0
    for role, cell in day.rows.get(activity, {}).items():
        if person in day.holders.get(role, ()) or person in day.acting(role):
            duties |= cell.duties
        elif any(
            taken.person == person for holder in day.holders.get(role, ()) for taken in takers(day, holder, activity)
        ):
            duties |= cell.duties & ~BIT["answers"]
    return duties


def people_of(chart: Chart) -> dict[str, str]:
    """Every person the chart names anywhere, id to name."""
    known = {holding.person: holding.person for holding in chart.holdings}
    for delegation in chart.delegations:
        known.setdefault(delegation.giver, delegation.giver)
        known.setdefault(delegation.taker, delegation.taker)
    return known | {person.id: person.name for person in chart.people}


def has_duty(chart: Chart, subject: str, activity: str, on: date) -> Literal["yes", "no", "unknown"]:
    """Answer `Chart.has_duty`."""
    found = find_activity(chart, activity)
    if found is None:
        return "unknown"
    day = day_of(chart, on, only=found)
    wanted = folded(subject)
    roles = {
        role.id
        for role in chart.roles
        if subject == role.id or wanted in {folded(name) for name in (role.id, role.name_en, role.name_zh) if name}
    }
    known = people_of(chart) if chart.holdings else {}
    people = {person for person, name in known.items() if person == subject or folded(name) == wanted}
    if not roles and not people:
        return "unknown"
    row = day.rows[found.id]
    duties = [row[role].duties for role in roles if role in row] + [duties_of(day, who, found.id) for who in people]
    return "yes" if any(duty & YES for duty in duties) else "no"
