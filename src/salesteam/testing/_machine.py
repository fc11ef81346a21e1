"""A state machine: whatever happens at the server, on the way and to us, in the end the store is what the server is."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest import TestCase

import attrs
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from salesteam.crm import Adapter, Kind, Limits, Record, Ref, Store, SyncReport, open_store, sweep, sync
from salesteam.errors import AuthExpired, QuotaExhausted, RateLimited, Rejected, StoreError, Transient
from salesteam.testing._exchange import Answer
from salesteam.testing._fake_http import Fault, How
from salesteam.testing._harness import Harness
from salesteam.testing._http_harness import HttpHarness
from salesteam.testing._read import read_all, timeless

__all__ = ["SyncMachine", "sync_machine"]

_FAULTS = (
    Transient("503"),
    RateLimited("429", retry_after=3),
    RateLimited("429", retry_after=99999),
    QuotaExhausted("daily"),
    AuthExpired("401"),
    Rejected("403"),
    RuntimeError("a mistake of the adapter"),
)
_ON_THE_WIRE: tuple[How, ...] = ("answer", "close", "truncate", "garble")
_BY_NAME = ("touch", "archive", "undelete", "delete")


class SyncMachine(RuleBasedStateMachine):
    """Mutations, syncs, crashes, sweeps and faults in any order; then some of each, one clean sync and one sweep.

    Subclass it, define `harness_of`, and let pytest find the `TestCase` of the class; or use `sync_machine`.
    A subclass may add rules of its own, for what only its server can do.

    Attributes
    ----------
    most : int
        How many records are created at the most.
    narrow : bool
        Whether a sync reads back behind its cursor no further than the tick of the source, so that what was lost is not
        found again by chance; False for servers on which changes appear late.

    Examples
    --------
    >>> from salesteam.testing import MemoryHarness
    >>> class Machine(SyncMachine):
    ...     def harness_of(self, folder, monkeypatch):
    ...         return MemoryHarness()
    >>> issubclass(Machine.TestCase, TestCase)
    True
    """

    most = 12
    narrow = True

    def harness_of(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Harness:
        """A new harness, with a server that holds nothing; `folder` is empty, `monkeypatch` is undone at the end."""
        del folder, monkeypatch
        pytest.fail("define harness_of(folder, monkeypatch): it returns a salesteam.testing.Harness")

    @initialize()
    def begin(self) -> None:
        """A server, a store, and an adapter between them."""
        self.exits = ExitStack()
        self.patch = pytest.MonkeyPatch()
        self.exits.callback(self.patch.undo)
        root = Path(self.exits.enter_context(tempfile.TemporaryDirectory()))
        (root / "server").mkdir()
        self.harness = self.harness_of(root / "server", self.patch)
        self.exits.callback(self.harness.close)
        self.path = root / "store.sqlite"
        self.store: Store = open_store(self.path)
        self.exits.callback(self.close_store)
        self.adapter: Adapter = self.harness.adapter()
        self.exits.callback(self.adapter.close)
        if self.narrow:
            can = {
                kind: attrs.evolve(each, overlap=each.resolution) for kind, each in self.adapter.capabilities().items()
            }
            self.patch.setattr(self.adapter, "capabilities", lambda: can)
        self.clock = self.harness.clock()
        self.kinds: tuple[Kind, ...] = tuple(self.harness.kinds())
        self.refs: list[Ref] = []
        self.gone: set[Ref] = set()
        self.away: set[Ref] = set()
        self.made = 0
        self.spoilt: set[Kind] = set()
        self.states: list[tuple[Any, dict[Ref, Record]]] = []

    # what happens at the server

    @rule(data=st.data(), count=st.integers(1, 4), stopped=st.booleans())
    def create(self, data: st.DataObject, count: int, stopped: bool) -> None:  # noqa: FBT001 -- hypothesis names it
        """New records of a kind; we may be stopped among them."""
        kind = data.draw(st.sampled_from(self.kinds))
        for _ in range(min(count, self.most - self.made)):
            self.made += 1
            self.refs.append(self.harness.create(kind, self.made))
        if stopped:
            self.stop(kind, page=1, size=1)

    @precondition(lambda self: self.refs)
    @rule(data=st.data(), how=st.sampled_from(_BY_NAME))
    def change(self, data: st.DataObject, how: str) -> None:
        """A record is changed, put away, deleted or brought back, as far as the server can, and its state lets it."""
        found = [ref for ref in self.refs if self.can_be(how, ref)]
        if not found:
            return
        ref = data.draw(st.sampled_from(found))
        with suppress(pytest.skip.Exception):  # what the server cannot do, it leaves
            getattr(self.harness, how)(ref)
            if how == "archive":
                self.away.add(ref)
            if how in {"delete", "undelete"}:
                self.gone ^= {ref}

    def can_be(self, how: str, ref: Ref) -> bool:
        """Whether a server could do that to a record: not to one that is gone, nor change one that is put away."""
        if how in {"delete", "undelete"}:
            return self.adapter.capabilities()[ref.kind].deletes != "none" and (ref in self.gone) == (how == "undelete")
        return ref not in self.gone | self.away

    @precondition(lambda self: self.refs)
    @rule(data=st.data(), stopped=st.booleans())
    def touch_all(self, data: st.DataObject, stopped: bool) -> None:  # noqa: FBT001 -- hypothesis names it
        """A bulk job writes all records of a kind at one instant; we may be stopped among them."""
        kind = self.some_kind(data)
        with suppress(pytest.skip.Exception):  # what the server cannot do, it leaves
            self.harness.touch_all(kind)
        if stopped:
            self.stop(kind, page=1, size=1)

    @rule(data=st.data())
    def inject(self, data: st.DataObject) -> None:
        """A row that cannot be read, one a kind."""
        kind = data.draw(st.sampled_from(self.kinds))
        if kind not in self.spoilt:
            self.spoilt.add(kind)
            with suppress(pytest.skip.Exception):  # what the server cannot do, it leaves
                self.harness.inject(kind)

    @rule(hours=st.sampled_from([0.1, 1, 48]))
    def wait(self, hours: float) -> None:
        """Time passes, so that the overlap covers less."""
        self.harness.wait(hours * 3600)

    # what happens to us

    def synced(self, *, size: int = 1000, **options: Any) -> SyncReport:
        """One sync of all kinds."""
        limits = Limits(clock=self.clock, page_size=size, max_reject_share=Fraction(1))
        return sync(self.adapter, self.store, kinds=self.kinds, limits=limits, **options)

    def close_store(self) -> None:
        """Close the store that is open now."""
        self.store.close()

    def reopened(self) -> None:
        """Close the store, as the end of a process does, and open it anew."""
        self.close_store()
        self.store = open_store(self.path, create=False)

    @contextmanager
    def failing(self, kind: Kind, page: int, error: BaseException) -> Iterator[None]:
        """Let the reading of a kind fail before a page."""
        fetch = self.adapter.fetch

        def broken(of: Kind, *given: Any, **named: Any) -> Iterator[Any]:
            for number, batch in enumerate(fetch(of, *given, **named)):
                if of == kind and number == page:
                    raise error
                yield batch

        with self.patch.context() as patch:
            patch.setattr(self.adapter, "fetch", broken)
            yield

    @rule(size=st.sampled_from([1, 2, 1000]), restart=st.sampled_from([False] * 3 + [True]))
    def sync(self, size: int, restart: bool) -> None:  # noqa: FBT001 -- hypothesis names it
        """A sync without trouble; what it leaves is remembered for the replay."""
        run = self.synced(size=size, restart=restart)
        assert all(part.foots for part in run.parts)
        self.states.append((self.clock.now(), self.kept()))
        self.clock.sleep(60)

    @precondition(lambda self: self.refs)
    @rule(data=st.data(), size=st.sampled_from([1, 2]), page=st.integers(0, 3), error=st.sampled_from(_FAULTS))
    def sync_with_fault(self, data: st.DataObject, size: int, page: int, error: Exception) -> None:
        """The source fails before a page."""
        with self.failing(self.some_kind(data), page, error):
            self.synced(size=size)

    @precondition(lambda self: isinstance(self.harness, HttpHarness))
    @rule(
        size=st.sampled_from([1, 2]),
        how=st.sampled_from(_ON_THE_WIRE),
        status=st.sampled_from([401, 429, 500, 503]),
        times=st.sampled_from([1, 5]),
        after=st.integers(0, 8),
    )
    def sync_with_fault_on_the_wire(self, size: int, how: How, status: int, times: int, after: int) -> None:
        """The server fails for some requests."""
        assert isinstance(self.harness, HttpHarness)
        answer = Answer(status=status, body={"message": "no"})
        self.harness.server.fail(Fault(how=how, answer=answer, times=times, after=after))
        self.synced(size=size)
        self.harness.server.fail(None)

    @precondition(lambda self: self.refs)
    @rule(data=st.data(), size=st.sampled_from([1, 2]), page=st.integers(0, 3))
    def crash(self, data: st.DataObject, size: int, page: int) -> None:
        """We are stopped before a page, and the store is opened anew."""
        self.stop(self.some_kind(data), page=page, size=size)

    def stop(self, kind: Kind, *, page: int, size: int) -> None:
        """Stop a sync before a page of a kind, if it comes so far."""
        with self.failing(kind, page, KeyboardInterrupt()):
            try:
                self.synced(size=size)
            except KeyboardInterrupt:
                self.reopened()

    def some_kind(self, data: st.DataObject) -> Kind:
        """A kind of which there are records."""
        kind: Kind = data.draw(st.sampled_from(sorted({ref.kind for ref in self.refs})))
        return kind

    @rule(steps=st.integers(50, 3000), size=st.sampled_from([1, 2]))
    def break_store(self, steps: int, size: int) -> None:
        """The store fails at some step, as a full disk makes it, and is opened anew."""
        left = [steps]

        def tick() -> bool:
            left[0] -= 1
            return left[0] < 0

        self.store.connection.set_progress_handler(tick, 10)
        broken = "interrupted"
        try:
            self.synced(size=size)
        except StoreError as error:  # the very first question to the store may already fail
            broken = str(error)
        assert "interrupted" in broken
        self.reopened()  # a statement that was broken off breaks the next ones of its connection too

    @precondition(lambda self: self.sweeps)
    @rule()
    def sweep(self) -> None:
        """A sweep finds what vanished; one that deletes much is accepted."""
        run = sweep(self.adapter, self.store, kinds=self.kinds, limits=Limits(clock=self.clock))
        for finding in run.report.by_code.get("crm.sweep-refused", ()):
            limits = Limits(clock=self.clock)
            sweep(self.adapter, self.store, kinds=self.kinds, limits=limits, accept=str(dict(finding.values)["digest"]))

    @property
    def sweeps(self) -> bool:
        """Whether a sweep is needed to learn of deletions."""
        can = self.adapter.capabilities()
        return any(can[kind].deletes == "sweep" or can[kind].incremental == "full" for kind in self.kinds)

    # what must hold

    def kept(self, **options: Any) -> dict[Ref, Record]:
        """What the store has, gone or not."""
        return {
            record.ref: record for kind in self.kinds for record in self.store.records(kind, deleted=True, **options)
        }

    def truth(self) -> dict[Ref, Record]:
        """What the server has: what a new adapter finds in a full reading."""
        adapter = self.harness.adapter()
        try:
            batches = [batch for kind in self.kinds for batch in read_all(adapter, kind)]
        finally:
            adapter.close()
        return {record.ref: record for batch in batches for record in batch.records if not record.deleted}

    @invariant()
    def log_is_the_store(self) -> None:
        """Replayed to its end, the log is the store."""
        if hasattr(self, "store"):
            _same(self.kept(), self.kept(known_at=self.clock.now() + timedelta(days=9999)))

    def settle(self) -> None:
        """A clean sync, and a sweep where deletions leave no trace."""
        self.clock.sleep(60)
        self.harness.wait(60)
        run = self.synced()
        assert run.state == "complete", run.report.text()
        if self.sweeps:
            self.sweep()

    def teardown(self) -> None:
        """The laws, and the end of everything that was opened."""
        with getattr(self, "exits", ExitStack()):
            if hasattr(self, "adapter"):
                self.laws()

    def ending(self) -> None:
        """What every run ends with, so that none is too tame: some of each change, and stops among them."""
        made = {kind: [self.harness.create(kind, self.made + n) for n in (1, 2, 3)] for kind in self.kinds}
        self.settle()
        can = self.adapter.capabilities()
        for kind, refs in made.items():
            with suppress(pytest.skip.Exception):  # what the server cannot do, it leaves
                self.harness.touch_all(kind)
            self.stop(kind, page=1, size=1)
            self.synced()
            for ref in refs:
                self.harness.wait(60)
                self.harness.touch(ref)
            self.stop(kind, page=1, size=1)
            self.synced(size=1)
            if can[kind].deletes != "none":
                with suppress(pytest.skip.Exception):  # as above
                    self.harness.delete(refs[0])

    def laws(self) -> None:
        """The store is the server, every state of it can be replayed, and another sync changes nothing."""
        self.ending()
        self.settle()
        _same(self.truth(), {ref: record for ref, record in self.kept().items() if not record.deleted})
        for at, state in self.states:
            _same(state, self.kept(known_at=at))
        before = len(list(self.store.changes()))
        self.synced()
        assert before == len(list(self.store.changes())), "a second sync must change nothing"


def _same(expected: dict[Ref, Record], found: dict[Ref, Record]) -> None:
    """The same records, but for their update times, which the log keeps only where something else changed."""
    assert {ref: timeless(record) for ref, record in expected.items()} == {
        ref: timeless(record) for ref, record in found.items()
    }


def sync_machine(
    make: Callable[[Path, pytest.MonkeyPatch], Harness], *, examples: int = 10, steps: int = 20
) -> type[TestCase]:
    """Make a test case of the state machine for a harness; name it in a module of tests, and pytest runs it.

    Parameters
    ----------
    make : callable
        ``make(folder, monkeypatch)`` gives a new harness, with a server that holds nothing.
    examples, steps : int
        How many runs, each of how many steps at the most.

    Returns
    -------
    type
        A test case.

    Examples
    --------
    >>> from salesteam.testing import MemoryHarness
    >>> TestWhateverHappens = sync_machine(lambda folder, monkeypatch: MemoryHarness(), examples=5)
    >>> issubclass(TestWhateverHappens, TestCase)
    True
    """

    class Machine(SyncMachine):
        def harness_of(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Harness:
            return make(folder, monkeypatch)

    case: Any = Machine.TestCase
    case.settings = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    made: type[TestCase] = case
    return made
