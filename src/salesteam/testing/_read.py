"""How the contract reads an adapter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from salesteam.crm import Adapter, Batch, Cursor, Kind, Record, Ref, field_types

__all__ = ["last_cursor", "living", "read_all", "records_of", "refs_of", "timeless"]

_EVER = datetime.max.replace(tzinfo=UTC)
_NONE = timedelta(0)


def read_all(
    adapter: Adapter,
    kind: Kind,
    *,
    since: Cursor | None = None,
    until: datetime = _EVER,
    overlap: timedelta = _NONE,
    page_size: int | None = None,
) -> tuple[Batch, ...]:
    """Read all pages of a kind.

    Use it in the tests of a plugin that go beyond the contract.

    Parameters
    ----------
    adapter : Adapter
        What to read with.
    kind : str
        What to read.
    since : Cursor, optional
        Where to resume.
    until : datetime, optional
        The signpost that no cursor may pass.
    overlap : timedelta, optional
        How far to read back behind the cursor.
    page_size : int, optional
        The adapter's largest if not given.

    Returns
    -------
    tuple of Batch
        All pages.

    Examples
    --------
    >>> from salesteam.testing import MemoryHarness
    >>> harness = MemoryHarness()
    >>> _ = harness.create("deal", 1)
    >>> sum(len(batch.records) for batch in read_all(harness.adapter(), "deal"))
    1
    """
    largest = adapter.capabilities()[kind].max_page
    size = min(page_size or largest, largest)
    return tuple(adapter.fetch(kind, since, until=until, overlap=overlap, page_size=size))


def records_of(batches: Iterable[Batch]) -> dict[Ref, Record]:
    """The last record of each reference."""
    return {record.ref: record for batch in batches for record in batch.records}


def refs_of(batches: Iterable[Batch]) -> list[Ref]:
    """The references as they came, repeated ones too, sorted."""
    return sorted(record.ref for batch in batches for record in batch.records)


def living(adapter: Adapter, kind: Kind) -> set[Ref]:
    """The records that a full reading shows as not deleted."""
    return {ref for ref, record in records_of(read_all(adapter, kind)).items() if not record.deleted}


def last_cursor(batches: Iterable[Batch]) -> Cursor | None:
    """Where a reading may resume: the last cursor that was given."""
    return next((batch.cursor for batch in reversed(tuple(batches)) if batch.cursor is not None), None)


def timeless(record: Record) -> dict[str, Any]:
    """The fields of a record without its update time."""
    return {name: getattr(record, name) for name in field_types(type(record)) if name != "updated_at"}
