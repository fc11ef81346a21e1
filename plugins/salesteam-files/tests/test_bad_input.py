"""What is wrong with a file, a mapping or a row is told with its place and what to do, all at once."""

from __future__ import annotations

import pytest

from salesteam.core import _load
from salesteam.crm import KINDS, RECORDS, Ref, pull
from salesteam.errors import AdapterError, InvalidValueError
from salesteam_files._adapter import FilesAdapter
from salesteam_files._cells import Cells, fillable
from salesteam_files._config import Config, Mapped

DEAL = {"file": "deals.csv", "id": "no", "columns": {"status": "state"}}
GOOD = "no,state\n1,open\n"
FILES = {
    "no file": ("deals.csv", None, "there is no file .*deals.csv: check root and file"),
    "nothing in it": ("deals.csv", "", "has no header"),
    "only blank lines": ("deals.csv", "\n\n , ,\n", "has no header"),
    "a column twice": ("deals.csv", "no,state,no\n", "has the column no twice: rename one"),
    "another encoding": ("deals.csv", "no,state\n1,é\n".encode("latin-1"), "is not in utf-8-sig: .*; set encoding"),
    "a quote that never ends": ("deals.csv", 'no,state\n1,"open\n', "line 2: unexpected end of data"),
    "an unknown ending": ("deals.ods", "x", "ends in none of .csv, .txt, .tsv, .parquet, .xlsx"),
    "no Parquet": ("deals.parquet", "no,state", "is no Parquet file: "),
    "no Excel": ("deals.xlsx", "no,state", "is no Excel file: "),
}


@pytest.mark.parametrize(("name", "content", "told"), FILES.values(), ids=FILES)
def test_a_file_that_cannot_be_read_is_told_with_its_name(write, source, name, content, told):
    """The kind is not used, other kinds are, and nothing is raised."""
    if content is not None:
        write(name, content)
    write("users.csv", "login\nli\n")
    adapter = source(
        {"deal": {**DEAL, "file": name}, "user": {"file": "users.csv", "id": "login", "columns": {"name": "login"}}}
    )
    records = pull([adapter])
    assert ((), 1) == (records.of("deal"), len(records.of("user")))
    (finding,) = records.report
    assert ("crm.source-failed", "deal") == (finding.code, finding.place.table)
    with pytest.raises(AdapterError, match=told):
        list(adapter.list_ids("deal"))


