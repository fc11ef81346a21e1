"""Comma-separated text goes in as it is written, and every line that does not fit is named."""

import pytest

from salesteam.core._table import csv_lines, read_csv


def written(folder, text, encoding="utf-8"):
    """A file that holds a text."""
    path = folder / "deals.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_cells_stay_as_they_are_written_and_empty_ones_are_missing(tmp_path):
    """No amount becomes a binary number, and a word such as NA stays a word."""
    frame, report = read_csv(written(tmp_path, 'deal,amount,who\nD1,0.10,NA\nD2,"1,000",\n'))
    assert report.ok
    assert [{"deal": "D1", "amount": "0.10", "who": "NA"}] == frame.head(1).to_dict("records")
    assert ["1,000"] == frame["amount"].tolist()[1:]
    assert [False, True] == frame["who"].isna().tolist()


def test_the_mark_of_spreadsheets_is_no_part_of_the_first_name(tmp_path):
    """What Excel saves as UTF-8 reads like any other."""
    frame, _ = read_csv(written(tmp_path, "客户,金额\r\n甲,1\r\n", "utf-8-sig"))
    assert ["客户", "金额"] == list(frame.columns)


def test_a_file_with_a_header_alone_has_columns_and_no_rows(tmp_path):
    """Nothing sold yet is no mistake."""
    frame, report = read_csv(written(tmp_path, "deal,amount\n"))
    assert (True, 0, ["deal", "amount"]) == (report.ok, len(frame), list(frame.columns))


def test_all_ragged_rows_are_named_at_once(tmp_path):
    """Each with its line, counted as an editor counts."""
    frame, report = read_csv(written(tmp_path, 'deal,note\nD1\n\n"D2","a\nb"\nD3,x,y\n'))
    assert frame is None
    assert [("core.ragged-row", 2), ("core.ragged-row", 6)] == [(each.code, each.place.line) for each in report]


@pytest.mark.parametrize(
    ("text", "encoding", "code"),
    [
        ("", "utf-8", "core.no-header"),
        ("\n\n", "utf-8", "core.no-header"),
        ('deal\n"D1', "utf-8", "core.broken-csv"),
        ("客户\n甲\n", "gb18030", "core.not-utf8"),
    ],
)
def test_a_file_that_is_no_table_says_why(tmp_path, text, encoding, code):
    """An empty file, an open quote, another encoding."""
    assert [code] == [each.code for each in read_csv(written(tmp_path, text, encoding))[1]]


def test_a_file_that_is_not_there_is_a_finding(tmp_path):
    """As for every other file."""
    assert ["core.missing-file"] == [each.code for each in read_csv(tmp_path / "deals.csv")[1]]


def test_each_row_knows_its_line(tmp_path):
    """Empty lines and cells of several lines are counted."""
    path = written(tmp_path, 'deal,note\nD1,"two\nlines"\n\nD2,one\n')
    assert (3, 5) == csv_lines(path)
    assert 2 == len(read_csv(path)[0])
