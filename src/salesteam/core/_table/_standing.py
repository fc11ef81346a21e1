"""Rows that stand in their order: sort once, and every window after it is a sweep instead of a search.

Polars keeps rows in their place, so that the rows of a group stand together once they are sorted.
A running sum over them is the running sum of everything less what it was where the group began;
the sum of a group is a difference of two of them; what belongs to a group is taken by its number instead of joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile
from math import prod
from typing import TYPE_CHECKING, Any

import attrs

from salesteam.core._table._doors import barrier
from salesteam.core._table._origin import ROW, collected
from salesteam.core._table._stage import Stage, told

if TYPE_CHECKING:
    import polars as pl

__all__ = ["arranged", "numbered", "placed", "sliced", "spread", "summed", "sums", "swept"]

_PACKED = 2**62
_FEW = 50_000
"""Rows below which keys stay beside the number that they are packed into."""


def swept(stage: Stage, by: Sequence[str]) -> bool:
    """Whether the rows of each group stand together, on an engine that keeps them so.

    Parameters
    ----------
    stage : Stage
        Any.
    by : sequence of str
        What makes a group.

    Returns
    -------
    bool
        Whether they do.
    """
    return frozenset(by) in stage.standing and stage.engine == "polars"


def native(stage: Stage) -> pl.LazyFrame:
    """The lazy Polars frame of a stage; for this package alone."""
    frame: pl.LazyFrame = stage.frame
    return frame


def over(stage: Stage, frame: pl.LazyFrame, *added: str) -> Stage:
    """The stage over another lazy Polars frame, its rows in the same places; for this package alone.

    Parameters
    ----------
    stage : Stage
        Any.
    frame : polars.LazyFrame
        With all columns of the stage.
    *added : str
        The columns that it has besides.
    """
    held = stage.columns
    return told(attrs.evolve(stage, lazy=frame), [*held, *(name for name in added if name not in held)])


@lru_cache(maxsize=256)
def begins(*by: str) -> pl.Expr:
    """Whether a row is the first of its group, of whose keys one is never empty; for this package alone."""
    return _differs(by, 1)


@lru_cache(maxsize=256)
def _ends(*by: str) -> pl.Expr:
    """Whether a row is the last of its group."""
    return _differs(by, -1)


def _differs(by: Sequence[str], places: int) -> pl.Expr:
    """Whether a row is of another group than that so many places before it; where there is none, it is."""
    import polars as pl

    return pl.any_horizontal(*(pl.col(key).ne_missing(pl.col(key).shift(places)) for key in by))


def arranged(stage: Stage, into: str, by: Sequence[str], order: Sequence[str]) -> tuple[Stage, tuple[str, ...]]:
    """Sort once for everything that follows: groups stand together, their rows in an order, numbered from 0.

    Parameters
    ----------
    stage : Stage
        Any.
    into : str
        Name of the number.
    by : sequence of str
        What makes a group: whole columns, of which one is never empty.
    order : sequence of str
        A total order within each group, which the caller has proved and trusts.

    Returns
    -------
    tuple of (Stage, tuple of str)
        The rows, computed, and the keys that stand for the order from now on: the number, or the keys themselves in
        DuckDB, which sorts within groups faster than as a whole.
    """
    stage.need([*by, *order], where="arranged")
    if stage.engine == "duckdb":
        return stage, tuple(order)
    if stage.engine == "polars":
        frame = native(stage)
        found = _packed(frame.drop(ROW) if stage.numbered else frame, [*by, *order])
        made = over(stage, found.lazy().with_columns(_counted().alias(into)), into)
    else:
        lib, lazy = stage.lib, collected(stage.frame.sort(*by, *order)).with_row_index(into).lazy()
        made = attrs.evolve(stage, lazy=lazy.with_columns(lib.col(into).cast(lib.Int64)))
    columns = made.columns
    made = attrs.evolve(made, numbered=made.numbered and stage.engine != "polars", standing=frozenset())
    made = told(made, columns)
    return made.stands(*by).trust(into), (into,)


def sliced(stage: Stage, rows: int) -> list[Stage]:
    """A computed stage in pieces of so many rows, without a copy.

    Parameters
    ----------
    stage : Stage
        Computed by Polars, so that nothing is pending.
    rows : int
        Most rows of a piece.

    Returns
    -------
    list of Stage
        In order, at least one.
    """
    import polars as pl

    count = stage.ready.height if stage.ready is not None else int(collected(native(stage).select(pl.len())).item())
    starts = range(0, max(count, 1), rows)
    return [over(stage, native(stage).slice(start, rows)) for start in starts]


def numbered(stage: Stage, into: str) -> Stage:
    """Number rows that stand from 0, in their places.

    Parameters
    ----------
    stage : Stage
        Computed by Polars.
    into : str
        Name of the number.

    Returns
    -------
    Stage
        Same rows.
    """
    return over(stage, native(stage).with_columns(_counted().alias(into)), into).trust(into)


def _counted() -> pl.Expr:
    import polars as pl

    return pl.int_range(pl.len(), dtype=pl.Int64)


def _packed(frame: pl.LazyFrame, keys: list[str]) -> pl.DataFrame:
    """Sort by keys; the leading ones that are whole numbers or days are packed into one number first."""
    import polars as pl

    held: pl.DataFrame = collected(frame)
    dtypes = held.schema
    leading = list(takewhile(lambda key: dtypes[key].is_integer() or dtypes[key] == pl.Date, keys))
    if len(leading) < 2 or not held.height:
        return held.sort(keys)
    cells = [pl.col(key).cast(pl.Int32 if dtypes[key] == pl.Date else pl.Int64).cast(pl.Int64) for key in leading]
    bounds = [_bounds(held[key]) for key in leading]
    spans = [high - low + 1 for low, high in bounds]
    if prod(spans) >= _PACKED:
        return held.sort(keys)
    number = pl.lit(0, dtype=pl.Int64)
    for cell, span, (low, _) in zip(cells, spans, bounds, strict=True):
        number = number * span + (cell - low)
    rest = keys[len(leading) :]
    if held.height < _FEW:
        return held.sort(number, *rest)
    names = held.columns
    held = held.with_columns(__key=number).drop(leading)  # they are in the key, and taken out of it again
    held = held.sort(["__key", *rest])
    left, found = pl.col("__key"), {}
    for key, span, (low, _) in reversed(list(zip(leading, spans, bounds, strict=True))):
        whole = left % span + low
        found[key] = whole.cast(pl.Int32).cast(pl.Date) if dtypes[key] == pl.Date else whole
        left = left // span
    return held.with_columns(**found).select(names)


def _bounds(cells: pl.Series) -> tuple[int, int]:
    """The least and the greatest cell as numbers; too far apart to be packed where one is empty."""
    import polars as pl

    if cells.null_count():
        return 0, _PACKED
    whole: Any = cells.cast(pl.Int32) if cells.dtype == pl.Date else cells
    return whole.min(), whole.max()


def summed(stage: Stage, into: str, of: str, by: Sequence[str]) -> Stage:
    """Running sum of a whole column over rows that stand; for this package alone.

    Sums of everything may leave 64 bits and come back; differences of them are right as long as those of groups stay.
    """
    import polars as pl

    total = pl.col(of).cum_sum()
    before = pl.when(pl.col("__begins")).then(total - pl.col(of)).forward_fill()
    frame = native(stage).with_columns(__begins=begins(*by))
    return over(stage, frame.with_columns((total - before).alias(into)).drop("__begins"), into)


def shifted(stage: Stage, into: str, of: str, by: Sequence[str], *, first: int) -> Stage:
    """The cell of the row before, over rows that stand; for this package alone."""
    import polars as pl

    made = pl.when(begins(*by)).then(pl.lit(first, dtype=pl.Int64)).otherwise(pl.col(of).shift(1))
    return over(stage, native(stage).with_columns(made.alias(into)), into)


def sums(stage: Stage, by: Sequence[str], **of: str) -> Stage:
    """One row for each group that stands, in their order, with sums of whole columns.

    The caller has proved that no sum leaves 64 bits.

    Parameters
    ----------
    stage : Stage
        Its groups stand together (`swept`).
    by : sequence of str
        What makes a group.
    **of : str
        New column and the column to add up.

    Returns
    -------
    Stage
        Computed; its groups stand.
    """
    import polars as pl

    totals = {into: pl.col(name).cum_sum() for into, name in of.items()}
    frame = native(stage).select(*by, **totals, __ends=_ends(*by)).filter(pl.col("__ends"))
    frame = frame.select(*by, *(pl.col(into).diff().fill_null(pl.col(into)) for into in of))
    held = collected(frame)
    made = attrs.evolve(stage, lazy=held.lazy(), numbered=False, proved=frozenset(), standing=frozenset())
    return told(made, held.columns, held).stands(*by).trust(*by)


def placed(stage: Stage, by: Sequence[str]) -> Stage:
    """Sort rows by keys that tell them apart, and compute them: each is a group that stands.

    Parameters
    ----------
    stage : Stage
        Any.
    by : sequence of str
        Keys that the caller has proved to tell rows apart.

    Returns
    -------
    Stage
        In that order, without row numbers.
    """
    frame = stage.frame.drop(ROW) if stage.numbered else stage.frame
    made = attrs.evolve(stage, lazy=frame.sort(*by), numbered=False, standing=frozenset())
    return barrier(told(made, stage.columns)).stands(*by).trust(*by)


def spread(stage: Stage, table: Stage, by: Sequence[str], *, whole: bool = False) -> Stage:
    """Put the columns of a table with a row for each group on every row of the group.

    Parameters
    ----------
    stage : Stage
        Any.
    table : Stage
        Unique by its keys; rows of groups that it lacks fall away.
    by : sequence of str
        Key columns of both.
    whole : bool, default False
        Whether the caller has proved that the table has just the groups of the stage, in their order.

    Returns
    -------
    Stage
        Rows in their places where they stand and the table has all groups in their order; else joined.
    """
    if stage.engine != "polars" or not stage.standing:
        return stage.join(table, by, how="inner")
    import polars as pl

    names = [name for name in table.columns if name not in by]
    held = collected(native(table).select(*by, *names)) if table.ready is None else table.ready
    if not swept(stage, by):
        return over(stage, native(stage).join(held.lazy(), on=list(by), how="inner", maintain_order="left"), *names)
    stage = stage if whole else barrier(stage)
    frame = native(stage)
    if not whole and not collected(frame.filter(begins(*by)).select(*by)).equals(held.select(by)):
        return over(stage, frame.join(held.lazy(), on=list(by), how="inner", maintain_order="left"), *names)
    number = begins(*by).cum_sum() - 1
    made = {name: pl.lit(held[name]).gather(pl.col("__run")) for name in names}
    return over(stage, frame.with_columns(__run=number).with_columns(**made).drop("__run"), *names)
