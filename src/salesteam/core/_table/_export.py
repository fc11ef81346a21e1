"""Stages out as frames with declared columns and dtypes, without a Python object for each cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from salesteam.core._table._columns import columns
from salesteam.core._table._expr import Expr, raw
from salesteam.core._table._frames import Dtype, kind_of, relation_of, spread
from salesteam.core._table._origin import collected
from salesteam.core._table._stage import Stage
from salesteam.core._table._write import DTYPES
from salesteam.errors import InvalidValueError

__all__ = ["as_number", "decimal_text", "joined_text", "nearest_number", "write_pieces", "write_stage"]


def nearest_number(over: Expr, under: Expr) -> Expr:
    """The binary numbers nearest to quotients of whole numbers; empty where the divisor is 0.

    Parameters
    ----------
    over, under : Expr
        Whole; the caller has proved that their sizes stay below 2**53.

    Returns
    -------
    Expr
        Floats, correctly rounded, for display alone.

    Notes
    -----
    Polars multiplies by the rounded inverse of what is one number for all rows, also where a computed column holds it
    so; with nothing of each row added to it, it is a number of each row.
    """
    apart = under + over * 0

    def made(lib: Any) -> Any:
        a, b = raw(over, lib).cast(lib.Float64), raw(apart, lib).cast(lib.Float64)
        return lib.when(raw(under, lib) != 0).then(a / b)

    return Expr(made)


def as_number(cells: Expr) -> Expr:
    """Whole numbers as binary ones.

    Parameters
    ----------
    cells : Expr
        Whole; their sizes stay below 2**53.

    Returns
    -------
    Expr
        Floats.
    """
    return Expr(lambda lib: raw(cells, lib).cast(lib.Float64))


def decimal_text(over: Expr, places: int) -> Expr:
    """Whole numbers of 1/10**`places` as exact text without needless zeros: 1250 with two places is ``12.5``.

    Parameters
    ----------
    over : Expr
        Whole; the caller has proved that its size stays below 2**51.
    places : int
        At least 0.

    Returns
    -------
    Expr
        Text, as `salesteam.core.rational_text` writes it.
    """
    size = over.size()
    whole = size.floor_div(10**places)
    rest = size - whole * 10**places

    def made(lib: Any) -> Any:
        tail = lib.lit("")
        for shown in range(places, 0, -1):
            cut = 10 ** (places - shown)
            digits = raw(rest.floor_div(cut) + 10**shown, lib).cast(lib.String).str.slice(1)
            fits = raw(rest % cut == 0, lib) & raw(rest > 0, lib)
            tail = lib.when(fits).then(lib.concat_str([lib.lit("."), digits])).otherwise(tail)
        sign = lib.when(raw(over < 0, lib)).then(lib.lit("-")).otherwise(lib.lit(""))
        return lib.concat_str([sign, raw(whole, lib).cast(lib.String), tail])

    return Expr(made)


def joined_text(*parts: Expr | str) -> Expr:
    """Texts put together; empty where one of them is.

    Parameters
    ----------
    *parts : Expr or str
        Text columns, and text that is the same in every row.

    Returns
    -------
    Expr
        Text.
    """
    return Expr(lambda lib: lib.concat_str([raw(part, lib) for part in parts]))


def write_stage(
    stage: Stage, cls: type, like: object = None, *, order: Sequence[str], only: Sequence[str] | None = None
) -> Any:
    """Write a stage as a frame with the columns that a class declares, as `write_rows` writes nouns.

    Parameters
    ----------
    stage : Stage
        With a column for each of `cls`, or of `only`, rationals as floats; other columns are left out.
    cls : type
        The attrs class whose fields declare the columns.
    like : native frame, optional
        The result is of the same kind; pandas without it.
    order : sequence of str
        Columns to sort by, empty cells first; without any the rows are in their order already.
    only : sequence of str, optional
        Some of the columns.

    Returns
    -------
    native frame
        As `write_rows`.

    Raises
    ------
    InvalidValueError
        If frames of this kind cannot be written.
    """
    declared = _declared(cls, only)
    stage.need([*declared, *order], where="write_stage")
    lazy = (stage.frame.sort(*order) if order else stage.frame).select(*declared)
    found = lazy.collect("pyarrow") if stage.engine == "duckdb" else collected(lazy)
    return _written(found if stage.engine == "polars" else found.to_native(), declared, like)


def write_pieces(stages: Iterable[Stage], cls: type, like: object = None, *, only: Sequence[str] | None = None) -> Any:
    """Write stages under each other, as `write_stage` writes one: each is computed and let go before the next.

    Parameters
    ----------
    stages : iterable of Stage
        At least one, all computed by Polars, in the order of the rows.
    cls, like, only
        As in `write_stage`.

    Returns
    -------
    native frame
        As `write_rows`.
    """
    import polars as pl

    declared = _declared(cls, only)
    made = (collected(each.frame.select(*declared)) for each in stages)
    kind = "pandas" if like is None else kind_of(like)
    if kind == "pandas":
        return _of_pieces(made, declared)
    if kind == "duckdb":
        import pyarrow as pa

        return relation_of(pa.concat_tables(_texts_as_they_are(each) for each in made), like)
    return _written(pl.concat(made), declared, like)


def _of_pieces(pieces: Iterable[Any], declared: dict[str, Dtype]) -> Any:
    """Frames of Polars as one of pandas; each is let go before the next is made."""
    import pyarrow as pa

    held: dict[str, list[Any]] = {name: [] for name in declared}
    for piece in pieces:
        for name, chunks in held.items():
            chunks.append(piece.drop_in_place(name).rechunk().to_arrow())
    return _columns(((name, pa.chunked_array(held.pop(name))) for name in declared), declared)


def _declared(cls: type, only: Sequence[str] | None) -> dict[str, Dtype]:
    named = {column.name: DTYPES[column.kind] for column in columns(cls) if column.kind != "rest"}
    return named if only is None else {name: dtype for name, dtype in named.items() if name in only}


def _written(native: Any, declared: dict[str, Dtype], like: object) -> Any:
    """What was computed, as a frame of the kind of another."""
    kind = "pandas" if like is None else kind_of(like)
    if kind == "pandas":
        return _pandas(native, declared)
    if kind in {"polars", "polars-lazy"}:
        import polars as pl

        made: Any = native if isinstance(native, pl.DataFrame) else pl.from_arrow(_arrow(native, declared))
        return made.lazy() if kind == "polars-lazy" else made
    if kind == "duckdb" and type(native).__module__.startswith("polars"):
        return relation_of(_texts_as_they_are(native), like)
    if kind in {"pyarrow", "duckdb"}:
        table = _arrow(native, declared)
        return relation_of(table, like) if kind == "duckdb" else table
    if kind == "pyspark":
        return spread(_arrow(native, declared), like)
    raise InvalidValueError(f"a {kind} frame cannot be written", where="like", fix="use pandas, Polars or DuckDB")


def _texts_as_they_are(frame: Any) -> Any:
    """A frame of Polars as one of PyArrow without a copy of its texts."""
    import polars as pl

    return frame.to_arrow(compat_level=pl.CompatLevel.newest())


def _arrow(native: Any, declared: dict[str, Dtype]) -> Any:
    import pyarrow as pa

    types = {"whole": pa.int64(), "number": pa.float64(), "text": pa.string(), "date": pa.date32()}
    if hasattr(native, "to_arrow"):
        table = native.to_arrow()
    else:
        table = native if isinstance(native, pa.Table) else pa.Table.from_pandas(native, preserve_index=False)
    return table.cast(pa.schema([(name, types[dtype]) for name, dtype in declared.items()]))


def _pandas(native: Any, declared: dict[str, Dtype]) -> Any:
    import pandas as pd

    if isinstance(native, pd.DataFrame):
        made = {name: native[name].astype(_PANDAS[dtype]) for name, dtype in declared.items()}
        return pd.DataFrame(made).reset_index(drop=True)
    if hasattr(native, "to_arrow"):
        return _of_pieces([native], declared)
    table = _arrow(native, declared)
    return _columns(((name, table[name]) for name in declared), declared)


_PANDAS: dict[str, Any] = {"whole": "Int64", "number": "float64", "text": "string", "date": "datetime64[s]"}


def _columns(cells: Iterable[tuple[str, Any]], declared: dict[str, Dtype]) -> Any:
    """A frame of pandas of columns of PyArrow, one after the other."""
    import pandas as pd

    extended = {"whole": cast("Any", pd.Int64Dtype()), "text": cast("Any", pd.StringDtype())}
    made: dict[str, Any] = {}
    for name, column in cells:
        dtype = declared[name]
        if dtype in extended:
            made[name] = extended[dtype].__from_arrow__(column)
        elif dtype == "number":
            made[name] = column.to_numpy(zero_copy_only=False).copy()  # what is not its own cannot be written to
        else:
            made[name] = column.to_pandas(date_as_object=False).astype(_PANDAS[dtype]).array
        del column
    return pd.DataFrame(made, copy=False)
