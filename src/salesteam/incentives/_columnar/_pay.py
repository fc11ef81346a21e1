"""The pipeline in columns: from facts to lines, payouts, and everything that could not be paid."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import partial, reduce

import attrs

from salesteam.core import Place, Report
from salesteam.core import _table as t
from salesteam.incentives._columnar._asked import Asked, quotas_of
from salesteam.incentives._columnar._credit import HOUSE, Credits, credit
from salesteam.incentives._columnar._crew import crew_of, manned
from salesteam.incentives._columnar._goalposts import numbers_of
from salesteam.incentives._columnar._job import Credited, Job, jobs
from salesteam.incentives._columnar._lines import component_lines
from salesteam.incentives._columnar._numbers import Numbers
from salesteam.incentives._columnar._periodic import Once, by_period
from salesteam.incentives._columnar._planlimit import limited
from salesteam.incentives._columnar._pools import feeds_teams, pools
from salesteam.incentives._columnar._rows import transactions
from salesteam.incentives._columnar._run import ColumnarRun
from salesteam.incentives._columnar._share import excess
from salesteam.incentives._columnar._usable import Marks, dated, sequenced, usable
from salesteam.incentives._component import Component
from salesteam.incentives._curves import number_on, refs
from salesteam.incentives._days import Days, spans
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._parts import By, Fund
from salesteam.incentives._path import Path
from salesteam.incentives._people import People, people_of, placed
from salesteam.incentives._unpaid import unpaid_row

__all__ = ["run"]


def run(plan: Plan, facts: Facts, as_of: date | None) -> ColumnarRun:
    like = None if facts.transactions is None or t.kind_of(facts.transactions) == "rows" else facts.transactions
    cut, (days, marks), unpaid, found = _cut(plan, facts, as_of)
    credited, people, unknown = _credited(plan, facts, cut, days, marks)
    cut = _sorted(cut, credited)
    asked, back, report = _asked(plan, facts, cut, credited, people, as_of)
    compiled = jobs(plan, days, cut, asked)
    parts = [component_lines(plan, job, credited, asked) for job in compiled]
    unpaid = [*unpaid, *(row for part in parts for row in part.unpaid)]
    once, gone = _once(plan, compiled, asked, credited)
    unpaid = [*unpaid, *back, *unknown, *gone, *_unruled(plan, compiled, (credited, cut), unpaid)]
    standing = all(part.base is not None for part in parts)
    stages = [part.stage for part in parts]
    lines = (stages[0] if len(stages) == 1 else t.stack(stages)) if stages else None
    lines = lines if lines is None or standing else t.barrier(lines)
    cutting, extra, more = limited(plan, lines, once, asked, credited)
    return ColumnarRun(
        plan=plan, facts=facts, as_of=as_of, report=found + report, lines_stage=cutting, credits_stage=cut.stage,
        share_scale=cut.share_scale, steps=cut.steps, once=tuple(extra), unpaid=tuple(_told(unpaid, more)),
        asked=asked, periods=days.periods, days=days, credited=credited, order=credited.order, like=like,
        parts={job.name: part for job, part in zip(compiled, parts, strict=True)},
        standing=standing and cutting is lines,
    )  # fmt: skip


def _cut(plan: Plan, facts: Facts, as_of: date | None) -> tuple[Credits, tuple[Days, Marks], list[UnpaidRow], Report]:
    """Transactions as credits, with what hangs on their days; what came back, and what was found in reading."""
    read = transactions(plan, facts)
    stage, unpaid = usable(plan, read)
    whole = read.clean and len(unpaid) == len(read.unpaid)
    stage, days, marks = dated(plan, stage, as_of, read.days if whole else None)
    stage, unpaid = _valid(stage, days, unpaid)
    stage, unpaid = _begun(plan, stage, days, unpaid, as_of)
    stage, unpaid = _over(plan, stage, unpaid, (days, as_of))
    stage, order = sequenced(plan, stage)
    return credit(plan, read, stage, order, days, as_of), (days, marks), unpaid, read.report


def _sorted(cut: Credits, credited: Credited) -> Credits:
    """The credits as they stand sorted, where they can be told from that, so that what they came from is let go."""
    if "credit" not in credited.stage.columns:
        return cut
    whole = credited.stage.select("transaction", "who", "credit")
    stage = t.named(whole, credited.named, "who", proved=True).drop("who")
    stage = stage if credited.away is None else t.stack([stage, credited.away])
    return attrs.evolve(cut, stage=stage.with_columns(kind=t.value("carve_out"), share=t.value(1)))


def _credited(
    plan: Plan, facts: Facts, cut: Credits, days: Days, marks: Marks
) -> tuple[Credited, People | None, tuple[UnpaidRow, ...]]:
    """Credits of known payees, sorted once by payee and order; the people by name where their table was read by row."""
    mine = cut.stage.filter(~(t.col("payee") == HOUSE)) if plan.crediting else cut.stage
    crew = crew_of(plan, facts.people, mine)
    if crew is None:
        return _credited_by_row(plan, facts, cut, mine, days, marks)
    copied = not plan.crediting and mine.engine == "polars" and mine.origin.kind not in {"polars", "polars-lazy"}
    stage = manned(mine, crew).drop("kind", "share", "payee", *([] if copied else ["credit"]))
    stage, order = t.arranged(stage.drop(*(c for c in marks.names if c in stage.columns)), "o", ["who"], cut.order)
    unknown: tuple[UnpaidRow, ...] = ()
    away = None
    seen = t.ranges(stage, ["who", *(name for name in stage.columns if name.startswith("x_"))])
    if crew.led and seen["who"].low < 0:
        return _credited_by_row(plan, facts, cut, mine, days, marks)
    if crew.given and seen["who"].low < 0:
        away = t.barrier(manned(mine, crew).filter(t.col("who") < 0).select("transaction", "payee", "credit"))
        unknown = tuple(unpaid_row("unknown-payee", **r) for r in t.rows_of(away, "transaction", "payee"))
        stage = t.barrier(stage.filter(t.col("who") >= 0))
    stage = _standing(marks.on(stage), marks)
    stage = t.named(
        stage.drop(*(c for c in ("ok",) if c in stage.columns)), crew.stage.drop("payee"), "who", proved=True
    )
    made = Credited(
        stage=stage, order=order, crew=crew, teams=crew.groups, days=days, marks=marks, seen=seen, away=away
    )  # fmt: skip
    return made, None, unknown


def _credited_by_row(
    plan: Plan, facts: Facts, cut: Credits, mine: t.Stage, days: Days, marks: Marks
) -> tuple[Credited, People, tuple[UnpaidRow, ...]]:
    """The same, with the table `people` read row by row."""
    people = people_of(facts.people)
    found = placed(plan, mine, people)
    stage, order = t.arranged(found.stage.drop("payee", "kind", "share", "credit"), "o", ["who"], cut.order)
    stage = t.barrier(stage) if stage.engine == "duckdb" else stage
    stage = _standing(stage, marks)
    made = Credited(stage=stage, order=order, names=found.payees, teams=found.teams, days=days, marks=marks)
    return made, people, found.unpaid


def _standing(stage: t.Stage, marks: Marks) -> t.Stage:
    """Rows that are sorted by payee and day stand together by period too."""
    spans = [name for name in marks.names if (name == "p" or name.startswith("i_")) and name in stage.columns]
    return stage.stands("who", "p") if t.swept(stage, ["who"]) and spans else stage


def _asked(
    plan: Plan, facts: Facts, cut: Credits, credited: Credited, people: People | None, as_of: date | None
) -> tuple[Asked, list[UnpaidRow], Report]:
    """Sums and quotas: by number where their tables need no reading, else by name at once."""
    days, quotas = credited.days, None
    if facts.values is None and facts.targets is None:
        quotas = quotas_of(plan, facts, credited.crew)

    def spelled() -> tuple[Numbers, list[UnpaidRow], Report]:
        known = people_of(facts.people) if people is None else people
        numbers, back = numbers_of(plan, facts, known, days.periods, as_of)
        numbers.sums = partial(_sums, credited, cut)
        numbers.periods = _periods(plan, numbers, days)
        return numbers, back, known.report + numbers.report

    asked = Asked(
        plan=plan, as_of=as_of, crew=credited.crew, quotas=quotas, spelled=lambda: spelled()[0],
        reached=partial(_reached, credited), periods=days.periods,
    )  # fmt: skip
    if credited.crew is not None and (
        quotas is not None or (facts.quotas is None and facts.values is None and facts.targets is None)
    ):
        return asked, [], Report()
    numbers, back, report = spelled()
    asked.numbers = numbers
    return asked, back, report


def _reached(credited: Credited, measure: str) -> t.Stage:
    """Sums of a measure by payee and period."""
    counted, by, column = _counted(credited, measure), ["who", "p"], f"x_{measure}"
    if counted is credited.stage and credited.groups is not None:
        return credited.groups.select(*by, column).rename(**{column: "s"})
    found = credited.range(column)
    if t.swept(counted, by) and found.size * found.rows < t.INT64_LIMIT:
        return t.sums(counted, by, s=column)
    return t.group(counted, by=by, s=("sum", column))


def _told(*parts: list[UnpaidRow]) -> list[UnpaidRow]:
    rows = [row for part in parts for row in part]
    return sorted(rows, key=lambda r: (r.table, r.row, r.code, r.payee or "", r.component or "", r.reason))


def _valid(stage: t.Stage, days: Days, unpaid: list[UnpaidRow]) -> tuple[t.Stage, list[UnpaidRow]]:
    """Set rows outside the plan's days aside."""
    if all(days.columns["ok"]):
        return stage.drop("ok"), unpaid
    gone = t.rows_of(stage.filter(t.col("ok") == 0), "transaction", "date")
    back = [unpaid_row("outside-plan", transaction=r["transaction"], date=str(r["date"])) for r in gone]
    return stage.filter(t.col("ok") == 1).drop("ok"), [*unpaid, *back]


