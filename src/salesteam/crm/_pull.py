"""Read every source once, in memory, and account for every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import attrs

from salesteam.core import Finding, Place, Report, find
from salesteam.crm._adapter import Adapter
from salesteam.crm._alike import few
from salesteam.crm._batch import Batch, Reject
from salesteam.crm._link import dangling, inactive_owners, redirected, survivor
from salesteam.crm._reading import Reading, Records
from salesteam.crm._record import Record, zoned
from salesteam.crm._records import RECORDS
from salesteam.crm._ref import KINDS, Kind, Ref
from salesteam.crm._secret import Redactor, redactor_of
from salesteam.crm._silence import Silence, silent
from salesteam.errors import AdapterError, InvalidValueError, NotFoundError

__all__ = ["MAX_REJECT_SHARE", "pull"]

MAX_REJECT_SHARE = Fraction(1, 20)
"""A kind of which more than this share is rejected is not used."""

_LEAST_ROWS = 20
_EVER = datetime.max.replace(tzinfo=UTC)
_FAULTS = (Exception, SystemExit)
_FAILED = "crm.source-failed"
Progress = Callable[[str, str, int], None]


def pull(
    adapters: Iterable[Adapter],
    *,
    kinds: Sequence[Kind] | None = None,
    until: datetime = _EVER,
    page_size: int = 1000,
    progress: Progress | None = None,
) -> Records:
    """Read all records of all sources into memory.

    Use it for reviews of files and small sources; a store keeps large ones.
    A source or kind that fails is reported and not used, and the others go on;
    where two kinds in a row get no answer at all, the source is down, and no other is waited for.
    Secrets of the settings show in no finding and no reject.

    Parameters
    ----------
    adapters : iterable of Adapter
        The sources, each with a name of its own; each is closed at the end.
    kinds : sequence of str, optional
        What to read; everything an adapter can read if not given.
    until : datetime, optional
        Records changed later are not read; all are read if not given.
    page_size : int, default 1000
        Records a page at the most.
    progress : callable, optional
        Called with source, kind and number of rows so far, after each page.

    Returns
    -------
    Records
        Living records, readings that foot, rejects and findings.

    Raises
    ------
    InvalidValueError
        If two sources have one name, `until` has no zone, or `page_size` is less than 1.
    NotFoundError
        For an unknown kind.

    Examples
    --------
    >>> from salesteam.crm import MemoryCRM
    >>> pull([MemoryCRM("demo").adapter()]).report.ok
    True
    """
    sources = tuple(adapters)
    _refuse(sources, kinds, until, page_size)
    parts: list[_Part] = []
    findings: list[Finding] = []
    known_to: dict[str, datetime] = {}
    for adapter in sources:
        silence, left = Silence(), []
        redact = redactor_of(adapter.config)
        own: list[Finding] = []
        try:
            for kind, size in _offered(adapter, kinds, page_size, own):
                part = _Part(adapter, kind, redact, failed=silence.down)
                parts.append(part)
                if silence.down:
                    left.append(kind)
                    continue
                for so_far in part.read(until, size):
                    if progress is not None:
                        progress(adapter.source, kind, so_far)
                silence.heard(kind, answered=not part.silent)
                if silence.down:
                    part.findings = [each for each in part.findings if each.code != _FAILED]
            known_to.update(_known_to(adapter, own))
        finally:
            own += [silence.finding(adapter.source, left)] if silence.down else []
            own += _closed(adapter)
        findings += map(redact.finding, own)
    moved = {loser: winner for part in parts for loser, winner in part.moved.items()}
    records = Records(
        records=redirected((record for part in parts for record in part.living), moved),
        readings=tuple(part.reading() for part in parts),
        rejects=tuple(reject for part in parts for reject in part.rejects),
        known_to=known_to,
    )
    told = (part.redact.finding(finding) for part in parts for finding in part.findings)
    linked = (*dangling(records), *inactive_owners(records))
    return attrs.evolve(records, report=Report([*findings, *told, *linked]))


def _refuse(sources: tuple[Adapter, ...], kinds: Sequence[Kind] | None, until: datetime, page_size: int) -> None:
    zoned(until)
    if page_size < 1:
        raise InvalidValueError(f"{page_size} is no size of a page", where="page_size", fix="give 1 or more")
    for kind in kinds or ():
        if kind not in KINDS:
            raise NotFoundError("kind of record", kind, KINDS, where="salesteam.crm.KINDS")
    names = [adapter.source for adapter in sources]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidValueError(
            f"two sources are named {', '.join(twice)}",
            where="pull",
            fix="give each its own name, because records are named after their source",
        )


def _failed(adapter: Adapter, kind: Kind | None, error: BaseException) -> Finding:
    place = Place(table=kind)
    if isinstance(error, AdapterError):
        problem = str(error).removeprefix(f"{error.source}: ").rstrip(".")
        return find(_FAILED, place, source=adapter.source, problem=problem)
    problem = f"{type(error).__name__}: {error}"
    return find("crm.adapter-crashed", place, source=adapter.source, adapter=type(adapter).__name__, problem=problem)


def _offered(
    adapter: Adapter, kinds: Sequence[Kind] | None, page_size: int, findings: list[Finding]
) -> list[tuple[Kind, int]]:
    """The kinds to read, parents first, each with the size of its pages."""
    try:
        offered = adapter.capabilities()
        wanted = (kind for kind in KINDS if kind in offered and (kinds is None or kind in kinds))
        return [(kind, min(page_size, offered[kind].max_page)) for kind in wanted]
    except _FAULTS as error:  # a plugin's mistake must not take the other sources down
        findings.append(_failed(adapter, None, error))
        return []


def _known_to(adapter: Adapter, findings: list[Finding]) -> dict[str, datetime]:
    try:
        at = adapter.known_to()
        return {} if at is None else {adapter.source: zoned(at)}
    except _FAULTS as error:  # as above
        findings.append(_failed(adapter, None, error))
        return {}


def _closed(adapter: Adapter) -> list[Finding]:
    try:
        adapter.close()
    except _FAULTS as error:  # as above
        return [_failed(adapter, None, error)]
    return []


@attrs.define
class _Part:
    """One kind of one source while it is read; `reading` accounts for its rows."""

    adapter: Adapter
    kind: Kind
    redact: Redactor
    rows: int = 0
    skipped: int = 0
    failed: bool = False
    silent: bool = False
    latest: dict[Ref, Record] = attrs.Factory(dict)
    aside: Counter[str] = attrs.Factory(Counter)
    rejects: list[Reject] = attrs.Factory(list)
    findings: list[Finding] = attrs.Factory(list)
    living: list[Record] = attrs.Factory(list)
    moved: dict[Ref, Ref] = attrs.Factory(dict)

    def read(self, until: datetime, page_size: int) -> Iterator[int]:
        """Read all pages; gives the number of rows so far after each."""
        alike: list[Finding] = []
        for batch in self._pages(until, page_size):
            self._take(batch, alike)
            yield self.rows
        alike += [reject.reason for reject in self.rejects]
        self.aside["rejected"] += len(self.rejects)
        self._sort(alike)
        self.findings += few(alike)
        self._judge()

    def reading(self) -> Reading:
        """What became of the rows."""
        aside = tuple(sorted((reason, count) for reason, count in self.aside.items() if count))
        return Reading(
            source=self.adapter.source, kind=self.kind, read=self.rows, used=len(self.living), set_aside=aside
        )

    def _pages(self, until: datetime, page_size: int) -> Iterator[Batch]:
        fetch, none = self.adapter.fetch, timedelta(0)
        try:
            for batch in fetch(self.kind, None, until=until, overlap=none, page_size=page_size):
                for record in batch.records:
                    if not isinstance(record, RECORDS[self.kind]) or record.ref.source != self.adapter.source:
                        raise InvalidValueError(f"it gave {record!r:.80} where its own {self.kind} was asked for")
                yield batch
        except _FAULTS as error:  # a failing kind must not take the others down
            self.failed, self.silent = True, silent(error)
            self.findings.append(_failed(self.adapter, self.kind, error))

    def _take(self, batch: Batch, alike: list[Finding]) -> None:
        self.rows += batch.read
        self.skipped += sum(batch.skipped.values())
        self.aside.update(batch.skipped)
        self.rejects += (
            attrs.evolve(each, reason=self.redact.finding(each.reason), raw=self.redact(each.raw))
            for each in batch.rejects
        )
        self.findings += batch.report
        for record in batch.records:
            former = self.latest.get(record.ref)
            if former is None:
                self.latest[record.ref] = record
                continue
            self.aside["same id again"] += 1
            if record != former:
                alike.append(find("crm.duplicate-id", Place(table=self.kind), ref=str(record.ref)))
            if not (former.updated_at and record.updated_at and record.updated_at < former.updated_at):
                self.latest[record.ref] = record

    def _sort(self, alike: list[Finding]) -> None:
        """Part the living from the deleted and the losers of merges."""
        self.moved = {ref: record.merged_into for ref, record in self.latest.items() if record.merged_into is not None}
        for ref, record in self.latest.items():
            if ref not in self.moved:
                if record.deleted:
                    self.aside["deleted"] += 1
                else:
                    self.living.append(record)
            elif survivor(ref, self.moved) is None:
                self.aside["merged in a circle"] += 1
                alike.append(find("crm.merge-circle", Place(table=self.kind), ref=str(ref)))
            else:
                self.aside["merged"] += 1

    def _judge(self) -> None:
        """Use nothing of a kind that was not read to its end, or of which too much was rejected."""
        meant = self.rows - self.skipped
        reason = "incomplete reading" if self.failed else ""
        if meant >= _LEAST_ROWS and len(self.rejects) > MAX_REJECT_SHARE * meant:
            reason = reason or "too many rejects"
            self.findings.append(
                find(
                    "crm.too-many-rejects",
                    Place(table=self.kind),
                    source=self.adapter.source,
                    kind=self.kind,
                    rejected=len(self.rejects),
                    read=meant,
                    most=MAX_REJECT_SHARE,
                )
            )
        if reason:
            self.aside[reason] += len(self.living)
            self.living = []
