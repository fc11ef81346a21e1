"""A move that nobody told us lies between the bounds that we give, whatever came between two readings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.crm.faulty import Faulty, limits, server_of, synced
from tests.crm.world import deal, ref

from salesteam.crm import Stage, StageChange, open_store, remap, sweep, sync

ONE = ref("deal", "D-1")
TALK, WON, LOST = (ref("stage", name) for name in ("talk", "won", "lost"))


@pytest.fixture
def store():
    """A store that is gone at the end."""
    with open_store(":memory:") as opened:
        yield opened


@pytest.fixture
def server():
    """One deal in its first stage."""
    stages = [
        Stage(ref=each, name=each.external_id, stage_kind=kind)
        for each, kind in ((TALK, "open"), (WON, "won"), (LOST, "lost"))
    ]
    return server_of(records=[*stages, deal("D-1", stage=TALK)])


class Mended(Faulty):
    """Reads the kept text of a row again, as the server has it."""

    def remap(self, kind, raw):
        return self.config.server.get(ONE)


def later(server, hours=5):
    """Some time passes."""
    server.now += timedelta(hours=hours)


def moved(server, stage=WON):
    """The deal moves; gives when."""
    server.move_stage(ONE, stage)
    return server.get(ONE).updated_at


def bounds(store, known_at=None):
    """Between which instants the last observed move lies."""
    move = store.pull(known_at=known_at).of("stage_change")[-1]
    return move.at_earliest, move.at_latest


@pytest.mark.parametrize("how", ["page", "by id", "full", "remap"])
def test_a_move_that_came_in_a_bad_row_was_before_that_row(store, server, how):
    """The readings that rejected it knew that the deal was there, not where it stood."""
    can = {"*": {"incremental": "full", "deletes": "sweep"}} if how == "full" else {}
    adapter = Mended(server, can=can)
    for _ in range(2):
        later(server)
        synced(adapter, store)
    proven = server.now
    later(server)
    at = moved(server)
    adapter.bad[ONE] = "?"
    for _ in range(3):
        later(server)
        synced(adapter, store)
    adapter.bad.clear()
    if how == "page":
        server.touch(ONE)
    later(server)
    if how == "remap":
        remap(adapter, store, limits=limits(server))
    else:
        synced(adapter, store)
    earliest, latest = bounds(store)
    assert () == store.quarantine()
    assert proven - timedelta(minutes=10) <= earliest < at <= latest == server.now


def test_a_move_out_of_sight_was_after_the_last_sight(store, server):
    """A deal that was hidden, moved, and shown again: no reading between saw where it stood."""
    adapter = Faulty(server, can={"*": {"deletes": "sweep"}})
    server.create(deal("D-2"))
    synced(adapter, store)
    adapter.visible = lambda reference: reference != ONE
    later(server)
    sweep(adapter, store, limits=limits(server))
    assert store.get(ONE).deleted
    at = moved(server)
    for _ in range(2):
        later(server)
        synced(adapter, store)
    adapter.visible = lambda reference: True
    server.touch(ONE)
    later(server)
    synced(adapter, store)
    earliest, latest = bounds(store)
    assert earliest < at <= latest == server.now


def test_a_move_that_was_accepted_though_it_is_older_may_have_been_any_time_ago(store, server):
    """A restored backup was seen, and not believed, by the readings before."""
    adapter = Faulty(server)
    later(server)
    moved(server)
    synced(adapter, store)
    later(server)
    restored = server.now
    server._records[ONE] = deal("D-1", stage=LOST, updated_at=server.get(ONE).updated_at - timedelta(hours=1))
    for _ in range(2):
        later(server)
        synced(adapter, store, restart=True)
    synced(adapter, store, restart=True, accept_older=True)
    earliest, latest = bounds(store)
    assert LOST == store.get(ONE).stage
    assert earliest < restored < latest


def test_a_table_of_the_past_is_not_changed_by_what_becomes_of_native_history(store, server):
    """The span that the source told then stays told, though it takes it back later."""
    first = StageChange(ref=ref("stage_change", "1"), deal=ONE, to=WON, at=server.now, evidence="native")
    server.create(first)
    adapter = server.adapter()
    sync(adapter, store, limits=limits(server))
    later(server)
    at = moved(server)
    server.change(first.ref, at=at)
    sync(adapter, store, limits=limits(server))
    then = server.now
    before = store.pull(known_at=then).of("stage_change")
    later(server)
    server.delete(first.ref)
    sync(adapter, store, limits=limits(server))
    assert ["native"] == [move.evidence for move in before]
    assert before == store.pull(known_at=then).of("stage_change")
    assert ["observed"] == [move.evidence for move in store.pull().of("stage_change")]


def test_what_was_read_later_is_not_known_before(store, server):
    """A kind that is read for the first time misses nothing in the past, and a later sync tells no later time of it."""
    adapter = Faulty(server)
    server.change(ONE, owner=ref("user", "li"))
    synced(adapter, store, kinds=["stage", "deal"])
    later(server)
    then = server.now
    later(server)
    before = store.pull(known_at=then)
    synced(adapter, store)
    after = store.pull(known_at=then)
    assert before == after
    assert "crm.dangling-reference" in [finding.code for finding in store.pull().report]
