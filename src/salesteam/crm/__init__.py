"""The port: facts about a sales team come in through it, as canonical records of whatever CRM holds them.

Records
    `Ref`, `Record`, `User`, `Team`, `Membership`, `Account`, `Contact`, `Lead`, `Pipeline`, `Stage`, `Product`,
    `Deal`, `Split`, `DealContact`, `DealLine`, `StageChange`, `Activity`, `MoneyEvent`, `Commitment`, `Quota`
Kinds of records
    `KINDS`, `RECORDS`, `REFERENCES`, `ANY_KIND`; `field_types` and `FieldType` tell what a record may hold,
    `references` visits what it points to
Adapters
    `Adapter`, `Capability`, `Batch`, `Reject`, `Cursor`, `Schema`, `Field`, `Verified`; `MemoryCRM` is the reference;
    `money_of` reads the amounts that sources send, `EXCESS_DIGITS` says how
Reading
    `pull` reads all sources into `Records`; `facts` turns them into the frames that the subjects take
"""

from __future__ import annotations

from salesteam.crm import facts
from salesteam.crm._adapter import API, Adapter, Capability, Field, Schema, Verified
from salesteam.crm._batch import Batch, Cursor, Reject
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
    Split,
    Stage,
    StageChange,
)
from salesteam.crm._field_type import FieldType, field_types
from salesteam.crm._memory import MemoryAdapter, MemoryConfig, MemoryCRM
from salesteam.crm._money_of import EXCESS_DIGITS, money_of
from salesteam.crm._people import Account, Contact, Lead, Membership, Team, User
from salesteam.crm._pull import MAX_REJECT_SHARE, pull
from salesteam.crm._reading import Reading, Records
from salesteam.crm._record import Record
from salesteam.crm._records import RECORDS
from salesteam.crm._ref import ANY_KIND, KINDS, REFERENCES, Kind, Ref
from salesteam.crm._references import references

__all__ = [
    "ANY_KIND",
    "API",
    "EXCESS_DIGITS",
    "KINDS",
    "MAX_REJECT_SHARE",
    "RECORDS",
    "REFERENCES",
    "Account",
    "Activity",
    "Adapter",
    "Batch",
    "Capability",
    "Commitment",
    "Contact",
    "Cursor",
    "Deal",
    "DealContact",
    "DealLine",
    "Field",
    "FieldType",
    "Kind",
    "Lead",
    "Membership",
    "MemoryAdapter",
    "MemoryCRM",
    "MemoryConfig",
    "MoneyEvent",
    "Pipeline",
    "Product",
    "Quota",
    "Reading",
    "Record",
    "Records",
    "Ref",
    "Reject",
    "Schema",
    "Split",
    "Stage",
    "StageChange",
    "Team",
    "User",
    "Verified",
    "facts",
    "field_types",
    "money_of",
    "pull",
    "references",
]
