"""The verb `pay`: from facts to lines, payouts, and everything that could not be paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from salesteam.core import Place, Report, find
from salesteam.core import _table as t
from salesteam.errors import InvalidValueError, ReportError
from salesteam.incentives._check import check_plan
from salesteam.incentives._choices import filled
from salesteam.incentives._credit import HOUSE, Credits, credit
from salesteam.incentives._days import Days, spans
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._lines import Job, component_lines, jobs
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._numbers import Numbers, Shape, numbers_of
from salesteam.incentives._people import people_of, placed
from salesteam.incentives._periodic import Once, by_period, pools
from salesteam.incentives._planlimit import limited
from salesteam.incentives._rows import transactions
from salesteam.incentives._run import Run
from salesteam.incentives._usable import dated, table_of, unpaid_row, usable

__all__ = ["pay"]


def pay(plan: Plan, facts: Facts, *, as_of: date | None = None) -> Run:
    """Pay a plan on facts: exact, in columns, on the library the frame comes from.

    Transactions become credits, credits lines, lines payouts; rounding happens where the plan says and nowhere else.
    What cannot be paid comes back in `unpaid` with its reason, never silently.

    Parameters
    ----------
    plan : Plan
        Checked first; a plan with errors is refused.
    facts : Facts
        Transactions and what belongs to them.
    as_of : date, optional
        Day of the knowledge for dated parameters; None means everything known by now.

    Returns
    -------
    Run
        Lines, payouts, unpaid, and their explanations.

    Raises
    ------
    ReportError
        If the plan has an error, or the numbers are too large to be exact; all findings are in it.

    Examples
    --------
    >>> from salesteam.incentives import Facts, scheme
    >>> deals = [{"transaction": "T1", "date": "2026-01-05", "amount": "1000", "payee": "ana", "assistant": "bo"}]
    >>> run = pay(scheme("assist_split"), Facts(transactions=deals))
    >>> run.total.text(), [(p.payee, p.pay_minor) for p in run.payouts]
    ('CNY 50.00', [('ana', 4250), ('bo', 750)])
    """
    check_plan(plan).raise_for_errors()
    full = filled(plan)
    try:
        return _run(full, facts, as_of)
    except InvalidValueError as error:
        if error.where in full.components or error.where.startswith(("credit", "value")):
            size = error.what
            finding = find(
                "incentives.scale-overflow", Place(key=error.where), part=error.where, size=size, limit="2**63"
            )
            raise ReportError(Report.of(finding)) from error
        raise


def _run(plan: Plan, facts: Facts, as_of: date | None) -> Run:
    like = None if facts.transactions is None or t.kind_of(facts.transactions) == "rows" else facts.transactions
    read = transactions(plan, facts)
    people = people_of(facts.people)
    stage, unpaid = usable(plan, read)
    stage, days = dated(plan, stage, as_of, like)
    stage, unpaid = _valid(stage, unpaid)
    stage, unpaid = _over(plan, stage, unpaid)
    cut = credit(plan, read, stage, days, as_of)
    house = cut.stage.filter(t.col("payee") == HOUSE) if plan.crediting else None
    mine = cut.stage.filter(~(t.col("payee") == HOUSE)) if plan.crediting else cut.stage
    placed_stage, unknown, teams = placed(plan, mine, people, like)
    placed_stage = t.barrier(placed_stage)
    numbers, bad = numbers_of(plan, facts, people, days.periods, as_of)
    numbers.sums = _sums(plan, placed_stage, cut, days, teams)
    numbers.periods = _periods(plan, numbers, days)
    report = read.report + people.report + numbers.report
    report += Report(
        find("incentives.duplicate-row", Place(table=table, key=key), table=table, key=key) for table, key in bad
    )
    compiled = jobs(plan, days, cut.steps, as_of)
    stages: list[t.Stage] = []
    shapes: dict[tuple[str, str, str], Shape] = {}
    for job in compiled:
        made, gone, found = component_lines(plan, job, placed_stage, numbers, days, like)
        stages.append(made)
        unpaid = [*unpaid, *gone]
        shapes |= {(payee, period, job.name): shape for (payee, period), shape in found.items()}
    once, gone = _once(plan, compiled, numbers, placed_stage, days)
    unpaid = [*unpaid, *unknown, *gone, *_unruled(plan, compiled, placed_stage)]
    shapes |= {(o.payee, o.period, o.component): o.shape for o in once}
    lines = t.barrier(t.stack(stages)) if stages else None
    lines, extra, more = limited(plan, lines, once, numbers, days, like)
    return Run(
        plan=plan, as_of=as_of, report=report, lines_stage=lines, credits_stage=cut.stage, house_stage=house,
        share_scale=cut.share_scale, steps=cut.steps, once=tuple(extra), unpaid=tuple(_told(unpaid, more)),
        numbers=numbers, periods=days.periods, days=days, shapes=shapes, like=like,
    )  # fmt: skip


def _told(*parts: list[UnpaidRow]) -> list[UnpaidRow]:
    rows = [row for part in parts for row in part]
    return sorted(rows, key=lambda r: (r.table, r.row, r.code, r.payee or "", r.component or ""))


def _valid(stage: t.Stage, unpaid: list[UnpaidRow]) -> tuple[t.Stage, list[UnpaidRow]]:
    """Set rows outside the plan's days aside."""
    if t.ranges(stage, ["ok"])["ok"].low:
        return stage.drop("ok"), unpaid
    gone = table_of(stage.filter(t.col("ok") == 0), "transaction", "date")
    back = [unpaid_row("outside-plan", transaction=r["transaction"], date=str(r["date"])) for r in gone]
    return stage.filter(t.col("ok") == 1).drop("ok"), [*unpaid, *back]


