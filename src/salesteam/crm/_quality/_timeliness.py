"""Timeliness (更新及时性): how soon what happened was written down, by a limit and a clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from salesteam.core import Calendar, Grid, Place, Report, _table, find, percent_text, say
from salesteam.crm._quality._due import activities, stale, untold
from salesteam.crm._quality._evidence import Event, evidence
from salesteam.crm._quality._span import not_negative
from salesteam.crm._quality._who import who_is
from salesteam.crm._quality._words import words
from salesteam.crm._reading import Records
from salesteam.crm._record import zoned
from salesteam.crm._store import Store
from salesteam.crm.facts._booking import zone
from salesteam.crm.facts._recorded import recorded
from salesteam.crm.facts._table_of_facts import Identity
from salesteam.errors import InvalidValueError, missing_choice

__all__ = ["BASES", "CLOCKS", "DelayRow", "Timeliness", "timeliness"]

BASES: Mapping[str, str] = MappingProxyType(
    {
        "activity": "from when an activity took place to when it was recorded",
        "evidence": "from when a log tells of a contact to the first change on the customer",
        "staleness": "from the last change of an open deal to the instant looked from",
    }
)
"""What is measured, with one line on each."""
CLOCKS: Mapping[str, str] = MappingProxyType(
    {
        "elapsed": "hours run day and night",
        "business_hours": "hours run on workdays from 9 to 18",
        "next_business_day": "in time is until the end of the next workday, whatever the limit",
    }
)
"""How hours are counted, with one line on each."""
_LIMIT = timedelta(hours=24)
_BULK, _BULK_DAYS, _HOUR = 10, 3, timedelta(hours=1)
"""So many activities of so many days, recorded within so short a time by one person, were logged in bulk."""
_OPENS, _CLOSES = time(9), time(18)
_LONGEST_BREAK = timedelta(days=31)


@attrs.frozen(kw_only=True)
class DelayRow:
    """One thing that had to be written down.

    Examples
    --------
    >>> from datetime import UTC
    >>> at = datetime(2026, 9, 30, tzinfo=UTC)
    >>> DelayRow(ref="crm:activity:1", owner="li", happened_at=at, recorded_at=None, state="pending").hours is None
    True
    """

    ref: str = _table.column("full reference of the record")
    owner: str | None = _table.column("user who had to write it down", default=None)
    happened_at: datetime = _table.column("when it happened")
    recorded_at: datetime | None = _table.column("when it was written down; empty if it was not", default=None)
    hours: Fraction | None = _table.column("delay by the clock", unit="hours", default=None)
    state: str = _table.column("on time, breached, pending (not yet due) or invalid (dated ahead)")


@attrs.frozen(kw_only=True)
class Timeliness:
    """Made by `timeliness`; on time, breached, pending and invalid sum to all rows.

    Parameters
    ----------
    basis, clock : str
        What was measured and how; one of `BASES` and `CLOCKS`.
    limit : timedelta
        Up to and including which it is on time.
    rows : tuple of DelayRow
        Everything that was looked at.
    by_clock : mapping of str to tuple of DelayRow
        The same by each clock, because another clock blames others.
    report : Report
        Who is late, what is dated ahead, and what cannot be told.

    Examples
    --------
    >>> from datetime import UTC
    >>> at = datetime(2026, 9, 30, tzinfo=UTC)
    >>> timeliness(Records(), basis="activity", clock="elapsed", as_of=at, tz="UTC").share is None
    True
    """

    basis: str
    clock: str
    limit: timedelta
    rows: tuple[DelayRow, ...]
    by_clock: Mapping[str, tuple[DelayRow, ...]] = attrs.field(factory=dict, hash=False, repr=False)
    report: Report = Report()

    @property
    def breaches(self) -> Mapping[str, int]:
        """How many are breached by each clock.

        Examples
        --------
        >>> Timeliness(basis="activity", clock="elapsed", limit=timedelta(hours=24), rows=()).breaches
        {}
        """
        return {name: sum(1 for row in rows if row.state == "breached") for name, rows in self.by_clock.items()}

    def count(self, state: str, owner: str | None = None) -> int:
        """How many are in a state, of one person or of all.

        Examples
        --------
        >>> Timeliness(basis="activity", clock="elapsed", limit=timedelta(hours=24), rows=()).count("breached")
        0
        """
        return sum(1 for row in self.rows if row.state == state and owner in {None, row.owner})

    @property
    def share(self) -> Fraction | None:
        """On time over on time and breached; None if nothing was due.

        Examples
        --------
        >>> Timeliness(basis="activity", clock="elapsed", limit=timedelta(hours=24), rows=()).share is None
        True
        """
        due = self.count("on time") + self.count("breached")
        return Fraction(self.count("on time"), due) if due else None

    def to_frame(self) -> Any:
        """The rows as a table.

        Examples
        --------
        >>> found = Timeliness(basis="activity", clock="elapsed", limit=timedelta(hours=24), rows=())
        >>> list(found.to_frame().columns)[-1]
        'state'
        """
        return _table.write_rows(self.rows, DelayRow)

    def explain(self, owner: str | None = None, lang: str = "en") -> str:
        """Tell the counts of a person, or of all.

        Examples
        --------
        >>> Timeliness(basis="activity", clock="elapsed", limit=timedelta(hours=24), rows=()).explain()
        '*: 0 on time, 0 breached, 0 pending, 0 invalid (activity, elapsed, 24 h)'
        """
        good, bad, open_, odd = (self.count(state, owner) for state in ("on time", "breached", "pending", "invalid"))
        who = owner or "*"
        return (
            say(
                lang,
                en=f"{who}: {good} on time, {bad} breached, {open_} pending, {odd} invalid",
                zh=f"{who}：及时 {good}，逾期 {bad}，未到期 {open_}，无效 {odd}",
            )
            + f" ({self._chosen(lang)})"
        )

    def _chosen(self, lang: str) -> str:
        return f"{words(lang, self.basis, self.clock)}, {self.limit / timedelta(hours=1):g} h"

    def grid(self, lang: str = "en") -> Grid:
        """Each person with the counts, and the breaches by every clock below.

        Examples
        --------
        >>> Timeliness(basis="activity", clock="elapsed", limit=timedelta(hours=24), rows=()).grid().columns[0]
        'Who'
        """
        heads = say(
            lang, en="Who|On time|Breached|Pending|Invalid|Share", zh="人员|及时|逾期|未到期|无效|及时率"
        ).split("|")
        return Grid(
            title=say(lang, en="Timeliness ({})", zh="更新及时性（{}）").format(self._chosen(lang)),
            columns=tuple(heads),
            rows=tuple(_cells(owner, counts) for owner, counts in _by_owner(self)),
            right=frozenset(range(1, 6)),
            note=say(lang, en="breached by each clock: ", zh="各口径下的逾期：")
            + ", ".join(f"{words(lang, clock)} {count}" for clock, count in self.breaches.items()),
        )

    def _repr_html_(self) -> str:
        return self.grid().html()


def timeliness(  # noqa: PLR0913 -- the choices of the field are named one by one
    records: Records | Store,
    *,
    basis: str | None = None,
    clock: str | None = None,
    as_of: datetime,
    tz: str,
    limit: timedelta = _LIMIT,
    calendar: Calendar | None = None,
    log: Any = None,
    identity: Identity | None = None,
) -> Timeliness:
    """Measure how soon what happened was written down.

    Exactly the limit is on time; what is not written down is a breach after it, and pending before.
    Something dated ahead is invalid, never on time.
    Where a record does not tell when it was written down, or was changed again since, nobody is blamed: it is left out,
    and told.

    Parameters
    ----------
    records : Records or Store
        What to look at; a store as it was known at `as_of`.
    basis : {'activity', 'evidence', 'staleness'}
        What is measured; required, see `BASES`.
    clock : {'elapsed', 'business_hours', 'next_business_day'}
        How hours are counted; required, see `CLOCKS`.
    as_of : datetime
        The instant from which it is looked at.
    tz : str
        Zone of the working days.
    limit : timedelta, default 24 hours
        Up to and including which it is on time.
    calendar : Calendar, optional
        Which days are workdays; Monday to Friday if not given. In years that it does not know only its weekend is
        closed, and a clock of workdays tells so.
    log : table, optional
        What happened outside the CRM, as `traced` takes it; needed for `evidence`, and used for nothing else.
    identity : mapping or callable, optional
        Login to person, so that one person with several logins is one; a login that it does not know stands for itself.

    Returns
    -------
    Timeliness
        Every row with its delay, under the clock that was chosen and under all three.

    Raises
    ------
    InvalidValueError
        If a choice is left open, a log is missing or not used, the limit is negative, or an instant or zone is none.

    Examples
    --------
    >>> from datetime import UTC
    >>> from salesteam.crm import Activity, Ref
    >>> at = datetime(2026, 9, 28, 2, tzinfo=UTC)
    >>> visit = Activity(ref=Ref("crm", "activity", "1"), activity_kind="visit", occurred_at=at,
    ...                  created_at=at + timedelta(hours=24))
    >>> found = timeliness(Records(records=(visit,)), basis="activity", clock="elapsed",
    ...                    as_of=at + timedelta(days=9), tz="Asia/Shanghai")
    >>> found.rows[0].state, found.share
    ('on time', Fraction(1, 1))
    """
    if basis not in BASES:
        raise missing_choice("basis", BASES, where="timeliness" if basis is None else repr(basis))
    if clock not in CLOCKS:
        raise missing_choice("clock", CLOCKS, where="timeliness" if clock is None else repr(clock))
    assert basis is not None
    assert clock is not None
    as_of = zoned(as_of).astimezone(UTC)
    not_negative(limit, "limit")
    if (log is not None) != (basis == "evidence"):
        fix = "give log= with what happened outside" if basis == "evidence" else "leave log= out"
        raise InvalidValueError(f"the basis {basis!r} and the log do not fit", where="timeliness", fix=fix)
    store = records if isinstance(records, Store) else None
    known = recorded(records, None if store is None else as_of)
    told = Report()
    if basis == "evidence":
        events, told = evidence(known, store, log, tz=tz, as_of=as_of, identity=identity)
    else:
        events = tuple((activities if basis == "activity" else stale)(known, as_of, who_is(identity)))
    days, unknown = _days(calendar or Calendar(name="Monday to Friday"), events, as_of)
    told += unknown if clock != "elapsed" else Report()
    measures = _measures(zone(tz), days, limit)
    by_clock = {name: tuple(_row(event, measure, as_of) for event in events) for name, measure in measures.items()}
    found = Timeliness(basis=basis, clock=clock, limit=limit, rows=by_clock[clock], by_clock=by_clock)
    return attrs.evolve(
        found, report=Report([*_findings(found), *_bulk(found, zone(tz)), *untold(known, basis, as_of)]) + told
    )


def _days(calendar: Calendar, events: Sequence[Event], as_of: datetime) -> tuple[Calendar, Report]:
    """The calendar; where things happened in years that it does not know, with its weekend alone there, and told."""
    first = min((happened.date() for _, _, happened, _ in events if happened < as_of), default=as_of.date())
    start, end = first - timedelta(days=1), as_of.date() + timedelta(days=1)
    if calendar.unknown_years(start, end + _LONGEST_BREAK):
        return attrs.evolve(calendar, years=None), calendar.check(start, end)
    return calendar, Report()


_Measure = Callable[[datetime, datetime], tuple[timedelta, bool]]


def _measures(where: ZoneInfo, days: Calendar, limit: timedelta) -> Mapping[str, _Measure]:
    """For each clock, the delay between two instants and whether it is on time."""

    def elapsed(start: datetime, end: datetime) -> tuple[timedelta, bool]:
        return end - start, end - start <= limit

    def open_on(day: date, start: datetime, end: datetime) -> timedelta:
        opens, closes = (datetime.combine(day, at, tzinfo=where).astimezone(UTC) for at in (_OPENS, _CLOSES))
        return max(timedelta(0), min(end, closes) - max(start, opens)) if days.is_workday(day) else timedelta(0)

    def working(start: datetime, end: datetime) -> tuple[timedelta, bool]:
        first, last = (at.astimezone(where).date() for at in (start, end))
        spent = open_on(first, start, end)
        if last > first:
            whole = days.workdays(first + timedelta(days=1), last)
            spent += whole * timedelta(hours=_CLOSES.hour - _OPENS.hour) + open_on(last, start, end)
        return spent, spent <= limit

    def next_day(start: datetime, end: datetime) -> tuple[timedelta, bool]:
        last = days.add_workdays(start.astimezone(where).date(), 1)
        return end - start, end.astimezone(where).date() <= last

    return {"elapsed": elapsed, "business_hours": working, "next_business_day": next_day}


def _row(event: Event, measure: _Measure, as_of: datetime) -> DelayRow:
    ref, owner, happened, written = event
    end = written or as_of
    if happened > end:
        return DelayRow(ref=ref, owner=owner, happened_at=happened, recorded_at=written, state="invalid")
    delay, in_time = measure(happened, end)
    state = "breached" if not in_time else "on time" if written is not None else "pending"
    hours = Fraction(delay // timedelta(microseconds=1), 3_600_000_000)
    return DelayRow(ref=ref, owner=owner, happened_at=happened, recorded_at=written, hours=hours, state=state)


def _by_owner(found: Timeliness) -> Sequence[tuple[str, Counter[str]]]:
    """How many of each person's are in each state."""
    counts: dict[str, Counter[str]] = {}
    for row in found.rows:
        counts.setdefault(row.owner or "—", Counter())[row.state] += 1
    return sorted(counts.items())


