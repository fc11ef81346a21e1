"""Erase a person from the tables of a store: own records lose what they say, others every mention."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from salesteam.crm._deals import Split
from salesteam.crm._field_type import field_types
from salesteam.crm._push_report import OPEN
from salesteam.crm._records import RECORDS
from salesteam.crm._ref import Kind, Ref, nameless
from salesteam.crm._store._codec import decode, digest

__all__ = ["PERSONS", "Eraser", "person_of"]

PERSONS: tuple[Kind, ...] = ("user", "contact", "lead")
"""The kinds of records that are persons."""

_MARK = "[forgotten]"
_KEPT = frozenset({"source", "region", "industry"})
"""Texts of a lead that say nothing of a person."""
_OWN = frozenset({"name", "emails", "phones", "e164_by_region"})
"""What a record is called; only a deal is called after others."""
_SHORTEST = 2
_CHUNK = 1000


def person_of(ref: Ref, connection: sqlite3.Connection) -> tuple[frozenset[Ref], frozenset[str]]:
    """All records of a person, through merges and conversions, and the texts that name it."""
    versions: dict[Ref, list[Any]] = {}
    for table in ("record", "change"):
        for kind, name, body in connection.execute(
            f"SELECT kind, external_id, body FROM {table} WHERE source = ?"  # noqa: S608 -- our own names
            " AND kind IN (SELECT value FROM json_each(?))",
            (ref.source, json.dumps(PERSONS)),
        ):
            found = Ref(ref.source, kind, name)
            versions.setdefault(found, []).append(decode(found, body, None))
    links: dict[Ref, set[Ref]] = {}
    for one, records in versions.items():
        for record in records:
            for other in (record.merged_into, getattr(record, "converted_to", None)):
                if other is not None and other.kind in PERSONS:
                    links.setdefault(one, set()).add(other)
                    links.setdefault(other, set()).add(one)
    refs, fresh = {ref}, [ref]
    while fresh:
        new = links.get(fresh.pop(), set()) - refs
        refs |= new
        fresh += new
    return frozenset(refs), frozenset(
        text for one in refs for record in versions.get(one, ()) for text in _texts(record)
    )


def _texts(record: Any) -> Iterable[str]:
    if record.ref != nameless(record.ref):
        yield record.name
        for field in ("emails", "phones", "e164"):
            yield from getattr(record, field, ())


def _pattern(texts: Iterable[str]) -> re.Pattern[str] | None:
    """Finds the texts, as they are and as JSON escapes them; a Latin name is no part of a longer word."""
    found = {text.strip() for text in texts}
    found |= {json.dumps(text)[1:-1] for text in found}
    words = sorted((re.escape(text) for text in found if len(text) >= _SHORTEST), key=lambda word: (-len(word), word))
    return re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(words)})(?![0-9A-Za-z])", re.IGNORECASE) if words else None


@attrs.define
class Eraser:
    """Rewrites the rows of a store, inside a transaction of the caller; counts them by table."""

    connection: sqlite3.Connection
    refs: frozenset[Ref]
    texts: Iterable[str]
    counts: Counter[str] = attrs.Factory(Counter)
    namesakes: set[Ref] = attrs.Factory(set)
    _new: Mapping[tuple[str, str, str], str] = attrs.field(init=False)
    _find: re.Pattern[str] | None = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._new = {(ref.source, ref.kind, ref.external_id): nameless(ref).external_id for ref in self.refs}
        self._find = _pattern((*self.texts, *map(str, self.refs)))

    def erase(self, at: int) -> None:
        """Rewrite every table."""
        self._raws()
        for table in ("record", "change"):
            self._bodies(table)
        self._gone(at)
        self._quarantine()
        self._outbox()
        self._notes()
        self._cursors()

    def _bodies(self, table: str) -> None:
        after = 0
        while page := self.connection.execute(
            f"SELECT seq, source, kind, external_id, body FROM {table} WHERE seq > ? ORDER BY seq LIMIT {_CHUNK}",  # noqa: S608 -- our own names
            (after,),
        ).fetchall():
            after = page[-1][0]
            for seq, source, kind, name, body in page:
                new = self._new.get((source, kind, name), name)
                held, own = json.loads(body), (source, kind, name) in self._new
                left = self._record(_blank(held, kind) if own else held, Ref(source, kind, name))
                if new == name and left == held:
                    continue
                written = _json(left)
                self.counts[table] += 1
                self.connection.execute(
                    f"UPDATE {table} SET external_id = ?, body = ?, hash = coalesce(?, hash) WHERE seq = ?",  # noqa: S608 -- our own names
                    (new, written, digest(written) if own else None, seq),
                )

    def _raws(self) -> None:
        """No text is left of a row that tells of the person, by its name or by its id."""
        after = 0
        while page := self.connection.execute(
            "SELECT seq, source, kind, external_id, body, raw FROM record"
            " WHERE raw IS NOT NULL AND seq > ? ORDER BY seq LIMIT ?",
            (after, _CHUNK),
        ).fetchall():
            after = page[-1][0]
            for seq, source, kind, name, body, raw in page:
                held = json.loads(body)
                own = (source, kind, name) in self._new
                if own or self._mentions(raw) or self._record(held, Ref(source, kind, name)) != held:
                    self.connection.execute("UPDATE record SET raw = NULL WHERE seq = ?", (seq,))

    def _record(self, held: dict[str, Any], ref: Ref) -> dict[str, Any]:
        """The content of a record without mentions; what another record is called stays, and is told."""
        own = frozenset() if ref.kind == "deal" or ref in self.refs else _OWN
        if any(self._mentions(value) for name in own for value in _each(held.get(name))):
            self.namesakes.add(ref)
        types = field_types(RECORDS[ref.kind])
        new: dict[str, Any] = {}
        for name, value in held.items():
            type_ = types[name]
            if type_.base in {Ref, Split}:
                new[name] = self._swap(value, ref.source)
            elif name not in own and not type_.options and type_.base in {str, Mapping}:
                new[name] = self._clean(value)
            else:
                new[name] = value
        return new

    def _mentions(self, text: Any) -> bool:
        return self._find is not None and isinstance(text, str) and self._find.search(text) is not None

    def _clean(self, value: Any) -> Any:
        """A JSON value without mentions."""
        if isinstance(value, str):
            return value if self._find is None else self._find.sub(_MARK, value)
        if isinstance(value, dict):
            return {name: self._clean(each) for name, each in value.items()}
        return [self._clean(each) for each in value] if isinstance(value, list) else value

    def _swap(self, value: Any, source: str) -> Any:
        """A JSON value with the new names in place of the old: kind and id, and the source behind if it is another."""
        if not isinstance(value, list):
            return value
        if len(value) in {2, 3} and all(isinstance(each, str) for each in value):
            kind, name, *rest = value
            return [kind, self._new.get((rest[0] if rest else source, kind, name), name), *rest]
        return [self._swap(each, source) for each in value]

    def _gone(self, at: int) -> None:
        """The records themselves are gone from now on, as the log tells too."""
        for source, kind, name in self._new:
            who = (source, kind, self._new[source, kind, name])
            self.connection.execute("INSERT OR IGNORE INTO forgotten VALUES (?, ?, ?, ?)", (*who, at))
            self.connection.execute(
                "INSERT INTO change (source, kind, external_id, op, hash, body, updated_at, seen_before, seen_at, run)"
                " SELECT source, kind, external_id, 'delete', hash, body, updated_at, last_seen, ?, 0"
                " FROM record WHERE source = ? AND kind = ? AND external_id = ? AND deleted = 0",
                (at, *who),
            )
            self.connection.execute(
                "UPDATE record SET deleted = 1, deleted_at = ?"
                " WHERE source = ? AND kind = ? AND external_id = ? AND deleted = 0",
                (at, *who),
            )

    def _quarantine(self) -> None:
        for source, kind, name in self._new:
            self.counts["quarantine"] += self.connection.execute(
                "DELETE FROM quarantine WHERE source = ? AND kind = ? AND external_id = ?", (source, kind, name)
            ).rowcount
        for row, reason, raw in self.connection.execute("SELECT rowid, reason, raw FROM quarantine").fetchall():
            self._write("quarantine", row, reason=self._finding(reason), raw=None if self._mentions(raw) else raw)

    def _finding(self, text: str) -> str:
        """A finding that is kept, its values without mentions."""
        held = json.loads(text)
        left = {**held, "values": self._clean(held["values"])}
        return text if left == held else _json(left)

    def _notes(self) -> None:
        for row, text in self.connection.execute("SELECT rowid, value FROM meta WHERE key LIKE 'notes %'").fetchall():
            held = json.loads(text)
            left = {**held, "findings": [self._finding(finding) for finding in held["findings"]]}
            self._write("meta", row, value=text if left == held else _json(left))

    def _outbox(self) -> None:
        """What waits to be sent and tells of the person is withdrawn: it would no longer be what was decided."""
        for row, source, kind, name, change, state, reason, made in self.connection.execute(
            "SELECT rowid, source, kind, external_id, change, state, reason, made FROM outbox"
        ).fetchall():
            held = json.loads(change)
            left = {
                of: [value[0], *self._swap(value[1:], value[0])] if isinstance(value, list) else self._clean(value)
                for of, value in held.items()
            }
            new, written = self._new.get((source, kind, name), name), change if left == held else _json(left)
            withdrawn = state in OPEN and (new, written) != (name, change)
            self.counts["withdrawn"] += withdrawn
            self._write(
                "outbox",
                row,
                external_id=new,
                change=written,
                state="withdrawn" if withdrawn else state,
                reason=self._clean(reason),
                made=self._clean(made),
            )

    def _write(self, table: str, row: int, **values: Any) -> None:
        """Write what differs, and count it."""
        told = " OR ".join(f"{name} IS NOT ?" for name in values)
        self.counts[table] += self.connection.execute(
            f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in values)} WHERE rowid = ? AND ({told})",  # noqa: S608 -- our own names
            (*values.values(), row, *values.values()),
        ).rowcount

    def _cursors(self) -> None:
        """A cursor that names the person is dropped: its kind is read anew."""
        for row, value in self.connection.execute("SELECT rowid, value FROM cursor").fetchall():
            if self._mentions(value):
                self.connection.execute("DELETE FROM cursor WHERE rowid = ?", (row,))
                self.counts["cursor"] += 1


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _each(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else (value,)


def _blank(held: dict[str, Any], kind: Kind) -> dict[str, Any]:
    """What is left of a person: references, times, numbers and states, and that there was somebody."""
    types = field_types(RECORDS[kind])
    free = {name for name, type_ in types.items() if type_.base is str and not type_.options} - _KEPT
    kept = {name: value for name, value in held.items() if name not in free and name != "extra"}
    return {**kept, "name": _MARK}
