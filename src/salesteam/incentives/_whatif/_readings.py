"""The verb `readings`: what another reading of a contract would pay."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import attrs

from salesteam.core import Report
from salesteam.errors import ReportError
from salesteam.incentives._filled import filled
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._pay import pay
from salesteam.incentives._run import Run
from salesteam.incentives._settle import settle
from salesteam.incentives._whatif._reading import Reading, Readings
from salesteam.incentives._whatif._variants import Variant, variants

__all__ = ["readings"]

_SETTLED = frozenset({"negative_period", "draw.kind", "repay_from", "guarantee_and_draw"})
"""Choices that decide what is paid of what was earned."""


def readings(plan: Plan, facts: Facts, as_of: date | None = None) -> Readings:
    """Pay a plan again with each other option of every choice that it makes, and show the money between.

    Use it where a contract does not say which way it means, and to find out which way somebody has in mind.

    Parameters
    ----------
    plan : Plan
        Any plan that can be paid.
    facts : Facts
        What it is paid on.
    as_of : date, optional
        Day of the knowledge.

    Returns
    -------
    Readings
        One choice at a time; an option that asks for a further choice comes with each way to make it; an option that
        the plan does not allow comes with the reason. Choices about draws, guarantees and negative totals are
        compared by what is paid in the end, all others by what is earned.

    Raises
    ------
    ReportError
        If the plan as it is written has an error.

    Examples
    --------
    >>> from salesteam.incentives import Facts, plan_of
    >>> tiers = [{"from": 0, "to": 1000, "rate": "4%"}, {"from": 1000, "to": 2000, "rate": "10%"}]
    >>> c = {"measure": "sales", "method": "marginal", "accumulate": "transaction", "tiers": tiers}
    >>> measures = {"sales": {"unit": "money", "value": "amount"}}
    >>> plan = plan_of({"currency": "USD", "period": "once", "measures": measures, "components": {"c": c}})
    >>> found = readings(plan, Facts(transactions=[{"transaction": "T1", "amount": "1500", "payee": "ana"}]))
    >>> [reading.words for reading in found.giving(150)]
    ['components.c.method: slab, edge: lower_inclusive', 'components.c.method: slab, edge: upper_inclusive', ...
    """
    full = filled(plan)
    if full.status == "shadow":
        full = attrs.evolve(full, status="draft")
    run = pay(full, facts, as_of=as_of)
    found = [Reading(path="", choice="", option="", pay=_paid(run))]
    written = {(row.table, row.row, row.code) for row in run.unpaid}
    found += [_reading(each, facts, as_of, written) for each in variants(full)]
    paid = _in_the_end(run) if any(each.settled and not each.refused for each in found) else {}
    return Readings(plan=f"{plan.plan} {plan.version}", currency=plan.currency, readings=tuple(found), paid=paid)


def _reading(variant: Variant, facts: Facts, as_of: date | None, written: set[tuple[str, str, str]]) -> Reading:
    about: dict[str, Any] = {
        "path": variant.choice.path, "choice": variant.choice.name, "option": variant.option, "also": variant.also,
    }  # fmt: skip
    settled = variant.choice.name in _SETTLED
    try:
        run = pay(variant.plan, facts, as_of=as_of)
        found = _in_the_end(run) if settled else _paid(run)
    except ReportError as error:
        first = cast("Report", error.report).errors[0]
        return Reading(**about, refused=(first.code, first.what(), first.what("zh")), settled=settled)
    back = [row for row in run.unpaid if (row.table, row.row, row.code) not in written]
    return Reading(**about, pay=found, settled=settled, back=tuple(back))


def _in_the_end(run: Run) -> dict[str, int]:
    """What each payee is paid over all periods, after release, draws, guarantees and negative totals."""
    found: dict[str, int] = {}
    for row in settle(run).statements:
        found[row.payee] = found.get(row.payee, 0) + row.paid_minor
    return found


def _paid(run: Run) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in run.payouts:
        found[row.payee] = found.get(row.payee, 0) + row.pay_minor
    return found
