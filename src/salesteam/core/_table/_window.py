"""Checked windows: running sums, counts, lags, and exact division, the same on every engine.

Every verb proves what it needs before it runs (a total order, no empty cell, no overflow) and refuses otherwise.
A proof reads the data once more; where a run has proved its ranges at the start, it passes `bound` and saves that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from salesteam.core._table._doors import barrier
from salesteam.core._table._expr import Expr, Operand, col
from salesteam.core._table._origin import ROW, collected
from salesteam.core._table._proofs import (
    QUOTIENT_LIMIT,
    filled,
    fresh,
    guard,
    operand,
    ordered,
    ranges,
    summable,
    verified,
)
from salesteam.core._table._stage import Stage, told
from salesteam.core._table._standing import numbered, shifted, summed, swept
from salesteam.errors import InvalidValueError

__all__ = ["cumulated", "divide", "lag", "ranked", "running_count", "running_sum"]


def ranked(stage: Stage, into: str, order: Sequence[str]) -> tuple[Stage, tuple[str, ...]]:
    """Sort once for several windows: number all rows from 0 in an order, where later windows gain by a number.

    Parameters
    ----------
    stage : Stage
        Any.
    into : str
        Name of the new column.
    order : sequence of str
        A total order of all rows.

    Returns
    -------
    tuple of (Stage, tuple of str)
        The rows, in Polars in that order and without the numbers that they came with, and the keys that stand for the
        order from now on: the number, or the keys themselves in DuckDB, which sorts within groups faster.

    Raises
    ------
    InvalidValueError
        If the order is not total.
    """
    fresh(stage, into, where="ranked")
    stage = ordered(stage, [], order)
    if stage.engine == "duckdb":
        return stage, tuple(order)
    if stage.engine == "polars":
        frame = stage.frame.drop(ROW) if stage.numbered else stage.frame
        made = told(attrs.evolve(stage, lazy=frame.sort(*order), numbered=False), stage.columns)
        return barrier(numbered(made, into)), (into,)
    lib, lazy = stage.lib, collected(stage.frame.sort(*order)).with_row_index(into).lazy()
    return attrs.evolve(stage, lazy=lazy.with_columns(lib.col(into).cast(lib.Int64))).trust(into), (into,)


def running_sum(
    stage: Stage, into: str, of: Operand, *, by: Sequence[str], order: Sequence[str], bound: int | None = None
) -> Stage:
    """Add up row by row, in an order, within groups.

    Parameters
    ----------
    stage : Stage
        Any.
    into : str
        Name of the new column.
    of : str, Expr or int
        Whole values: a column by name, or an expression.
    by : sequence of str
        Groups; empty for one.
    order : sequence of str
        A total order within each group; `ROW` is one.
    bound : int, optional
        A bound of the sum of sizes within any group, proved of values that are 64 bits wide; measured if not given.

    Returns
    -------
    Stage
        With the sum up to and including each row, Int64.

    Raises
    ------
    InvalidValueError
        If the order is not total, a value is empty, or a sum could overflow.
    """
    fresh(stage, into, where="running_sum")
    if swept(stage, by) and bound is not None:  # Polars sums whole numbers of 64 bits to whole numbers of 64 bits
        guard(bound, where="running_sum")
        made = summed(operand(stage, of, "__operand", where="running_sum", proved=True), into, "__operand", by)
        return made.drop("__operand")
    stage = stage if swept(stage, by) else ordered(stage, by, order)
    stage = operand(stage, of, "__operand", where="running_sum")
    summable(stage, "__operand", by, bound, where="running_sum")
    return verified(cumulated(stage, into, by, order).drop("__operand"), into)


def cumulated(stage: Stage, into: str, by: Sequence[str], order: Sequence[str]) -> Stage:
    """Running sum of ``__operand`` over an order that is proved; for this package alone."""
    if swept(stage, by):
        return summed(stage, into, "__operand", by)

    def window(lib: Any) -> Any:
        total = lib.col("__operand").cum_sum()
        return total.over(*by, order_by=list(order)) if by else total.over(order_by=list(order))

    return _through_narwhals(stage, into, Expr(window).whole())


def _through_narwhals(stage: Stage, into: str, made: Expr) -> Stage:
    """Add a column as narwhals makes it, which knows what each engine needs for an ordered window."""
    import narwhals as nw

    lazy = stage.lazy.with_columns(made.built(nw).alias(into))
    return attrs.evolve(stage.with_columns(**{into: 0}), lazy=lazy)


def running_count(stage: Stage, into: str, *, by: Sequence[str], order: Sequence[str]) -> Stage:
    """Number the rows from 1, in an order, within groups: a rank, since the order is total.

    Parameters
    ----------
    stage, into, by, order
        As in `running_sum`.

    Returns
    -------
    Stage
        With the number of each row, Int64.

    Raises
    ------
    InvalidValueError
        If the order is not total.
    """
    fresh(stage, into, where="running_count")
    stage = stage if swept(stage, by) else ordered(stage, by, order)
    stage = operand(stage, 1, "__operand", where="running_count")
    return verified(cumulated(stage, into, by, order).drop("__operand"), into)


def lag(stage: Stage, into: str, of: Operand, *, by: Sequence[str], order: Sequence[str], first: int) -> Stage:
    """The value of the row before, in an order, within groups.

    Parameters
    ----------
    stage, into, of, by, order
        As in `running_sum`.
    first : int
        The value for the first row of each group.

    Returns
    -------
    Stage
        With the earlier value, Int64, exact to the last unit.

    Raises
    ------
    InvalidValueError
        If the order is not total or a value is empty.
    """
    fresh(stage, into, where="lag")
    if swept(stage, by):
        stage = operand(stage, of, "__value", where="lag")
        return shifted(stage, into, "__value", by, first=first).drop("__value")
    before = stage.columns
    keys = list(by) or ["__all"]
    stage = stage if by else stage.with_columns(__all=1)
    stage = ordered(stage, keys, order)
    stage = cumulated(operand(stage, 1, "__operand", where="lag"), "__rank", keys, order).drop("__operand")
    stage = barrier(operand(stage, of, "__value", where="lag"))
    filled(stage, ["__value"], where="lag")
    earlier = stage.with_columns(__rank=col("__rank") + 1, **{into: col("__value")}).select(*keys, "__rank", into)
    unique = (frozenset[str](), tuple(sorted([*keys, "__rank"])))
    joined = stage.join(attrs.evolve(earlier, proved=frozenset({unique})), [*keys, "__rank"], how="left")
    return verified(joined.with_columns(**{into: col(into).fill(first)}).select(*before, into), into)


def divide(stage: Stage, into: str, of: Operand, by: Operand, *, rounding: str, bound: int | None = None) -> Stage:
    """Divide whole numbers exactly and round in a named way.

    Parameters
    ----------
    stage : Stage
        Any.
    into : str
        Name of the new column.
    of, by : str, Expr or int
        Whole values, columns by name; `by` is positive.
    rounding : {'half_up', 'half_away', 'half_even', 'down', 'up'}
        ``"down"`` is floor division.
    bound : int, optional
        A proved bound of the size of any quotient, where also 0 < `by` < 2**53 is proved; measured if not given.

    Returns
    -------
    Stage
        With the quotient, Int64.

    Raises
    ------
    InvalidValueError
        If a value is empty, `by` is not positive, or a quotient could be too large to be exact.
    """
    fresh(stage, into, where="divide")
    stage = operand(operand(stage, of, "__over", where="divide"), by, "__under", where="divide")
    if bound is None:
        found = ranges(stage, ["__over", "__under"])
        over, under = found["__over"], found["__under"]
        if over.missing or under.missing:
            raise InvalidValueError("a value is empty", where="divide", fix="fill or set these rows aside")
        if over.rows and under.low <= 0:
            raise InvalidValueError(f"the divisor goes down to {under.low}", where="divide", fix="keep it positive")
        guard(under.high, limit=2**53, where="divide")
        bound = over.size // max(under.low, 1)
        bound = bound if bound < QUOTIENT_LIMIT else _largest_quotient(stage)
    guard(bound, limit=QUOTIENT_LIMIT, where="divide")
    made = col("__over").round_div(col("__under"), rounding=rounding)
    return verified(stage.with_columns(**{into: made}).drop("__over", "__under"), into)


def _largest_quotient(stage: Stage) -> int:
    """The size of the largest quotient row by row, rounded up; a double is near enough for a bound."""
    sizes = stage.with_columns(__size=col("__over").size())
    lib = stage.lib
    most = collected(sizes.frame.select(most=(lib.col("__size") / lib.col("__under")).max()))
    return int(most["most"].to_list()[0]) + 1
