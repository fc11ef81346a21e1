"""Whatever happens at the server, on the way and to us: in the end the store is what the server is."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import attrs
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.crm.faulty import Faulty, contents, limits, living, server_of, synced, vanish, visible
from tests.crm.world import deal, ref, user

from salesteam.crm import Account, open_store, sweep
from salesteam.errors import AuthExpired, QuotaExhausted, RateLimited, Rejected, StoreError, Transient

MOST = 12
KINDS = ("user", "account", "deal")
STAGES = ("new", "talk", "won")
faults = st.sampled_from(
    [
        Transient("503"),
        RateLimited("429", retry_after=3),
        RateLimited("429", retry_after=99999),
        QuotaExhausted("daily"),
        AuthExpired("401"),
        Rejected("403"),
        RuntimeError("a mistake of the adapter"),
    ]
)


class Machine(RuleBasedStateMachine):
    """Mutations, syncs, crashes, sweeps and faults in any order; then one clean sync and one sweep."""

    mode = "cursor"
    tombstones = True

    @initialize()
    def begin(self):
        """A server, a store, and an adapter between them."""
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "s.sqlite"
        self.store = open_store(self.path)
        self.server = server_of(records=[user("li")])
        deletes = "tombstone" if self.tombstones else "sweep"
        self.adapter = Faulty(self.server, can={"*": {"deletes": deletes, "incremental": self.mode}})
        self.states = []
        self.made = 0
        self.lost = set()

    def some(self, data, *, gone=False):
        """A record of the server."""
        refs = sorted(each for each, record in self.server._records.items() if gone or not record.deleted)
        return data.draw(st.sampled_from(refs)) if refs else None

    @rule(kind=st.sampled_from(["account", "deal"]), late=st.booleans())
    def create(self, kind, late):
        """A new record; some are committed with a time that is already past."""
        if self.made < MOST:
            self.made += 1
            self.server.now += timedelta(minutes=self.made % 3 * 20)  # some lie further apart than the overlap
            at = self.server.now - timedelta(minutes=4) if late else None
            name = f"{kind}-{self.made}"
            if kind == "deal":
                self.server.create(deal(name, name=name, stage=ref("stage", "new"), created_at=at))
            else:
                self.server.create(Account(ref=ref("account", name), name=name, created_at=at))

    @rule(data=st.data(), how=st.sampled_from(["touch", "archive", "undelete", "same"]))
    def change(self, data, how):
        """A change of a record, a bulk write of what was there, or a return."""
        found = self.some(data, gone=how == "undelete")
        if found is not None:
            (self.server.change if how == "same" else getattr(self.server, how))(found)

    @rule(data=st.data(), stage=st.sampled_from(STAGES))
    def move(self, data, stage):
        """A deal moves."""
        found = self.some(data)
        if found is not None and found.kind == "deal":
            self.server.move_stage(found, ref("stage", stage))

    @rule(data=st.data())
    def delete(self, data):
        """A record goes, with or without a trace."""
        found = self.some(data)
        if found is not None:
            if self.tombstones:
                self.server.delete(found)
            else:
                vanish(self.server, found)
                self.lost.add(found)

    @rule(kind=st.sampled_from(KINDS))
    def touch_all(self, kind):
        """A bulk job writes all at one instant."""
        self.server.touch_all(kind)

    @rule(data=st.data())
    def turn_bad(self, data):
        """A row can no longer be read, or can be again."""
        found = self.some(data)
        if found is not None and found in self.adapter.bad:
            del self.adapter.bad[found]
        elif found is not None:
            self.adapter.bad[found] = "?"
            self.server.touch(found)

    @rule(hours=st.integers(1, 48))
    def wait(self, hours):
        """Time passes, so that the overlap covers less."""
        self.server.now += timedelta(hours=hours)

    @rule(size=st.sampled_from([1, 2, 1000]), restart=st.booleans())
    def sync(self, size, restart):
        """A sync without trouble; what it leaves is remembered for the replay."""
        run = synced(self.adapter, self.store, page_size=size, restart=restart, kinds=KINDS)
        assert all(part.foots for part in run.parts)
        self.states.append((self.server.now, contents(self.store)))
        self.server.now += timedelta(minutes=1)

    @rule(size=st.sampled_from([1, 2]), page=st.integers(0, 4), fault=faults, kind=st.sampled_from(KINDS))
    def sync_with_fault(self, size, page, fault, kind):
        """The source fails before a page."""
        self.adapter.trouble[kind] = [*[None] * page, fault]
        synced(self.adapter, self.store, page_size=size, kinds=KINDS)
        self.adapter.trouble.clear()

    @rule(size=st.sampled_from([1, 2]), page=st.integers(0, 4), kind=st.sampled_from(KINDS))
    def crash(self, size, page, kind):
        """We are stopped before a page, and the store is opened anew."""
        self.adapter.trouble[kind] = [*[None] * page, KeyboardInterrupt()]
        try:
            synced(self.adapter, self.store, page_size=size, kinds=KINDS)
        except KeyboardInterrupt:
            self.store.close()
            self.store = open_store(self.path, create=False)
        self.adapter.trouble.clear()

    @rule(steps=st.integers(50, 3000), size=st.sampled_from([1, 2]))
    def break_store(self, steps, size):
        """The store fails at some step, as a full disk makes it, and is opened anew."""
        left = [steps]

        def tick():
            left[0] -= 1
            return left[0] < 0

        self.store.connection.set_progress_handler(tick, 10)
        try:
            synced(self.adapter, self.store, page_size=size, kinds=KINDS)
        except StoreError as error:  # the very first question to the store may already fail
            assert "interrupted" in str(error)  # noqa: PT017
        self.store.close()  # a statement that was broken off breaks the next ones of its connection too
        self.store = open_store(self.path, create=False)

    @precondition(lambda self: not self.tombstones)
    @rule()
    def sweep(self):
        """A sweep finds what vanished among what was read."""
        run = sweep(self.adapter, self.store, limits=limits(self.server, max_sweep_share=1), kinds=KINDS)
        for finding in run.report.by_code.get("crm.sweep-refused", ()):
            sweep(self.adapter, self.store, limits=limits(self.server), accept=dict(finding.values)["digest"])

    @invariant()
    def log_is_the_store(self):
        """Replayed to its end, the log is the store."""
        if hasattr(self, "store"):
            now = contents(self.store)
            then = contents(self.store, known_at=self.server.now + timedelta(days=9999))
            assert timeless(now) == timeless(then)

    def teardown(self):
        """The laws, after a clean sync, and a sweep where deletions leave no trace."""
        if not hasattr(self, "store"):
            return
        self.adapter.bad.clear()
        self.server.now += timedelta(minutes=1)
        run = synced(self.adapter, self.store, kinds=KINDS)
        assert "complete" == run.state
        if not self.tombstones and self.mode != "full":
            self.sweep()
        if self.mode == "full":
            self.sweep()
        assert living(visible(self.server)) == living(contents(self.store))
        assert set() == {held.ref for held in self.store.quarantine()} & set(self.server._records)
        for at, state in self.states:
            assert timeless(state) == timeless(contents(self.store, known_at=at))
        count = len(list(self.store.changes()))
        synced(self.adapter, self.store, kinds=KINDS)
        assert count == len(list(self.store.changes()))
        self.store.close()
        self.folder.cleanup()


def timeless(records):
    """Records without their update times, which the log keeps only where something else changed."""
    return {reference: attrs.evolve(record, updated_at=None) for reference, record in records.items()}


class NoTraces(Machine):
    """The same where a deletion leaves nothing behind."""

    tombstones = False


class FullReadings(Machine):
    """The same where everything is read every time."""

    mode = "full"
    tombstones = False


calm = settings(
    max_examples=max(10, settings.default.max_examples // 8),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
for machine in (Machine, NoTraces, FullReadings):
    machine.TestCase.settings = calm

TestTombstones = Machine.TestCase
TestNoTraces = NoTraces.TestCase
TestFullReadings = FullReadings.TestCase
