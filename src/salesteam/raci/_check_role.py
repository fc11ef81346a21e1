"""Checks down a column: one role and all its letters."""

from __future__ import annotations

from collections.abc import Iterator

from salesteam.core import Finding, find
from salesteam.raci._chart import folded
from salesteam.raci._day import Day
from salesteam.raci._duty import people_of
from salesteam.raci._finding import at
from salesteam.raci._words import BIT, OWNING

__all__ = ["role_findings"]

_OUT = BIT["out"]


def role_findings(day: Day) -> Iterator[Finding]:
    """Read every column down."""
    profile = day.chart.profile
    doing, answering = BIT[profile.doing], BIT[profile.answering]
    counts = {role: [0, 0, 0, 0, 0] for role in day.roles}
    for row in day.rows.values():
        for role, cell in row.items():
            count = counts.get(role)
            if count is not None:
                duties = cell.duties
                count[0] += 1
                count[1] += duties != _OUT
                count[2] += bool(duties & doing)
                count[3] += bool(duties & answering)
                count[4] += bool(duties & OWNING)
    elsewhere = _used_elsewhere(day)
    for key, (letters, rows, does, answers, owns) in counts.items():
        yield from _load(day, key, rows, does, answers)
        if not letters and key not in elsewhere:
            yield find("raci.unused-role", at(day, role=key), role=day.roles[key])
        elif letters and not owns:
            yield find("raci.role-without-duty", at(day, role=key), role=day.roles[key])
    yield from _people_as_roles(day)


def _load(day: Day, key: str, rows: int, does: int, answers: int) -> Iterator[Finding]:
    limits, place, role = day.chart.profile.thresholds, at(day, role=key), day.roles[key]
    if limits.role_does_most is not None and does > limits.role_does_most:
        yield find("raci.role-overloaded", place, role=role, count=does, most=limits.role_does_most)
    if limits.role_answers_most is not None and answers > limits.role_answers_most:
        yield find("raci.decision-bottleneck", place, role=role, count=answers, most=limits.role_answers_most)
    if rows == len(day.rows) >= max(limits.rows_least, 1):
        yield find("raci.role-everywhere", place, role=role, count=rows)


def _used_elsewhere(day: Day) -> set[str]:
    """Roles that matters climb or fall to, so that they need no letter."""
    chart = day.chart
    approvers = {rung.approver for limit in chart.limits for rung in limit.ladder}
    return {chart.connector, *approvers, *(escalation.to for escalation in chart.escalations)}


def _people_as_roles(day: Day) -> Iterator[Finding]:
    known = {folded(name) for pair in people_of(day.chart).items() for name in pair}
    for key, role in day.roles.items():
        if known.intersection(folded(name) for name in (key, role.name_en, role.name_zh) if name):
            yield find("raci.person-as-role", at(day, role=key), role=role)
