"""The store: one SQLite file that keeps the records of all sources, and every change of them.

`_schema` makes the tables, `_codec` turns records into text and back, `_page` lands a page, `_store` reads.
`_stages` observes stage changes, `_versions` gives every version of a record,
`_forget` erases a person (by `_erase`, told by `_erasure`) and `_forgotten` keeps it out;
`_adapter` gives a source of the store to whoever reads sources.
"""

from __future__ import annotations

from salesteam.crm._store._adapter import StoreAdapter, StoreConfig
from salesteam.crm._store._erasure import Erasure, ErasureRow
from salesteam.crm._store._kept import Held, LoggedChange, RunRow
from salesteam.crm._store._open import KEEP_RAW, open_store
from salesteam.crm._store._page import Counts, Landing
from salesteam.crm._store._schema import VERSION
from salesteam.crm._store._store import Store
from salesteam.crm._store._versions import Version, versions

__all__ = [
    "KEEP_RAW",
    "VERSION",
    "Counts",
    "Erasure",
    "ErasureRow",
    "Held",
    "Landing",
    "LoggedChange",
    "RunRow",
    "Store",
    "StoreAdapter",
    "StoreConfig",
    "Version",
    "open_store",
    "versions",
]
