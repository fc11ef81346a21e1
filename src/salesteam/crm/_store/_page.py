"""Land one page of a reading: what is new, changed, unchanged or stale, within one transaction of the caller."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from salesteam.crm._record import Record
from salesteam.crm._ref import Kind
from salesteam.crm._store._codec import digest, encode, micros
from salesteam.crm._store._forgotten import Forgotten

__all__ = ["Counts", "Landing"]

_LIVE, _GONE, _SWEPT = 0, 1, 2
"""What the column `deleted` says: there, gone by the source's word, gone by a sweep."""

_KNOWN = """
SELECT external_id, hash, updated_at, deleted, last_seen, raw IS NOT NULL FROM record
WHERE source = ? AND kind = ? AND external_id IN (SELECT value FROM json_each(?))
"""
_UPSERT = """
INSERT INTO record (source, kind, external_id, hash, body, raw, updated_at, first_seen, last_seen, deleted, deleted_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (source, kind, external_id) DO UPDATE SET hash = excluded.hash, body = excluded.body, raw = excluded.raw,
    updated_at = excluded.updated_at, last_seen = excluded.last_seen,
    deleted = excluded.deleted, deleted_at = excluded.deleted_at
"""
_LOG = """
INSERT INTO change (source, kind, external_id, op, hash, body, updated_at, seen_before, seen_at, run)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_HELD = """
SELECT external_id, (
    SELECT max(proven) FROM run
    WHERE source = held.source AND kind = held.kind AND state = 'complete' AND ended_at < held.first_seen
) FROM quarantine held WHERE source = ? AND kind = ? AND external_id IN (SELECT value FROM json_each(?))
"""
"""Rows in quarantine, and the last instant that was proven before they came into it."""
_TOUCH = "UPDATE record SET updated_at = ? WHERE source = ? AND kind = ? AND external_id = ?"
_RAW = "UPDATE record SET raw = ? WHERE source = ? AND kind = ? AND external_id = ? AND raw IS NOT ?"


@attrs.define(kw_only=True)
class Counts:
    """What became of the rows that were read; the first four, rejected and skipped sum to `read`."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    stale: int = 0
    rejected: int = 0
    skipped: int = 0
    deleted: int = 0
    restored: int = 0
    swept: int = 0
    healed: int = 0

    def add(self, other: Counts) -> None:
        """Add what another page counted."""
        for field in attrs.fields(Counts):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


_Known = tuple[bytes, int | None, int, int, int]


