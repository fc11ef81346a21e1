"""When something that people did or promised took place, or why it counts for nothing."""

from __future__ import annotations

from datetime import datetime

from salesteam.crm._deals import Activity, Commitment
from salesteam.crm._record import zoned

__all__ = ["happened"]


def happened(record: Activity | Commitment, as_of: datetime) -> datetime | str:
    """The instant at which it took place; instead of one, the reason for which there is none.

    A task takes place when it is done, a promise when it is made.
    What lies after `as_of` is planned and has not happened.
    """
    if isinstance(record, Commitment):
        at = record.made_at
    elif record.activity_kind == "task":
        at = record.done_at or record.occurred_at
    else:
        at = record.occurred_at or record.done_at
    if at is None:
        return "not done" if isinstance(record, Activity) and record.activity_kind == "task" else "no time"
    return "dated ahead" if at > zoned(as_of) else at
