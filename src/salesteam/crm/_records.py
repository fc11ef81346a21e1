"""The canonical records by kind: what every CRM is translated to."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from salesteam.crm._deals import (
    Activity,
    Commitment,
    Deal,
    DealContact,
    DealLine,
    MoneyEvent,
    Pipeline,
    Product,
    Quota,
    Stage,
    StageChange,
)
from salesteam.crm._people import Account, Contact, Lead, Membership, Team, User
from salesteam.crm._record import Record
from salesteam.crm._ref import Kind

__all__ = ["RECORDS"]

RECORDS: Mapping[Kind, type[Record]] = MappingProxyType(
    {
        record.kind: record
        for record in (
            User,
            Team,
            Membership,
            Account,
            Contact,
            Lead,
            Pipeline,
            Stage,
            Product,
            Deal,
            DealContact,
            DealLine,
            StageChange,
            Activity,
            MoneyEvent,
            Commitment,
            Quota,
        )
    }
)
"""The class of each kind."""
