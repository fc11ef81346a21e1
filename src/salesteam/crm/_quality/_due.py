"""What had to be written down by when, as far as records tell it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from salesteam.core import Finding, Place, find
from salesteam.crm._quality._evidence import Event
from salesteam.crm._quality._who import Who
from salesteam.crm._reading import Records

__all__ = ["activities", "stale", "untold"]


def activities(records: Records, as_of: datetime, who: Who) -> Iterator[Event]:
    """Each activity from when it took place to when it was recorded; what was recorded later is not yet."""
    for activity in records.of("activity"):
        made = activity.created_at
        if activity.occurred_at is not None and made is not None:
            user = who(activity.user) if activity.user else None
            yield str(activity.ref), user, activity.occurred_at, made if made <= as_of else None


def stale(records: Records, as_of: datetime, who: Who) -> Iterator[Event]:
    """Each open deal from its last change to the instant looked from."""
    for deal in records.of("deal"):
        changed = deal.updated_at or deal.created_at
        if deal.status == "open" and changed is not None and changed <= as_of:
            yield str(deal.ref), who(deal.owner) if deal.owner else None, changed, as_of


def untold(records: Records, basis: str, as_of: datetime) -> Iterator[Finding]:
    """Records whose delay nobody can tell: blame for it would be made up."""
    if basis == "activity":
        dated = [each for each in records.of("activity") if each.occurred_at is not None]
        silent = sum(each.created_at is None for each in dated)
        if silent:
            place = Place(table="activity", field="created_at")
            yield find("crm.recorded-unknown", place, count=silent, of=len(dated))
    if basis == "staleness":
        since = sum(
            deal.status == "open"
            and deal.updated_at is not None
            and deal.updated_at > as_of
            and (deal.created_at is None or deal.created_at <= as_of)
            for deal in records.of("deal")
        )
        if since:
            yield find("crm.changed-since", Place(table="deal", field="updated_at"), count=since)
