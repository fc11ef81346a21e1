"""A store keeps every record exactly, remembers every change, and refuses what it cannot keep."""

from __future__ import annotations

import sqlite3
import stat
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.crm.faulty import Faulty, contents, dump, living, server_of, synced, visible
from tests.crm.world import deal, ref, user

from salesteam.core import Money
from salesteam.crm import KINDS, Deal, Split, open_store
from salesteam.crm._store import VERSION
from salesteam.crm._store._codec import decode, digest, encode, micros
from salesteam.errors import InvalidValueError, StoreError
from salesteam.testing import sample

AT = datetime(2026, 9, 30, 1, 2, 3, 456789, tzinfo=UTC)


@pytest.fixture
def store():
    """A store that is gone at the end."""
    with open_store(":memory:") as opened:
        yield opened


@pytest.fixture
def server():
    """A CRM with two deals and their owner."""
    return server_of(records=[user("li"), deal("D-1", owner=ref("user", "li")), deal("D-2")])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_back_as_it_went_in(kind):
    """Text and back is the same record, to the last field."""
    record = attrs.evolve(sample(kind, 7), created_at=AT, updated_at=AT, extra={"b": [1, {"z": None, "a": "税"}]})
    again = decode(record.ref, encode(record), micros(AT))
    assert record == again
    assert record.extra == again.extra


instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
refs = st.builds(ref, st.just("user"), st.text(min_size=1).filter(str.strip), st.sampled_from(["demo", "other"]))
deals = st.builds(
    Deal,
    ref=st.just(ref("deal", "D-1")),
    status=st.sampled_from(["open", "won", "lost", "void"]),
    name=st.none() | st.text(),
    value=st.none() | st.builds(Money, st.integers(-(10**15), 10**15), st.sampled_from(["CNY", "JPY", "KWD"])),
    probability=st.none() | st.fractions(0, 1),
    expected_close=st.none() | st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    closed_at=st.none() | instants,
    owner=st.none() | refs,
    co_owners=st.lists(refs, max_size=3).map(tuple),
    splits=st.lists(
        st.builds(Split, user=refs, share=st.fractions(0, 1), split_kind=st.sampled_from(["revenue", "overlay"])),
        max_size=3,
    ).map(tuple),
    competitors=st.lists(st.text(), max_size=3).map(tuple),
    recurring=st.booleans(),
    deleted=st.booleans(),
    archived=st.booleans(),
    updated_at=st.none() | instants,
    extra=st.dictionaries(st.text(), st.recursive(st.none() | st.text() | st.integers(), st.lists, max_leaves=5)),
)


@given(deals)
def test_any_deal_comes_back_as_it_went_in(record):
    """Amounts, shares, times and references of other sources are exact."""
    again = decode(record.ref, encode(record), micros(record.updated_at))
    assert record == again
    assert type(record.splits) is type(again.splits)


@given(deals, deals)
def test_equal_content_has_equal_hashes_and_no_other(one, other):
    """The update time alone makes no difference."""
    same = attrs.evolve(other, updated_at=None) == attrs.evolve(one, updated_at=None)
    assert same == (digest(encode(one)) == digest(encode(other)))


def test_a_record_is_found_by_its_reference_gone_or_not(store, server):
    """What never came is None; what is gone is marked."""
    server.delete(ref("deal", "D-2"))
    synced(Faulty(server), store)
    assert "li" == store.get(ref("deal", "D-1")).owner.external_id
    assert store.get(ref("deal", "D-2")).deleted
    assert store.get(ref("deal", "D-3")) is None
    assert (1, 1, 2) == (store.count("deal"), store.count("user"), store.count(source="demo"))
    assert ["D-1"] == [each.ref.external_id for each in store.records("deal")]


def test_a_store_can_be_read_again_after_it_was_closed(tmp_path, server):
    """Everything is in the file."""
    with open_store(tmp_path / "s.sqlite") as store:
        synced(Faulty(server), store)
        before = contents(store)
    with open_store(str(tmp_path / "s.sqlite"), create=False) as store:
        assert before == contents(store) == visible(server)
        assert ("demo",) == store.sources()
        assert "deal" in store.kinds("demo")


def test_a_new_file_belongs_to_its_owner_alone(tmp_path):
    """It holds what colleagues and customers did."""
    open_store(tmp_path / "s.sqlite").close()
    assert 0o600 == stat.S_IMODE((tmp_path / "s.sqlite").stat().st_mode)


