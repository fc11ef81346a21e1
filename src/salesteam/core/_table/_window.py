"""Checked windows: running sums, counts, lags, totals, exact division and splits, the same on every engine.

Every verb proves what it needs before it runs (a total order, no empty cell, no overflow) and refuses otherwise.
A proof reads the data once more; where a run has proved its ranges at the start, it passes `bound` and saves that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from salesteam.core._table._expr import Expr, Operand, col, raw, value, when
from salesteam.core._table._doors import barrier
from salesteam.core._table._stage import ROW, Stage
from salesteam.errors import InvalidValueError

__all__ = [
    "INT64_LIMIT",
    "QUOTIENT_LIMIT",
    "Range",
    "divide",
    "group",
    "group_totals",
    "guard",
    "lag",
    "ordered",
    "ranges",
    "running_count",
    "running_sum",
    "split",
]

INT64_LIMIT = 2**63
"""Every whole number of a stage is smaller than this in size."""
QUOTIENT_LIMIT = 2**51
"""Every quotient of a division is smaller than this in size."""


@attrs.frozen(kw_only=True)
class Range:
    """What the cells of a whole column lie between.

    Parameters
    ----------
    low, high : int
        Least and greatest; both 0 if there is none.
    missing : int
        Number of empty cells.
    rows : int
        Number of all cells.
    """

    low: int
    high: int
    missing: int
    rows: int

    @property
    def size(self) -> int:
        """The greatest absolute value.

        Examples
        --------
        >>> Range(low=-7, high=5, missing=0, rows=2).size
        7
        """
        return max(-self.low, self.high, 0)


def ranges(stage: Stage, names: Sequence[str]) -> dict[str, Range]:
    """Measure whole columns, in one pass over the data.

    Use it once before a run, and prove with `guard` that nothing computed from them can overflow.

    Parameters
    ----------
    stage : Stage
        Any.
    names : sequence of str
        Whole columns.

    Returns
    -------
    dict of str to Range
        Exact.

    Raises
    ------
    InvalidValueError
        If a column does not hold whole numbers.
    """
    import narwhals as nw

    stage.need(names, where="ranges")
    schema = stage.lazy.collect_schema()
    for name in names:
        if not schema[name].is_integer():
            raise InvalidValueError(
                f"{name} is {schema[name]}, not whole", where="ranges", fix="scale it to whole numbers before"
            )
    asked = [nw.len().alias("__rows")]
    for i, name in enumerate(names):
        column = nw.col(name)
        asked += [
            column.min().alias(f"__low{i}"),
            column.max().alias(f"__high{i}"),
            column.null_count().alias(f"__missing{i}"),
        ]
    found = stage.lazy.select(*asked).collect()
    cells = {name: found[name].to_list()[0] for name in found.columns}
    rows = int(cells["__rows"])
    measured = {}
    for i, name in enumerate(names):
        missing = int(cells[f"__missing{i}"])
        low, high = (0, 0) if missing == rows else (int(cells[f"__low{i}"]), int(cells[f"__high{i}"]))
        measured[name] = Range(low=low, high=high, missing=missing, rows=rows)
    return measured


def guard(bound: int, *, limit: int = INT64_LIMIT, where: str) -> int:
    """Refuse a computation whose result could be too large.

    Parameters
    ----------
    bound : int
        Greatest size the result can have, worked out in Python's unlimited whole numbers.
    limit : int, default INT64_LIMIT
        What it must stay below; `QUOTIENT_LIMIT` for quotients.
    where : str
        The verb or stage.

    Returns
    -------
    int
        The bound.

    Raises
    ------
    InvalidValueError
        If the bound reaches the limit.

    Examples
    --------
    >>> guard(10**6 * 10**9, where="pay")
    1000000000000000
    """
    if bound >= limit:
        raise InvalidValueError(
            f"a result of this size could reach {bound}, which is not below {limit}",
            where=where,
            fix="use a smaller scale, or compute these rows with exact fractions",
        )
    return bound


def ordered(stage: Stage, by: Sequence[str], order: Sequence[str]) -> Stage:
    """Prove that keys are a total order within groups, and remember it.

    Use it once before several windows over the same order; each window proves it itself otherwise.

    Parameters
    ----------
    stage : Stage
        Any.
    by : sequence of str
        Group columns; may be empty.
    order : sequence of str
        Order keys, most important first; ascending, text by code point.

    Returns
    -------
    Stage
        The same rows, with the proof.

    Raises
    ------
    InvalidValueError
        If a key is empty somewhere, is a float, or two rows of a group have equal keys.
    """
    proof = (frozenset(by), tuple(order))
    if proof in stage.proved:
        return stage
    if not order:
        raise InvalidValueError("there is no order key", where="order", fix="name at least one")
    keys = [*by, *order]
    stage.need(keys, where="order")
    schema = stage.lazy.collect_schema()
    for name in keys:
        if schema[name].is_float():
            raise InvalidValueError(
                f"{name} is a float and orders differently on different engines", where="order", fix="make it whole"
            )
    _filled(stage, [key for key in keys if key != ROW], where="order")
    if not (ROW in order and stage.numbered):
        stage.unique(keys, where="order")
    return attrs.evolve(stage, proved=stage.proved | {proof})


def _filled(stage: Stage, names: Sequence[str], *, where: str) -> None:
    import narwhals as nw

    if not names:
        return
    wanted = list(dict.fromkeys(names))
    found = stage.lazy.select(*(nw.col(name).null_count().alias(name) for name in wanted)).collect()
    for name in wanted:
        if found[name].to_list()[0]:
            raise InvalidValueError(
                f"{name} is empty in {found[name].to_list()[0]} rows", where=where, fix="fill or set these rows aside"
            )


def _fresh(stage: Stage, into: str, *, where: str) -> None:
    if into in stage.columns or into.startswith("__"):
        raise InvalidValueError(f"{into!r} is taken or reserved", where=where, fix="give the result a name of its own")


def _operand(stage: Stage, of: Operand, name: str) -> Stage:
    """The operand in a column of its own, 64 bits wide: a window over a column of the order would be wrong."""
    made = col(of) if isinstance(of, str) else of if isinstance(of, Expr) else value(of)
    return stage.with_columns(**{name: made.whole()})


def _summable(stage: Stage, name: str, by: Sequence[str], bound: int | None, *, where: str) -> None:
    """Prove that no sum over a group leaves 64 bits: by rows times size, else by the exact sum of sizes."""
    if bound is not None:
        guard(bound, where=where)
        return
    found = ranges(stage, [name])[name]
    if found.missing:
        raise InvalidValueError(
            f"the values are empty in {found.missing} rows", where=where, fix="fill or set these rows aside"
        )
    if found.size * found.rows < INT64_LIMIT:
        return
    guard(found.size, where=where)
    import narwhals as nw

    half = 2**31
    halves = stage.with_columns(__size=col(name).size()).with_columns(__low=col("__size") % half)
    halves = halves.with_columns(__high=Expr((nw.col("__size") - nw.col("__low")) // half))
    sums = [nw.col("__high").sum().cast(nw.Int64), nw.col("__low").sum().cast(nw.Int64)]
    lazy = halves.lazy.group_by(*by).agg(*sums) if by else halves.lazy.select(*sums)
    most = lazy.collect()
    highs, lows = most["__high"].to_list(), most["__low"].to_list()
    guard(max(int(high) * half + int(low) for high, low in zip(highs, lows, strict=True)), where=where)


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
        A proved bound of the sum of sizes within any group; measured if not given.

    Returns
    -------
    Stage
        With the sum up to and including each row, Int64.

    Raises
    ------
    InvalidValueError
        If the order is not total, a value is empty, or a sum could overflow.
    """
    _fresh(stage, into, where="running_sum")
    stage = _operand(ordered(stage, by, order), of, "__operand")
    _summable(stage, "__operand", by, bound, where="running_sum")
    return _verified(_cumulated(stage, into, by, order).drop("__operand"), into)