@attrs.define
class Landing:
    """Where pages of one kind of one source land.

    `proven` is an instant at which everything in the store was known to be as it stands there: what changed,
    changed after it. `by_time` says that the readings which proved it went by update times, and saw nothing else.
    """

    connection: sqlite3.Connection
    source: str
    kind: Kind
    run: int
    proven: int | None = None
    accept_older: bool = False
    by_time: bool = True
    forgotten: Forgotten = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.forgotten = Forgotten.of(self.connection)

    def land(self, records: Iterable[Record], seen_at: int, raws: Sequence[str | None] | None = None) -> Counts:
        """Write what differs, and log it; who was forgotten stays so.

        `raws` are the texts of their rows, where they are to be kept; a text stays only with the version it is of.
        """
        given = list(records)
        texts = [None] * len(given) if raws is None else raws
        bodies = [
            (record, encode(record), text)
            for record, text in zip(given, texts, strict=True)
            if record.ref not in self.forgotten
        ]
        names = [record.ref.external_id for record, _, _ in bodies]
        known, held = self._known(names), self._held(names)
        counts = Counts(read=len(given), unchanged=len(given) - len(bodies))
        rows: dict[str, tuple[Any, ...]] = {}
        log: list[tuple[Any, ...]] = []
        touched: dict[str, int | None] = {}
        retold: dict[str, str | None] = {}
        for record, body, text in bodies:
            name, at, hashed = record.ref.external_id, micros(record.updated_at), digest(body)
            before = known.get(name)
            verdict = self._verdict(before, hashed, at, live=not record.deleted)
            if verdict in {"unchanged", "stale"}:
                setattr(counts, verdict, getattr(counts, verdict) + 1)
                if verdict == "unchanged" and before is not None:
                    if text is not None or before[4]:
                        retold[name] = self._raw(record, text)
                    if self._is_later(at, before[1]):
                        touched[name] = at
                        known[name] = (hashed, at, *before[2:])
                continue
            seen_before = None
            if before is not None:
                seen_before = min(self._stood(before, at, held.get(name, self.proven)), seen_at)
                at = before[1] if at is None else at
            state, deleted_at = (_GONE, seen_at) if record.deleted else (_LIVE, None)
            op = self._op(before, gone=record.deleted)
            self._count(counts, before, op)
            kept, raw = self._kept(record, body), self._raw(record, text)
            rows[name] = (self.source, self.kind, name, hashed, kept, raw, at, seen_at, seen_at, state, deleted_at)
            log.append((self.source, self.kind, name, op, hashed, kept, at, seen_before, seen_at, self.run))
            known[name] = (hashed, at, state, seen_at, raw is not None)
            touched.pop(name, None)
            retold.pop(name, None)
        self.connection.executemany(_UPSERT, rows.values())
        self.connection.executemany(_LOG, log)
        self.connection.executemany(_TOUCH, [(at, self.source, self.kind, name) for name, at in touched.items()])
        self.connection.executemany(_RAW, [(raw, self.source, self.kind, name, raw) for name, raw in retold.items()])
        return counts

    def _kept(self, record: Record, body: str) -> str:
        """The content without ids of the forgotten; its hash stays that of the source: the same row changes nothing."""
        return encode(self.forgotten.hide(record)) if self.forgotten.refs else body

    def _raw(self, record: Record, text: str | None) -> str | None:
        """The text of a row; none of a record that points to somebody who was forgotten: it tells who that was."""
        if text is None or not self.forgotten.refs:
            return text
        return text if self.forgotten.hide(record) == record else None

    def _known(self, names: Sequence[str]) -> dict[str, _Known]:
        found = self.connection.execute(_KNOWN, (self.source, self.kind, json.dumps(names)))
        return {name: (hashed, at, state, seen, raw) for name, hashed, at, state, seen, raw in found}

    def _held(self, names: Sequence[str]) -> dict[str, int | None]:
        if self.connection.execute("SELECT 1 FROM quarantine LIMIT 1").fetchone() is None:
            return {}
        return dict(self.connection.execute(_HELD, (self.source, self.kind, json.dumps(names))))

    def _stood(self, before: _Known, at: int | None, proven: int | None) -> int:
        """The last instant at which a record was known to stand where it stands in the store.

        The readings since prove nothing of one that was swept, whose time fell, or that says it changed before them.
        """
        _, known_at, state, seen, _ = before
        fell = at is not None and known_at is not None and at < known_at
        if proven is None or state == _SWEPT or fell or (self.by_time and at is not None and at <= proven):
            return seen
        return max(seen, proven)

    def _verdict(self, before: _Known | None, hashed: bytes, at: int | None, *, live: bool) -> str:
        if before is None:
            return "new"
        known, known_at, state, _, _ = before
        if hashed == known and state != _SWEPT:
            return "unchanged"
        back = state == _SWEPT and live
        older = at is not None and known_at is not None and at < known_at
        return "stale" if older and not back and not self.accept_older else "changed"

    def _is_later(self, at: int | None, known_at: int | None) -> bool:
        if at is None or at == known_at:
            return False
        return known_at is None or at > known_at or self.accept_older

    @staticmethod
    def _op(before: _Known | None, *, gone: bool) -> str:
        if gone:
            return "delete"
        if before is None:
            return "insert"
        return "update" if before[2] == _LIVE else "restore"

    @staticmethod
    def _count(counts: Counts, before: _Known | None, op: str) -> None:
        if before is None:
            counts.new += 1
        else:
            counts.changed += 1
        counts.deleted += op == "delete" and (before is None or before[2] == _LIVE)
        counts.restored += op == "restore"
