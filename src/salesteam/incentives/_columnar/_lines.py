"""Lines: what each credit moves, computed in columns and rounded once, telescoping."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import lcm
from typing import Any

import attrs

from salesteam.core import _table as t
from salesteam.core import exponent
from salesteam.incentives._columnar._numbers import Lacking, Numbers
from salesteam.incentives._columnar._scaled import Scaled, scaled
from salesteam.incentives._columnar._wide import product_over
from salesteam.incentives._curves import number_on
from salesteam.incentives._days import Days, interval_of
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._model import Plan
from salesteam.incentives._shape import curve_of
from salesteam.incentives._unpaid import unpaid_row

__all__ = ["Credited", "Job", "bends", "component_lines", "jobs"]

_NO_LIMIT = 2**60
_BENT = ("n", "d", "low", "high")


@attrs.frozen(kw_only=True, eq=False)
class Credited:
    """Credits that can be paid, and what numbers in their columns stand for.

    Parameters
    ----------
    stage : Stage
        Credits with measures, days, people and flags.
    order : tuple of str
        The order of rows within every running sum.
    payees, teams : tuple of str
        Names by number.
    days : Days
        Names of periods and intervals.
    """

    stage: t.Stage
    order: tuple[str, ...]
    payees: tuple[str, ...]
    teams: tuple[str, ...]
    days: Days


@attrs.frozen(kw_only=True, eq=False)
class Job:
    """One component compiled: where its numbers stand and how they are scaled."""

    name: str
    index: int
    measure: str
    accumulate: str | None
    interval: str
    shape: Scaled
    steps: int
    parts: int
    aimed: bool
    picks: bool
    bends: bool

    @property
    def test(self) -> t.Expr | None:
        """Which credits it pays; None for all."""
        test = t.col(f"w_{self.measure}") > 0 if self.picks else None
        if not self.aimed:
            return test
        mine = t.col(f"f_{self.name}") > 0
        return mine if test is None else test & mine


def bends(plan: Plan, name: str) -> bool:
    """Whether anything but the curve shapes the pay of a component."""
    of = {name, "plan"}
    return (
        any(m.of in of for m in plan.modifiers)
        or any(g.locks in of for g in plan.gates)
        or any(x.of == name for x in (*plan.caps, *plan.floors))
    )


def jobs(plan: Plan, days: Days, steps: Mapping[str, int], numbers: Numbers) -> list[Job]:
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
        curves = tuple(curve_of(c, number_on(plan, day, numbers.known_as_of)) for day in days.versions)
        if len(set(curves)) == 1:
            curves = curves[:1]
        money = plan.measures[c.measure].unit == "money"
        parts = numbers.parts(c.measure)
        found.append(
            Job(
                name=name,
                index=index,
                measure=c.measure,
                accumulate=c.accumulate,
                interval="p" if c.accumulate in {None, "period", "transaction", plan.period} else f"i_{c.accumulate}",
                picks=bool(plan.measures[c.measure].where),
                steps=steps[c.measure],
                shape=scaled(
                    curves, minor=10 ** exponent(plan.currency), steps=steps[c.measure], money=money, parts=parts
                ),
                parts=parts,
                aimed=bool(c.for_),
                bends=bends(plan, name),
            )
        )
    return found


def component_lines(plan: Plan, job: Job, credited: Credited, numbers: Numbers) -> tuple[t.Stage, list[UnpaidRow]]:
    """The lines of one component.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    job : Job
        The component, compiled.
    credited : Credited
        Credits with measures, days, people and flags.
    numbers : Numbers
        Quotas, targets, factors.

    Returns
    -------
    tuple of (Stage, list of UnpaidRow)
        Lines; rows that could not be paid.
    """
    stage, days = credited.stage, credited.days
    stage = stage if job.test is None else stage.filter(job.test)
    keep = ["transaction", "who", "team", "date", "seq", "slot", *credited.order, "p", job.interval, "v"]
    keep = [c for c in dict.fromkeys(keep) if c in stage.columns]
    count = len(days.periods if job.interval == "p" else days.intervals[str(job.accumulate)])
    stage = stage.select(*keep, x=t.col(f"x_{job.measure}"), g=t.col("who") * count + t.col(job.interval))
    size = t.ranges(stage, ["x"])["x"]
    known, unpaid, sizes = _known(plan, job, stage, numbers, credited)
    if known is not None:
        stage = stage.join(known, [c for c in known.columns if c in keep], how="inner")
    stage = stage.trust(*credited.order, by=["g"]).trust(*credited.order, by=["g", "p"])
    most = _most(job, stage, size, sizes)
    bound = t.guard(job.shape.bound(most, sizes["q"]), where=job.name)
    stage = _raw(job, stage, most, credited.order)
    stage, gone = _gaps(job, stage, credited)
    stage = _paid(plan, job, stage, bound, sizes, credited.order)
    made = stage.select(
        *dict.fromkeys(("transaction", "who", "p", "date", "seq", "slot", *credited.order, "before", "after", "pay")),
        *(c for c in ("v",) if c in stage.columns),
        component=t.value(job.index),
    )
    return made, [*unpaid, *gone]


def _most(job: Job, stage: t.Stage, size: t.Range, sizes: Mapping[str, int]) -> int:
    """A bound of the sums: as if all rows were one group if that does no harm, else of the largest group."""
    everything = size.size * size.rows
    if job.shape.bound(everything, sizes["q"]) * sizes["n"] * sizes["t"] < _NO_LIMIT:
        return everything
    totals = t.group(stage, by=["g"], most=("sum", t.col("x").size()))
    return t.ranges(totals, ["most"])["most"].high


def _known(
    plan: Plan, job: Job, stage: t.Stage, numbers: Numbers, credited: Credited
) -> tuple[t.Stage | None, list[UnpaidRow], dict[str, int]]:
    """Numbers of each payee and period that the rows need, and the rows for which one is lacking."""
    sizes = {"q": 1, "t": 1, "n": 1, "d": 1, "tu": 1, "lifts": 0}
    need_q, need_t = job.shape.by_quota or bool(job.shape.w), bool(job.shape.u)
    if not (need_q or need_t or job.bends):
        return None, [], sizes
    shared = not (need_q or need_t) and numbers.shared(job.name) and not numbers.people.dated
    keys = ["team", "p"] if shared else ["who", "p"]
    found = t.distinct(stage, *keys)
    one = _representatives(numbers, credited) if shared else {}
    names = [*(["q"] if need_q else []), *(["t"] if need_t else []), *(_BENT if job.bends else [])]
    columns: dict[str, list[Any]] = {name: [] for name in (*keys, *names)}
    lacking: dict[tuple[int, int], Lacking] = {}
    for key, p in zip(found[keys[0]], found["p"], strict=True):
        payee, period = credited.payees[one.get(key, key)], credited.days.periods[p]
        try:
            row = _numbers(plan, job, numbers, payee, period)
        except Lacking as why:
            lacking[key, p] = why
            continue
        for name, cell in zip(columns, (key, p, *(row[name] for name in names)), strict=True):
            columns[name].append(cell)
    sizes["tu"] = _whole(columns)
    for name in ("q", "t", "n", "d"):
        sizes[name] = max(columns.get(name, ()), default=1)
    sizes["lifts"] = int(max(columns.get("low", ()), default=0) > 0 or min(columns.get("high", ()), default=0) < 0)
    table = t.beside(stage, columns, dict.fromkeys(columns, "whole"), unique=keys)
    return table, _lacking(job, stage, lacking, keys, credited), sizes


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
        row |= {"low": -_NO_LIMIT if shape.low is None else shape.low}
        row |= {"high": _NO_LIMIT if shape.high is None else shape.high}
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


def _raw(job: Job, stage: t.Stage, most: int, order: tuple[str, ...]) -> t.Stage:
    """Sum before and after each row, and what the curve gives between them, over the scale."""
    version = t.col("v") if len(job.shape.curves) > 1 else None
    if job.accumulate == "transaction":
        stage = stage.with_columns(before=t.value(0), after=t.col("x"), first=t.value(1))
    else:
        stage = t.running_sum(stage, "after", "x", by=["g"], order=order, bound=most)
        stage = stage.with_columns(before=t.col("after") - t.col("x"))
        if any(c.at(Fraction(0)) != 0 for c in job.shape.curves):
            stage = t.running_count(stage, "first", by=["g"], order=order)
    high = job.shape.numerator(t.col("after"), version)
    low = job.shape.numerator(t.col("before"), version)
    if "first" in stage.columns:
        low = t.when(t.col("first") == 1, 0, low)
    stage = stage.with_columns(f_after=high, f_before=low)
    return stage.with_columns(gap=job.shape.gap(t.col("after"), version)) if _gapped(job) else stage


def _gapped(job: Job) -> bool:
    return any(piece.gap for curve in job.shape.curves for piece in curve.pieces)


def _gaps(job: Job, stage: t.Stage, credited: Credited) -> tuple[t.Stage, list[UnpaidRow]]:
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
    stage = t.running_count(stage, "first", by=["g"], order=credited.order)
    stage = t.lag(stage, "before", t.col("after"), by=["g"], order=credited.order, first=0)
    version = t.col("v") if len(job.shape.curves) > 1 else None
    low = t.when(t.col("first") == 1, 0, job.shape.numerator(t.col("before"), version))
    return stage.with_columns(f_before=low), unpaid


def _paid(
    plan: Plan, job: Job, stage: t.Stage, bound: int, sizes: Mapping[str, int], order: tuple[str, ...]
) -> t.Stage:
    """Round running pay and take differences, so that the roundings of many rows cannot add up."""
    purse = ["g"] if not job.bends or job.interval == "p" else ["g", "p"]
    carried = job.accumulate != "transaction" and len(job.shape.curves) == 1 and purse == ["g"]
    if carried and not _gapped(job):
        stage = stage.with_columns(now=t.col("f_after"), then=t.col("f_before"))
    else:
        stage = stage.with_columns(raw=t.col("f_after") - t.col("f_before"))
        stage = t.running_sum(stage, "now", "raw", by=purse, order=order)
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
        clamped = {c: _clamp(t.col(c)) for c in ("paid", "held")}
        stage = t.running_count(stage, "place", by=purse, order=order) if sizes["lifts"] else stage
        stage = stage.with_columns(**clamped)
        if sizes["lifts"]:
            stage = stage.with_columns(held=t.when(t.col("place") == 1, 0, t.col("held")))
    return stage.with_columns(pay=t.col("paid") - t.col("held"))


def _clamp(x: t.Expr) -> t.Expr:
    raised = t.when(x < t.col("low"), t.col("low"), x)
    return t.when(raised > t.col("high"), t.col("high"), raised)
