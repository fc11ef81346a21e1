"""The same table is the same records, whichever format it comes in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet

from salesteam.core import Money
from salesteam.crm import pull
from salesteam.errors import AdapterError

HEAD = ("no", "title", "state", "amount", "closed", "entered", "probability", "rivals", "recurring", "note")
ROWS = [
    (1001, "Alpha, Inc.", "won", 1200.5, date(2026, 9, 30), datetime(2026, 9, 1, 9, 30), 1, "A;B", True, "x"),
    (1002, "“Zwei”\nlines", "open", None, None, None, 0.25, None, False, None),
    (1003, "三号", "lost", 0.1, date(2024, 2, 29), datetime(2024, 2, 29, 23, 59, 59), 0, "A", False, " pad "),
]
MAPPED = {
    "id": "no",
    "columns": {
        "name": "title",
        "status": "state",
        "value": "amount",
        "closed_on": "closed",
        "created_at": "entered",
        "probability": "probability",
        "competitors": "rivals",
        "recurring": "recurring",
    },
    "extra": ["note"],
}
ENDINGS = (".csv", ".txt", ".tsv", ".parquet", ".xlsx")


@pytest.fixture
def read(write, source):
    """Read the table in a format."""

    def read(ending, rows=ROWS, head=HEAD):
        write(f"deals{ending}", head, rows)
        return pull(
            [
                source(
                    {"deal": {"file": f"deals{ending}", **MAPPED, "extra": ("note",)}},
                    currency="CNY",
                    zone="Asia/Shanghai",
                )
            ]
        )

    return read


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_gives_the_same_records(read, ending):
    """Numbers, dates, times, truth values, blanks and texts mean the same in each."""
    records = read(ending)
    assert {} == records.report.by_code.get("crm.bad-cell", {})
    first, second, third = records.of("deal")
    assert ["1001", "1002", "1003"] == [deal.ref.external_id for deal in (first, second, third)]
    assert ("Alpha, Inc.", "won", Money.of("1200.50", "CNY")) == (first.name, first.status, first.value)
    assert (date(2026, 9, 30), datetime(2026, 9, 1, 1, 30, tzinfo=UTC)) == (first.closed_on, first.created_at)
    assert (1, ("A", "B"), True, "x") == (first.probability, first.competitors, first.recurring, first.extra["note"])
    assert ("“Zwei”\nlines", None, None, (), None) == (
        second.name, second.value, second.created_at, second.competitors, second.extra["note"]
    )  # fmt: skip
    assert (Money.of("0.10", "CNY"), date(2024, 2, 29), "pad") == (third.value, third.closed_on, third.extra["note"])


def test_all_formats_agree(read):
    """Record by record, and in the account of the rows."""
    whole = [read(ending) for ending in ENDINGS]
    assert 1 == len({records.records for records in whole})
    assert 1 == len({records.readings for records in whole})


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_table_without_rows_is_no_mistake(read, ending):
    """A header alone gives nothing."""
    records = read(ending, [])
    assert (0, 0) == (records.readings[0].read, len(records.report))


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx"])
def test_blank_rows_and_columns_without_a_name_are_left(read, ending):
    """Exports begin with a column of row numbers and end with empty lines; both mean nothing."""
    nothing = (None,) * (len(HEAD) + 1)
    rows = [nothing, *((number, *row) for number, row in enumerate(ROWS)), nothing]
    assert 3 == len(read(ending, rows, (None, *HEAD)).of("deal"))


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_places_name_the_line_that_a_person_sees(read, ending):
    """The header is line 1; a row of several lines is named by its first."""
    bad = [(row[0], row[1], "Won?", *row[3:]) for row in ROWS]
    lines = [finding.place.line for finding in read(ending, bad).report.by_code["crm.unmapped-value"]]
    assert ([2, 3, 5] if ending == ".csv" else [2, 3, 4]) == lines


def test_characters_that_only_look_like_line_ends_are_text(write, source):
    """A vertical tab or a line separator within a cell breaks no row."""
    write("deals.csv", "no,title,state\n1,a\x0bb\x85c\u2028d,open\n")
    records = pull(
        [source({"deal": {"file": "deals.csv", "id": "no", "columns": {"name": "title", "status": "state"}}})]
    )
    assert ["a\x0bb\x85c\u2028d"] == [deal.name for deal in records.of("deal")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_its_encoding(write, source, encoding):
    """The header of a file with a byte order mark is no stranger."""
    write("deals.csv", "编号,状态\n一,open\n", encoding=encoding)
    settings = {} if encoding.startswith("utf-8") else {"encoding": encoding}
    records = pull([source({"deal": {"file": "deals.csv", "id": "编号", "columns": {"status": "状态"}}}, **settings)])
    assert ["一"] == [deal.ref.external_id for deal in records.of("deal")]


def test_another_delimiter_is_a_setting(write, source):
    """Semicolons, as some countries write."""
    write("deals.csv", "no;state\n1;open\n")
    records = pull([source({"deal": {"file": "deals.csv", "id": "no", "columns": {"status": "state"}}}, delimiter=";")])
    assert 1 == len(records.of("deal"))


def test_a_sheet_is_named(write, source, tmp_path):
    """The first one, or the one asked for; a name that is not there is told with those that are."""
    book = openpyxl.Workbook()
    for name, key in (("Old", 1), ("New", 2)):
        sheet = book.create_sheet(name)
        sheet.append(["no", "state"])
        sheet.append([key, "open"])
    book.remove(book.worksheets[0])
    book.save(tmp_path / "deals.xlsx")
    part = {"file": "deals.xlsx", "id": "no", "columns": {"status": "state"}}
    for sheet, key in ((None, "1"), ("New", "2")):
        (deal,) = pull([source({"deal": {**part, "sheet": sheet}})]).of("deal")
        assert key == deal.ref.external_id
    with pytest.raises(AdapterError, match="has no sheet 'new'; it has Old, New"):
        source({"deal": {**part, "sheet": "new"}}).schema()


def test_types_of_parquet_are_kept(tmp_path, source):
    """Decimals are exact, instants have their zone, lists are several values, numbers of rows are lines."""
    table = {
        "no": pa.array(["1"]),
        "state": pa.array(["won"]).dictionary_encode(),
        "amount": pa.array([Decimal("12.340")]),
        "closed": pa.array([datetime(2026, 9, 30, 20, tzinfo=UTC)], pa.timestamp("us", "UTC")),
        "rivals": pa.array([["A", "B"]]),
    }
    parquet.write_table(pa.table(table), tmp_path / "deals.parquet")
    columns = {
        "status": "state",
        "value": "amount",
        "closed_on": "closed",
        "closed_at": "closed",
        "competitors": "rivals",
    }
    part = {"file": "deals.parquet", "id": "no", "columns": columns}
    (deal,) = pull([source({"deal": part}, currency="CNY", zone="Asia/Shanghai")]).of("deal")
    assert (Money.of("12.34", "CNY"), ("A", "B")) == (deal.value, deal.competitors)
    assert (date(2026, 10, 1), datetime(2026, 9, 30, 20, tzinfo=UTC)) == (deal.closed_on, deal.closed_at)
    (reject,) = pull([source({"deal": part}, currency="CNY")]).rejects
    assert "is an instant: set zone to cut it to a date" in reject.reason.what()


@pytest.mark.parametrize(
    ("amount", "minor"),
    [(12.34, 1234), (0.1 + 0.2, 30), (-5.0, -500), (12, 1200), (1e15, 10**17), (0.305, None), (1 / 3, None)],
)
def test_binary_amounts_have_one_reading_or_follow_the_choice(write, source, amount, minor):
    """A number of a sheet is money if it was printed money once; else it is refused, or rounded by its decimals."""
    write("deals.xlsx", ("no", "state", "amount"), [(1, "won", amount)])
    part = {"file": "deals.xlsx", "id": "no", "columns": {"status": "state", "value": "amount"}}
    records = pull([source({"deal": part}, currency="CNY")])
    assert ([] if minor is None else [minor]) == [deal.value.minor for deal in records.of("deal")]
    if minor is None:
        assert "has more decimal places than CNY" in records.rejects[0].reason.what()
        (deal,) = pull([source({"deal": part}, currency="CNY", excess_digits="half_up")]).of("deal")
        assert round(amount * 100 + 1e-9) == deal.value.minor
