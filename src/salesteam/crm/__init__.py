"""The port: facts about a sales team come in through it, as canonical records of whatever CRM holds them.

Records
    `Ref`, `Record`, `User`, `Team`, `Membership`, `Account`, `Contact`, `Lead`, `Pipeline`, `Stage`, `Product`,
    `Deal`, `Split`, `DealContact`, `DealLine`, `StageChange`, `Activity`, `MoneyEvent`, `Commitment`, `Quota`
Kinds of records
    `KINDS`, `RECORDS`, `REFERENCES`, `ANY_KIND`; `field_types` and `FieldType` tell what a record may hold,
    `references` visits what it points to
Adapters
    `Adapter`, `Capability`, `Batch`, `Reject`, `Cursor`, `Schema`, `Field`, `Verified`; `MemoryCRM` is the reference;
    `money_of` reads the amounts that sources send, `EXCESS_DIGITS` says how; `e164` reads telephone numbers,
    those without the code of a country by the `phone_region` of the settings
Store and sync
    `open_store` gives a `Store`, in which `sync` lands what changed in a source, and `sweep` what vanished;
    both take `Limits`, give a `SyncReport` of `SyncPart` and tell `SyncProgress`.
    `draft_tenant` drafts the settings of a source, `check` looks whether it can be read, `remap` reads the
    texts of rows again after a mapping was mended.
    `diff` compares what a store knew at two instants into a `Difference` of `DifferenceRow`.
    A store tells its quarantine (of `Held`) and its log (of `LoggedChange`), and forgets a person into an `Erasure` of
    `ErasureRow`; `Clock` is `SystemClock` or `VirtualClock`
Secrets
    `Secret` says where one is, `Redactor` blots them out
Writes
    `AssignOwner`, `CreateTask` and `AddNote` are the kinds of `Change` that an adapter may write; `load_changes` reads
    them from a file; `plan` lets them wait, `push` sends them at most once each and gives a `PushReport` of
    `PushLine`; a `Guard` may veto; `outbox` tells what became of all, `resolve` takes one of `VERDICTS` by hand
Data quality
    `completeness` counts what is `Required` into `Completeness` of `CompletenessRow` and, by field, `CompletenessCell`;
    `timeliness` measures delays by one of `BASES` and one of `CLOCKS` into `Timeliness` of `DelayRow`; `traced` matches
    a log of `LogRow`, from `CHANNELS` outside, with what the CRM holds, into a `Trace` of `TraceRow`; `adoption` tells
    who works in the CRM, by `USES`, `CREDITED` and logins (`LoginRow`), into an `Adoption` of `AdoptionRow` and, by
    week, `UseRow`; `silos` matches the accounts of several sources, by `MATCHED_BY`, and tells what they say
    differently, as `Silos` of `SiloRow`
Reading
    `pull` reads all sources into `Records`; `facts` turns them into the frames that the subjects take
"""

from __future__ import annotations

from salesteam.crm import facts
from salesteam.crm._adapter import API, Adapter
from salesteam.crm._batch import Batch, Cursor, Reject
from salesteam.crm._capability import Capability, Field, Schema, Verified
from salesteam.crm._change import AddNote, AssignOwner, Change, CreateTask
from salesteam.crm._changes_file import load_changes
from salesteam.crm._clock import Clock, SystemClock, VirtualClock
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
from salesteam.crm._diff import Difference, DifferenceRow, diff
from salesteam.crm._draft import draft_tenant
from salesteam.crm._field_type import FieldType, field_types
from salesteam.crm._memory import MemoryCRM
from salesteam.crm._memory_adapter import MemoryAdapter, MemoryConfig
from salesteam.crm._money_of import EXCESS_DIGITS, money_of
from salesteam.crm._people import Account, Contact, Lead, Membership, Team, User
from salesteam.crm._phone import e164, phone_region
from salesteam.crm._pull import MAX_REJECT_SHARE, pull
from salesteam.crm._push import VERDICTS, outbox, plan, push, resolve
from salesteam.crm._push_report import PushLine, PushReport
from salesteam.crm._pushing import Guard
from salesteam.crm._quality import (
    BASES,
    CHANNELS,
    CLOCKS,
    CREDITED,
    MATCHED_BY,
    USES,
    Adoption,
    AdoptionRow,
    Completeness,
    CompletenessCell,
    CompletenessRow,
    DelayRow,
    LoginRow,
    LogRow,
    Required,
    SiloRow,
    Silos,
    Timeliness,
    Trace,
    TraceRow,
    UseRow,
    adoption,
    completeness,
    silos,
    timeliness,
    traced,
)
from salesteam.crm._reading import Reading, Records
from salesteam.crm._record import Record
from salesteam.crm._records import RECORDS
from salesteam.crm._ref import ANY_KIND, KINDS, REFERENCES, Kind, Ref
from salesteam.crm._references import references
from salesteam.crm._secret import Redactor, Secret
from salesteam.crm._store import (
    KEEP_RAW,
    Erasure,
    ErasureRow,
    Held,
    LoggedChange,
    Store,
    StoreAdapter,
    StoreConfig,
    open_store,
)
from salesteam.crm._sync import Limits, SyncPart, SyncProgress, SyncReport, check, remap, sweep, sync

__all__ = [
    "ANY_KIND",
    "API",
    "BASES",
    "CHANNELS",
    "CLOCKS",
    "CREDITED",
    "EXCESS_DIGITS",
    "KEEP_RAW",
    "KINDS",
    "MATCHED_BY",
    "MAX_REJECT_SHARE",
    "RECORDS",
    "REFERENCES",
    "USES",
    "VERDICTS",
    "Account",
    "Activity",
    "Adapter",
    "AddNote",
    "Adoption",
    "AdoptionRow",
    "AssignOwner",
    "Batch",
    "Capability",
    "Change",
    "Clock",
    "Commitment",
    "Completeness",
    "CompletenessCell",
    "CompletenessRow",
    "Contact",
    "CreateTask",
    "Cursor",
    "Deal",
    "DealContact",
    "DealLine",
    "DelayRow",
    "Difference",
    "DifferenceRow",
    "Erasure",
    "ErasureRow",
    "Field",
    "FieldType",
    "Guard",
    "Held",
    "Kind",
    "Lead",
    "Limits",
    "LogRow",
    "LoggedChange",
    "LoginRow",
    "Membership",
    "MemoryAdapter",
    "MemoryCRM",
    "MemoryConfig",
    "MoneyEvent",
    "Pipeline",
    "Product",
    "PushLine",
    "PushReport",
    "Quota",
    "Reading",
    "Record",
    "Records",
    "Redactor",
    "Ref",
    "Reject",
    "Required",
    "Schema",
    "Secret",
    "SiloRow",
    "Silos",
    "Split",
    "Stage",
    "StageChange",
    "Store",
    "StoreAdapter",
    "StoreConfig",
    "SyncPart",
    "SyncProgress",
    "SyncReport",
    "SystemClock",
    "Team",
    "Timeliness",
    "Trace",
    "TraceRow",
    "UseRow",
    "User",
    "Verified",
    "VirtualClock",
    "adoption",
    "check",
    "completeness",
    "diff",
    "draft_tenant",
    "e164",
    "facts",
    "field_types",
    "load_changes",
    "money_of",
    "open_store",
    "outbox",
    "phone_region",
    "plan",
    "pull",
    "push",
    "references",
    "remap",
    "resolve",
    "silos",
    "sweep",
    "sync",
    "timeliness",
    "traced",
]
