"""Quotas, targets and ready values as they come in: tables become numbers by payee and period."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from salesteam.core import Report, exponent
from salesteam.core import _table as t
from salesteam.errors import InvalidValueError
from salesteam.incentives._days import ONCE, spans
from salesteam.incentives._frame import QuotaRow, TargetRow, ValueRow
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._numbers import Numbers
from salesteam.incentives._people import People

__all__ = ["numbers_of"]


def numbers_of(
    plan: Plan, facts: Facts, people: People, periods: tuple[str, ...], known_as_of: Any
) -> tuple[Numbers, list[tuple[str, str]]]:
    """Read quotas, targets and values.

    Returns
    -------
    tuple of (Numbers, list of (str, str))
        Without sums yet; and (table, key) of rows that come twice or have no readable period.
    """
    minor = 10 ** exponent(plan.currency)
    report = Report()
    bad: list[tuple[str, str]] = []
    quotas: dict[tuple[str, str], dict[str, Fraction]] = {}
    targets: dict[str, dict[str, tuple[int | None, int | None]]] = {}
    values: dict[tuple[str, str, str, str], Fraction] = {}
    if facts.quotas is not None:
        rows = t.read_table(facts.quotas, QuotaRow, table="quotas", currency=plan.currency)
        report += rows.report
        for row in rows.values:
            amount = row.quota if row.quota_minor is None else row.quota_minor
            money = row.measure in plan.measures and plan.measures[row.measure].unit == "money"
            if row.quota_minor is None and amount is not None and money:
                amount *= minor
            if amount is not None and amount.denominator != 1:
                amount = None
            _put(quotas.setdefault((row.payee, row.measure), {}), row.period, amount, ("quotas", row.payee), bad)
    if facts.targets is not None:
        read = t.read_table(facts.targets, TargetRow, table="targets", currency=plan.currency)
        report += read.report
        for target in read.values:
            pair = (target.target_minor, target.base_minor)
            _put(targets.setdefault(target.payee, {}), target.period, pair, ("targets", target.payee), bad)
    if facts.values is not None:
        ready = t.read_table(facts.values, ValueRow, table="values")
        report += ready.report
        for each in ready.values:
            kind, who = ("team", each.team) if each.team is not None else ("payee", each.payee or "")
            period = each.period or (ONCE if plan.period == "once" else "")
            if not _known(period):
                bad.append(("values", period))
                continue
            name = ONCE if plan.period == "once" else period
            key = (each.measure, kind, who or "", name)
            values[key] = values.get(key, Fraction(0)) + each.value
    found = Numbers(
        plan=plan, people=people, periods=periods, known_as_of=known_as_of, quotas=quotas, targets=targets,
        values=values, sums=lambda _measure, _kind: {}, report=report,
    )  # fmt: skip
    return found, bad


def _put(
    into: dict[str, Any], period: str | None, amount: Any, key: tuple[str, str], bad: list[tuple[str, str]]
) -> None:
    name = period or ONCE
    if amount is None or not _known(name) or name in into:
        bad.append(key if name in into or amount is None else (key[0], name))
        return
    into[name] = amount


def _known(name: str) -> bool:
    try:
        spans(name)
    except InvalidValueError:
        return False
    return True
