"""Frames of every kind go out typed, and through stages with their order, index and kind kept."""

import gc
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from salesteam.core._table import (
    ROW,
    barrier,
    col,
    column,
    enter,
    group,
    kind_of,
    leave,
    ordered,
    running_sum,
    stack,
    value,
    when,
    write_rows,
)
from salesteam.errors import InvalidValueError, NotFoundError

ENGINES = ["pandas", "pandas-polars", "polars", "polars-lazy", "pyarrow", "duckdb"]


def native(engine: str, cells: dict[str, Any]) -> Any:
    """A frame of the library that an engine name stands for."""
    if engine.startswith("pandas"):
        return pd.DataFrame(cells)
    if engine == "polars":
        return pl.DataFrame(cells)
    if engine == "polars-lazy":
        return pl.LazyFrame(cells)
    return pa.table(cells) if engine == "pyarrow" else duckdb.from_arrow(pa.table(cells))


def into(engine: str, cells: dict[str, Any]) -> Any:
    """A stage over such a frame."""
    return enter(native(engine, cells), engine="polars" if engine == "pandas-polars" else "own")


def rows_of(frame: Any) -> list[tuple[Any, ...]]:
    """The rows of a native frame, missing cells as None."""
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame.rows()
    if isinstance(frame, pa.Table):
        return [tuple(row.values()) for row in frame.to_pylist()]
    if isinstance(frame, duckdb.DuckDBPyRelation):
        return frame.fetchall()
    columns = [frame[name].to_list() for name in frame.columns]
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in zip(*columns, strict=True)]


@attrs.frozen(kw_only=True)
class Line:
    payee: str = column("who")
    pay_minor: int | None = column("pay", "minor units", default=None)
    share: Fraction | None = column("part", default=None)
    day: date | None = column("day", default=None)
    at: datetime | None = column("instant", default=None)
    paid: bool | None = column("whether paid", default=None)
    price: Decimal | None = column("price", default=None)


LINES = [
    Line(
        payee="wu",
        pay_minor=2**60 + 1,
        share=Fraction(2, 3),
        day=date(2026, 3, 1),
        at=datetime(2026, 3, 1, 9, tzinfo=UTC),
        paid=True,
        price=Decimal("1.25"),
    ),
    Line(payee="ana"),
]


def test_pandas_is_the_default_with_declared_dtypes() -> None:
    """Money is Int64 even with missing cells, rationals are float64, dates have no time of day."""
    expected = {
        "payee": "string",
        "pay_minor": "Int64",
        "share": "float64",
        "day": "datetime64[s]",
        "at": "datetime64[us, UTC]",
        "paid": "boolean",
        "price": "object",
    }
    frame = write_rows(LINES, Line)
    assert expected == {name: str(dtype) for name, dtype in frame.dtypes.items()}
    assert ["wu", "ana"] == frame["payee"].to_list()
    assert 2**60 + 1 == frame["pay_minor"][0]


def test_dtypes_do_not_depend_on_the_cells() -> None:
    """An empty table has the same dtypes as a full one."""
    expected = [str(dtype) for name, dtype in write_rows(LINES, Line).dtypes.items() if name != "at"]
    actual = [str(dtype) for name, dtype in write_rows([], Line).dtypes.items() if name != "at"]
    assert expected == actual


def test_polars_dtypes_are_declared_too() -> None:
    """Dates are dates and decimals decimals."""
    expected = [pl.String, pl.Int64, pl.Float64, pl.Date, pl.Datetime("us", "UTC"), pl.Boolean, pl.Decimal(38, 2)]
    assert expected == write_rows(LINES, Line, pl.DataFrame()).dtypes


def test_arrow_dtypes_are_declared_too() -> None:
    """Whole numbers are 64 bits wide."""
    expected = ["string", "int64", "double", "date32[day]", "timestamp[us, tz=UTC]", "bool", "decimal128(38, 2)"]
    assert expected == [str(dtype) for dtype in write_rows(LINES, Line, pa.table({})).schema.types]


def test_an_exact_frame_has_two_whole_columns_for_a_rational() -> None:
    """Two thirds stays two thirds."""
    frame = write_rows(LINES, Line, pl.DataFrame(), exact=True)
    expected = (["share_num", "share_den"], [2, None], [3, None], pl.Int64)
    names = [name for name in frame.columns if name.startswith("share")]
    actual = (names, frame["share_num"].to_list(), frame["share_den"].to_list(), frame["share_num"].dtype)
    assert expected == actual


@pytest.mark.parametrize("engine", ENGINES)
def test_the_kind_written_is_the_kind_of_like(engine: str) -> None:
    """What came in decides what goes out."""
    like = native(engine, {"a": [1]})
    assert kind_of(like) == kind_of(write_rows(LINES, Line, like))


