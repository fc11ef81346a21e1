"""The sync: reads what changed in a source and lands it in a store, so that it can be killed and run again.

`_check` looks beforehand, `_remap` mends afterwards;
`_engine` goes from kind to kind, `_kind` reads one, `_patience` waits and tries again, `_quarantine` keeps bad rows,
`_sweep` learns of deletions, `_history` fetches stage changes, `_log` keeps cursors and runs, `_report` tells it all.
"""

from __future__ import annotations

from salesteam.crm._sync._check import check
from salesteam.crm._sync._engine import remap, sweep, sync
from salesteam.crm._sync._report import SyncPart, SyncProgress, SyncReport
from salesteam.crm._sync._rules import Limits

__all__ = ["Limits", "SyncPart", "SyncProgress", "SyncReport", "check", "remap", "sweep", "sync"]
