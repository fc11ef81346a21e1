"""Forget a person: erase it from all tables, then from the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from salesteam.core import Finding, Report, find
from salesteam.crm._clock import Clock
from salesteam.crm._ref import Ref, nameless
from salesteam.crm._store._codec import micros
from salesteam.crm._store._erase import PERSONS, Eraser, person_of
from salesteam.crm._store._erasure import Erasure, ErasureRow
from salesteam.crm._store._store import Store
from salesteam.errors import InvalidValueError, NotFoundError

__all__ = ["forget"]

_TABLES = ("record", "change", "quarantine", "outbox", "meta", "cursor")
_SHOWN = 5


def forget(store: Store, ref: Ref, also: Sequence[str], clock: Clock) -> Erasure:
    """See `Store.forget`."""
    if ref.kind not in PERSONS:
        raise InvalidValueError(f"{ref} is no person", where="forget", fix=f"name one of {', '.join(PERSONS)}")
    connection = store.connection
    with store.held():
        with store.transaction():
            _refuse_strangers(connection, ref)
            refs, texts = person_of(ref, connection)
            eraser = Eraser(connection, refs, (*texts, *also))
            eraser.erase(_now(connection, clock))
        clean = _shred(connection)
    return Erasure(
        refs=tuple(sorted(map(nameless, refs))),
        rows=tuple(ErasureRow(table=table, rows=eraser.counts[table]) for table in _TABLES),
        namesakes=tuple(sorted(eraser.namesakes)),
        report=Report(_findings(store, eraser, clean=clean)),
    )


def _refuse_strangers(connection: sqlite3.Connection, ref: Ref) -> None:
    for table in ("record", "change", "quarantine", "forgotten"):
        named = nameless(ref) if table == "forgotten" else ref
        if connection.execute(
            f"SELECT 1 FROM {table} WHERE source = ? AND kind = ? AND external_id = ?",  # noqa: S608 -- our own names
            (named.source, named.kind, named.external_id),
        ).fetchone():
            return
    raise NotFoundError("person", ref, where="the store")


def _now(connection: sqlite3.Connection, clock: Clock) -> int:
    """Now, but never before the last change: else what was known when could not be told."""
    (last,) = connection.execute("SELECT coalesce(max(seen_at), 0) FROM change").fetchone()
    return max(int(last), micros(clock.now()) or 0)


def _shred(connection: sqlite3.Connection) -> bool:
    """Write the file anew without what was deleted; gives whether no old bytes are left."""
    try:
        connection.execute("VACUUM")
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error:
        return False
    return not busy


def _findings(store: Store, eraser: Eraser, *, clean: bool) -> Iterator[Finding]:
    if eraser.namesakes:
        refs = tuple(map(str, sorted(eraser.namesakes)[:_SHOWN]))
        yield find("crm.namesakes", count=len(eraser.namesakes), refs=refs)
    if eraser.counts["withdrawn"]:
        yield find("crm.change-withdrawn", count=eraser.counts["withdrawn"])
    if not clean:
        yield find("crm.bytes-remain", store=store.path)
