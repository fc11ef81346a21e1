"""Caps and floors on the sum of all components: the last bend before pay is final."""

from __future__ import annotations

from fractions import Fraction

import attrs

from salesteam.core import _table as t
from salesteam.core import round_to
from salesteam.incentives._columnar._asked import Asked
from salesteam.incentives._columnar._job import Credited
from salesteam.incentives._columnar._numbers import Numbers
from salesteam.incentives._columnar._periodic import Once
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._model import Plan
from salesteam.incentives._unpaid import unpaid_row

__all__ = ["limited"]

_ENDLESS = 2**60


def limited(
    plan: Plan, lines: t.Stage | None, once: list[Once], asked: Asked, credited: Credited
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
    numbers = asked.numbers
    totals: dict[tuple[str, str], int] = {}
    pairs: dict[tuple[str, str], tuple[int, int]] = {}
    if lines is not None:
        for r in t.rows_of(t.group(lines, by=["who", "p"], s=("sum", "pay")), "who", "p", "s"):
            pair = credited.payees[r["who"]], credited.days.periods[r["p"]]
            totals[pair], pairs[pair] = r["s"], (r["who"], r["p"])
    held: dict[tuple[str, str], tuple[int, int]] = {}
    unpaid = []
    for payee, period in sorted({*totals, *((o.payee, o.period) for o in once)}):
        try:
            held[payee, period] = _limits(plan, numbers, payee, period)
        except Lacking as why:
            unpaid.append(unpaid_row(why.code, table="payouts", **{**why.values, "payee": payee, "period": period}))
    if lines is not None:
        rows = [(*pairs[pair], *limits) for pair, limits in held.items() if pair in pairs]
        lines = _cut(lines, rows, credited.order)
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


def _cut(lines: t.Stage, rows: list[tuple[int, int, int, int]], order: tuple[str, ...]) -> t.Stage:
    names = ("who", "p", "low", "high")
    columns = {name: [row[index] for row in rows] for index, name in enumerate(names)}
    by = ["who", "p"]
    joined = lines.join(t.beside(lines, columns, dict.fromkeys(names, "whole"), unique=by), by, how="inner")
    order = (*order, "component")
    joined = joined.trust(*order, by=by)
    joined = t.running_sum(joined, "total", "pay", by=by, order=order)
    joined = t.running_count(joined, "place", by=by, order=order)
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
