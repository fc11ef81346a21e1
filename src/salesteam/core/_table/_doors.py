"""Into the stages and out of them: the kind, the row order and the pandas index come back as they went in."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib.util import find_spec
from typing import Any, Literal
from uuid import uuid4

import attrs

from salesteam.core._table._frames import kind_of, relation_of
from salesteam.core._table._origin import ROW, Origin, collected
from salesteam.core._table._stage import Stage, holding, told
from salesteam.errors import InvalidValueError

__all__ = ["barrier", "enter", "leave", "stack"]

Engine = Literal["own", "polars", "best"]
MOST_INSIDE = 50_000_000
"""Rows of a DuckDB relation up to which `engine="best"` computes with Polars."""
_PIECE = 250_000


def polars_here() -> bool:
    """Whether frames of pandas can be computed with Polars; for this package alone."""
    return all(find_spec(name) for name in ("polars", "pyarrow"))


def enter(frame: object, *, engine: Engine = "own", only: Sequence[str] | None = None) -> Stage:
    """Take a native frame into the stages.

    Parameters
    ----------
    frame : native frame
        pandas, Polars, PyArrow, DuckDB or another that narwhals reads.
        Whole columns of any width become 64 bits wide.
    engine : {'own', 'polars', 'best'}, default 'own'
        Compute with the library the frame comes from, or with Polars inside (faster for pandas and DuckDB), or so if
        Polars is installed and the frame is not too large to be held in memory twice (`MOST_INSIDE` rows of DuckDB).
        PyArrow has no windows of its own and always computes with Polars.
    only : sequence of str, optional
        The columns to take; all without it.

    Returns
    -------
    Stage
        With hidden row numbers, so that order and index come back.

    Raises
    ------
    InvalidValueError
        If it is no native frame, uses the reserved name of a hidden column, or Polars is needed and not installed.

    Examples
    --------
    >>> import pandas as pd
    >>> enter(pd.DataFrame({"payee": ["ana"], "amount_minor": [1200]})).columns
    ('payee', 'amount_minor')
    """
    import narwhals as nw

    kind = kind_of(frame)
    if kind == "rows":
        raise InvalidValueError("a list is no frame", where="enter", fix="make one of it with write_rows")
    native: Any = frame
    inside = engine == "polars" or (engine == "best" and polars_here())
    if kind in {"polars", "pyarrow"} or (kind == "pandas" and inside):
        return _of_polars(_held(native, kind, only), Origin(kind=kind, native=native, index=_index(native, kind)))
    wrapped: Any = nw.from_native(native)
    if only is not None:
        wrapped = wrapped.select(*only)
    _hidden(wrapped.collect_schema().names())
    origin = Origin(kind=kind, native=native, index=_index(native, kind))
    if kind == "duckdb" and inside:
        held = _of_duckdb(nw.to_native(wrapped).limit(MOST_INSIDE + 1))
        inside = engine == "polars" or held.height <= MOST_INSIDE
        wrapped = nw.from_native(held) if inside else wrapped
        del held
    if kind == "duckdb" and not inside:
        relation = nw.to_native(wrapped).project(f"*, row_number() over () - 1 as {ROW}")
        lazy = nw.from_native(relation).lazy()
    elif isinstance(wrapped, nw.LazyFrame):
        lazy = _numbered(wrapped, kind)
    elif wrapped.implementation.is_polars():
        lazy = nw.to_native(wrapped).lazy().with_row_index(ROW)
    else:
        lazy = _nullable(wrapped.with_row_index(ROW)).lazy()
    stage = Stage(lazy=lazy, origin=origin, numbered=True)
    lib = stage.lib
    narrow = [name for name, dtype in stage.schema.items() if dtype.is_integer() and dtype != lib.Int64]
    if narrow:
        stage = attrs.evolve(stage, lazy=stage.frame.with_columns(lib.col(*narrow).cast(lib.Int64)))
    return barrier(stage) if stage.engine == "duckdb" else stage


def _of_duckdb(relation: Any) -> Any:
    """A relation as a frame of Polars, piece by piece, so that it is never held in a third form as a whole."""
    import polars as pl

    named = "to_arrow_reader" if hasattr(relation, "to_arrow_reader") else "fetch_arrow_reader"  # before DuckDB 1.5
    reader = getattr(relation, named)(_PIECE)
    pieces = [pl.DataFrame(batch) for batch in reader]
    return pl.concat(pieces, rechunk=False) if pieces else pl.from_arrow(reader.schema.empty_table())


def _held(frame: Any, kind: str, only: Sequence[str] | None) -> Any:
    """A frame as one of Polars; that of pandas column by column, which is faster than as a whole."""
    if kind == "polars":
        return frame if only is None else frame.select(only)
    pl = _polars(kind)
    if kind == "pyarrow":
        return pl.from_arrow(frame if only is None else frame.select(only))
    names = list(frame.columns) if only is None else only
    return pl.DataFrame([_column(pl, str(name), frame[name]) for name in names])


def _column(pl: Any, name: str, cells: Any) -> Any:
    """A column of pandas as one of Polars; what is Arrow inside goes over as such."""
    if hasattr(cells.array, "__arrow_array__"):
        return pl.Series(name, cells.array.__arrow_array__())
    return pl.from_pandas(cells).alias(name)


def _index(frame: Any, kind: str) -> Any:
    return frame.index if kind == "pandas" else None


def _of_polars(frame: Any, origin: Origin) -> Stage:
    """A frame of Polars into the stages, past narwhals."""
    import polars as pl

    _hidden(frame.columns)
    narrow = [name for name, dtype in frame.schema.items() if dtype.is_integer() and dtype != pl.Int64]
    lazy = frame.lazy().with_row_index(ROW).with_columns(pl.col(ROW, *narrow).cast(pl.Int64))
    schema = {**frame.schema, ROW: pl.Int64(), **dict.fromkeys(narrow, pl.Int64())}
    return told(Stage(lazy=lazy, origin=origin, numbered=True), frame.columns, schema=schema)


def small(frame: Any) -> Stage:
    """A small frame of Polars as a stage of which nothing is pending, without row numbers; for this package alone."""
    return told(Stage(lazy=frame.lazy(), origin=Origin(kind="polars", native=frame)), frame.columns, frame)


def _hidden(names: Iterable[object]) -> None:
    hidden = [str(name) for name in names if str(name).startswith("__")]
    if hidden:
        raise InvalidValueError(
            f"names that begin with __ are reserved: {', '.join(hidden)}", where="enter", fix="rename these columns"
        )


def _numbered(wrapped: Any, kind: str) -> Any:
    import narwhals as nw

    if kind == "polars-lazy":
        return nw.from_native(nw.to_native(wrapped).with_row_index(ROW))
    raise InvalidValueError(
        f"a {kind} frame has no row order to keep", where="enter", fix="collect it into pandas, Polars or PyArrow first"
    )


def _polars(kind: str) -> Any:
    """Polars, for frames of a kind that it has to compute."""
    try:
        import polars as pl
    except ImportError:
        raise InvalidValueError(
            f"stages over {kind} need Polars here", where="enter", fix="install salesteam[fast]"
        ) from None
    return pl


def _nullable(wrapped: Any) -> Any:
    """In pandas, whole numbers that can be empty: else a join or a lag would turn them into floats."""
    import narwhals as nw

    if not wrapped.implementation.is_pandas():
        return wrapped
    native = nw.to_native(wrapped)
    whole = [name for name, dtype in wrapped.schema.items() if dtype.is_integer()]
    flags = [name for name, dtype in wrapped.schema.items() if dtype == nw.Boolean]
    return nw.from_native(native.astype(dict.fromkeys(whole, "Int64") | dict.fromkeys(flags, "boolean")))


def barrier(stage: Stage) -> Stage:
    """Compute what is pending, once, and go on from the result.

    Put it after a stage whose result several later ones use: a lazy engine would compute it for each of them.

    Parameters
    ----------
    stage : Stage
        Any.

    Returns
    -------
    Stage
        Same rows; in DuckDB over a temporary table that lives as long as a stage uses it.
    """
    import narwhals as nw

    if stage.engine != "duckdb":
        return stage if stage.ready is not None else computed(stage, collected(stage.frame))
    table = _TempTable(nw.to_native(stage.lazy), stage.origin.native)
    return attrs.evolve(stage, lazy=nw.from_native(table.read()).lazy(), held=(table,))


def computed(stage: Stage, frame: Any) -> Stage:
    """The stage over a frame that is computed, with the same columns; for this package alone."""
    made = attrs.evolve(stage, lazy=frame.lazy())
    return told(made, stage.columns, frame if made.engine == "polars" else None)


class _TempTable:
    """A temporary table that is dropped when nothing refers to it any more."""

    def __init__(self, relation: Any, home: Any) -> None:
        self.name = f"salesteam_{uuid4().hex}"
        self.home = home
        relation.query("_stage", f"create temp table {self.name} as select * from _stage")  # noqa: S608  # own name
        weakref.finalize(self, _drop, home, self.name).atexit = False

    def read(self) -> Any:
        return self.home.query("_home", f"select * from {self.name}")  # noqa: S608  # own name


def _drop(home: Any, name: str) -> None:
    import duckdb

    with suppress(duckdb.Error):  # the connection may be closed by now, and the table gone with it
        home.query("_home", f"drop table if exists {name}")


def stack(stages: Sequence[Stage]) -> Stage:
    """Put stages with the same columns under each other.

    Parameters
    ----------
    stages : sequence of Stage
        At least one; columns are matched by name.

    Returns
    -------
    Stage
        All rows; the hidden row numbers are left behind, so that `leave` needs an order.

    Raises
    ------
    InvalidValueError
        If there is none, or the columns differ.
    """
    if not stages:
        raise InvalidValueError("there is nothing to stack", where="stack", fix="pass at least one stage")
    first = stages[0]
    for other in stages[1:]:
        if set(other.columns) != set(first.columns):
            differ = sorted(set(other.columns) ^ set(first.columns))
            raise InvalidValueError(
                f"columns differ: {', '.join(differ)}", where="stack", fix="give all stages the same columns"
            )
        first = holding(first, other)
    lazies = [each.frame.select(*first.columns) for each in stages]
    made = attrs.evolve(
        first, lazy=first.lib.concat(lazies, how="vertical"), numbered=False, proved=frozenset(), standing=frozenset()
    )
    return told(made, first.columns)


def leave(stage: Stage, *, order: Sequence[str] = ()) -> Any:
    """Give a native frame back, of the kind that entered.

    Parameters
    ----------
    stage : Stage
        Any.
    order : sequence of str, optional
        Columns to sort by; without it rows come in the order of the frame that entered.

    Returns
    -------
    native frame
        Whole columns are Int64; in pandas the index is that of the rows that entered, unless `order` is given.
        The whole columns of a pandas frame that entered keep their own dtype.

    Raises
    ------
    InvalidValueError
        If there is neither an order nor the row numbers of the frame that entered.
    """
    import narwhals as nw

    keys = list(order) or ([ROW] if stage.numbered else [])
    if not keys:
        raise InvalidValueError(
            "these rows are not those that entered, so they have no order", where="leave", fix="name the order"
        )
    stage.need(keys, where="leave")
    kind = stage.origin.kind
    wide = [name for name, dtype in stage.schema.items() if dtype.is_integer() and dtype != stage.lib.Int64]
    lazy = stage.lazy.with_columns(nw.col(*wide).cast(nw.Int64)) if wide else stage.lazy
    lazy = lazy.sort(*keys, nulls_last=True)
    names = list(stage.columns)
    if kind == "duckdb":
        table = lazy.select(*names).collect("pyarrow").to_native()
        return relation_of(table, stage.origin.native)
    if kind == "polars-lazy":
        return nw.to_native(lazy.select(*names))
    done = lazy.collect()
    rows = None if order or not stage.numbered else done[ROW].to_numpy()
    native = nw.to_native(done.select(*names))
    if kind == "pandas":
        return _pandas(native, stage.origin, rows)
    return native.to_arrow() if kind == "pyarrow" else native


def _pandas(native: Any, origin: Origin, rows: Any) -> Any:
    import pandas as pd

    frame = native if isinstance(native, pd.DataFrame) else _from_polars(native)
    frame.index = pd.RangeIndex(len(frame)) if rows is None else origin.index.take(rows)
    before = origin.native.dtypes
    back = {name: before[name] for name in frame.columns if name in before.index and _fits(frame[name], before[name])}
    return frame.astype(back)


def _fits(cells: Any, dtype: Any) -> bool:
    """Whether the cells can be of the dtype that the column had when it entered."""
    return dtype.kind in "iub" and not cells.hasnans and cells.dtype.kind in "iub"


def _from_polars(frame: Any) -> Any:
    import pandas as pd

    made = {}
    for name in frame.columns:
        cells = frame[name]
        if cells.dtype.is_integer():
            missing = cells.is_null().to_numpy()
            made[name] = pd.Series(pd.arrays.IntegerArray(cells.fill_null(0).to_numpy().copy(), missing.copy()))
        else:
            made[name] = cells.to_pandas()
    return pd.DataFrame(made)