def test_a_store_of_a_newer_version_is_refused_and_left_alone(tmp_path):
    """The message says which version is needed."""
    path = tmp_path / "s.sqlite"
    open_store(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer salesteam"):
        open_store(path)
    assert before == path.read_bytes()


@pytest.mark.parametrize("content", [b"", b"not a database, but long enough to be looked at" * 30])
def test_a_file_of_something_else_is_refused(tmp_path, content):
    """An empty file becomes a store; a text does not."""
    path = tmp_path / "s.sqlite"
    path.write_bytes(content)
    if not content:
        open_store(path).close()
        return
    with pytest.raises(StoreError, match="cannot be opened as a store"):
        open_store(path)
    assert content == path.read_bytes()


def test_a_database_of_something_else_is_refused(tmp_path):
    """Its tables are not ours."""
    path = tmp_path / "s.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE notes (text)")
    connection.close()
    with pytest.raises(StoreError, match="database of something else"):
        open_store(path)


def test_a_missing_file_is_made_only_if_it_may_be(tmp_path):
    """A misspelt name makes no empty store where none is wanted."""
    with pytest.raises(StoreError, match="No such file"):
        open_store(tmp_path / "s.sqlite", create=False)
    assert [] == list(tmp_path.iterdir())
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path / "no" / "s.sqlite")
    with pytest.raises(InvalidValueError, match="is no file"):
        open_store("file:s.sqlite?mode=memory")
    with pytest.raises(InvalidValueError, match="choose 'keep_raw'"):
        open_store(tmp_path / "s.sqlite", keep_raw="everything")


def test_two_syncs_at_once_are_one_sync_and_a_refusal(tmp_path, server):
    """The second says who is to wait, and changes nothing; when the first is done, it may."""
    with open_store(tmp_path / "s.sqlite") as one, open_store(tmp_path / "s.sqlite") as two:
        with one.held():
            before = dump(two, but=())
            with pytest.raises(StoreError, match="held by another run"):
                synced(Faulty(server), two)
            assert before == dump(two, but=())
            assert 0 == two.count()
        assert "complete" == synced(Faulty(server), two).state
        assert contents(one) == visible(server)


def test_readers_are_not_disturbed_by_a_sync(tmp_path, server):
    """Whoever reads meanwhile sees the last page that landed, and never a part of one."""
    seen = []
    with open_store(tmp_path / "s.sqlite") as writer, open_store(tmp_path / "s.sqlite") as reader:
        synced(
            Faulty(server), writer, page_size=1, progress=lambda told: seen.append((told.kind, reader.count("deal")))
        )
    assert [("deal", 1), ("deal", 2)] == [each for each in seen if each[0] == "deal"]


def test_the_log_gives_every_past_state_back(store, server):
    """What was known at an instant is what a sync at that instant left."""
    adapter, states = Faulty(server), []
    for act in (
        lambda: server.touch(ref("deal", "D-1")),
        lambda: server.delete(ref("deal", "D-2")),
        lambda: server.undelete(ref("deal", "D-2")),
        lambda: server.create(deal("D-3")),
    ):
        synced(adapter, store)
        states.append((server.now, contents(store)))
        server.now += timedelta(hours=1)
        act()
    synced(adapter, store)
    for at, state in states:
        then = contents(store, known_at=at)
        assert living(state) == living(then)
        assert list(state) == list(then)
    assert {} == contents(store, known_at=states[0][0] - timedelta(days=1))


def test_the_log_names_each_change(store, server):
    """What happened, since when it may have, and when it was seen."""
    adapter = Faulty(server)
    synced(adapter, store)
    first = server.now
    for act in (server.touch, server.delete, server.undelete):
        server.now += timedelta(hours=1)
        act(ref("deal", "D-1"))
        synced(adapter, store)
    told = [each for each in store.changes("deal") if each.ref == ref("deal", "D-1")]
    assert ["insert", "update", "delete", "restore"] == [each.op for each in told]
    assert told[0].seen_before is None
    assert first - timedelta(minutes=10) <= told[1].seen_before <= first < told[1].seen_at
    assert [1, 2, 3, 4] == [each.run for each in told]


def test_shares_and_amounts_are_exact_to_the_last_digit(store):
    """A third stays a third."""
    split = Split(user=ref("user", "li"), share=Fraction(1, 3), split_kind="overlay")
    server = server_of(records=[deal("D-1", splits=(split,), value=Money(10**17 + 1, "JPY"))])
    synced(Faulty(server), store)
    found = store.get(ref("deal", "D-1"))
    assert (Fraction(1, 3), 10**17 + 1) == (found.splits[0].share, found.value.minor)


def test_a_store_tells_when_a_source_was_synced_to_its_end(store, server):
    """A sync that stopped does not count."""
    adapter = Faulty(server)
    assert store.synced_at("demo") is None
    synced(adapter, store)
    began = store.synced_at("demo")
    server.now += timedelta(days=1)
    adapter.trouble["deal"] = [RuntimeError("oops")]
    synced(adapter, store)
    assert began == store.synced_at("demo")
    assert {"complete", "stopped"} == set(store.runs()["state"])
