"""Any table becomes nouns, and every problem comes back at once."""

import enum
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import attrs
import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesteam.core import Report, Severity, catalogue
from salesteam.core._table import column, kind_of, read_rows, read_table, write_rows
from salesteam.errors import InvalidValueError, NotFoundError

NATIVE = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "polars-lazy": lambda cells: pl.DataFrame(cells).lazy(),
    "pyarrow": pa.table,
    "duckdb": lambda cells: duckdb.from_arrow(pa.table(cells)),
    "rows": lambda cells: [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)],
}


class Stage(enum.Enum):
    OPEN = "open"
    WON = "won"


@attrs.frozen(kw_only=True)
class Deal:
    deal: str = column("id")
    amount_minor: int = column("amount", "minor units")
    share: Fraction = column("part", default=Fraction(1))
    closed: date | None = column("day it closed", default=None)


@attrs.frozen(kw_only=True)
class Everything:
    name: str = column("who")
    units: int | None = column("units", default=None)
    rate: Fraction | None = column("rate", default=None)
    price: Decimal | None = column("price", default=None)
    heat: float | None = column("score", default=None)
    day: date | None = column("day", default=None)
    at: datetime | None = column("instant", default=None)
    hot: bool | None = column("worth a call", default=None)
    stage: Stage = column("stage", default=Stage.OPEN)
    kind: Literal["carve_out", "overlay"] = column("kind", default="carve_out")
    tags: tuple[str, ...] = column("labels", default=())
    origin: str = column("where from", key="from", default="")


@attrs.frozen(kw_only=True)
class Sale:
    sale_minor: int = column("amount", "minor units")


@attrs.frozen(kw_only=True)
class Priced:
    sale_minor: int = column("amount", "minor units")
    currency: str | None = column("ISO 4217", default=None)


@attrs.frozen(kw_only=True)
class Open:
    deal: str = column("id")
    more: Mapping[str, object] = column("the rest", rest=True)


def _one(cls: type, **cells: Any) -> Any:
    values, report = read_rows(
        [{"name": "x", **cells}] if cls is Everything else [cells], cls, table="t", currency="CNY"
    )
    return (values[0] if values else None), report


def _codes(report: Report) -> list[str]:
    return [finding.code for finding in report]


@pytest.mark.parametrize("kind", NATIVE)
def test_the_same_nouns_come_from_every_kind_of_table(kind: str) -> None:
    """Each dataframe library and a list of mappings give equal nouns."""
    frame = NATIVE[kind](
        {
            "deal": ["D1", "D2"],
            "amount_minor": [1200, -1200],
            "share": ["15%", "2/3"],
            "closed": [date(2026, 3, 1), None],
            "mood": ["fine", None],
        }
    )
    expected = (
        Deal(deal="D1", amount_minor=1200, share=Fraction(3, 20), closed=date(2026, 3, 1)),
        Deal(deal="D2", amount_minor=-1200, share=Fraction(2, 3)),
    )
    actual, report = read_rows(frame, Deal, table="deals")
    assert (expected, []) == (actual, _codes(report))


@pytest.mark.parametrize("kind", NATIVE)
def test_missing_cells_are_missing_in_every_kind(kind: str) -> None:
    """None, NaN, NaT and pandas' NA leave the default."""
    cells = {
        "name": ["a", "b"],
        "units": [1, None],
        "heat": [0.5, None],
        "hot": [True, None],
        "day": [date(2026, 1, 1), None],
    }
    expected = (
        Everything(name="a", units=1, heat=0.5, hot=True, day=date(2026, 1, 1)),
        Everything(name="b"),
    )
    actual, _ = read_rows(NATIVE[kind](cells), Everything, table="t")
    assert expected == actual


