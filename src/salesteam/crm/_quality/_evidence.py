"""When the CRM first told of a customer again, after something happened outside it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from salesteam.core import Report
from salesteam.crm._quality._customer import customer_of
from salesteam.crm._quality._log import read_log
from salesteam.crm._reading import Records
from salesteam.crm._ref import Ref
from salesteam.crm._store import Store
from salesteam.crm.facts._table_of_facts import Identity

__all__ = ["evidence"]

Event = tuple[str, str | None, datetime, datetime | None]


def evidence(
    records: Records, store: Store | None, log: Any, *, tz: str, as_of: datetime, identity: Identity | None
) -> tuple[tuple[Event, ...], Report]:
    """Each contact of a log with the first change on its customer, and what of the log could not be used."""
    read = read_log(log, records, tz=tz, identity=identity)
    changed: dict[Ref, list[datetime]] = {}
    for ref, at in (*_told(records), *(_logged(store) if store is not None else ())):
        account = customer_of(ref, records)
        if account is not None and at <= as_of:
            changed.setdefault(account, []).append(at)
    for times in changed.values():
        times.sort()
    events = []
    for each in read.contacts:
        times = changed.get(each.account, [])
        place = bisect_left(times, each.row.at)
        written = times[place] if place < len(times) else None
        events.append((f"log:{each.row.entry}", each.user, each.row.at, written))
    return tuple(events), read.report


def _told(records: Records) -> Iterator[tuple[Ref, datetime]]:
    """What the records themselves tell: when they were made, and when they were last changed."""
    for record in records.records:
        for at in (record.created_at, record.updated_at):
            if at is not None:
                yield record.ref, at


def _logged(store: Store) -> Iterator[tuple[Ref, datetime]]:
    """What a store remembers of changes in between, by the source's own clock where it tells the time."""
    for change in store.changes():
        yield change.ref, change.updated_at or change.seen_at
