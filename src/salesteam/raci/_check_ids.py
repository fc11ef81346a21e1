"""Checks of codes: letters the profile does not have, ids that nothing declares, ids declared twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from salesteam.core import Finding, Place, find
from salesteam.errors import nearest
from salesteam.raci._chart import Chart
from salesteam.raci._words import Phrase

__all__ = ["id_findings"]

_PAIRS_COMPARED = 20_000
_KINDS = {
    "activity": Phrase("activity", "活动"),
    "role": Phrase("role", "角色"),
    "person": Phrase("person", "人员"),
}


def id_findings(chart: Chart) -> Iterator[Finding]:
    """Look up every letter and every id."""
    table = chart.name or "raci"
    known = chart.profile.masks()
    rows = {activity.id: activity for activity in reversed(chart.activities)}
    columns = {role.id: role for role in reversed(chart.roles)}
    told: set[tuple[str, str, str]] = set()
    for assignment in chart.assignments:
        for letter in assignment.letters:
            cell = (assignment.activity, assignment.role, letter)
            if letter not in known and cell not in told:
                told.add(cell)
                yield find(
                    "raci.unknown-letter",
                    Place(table=table, key=assignment.activity, field=assignment.role),
                    activity=rows.get(assignment.activity, assignment.activity),
                    role=columns.get(assignment.role, assignment.role),
                    letter=letter,
                    profile=chart.profile.name,
                    letters=tuple(known),
                )
    declared: dict[str, list[str]] = {
        "activity": [activity.id for activity in chart.activities],
        "role": [role.id for role in chart.roles],
        "person": [person.id for person in chart.people],
    }
    used = {"activity": _activities(chart), "role": _roles(chart), "person": _people(chart) if chart.people else ()}
    for kind, ids in declared.items():
        yield from _twice(table, kind, ids)
        yield from _unknown(table, kind, set(used[kind]) - set(ids), ids)


def _twice(table: str, kind: str, ids: Iterable[str]) -> Iterator[Finding]:
    for ident, count in Counter(ids).items():
        if count > 1:
            yield find("raci.duplicate-id", Place(table=table, key=ident), kind=_KINDS[kind], id=ident, count=count)


def _unknown(table: str, kind: str, unknown: set[str], known: list[str]) -> Iterator[Finding]:
    """Ids that nothing declares; the nearest are named while comparing is cheap."""
    close = len(unknown) * len(known) <= _PAIRS_COMPARED
    for ident in sorted(unknown):
        near = nearest(ident, known, most=1) if close else ()
        hint = (
            Phrase(f"Did you mean {near[0]}? Else declare it.", f"是否应为 {near[0]}？否则请先声明。")
            if near
            else Phrase("Declare it, or correct the spelling.", "请先声明，或更正拼写。")
        )
        yield find("raci.unknown-id", Place(table=table, key=ident), kind=_KINDS[kind], id=ident, hint=hint)


def _activities(chart: Chart) -> Iterator[str]:
    yield from (assignment.activity for assignment in chart.assignments)
    for activity in chart.activities:
        yield from activity.after
    for delegation in chart.delegations:
        yield from delegation.activities
    for separation in chart.separations:
        yield from separation.activities
    for limit in chart.limits:
        yield from limit.activities
    for handoff in chart.handoffs:
        yield from (handoff.source, handoff.target)


def _roles(chart: Chart) -> Iterator[str]:
    yield from (assignment.role for assignment in chart.assignments)
    yield from (holding.role for holding in chart.holdings)
    for limit in chart.limits:
        yield from (limit.role, *(rung.approver for rung in limit.ladder))
    for handoff in chart.handoffs:
        yield from (role for role in (handoff.sender, handoff.receiver, handoff.owner) if role)
    for escalation in chart.escalations:
        yield from (escalation.role, escalation.to)
    if chart.connector:
        yield chart.connector


def _people(chart: Chart) -> Iterator[str]:
    yield from (holding.person for holding in chart.holdings)
    yield from (absence.person for absence in chart.absences)
    for delegation in chart.delegations:
        yield from (delegation.giver, delegation.taker)
    for line in chart.lines:
        yield from (line.person, line.manager)
