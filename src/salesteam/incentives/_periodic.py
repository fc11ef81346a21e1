"""Components that see a whole period at once: curves, ready measures, team sums and shared pools."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import Money, largest_remainder, rational_text, round_to
from salesteam.incentives._component import By, Component, Fund
from salesteam.incentives._days import interval_of, spans
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._model import Plan
from salesteam.incentives._numbers import Lacking, Numbers, Shape
from salesteam.incentives._path import Path
from salesteam.incentives._shape import curve_of
from salesteam.incentives._usable import unpaid_row

__all__ = ["Once", "by_period", "pools"]


@attrs.frozen(kw_only=True)
class Once:
    """Pay of one payee, period and component that no single transaction moves."""

    payee: str
    period: str
    component: str
    before: Fraction
    after: Fraction
    raw: Fraction
    pay: int
    shape: Shape
    formula: str


def by_period(
    plan: Plan, name: str, numbers: Numbers, payees: Iterable[tuple[str, str]]
) -> tuple[list[Once], list[UnpaidRow]]:
    """Pay a component on the sums of whole periods.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    name : str
        The component.
    numbers : Numbers
        Sums, quotas, targets, factors.
    payees : iterable of (str, str)
        Payee and period, each once.

    Returns
    -------
    tuple of (list of Once, list of UnpaidRow)
        Pay; and who lacks a number.
    """
    c = plan.components[name]
    found, unpaid = [], []
    reached: dict[tuple[str, str], tuple[Fraction, Fraction, int]] = {}
    for payee, period in sorted(payees, key=lambda pair: (pair[0], spans(pair[1]))):
        try:
            made = _one(plan, name, c, numbers, (payee, period), reached)
        except Lacking as why:
            about = {"payee": payee, "period": period, **why.values, "component": name}
            unpaid.append(unpaid_row(why.code, table="values", **{**about, "payee": payee}))
            continue
        found.append(made)
    return found, unpaid


def _one(
    plan: Plan, name: str, c: Component, numbers: Numbers, who: tuple[str, str],
    reached: dict[tuple[str, str], tuple[Fraction, Fraction, int]],
) -> Once:  # fmt: skip
    payee, period = who
    span = interval_of(plan, c.accumulate, period)
    curve = curve_of(c, numbers.look(period))
    path = Path.parse(str(c.measure))
    assert path is not None
    ready = numbers.values.get((f"{path.measure}.attainment", "payee", payee, period))
    team = path.team or plan.measures[path.measure].scope != "payee"
    unit = numbers.unit(path.measure)
    if ready is not None and curve.x == "quota" and curve.pays != "quota" and not team:
        s, q = ready, Fraction(1)
    else:
        s = numbers.path(path.measure if not path.team else f"team.{path.measure}", payee, period) * unit
        q = Fraction(1)
        if curve.x == "quota" or curve.pays == "target/quota":
            q = _team_quota(numbers, path, payee, span) if team else numbers.quota(payee, span, path.measure)
    before, paid, rounded = reached.get((payee, span), (Fraction(0), Fraction(0), 0))
    after = before + s
    x = _x(after / q if curve.x == "quota" else after / unit, numbers, curve.x)
    piece = curve.piece(x)
    if piece.gap:
        raise Lacking("tier-gap", at=x, until=x, gaps=c.gaps, payee=payee, period=period)
    total = piece.at(x) * _pays(curve.pays, numbers, (name, payee, span), q, unit)
    raw = total - paid
    shape = numbers.shape(name, payee, period, plan.rounding)
    bent = shape != Shape()
    pay = shape.apply(raw, plan.rounding) if bent else round_to(total, plan.rounding) - rounded
    reached[payee, span] = (after, total, rounded + pay)
    formula = f"F({rational_text(x)}) = {rational_text(piece.at(x))}"
    return Once(
        payee=payee, period=period, component=name, before=before / unit, after=after / unit, raw=raw, pay=pay,
        shape=shape, formula=formula,
    )  # fmt: skip


def _x(x: Fraction, numbers: Numbers, kind: str) -> Fraction:
    rounding = numbers.plan.attainment_rounding
    return rounding.apply(x) if kind == "quota" and not isinstance(rounding, str) else x


def _team_quota(numbers: Numbers, path: Path, payee: str, period: str) -> Fraction:
    return numbers.group_quota(path.measure, "team", numbers.team_of(payee, period), period)


def _pays(pays: str, numbers: Numbers, target: tuple[str, str, str], q: Fraction, unit: int) -> Fraction:
    if pays in {"target", "base"}:
        return numbers.target(*target)
    if pays == "target/quota":
        return numbers.target(*target) * unit / q
    if pays == "quota":
        return q * numbers.minor / unit
    return Fraction(numbers.minor)


def pools(plan: Plan, name: str, numbers: Numbers) -> tuple[list[Once], list[UnpaidRow]]:
    """Divide the pool of every team and period among its members, to the last minor unit.

    Returns
    -------
    tuple of (list of Once, list of UnpaidRow)
        Shares; and what nobody claims.
    """
    c = plan.components[name]
    teams = sorted({r.team for r in numbers.people.rows if r.team})
    found: list[Once] = []
    unpaid: list[UnpaidRow] = []
    for period in numbers.periods:
        for team in teams:
            weights = _weights(c, numbers, team, period)
            if weights:
                made, gone = _divide(plan, name, numbers, (team, period), weights)
                found += made
                unpaid += gone
    return found, unpaid


def _weights(c: Component, numbers: Numbers, team: str, period: str) -> dict[str, Fraction]:
    low, high = spans(period)
    look = numbers.look(period)
    weights: dict[str, Fraction] = {}
    for index, row in enumerate(numbers.people.rows):
        start, end = max(row.start or date.min, low), min(row.end or date.max, high)
        left = end < high
        if row.team != team or start >= end or not numbers.people.suits(index, c.for_) or (c.leavers == "out" and left):
            continue
        part = Fraction((end - start).days, (high - low).days) if c.leavers == "prorated" else Fraction(1)
        weights[row.payee] = weights.get(row.payee, Fraction(0)) + part * _share(c, numbers, index, period, look)
    return weights


def _share(c: Component, numbers: Numbers, index: int, period: str, look: Any) -> Fraction:
    payee = numbers.people.rows[index].payee
    if isinstance(c.shares, Mapping):
        return look(c.shares[payee]) if payee in c.shares else Fraction(0)
    if not isinstance(c.shares, By):
        return Fraction(1)
    if c.shares.kind == "points":
        from salesteam.core import rational

        return rational(numbers.people.cell(index, c.shares.of) or "0")
    return max(Fraction(0), numbers.path(c.shares.of, payee, period))


def _divide(
    plan: Plan, name: str, numbers: Numbers, where: tuple[str, str], weights: Mapping[str, Fraction]
) -> tuple[list[Once], list[UnpaidRow]]:
    team, period = where
    c = plan.components[name]
    look = numbers.look(period)
    if isinstance(c.fund, Fund):
        measure = c.fund.measure.removeprefix("team.")
        every = plan.measures[measure].scope == "all" and not c.fund.measure.startswith("team.")
        reached = numbers.sum(measure, "all" if every else "team", "" if every else team, period)
        exact = look(c.fund.rate) * reached * numbers.minor / numbers.unit(measure)
    else:
        assert c.fund is not None
        exact = look(c.fund) * numbers.minor
    fund = round_to(exact, plan.rounding)
    about = {"component": name, "team": team, "period": period}
    if fund < 0:
        return [], [unpaid_row("pool-negative", table="pools", **about)]
    left = Fraction(0)
    if isinstance(c.shares, Mapping) and c.unclaimed != "redistribute":
        left = max(Fraction(0), 1 - sum(weights.values(), Fraction(0)))
    nobody = not sum(weights.values(), left)
    payees = sorted(weights)
    ties = [*payees, "\uffff"]
    parts = largest_remainder(fund, [*(weights[p] for p in payees), Fraction(1) if nobody else left], ties)
    found, unpaid = [], []
    for payee, part in zip(payees, parts, strict=False):
        if not weights[payee]:
            continue
        try:
            shape = numbers.shape(name, payee, period, plan.rounding)
        except Lacking as why:
            unpaid.append(unpaid_row(why.code, table="pools", **{**about, **why.values, "payee": payee}))
            continue
        formula = f"{part} of {fund} by {rational_text(weights[payee])}"
        found.append(
            Once(
                payee=payee, period=period, component=name, before=Fraction(0), after=Fraction(0),
                raw=Fraction(part), pay=shape.apply(Fraction(part), plan.rounding), shape=shape, formula=formula,
            )
        )  # fmt: skip
    if parts[-1]:
        amount = Money(parts[-1], plan.currency)
        unpaid.append(unpaid_row("pool-unclaimed", table="pools", amount=amount, **about))
    return found, unpaid
