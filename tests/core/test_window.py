"""Checked windows agree with plain Python on every engine, and each known trap is shown and sprung."""

from fractions import Fraction
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesteam.core import largest_remainder, round_to
from salesteam.core._table import (
    QUOTIENT_LIMIT,
    ROW,
    Range,
    barrier,
    col,
    divide,
    enter,
    group,
    group_totals,
    guard,
    lag,
    leave,
    ordered,
    ranges,
    running_count,
    running_sum,
    split,
    when,
)
from salesteam.core._table._expr import Expr
from salesteam.errors import InvalidValueError

ENGINES = ["pandas", "pandas-polars", "polars", "polars-lazy", "pyarrow", "duckdb"]
BARE = ["pandas", "polars", "pyarrow", "duckdb"]
BIG = 2**62


def native(engine: str, cells: dict[str, Any]) -> Any:
    """A frame of the library that an engine name stands for."""
    if engine.startswith("pandas"):
        frame = pd.DataFrame(cells)
        return frame.astype({name: "Int64" for name in frame if frame[name].dtype.kind == "f" and frame[name].hasnans})
    if engine == "polars":
        return pl.DataFrame(cells)
    if engine == "polars-lazy":
        return pl.LazyFrame(cells)
    arrow = pa.table(cells)
    return arrow if engine == "pyarrow" else duckdb.from_arrow(arrow)


def into(engine: str, cells: dict[str, Any]) -> Any:
    """A stage over such a frame."""
    return enter(native(engine, cells), engine="polars" if engine == "pandas-polars" else "own")


def outs(stage: Any) -> dict[str, list[Any]]:
    """The columns of the frame that leaves, in the order of the rows that entered."""
    frame = leave(stage)
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, duckdb.DuckDBPyRelation):
        frame = frame.to_arrow_table()
    return frame.to_pydict() if isinstance(frame, pa.Table) else {name: frame[name].to_list() for name in frame.columns}


def out(stage: Any, name: str) -> list[Any]:
    """One of these columns."""
    return outs(stage)[name]


def bare(engine: str, cells: dict[str, Any], **new: Any) -> nw.DataFrame[Any]:
    """What narwhals gives without the kit, sorted by ROW where there is one."""
    frame: Any = nw.from_native(native(engine, cells)).lazy().with_columns(**new).collect()
    return frame.sort("id") if "id" in cells else frame


CELLS = {"id": [0, 1, 2, 3, 4], "g": ["a", "a", "b", "a", "b"], "k": [3, 1, 2, 2, 1], "x": [10, 20, 30, 40, 50]}
RUNNING = [70, 20, 80, 60, 50]


# Traps


def test_bare_pandas_sums_in_the_wrong_order_if_the_operand_is_named_like_the_order() -> None:
    """Polars and DuckDB are right, pandas is silently wrong."""
    named = nw.col("x").alias("k").cum_sum().over("g", order_by="k")
    found = {
        engine: [int(cell) for cell in bare(engine, CELLS, r=named)["r"].to_list()]
        for engine in ("pandas", "polars", "duckdb")
    }
    assert found["pandas"] != RUNNING
    assert (RUNNING, RUNNING) == (found["polars"], found["duckdb"])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_running_sum_keeps_its_operand_apart_from_the_order(engine: str) -> None:
    """An operand named like an order key, or an order key itself, is summed in the right order."""
    stage = into(engine, CELLS)
    renamed = Expr(lambda lib: lib.col("x").alias("k"))
    stage = running_sum(stage, "r", renamed, by=["g"], order=["k"])
    stage = running_sum(stage, "keys", "k", by=["g"], order=["k"])
    assert (RUNNING, [6, 1, 3, 3, 1]) == (out(stage, "r"), out(stage, "keys"))


def test_bare_pandas_counts_in_the_wrong_order_if_the_order_key_is_counted() -> None:
    """The count of an order key ranks rows by their place in the frame."""
    counted = nw.col("k").cum_count().over("g", order_by="k")
    expected = [3, 1, 2, 2, 1]
    found = {engine: bare(engine, CELLS, r=counted)["r"].to_list() for engine in ("pandas", "polars", "duckdb")}
    assert found["pandas"] != expected
    assert (expected, expected) == (found["polars"], found["duckdb"])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_running_count_is_a_rank_in_the_order(engine: str) -> None:
    """It is the running sum of ones."""
    assert [3, 1, 2, 2, 1] == out(running_count(into(engine, CELLS), "n", by=["g"], order=["k"]), "n")


