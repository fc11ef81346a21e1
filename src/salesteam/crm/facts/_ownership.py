"""Facts on who held what when: the owners of leads, deals and customers, one after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

import attrs

from salesteam.core import _table, find
from salesteam.crm._deals import Deal
from salesteam.crm._people import Account, Lead
from salesteam.crm._reading import Records
from salesteam.crm._ref import Ref
from salesteam.crm._store import Store, Version
from salesteam.crm.facts._booking import zone
from salesteam.crm.facts._history import Bounds, closed, done_with, history
from salesteam.crm.facts._table_of_facts import FactTable, Gathering, Identity
from salesteam.errors import missing_choice

__all__ = ["OWNERSHIP_OF", "OwnershipRow", "ownership"]

OWNERSHIP_OF: Mapping[str, str] = MappingProxyType(
    {
        "lead": "every lead, until it is converted, disqualified, archived, merged or deleted",
        "deal": "every deal that is not void, until it is won, lost, archived, merged or deleted",
        "account": "every customer, until it is archived, merged or deleted",
    }
)
"""What may be owned, with one line on each."""

_Owned = Lead | Deal | Account


@attrs.frozen(kw_only=True)
class OwnershipRow:
    """A person who held a lead, a deal or a customer for a while.

    Examples
    --------
    >>> OwnershipRow(lead="L-1", seat="li", evidence="recorded", ref="demo:lead:L-1").until is None
    True
    """

    lead: str = _table.column("id of the lead, deal or customer in its source")
    seat: str = _table.column("person who held it")
    account: str | None = _table.column("id of the customer", default=None)
    since: datetime | None = _table.column("held from, at the latest; empty is from ever", default=None)
    until: datetime | None = _table.column("no longer held from, at the latest; empty is still", default=None)
    since_earliest: datetime | None = _table.column("held from, at the earliest; equal to since if exact", default=None)
    until_earliest: datetime | None = _table.column(
        "no longer held from, at the earliest; equal to until if exact, empty if nobody knows", default=None
    )
    value_minor: int | None = _table.column("value of the lead or deal", unit="minor units", default=None)
    source: str | None = _table.column("where the lead or deal came from", default=None)
    evidence: str = _table.column(
        "how the start is known: recorded (its creation) or observed (the owner changed between two readings)"
    )
    ref: str = _table.column("full reference of the record")


@attrs.frozen
class _Span:
    """A login that held a record for a while."""

    holder: Ref
    since: Bounds
    evidence: str
    record: _Owned
    until: Bounds = (None, None)


def ownership(
    records: Records | Store,
    *,
    of: str,
    tz: str,
    identity: Identity | None = None,
    known_at: datetime | None = None,
) -> FactTable[OwnershipRow]:
    """Who held each lead, deal or customer, and from when to when.

    Use it where owners have changed; it goes into `salesteam.leads.collide` and into the `holdings` of
    `salesteam.leads.Book.of`.

    Parameters
    ----------
    records : Records or Store
        A store that was synced tells every change of owner that it saw.
        Records in memory know only the owner of now: it is taken to have been the owner from the creation on.
    of : {'lead', 'deal', 'account'}
        What is held, and until when; see `OWNERSHIP_OF`.
    tz : str
        Zone in which a closing date ends.
    identity : mapping or callable, optional
        Login to person; logins are taken as persons if not given. Two logins of one person in turn are one row; what
        a stranger held is a gap, with a finding.
    known_at : datetime, optional
        As a store knew the records at this instant, so that a number of the past can be computed again.

    Returns
    -------
    FactTable of OwnershipRow
        By source, id and time; of one record no two rows overlap. A change of owner lies after its earliest instant
        and not after its latest. Left out, counted: what had no owner, only strangers, or an end that nobody knows.

    Raises
    ------
    InvalidValueError
        For an unknown choice or zone.

    Examples
    --------
    >>> lead = Lead(ref=Ref("demo", "lead", "L-1"), name="展会", status="new", owner=Ref("demo", "user", "li"))
    >>> [(row.lead, row.seat, row.evidence) for row in ownership(Records(records=(lead,)), of="lead", tz="UTC").rows]
    [('L-1', 'li', 'recorded')]
    """
    if of not in OWNERSHIP_OF:
        raise missing_choice("of", OWNERSHIP_OF, where=repr(of))
    gathering = Gathering("ownership", OwnershipRow, (("of", of), ("tz", tz)), identity)
    where = zone(tz)
    count = 0
    for seen in history(records, of, known_at):  # type: ignore[arg-type]  # the choices are kinds
        count += 1
        _gather(gathering, seen, where)
    gathering.rows.sort(key=lambda row: row.ref)
    return gathering.table(count)


def _gather(gathering: Gathering[OwnershipRow], seen: tuple[Version, ...], where: ZoneInfo) -> None:
    last = seen[-1].record
    if isinstance(last, Deal) and last.status == "void":
        gathering.leave_out(last.ref, "void")
        return
    rows: list[OwnershipRow] = []
    held = False
    for span in _spans(seen, where):
        held = True
        person = gathering.person(span.holder)
        if person is not None:
            rows.append(_row(span, person))
    if rows:
        gathering.use(*_joined(rows))
    elif held:
        gathering.leave_out(last.ref, "owner is no person of the team")
    elif seen[0].record.owner is None:
        gathering.leave_out(last.ref, "no owner")
    elif _ended(seen[0], where)[1] is None:
        gathering.leave_out(last.ref, "no time")
    else:
        finding = find("crm.closed-before-created", ref=str(last.ref), table="ownership")
        gathering.leave_out(last.ref, "closed before it was created", finding)


def _spans(seen: tuple[Version, ...], where: ZoneInfo) -> Iterator[_Span]:
    """The logins that held a record in turn; the last has no end if it holds it still."""
    current = _first(seen[0])
    if current is not None and done_with(seen[0].record) is not None:
        start, until, record = current.since[1], _ended(seen[0], where), seen[0].record
        if until[1] is not None and (start is None or start <= until[1] or not isinstance(record, Deal)):
            yield _until(current, until, record)
        current = None
    for version in seen[1:]:
        record, at_work = version.record, done_with(version.record) is None
        holder = record.owner if at_work else None
        if current is not None and holder == current.holder:
            current = attrs.evolve(current, record=record)
            continue
        moved: Bounds = (version.seen_before, version.by)
        if current is not None:
            until = moved if at_work else _ended(version, where)
            yield _until(current, until, current.record if at_work else record)
            current = None
        if holder is not None:
            current = _Span(holder, moved, "observed", record)
    if current is not None:
        yield current


def _first(version: Version) -> _Span | None:
    """The login that is taken to have held it from the creation on; a creation after it was seen is the clock's."""
    record: _Owned = version.record
    if record.owner is None:
        return None
    made = record.created_at
    if made is not None and version.seen_at is not None:
        made = min(made, version.seen_at)
    return _Span(record.owner, (made, made), "recorded", record)


