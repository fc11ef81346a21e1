"""Small tables beside large ones, what columns hold, numbers in order, and stages written as frames, on every engine."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any
from unittest import mock

import attrs
import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesteam.core import _table as t
from salesteam.core import rational_text
from salesteam.core._table import _doors, _small, _standing
from salesteam.errors import InvalidValueError, NotFoundError

ENGINES = ["pandas", "polars", "duckdb"]
DAY = date(2026, 1, 5)


def stage_of(engine: str, cells: dict[str, list[Any]]) -> t.Stage:
    """A stage of an engine over cells."""
    if engine == "pandas":
        return t.enter(pd.DataFrame(cells))
    frame = pl.DataFrame(cells)
    return t.enter(frame if engine == "polars" else duckdb.from_arrow(frame.to_arrow()))


def test_cells_begin_on_polars_if_it_is_there_and_else_on_pandas() -> None:
    """A list of rows has no library of its own."""
    cells: dict[str, list[Any]] = {"p": [1, None]}
    assert str(t.begin(cells, {"p": "whole"}).lazy.implementation) == "polars"
    with mock.patch.object(_doors, "polars_here", return_value=False):
        assert str(t.begin(cells, {"p": "whole"}).lazy.implementation) == "pandas"


@pytest.mark.parametrize("engine", ENGINES)
def test_cells_begin_on_the_library_of_a_frame(engine: str) -> None:
    """Without Polars, DuckDB stays DuckDB and pandas pandas; with it, all begin in Polars."""
    like = stage_of(engine, {"x": [1]}).origin.native
    for here in (True, False):
        with mock.patch.object(_doors, "polars_here", return_value=here):
            made = t.begin({"p": [3, 1], "day": [DAY, None]}, {"p": "whole", "day": "date"}, like=like)
        assert t.cells(made, "p", "day") == {"p": [3, 1], "day": [DAY, None]}
        assert str(made.lazy.implementation) == ("polars" if here else engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_small_table_is_joined_on_the_engine_of_the_large_one(engine: str) -> None:
    """Its keys are known to be unique, so that the join does not look."""
    large = stage_of(engine, {"who": ["b", "a", "b"], "day": [DAY, DAY, DAY]})
    large = large.with_columns(x=1)
    small = t.beside(large, {"who": ["a", "b"], "p": [7, None]}, {"who": "text", "p": "whole"}, unique=["who"])
    joined = large.join(small, ["who"], how="left")
    assert t.rows_of(joined, "who", "p") == [{"who": "b", "p": None}, {"who": "a", "p": 7}, {"who": "b", "p": None}]


def test_keys_of_a_small_table_occur_once() -> None:
    """Else a join would multiply rows."""
    large = stage_of("polars", {"who": ["a"]})
    with pytest.raises(InvalidValueError, match="who occur twice"):
        t.beside(large, {"who": ["a", "a"]}, {"who": "text"}, unique=["who"])


@pytest.mark.parametrize("engine", ENGINES)
def test_different_rows_come_out_once_and_full(engine: str) -> None:
    """Rows with an empty cell are left out."""
    stage = stage_of(engine, {"who": ["b", "a", "b", None], "n": [1, 1, 1, 1]})
    found = t.distinct(stage, "who", "n")
    assert sorted(zip(found["who"], found["n"], strict=True)) == [("a", 1), ("b", 1)]
    with pytest.raises(NotFoundError):
        t.distinct(stage, "whom")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_key_tells_rows_apart_or_not(engine: str) -> None:
    """One cell twice is enough."""
    stage = stage_of(engine, {"a": ["x", "y"], "b": ["x", "x"]})
    assert (True, False) == (t.tells_apart(stage, "a"), t.tells_apart(stage, "b"))


@pytest.mark.parametrize("engine", ENGINES)
def test_the_kinds_of_columns_are_known_before_and_after_entering(engine: str) -> None:
    """A frame and the stage over it say the same."""
    cells = {"n": [1], "who": ["a"], "f": [0.5], "yes": [True], "at": [datetime(2026, 1, 5)], "z": [datetime(2026, 1, 5, tzinfo=UTC)]}  # fmt: skip
    expected = {"n": "whole", "who": "text", "f": "number", "yes": "flag", "at": "moment", "z": "other"}
    stage = stage_of(engine, cells)
    assert expected == t.dtypes_of(stage)
    assert expected == t.dtypes_of(stage.origin.native)


PANDAS = [*_small._PANDAS, "object", "category", "timedelta64[ns]", "datetime64[ns, UTC]", "int64[pyarrow]", "float16"]


@pytest.mark.parametrize("dtype", PANDAS)
def test_what_a_column_of_pandas_holds_is_what_narwhals_says_of_it(dtype: str) -> None:
    """The names of plain dtypes tell the same; of others nothing is said by name."""
    frame = pd.DataFrame({"x": pd.Series([0, 1]).astype(dtype), "y": [1, 2]})
    schema = nw.from_native(frame).collect_schema()
    assert t.dtypes_of(frame) == {name: _small._dtype(kind) for name, kind in schema.items()}


@pytest.mark.parametrize("dtype", ["str", "string", "string[python]", "Int64", "boolean", "int64", "datetime64[s]"])
def test_a_column_of_pandas_enters_with_its_cells_and_its_gaps(dtype: str) -> None:
    """Whatever holds the cells inside."""
    cells = pd.Series([1, 0]).astype(dtype)
    gaps = cells if dtype == "int64" else cells.where([True, False])
    held = t.cells(t.enter(pd.DataFrame({"x": gaps}), engine="polars"), "x")["x"]
    assert [cell is None for cell in held] == list(gaps.isna())
    assert held[0] == (date(1970, 1, 1) if dtype == "datetime64[s]" else gaps[0])


@pytest.mark.parametrize("engine", ENGINES)
def test_midnights_are_days_and_other_moments_are_not(engine: str) -> None:
    """An empty cell is no reason against it."""
    stage = stage_of(engine, {"at": [datetime(2026, 1, 5), None], "late": [datetime(2026, 1, 5, 9), None]})
    made = t.as_days(stage, "at")
    assert made is not None
    assert t.cells(made, "at") == {"at": [DAY, None]}
    assert t.as_days(stage, "late") is None


def test_cells_come_raw_from_rows_and_frames() -> None:
    """A row that is no mapping is empty."""
    rows: Any = [{"a": 1}, "no row", {"b": None}]
    assert t.raw_cells(rows) == {"a": [1, None, None], "b": [None, None, None]}
    assert t.raw_cells(pa.table({"a": [1]})) == {"a": [1]}


@pytest.mark.parametrize("engine", ENGINES)
def test_only_the_columns_asked_for_enter(engine: str) -> None:
    """A column that Polars cannot hold does not matter if nobody asks for it."""
    frame: Any = pd.DataFrame({"n": [1], "odd": [object()]}) if engine == "pandas" else None
    native = frame if frame is not None else stage_of(engine, {"n": [1], "odd": ["x"]}).origin.native
    assert t.enter(native, engine="best", only=["n"]).columns == ("n",)


@pytest.mark.parametrize("engine", ENGINES)
def test_ranks_follow_the_order(engine: str) -> None:
    """Windows over the keys that come back see the rows in the order asked for."""
    stage = stage_of(engine, {"day": [2, 1, 1], "id": ["a", "z", "b"], "x": [1, 10, 100]})
    stage, order = t.ranked(stage, "o", ["day", "id"])
    summed = t.running_sum(stage, "s", "x", by=[], order=order)
    rows = {row["id"]: row["s"] for row in t.rows_of(summed, "id", "s")}
    assert rows == {"b": 100, "z": 110, "a": 111}


KEYS = st.tuples(
    st.sampled_from([-(2**62), -3, 0, 4, 2**61]) | st.integers(-5, 5),
    st.none() | st.dates(date(2025, 12, 1), date(2026, 1, 31)),
    st.text("ab", max_size=2),
)


@pytest.mark.parametrize("few", [0, 50_000])
@given(rows=st.lists(KEYS, unique=True, max_size=12))
@settings(max_examples=60, deadline=None)
def test_rows_stand_in_the_order_of_their_keys_however_these_are_packed(
    few: int, rows: list[tuple[int, date | None, str]]
) -> None:
    """Empty days come first; numbers far apart are not packed, and the keys come out as they went in."""
    columns = dict(zip("kdt", map(list, zip(*rows, strict=True)) if rows else ([], [], []), strict=True))
    stage = t.begin(columns, {"k": "whole", "d": "date", "t": "text"}).trust("k", "d", "t")
    with mock.patch.object(_standing, "_FEW", few):
        made, order = t.arranged(stage, "o", ["k"], ["d", "t"])
    found = [(row["k"], row["d"], row["t"]) for row in t.rows_of(made, "k", "d", "t")]
    assert found == sorted(rows, key=lambda row: (row[0], row[1] or date.min, row[2]))
    assert t.cells(made, *order)["o"] == list(range(len(rows)))


@pytest.mark.parametrize("engine", ENGINES)
def test_an_order_that_is_not_total_has_no_ranks(engine: str) -> None:
    """Two rows with equal keys are told."""
    with pytest.raises(InvalidValueError, match="several rows"):
        t.ranked(stage_of(engine, {"day": [1, 1]}), "o", ["day"])


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=5, deadline=None)
@given(numbers=st.lists(st.integers(-(2**50), 2**50), min_size=1, max_size=20), places=st.integers(0, 4))
def test_decimals_are_written_as_rationals_are(engine: str, numbers: list[int], places: int) -> None:
    """Whole numbers of a power of ten give the text of their fraction."""
    numbers = [*numbers, 0, 5, -5, 10**places, -(10**places), 120, 1005]
    made = stage_of(engine, {"n": numbers}).with_columns(text=t.decimal_text(t.col("n"), places))
    made = made.with_columns(text=t.joined_text("F(", t.col("text"), ")"))
    expected = [f"F({rational_text(Fraction(n, 10**places))})" for n in numbers]
    assert expected == t.cells(made, "text")["text"]


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=5, deadline=None)
@given(pairs=st.lists(st.tuples(st.integers(-(2**52), 2**52), st.integers(1, 2**40)), min_size=1, max_size=20))
def test_quotients_are_the_nearest_binary_numbers(engine: str, pairs: list[tuple[int, int]]) -> None:
    """As Python divides; empty where the divisor is 0."""
    pairs = [*pairs, (2611, 100), (1, 3), (-1, 3)]
    cells = {"a": [a for a, _ in pairs] + [1], "b": [b for _, b in pairs] + [0]}
    made = stage_of(engine, cells).with_columns(q=t.nearest_number(t.col("a"), t.col("b")))
    assert [a / b for a, b in pairs] + [None] == t.cells(made, "q")["q"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("computed", [False, True])
def test_quotients_by_the_same_number_are_the_nearest_too(engine: str, *, computed: bool) -> None:
    """Whether the divisor is written as one number, or as a column that holds it in every row."""
    numbers = [*range(-300, 300)]
    stage = stage_of(engine, {"a": numbers}).with_columns(b=t.value(300))
    stage = t.barrier(stage) if computed else stage
    made = stage.with_columns(q=t.nearest_number(t.col("a"), t.col("b")))
    assert [number / 300 for number in numbers] == t.cells(made, "q")["q"]


@attrs.frozen(kw_only=True)
class Part:
    """A row with a column of each kind that stages are written with."""

    payee: str = t.column("who")
    units: int | None = t.column("units", default=None)
    share: Fraction | None = t.column("part", default=None)
    day: date | None = t.column("when", default=None)


@pytest.mark.parametrize("kind", ["pandas", "polars", "polars-lazy", "pyarrow", "duckdb"])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_stage_is_written_as_rows_are(engine: str, kind: str) -> None:
    """Same columns, dtypes, cells and order, whatever computed it and whatever is asked for."""
    like: Any = {
        "pandas": pd.DataFrame({"x": [1]}),
        "polars": pl.DataFrame({"x": [1]}),
        "polars-lazy": pl.LazyFrame({"x": [1]}),
        "pyarrow": pa.table({"x": [1]}),
        "duckdb": duckdb.from_arrow(pa.table({"x": [1]})),
    }[kind]
    home = like if (engine, kind) == ("duckdb", "duckdb") else stage_of(engine, {"x": [1]}).origin.native
    cells: dict[str, list[Any]] = {"n": [2, 1], "payee": ["bo", "ana"], "units": [None, 3], "share": [0.5, None], "day": [None, DAY]}  # fmt: skip
    dtypes: Any = {"n": "whole", "payee": "text", "units": "whole", "share": "number", "day": "date"}
    with mock.patch.object(_doors, "polars_here", return_value=engine != "pandas"):
        stage = t.begin(cells, dtypes, like=home)
        made = t.write_stage(stage, Part, like, order=["n"])
    rows = [Part(payee="ana", units=3, day=DAY), Part(payee="bo", share=Fraction(1, 2))]
    expected = t.write_rows(rows, Part, like)
    assert t.kind_of(made) == kind
    if kind == "duckdb":
        assert expected.types == made.types
        assert expected.fetchall() == made.fetchall()
    elif kind == "pandas":
        pd.testing.assert_frame_equal(expected, made)
    elif kind == "pyarrow":
        assert expected.equals(made)
    else:
        assert expected.lazy().collect().equals(made.lazy().collect())
        assert expected.lazy().collect_schema() == made.lazy().collect_schema()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_written_frame_of_pandas_is_its_readers_own(engine: str) -> None:
    """Every cell can be written to, and nothing that it was made of changes with it."""
    cells: dict[str, list[Any]] = {"n": [1, 2], "payee": ["ana", "bo"], "units": [3, 4], "share": [0.5, 0.25], "day": [DAY, DAY]}  # fmt: skip
    dtypes: Any = {"n": "whole", "payee": "text", "units": "whole", "share": "number", "day": "date"}
    home = stage_of(engine, {"x": [1]}).origin.native
    with mock.patch.object(_doors, "polars_here", return_value=engine != "pandas"):
        stage = t.barrier(t.begin(cells, dtypes, like=home))
        made = t.write_stage(stage, Part, order=["n"])
    for name in made.columns:
        made.loc[0, name] = made.loc[1, name]
    assert made.loc[0].to_dict() == made.loc[1].to_dict()
    assert [0.5, 0.25] == t.cells(stage, "share")["share"]


def test_a_stage_lacking_a_declared_column_is_not_written() -> None:
    """The error names the column."""
    with pytest.raises(NotFoundError, match="units"):
        t.write_stage(t.begin({"payee": ["ana"]}, {"payee": "text"}), Part, order=["payee"])


def test_columns_are_written_as_rows_are() -> None:
    """A field without cells is an empty column."""
    made = t.write_columns({"payee": ["ana"], "share": [Fraction(1, 3)]}, Part, exact=True)
    expected = t.write_rows([Part(payee="ana", share=Fraction(1, 3))], Part, exact=True)
    pd.testing.assert_frame_equal(expected, made)


@pytest.mark.parametrize("cells", [["ana", " bo"], ["ana", ""], ["ana", None], ["ana", 7]])
def test_a_glance_at_a_column_misses_nothing_of_a_look_at_each_cell(cells: list[Any]) -> None:
    """One odd cell among plain ones is read, or found, as if it were alone."""

    @attrs.frozen(kw_only=True)
    class Seat:
        """A row with one column."""

        seat: str = t.column("id")

    seats, report = t.read_rows([{"seat": cell} for cell in cells], Seat, table="seats")
    alone = [t.read_rows([{"seat": cell}], Seat, table="seats") for cell in cells]
    assert seats == tuple(seat for found, _ in alone for seat in found)
    assert {finding.code for _, found in alone for finding in found} == {finding.code for finding in report}