def test_bare_sums_and_counts_are_not_64_bits_wide() -> None:
    """DuckDB widens sums to HUGEINT, Polars counts in 32 bits; narwhals passes both on."""
    summed = nw.col("x").cum_sum().over("g", order_by="k")
    total = nw.col("x").sum().over("g")
    for made in (summed, total):
        wide = nw.from_native(native("duckdb", CELLS)).lazy().with_columns(r=made).collect_schema()["r"]
        assert nw.Int64 != wide
    frame = nw.from_native(native("duckdb", CELLS)).lazy().with_columns(r=summed)
    assert "float64" == str(nw.to_native(frame).df()["r"].dtype)
    short = nw.from_native(pl.DataFrame(CELLS)).group_by("g").agg(nw.len().alias("n"))["n"].dtype
    assert nw.UInt32 == short


@pytest.mark.parametrize("engine", ENGINES)
def test_every_result_is_int64(engine: str) -> None:
    """Windows, totals, counts, quotients, parts, groups."""
    stage = into(engine, CELLS)
    stage = running_sum(stage, "sum", "x", by=["g"], order=["k"])
    stage = running_count(stage, "count", by=["g"], order=["k"])
    stage = lag(stage, "lag", "x", by=["g"], order=["k"], first=0)
    stage = group_totals(stage, by=["g"], total="x", rows=1)
    stage = divide(stage, "quotient", "x", 7, rounding="half_up")
    stage = split(stage, "part", "total", "x", by=["g"], ties=["k"])
    stage = stage.with_columns(literal=when(col("x") > 20, 1, 0))
    names = ["sum", "count", "lag", "total", "rows", "quotient", "part", "literal"]
    schema = nw.from_native(leave(stage)).collect_schema()
    assert [nw.Int64] * len(names) == [schema[name] for name in names]
    made = group(stage, by=["g"], n=("sum", 1), low=("min", "x"), high=("max", "x"))
    schema = nw.from_native(leave(made, order=["g"])).collect_schema()
    assert [nw.Int64] * 3 == [schema[name] for name in ("n", "low", "high")]


def test_bare_literals_are_32_bits_wide_on_some_engines() -> None:
    """A running sum of such a literal would wrap around."""
    flag = nw.when(nw.col("x") > 20).then(2**30).otherwise(0)
    found = {engine: bare(engine, CELLS, r=flag)["r"].dtype for engine in BARE}
    assert (nw.Int32, nw.Int32) == (found["polars"], found["duckdb"])


@pytest.mark.parametrize("engine", ENGINES)
def test_literals_are_64_bits_wide(engine: str) -> None:
    """What is computed from literals alone does not wrap around at 32 bits."""
    stage = into(engine, CELLS).with_columns(r=when(col("x") > 20, 2**30, 1) * 8)
    assert [8, 8, 2**33, 2**33, 2**33] == out(stage, "r")


def test_bare_lag_turns_whole_numbers_into_floats_on_pandas() -> None:
    """The last digits of large amounts are lost; and on nullable columns narwhals 2.29 raises with pandas 3.1."""
    cells = {"id": [0, 1], "g": [1, 1], "k": [1, 2], "x": [BIG + 1, 0]}
    shifted = nw.col("x").shift(1).over("g", order_by="k")
    found = bare("pandas", cells, r=shifted)["r"]
    assert (nw.Float64, BIG) == (found.dtype, found.to_list()[1])
    assert BIG + 1 == bare("polars", cells, r=shifted)["r"].to_list()[1]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_lag_is_exact_to_the_last_digit(engine: str) -> None:
    """The earlier row is looked up by its number in the order."""
    cells = {"g": [1, 2, 1, 1], "k": [2, 1, 1, 3], "x": [5, 6, BIG + 1, 7]}
    stage = lag(into(engine, cells), "before", "x", by=["g"], order=["k"], first=-1)
    assert [BIG + 1, -1, -1, 5] == out(stage, "before")