def _begun(
    plan: Plan, stage: t.Stage, days: Days, unpaid: list[UnpaidRow], as_of: date | None
) -> tuple[t.Stage, list[UnpaidRow]]:
    """Set rows aside on whose day a number of the plan does not hold yet."""
    late: dict[int, str] = {}
    names = refs(plan)
    for version, day in enumerate(days.versions):
        for name in names:
            if plan.parameters[name].on(day or date.min, as_of) is None:
                late.setdefault(version, f"${name}")
    if not late:
        return stage, unpaid
    held = t.col("v") if len(days.versions) > 1 else t.value(0)
    if not late.keys() & set(days.columns["v"]):
        return stage, unpaid
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
        days, as_of = on
        held = t.col("v") if "v" in stage.columns else t.value(0)
        gone = t.rows_of(stage.filter(t.col("over") > 0).with_columns(held=held), "transaction", "held")
        most = plan.max_credit_share
        limits = [1 if most is None else number_on(plan, day, as_of)(most) for day in days.versions]
        unpaid += [unpaid_row("credit-over-max", transaction=r["transaction"], limit=limits[r["held"]]) for r in gone]
        stage = stage.filter(t.col("over") == 0)
    return stage.drop("over"), unpaid


def _sums(credited: Credited, cut: Credits, measure: str, kind: str) -> Mapping[tuple[str, str], Fraction]:
    """Sums of a measure by payee, team or all, and period."""
    if measure not in cut.steps:
        return {}
    counted = _counted(credited, measure)
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


