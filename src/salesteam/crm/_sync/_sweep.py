"""Learn of deletions by what a source no longer lists; refuse when it may be our permissions that changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from fractions import Fraction
from hashlib import blake2b

import attrs

from salesteam.core import Finding, Place, find
from salesteam.crm._ref import Kind
from salesteam.crm._store._notes import set_meta
from salesteam.crm._sync._words import Words

__all__ = ["LEAST_ROWS", "MAX_SHARE", "Broom"]

MAX_SHARE = Fraction(1, 5)
LEAST_ROWS = 10
_CHUNK = 1000
_MISSING = """
FROM record WHERE source = ? AND kind = ? AND deleted = 0 AND last_seen <= ?
AND external_id NOT IN (SELECT external_id FROM temp.seen)
"""


@attrs.define(kw_only=True)
class Broom:
    """Remembers which ids of one kind were seen, outside of memory, and deletes the others."""

    connection: sqlite3.Connection
    source: str
    kind: Kind
    run: int
    scope: str
    max_share: Fraction = MAX_SHARE
    accept: str | None = None

    def begin(self) -> None:
        """Forget what was seen."""
        self.connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS seen (external_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID"
        )
        self.connection.execute("DELETE FROM temp.seen")

    def see(self, names: Iterable[str]) -> None:
        """Remember ids."""
        self.connection.executemany("INSERT OR IGNORE INTO temp.seen VALUES (?)", ((name,) for name in names))

    def sweep(self, began: int, at: int) -> tuple[int, Finding | None]:
        """Delete what was not seen, or refuse; inside a transaction of the caller.

        Gives how many were deleted, and the refusal.
        """
        values = (self.source, self.kind, began)
        (missing,) = self.connection.execute(f"SELECT count(*) {_MISSING}", values).fetchone()
        if not missing:
            self._keep_scope()
            return 0, None
        reason = self._refusal(missing)
        if reason is not None and self.accept != (digest := self._digest(values, reason)):
            place = Place(table=self.kind)
            return 0, find(
                "crm.sweep-refused",
                place,
                source=self.source,
                kind=self.kind,
                count=missing,
                why=reason,
                digest=digest,
            )
        self.connection.execute(
            "INSERT INTO change (source, kind, external_id, op, hash, body, updated_at, seen_before, seen_at, run)"
            f" SELECT source, kind, external_id, 'delete', hash, body, updated_at, last_seen, ?, ? {_MISSING}"
            " ORDER BY seq",
            (at, self.run, *values),
        )
        self.connection.execute(
            f"UPDATE record SET deleted = 2, deleted_at = ? WHERE seq IN (SELECT seq {_MISSING})",  # noqa: S608 -- as above
            (at, *values),
        )
        self._keep_scope()
        return int(missing), None

    def heal(self) -> int:
        """After a sweep that was not refused: let rows in quarantine go that are no longer listed."""
        return self.connection.execute(
            "DELETE FROM quarantine WHERE source = ? AND kind = ? AND named"
            " AND external_id NOT IN (SELECT external_id FROM temp.seen) AND EXISTS (SELECT 1 FROM temp.seen)",
            (self.source, self.kind),
        ).rowcount

    def _refusal(self, missing: int) -> Words | None:
        (living,) = self.connection.execute(
            "SELECT count(*) FROM record WHERE source = ? AND kind = ? AND deleted = 0", (self.source, self.kind)
        ).fetchone()
        (seen,) = self.connection.execute("SELECT count(*) FROM temp.seen").fetchone()
        if not seen:
            return Words("the source lists nothing at all", "来源未列出任何记录")
        kept = self.connection.execute("SELECT value FROM meta WHERE key = ?", (self._scope_key(),)).fetchone()
        if kept is not None and kept[0] != self.scope:
            return Words("what this login can see has changed", "该登录可见的范围已改变")
        if missing > self.max_share * living and missing > LEAST_ROWS:
            share = f"{float(self.max_share):.0%}"
            return Words(f"that is more than {share} of {living}", f"超过 {living} 条的 {share}")
        return None

    def _digest(self, values: tuple[object, ...], reason: Words) -> str:
        told = blake2b(f"{self.source} {self.kind} {reason.en} {self.scope}".encode(), digest_size=8)
        for (name,) in self.connection.execute(f"SELECT external_id {_MISSING} ORDER BY external_id", values):
            told.update(f"{name}\x1f".encode())
        return told.hexdigest()

    def _scope_key(self) -> str:
        return f"scope {self.source} {self.kind}"

    def _keep_scope(self) -> None:
        set_meta(self.connection, self._scope_key(), self.scope)
