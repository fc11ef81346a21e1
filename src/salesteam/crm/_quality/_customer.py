"""Which customer a record is about, and which team its owner is in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from salesteam.crm._reading import Records
from salesteam.crm._ref import Ref

__all__ = ["customer_of", "teams_of"]

_LINKS = {
    "contact": ("account",),
    "lead": ("account", "converted_to"),
    "deal": ("account",),
    "deal_contact": ("deal",),
    "deal_line": ("deal",),
    "stage_change": ("deal",),
    "money_event": ("deal",),
    "activity": ("about",),
    "commitment": ("about",),
}


def customer_of(ref: Ref | None, records: Records) -> Ref | None:
    """The account at the end of what a record is about; None if it leads nowhere, or in a circle."""
    seen: set[Ref] = set()
    while ref is not None and ref.kind != "account":
        if ref in seen:
            return None
        seen.add(ref)
        record = records.get(ref)
        links = _LINKS.get(ref.kind, ()) if record is not None else ()
        ref = next((target for name in links if (target := getattr(record, name)) is not None), None)
    return ref


def teams_of(records: Records, at: datetime | None) -> Mapping[Ref, Ref]:
    """The team of each user who is in exactly one: at an instant, or in the end if none is given."""
    found: dict[Ref, set[Ref]] = {}
    for term in records.of("membership"):
        begun = at is None or term.valid_from is None or term.valid_from <= at.date()
        if begun and (term.valid_to is None or (at is not None and at.date() < term.valid_to)):
            found.setdefault(term.user, set()).add(term.team)
    return {user: next(iter(teams)) for user, teams in found.items() if len(teams) == 1}
