"""What is proved before a computation runs: total orders, filled cells, ranges that cannot overflow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from salesteam.core._table._expr import Expr, Operand, col, value
from salesteam.core._table._origin import ROW, collected
from salesteam.core._table._stage import Stage
from salesteam.errors import InvalidValueError

__all__ = [
    "INT64_LIMIT",
    "QUOTIENT_LIMIT",
    "Range",
    "filled",
    "fresh",
    "guard",
    "operand",
    "ordered",
    "ranges",
    "summable",
    "verified",
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
    stage.need(names, where="ranges")
    if stage.ready is not None:
        return {name: _range(stage.ready[name], name) for name in names}
    lib, polars = stage.lib, stage.engine == "polars"
    for name in () if polars else names:
        _whole(name, stage.schema[name])
    asked = [lib.len().alias("__rows")]
    for i, name in enumerate(names):
        column = lib.col(name)
        asked += [
            column.min().alias(f"__low{i}"),
            column.max().alias(f"__high{i}"),
            column.null_count().alias(f"__missing{i}"),
        ]
    found = collected(stage.frame.select(*asked))
    cells = {name: found[name].to_list()[0] for name in found.columns}
    rows = int(cells["__rows"])
    measured = {}
    for i, name in enumerate(names):
        if polars:  # the least cell is of the kind of all, and asking a plan for it costs as much as the measuring
            _whole(name, found.schema[f"__low{i}"])
        missing = int(cells[f"__missing{i}"] or 0)
        low, high = (0, 0) if missing == rows else (int(cells[f"__low{i}"]), int(cells[f"__high{i}"]))
        measured[name] = Range(low=low, high=high, missing=missing, rows=rows)
    return measured


def _whole(name: str, dtype: Any) -> None:
    if not dtype.is_integer():
        raise InvalidValueError(f"{name} is {dtype}, not whole", where="ranges", fix="scale it to whole numbers before")


def _range(cells: Any, name: str) -> Range:
    """The range of a column that Polars has computed, without a query."""
    _whole(name, cells.dtype)
    return Range(low=cells.min() or 0, high=cells.max() or 0, missing=cells.null_count(), rows=len(cells))


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
    schema = stage.schema
    for name in keys:
        if schema[name].is_float():
            raise InvalidValueError(
                f"{name} is a float and orders differently on different engines", where="order", fix="make it whole"
            )
    filled(stage, [key for key in keys if key != ROW], where="order")
    if not (ROW in order and stage.numbered):
        stage.unique(keys, where="order")
    return attrs.evolve(stage, proved=stage.proved | {proof})


def filled(stage: Stage, names: Sequence[str], *, where: str) -> None:
    """Refuse columns with empty cells; for this package alone."""
    if not names:
        return
    wanted = list(dict.fromkeys(names))
    found = collected(stage.frame.select(*(stage.lib.col(name).null_count().alias(name) for name in wanted)))
    for name in wanted:
        if found[name].to_list()[0]:
            raise InvalidValueError(
                f"{name} is empty in {found[name].to_list()[0]} rows", where=where, fix="fill or set these rows aside"
            )


def fresh(stage: Stage, into: str, *, where: str) -> None:
    """Refuse a name that a column has, or that is reserved; for this package alone."""
    if into in stage.columns or into.startswith("__"):
        raise InvalidValueError(f"{into!r} is taken or reserved", where=where, fix="give the result a name of its own")


def operand(stage: Stage, of: Operand, name: str, *, where: str, proved: bool = False) -> Stage:
    """Put an operand into a column of its own, 64 bits wide; for this package alone.

    A window over a column that is also part of the order, or named like it, would be wrong.
    What the caller has proved to be so wide already is not asked for its kind, which takes a look at the whole plan.
    """
    made = col(of) if isinstance(of, str) else of if isinstance(of, Expr) else value(of)
    if isinstance(of, str):
        stage.need([of], where=where)
    apart = stage.with_columns(**{name: made})
    if proved:
        return apart
    dtype = apart.schema[name]
    if not dtype.is_integer():
        raise InvalidValueError(
            f"{of if isinstance(of, str) else 'the operand'} is {dtype}, not whole",
            where=where,
            fix="scale it to whole numbers before",
        )
    return apart if dtype == stage.lib.Int64 else apart.with_columns(**{name: col(name).whole()})


def summable(stage: Stage, name: str, by: Sequence[str], bound: int | None, *, where: str) -> None:
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
    half = 2**31
    halves = stage.with_columns(__size=col(name).size()).with_columns(__low=col("__size") % half)
    halves = halves.with_columns(__high=Expr(lambda lib: (lib.col("__size") - lib.col("__low")) // half))
    lib = stage.lib
    sums = [lib.col("__high").sum(), lib.col("__low").sum()]
    lazy = halves.frame.group_by(*by).agg(*sums) if by else halves.frame.select(*sums)
    most = collected(lazy)
    highs, lows = most["__high"].to_list(), most["__low"].to_list()
    guard(max(int(high) * half + int(low) for high, low in zip(highs, lows, strict=True)), where=where)


def verified(stage: Stage, *names: str) -> Stage:
    """The stage itself, once its columns are known to be Int64; for this package alone."""
    schema = stage.schema
    for name in names:
        if schema[name] != stage.lib.Int64:
            raise InvalidValueError(f"{name} came out as {schema[name]}, not Int64", where="window", fix="report this")
    return stage
