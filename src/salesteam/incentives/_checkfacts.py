"""Findings about a plan on its facts: what came back, what is late, where debts grow, who helps for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import cast

import attrs

from salesteam.core import Finding, Money, Place, Report, find, percent_text
from salesteam.core import _table as t
from salesteam.errors import ReportError
from salesteam.incentives._days import ONCE, period_of, spans
from salesteam.incentives._frame_log import BookedRow, LogRow
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._number import span
from salesteam.incentives._people import People, people_of
from salesteam.incentives._policy import Policy
from salesteam.incentives._proof._debts import debts
from salesteam.incentives._proof._ote import at_quota
from salesteam.incentives._run import Run

__all__ = ["check_facts"]

HELPERS = ("assistant", "assist", "helper", "supporter", "协助", "助攻", "协助人")
"""Columns of transactions that commonly name who helped."""
ASSISTS = frozenset({"assist", "assists", "助攻", "协助", "help"})
"""Kinds of log entries that are help on a deal."""


@attrs.frozen(kw_only=True)
class _World:
    """What the checks look at together."""

    plan: Plan
    facts: Facts
    run: Run
    deals: tuple[BookedRow, ...]
    extra: Mapping[str, tuple[object, ...]]
    people: People
    policy: Policy
    open_period: str | None


def check_facts(
    plan: Plan, facts: Facts, as_of: date | None, open_period: str | None = None, policy: Policy | None = None
) -> Report:
    """Findings about a plan on its facts.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in, without an error.
    facts : Facts
        What it is paid on.
    as_of : date or None
        Day of the knowledge.
    open_period : str, optional
        First period that is not closed; what is dated before it is late.
    policy : Policy, optional
        Thresholds.

    Returns
    -------
    Report
        Findings of the run and of the facts.
    """
    from salesteam.incentives._pay import pay

    try:
        run = pay(plan, facts, as_of=as_of)
    except ReportError as error:
        return cast("Report", error.report)
    rows = t.read_table(
        facts.transactions if facts.transactions is not None else [],
        BookedRow,
        table="transactions",
        currency=plan.currency,
    )
    world = _World(
        plan=plan, facts=facts, run=run, deals=rows.values, extra=rows.extra, people=people_of(facts.people),
        policy=policy or Policy(), open_period=open_period,
    )  # fmt: skip
    found = [*run.findings(), *_late(world), *_growing(world), *_ramp(world), *_spikes(world), *_solo(world)]
    found += at_quota(run, world.people)
    return Report(found)


def _late(world: _World) -> Iterator[Finding]:
    """Deals of a closed period; without one named, deals that came in after a deal of a later period."""
    if world.open_period is not None:
        start = spans(world.open_period)[0]
        for row in world.deals:
            if row.date is not None and row.date < start and row.transaction is not None:
                yield _told_late(row, start)
        return
    if world.plan.period == ONCE:
        return
    came = sorted((r for r in world.deals if r.seq is not None and r.date is not None), key=lambda r: r.seq or 0)
    latest: date | None = None
    for row in came:
        assert row.date is not None
        if latest is not None and spans(period_of(world.plan, row.date))[1] <= spans(period_of(world.plan, latest))[0]:
            yield _told_late(row, latest)
        latest = row.date if latest is None else max(latest, row.date)


def _told_late(row: BookedRow, after: date) -> Finding:
    place = Place(table="transactions", key=row.transaction)
    return find("incentives.late-transaction", place, transaction=row.transaction or "", date=row.date, after=after)


def _growing(world: _World) -> Iterator[Finding]:
    plan, run = world.plan, world.run
    earned: dict[str, dict[str, int]] = {}
    for row in run.payouts:
        by_period = earned.setdefault(row.payee, {})
        by_period[row.period] = by_period.get(row.period, 0) + row.pay_minor
    for payee, by_period in sorted(earned.items()):
        history = debts(plan, payee, by_period, run.periods, world.people)
        grown, last = 0, Fraction(0)
        for period, debt in history:
            grown = grown + 1 if debt > last else 0
            last = debt
            if grown >= world.policy.debt_periods:
                amount = Money(int(debt), plan.currency)
                yield find(
                    "incentives.debt-growing", Place(key=payee), payee=payee, count=grown, amount=amount, period=period
                )
                break


def _ramp(world: _World) -> Iterator[Finding]:
    """Pay of the last period within a ramp or guarantee, against that of the first after it."""
    plan = world.plan
    ends = [span(ramp.months)[1] for quota in plan.quotas for ramp in quota.ramp]
    windows = [*(d.window for d in plan.draw), *(g.window for g in plan.guarantee)]
    ends += [span(w.months)[1] for w in windows if w is not None and w.months is not None]
    if not ends or plan.period == ONCE:
        return
    totals: dict[tuple[str, str], int] = {}
    for row in world.run.payouts:
        totals[row.payee, row.period] = totals.get((row.payee, row.period), 0) + row.pay_minor
    for payee in sorted({row.payee for row in world.run.payouts}):
        starts = [start for i in world.people.of(payee) if (start := world.people.rows[i].start) is not None]
        if not starts:
            continue
        inside = [p for p in world.run.periods if 1 <= _month(min(starts), p) <= max(ends)]
        after = [p for p in world.run.periods if _month(min(starts), p) > max(ends)]
        if not inside or not after:
            continue
        before_, then = totals.get((payee, inside[-1]), 0), totals.get((payee, after[0]), 0)
        if before_ > 0 and before_ - then >= world.policy.ramp_drop * before_:
            yield find(
                "incentives.ramp-end-drop", Place(key=payee), payee=payee, period=inside[-1],
                before=Money(before_, plan.currency), after=Money(then, plan.currency),
            )  # fmt: skip


def _month(start: date, period: str) -> int:
    """The month of somebody's service in which a period begins; the month of the start is 1."""
    first = spans(period)[0]
    return (first.year - start.year) * 12 + first.month - start.month + 1


