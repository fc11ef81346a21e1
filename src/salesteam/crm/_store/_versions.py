"""Every version of the records of a kind that a store has seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

import attrs

from salesteam.crm._ref import Kind, Ref
from salesteam.crm._store._codec import decode, from_micros, latest
from salesteam.crm._store._store import Store

__all__ = ["Version", "versions"]


@attrs.frozen
class Version:
    """A record as it was seen, after `seen_before` and not after `seen_at`; both are None if no store saw it."""

    record: Any
    seen_before: datetime | None = None
    seen_at: datetime | None = None

    @property
    def by(self) -> datetime | None:
        """The latest instant at which it can have become so: its update time, if that lies between the bounds."""
        at = self.record.updated_at
        if self.seen_at is None or at is None:
            return at or self.seen_at
        return at if at <= self.seen_at and (self.seen_before is None or at > self.seen_before) else self.seen_at


def versions(store: Store, kind: Kind, known_at: datetime | None = None) -> Iterator[tuple[Version, ...]]:
    """The versions of each record of a kind in the order in which they were seen, by source and id.

    A record that is gone has a last version that says so; one that came back did so after it was seen to be gone.
    """
    until = latest(known_at)
    rows = store.connection.execute(
        "SELECT source, external_id, body, updated_at, op = 'delete', seen_before, seen_at FROM change"
        " WHERE kind = ? AND seen_at <= ? ORDER BY source, external_id, seq",
        (kind, until),
    )
    for (source, name), found in groupby(rows, key=lambda row: row[:2]):
        ref = Ref(source, kind, name)
        made: list[Version] = []
        away = None
        for _, _, body, at, gone, before, seen in found:
            since = before if before is None or away is None else max(before, away)
            made.append(Version(decode(ref, body, at, deleted=bool(gone)), from_micros(since), from_micros(seen)))
            away = seen if gone else None
        yield tuple(made)
