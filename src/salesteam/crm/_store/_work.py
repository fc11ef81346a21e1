"""Read what a store tells of its own work: changes, rows in quarantine, runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import attrs

from salesteam.core import _table
from salesteam.crm._ref import Kind, Ref
from salesteam.crm._store._codec import from_micros, instant_of
from salesteam.crm._store._finding_text import from_text
from salesteam.crm._store._kept import Held, LoggedChange, RunRow

__all__ = ["changes", "quarantine", "runs", "where"]

_INSTANTS = frozenset({"started_at", "ended_at", "until"})


def where(kind: Kind | None, source: str | None) -> tuple[str, list[str]]:
    """Conditions on kind and source, to be put behind another one."""
    asked = {"kind": kind, "source": source}
    given = {name: value for name, value in asked.items() if value is not None}
    return "".join(f" AND {name} = ?" for name in given), list(given.values())


def changes(connection: sqlite3.Connection, kind: Kind | None, source: str | None) -> Iterator[LoggedChange]:
    """See `Store.changes`."""
    conditions, values = where(kind, source)
    for seq, name, of, external_id, op, before, at, run, updated in connection.execute(
        "SELECT seq, source, kind, external_id, op, seen_before, seen_at, run, updated_at FROM change"  # noqa: S608 -- the words are ours
        f" WHERE seq > 0{conditions} ORDER BY seq",
        values,
    ):
        yield LoggedChange(
            seq=seq,
            ref=Ref(name, of, external_id),
            op=op,
            seen_before=from_micros(before),
            seen_at=instant_of(at),
            run=run,
            updated_at=from_micros(updated),
        )


def quarantine(connection: sqlite3.Connection, kind: Kind | None, source: str | None) -> tuple[Held, ...]:
    """See `Store.quarantine`."""
    conditions, values = where(kind, source)
    return tuple(
        Held(
            ref=Ref(name, of, external_id) if named else None,
            source=name,
            kind=of,
            reason=from_text(reason),
            raw=raw or "",
            first_seen=instant_of(first),
            last_seen=instant_of(last),
            has_good=bool(good),
        )
        for name, of, external_id, named, reason, raw, first, last, good in connection.execute(
            "SELECT source, kind, external_id, named, reason, raw, first_seen, last_seen, EXISTS ("  # noqa: S608 -- as above
            " SELECT 1 FROM record r WHERE (r.source, r.kind, r.external_id) = (q.source, q.kind, q.external_id)"
            f") FROM quarantine q WHERE named >= 0{conditions} ORDER BY source, kind, external_id",
            values,
        ).fetchall()
    )


def runs(connection: sqlite3.Connection) -> Any:
    """See `Store.runs`."""
    names = [field.name for field in attrs.fields(RunRow)]
    columns = ", ".join("id" if name == "run" else name for name in names)
    found = connection.execute(f"SELECT {columns} FROM run ORDER BY id, rowid").fetchall()  # noqa: S608 -- as above
    rows = (dict(zip(names, row, strict=True)) for row in found)
    return _table.write_rows(
        ({name: from_micros(value) if name in _INSTANTS else value for name, value in row.items()} for row in rows),
        RunRow,
    )
