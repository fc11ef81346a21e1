"""The pipeline in columns: from facts to lines, payouts, and everything that could not be paid."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import partial, reduce

from salesteam.core import _table as t
from salesteam.incentives._columnar._credit import HOUSE, Credits, credit
from salesteam.incentives._columnar._goalposts import numbers_of
from salesteam.incentives._columnar._lines import Credited, Job, component_lines, jobs
from salesteam.incentives._columnar._numbers import Numbers
from salesteam.incentives._columnar._periodic import Once, by_period
from salesteam.incentives._columnar._planlimit import limited
from salesteam.incentives._columnar._pools import feeds_teams, pools
from salesteam.incentives._columnar._rows import transactions
from salesteam.incentives._columnar._run import ColumnarRun
from salesteam.incentives._columnar._share import excess
from salesteam.incentives._columnar._usable import dated, sequenced, usable
from salesteam.incentives._component import Component
from salesteam.incentives._curves import refs
from salesteam.incentives._days import Days, spans
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._parts import By, Fund
from salesteam.incentives._path import Path
from salesteam.incentives._people import people_of, placed
from salesteam.incentives._unpaid import unpaid_row

__all__ = ["run"]


def run(plan: Plan, facts: Facts, as_of: date | None) -> ColumnarRun:
    like = None if facts.transactions is None or t.kind_of(facts.transactions) == "rows" else facts.transactions
    read = transactions(plan, facts)
    people = people_of(facts.people)
    stage, unpaid = usable(plan, read)
    stage, days = dated(plan, stage, as_of)
    stage, unpaid = _valid(stage, days, unpaid)
    stage, unpaid = _begun(plan, stage, days, unpaid, as_of)
    stage, unpaid = _over(plan, stage, unpaid, (days, as_of))
    stage, order = sequenced(stage)
    cut = credit(plan, read, stage, order, days, as_of)
    mine = cut.stage.filter(~(t.col("payee") == HOUSE)) if plan.crediting else cut.stage
    found = placed(plan, mine, people)
    stage = t.barrier(found.stage.drop("payee", "kind", "share", "credit"))
    credited = Credited(stage=stage, order=cut.order, payees=found.payees, teams=found.teams, days=days)
    numbers, back = numbers_of(plan, facts, people, days.periods, as_of)
    numbers.sums = partial(_sums, credited, cut)
    numbers.periods = _periods(plan, numbers, days)
    report = read.report + people.report + numbers.report
    compiled = jobs(plan, days, cut.steps, numbers)
    stages: list[t.Stage] = []
    for job in compiled:
        made, gone = component_lines(plan, job, credited, numbers)
        stages.append(made)
        unpaid = [*unpaid, *gone]
    once, gone = _once(plan, compiled, numbers, credited)
    unpaid = [*unpaid, *back, *found.unpaid, *gone, *_unruled(plan, compiled, credited)]
    lines = t.barrier(t.stack(stages)) if stages else None
    lines, extra, more = limited(plan, lines, once, numbers, credited)
    return ColumnarRun(
        plan=plan, facts=facts, as_of=as_of, report=report, lines_stage=lines, credits_stage=cut.stage,
        share_scale=cut.share_scale, steps=cut.steps, once=tuple(extra), unpaid=tuple(_told(unpaid, more)),
        numbers=numbers, periods=days.periods, days=days, payees=found.payees, order=cut.order, like=like,
    )  # fmt: skip


def _told(*parts: list[UnpaidRow]) -> list[UnpaidRow]:
    rows = [row for part in parts for row in part]
    return sorted(rows, key=lambda r: (r.table, r.row, r.code, r.payee or "", r.component or "", r.reason))


def _valid(stage: t.Stage, days: Days, unpaid: list[UnpaidRow]) -> tuple[t.Stage, list[UnpaidRow]]:
    """Set rows outside the plan's days aside."""
    if all(row["ok"] for row in days.rows):
        return stage.drop("ok"), unpaid
    gone = t.rows_of(stage.filter(t.col("ok") == 0), "transaction", "date")
    back = [unpaid_row("outside-plan", transaction=r["transaction"], date=str(r["date"])) for r in gone]
    return stage.filter(t.col("ok") == 1).drop("ok"), [*unpaid, *back]


def _begun(
    plan: Plan, stage: t.Stage, days: Days, unpaid: list[UnpaidRow], as_of: date | None
) -> tuple[t.Stage, list[UnpaidRow]]:
    """Set rows aside on whose day a number of the plan does not hold yet."""
    late: dict[int, str] = {}
    for version, day in enumerate(days.versions):
        for name in refs(plan):
            if plan.parameters[name].on(day or date.min, as_of) is None:
                late.setdefault(version, f"${name}")
    if not late:
        return stage, unpaid
    held = t.col("v") if len(days.versions) > 1 else t.value(0)
    stage = stage.with_columns(late=t.when(t.col("date").is_missing(), t.value(-1), held))
    gone = t.rows_of(stage.filter(t.col("late").one_of(list(late))), "transaction", "date", "late")
    back = [
        unpaid_row("parameter-not-yet", transaction=r["transaction"], name=late[r["late"]], date=str(r["date"]))
        for r in gone
    ]
    return stage.filter(~t.col("late").one_of(list(late))).drop("late"), [*unpaid, *back]