def test_a_file_that_may_not_be_opened_is_told(write, source, monkeypatch):
    """The system's reason is in the message."""
    write("deals.csv", GOOD)

    def refuse(self, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_text", refuse)
    assert "deals.csv cannot be opened: Permission denied" in source({"deal": DEAL}).check().text()


@pytest.mark.parametrize(("ending", "library"), [("parquet", "pyarrow"), ("xlsx", "openpyxl")])
def test_a_library_that_is_missing_is_named_with_the_extra(write, source, monkeypatch, ending, library):
    """Whoever installed the plugin alone is told what more to install."""
    write(f"deals.{ending}", ("no", "state"), [("1", "open")])
    monkeypatch.setitem(__import__("sys").modules, library, None)
    extra = {"parquet": "parquet", "xlsx": "excel"}[ending]
    with pytest.raises(AdapterError, match=rf"needs {library}: install salesteam-files\[{extra}\]"):
        source({"deal": {**DEAL, "file": f"deals.{ending}"}}).schema()


def test_all_misfits_of_a_mapping_are_told_at_once(write, source):
    """Columns with the nearest name, unknown fields, needed fields, missing files: by check, and again by the pull."""
    write("deals.csv", "no,stage,amount,closed\n1,open,5,x\n")
    write("leads.csv", "no\n1\n")
    adapter = source(
        {
            "deal": {
                "file": "deals.csv",
                "id": "number+no",
                "columns": {"status": "stag", "valu": "amount"},
                "where": {"amont": ("5",)},
                "values": {"closd": {"x": "y"}},
                "extra": ("qqq",),
            },
            "lead": [{"file": "leads.csv", "id": "no", "constants": {"zzz": "x"}}, {"file": "gone.csv", "id": "no"}],
        }
    )
    problems = [dict(finding.values)["problem"] for finding in adapter.check()]
    assert [
        "deals.csv has no column 'number': it has no, stage, amount, closed",
        "deals.csv has no column 'stag': did you mean 'stage'?",
        "deals.csv has no column 'closd': did you mean 'closed'?",
        "deals.csv has no column 'amont': did you mean 'amount'?",
        "deals.csv has no column 'qqq': it has no, stage, amount, closed",
        "a deal has no field 'valu' (deals.csv): did you mean 'value'?",
        "a lead has no field 'zzz' (leads.csv): it has " + ", ".join(fillable("lead")),
        "a lead needs name (leads.csv): give it a column or a constant",
        "a lead needs status (leads.csv): give it a column or a constant",
    ] == problems[:9]
    assert "there is no file" in problems[9]
    (deal, lead) = sorted(pull([adapter]).report, key=lambda finding: finding.place.table)
    assert [] == [problem for problem in problems[:6] if problem not in deal.what()]
    assert "there is no file" in lead.what()


BAD_CELLS = {
    "no status": (
        "state",
        "Won",
        {"status": "state"},
        "The value 'Won' of state is none of open, won, lost, void; the row is set aside.",
    ),
    "no amount": ("x", "much", {"value": "x"}, "The value 'much' of x is no number; the row is set aside."),
    "a percentage": ("x", "15%", {"value": "x"}, "The value '15%' of x is no number"),
    "too exact": (
        "x",
        "1.005",
        {"value": "x"},
        "The value '1.005' of x has more decimal places than CNY: excess_digits says reject",
    ),
    "no probability": ("x", "150%", {"probability": "x"}, "makes no deal: 3/2 is not between 0 and 1 (probability)"),
    "no date": ("x", "31.12.2026", {"closed_on": "x"}, "The value '31.12.2026' of x is no date like %Y-%m-%d"),
    "no such day": ("x", "2026-02-30", {"closed_on": "x"}, "is no date like %Y-%m-%d"),
    "no time": ("x", "noon", {"closed_at": "x"}, "is no time like %Y-%m-%d %H:%M:%S or %Y-%m-%d"),
    "the end of time": ("x", "9999-12-31", {"closed_on": "x"}, "makes no deal: 9999-12-31 stands for never"),
    "before all time": ("x", "0001-01-01T00:00:00+08:00", {"closed_at": "x"}, "of x stands for never: leave it empty"),
    "neither yes nor no": ("x", "maybe", {"recurring": "x"}, "The value 'maybe' of x is neither yes nor no"),
}


@pytest.mark.parametrize(("column", "cell", "columns", "told"), BAD_CELLS.values(), ids=BAD_CELLS)
def test_a_bad_cell_sets_its_row_aside_with_place_and_reason(deals, column, cell, columns, told):
    """File, line, column, value, what is wrong; the row comes back as it was, and the others are read."""
    head = "no,state,x\n1,open,\n"
    row = f"2,{cell if column == 'state' else 'open'},{cell if column == 'x' else ''}\n"
    records = deals(head + row + "3,open,\n", {"columns": {"status": "state", **columns}}, currency="CNY", zone="UTC")
    assert ["1", "3"] == [deal.ref.external_id for deal in records.of("deal")]
    (reject,) = records.rejects
    assert told in reject.reason.what()
    assert ("deals.csv", 3) == (reject.reason.place.file, reject.reason.place.line)
    assert Ref("files", "deal", "2") == reject.ref
    assert f'"{column}": "{cell}"' in reject.raw
    assert cell in reject.reason.what("zh")
    assert "the row is set aside" not in reject.reason.what("zh")


def test_a_word_that_is_not_known_is_told_with_those_that_are(deals):
    """It is a finding of its own: the mapping lacks it."""
    (finding,) = deals("no,state\n1,Closed Won\n").report
    assert "crm.unmapped-value" == finding.code
    assert "字段 state 的值 'Closed Won' 不属于 open、won、lost、void；该行已搁置。" == finding.what("zh")
    assert "under values of the file, for the column state" in finding.fix()


def test_a_constant_that_is_no_word_is_mended_where_it_stands(deals):
    """No translation of a column would help."""
    (finding,) = deals("no\n1\n", {"columns": {}, "constants": {"status": "done"}}).report
    assert ("crm.unmapped-value", "Correct constants.status in the settings of the source.") == (
        finding.code,
        finding.fix(),
    )


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("2", "The value '1 cells under 2 columns' of the row does not fit the header"),
        ("2,open,more", "The value '3 cells under 2 columns' of the row does not fit the header"),
        (",open", "The value (blank) of no is no id"),
        (" ,open", "The value (blank) of no is no id"),
        ("2,", "The value (blank) of status is needed"),
    ],
)
def test_a_row_that_is_no_row_is_set_aside(deals, row, told):
    """Too short, too long, without an id, or without what a deal needs."""
    records = deals(f"no,state\n1,open\n{row}\n3,won\n")
    assert ["1", "3"] == [deal.ref.external_id for deal in records.of("deal")]
    assert [told] == [finding.what().removesuffix("; the row is set aside.") for finding in records.report]
    assert (3, 2) == (records.readings[0].read, records.readings[0].used)