def _spikes(world: _World) -> Iterator[Finding]:
    policy = world.policy
    by_quarter: dict[str, list[BookedRow]] = {}
    quarterly = attrs.evolve(world.plan, period="quarter")
    for row in world.deals:
        if row.date is not None and row.amount_minor is not None:
            by_quarter.setdefault(period_of(quarterly, row.date), []).append(row)
    for quarter, rows in sorted(by_quarter.items()):
        since = spans(quarter)[1] - timedelta(days=policy.spike_days)
        total = sum(row.amount_minor or 0 for row in rows)
        late = sum(row.amount_minor or 0 for row in rows if row.date is not None and row.date >= since)
        if len(rows) >= policy.spike_deals and total > 0 and late >= policy.spike_share * total:
            share = percent_text(Fraction(late, total), 0)
            yield find(
                "incentives.quarter-end-spike", Place(key=quarter), share=share, period=quarter, days=policy.spike_days
            )


def _solo(world: _World) -> Iterator[Finding]:
    """Help that is written down, in the log or in a column of the deals, and pays nobody."""
    if any(c.method == "pool" for c in world.plan.components.values()):
        return
    credited = {(row.transaction, row.payee) for row in world.run.credits}
    helped = [*_logged(world), *_named(world)]
    unpaid = [(deal, who) for deal, who in dict.fromkeys(helped) if (deal, who) not in credited]
    if unpaid:
        examples = tuple(f"{who} · {deal}" for deal, who in unpaid[:3])
        total = len(dict.fromkeys(helped))
        yield find("incentives.solo-bias", Place(table="log"), count=len(unpaid), total=total, examples=examples)


def _logged(world: _World) -> Iterator[tuple[str, str]]:
    if world.facts.log is None:
        return
    for row in t.read_table(world.facts.log, LogRow, table="log").values:
        if row.kind.strip().lower() in ASSISTS and row.deal is not None and row.confirmed_by != row.giver:
            yield row.deal, row.giver


def _named(world: _World) -> Iterator[tuple[str, str]]:
    for column in HELPERS:
        cells = world.extra.get(column, ())
        for row, who in zip(world.deals, cells, strict=False):
            if who is not None and str(who).strip() and row.transaction is not None:
                yield row.transaction, str(who).strip()