@pytest.mark.parametrize("empty", [None, float("nan"), pd.NaT, pd.NA, "", "  ", Decimal("NaN"), np.float64("nan")])
def test_every_way_to_write_nothing_is_nothing(empty: object) -> None:
    """Each leaves an optional field at its default and is a finding for a required one."""
    kept, _ = _one(Everything, units=empty)
    lost, report = _one(Deal, deal="D", amount_minor=empty)
    expected = (None, None, "table.missing-value")
    actual = (kept.units, lost, _codes(report)[-1])
    assert expected == actual


@pytest.mark.parametrize(
    ("field", "cell", "expected"),
    [
        ("name", 1001, "1001"),
        ("name", 1001.0, "1001"),
        ("name", "李", "李"),
        ("units", "1,200", 1200),
        ("units", 3.0, 3),
        ("units", np.int32(3), 3),
        ("units", Decimal(3), 3),
        ("rate", "15%", Fraction(3, 20)),
        ("rate", Decimal("0.15"), Fraction(3, 20)),
        ("rate", 2, Fraction(2)),
        ("price", "12.50", Decimal("12.50")),
        ("price", Decimal("1.230"), Decimal("1.230")),
        ("heat", "0.25", 0.25),
        ("heat", 7, 7.0),
        ("day", "2026-03-01", date(2026, 3, 1)),
        ("day", datetime(2026, 3, 1), date(2026, 3, 1)),
        ("day", pd.Timestamp("2026-03-01"), date(2026, 3, 1)),
        ("day", "2026-03-01T00:00:00", date(2026, 3, 1)),
        ("at", "2026-03-01T09:00:00+08:00", datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))),
        ("at", pd.Timestamp("2026-03-01 01:00", tz="UTC"), datetime(2026, 3, 1, 1, tzinfo=ZoneInfo("UTC"))),
        ("hot", "yes", True),
        ("hot", "否", False),
        ("hot", 1, True),
        ("hot", 0.0, False),
        ("hot", np.bool_(True), True),
        ("stage", "won", Stage.WON),
        ("kind", "overlay", "overlay"),
        ("tags", "a; b；c", ("a", "b", "c")),
        ("tags", ["a", "b"], ("a", "b")),
    ],
)
def test_a_cell_is_read_as_its_field_says(field: str, cell: object, expected: object) -> None:
    """Each type accepts the forms in which tables carry it."""
    noun, report = _one(Everything, **{field: cell})
    assert (expected, []) == (getattr(noun, field), _codes(report))


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        ("name", date(2026, 1, 1), "not-text"),
        ("name", 1.5, "not-text"),
        ("name", True, "not-text"),
        ("tags", 5, "not-text"),
        ("units", "three", "not-whole"),
        ("units", 2.5, "not-whole"),
        ("units", 1e300, "not-whole"),
        ("units", True, "not-whole"),
        ("units", "1/2", "not-whole"),
        ("units", 2**63, "out-of-range"),
        ("rate", "half", "not-rational"),
        ("rate", "1/0", "not-rational"),
        ("rate", float("inf"), "not-rational"),
        ("price", "1/3", "not-decimal"),
        ("price", "x", "not-rational"),
        ("heat", "warm", "not-number"),
        ("heat", float("inf"), "not-number"),
        ("heat", 10**400, "not-number"),
        ("day", "01.03.2026", "not-date"),
        ("day", "2026-02-30", "not-date"),
        ("day", 46082, "not-date"),
        ("day", "2026-03-01T00:00:00Z", "date-with-zone"),
        ("at", "2026-03-01T09:00:00", "no-zone"),
        ("at", date(2026, 3, 1), "no-zone"),
        ("at", "soon", "not-moment"),
        ("hot", "maybe", "not-flag"),
        ("hot", 2, "not-flag"),
        ("stage", "wonn", "unknown-choice"),
        ("kind", "other", "unknown-choice"),
    ],
)
def test_a_cell_that_cannot_be_read_is_a_finding_with_its_place(field: str, cell: object, code: str) -> None:
    """The row is set aside; the finding names table, row, field and value."""
    noun, report = _one(Everything, **{field: cell})
    finding = report.errors[0]
    place = finding.place
    expected = (None, f"table.{code}", "t", 0, field)
    assert expected == (noun, finding.code, place.table, place.row, place.field)
    assert str(cell)[:60] in finding.what()


