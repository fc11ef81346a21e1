"""Checks of delegation: chains that run in a circle, and ceilings above what the giver has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from salesteam.core import Finding, Money, find
from salesteam.raci._cycles import circles
from salesteam.raci._day import Day
from salesteam.raci._finding import at
from salesteam.raci._model_time import Delegation
from salesteam.raci._valid import in_force

__all__ = ["time_findings"]


def time_findings(day: Day) -> Iterator[Finding]:
    """Look at the delegations in force on the day."""
    given = [delegation for delegation in day.chart.delegations if in_force(delegation, day.on)]
    for path in _circles(given):
        yield find("raci.delegation-cycle", at(day), path=" → ".join(day.names.get(person, person) for person in path))
    yield from _ceilings(day, given)


def _circles(given: Sequence[Delegation]) -> Iterator[tuple[str, ...]]:
    """Circles of delegations that are about one activity; those of all activities belong to each."""
    if not circles((delegation.giver, delegation.taker) for delegation in given):
        return
    general = [delegation for delegation in given if not delegation.activities]
    named = sorted({activity for delegation in given for activity in delegation.activities})
    seen: set[tuple[str, ...]] = set()
    for activity in named or [""]:
        here = [*general, *(delegation for delegation in given if activity in delegation.activities)]
        for path in circles((delegation.giver, delegation.taker) for delegation in here):
            if path not in seen:
                seen.add(path)
                yield path


def _ceilings(day: Day, given: Sequence[Delegation]) -> Iterator[Finding]:
    roles: dict[str, set[str]] = {}
    for role, people in day.holders.items():
        for person in people:
            roles.setdefault(person, set()).add(role)
    for delegation in given:
        if delegation.ceiling is None:
            continue
        own = _own(day, delegation, roles.get(delegation.giver, set()), given)
        same = [ceiling for ceiling in own if ceiling.currency == delegation.ceiling.currency]
        if same and delegation.ceiling > max(same):
            yield find(
                "raci.delegated-above-ceiling",
                at(day),
                giver=day.names.get(delegation.giver, delegation.giver),
                taker=day.names.get(delegation.taker, delegation.taker),
                ceiling=delegation.ceiling,
                own=max(same),
            )


def _own(day: Day, delegation: Delegation, roles: set[str], given: Sequence[Delegation]) -> list[Money]:
    """What the giver may approve: own limits on amounts, and ceilings received."""
    limits = [
        limit.own
        for limit in day.chart.limits
        if limit.role in roles
        and limit.sense == "at_most"
        and isinstance(limit.own, Money)
        and in_force(limit, day.on)
        and _overlap(limit.activities, delegation.activities)
    ]
    received = [
        other.ceiling
        for other in given
        if other.taker == delegation.giver
        and other.ceiling is not None
        and _overlap(other.activities, delegation.activities)
    ]
    return [*limits, *received]


def _overlap(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return not one or not other or not set(one).isdisjoint(other)
