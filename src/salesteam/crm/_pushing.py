"""One push: weigh each change, send it at most once, look for what was lost, read it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import attrs

from salesteam.core import Finding, Place, find
from salesteam.crm._adapter import Adapter
from salesteam.crm._change import AssignOwner, Change, CreateTask
from salesteam.crm._outbox import Outbox, Told, version_of
from salesteam.crm._push_report import PushLine
from salesteam.crm._reasons import reason_text
from salesteam.crm._record import Record
from salesteam.crm._ref import Ref
from salesteam.crm._secret import Redactor
from salesteam.crm._store import Store
from salesteam.crm._sync._words import Words
from salesteam.errors import AdapterError, AuthExpired, Conflict, QuotaExhausted, RateLimited, Rejected, Transient

__all__ = ["Guard", "Pushing"]

Guard = Callable[[Change, Record], str | None]
"""Looks at a change and the record as it is; a text is a veto with its reason."""

_FINAL = frozenset({"sent", "verified", "already", "reverted", "rejected", "withdrawn"})
_CODES = {
    "conflict": "crm.write-conflict",
    "reverted": "crm.write-reverted",
    "rejected": "crm.write-rejected",
    "unknown": "crm.write-unknown",
}
_LATER = (RateLimited, QuotaExhausted, AuthExpired)
_FAULTS = (Exception, SystemExit)


@attrs.define(kw_only=True)
class Pushing:
    """One push of an adapter."""

    adapter: Adapter
    store: Store
    outbox: Outbox
    dry_run: bool
    guard: Guard | None
    redact: Redactor
    findings: list[Finding] = attrs.Factory(list)
    halted: str = ""

    def lines(self, changes: Iterable[tuple[str, Change]]) -> Iterator[PushLine]:
        """Push one after the other."""
        for key, change in changes:
            told = Told(state="planned", reason=self.halted) if self.halted else self._push(key, change)
            reason = self.redact(told.reason).removeprefix(f"{self.adapter.source}: ").rstrip(".")
            if told.state in _CODES:
                place = Place(table=change.ref.kind, key=change.ref.external_id)
                problem = Words(reason, reason_text(reason, "zh"))
                self.findings.append(
                    find(_CODES[told.state], place, ref=str(change.ref), change=change.name, problem=problem, key=key)
                )
            yield PushLine(
                key=key, ref=str(change.ref), change=change.name, state=told.state, reason=reason, made=told.made
            )

    def _push(self, key: str, change: Change) -> Told:
        known = self.outbox.told(key)
        if known.state in _FINAL:
            return known
        if known.state in {"sending", "unknown"}:
            return self._keep(key, self._look(key, change))
        told, current = self._weigh(change)
        if told.state != "planned" or self.halted or self.dry_run:
            return self._keep(key, told)
        self._keep(key, Told(state="sending", seen=version_of(current)))
        return self._keep(key, self._send(key, change, current))

    def _keep(self, key: str, told: Told) -> Told:
        if not self.dry_run:
            with self.store.transaction():
                self.outbox.keep(key, attrs.evolve(told, reason=self.redact(told.reason)))
        return told

    def _later(self, error: BaseException) -> Told:
        """Nothing arrived; nothing else is tried now either."""
        self.halted = str(error)
        return Told(state="planned", reason=self.halted)

    def _current(self, ref: Ref) -> Record | None:
        if not self.adapter.capabilities()[ref.kind].by_id:
            return self.store.get(ref)
        return next((record for record in self.adapter.fetch_ids(ref.kind, [ref.external_id])), None)

    def _weigh(self, change: Change) -> tuple[Told, Record | None]:
        """Whether a change may be sent, by the record as it is at the source."""
        seen = self.store.get(change.ref)
        try:
            current = self._current(change.ref)
        except _FAULTS as error:
            return self._later(error), None
        if seen is None or current is None or current.deleted:
            return Told(state="conflict", reason="the record is not there"), None
        if isinstance(change, AssignOwner):
            if getattr(current, "owner", None) == change.owner:
                return Told(state="already"), current
            if attrs.evolve(current, updated_at=None) != attrs.evolve(seen, updated_at=None):
                return Told(state="conflict", reason="it was changed since it was read"), current
        veto = self.guard(change, current) if self.guard is not None else None
        return (Told(state="planned") if veto is None else Told(state="vetoed", reason=veto)), current

    def _send(self, key: str, change: Change, current: Record | None) -> Told:
        try:
            made = self.adapter.write(change, key=key, expect=current)
        except Conflict as error:
            return Told(state="conflict", reason=str(error))
        except _LATER as error:  # it was turned away at the door
            return self._later(error)
        except Rejected as error:
            return Told(state="rejected", reason=str(error))
        except _FAULTS as error:
            return self._failed(key, change, error)
        return self._read_back(key, change, made)

    def _failed(self, key: str, change: Change, error: BaseException) -> Told:
        """What became of a change whose sending failed in a way that does not tell whether it arrived."""
        if isinstance(error, Transient) and error.arrived is False:
            return self._later(error)
        told = self._look(key, change, answered=isinstance(error, AdapterError) and not isinstance(error, Transient))
        if told.state == "planned" and isinstance(error, AdapterError) and not isinstance(error, Transient):
            return Told(state="rejected", reason=str(error))  # it failed there, and was not done
        return told

    def _look(self, key: str, change: Change, *, answered: bool = False) -> Told:
        """Look for what was being sent; only what certainly did not arrive is planned again."""
        try:
            made = self.adapter.find_write(change, key=key)
            moved = made is None and isinstance(change, AssignOwner) and self._moved(key, change)
        except _FAULTS as error:
            return Told(state="unknown", reason=str(error))
        if made is not None:
            return self._read_back(key, change, made)
        if moved:
            return Told(state="unknown", reason="it was changed since it was sent, maybe by us")
        until = self.outbox.sent_at(key) + self.adapter.capabilities()[change.ref.kind].settles
        if isinstance(change, AssignOwner) or answered or self.outbox.clock.now() >= until:
            return Told(state="planned", reason="it did not arrive")
        reason = f"it is not there, and may still come until {until:%Y-%m-%d %H:%M:%S} UTC"
        return Told(state="unknown", reason=reason)

    def _moved(self, key: str, change: Change) -> bool:
        """Whether a record is another version than the one to which a change was sent: who has it then tells nothing.

        It may have arrived, and somebody gave the record to another since.
        """
        return version_of(self._current(change.ref)) != self.outbox.told(key).seen

    def _read_back(self, key: str, change: Change, made: Ref) -> Told:
        """Whether what was written is there, and as it was written."""
        try:
            undone = self._undone(key, change, made)
        except _FAULTS:
            return Told(state="sent", made=str(made))
        if undone is None:
            return Told(state="sent", made=str(made))
        return Told(state="reverted" if undone else "verified", reason=undone, made=str(made))

    def _undone(self, key: str, change: Change, made: Ref) -> str | None:
        """How what was written differs from what was to be written; None if nobody can tell."""
        can = self.adapter.capabilities()
        if isinstance(change, AssignOwner):
            owner = getattr(self._current(made), "owner", None)
            return "" if owner == change.owner else f"its owner is {owner}"
        if made.kind not in can or not can[made.kind].by_id:
            hidden = self.adapter.find_write(change, key=key) is None
            return "" if not hidden else None if can[change.ref.kind].settles else "it is gone"
        found = self._current(made)
        if found is None or found.deleted:
            return "it is gone"
        user = getattr(found, "user", None)
        wanted = change.user if isinstance(change, CreateTask) else None
        return "" if wanted in {None, user} else f"it is for {user}"