def _over(plan: Plan, stage: t.Stage, unpaid: list[UnpaidRow]) -> tuple[t.Stage, list[UnpaidRow]]:
    """Set transactions aside whose credits come to too much."""
    from salesteam.incentives._share import excess

    test = excess(plan, stage)
    if test is None:
        return stage, unpaid
    stage = test
    if t.ranges(stage, ["over"])["over"].high:
        gone = table_of(stage.filter(t.col("over") > 0), "transaction")
        limit = plan.max_credit_share if plan.max_credit_share is not None else 1
        unpaid = [*unpaid, *(unpaid_row("credit-over-max", transaction=r["transaction"], limit=limit) for r in gone)]
        stage = stage.filter(t.col("over") == 0)
    return stage.drop("over"), unpaid


def _sums(
    plan: Plan, stage: t.Stage, cut: Credits, days: Days, teams: list[str]
) -> Mapping[tuple[str, str, str, str], Fraction]:
    """Sums of measures by payee, team and all, only of those that some path reads."""
    wanted = [m for m in cut.steps if _read_by_path(plan, m)]
    found: dict[tuple[str, str, str, str], Fraction] = {}
    for measure in wanted:
        counted = stage.filter(t.col(f"w_{measure}") > 0)
        unit = cut.steps[measure]
        for kind, by in (("payee", ["payee", "p"]), ("team", ["team", "p"]), ("all", ["p"])):
            for row in table_of(t.group(counted, by=by, s=("sum", f"x_{measure}")), *by, "s"):
                who = {"payee": row.get("payee"), "all": ""}.get(kind)
                if kind == "team":
                    who = teams[row["team"]] if row["team"] >= 0 else None
                if who is not None:
                    found[measure, kind, who, days.periods[row["p"]]] = Fraction(row["s"], unit)
    return found


def _read_by_path(plan: Plan, measure: str) -> bool:
    texts = [m.measure for m in plan.modifiers] + [test.measure for g in plan.gates for test in g.tests]
    for c in plan.components.values():
        texts += [str(c.measure)] if c.method == "curve" or plan.measures[measure].scope != "payee" else []
        texts += [getattr(c.fund, "measure", ""), getattr(c.shares, "of", "")]
        texts += [str(c.measure)] if "." in str(c.measure) else []
    return any(measure in text.split(".") for text in texts)


def _periods(plan: Plan, numbers: Numbers, days: Days) -> tuple[str, ...]:
    named = {period for (_, _, _, period) in numbers.values}
    own = [p for p in days.periods if not (p == "once" and plan.period != "once")]
    return tuple(sorted({*own, *named}, key=spans))


def _once(
    plan: Plan, compiled: list[Job], numbers: Numbers, stage: t.Stage, days: Days
) -> tuple[list[Once], list[UnpaidRow]]:
    """Pay of every component that is not paid row by row."""
    done = {job.name for job in compiled}
    found: list[Once] = []
    unpaid: list[UnpaidRow] = []
    rest = [name for name in plan.components if name not in done]
    if not rest:
        return found, unpaid
    active = {
        (r["payee"], days.periods[r["p"]])
        for r in table_of(t.group(stage, by=["payee", "p"], rows=("sum", 1)), "payee", "p")
    }
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


def _unruled(plan: Plan, compiled: list[Job], stage: t.Stage) -> list[UnpaidRow]:
    """Credits that no component pays."""
    if len(compiled) < len(plan.components):
        return []
    used: t.Expr | None = None
    for job in compiled:
        test = t.col(f"w_{job.measure}") > 0
        test = test & (t.col(f"f_{job.name}") > 0) if job.aimed else test
        used = test if used is None else used | test
    if used is None:
        return []
    marked = stage.with_columns(idle=t.when(used, 0, 1))
    if not t.ranges(marked, ["idle"])["idle"].high:
        return []
    rows = table_of(marked.filter(t.col("idle") > 0), "transaction", "payee", "slot")
    return [unpaid_row("no-rule", transaction=r["transaction"], payee=r["payee"]) for r in rows]
