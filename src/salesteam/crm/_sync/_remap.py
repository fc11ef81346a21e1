"""Read texts of rows again after a mapping was mended, without the network."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice

from salesteam.crm._batch import Batch, Reject
from salesteam.crm._record import Record
from salesteam.crm._ref import Kind
from salesteam.crm._sync._kind import KindSync
from salesteam.crm._sync._patience import told
from salesteam.crm._sync._quarantine import LONGEST
from salesteam.crm._sync._report import SyncPart

__all__ = ["kinds_with_text", "remap_kind"]

_CHUNK = 500
_BLOTTED = "***"
_FAULTS = (Exception, SystemExit)
_KINDS = """
SELECT kind FROM quarantine WHERE source = ?1 UNION SELECT kind FROM record WHERE source = ?1 AND raw IS NOT NULL
"""
_GOOD = """
SELECT seq, raw FROM record r
WHERE source = ? AND kind = ? AND seq > ? AND raw IS NOT NULL AND deleted <> 2 AND NOT EXISTS (
    SELECT 1 FROM quarantine q WHERE (q.source, q.kind, q.external_id) = (r.source, r.kind, r.external_id)
) ORDER BY seq LIMIT ?
"""
"""Texts of records; of one in quarantine a newer version waits there, and what a sweep deleted is not there again."""


def kinds_with_text(connection: sqlite3.Connection, source: str) -> frozenset[Kind]:
    """The kinds of a source with rows in quarantine, or of which texts are kept."""
    return frozenset(kind for (kind,) in connection.execute(_KINDS, (source,)))


def remap_kind(work: KindSync) -> SyncPart:
    """Let the adapter read the kept texts of a kind; what is good now lands, what is not is or stays in quarantine.

    Text in which a secret was blotted out, or that was too long to be kept whole, is left alone: it is no longer what
    the source sent.
    """
    work.begin(work.log.at())
    held = iter(
        each.raw
        for each in work.store.quarantine(work.kind, source=work.adapter.source)
        if each.raw and _BLOTTED not in each.raw and len(each.raw) < LONGEST
    )
    good = _good(work)
    try:
        while work.stop is None and (chunk := list(islice(held, _CHUNK))):
            _heal(work, chunk)
        while work.stop is None and (chunk := list(islice(good, _CHUNK))):
            _mend(work, chunk)
        work.ended = True
    finally:
        work.end_run()
    work.tell()
    return work.part()


def _good(work: KindSync) -> Iterator[str]:
    """The texts of records, never more than a page in memory."""
    after = 0
    while page := work.store.connection.execute(_GOOD, (work.adapter.source, work.kind, after, _CHUNK)).fetchall():
        after = page[-1][0]
        yield from (raw for _, raw in page if _BLOTTED not in raw)


def _heal(work: KindSync, texts: Sequence[str]) -> None:
    """Land what left the quarantine."""
    made = _read(work, texts)
    good = [(each, raw) for each, raw in made if isinstance(each, Record)]
    kept = [raw for _, raw in good] if work.store.keep_raw == "all" else None
    work.land_apart([record for record, _ in good], kept)
    work.alike += [work.redact.finding(each.reason) for each, _ in made if isinstance(each, Reject)]


def _mend(work: KindSync, texts: Sequence[str]) -> None:
    """Land what is read otherwise now; a row that is bad now goes into quarantine, and its last good version stays."""
    made = _read(work, texts)
    good = [(each, raw) for each, raw in made if isinstance(each, Record)]
    rejects = tuple(each for each, _ in made if isinstance(each, Reject))
    batch = Batch(records=tuple(record for record, _ in good), rejects=rejects)
    if work.too_many(batch):
        return
    at = work.log.at()
    with work.transaction():
        counts = work.landing.land(batch.records, at, [raw for _, raw in good])
        counts.read, counts.rejected = batch.read, len(rejects)
        work.ward.put(rejects, at)
        work.counts.add(counts)
        work.log.count(work.counts)
    work.alike += [work.redact.finding(each.reason) for each in rejects]


def _read(work: KindSync, texts: Sequence[str]) -> list[tuple[Record | Reject, str]]:
    """What each text is now; nothing if one cannot be read at all."""
    try:
        made = [(work.adapter.remap(work.kind, raw), raw) for raw in texts]
        work.refuse_strangers(Batch(records=tuple(each for each, _ in made if isinstance(each, Record))))
    except _FAULTS as error:
        work.stop = told(work.adapter.source, type(work.adapter).__name__, work.kind, error)
        return []
    return made