def test_mappings_are_written_like_nouns() -> None:
    """A missing field is an empty cell."""
    expected = [{"payee": "a", "pay_minor": 5, "share": None, "day": None, "at": None, "paid": None, "price": None}]
    assert expected == write_rows([{"payee": "a", "pay_minor": 5}], Line, [])


def test_a_number_beyond_64_bits_is_not_written() -> None:
    """It raises instead of wrapping around, also inside a rational."""
    for line in (Line(payee="a", pay_minor=2**63), Line(payee="a", share=Fraction(1, 2**63))):
        with pytest.raises(InvalidValueError, match="64 bits"):
            write_rows([line], Line, exact=True)


def test_a_rational_beyond_binary_numbers_is_not_written() -> None:
    """It raises with the column; rows of mappings hold it exactly."""
    line = Line(payee="a", share=Fraction(10**400, 3))
    with pytest.raises(InvalidValueError, match=r"binary numbers \(share\)"):
        write_rows([line], Line)
    assert Fraction(10**400, 3) == write_rows([line], Line, [])[0]["share"]


def test_a_relation_is_written_on_the_connection_of_like() -> None:
    """Only there can it be joined to the caller's tables."""
    connection = duckdb.connect()
    like = connection.sql("select 'wu' as payee, 7 as bonus").set_alias("mine")
    made = write_rows(LINES, Line, like).set_alias("made")
    assert [("wu", 7)] == made.join(like, "payee").project("payee, bonus").fetchall()


def test_a_kind_that_cannot_be_written_is_named() -> None:
    """Modin reads, say, but nothing here writes it."""
    from salesteam.core._table._frames import frame_of

    with pytest.raises(InvalidValueError, match="a modin frame cannot be written"):
        frame_of({"a": [1]}, {"a": "whole"}, "modin")


CELLS = {"payee": ["wu", "ana", "wu", None], "units": [3, 1, 2, 5], "day": [date(2026, 3, day) for day in (4, 3, 2, 1)]}


@pytest.mark.parametrize("engine", ENGINES)
def test_what_enters_leaves_unchanged(engine: str) -> None:
    """Kind, rows, order and column names."""
    frame = native(engine, CELLS)
    back = leave(into(engine, CELLS))
    assert kind_of(frame) == kind_of(back)
    assert [(row[0], row[1]) for row in rows_of(frame)] == [(row[0], row[1]) for row in rows_of(back)]


@pytest.mark.parametrize("engine", ["own", "polars"])
def test_the_pandas_index_and_the_dtypes_of_whole_columns_come_back(engine: Any) -> None:
    """Rows keep their labels through a filter; an int32 column is int32 again, a new one Int64."""
    frame = pd.DataFrame({"units": [3, 1, 2], "hot": [True, False, True]}, index=pd.Index(["x", "y", "z"], name="id"))
    frame = frame.astype({"units": "int32"})
    stage = enter(frame, engine=engine).with_columns(more=col("units") + 1).filter(col("units") > 1)
    back = leave(stage)
    expected = pd.DataFrame(
        {"units": [3, 2], "hot": [True, True], "more": [4, 3]}, index=pd.Index(["x", "z"], name="id")
    )
    pd.testing.assert_frame_equal(expected.astype({"units": "int32", "more": "Int64"}), back)
    assert ["units", "hot"] == list(frame.columns)


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_come_back_in_their_order_after_joins_and_windows(engine: str) -> None:
    """Engines may shuffle inside; the frame that leaves is in the order of the one that entered."""
    n = 500
    cells = {"key": [(i * 7919) % n for i in range(n)], "part": [i % 13 for i in range(n)]}
    rates = into(engine, {"part": list(range(13)), "rate": [i * i for i in range(13)]})
    stage = into(engine, cells).join(rates, ["part"], how="left")
    stage = running_sum(stage, "sum", "rate", by=["part"], order=["key"])
    actual = rows_of(leave(barrier(stage)))
    assert list(zip(cells["key"], cells["part"], strict=True)) == [row[:2] for row in actual]


