"""Tables of a run as frames, column by column: what `to_frame` gives without a Python object for each row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import log10
from typing import TYPE_CHECKING, Any

from salesteam.core import _table as t
from salesteam.incentives._columnar._job import bends
from salesteam.incentives._days import spans
from salesteam.incentives._frame import CreditRow, LineRow, PayoutRow

if TYPE_CHECKING:
    from salesteam.incentives._columnar._run import ColumnarRun

__all__ = ["credits_frame", "lines_frame", "payout_columns", "payouts_frame"]

_EXACT = 2**51
"""Whole numbers below it are exact as binary numbers, and so are their quotients by powers of ten as text."""
_PLACES = 4
_PIECE = 250_000
"""Rows of lines that are shown at once."""


def payout_columns(run: ColumnarRun) -> dict[str, list[Any]]:
    """The cells of `payouts`, sorted by payee, period and component."""
    names = list(run.plan.components)
    stage = payout_stage(run)
    if stage is not None:
        found = t.cells(stage, "payee", "period", "component", "gate", "mn", "d", "cap_minor", "pay_minor")
        memo: dict[tuple[int, int], Fraction] = {}
        pairs = zip(found.pop("mn"), found.pop("d"), strict=True)
        modifiers = [memo.setdefault(pair, Fraction(*pair)) if pair not in memo else memo[pair] for pair in pairs]
        gates = {0: Fraction(0), 1: Fraction(1)}
        return {**found, "gate": [gates[gate] for gate in found["gate"]], "modifier": modifiers}
    sums: dict[tuple[str, str, str], int] = {}
    if run.lines_stage is not None:
        by = ["who", "p", "component"]
        cells = t.cells(t.group(run.lines_stage, by=by, s=("sum", "pay")), *by, "s")
        for who, p, component, pay in zip(*cells.values(), strict=True):
            sums[run.payees[who], run.periods[p], names[component]] = pay
    for each in run.once:
        key = (each.payee, each.period, each.component)
        sums[key] = sums.get(key, 0) + each.pay
    place = {name: index for index, name in enumerate(names)}
    first = {period: spans(period) for period in {key[1] for key in sums}}
    keys = sorted(sums, key=lambda key: (key[0], first[key[1]], place[key[2]]))
    shapes = [run.numbers.shape(name, payee, period, run.plan.rounding) for payee, period, name in keys]
    return {
        "payee": [key[0] for key in keys],
        "period": [key[1] for key in keys],
        "component": [key[2] for key in keys],
        "gate": [shape.gate for shape in shapes],
        "modifier": [shape.factor if shape.gate else Fraction(1) for shape in shapes],
        "cap_minor": [shape.high for shape in shapes],
        "pay_minor": [sums[key] for key in keys],
    }


def payout_stage(run: ColumnarRun) -> t.Stage | None:
    """The table `payouts` in columns, where everything that bends pay stands so: its modifier is ``mn`` over ``d``."""
    lines, names = run.lines_stage, list(run.plan.components)
    if lines is None or run.once or lines.engine != "polars":
        return None
    made = {name: run.parts[name] for name in names if name in run.parts}
    if any(name not in made or (bends(run.plan, name) and made[name].bent is None) for name in names):
        return None
    by, parts = ["who", "p"], []
    for index, name in enumerate(names):
        sums, held = made[name].sums, made[name].bent
        if run.standing and sums is not None:
            paid = sums
        else:
            mine = lines if len(names) == 1 else lines.filter(t.col("component") == index)
            paid = t.group(mine, by=by, pay_minor=("sum", "pay"))
        if held is not None:
            high = t.col("high") if "high" in held.columns else t.absent()
            held = held.select(*by, "gate", "d", mn=t.when(t.col("gate") > 0, t.col("mn"), t.col("d")), cap_minor=high)
            paid = paid.join(held.trust(*by), by, how="left")
        else:
            paid = paid.with_columns(gate=t.value(1), d=t.value(1), mn=t.value(1), cap_minor=t.absent())
        parts.append(paid.with_columns(c=t.value(index)))
    stage = t.placed(t.stack(parts), [*by, "c"])
    stage = t.named(stage, run.credited.named, "who", proved=True)
    return _spelled(run, stage, names)


def _spelled(run: ColumnarRun, stage: t.Stage, components: list[str]) -> t.Stage:
    """Names of periods and components instead of their numbers."""
    for key, column, texts in (("p", "period", run.periods), ("c", "component", components)):
        table: dict[str, list[Any]] = {key: list(range(len(texts))), column: list(texts)}
        dtypes: dict[str, Any] = {key: "whole", column: "text"}
        stage = t.named(stage, t.beside(stage, table, dtypes, unique=[key]), key, proved=True)
    return stage


def payouts_frame(run: ColumnarRun, columns: Sequence[str] | None) -> Any | None:
    """The table `payouts`; None where it is made row by row."""
    stage = payout_stage(run)
    if stage is None:
        return None
    made = stage.with_columns(
        raw=t.absent("number"), gate=t.as_number(t.col("gate")), modifier=t.nearest_number(t.col("mn"), t.col("d"))
    )
    return t.write_stage(made, PayoutRow, run.like, order=[], only=columns)


def credits_frame(run: ColumnarRun, columns: Sequence[str] | None) -> Any:
    """The table `credits`."""
    stage, shares = run.credits_stage, t.distinct(run.credits_stage, "share")["share"]
    table = {"share": shares, "part": [share / run.share_scale for share in shares]}
    parts = t.beside(stage, table, {"share": "whole", "part": "number"}, unique=["share"])
    stage = stage.join(parts, ["share"], how="inner")
    stage = stage.with_columns(share=t.col("part"), credit_minor=t.col("credit"))
    order = ["transaction", *(c for c in ("slot",) if c in stage.columns)]
    return t.write_stage(stage, CreditRow, run.like, order=order, only=columns)


def lines_frame(run: ColumnarRun, columns: Sequence[str] | None) -> Any | None:
    """The table `lines`; None where its numbers cannot be shown by columns."""
    stage = run.lines_stage
    units = [_unit(run, name) for name in run.plan.components]
    if stage is None or not _fits(run, stage, units):
        return None
    wanted = set(_COLUMNS if columns is None else columns)
    shown = [c for c in _COLUMNS if c in wanted]
    spell = _speller(run, units, wanted)
    if run.standing and not run.once:
        pieces = (
            spell(part.spell(piece))
            for part in run.parts.values()
            if part.base is not None and part.spell is not None
            for piece in t.sliced(part.base, _PIECE)
        )
        return t.write_pieces(pieces, LineRow, run.like, only=shown)
    made = spell(stage)
    keys = ["late", "c", "who", *run.order]
    if run.once:
        made = made if "formula" in made.columns else made.with_columns(formula=t.value(""))
        made = t.stack([made.select(*_COLUMNS, *(k for k in keys if k not in _COLUMNS)), _once(run, made, keys)])
    return t.write_stage(made, LineRow, run.like, order=keys, only=shown)


def _speller(run: ColumnarRun, units: list[int], wanted: set[str]) -> Callable[[t.Stage], t.Stage]:
    """Makes what is shown of lines: names instead of numbers, figures instead of scaled ones."""
    names = list(run.plan.components)
    periods: dict[str, list[Any]] = {"p": list(range(len(run.periods))), "period": list(run.periods)}
    components: dict[str, list[Any]] = {"c": list(range(len(names))), "component": names, "unit": units}
    tables: dict[str, t.Stage] = {}

    def spell(stage: t.Stage) -> t.Stage:
        if not tables:
            tables["p"] = t.beside(stage, periods, {"p": "whole", "period": "text"}, unique=["p"])
            dtypes: dict[str, Any] = {"c": "whole", "component": "text", "unit": "whole"}
            tables["c"] = t.beside(stage, components, dtypes, unique=["c"])
            tables["who"] = run.credited.named
        stage = stage.rename(component="c")
        for key, table in tables.items():
            stage = t.named(stage, table, key, proved=True)
        unit, moved = t.col("unit"), t.col("after") - t.col("before")
        return stage.with_columns(
            version=t.value(run.plan.version),
            before=t.nearest_number(t.col("before"), unit),
            after=t.nearest_number(t.col("after"), unit),
            rate=t.nearest_number(t.col("pay") * unit, moved * run.minor),
            pay_minor=t.col("pay"),
            **({"formula": _formula(units)} if "formula" in wanted else {}),
            late=t.value(0),
        )

    return spell


_COLUMNS = (
    "transaction", "payee", "period", "component", "version", "before", "after", "rate", "pay_minor", "formula", "date",
)  # fmt: skip
_TEXTS = {"transaction", "payee", "period", "component", "version", "formula"}


def _unit(run: ColumnarRun, name: str) -> int:
    """Units of the columns `before` and `after` in one unit of the measure of a component."""
    measure = str(run.plan.components[name].measure).split(".")[0]
    return run.steps.get(measure, 1) * (run.asked.look.unit(measure) if measure in run.plan.measures else 1)


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
