"""How far a value has to climb until somebody may decide it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import attrs

from salesteam.core import Finding, Money, find, shown
from salesteam.raci._day import Day
from salesteam.raci._finding import at
from salesteam.raci._model_chart import Activity
from salesteam.raci._model_limit import Bound, Limit, within
from salesteam.raci._valid import in_force
from salesteam.raci._words import BIT, Phrase

__all__ = ["Climb", "Status", "climb", "deciders", "limits_on"]

Status = Literal["clear", "climbed", "blocked", "unknown"]


@attrs.frozen(kw_only=True)
class Climb:
    """Which role decides in the end, how it was reached, and what stood in the way."""

    roles: tuple[str, ...]
    status: Status
    steps: tuple[Phrase, ...] = ()
    findings: tuple[Finding, ...] = ()


def deciders(day: Day, activity: str) -> tuple[str, ...]:
    """The roles that decide an activity: those that decide, else approve, else answer."""
    row = day.rows.get(activity, {})
    for duty in ("decides", "approves", "answers"):
        roles = tuple(role for role, cell in row.items() if cell.duties & BIT[duty])
        if roles:
            return roles
    return ()


def limits_on(day: Day, activity: Activity, limits: Iterable[Limit], value: Bound) -> dict[str, list[Limit]]:
    """The limits in force that speak about a value in an activity, by role."""
    subject = activity.subject or ("amount" if isinstance(value, Money) else None)
    found: dict[str, list[Limit]] = {}
    for limit in limits:
        here = limit.subject == subject and (not limit.activities or activity.id in limit.activities)
        if here and in_force(limit, day.on) and limit.covers(value) is not None:
            found.setdefault(limit.role, []).append(limit)
    return found


def up(day: Day, role: str) -> tuple[tuple[str, str], ...]:
    """The escalation edges that can be reached from a role, nearest first, each role reached once."""
    reached, edges, queue = {role}, [], [role]
    for here in queue:
        for escalation in day.chart.escalations:
            if escalation.role == here and escalation.to not in reached:
                reached.add(escalation.to)
                queue.append(escalation.to)
                edges.append((here, escalation.to))
    return tuple(edges)


def _rung(limits: Sequence[Limit], value: Bound) -> str | None:
    rungs = (rung for limit in limits for rung in limit.ladder if within(value, rung.bound, limit.sense))
    return next((rung.approver for rung in rungs), None)


def _covered(limits: Sequence[Limit], value: Bound) -> bool:
    return bool(limits) and all(limit.covers(value) for limit in limits)


def climb(day: Day, activity: Activity, value: Bound | None, limits: Sequence[Limit]) -> Climb:
    """Find the first role whose limit covers a value.

    The deciding role's own limit comes first, then its ladder; then the roles that it escalates to, each likewise.
    A bound itself is covered; beyond a hard bound of the deciding role nobody covers.
    """
    roles = deciders(day, activity.id)
    if value is None or not roles:
        return Climb(roles=roles, status="clear" if roles else "blocked")
    known = limits_on(day, activity, limits, value)
    first = next((role for role in roles if _covered(known.get(role, ()), value)), None)
    if first is not None:
        step = Phrase(
            f"{shown(day.role(first))} may decide {shown(value)} alone",
            f"{shown(day.role(first), 'zh')} 有权自行决定 {shown(value, 'zh')}",
        )
        return Climb(roles=(first,), status="clear", steps=(step,))
    start = next((role for role in roles if role in known), None)
    if start is None:
        place = at(day, activity.id, roles[0])
        finding = find("raci.limit-unknown", place, role=day.role(roles[0]), activity=activity, value=value)
        return Climb(roles=roles, status="unknown", findings=(finding,))
    return _climb_from(day, activity, value, known, start)


def _climb_from(day: Day, activity: Activity, value: Bound, known: dict[str, list[Limit]], start: str) -> Climb:
    steps: list[Phrase] = []
    if not any(limit.forbids(value) for limit in known[start]):
        for role in (start, *(to for _, to in up(day, start))):
            name, limits = day.role(role), known.get(role, [])
            if _covered(limits, value):
                steps.append(_reached(name, value))
                return Climb(roles=(role,), status="climbed", steps=tuple(steps))
            steps.append(_above(name, limits, value))
            approver = _rung(limits, value)
            if approver is not None:
                steps.append(_reached(day.role(approver), value))
                return Climb(roles=(approver,), status="climbed", steps=tuple(steps))
    else:
        bound = next(limit.hard for limit in known[start] if limit.forbids(value))
        steps.append(
            Phrase(
                f"{shown(value)} is beyond the hard bound {shown(bound)}: nobody may decide it",
                f"{shown(value, 'zh')} 超出硬性上限 {shown(bound, 'zh')}：任何人都无权决定",
            )
        )
    own = [limit.own for limit in known[start]]
    finding = find(
        "raci.limit-below-value",
        at(day, activity.id, start),
        role=day.role(start),
        activity=activity,
        value=value,
        limit=own[0],
    )
    return Climb(roles=(), status="blocked", steps=tuple(steps), findings=(finding,))


def _reached(name: object, value: Bound) -> Phrase:
    return Phrase(f"{shown(name)} may decide {shown(value)}", f"{shown(name, 'zh')} 有权决定 {shown(value, 'zh')}")


def _above(name: object, limits: Sequence[Limit], value: Bound) -> Phrase:
    if not limits:
        return Phrase(f"{shown(name)} has no limit on this", f"{shown(name, 'zh')} 没有此项权限")
    own = limits[0].own
    return Phrase(
        f"{shown(value)} is beyond the limit {shown(own)} of {shown(name)}",
        f"{shown(value, 'zh')} 超出 {shown(name, 'zh')} 的权限 {shown(own, 'zh')}",
    )
