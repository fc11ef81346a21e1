"""Pages, cursors, and the CRM in memory."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.crm.world import Pages, deal, ref, reject

from salesteam.crm import KINDS, Account, Batch, Capability, Cursor, MemoryCRM, Verified
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.testing import read_all, sample

DAY = timedelta(days=1)


@pytest.mark.parametrize("value", [None, 7, "x", [1, "二"], {"after": "2026-09-30", "id": 7}])
def test_a_cursor_survives_as_text(value):
    """Any JSON value comes back from the stored text."""
    cursor = Cursor.of(3, value)
    assert (cursor, value) == (Cursor.from_json(cursor.to_json()), Cursor.from_json(cursor.to_json()).data)
    assert {"format": 3, "value": cursor.value} == json.loads(cursor.to_json())


@pytest.mark.parametrize(
    "text",
    ["", "{", "7", "null", "{}", '{"format": 1}', '{"format": "x", "value": "1"}', '{"format": 1, "value": "{"}'],
)
def test_what_is_no_stored_cursor_is_refused(text):
    """A damaged cursor is never guessed at; the message says to begin anew."""
    with pytest.raises(InvalidValueError, match=r"no stored cursor.*restart the reading"):
        Cursor.from_json(text)


def test_a_batch_accounts_for_its_rows():
    """Records, rejects and rows left on purpose make what was read; the counts cannot be changed."""
    batch = Batch(records=(deal(),), rejects=(reject(1), reject(2)), skipped={"stage = Prospecting": 3})
    assert 6 == batch.read
    with pytest.raises(TypeError):
        batch.skipped["x"] = 1


@pytest.mark.parametrize(
    "wrong", [{"incremental": "sometimes"}, {"deletes": "yes"}, {"max_page": 0}, {"resolution": 1}, {"writes": ["x"]}]
)
def test_capabilities_are_words_of_their_lists(wrong):
    """What engine and tests ask for cannot be misspelt."""
    with pytest.raises(InvalidValueError):
        Capability(**{"incremental": "full", "deletes": "none", **wrong})


def test_a_label_claims_one_of_three_things():
    """Real, contract or fake, in both languages."""
    assert ("contract (Prism)", "契约模拟（Prism）") == (
        Verified(label="contract", against="Prism").text(),
        Verified(label="contract", against="Prism").text("zh"),
    )
    with pytest.raises(InvalidValueError, match="one of real, contract, fake"):
        Verified(label="perfect", against="everything")


def test_what_an_adapter_does_not_offer_it_refuses():
    """By id, history: a caller that did not ask the capabilities is told to."""
    adapter = Pages({"deal": [[deal()]]})
    for call in (adapter.fetch_ids, adapter.history):
        with pytest.raises(InvalidValueError, match=r"pages cannot .* \(2 records of kind deal\): ask capabilities"):
            call("deal", ["1", "2"])
    assert ["D-1"] == list(adapter.list_ids("deal"))


@pytest.fixture
def server():
    """A CRM with two customers and two deals."""
    return MemoryCRM("demo", [*(Account(ref=ref("account", key), name=key) for key in "ab"), deal("D-1"), deal("D-2")])


def test_every_change_moves_the_clock(server):
    """Update times rise with every change, and only the changed record has a new one."""
    before = {record.ref: record.updated_at for record in server.records("deal")}
    for change in (
        lambda: server.touch(ref("deal", "D-1")),
        lambda: server.move_stage(ref("deal", "D-1"), ref("stage", "won"), status="won"),
        lambda: server.reassign(ref("deal", "D-1"), ref("user", "wu")),
        lambda: server.archive(ref("deal", "D-1")),
        lambda: server.delete(ref("deal", "D-1")),
        lambda: server.undelete(ref("deal", "D-1")),
    ):
        last = server.get(ref("deal", "D-1")).updated_at
        change()
        assert last < server.get(ref("deal", "D-1")).updated_at == server.now
    record = server.get(ref("deal", "D-1"))
    assert ("won", "wu", True, False) == (record.status, record.owner.external_id, record.archived, record.deleted)
    assert before[ref("deal", "D-2")] == server.get(ref("deal", "D-2")).updated_at


@pytest.mark.parametrize("kind", KINDS)
def test_a_touch_changes_a_mapped_field_of_any_kind(kind):
    """What was touched differs by more than its time, again and again."""
    server = MemoryCRM("sample", [sample(kind, 1), sample(kind, 2)])
    one = sample(kind, 1).ref
    seen = [server.get(one), server.touch(one), server.touch(one)]
    assert 3 == len(
        {(str(dict(record.extra)), record.__repr__().replace(str(record.updated_at), "")) for record in seen}
    )
    server.touch_all(kind)
    assert {server.now} == {record.updated_at for record in server.records(kind)}


def test_a_merge_needs_both(server):
    """The loser is a deleted redirect; nothing is merged into what is not there."""
    server.merge(ref("account", "a"), ref("account", "b"))
    loser = server.get(ref("account", "a"))
    assert (ref("account", "b"), True) == (loser.merged_into, loser.deleted)
    with pytest.raises(NotFoundError):
        server.merge(ref("account", "b"), ref("account", "c"))


def test_what_cannot_be_put_in_is_refused(server):
    """No id twice, no record of another source, no change of what is not there."""
    for wrong in (deal("D-1"), deal("D-3", source="other")):
        with pytest.raises(InvalidValueError):
            server.create(wrong)
    with pytest.raises(NotFoundError):
        server.touch(ref("deal", "D-9"))


def test_times_that_a_record_brings_are_kept():
    """A CRM that is filled from the past keeps its times; missing ones are those of the clock."""
    past = datetime(2020, 1, 1, tzinfo=UTC)
    server = MemoryCRM("demo")
    assert (past, past) == (
        server.create(deal("D-1", created_at=past)).created_at,
        server.get(ref("deal", "D-1")).updated_at,
    )
    assert past + DAY == server.create(deal("D-2", created_at=past, updated_at=past + DAY)).updated_at
    assert server.create(deal("D-3")).created_at == server.now


def test_a_reading_in_memory_goes_back_by_the_overlap(server):
    """The cursor less the overlap is where a reading resumes; what lies behind is not read, even at the end of time."""
    adapter = server.adapter()
    (batch,) = read_all(adapter, "deal")
    assert {"D-2"} == {record.ref.external_id for record in read_all(adapter, "deal", since=batch.cursor)[0].records}
    assert 2 == read_all(adapter, "deal", since=batch.cursor, overlap=timedelta(seconds=1))[0].read
    assert 2 == read_all(adapter, "deal", since=batch.cursor, overlap=timedelta(days=10**6))[0].read


@pytest.mark.parametrize("cursor", [Cursor.of(2, "2026-09-30"), Cursor.of(1, 7), Cursor.of(1, "yesterday")])
def test_a_cursor_of_another_make_is_refused(server, cursor):
    """Format and value are both looked at."""
    with pytest.raises(InvalidValueError, match="restart the reading"):
        read_all(server.adapter(), "deal", since=cursor)
