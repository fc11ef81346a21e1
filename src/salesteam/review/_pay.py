"""What each person earns, by each plan of the playbook."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import attrs

from salesteam import incentives
from salesteam.core import Finding, Period, Place, Report, find, to_minor
from salesteam.errors import InvalidValueError, SalesteamError
from salesteam.review._facts import Facts
from salesteam.review._playbook import Playbook
from salesteam.review._refusal import refusal
from salesteam.review._standing import Standing

__all__ = ["Earnings", "PlanRun", "earn"]


@attrs.frozen(kw_only=True)
class PlanRun:
    """One plan, paid.

    Parameters
    ----------
    run : salesteam.incentives.Run
        The whole result.
    periods : tuple of str
        The plan's periods within the period of the review.

    Examples
    --------
    >>> from salesteam.incentives import Facts, pay, scheme
    >>> deals = [{"transaction": "T1", "date": "2026-01-05", "amount": "1000", "payee": "ana", "assistant": "bo"}]
    >>> paid = PlanRun(run=pay(scheme("assist_split"), Facts(transactions=deals)), periods=("2026-01",))
    >>> paid.payouts[0].payee
    'ana'
    """

    run: incentives.Run
    periods: tuple[str, ...]

    @property
    def payouts(self) -> tuple[Any, ...]:
        """The payouts within the period of the review.

        Examples
        --------
        See `PlanRun`.
        """
        return tuple(payout for payout in self.run.payouts if payout.period in self.periods)

    @property
    def total_minor(self) -> int:
        """What these payouts cost, in minor units.

        Examples
        --------
        See `PlanRun`.
        """
        return sum(payout.pay_minor for payout in self.payouts)


@attrs.frozen(kw_only=True)
class Earnings:
    """The incentives part of a review.

    Parameters
    ----------
    runs : tuple of PlanRun
        One a plan.
    report : Report
        Findings.

    Examples
    --------
    >>> Earnings(report=Report()).runs
    ()
    """

    runs: tuple[PlanRun, ...] = ()
    report: Report = Report()


def earn(playbook: Playbook, facts: Facts, standing: Standing | None, *, as_of: date, period: Period) -> Earnings:
    """Pay every plan of a playbook on its facts.

    Parameters
    ----------
    playbook : Playbook
        With plans.
    facts : Facts
        With transactions.
    standing : Standing or None
        Its cascade gives the quotas that follow it.
    as_of : date
        Deals booked later are not paid.
    period : Period
        What is reviewed.

    Returns
    -------
    Earnings
        One run a plan; a plan that is refused is a finding.
    """
    findings: list[Finding] = []
    runs: list[PlanRun] = []
    for plan in playbook.plans:
        try:
            run = incentives.pay(plan, _tables(playbook, facts, plan, standing, as_of), as_of=as_of)
        except SalesteamError as error:
            findings.extend(refusal(f"incentives.{plan.plan}", error))
            continue
        findings.extend((*run.report, *incentives.check(plan), *_unpaid(plan, run)))
        inside = tuple(name for name in run.periods if _within(name, period))
        runs.append(PlanRun(run=run, periods=inside))
    return Earnings(runs=tuple(runs), report=Report(dict.fromkeys(findings)))


def _within(name: str, period: Period) -> bool:
    try:
        inner = Period.parse(name)
    except InvalidValueError:
        return True
    return period.start <= inner.start and inner.end <= period.end


def _unpaid(plan: incentives.Plan, run: incentives.Run) -> list[Finding]:
    counts = Counter((row.table, row.code) for row in run.unpaid)
    return [
        find("review.unpaid-rows", Place(table=table), table=table, count=count, plan=plan.plan, code=code)
        for (table, code), count in sorted(counts.items())
    ]


def _quotas(plan: incentives.Plan, measure: str, standing: Standing | None) -> list[dict[str, Any]]:
    """Everybody's share of the cascade, for each of its periods that is one of the plan's."""
    cascade = standing.cascade if standing else None
    axes = {axis.name: axis for axis in cascade.axes} if cascade is not None and cascade.ok else {}
    if cascade is None or "org" not in axes:
        return []
    periods = [node.id for node in axes["time"].nodes if node.level == plan.period] if "time" in axes else []
    return [
        {"payee": person, "period": period, "measure": measure, "quota": cascade.at(period, person)}
        for period in periods
        for person in axes["org"].leaves
    ]


def _tables(
    playbook: Playbook, facts: Facts, plan: incentives.Plan, standing: Standing | None, as_of: date
) -> incentives.Facts:
    assert facts.transactions is not None
    assert playbook.incentives is not None
    pay, currency = playbook.incentives, playbook.header.currency
    deals = [
        {**row, "quantity": row["quantity"] if row["quantity"] is not None else 1}
        for row in facts.transactions.to_rows()
        if row["date"] <= as_of
    ]
    quotas: list[dict[str, Any]] = [
        {"payee": line.payee, "period": line.period.name, "measure": line.measure, "quota": line.quota}
        for line in pay.quotas
    ]
    if pay.cascade_measure is not None:
        quotas += _quotas(plan, pay.cascade_measure, standing)
    targets = [
        {
            "payee": line.payee,
            "period": line.period.name,
            "target_minor": to_minor(line.target, currency),
            "base_minor": to_minor(line.base, currency),
        }
        for line in pay.targets
    ]
    people = [
        {
            "payee": member.person,
            "team": member.team,
            "start": member.start,
            "end": member.end,
            "role": member.role,
        }
        for member in facts.roster.memberships
    ]
    return incentives.Facts(
        transactions=deals,
        quotas=quotas or None,
        targets=targets or None,
        people=people or None,
    )
