"""Write decisions back to a CRM: each at most once, never over somebody else's change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal

import attrs

from salesteam.core import Cell, Finding, Grid, Place, Report, _table, find, say
from salesteam.crm._adapter import Adapter
from salesteam.crm._change import AssignOwner, Change, key_of
from salesteam.crm._clock import Clock, SystemClock
from salesteam.crm._outbox import Outbox
from salesteam.crm._record import Record
from salesteam.crm._ref import Ref
from salesteam.crm._secret import Redactor, redactor_of
from salesteam.crm._store import Store
from salesteam.errors import (
    AdapterError,
    AuthExpired,
    Conflict,
    InvalidValueError,
    QuotaExhausted,
    RateLimited,
    Transient,
)

__all__ = ["Guard", "PushLine", "PushReport", "plan", "push"]

Guard = Callable[[Change, Record], str | None]
"""Looks at a change and the record as it is; a text is a veto with its reason."""

State = Literal[
    "planned", "sending", "sent", "verified", "already", "conflict", "reverted", "rejected", "unknown", "vetoed"
]
_WORDS: dict[str, tuple[str, str]] = {
    "planned": ("would be sent", "待发送"),
    "sending": ("was being sent", "发送中"),
    "sent": ("sent", "已发送"),
    "verified": ("sent and seen", "已发送并核实"),
    "already": ("is so already", "已是如此"),
    "conflict": ("conflict", "冲突"),
    "reverted": ("reverted", "被还原"),
    "rejected": ("refused", "被拒绝"),
    "unknown": ("unknown", "结果不明"),
    "vetoed": ("vetoed", "被否决"),
}
_FINAL = frozenset({"sent", "verified", "already", "reverted", "rejected"})
_CODES = {
    "conflict": "crm.write-conflict",
    "reverted": "crm.write-reverted",
    "rejected": "crm.write-rejected",
    "unknown": "crm.write-unknown",
}
_LATER = (RateLimited, QuotaExhausted, AuthExpired)
_FAULTS = (Exception, SystemExit)


@attrs.frozen(kw_only=True)
class PushLine:
    """What became of one change.

    Examples
    --------
    >>> PushLine(key="k", ref="crm:deal:D-1", change="AssignOwner", state="verified").reason
    ''
    """

    key: str = _table.column("names the change for ever")
    ref: str = _table.column("the record that it is about")
    change: str = _table.column("AssignOwner, CreateTask or AddNote")
    state: str = _table.column("what became of it")
    reason: str = _table.column("why, where it was not sent or not kept", default="")


@attrs.frozen(kw_only=True)
class PushReport:
    """What a push did, or would do.

    Parameters
    ----------
    source : str
        Where it writes to.
    dry_run : bool
        Whether nothing was sent.
    lines : tuple of PushLine
        One a change, in their order.
    report : Report
        Conflicts, reverts, refusals, and what nobody can know.

    Examples
    --------
    >>> PushReport(source="crm", dry_run=True).lines
    ()
    """

    source: str
    dry_run: bool
    lines: tuple[PushLine, ...] = ()
    report: Report = Report()

    def to_frame(self) -> Any:
        """The lines as a table.

        Examples
        --------
        >>> list(PushReport(source="crm", dry_run=True).to_frame().columns)
        ['key', 'ref', 'change', 'state', 'reason']
        """
        return _table.write_rows(self.lines, PushLine)

    def explain(self, key: str, lang: str = "en") -> str:
        """Tell what became of the change of a key, or of all changes of a record.

        Examples
        --------
        >>> line = PushLine(key="k", ref="crm:deal:D-1", change="AssignOwner", state="conflict", reason="changed")
        >>> PushReport(source="crm", dry_run=False, lines=(line,)).explain("k")
        'AssignOwner crm:deal:D-1: conflict (changed)'
        """
        found = [line for line in self.lines if key in {line.key, line.ref}]
        return "\n".join(
            f"{line.change} {line.ref}: {_word(line.state, lang)}" + (f" ({line.reason})" if line.reason else "")
            for line in found
        )

    def grid(self, lang: str = "en") -> Grid:
        """The lines for display.

        Examples
        --------
        >>> PushReport(source="crm", dry_run=True).grid().title
        'crm: what would be written'
        """
        title = (
            say(lang, en="what would be written", zh="将要写入")
            if self.dry_run
            else say(lang, en="what was written", zh="写入结果")
        )
        return Grid(
            title=say(lang, en=f"{self.source}: {title}", zh=f"{self.source}：{title}"),
            columns=tuple(say(lang, en="Record|Change|State|Why", zh="记录|变更|状态|原因").split("|")),
            rows=tuple(
                (line.ref, line.change, Cell(_word(line.state, lang), tone=_tone(line.state)), line.reason)
                for line in self.lines
            ),
        )

    def _repr_html_(self) -> str:
        return self.grid().html()


def _word(state: str, lang: str) -> str:
    en, zh = _WORDS[state]
    return say(lang, en=en, zh=zh)


def _tone(state: str) -> Literal["good", "bad", "muted"]:
    if state in {"verified", "sent", "already"}:
        return "good"
    return "muted" if state == "planned" else "bad"


def plan(store: Store, changes: Iterable[Change], *, clock: Clock | None = None) -> int:
    """Put changes into the outbox of a store; the next push of their source sends them.

    Parameters
    ----------
    store : Store
        Where they wait.
    changes : iterable of AssignOwner, CreateTask and AddNote
        What is to be written; one that is there already is not put in again.
    clock : Clock, optional
        The computer's if not given.

    Returns
    -------
    int
        How many are new.

    Examples
    --------
    >>> from salesteam.crm import AddNote, open_store
    >>> plan(open_store(":memory:"), [AddNote(ref=Ref("crm", "deal", "D-1"), text="Call", decision_id="run-7")])
    1
    """
    with store.transaction():
        return Outbox(store, clock or SystemClock()).plan(changes)


def push(
    adapter: Adapter,
    store: Store,
    changes: Iterable[Change] = (),
    *,
    dry_run: bool = True,
    guard: Guard | None = None,
    clock: Clock | None = None,
) -> PushReport:
    """Write changes to a source: those given, and those that wait in the outbox of the store.

    Each is sent at most once, whatever fails: what was being sent when the process died is looked for, and never sent
    again before it is known that it did not arrive.
    A record that somebody changed since it was read is a conflict, shown and left alone.

    Parameters
    ----------
    adapter : Adapter
        The source; it is not closed.
    store : Store
        Keeps what was sent; it must have the records that are changed.
    changes : iterable of AssignOwner, CreateTask and AddNote
        What to write.
    dry_run : bool, default True
        Only show what would be written; nothing is sent, and nothing is kept.
    guard : callable, optional
        ``guard(change, current)`` gives a reason not to write, or None.
    clock : Clock, optional
        The computer's if not given.

    Returns
    -------
    PushReport
        What became of each.

    Raises
    ------
    InvalidValueError
        If a change is of another source, or the adapter cannot write such a change.
    StoreError
        If another run holds the store.

    Examples
    --------
    >>> from salesteam.crm import AssignOwner, Deal, MemoryCRM, Ref, User, open_store, sync
    >>> li = User(ref=Ref("demo", "user", "li"), name="Li")
    >>> server = MemoryCRM("demo", [li, Deal(ref=Ref("demo", "deal", "D-1"), status="open")])
    >>> store = open_store(":memory:")
    >>> _ = sync(server.adapter(), store)
    >>> change = AssignOwner(ref=Ref("demo", "deal", "D-1"), owner=li.ref, decision_id="run-7")
    >>> push(server.adapter(), store, [change]).lines[0].state
    'planned'
    >>> push(server.adapter(), store, [change], dry_run=False).lines[0].state
    'verified'
    >>> push(server.adapter(), store, [change], dry_run=False).lines[0].state
    'verified'
    >>> str(server.get(change.ref).owner)
    'demo:user:li'
    """
    given = tuple(changes)
    _refuse(adapter, given)
    with store.held():
        outbox = Outbox(store, clock or SystemClock())
        if not dry_run:
            with store.transaction():
                outbox.plan(given)
        waiting = {key_of(change): change for change in (*given, *outbox.open(adapter.source))}
        pushing = _Pushing(
            adapter=adapter,
            store=store,
            outbox=outbox,
            dry_run=dry_run,
            guard=guard,
            redact=redactor_of(adapter.config),
        )
        lines = tuple(pushing.lines(waiting.items()))
    return PushReport(source=adapter.source, dry_run=dry_run, lines=lines, report=Report(pushing.findings))


def _refuse(adapter: Adapter, changes: Sequence[Change]) -> None:
    can = adapter.capabilities()
    for change in changes:
        if change.ref.source != adapter.source:
            raise InvalidValueError(f"{change.ref} is not of source {adapter.source}", where="push", fix="mend the ref")
        if change.ref.kind not in can or change.name not in can[change.ref.kind].writes:
            raise InvalidValueError(
                f"{adapter.name} cannot write {change.name} to a {change.ref.kind}",
                where="push",
                fix="ask capabilities() before",
            )


@attrs.define(kw_only=True)
class _Pushing:
    """One push."""

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
            state, reason = ("planned", self.halted) if self.halted else self._push(key, change)
            reason = self.redact(reason)
            if state in _CODES:
                place = Place(table=change.ref.kind, key=change.ref.external_id)
                self.findings.append(
                    find(_CODES[state], place, ref=str(change.ref), change=change.name, problem=reason)
                )
            yield PushLine(key=key, ref=str(change.ref), change=change.name, state=state, reason=reason)

    def _push(self, key: str, change: Change) -> tuple[State, str]:
        known, why = self.outbox.state(key)
        if known in _FINAL:
            return known, why
        if known in {"sending", "unknown"}:
            state, reason = self._look(key, change)
            return (state, reason) if self.dry_run else self._keep(key, state, reason)
        state, reason, current = self._weigh(change)
        if state != "planned" or self.dry_run:
            return (state, reason) if self.dry_run else self._keep(key, state, reason)
        self._keep(key, "sending", "")
        return self._keep(key, *self._send(key, change, current))

    def _keep(self, key: str, state: State, reason: str, made: Ref | None = None) -> tuple[State, str]:
        with self.store.transaction():
            self.outbox.keep(key, state, self.redact(reason), made)
        return state, reason

    def _current(self, ref: Ref) -> Record | None:
        if not self.adapter.capabilities()[ref.kind].by_id:
            return self.store.get(ref)
        return next((record for record in self.adapter.fetch_ids(ref.kind, [ref.external_id])), None)

    def _weigh(self, change: Change) -> tuple[State, str, Record | None]:
        """Whether a change may be sent, by the record as it is at the source."""
        seen = self.store.get(change.ref)
        try:
            current = self._current(change.ref)
        except _FAULTS as error:
            self.halted = str(error)
            return "planned", str(error), None
        if seen is None or current is None or current.deleted:
            return "conflict", "the record is not there", None
        if isinstance(change, AssignOwner) and getattr(current, "owner", None) == change.owner:
            return "already", "", current
        if attrs.evolve(current, updated_at=None) != attrs.evolve(seen, updated_at=None):
            return "conflict", "it was changed since it was read", current
        veto = self.guard(change, current) if self.guard is not None else None
        return ("vetoed", veto, current) if veto is not None else ("planned", "", current)

    def _send(self, key: str, change: Change, current: Record | None) -> tuple[State, str]:
        try:
            made = self.adapter.write(change, key=key, expect=current)
        except Conflict as error:
            return "conflict", str(error)
        except _LATER as error:  # it was turned away at the door
            self.halted = str(error)
            return "planned", str(error)
        except Transient:
            return self._look(key, change)
        except AdapterError as error:
            return "rejected", str(error)
        except _FAULTS:  # whether it arrived is not known
            return self._look(key, change)
        return self._read_back(change, made)

    def _look(self, key: str, change: Change) -> tuple[State, str]:
        """Look for what was being sent; only what certainly did not arrive is planned again."""
        try:
            made = self.adapter.find_write(change, key=key)
        except _FAULTS as error:
            return "unknown", str(error)
        return ("planned", "it did not arrive") if made is None else self._read_back(change, made)

    def _read_back(self, change: Change, made: Ref) -> tuple[State, str]:
        try:
            found = self._current(made) if made.kind in self.adapter.capabilities() else None
        except _FAULTS:
            return "sent", ""
        if found is None:
            return "sent", ""
        if isinstance(change, AssignOwner) and getattr(found, "owner", None) != change.owner:
            return "reverted", f"its owner is {getattr(found, 'owner', None)}"
        return "verified", ""
