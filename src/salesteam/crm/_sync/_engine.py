"""Sync a source into a store, kind by kind, parents before children."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache

import attrs

from salesteam.core import Finding, Place, Report, find
from salesteam.crm._adapter import Adapter
from salesteam.crm._capability import Capability
from salesteam.crm._field_type import field_types
from salesteam.crm._records import RECORDS
from salesteam.crm._ref import ANY_KIND, KINDS, REFERENCES, Kind, Ref
from salesteam.crm._secret import Redactor, redactor_of
from salesteam.crm._silence import Silence
from salesteam.crm._store._store import Store
from salesteam.crm._sync._check import skew
from salesteam.crm._sync._history import history_of, pages_of_history
from salesteam.crm._sync._kind import KindSync, PagesFrom
from salesteam.crm._sync._patience import Stop, told
from salesteam.crm._sync._remap import kinds_with_text, remap_kind
from salesteam.crm._sync._report import SyncPart, SyncProgress, SyncReport
from salesteam.crm._sync._rules import Limits, Rules, StoreBrokenError
from salesteam.errors import NotFoundError, StoreError

__all__ = ["remap", "sweep", "sync"]

_FAULTS = (Exception, SystemExit)
_UNREACHABLE = "crm.source-unreachable"
Progress = Callable[[SyncProgress], None]


def sync(  # noqa: PLR0913 -- all but the first two are settings by name
    adapter: Adapter,
    store: Store,
    *,
    kinds: Sequence[Kind] | None = None,
    restart: bool = False,
    accept_older: bool = False,
    sweep: bool = False,
    accept: str | Iterable[str] = (),
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> SyncReport:
    """Read what changed in a source since the last time, and land it in a store.

    Every page lands together with the cursor that it moves, so a sync may be killed at any point and run again:
    nothing is lost, nothing is doubled, and the cursor is never ahead of the data.
    What goes wrong with a row, a kind or the source is a finding; the other kinds go on.

    Parameters
    ----------
    adapter : Adapter
        The source; it is not closed.
    store : Store
        Where its records land; only one sync may run on it at a time.
    kinds : sequence of str, optional
        What to read; everything that the adapter can read if not given.
    restart : bool, default False
        Forget how far the last sync came, and read everything again.
    accept_older : bool, default False
        Let records replace newer ones, after the source itself was restored from a backup.
    sweep : bool, default False
        Also list all ids where deletions cannot be learnt otherwise, and delete what is no longer listed.
    accept : str or iterable of str, optional
        Digests of refused sweeps, to let exactly those through; it sweeps then.
    limits : Limits, optional
        Size of pages, patience, shares at which it stops, and the clock.
    progress : callable, optional
        Called with a `SyncProgress` after every page and before every wait.

    Returns
    -------
    SyncReport
        What became of each kind, with findings.

    Raises
    ------
    StoreError
        If another run holds the store.
    NotFoundError
        For a kind that does not exist.

    Examples
    --------
    >>> from salesteam.crm import Account, MemoryCRM, Ref, open_store
    >>> server = MemoryCRM("demo", [Account(ref=Ref("demo", "account", "A-1"), name="Acme")])
    >>> store = open_store(":memory:")
    >>> sync(server.adapter(), store).explain("account")
    'demo account: 1 read = 1 new + 0 changed + 0 unchanged'
    >>> sync(server.adapter(), store).explain("account")
    'demo account: 1 read = 0 new + 0 changed + 1 unchanged'
    """
    rules = Rules(
        limits=limits or Limits(),
        restart=restart,
        accept_older=accept_older,
        sweep=sweep or bool(accept),
        accept=accept,
        progress=progress,
    )
    with _job(adapter, store, rules, kinds) as job:
        job.sync()
        return job.report()


def sweep(
    adapter: Adapter,
    store: Store,
    *,
    kinds: Sequence[Kind] | None = None,
    accept: str | Iterable[str] = (),
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> SyncReport:
    """List all ids of a source, and delete from a store what is no longer listed.

    Use it after a sync, for sources that do not tell of deletions.
    It is refused, and deletes nothing, if the listing is incomplete or empty, would delete much, or if what the login
    can see has changed: permissions hide rows silently.

    Parameters
    ----------
    adapter : Adapter
        The source; it is not closed.
    store : Store
        Where records are deleted; they stay there, marked, and come back when they are seen again.
    kinds : sequence of str, optional
        What to look at; every kind that the store has of the source if not given.
    accept : str or iterable of str, optional
        Digests of refusals, to let exactly those through.
    limits, progress
        As in `sync`.

    Returns
    -------
    SyncReport
        What was deleted; a refusal is a finding with its digest.

    Raises
    ------
    StoreError
        If another run holds the store.

    Examples
    --------
    >>> from salesteam.crm import Account, MemoryCRM, Ref, open_store, sync
    >>> server = MemoryCRM("demo", [Account(ref=Ref("demo", "account", "A-1"), name="Acme")])
    >>> store = open_store(":memory:")
    >>> _ = sync(server.adapter(), store)
    >>> sweep(server.adapter(), store).part("account").swept
    0
    """
    rules = Rules(limits=limits or Limits(), accept=accept, progress=progress)
    with _job(adapter, store, rules, kinds) as job:
        job.sweep()
        return job.report()


def remap(
    adapter: Adapter, store: Store, *, kinds: Sequence[Kind] | None = None, limits: Limits | None = None
) -> SyncReport:
    """Read the texts of rows that a store kept again after their mapping was mended, without the network.

    Use it where nothing changes at the source, so that no reading would bring them again.
    A row in quarantine that is good now heals.
    Where the store keeps the text of every row, a record that was read wrongly changes,
    and a row that is bad now goes into quarantine, as a sync would do.

    Parameters
    ----------
    adapter : Adapter
        The source, with the mended settings; it is not closed.
    store : Store
        Rows whose text was not kept, was too long, or had a secret in it, stay as they are.
    kinds : sequence of str, optional
        All that the adapter can read if not given.
    limits : Limits, optional
        The clock.

    Returns
    -------
    SyncReport
        How many rows of the quarantine healed, and what became of those that had been good, by kind.

    Raises
    ------
    StoreError
        If another run holds the store.

    Examples
    --------
    >>> from salesteam.crm import MemoryCRM, open_store
    >>> remap(MemoryCRM("demo").adapter(), open_store(":memory:")).parts
    ()
    """
    with _job(adapter, store, Rules(limits=limits or Limits()), kinds) as job:
        job.remap()
        return job.report()


@contextmanager
def _job(adapter: Adapter, store: Store, rules: Rules, kinds: Sequence[Kind] | None) -> Iterator[_Job]:
    for kind in kinds or ():
        if kind not in KINDS:
            raise NotFoundError("kind of record", kind, KINDS, where="salesteam.crm.KINDS")
    with store.held():
        yield _Job(
            adapter=adapter,
            store=store,
            rules=rules,
            kinds=None if kinds is None else tuple(kinds),
            redact=redactor_of(adapter.config),
        )


@cache
def _needs(kind: Kind) -> frozenset[Kind]:
    """The kinds without which a record of a kind cannot be."""
    types = field_types(RECORDS[kind])
    return frozenset(
        REFERENCES[name]
        for name, type_ in types.items()
        if type_.base is Ref and not type_.optional and not type_.many and name in REFERENCES and name not in ANY_KIND
    )


@attrs.define(kw_only=True)
class _Job:
    """One run over one source."""

    adapter: Adapter
    store: Store
    rules: Rules
    kinds: tuple[Kind, ...] | None
    redact: Redactor
    findings: list[Finding] = attrs.Factory(list)
    parts: list[SyncPart] = attrs.Factory(list)
    stopped: dict[Kind, bool] = attrs.Factory(dict)
    ended: Stop | None = None
    silence: Silence = attrs.Factory(Silence)
    run: int = 0
    scope: str = ""
    started_at: datetime = attrs.field(init=False)
    told_time: bool = False

    def __attrs_post_init__(self) -> None:
        self.started_at = self.rules.limits.clock.now()
        try:
            (self.run,) = self.store.connection.execute("SELECT coalesce(max(id), 0) + 1 FROM run").fetchone()
        except sqlite3.Error as error:
            raise StoreError(f"{self.store.path} cannot be read: {error}") from None

    def report(self) -> SyncReport:
        """What it did."""
        return SyncReport(
            source=self.adapter.source,
            run=self.run,
            started_at=self.started_at,
            ended_at=self.rules.limits.clock.now(),
            parts=tuple(self.parts),
            report=Report(map(self.redact.finding, self.findings)),
            stopped=None if self.ended is None else self.ended.state,
        )

    def _offered(self) -> Mapping[Kind, Capability]:
        """What can be read, parents first, and what the login can see."""
        try:
            can = self.adapter.capabilities()
            self.scope = self.adapter.scope()
        except _FAULTS as error:
            stop = told(self.adapter.source, type(self.adapter).__name__, None, error)
            self.findings.append(stop.finding)
            self.ended = stop
            return {}
        wanted = (kind for kind in KINDS if kind in can and (self.kinds is None or kind in self.kinds))
        return {kind: can[kind] for kind in wanted}

    def _server_time(self) -> datetime | None:
        theirs = self.adapter.server_time()
        if not self.told_time:
            self.told_time = True
            self.findings += skew(self.adapter, theirs, self.rules.limits.clock)
        return theirs

    def _kind(self, kind: Kind, can: Capability) -> KindSync:
        return KindSync(
            store=self.store,
            adapter=self.adapter,
            kind=kind,
            can=can,
            run=self.run,
            rules=attrs.evolve(self.rules, doubted=self.silence.doubted),
            redact=self.redact,
            scope=self.scope,
            server_time=self._server_time if can.server_clock else lambda: None,
        )

    def sync(self) -> None:
        """Sync kind after kind."""
        offered = self._offered()
        for kind, can in offered.items():
            if self.ended is None and not self._parent_stopped(kind, can):
                self._take(kind, can, KindSync.sync)
        deal = offered.get("deal")
        if self.ended is None and deal is not None and deal.history == "native" and "stage_change" not in offered:
            self._take("stage_change", history_of(deal), KindSync.sync, pages_of_history)
        self._tell_down(offered)
        self._tell_observed(offered)

    def sweep(self) -> None:
        """Sweep kind after kind."""
        known = self.store.kinds(self.adapter.source)
        wanted = {kind: can for kind, can in self._offered().items() if kind in known and can.deletes != "none"}
        for kind, can in wanted.items():
            if self.ended is None:
                self._take(kind, can, KindSync.sweep_alone)
        self._tell_down(wanted)

    def remap(self) -> None:
        """Read texts again, kind after kind."""
        kept = kinds_with_text(self.store.connection, self.adapter.source)
        for kind, can in self._offered().items():
            if self.ended is None and kind in kept:
                self._take(kind, can, remap_kind)

    def _take(
        self, kind: Kind, can: Capability, verb: Callable[[KindSync], SyncPart], pages: PagesFrom | None = None
    ) -> None:
        """Do one kind; a store that fails ends the whole run, and says so."""
        work: KindSync | None = None
        try:
            work = self._kind(kind, can)
            work.pages_from = pages
            self.parts.append(verb(work))
        except (StoreBrokenError, sqlite3.Error) as error:
            self._broken(kind, error)
            part = SyncPart(source=self.adapter.source, kind=kind, mode=can.incremental, state="resumable")
            self.parts.append(part if work is None else attrs.evolve(work.part(), state="resumable"))
        if work is None:
            return
        stop = work.stop
        self.silence.heard(kind, answered=stop is None or not stop.silent)
        self.findings += (each for each in work.findings if not self.silence.down or each.code != _UNREACHABLE)
        if stop is not None:
            self.stopped[work.kind] = stop.resumable
            if stop.whole_source or self.silence.down:
                self.ended = stop

    def _tell_down(self, wanted: Iterable[Kind]) -> None:
        """Name the kinds that were not waited for, once."""
        if self.silence.down:
            asked = {part.kind for part in self.parts}
            self.findings.append(
                self.silence.finding(self.adapter.source, (kind for kind in wanted if kind not in asked))
            )

    def _broken(self, kind: Kind, error: Exception) -> None:
        """The store failed: nothing more is done in this run."""
        finding = find("crm.store-failed", Place(table=kind), store=self.store.path, problem=str(error))
        self.ended = Stop(finding=finding, resumable=True, whole_source=True)
        self.findings.append(finding)

    def _parent_stopped(self, kind: Kind, can: Capability) -> bool:
        """Whether a kind has to wait, because what it cannot be without was not read to its end."""
        parents = sorted(_needs(kind) & set(self.stopped))
        if not parents:
            return False
        resumable = all(self.stopped[parent] for parent in parents)
        self.stopped[kind] = resumable
        self.findings.append(
            find("crm.parent-stopped", Place(table=kind), source=self.adapter.source, kind=kind, parents=parents)
        )
        state = "resumable" if resumable else "failed"
        self.parts.append(SyncPart(source=self.adapter.source, kind=kind, mode=can.incremental, state=state))
        return True

    def _tell_observed(self, offered: Mapping[Kind, Capability]) -> None:
        deal = offered.get("deal")
        if self.ended is not None or deal is None or deal.history == "native" or "stage_change" in offered:
            return
        try:
            moved = self.store.connection.execute(
                "SELECT 1 FROM change WHERE kind = 'deal' AND source = ? AND op = 'update' LIMIT 1",
                (self.adapter.source,),
            ).fetchone()
        except sqlite3.Error as error:
            self._broken("deal", error)
            return
        if moved:
            self.findings.append(find("crm.observed-history", Place(table="deal"), source=self.adapter.source))