def test_moments_without_a_zone_take_the_zone_of_the_call() -> None:
    """The caller says whose clock it was."""
    expected = datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    values, _ = read_rows([{"name": "x", "at": "2026-03-01 09:00"}], Everything, table="t", zone="Asia/Shanghai")
    assert expected == values[0].at


def test_an_unknown_zone_is_the_callers_mistake() -> None:
    """It raises instead of becoming a finding."""
    with pytest.raises(InvalidValueError, match="no time zone"):
        read_rows([], Everything, table="t", zone="Mars/Base")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12.34", 1234),
        ("1,234.5", 123450),
        (Decimal("12.34"), 1234),
        (12, 1200),
        (0.1 + 0.2, 30),
        (1234.56, 123456),
        (np.float64(9.99), 999),
    ],
)
def test_money_is_also_read_in_major_units(cell: object, expected: int) -> None:
    """Text, decimals and unambiguous floats become exact minor units."""
    noun, report = _one(Sale, sale=cell)
    assert (expected, []) == (noun.sale_minor, _codes(report))


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("12.345", "excess-digits"),
        (0.305, "float-unclear"),
        (1e17, "float-unclear"),
        (float("inf"), "float-unclear"),
        ("dear", "not-money"),
        (True, "not-money"),
        (10**17, "out-of-range"),
    ],
)
def test_money_that_leaves_the_amount_open_is_a_finding(cell: object, code: str) -> None:
    """No amount is guessed."""
    noun, report = _one(Sale, sale=cell)
    assert (None, f"table.{code}") == (noun, report.errors[0].code)


def test_a_float_is_money_within_four_units_in_the_last_place_and_not_beyond() -> None:
    """Four steps from 12.34 are still 12.34, five are a finding."""
    near, far = 12.34, 12.34
    for _ in range(4):
        near = float(np.nextafter(near, 99))
    for _ in range(6):
        far = float(np.nextafter(far, 99))
    expected = (1234, ["table.rows-set-aside", "table.float-unclear"])
    noun, _ = _one(Sale, sale=near)
    _, report = _one(Sale, sale=far)
    assert expected == (noun.sale_minor, _codes(report))


def test_each_row_may_name_its_own_currency() -> None:
    """A yen has no places, a dinar three; an empty cell takes the currency of the table."""
    rows = [
        {"sale": "1000", "currency": "JPY"},
        {"sale": "1.234", "currency": "KWD"},
        {"sale": "1.23", "currency": None},
    ]
    expected = (1000, 1234, 123)
    values, _ = read_rows(rows, Priced, table="t", currency="CNY")
    assert expected == tuple(each.sale_minor for each in values)


def test_money_without_a_currency_is_a_finding() -> None:
    """Once for a table without any, once a row where the column is empty or unknown."""
    _, none = read_rows([{"sale": "1"}], Sale, table="t")
    _, some = read_rows([{"sale": "1", "currency": None}, {"sale": "1", "currency": "YUAN"}], Priced, table="t")
    expected = (
        ["table.no-currency", "table.rows-set-aside"],
        ["table.rows-set-aside", "table.no-currency", "table.unknown-currency"],
    )
    assert expected == (_codes(none), _codes(some))


def test_an_unknown_currency_of_the_call_raises() -> None:
    """It is the caller's mistake."""
    with pytest.raises(NotFoundError, match="YUAN"):
        read_rows([], Sale, table="t", currency="YUAN")


def test_money_in_both_units_is_refused() -> None:
    """Nobody knows which of the two is right, so no row is used."""
    expected = ((), ["table.two-forms", "table.rows-set-aside"])
    values, report = read_rows([{"sale": "1", "sale_minor": 100}], Sale, table="t", currency="CNY")
    assert expected == (values, _codes(report))


