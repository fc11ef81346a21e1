"""What the contract cannot know: how the rows of TinyCRM are meant."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from salesteam import plugins
from salesteam.core import Money
from salesteam.crm import AssignOwner, CreateTask, Ref, open_store, pull, push, sync

SAMPLE = Path(__file__).with_name("tiny.json")


@pytest.fixture
def tiny():
    """Make an adapter through the loader, as a user does."""
    return lambda path=SAMPLE: plugins.load().adapter("tiny", source="shop", path=path, currency="CNY")


def test_rows_become_records(tiny):
    """A chance is a deal, its customer an account, its state a status, its amount exact money."""
    records = pull([tiny()])
    won, lost = records.of("deal")
    assert ("won", Money.of("1200.50", "CNY"), date(2026, 9, 30)) == (won.status, won.value, won.closed_on)
    assert "Acme" == records.get(won.account).name
    assert Ref("shop", "user", "li") == won.owner
    assert ("lost", None, None) == (lost.status, lost.value, lost.closed_on)


def test_a_row_that_cannot_be_a_deal_is_told(tiny):
    """The reason names the row and what was wrong with it."""
    (reject,) = pull([tiny()]).rejects
    assert "3" == reject.ref.external_id
    assert "'HOPING' is not one of open, won, lost, void" in reject.reason.what()


def test_a_task_is_a_memo(tiny, tmp_path):
    """With its text, whom it is for and by when; and the owner of a chance is a column."""
    path = tmp_path / "tiny.json"
    path.write_text(SAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    chance, wu = Ref("shop", "deal", "1"), Ref("shop", "user", "wu")
    due = datetime(2026, 10, 8, 1, tzinfo=UTC)
    task = CreateTask(ref=chance, subject="Call back", user=wu, due_at=due, decision_id="meeting")
    adapter = tiny(path)
    with open_store(tmp_path / "s.sqlite") as store:
        sync(adapter, store)
        changes = [AssignOwner(ref=chance, owner=wu, decision_id="meeting"), task]
        assert ["verified"] * 2 == [line.state for line in push(adapter, store, changes, dry_run=False).lines]
    written = json.loads(path.read_text(encoding="utf-8"))
    (memo,) = written["memos"]
    assert ("Call back", "wu", due.isoformat()) == (memo["text"], memo["for"], memo["due"])
    assert "wu" == written["chances"][0]["owner"]


@pytest.mark.parametrize("text", [None, "", "[]", "{}", json.dumps({"customers": [], "chances": []})])
def test_a_file_that_is_none_of_tinycrm_is_told(tiny, tmp_path, text):
    """By the check before the reading, and by the report of the reading."""
    path = tmp_path / "tiny.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert "is no file of TinyCRM" in tiny(path).check().text()
    assert {"crm.source-failed"} == set(pull([tiny(path)]).report.by_code)
