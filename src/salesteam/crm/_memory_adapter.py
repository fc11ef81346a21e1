"""The adapter to the CRM in memory: the well-behaved reference that every other one is compared with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

import attrs

from salesteam.core import Report
from salesteam.crm._adapter import Adapter
from salesteam.crm._batch import Batch, Cursor
from salesteam.crm._capability import Capability, Field, Schema, Verified
from salesteam.crm._change import AddNote, CreateTask
from salesteam.crm._field_type import field_types
from salesteam.crm._memory import MemoryCRM
from salesteam.crm._memory_cursor import FORMAT, resumed, watermark
from salesteam.crm._record import NEVER, Record
from salesteam.crm._records import RECORDS
from salesteam.crm._ref import KINDS, Kind, Ref
from salesteam.crm._store._codec import decode, encode, micros
from salesteam.errors import Conflict

__all__ = ["MemoryAdapter", "MemoryConfig"]


@attrs.frozen(kw_only=True)
class MemoryConfig:
    """The settings of a `MemoryAdapter`: the server it reads.

    Examples
    --------
    >>> MemoryConfig(server=MemoryCRM("demo")).server.source
    'demo'
    """

    server: MemoryCRM


_USUAL = Capability(
    incremental="cursor", deletes="tombstone", by_id=True, server_clock=True, max_page=1000, lock="native"
)
_OWNED = attrs.evolve(_USUAL, writes=("AddNote", "AssignOwner", "CreateTask"), settles=timedelta(0))


class MemoryAdapter(Adapter):
    """Reads a `MemoryCRM` in the order of update time and id, and resumes at the last time that it read.

    Examples
    --------
    >>> MemoryCRM("demo").adapter().capabilities()["deal"].incremental
    'cursor'
    """

    name: ClassVar[str] = "memory"
    Config: ClassVar[type] = MemoryConfig
    verified: ClassVar[Verified] = Verified(label="fake", against="MemoryCRM")

    def capabilities(self) -> Mapping[Kind, Capability]:
        """Every kind, by cursor, with tombstones; what has an owner can be given another, and be written about."""
        return {kind: _OWNED if "owner" in field_types(RECORDS[kind]) else _USUAL for kind in KINDS}

    def check(self) -> Report:
        """Nothing can be wrong with memory."""
        return Report()

    def server_time(self) -> datetime:
        """Where the clock of the server stands; never before a change that it holds."""
        server: MemoryCRM = self.config.server
        return server.latest

    def schema(self) -> Schema:
        """The fields of the canonical records."""
        return Schema(
            fields={
                kind: tuple(
                    Field(name=name, type=type_.base.__name__, options=type_.options)
                    for name, type_ in field_types(record).items()
                )
                for kind, record in RECORDS.items()
            }
        )

    def fetch(
        self, kind: Kind, since: Cursor | None, *, until: datetime, overlap: timedelta, page_size: int
    ) -> Iterator[Batch]:
        """Pages of what changed after the cursor less the overlap, and not after `until`."""
        server: MemoryCRM = self.config.server
        after = NEVER if since is None else max(NEVER + overlap, resumed(since)) - overlap
        due = tuple(record for record in server.records(kind) if after <= watermark(record)[0] <= until)
        for page in (due[start : start + page_size] for start in range(0, len(due), page_size)):
            yield Batch(records=page, rows=page, cursor=Cursor.of(FORMAT, watermark(page[-1])[0].isoformat()))

    def raw(self, row: Any) -> str:
        """A record as JSON: the content as a store has it, with the id and the update time."""
        return super().raw({"id": row.ref.external_id, "updated_at": micros(row.updated_at), **json.loads(encode(row))})

    def remap(self, kind: Kind, raw: str) -> Record:
        """The record of a text."""
        held = json.loads(raw)
        name, at = held.pop("id"), held.pop("updated_at")
        return decode(Ref(self.source, kind, name), json.dumps(held), at)

    def fetch_ids(self, kind: Kind, ids: Sequence[str]) -> tuple[Record, ...]:
        """The records of these ids that exist."""
        server: MemoryCRM = self.config.server
        wanted = set(ids)
        return tuple(record for record in server.records(kind) if record.ref.external_id in wanted)

    def assign(self, ref: Ref, owner: str, current: Record) -> None:
        """Give a record another owner, if nobody changed it meanwhile."""
        server: MemoryCRM = self.config.server
        if server.get(ref) != current:
            raise Conflict(f"{ref} was changed at {server.get(ref).updated_at}", source=self.source)
        server.reassign(ref, Ref(self.source, "user", owner))

    def create(self, change: CreateTask | AddNote, marker: str) -> str:
        """Make a task or a note."""
        server: MemoryCRM = self.config.server
        return server.record_activity(change, marker).ref.external_id

    def find_created(self, change: CreateTask | AddNote, marker: str) -> str | None:
        """Find it by its marker."""
        del change
        server: MemoryCRM = self.config.server
        return next((ref.external_id for ref in server.marked(marker)), None)
