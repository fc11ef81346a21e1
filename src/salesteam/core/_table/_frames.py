"""Native frames in and out: which kind a frame is, its cells, and a new frame of the same kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from salesteam.errors import InvalidValueError, NotFoundError

__all__ = [
    "Dtype", "DuplicateColumnsError", "cells_of", "chosen", "frame_of", "gathered",
    "is_rows", "kind_of", "relation_of", "spread",
]  # fmt: skip

Dtype = Literal["whole", "number", "text", "flag", "date", "moment", "decimal", "texts"]
"""What a written column holds."""


class DuplicateColumnsError(InvalidValueError):
    """Two columns of a frame have one name; in `read_rows` it becomes a finding.

    Parameters
    ----------
    names : tuple of str
        The names that occur twice or more.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(f"columns share a name: {', '.join(names)}", where="frame", fix="rename or drop the others")


_WRITABLE = "pandas, Polars (eager or lazy), PyArrow, DuckDB, or a list of mappings"


def is_rows(frame: object) -> bool:
    """Whether a value is a list of rows rather than a frame."""
    return isinstance(frame, Sequence) and not isinstance(frame, (str, bytes))


def _wrapped(frame: object) -> Any:
    import narwhals as nw

    _apart(frame)
    try:
        return nw.from_native(frame)
    except TypeError:
        raise InvalidValueError(
            f"a {type(frame).__name__} is no table",
            where="frame",
            fix=f"pass {_WRITABLE}",
        ) from None


def kind_of(frame: object) -> str:
    """Which kind of table a value is.

    Use it to choose an engine, or to give back what came in.

    Parameters
    ----------
    frame : native frame or sequence of mappings
        Anything that `read_rows` reads.

    Returns
    -------
    str
        ``"rows"``, ``"pandas"``, ``"polars"``, ``"polars-lazy"``, ``"pyarrow"``, ``"duckdb"``,
        or the name that narwhals has for another kind.

    Raises
    ------
    InvalidValueError
        If it is no table, or two of its columns have one name.

    Examples
    --------
    >>> kind_of([{"deal": "D1"}])
    'rows'
    """
    if is_rows(frame):
        return "rows"
    home, plain = type(frame).__module__.partition(".")[0], type(frame).__name__
    if home == "polars" and plain in _POLARS:
        return _POLARS[plain]
    if (home, plain) in _PLAIN:
        _apart(frame)
        return home
    import narwhals as nw

    wrapped = _wrapped(frame)
    name = str(wrapped.implementation)
    return "polars-lazy" if name == "polars" and isinstance(wrapped, nw.LazyFrame) else name


_POLARS = {"DataFrame": "polars", "LazyFrame": "polars-lazy"}


_PLAIN = {("pandas", "DataFrame"), ("pyarrow", "Table")}
"""Frames whose kind is the name of their library, so that nobody else has to be asked."""


def _apart(frame: object) -> None:
    twice = _twice(frame)
    if twice:
        raise DuplicateColumnsError(twice)


def _twice(frame: Any) -> tuple[str, ...]:
    if type(frame).__name__ == "LazyFrame":
        return ()
    names: Any = getattr(frame, "column_names" if hasattr(frame, "column_names") else "columns", ())
    if getattr(names, "inferred_type", "") == "string" and names.is_unique:  # pandas keeps both for later
        return ()
    counts = Counter(str(name) for name in names) if isinstance(names, Iterable) else Counter[str]()
    return tuple(name for name, count in counts.items() if count > 1)


def chosen(frame: Any, names: Sequence[str]) -> Any:
    """Some columns of a native frame, or of a list of rows, in an order.

    Parameters
    ----------
    frame : native frame or list of mappings
        Any.
    names : sequence of str
        Columns that it has.

    Returns
    -------
    native frame or list of dict
        Of the same kind.

    Raises
    ------
    NotFoundError
        For a column that it does not have.

    Examples
    --------
    >>> chosen([{"payee": "ana", "pay": 1}], ["pay"])
    [{'pay': 1}]
    """
    if is_rows(frame):
        known = list(frame[0]) if frame else list(names)
    else:
        wrapped = _wrapped(frame)
        known = wrapped.collect_schema().names()
    for name in names:
        if name not in known:
            raise NotFoundError("column", name, known, where="columns")
    if is_rows(frame):
        return [{name: row[name] for name in names} for row in frame]
    import narwhals as nw

    return frame if known == list(names) else nw.to_native(wrapped.select(*names))


def cells_of(frame: object) -> tuple[dict[str, list[Any]], int]:
    """All cells of a native frame, column by column, and the number of rows.

    Parameters
    ----------
    frame : native frame
        Anything that narwhals reads.

    Returns
    -------
    tuple of (dict of str to list, int)
        Cells of each column in row order, None where there is nothing; number of rows.

    Raises
    ------
    InvalidValueError
        If it is no table.
    DuplicateColumnsError
        If two columns have one name.
    """
    import narwhals as nw

    wrapped = _wrapped(frame)
    if isinstance(wrapped, nw.LazyFrame):
        wrapped = wrapped.collect()
    return {str(series.name): _listed(series) for series in wrapped.iter_columns()}, len(wrapped)


def _listed(series: Any) -> list[Any]:
    """The cells of a column; pandas has three values for nothing, of which two are no plain Python."""
    cells: list[Any] = series.to_list()
    if not series.implementation.is_pandas_like() or not series.null_count():
        return cells
    return [None if empty else cell for cell, empty in zip(cells, series.is_null().to_list(), strict=True)]


