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
    accept: frozenset[str] = frozenset()
    compared: int | None = None
    missing: int = 0
    refused: bool = False
    findings: list[Finding] = attrs.Factory(list)

    def begin(self) -> None:
        """Forget what was seen."""
        self.findings.clear()
        self.connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS seen (external_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID"
        )
        self.connection.execute("DELETE FROM temp.seen")

    def scoped(self) -> None:
        """Remember what the login could see when a first page of the kind came: a sweep is compared with that."""
        self.connection.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (self._scope_key(), self.scope))

    def see(self, names: Iterable[str]) -> None:
        """Remember ids."""
        self.connection.executemany("INSERT OR IGNORE INTO temp.seen VALUES (?)", ((name,) for name in names))

    def sweep(self, began: int, at: int) -> int:
        """Delete what was not seen, or refuse; inside a transaction of the caller.

        Gives how many were deleted; a refusal is a finding, and so is what was deleted because a person let it through.
        """
        values = (self.source, self.kind, began)
        (self.missing,) = self.connection.execute(f"SELECT count(*) {_MISSING}", values).fetchone()
        (self.compared,) = self.connection.execute(
            "SELECT count(*) FROM record WHERE source = ? AND kind = ? AND deleted = 0", (self.source, self.kind)
        ).fetchone()
        self.refused = False
        if self.missing:
            self._judge(values)
        if self.refused:
            return 0
        if self.missing:
            self._delete(values, at)
        set_meta(self.connection, self._scope_key(), self.scope)
        return self.missing

    def _judge(self, values: tuple[object, ...]) -> None:
        """Refuse what may be our permissions, unless a person looked at exactly that."""
        name, why = self._doubt()
        if why is None:
            return
        digest = self._digest(values, name)
        self.refused = digest not in self.accept
        self.findings.append(
            find(
                "crm.sweep-refused" if self.refused else "crm.sweep-accepted",
                Place(table=self.kind),
                source=self.source,
                kind=self.kind,
                count=self.missing,
                why=why,
                digest=digest,
            )
        )

    def _delete(self, values: tuple[object, ...], at: int) -> None:
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

    def heal(self) -> int:
        """Let rows in quarantine go that are no longer listed, unless the sweep was refused."""
        if self.refused:
            return 0
        return self.connection.execute(
            "DELETE FROM quarantine WHERE source = ? AND kind = ? AND named"
            " AND external_id NOT IN (SELECT external_id FROM temp.seen) AND EXISTS (SELECT 1 FROM temp.seen)",
            (self.source, self.kind),
        ).rowcount

    def _doubt(self) -> tuple[str, Words | None]:
        """Why it may be our permissions: a name of the reason, and its words."""
        (seen,) = self.connection.execute("SELECT count(*) FROM temp.seen").fetchone()
        if not seen:
            return "nothing", Words("the source lists nothing at all", "来源未列出任何记录")
        kept = self.connection.execute("SELECT value FROM meta WHERE key = ?", (self._scope_key(),)).fetchone()
        if kept is not None and kept[0] != self.scope:
            return "scope", Words("what this login can see has changed", "该登录可见的范围已改变")
        living = self.compared or 0
        if self.missing > self.max_share * living and self.missing > LEAST_ROWS:
            share = f"{float(self.max_share):.0%}"
            return "share", Words(f"that is more than {share} of {living}", f"超过 {living} 条的 {share}")
        return "", None

    def _digest(self, values: tuple[object, ...], reason: str) -> str:
        """What a person lets through: these records for this reason; records that come in meanwhile change nothing."""
        told = blake2b(f"{self.source} {self.kind} {reason} {self.scope}".encode(), digest_size=8)
        for (name,) in self.connection.execute(f"SELECT external_id {_MISSING} ORDER BY external_id", values):
            told.update(f"{name}\x1f".encode())
        return told.hexdigest()

    def _scope_key(self) -> str:
        return f"scope {self.source} {self.kind}"
