"""Which customer a record is about."""

from __future__ import annotations

from salesteam.crm._reading import Records
from salesteam.crm._ref import Ref

__all__ = ["customer_of"]

_LINKS = {
    "contact": "account",
    "lead": "account",
    "deal": "account",
    "deal_contact": "deal",
    "deal_line": "deal",
    "stage_change": "deal",
    "money_event": "deal",
    "activity": "about",
    "commitment": "about",
}


def customer_of(ref: Ref | None, records: Records) -> Ref | None:
    """The account at the end of what a record is about; None if it leads nowhere."""
    while ref is not None and ref.kind != "account":
        record = records.get(ref)
        ref = None if record is None else getattr(record, _LINKS.get(ref.kind, ""), None)
    return ref
