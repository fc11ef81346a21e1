"""Fetch the stage changes that a source itself keeps, for the deals that changed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import attrs

from salesteam.crm._batch import Batch, Cursor
from salesteam.crm._capability import Capability
from salesteam.crm._sync._kind import KindSync
from salesteam.errors import InvalidValueError

__all__ = ["history_of", "pages_of_history"]

_CHUNK = 100
_PAGE = 1000
_FORMAT = 1
_CHANGED = "SELECT seq, external_id FROM change WHERE kind = 'deal' AND source = ? AND seq > ? ORDER BY seq LIMIT ?"


def history_of(deal: Capability) -> Capability:
    """How stage changes are read where deals keep them: in the order of our own log of changes."""
    return attrs.evolve(deal, incremental="cursor", deletes="none", by_id=False)


def pages_of_history(work: KindSync, since: Cursor | None) -> Iterator[Batch]:
    """The native stage changes of all deals that changed since; the cursor is a place in our own log."""
    if since is not None and since.format != _FORMAT:
        raise InvalidValueError(f"cursor format {since.format} is unknown", where="stage changes", fix="restart")
    after = 0 if since is None else int(since.data)
    while rows := work.store.connection.execute(_CHANGED, (work.adapter.source, after, _CHUNK)).fetchall():
        after = rows[-1][0]
        records = iter(work.adapter.history("deal", sorted({name for _, name in rows})))
        while page := tuple(islice(records, _PAGE)):
            yield Batch(records=page)
        yield Batch(records=(), cursor=Cursor.of(_FORMAT, after))
