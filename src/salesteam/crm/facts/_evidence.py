"""Facts that a why tree rests on: what records show, and how it is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from salesteam.core import _table
from salesteam.crm._deals import Activity, Commitment, Deal, MoneyEvent, StageChange
from salesteam.crm._reading import Records
from salesteam.crm._record import Record, zoned
from salesteam.crm._ref import Kind, Ref
from salesteam.crm._store import Store
from salesteam.crm.facts._booking import zone
from salesteam.crm.facts._happened import happened
from salesteam.crm.facts._history import Bounds, closed
from salesteam.crm.facts._recorded import recorded
from salesteam.crm.facts._table_of_facts import FactTable, Gathering, Identity

__all__ = ["HOW_KNOWN", "EvidenceRow", "evidence"]

HOW_KNOWN: Mapping[str, str] = MappingProxyType(
    {
        "native": "the source recorded it by itself: a record, grade B",
        "observed": "two readings differ: an observation, grade B",
        "at the time": "somebody wrote it down when it happened, or soon after: a record, grade B",
        "afterwards": "somebody wrote it down later, or nobody knows when: a testimony, grade D",
        "stated": "somebody gave it as a reason: an opinion, grade D",
    }
)
"""How something is known, with the kind and the grade of evidence that it is for `salesteam.whys`."""

_WORTH: Mapping[str, tuple[str, str]] = {
    "native": ("record", "B"),
    "observed": ("observation", "B"),
    "at the time": ("record", "B"),
    "afterwards": ("testimony", "D"),
    "stated": ("opinion", "D"),
}
_KINDS: tuple[Kind, ...] = ("deal", "stage_change", "activity", "money_event", "commitment")
_LIMIT = timedelta(hours=24)


@attrs.frozen(kw_only=True)
class EvidenceRow:
    """Something that a record shows.

    Examples
    --------
    >>> row = EvidenceRow(subject="demo:deal:D-1", what="paid", text="CNY 500.00", how_known="at the time",
    ...                   kind="record", grade="B", source="demo:money_event:1", on=date(2026, 9, 30))
    >>> row.by
    ''
    """

    subject: str = _table.column("full reference of what it is about")
    at: datetime | None = _table.column("when it happened, at the latest; empty if nobody knows", default=None)
    at_earliest: datetime | None = _table.column(
        "when it happened, at the earliest; equal to at if exact", default=None
    )
    what: str = _table.column(
        "stage, won, lost, reason, call, email, meeting, visit, task, note, promise, booked, invoiced, paid or refund"
    )
    text: str = _table.column("the words of the record", default="")
    how_known: str = _table.column("native, observed, at the time, afterwards or stated")
    kind: str = _table.column("kind of evidence for a why tree")
    grade: str = _table.column("grade of evidence for a why tree, B or D")
    source: str = _table.column("full reference of the record that shows it")
    by: str = _table.column("person who did it", default="")
    on: date | None = _table.column("day on which it happened; empty if it may be one of several", default=None)


def evidence(
    records: Records | Store,
    *,
    as_of: datetime,
    tz: str,
    limit: timedelta = _LIMIT,
    identity: Identity | None = None,
    known_at: datetime | None = None,
) -> FactTable[EvidenceRow]:
    """What records show of deals, leads and customers, with what it is worth as evidence.

    Use it to fill the evidence of a tree of `salesteam.whys`: give each row the cause or link that it is `about`, and
    the other columns are read as they are.

    Parameters
    ----------
    records : Records or Store
        What was pulled, or a store that was synced.
    as_of : datetime
        What is dated later is planned, and left out.
    tz : str
        Zone in which instants become days.
    limit : timedelta, default 24 hours
        Up to how long after it happened a record counts as made at the time, by its creation or its last update.
    identity : mapping or callable, optional
        Login to person; logins are taken as persons if not given. What strangers did stays, done by nobody, with a
        finding.
    known_at : datetime, optional
        As a store knew the records at this instant, so that a number of the past can be computed again.

    Returns
    -------
    FactTable of EvidenceRow
        By subject and time: moves between stages, how deals ended and the reason given, activities, promises and
        money. Left out, counted: open and void deals, what is about nothing, not done, dated ahead or has no time.

    Raises
    ------
    InvalidValueError
        For an unknown zone, or an instant without one.

    Examples
    --------
    >>> from datetime import UTC
    >>> at = datetime(2026, 9, 28, 2, tzinfo=UTC)
    >>> visit = Activity(ref=Ref("demo", "activity", "1"), activity_kind="visit", subject="定制需求",
    ...                  about=Ref("demo", "deal", "D-1"), occurred_at=at, created_at=at + timedelta(days=9))
    >>> table = evidence(Records(records=(visit,)), as_of=datetime(2026, 9, 30, tzinfo=UTC), tz="Asia/Shanghai")
    >>> [(row.what, row.text, row.how_known, row.grade) for row in table.rows]
    [('visit', '定制需求', 'afterwards', 'D')]
    """
    chosen = (("as_of", zoned(as_of).isoformat()), ("tz", tz), ("limit", f"{limit / timedelta(hours=1):g} h"))
    gathering = Gathering("evidence", EvidenceRow, chosen, identity)
    records = recorded(records, known_at)
    showing = _Showing(records, gathering, as_of, zone(tz), limit)
    count = 0
    for kind in _KINDS:
        for record in records.of(kind):
            count += 1
            found = showing.of(record)
            if isinstance(found, str):
                gathering.leave_out(record.ref, found)
            else:
                gathering.use(*found)
    gathering.rows.sort(key=lambda row: (row.subject, row.at or as_of, row.source, row.what))
    return gathering.table(count)


@attrs.frozen
class _Showing:
    """Tells what a record shows, or why it shows nothing."""

    records: Records
    gathering: Gathering[EvidenceRow]
    as_of: datetime
    where: ZoneInfo
    limit: timedelta

    def of(self, record: Any) -> tuple[EvidenceRow, ...] | str:
        if isinstance(record, Deal):
            return self._deal(record)
        if isinstance(record, StageChange):
            return self._move(record)
        if isinstance(record, MoneyEvent):
            return self._money(record)
        return self._done(record)

    def _deal(self, deal: Deal) -> tuple[EvidenceRow, ...] | str:
        """How it ended, and the reason given; who wrote either is not known."""
        if deal.status in {"open", "void"}:
            return deal.status
        span = closed(deal, self.where)
        if span[1] is not None and (span[0] or span[1]) > self.as_of:
            return "dated ahead"
        on = deal.closed_on if deal.closed_at is None else None
        rows = []
        if span[1] is not None:
            rows.append(self._row(deal, deal.ref, deal.status, span, self._written(deal, span), on=on))
        if deal.status == "lost" and deal.lost_reason:
            rows.append(self._row(deal, deal.ref, "reason", span, "stated", text=deal.lost_reason, on=on))
        return tuple(rows) or "no time"

    def _move(self, move: StageChange) -> tuple[EvidenceRow, ...] | str:
        span: Bounds = (move.at or move.at_earliest, move.at or move.at_latest)
        if span[1] is None:
            return "no time"
        if (span[0] or span[1]) > self.as_of:
            return "dated ahead"
        text = " → ".join(self._stage(ref) for ref in (move.from_, move.to) if ref is not None)
        return (self._row(move, move.deal, "stage", span, move.evidence, text=text, user=move.by),)

    def _stage(self, ref: Ref) -> str:
        stage = self.records.get(ref)
        return ref.external_id if stage is None else str(stage.name)

    def _money(self, event: MoneyEvent) -> tuple[EvidenceRow, ...] | str:
        start = datetime.combine(event.on, time(), tzinfo=self.where)
        span = (start, datetime.combine(event.on + timedelta(days=1), time(), tzinfo=self.where))
        if start > self.as_of:
            return "dated ahead"
        how = self._written(event, span)
        return (self._row(event, event.deal, event.event_kind, span, how, text=str(event.value), on=event.on),)

    def _done(self, record: Activity | Commitment) -> tuple[EvidenceRow, ...] | str:
        at = happened(record, self.as_of)
        if record.about is None:
            return "about nothing"
        if isinstance(at, str):
            return at
        what: str = record.activity_kind if isinstance(record, Activity) else "promise"
        text = record.text if isinstance(record, Commitment) else record.subject or ""
        how = self._written(record, (at, at))
        return (self._row(record, record.about, what, (at, at), how, text=text, user=record.user),)

    def _written(self, record: Record, span: Bounds) -> str:
        """Whether a record was made or changed when it happened, or within the limit after it."""
        earliest, latest = span
        assert earliest is not None
        assert latest is not None
        written = (at for at in (record.created_at, record.updated_at) if at is not None)
        return "at the time" if any(earliest <= at <= latest + self.limit for at in written) else "afterwards"

    def _row(
        self,
        record: Record,
        about: Ref,
        what: str,
        span: Bounds,
        how: str,
        *,
        text: str = "",
        user: Ref | None = None,
        on: date | None = None,
    ) -> EvidenceRow:
        kind, grade = _WORTH[how]
        return EvidenceRow(
            subject=str(about),
            at=span[1],
            at_earliest=span[0],
            what=what,
            text=text,
            how_known=how,
            kind=kind,
            grade=grade,
            source=str(record.ref),
            by=self.gathering.person(user) or "",
            on=on or self._day(span),
        )

    def _day(self, span: Bounds) -> date | None:
        """The one day on which both bounds lie."""
        days = {at.astimezone(self.where).date() for at in span if at is not None}
        return days.pop() if len(days) == 1 and None not in span else None