def test_a_cell_beside_the_table_of_a_sheet_is_told(write, source):
    """In Excel a row can be too long as well."""
    write("deals.xlsx", ("no", "state"), [(1, "open"), (2, "open", None, "see below")])
    (reject,) = pull([source({"deal": {**DEAL, "file": "deals.xlsx"}})]).rejects
    assert "4 cells under 2 columns" in reject.reason.what()


def test_amounts_need_a_currency(deals):
    """Yuan or euros: it is set for all, or told by a column, or the row is set aside."""
    columns = {"columns": {"status": "state", "value": "x"}}
    text = "no,state,x,cur\n1,won,5,\n"
    (reject,) = deals(text, columns).rejects
    assert "has no currency: set currency, or a currency column" in reject.reason.what()
    assert ["CNY"] == [deal.value.currency for deal in deals(text, columns, currency="CNY").of("deal")]
    with_column = {"columns": {"status": "state", "value": "x", "currency": "cur"}}
    records = deals("no,state,x,cur\n1,won,5,JPY\n2,won,5,\n3,won,5,RMB\n4,won,5.5,JPY\n", with_column, currency="CNY")
    assert ["JPY 5", "CNY 5.00"] == [str(deal.value) for deal in records.of("deal")]
    assert ["is in 'RMB', which is no currency", "has more decimal places than JPY"] == [
        told
        for told in ("is in 'RMB', which is no currency", "has more decimal places than JPY")
        if told in records.report.text()
    ]


def test_times_need_a_zone(deals):
    """A time without one is set aside, unless the zone of the source is told; one with an offset needs none."""
    columns = {"columns": {"status": "state", "created_at": "x"}}
    text = "no,state,x\n1,open,2026-09-30 08:00:00\n2,open,2026-09-30T08:00:00+02:00\n3,open,2026-09-30\n4,open,20260930\n5,open,2026-09-30T08:00\n"
    records = deals(text, columns)
    assert ["2026-09-30T06:00:00+00:00"] == [deal.created_at.isoformat() for deal in records.of("deal")]
    told = [dict(each.reason.values)["problem"].text("en") for each in records.rejects]
    unzoned, unlike = "has no time zone: set zone", "is no time like %Y-%m-%d %H:%M:%S or %Y-%m-%d"
    assert [unzoned, unzoned, unlike, unzoned] == told
    hours = [deal.created_at.isoformat() for deal in deals(text, columns, zone="Asia/Shanghai").of("deal")]
    assert [
        "2026-09-30T00:00:00+00:00",
        "2026-09-30T06:00:00+00:00",
        "2026-09-29T16:00:00+00:00",
        "2026-09-30T00:00:00+00:00",
    ] == hours


