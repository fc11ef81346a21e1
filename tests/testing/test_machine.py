"""The state machine of the kit finds bugs that show only after some steps, and runs on any harness."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from salesteam.crm import MemoryAdapter, MemoryConfig
from salesteam.testing import MemoryHarness, SyncMachine, sync_machine

quick = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Planted(MemoryHarness):
    """The reference CRM behind an adapter of one's choice."""

    def __init__(self, adapter_class):
        super().__init__()
        self.adapter_class = adapter_class

    def adapter(self):
        return self.adapter_class(MemoryConfig(server=self.server), source=self.server.source)


class LosesARowOfAFullPage(MemoryAdapter):
    """Shows in small pages only; a full reading in one page is right."""

    def fetch(self, kind, since, *, page_size, **options):
        for batch in super().fetch(kind, since, page_size=page_size, **options):
            full = len(batch.records) == page_size
            yield attrs.evolve(batch, rows=(), records=batch.records[:-1] if full else batch.records)


class GivesTheCursorBeforeTheBatch(MemoryAdapter):
    """Shows after a crash only."""

    def fetch(self, kind, since, **options):
        batches = list(super().fetch(kind, since, **options))
        if batches:
            last = batches[-1].cursor
            yield from (attrs.evolve(batch, cursor=last) for batch in batches)


class ResumesStrictlyBehindTheCursor(MemoryAdapter):
    """Shows after many changes at one instant only, and where the overlap is forgotten."""

    def fetch(self, kind, since, *, overlap, **options):
        for batch in super().fetch(kind, since, overlap=timedelta(0), **options):
            after = datetime.fromisoformat(since.data) if since else None
            kept = (record for record in batch.records if after is None or record.updated_at > after)
            yield attrs.evolve(batch, rows=(), records=tuple(kept))


class ForgetsDeletionsAfterTheCursor(MemoryAdapter):
    """Shows where something was read before it was deleted."""

    def fetch(self, kind, since, **options):
        for batch in super().fetch(kind, since, **options):
            living = tuple(record for record in batch.records if since is None or not record.deleted)
            yield attrs.evolve(batch, rows=(), records=living)


def machine(adapter_class):
    """The machine before an adapter."""

    class Machine(SyncMachine):
        def harness_of(self, folder, monkeypatch):
            return Planted(adapter_class)

    return Machine


def test_a_sound_adapter_passes():
    """The same steps that find the bugs below find none in it."""
    run_state_machine_as_test(machine(MemoryAdapter), settings=quick)


@pytest.mark.parametrize(
    "bug",
    [
        LosesARowOfAFullPage,
        GivesTheCursorBeforeTheBatch,
        ResumesStrictlyBehindTheCursor,
        ForgetsDeletionsAfterTheCursor,
    ],
)
def test_a_bug_is_found(bug):
    """The store is not what the server is, and the steps that lead to it are told."""
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine(bug), settings=quick)


def test_nothing_is_done_to_a_record_that_no_server_would_do():
    """What is gone is brought back only, and what is there never; what is put away is not changed."""

    class Strict(MemoryHarness):
        def touch(self, ref):
            self.look(ref, archived=False)
            super().touch(ref)

        def archive(self, ref):
            self.look(ref, archived=False)
            super().archive(ref)

        def delete(self, ref):
            self.look(ref)
            super().delete(ref)

        def undelete(self, ref):
            self.look(ref, deleted=True)
            super().undelete(ref)

        def look(self, ref, **state):
            for name, expected in {"deleted": False, **state}.items():
                assert expected == getattr(self.server.get(ref), name), f"{ref} is in another state"

    class Machine(SyncMachine):
        sync = sync_with_fault = crash = break_store = sweep = touch_all = None  # changes alone, and many of them

        def harness_of(self, folder, monkeypatch):
            return Strict()

        def laws(self):
            """Others look at them."""

    run_state_machine_as_test(Machine, settings=settings(quick, max_examples=100, stateful_step_count=40))


def test_whoever_forgets_the_harness_is_told():
    """With what to define."""
    with pytest.raises(pytest.fail.Exception, match="define harness_of"):
        run_state_machine_as_test(SyncMachine, settings=quick)


TestOneLine = sync_machine(lambda folder, monkeypatch: MemoryHarness(), examples=5, steps=10)