def _once(plan: Plan, compiled: list[Job], asked: Asked, credited: Credited) -> tuple[list[Once], list[UnpaidRow]]:
    """Pay of every component that is not paid row by row."""
    done = {job.name for job in compiled}
    found: list[Once] = []
    unpaid: list[UnpaidRow] = []
    rest = [name for name in plan.components if name not in done]
    if not rest:
        return found, unpaid
    numbers = asked.numbers
    for name in rest:
        c = plan.components[name]
        if c.method == "pool":
            made, gone = pools(plan, name, numbers)
        else:
            measure = str(c.measure)
            payees = {pair for pair in _active(credited, measure) if _suits(numbers, pair, c.for_)}
            made, gone = by_period(plan, name, numbers, payees)
            gone = _behind(credited, measure, gone)
        found += made
        unpaid += gone
    return found, unpaid


def _counted(credited: Credited, measure: str) -> t.Stage:
    """The credits that count for a measure."""
    stage = credited.stage
    return stage.filter(t.col(f"w_{measure}") > 0) if f"w_{measure}" in stage.columns else stage


def _active(credited: Credited, measure: str) -> set[tuple[str, str]]:
    """Payees and periods with a credit that counts for a measure."""
    pairs = t.distinct(_counted(credited, measure), "who", "p")
    return {(credited.payees[who], credited.days.periods[p]) for who, p in zip(pairs["who"], pairs["p"], strict=True)}


