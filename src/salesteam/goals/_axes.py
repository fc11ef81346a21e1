"""Axes of a cascade: trees of periods and of people over which a total is split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Literal

import attrs

from salesteam.core import Calendar, FiscalYear, Period, Roster
from salesteam.core._graph import find_cycle
from salesteam.core._noun import as_annotated
from salesteam.errors import CycleError, InvalidValueError, NotFoundError, missing_choice

__all__ = ["WEEK_BASES", "Axis", "AxisNode", "WeekBase", "by_org", "by_parts", "by_time"]

WeekBase = Literal["split_by_days", "split_by_working_days", "thursday", "four_week_month"]

WEEK_BASES: Mapping[str, str] = MappingProxyType(
    {
        "split_by_days": "ISO weeks, cut at the edge of the month; each piece weighs its days",
        "split_by_working_days": "ISO weeks, cut at the edge of the month; each piece weighs its working days",
        "thursday": "whole ISO weeks, each in the month that has its Thursday; 52 or 53 a year",
        "four_week_month": "every month has four equal weeks, 48 a year; as printed plans often reckon",
    }
)
"""What a week is, with one line on each; 5,000 over a year is 104.17 in weeks of a month and 96.15 in 52 weeks."""


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class AxisNode:
    """One node of an axis.

    Parameters
    ----------
    id : str
        Name, unique on its axis.
    parent : str or None
        The node above; None for the top.
    level : str
        Such as ``"month"`` or ``"person"``.
    size : Fraction
        What it weighs among its siblings where nothing else is said, such as the working days of a cut week.

    Examples
    --------
    >>> AxisNode(id="2026-Q1", parent="2026", level="quarter").size
    Fraction(1, 1)
    """

    id: str
    parent: str | None
    level: str
    size: Fraction = Fraction(1)


@attrs.frozen(kw_only=True, slots=False, field_transformer=as_annotated)
class Axis:
    """A tree of nodes over which a total is split; made by `by_time`, `by_org` or `by_parts`.

    Parameters
    ----------
    name : str
        ``"time"``, ``"org"`` or a name of your own.
    nodes : tuple of AxisNode
        The top first, parents before their children.
    convention : str
        What was chosen, such as the week base.

    Raises
    ------
    InvalidValueError
        If an id is given twice, or nodes do not form one tree.

    Examples
    --------
    >>> by_parts("org", "east", {"east": ["li", "wu"]}).leaves
    ('li', 'wu')
    """

    name: str
    nodes: tuple[AxisNode, ...]
    convention: str = ""

    def __attrs_post_init__(self) -> None:
        seen: set[str | None] = set()
        for node in self.nodes:
            if node.id in seen:
                raise InvalidValueError(
                    f"{node.id!r} comes twice", where=f"axis {self.name}", fix="give every node an id of its own"
                )
            if (node.parent is None) != (not seen) or (seen and node.parent not in seen):
                raise InvalidValueError(
                    f"{node.id!r} does not hang below a node before it",
                    where=f"axis {self.name}",
                    fix="give one top, and parents before their children",
                )
            seen.add(node.id)
        if not seen:
            raise InvalidValueError("an axis without nodes", where=f"axis {self.name}", fix="give at least its top")

    @property
    def top(self) -> str:
        """Id of the node that holds the total.

        Examples
        --------
        >>> by_parts("org", "east", {"east": ["li", "wu"]}).top
        'east'
        """
        return self.nodes[0].id

    @cached_property
    def by_id(self) -> Mapping[str, AxisNode]:
        """Every node by its id."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """Every node with the ids right below it, in order; empty for a leaf."""
        below: dict[str, list[str]] = {node.id: [] for node in self.nodes}
        for node in self.nodes:
            if node.parent is not None:
                below[node.parent].append(node.id)
        return {node: tuple(ids) for node, ids in below.items()}

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """Ids without anything below, in order."""
        return tuple(node.id for node in self.nodes if not self.children[node.id])

    def above(self, node: str) -> tuple[str, ...]:
        """A node and everything above it, the top last.

        Parameters
        ----------
        node : str
            Id.

        Returns
        -------
        tuple of str
            Ids.

        Raises
        ------
        NotFoundError
            If there is no such node.

        Examples
        --------
        >>> by_parts("org", "east", {"east": ["li", "wu"]}).above("li")
        ('li', 'east')
        """
        if node not in self.by_id:
            raise NotFoundError("node", node, self.by_id, where=f"axis {self.name}")
        path = [node]
        while (parent := self.by_id[path[-1]].parent) is not None:
            path.append(parent)
        return tuple(path)


def by_parts(name: str, top: str, parts: Mapping[str, Sequence[str]]) -> Axis:
    """An axis from plain names: what each node consists of.

    Use it for products, regions, or squads without a roster.

    Parameters
    ----------
    name : str
        Of the axis.
    top : str
        The node that holds the total.
    parts : mapping of str to sequence of str
        Node to the nodes below it.

    Returns
    -------
    Axis
        Depth first.

    Raises
    ------
    InvalidValueError
        If a name comes twice or cannot be reached from the top.

    Examples
    --------
    >>> by_parts("org", "all", {"all": ["east", "west"], "east": ["li"]}).leaves
    ('li', 'west')
    """
    most = 1 + sum(len(below) for below in parts.values())
    nodes: list[AxisNode] = []
    stack: list[tuple[str, str | None, int]] = [(top, None, 0)]
    while stack:
        node, parent, depth = stack.pop()
        nodes.append(AxisNode(id=node, parent=parent, level=str(depth)))
        if len(nodes) > most:
            raise InvalidValueError(f"{node!r} lies below itself", where=f"axis {name}", fix="remove one of the links")
        stack += ((child, node, depth + 1) for child in reversed(parts.get(node, ())))
    lost = set(parts) - {node.id for node in nodes}
    if lost:
        raise InvalidValueError(
            f"{', '.join(sorted(lost))} cannot be reached from {top}", where=f"axis {name}", fix="name its parent too"
        )
    return Axis(name=name, nodes=tuple(nodes))


def by_org(roster: Roster, team: str, *, on: date) -> Axis:
    """An axis of teams and people, as they stand on a day.

    Parameters
    ----------
    roster : Roster
        Teams and memberships.
    team : str
        The team that holds the total.
    on : datetime.date
        Whose membership counts.

    Returns
    -------
    Axis
        Named ``"org"``: the team, the teams below it, their members; a member of two teams appears as ``person@team``.

    Raises
    ------
    NotFoundError
        If there is no such team.
    CycleError
        If the team lies below itself.

    Examples
    --------
    >>> from salesteam.core import Membership, Person, Team
    >>> roster = Roster(
    ...     people=[Person(id="li", name="李"), Person(id="wu", name="吴")],
    ...     teams=[Team(id="east", name="East")],
    ...     memberships=[Membership(person="li", team="east"), Membership(person="wu", team="east")],
    ... )
    >>> [node.id for node in by_org(roster, "east", on=date(2026, 7, 1)).nodes]
    ['east', 'li', 'wu']
    """
    roster.team(team)
    inner = {team, *roster.subteams(team)}
    below: dict[str, list[str]] = {each: [] for each in inner}
    for each in roster.teams:
        if each.parent in inner:
            below[each.parent].append(each.id)
    circle = find_cycle([team], [(above, each) for above, family in below.items() for each in family])
    if circle:
        raise CycleError(circle, what="teams")
    nodes: list[AxisNode] = []
    stack: list[AxisNode] = [AxisNode(id=team, parent=None, level="team")]
    while stack:
        node = stack.pop()
        nodes.append(node)
        if node.level == "team":
            people = sorted(roster.members(node.id, on))
            stack += (AxisNode(id=each, parent=node.id, level="person") for each in reversed(people))
            stack += (AxisNode(id=each, parent=node.id, level="team") for each in reversed(below[node.id]))
    counts: dict[str, int] = {}
    for node in nodes:
        counts[node.id] = counts.get(node.id, 0) + 1
    named = tuple(
        attrs.evolve(node, id=f"{node.id}@{node.parent}") if counts[node.id] > 1 and node.level == "person" else node
        for node in nodes
    )
    return Axis(name="org", nodes=named, convention=f"members on {on}")


def by_time(
    period: Period,
    *kinds: str,
    week_base: WeekBase | None = None,
    fiscal: FiscalYear | None = None,
    calendar: Calendar | None = None,
) -> Axis:
    """An axis of periods: a year to its quarters, months, weeks, days.

    Parameters
    ----------
    period : Period
        What the total is for.
    *kinds : str
        Levels from coarse to fine, each ``half``, ``quarter``, ``month``, ``week`` or ``day``.
    week_base : str, optional
        What a week is; required if one of the levels is ``week``; see `WEEK_BASES`.
    fiscal : FiscalYear, optional
        How years run.
    calendar : Calendar, optional
        For ``split_by_working_days``.

    Returns
    -------
    Axis
        Named ``"time"``; ids are the names of the periods.

    Raises
    ------
    InvalidValueError
        If a kind is unknown or not finer, the week base is missing, or its calendar is missing or does not know a year.

    Examples
    --------
    >>> by_time(Period.parse("2026"), "quarter").leaves
    ('2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4')
    """
    if "week" in kinds and week_base not in WEEK_BASES:
        raise missing_choice("week_base", WEEK_BASES, where="by_time")
    if week_base == "split_by_working_days" and calendar is None:
        raise InvalidValueError("working days without a calendar", where="by_time", fix="pass calendar=")
    if week_base == "four_week_month" and "week" in kinds and kinds[-2:] != ("month", "week"):
        raise InvalidValueError(
            "four_week_month needs months above the weeks and nothing below",
            where="by_time",
            fix='give the levels "month", "week", or another week base',
        )
    nodes = [AxisNode(id=period.name, parent=None, level=period.kind)]
    layer = [period]
    for kind in kinds:
        if kind == "week" and week_base == "four_week_month":
            nodes += [
                AxisNode(id=f"{month.name}/{week}", parent=month.name, level="week")
                for month in layer
                for week in range(1, 5)
            ]
            break
        straddle = week_base if kind == "week" and week_base != "four_week_month" else None
        below = [(each, piece) for each in layer for piece in each.split(kind, fiscal=fiscal, straddle=straddle)]
        sizes = {piece: _size(piece, kind, straddle, calendar) for _, piece in below}
        nodes += [
            AxisNode(id=piece.name, parent=each.name, level=kind, size=sizes[piece])
            for each, piece in below
            if piece.name != each.name
        ]
        layer = [piece for _, piece in below]
    convention = f"week_base={week_base}" if "week" in kinds else ""
    return Axis(name="time", nodes=tuple(nodes), convention=convention)


def _size(piece: Period, kind: str, straddle: str | None, calendar: Calendar | None) -> Fraction:
    if kind != "week" or straddle in {None, "thursday"}:
        return Fraction(1)
    if straddle == "split_by_working_days" and calendar is not None:
        return Fraction(calendar.workdays(piece.start, piece.end))
    return Fraction(piece.days)