def test_a_float_rate_is_read_by_its_shortest_text_with_one_finding_a_column() -> None:
    """0.1 is one tenth, and the report says that it was a float."""
    rows = [{"name": "a", "rate": "10%"}, {"name": "b", "rate": 0.1}, {"name": "c", "rate": 0.7}]
    values, report = read_rows(rows, Everything, table="t")
    expected = ((Fraction(1, 10), Fraction(1, 10), Fraction(7, 10)), ["table.rate-from-float"], {"count": 2, "row": 1})
    about = dict(report.findings[0].values)
    actual = (tuple(each.rate for each in values), _codes(report), {"count": about["count"], "row": about["row"]})
    assert expected == actual


def test_blanks_around_text_are_cut_off_with_a_warning() -> None:
    """Two spellings of one person must not become two people silently."""
    values, report = read_rows([{"name": "ana "}], Everything, table="t")
    expected = ("ana", ["table.padded-text"])
    assert expected == (values[0].name, _codes(report))


def test_a_time_of_day_in_a_date_is_dropped_with_a_note() -> None:
    """The calendar day of a local time is clear; that it was cut is said."""
    values, report = read_rows([{"name": "a", "day": datetime(2026, 3, 1, 14, 30)}], Everything, table="t")
    expected = (date(2026, 3, 1), ["table.time-dropped"], Severity.NOTE)
    assert expected == (values[0].day, _codes(report), report.findings[0].severity)


def test_a_rational_may_come_as_two_whole_columns() -> None:
    """The exact form that write_rows writes is read back."""
    values, _ = read_rows([{"name": "a", "rate_num": 2, "rate_den": 3}], Everything, table="t")
    _, zero = read_rows([{"name": "a", "rate_num": 2, "rate_den": 0}], Everything, table="t")
    _, half = read_rows([{"name": "a", "rate_num": 2, "rate_den": None}], Everything, table="t")
    expected = (Fraction(2, 3), "table.not-rational", "table.missing-value")
    assert expected == (values[0].rate, zero.errors[0].code, half.errors[0].code)


def test_all_findings_come_at_once_the_table_first_then_row_by_row() -> None:
    """One reading tells everything there is to mend."""
    rows = [
        {"deal": "D1", "amount_minor": 5, "share": "15%", "closed": "2026-01-01"},
        {"deal": None, "amount_minor": "many", "share": "x", "closed": "2026-01-01"},
        {"deal": "D3", "amount_minor": 5, "share": "15%", "closed": "tomorrow"},
    ]
    rows_read = read_table(rows, Deal, table="deals")
    expected = [
        ("table.rows-set-aside", None, None),
        ("table.missing-value", 1, "deal"),
        ("table.not-whole", 1, "amount_minor"),
        ("table.not-rational", 1, "share"),
        ("table.not-date", 2, "closed"),
    ]
    actual = [(finding.code, finding.place.row, finding.place.field) for finding in rows_read.report]
    assert expected == actual
    assert ((0,), [1, 2]) == (rows_read.numbers, list(rows_read.aside))
    assert rows[1] == rows_read.aside[1]


def test_a_missing_required_column_names_the_nearest_and_the_other_cells_are_still_checked() -> None:
    """No row can be used, and the report still tells what else is wrong."""
    frame = pd.DataFrame({"deel": ["D1"], "amount_minor": ["many"]})
    values, report = read_rows(frame, Deal, table="deals")
    expected = ((), ["table.missing-column", "table.rows-set-aside", "table.not-whole"])
    assert expected == (values, _codes(report))
    assert "deel" in report.findings[0].fix()


def test_a_missing_money_column_is_also_looked_for_in_major_units() -> None:
    """The nearest name may be that of the major form."""
    _, report = read_rows([{"sales": 1}], Sale, table="t", currency="CNY")
    assert "sales" in report.findings[0].fix()