def _behind(credited: Credited, measure: str, gone: list[UnpaidRow]) -> list[UnpaidRow]:
    """What came back by payee and period, once for each transaction behind it."""
    if not gone:
        return gone
    why = {(row.payee, row.period): row for row in gone}
    rows = t.rows_of(_counted(credited, measure), "transaction", "who", "p")
    found = []
    for name, who, p in dict.fromkeys((row["transaction"], row["who"], row["p"]) for row in rows):
        back = why.get((credited.payees[who], credited.days.periods[p]))
        if back is not None:
            told = back.finding and attrs.evolve(back.finding, place=Place(table="transactions", key=name))
            found.append(attrs.evolve(back, table="transactions", row=name, transaction=name, finding=told))
    return found


def _suits(numbers: Numbers, pair: tuple[str, str], wanted: Mapping[str, tuple[str, ...]]) -> bool:
    return numbers.people.suits(numbers.people.during(*pair), wanted)


def _unruled(
    plan: Plan, compiled: list[Job], of: tuple[Credited, Credits], unpaid: Iterable[UnpaidRow]
) -> list[UnpaidRow]:
    """Credits that no component pays, and that neither fill nor divide a pool, of deals that have their numbers."""
    credited, cut = of
    by_row = {job.name: job.test for job in compiled}
    tests: list[t.Expr | None] = []
    for name, c in plan.components.items():
        tests += [by_row[name]] if name in by_row else _readers(plan, name, c, cut.picks)
    used = [test for test in tests if test is not None]
    if len(used) < len(tests):
        return []
    idle = credited.stage.filter(~reduce(operator.or_, used)) if used else credited.stage
    wanting = {row.transaction for row in unpaid if row.code == "incentives.no-amount"}
    rows = [row for row in t.rows_of(idle, "transaction", "who") if row["transaction"] not in wanting]
    return [unpaid_row("no-rule", transaction=r["transaction"], payee=credited.payees[r["who"]]) for r in rows]


def _readers(plan: Plan, name: str, c: Component, picks: frozenset[str]) -> list[t.Expr | None]:
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
        tests = [t.col(f"w_{path.measure}") > 0] if path.measure in picks else []
        tests += [t.col(f"f_{name}") > 0] if c.for_ and own and c.method != "pool" else []
        tests += [t.col("team") >= 0] if c.method == "pool" and feeds_teams(plan, c) else []
        if measure.value is not None:
            found.append(reduce(operator.and_, tests) if tests else None)
    return found
