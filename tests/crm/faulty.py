"""A CRM in memory that misbehaves as it is told, behind an adapter that is sound; and stores to sync it into."""

from __future__ import annotations

from datetime import timedelta

import attrs

from salesteam.core import find
from salesteam.crm import (
    Batch,
    Capability,
    Clock,
    Limits,
    MemoryAdapter,
    MemoryConfig,
    MemoryCRM,
    Reject,
    Secret,
    sync,
)

KINDS = ("user", "account", "stage", "deal", "deal_line")


class ServerClock(Clock):
    """Our clock stands where the server's does, and waiting moves both."""

    def __init__(self, server):
        self.server = server
        self.slept = []

    def now(self):
        return self.server.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.server.now += timedelta(seconds=seconds)


@attrs.frozen(kw_only=True)
class Config(MemoryConfig):
    """A server, and a secret that shows nowhere."""

    token: Secret = Secret("env:NO_SUCH_CANARY")


class Faulty(MemoryAdapter):
    """Reads a `MemoryCRM`; `trouble` says before which page of a kind it raises what, `bad` which rows are bad."""

    Config = Config

    def __init__(self, server, *, can=None, config=None, visible=None):
        super().__init__(config or Config(server=server), source=server.source)
        self.can = can or {}
        self.trouble = {}
        self.bad = {}
        self.visible = visible or (lambda ref: True)
        self.calls = []
        self.scoped = "all"
        self.pages = 0

    def capabilities(self):
        usual = {"incremental": "cursor", "deletes": "tombstone", "by_id": True, "server_clock": True}
        return {kind: Capability(**{**usual, **self.can.get(kind, {}), **self.can.get("*", {})}) for kind in KINDS}

    def scope(self):
        return self.scoped

    def fetch(self, kind, since, *, until, overlap, page_size):
        self.calls.append((kind, since))
        self._raise(kind)
        for batch in super().fetch(kind, since, until=until, overlap=overlap, page_size=page_size):
            shown = [record for record in batch.records if self.visible(record.ref)]
            bad = [record for record in shown if record.ref in self.bad and not record.deleted]
            yield attrs.evolve(
                batch,
                records=(good := tuple(record for record in shown if record not in bad)),
                rows=good,
                rejects=tuple(self._reject(record) for record in bad),
            )
            self.pages += 1
            self._raise(kind)

    def _reject(self, record):
        reason = find("crm.bad-cell", field="name", value=self.bad[record.ref], problem="is bad")
        return Reject(ref=record.ref, kind=record.kind, reason=reason, raw=f'{{"name": "{self.bad[record.ref]}"}}')

    def _raise(self, kind):
        """Raise what is due; None in the list lets a page pass."""
        due = self.trouble.get(kind) or self.trouble.get("*")
        if due:
            error = due.pop(0)
            if error is not None:
                raise error

    def fetch_ids(self, kind, ids):
        return tuple(record for record in super().fetch_ids(kind, ids) if record.ref not in self.bad)

    def list_ids(self, kind):
        self.calls.append((kind, "list"))
        for record in self.config.server.records(kind):
            self._raise(kind)
            if not record.deleted and self.visible(record.ref):
                yield record.ref.external_id


def vanish(server, ref):
    """Delete a record for good, leaving no trace."""
    del server._records[ref]


def limits(server, **fields):
    """Limits by the server's clock."""
    return Limits(clock=ServerClock(server), **fields)


def synced(adapter, store, *, page_size=1000, tries=5, **options):
    """A sync by the server's clock."""
    server = adapter.config.server
    return sync(adapter, store, limits=limits(server, page_size=page_size, tries=tries), **options)


def server_of(source="demo", records=(), **options):
    """A new CRM."""
    return MemoryCRM(source, records, **options)


def contents(store, *, kinds=KINDS, **options):
    """Everything that a store has, by reference."""
    return {record.ref: record for kind in kinds for record in store.records(kind, deleted=True, **options)}


def visible(server, *, kinds=KINDS):
    """Everything that a server has, by reference."""
    return {record.ref: record for kind in kinds for record in server.records(kind)}


def living(records):
    """Those that are not gone."""
    return {ref: record for ref, record in records.items() if not record.deleted}


def dump(store, *, but=("run",)):
    """All rows of all tables, without those of some."""
    tables = [name for (name,) in store.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return {name: store.connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables if name not in but}


def batch_of(*records):
    """A page without a cursor."""
    return Batch(records=records)
