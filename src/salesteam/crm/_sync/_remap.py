"""Read rows in quarantine again after a mapping was mended, without the network."""

from __future__ import annotations

from itertools import islice

from salesteam.crm._batch import Batch, Reject
from salesteam.crm._record import Record
from salesteam.crm._sync._kind import KindSync
from salesteam.crm._sync._patience import told
from salesteam.crm._sync._quarantine import LONGEST
from salesteam.crm._sync._report import SyncPart

__all__ = ["remap_kind"]

_CHUNK = 500
_BLOTTED = "***"
_FAULTS = (Exception, SystemExit)


def remap_kind(work: KindSync) -> SyncPart:
    """Let the adapter read the kept text of each row of a kind; what is good now lands, what is not stays.

    Text in which a secret was blotted out, or that was too long to be kept whole, is left alone: it is no longer what
    the source sent.
    """
    work.begin(work.log.at())
    held = iter(
        each.raw
        for each in work.store.quarantine(work.kind, source=work.adapter.source)
        if each.raw and _BLOTTED not in each.raw and len(each.raw) < LONGEST
    )
    try:
        while work.stop is None and (chunk := list(islice(held, _CHUNK))):
            _remap(work, chunk)
        work.ended = True
    finally:
        work.end_run()
    work.tell()
    return work.part()


def _remap(work: KindSync, chunk: list[str]) -> None:
    records: list[Record] = []
    rejects: list[Reject] = []
    try:
        for raw in chunk:
            found = work.adapter.remap(work.kind, raw)
            if isinstance(found, Reject):
                rejects.append(found)
            else:
                records.append(found)
        work.refuse_strangers(Batch(records=tuple(records)))
    except _FAULTS as error:
        work.stop = told(work.adapter.source, type(work.adapter).__name__, work.kind, error)
        return
    work.land_apart(tuple(records))
    work.alike += [work.redact.finding(reject.reason) for reject in rejects]
