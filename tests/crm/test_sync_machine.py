"""Whatever happens at the server, on the way and to us: in the end the store is what the server is.

The machine is that of the kit; here the server misbehaves besides: late commits, rows that turn bad and heal,
deletions that leave no trace, and readings that are always whole.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule
from tests.crm.faulty import Faulty, server_of, vanish
from tests.crm.world import deal, ref, user

from salesteam.testing import MemoryHarness, SyncMachine, sample

STAGES = ("new", "talk", "won")


class FaultyHarness(MemoryHarness):
    """A server with a user and accounts and deals, which deletes with or without a trace."""

    def __init__(self, *, mode, tombstones):
        self.server = server_of(records=[user("li")])
        self.tombstones = tombstones
        can = {"deletes": "tombstone" if tombstones else "sweep", "incremental": mode}
        self.faulty = Faulty(self.server, can={"*": can})

    def adapter(self):
        return self.faulty

    def kinds(self):
        return ("user", "account", "deal")

    def create(self, kind, number):
        self.server.now += timedelta(minutes=number % 3 * 20)  # some lie further apart than the overlap
        if kind == "deal":
            return self.server.create(deal(f"deal-{number}", name=f"{number}", stage=ref("stage", "new"))).ref
        return self.server.create(sample(kind, number, source=self.server.source)).ref

    def change(self, change, found, *given):
        """Do it, unless the record is gone for good."""
        if found in self.server._records:
            change(found, *given)

    def touch(self, found):
        self.change(super().touch, found)

    def archive(self, found):
        self.change(super().archive, found)

    def undelete(self, found):
        self.change(super().undelete, found)

    def delete(self, found):
        self.change(self.server.delete if self.tombstones else lambda each: vanish(self.server, each), found)


class Machine(SyncMachine):
    """The machine of the kit, with a server that does more."""

    mode = "cursor"
    tombstones = True
    narrow = False

    def harness_of(self, folder, monkeypatch):
        return FaultyHarness(mode=self.mode, tombstones=self.tombstones)

    @rule(number=st.integers(1, 3))
    def commit_late(self, number):
        """A record is committed with a time that is already past."""
        if self.made < self.most:
            self.made += 1
            server = self.harness.server
            late = server.now - timedelta(minutes=number)
            self.refs.append(server.create(deal(f"late-{self.made}", name="late", created_at=late)).ref)

    @rule(data=st.data(), stage=st.sampled_from(STAGES))
    def move(self, data, stage):
        """A deal moves."""
        deals = [each for each in self.refs if each.kind == "deal" and each in self.harness.server._records]
        if deals:
            self.harness.server.move_stage(data.draw(st.sampled_from(deals)), ref("stage", stage))

    @rule(data=st.data())
    def write_the_same(self, data):
        """A bulk job writes what was there."""
        there = sorted(self.harness.server._records)
        self.harness.server.change(data.draw(st.sampled_from(there)))

    @rule(data=st.data())
    def turn_bad(self, data):
        """A row can no longer be read, or can be again."""
        server, bad = self.harness.server, self.harness.faulty.bad
        there = [each for each in self.refs if each in server._records and not server.get(each).deleted]
        if there:
            found = data.draw(st.sampled_from(there))
            if bad.pop(found, None) is None:
                bad[found] = "?"
                server.touch(found)

    def settle(self):
        """Every row can be read again, and none is left in quarantine."""
        self.harness.faulty.bad.clear()
        super().settle()
        assert set() == {held.ref for held in self.store.quarantine()} & set(self.harness.server._records)

    def truth(self):
        """What the server has, asked of the server itself."""
        return {each: record for each, record in self.harness.server._records.items() if not record.deleted}


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
