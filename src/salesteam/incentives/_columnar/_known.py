"""Numbers that the rows of a component need, by payee and period: quota, target, factor, limits."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import lcm
from typing import Any

import attrs

from salesteam.core import _table as t
from salesteam.incentives._columnar._asked import Asked
from salesteam.incentives._columnar._bent import bent
from salesteam.incentives._columnar._job import Credited, Job
from salesteam.incentives._columnar._numbers import Numbers
from salesteam.incentives._days import interval_of
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._model import Plan
from salesteam.incentives._unpaid import unpaid_row

__all__ = ["NO_LIMIT", "Known", "known_of"]

NO_LIMIT = 2**60
"""Stands for a limit that is not there."""
_BENT = ("n", "d", "low", "high")


@attrs.frozen(kw_only=True, eq=False)
class Known:
    """The numbers of rows, and the rows for which one is lacking.

    Parameters
    ----------
    table : Stage or None
        By `keys`; rows that find nothing fall away.
    keys : tuple of str
        Payee or team, and period.
    sizes : mapping of str to int
        Greatest size of each number.
    unpaid : list of UnpaidRow
        Rows that fall away.
    fixed : mapping of str to int
        Numbers that are the same for all rows, and so no columns.
    bent : Stage or None
        What bends pay, by payee and period.
    whole : bool
        Whether the table has just the payees and periods of the rows.
    """

    table: t.Stage | None = None
    keys: tuple[str, ...] = ()
    sizes: Mapping[str, int] = {"q": 1, "t": 1, "n": 1, "d": 1, "tu": 1, "lifts": 0}
    unpaid: tuple[UnpaidRow, ...] = ()
    fixed: Mapping[str, int] = {}
    bent: t.Stage | None = None
    whole: bool = False

    def on(self, stage: t.Stage) -> t.Stage:
        """Put the numbers on rows."""
        return stage if self.table is None else t.spread(stage, self.table, self.keys, whole=self.whole)

    def of(self, name: str) -> t.Expr:
        """A number of each row."""
        return t.value(self.fixed[name]) if name in self.fixed else t.col(name)

    def limit(self, name: str) -> t.Expr | None:
        """A limit of each row; None where no row has one."""
        return None if abs(self.fixed.get(name, 0)) == NO_LIMIT else self.of(name)


def known_of(plan: Plan, job: Job, stage: t.Stage, asked: Asked, credited: Credited) -> Known:
    """Numbers of each payee and period that the rows of a component need."""
    need_q, need_t = job.shape.by_quota or bool(job.shape.w), bool(job.shape.u)
    if not (need_q or need_t or job.bends):
        return Known()
    if job.plain and not need_t and (not need_q or asked.quotas is not None):
        found = _in_columns(plan, job, stage, asked, credited)
        if found is not None:
            return found
    return _one_by_one(plan, job, stage, asked.numbers, credited)


def _in_columns(plan: Plan, job: Job, stage: t.Stage, asked: Asked, credited: Credited) -> Known | None:
    by = ("who", "p")
    if job.test is None and credited.groups is not None:
        pairs = credited.groups.select(*by)
    else:
        pairs = t.sums(stage.with_columns(_one=t.value(1)), by, n="_one").drop("n")
    table = made = None
    if job.bends:
        found = bent(plan, job.name, pairs, asked, job.units, asked.look)
        if found is None:
            return None
        table = made = found.stage
    if job.shape.by_quota or job.shape.w:
        table = _quotas(job, pairs if table is None else table, stage, asked, credited)
    assert table is not None
    lacking = {}
    names = [c for c in ("q", *_BENT) if c in table.columns]
    seen = t.ranges(table, ["lacks", *names])
    whole = not seen["lacks"].high
    if not whole:
        gone = t.cells(table.filter(t.col("lacks") > 0), *by)
        lacking = dict.fromkeys(zip(*gone.values(), strict=True))
        table = t.barrier(table.filter(t.col("lacks") == 0))
        made = None if made is None else t.barrier(made.filter(t.col("lacks") == 0))
        seen = t.ranges(table, names)
    fixed = {c: seen[c].low for c in names if seen[c].low == seen[c].high}
    fixed |= {name: none for name, none in (("low", -NO_LIMIT), ("high", NO_LIMIT)) if name not in table.columns}
    fixed.pop("q", None)
    low = max(seen["low"].high, 0) if "low" in seen else 0
    high = min(seen["high"].low, 0) if "high" in seen else 0
    sizes = {"t": 1, "tu": 1, "lifts": int(low > 0 or high < 0)}
    sizes |= {c: max(seen[c].high, 1) if c in seen else 1 for c in ("q", "n", "d")}
    if 4 * (sizes["n"] + sizes["d"] * job.shape.scale * sizes["q"]) >= t.QUOTIENT_LIMIT:
        return None
    whys = {pair: _why(plan, job, asked.numbers, credited, pair) for pair in lacking}
    return Known(
        table=table.select(*by, *(c for c in names if c not in fixed)).stands(*by), keys=by, sizes=sizes, fixed=fixed,
        unpaid=tuple(_lacking(job, stage, whys, ["who", "p"], credited)), bent=made, whole=whole,
    )  # fmt: skip


def _quotas(job: Job, table: t.Stage, stage: t.Stage, asked: Asked, credited: Credited) -> t.Stage:
    """Quotas of the interval of each payee and period."""
    days = credited.days
    intervals = days.periods if job.interval == "p" else days.intervals[str(job.accumulate)]
    quotas = asked.quota(job.measure, intervals, job.interval).drop("team")
    if job.interval != "p":
        spans = t.distinct(stage, "p", job.interval)
        table = table.join(
            t.beside(table, spans, {"p": "whole", job.interval: "whole"}, unique=["p"]), ["p"], how="left"
        )
    table = table.join(quotas, ["who", job.interval], how="left")
    lacks = t.col("q").fill(0) <= 0
    lacks = lacks | (t.col("lacks") > 0) if "lacks" in table.columns else lacks
    table = table.with_columns(lacks=t.when(lacks, 1, 0), q=t.col("q").fill(0))
    return t.placed(table, ["who", "p"])


def _why(plan: Plan, job: Job, numbers: Numbers, credited: Credited, pair: tuple[int, int]) -> Lacking:
    """What a payee lacks in a period, in words."""
    try:
        _numbers(plan, job, numbers, credited.payees[pair[0]], credited.days.periods[pair[1]])
    except Lacking as why:
        return why
    raise AssertionError(pair)


def _one_by_one(plan: Plan, job: Job, stage: t.Stage, numbers: Numbers, credited: Credited) -> Known:
    need_q, need_t = job.shape.by_quota or bool(job.shape.w), bool(job.shape.u)
    shared = not (need_q or need_t) and numbers.shared(job.name) and not numbers.people.dated
    keys = ["team", "p"] if shared else ["who", "p"]
    found = t.distinct(stage, *keys)
    one = _representatives(numbers, credited) if shared else {}
    names = [*(["q"] if need_q else []), *(["t"] if need_t else []), *(_BENT if job.bends else [])]
    columns: dict[str, list[Any]] = {name: [] for name in (*keys, *names)}
    lacking: dict[tuple[int, int], Lacking] = {}
    for key, p in sorted(zip(found[keys[0]], found["p"], strict=True)):
        payee, period = credited.payees[one.get(key, key)], credited.days.periods[p]
        try:
            row = _numbers(plan, job, numbers, payee, period)
        except Lacking as why:
            lacking[key, p] = why
            continue
        for name, cell in zip(columns, (key, p, *(row[name] for name in names)), strict=True):
            columns[name].append(cell)
    sizes = {"tu": _whole(columns)}
    for name in ("q", "t", "n", "d"):
        sizes[name] = max(columns.get(name, ()), default=1)
    sizes["lifts"] = int(max(columns.get("low", ()), default=0) > 0 or min(columns.get("high", ()), default=0) < 0)
    table = t.beside(stage, columns, dict.fromkeys(columns, "whole"), unique=keys)
    unpaid = _lacking(job, stage, lacking, keys, credited)
    return Known(table=table, keys=tuple(keys), sizes=sizes, unpaid=tuple(unpaid))


def _numbers(plan: Plan, job: Job, numbers: Numbers, payee: str, period: str) -> dict[str, Any]:
    """Quota, target, factor and limits of one payee in one period."""
    row: dict[str, Any] = {}
    span = interval_of(plan, job.accumulate, period)
    if job.shape.by_quota or job.shape.w:
        row["q"] = int(numbers.quota(payee, span, job.measure) * job.parts)
    if job.shape.u:
        row["t"] = numbers.target(job.name, payee, span)
    if job.bends:
        shape = numbers.shape(job.name, payee, period, plan.rounding)
        row |= {"n": shape.factor.numerator, "d": shape.factor.denominator}
        row |= {"low": -NO_LIMIT if shape.low is None else shape.low}
        row |= {"high": NO_LIMIT if shape.high is None else shape.high}
    return row


def _representatives(numbers: Numbers, credited: Credited) -> dict[int, int]:
    """One payee of each team, by number; the same numbers hold for the others."""
    place = {team: index for index, team in enumerate(credited.teams)}
    found: dict[int, int] = {}
    for who, payee in enumerate(credited.payees):
        index = numbers.people.on(payee, None)
        team = None if index is None else numbers.people.rows[index].team
        found.setdefault(place[team] if team else -1, who)
    return found


def _whole(columns: dict[str, list[Any]]) -> int:
    """Targets become whole over one denominator, which is returned."""
    targets = [Fraction(target) for target in columns.get("t", ())]
    under = lcm(*(target.denominator for target in targets), 1)
    if targets:
        columns["t"] = [int(target * under) for target in targets]
    return under


def _lacking(
    job: Job, stage: t.Stage, lacking: Mapping[tuple[int, int], Lacking], keys: list[str], credited: Credited
) -> list[UnpaidRow]:
    if not lacking:
        return []
    rough = stage.filter(t.col(keys[0]).one_of(sorted({key for key, _ in lacking})))
    found = []
    for row in t.rows_of(rough, *dict.fromkeys(("transaction", "who", *keys))):
        why = lacking.get((row[keys[0]], row["p"]))
        if why is not None:
            about = {"period": credited.days.periods[row["p"]], **why.values}
            about |= {"transaction": row["transaction"], "component": job.name, "payee": credited.payees[row["who"]]}
            found.append(unpaid_row(why.code, **about))
    return found
