"""Checks of people: vacancies, single points, absences, and duties that must not meet in one person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from salesteam.core import Finding, find
from salesteam.raci._day import Cell, Day
from salesteam.raci._duty import takers
from salesteam.raci._finding import at
from salesteam.raci._words import BIT, YES

__all__ = ["people_findings"]


def people_findings(day: Day) -> Iterator[Finding]:
    """Look at who holds the roles; without holdings say so once."""
    if not day.chart.holdings:
        if day.chart.assignments:
            yield find("raci.people-not-given", at(day))
        return
    yield from _vacancies(day)
    yield from _single_points(day)
    if day.chart.separations:
        yield from _joined(day)


def _vacancies(day: Day) -> Iterator[Finding]:
    profile = day.chart.profile
    owning = BIT[profile.answering] | BIT[profile.doing]
    needed: dict[str, list[str]] = {}
    for activity, row in day.rows.items():
        for key, cell in row.items():
            if cell.duties & owning:
                needed.setdefault(key, []).append(activity)
    for key, role in day.roles.items():
        holders = day.holders.get(key, ())
        if role.seats is not None and len(holders) > role.seats:
            yield find("raci.role-held-twice", at(day, role=key), role=role, people=day.who(holders), seats=role.seats)
        if key not in needed or day.acting(key):
            continue
        if not holders:
            yield find("raci.vacant-role", at(day, role=key), role=role)
        elif not _delegated(day, key, needed[key]):
            yield find("raci.absent-uncovered", at(day, role=key), role=role, people=day.who(holders))


def _delegated(day: Day, role: str, activities: list[str]) -> bool:
    """Whether somebody who is there has taken over every activity of the absent holders."""
    return all(
        any(taken.person not in day.away for holder in day.holders[role] for taken in takers(day, holder, activity))
        for activity in activities
    )


def _single_points(day: Day) -> Iterator[Finding]:
    doing = BIT[day.chart.profile.doing]
    able: dict[str, tuple[str, ...]] = {}
    for role in {*day.holders, *day.deputies}:
        able[role] = tuple(dict.fromkeys((*day.holders.get(role, ()), *day.deputies.get(role, ()))))
    for key, row in day.rows.items():
        people: set[str] = set()
        for role, cell in row.items():
            if cell.duties & doing:
                people.update(able.get(role, ())[:2])
        if len(people) == 1:
            yield find("raci.single-point", at(day, key), activity=day.activities[key], person=day.who(people)[0])


def _in_roles(day: Day) -> dict[str, set[str]]:
    """The people of every role: its holders, and its deputies while they stand in."""
    return {role: {*day.holders.get(role, ()), *day.acting(role)} for role in {*day.holders, *day.deputies}}


def _sides(row: Mapping[str, Cell], duties: int, people: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Person to the roles through which they have some of the duties in a row."""
    found: dict[str, set[str]] = {}
    for role, cell in row.items():
        if cell.duties & duties:
            for person in people.get(role, ()):
                found.setdefault(person, set()).add(role)
    return found


def _joined(day: Day) -> Iterator[Finding]:
    people = _in_roles(day)
    count = Counter(person for persons in people.values() for person in persons)
    several = {role: {person for person in persons if count[person] > 1} for role, persons in people.items()}
    profile = day.chart.profile
    told = BIT[profile.answering] | BIT[profile.doing]
    for separation in day.chart.separations:
        first, second = (BIT[duty] for duty in separation.duties) if separation.duties else (YES, YES)
        if separation.activities:
            one, other = (day.rows.get(key, {}) for key in separation.activities)
            sides = _sides(one, first, people), _sides(other, second, people)
            yield from _meeting(day, separation.activities, *sides)
            continue
        for key, row in day.rows.items():
            alone = {
                role: people.get(role, set())
                for role, cell in row.items()
                if cell.duties & first and cell.duties & second and cell.duties & told != told
            }
            here = {**several, **alone}
            yield from _meeting(day, (key,), _sides(row, first, here), _sides(row, second, here))


def _meeting(
    day: Day, activities: tuple[str, ...], one: Mapping[str, set[str]], other: Mapping[str, set[str]]
) -> Iterator[Finding]:
    """People on both sides; where one role that does and answers is all of it, the check of the row has told it."""
    both = BIT[day.chart.profile.answering] | BIT[day.chart.profile.doing]
    for person in sorted(one.keys() & other.keys()):
        roles = sorted(one[person] | other[person])
        cell = day.rows[activities[0]].get(roles[0])
        if len(activities) == 1 and len(roles) == 1 and cell is not None and cell.duties & both == both:
            continue
        yield find(
            "raci.separated-duties-joined",
            at(day, activities[0], roles[0]),
            person=day.names.get(person, person),
            roles=tuple(day.role(role) for role in roles),
            activities=tuple(day.activities.get(key, key) for key in activities),
        )