def _cumulated(stage: Stage, into: str, by: Sequence[str], order: Sequence[str]) -> Stage:
    import narwhals as nw

    total = nw.col("__operand").cum_sum()
    window = total.over(*by, order_by=list(order)) if by else total.over(order_by=list(order))
    return stage.with_columns(**{into: Expr(window).whole()})


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
    _fresh(stage, into, where="running_count")
    stage = _operand(ordered(stage, by, order), 1, "__operand")
    return _verified(_cumulated(stage, into, by, order).drop("__operand"), into)


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
    _fresh(stage, into, where="lag")
    before = stage.columns
    keys = list(by) or ["__all"]
    stage = stage if by else stage.with_columns(__all=1)
    stage = ordered(stage, keys, order)
    stage = _cumulated(_operand(stage, 1, "__operand"), "__rank", keys, order).drop("__operand")
    stage = barrier(_operand(stage, of, "__value"))
    _filled(stage, ["__value"], where="lag")
    earlier = stage.with_columns(__rank=col("__rank") + 1, **{into: col("__value")}).select(*keys, "__rank", into)
    unique = (frozenset[str](), tuple(sorted([*keys, "__rank"])))
    joined = stage.join(attrs.evolve(earlier, proved=frozenset({unique})), [*keys, "__rank"], how="left")
    return _verified(joined.with_columns(**{into: col(into).fill(first)}).select(*before, into), into)


