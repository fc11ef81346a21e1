"""Lines: what each credit moves, computed in columns and rounded once, telescoping."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any

import attrs

from salesteam.core import _table as t
from salesteam.incentives._columnar._asked import Asked
from salesteam.incentives._columnar._job import Credited, Job
from salesteam.incentives._columnar._known import NO_LIMIT, Known, known_of
from salesteam.incentives._columnar._scaled import Scaled
from salesteam.incentives._columnar._wide import product_over
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._model import Plan
from salesteam.incentives._unpaid import unpaid_row

__all__ = ["Made", "component_lines"]


@attrs.frozen(kw_only=True, eq=False)
class Made:
    """The lines of a component.

    Parameters
    ----------
    stage : Stage
        The lines.
    unpaid : tuple of UnpaidRow
        Rows that could not be paid.
    bent : Stage or None
        What bends pay, by payee and period, if it stands in columns.
    base, sums : Stage or None
        The lines as they are held, and their pay by payee and period, where rows stand in their order.
    spell : callable or None
        Makes lines of rows of `base`.
    """

    stage: t.Stage
    unpaid: tuple[UnpaidRow, ...] = ()
    bent: t.Stage | None = None
    base: t.Stage | None = None
    sums: t.Stage | None = None
    spell: Callable[[t.Stage], t.Stage] | None = None


def component_lines(plan: Plan, job: Job, credited: Credited, asked: Asked) -> Made:
    """The lines of one component.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    job : Job
        The component, compiled.
    credited : Credited
        Credits with measures, days, people and flags.
    asked : Asked
        Quotas, targets, factors.

    Returns
    -------
    Made
        Lines, and rows that could not be paid.
    """
    stage, days = credited.stage, credited.days
    stage = stage if job.test is None else stage.filter(job.test)
    keep = ["transaction", "who", "team", "date", "seq", "slot", *credited.order, "p", job.interval, "v"]
    keep = [c for c in dict.fromkeys(keep) if c in stage.columns]
    swept = t.swept(stage, ["who", "p"])
    made = {"x": t.col(f"x_{job.measure}")}
    if not swept:
        count = len(days.periods if job.interval == "p" else days.intervals[str(job.accumulate)])
        made["g"] = t.col("who") * count + t.col(job.interval)
    stage = stage.select(*keep, **made)
    span = ["who", job.interval] if swept else ["g"]
    purse = span if not job.bends or job.interval == "p" else [*span, "p"]
    stage = stage.stands("who", "p").stands(*span).stands(*purse) if swept else stage
    size = credited.range(f"x_{job.measure}") if job.test is None else t.ranges(stage, ["x"])["x"]
    known = known_of(plan, job, stage, asked, credited)
    stage = known.on(stage)
    stage = stage.trust(*credited.order, by=span).trust(*credited.order, by=purse)
    rows = size.rows if not swept else credited.longest if job.interval == "p" else credited.busiest
    most = _most(job, stage, (size, rows), known.sizes, span)
    bound = t.guard(job.shape.bound(most, known.sizes["q"]), where=job.name)
    stage = _summed(job, stage, most, credited.order, span)
    stage, gone = _gaps(job, stage, credited, span)
    stage = _paid(plan, job, stage, (bound, known, rows), credited.order, (span, purse))
    names = [c for c in keep if c == "p" or c not in {"team", job.interval}]
    columns = [*names, "before", "after", "pay"]
    unpaid = (*known.unpaid, *gone)
    if not swept:
        return Made(stage=_lined(job, stage, columns), unpaid=unpaid, bent=known.bent)
    among = _among(plan)
    base, sums = _lean(stage, [c for c in names if among or c not in credited.order], credited, apart=_apart(job))
    spell = partial(_spelled, job, columns, credited)
    return Made(stage=spell(base), unpaid=unpaid, bent=known.bent, base=base, spell=spell, sums=sums)


def _lined(job: Job, stage: t.Stage, columns: list[str]) -> t.Stage:
    return stage.select(*columns, component=t.value(job.index))


def _among(plan: Plan) -> bool:
    """Whether lines of several components are taken in one order, so that each keeps its place among all credits."""
    return len(plan.components) > 1 and any(x.of == "plan" for x in (*plan.caps, *plan.floors))


def _apart(job: Job) -> bool:
    """Whether the sum before a line is more than the sum after the one before it."""
    return _gapped(job) or job.accumulate == "transaction"


def _lean(stage: t.Stage, names: list[str], credited: Credited, *, apart: bool) -> tuple[t.Stage, t.Stage]:
    """The same lines, computed, without what the day of a row or its sums give again; and the sums of their pay."""
    marked = [c for c in credited.marks.names if c in names]
    held = [c for c in names if c not in marked]
    stage = t.barrier(stage.select(*held, "p", "after", "pay", *(["before"] if apart else ["x"])).stands("who", "p"))
    sums = t.sums(stage.stands("who", "p"), ["who", "p"], pay_minor="pay")
    return t.barrier(stage.drop("p")), sums


def _spelled(job: Job, columns: list[str], credited: Credited, stage: t.Stage) -> t.Stage:
    """Lines with all their columns again."""
    if "before" not in stage.columns:
        stage = stage.with_columns(before=t.col("after") - t.col("x"))
    stage = credited.marks.on(stage)
    stage = t.numbered(stage, "o") if credited.order == ("o",) and "o" not in stage.columns else stage
    return _lined(job, stage, columns).stands("who", "p")


def _most(job: Job, stage: t.Stage, found: tuple[t.Range, int], sizes: Mapping[str, int], span: list[str]) -> int:
    """A bound of the sums: as if all rows of the longest group were the largest if that does no harm, else measured."""
    size, rows = found
    everything = size.size * rows
    if job.shape.bound(everything, sizes["q"]) * sizes["n"] * sizes["t"] < NO_LIMIT:
        return everything
    sized = stage.with_columns(_size=t.col("x").size())
    if t.swept(stage, span) and everything < t.INT64_LIMIT:
        return t.ranges(t.sums(sized, span, most="_size"), ["most"])["most"].high
    totals = t.group(sized, by=span, most=("sum", "_size"))
    return t.ranges(totals, ["most"])["most"].high


def _summed(job: Job, stage: t.Stage, most: int, order: tuple[str, ...], span: list[str]) -> t.Stage:
    """Sum after each row, and before it where that is not what the row adds less; the first row, where it tells."""
    if job.accumulate == "transaction":
        stage = stage.with_columns(before=t.value(0), after=t.col("x"), first=t.value(1))
    else:
        lean = t.swept(stage, span) and not _apart(job)
        stage = t.running_sum(stage, "after", "x", by=span, order=order, bound=most)
        stage = stage if lean else stage.with_columns(before=t.col("after") - t.col("x"))
        if any(c.at(Fraction(0)) != 0 for c in job.shape.curves):
            stage = t.running_count(stage, "first", by=span, order=order)
    return stage.with_columns(gap=job.shape.gap(t.col("after"))) if _gapped(job) else stage


@lru_cache(maxsize=64)
def _curved(shape: Scaled, *, before: bool, first: bool) -> tuple[t.Expr, t.Expr]:
    """What the curve gives for the sums before and after each row, over the scale; the same for all runs of a curve.

    The sum before stands in a column, or is what the row adds less; in the first row of a group nothing was paid yet.
    """
    low, high = (
        shape.numerator(x) for x in (t.col("before") if before else t.col("after") - t.col("x"), t.col("after"))
    )
    return (t.when(t.col("first") == 1, 0, low) if first else low), high


def _gapped(job: Job) -> bool:
    return any(piece.gap for curve in job.shape.curves for piece in curve.pieces)


def _gaps(job: Job, stage: t.Stage, credited: Credited, span: list[str]) -> tuple[t.Stage, list[UnpaidRow]]:
    """Rows whose sum lands where nobody owns the point come back; the row after them goes on from what was paid."""
    if not _gapped(job):
        return stage, []
    stage = t.barrier(stage)
    gone = t.rows_of(stage.filter(t.col("gap") > 0), "transaction", "who", "after")
    unit = job.shape.steps
    unpaid = [
        unpaid_row(
            "tier-gap", transaction=r["transaction"], payee=credited.payees[r["who"]], component=job.name,
            at=Fraction(r["after"]) / unit, until=Fraction(r["after"]) / unit, gaps="unpaid",
        )
        for r in gone
    ]  # fmt: skip
    if not gone:
        return stage, unpaid
    stage = stage.filter(t.col("gap") == 0)
    if job.accumulate == "transaction":
        return stage, unpaid
    stage = stage.drop(*(c for c in ("before", "first") if c in stage.columns))
    stage = t.running_count(stage, "first", by=span, order=credited.order)
    return t.lag(stage, "before", t.col("after"), by=span, order=credited.order, first=0), unpaid


def _paid(
    plan: Plan,
    job: Job,
    stage: t.Stage,
    numbers: tuple[int, Known, int],
    order: tuple[str, ...],
    groups: tuple[list[str], list[str]],
) -> t.Stage:
    """Round running pay and take differences, so that the roundings of many rows cannot add up."""
    (span, purse), (bound, known, rows) = groups, numbers
    carried = job.accumulate != "transaction" and len(job.shape.curves) == 1 and purse == span
    swept = t.swept(stage, purse)
    low, high = _curved(job.shape, before="before" in stage.columns, first="first" in stage.columns)
    if carried and not _gapped(job):
        stage = stage.with_columns(now=high, then=low)
    else:
        stage = stage.with_columns(raw=high - low)
        most = 2 * bound * max(rows, 1)  # a difference of the curve for each row of the longest group
        proved = most if swept and most < t.INT64_LIMIT else None
        stage = t.running_sum(stage, "now", "raw", by=purse, order=order, bound=proved)
        stage = stage.with_columns(then=t.col("now") - t.col("raw"))
        if swept:
            gone = ("raw", "then", "before", "team", "v", "o", "first")
            kept = (*(["before"] if _apart(job) else []), *(["o"] if _among(plan) else []))
            stage = t.barrier(stage.drop(*(c for c in gone if c in stage.columns and c not in kept)))
        bound = max(bound, t.ranges(stage, ["now"])["now"].size)
    sizes = known.sizes
    scale = job.shape.scale * sizes["tu"]
    under = t.value(scale) * t.col(job.shape.w) if job.shape.w else t.value(scale)
    size_c = scale * (sizes["q"] if job.shape.w else 1)
    factor = t.value(1)
    if job.bends:
        under, factor, size_c = under * known.of("d"), known.of("n"), size_c * sizes["d"]
    size_n = sizes["n"]
    if job.shape.u:
        factor, size_n = factor * t.col(job.shape.u), size_n * sizes["t"]
    t.guard(size_c, limit=2**53, where=job.name)
    t.guard(size_n, limit=2**62, where=job.name)
    over = (bound, size_n, size_c, scale)
    about: dict[str, Any] = {"sizes": over, "rounding": plan.rounding, "where": job.name}
    stage = product_over(stage, "paid", t.col("now"), factor, under, **about)
    stage = stage.with_columns(paid=_clamp(known, t.col("paid"))) if job.bends else stage
    if swept:  # what was paid before is what was paid with the row before, and nothing before the first
        stage = t.lag(stage, "held", "paid", by=purse, order=order, first=0)
        return stage.with_columns(pay=t.col("paid") - t.col("held"))
    stage = product_over(stage, "held", t.col("then"), factor, under, **about)
    if job.bends:
        stage = t.running_count(stage, "place", by=purse, order=order) if sizes["lifts"] else stage
        stage = stage.with_columns(held=_clamp(known, t.col("held")))
        if sizes["lifts"]:
            stage = stage.with_columns(held=t.when(t.col("place") == 1, 0, t.col("held")))
    return stage.with_columns(pay=t.col("paid") - t.col("held"))


def _clamp(known: Known, x: t.Expr) -> t.Expr:
    low, high = known.limit("low"), known.limit("high")
    raised = x if low is None else t.when(x < low, low, x)
    return raised if high is None else t.when(raised > high, high, raised)
