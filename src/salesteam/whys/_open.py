"""Open a why tree on a breached threshold: sized, with hypotheses, with the people who have the duty."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from attrs import evolve

from salesteam.core import Calendar, Finding, Place, Report, find, rational_text, round_half_up, say
from salesteam.errors import InvalidValueError, missing_choice
from salesteam.whys._ledger import HasDuty, duty_of
from salesteam.whys._merge import merge
from salesteam.whys._model_breach import Attribution, Breach, Part, is_currency
from salesteam.whys._model_parts import Cause, Contribution, Event, Line, Link, Participant
from salesteam.whys._model_profile import Policy
from salesteam.whys._model_tree import Tree
from salesteam.whys._opening import Opening
from salesteam.whys._phrase import Words

__all__ = ["open_on"]


def open_on(
    breach: Breach,
    attribution: Attribution | None = None,
    has_duty: HasDuty | None = None,
    policy: Policy | None = None,
    *,
    trees: Iterable[Tree] = (),
    calendar: Calendar | None = None,
    lang: Literal["en", "zh"] = "en",
) -> Opening:
    """Open the tree of a breach, or extend the one that is open already.

    The event's size is how far the value fell from the attribution's base, or short of the threshold without one.
    Parts that pulled it the wrong way become hypotheses, one way each and without any evidence.
    Parts that helped become offsets, and what is left is the named line "unexplained".
    Hypotheses, offsets, interaction and the rest sum exactly to the size; money is rounded to minor units by largest
    remainder.

    Parameters
    ----------
    breach : Breach
        The reading; one that is no breach opens nothing.
    attribution : Attribution, optional
        What explains the movement.
    has_duty : callable, optional
        ``has_duty(subject, activity, on)`` gives yes, no or unknown; without it every duty is unknown.
    policy : Policy
        Least number of cases, periods in a row, owner, due in business days; required.
    trees : iterable of Tree, optional
        Trees that exist; one of the same metric, scope and period is extended, not doubled.
    calendar : Calendar, optional
        Counts business days; without it the due date stays open and a finding says so.
    lang : {'en', 'zh'}, default 'en'
        Language of the statements that are written.

    Returns
    -------
    Opening
        The tree, if there is one, what was done, and why.

    Raises
    ------
    InvalidValueError
        Without a policy.

    Examples
    --------
    >>> breach = Breach(metric="cross_team_completion", scope="all", period="2026-Q3", value="0.72", threshold="0.80",
    ...                 side="below", on=date(2026, 9, 30), unit="share", n=200)
    >>> policy = Policy(metric="cross_team_completion", least_n=30, in_a_row=1, owner="ops", due_days=5)
    >>> parts = (Part(name="after_sales", amount="-0.06"), Part(name="pre_sales", amount="0.01"))
    >>> opening = open_on(breach, Attribution(method="shapley", parts=parts), policy=policy)
    >>> opening.outcome, opening.tree.event.size
    ('opened', Fraction(2, 25))
    >>> [(line.kind, str(line.contribution.amount)) for line in opening.tree.lines]
    [('offset', '-1/100'), ('unexplained', '3/100')]
    """
    if policy is None:
        options = {
            "least_n": "least number of cases behind the value",
            "in_a_row": "periods in a row in breach",
            "owner": "who leads the inquiry",
            "due_days": "business days until the tree has to stand",
        }
        raise missing_choice("policy", options, where="whys.open_on")
    place = Place(key=breach.tree_id)
    refused = _refused(breach, policy, place)
    if refused is not None:
        return Opening(outcome="not_opened", breach=breach, policy=policy, tree=None, report=Report.of(refused))
    findings: list[Finding] = []
    due = _due(breach, policy, calendar, place, findings)
    size = _size(breach, attribution, place, findings)
    people = _people(breach, attribution, policy, has_duty)
    fresh = evolve(
        _stub(breach, size, lang), participants=people, blameless=policy.blameless, owner=policy.owner, due=due
    )
    if attribution is not None:
        fresh = _sized(fresh, breach, attribution, lang)
    old = next((tree for tree in trees if tree.id == fresh.id), None)
    if old is None:
        return Opening(outcome="opened", breach=breach, policy=policy, tree=fresh, report=Report(findings))
    if old.closed is not None:
        findings.append(find("whys.tree-closed", place, tree=old.id))
        return Opening(outcome="unchanged", breach=breach, policy=policy, tree=old, report=Report(findings))
    joined = merge(old, fresh, attribution.method if attribution else None)
    outcome: Literal["unchanged", "extended"] = "unchanged" if joined == old else "extended"
    return Opening(outcome=outcome, breach=breach, policy=policy, tree=joined, report=Report(findings))


def _refused(breach: Breach, policy: Policy, place: Place) -> Finding | None:
    told: dict[str, Any] = {"metric": breach.metric, "scope": breach.scope, "period": breach.period}
    if policy.metric != breach.metric:
        return find("whys.wrong-policy", place, other=policy.metric, **told)
    if not breach.is_breach:
        value, threshold = rational_text(breach.value), rational_text(breach.threshold)
        return find("whys.no-breach", place, value=value, threshold=threshold, **told)
    if policy.least_n and (breach.n is None or breach.n < policy.least_n):
        return find("whys.too-few-cases", place, n="?" if breach.n is None else breach.n, least=policy.least_n, **told)
    if breach.in_a_row < policy.in_a_row:
        return find("whys.not-in-a-row", place, count=breach.in_a_row, least=policy.in_a_row, **told)
    return None


def _due(
    breach: Breach, policy: Policy, calendar: Calendar | None, place: Place, findings: list[Finding]
) -> date | None:
    if calendar is None:
        reason = Words("no calendar was given.", "没有提供日历。")
    else:
        try:
            return calendar.add_workdays(breach.on, policy.due_days)
        except InvalidValueError as error:
            reason = Words(f"{error.what}.", f"日历 {calendar.name} 不含该年度。")
    findings.append(find("whys.due-unknown", place, metric=breach.metric, reason=reason))
    return None


def _size(breach: Breach, attribution: Attribution | None, place: Place, findings: list[Finding]) -> Fraction:
    base = attribution.base if attribution else None
    size = breach.shortfall(breach.threshold)
    if base is not None and breach.shortfall(base) > 0:
        size = breach.shortfall(base)
    elif base is not None:
        told: dict[str, Any] = {"base": rational_text(base), "threshold": rational_text(breach.threshold)}
        findings.append(find("whys.not-worse", place, metric=breach.metric, **told))
    return Fraction(round_half_up(size)) if is_currency(breach.unit) else size


def _stub(breach: Breach, size: Fraction, lang: str) -> Tree:
    """The tree with its sized event alone."""
    side = say(lang, en=breach.side, zh={"below": "低于", "above": "高于"}[breach.side])
    mark, value = rational_text(breach.threshold), rational_text(breach.value)
    event = Event(
        id="event",
        statement=say(
            lang,
            en=f"{breach.metric} of {breach.scope} was {side} {mark} in {breach.period}",
            zh=f"{breach.period} {breach.scope} 的 {breach.metric} {side} {mark}",
        ),
        when=breach.on,
        where=breach.scope,
        size=size,
        unit=breach.unit,
        anchor=say(lang, en=f"breached threshold: {value} against {mark}", zh=f"突破阈值：{value}，阈值 {mark}"),
        exposure="" if breach.n is None else f"n={breach.n}",
        tags=(breach.metric, breach.period),
    )
    return Tree(id=breach.tree_id, event=event, opened=breach.on)


def _sized(tree: Tree, breach: Breach, attribution: Attribution, lang: str) -> Tree:
    """Add the hypotheses and lines whose numbers sum exactly to the size of the event."""
    size = tree.event.size
    assert size is not None
    parts = sorted(attribution.parts, key=lambda part: part.name)
    sign = -1 if breach.side == "below" else 1
    amounts = [sign * part.amount for part in parts]
    amounts.append(size - sum(amounts, Fraction(0)))
    if is_currency(breach.unit):
        amounts = footed(amounts)
    causes: list[Cause] = []
    links: list[Link] = []
    lines: list[Line] = []

    def number(amount: Fraction) -> Contribution:
        return Contribution(amount=amount, unit=breach.unit, method=attribution.method, period=breach.period)

    for part, amount in zip(parts, amounts[:-1], strict=True):
        if part.kind == "interaction":
            lines.append(Line(kind="interaction", name=part.name, contribution=number(amount)))
        elif amount <= 0:
            lines.append(Line(kind="offset", name=part.name, contribution=number(amount)))
        else:
            name = "part:" + part.name.strip().replace("->", "-%3E")
            causes.append(
                Cause(id=name, statement=_statement(part, breach, lang), role=part.role, activity=part.activity)
            )
            links.append(Link(effect=tree.event.id, cause=name, group=name, contributions=(number(amount),)))
    rest = say(lang, en="unexplained", zh="未解释部分")
    lines.append(Line(kind="unexplained", name=rest, contribution=number(amounts[-1])))
    return evolve(tree, causes=tuple(causes), links=tuple(links), lines=tuple(lines))


def footed(amounts: list[Fraction]) -> list[Fraction]:
    """Whole numbers with the same whole sum: each rounded down, what is left to the largest remainders, in order."""
    floors = [amount.numerator // amount.denominator for amount in amounts]
    missing = int(sum(amounts, Fraction(0))) - sum(floors)
    by_rest = sorted(range(len(amounts)), key=lambda index: (floors[index] - amounts[index], index))
    for index in by_rest[:missing]:
        floors[index] += 1
    return [Fraction(floor) for floor in floors]


def _statement(part: Part, breach: Breach, lang: str) -> str:
    if part.statement:
        return part.statement
    way = say(lang, en="down" if breach.side == "below" else "up", zh="拉低" if breach.side == "below" else "推高")
    return say(lang, en=f"{part.name} pulled {breach.metric} {way}", zh=f"{part.name} {way}了 {breach.metric}")


def _people(
    breach: Breach, attribution: Attribution | None, policy: Policy, has_duty: HasDuty | None
) -> tuple[Participant, ...]:
    asked: dict[str, str] = {}
    if policy.activity:
        asked.update(dict.fromkeys((*policy.people, *policy.roles), policy.activity))
    roles = {*policy.roles, *(part.role for part in (attribution.parts if attribution else ()))}
    for part in attribution.parts if attribution else ():
        if part.role and part.activity:
            asked.setdefault(part.role, part.activity)
    found = []
    for person, activity in sorted(asked.items()):
        duty = duty_of(has_duty(person, activity, breach.on)) if has_duty else "unknown"
        found.append(Participant(person=person, role=person if person in roles else "", duty=duty, activity=activity))
    return tuple(found)