def _over(
    plan: Plan, stage: t.Stage, unpaid: list[UnpaidRow], on: tuple[Days, date | None]
) -> tuple[t.Stage, list[UnpaidRow]]:
    """Set transactions aside whose credits come to too much."""
    test = excess(plan, stage, *on)
    if test is None:
        return stage, unpaid
    stage = test
    if t.ranges(stage, ["over"])["over"].high:
        gone = t.rows_of(stage.filter(t.col("over") > 0), "transaction")
        limit = plan.max_credit_share if plan.max_credit_share is not None else 1
        unpaid = [*unpaid, *(unpaid_row("credit-over-max", transaction=r["transaction"], limit=limit) for r in gone)]
        stage = stage.filter(t.col("over") == 0)
    return stage.drop("over"), unpaid


def _sums(credited: Credited, cut: Credits, measure: str, kind: str) -> Mapping[tuple[str, str], Fraction]:
    """Sums of a measure by payee, team or all, and period."""
    if measure not in cut.steps:
        return {}
    counted = credited.stage
    if f"w_{measure}" in counted.columns:
        counted = counted.filter(t.col(f"w_{measure}") > 0)
    key = {"payee": "who", "team": "team"}.get(kind)
    names = {"payee": credited.payees, "team": credited.teams}.get(kind, ("",))
    by = [*([key] if key else []), "p"]
    found = t.cells(t.group(counted, by=by, s=("sum", f"x_{measure}")), *by, "s")
    numbers = found[key] if key else [0] * len(found["p"])
    return {
        (names[number], credited.days.periods[p]): Fraction(s, cut.steps[measure])
        for number, p, s in zip(numbers, found["p"], found["s"], strict=True)
        if number >= 0
    }


def _periods(plan: Plan, numbers: Numbers, days: Days) -> tuple[str, ...]:
    named = {period for (_, _, _, period) in numbers.values}
    own = [p for p in days.periods if not (p == "once" and plan.period != "once")]
    return tuple(sorted({*own, *named}, key=spans))


def _once(plan: Plan, compiled: list[Job], numbers: Numbers, credited: Credited) -> tuple[list[Once], list[UnpaidRow]]:
    """Pay of every component that is not paid row by row."""
    done = {job.name for job in compiled}
    found: list[Once] = []
    unpaid: list[UnpaidRow] = []
    rest = [name for name in plan.components if name not in done]
    if not rest:
        return found, unpaid
    pairs = t.distinct(credited.stage, "who", "p")
    active = {(credited.payees[who], credited.days.periods[p]) for who, p in zip(pairs["who"], pairs["p"], strict=True)}
    for name in rest:
        c = plan.components[name]
        if c.method == "pool":
            made, gone = pools(plan, name, numbers)
        else:
            payees = {pair for pair in active | _ready(numbers) if _suits(numbers, pair, c.for_)}
            made, gone = by_period(plan, name, numbers, payees)
        found += made
        unpaid += gone
    return found, unpaid


def _ready(numbers: Numbers) -> set[tuple[str, str]]:
    return {(who, period) for (_, kind, who, period) in numbers.values if kind == "payee"}


def _suits(numbers: Numbers, pair: tuple[str, str], wanted: Mapping[str, tuple[str, ...]]) -> bool:
    return numbers.people.suits(numbers.people.during(*pair), wanted)


def _unruled(plan: Plan, compiled: list[Job], credited: Credited) -> list[UnpaidRow]:
    """Credits that no component pays, and that neither fill nor divide a pool."""
    by_row = {job.name: job.test for job in compiled}
    tests: list[t.Expr | None] = []
    for name, c in plan.components.items():
        tests += [by_row[name]] if name in by_row else _readers(plan, name, c)
    used = [test for test in tests if test is not None]
    if len(used) < len(tests):
        return []
    idle = credited.stage.filter(~reduce(operator.or_, used)) if used else credited.stage
    rows = t.rows_of(idle, "transaction", "who")
    return [unpaid_row("no-rule", transaction=r["transaction"], payee=credited.payees[r["who"]]) for r in rows]


def _readers(plan: Plan, name: str, c: Component) -> list[t.Expr | None]:
    """Which credits a component reads that is not paid row by row; None for all of them."""
    texts = [] if c.measure is None else [c.measure]
    own = c.measure is not None and c.measure in plan.measures and plan.measures[c.measure].scope == "payee"
    if c.method == "pool":
        texts = [c.fund.measure] if isinstance(c.fund, Fund) else []
        texts += [c.shares.of] if isinstance(c.shares, By) and c.shares.kind == "pro_rata" else []
    found: list[t.Expr | None] = []
    for text in texts:
        path = Path.parse(text)
        assert path is not None
        measure = plan.measures[path.measure]
        tests = [t.col(f"w_{path.measure}") > 0] if measure.where else []
        tests += [t.col(f"f_{name}") > 0] if c.for_ and own and c.method != "pool" else []
        tests += [t.col("team") >= 0] if c.method == "pool" and feeds_teams(plan, c) else []
        if measure.value is not None:
            found.append(reduce(operator.and_, tests) if tests else None)
    return found
