"""Where a reading of the CRM in memory stands: in the order of update time and id."""

from __future__ import annotations

from datetime import datetime

from salesteam.crm._batch import Cursor
from salesteam.crm._record import NEVER, Record
from salesteam.errors import InvalidValueError

__all__ = ["FORMAT", "resumed", "watermark"]

FORMAT = 1


def watermark(record: Record) -> tuple[datetime, str]:
    """Its place in that order."""
    return (record.updated_at or NEVER, record.ref.external_id)


def resumed(cursor: Cursor) -> datetime:
    """The instant of a cursor; another's is refused."""
    try:
        if cursor.format != FORMAT:
            raise InvalidValueError(f"cursor format {cursor.format} is unknown")
        return datetime.fromisoformat(cursor.data)
    except (TypeError, ValueError) as error:
        raise InvalidValueError(str(error), where="MemoryAdapter", fix="restart the reading") from None
