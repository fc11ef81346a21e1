"""Findings of a run: of its tables, of what came back, of totals below zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesteam.core import Finding, Money, Place, Report, find
from salesteam.incentives._choices import missing

if TYPE_CHECKING:
    from salesteam.incentives._run import Run

__all__ = ["run_findings"]


def run_findings(run: Run) -> Report:
    """Everything worth knowing after a run."""
    found: list[Finding] = list(run.report)
    found += [row.finding for row in run.unpaid if row.finding is not None]
    totals: dict[tuple[str, str], int] = {}
    for p in run.payouts:
        totals[p.payee, p.period] = totals.get((p.payee, p.period), 0) + p.pay_minor
    below = {key: total for key, total in totals.items() if total < 0}
    for (payee, period), total in below.items():
        amount = Money(total, run.plan.currency)
        found.append(find("incentives.negative-pay", Place(key=payee), payee=payee, period=period, amount=amount))
    if below and run.plan.negative_period is None:
        found.append(missing("negative_period", run.plan.plan))
    return Report(found)
