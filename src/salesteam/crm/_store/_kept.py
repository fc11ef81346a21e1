"""What a store tells of its own work: rows in quarantine, changes, runs."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import attrs

from salesteam.core import Finding, _table
from salesteam.crm._batch import Reject
from salesteam.crm._ref import Kind, Ref

__all__ = ["Held", "LoggedChange", "RunRow"]


@attrs.frozen(kw_only=True)
class Held:
    """A row in quarantine: it came, and could not become a record.

    Parameters
    ----------
    ref : Ref or None
        Its name, if it has one.
    source, kind : str
        Where it came from and what it was meant to be.
    reason : salesteam.core.Finding
        What is wrong with it.
    raw : str
        The row as text, without secrets; empty if the store keeps none.
    first_seen, last_seen : datetime
        When it came first and last.
    has_good : bool
        Whether the store still has the last good version of it.

    Examples
    --------
    >>> from salesteam.crm import open_store
    >>> open_store(":memory:").quarantine()
    ()
    """

    ref: Ref | None
    source: str
    kind: Kind
    reason: Finding
    raw: str
    first_seen: datetime
    last_seen: datetime
    has_good: bool

    @property
    def reject(self) -> Reject:
        """The row as an adapter gave it."""
        return Reject(ref=self.ref, kind=self.kind, reason=self.reason, raw=self.raw)


@attrs.frozen(kw_only=True)
class LoggedChange:
    """A line of the log of changes.

    Parameters
    ----------
    seq : int
        Its place in the log.
    ref : Ref
        The record.
    op : {'insert', 'update', 'delete', 'restore'}
        What happened to it.
    seen_before : datetime or None
        The last instant at which it was known to be as before; None for a record that was not known.
    seen_at : datetime
        When the change was seen.
    run : int
        The sync that saw it; 0 where a person was forgotten.
    updated_at : datetime or None
        When it was changed, by the source.

    Examples
    --------
    >>> from salesteam.crm import open_store
    >>> list(open_store(":memory:").changes())
    []
    """

    seq: int
    ref: Ref
    op: Literal["insert", "update", "delete", "restore"]
    seen_before: datetime | None
    seen_at: datetime
    run: int
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True)
class RunRow:
    """What one sync did with one kind."""

    run: int = _table.column("number of the sync")
    source: str = _table.column("name of the source")
    kind: str = _table.column("kind of record")
    mode: str = _table.column("cursor, delta or full")
    state: str = _table.column("complete, stopped or running (then it was killed)")
    started_at: datetime = _table.column("when it began")
    ended_at: datetime | None = _table.column("when it ended", default=None)
    until: datetime | None = _table.column("signpost: what changed later was left for the next sync", default=None)
    read: int = _table.column("rows read")
    new: int = _table.column("of them not known before")
    changed: int = _table.column("of them different from before")
    unchanged: int = _table.column("of them as before")
    stale: int = _table.column("of them older than what the store has")
    rejected: int = _table.column("of them put into quarantine")
    skipped: int = _table.column("of them left out by the mapping on purpose")
    deleted: int = _table.column("records that the source says are gone")
    restored: int = _table.column("records that came back")
    swept: int = _table.column("records that the source no longer lists")
    healed: int = _table.column("rows that left the quarantine")
