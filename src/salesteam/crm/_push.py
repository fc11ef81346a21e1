"""Write decisions back to a CRM: each at most once, never over somebody else's change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from salesteam.core import Report
from salesteam.crm._adapter import Adapter
from salesteam.crm._capability import Capability
from salesteam.crm._change import Change, key_of
from salesteam.crm._clock import Clock, SystemClock
from salesteam.crm._outbox import Outbox, Told
from salesteam.crm._push_report import OPEN, PushLine, PushReport
from salesteam.crm._pushing import Guard, Pushing
from salesteam.crm._ref import Kind
from salesteam.crm._secret import redactor_of
from salesteam.crm._store import Store
from salesteam.crm._sync._patience import told
from salesteam.errors import InvalidValueError, NotFoundError, missing_choice

__all__ = ["VERDICTS", "Verdict", "outbox", "plan", "push", "resolve"]

_FAULTS = (Exception, SystemExit)
Verdict = Literal["arrived", "lost", "withdrawn"]
VERDICTS: Mapping[str, str] = MappingProxyType(
    {
        "arrived": "it is in the CRM: do not send it again",
        "lost": "it is not in the CRM and will not come: send it with the next push",
        "withdrawn": "it is not wanted any more: never send it",
    }
)
"""What a human may say of a change that waits."""


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
    >>> from salesteam.crm import AddNote, Ref, open_store
    >>> plan(open_store(":memory:"), [AddNote(ref=Ref("crm", "deal", "D-1"), text="Call", decision_id="run-7")])
    1
    """
    with store.transaction():
        return Outbox(store, clock or SystemClock()).plan(changes)


def outbox(store: Store, source: str | None = None) -> tuple[PushLine, ...]:
    """Tell what became of every change that was planned, without asking a source.

    Parameters
    ----------
    store : Store
        The store.
    source : str, optional
        Changes of this source only.

    Returns
    -------
    tuple of PushLine
        In the order in which they were planned.

    Examples
    --------
    >>> from salesteam.crm import AddNote, Ref, open_store
    >>> store = open_store(":memory:")
    >>> _ = plan(store, [AddNote(ref=Ref("crm", "deal", "D-1"), text="Call", decision_id="run-7")])
    >>> [line.state for line in outbox(store)]
    ['planned']
    """
    return tuple(Outbox(store, SystemClock()).lines(source))


def resolve(store: Store, key: str, verdict: Verdict | None = None, *, clock: Clock | None = None) -> PushLine:
    """Decide by hand on a change that waits, such as one of which nobody knows whether it arrived.

    Parameters
    ----------
    store : Store
        The store.
    key : str
        The change, as its `PushLine` names it.
    verdict : {'arrived', 'lost', 'withdrawn'}
        It is in the CRM; it is not and is to be sent; it is not wanted any more.
    clock : Clock, optional
        The computer's if not given.

    Returns
    -------
    PushLine
        The change as it is now.

    Raises
    ------
    InvalidValueError
        Without a verdict, or if nothing waits for one: what is done cannot be undone here.
    NotFoundError
        If there is no such change.

    Examples
    --------
    >>> from salesteam.crm import AddNote, Ref, open_store
    >>> store = open_store(":memory:")
    >>> _ = plan(store, [AddNote(ref=Ref("crm", "deal", "D-1"), text="Call", decision_id="run-7")])
    >>> (line,) = outbox(store)
    >>> resolve(store, line.key, "withdrawn").state
    'withdrawn'
    """
    if verdict not in VERDICTS:
        raise missing_choice("verdict", VERDICTS, where="resolve")
    with store.held(), store.transaction():
        kept = Outbox(store, clock or SystemClock())
        known = {line.key: line for line in kept.lines(None)}
        if key not in known:
            raise NotFoundError("change", key, known, where="the outbox")
        state = known[key].state
        if state not in OPEN:
            raise InvalidValueError(f"change {key} is {state}", where="resolve", fix="resolve only what waits")
        if verdict == "arrived":
            kept.keep(key, Told(state="sent", reason="by hand"))
        else:
            kept.keep(key, Told(state="planned" if verdict == "lost" else "withdrawn", reason="by hand"))
        return next(line for line in kept.lines(None) if line.key == key)


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
    A record that was to be given another owner and that somebody changed since it was read is a conflict, shown and
    left alone; a task or a note overwrites nothing, and needs only that the record is there.

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
        What became of each; a finding alone where the adapter cannot even say what it can write.

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
    given, redact = tuple(changes), redactor_of(adapter.config)
    try:
        can = adapter.capabilities()
    except _FAULTS as error:  # a plugin's mistake is told as its own
        stop = told(adapter.source, type(adapter).__name__, None, error)
        return PushReport(source=adapter.source, dry_run=dry_run, report=Report.of(redact.finding(stop.finding)))
    _refuse(adapter, can, given)
    with store.held():
        outbox = Outbox(store, clock or SystemClock())
        if not dry_run:
            with store.transaction():
                outbox.plan(given)
        waiting = {key_of(change): change for change in (*given, *outbox.open(adapter.source))}
        pushing = Pushing(
            adapter=adapter,
            store=store,
            outbox=outbox,
            dry_run=dry_run,
            guard=guard,
            redact=redact,
        )
        lines = tuple(pushing.lines(waiting.items()))
    return PushReport(source=adapter.source, dry_run=dry_run, lines=lines, report=Report(pushing.findings))


def _refuse(adapter: Adapter, can: Mapping[Kind, Capability], changes: Sequence[Change]) -> None:
    for change in changes:
        if change.ref.source != adapter.source:
            raise InvalidValueError(f"{change.ref} is not of source {adapter.source}", where="push", fix="mend the ref")
        if change.ref.kind not in can or change.name not in can[change.ref.kind].writes:
            raise InvalidValueError(
                f"{adapter.name} cannot write {change.name} to a {change.ref.kind}",
                where="push",
                fix="ask capabilities() before",
            )