def _ended(version: Version, where: ZoneInfo) -> Bounds:
    """When that ended which a version says is over: by the word of its source, else by the readings."""
    told = closed(version.record, where) if isinstance(version.record, Deal) else (None, None)
    if told[1] is None:
        return version.seen_before, version.by
    return told[0], told[1] if version.by is None else min(told[1], version.by)


def _until(span: _Span, until: Bounds, record: _Owned) -> _Span:
    """The span with its end, which is never before its start."""
    earliest, latest = until
    start = span.since
    if start[1] is not None and latest is not None:
        latest = max(latest, start[1])
    if earliest is not None and latest is not None:
        earliest = min(max(earliest, start[0] or earliest), latest)
    return attrs.evolve(span, until=(earliest, latest), record=record)


def _row(span: _Span, person: str) -> OwnershipRow:
    record = span.record
    account = record.ref if isinstance(record, Account) else record.account
    value = None if isinstance(record, Account) else record.value
    return OwnershipRow(
        lead=record.ref.external_id,
        seat=person,
        account=None if account is None else account.external_id,
        since=span.since[1],
        until=span.until[1],
        since_earliest=span.since[0],
        until_earliest=span.until[0],
        value_minor=None if value is None else value.minor,
        source=None if isinstance(record, Account) else record.source,
        evidence=span.evidence,
        ref=str(record.ref),
    )


def _joined(rows: list[OwnershipRow]) -> Iterator[OwnershipRow]:
    """The rows of a record, those of one person that meet as one."""
    current = rows[0]
    for row in rows[1:]:
        if row.seat == current.seat and row.since == current.until:
            current = attrs.evolve(
                row, since=current.since, since_earliest=current.since_earliest, evidence=current.evidence
            )
        else:
            yield current
            current = row
    yield current
