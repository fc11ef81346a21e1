"""The check: what is wrong with a policy, its seats and its claims, before a lead is lost by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

from salesteam.core import Finding, Place, Report, find
from salesteam.errors import nearest
from salesteam.leads._allocate import seated
from salesteam.leads._check_rules import reach, territories
from salesteam.leads._instant import instant, local_day
from salesteam.leads._match import folded
from salesteam.leads._model_cap import Cap
from salesteam.leads._model_claim import Claim
from salesteam.leads._model_condition import Condition
from salesteam.leads._model_lead import LEAD_FIELDS
from salesteam.leads._model_policy import Policy
from salesteam.leads._model_rule import Rule
from salesteam.leads._model_seat import Seat
from salesteam.leads._model_selector import CountBased, LeastLoaded, SmoothWeighted
from salesteam.leads._names import Names, Words

__all__ = ["check"]

_SPANS = {"day": 1, "week": 7, "month": 28}


def check(policy: Policy, seats: Any, claims: Iterable[Claim] = (), *, as_of: datetime) -> Report:
    """Find what is wrong with a policy before a lead is lost by it.

    Use it whenever a policy, a seat or a claim has changed.
    It finds rules that are never reached, segments that no rule takes, a fallback without owner, seats that can never
    receive, territories that overlap or leave holes, caps that contradict each other, ids that occur twice, and names
    that lead nowhere.

    Parameters
    ----------
    policy : Policy
        Its conditions are data, so they can be reasoned about.
    seats : frame or iterable of Seat
        To whom it assigns.
    claims : iterable of Claim, optional
        Rights that protect leads.
    as_of : datetime
        The instant, with a zone; seats and claims that have ended by then are past.

    Returns
    -------
    Report
        All findings.

    Raises
    ------
    InvalidValueError
        If `as_of` has no zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> from salesteam.leads import Fallback, RoundRobin
    >>> policy = Policy(
    ...     id="inbound", salt="2026", selectors=[RoundRobin(id="fair", mode="strict")],
    ...     rules=[Rule(id="all", pool="inbound", selector="fair", on_empty="fallback"), Rule(id="late", gives="hold")],
    ...     fallback=Fallback(queue="triage"),
    ... )
    >>> report = check(policy, [Seat(seat="li", pool="inbound")], as_of=datetime(2026, 9, 30, tzinfo=UTC))
    >>> sorted(report.by_code)
    ['leads.fallback-without-owner', 'leads.rule-never-reached']
    """
    at = instant(as_of, "as_of")
    places, read = seated(seats)
    claims = tuple(claims)
    found = [
        *_fallback(policy, places, at),
        *reach(policy),
        *territories(policy, claims),
        *_pools(policy, places),
        *_starved(policy, places, claims, at),
        *_caps(policy, places),
        *_fields(policy, claims),
        *_claims(places, claims, at),
    ]
    return read + Report(found)


def _fallback(policy: Policy, seats: Sequence[Seat], at: datetime) -> Iterator[Finding]:
    fallback = policy.fallback
    place = Place(key="policy.fallback")
    if not fallback.owner.strip():
        yield find("leads.fallback-without-owner", place, queue=fallback.queue)
        return
    own = [seat for seat in seats if fallback.owner in (seat.seat, seat.person)]
    if own and all(_ended(seat, at) for seat in own):
        yield find("leads.fallback-owner-inactive", place, queue=fallback.queue, owner=fallback.owner)


def _ended(seat: Seat, at: datetime) -> bool:
    """Whether a seat has gone out of service for good."""
    return seat.end is not None and seat.zone is not None and seat.end <= local_day(at, seat.zone)


def _reaches(rule: Rule, seat: Seat) -> bool:
    return rule.seated and (rule.pool is None or rule.pool == seat.pool) and (not rule.teams or seat.team in rule.teams)


def _pools(policy: Policy, seats: Sequence[Seat]) -> Iterator[Finding]:
    for rule in policy.rules:
        if rule.seated and not any(_reaches(rule, seat) for seat in seats):
            pools = sorted({seat.pool for seat in seats if seat.pool})
            asked, teams, there = rule.pool or "–", Names(rule.teams or ("–",)), Names(tuple(pools) or ("–",))
            cause = Words(
                f"pool {asked}, teams {teams.text()}; seats have the pools {there.text()}",
                f"分配池 {asked}，团队 {teams.text('zh')}；席位所属分配池：{there.text('zh')}",
            )
            yield find("leads.empty-pool", Place(key=f"policy.rules.{rule.id}"), rule=rule.id, cause=cause)


def _starved(policy: Policy, seats: Sequence[Seat], claims: Sequence[Claim], at: datetime) -> Iterator[Finding]:
    holders = {claim.holder for claim in claims if claim.kind != "territory" and claim.in_force(at)}
    for seat in seats:
        cause = _cause(policy, seat, at, protected=not holders.isdisjoint({seat.seat, seat.person, seat.team or ""}))
        if cause is not None:
            yield find("leads.starved-seat", Place(table="seats", key=seat.seat), seat=seat.seat, cause=cause)


def _cause(policy: Policy, seat: Seat, at: datetime, *, protected: bool) -> Words | None:
    """Why a seat can never receive a lead; None if it can."""
    causes = (_by_itself(policy, seat, at), None if protected else _by_rules(policy, seat))
    return next((cause for cause in causes if cause is not None), None)


def _by_itself(policy: Policy, seat: Seat, at: datetime) -> Words | None:
    if _ended(seat, at):
        return Words(f"it ended on {seat.end}", f"已于 {seat.end} 停用")
    if seat.capacity == 0:
        return Words("its capacity is 0", "容量为 0")
    shut = next((cap.id for cap in policy.caps if cap.hard and cap.limit == 0 and _limits(cap, seat)), None)
    return None if shut is None else Words(f"the cap {shut} is 0", f"上限 {shut} 为 0")


def _by_rules(policy: Policy, seat: Seat) -> Words | None:
    reached = [rule for rule in policy.rules if _reaches(rule, seat)]
    if not reached:
        return Words("no rule names its pool and team", "没有规则包含其分配池和团队")
    skills = {folded(skill) for skill in seat.skills}
    able = [rule for rule in reached if {folded(skill) for skill in rule.skills} <= skills]
    if not able:
        return Words("it lacks a skill of every rule", "不具备任何规则所需的技能")
    if all(_barred(policy, rule, seat) for rule in able):
        return Words(
            "no selector of its rules can pick it (weight 0, or no capacity)",
            "相关选择方式均无法选中（权重为 0 或未设容量）",
        )
    return None


def _limits(cap: Cap, seat: Seat) -> bool:
    name = {"seat": seat.seat, "team": seat.team}.get(cap.scope)
    return name is not None and cap.of in (None, name)


def _barred(policy: Policy, rule: Rule, seat: Seat) -> bool:
    selector = policy.selector(rule.selector or "")
    if isinstance(selector, (SmoothWeighted, CountBased)):
        return seat.weight == 0
    return isinstance(selector, LeastLoaded) and selector.per == "capacity" and seat.capacity is None


def _caps(policy: Policy, seats: Sequence[Seat]) -> Iterator[Finding]:
    for first, second in combinations(policy.caps, 2):
        cause = _contradiction(first, second)
        if cause is not None:
            place = Place(key=f"policy.caps.{second.id}")
            yield find("leads.cap-contradiction", place, first=first.id, second=second.id, cause=cause)
    known: dict[str, set[str | None]] = {
        "seat": {seat.seat for seat in seats},
        "team": {seat.team for seat in seats},
        "territory": {territory.id for territory in policy.territories},
    }
    for cap in policy.caps:
        if cap.of is not None and cap.scope in known and cap.of not in known[cap.scope]:
            place = Place(key=f"policy.caps.{cap.id}")
            yield find("leads.cap-without-target", place, cap=cap.id, scope=cap.scope, name=cap.of)


def _contradiction(first: Cap, second: Cap) -> Words | None:
    if (first.scope, first.measure) != (second.scope, second.measure) or (
        first.of and second.of and first.of != second.of
    ):
        return None
    if first.window == second.window and first.zone == second.zone:
        tight, loose = sorted((first, second), key=lambda cap: (cap.limit, not cap.hard))
        if not tight.hard or (loose.of is None and tight.of is not None):
            return None
        if loose.limit == tight.limit and loose.of != tight.of:
            return None
        return Words(
            f"{tight.id} stops at {tight.limit}, so {loose.id} at {loose.limit} never matters",
            f"{tight.id} 在 {tight.limit} 处已截止，{loose.id}（{loose.limit}）永远不起作用",
        )
    if first.window in _SPANS and second.window in _SPANS and first.of == second.of:
        short, long = sorted((first, second), key=lambda cap: _SPANS[cap.window])
        if long.hard and short.window != long.window and short.limit > long.limit:
            whole = f"{long.id} only {long.limit} in a whole {long.window}"
            return Words(
                f"{short.id} allows {short.limit} in one {short.window}, {whole}",
                f"{short.id} 单个周期允许 {short.limit}，而 {long.id} 更长周期仅允许 {long.limit}",
            )
    return None


def _fields(policy: Policy, claims: Sequence[Claim]) -> Iterator[Finding]:
    known = LEAD_FIELDS | {"territory"} | {domain.field for domain in policy.domains}
    places: list[tuple[str, Condition]] = [
        *((f"rule {rule.id}", rule.when) for rule in policy.rules if rule.when is not None),
        *((f"territory {territory.id}", territory.where) for territory in policy.territories),
        *((f"claim {claim.id}", claim.scope) for claim in claims),
    ]
    asked = [(where, test.field) for where, condition in places for test in condition.tests()]
    asked += [(f"rule {rule.id}", field) for rule in policy.rules for field in rule.skill_fields]
    for where, field in dict.fromkeys(asked):
        if field not in known:
            near = Names(nearest(field, known) or ("–",))
            yield find("leads.unknown-field", Place(key=where), where=where, field=field, near=near)


def _claims(seats: Sequence[Seat], claims: Sequence[Claim], at: datetime) -> Iterator[Finding]:
    names = {name for seat in seats for name in (seat.seat, seat.person, seat.team)}
    for name, count in sorted(Counter(claim.id for claim in claims).items()):
        if count > 1:
            yield find("leads.duplicate-claim", Place(key=f"claims.{name}"), claim=name)
    for claim in claims:
        if claim.in_force(at) and claim.holder not in names:
            place = Place(key=f"claims.{claim.id}")
            yield find("leads.unknown-holder", place, claim=claim.id, holder=claim.holder)
