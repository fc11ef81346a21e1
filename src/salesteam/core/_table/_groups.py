"""Groups: one row for each, their totals on every row, and exact splits within them."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from salesteam.core._table._doors import barrier
from salesteam.core._table._expr import Operand, col, when
from salesteam.core._table._origin import ROW
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
from salesteam.core._table._window import cumulated
from salesteam.errors import InvalidValueError

__all__ = ["group", "group_totals", "split"]


def group(
    stage: Stage, *, by: Sequence[str], bound: int | None = None, proved: bool = False, **made: tuple[str, Operand]
) -> Stage:
    """One row for each group.

    Parameters
    ----------
    stage : Stage
        Any.
    by : sequence of str
        At least one group column.
    bound : int, optional
        A proved bound of the sum of sizes within any group; measured if not given.
    proved : bool, default False
        Whether the caller has proved that no key is empty, no value is, all are 64 bits wide, and no sum overflows.
    **made : tuple of (str, operand)
        New column and ``("sum" | "min" | "max", what)``; ``("sum", 1)`` counts.

    Returns
    -------
    Stage
        Whole columns, Int64; without row numbers, so that `leave` needs an order.

    Raises
    ------
    InvalidValueError
        If a group key or value is empty, a sum could overflow, or an aggregate is unknown.
    """
    stage.need(by, where="group")
    if not proved:
        filled(stage, by, where="group")
    aggregates = []
    for i, (name, (how, of)) in enumerate(made.items()):
        if how not in ("sum", "min", "max"):
            raise InvalidValueError(f"{how!r} is no aggregate", where="group", fix="use 'sum', 'min' or 'max'")
        stage = operand(stage, of, f"__operand{i}", where="group", proved=proved)
        if proved:
            pass
        elif how == "sum" and not isinstance(of, int):
            summable(stage, f"__operand{i}", by, bound, where="group")
        else:
            filled(stage, [f"__operand{i}"], where="group")
        aggregates.append(getattr(stage.lib.col(f"__operand{i}"), how)().alias(name))
    lib = stage.lib
    lazy = stage.frame.group_by(*by).agg(*aggregates)
    lazy = lazy.with_columns(lib.col(*made).cast(lib.Int64)) if made else lazy
    proof = (frozenset[str](), tuple(sorted(by)))
    grouped = attrs.evolve(stage, lazy=lazy, numbered=False, proved=frozenset({proof}), standing=frozenset())
    return told(grouped, [*by, *made])


def group_totals(stage: Stage, *, by: Sequence[str], bound: int | None = None, **sums: Operand) -> Stage:
    """Put the total of each group on each of its rows.

    Parameters
    ----------
    stage : Stage
        Any.
    by : sequence of str
        Groups; empty for one.
    bound : int, optional
        A proved bound of the sum of sizes within any group; measured if not given.
    **sums : str, Expr or int
        New column and what to add up: a column by name, an expression, or 1 to count.

    Returns
    -------
    Stage
        Same rows; totals are Int64.

    Raises
    ------
    InvalidValueError
        If a group key or value is empty, or a sum could overflow.
    """
    for name in sums:
        fresh(stage, name, where="group_totals")
    keys = list(by) or ["__all"]
    stage = stage if by else stage.with_columns(__all=1)
    made: dict[str, tuple[str, Operand]] = {name: ("sum", of) for name, of in sums.items()}
    totals = group(stage, by=keys, bound=bound, proved=False, **made)
    joined = stage.join(attrs.evolve(totals, proved=frozenset({(frozenset(), tuple(sorted(keys)))})), keys, how="inner")
    return joined if by else joined.drop("__all")


def split(stage: Stage, into: str, total: Operand, weight: Operand, *, by: Sequence[str], ties: Sequence[str]) -> Stage:
    """Split a whole number over the rows of its group so that the parts sum to it exactly (largest remainder).

    Each row gets the floor of its exact part of the size; what is left goes, one unit each, to the largest remainders,
    equal ones in the order of `ties`; then the sign is put back, so that a reversal mirrors its deal.

    Parameters
    ----------
    stage : Stage
        One row for each part.
    into : str
        Name of the new column.
    total : str or Expr
        What to split; equal in all rows of a group.
    weight : str or Expr
        Whole, not negative; positive somewhere in each group. Shares come as numerators over one denominator.
    by : sequence of str
        What makes a group.
    ties : sequence of str
        Columns that order the rows of a group totally.

    Returns
    -------
    Stage
        With the parts, Int64.

    Raises
    ------
    InvalidValueError
        If a total differs within a group, a weight is negative or all are zero, the ties are no total order, or the
        numbers are too large.

    References
    ----------
    Hamilton's method of apportionment; Balinski and Young, *Fair Representation*, 1982.
    """
    fresh(stage, into, where="split")
    if ROW not in ties:
        stage = ordered(stage, by, ties)
    before = stage.columns
    stage = operand(operand(stage, total, "__total", where="split"), weight, "__weight", where="split")
    found = ranges(stage, ["__total", "__weight"])
    if found["__weight"].low < 0 or found["__weight"].missing or found["__total"].missing:
        raise InvalidValueError("a weight or total is empty or negative", where="split", fix="correct these rows")
    guard(found["__total"].size, limit=QUOTIENT_LIMIT, where="split")
    guard(found["__total"].size * found["__weight"].high, where="split")
    return _split(stage, into, by, ties, before)


def _split(stage: Stage, into: str, by: Sequence[str], ties: Sequence[str], before: Sequence[str]) -> Stage:
    keys = list(by) or ["__all"]
    stage = stage if by else stage.with_columns(__all=1)
    whole = group(stage, by=keys, __sum=("sum", "__weight"), __low=("min", "__total"), __high=("max", "__total"))
    whole = barrier(whole.with_columns(__differ=col("__high") - col("__low")))
    found = ranges(whole, ["__sum", "__differ"])
    if found["__sum"].rows and found["__sum"].low <= 0:
        raise InvalidValueError("all weights of a group are zero", where="split", fix="make one positive")
    if found["__differ"].high:
        raise InvalidValueError("the total differs within a group", where="split", fix="name more group columns")
    guard(found["__sum"].high, limit=2**53, where="split")
    stage = stage.join(whole.select(*keys, "__sum"), keys, how="inner")
    stage = stage.with_columns(__size=col("__total").size()).with_columns(__full=col("__size") * col("__weight"))
    stage = stage.with_columns(__part=col("__full").floor_div(col("__sum")), __rest=-(col("__full") % col("__sum")))
    given = group(stage, by=keys, bound=1, __given=("sum", "__part"))
    stage = barrier(stage.join(given, keys, how="inner"))
    order = ["__rest", *ties]
    stage = attrs.evolve(stage, proved=stage.proved | {(frozenset(keys), tuple(order))})
    stage = cumulated(operand(stage, 1, "__operand", where="split"), "__rank", keys, order)
    more = when(col("__rank") <= col("__size") - col("__given"), 1, 0)
    part = col("__part") + more
    made = stage.with_columns(**{into: when(col("__total") < 0, -part, part)})
    return verified(made.select(*before, into), into)