def test_bare_whole_division_is_exact_on_the_engines_at_hand() -> None:
    """Not so on PySpark and Ibis, which go through doubles; here the raw operator is right, also below zero."""
    cells = {"x": [BIG + 1, -BIG - 1, -7, 7], "m": [3, 3, 2, 2]}
    expected = [(BIG + 1) // 3, (-BIG - 1) // 3, -4, 3]
    found = {engine: bare(engine, cells, r=nw.col("x") // nw.col("m"))["r"].to_list() for engine in BARE}
    assert dict.fromkeys(BARE, expected) == found


@pytest.mark.parametrize("engine", BARE)
def test_bare_division_through_doubles_is_wrong(engine: str) -> None:
    """What an engine without whole division does: the double is off by one long before 64 bits."""
    cells = {"x": [3 * (2**52 + 1) - 1], "m": [3]}
    through_doubles = (nw.col("x") / nw.col("m")).floor().cast(nw.Int64)
    assert cells["x"][0] // 3 != bare(engine, cells, r=through_doubles)["r"].to_list()[0]


@pytest.mark.parametrize("engine", ENGINES)
def test_portable_division_is_exact_up_to_its_limit(engine: str) -> None:
    """Taking the remainder off first makes rounding the double exact, with any divisor."""
    most = QUOTIENT_LIMIT - 3
    cells = {"x": [most * 3 + 2, -most * 3, most * 4095 + 4094, 1, -1, 0], "m": [3, 3, 4095, 2**52, 2**52, 7]}
    stage = divide(into(engine, cells), "q", "x", "m", rounding="down")
    assert [x // m for x, m in zip(cells["x"], cells["m"], strict=True)] == out(stage, "q")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_quotient_beyond_the_limit_is_refused(engine: str) -> None:
    """There the double could be off by one."""
    with pytest.raises(InvalidValueError, match=str(QUOTIENT_LIMIT)):
        divide(into(engine, {"x": [QUOTIENT_LIMIT * 3]}), "q", "x", 3, rounding="down")


def test_bare_rounding_of_halves_differs_between_engines() -> None:
    """Half a cent would be paid on one engine and not on the other."""
    cells = {"x": [1, 3, 5, -1]}
    found = {engine: bare(engine, cells, r=(nw.col("x") / 2).round(0))["r"].to_list() for engine in BARE}
    assert found["pandas"] == found["polars"] == [0.0, 2.0, 2.0, -0.0]
    assert found["pyarrow"] == found["duckdb"] == [1.0, 2.0, 3.0, -1.0]


@pytest.mark.parametrize("engine", ENGINES)
def test_halves_round_up_on_every_engine(engine: str) -> None:
    """Rounding is done on whole numbers."""
    cells = {"x": [1, 3, 5, -1, -3]}
    assert [1, 2, 3, 0, -1] == out(divide(into(engine, cells), "r", "x", 2, rounding="half_up"), "r")


def test_bare_sums_wrap_around_silently_on_most_engines() -> None:
    """DuckDB widens or raises; the others turn a fortune into a debt."""
    cells = {"id": [0, 1, 2], "g": [1, 1, 1], "k": [1, 2, 3], "x": [BIG, BIG, BIG]}
    summed = nw.col("x").cum_sum().over("g", order_by="k")
    for engine in ("pandas", "polars"):
        assert bare(engine, cells, r=summed)["r"].to_list()[1] < 0
    for engine in ("pandas", "polars", "pyarrow"):
        assert 0 == bare(engine, cells, r=nw.col("x") * 4)["r"].to_list()[0]
    with pytest.raises(duckdb.OutOfRangeException):
        bare("duckdb", cells, r=nw.col("x") * 4)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_sum_that_could_overflow_is_refused_on_every_engine(engine: str, sign: int) -> None:
    """The same refusal everywhere, before anything is computed."""
    cells = {"g": [1, 1], "k": [1, 2], "x": [sign * BIG, sign * BIG]}
    for verb in (
        lambda stage: running_sum(stage, "r", "x", by=["g"], order=["k"]),
        lambda stage: group_totals(stage, by=["g"], r="x"),
        lambda stage: group(stage, by=["g"], r=("sum", "x")),
        lambda stage: split(stage, "r", "x", 2, by=["g"], ties=["k"]),
    ):
        with pytest.raises(InvalidValueError, match="could reach"):
            verb(into(engine, cells))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_sum_that_fits_by_group_is_not_refused_for_the_whole_frame(engine: str) -> None:
    """The quick bound fails, the exact one by group passes."""
    cells = {"g": [1, 1, 2, 2], "k": [1, 2, 1, 2], "x": [BIG, BIG - 1, -BIG, -BIG + 1]}
    stage = running_sum(into(engine, cells), "r", "x", by=["g"], order=["k"])
    assert [BIG, 2 * BIG - 1, -BIG, -2 * BIG + 1] == out(stage, "r")


def test_the_guard_of_a_sum_counts_its_carries() -> None:
    """The smallest number of 64 bits has no positive twin and is refused too."""
    with pytest.raises(InvalidValueError, match="could reach"):
        running_sum(into("polars", {"k": [1], "x": [-(2**63)]}), "r", "x", by=[], order=["k"])


def test_a_bound_that_the_caller_has_proved_is_taken_at_its_word_or_refused() -> None:
    """It saves a pass over the data; a bound that does not fit is refused at once."""
    stage = into("polars", {"k": [1, 2], "x": [1, 2]})
    assert [1, 3] == out(running_sum(stage, "r", "x", by=[], order=["k"], bound=3), "r")
    with pytest.raises(InvalidValueError, match="could reach"):
        running_sum(stage, "r", "x", by=[], order=["k"], bound=2**63)


def test_bare_pyarrow_has_no_windows_within_groups() -> None:
    """So a PyArrow table computes with Polars inside and comes back as PyArrow."""
    with pytest.raises(NotImplementedError):
        bare("pyarrow", CELLS, r=nw.col("x").cum_sum().over("g", order_by="k"))
    stage = running_sum(into("pyarrow", CELLS), "r", "x", by=["g"], order=["k"])
    assert (pa.Table, RUNNING) == (type(leave(stage)), out(stage, "r"))


# What is refused


WINDOWS = {
    "running_sum": lambda stage, by, order: running_sum(stage, "r", "x", by=by, order=order),
    "running_count": lambda stage, by, order: running_count(stage, "r", by=by, order=order),
    "lag": lambda stage, by, order: lag(stage, "r", "x", by=by, order=order, first=0),
    "split": lambda stage, by, order: split(stage, "r", 10, "x", by=by, ties=order),
    "ordered": ordered,
}


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("engine", ENGINES)
def test_an_order_with_ties_is_refused(engine: str, window: str) -> None:
    """With ties each engine would give another result; the message shows the tie."""
    stage = into(engine, {"g": [1, 1, 2], "k": [5, 5, 5], "x": [1, 2, 3]})
    with pytest.raises(InvalidValueError, match="several rows have g=1, k=5"):
        WINDOWS[window](stage, ["g"], ["k"])


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("engine", ENGINES)
def test_empty_keys_are_refused(engine: str, window: str) -> None:
    """Engines put them at different ends, or drop them."""
    stage = into(engine, {"g": ["a", None], "k": [1, 2], "x": [1, 2]})
    with pytest.raises(InvalidValueError, match="g is empty in 1 rows"):
        WINDOWS[window](stage, ["g"], ["k"])
    stage = into(engine, {"g": [1, 1], "k": ["a", None], "x": [1, 2]})
    with pytest.raises(InvalidValueError, match="k is empty in 1 rows"):
        WINDOWS[window](stage, ["g"], ["k"])


def test_an_order_of_floats_or_of_nothing_is_refused() -> None:
    """Neither is a total order that all engines share."""
    stage = into("polars", {"k": [1.0, 2.0], "x": [1, 2]})
    with pytest.raises(InvalidValueError, match="k is a float"):
        ordered(stage, [], ["k"])
    with pytest.raises(InvalidValueError, match="no order key"):
        ordered(stage, [], [])


@pytest.mark.parametrize("engine", ENGINES)
def test_empty_values_are_refused(engine: str) -> None:
    """An empty amount is not zero; the caller decides."""
    stage = into(engine, {"g": [1, 1], "k": [1, 2], "x": [1, None]})
    for verb in (
        lambda: running_sum(stage, "r", "x", by=["g"], order=["k"]),
        lambda: lag(stage, "r", "x", by=["g"], order=["k"], first=0),
        lambda: group_totals(stage, by=["g"], r="x"),
        lambda: group(stage, by=["g"], r=("max", "x")),
        lambda: divide(stage, "r", "x", 2, rounding="down"),
        lambda: divide(stage, "r", 2, "x", rounding="down"),
        lambda: split(stage, "r", 10, "x", by=["g"], ties=["k"]),
    ):
        with pytest.raises(InvalidValueError, match="empty"):
            verb()


@pytest.mark.parametrize("engine", ENGINES)
def test_floats_are_refused_and_not_cut_off(engine: str) -> None:
    """12.5 would become 12; in pandas a whole column with an empty cell is a float too."""
    stage = into(engine, {"k": [1, 2], "x": [12.5, 1.0]})
    for verb in (
        lambda: running_sum(stage, "r", "x", by=[], order=["k"]),
        lambda: lag(stage, "r", col("x") * 2, by=[], order=["k"], first=0),
        lambda: group_totals(stage, by=["k"], r="x"),
        lambda: divide(stage, "r", "x", 2, rounding="down"),
        lambda: split(stage, "r", 10, "x", by=[], ties=["k"]),
    ):
        with pytest.raises(InvalidValueError, match="is Float64, not whole"):
            verb()


@pytest.mark.parametrize("divisor", [0, -3, 2**53])
def test_a_divisor_must_be_positive_and_exact_as_a_double(divisor: int) -> None:
    """Else the remainder or the double means something else."""
    with pytest.raises(InvalidValueError, match="divi"):
        divide(into("polars", {"x": [1, 2], "m": [1, divisor]}), "q", "x", "m", rounding="down")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("cells", "match"),
    [
        ({"t": [9, 9], "w": [1, -1]}, "negative"),
        ({"t": [9, 9], "w": [0, 0]}, "zero"),
        ({"t": [9, 8], "w": [1, 1]}, "differs"),
        ({"t": [2**51, 2**51], "w": [1, 1]}, "could reach"),
        ({"t": [2**40, 2**40], "w": [2**23, 1]}, "could reach"),
    ],
)
def test_a_split_that_has_no_answer_is_refused(engine: str, cells: dict[str, list[int]], match: str) -> None:
    """Negative or zero weights, totals that differ, numbers too large."""
    stage = into(engine, {"k": [1, 2], **cells})
    with pytest.raises(InvalidValueError, match=match):
        split(stage, "part", "t", "w", by=[], ties=["k"])


@pytest.mark.parametrize("name", ["x", "__x", "k"])
def test_a_result_needs_a_name_of_its_own(name: str) -> None:
    """Nothing is overwritten silently."""
    stage = into("polars", {"k": [1], "x": [1]})
    for verb in (
        lambda: running_sum(stage, name, "x", by=[], order=["k"]),
        lambda: running_count(stage, name, by=[], order=["k"]),
        lambda: lag(stage, name, "x", by=[], order=["k"], first=0),
        lambda: divide(stage, name, "x", 2, rounding="down"),
        lambda: split(stage, name, "x", 1, by=[], ties=["k"]),
        lambda: group_totals(stage, by=[], **{name: "x"}),
    ):
        with pytest.raises(InvalidValueError, match="taken or reserved"):
            verb()


def test_an_unknown_aggregate_is_refused() -> None:
    """A mean is no whole number."""
    with pytest.raises(InvalidValueError, match="'mean' is no aggregate"):
        group(into("polars", {"k": [1]}), by=["k"], r=("mean", "k"))


def test_ranges_are_for_whole_columns() -> None:
    """A float has no exact range; the message says what to do."""
    with pytest.raises(InvalidValueError, match="x is Float64"):
        ranges(into("polars", {"x": [0.5]}), ["x"])


# What is right


@pytest.mark.parametrize("engine", ENGINES)
def test_ranges_are_exact(engine: str) -> None:
    """Also at the ends of 64 bits, with missing cells, and for nothing at all."""
    stage = into(engine, {"x": [-(2**63), 2**63 - 1, 0], "y": [None, 5, 3]})
    expected = {
        "x": Range(low=-(2**63), high=2**63 - 1, missing=0, rows=3),
        "y": Range(low=3, high=5, missing=1, rows=3),
    }
    assert expected == ranges(stage, ["x", "y"])
    assert {"x": Range(low=0, high=0, missing=0, rows=0)} == ranges(stage.filter(col("y") > 9), ["x"])
    assert (2**63, 5) == (expected["x"].size, expected["y"].size)


def test_the_guard_lets_through_what_fits() -> None:
    """And refuses the limit itself."""
    assert 2**63 - 1 == guard(2**63 - 1, where="pay")
    with pytest.raises(InvalidValueError, match="pay"):
        guard(2**63, where="pay")


@pytest.mark.parametrize("engine", ENGINES)
def test_windows_work_on_no_rows(engine: str) -> None:
    """An empty month is not a special case."""
    stage = into(engine, CELLS).filter(col("x") > 99)
    stage = running_sum(stage, "r", "x", by=["g"], order=["k"])
    stage = running_count(stage, "n", by=[], order=[ROW])
    stage = lag(stage, "l", "x", by=["g"], order=["k"], first=0)
    stage = group_totals(stage, by=["g"], t="x")
    stage = divide(stage, "q", "x", "k", rounding="half_up")
    stage = split(stage, "p", "t", "x", by=["g"], ties=["k"])
    assert [] == out(stage, "p")


@pytest.mark.parametrize("engine", ENGINES)
def test_an_assist_split_of_a_deal_and_of_its_reversal(engine: str) -> None:
    """15 % of 1,000,000 yuan and of its reversal; three equal parts of one cent by key."""
    cells = {
        "deal": ["D1", "D1", "D2", "D2", "D3", "D3", "D3"],
        "payee": ["assist", "owner", "assist", "owner", "c", "b", "a"],
        "amount": [100000000, 100000000, -100000000, -100000000, -1, -1, -1],
        "weight": [15, 85, 15, 85, 1, 1, 1],
    }
    stage = split(into(engine, cells), "part", "amount", "weight", by=["deal"], ties=["payee"])
    assert [15000000, 85000000, -15000000, -85000000, 0, 0, -1] == out(stage, "part")


@pytest.mark.parametrize("engine", ENGINES)
def test_the_row_number_is_an_order_after_a_barrier(engine: str) -> None:
    """DuckDB numbers the rows once and keeps the numbers."""
    n = 3000
    cells = {"x": [(i * 37) % 101 for i in range(n)]}
    stage = barrier(into(engine, cells).filter(col("x") != 50))
    stage = running_count(stage, "n", by=[], order=[ROW])
    kept = sum(x != 50 for x in cells["x"])
    assert list(range(1, kept + 1)) == out(stage, "n")


def test_groups_can_be_aggregated_in_several_ways_at_once() -> None:
    """Sum, count, least and greatest, of columns and expressions."""
    made = group(
        into("duckdb", CELLS), by=["g"], sum=("sum", col("x") * 2), n=("sum", 1), low=("min", "k"), high=("max", "x")
    )
    assert [("a", 140, 3, 1, 40), ("b", 160, 2, 1, 50)] == leave(made, order=["g"]).fetchall()


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "李"]),
        st.integers(0, 3),
        st.integers(-(10**12), 10**12),
        st.integers(0, 10**6),
        st.sampled_from(["p", "q", "é", "Z", "协"]),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: (row[0], row[1], row[4]),
)


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=12, deadline=None)
@given(
    rows=ROWS,
    total=st.integers(-(10**9), 10**9),
    rounding=st.sampled_from(["half_up", "half_away", "half_even", "down", "up"]),
)
def test_every_engine_agrees_with_plain_python(
    engine: str, rows: list[tuple[str, int, int, int, str]], total: int, rounding: str
) -> None:
    """Running sum and count, lag, totals, division and split, over two order keys with text in code point order."""
    cells = dict(zip("gkxws", (list(column) for column in zip(*rows, strict=True)), strict=True))
    stage = into(engine, cells)
    stage = ordered(stage, ["g"], ["k", "s"])
    stage = running_sum(stage, "sum", "x", by=["g"], order=["k", "s"])
    stage = running_count(stage, "count", by=["g"], order=["k", "s"])
    stage = lag(stage, "lag", "x", by=["g"], order=["k", "s"], first=0)
    stage = group_totals(stage, by=["g"], total="x", rows=1)
    stage = running_sum(stage, "all", "x", by=[], order=["g", "k", "s"])
    stage = divide(stage, "quotient", "x", col("w") + 1, rounding=rounding)
    weight = col("w") + 1
    stage = split(stage, "part", total, weight, by=["g"], ties=["k", "s"])
    made = outs(stage)
    assert rows == list(zip(*(made.pop(column) for column in "gkxws"), strict=True))
    numbered = list(enumerate(rows))
    for name in sorted(set(cells["g"])):
        inside = sorted((each for each in numbered if each[1][0] == name), key=lambda each: (each[1][1], each[1][4]))
        values = [row[2] for _, row in inside]
        ties = [f"{place:03d}" for place in range(len(inside))]
        parts = largest_remainder(total, [row[3] + 1 for _, row in inside], ties)
        for place, (i, row) in enumerate(inside):
            expected = {
                "sum": sum(values[: place + 1]),
                "count": place + 1,
                "lag": values[place - 1] if place else 0,
                "total": sum(values),
                "rows": len(values),
                "all": sum(other[2] for other in rows if (other[0], other[1], other[4]) <= (row[0], row[1], row[4])),
                "quotient": round_to(Fraction(row[2], row[3] + 1), rounding),
                "part": parts[place],
            }
            assert expected == {column: cells_out[i] for column, cells_out in made.items()}
