"""The part of the contract on a server that breaks off or lies, for adapters over HTTP, through a whole sync."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

from salesteam.crm import Adapter, Clock, Kind, Limits, Ref, Store, SyncReport, open_store, sweep, sync
from salesteam.errors import AdapterError
from salesteam.testing._exchange import Answer
from salesteam.testing._fake_http import FakeHTTP, Fault
from salesteam.testing._http_harness import HttpHarness
from salesteam.testing._read import read_all, refs_of

__all__ = ["Faults"]

_MOST = 40
_LATER = 3600.0
"""Seconds between two changes, so that no overlap hides a cursor that runs ahead."""
_TOTAL = re.compile(r"(?i)total|count|numberrecords")
_FAULTS = {
    "revoked": Fault(how="answer", answer=Answer(status=403, body={"message": "no"})),
    "unknown": Fault(how="answer", answer=Answer(status=500, body={"message": "?"})),
    "closed": Fault(how="close"),
}


class _Watch(Clock):
    """The clock of a fake, or one that is wrong by so much; nobody waits on it."""

    def __init__(self, server: FakeHTTP, wrong: timedelta = timedelta(0)) -> None:
        self.server, self.wrong = server, wrong

    def now(self) -> datetime:
        return self.server.crm.now + self.wrong

    def sleep(self, seconds: float) -> None:
        self.server.wait(seconds)


class Faults:
    """A sync that is broken off at any request, a sweep without permission, a wrong clock, wrong totals."""

    @pytest.mark.parametrize("how", _FAULTS)
    def test_a_sync_that_breaks_off_at_any_request_loses_and_doubles_nothing(
        self, harness: HttpHarness, how: str
    ) -> None:
        """A permission that is revoked halfway, an unknown failure, a server that goes: all at each request in turn."""
        for kind, refs in self.spread(harness, 6):
            for after in self.requests(f"a reading of 6 records of {kind}"):
                with open_store(":memory:") as store:
                    fault = attrs.evolve(_FAULTS[how], after=after)
                    harness.server.fail(fault)
                    self.synced(harness, store, kind)
                    harness.server.fail(None)
                    assert self.synced(harness, store, kind).state == "complete"
                    assert refs == sorted(record.ref for record in store.records(kind))
                    assert [change.op for change in store.changes(kind)] == ["insert"] * len(refs)
                if not fault.hits:
                    break

    def test_a_sweep_that_breaks_off_at_any_request_deletes_nothing(self, harness: HttpHarness) -> None:
        """What cannot be listed is not gone."""
        for kind, refs in self.spread(harness, 6):
            with open_store(":memory:") as store:
                self.synced(harness, store, kind)
                for after in self.requests(f"a sweep of 6 records of {kind}"):
                    fault = attrs.evolve(_FAULTS["revoked"], after=after)
                    harness.server.fail(fault)
                    adapter = harness.adapter()
                    sweep(adapter, store, kinds=[kind], limits=self.limits(harness))
                    adapter.close()
                    harness.server.fail(None)
                    assert refs == sorted(record.ref for record in store.records(kind))
                    if not fault.hits:
                        break

    @pytest.mark.parametrize("how", _FAULTS)
    def test_a_reading_by_id_that_breaks_off_takes_nothing_for_gone(
        self, harness: HttpHarness, adapter: Adapter, how: str
    ) -> None:
        """Left out is only what the server says is not there; what may not be read is an error."""
        kinds = [kind for kind in harness.kinds() if adapter.capabilities()[kind].by_id]
        if not kinds:
            pytest.skip(f"{adapter.name} cannot fetch by id")
        for kind in kinds:
            refs = sorted(harness.create(kind, number) for number in range(1, 4))
            for after in self.requests(f"a reading of 3 records of {kind} by id"):
                fault = attrs.evolve(_FAULTS[how], after=after)
                harness.server.fail(fault)
                another = harness.adapter()
                with suppress(AdapterError):
                    found = another.fetch_ids(kind, [ref.external_id for ref in refs])
                    assert refs == sorted(record.ref for record in found)
                another.close()
                harness.server.fail(None)
                if not fault.hits:
                    break

    @pytest.mark.parametrize("days", [-1, 1])
    def test_a_clock_that_is_wrong_by_a_day_loses_nothing(
        self, harness: HttpHarness, adapter: Adapter, days: int
    ) -> None:
        """Readings go by the clock of the server where it tells it; the difference is told."""
        wrong, can = timedelta(days=days), adapter.capabilities()
        for kind, refs in self.spread(harness, 4):
            with open_store(":memory:") as store:
                run = self.synced(harness, store, kind, wrong)
                if can[kind].server_clock and can[kind].incremental != "full":
                    assert "crm.clock-skew" in {finding.code for finding in run.report}
                    assert refs == sorted(record.ref for record in store.records(kind))
                harness.touch(refs[0])
                harness.server.wait(_LATER)
                late = harness.create(kind, 99)
                self.synced(harness, store, kind, wrong)
                self.synced(harness, store, kind)
                assert sorted((*refs, late)) == sorted(record.ref for record in store.records(kind))
                assert "update" in {change.op for change in store.changes(kind) if change.ref == refs[0]}

    @pytest.mark.parametrize("total", [0, 1, 1000])
    def test_a_total_that_is_not_so_loses_nothing_unseen(
        self, harness: HttpHarness, adapter: Adapter, total: int
    ) -> None:
        """All rows are read, or it says no."""
        for kind, refs in self.spread(harness, 5):
            harness.server.fail(Fault(how="change", change=lambda data: _claiming(data, total)))
            with suppress(AdapterError):
                assert refs == refs_of(read_all(adapter, kind, page_size=2))

    def spread(self, harness: HttpHarness, count: int) -> Iterator[tuple[Kind, list[Ref]]]:
        """Each kind with so many records, an hour apart."""
        for kind in harness.kinds():
            made = []
            for number in range(1, count + 1):
                harness.server.wait(_LATER)
                made.append(harness.create(kind, number))
            harness.server.wait(_LATER)
            yield kind, sorted(made)

    def requests(self, what: str) -> Iterator[int]:
        """The requests to break off at, until the caller has seen the end of them."""
        yield from range(_MOST)
        pytest.fail(f"{what} took more than {_MOST} requests")

    def limits(self, harness: HttpHarness, wrong: timedelta = timedelta(0)) -> Limits:
        """Small pages, by the clock of the fake."""
        return Limits(page_size=2, tries=2, clock=_Watch(harness.server, wrong))

    def synced(self, harness: HttpHarness, store: Store, kind: Kind, wrong: timedelta = timedelta(0)) -> SyncReport:
        """A sync of a kind by a new adapter."""
        adapter = harness.adapter()
        try:
            return sync(adapter, store, kinds=[kind], limits=self.limits(harness, wrong))
        finally:
            adapter.close()


def _claiming(data: Any, total: int) -> Any:
    """An answer in which every total is another."""
    if isinstance(data, dict):
        return {
            name: total if _TOTAL.search(name) and isinstance(value, int) else _claiming(value, total)
            for name, value in data.items()
        }
    return [_claiming(value, total) for value in data] if isinstance(data, list) else data
