"""Changes on their way to a CRM, kept so that none is sent twice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import attrs

from salesteam.crm._change import AddNote, AssignOwner, Change, CreateTask, key_of
from salesteam.crm._clock import Clock
from salesteam.crm._push_report import OPEN, PushLine, State
from salesteam.crm._record import Record
from salesteam.crm._ref import Ref
from salesteam.crm._store import Store
from salesteam.crm._store._codec import digest, encode, from_micros, micros

__all__ = ["Outbox", "Told", "version_of"]

_CLASSES: dict[str, Any] = {cls.name: cls for cls in (AssignOwner, CreateTask, AddNote)}
_REFS = frozenset({"ref", "owner", "user"})


@attrs.frozen(kw_only=True)
class Told:
    """How far a change came, why not further, what it made, and which version of the record it was sent to."""

    state: State
    reason: str = ""
    made: str = ""
    seen: str = ""


def version_of(record: Record | None) -> str:
    """A text that is another one for each version of a record; blank if there is none."""
    return "" if record is None else digest(f"{encode(record)} {record.updated_at}").hex()


@attrs.define
class Outbox:
    """The table of changes in a store."""

    store: Store
    clock: Clock

    def plan(self, changes: Iterable[Change]) -> int:
        """Put new changes in; gives how many."""
        at = micros(self.clock.now())
        before = self._size()
        self.store.connection.executemany(
            "INSERT OR IGNORE INTO outbox (key, seq, source, kind, external_id, change, state, planned_at, told_at)"
            " VALUES (?, (SELECT count(*) FROM outbox), ?, ?, ?, ?, 'planned', ?, ?)",
            [
                (key_of(change), change.ref.source, change.ref.kind, change.ref.external_id, _text(change), at, at)
                for change in changes
            ],
        )
        return self._size() - before

    def _size(self) -> int:
        return int(self.store.connection.execute("SELECT count(*) FROM outbox").fetchone()[0])

    def open(self, source: str) -> list[Change]:
        """What is not done yet, in the order in which it was planned."""
        marks = ", ".join("?" for _ in OPEN)
        found = self.store.connection.execute(
            f"SELECT change FROM outbox WHERE source = ? AND state IN ({marks}) ORDER BY seq",  # noqa: S608 -- marks alone
            (source, *OPEN),
        )
        return [_change(text) for (text,) in found.fetchall()]

    def lines(self, source: str | None) -> Iterator[PushLine]:
        """Everything that was planned, of one source or of all."""
        found = self.store.connection.execute(
            "SELECT key, source, kind, external_id, change, state, coalesce(reason, ''), coalesce(made, '')"
            " FROM outbox WHERE source = coalesce(?, source) ORDER BY seq",
            (source,),
        )
        for key, name, kind, external_id, text, state, reason, made in found.fetchall():
            yield PushLine(
                key=key,
                ref=f"{name}:{kind}:{external_id}",
                change=json.loads(text)["change"],
                state=state,
                reason=reason,
                made=made,
            )

    def told(self, key: str) -> Told:
        """How far a change came; planned if it is not there."""
        found = self.store.connection.execute(
            "SELECT state, coalesce(reason, ''), coalesce(made, ''), coalesce(seen, '') FROM outbox WHERE key = ?",
            (key,),
        ).fetchone()
        if found is None:
            return Told(state="planned")
        return Told(state=found[0], reason=found[1], made=found[2], seen=found[3])

    def sent_at(self, key: str) -> datetime:
        """When it was sent; now, if it never was."""
        found = self.store.connection.execute("SELECT sent_at FROM outbox WHERE key = ?", (key,)).fetchone()
        at = from_micros(None if found is None else found[0])
        return self.clock.now() if at is None else at

    def keep(self, key: str, told: Told) -> None:
        """Write how far it came, and when it began to be sent, to which version."""
        now = micros(self.clock.now())
        sent_at = now if told.state == "sending" else None
        self.store.connection.execute(
            "UPDATE outbox SET state = ?, reason = ?, made = coalesce(?, made), sent_at = coalesce(?, sent_at),"
            " seen = coalesce(?, seen), told_at = ? WHERE key = ?",
            (told.state, told.reason or None, told.made or None, sent_at, told.seen or None, now, key),
        )


def _text(change: Change) -> str:
    held: dict[str, Any] = {"change": change.name}
    for field in attrs.fields(type(change)):
        value = getattr(change, field.name)
        if isinstance(value, Ref):
            value = [value.source, value.kind, value.external_id]
        held[field.name] = value.isoformat() if isinstance(value, datetime) else value
    return json.dumps(held, ensure_ascii=False)


def _change(text: str) -> Change:
    held = json.loads(text)
    cls = _CLASSES[held.pop("change")]
    for name, value in held.items():
        if name in _REFS and value is not None:
            held[name] = Ref(*value)
        elif name == "due_at" and value is not None:
            held[name] = datetime.fromisoformat(value)
    made: Change = cls(**held)
    return made
