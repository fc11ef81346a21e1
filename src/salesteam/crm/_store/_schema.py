"""The tables of a store, and how a store of an older version becomes one of this."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from salesteam.errors import StoreError

__all__ = ["MIGRATIONS", "VERSION", "prepare"]

_APPLICATION = 0x53_54_43_31
_OLDEST_SQLITE = (3, 37, 0)

_FIRST = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE record (
    seq INTEGER PRIMARY KEY,
    source TEXT NOT NULL, kind TEXT NOT NULL, external_id TEXT NOT NULL,
    hash BLOB NOT NULL, body TEXT NOT NULL, raw TEXT, updated_at INTEGER,
    first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
    deleted INTEGER NOT NULL, deleted_at INTEGER,
    UNIQUE (source, kind, external_id)
) STRICT;
CREATE TABLE change (
    seq INTEGER PRIMARY KEY,
    source TEXT NOT NULL, kind TEXT NOT NULL, external_id TEXT NOT NULL,
    op TEXT NOT NULL CHECK (op IN ('insert', 'update', 'delete', 'restore')),
    hash BLOB NOT NULL, body TEXT NOT NULL, updated_at INTEGER,
    seen_before INTEGER, seen_at INTEGER NOT NULL, run INTEGER NOT NULL
) STRICT;
CREATE INDEX change_of_deal ON change (source, external_id, seq) WHERE kind = 'deal';
CREATE TABLE cursor (
    source TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, saved_at INTEGER NOT NULL, run INTEGER NOT NULL,
    PRIMARY KEY (source, kind)
) STRICT;
CREATE TABLE quarantine (
    source TEXT NOT NULL, kind TEXT NOT NULL, external_id TEXT NOT NULL,
    named INTEGER NOT NULL, code TEXT NOT NULL, field TEXT, reason TEXT NOT NULL, raw TEXT,
    first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, run INTEGER NOT NULL,
    PRIMARY KEY (source, kind, external_id)
) STRICT;
CREATE TABLE outbox (
    key TEXT PRIMARY KEY, seq INTEGER NOT NULL,
    source TEXT NOT NULL, kind TEXT NOT NULL, external_id TEXT NOT NULL,
    change TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, made TEXT,
    planned_at INTEGER NOT NULL, told_at INTEGER NOT NULL
) STRICT;
CREATE TABLE run (
    id INTEGER NOT NULL, source TEXT NOT NULL, kind TEXT NOT NULL,
    mode TEXT NOT NULL, state TEXT NOT NULL, until INTEGER, proven INTEGER,
    started_at INTEGER NOT NULL, ended_at INTEGER,
    read INTEGER NOT NULL, new INTEGER NOT NULL, changed INTEGER NOT NULL, unchanged INTEGER NOT NULL,
    stale INTEGER NOT NULL, rejected INTEGER NOT NULL, skipped INTEGER NOT NULL,
    deleted INTEGER NOT NULL, restored INTEGER NOT NULL, swept INTEGER NOT NULL, healed INTEGER NOT NULL,
    PRIMARY KEY (id, source, kind)
) STRICT;
"""

_SECOND = "ALTER TABLE outbox ADD COLUMN sent_at INTEGER"
_THIRD = "ALTER TABLE outbox ADD COLUMN seen TEXT"
_FOURTH = """
CREATE TABLE forgotten (
    source TEXT NOT NULL, kind TEXT NOT NULL, external_id TEXT NOT NULL, forgotten_at INTEGER NOT NULL,
    PRIMARY KEY (source, kind, external_id)
) STRICT
"""

MIGRATIONS: Sequence[str] = (_FIRST, _SECOND, _THIRD, _FOURTH)
"""The statements that lead from each version to the next; what was released is never changed."""
VERSION = len(MIGRATIONS)
"""The version of the stores that this version of the library writes."""


def prepare(connection: sqlite3.Connection, path: str) -> None:
    """Make the tables of a new store, or bring an older one to this version; refuse all else, changing nothing."""
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old for a store: use a Python with 3.37 or newer")
    version = _version(connection, path)
    if version == VERSION:
        return
    connection.execute("BEGIN EXCLUSIVE")
    try:
        version = _version(connection, path)  # another process may have done it meanwhile
        for number in range(version, VERSION):
            for statement in MIGRATIONS[number].split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection, path: str) -> int:
    (application,), (version,) = (
        connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
    )
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != _APPLICATION and (tables or application or version):
        raise StoreError(f"{path} is a database of something else: name another file")
    if version > VERSION:
        raise StoreError(
            f"{path} was written by a newer salesteam (its version is {version}, here {VERSION} is known):"
            " install that version, or begin a new store"
        )
    return int(version)