def _verified(stage: Stage, *names: str) -> Stage:
    import narwhals as nw

    schema = stage.lazy.collect_schema()
    for name in names:
        if schema[name] != nw.Int64:
            raise InvalidValueError(f"{name} came out as {schema[name]}, not Int64", where="window", fix="report this")
    return stage


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
        _fresh(stage, name, where="group_totals")
    keys = list(by) or ["__all"]
    stage = stage if by else stage.with_columns(__all=1)
    totals = group(stage, by=keys, bound=bound, **{name: ("sum", of) for name, of in sums.items()})
    joined = stage.join(attrs.evolve(totals, proved=frozenset({(frozenset(), tuple(sorted(keys)))})), keys, how="inner")
    return joined if by else joined.drop("__all")


def group(
    stage: Stage, *, by: Sequence[str], bound: int | None = None, **made: tuple[str, Operand]
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
    import narwhals as nw

    stage.need(by, where="group")
    _filled(stage, by, where="group")
    aggregates = []
    for i, (name, (how, of)) in enumerate(made.items()):
        if how not in ("sum", "min", "max"):
            raise InvalidValueError(f"{how!r} is no aggregate", where="group", fix="use 'sum', 'min' or 'max'")
        stage = _operand(stage, of, f"__operand{i}")
        if how == "sum" and not isinstance(of, int):
            _summable(stage, f"__operand{i}", by, bound, where="group")
        else:
            _filled(stage, [f"__operand{i}"], where="group")
        aggregates.append(getattr(nw.col(f"__operand{i}"), how)().alias(name))
    lazy = stage.lazy.group_by(*by).agg(*aggregates)
    lazy = lazy.with_columns(nw.col(*made).cast(nw.Int64)) if made else lazy
    proof = (frozenset[str](), tuple(sorted(by)))
    return _verified(attrs.evolve(stage, lazy=lazy, numbered=False, proved=frozenset({proof})), *made)


def divide(
    stage: Stage, into: str, of: Operand, by: Operand, *, rounding: str, bound: int | None = None
) -> Stage:
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
    _fresh(stage, into, where="divide")
    stage = _operand(_operand(stage, of, "__over"), by, "__under")
    if bound is None:
        found = ranges(stage, ["__over", "__under"])
        over, under = found["__over"], found["__under"]
        if over.missing or under.missing:
            raise InvalidValueError("a value is empty", where="divide", fix="fill or set these rows aside")
        if over.rows and under.low <= 0:
            raise InvalidValueError(f"the divisor goes down to {under.low}", where="divide", fix="keep it positive")
        guard(under.high, limit=2**53, where="divide")
        bound = over.size // max(under.low, 1)
    guard(bound, limit=QUOTIENT_LIMIT, where="divide")
    made = col("__over").round_div(col("__under"), rounding=rounding)
    return _verified(stage.with_columns(**{into: made}).drop("__over", "__under"), into)


def split(
    stage: Stage, into: str, total: Operand, weight: Operand, *, by: Sequence[str], ties: Sequence[str]
) -> Stage:
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
    _fresh(stage, into, where="split")
    if ROW not in ties:
        stage = ordered(stage, by, ties)
    before = stage.columns
    stage = _operand(_operand(stage, total, "__total"), weight, "__weight")
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
    stage = _cumulated(_operand(stage, 1, "__operand"), "__rank", keys, order)
    more = when(col("__rank") <= col("__size") - col("__given"), 1, 0)
    part = col("__part") + more
    made = stage.with_columns(**{into: when(col("__total") < 0, -part, part)})
    return _verified(made.select(*before, into), into)