def test_a_mapping_renames_columns_of_either_form() -> None:
    """Declared name to the name in the table."""
    frame = pd.DataFrame({"Id": ["D1"], "Deal value": ["12.30"]})
    mapping = {"deal": "Id", "amount": "Deal value"}
    expected = (Deal(deal="D1", amount_minor=1230),)
    actual, _ = read_rows(frame, Deal, table="deals", mapping=mapping, currency="CNY")
    assert expected == actual


def test_a_mapping_to_a_column_that_is_not_there_is_a_finding_even_if_optional() -> None:
    """The caller meant a column; its absence must not pass for a default."""
    _, report = read_rows([{"deal": "D1", "amount_minor": 1}], Deal, table="t", mapping={"share": "Split"})
    assert ("table.missing-column", "Split") == (report.findings[0].code, dict(report.findings[0].values)["column"])


def test_a_mapping_of_an_undeclared_column_raises() -> None:
    """It is a mistake of the call, with the nearest declared name."""
    with pytest.raises(NotFoundError, match="amount"):
        read_rows([], Deal, table="t", mapping={"amout": "x"})


@pytest.mark.parametrize("kind", [kind for kind in NATIVE if kind != "rows"])
def test_an_empty_table_is_a_finding_and_missing_columns_are_told_too(kind: str) -> None:
    """Nothing to read is worth a question, but no error."""
    full = NATIVE[kind]({"deal": pa.array([], pa.string()).to_pylist(), "amount_minor": []})
    poor = NATIVE[kind]({"deal": []})
    expected = (["table.empty"], ["table.missing-column", "table.empty"])
    assert expected == tuple(_codes(read_rows(frame, Deal, table="t")[1]) for frame in (full, poor))


def test_an_empty_list_is_an_empty_table() -> None:
    """It has no columns to miss."""
    assert ["table.empty"] == _codes(read_rows([], Deal, table="t")[1])


def test_columns_of_one_name_are_a_finding() -> None:
    """Which of them is meant cannot be known."""
    twice = pd.DataFrame([["D1", 5, 6]], columns=["deal", "amount_minor", "amount_minor"])
    arrow = pa.table([pa.array(["D1"]), pa.array([5]), pa.array([6])], names=["deal", "amount_minor", "amount_minor"])
    for frame in (twice, arrow):
        values, report = read_rows(frame, Deal, table="t")
        assert ((), "table.duplicate-column") == (values, report.findings[0].code)
        assert "amount_minor" in report.findings[0].what()


def test_rows_may_come_one_by_one() -> None:
    """An iterator of mappings, or of nouns, is read like a list of them."""
    expected = (Deal(deal="D1", amount_minor=5),)
    assert expected == read_rows(iter([{"deal": "D1", "amount_minor": 5}]), Deal, table="t")[0]
    assert expected == read_rows((noun for noun in expected), Deal, table="t")[0]


def test_a_row_that_is_no_mapping_is_a_finding() -> None:
    """The others are read."""
    values, report = read_rows([{"deal": "D1", "amount_minor": 1}, ["D2", 2]], Deal, table="t")
    expected = (1, ["table.rows-set-aside", "table.not-a-row"])
    assert expected == (len(values), _codes(report))


def test_what_the_noun_refuses_is_a_finding_of_its_row() -> None:
    """A validator's exception becomes a finding; the row is set aside."""

    @attrs.frozen(kw_only=True)
    class Split:
        share: Fraction = column("part", validator=attrs.validators.ge(0))

    values, report = read_rows([{"share": "-10%"}, {"share": "10%"}], Split, table="t")
    expected = (1, "table.bad-row", 0)
    assert expected == (len(values), report.errors[0].code, report.errors[0].place.row)


def test_extra_columns_stay_accessible() -> None:
    """Aligned with the usable rows, or inside the noun if it has a place for the rest."""
    rows = [{"deal": None, "mood": "bad"}, {"deal": "D2", "mood": "fine"}]
    read = read_table(rows, Open, table="t")
    expected = ({"mood": ("fine",)}, {"mood": "fine"})
    assert expected == (read.extra, read.values[0].more)  # noqa: PD011  # values of the reading, not of pandas


