"""Where a piece of work goes on a day: who does it, decides, is asked before and told after, and who is next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from salesteam.core import Finding, Money, Report, find
from salesteam.errors import InvalidValueError
from salesteam.raci._chart import Chart
from salesteam.raci._climb import climb, up
from salesteam.raci._day import Day, day_of
from salesteam.raci._duty import Taken, people_of, takers
from salesteam.raci._finding import at, judged
from salesteam.raci._model_chart import Activity
from salesteam.raci._model_limit import Bound, Limit
from salesteam.raci._route_result import Part, Route, RouteStep
from salesteam.raci._valid import in_force
from salesteam.raci._words import BIT, DUTIES, Duty, Phrase

__all__ = ["route"]

_PARTS: tuple[Duty, ...] = (
    "asked_before",
    "recommends",
    "agrees",
    "drives",
    "does",
    "helps",
    "verifies",
    "signs",
    "answers",
    "decides",
    "told_after",
)


def route(
    chart: Chart,
    activity: str,
    *,
    as_of: date,
    value: Money | Fraction | None = None,
    limits: Sequence[Limit] | None = None,
) -> Route:
    r"""Tell who does an activity on a day, who decides, who is asked before and told after, and where it escalates.

    Use it when work comes in and somebody must be named.
    People who hold a role and are there act; where none is, the deputies who are; where these lack too, the people to
    whom the absent have delegated it (never accountability).
    A value above the limit of the role that decides climbs: its ladder, then the roles it escalates to.
    The first that covers the value decides; if none does, the route is blocked.

    Parameters
    ----------
    chart : Chart
        The chart.
    activity : str
        Id, name or alias.
    as_of : date
        The day.
    value : Money or Fraction, optional
        The value to decide, in the unit of the activity's subject; the activity's usual value if not given.
    limits : sequence of Limit, optional
        Limits to use instead of those of the chart.

    Returns
    -------
    Route
        Steps with person, role, reason and deputy; escalation; status; findings.

    Raises
    ------
    NotFoundError
        If the chart has no such activity.
    InvalidValueError
        If the value has another unit than the activity decides.

    Examples
    --------
    >>> from salesteam import raci
    >>> chart = raci.parse("activity,sales,presales\nquote,R,A", format="matrix", profile="raci", a_approves=True)
    >>> found = raci.route(chart, "quote", as_of=date(2026, 9, 30))
    >>> [(step.part, step.role.id) for step in found.steps]
    [('does', 'sales'), ('answers', 'presales'), ('decides', 'presales')]
    """
    here = chart.activity(activity)
    _check_value(here, value)
    worth = here.value if value is None else value
    day = day_of(chart, as_of, only=here)
    climbed = climb(day, here, worth, chart.limits if limits is None else limits)
    steps: list[RouteStep] = []
    findings: list[Finding] = list(climbed.findings)
    for part in _PARTS:
        roles = climbed.roles if part == "decides" else _roles(day, here.id, part)
        for role in roles:
            found, problems = _staffed(day, here, part, role, worth)
            steps.extend(found)
            findings.extend(problems)
    if not climbed.roles and climbed.status == "blocked" and not climbed.findings:
        duty = DUTIES[chart.profile.answering]
        findings.append(find("raci.no-accountable", at(day, here.id), activity=here, duty=duty))
    if not chart.holdings:
        findings.append(find("raci.people-not-given", at(day)))
    return Route(
        activity=here,
        as_of=as_of,
        value=worth,
        status=climbed.status,
        steps=tuple(steps),
        climb=climbed.steps,
        escalation=tuple(_escalation(day, here, climbed.roles)),
        report=Report(judged(dict.fromkeys(findings), chart.profile)),
        people=people_of(chart) if chart.holdings else {},
        profile=chart.profile,
    )


def _check_value(activity: Activity, value: Bound | None) -> None:
    if value is None:
        return
    subject = activity.subject or ("amount" if isinstance(value, Money) else None)
    if subject is None:
        raise InvalidValueError(
            f"{value} is a plain number, and {activity.id} does not say what it decides",
            where="route.value",
            fix="set Activity.subject, or pass Money",
        )
    if isinstance(value, Money) is not (subject == "amount"):
        raise InvalidValueError(
            f"{value} is no value of {subject}",
            where="route.value",
            fix="pass Money for an amount and a Fraction for every other subject",
        )


def _roles(day: Day, activity: str, part: Duty) -> tuple[str, ...]:
    return tuple(role for role, cell in day.rows[activity].items() if cell.duties & BIT[part])


def _staffed(
    day: Day, activity: Activity, part: Part, role: str, value: Bound | None
) -> tuple[list[RouteStep], list[Finding]]:
    """The people who act for a role, or the finding that nobody does."""
    letters = day.rows[activity.id][role].letters if role in day.rows[activity.id] else []
    holders, deputies = day.holders.get(role, ()), day.deputies.get(role, ())
    there = [person for person in deputies if person not in day.away]
    ceiling = value if part == "decides" else None
    given = [] if part == "answers" else list(_delegates(day, holders, activity.id, ceiling))

    def step(person: str | None, reason: Phrase, deputy: str = "") -> RouteStep:
        return RouteStep(
            part=part, letters="/".join(letters), role=day.role(role), person=person, reason=reason, deputy=deputy
        )

    present = [person for person in holders if person not in day.away]
    if present:
        backup = next((person for person in (*there, *given) if person not in present), "")
        return [step(person, Phrase("holds the role", "担任该角色"), backup) for person in present], []
    if there:
        return [step(person, _stands_in(day.who(holders))) for person in there], []
    if given:
        givers = ", ".join(day.who(holders))
        return [step(person, Phrase(f"by delegation from {givers}", f"受 {givers} 授权")) for person in given], []
    if not day.chart.holdings:
        return [step(None, Phrase("people are not given", "未提供人员"))], []
    if holders:
        finding = find("raci.absent-uncovered", at(day, role=role), role=day.role(role), people=day.who(holders))
        return [step(None, Phrase("away, and nobody stands in", "不在岗且无人顶岗"))], [finding]
    finding = find("raci.vacant-role", at(day, role=role), role=day.role(role))
    return [step(None, Phrase("nobody holds the role", "该角色空岗"))], [finding]


def _stands_in(holders: Sequence[str]) -> Phrase:
    if not holders:
        return Phrase("stands in: the role is vacant", "代理：该角色空岗")
    names = ", ".join(holders)
    return Phrase(f"stands in for {names}, who is away", f"代理：{names} 不在岗")


def _delegates(day: Day, holders: Sequence[str], activity: str, value: Bound | None) -> Iterator[str]:
    seen: set[str] = set()
    for holder in holders:
        for taken in takers(day, holder, activity):
            if taken.person not in day.away and taken.person not in seen and _may(taken, value):
                seen.add(taken.person)
                yield taken.person


def _may(taken: Taken, value: Bound | None) -> bool:
    """Whether a ceiling allows a value; of another currency it is not known to."""
    if taken.ceiling is None or not isinstance(value, Money):
        return True
    return value.currency == taken.ceiling.currency and value <= taken.ceiling


def _escalation(day: Day, activity: Activity, roles: Sequence[str]) -> Iterator[RouteStep]:
    """The roles above the deciding one; without such edges its people's managers; without owner the connector."""
    edges = [edge for role in roles[:1] for edge in up(day, role)]
    for source, target in edges:
        hours = next(e.after_hours for e in day.chart.escalations if (e.role, e.to) == (source, target))
        reason = (
            Phrase("next on the escalation path", "升级路径的下一级")
            if hours is None
            else Phrase(f"after {hours} working hours", f"{hours} 个工作小时之后")
        )
        for step in _staffed(day, activity, "decides", target, None)[0]:
            yield RouteStep(part="escalation", role=step.role, person=step.person, reason=reason, deputy=step.deputy)
    if not edges:
        for manager in _managers(day, roles[:1]):
            yield RouteStep(part="escalation", role="", person=manager, reason=Phrase("reporting line", "汇报线"))
    if not roles and day.chart.connector:
        reason = Phrase("takes work without an owner", "承接无主工作的首席连接官")
        for step in _staffed(day, activity, "decides", day.chart.connector, None)[0]:
            yield RouteStep(part="escalation", role=step.role, person=step.person, reason=reason, deputy=step.deputy)


def _managers(day: Day, roles: Sequence[str]) -> tuple[str, ...]:
    """The managers above the holders of a role, nearest first, over every kind of line in force."""
    queue = [person for role in roles for person in day.holders.get(role, ())]
    below = set(queue)
    found: dict[str, None] = {}
    for person in queue:
        for line in day.chart.lines:
            if line.person == person and line.manager not in below and in_force(line, day.on):
                below.add(line.manager)
                found[line.manager] = None
                queue.append(line.manager)
    return tuple(found)