@pytest.mark.parametrize("engine", ENGINES)
def test_expressions_mean_the_same_everywhere(engine: str) -> None:
    """Arithmetic, tests with empty cells, choices, membership."""
    stage = into(engine, {"x": [7, -7, 0], "name": ["a", None, "b"]})
    stage = stage.with_columns(
        sum=2 + col("x") - 1,
        back=10 - col("x"),
        product=3 * col("x"),
        minus=-col("x"),
        rest=col("x") % 4,
        size=col("x").size(),
        same=col("name") == "a",
        other=col("name") != "a",
        some=col("name").one_of(["a", "b"]),
        none=col("name").is_missing(),
        filled=col("name").fill("?"),
        both=(col("x") >= 0) & (col("x") <= 5) | ~(col("x") < 7),
        choice=when(col("name") == "a", 1, col("x") * 2),
        flag=(col("x") > 0).whole(),
        five=value(5),
        text=value("t"),
    )
    expected = [
        (7, "a", 8, 3, 21, -7, 3, 7, True, False, True, False, "a", True, 1, 1, 5, "t"),
        (-7, None, -6, 17, -21, 7, 1, 7, False, True, False, True, "?", False, -14, 0, 5, "t"),
        (0, "b", 1, 10, 0, 0, 0, 0, False, True, True, False, "b", True, 0, 0, 5, "t"),
    ]
    assert expected == rows_of(leave(stage))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("rounding", ["half_up", "half_away", "half_even", "down", "up"])
def test_division_by_expression_rounds_as_named(engine: str, rounding: str) -> None:
    """The same as the exact fractions of the core."""
    from salesteam.core import round_to

    cells = {"x": [-7, -6, -5, -3, -1, 0, 1, 3, 5, 6, 7], "m": [2, 4, 2, 2, 2, 5, 2, 2, 2, 4, 2]}
    stage = into(engine, cells).select(q=col("x").round_div(col("m"), rounding=rounding))
    expected = [round_to(Fraction(x, m), rounding) for x, m in zip(*cells.values(), strict=True)]
    assert expected == [row[0] for row in rows_of(leave(stage))]


def test_an_unknown_rounding_lists_the_known_ones() -> None:
    """The choice has no default."""
    with pytest.raises(InvalidValueError, match="half_even: nearest"):
        col("x").round_div(2, rounding="nearest")


@pytest.mark.parametrize("bad", [0.5, 2**63])
def test_a_value_that_is_not_exact_is_refused(bad: Any) -> None:
    """No float and nothing beyond 64 bits slips into a stage."""
    with pytest.raises(InvalidValueError):
        value(bad)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_join_looks_up_and_an_empty_key_matches_nothing(engine: str) -> None:
    """Narwhals 2.29 gives all engines the meaning of SQL here; pinned, since pandas of itself matches empty keys."""
    left = {"payee": ["wu", None, "ana"], "x": [1, 2, 3]}
    right = {"payee": ["ana", None], "big": [2**60 + 1, 5]}
    found = {
        how: rows_of(leave(into(engine, left).join(into(engine, right), ["payee"], how=how)))
        for how in ("left", "inner", "anti", "semi")
    }
    expected = {
        "left": [("wu", 1, None), (None, 2, None), ("ana", 3, 2**60 + 1)],
        "inner": [("ana", 3, 2**60 + 1)],
        "anti": [("wu", 1), (None, 2)],
        "semi": [("ana", 3)],
    }
    assert expected == found


def test_plain_pandas_rounds_large_numbers_in_a_left_join() -> None:
    """Why whole columns are made nullable on entry: a row without a match turns the others into floats."""
    import narwhals as nw

    left = nw.from_native(pd.DataFrame({"payee": ["wu", "ana"]}))
    right = nw.from_native(pd.DataFrame({"payee": ["wu"], "big": [2**60 + 1]}))
    rounded = left.join(right, on="payee", how="left")["big"]
    assert (nw.Float64, 2**60) == (rounded.dtype, rounded.to_list()[0])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_join_to_several_rows_must_be_wanted(engine: str) -> None:
    """Else money would be counted twice."""
    left, right = into(engine, {"k": [1, 2]}), into(engine, {"k": [1, 1], "v": [5, 6]})
    with pytest.raises(InvalidValueError, match="several rows have k=1"):
        left.join(right, ["k"], how="left")
    many = left.join(right, ["k"], how="inner", many=True)
    assert [(1, 5), (1, 6)] == rows_of(leave(many, order=["k", "v"]))


def test_a_join_that_would_double_a_name_is_refused() -> None:
    """Two columns of one name have no meaning."""
    stage = into("polars", {"k": [1], "v": [5]})
    with pytest.raises(InvalidValueError, match="both sides have v"):
        stage.join(stage, ["k"], how="left")


@pytest.mark.parametrize("engine", ENGINES)
def test_stages_stack_by_name(engine: str) -> None:
    """Rows of both, in the order asked for when they leave."""
    first = into(engine, {"k": [2], "v": ["x"]})
    second = into(engine, {"v": ["y"], "k": [1]})
    assert [(1, "y"), (2, "x")] == rows_of(leave(stack([first, second]), order=["k"]))


