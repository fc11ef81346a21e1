"""Rows that cannot become records: kept with their reason, one an id, until a good version or a deletion arrives."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import attrs

from salesteam.crm._batch import Reject
from salesteam.crm._ref import Kind
from salesteam.crm._secret import Redactor
from salesteam.crm._store._finding_text import to_text
from salesteam.crm._store._forgotten import Forgotten

__all__ = ["LONGEST", "Ward"]

LONGEST = 20_000
"""So many characters of a row are kept at the most."""
_PUT = """
INSERT INTO quarantine (source, kind, external_id, named, code, field, reason, raw, first_seen, last_seen, run)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET code = excluded.code, field = excluded.field, reason = excluded.reason, raw = excluded.raw,
    last_seen = excluded.last_seen, run = excluded.run
WHERE reason <> excluded.reason OR raw IS NOT excluded.raw
"""


@attrs.define
class Ward:
    """The quarantine of one kind of one source."""

    connection: sqlite3.Connection
    source: str
    kind: Kind
    run: int
    keep_raw: bool
    redact: Redactor
    forgotten: Forgotten = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.forgotten = Forgotten.of(self.connection)

    def put(self, rejects: Iterable[Reject], at: int) -> list[str]:
        """Take rows in; the same row again changes nothing. Gives the ids under which they are kept.

        Rows of persons who were forgotten stay out.
        """
        rows = [self._row(reject, at) for reject in rejects if reject.ref is None or reject.ref not in self.forgotten]
        self.connection.executemany(_PUT, rows)
        return [row[2] for row in rows]

    def _row(
        self, reject: Reject, at: int
    ) -> tuple[str, str, str, int, str, str | None, str, str | None, int, int, int]:
        raw = self.redact(reject.raw)[:LONGEST]
        named = reject.ref is not None
        name = reject.ref.external_id if reject.ref else "?" + blake2b(raw.encode(), digest_size=12).hexdigest()
        reason = self.redact.finding(reject.reason)
        kept = raw if self.keep_raw and raw else None
        field = reason.place.field
        return self.source, self.kind, name, int(named), reason.code, field, to_text(reason), kept, at, at, self.run

    def heal(self, names: Sequence[str]) -> int:
        """Let rows go whose good version, or deletion, arrived."""
        if not names or not self.size():
            return 0
        return self.connection.execute(
            "DELETE FROM quarantine WHERE source = ? AND kind = ? AND external_id IN (SELECT value FROM json_each(?))",
            (self.source, self.kind, json.dumps(names)),
        ).rowcount

    def heal_all_but(self, names: Iterable[str]) -> int:
        """After a complete reading: let rows go that it no longer rejected."""
        return self.connection.execute(
            "DELETE FROM quarantine WHERE source = ? AND kind = ?"
            " AND external_id NOT IN (SELECT value FROM json_each(?))",
            (self.source, self.kind, json.dumps(sorted(names))),
        ).rowcount

    def size(self) -> int:
        """How many rows it holds."""
        found = self.connection.execute(
            "SELECT count(*) FROM quarantine WHERE source = ? AND kind = ?", (self.source, self.kind)
        )
        return int(found.fetchone()[0])

    def names(self, most: int) -> list[str]:
        """The ids of rows that have one; of too many those whose turn it is, so that each is asked for in some run."""
        found = self.connection.execute(
            "SELECT external_id FROM quarantine WHERE source = ? AND kind = ? AND named ORDER BY external_id",
            (self.source, self.kind),
        ).fetchall()
        first = self.run * most % len(found) if len(found) > most else 0
        return [name for (name,) in (*found[first:], *found[:first])[:most]]
