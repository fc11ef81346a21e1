"""What a reading said beside its records: rows left out on purpose, and findings about columns."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping

from salesteam.core import Finding
from salesteam.crm._store._finding_text import to_text

__all__ = ["keep_notes", "notes_of", "set_meta"]


def set_meta(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Keep a value under a key, unless it is there already."""
    connection.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
        (key, value),
    )


def keep_notes(
    connection: sqlite3.Connection, source: str, kind: str, skipped: Mapping[str, int], findings: Iterable[Finding]
) -> None:
    """Keep what a complete reading said, in place of what the one before it said."""
    held = {"skipped": dict(sorted(skipped.items())), "findings": [to_text(finding) for finding in findings]}
    set_meta(connection, f"notes {source} {kind}", json.dumps(held, ensure_ascii=False))


def notes_of(connection: sqlite3.Connection, source: str, kind: str) -> tuple[Mapping[str, int], tuple[str, ...]]:
    """Rows left out by reason, and findings as text, of the last complete reading."""
    found = connection.execute("SELECT value FROM meta WHERE key = ?", (f"notes {source} {kind}",)).fetchone()
    held = json.loads(found[0]) if found else {"skipped": {}, "findings": []}
    return held["skipped"], tuple(held["findings"])
