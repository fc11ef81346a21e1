"""Small tables beside a large one: plain Python cells into a stage of the same engine, and out of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import attrs

from salesteam.core._table import _doors
from salesteam.core._table._cells import plain
from salesteam.core._table._doors import barrier, enter, small
from salesteam.core._table._frames import Dtype, frame_of, kind_of
from salesteam.core._table._origin import ROW, collected
from salesteam.core._table._rows import cells_in
from salesteam.core._table._stage import Stage, told
from salesteam.errors import InvalidValueError

__all__ = [
    "as_days",
    "begin",
    "beside",
    "cells",
    "counted",
    "distinct",
    "dtypes_of",
    "raw_cells",
    "rows_of",
    "tells_apart",
]


def begin(columns: Mapping[str, list[Any]], dtypes: Mapping[str, Dtype], *, like: object = None) -> Stage:
    """Start the stages from columns of plain Python cells.

    Use it where rows were read one by one and go on in columns.

    Parameters
    ----------
    columns : mapping of str to list
        Cells of one length; None where there is nothing.
    dtypes : mapping of str to str
        What each column holds: whole, number, text, flag, date, moment, decimal, texts.
    like : native frame, optional
        Compute with its library; with Polars, if it is installed, instead of pandas and PyArrow, and without `like`.

    Returns
    -------
    Stage
        Numbered in the order of the cells.

    Examples
    --------
    >>> begin({"payee": ["ana"], "p": [0]}, {"payee": "text", "p": "whole"}).columns
    ('payee', 'p')
    """
    kind = "pandas" if like is None else kind_of(like)
    kind = "polars" if kind in {"pandas", "pyarrow", "duckdb"} and _doors.polars_here() else kind
    return enter(frame_of(columns, dtypes, kind, like), engine="best")


def beside(
    stage: Stage, columns: Mapping[str, list[Any]], dtypes: Mapping[str, Dtype], *, unique: Sequence[str]
) -> Stage:
    """Make a small table that can be joined to a stage: on its engine, and proved to be unique by its keys.

    Parameters
    ----------
    stage : Stage
        What it will be joined to.
    columns, dtypes
        As in `begin`.
    unique : sequence of str
        Columns that tell its rows apart.

    Returns
    -------
    Stage
        With the proof, so that no join looks for it again.

    Raises
    ------
    InvalidValueError
        If the keys occur twice.

    Examples
    --------
    >>> deals = begin({"payee": ["ana", "bo"]}, {"payee": "text"})
    >>> teams = beside(deals, {"payee": ["bo"], "team": [1]}, {"payee": "text", "team": "whole"}, unique=["payee"])
    >>> rows_of(deals.join(teams, ["payee"], how="left"), "payee", "team")
    [{'payee': 'ana', 'team': None}, {'payee': 'bo', 'team': 1}]
    """
    keys = list(zip(*(columns[name] for name in unique), strict=True))
    if len(set(keys)) < len(keys):
        raise InvalidValueError(f"{', '.join(unique)} occur twice", where="beside", fix="make the keys unique before")
    made = frame_of(columns, dtypes, stage.engine, stage.origin.native)
    return (small(made) if stage.engine == "polars" else enter(made)).trust(*unique)


def cells(stage: Stage, *names: str) -> dict[str, list[Any]]:
    """Take columns of a stage out as lists of plain Python values; for what is small.

    Parameters
    ----------
    stage : Stage
        Any.
    *names : str
        Columns, at least one.

    Returns
    -------
    dict of str to list
        None where there is nothing, a day where a cell is a midnight.
        In the order of the frame that entered where the stage has its row numbers, else in no order.

    Examples
    --------
    >>> cells(begin({"p": [2, 1]}, {"p": "whole"}), "p")
    {'p': [2, 1]}
    """
    stage.need(names, where="cells")
    if stage.ready is not None and not stage.numbered:
        return _lists(stage.ready, names)
    found = collected(stage.frame.select(*names, *([ROW] if stage.numbered else [])))
    return _lists(found.sort(ROW) if stage.numbered else found, names)


def distinct(stage: Stage, *names: str) -> dict[str, list[Any]]:
    """Take the different rows of some columns out, as `cells` does; where all of these hold something.

    Parameters
    ----------
    stage : Stage
        Any.
    *names : str
        Columns, at least one.

    Returns
    -------
    dict of str to list
        In no order.

    Examples
    --------
    >>> distinct(begin({"p": [2, 2, None]}, {"p": "whole"}), "p")
    {'p': [2]}
    """
    stage.need(names, where="distinct")
    found = collected(stage.frame.select(*names).drop_nulls().unique())
    return _lists(found, names)


def tells_apart(stage: Stage, *keys: str) -> bool:
    """Whether no row has the same cells in some columns as another.

    Parameters
    ----------
    stage : Stage
        Any.
    *keys : str
        Columns without empty cells, at least one.

    Returns
    -------
    bool
        Whether it does.

    Examples
    --------
    >>> tells_apart(begin({"p": [2, 2]}, {"p": "whole"}), "p")
    False
    """
    stage.need(keys, where="tells_apart")
    if stage.engine == "polars":  # hashes that differ prove cells that differ; equal ones are looked at
        import polars as pl

        native = stage.frame
        whole = pl.col(keys[0]) if len(keys) == 1 else pl.struct(*keys)
        hashed = native.select(h=whole.hash().sort()).select((pl.col("h") == pl.col("h").shift(1)).any())
        if not collected(hashed).item():
            return True
    if len(keys) == 1:
        lib = stage.lib
        found = collected(stage.frame.select(different=lib.col(*keys).n_unique(), rows=lib.len()))
        return bool(found["different"].to_list() == found["rows"].to_list())
    return len(collected(stage.frame.select(*keys).unique())) == counted(stage)


def counted(stage: Stage) -> int:
    """How many rows there are.

    Parameters
    ----------
    stage : Stage
        Any.

    Returns
    -------
    int
        Their number.

    Examples
    --------
    >>> counted(begin({"p": [2, 1]}, {"p": "whole"}))
    2
    """
    if stage.ready is not None:
        return int(stage.ready.height)
    return int(collected(stage.frame.select(rows=stage.lib.len()))["rows"].to_list()[0])


def rows_of(stage: Stage, *names: str) -> list[dict[str, Any]]:
    """Take columns of a stage out as Python rows, as `cells` does.

    Parameters
    ----------
    stage : Stage
        Any.
    *names : str
        Columns, at least one.

    Returns
    -------
    list of dict
        One for each row.

    Examples
    --------
    >>> rows_of(begin({"p": [2, 1]}, {"p": "whole"}), "p")
    [{'p': 2}, {'p': 1}]
    """
    found = cells(stage, *names)
    return [dict(zip(names, row, strict=True)) for row in zip(*found.values(), strict=True)]


def _lists(frame: Any, names: Sequence[str]) -> dict[str, list[Any]]:
    rough = type(frame).__module__.partition(".")[0] != "polars" and frame.implementation.is_pandas()
    made = {}
    for name in names:
        cells = frame[name]
        found = cells.to_list()
        made[name] = [_cell(each) for each in found] if rough or cells.dtype.is_temporal() else found
    return made


def _cell(cell: object) -> object:
    made = plain(cell)
    return made.date() if isinstance(made, datetime) else made


def raw_cells(table: object) -> dict[str, list[Any]]:
    """All cells of a table as they are, column by column; None where there is nothing.

    Parameters
    ----------
    table : native frame or sequence of mappings
        Anything that `read_rows` reads; a row that is no mapping is empty.

    Returns
    -------
    dict of str to list
        In row order.

    Examples
    --------
    >>> raw_cells([{"grade": 7}, {}])
    {'grade': [7, None]}
    """
    return cells_in(table, "")[0]


def dtypes_of(table: object) -> dict[str, str]:
    """What the columns of a stage, or of a native frame, hold.

    Parameters
    ----------
    table : Stage or native frame
        Any.

    Returns
    -------
    dict of str to str
        ``"whole"``, ``"text"``, ``"date"``, ``"moment"`` (without zone), ``"number"``, ``"flag"``, or ``"other"``.

    Examples
    --------
    >>> dtypes_of(begin({"payee": ["ana"], "p": [0]}, {"payee": "text", "p": "whole"}))
    {'payee': 'text', 'p': 'whole'}
    """
    if isinstance(table, Stage):
        return {name: _dtype(dtype) for name, dtype in table.schema.items() if name != ROW}
    known = _pandas_dtypes(table) if type(table).__module__.partition(".")[0] == "pandas" else None
    if known is not None:
        return known
    import narwhals as nw

    schema = nw.from_native(cast("Any", table)).collect_schema()
    return {name: _dtype(dtype) for name, dtype in schema.items() if name != ROW}


def _pandas_dtypes(frame: Any) -> dict[str, str] | None:
    """The same from the names of plain dtypes, which narwhals takes ten times as long for; None if one is not plain."""
    found = [_PANDAS.get(str(dtype)) for dtype in frame.dtypes]
    if None in found or frame.columns.inferred_type != "string":
        return None
    return {name: dtype for name, dtype in zip(frame.columns, found, strict=True) if dtype is not None and name != ROW}


_PANDAS = {
    **{f"{sign}{bits}": "whole" for sign in ("int", "uint", "Int", "UInt") for bits in (8, 16, 32, 64)},
    **dict.fromkeys(("float32", "float64", "Float32", "Float64"), "number"),
    **dict.fromkeys(("str", "string"), "text"),
    **dict.fromkeys(("bool", "boolean"), "flag"),
    **{f"datetime64[{unit}]": "moment" for unit in ("s", "ms", "us", "ns")},
}
"""What columns of pandas of these dtypes hold."""


_NAMES = {"String": "text", "Date": "date", "Boolean": "flag"}


def _dtype(dtype: Any) -> str:
    if dtype.is_integer():
        return "whole"
    name = type(dtype).__name__ if not isinstance(dtype, type) else dtype.__name__
    if name == "Datetime":
        return "moment" if dtype.time_zone is None else "other"
    return _NAMES.get(name, "number" if dtype.is_float() else "other")


def as_days(stage: Stage, name: str, *, proved: bool = False) -> Stage | None:
    """Take the moments of a column for days, if each of them is a midnight.

    Parameters
    ----------
    stage : Stage
        Any.
    name : str
        A column of days, or of moments without zone.
    proved : bool, default False
        Whether the caller has proved that the moments are midnights.

    Returns
    -------
    Stage or None
        With days; pandas has no type for them and keeps midnights. None if some moment has a time of day.

    Examples
    --------
    >>> import pandas as pd
    >>> as_days(enter(pd.DataFrame({"at": pd.to_datetime(["2026-01-05 09:30"])})), "at") is None
    True
    """
    if dtypes_of(stage)[name] == "date":
        return stage
    lib = stage.lib
    if proved:
        return _days(stage, name)
    late = stage.frame.filter(~lib.col(name).is_null()).filter(lib.col(name) != lib.col(name).dt.truncate("1d"))
    if len(collected(late.select(name).head(1))):
        return None
    return barrier(_days(stage, name))


def _days(stage: Stage, name: str) -> Stage:
    if stage.engine == "pandas":
        return stage
    days = stage.frame.with_columns(stage.lib.col(name).cast(stage.lib.Date))
    return told(attrs.evolve(stage, lazy=days), stage.columns)