def frame_of(cells: Mapping[str, list[Any]], dtypes: Mapping[str, Dtype], kind: str, like: object = None) -> Any:
    """A new native frame of a kind, with declared dtypes.

    Parameters
    ----------
    cells : mapping of str to list
        Cells of each column, all of one length; None where there is nothing.
    dtypes : mapping of str to str
        What each column holds.
    kind : str
        As `kind_of` gives it.
    like : native frame, optional
        For DuckDB: a relation of the connection that the new one shall belong to.

    Returns
    -------
    native frame
        Rows in the order of the cells.

    Raises
    ------
    InvalidValueError
        If frames of this kind cannot be written.
    """
    if kind == "rows":
        names = list(cells)
        return [dict(zip(names, row, strict=True)) for row in zip(*cells.values(), strict=True)]
    if kind == "pandas":
        return _pandas(cells, dtypes)
    if kind in ("polars", "polars-lazy"):
        made = _polars(cells, dtypes)
        return made.lazy() if kind == "polars-lazy" else made
    if kind == "pyarrow":
        return _pyarrow(cells, dtypes)
    if kind == "duckdb":
        return relation_of(_pyarrow(cells, dtypes), like)
    if kind == "pyspark":
        return spread(_pyarrow(cells, dtypes), like)
    raise InvalidValueError(f"a {kind} frame cannot be written", where="like", fix=f"use {_WRITABLE}")


def gathered(frame: Any) -> Any:
    """A frame that is spread over machines, as one PyArrow table; any other as it is.

    Parameters
    ----------
    frame : native frame, sequence of mappings, or None
        Any table.

    Returns
    -------
    native frame
        Its rows have an order, so that they can be taken one after the other.

    Examples
    --------
    >>> gathered([{"deal": "D1"}])
    [{'deal': 'D1'}]
    """
    if frame is None or kind_of(frame) != "pyspark":
        return frame
    import narwhals as nw

    return nw.from_native(frame).collect("pyarrow").to_native()


def spread(table: Any, like: Any) -> Any:
    """A PyArrow table as a frame of the Spark that another belongs to."""
    return like.sparkSession.createDataFrame(table)


def _zone_of(values: list[Any]) -> str | None:
    return "UTC" if any(value is not None and value.tzinfo is not None for value in values) else None


def _pandas(cells: Mapping[str, list[Any]], dtypes: Mapping[str, Dtype]) -> Any:
    import pandas as pd

    names: dict[Dtype, Any] = {
        "whole": "Int64",
        "number": "float64",
        "text": "string",
        "flag": "boolean",
        "date": "datetime64[s]",
        "decimal": object,
        "texts": object,
    }
    made = {}
    for name, values in cells.items():
        if dtypes[name] == "moment":
            zone = _zone_of(values)
            made[name] = pd.Series(pd.to_datetime(pd.Series(values, dtype=object), utc=zone is not None)).astype(
                "datetime64[us, UTC]" if zone else "datetime64[us]"
            )
        else:
            made[name] = pd.Series(values, dtype=names[dtypes[name]])
    return pd.DataFrame(made)


def _polars(cells: Mapping[str, list[Any]], dtypes: Mapping[str, Dtype]) -> Any:
    import polars as pl

    names: dict[Dtype, Any] = {
        "whole": pl.Int64,
        "number": pl.Float64,
        "text": pl.String,
        "flag": pl.Boolean,
        "date": pl.Date,
        "texts": pl.List(pl.String),
    }
    made = {}
    for name, values in cells.items():
        if dtypes[name] == "moment":
            dtype: Any = pl.Datetime("us", _zone_of(values))
        elif dtypes[name] == "decimal":
            dtype = pl.Decimal(38, _scale(values))
        else:
            dtype = names[dtypes[name]]
        made[name] = pl.Series(name, values, dtype=dtype)
    return pl.DataFrame(made)


def _pyarrow(cells: Mapping[str, list[Any]], dtypes: Mapping[str, Dtype]) -> Any:
    import pyarrow as pa

    names: dict[Dtype, Any] = {
        "whole": pa.int64(),
        "number": pa.float64(),
        "text": pa.string(),
        "flag": pa.bool_(),
        "date": pa.date32(),
        "texts": pa.list_(pa.string()),
    }
    made = {}
    for name, values in cells.items():
        if dtypes[name] == "moment":
            dtype = pa.timestamp("us", _zone_of(values))
        elif dtypes[name] == "decimal":
            dtype = pa.decimal128(38, _scale(values))
        else:
            dtype = names[dtypes[name]]
        made[name] = pa.array(values, type=dtype)
    return pa.table(made)


def _scale(values: list[Any]) -> int:
    return max((-int(value.as_tuple().exponent) for value in values if value is not None), default=0)


def relation_of(arrow: Any, like: Any) -> Any:
    """A DuckDB relation over an Arrow table, on the connection of `like`: only there can it be joined to it.

    Parameters
    ----------
    arrow : pyarrow.Table
        The cells.
    like : object
        A relation, or anything else for the default connection.

    Returns
    -------
    duckdb relation
        Same rows and order.
    """
    import duckdb

    if not isinstance(like, duckdb.DuckDBPyRelation):
        return duckdb.from_arrow(arrow)
    return like.query("_like", "select * from arrow")  # DuckDB finds the local variable `arrow` by its name
