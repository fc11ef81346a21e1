"""What the store keeps of a run: its cursor, its counts, its state, and a time that never goes back."""

from __future__ import annotations

import sqlite3

import attrs

from salesteam.crm._batch import Cursor
from salesteam.crm._clock import Clock
from salesteam.crm._ref import Kind
from salesteam.crm._store._codec import micros
from salesteam.crm._store._page import Counts

__all__ = ["RunLog"]

_COUNTS = tuple(field.name for field in attrs.fields(Counts))


@attrs.define
class RunLog:
    """The line of one kind in the table of runs, and its cursor."""

    connection: sqlite3.Connection
    source: str
    kind: Kind
    run: int
    clock: Clock
    floor: int = 0

    def __attrs_post_init__(self) -> None:
        found = self.connection.execute("SELECT seen_at FROM change ORDER BY seq DESC LIMIT 1").fetchone()
        self.floor = found[0] if found else 0

    def at(self) -> int:
        """Now, but never before the last change: else what was known when could not be told."""
        self.floor = max(self.floor, micros(self.clock.now()) or 0)
        return self.floor

    def begin(self, mode: str, began: int) -> None:
        """Write that it runs; a line that says so for ever is of a run that was killed."""
        zeros = ", ".join("0" for _ in _COUNTS)
        self.connection.execute(
            f"INSERT INTO run (id, source, kind, mode, state, started_at, {', '.join(_COUNTS)})"  # noqa: S608 -- our own names
            f" VALUES (?, ?, ?, ?, 'running', ?, {zeros})",
            (self.run, self.source, self.kind, mode, began),
        )

    def count(self, counts: Counts) -> None:
        """Write what was counted so far."""
        sets = ", ".join(f"{name} = ?" for name in _COUNTS)
        self.connection.execute(
            f"UPDATE run SET {sets} WHERE id = ? AND source = ? AND kind = ?",  # noqa: S608 -- our own names
            (*attrs.astuple(counts), self.run, self.source, self.kind),
        )

    def end(self, counts: Counts, *, until: int | None, complete: bool, proven: int | None) -> None:
        """Write how it ended."""
        self.count(counts)
        self.connection.execute(
            "UPDATE run SET state = ?, ended_at = ?, until = ?, proven = ? WHERE id = ? AND source = ? AND kind = ?",
            (
                "complete" if complete else "stopped",
                self.at(),
                until,
                proven if complete else None,
                self.run,
                self.source,
                self.kind,
            ),
        )

    def last_proven(self) -> int | None:
        """The instant as of which the last complete reading knew everything."""
        found = self.connection.execute(
            "SELECT max(proven) FROM run WHERE source = ? AND kind = ? AND state = 'complete'", (self.source, self.kind)
        ).fetchone()
        return found[0] if found else None

    def cursor(self) -> Cursor | None:
        """Where the last reading came to."""
        found = self.connection.execute(
            "SELECT value FROM cursor WHERE source = ? AND kind = ?", (self.source, self.kind)
        ).fetchone()
        return Cursor.from_json(found[0]) if found else None

    def save_cursor(self, cursor: Cursor, at: int) -> bool:
        """Keep how far it came; gives whether that is another point than before."""
        return bool(
            self.connection.execute(
                "INSERT INTO cursor VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
                " SET value = excluded.value, saved_at = excluded.saved_at, run = excluded.run"
                " WHERE value <> excluded.value",
                (self.source, self.kind, cursor.to_json(), at, self.run),
            ).rowcount
            > 0
        )

    def forget_cursor(self) -> None:
        """Begin anew."""
        self.connection.execute("DELETE FROM cursor WHERE source = ? AND kind = ?", (self.source, self.kind))
