"""Facts are made of records in memory or in a store, as they are known now or were known once."""

from __future__ import annotations

from datetime import datetime

from salesteam.crm._reading import Records
from salesteam.crm._store import Store
from salesteam.errors import InvalidValueError

__all__ = ["recorded"]


def recorded(given: Records | Store, known_at: datetime | None) -> Records:
    """The records themselves; only a store remembers what was known at an instant."""
    if isinstance(given, Records):
        if known_at is not None:
            raise InvalidValueError(
                "records in memory do not tell what was known when", where="known_at", fix="give the store"
            )
        return given
    return given.pull(known_at=known_at)