def test_blanks_are_nothing(deals):
    """Empty text, and the words that the settings say; how many are blank is told once for each field."""
    records = deals(
        "no,state,x\n1,open,n/a\n2,open,-\n3,open, \n4,open,A\n",
        {"columns": {"status": "state", "account": "x"}},
        blanks=("N/A", "-"),
    )
    assert [None, None, None, "A"] == [deal.account and deal.account.external_id for deal in records.of("deal")]
    assert ["3 of 4 deal records have no account."] == [finding.what() for finding in records.report]


def test_blanks_of_rows_that_are_set_aside_are_not_counted(deals):
    """The counts are about the records that are used."""
    records = deals("no,state,x\n1,open,\n2,Won,\n", {"columns": {"status": "state", "account": "x"}})
    assert ["1 of 1 deal records have no account."] == [
        each.what() for each in records.report.by_code["crm.blank-field"]
    ]


def test_thousands_of_bad_rows_do_not_flood(deals):
    """A handful is told, then how many more; all come back."""
    records = deals("no,state\n" + "".join(f"{number},Won\n" for number in range(1000)))
    assert (1000, 7) == (len(records.rejects), len(records.report))


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"kinds": {"deals": ()}}, "did you mean 'deal'"),
        ({"currency": "RMB"}, "no currency 'RMB'"),
        ({"zone": "Shanghai"}, "'Shanghai' is no time zone"),
        ({"encoding": "utf8-bom"}, "'utf8-bom' is no encoding"),
        ({"delimiter": "||"}, "is not one sign"),
        ({"separator": ""}, "is not one sign"),
    ],
)
def test_settings_that_cannot_be_are_refused_at_once(settings, told):
    """Before any file is opened."""
    with pytest.raises(InvalidValueError, match=told):
        Config(**{"root": "x", "kinds": {}, "excess_digits": "reject", **settings})


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("currency: RMB", {2}),
        ("zone: Shanghai", {2}),
        ("kinds: {deals: []}", {2}),
        ("kinds: {deal: [{file: a.csv, idd: no}]}\nexcess_digits: cut", {2, 3}),
    ],
)
def test_settings_in_a_playbook_are_told_with_their_lines(line, lines):
    """Each problem is a finding at its line."""
    text = f"root: x\n{line}\n" + "".join(
        f"{rest}\n" for rest in ("kinds: {}", "excess_digits: reject") if rest.split(":")[0] not in line
    )
    report = _load.load_text(text, Config, file="sources.yaml").report
    assert lines == {finding.place.line for finding in report}


def test_files_have_no_cursor(write, source):
    """A full reading resumes nowhere."""
    from salesteam.crm import Cursor
    from salesteam.testing import read_all

    write("deals.csv", GOOD)
    with pytest.raises(InvalidValueError, match="files have no cursor"):
        read_all(source({"deal": DEAL}), "deal", since=Cursor.of(1, None))


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_every_kind_has_a_reader(kind):
    """What can be mapped can be read."""
    cells = Cells(Config(root="x", kinds={}, excess_digits="reject"), "files", "%Y-%m-%d")
    assert [] == [field for field in fillable(kind) if not callable(cells.reader(kind, field))]
    assert set(fillable(kind)) < {field.name for field in RECORDS[kind].__attrs_attrs__}


def test_the_adapter_says_what_it_was_verified_against():
    """The label is real: real files are read by these tests."""
    assert "real (CSV, Parquet and Excel files)" == FilesAdapter.verified.text()
    assert {} == Mapped(file="a.csv", id="no").columns
