"""Caps and floors on the sum of all components: the last bend before pay is final."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import _table as t
from salesteam.core import round_to
from salesteam.incentives._days import Days
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._model import Plan
from salesteam.incentives._numbers import Lacking, Numbers
from salesteam.incentives._periodic import Once
from salesteam.incentives._usable import table_of, unpaid_row

__all__ = ["limited"]

_ORDER = ("date", "seq", "transaction", "slot", "component")
_ENDLESS = 2**60


@attrs.frozen(kw_only=True)
class _LimitRow:
    payee: str = t.column("who")
    p: int = t.column("period")
    low: int = t.column("least")
    high: int = t.column("most")
    done: int = t.column("paid so far")


def limited(
    plan: Plan, lines: t.Stage | None, once: list[Once], numbers: Numbers, days: Days, like: Any
) -> tuple[t.Stage | None, list[Once], list[UnpaidRow]]:
    """Hold the running total of each payee and period between the floors and caps of the plan.

    Lines come in their order, pay without a transaction last; what a cap cuts falls on the lines that pass it.

    Returns
    -------
    tuple of (Stage or None, list of Once, list of UnpaidRow)
        Lines and other pay as cut; what lacks a number for its limit.
    """
    if not any(x.of == "plan" for x in (*plan.caps, *plan.floors)):
        return lines, once, []
    totals: dict[tuple[str, str], int] = {}
    if lines is not None:
        for r in table_of(t.group(lines, by=["payee", "p"], s=("sum", "pay")), "payee", "p", "s"):
            totals[r["payee"], days.periods[r["p"]]] = r["s"]
    held: dict[tuple[str, str], tuple[int, int]] = {}
    unpaid = []
    for payee, period in sorted({*totals, *((o.payee, o.period) for o in once)}):
        try:
            held[payee, period] = _limits(plan, numbers, payee, period)
        except Lacking as why:
            unpaid.append(unpaid_row(why.code, table="payouts", **{**why.values, "payee": payee, "period": period}))
    if lines is not None:
        rows = [
            _LimitRow(payee=who, p=days.periods.index(period), low=low, high=high, done=0)
            for (who, period), (low, high) in held.items()
            if period in days.periods
        ]
        lines = _cut(lines, rows, like)
    return lines, _rest(plan, once, held, totals), unpaid


def _limits(plan: Plan, numbers: Numbers, payee: str, period: str) -> tuple[int, int]:
    factor = numbers.factor("plan", payee, period)
    low, high = -_ENDLESS, _ENDLESS
    for at, by in (("before_modifiers", factor), ("after_modifiers", Fraction(1))):
        floors = [
            round_to(x * by, plan.rounding) for a, x in numbers.limits(plan.floors, "plan", payee, period) if a == at
        ]
        caps = [round_to(x * by, plan.rounding) for a, x in numbers.limits(plan.caps, "plan", payee, period) if a == at]
        low, high = min([max([low, *floors]), *caps]), min([max([high, *floors]), *caps])
    return low, high


def _cut(lines: t.Stage, rows: list[_LimitRow], like: Any) -> t.Stage:
    table = t.enter(t.write_rows(rows, _LimitRow, like=like)).drop("done")
    table = attrs.evolve(table, proved=frozenset({(frozenset(), ("p", "payee"))}))
    by = ["payee", "p"]
    joined = lines.join(table, by, how="inner")
    joined = attrs.evolve(joined, proved=frozenset({(frozenset(by), _ORDER)}))
    joined = t.running_sum(joined, "total", "pay", by=by, order=_ORDER)
    joined = t.running_count(joined, "place", by=by, order=_ORDER)
    now, then = _clamp(t.col("total")), _clamp(t.col("total") - t.col("pay"))
    then = t.when(t.col("place") == 1, 0, then)
    return joined.with_columns(pay=now - then).select(*lines.columns)


def _clamp(x: t.Expr) -> t.Expr:
    raised = t.when(x < t.col("low"), t.col("low"), x)
    return t.when(raised > t.col("high"), t.col("high"), raised)


def _rest(
    plan: Plan, once: list[Once], held: dict[tuple[str, str], tuple[int, int]], totals: dict[tuple[str, str], int]
) -> list[Once]:
    names = list(plan.components)
    found = []
    running: dict[tuple[str, str], int] = dict(totals)
    paid: dict[tuple[str, str], int] = {}
    for each in sorted(once, key=lambda o: names.index(o.component)):
        who = (each.payee, each.period)
        if who not in held:
            continue
        low, high = held[who]
        before = paid.get(who, min(max(running[who], low), high) if who in totals else 0)
        running[who] = running.get(who, 0) + each.pay
        paid[who] = min(max(running[who], low), high)
        found.append(attrs.evolve(each, pay=paid[who] - before))
    return found
