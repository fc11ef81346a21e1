"""Shared pools 共享奖金池: what fills them, who shares, and what nobody claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction

import attrs

from salesteam.core import Money, largest_remainder, rational, rational_text, round_to
from salesteam.errors import InvalidValueError
from salesteam.incentives._columnar._numbers import Numbers
from salesteam.incentives._columnar._periodic import Once
from salesteam.incentives._component import Component
from salesteam.incentives._days import ONCE, spans
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._model import Plan
from salesteam.incentives._number import Number
from salesteam.incentives._parts import By, Fund
from salesteam.incentives._unpaid import unpaid_row

__all__ = ["feeds_teams", "pools"]

_EVERYONE = ""


@attrs.frozen(kw_only=True)
class _Pool:
    """One pool: of which component, of which team (empty for everyone that `for` matches), in which period."""

    plan: Plan
    name: str
    numbers: Numbers
    team: str
    period: str

    @property
    def component(self) -> Component:
        return self.plan.components[self.name]

    @property
    def look(self) -> Callable[[Number], Fraction]:
        return self.numbers.look(self.period)

    @property
    def days(self) -> tuple[date, date]:
        low, high = spans(self.period)
        if self.period == ONCE:
            low, high = self.plan.valid.from_ or low, self.plan.valid.until or high
        return low, high

    @property
    def about(self) -> dict[str, str]:
        return {"component": self.name, "team": self.team or self.name, "period": self.period}


def feeds_teams(plan: Plan, c: Component) -> bool:
    """Whether each team has a pool of its own, rather than one pool for everyone that `for` matches."""
    if isinstance(c.fund, Fund):
        path = c.fund.measure
        return path.startswith("team.") or plan.measures[path].scope != "all"
    return not c.for_


def pools(plan: Plan, name: str, numbers: Numbers) -> tuple[list[Once], list[UnpaidRow]]:
    """Divide the pool of every team and period among its members, to the last minor unit.

    Returns
    -------
    tuple of (list of Once, list of UnpaidRow)
        Shares; and what nobody claims, with whoever could not be given a share.
    """
    teams = [_EVERYONE]
    if feeds_teams(plan, plan.components[name]):
        teams = sorted({r.team for r in numbers.people.rows if r.team})
    found: list[Once] = []
    unpaid: list[UnpaidRow] = []
    for period in numbers.periods:
        for team in teams:
            made, gone = _divide(_Pool(plan=plan, name=name, numbers=numbers, team=team, period=period))
            found += made
            unpaid += gone
    return found, unpaid


def _divide(pool: _Pool) -> tuple[list[Once], list[UnpaidRow]]:
    try:
        fund = _fund(pool)
    except Lacking as why:
        return [], [unpaid_row(why.code, table="pools", **{**pool.about, **why.values})]
    if fund < 0:
        return [], [unpaid_row("pool-negative", table="pools", **pool.about)]
    weights, unpaid = _weights(pool)
    open_, closed = _gated(pool, weights, unpaid)
    left = Fraction(0)
    if pool.component.unclaimed == "redistribute":
        weights = {payee: Fraction(0) if payee in closed else w for payee, w in weights.items()}
    elif isinstance(pool.component.shares, Mapping):
        left = 1 - sum(weights.values(), Fraction(0))
    payees = sorted(weights)
    nobody = not sum(weights.values(), left)
    parts = largest_remainder(
        fund, [*(weights[p] for p in payees), Fraction(1) if nobody else left], [*payees, "\uffff"]
    )
    found: list[Once] = []
    unclaimed = parts[-1]
    for payee, part in zip(payees, parts, strict=False):
        unclaimed += part if payee in closed else 0
        if payee in open_ or payee in closed:
            found.append(_share(pool, payee, part, fund, weights[payee]))
    if unclaimed:
        amount = Money(unclaimed, pool.plan.currency)
        unpaid.append(unpaid_row("pool-unclaimed", table="pools", amount=amount, **pool.about))
    return found, unpaid


def _share(pool: _Pool, payee: str, part: int, fund: int, weight: Fraction) -> Once:
    shape = pool.numbers.shape(pool.name, payee, pool.period, pool.plan.rounding)
    return Once(
        payee=payee, period=pool.period, component=pool.name, before=Fraction(0), after=Fraction(0),
        raw=Fraction(part), pay=shape.apply(Fraction(part), pool.plan.rounding), shape=shape,
        formula=f"{part} of {fund} by {rational_text(weight)}",
    )  # fmt: skip


def _fund(pool: _Pool) -> int:
    fund, numbers = pool.component.fund, pool.numbers
    if isinstance(fund, Fund):
        measure = fund.measure.removeprefix("team.")
        kind = "team" if pool.team else "all"
        reached = numbers.sum(measure, kind, pool.team, pool.period)
        exact = pool.look(fund.rate) * reached * numbers.minor / numbers.unit(measure)
    else:
        assert fund is not None
        exact = pool.look(fund) * numbers.minor
    return round_to(exact, pool.plan.rounding)


def _gated(pool: _Pool, weights: dict[str, Fraction], unpaid: list[UnpaidRow]) -> tuple[frozenset[str], frozenset[str]]:
    """Members with a share whose gates are open, and those behind a closed one; others are told and keep nothing."""
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for payee in [p for p, weight in weights.items() if weight]:
        try:
            shape = pool.numbers.shape(pool.name, payee, pool.period, pool.plan.rounding)
        except Lacking as why:
            unpaid.append(unpaid_row(why.code, table="pools", **{**pool.about, **why.values, "payee": payee}))
            continue
        found[bool(shape.gate)].add(payee)
    return frozenset(found[True]), frozenset(found[False])


def _weights(pool: _Pool) -> tuple[dict[str, Fraction], list[UnpaidRow]]:
    """What each member shares by: once for each, however many rows tell of it."""
    low, high = pool.days
    held: dict[str, list[tuple[date, date, int]]] = {}
    for index, row in enumerate(pool.numbers.people.rows):
        start, end = max(row.start or low, low), min(row.end or high, high)
        mine = not pool.team or row.team == pool.team
        if mine and start < end and pool.numbers.people.suits(index, pool.component.for_):
            held.setdefault(row.payee, []).append((start, end, index))
    weights: dict[str, Fraction] = {}
    unpaid: list[UnpaidRow] = []
    for payee, stays in held.items():
        part = _part(pool.component.leavers, stays, low, high)
        try:
            share = _points(pool, payee, max(stays)[2]) if part else Fraction(0)
        except Lacking as why:
            unpaid.append(unpaid_row(why.code, table="pools", **{**pool.about, **why.values, "payee": payee}))
            continue
        if part:
            weights[payee] = part * share
    return weights, unpaid


def _part(leavers: str | None, stays: list[tuple[date, date, int]], low: date, high: date) -> Fraction:
    """How much of a full share the days of a member give."""
    if leavers == "out":
        return Fraction(any(end == high for _, end, _ in stays))
    if leavers != "prorated":
        return Fraction(1)
    days, until = timedelta(0), low
    for start, end, _ in sorted(stays):
        days += max(end - max(start, until), timedelta(0))
        until = max(until, end)
    return Fraction(days.days, (high - low).days)


def _points(pool: _Pool, payee: str, index: int) -> Fraction:
    shares = pool.component.shares
    if isinstance(shares, Mapping):
        return pool.look(shares[payee]) if payee in shares else Fraction(0)
    if not isinstance(shares, By):
        return Fraction(1)
    if shares.kind == "pro_rata":
        return max(Fraction(0), pool.numbers.path(shares.of, payee, pool.period))
    try:
        points = rational(pool.numbers.people.cell(index, shares.of) or "")
    except InvalidValueError:
        points = Fraction(-1)
    if points < 0:
        raise Lacking("no-points", payee=payee, column=shares.of)
    return points
