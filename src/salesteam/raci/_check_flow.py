"""Checks along the flow: circles of activities, escalations that end nowhere, hand-offs without a contract."""

from __future__ import annotations

from collections.abc import Iterator

from salesteam.core import Finding, find
from salesteam.raci._cycles import circles
from salesteam.raci._day import Day
from salesteam.raci._finding import at
from salesteam.raci._model_handoff import Lacks
from salesteam.raci._words import BIT

__all__ = ["flow_findings"]


def flow_findings(day: Day) -> Iterator[Finding]:
    """Follow the edges between activities and between roles."""
    edges = [(before, key) for key, activity in day.activities.items() for before in activity.after]
    for path in circles(edges):
        yield find("raci.activity-cycle", at(day, path[0]), path=" → ".join(path))
    yield from _escalations(day)
    yield from _uncontracted(day, edges)
    yield from _contracts(day)


def _escalations(day: Day) -> Iterator[Finding]:
    edges = [(escalation.role, escalation.to) for escalation in day.chart.escalations]
    for path in circles(edges):
        yield find("raci.escalation-cycle", at(day, role=path[0]), path=" → ".join(path))
    if day.chart.holdings:
        leaves = {source for source, _ in edges}
        for last in sorted({target for _, target in edges} - leaves):
            if not day.acting(last):
                yield find("raci.escalation-dead-end", at(day, role=last), role=day.role(last))


def _uncontracted(day: Day, edges: list[tuple[str, str]]) -> Iterator[Finding]:
    """Steps at which the doers change and nothing says what is handed over."""
    doing = BIT[day.chart.profile.doing]
    contracts = {(handoff.source, handoff.target) for handoff in day.chart.handoffs}
    doers = {key: {role for role, cell in row.items() if cell.duties & doing} for key, row in day.rows.items()}
    for source, target in dict.fromkeys(edges):
        one, other = doers.get(source, set()), doers.get(target, set())
        if one and other and one.isdisjoint(other) and (source, target) not in contracts:
            yield find(
                "raci.no-handoff",
                at(day, target),
                source=day.activities.get(source, source),
                target=day.activities.get(target, target),
            )


def _contracts(day: Day) -> Iterator[Finding]:
    takes_part: dict[str, set[str]] = {}
    named = {role for handoff in day.chart.handoffs for role in (handoff.sender, handoff.receiver)}
    for key, row in day.rows.items():
        for role in named.intersection(row):
            takes_part.setdefault(role, set()).add(key)
    for handoff in day.chart.handoffs:
        source = day.activities.get(handoff.source, handoff.source)
        target = day.activities.get(handoff.target, handoff.target)
        if takes_part.get(handoff.sender, set()).isdisjoint(takes_part.get(handoff.receiver, set())):
            yield find(
                "raci.handoff-unshared",
                at(day, handoff.target),
                sender=day.role(handoff.sender),
                receiver=day.role(handoff.receiver),
                source=source,
                target=target,
            )
        lacking = handoff.lacking()
        if lacking:
            place = at(day, handoff.target)
            yield find("raci.handoff-incomplete", place, lacks=Lacks(lacking), source=source, target=target)
