"""The part of the contract on writing: each change at most once, none over somebody else's, none lost unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from salesteam.crm import (
    RECORDS,
    Adapter,
    AddNote,
    AssignOwner,
    Change,
    CreateTask,
    Limits,
    Ref,
    Store,
    VirtualClock,
    field_types,
    open_store,
    push,
    sync,
)
from salesteam.errors import Conflict, InvalidValueError, Transient
from salesteam.testing._harness import Harness

__all__ = ["Writing", "Written"]

_LATE = datetime(2900, 1, 1, tzinfo=UTC)
_DUE = datetime(2901, 1, 1, 9, tzinfo=UTC)
_TEXT = "Call the customer back"
_KEY = "0123456789abcdef" * 2
_CROWD = 101
_DONE = frozenset({"verified", "sent"})


@attrs.define(kw_only=True)
class Written:
    """One change on its way: a store that was synced, and what the server has of it."""

    harness: Harness
    adapter: Adapter
    store: Store
    clock: VirtualClock
    change: Change
    made: int
    found_again: bool = attrs.field(init=False)
    """Whether the adapter can look for what it wrote."""

    def __attrs_post_init__(self) -> None:
        try:
            found = self.adapter.find_write(self.change, key=_KEY)
        except InvalidValueError:
            self.found_again = False
        else:
            assert found is None, "what was never written is not found"
            self.found_again = True

    def push(self, *, dry_run: bool = False) -> str:
        """Push it, and whatever waits; gives what became of it."""
        report = push(self.adapter, self.store, [self.change], dry_run=dry_run, clock=self.clock)
        return report.lines[0].state

    def read(self) -> None:
        """Sync its kind, once the clock of the server has moved on past its last change."""
        self.made += 1
        self.harness.create(self.change.ref.kind, self.made)
        sync(self.adapter, self.store, kinds=[self.change.ref.kind], limits=Limits(clock=self.clock))

    def times(self) -> int:
        """How often it is there."""
        ref = self.change.ref
        if isinstance(self.change, AssignOwner):
            (record,) = self.adapter.fetch_ids(ref.kind, [ref.external_id])
            return int(getattr(record, "owner", None) == self.change.owner)
        return sum(_TEXT in text for text in self.harness.activities(ref))

    def settle(self) -> None:
        """Let so much time pass that what is not there will not come any more."""
        self.clock.sleep(self.settles.total_seconds() + 1)

    @property
    def settles(self) -> timedelta:
        """How long that is."""
        return self.adapter.capabilities()[self.change.ref.kind].settles


class Writing:
    """Writes, for each kind and each change that the capabilities name; skipped where they name none."""

    def writing(self, harness: Harness, adapter: Adapter, *, only: type | None = None) -> Iterator[Written]:
        """Each change that can be written to each kind, about a record that was read."""
        can = adapter.capabilities()
        pairs = [(kind, name) for kind in harness.kinds() for name in can[kind].writes]
        pairs = [(kind, name) for kind, name in pairs if only is None or name == only.__name__]
        if not pairs:
            pytest.skip(f"{adapter.name} writes nothing" + (f" by {only.__name__}" if only else ""))
        for number, (kind, name) in enumerate(pairs, start=1):
            clock = VirtualClock(_LATE)
            ref = harness.create(kind, number)
            with open_store(":memory:") as store:
                change = _change(harness, ref, name)
                written = Written(
                    harness=harness, adapter=adapter, store=store, clock=clock, change=change, made=100 * number
                )
                written.read()
                yield written

    def test_it_can_see_what_it_writes(self, harness: Harness, adapter: Adapter) -> None:
        """What can be written to can be read by its id; what can be given an owner has one, and is tested here."""
        can = adapter.capabilities()
        kinds = [kind for kind in can if can[kind].writes]
        if not kinds:
            pytest.skip(f"{adapter.name} writes nothing")
        owned = [kind for kind in kinds if AssignOwner.__name__ in can[kind].writes]
        assert [kind for kind in kinds if not can[kind].by_id] == []
        assert [kind for kind in owned if "owner" not in field_types(RECORDS[kind])] == []
        assert [kind for kind in kinds if kind not in harness.kinds()] == []

    def test_a_dry_run_writes_nothing(self, harness: Harness, adapter: Adapter) -> None:
        """It says what would be written."""
        for written in self.writing(harness, adapter):
            assert written.push(dry_run=True) == "planned"
            assert written.times() == 0

    def test_a_change_is_written_once_a_decision(self, harness: Harness, adapter: Adapter) -> None:
        """However often it is pushed; a task or note of another decision is another one."""
        for written in self.writing(harness, adapter):
            for _ in range(3):
                assert written.push() in _DONE
                assert written.times() == 1
            if not isinstance(written.change, AssignOwner):
                written.change = attrs.evolve(written.change, decision_id="another")
                assert written.push() in _DONE
                assert written.times() == 2

    def test_a_changed_record_gets_no_other_owner(self, harness: Harness, adapter: Adapter) -> None:
        """A stale version is a conflict, by the look before the write and by the write itself; read again, it goes."""
        for written in self.writing(harness, adapter, only=AssignOwner):
            ref = written.change.ref
            seen = written.store.get(ref)
            harness.touch(ref)
            assert written.push() == "conflict"
            if adapter.capabilities()[ref.kind].lock != "none":
                with pytest.raises(Conflict):
                    adapter.write(written.change, key=_KEY, expect=seen)
            assert written.times() == 0
            written.read()
            assert written.push() in _DONE
            assert written.times() == 1

    def test_a_task_or_note_needs_no_fresh_record(self, harness: Harness, adapter: Adapter) -> None:
        """It overwrites nothing, so it is made though somebody changed the record."""
        for written in self.writing(harness, adapter):
            if not isinstance(written.change, AssignOwner):
                harness.touch(written.change.ref)
                assert written.push() in _DONE
                assert written.times() == 1

    def test_a_lost_answer_is_looked_up(
        self, harness: Harness, adapter: Adapter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What arrived is never sent again; where nobody can look, a human is asked."""
        for written in self.writing(harness, adapter):
            with monkeypatch.context() as patch:
                patch.setattr(adapter, "write", _then(adapter.write, Transient("the answer was lost")))
                states = {written.push()}
            written.settle()
            states |= {written.push(), written.push()}
            assert written.times() == 1
            assert states <= (_DONE if written.found_again else {"unknown"})

    def test_a_crash_while_sending_is_looked_up(
        self, harness: Harness, adapter: Adapter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The same where the process died after it had arrived."""
        for written in self.writing(harness, adapter):
            with monkeypatch.context() as patch:
                patch.setattr(adapter, "write", _then(adapter.write, KeyboardInterrupt()))
                with pytest.raises(KeyboardInterrupt):
                    written.push()
            written.settle()
            assert written.push() in (_DONE if written.found_again else {"unknown"})
            written.push()
            assert written.times() == 1

    def test_what_was_written_is_found_among_many(self, harness: Harness, adapter: Adapter) -> None:
        """A record with more tasks or notes than a page of a hundred holds: the first and the last are both found."""
        for written in self.writing(harness, adapter):
            if isinstance(written.change, AssignOwner) or not written.found_again:
                continue
            made = {}
            for key in (f"{written.made:016x}{number:016x}" for number in range(_CROWD)):
                with suppress(Transient):  # of so many requests one may be slow
                    made[key] = adapter.write(written.change, key=key, expect=None)
            harness.wait(written.settles.total_seconds())
            first, *_, last = made.items()
            for key, ref in (first, last):
                assert ref == adapter.find_write(written.change, key=key)

    def test_what_did_not_arrive_is_sent_when_that_is_certain(
        self, harness: Harness, adapter: Adapter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is not taken for an equal one of an earlier decision, nor sent while it may still come."""
        for written in self.writing(harness, adapter):
            if not written.found_again:
                continue
            before = 0
            if not isinstance(written.change, AssignOwner):
                assert written.push() in _DONE
                written.change = attrs.evolve(written.change, decision_id="another")
                before = 1
            with monkeypatch.context() as patch:
                patch.setattr(adapter, "write", _instead(Transient("it was lost on the way")))
                waiting = written.settles > timedelta(0) and not isinstance(written.change, AssignOwner)
                assert written.push() == ("unknown" if waiting else "planned")
            if waiting:
                assert written.push() == "unknown"
            assert written.times() == before
            written.settle()
            written.push()
            assert written.push() in _DONE
            assert written.times() == before + 1

    def test_a_write_that_is_undone_is_noticed(
        self, harness: Harness, adapter: Adapter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As an automation of the CRM may do it, at once."""
        for written in self.writing(harness, adapter):
            change = written.change
            can = adapter.capabilities()
            hides = written.settles > timedelta(0) and not ("activity" in can and can["activity"].by_id)

            def undo(made: Ref, change: Change = change) -> None:
                if isinstance(change, AssignOwner):
                    harness.reassign(made, harness.colleague(3))
                else:
                    harness.delete(made)

            with monkeypatch.context() as patch:
                patch.setattr(adapter, "write", _with(adapter.write, undo))
                state = written.push()
            late = not isinstance(change, AssignOwner) and (hides or not written.found_again)
            assert state == ("sent" if late else "reverted")
            assert written.times() == 0


def _change(harness: Harness, ref: Ref, name: str) -> Change:
    if name == AssignOwner.__name__:
        return AssignOwner(ref=ref, owner=harness.colleague(2), decision_id="kit")
    if name == CreateTask.__name__:
        return CreateTask(ref=ref, subject=_TEXT, user=harness.colleague(2), due_at=_DUE, decision_id="kit")
    return AddNote(ref=ref, text=_TEXT, decision_id="kit")


def _then(write: Callable[..., Ref], error: BaseException) -> Callable[..., Ref]:
    """A write that arrives and whose answer is lost."""

    def lost(*given: Any, **named: Any) -> Ref:
        write(*given, **named)
        raise error

    return lost


def _instead(error: BaseException) -> Callable[..., Ref]:
    """A write that does not arrive."""

    def lost(*_: Any, **__: Any) -> Ref:
        raise error

    return lost


def _with(write: Callable[..., Ref], undo: Callable[[Ref], None]) -> Callable[..., Ref]:
    """A write that is undone at once."""

    def undone(*given: Any, **named: Any) -> Ref:
        made = write(*given, **named)
        undo(made)
        return made

    return undone