def test_columns_are_known_by_the_text_of_their_names() -> None:
    """A name that is no text, such as a number, stands for the text that it shows as."""
    read = read_table([{"deal": "D1", 2026: "good"}, {"deal": "D2", "2026": "bad"}], Open, table="t")
    assert {"2026": ("good", "bad")} == read.extra


def test_nouns_are_passed_through() -> None:
    """A caller may have read them already."""
    nouns = (Deal(deal="D", amount_minor=1),)
    assert nouns == read_rows(nouns, Deal, table="t")[0]


@pytest.mark.parametrize("thing", [5, "text", object(), {"deal": ["D1"]}])
def test_what_is_no_table_raises(thing: object) -> None:
    """The caller passed something else; the error lists what it may be."""
    with pytest.raises(InvalidValueError, match="no table"):
        read_rows(thing, Deal, table="t")


def test_pandas_columns_without_text_names_are_read() -> None:
    """A frame without a header has numbers for names."""
    frame = pd.DataFrame([["D1", 5]])
    values, _ = read_rows(frame, Deal, table="t", mapping={"deal": "0", "amount_minor": "1"})
    assert (Deal(deal="D1", amount_minor=5),) == values


def test_every_code_of_the_catalogue_has_a_test_here() -> None:
    """The list of codes grows only together with its tests."""
    text = Path(__file__).read_text(encoding="utf-8")
    codes = [code.removeprefix("table.") for code in catalogue() if code.startswith("table.")]
    missing = [code for code in codes if f'"{code}"' not in text and f'"table.{code}"' not in text]
    assert [] == missing


FIELDS = {
    "name": st.text(alphabet="abc李", min_size=1),
    "units": st.none() | st.integers(-(2**63), 2**63 - 1),
    "rate": st.none() | st.fractions(max_denominator=10**6, min_value=-(10**6), max_value=10**6),
    "price": st.none() | st.decimals(-(10**9), 10**9, places=2),
    "heat": st.none() | st.floats(allow_nan=False, allow_infinity=False),
    "day": st.none() | st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    "at": st.none()
    | st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(timezone(timedelta(hours=8)))),
    "hot": st.none() | st.booleans(),
    "stage": st.sampled_from(Stage),
    "kind": st.sampled_from(["carve_out", "overlay"]),
    "tags": st.lists(st.sampled_from(["a", "b"])).map(tuple),
    "origin": st.text(alphabet="xy", min_size=1),
}


@pytest.mark.parametrize("kind", NATIVE)
@settings(max_examples=15, deadline=None)
@given(nouns=st.lists(st.builds(Everything, **FIELDS), min_size=1, max_size=5))
def test_what_is_written_is_read_back(kind: str, nouns: list[Everything]) -> None:
    """Exact frames of every kind round-trip, in their order."""
    like = NATIVE[kind]({"a": [1]})
    frame = write_rows(nouns, Everything, like, exact=True)
    actual, report = read_rows(frame, Everything, table="t")
    assert (kind, tuple(nouns), []) == (kind_of(frame), actual, _codes(report))


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.dictionaries(
            st.sampled_from(["name", "units", "rate", "price", "day", "at", "hot", "stage", "tags", "heat", "junk"]),
            st.none()
            | st.text(max_size=8)
            | st.integers()
            | st.floats()
            | st.booleans()
            | st.dates()
            | st.datetimes()
            | st.decimals(),
        ),
        max_size=5,
    )
)
def test_reading_never_raises_and_loses_no_row(rows: list[dict[str, object]]) -> None:
    """Whatever cells hold, each row is a noun or set aside with a reason."""
    read = read_table(rows, Everything, table="t")
    assert len(rows) == len(read.values) + len(read.aside)
    assert bool(read.aside) == bool(read.report.errors)
    for finding in read.report:
        assert finding.text("en")
        assert finding.text("zh")