def _cells(owner: str, counts: Counter[str]) -> tuple[str, ...]:
    due = counts["on time"] + counts["breached"]
    share = percent_text(Fraction(counts["on time"], due)) if due else "—"
    return (owner, *(str(counts[state]) for state in ("on time", "breached", "pending", "invalid")), share)


def _findings(found: Timeliness) -> Iterator[Any]:
    for owner, counts in _by_owner(found):
        late, ahead, place = counts["breached"], counts["invalid"], Place(key=owner)
        if late:
            yield find("crm.late-update", place, owner=owner, count=late, of=counts.total(), clock=found.clock)
        if ahead:
            yield find("crm.future-dated", place, owner=owner, count=ahead)


def _bulk(found: Timeliness, where: ZoneInfo) -> Iterator[Any]:
    """Who recorded many activities of several days within an hour; the largest such hour of each."""
    if found.basis != "activity":
        return
    written: dict[str, list[tuple[datetime, datetime]]] = {}
    for row in found.rows:
        if row.owner is not None and row.recorded_at is not None:
            written.setdefault(row.owner, []).append((row.recorded_at, row.happened_at))
    for owner, times in sorted(written.items()):
        times.sort()
        largest: list[tuple[datetime, datetime]] = []
        first = 0
        for place, (at, _) in enumerate(times):
            while at - times[first][0] > _HOUR:
                first += 1
            if place - first + 1 > len(largest):
                largest = times[first : place + 1]
        days = {happened.astimezone(where).date() for _, happened in largest}
        if len(largest) >= _BULK and len(days) >= _BULK_DAYS:
            yield find(
                "crm.bulk-logging",
                Place(key=owner),
                owner=owner,
                count=len(largest),
                days=len(days),
                at=largest[0][0].astimezone(where).isoformat(sep=" ", timespec="minutes"),
            )
