"""Stage changes that nobody told us: observed between two readings, with both bounds."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime

from salesteam.crm._deals import StageChange
from salesteam.crm._ref import Ref
from salesteam.crm._store._codec import from_micros, latest, micros

__all__ = ["observed"]

_MOVES = """
SELECT external_id, seq, json_extract(body, '$.stage'), op, seen_before, seen_at FROM change
WHERE kind = 'deal' AND source = ? AND seen_at <= ? ORDER BY source, external_id, seq
"""
_NATIVE = """
SELECT json_extract(body, '$.deal[1]'), min(json_extract(body, '$.at')), max(json_extract(body, '$.at'))
FROM change JOIN (
    SELECT max(seq) AS seq FROM change WHERE source = ? AND kind = 'stage_change' AND seen_at <= ? GROUP BY external_id
) USING (seq) WHERE op <> 'delete' GROUP BY 1
"""


def observed(connection: sqlite3.Connection, source: str, known_at: datetime | None = None) -> Iterator[StageChange]:
    """The stage changes that readings of deals show, without those of a span that the source itself tells.

    The true time of each lies after `at_earliest` and not after `at_latest`; several between two readings look like
    one.
    """
    until = latest(known_at)
    told = {
        deal: tuple(micros(datetime.fromisoformat(at)) for at in (first, last))
        for deal, first, last in connection.execute(_NATIVE, (source, until))
        if first is not None
    }
    stands: dict[str, str | None] = {}
    for deal, seq, stage, op, before, at in connection.execute(_MOVES, (source, until)):
        if op == "delete":
            continue
        former = stands.get(deal)
        if deal in stands and stage is not None and stage != former and not _covered(told.get(deal), before, at):
            yield StageChange(
                ref=Ref(source, "stage_change", f"{deal}@{seq}"),
                deal=Ref(source, "deal", deal),
                from_=None if former is None else _ref(former, source),
                to=_ref(stage, source),
                at_earliest=from_micros(before),
                at_latest=from_micros(at),
                evidence="observed",
            )
        stands = {deal: stage}


def _covered(span: tuple[int | None, ...] | None, before: int | None, at: int) -> bool:
    if span is None or span[0] is None or span[1] is None:
        return False
    return (before is None or before < span[1]) and span[0] <= at


def _ref(text: str, source: str) -> Ref:
    named = json.loads(text)
    return Ref(named[2] if len(named) > 2 else source, named[0], named[1])
