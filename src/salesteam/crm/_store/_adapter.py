"""Read a source out of a store, as an adapter reads it of a CRM."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, ClassVar

import attrs

from salesteam.core import Report
from salesteam.crm._adapter import Adapter
from salesteam.crm._batch import Batch, Cursor
from salesteam.crm._capability import Capability, Field, Schema, Verified
from salesteam.crm._field_type import field_types
from salesteam.crm._record import NEVER, Record
from salesteam.crm._records import RECORDS
from salesteam.crm._ref import Kind
from salesteam.crm._store._finding_text import from_text
from salesteam.crm._store._notes import notes_of
from salesteam.crm._store._open import open_store
from salesteam.crm._store._stages import observed
from salesteam.crm._store._store import Store

__all__ = ["StoreAdapter", "StoreConfig"]


@attrs.frozen(kw_only=True)
class StoreConfig:
    """The settings of a `StoreAdapter`.

    Parameters
    ----------
    store : Store or str
        An open store, which stays open; or the file of one, which is opened for reading and closed at the end.
    known_at : datetime, optional
        Look at what was known at this instant.

    Examples
    --------
    >>> StoreConfig(store="sales.sqlite").known_at is None
    True
    """

    store: Any
    known_at: datetime | None = None


class StoreAdapter(Adapter):
    """Reads one source out of a store, as its own adapter reads it of the CRM.

    What is in quarantine comes as rejects, unless the past is looked at, of which the store keeps records alone.
    Stage changes that were observed come with those that the source told.

    Examples
    --------
    >>> from salesteam.crm import open_store
    >>> with open_store(":memory:") as store:
    ...     StoreAdapter(StoreConfig(store=store), source="demo").capabilities()
    {}
    """

    name: ClassVar[str] = "store"
    Config: ClassVar[type] = StoreConfig
    verified: ClassVar[Verified] = Verified(label="real", against="SQLite")

    def __init__(self, config: StoreConfig, *, source: str) -> None:
        super().__init__(config, source=source)
        self._owned: Store | None = None

    @property
    def _store(self) -> Store:
        if isinstance(self.config.store, Store):
            return self.config.store
        if self._owned is None:
            self._owned = open_store(self.config.store, create=False)
        return self._owned

    def capabilities(self) -> Mapping[Kind, Capability]:
        """The kinds that were synced, and the stage changes of deals; all read in full."""
        kinds = self._store.kinds(self.source, known_at=self.config.known_at)
        if "deal" in kinds and "stage_change" not in kinds:
            kinds = (*kinds, "stage_change")
        return dict.fromkeys(kinds, Capability(incremental="full", deletes="tombstone"))

    def check(self) -> Report:
        """Nothing to be checked: it is open."""
        return Report()

    def schema(self) -> Schema:
        """The fields of the canonical records."""
        return Schema(
            fields={
                kind: tuple(Field(name=name, type=type_.base.__name__) for name, type_ in field_types(record).items())
                for kind, record in RECORDS.items()
            }
        )

    def known_to(self) -> datetime | None:
        """When the last sync of the source began that was complete by the instant from which the store is looked at."""
        return self._store.synced_at(self.source, known_at=self.config.known_at) or NEVER

    def fetch(
        self, kind: Kind, since: Cursor | None, *, until: datetime, overlap: timedelta, page_size: int
    ) -> Iterator[Batch]:
        """Pages of what the store has; the cursor is left alone, because a store is read in full."""
        del overlap
        if since is not None:
            raise self._cannot("resume a reading", kind, "a cursor")
        store, known_at = self._store, self.config.known_at
        records: Iterable[Record] = store.records(kind, source=self.source, known_at=known_at, deleted=True)
        pages = (record for record in records if record.updated_at is None or record.updated_at <= until)
        while page := tuple(islice(pages, page_size)):
            yield Batch(records=page)
        if kind == "stage_change":
            moves = observed(store.connection, self.source, known_at)
            while page := tuple(islice(moves, page_size)):
                yield Batch(records=page)
        if known_at is not None:  # what is kept of rejects and notes is that of the last reading alone
            return
        skipped, findings = notes_of(store.connection, self.source, kind)
        held = store.quarantine(kind, source=self.source)
        yield Batch(
            records=(),
            rejects=tuple(each.reject for each in held),
            skipped=skipped,
            report=Report(from_text(text) for text in findings),
        )

    def close(self) -> None:
        """Close the store, if it was opened here."""
        if self._owned is not None:
            self._owned.close()
            self._owned = None
