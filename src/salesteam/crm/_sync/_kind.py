"""Sync one kind of one source: read pages, land each with its cursor, and end in a way that can be resumed."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import attrs

from salesteam.core import Finding, Place, find
from salesteam.crm._adapter import Adapter
from salesteam.crm._alike import few
from salesteam.crm._batch import Batch, Cursor
from salesteam.crm._capability import Capability
from salesteam.crm._clock import Clock
from salesteam.crm._record import Record
from salesteam.crm._records import RECORDS
from salesteam.crm._ref import Kind
from salesteam.crm._secret import Redactor
from salesteam.crm._store._codec import micros
from salesteam.crm._store._notes import keep_notes
from salesteam.crm._store._page import Counts, Landing
from salesteam.crm._store._store import Store
from salesteam.crm._sync._circle import Circle
from salesteam.crm._sync._log import RunLog
from salesteam.crm._sync._patience import Patience, Stop, told
from salesteam.crm._sync._quarantine import Ward
from salesteam.crm._sync._report import SyncPart, SyncProgress
from salesteam.crm._sync._rules import EVER, Guarded, Rules, StoreBrokenError
from salesteam.crm._sync._sweep import Broom
from salesteam.crm._sync._words import Words
from salesteam.errors import InvalidValueError

__all__ = ["KindSync", "PagesFrom"]

_LEAST_ROWS = 20
_HEAL_MOST = 500
_HEAL_CHUNK = 100
_EMPTY_MOST = 1000
_LEAST_STALE = 10
_AHEAD = timedelta(minutes=5)
_FAULTS = (Exception, SystemExit)

PagesFrom = Callable[["KindSync", Cursor | None], Iterator[Batch]]


@attrs.define(kw_only=True)
class KindSync:
    """One kind of one source while it is synced."""

    store: Store
    adapter: Adapter
    kind: Kind
    can: Capability
    run: int
    rules: Rules
    redact: Redactor
    scope: str
    server_time: Callable[[], datetime | None]
    pages_from: PagesFrom | None = None
    counts: Counts = attrs.Factory(Counts)
    findings: list[Finding] = attrs.Factory(list)
    alike: list[Finding] = attrs.Factory(list)
    said: list[Finding] = attrs.Factory(list)
    skipped: Counter[str] = attrs.Factory(Counter)
    rejected: set[str] = attrs.Factory(set)
    circle: Circle = attrs.Factory(Circle)
    ahead: int = 0
    ended: bool = False
    stop: Stop | None = None
    until: datetime | None = None
    log: RunLog = attrs.field(init=False)
    landing: Landing = attrs.field(init=False)
    ward: Ward = attrs.field(init=False)
    broom: Broom = attrs.field(init=False)
    patience: Patience = attrs.field(init=False)
    begun: float = attrs.field(factory=time.monotonic, init=False)

    def __attrs_post_init__(self) -> None:
        connection, source = self.store.connection, self.adapter.source
        self.log = RunLog(connection, source, self.kind, self.run, self.clock)
        proven, older = self.log.last_proven(), self.rules.accept_older
        self.landing = Landing(connection, source, self.kind, self.run, proven, older, by_time=not self.full)
        self.ward = Ward(connection, source, self.kind, self.run, self.store.keep_raw != "none", self.redact)
        self.broom = Broom(
            connection=connection,
            source=source,
            kind=self.kind,
            run=self.run,
            scope=self.scope,
            max_share=self.rules.limits.max_sweep_share,
            accept=self.rules.accept,
        )
        self.patience = Patience(
            tries=self.rules.limits.tries, longest=self.rules.limits.longest_wait, doubted=self.rules.doubted
        )

    @property
    def clock(self) -> Clock:
        """The clock that the caller chose."""
        return self.rules.limits.clock

    @property
    def full(self) -> bool:
        """Whether it reads everything each time."""
        return self.can.incremental == "full"

    def sync(self) -> SyncPart:
        """Read, land, heal and sweep; whatever goes wrong is a finding."""
        began = self.log.at()
        self.begin(began)
        try:
            self._read()
            if self.stop is None:
                self._heal()
                self._end_reading(began)
            if self.stop is None and self.rules.sweep and not self.full and self.can.deletes == "sweep":
                self.sweep()
            self.ended = True
        finally:
            self._finish(began)
        self.tell()
        return self.part()

    def sweep_alone(self) -> SyncPart:
        """Sweep, and nothing else."""
        self.begin(self.log.at())
        try:
            self.sweep()
            self.ended = True
        finally:
            self.end_run()
        if self.stop is not None:
            self.findings.append(self.redact.finding(self.stop.finding))
        return self.part()

    def part(self) -> SyncPart:
        """What became of it."""
        return SyncPart(
            source=self.adapter.source,
            kind=self.kind,
            mode=self.can.incremental,
            state="complete" if self.stop is None else self.stop.state,
            until=self.until,
            compared=self.broom.compared,
            missing=self.broom.missing,
            **attrs.asdict(self.counts),
        )

    def _finish(self, began: int) -> None:
        """Write how it ended, and the instant as of which a complete reading knows everything."""
        until = micros(self.until)
        proven = began
        if until is not None and not self.full:
            proven = min(began, until) - self.overlap // timedelta(microseconds=1)
        self.end_run(until, proven)

    def end_run(self, until: int | None = None, proven: int | None = None) -> None:
        """Write how it ended."""
        with suppress(sqlite3.Error), self.store.transaction():  # a store that cannot be written has said so already
            self.log.end(self.counts, until=until, complete=self.ended and self.stop is None, proven=proven)

    @property
    def overlap(self) -> timedelta:
        """How far a reading goes back behind its cursor."""
        return max(self.can.overlap, self.can.resolution)

    def begin(self, began: int) -> None:
        """Write that it runs."""
        with self.transaction():
            self.log.begin(self.can.incremental, began)
            if self.rules.restart:
                self.log.forget_cursor()

    def transaction(self) -> Guarded:
        """A transaction of the store, whose failures end the run."""
        return Guarded(self.store)

    def _read(self) -> None:
        while self.stop is None:
            since = None if self.full else self.log.cursor()
            try:
                self.until = self.until or self._signpost()
                pages = self._fetch(since)
            except _FAULTS as error:
                self._handle(error, resuming=since is not None)
                continue
            if self._read_pages(pages, resuming=since is not None):
                return

    def _signpost(self) -> datetime:
        """What changed after it is left for the next sync; a full reading looks at everything there is."""
        now = self.clock.now()
        return now if self.full else self.server_time() or now

    def _fetch(self, since: Cursor | None) -> Iterator[Batch]:
        assert self.until is not None
        size = min(self.rules.limits.page_size, self.can.max_page)
        if self.full:
            self.broom.begin()
            self.rejected.clear()
            self.skipped.clear()
            self.said.clear()
        self.circle.begin()
        if self.pages_from is not None:
            return self.pages_from(self, since)
        until = EVER if self.full else self.until
        return iter(self.adapter.fetch(self.kind, since, until=until, overlap=self.overlap, page_size=size))

    def _read_pages(self, pages: Iterator[Batch], *, resuming: bool) -> bool:
        """Land page after page; gives whether the reading came to its end."""
        empty = 0
        while self.stop is None:
            try:
                batch = next(pages, None)
                if batch is not None:
                    self.refuse_strangers(batch)
            except _FAULTS as error:
                self._handle(error, resuming=resuming)
                return False
            if batch is None:
                return True
            empty = 0 if batch.read else empty + 1
            if self.circle.closes(batch) or empty > _EMPTY_MOST:
                finding = find("crm.paging-stuck", Place(table=self.kind), source=self.adapter.source, kind=self.kind)
                self.stop = Stop(finding=finding, resumable=False)
                break
            if self.too_many(batch):
                break
            self._land(batch)
            resuming = False
            self._show()
        return False

    def refuse_strangers(self, batch: Batch) -> None:
        """Refuse records of another kind or source."""
        for record in batch.records:
            if not isinstance(record, RECORDS[self.kind]) or record.ref.source != self.adapter.source:
                raise InvalidValueError(f"it gave {record!r:.80} where its own {self.kind} was asked for")

    def too_many(self, batch: Batch) -> bool:
        """Whether so much is rejected that the mapping must be wrong; the page is not landed then."""
        meant = self.counts.read - self.counts.skipped + len(batch.records) + len(batch.rejects)
        rejected = self.counts.rejected + len(batch.rejects)
        most = self.rules.limits.max_reject_share
        if not batch.rejects or meant < _LEAST_ROWS or rejected <= most * meant:
            return False
        self.alike += [self.redact.finding(reject.reason) for reject in batch.rejects]
        finding = find(
            "crm.too-many-rejects",
            Place(table=self.kind),
            source=self.adapter.source,
            kind=self.kind,
            rejected=rejected,
            read=meant,
            most=most,
        )
        self.stop = Stop(finding=finding, resumable=False)
        return True

    def _land(self, batch: Batch) -> None:
        at = self.log.at()
        names, raws = [record.ref.external_id for record in batch.records], self._raws(batch.rows)
        with self.transaction():
            counts = self.landing.land(batch.records, at, raws)
            counts.read, counts.rejected = batch.read, len(batch.rejects)
            counts.skipped = sum(batch.skipped.values())
            counts.healed = self.ward.heal(names)
            held = self.ward.put(batch.rejects, at)
            self.broom.scoped()
            if self.full:
                self.broom.see([*names, *held])
            elif batch.cursor is not None and self.log.save_cursor(batch.cursor, at) and self.circle.further(batch):
                self.patience.progressed()
            self.counts.add(counts)
            self.log.count(self.counts)
        self.rejected.update(held)
        self.skipped.update(batch.skipped)
        self.said += batch.report
        self.alike += [self.redact.finding(reject.reason) for reject in batch.rejects]
        latest = self.clock.now() + _AHEAD
        self.ahead += sum(1 for record in batch.records if record.updated_at and record.updated_at > latest)

    def _raws(self, rows: tuple[Any, ...]) -> list[str | None] | None:
        """The texts of rows without secrets, where the store keeps those of good rows and the adapter has them."""
        if self.store.keep_raw != "all" or not rows:
            return None
        return [None if row is None else self.redact(self.adapter.raw(row)) for row in rows]

    def _handle(self, error: BaseException, *, resuming: bool) -> None:
        """Wait and go on, or stop."""
        seconds = self.patience.wait_for(error)
        if seconds is None:
            self.stop = told(self.adapter.source, type(self.adapter).__name__, self.kind, error, resuming=resuming)
            return
        limit = Words("rate limit", "限流") if hasattr(error, "retry_after") else Words("tries again", "重试")
        self._show(self.clock.now() + timedelta(seconds=seconds), limit)
        self.clock.sleep(seconds)

    def _show(self, waits_until: datetime | None = None, why: Words = Words("waits", "等待")) -> None:  # noqa: B008 -- a frozen value
        if self.rules.progress is None:
            return
        passed = max(time.monotonic() - self.begun, 1e-3)
        self.rules.progress(
            SyncProgress(
                source=self.adapter.source,
                kind=self.kind,
                read=self.counts.read,
                changed=self.counts.new + self.counts.changed,
                rejected=self.counts.rejected,
                rate=self.counts.read / passed,
                waits_until=waits_until,
                why=why,
            )
        )

    def _heal(self) -> None:
        """Ask once more for rows in quarantine, where they can be asked for by their ids."""
        if not self.can.by_id or self.full:
            return
        names = iter([name for name in self.ward.names(_HEAL_MOST) if name not in self.rejected])
        while chunk := list(islice(names, _HEAL_CHUNK)):
            try:
                found = tuple(self.adapter.fetch_ids(self.kind, chunk))
                self.refuse_strangers(Batch(records=found))
            except _FAULTS:  # they stay where they are, and are asked for again next time
                return
            self.land_apart(found)

    def land_apart(self, records: Sequence[Record], raws: Sequence[str] | None = None) -> None:
        """Land records that no page brought; they count as healed, not as read."""
        if not records:
            return
        with self.transaction():
            self.landing.land(records, self.log.at(), raws)
            self.counts.healed += self.ward.heal([record.ref.external_id for record in records])
            self.log.count(self.counts)

    def _end_reading(self, began: int) -> None:
        """A full reading is also a sweep, and heals what it no longer rejects."""
        if not self.full:
            return
        with self.transaction() as connection:
            self.counts.healed += self.ward.heal_all_but(self.rejected)
            if self.can.deletes != "none":
                self.counts.swept = self.broom.sweep(began, self.log.at())
            keep_notes(connection, self.adapter.source, self.kind, self.skipped, map(self.redact.finding, self.said))
            self.log.count(self.counts)
        self.findings += self.broom.findings

    def sweep(self) -> None:
        """List all ids, and delete what is no longer listed."""
        began = self.log.at()
        while self.stop is None:
            self.broom.begin()
            try:
                listing = iter(self.adapter.list_ids(self.kind))
                while page := list(islice(listing, 1000)):
                    self.broom.see(page)
            except sqlite3.Error as error:
                raise StoreBrokenError(str(error)) from error
            except _FAULTS as error:  # an incomplete listing deletes nothing
                self._handle(error, resuming=False)
                continue
            with self.transaction():
                self.counts.swept += self.broom.sweep(began, self.log.at())
                self.counts.healed += self.broom.heal()
                self.log.count(self.counts)
            self.findings += self.broom.findings
            return

    def tell(self) -> None:
        """Gather what should be known."""
        place, source = Place(table=self.kind), self.adapter.source
        self.findings += [*map(self.redact.finding, self.said), *few(self.alike)]
        if self.stop is not None:
            self.findings.append(self.redact.finding(self.stop.finding))
        if self.counts.stale > max(_LEAST_STALE, self.counts.read // 10):
            stale = find("crm.clock-went-back", place, source=source, kind=self.kind, count=self.counts.stale)
            self.findings.append(stale)
        if self.ahead:
            ahead = find("crm.changed-ahead", place, source=source, kind=self.kind, count=self.ahead)
            self.findings.append(ahead)
        held = self.ward.size()
        if held:
            more = find("crm.quarantine-grows", place, source=source, kind=self.kind, count=held)
            self.findings.append(more)
