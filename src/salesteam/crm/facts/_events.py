"""Facts that a duty chart is held against: an event log of deals."""

from __future__ import annotations

from datetime import datetime

import attrs

from salesteam.core import _table
from salesteam.crm._deals import Activity, Commitment, StageChange
from salesteam.crm._reading import Records
from salesteam.crm._record import zoned
from salesteam.crm._ref import Ref
from salesteam.crm._store import Store
from salesteam.crm.facts._happened import happened
from salesteam.crm.facts._recorded import recorded
from salesteam.crm.facts._table_of_facts import FactTable, Gathering, Identity

__all__ = ["EventRow", "events"]


@attrs.frozen(kw_only=True)
class EventRow:
    """Something that happened to a deal.

    Examples
    --------
    >>> from datetime import UTC
    >>> at = datetime(2026, 9, 30, tzinfo=UTC)
    >>> EventRow(case="D-1", activity="visit", time=at, time_latest=at, evidence="logged", source="demo",
    ...          ref="demo:activity:1").person is None
    True
    """

    case: str = _table.column("id of the deal in its source")
    activity: str = _table.column("name of the stage it moved to; call, email, meeting, visit, task, note; commitment")
    person: str | None = _table.column("who did it; empty if nobody knows", default=None)
    time: datetime = _table.column("when it happened; of a move that was observed, after this instant")
    time_latest: datetime = _table.column("the latest at which it can have happened; equal to time if that is exact")
    evidence: str = _table.column(
        "native (the source recorded the move), observed (between two readings) or logged (somebody wrote it down)"
    )
    source: str = _table.column("name of the source")
    ref: str = _table.column("full reference of the record")


def events(
    records: Records | Store,
    *,
    as_of: datetime,
    identity: Identity | None = None,
    known_at: datetime | None = None,
) -> FactTable[EventRow]:
    """The log of what happened to each deal: moves between stages, activities and promises.

    Use it to hold a duty chart of `salesteam.raci` against what people did, or for any tool that mines event logs.
    Cases of two sources can share an id: tell them apart by `source`.

    Parameters
    ----------
    records : Records or Store
        What was pulled, or a store that was synced.
    as_of : datetime
        What is dated later is planned, and left out.
    identity : mapping or callable, optional
        Login to person; logins are taken as persons if not given. What a stranger did stays, done by nobody, with a
        finding: without it the order of the others would be another one.
    known_at : datetime, optional
        As a store knew the records at this instant, so that a number of the past can be computed again.

    Returns
    -------
    FactTable of EventRow
        By case and time. Nobody saw who made a move that was observed between two readings.
        Activities and promises that are about no deal are left out, counted.

    Examples
    --------
    >>> from datetime import UTC
    >>> visit = Activity(ref=Ref("demo", "activity", "1"), activity_kind="visit", user=Ref("demo", "user", "li"),
    ...                  about=Ref("demo", "deal", "D-1"), occurred_at=datetime(2026, 9, 28, 2, tzinfo=UTC))
    >>> table = events(Records(records=(visit,)), as_of=datetime(2026, 9, 30, tzinfo=UTC))
    >>> [(row.case, row.activity, row.person) for row in table.rows]
    [('D-1', 'visit', 'li')]
    """
    zoned(as_of)
    records = recorded(records, known_at)
    gathering = Gathering("events", EventRow, (("as_of", as_of.isoformat()),), identity)
    moves: tuple[StageChange, ...] = records.of("stage_change")
    done: tuple[Activity | Commitment, ...] = (*records.of("activity"), *records.of("commitment"))
    for move in moves:
        earliest, latest = move.at or move.at_earliest, move.at or move.at_latest
        if earliest is None or latest is None:
            gathering.leave_out(move.ref, "no time")
        elif earliest > as_of:
            gathering.leave_out(move.ref, "dated ahead")
        else:
            stage = records.get(move.to)
            name = move.to.external_id if stage is None else stage.name
            person = gathering.person(move.by)
            gathering.use(_row(move.ref, move.deal, name, person, (earliest, latest), move.evidence))
    for record in done:
        at = happened(record, as_of)
        if record.about is None or record.about.kind != "deal":
            gathering.leave_out(record.ref, "about no deal")
        elif isinstance(at, str):
            gathering.leave_out(record.ref, at)
        else:
            name = record.activity_kind if isinstance(record, Activity) else "commitment"
            gathering.use(_row(record.ref, record.about, name, gathering.person(record.user), (at, at)))
    gathering.rows.sort(key=lambda row: (row.case, row.source, row.time, row.time_latest, row.ref))
    return gathering.table(len(moves) + len(done))


def _row(
    ref: Ref, deal: Ref, activity: str, person: str | None, span: tuple[datetime, datetime], evidence: str = "logged"
) -> EventRow:
    return EventRow(
        case=deal.external_id,
        activity=activity,
        person=person,
        time=span[0],
        time_latest=span[1],
        evidence=evidence,
        source=ref.source,
        ref=str(ref),
    )
