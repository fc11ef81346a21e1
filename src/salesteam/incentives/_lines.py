"""Lines: what each credit moves, computed in columns and rounded once, telescoping."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import lcm
from typing import Any

import attrs

from salesteam.core import _table as t
from salesteam.core import exponent
from salesteam.incentives._curves import number_on
from salesteam.incentives._days import Days, interval_of
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._model import Plan
from salesteam.incentives._numbers import Lacking, Numbers, Shape
from salesteam.incentives._scaled import Scaled, scaled
from salesteam.incentives._shape import curve_of
from salesteam.incentives._usable import table_of, unpaid_row
from salesteam.incentives._wide import product_over

__all__ = ["ORDER", "Job", "bends", "component_lines", "jobs"]

ORDER = ("date", "seq", "transaction", "slot")
"""The order of rows within every running sum."""
_NO_LIMIT = 2**60


@attrs.frozen(kw_only=True, eq=False)
class Job:
    """One component compiled: where its numbers stand and how they are scaled."""

    name: str
    index: int
    measure: str
    accumulate: str | None
    shape: Scaled
    steps: int
    aimed: bool
    bends: bool

    @property
    def interval(self) -> str:
        """Column of its accumulation interval."""
        return "p" if self.accumulate in {None, "period", "transaction"} else f"i_{self.accumulate}"


def bends(plan: Plan, name: str) -> bool:
    """Whether anything but the curve shapes the pay of a component."""
    of = {name, "plan"}
    return (
        any(m.of in of for m in plan.modifiers)
        or any(g.locks in of for g in plan.gates)
        or any(x.of == name for x in (*plan.caps, *plan.floors))
    )


def jobs(plan: Plan, days: Days, steps: Mapping[str, int], known_as_of: Any) -> list[Job]:
    """Compile every component that is paid row by row."""
    found = []
    for index, (name, c) in enumerate(plan.components.items()):
        if (
            c.measure is None
            or c.method in {"pool", "curve"}
            or c.measure not in steps
            or plan.measures[c.measure].scope != "payee"
        ):
            continue
        curves = tuple(curve_of(c, number_on(plan, day, known_as_of)) for day in days.versions)
        if len(set(curves)) == 1:
            curves = curves[:1]
        money = plan.measures[c.measure].unit == "money"
        found.append(
            Job(
                name=name,
                index=index,
                measure=c.measure,
                accumulate=c.accumulate,
                steps=steps[c.measure],
                shape=scaled(curves, minor=10 ** exponent(plan.currency), steps=steps[c.measure], money=money),
                aimed=bool(c.for_),
                bends=bends(plan, name),
            )
        )
    return found


def component_lines(
    plan: Plan, job: Job, credited: t.Stage, numbers: Numbers, days: Days, like: Any
) -> tuple[t.Stage, list[UnpaidRow], dict[tuple[str, str], Shape]]:
    """The lines of one component.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    job : Job
        The component, compiled.
    credited : Stage
        Credits with measures, days and flags.
    numbers : Numbers
        Quotas, targets, factors.
    days : Days
        Names of periods and intervals.
    like : native frame
        Kind of small frames to join.

    Returns
    -------
    tuple of (Stage, list of UnpaidRow, dict)
        Lines; rows that could not be paid; the shape of each (payee, period).
    """
    test = t.col(f"w_{job.measure}") > 0
    if job.aimed:
        test = test & (t.col(f"f_{job.name}") > 0)
    stage = credited.filter(test).with_columns(x=t.col(f"x_{job.measure}"))
    keep = ["transaction", "payee", "date", "seq", "slot", "p", "x"]
    keep += [c for c in (job.interval, "v") if c not in keep]
    stage = stage.select(*keep)
    known, unpaid, sizes, shapes = _known(plan, job, stage, numbers, days)
    if known is not None:
        table = t.enter(t.write_rows(known[0], known[1], like=like))
        keys = ["payee", "p"]
        table = attrs.evolve(table, proved=frozenset({(frozenset(), ("p", "payee"))}))
        stage = stage.join(table, keys, how="inner")
    by = ["payee", job.interval]
    stage = attrs.evolve(
        stage,
        proved=frozenset({(frozenset(k), ORDER) for k in (tuple(by), ("payee", "p"), ("payee", job.interval, "p"))}),
    )
    totals = t.group(stage, by=by, most=("sum", t.col("x").size()))
    most = t.ranges(totals, ["most"])["most"].high
    bound = t.guard(job.shape.bound(most, sizes["q"]), where=job.name)
    stage = _raw(job, stage, most)
    stage, gone = _gaps(job, stage)
    stage = _paid(plan, job, stage, bound, sizes)
    made = stage.select(
        "transaction", "payee", "p", "date", "seq", "slot", "before", "after", "pay", component=t.value(job.index)
    )
    return made, [*unpaid, *gone], shapes


def _known(
    plan: Plan, job: Job, stage: t.Stage, numbers: Numbers, days: Days
) -> tuple[tuple[list[dict[str, Any]], Any] | None, list[UnpaidRow], dict[str, int], dict[tuple[str, str], Shape]]:
    """Numbers of each payee and period that the rows need, and the rows for which one is lacking."""
    sizes = {"q": 1, "t": 1, "n": 1, "d": 1, "tu": 1}
    shapes: dict[tuple[str, str], Shape] = {}
    need_q, need_t = job.shape.by_quota or bool(job.shape.w), bool(job.shape.u)
    if not (need_q or need_t or job.bends):
        return None, [], sizes, shapes
    groups = table_of(t.group(stage, by=["payee", "p"], rows=("sum", 1)), "payee", "p")
    rows, lacking = [], {}
    for each in groups:
        payee, period = each["payee"], days.periods[each["p"]]
        span = interval_of(plan, job.accumulate, period)
        row: dict[str, Any] = {"payee": payee, "p": each["p"]}
        try:
            if need_q:
                row["q"] = numbers.quota(payee, span, job.measure)
            if need_t:
                row["t"] = numbers.target(job.name, payee, span)
            if job.bends:
                shapes[payee, period] = shape = numbers.shape(job.name, payee, period, plan.rounding)
                row |= {"n": shape.factor.numerator, "d": shape.factor.denominator}
                row |= {
                    "low": -_NO_LIMIT if shape.low is None else shape.low,
                    "high": _NO_LIMIT if shape.high is None else shape.high,
                }
        except Lacking as why:
            lacking[payee, each["p"]] = why
            continue
        rows.append(row)
    sizes["tu"] = _whole(rows)
    for key in ("q", "t", "n", "d"):
        sizes[key] = max((row[key] for row in rows if key in row), default=1)
    names = ["payee", "p", *(["q"] if need_q else []), *(["t"] if need_t else [])]
    names += ["n", "d", "low", "high"] if job.bends else []
    cls = attrs.make_class("GroupRow", {k: t.column(k) for k in names}, kw_only=True, frozen=True)
    cls.__annotations__ = {k: str if k == "payee" else int for k in names}
    return (rows, cls), _lacking(job, stage, lacking, days), sizes, shapes


def _whole(rows: list[dict[str, Any]]) -> int:
    """Targets become whole over one denominator, which is returned; quotas are whole already."""
    under = lcm(*(Fraction(row["t"]).denominator for row in rows if "t" in row), 1)
    for row in rows:
        if "t" in row:
            row["t"] = int(row["t"] * under)
        if "q" in row:
            row["q"] = int(row["q"])
    return under


def _lacking(job: Job, stage: t.Stage, lacking: Mapping[tuple[str, int], Lacking], days: Days) -> list[UnpaidRow]:
    if not lacking:
        return []
    payees = sorted({payee for payee, _ in lacking})
    rows = table_of(stage.filter(t.col("payee").one_of(payees)), "transaction", "payee", "p", "seq", "slot")
    found = []
    for row in rows:
        why = lacking.get((row["payee"], row["p"]))
        if why is not None:
            about = {"payee": row["payee"], "period": days.periods[row["p"]], **why.values}
            about |= {"transaction": row["transaction"], "component": job.name, "payee": row["payee"]}
            found.append(unpaid_row(why.code, **about))
    return found


def _raw(job: Job, stage: t.Stage, most: int) -> t.Stage:
    """Sum before and after each row, and what the curve gives between them, over the scale."""
    version = t.col("v") if len(job.shape.curves) > 1 else None
    if job.accumulate == "transaction":
        stage = stage.with_columns(before=t.value(0), after=t.col("x"), first=t.value(1))
    else:
        by = ["payee", job.interval]
        stage = t.running_sum(stage, "after", "x", by=by, order=ORDER, bound=most)
        stage = stage.with_columns(before=t.col("after") - t.col("x"))
        if any(c.at(Fraction(0)) != 0 for c in job.shape.curves):
            stage = t.running_count(stage, "first", by=by, order=ORDER)
        else:
            stage = stage.with_columns(first=t.value(0))
    high = job.shape.numerator(t.col("after"), version)
    low = t.when(t.col("first") == 1, 0, job.shape.numerator(t.col("before"), version))
    return stage.with_columns(f_after=high, f_before=low, gap=job.shape.gap(t.col("after"), version))


def _gaps(job: Job, stage: t.Stage) -> tuple[t.Stage, list[UnpaidRow]]:
    """Rows whose sum lands where nobody owns the point come back."""
    if not any(p.gap for c in job.shape.curves for p in c.pieces):
        return stage, []
    stage = t.barrier(stage)
    gone = table_of(stage.filter(t.col("gap") > 0), "transaction", "payee", "after", "seq", "slot")
    unit = job.shape.steps
    unpaid = [
        unpaid_row(
            "tier-gap", transaction=r["transaction"], payee=r["payee"], component=job.name,
            at=Fraction(r["after"]) / unit, until=Fraction(r["after"]) / unit, gaps="unpaid",
        )
        for r in gone
    ]  # fmt: skip
    return (stage.filter(t.col("gap") == 0) if gone else stage), unpaid


def _paid(plan: Plan, job: Job, stage: t.Stage, bound: int, sizes: Mapping[str, int]) -> t.Stage:
    """Round running pay and take differences, so that the roundings of many rows cannot add up."""
    stage = stage.with_columns(raw=t.col("f_after") - t.col("f_before"))
    purse = ["payee", job.interval] if not job.bends or job.interval == "p" else ["payee", job.interval, "p"]
    carried = job.accumulate != "transaction" and len(job.shape.curves) == 1 and purse == ["payee", job.interval]
    gaps = any(p.gap for c in job.shape.curves for p in c.pieces)
    if carried and not gaps:
        stage = stage.with_columns(now=t.col("f_after"), then=t.col("f_before"))
    else:
        stage = t.running_sum(stage, "now", "raw", by=purse, order=ORDER)
        stage = stage.with_columns(then=t.col("now") - t.col("raw"))
        bound = max(bound, t.ranges(stage, ["now"])["now"].size)
    scale = job.shape.scale * sizes["tu"]
    under = t.value(scale) * t.col(job.shape.w) if job.shape.w else t.value(scale)
    size_c = scale * (sizes["q"] if job.shape.w else 1)
    factor = t.value(1)
    if job.bends:
        under, factor, size_c = under * t.col("d"), t.col("n"), size_c * sizes["d"]
    size_n = sizes["n"]
    if job.shape.u:
        factor, size_n = factor * t.col(job.shape.u), size_n * sizes["t"]
    t.guard(size_c, limit=2**53, where=job.name)
    t.guard(size_n, limit=2**62, where=job.name)
    over = (bound, size_n, size_c, scale)
    stage = product_over(stage, "paid", t.col("now"), factor, under, sizes=over, rounding=plan.rounding, where=job.name)
    stage = product_over(
        stage, "held", t.col("then"), factor, under, sizes=over, rounding=plan.rounding, where=job.name
    )
    if job.bends:
        stage = t.running_count(stage, "place", by=purse, order=ORDER)
        clamped = {c: _clamp(t.col(c)) for c in ("paid", "held")}
        stage = stage.with_columns(**clamped)
        stage = stage.with_columns(held=t.when(t.col("place") == 1, 0, t.col("held")))
    return stage.with_columns(pay=t.col("paid") - t.col("held"))


def _clamp(x: t.Expr) -> t.Expr:
    raised = t.when(x < t.col("low"), t.col("low"), x)
    return t.when(raised > t.col("high"), t.col("high"), raised)
