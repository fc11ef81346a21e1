"""The files of a review, and what they never overwrite."""

from __future__ import annotations

import json

import attrs
import pandas as pd
import pytest
from tests.review.world import demo

from salesteam import report
from salesteam.errors import ReportError


@pytest.fixture(scope="module")
def small():
    """A review without charts, so that its page is quick to write."""
    return attrs.evolve(demo(), standing=None, desk=None, earnings=None, inquiry=None)


def names(folder):
    """What lies below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_review_writes_its_page_its_json_and_its_tables(small, tmp_path):
    """What is returned is what is there, and the marker knows it."""
    written = report.write(small, tmp_path / "out")
    inside = {str(path.relative_to(tmp_path / "out")) for path in written}
    assert names(tmp_path / "out") - {report.MARKER} == inside
    assert inside == set((tmp_path / "out" / report.MARKER).read_text(encoding="utf-8").split())
    assert {"review.html", "review.json", "tables/readings.csv", "tables/findings.csv"} <= inside


def test_the_json_holds_the_tables(small):
    """Numbers in JSON are those of the tables."""
    whole = json.loads(demo().to_json())
    tables = demo().tables()
    assert ("salesteam-review/1", "2026-Q3", []) == (whole["format"], whole["period"], whole["missing"])
    for name, rows in whole["tables"].items():
        assert len(tables[name]) == len(rows), name
    shares = {row["person"]: row["target"] for row in whole["tables"]["shares"]}
    assert tables["shares"].set_index("person")["target"].to_dict() == shares
    assert json.loads(small.to_json())["tables"].keys() == small.tables().keys() - {"transactions", "metrics_by_day"}


def test_csv_and_parquet_hold_the_same(small, tmp_path):
    """The format changes nothing in the tables."""
    report.write(small, tmp_path / "csv")
    report.write(small, tmp_path / "parquet", tables="parquet")
    for path in (tmp_path / "csv" / "tables").iterdir():
        other = pd.read_parquet(tmp_path / "parquet" / "tables" / f"{path.stem}.parquet")
        assert len(pd.read_csv(path)) == len(other)
        assert list(pd.read_csv(path).columns) == list(other.columns)


def test_a_folder_of_somebody_else_is_refused(small, tmp_path):
    """Nothing that no review wrote is overwritten, and nothing is written beside it."""
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ReportError) as caught:
        report.write(small, tmp_path)
    assert ["core.out-foreign"] == [finding.code for finding in caught.value.report]
    assert {"notes.txt"} == names(tmp_path)


def test_a_second_review_replaces_the_first_and_nothing_else(small, tmp_path):
    """Stale tables go; a note that somebody put beside them stays."""
    out = tmp_path / "out"
    report.write(small, out)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    report.write(small, out, tables="parquet")
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert [] == list((out / "tables").glob("*.csv"))
    assert (out / "tables" / "findings.parquet").is_file()


def test_a_marker_that_leads_elsewhere_is_not_followed(small, tmp_path):
    """A tampered marker cannot make a review delete files of others."""
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "precious.txt").write_text("mine", encoding="utf-8")
    (out / report.MARKER).write_text(f"../precious.txt\n{tmp_path / 'precious.txt'}\n", encoding="utf-8")
    report.write(small, out)
    assert (tmp_path / "precious.txt").is_file()


def test_a_file_in_the_place_of_the_folder_is_refused(small, tmp_path):
    """A file is no folder, and nothing below it can be written."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert ["core.out-foreign"] == [finding.code for finding in report.vacant(tmp_path / "file")]
    assert ["core.out-unwritable"] == [finding.code for finding in report.vacant(tmp_path / "file" / "out")]
    with pytest.raises(ReportError):
        report.write(small, tmp_path / "file" / "out")


def test_a_folder_that_may_not_be_written_is_refused(small, tmp_path, monkeypatch):
    """Before the work if it can be seen, else when the first file fails; nothing is left half written and silent."""
    monkeypatch.setattr("os.access", lambda *_: False)
    assert ["core.out-unwritable"] == [finding.code for finding in report.vacant(tmp_path)]
    monkeypatch.undo()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(ReportError, match="No space left"):
        report.write(small, tmp_path / "out")


def test_progress_tells_every_file(small, tmp_path):
    """Long writing can be watched."""
    told: list[str] = []
    written = report.write(small, tmp_path / "out", progress=told.append)
    assert len(written) == len(told)
