"""How records came to be what they are: all versions that a store saw, or the one that is in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from salesteam.crm._deals import Deal
from salesteam.crm._reading import Records
from salesteam.crm._record import Record
from salesteam.crm._ref import Kind
from salesteam.crm._store import Store, Version, versions
from salesteam.crm.facts._recorded import recorded

__all__ = ["Bounds", "became", "closed", "done_with", "history"]

_DONE = frozenset({"converted", "disqualified", "won", "lost", "void"})
Bounds = tuple[datetime | None, datetime | None]
"""After the first and not after the second instant; None where nobody knows."""


def history(given: Records | Store, kind: Kind, known_at: datetime | None) -> Iterator[tuple[Version, ...]]:
    """The versions of each record of a kind; those of a store by source and id."""
    if isinstance(given, Store):
        yield from versions(given, kind, known_at)
    else:
        for record in recorded(given, known_at).of(kind):
            yield (Version(record),)


def done_with(record: Record) -> str | None:
    """Why nobody works on a lead, a deal or a customer any more; None if somebody may."""
    if record.deleted or record.merged_into is not None:
        return "deleted" if record.deleted else "merged"
    status = getattr(record, "status", None)
    return "archived" if record.archived else status if status in _DONE else None


def closed(deal: Deal, where: ZoneInfo) -> Bounds:
    """The bounds of the instant at which its source says that a deal was closed; of a date, that day."""
    if deal.status == "open":
        return None, None
    if deal.closed_at is None and deal.closed_on is not None:
        start = datetime.combine(deal.closed_on, time(), tzinfo=where)
        return start, datetime.combine(deal.closed_on + timedelta(days=1), time(), tzinfo=where)
    return deal.closed_at, deal.closed_at


def became(seen: tuple[Version, ...]) -> Bounds:
    """When a record got the status that it has, by its versions: after it was seen otherwise, or was created."""
    status = seen[-1].record.status
    start = len(seen) - 1
    while start > 0 and seen[start - 1].record.status == status:
        start -= 1
    first = seen[start]
    earliest, latest = first.record.created_at if start == 0 else first.seen_before, first.by
    return (latest if earliest is not None and latest is not None and earliest > latest else earliest), latest