def test_stages_with_other_columns_do_not_stack() -> None:
    """The columns that differ are named."""
    with pytest.raises(InvalidValueError, match="columns differ: v"):
        stack([into("polars", {"k": [1], "v": [1]}), into("polars", {"k": [1]})])
    with pytest.raises(InvalidValueError, match="nothing to stack"):
        stack([])


def test_rows_that_are_not_those_that_entered_need_an_order_to_leave() -> None:
    """Engines return groups in any order."""
    stage = group(into("polars", {"k": [2, 1], "v": [1, 1]}), by=["k"], n=("sum", 1))
    with pytest.raises(InvalidValueError, match="name the order"):
        leave(stage)


@pytest.mark.parametrize("engine", ENGINES)
def test_select_drop_and_rename_change_columns_only(engine: str) -> None:
    """The hidden row number survives them."""
    stage = into(engine, {"a": [2, 1], "b": [3, 4], "c": [5, 6]})
    stage = stage.drop("c").rename(b="d").select("d", e=col("a") * 2)
    assert (("d", "e"), [(3, 4), (4, 2)]) == (stage.columns, rows_of(leave(stage)))


@pytest.mark.parametrize("verb", ["select", "drop", "join", "leave"])
def test_a_column_that_is_not_there_is_named_with_the_nearest(verb: str) -> None:
    """The same message from each verb."""
    stage = into("polars", {"payee": ["a"]})
    calls = {
        "select": lambda: stage.select("paye"),
        "drop": lambda: stage.drop("paye"),
        "join": lambda: stage.join(stage, ["paye"], how="left"),
        "leave": lambda: leave(stage, order=["paye"]),
    }
    with pytest.raises(NotFoundError, match="did you mean 'payee'"):
        calls[verb]()


def test_a_proof_of_order_is_kept_until_its_columns_change() -> None:
    """It saves proving it again, and never outlives its truth."""
    stage = ordered(into("polars", {"g": [1, 1], "k": [1, 2], "x": [5, 5]}), ["g"], ["k"])
    kept = stage.with_columns(y=col("x") + 1).filter(col("x") > 0).drop("x")
    lost = [stage.with_columns(k=value(1)), stage.rename(k="x2"), stage.drop("g"), stack([stage, stage])]
    assert (1, [0, 0, 0, 0]) == (len(kept.proved), [len(each.proved) for each in lost])


def test_narrow_columns_become_64_bits_wide() -> None:
    """A product of two 8-bit columns does not wrap around."""
    frame = pl.DataFrame({"x": [100]}, schema={"x": pl.Int8})
    assert [(100, 10000)] == rows_of(leave(enter(frame).with_columns(y=col("x") * col("x"))))


def test_reserved_names_are_refused() -> None:
    """Hidden columns begin with two underscores."""
    with pytest.raises(InvalidValueError, match=f"reserved: {ROW}"):
        enter(pd.DataFrame({ROW: [1]}))


@pytest.mark.parametrize("thing", [[{"a": 1}], 5])
def test_only_frames_enter(thing: object) -> None:
    """A list is for the rows API; the message says how to make a frame of it."""
    with pytest.raises(InvalidValueError):
        enter(thing)


def test_temporary_tables_go_when_nothing_uses_them() -> None:
    """A long session does not fill its database."""
    connection = duckdb.connect()
    stage = barrier(enter(connection.sql("select range as k from range(3)")).with_columns(v=col("k") * 2))
    before = connection.sql("select count(*) from duckdb_tables()").fetchall()
    made = leave(stage)
    del stage
    gc.collect()
    after = connection.sql("select count(*) from duckdb_tables()").fetchall()
    assert ([(1,)], [(0,)], [(0, 0), (1, 2), (2, 4)]) == (before, after, made.fetchall())


def test_a_closed_connection_does_not_disturb_the_clean_up() -> None:
    """The tables went with it."""
    connection = duckdb.connect()
    stage = enter(connection.sql("select 1 as k"))
    connection.close()
    del stage
    gc.collect()


def test_a_frame_without_row_order_is_refused() -> None:
    """Kinds that narwhals reads lazily and that have no order are collected by the caller first."""
    from salesteam.core._table._doors import _numbered

    with pytest.raises(InvalidValueError, match="no row order"):
        _numbered(object(), "pyspark")


def test_importing_the_kit_loads_no_dataframe_library() -> None:
    """They load when a frame appears."""
    code = "import sys, salesteam.core._table; print({'pandas','numpy','narwhals','polars','duckdb','pyarrow'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "set()" == found.stdout.strip()
