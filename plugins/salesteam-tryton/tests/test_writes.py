"""What the server of Tryton does about writes."""

from __future__ import annotations

import time

import pytest
from tests.harness import OPPORTUNITY
from tests.rpc import OLD, TICK
from tests.steps import assignment, read

from salesteam.crm import AssignOwner, open_store, push, sync
from salesteam.errors import Conflict, Rejected


@pytest.mark.parametrize("kind", ["lead", "deal"])
def test_an_owner_is_written_if_the_record_is_as_it_was_seen(harness, adapter, kind):
    """Else it is a conflict, and nothing is written."""
    ref, change = assignment(harness, kind)
    seen = read(adapter, kind)[ref]
    assert adapter.find_write(change, key="k") is None
    assert ref == adapter.write(change, key="k", expect=seen)
    assert (ref, change.owner) == (adapter.find_write(change, key="k"), read(adapter, kind)[ref].owner)
    with pytest.raises(Conflict):
        adapter.write(change, key="k", expect=seen)


@pytest.mark.parametrize(
    ("call", "number", "said"),
    [("search_read", 2, "was changed meanwhile"), ("write", 1, "ConcurrencyException")],
)
def test_there_is_no_gap_between_the_look_and_the_write(harness, adapter, call, number, said):
    """Whenever somebody else writes, it is noticed; at last by Tryton itself, which compares the time of the write."""
    ref, change = assignment(harness)
    seen = read(adapter, "deal")[ref]
    calls = []

    def meanwhile(method):
        calls.append(method)
        if method == f"model.{OPPORTUNITY}.{call}" and calls.count(method) == number:
            time.sleep(TICK)
            harness.touch(ref)

    harness.server.before = meanwhile
    with pytest.raises(Conflict, match=said):
        adapter.write(change, key="k", expect=seen)
    harness.server.before = lambda method: None
    assert ("Touched", seen.owner) == (read(adapter, "deal")[ref].name, read(adapter, "deal")[ref].owner)


def test_a_deal_that_is_closed_keeps_its_owner(harness, adapter):
    """Tryton refuses the write, and says why."""
    ref, change = assignment(harness)
    harness.press("lost", int(ref.external_id))
    if not OLD:  # before 8.0 Tryton writes it
        with pytest.raises(Rejected, match="not allowed to modify"):
            adapter.write(change, key="k", expect=None)
    with pytest.raises(Rejected, match="there is no deal"):
        adapter.write(
            AssignOwner(ref=harness.ref("deal", 9999), owner=change.owner, decision_id="x"), key="k", expect=None
        )


def test_decisions_are_pushed_once(harness, adapter):
    """Shown first, then written, read back, and not written again; a lost answer is looked up, not repeated."""
    ref, change = assignment(harness)
    writes = []
    harness.server.before = lambda method: writes.append(method) if method.endswith(".write") else None
    with open_store(":memory:") as store:
        sync(adapter, store)
        push(adapter, store, [change])
        assert [] == writes
        first = push(adapter, store, [change], dry_run=False)
        assert (["verified"], 1) == ([line.state for line in first.lines], len(writes))
        assert change.owner == read(adapter, "deal")[ref].owner
        push(adapter, store, [change], dry_run=False)
        assert 1 == len(writes)
