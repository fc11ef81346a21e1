"""Checks across a row: one activity and everyone with a letter in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from salesteam.core import Finding, Severity, find
from salesteam.raci._chart import folded, names
from salesteam.raci._climb import deciders, limits_on
from salesteam.raci._day import Cell, Day
from salesteam.raci._finding import at
from salesteam.raci._model_chart import Activity
from salesteam.raci._model_limit import Limit
from salesteam.raci._words import ACTING, BIT, DUTIES, mask

__all__ = ["row_findings"]

_ASKED, _TOLD, _OUT = BIT["asked_before"], BIT["told_after"], BIT["out"]
_SAYS_YES = mask("approves", "decides")


def row_findings(day: Day) -> Iterator[Finding]:
    """Read every row across."""
    masks = day.chart.profile.masks()
    talks = any(known & (_ASKED | _TOLD) for known in masks.values())
    apart = [(BIT[s.duties[0]], BIT[s.duties[1]]) for s in day.chart.separations if s.duties and not s.activities]
    both = BIT[day.chart.profile.answering] | BIT[day.chart.profile.doing]
    limits: dict[str, list[Limit]] = {}
    for limit in day.chart.limits:
        limits.setdefault(limit.role, []).append(limit)
    for key, row in day.rows.items():
        activity = day.activities[key]
        yield from _counted(day, activity, row)
        yield from _talk(day, activity, row, talks=talks)
        for role, cell in row.items():
            if len(cell.letters) > 1 or cell.duties & both == both:
                yield from _cell(day, activity, role, cell, masks, apart)
        yield from _decision(day, activity, row, limits)
    yield from _same_work(day)


def _who(row: Mapping[str, Cell], duties: int) -> list[str]:
    return [role for role, cell in row.items() if cell.duties & duties]


def _counted(day: Day, activity: Activity, row: Mapping[str, Cell]) -> Iterator[Finding]:
    """Too few or too many who answer or do."""
    profile, place = day.chart.profile, at(day, activity.id)
    limits = profile.thresholds
    answering, doing = _who(row, BIT[profile.answering]), _who(row, BIT[profile.doing])
    if len(answering) < limits.answering_least:
        yield find("raci.no-accountable", place, activity=activity, duty=DUTIES[profile.answering])
    if limits.answering_most is not None and len(answering) > limits.answering_most:
        yield find(
            "raci.several-accountable",
            place,
            activity=activity,
            roles=_named(day, answering),
            duty=DUTIES[profile.answering],
            most=limits.answering_most,
        )
    if len(doing) < limits.doing_least:
        yield find("raci.no-responsible", place, activity=activity, duty=DUTIES[profile.doing])
    if limits.doing_most is not None and len(doing) > limits.doing_most:
        yield find("raci.many-responsible", place, activity=activity, count=len(doing), most=limits.doing_most)


def _named(day: Day, roles: Iterable[str]) -> tuple[object, ...]:
    return tuple(day.role(role) for role in sorted(roles))


def _talk(day: Day, activity: Activity, row: Mapping[str, Cell], *, talks: bool) -> Iterator[Finding]:
    """Too much or too little asking and telling."""
    limits, place = day.chart.profile.thresholds, at(day, activity.id)
    asked, told = _who(row, _ASKED), _who(row, _TOLD)
    taking_part = sum(1 for role, cell in row.items() if cell.duties != _OUT and role in day.roles)
    if taking_part == len(day.roles) > 1 and len(day.rows) >= limits.rows_least and (asked or told):
        yield find("raci.everyone-involved", place, activity=activity, count=taking_part)
    if limits.asked_most is not None and len(asked) > limits.asked_most:
        yield find("raci.many-consulted", place, activity=activity, count=len(asked), most=limits.asked_most)
    if limits.told_most is not None and len(told) > limits.told_most:
        yield find("raci.many-informed", place, activity=activity, count=len(told), most=limits.told_most)
    if talks and not asked and not told:
        yield find("raci.no-communication", place, activity=activity)


def _cell(
    day: Day, activity: Activity, role: str, cell: Cell, masks: Mapping[str, int], apart: Iterable[tuple[int, int]]
) -> Iterator[Finding]:
    """Letters that do not go together in one cell."""
    profile, place = day.chart.profile, at(day, activity.id, role)
    if _contradict(cell.letters, masks):
        letters = "/".join(sorted(cell.letters))
        yield find("raci.contradicting-letters", place, activity=activity, role=day.role(role), letters=letters)
    if cell.duties & BIT[profile.answering] and cell.duties & BIT[profile.doing]:
        separated = any(cell.duties & one and cell.duties & other for one, other in apart)
        severity = Severity.ERROR if separated else None
        yield find("raci.doer-answers", place, severity=severity, activity=activity, role=day.role(role))


def _contradict(letters: Iterable[str], masks: Mapping[str, int]) -> bool:
    """Whether a letter that only waits (asked, told, out) stands beside one with other duties."""
    known = {masks[letter] for letter in letters if letter in masks}
    return len(known) > 1 and any(not duties & ACTING for duties in known)


def _decision(
    day: Day, activity: Activity, row: Mapping[str, Cell], limits: Mapping[str, list[Limit]]
) -> Iterator[Finding]:
    """Decisions without a yes, and deciders whose limit is too low."""
    if activity.kind == "decision" and not _who(row, _SAYS_YES):
        yield find("raci.decision-unapproved", at(day, activity.id), activity=activity)
    if activity.value is None:
        return
    for role in deciders(day, activity.id):
        for limit in limits_on(day, activity, limits.get(role, ()), activity.value).get(role, ()):
            if not limit.covers(activity.value):
                yield find(
                    "raci.limit-below-value",
                    at(day, activity.id, role),
                    activity=activity,
                    role=day.role(role),
                    value=activity.value,
                    limit=limit.own,
                )


def _same_work(day: Day) -> Iterator[Finding]:
    """Two activities with one name and different owners."""
    by_name: dict[str, set[str]] = {}
    for key, activity in day.activities.items():
        for name in (key, *names(activity)):
            by_name.setdefault(folded(name), set()).add(key)
    for group in sorted({tuple(sorted(keys)) for keys in by_name.values() if len(keys) > 1}):
        owners = {key: frozenset(_owners(day, key)) for key in group}
        if len({owner for owner in owners.values() if owner}) > 1:
            yield find(
                "raci.same-work-other-owner",
                at(day, group[0]),
                activities=tuple(day.activities[key] for key in group),
                owners=_named(day, frozenset().union(*owners.values())),
            )


def _owners(day: Day, key: str) -> list[str]:
    profile, row = day.chart.profile, day.rows[key]
    return _who(row, BIT[profile.answering]) or _who(row, BIT[profile.doing])
