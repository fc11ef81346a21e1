"""What may be wrong with people, teams, memberships and reporting lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import chain, product
from typing import TypeVar

from salesteam.core._finding import Finding, Place, find
from salesteam.core._person import Membership, Person, ReportingLine, Team
from salesteam.core._report import Report
from salesteam.errors import nearest

__all__ = ["check"]

_OPEN = "—"
_Dated = TypeVar("_Dated", Membership, ReportingLine)


def check(
    people: Sequence[Person],
    teams: Sequence[Team],
    memberships: Sequence[Membership],
    lines: Sequence[ReportingLine],
) -> Report:
    """Find everything that is wrong with people and teams.

    Parameters
    ----------
    people, teams, memberships, lines : sequence
        As in a roster; whatever they hold, this does not raise.

    Returns
    -------
    Report
        Findings with table, row (from 0), field and id.

    Examples
    --------
    >>> [finding.code for finding in check((), (), (), ())]
    ['people.nobody']
    """
    return Report(
        chain(
            [] if people else [find("people.nobody", Place(table="people"))],
            _duplicates(people, teams),
            _unknown(people, teams, memberships, lines),
            _reversed(memberships, lines),
            _shares(memberships),
            _several(lines),
            _reporting_cycles(lines),
            _team_cycles(teams),
            _empty(teams, memberships),
        )
    )


def _duplicates(people: Sequence[Person], teams: Sequence[Team]) -> Iterator[Finding]:
    for table, code, ids in (
        ("people", "people.duplicate-person", [person.id for person in people]),
        ("teams", "people.duplicate-team", [team.id for team in teams]),
    ):
        for name, count in Counter(ids).items():
            if count > 1:
                rows = tuple(row for row, other in enumerate(ids) if other == name)
                yield find(code, Place(table=table, row=rows[1], field="id", key=name), id=name, rows=rows)


def _unknown(
    people: Sequence[Person],
    teams: Sequence[Team],
    memberships: Sequence[Membership],
    lines: Sequence[ReportingLine],
) -> Iterator[Finding]:
    known = {"person": {person.id for person in people}, "team": {team.id for team in teams}}
    tables: tuple[tuple[str, Sequence[object], tuple[tuple[str, str], ...]], ...] = (
        ("teams", teams, (("parent", "team"), ("lead", "person"))),
        ("memberships", memberships, (("person", "person"), ("team", "team"))),
        ("lines", lines, (("person", "person"), ("manager", "person"))),
    )
    for table, things, references in tables:
        for (row, thing), (field, kind) in product(enumerate(things), references):
            name = getattr(thing, field)
            if name is not None and name not in known[kind]:
                near = nearest(name, sorted(known[kind])) or (_OPEN,)
                yield find(f"people.unknown-{kind}", Place(table=table, row=row, field=field), id=name, near=near)


def _reversed(memberships: Sequence[Membership], lines: Sequence[ReportingLine]) -> Iterator[Finding]:
    tables: tuple[tuple[str, Iterable[Membership | ReportingLine]], ...] = (
        ("memberships", memberships),
        ("lines", lines),
    )
    for table, things in tables:
        for row, thing in enumerate(things):
            if thing.start is not None and thing.end is not None and thing.end <= thing.start:
                place = Place(table=table, row=row, field="end")
                yield find("people.reversed-interval", place, id=thing.person, start=thing.start, end=thing.end)


def _starts(things: Iterable[Membership | ReportingLine]) -> list[date]:
    return sorted({thing.start or date.min for thing in things})


def _since(day: date) -> date | str:
    return _OPEN if day == date.min else day


def _by_person(things: Iterable[_Dated]) -> dict[str, list[_Dated]]:
    groups: dict[str, list[_Dated]] = {}
    for thing in things:
        groups.setdefault(thing.person, []).append(thing)
    return groups


def _shares(memberships: Sequence[Membership]) -> Iterator[Finding]:
    for person, own in _by_person(memberships).items():
        for day in _starts(own):
            held = [one for one in own if one.in_force(day)]
            share = sum((one.share for one in held), Fraction(0))
            if share > 1:
                yield find(
                    "people.share-over-one",
                    Place(table="memberships", field="share", key=person),
                    id=person,
                    share=share,
                    since=_since(day),
                    teams=tuple(one.team for one in held),
                )
                break


def _several(lines: Sequence[ReportingLine]) -> Iterator[Finding]:
    for person, own in _by_person(line for line in lines if line.kind == "line").items():
        for day in _starts(own):
            managers = tuple(dict.fromkeys(line.manager for line in own if line.in_force(day)))
            if len(managers) > 1:
                place = Place(table="lines", field="manager", key=person)
                yield find("people.several-managers", place, id=person, managers=managers, since=_since(day))
                break


def _circles(links: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Walk up from everyone; a name met again on the same walk closes a circle."""
    done: set[str] = set()
    for start in links:
        path: dict[str, Iterator[str]] = {} if start in done else {start: iter(links[start])}
        while path:
            here, onward = next(reversed(path.items()))
            above = next(onward, None)
            if above is None:
                done.add(here)
                del path[here]
            elif above in path:
                names = list(path)
                circle = names[names.index(above) :]
                first = circle.index(min(circle))
                yield (*circle[first:], *circle[:first], circle[first])
            elif above not in done:
                path[above] = iter(links.get(above, ()))


