"""The roster: who belongs to which team, in which role, and reports to whom, on any day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import TypeVar

import attrs

from salesteam.core._people_check import check
from salesteam.core._person import Membership, Person, ReportingLine, Team
from salesteam.core._report import Report
from salesteam.errors import NotFoundError

__all__ = ["Membership", "Person", "ReportingLine", "Roster", "Team"]

_T = TypeVar("_T")


def _grouped(things: Iterable[_T], key: Callable[[_T], str]) -> Mapping[str, tuple[_T, ...]]:
    groups: dict[str, list[_T]] = {}
    for thing in things:
        groups.setdefault(key(thing), []).append(thing)
    return {name: tuple(group) for name, group in groups.items()}


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _reached(start: str, step: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    seen = {start: None}
    queue = [start]
    for here in queue:
        fresh = [name for name in _once(step(here)) if name not in seen]
        seen.update(dict.fromkeys(fresh))
        queue.extend(fresh)
    return tuple(queue[1:])


def _people(given: Iterable[Person]) -> tuple[Person, ...]:
    return tuple(given)


def _teams(given: Iterable[Team]) -> tuple[Team, ...]:
    return tuple(given)


def _memberships(given: Iterable[Membership]) -> tuple[Membership, ...]:
    return tuple(given)


def _lines(given: Iterable[ReportingLine]) -> tuple[ReportingLine, ...]:
    return tuple(given)


@attrs.frozen(kw_only=True)
class Roster:
    """All people and teams, and how they belong together over time.

    Every lookup takes and returns ids and needs a day.
    Somebody whom the roster does not know belongs to nothing and reports to nobody; `check` tells of such names.

    Parameters
    ----------
    people : tuple of Person, optional
        Everybody.
    teams : tuple of Team, optional
        All teams.
    memberships : tuple of Membership, optional
        Who belongs where, and when.
    lines : tuple of ReportingLine, optional
        Who reports to whom, and when.

    Examples
    --------
    >>> roster = Roster(
    ...     people=(Person(id="li", name="Li"), Person(id="han", name="Han")),
    ...     teams=(Team(id="north", name="North", lead="han"),),
    ...     memberships=(Membership(person="li", team="north", role="seller", end=date(2026, 7, 1)),),
    ...     lines=(ReportingLine(person="li", manager="han"),),
    ... )
    >>> roster.members("north", date(2026, 6, 30)), roster.members("north", date(2026, 7, 1))
    (('li',), ())
    >>> roster.chain("li", date(2026, 1, 1)), roster.check().ok
    (('han',), True)
    """

    people: tuple[Person, ...] = attrs.field(default=(), converter=_people)
    teams: tuple[Team, ...] = attrs.field(default=(), converter=_teams)
    memberships: tuple[Membership, ...] = attrs.field(default=(), converter=_memberships)
    lines: tuple[ReportingLine, ...] = attrs.field(default=(), converter=_lines)

    @cached_property
    def _people(self) -> Mapping[str, Person]:
        return {person.id: person for person in reversed(self.people)}

    @cached_property
    def _teams(self) -> Mapping[str, Team]:
        return {team.id: team for team in reversed(self.teams)}

    @cached_property
    def _subteams(self) -> Mapping[str, tuple[Team, ...]]:
        return _grouped(self.teams, lambda team: team.parent or "")

    @cached_property
    def _by_person(self) -> Mapping[str, tuple[Membership, ...]]:
        return _grouped(self.memberships, lambda membership: membership.person)

    @cached_property
    def _by_team(self) -> Mapping[str, tuple[Membership, ...]]:
        return _grouped(self.memberships, lambda membership: membership.team)

    @cached_property
    def _upward(self) -> Mapping[str, tuple[ReportingLine, ...]]:
        return _grouped(self.lines, lambda line: line.person)

    @cached_property
    def _downward(self) -> Mapping[str, tuple[ReportingLine, ...]]:
        return _grouped(self.lines, lambda line: line.manager)

    def knows(self, person: str) -> bool:
        """Whether there is a person with this id.

        Examples
        --------
        >>> Roster(people=(Person(id="li", name="Li"),)).knows("wu")
        False
        """
        return person in self._people

    def person(self, person: str) -> Person:
        """The person with this id.

        Raises
        ------
        NotFoundError
            If there is none; with the nearest ids.

        Examples
        --------
        >>> Roster(people=(Person(id="li", name="Li"),)).person("li").name
        'Li'
        """
        if person not in self._people:
            raise NotFoundError("person", person, self._people, where="the roster")
        return self._people[person]

    def team(self, team: str) -> Team:
        """The team with this id.

        Raises
        ------
        NotFoundError
            If there is none; with the nearest ids.

        Examples
        --------
        >>> Roster(teams=(Team(id="north", name="North"),)).team("north").name
        'North'
        """
        if team not in self._teams:
            raise NotFoundError("team", team, self._teams, where="the roster")
        return self._teams[team]

    def subteams(self, team: str) -> tuple[str, ...]:
        """All teams within a team, at any depth.

        Parameters
        ----------
        team : str
            Id of the team.

        Returns
        -------
        tuple of str
            Ids, nearer ones first, without the team itself.

        Examples
        --------
        >>> Roster(teams=(Team(id="a", name="A"), Team(id="b", name="B", parent="a"))).subteams("a")
        ('b',)
        """
        return _reached(team, lambda here: (child.id for child in self._subteams.get(here, ())))

    def members(self, team: str, on: date, *, nested: bool = False) -> tuple[str, ...]:
        """Who belongs to a team on a day.

        Parameters
        ----------
        team : str
            Id of the team.
        on : datetime.date
            The day.
        nested : bool, default False
            Whether members of the teams within it count as well.

        Returns
        -------
        tuple of str
            Ids of people, each once, in the order of the memberships.

        Examples
        --------
        >>> Roster(memberships=(Membership(person="li", team="north"),)).members("north", date(2026, 1, 1))
        ('li',)
        """
        teams = (team, *self.subteams(team)) if nested else (team,)
        held = (membership for name in teams for membership in self._by_team.get(name, ()))
        return _once(membership.person for membership in held if membership.in_force(on))

    def memberships_of(self, person: str, on: date) -> tuple[Membership, ...]:
        """The memberships of a person on a day, with their roles and shares.

        Parameters
        ----------
        person : str
            Id of the person.
        on : datetime.date
            The day.

        Returns
        -------
        tuple of Membership
            The larger share first, else in their order.

        Examples
        --------
        >>> Roster(memberships=(Membership(person="li", team="north"),)).memberships_of("li", date(2026, 1, 1))[0].team
        'north'
        """
        held = (membership for membership in self._by_person.get(person, ()) if membership.in_force(on))
        return tuple(sorted(held, key=lambda membership: -membership.share))

    def teams_of(self, person: str, on: date) -> tuple[str, ...]:
        """The teams of a person on a day.

        Parameters
        ----------
        person : str
            Id of the person.
        on : datetime.date
            The day.

        Returns
        -------
        tuple of str
            Ids of teams, the one with the largest share first.

        Examples
        --------
        >>> Roster(memberships=(Membership(person="li", team="north"),)).teams_of("li", date(2026, 1, 1))
        ('north',)
        """
        return _once(membership.team for membership in self.memberships_of(person, on))

    def role(self, person: str, on: date, *, team: str | None = None) -> str | None:
        """The role of a person on a day.

        Parameters
        ----------
        person : str
            Id of the person.
        on : datetime.date
            The day.
        team : str, optional
            In which team; without it, in the one that has the largest share of the person.

        Returns
        -------
        str or None
            The role, None if there is none.

        Examples
        --------
        >>> roster = Roster(memberships=(Membership(person="li", team="north", role="seller"),))
        >>> roster.role("li", date(2026, 1, 1)), roster.role("li", date(2026, 1, 1), team="south")
        ('seller', None)
        """
        held = self.memberships_of(person, on)
        roles = (membership.role for membership in held if team is None or membership.team == team)
        return next((role for role in roles if role is not None), None)

    def managers(self, person: str, on: date, kind: str | None = None) -> tuple[str, ...]:
        """To whom a person reports on a day.

        Parameters
        ----------
        person : str
            Id of the person.
        on : datetime.date
            The day.
        kind : str, optional
            In which respect, such as ``"line"``; without it, in any.

        Returns
        -------
        tuple of str
            Ids of people, each once, in the order of the lines.

        Examples
        --------
        >>> roster = Roster(lines=(ReportingLine(person="li", manager="han", kind="dotted"),))
        >>> roster.managers("li", date(2026, 1, 1)), roster.managers("li", date(2026, 1, 1), "line")
        (('han',), ())
        """
        lines = (line for line in self._upward.get(person, ()) if line.in_force(on))
        return _once(line.manager for line in lines if kind in {None, line.kind})

    def reports(self, manager: str, on: date, kind: str | None = None, *, nested: bool = False) -> tuple[str, ...]:
        """Who reports to a manager on a day.

        Parameters
        ----------
        manager : str
            Id of the manager.
        on : datetime.date
            The day.
        kind : str, optional
            In which respect, such as ``"line"``; without it, in any.
        nested : bool, default False
            Whether those count who report through others.

        Returns
        -------
        tuple of str
            Ids of people, each once, nearer ones first, without the manager.

        Examples
        --------
        >>> Roster(lines=(ReportingLine(person="li", manager="han"),)).reports("han", date(2026, 1, 1))
        ('li',)
        """

        def direct(here: str) -> tuple[str, ...]:
            lines = (line for line in self._downward.get(here, ()) if line.in_force(on))
            return _once(line.person for line in lines if kind in {None, line.kind})

        return _reached(manager, direct) if nested else tuple(name for name in direct(manager) if name != manager)

    def chain(self, person: str, on: date, kind: str = "line") -> tuple[str, ...]:
        """The managers above a person on a day, up to the top.

        Of several managers of the kind, the first in the roster is followed.
        In a circle it ends before the first name that would repeat; `check` reports both.

        Parameters
        ----------
        person : str
            Id of the person.
        on : datetime.date
            The day.
        kind : str, default 'line'
            Which reporting lines to follow.

        Returns
        -------
        tuple of str
            Ids of people, the nearest first, without the person.

        Examples
        --------
        >>> lines = (ReportingLine(person="li", manager="han"), ReportingLine(person="han", manager="mei"))
        >>> Roster(lines=lines).chain("li", date(2026, 1, 1))
        ('han', 'mei')
        """
        return _reached(person, lambda here: self.managers(here, on, kind)[:1])

    def check(self) -> Report:
        """Everything that is wrong with the roster, at any time.

        Returns
        -------
        Report
            ``people.nobody``, ``people.duplicate-person``, ``people.duplicate-team``, ``people.unknown-person``,
            ``people.unknown-team``, ``people.reversed-interval``, ``people.share-over-one``,
            ``people.several-managers``, ``people.reporting-cycle``, ``people.team-cycle``, ``people.empty-team``.

        Examples
        --------
        >>> list(Roster().check().by_code)
        ['people.nobody']
        """
        return check(self.people, self.teams, self.memberships, self.lines)
