"""Tables of a run as frames, column by column: what `to_frame` gives without a Python object for each row."""

from __future__ import annotations

from fractions import Fraction
from math import log10
from typing import TYPE_CHECKING, Any

from salesteam.core import _table as t
from salesteam.incentives._days import spans
from salesteam.incentives._frame import CreditRow, LineRow

if TYPE_CHECKING:
    from salesteam.incentives._columnar._run import ColumnarRun

__all__ = ["credits_frame", "lines_frame", "payout_columns"]

_EXACT = 2**51
"""Whole numbers below it are exact as binary numbers, and so are their quotients by powers of ten as text."""
_PLACES = 4


def payout_columns(run: ColumnarRun) -> dict[str, list[Any]]:
    """The cells of `payouts`, sorted by payee, period and component."""
    names = list(run.plan.components)
    found: dict[tuple[str, str, str], int] = {}
    if run.lines_stage is not None:
        by = ["who", "p", "component"]
        sums = t.cells(t.group(run.lines_stage, by=by, s=("sum", "pay")), *by, "s")
        for who, p, component, pay in zip(*sums.values(), strict=True):
            found[run.payees[who], run.periods[p], names[component]] = pay
    for each in run.once:
        key = (each.payee, each.period, each.component)
        found[key] = found.get(key, 0) + each.pay
    place = {name: index for index, name in enumerate(names)}
    first = {period: spans(period) for period in {key[1] for key in found}}
    keys = sorted(found, key=lambda key: (key[0], first[key[1]], place[key[2]]))
    shapes = [run.numbers.shape(name, payee, period, run.plan.rounding) for payee, period, name in keys]
    return {
        "payee": [key[0] for key in keys],
        "period": [key[1] for key in keys],
        "component": [key[2] for key in keys],
        "gate": [shape.gate for shape in shapes],
        "modifier": [shape.factor if shape.gate else Fraction(1) for shape in shapes],
        "cap_minor": [shape.high for shape in shapes],
        "pay_minor": [found[key] for key in keys],
    }


def credits_frame(run: ColumnarRun) -> Any:
    """The table `credits`."""
    stage, shares = run.credits_stage, t.distinct(run.credits_stage, "share")["share"]
    columns = {"share": shares, "part": [share / run.share_scale for share in shares]}
    table = t.beside(stage, columns, {"share": "whole", "part": "number"}, unique=["share"])
    stage = stage.join(table, ["share"], how="inner")
    stage = stage.with_columns(share=t.col("part"), credit_minor=t.col("credit"))
    return t.write_stage(stage, CreditRow, run.like, order=["transaction", "slot"])


def lines_frame(run: ColumnarRun) -> Any | None:
    """The table `lines`; None where its numbers cannot be shown by columns."""
    stage = run.lines_stage
    units = [_unit(run, name) for name in run.plan.components]
    if stage is None or not _fits(run, stage, units):
        return None
    names = list(run.plan.components)
    stage = stage.rename(component="c")
    for key, column, texts in (("who", "payee", run.payees), ("p", "period", run.periods), ("c", "component", names)):
        table: dict[str, list[Any]] = {key: list(range(len(texts))), column: list(texts)}
        dtypes: dict[str, Any] = {key: "whole", column: "text"}
        if key == "c":
            table, dtypes = {**table, "unit": units}, {**dtypes, "unit": "whole"}
        stage = stage.join(t.beside(stage, table, dtypes, unique=[key]), [key], how="inner")
    unit = t.col("unit")
    moved = t.col("after") - t.col("before")
    made = stage.with_columns(
        version=t.value(run.plan.version),
        before=t.nearest_number(t.col("before"), unit),
        after=t.nearest_number(t.col("after"), unit),
        rate=t.nearest_number(t.col("pay") * unit, moved * run.minor),
        pay_minor=t.col("pay"),
        formula=_formula(units),
        late=t.value(0),
    )
    keys = ["late", "c", "who", *run.order]
    if run.once:
        made = t.stack([made.select(*_COLUMNS, *(k for k in keys if k not in _COLUMNS)), _once(run, made, keys)])
    return t.write_stage(made, LineRow, run.like, order=keys)


_COLUMNS = (
    "transaction", "payee", "period", "component", "version", "before", "after", "rate", "pay_minor", "formula", "date",
)  # fmt: skip
_TEXTS = {"transaction", "payee", "period", "component", "version", "formula"}


def _unit(run: ColumnarRun, name: str) -> int:
    """Units of the columns `before` and `after` in one unit of the measure of a component."""
    measure = str(run.plan.components[name].measure).split(".")[0]
    return run.steps.get(measure, 1) * (run.numbers.unit(measure) if measure in run.plan.measures else 1)


def _fits(run: ColumnarRun, stage: t.Stage, units: list[int]) -> bool:
    found = t.ranges(stage, ["before", "after", "pay"])
    size, pay = max(found["before"].size, found["after"].size), found["pay"].size
    tens = all(unit in {10**places for places in range(_PLACES + 1)} for unit in units)
    return tens and max(size, 2 * size * run.minor, pay * max(units)) < _EXACT


def _formula(units: list[int]) -> t.Expr:
    made = {}
    for unit in set(units):
        places = round(log10(unit))
        texts = (t.decimal_text(t.col(name), places) for name in ("after", "before"))
        made[unit] = t.joined_text("F(", next(texts), ") - F(", next(texts), ")")
    found = made[units[0]]
    for index, unit in enumerate(units[1:], start=1):
        found = found if unit == units[0] else t.when(t.col("c") == index, made[unit], found)
    return found


def _once(run: ColumnarRun, stage: t.Stage, keys: list[str]) -> t.Stage:
    """Pay that no transaction moves, as rows after all others."""
    rows = run.once_lines()
    columns: dict[str, list[Any]] = {name: [getattr(row, name) for row in rows] for name in _COLUMNS}
    for name in ("before", "after", "rate"):
        columns[name] = [None if x is None else float(x) for x in columns[name]]
    columns |= {key: [0] * len(rows) for key in keys if key not in _COLUMNS}
    columns["late"] = list(range(1, len(rows) + 1))
    dtypes: dict[str, Any] = {name: "text" if name in _TEXTS else "whole" for name in columns}
    dtypes |= {"before": "number", "after": "number", "rate": "number", "date": "date"}
    return t.beside(stage, columns, dtypes, unique=["late"])