def _links(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    links: dict[str, list[str]] = {}
    for below, above in pairs:
        links.setdefault(below, []).append(above)
    return links


def _stuck(pairs: Iterable[tuple[str, str]]) -> set[str]:
    """Take off, again and again, every name that leads to nothing: what stays leads into a circle."""
    links = _links(pairs)
    open_ends = {name: len(above) for name, above in links.items()}
    back = _links((above, below) for below, names in links.items() for above in names)
    queue = [name for name in back if name not in links]
    while queue:
        for below in back.get(queue.pop(), ()):
            open_ends[below] -= 1
            if not open_ends[below]:
                queue.append(below)
    return {name for name, count in open_ends.items() if count}


def _inner(lines: Sequence[ReportingLine]) -> Sequence[ReportingLine]:
    """Keep the lines that can be part of a circle, at any time."""
    stuck = _stuck((line.person, line.manager) for line in lines)
    stuck &= _stuck((line.manager, line.person) for line in lines)
    return [line for line in lines if line.person in stuck and line.manager in stuck]


def _reporting_cycles(lines: Sequence[ReportingLine]) -> Iterator[Finding]:
    for kind in dict.fromkeys(line.kind for line in lines):
        inner = _inner([line for line in lines if line.kind == kind])
        seen: set[tuple[str, ...]] = set()
        for day in _starts(inner):
            for circle in _circles(_links((line.person, line.manager) for line in inner if line.in_force(day))):
                if circle not in seen:
                    seen.add(circle)
                    place = Place(table="lines", key=circle[0])
                    path = " → ".join(circle)
                    yield find("people.reporting-cycle", place, path=path, kind=kind, since=_since(day))


def _team_cycles(teams: Sequence[Team]) -> Iterator[Finding]:
    links = _links((team.id, team.parent) for team in teams if team.parent is not None)
    for circle in dict.fromkeys(_circles(links)):
        yield find("people.team-cycle", Place(table="teams", key=circle[0]), path=" → ".join(circle))


def _empty(teams: Sequence[Team], memberships: Sequence[Membership]) -> Iterator[Finding]:
    parents = _links((team.id, team.parent) for team in teams if team.parent is not None)
    queue = [one.team for one in memberships if one.start is None or one.end is None or one.start < one.end]
    filled: set[str] = set()
    while queue:
        team = queue.pop()
        if team not in filled:
            filled.add(team)
            queue.extend(parents.get(team, ()))
    for row, one in enumerate(teams):
        if one.id not in filled:
            yield find("people.empty-team", Place(table="teams", row=row, key=one.id), id=one.id, name=one.name)
