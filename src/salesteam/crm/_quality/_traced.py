"""Traces (强制留痕): which contacts and promises that happened are in the CRM, one to one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from salesteam.core import Grid, Place, Report, _table, find, say
from salesteam.crm._quality._customer import customer_of
from salesteam.crm._quality._log import Happened, read_log
from salesteam.crm._quality._pairing import paired
from salesteam.crm._quality._span import not_negative
from salesteam.crm._quality._who import who_is
from salesteam.crm._quality._words import percent
from salesteam.crm._reading import Records
from salesteam.crm._record import zoned
from salesteam.crm._ref import Ref
from salesteam.crm._store import Store
from salesteam.crm.facts._booking import zone
from salesteam.crm.facts._recorded import recorded
from salesteam.crm.facts._table_of_facts import Identity
from salesteam.errors import NotFoundError

__all__ = ["Trace", "TraceRow", "traced"]

_CONTACTS = ("call", "email", "meeting", "visit")
_STATES = ("traced", "untraced", "unverified")
_DAY = timedelta(days=1)


@attrs.frozen(kw_only=True)
class TraceRow:
    """A contact or a promise, in the log, in the CRM or in both.

    Examples
    --------
    >>> from datetime import UTC
    >>> at = datetime(2026, 9, 30, tzinfo=UTC)
    >>> TraceRow(what="contact", state="untraced", owner="li", account="A-1", at=at, entry="1").record is None
    True
    """

    what: str = _table.column("contact or promise")
    state: str = _table.column("traced (in both), untraced (in the log alone) or unverified (in the CRM alone)")
    owner: str = _table.column("user")
    account: str = _table.column("customer")
    at: datetime = _table.column("when it happened; by the log, if it is there")
    entry: str | None = _table.column("id of the row of the log", default=None)
    channel: str | None = _table.column("calendar, telephone, mail or minutes", default=None)
    record: str | None = _table.column("full reference of the activity or commitment", default=None)
    gap_hours: Fraction | None = _table.column("between log and CRM", unit="hours", default=None)
    promise: str | None = _table.column("what was promised", default=None)


@attrs.frozen(kw_only=True)
class Trace:
    """Made by `traced`.

    Parameters
    ----------
    window : timedelta
        How far a row of the log and a record may lie apart.
    rows : tuple of TraceRow
        Each contact and each promise once.
    report : Report
        Who left no trace, promises that the CRM does not know, and rows of the log that could not be used.

    Examples
    --------
    >>> Trace(window=timedelta(hours=24), rows=()).share is None
    True
    """

    window: timedelta
    rows: tuple[TraceRow, ...]
    report: Report = Report()
    _counts: Mapping[tuple[str, str, str | None], int] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        every = (((row.what, row.state, row.owner), (row.what, row.state, None)) for row in self.rows)
        object.__setattr__(self, "_counts", Counter(chain.from_iterable(every)))

    def count(self, state: str, owner: str | None = None, *, what: str = "contact") -> int:
        """How many contacts, or promises, are in a state, of one person or of all.

        Examples
        --------
        >>> Trace(window=timedelta(hours=24), rows=()).count("traced")
        0
        """
        return self._counts.get((what, state, owner), 0)

    @property
    def share(self) -> Fraction | None:
        """Traced contacts over those of the log; None if the log has none.

        Examples
        --------
        >>> Trace(window=timedelta(hours=24), rows=()).share is None
        True
        """
        return self._share(None)

    def _share(self, owner: str | None) -> Fraction | None:
        traced = self.count("traced", owner)
        known = traced + self.count("untraced", owner)
        return Fraction(traced, known) if known else None

    @property
    def owners(self) -> tuple[str, ...]:
        """Everybody who is in the log or in the CRM.

        Examples
        --------
        >>> Trace(window=timedelta(hours=24), rows=()).owners
        ()
        """
        return tuple(sorted({owner for _, _, owner in self._counts if owner is not None}))

    def to_frame(self) -> Any:
        """The contacts and promises as a table.

        Examples
        --------
        >>> list(Trace(window=timedelta(hours=24), rows=()).to_frame().columns)[:3]
        ['what', 'state', 'owner']
        """
        return _table.write_rows(self.rows, TraceRow)

    def explain(self, owner: str | None = None, lang: str = "en") -> str:
        """Tell the counts of a person, or of all.

        Raises
        ------
        NotFoundError
            If nobody is called so.

        Examples
        --------
        >>> Trace(window=timedelta(hours=24), rows=()).explain()
        '*: 0 contacts traced, 0 untraced, 0 unverified; 0 of 0 promises recorded (within 24 h)'
        """
        if owner is not None and owner not in self.owners:
            raise NotFoundError("user", owner, self.owners, where="this trace")
        good, bad, open_ = (self.count(state, owner) for state in _STATES)
        kept = self.count("traced", owner, what="promise")
        promised = kept + self.count("untraced", owner, what="promise")
        hours = f"{self.window / timedelta(hours=1):g} h"
        return say(
            lang,
            en=f"{owner or '*'}: {good} contacts traced, {bad} untraced, {open_} unverified;"
            f" {kept} of {promised} promises recorded (within {hours})",
            zh=f"{owner or '*'}：留痕 {good}，未留痕 {bad}，待核实 {open_}；"
            f"承诺 {promised} 项，已录入 {kept} 项（{hours} 内）",
        )

    def grid(self, lang: str = "en") -> Grid:
        """Each person with the counts.

        Examples
        --------
        >>> Trace(window=timedelta(hours=24), rows=()).grid().title
        'Traces of contacts'
        """
        heads = say(
            lang,
            en="Who|Traced|Untraced|Unverified|Share|Promises recorded|Promises untraced",
            zh="人员|已留痕|未留痕|待核实|留痕率|承诺已录入|承诺未录入",
        ).split("|")
        return Grid(
            title=say(lang, en="Traces of contacts", zh="客户沟通留痕"),
            columns=tuple(heads),
            rows=tuple(self._cells(owner) for owner in self.owners),
            right=frozenset(range(1, 7)),
            note=self.explain(lang=lang).replace("*", say(lang, en="all", zh="合计"), 1),
        )

    def _cells(self, owner: str) -> tuple[str, ...]:
        share = self._share(owner)
        return (
            owner,
            *(str(self.count(state, owner)) for state in _STATES),
            percent(share),
            *(str(self.count(state, owner, what="promise")) for state in _STATES[:2]),
        )

    def _repr_html_(self) -> str:
        return self.grid().html()


def traced(
    records: Records | Store,
    log: Any,
    *,
    window: timedelta,
    tz: str,
    as_of: datetime,
    since: datetime | None = None,
    identity: Identity | None = None,
) -> Trace:
    """Match what happened outside the CRM with what it holds, one to one.

    A contact of the log is traced by an activity of the same user with the same customer, a promise by a commitment.
    Of all ways, the most are matched, then with the least gap, then what comes first.
    What the CRM holds and the log does not is unverified, not false: a log never knows everything.

    Parameters
    ----------
    records : Records or Store
        What the CRM holds; a store as it was known at `as_of`.
    log : table
        Rows of `LogRow`: entry, channel, user, customer, at, promise, due_on.
    window : timedelta
        How far a row of the log and a record may lie apart; exactly so far is near enough.
    tz : str
        Zone of instants of the log that carry none.
    as_of : datetime
        What happened later is not looked at.
    since : datetime, optional
        What happened earlier is not looked at; from the first row of the log if not given.
    identity : mapping or callable, optional
        Login to person, so that one person with several logins is one; a login that it does not know stands for itself.

    Returns
    -------
    Trace
        Every contact and promise with its state.

    Raises
    ------
    InvalidValueError
        If the window is negative, or an instant has no zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> from salesteam.crm import Account, Activity, User
    >>> li, acme = Ref("crm", "user", "li"), Ref("crm", "account", "acme")
    >>> at = datetime(2026, 9, 28, 2, tzinfo=UTC)
    >>> call = Activity(ref=Ref("crm", "activity", "1"), activity_kind="call", user=li, about=acme, occurred_at=at)
    >>> held = Records(records=(User(ref=li, name="李雷"), Account(ref=acme, name="Acme"), call))
    >>> log = [{"entry": n, "channel": "telephone", "user": "li", "customer": "acme", "at": at + timedelta(hours=n)}
    ...        for n in (1, 5)]
    >>> found = traced(held, log, window=timedelta(hours=2), tz="Asia/Shanghai", as_of=at + timedelta(days=1))
    >>> [(row.entry, row.state) for row in found.rows], found.share
    ([('1', 'traced'), ('5', 'untraced')], Fraction(1, 2))
    """
    not_negative(window, "window")
    for instant in (as_of, *([since] if since else [])):
        zoned(instant)
    known = recorded(records, as_of if isinstance(records, Store) else None)
    read = read_log(log, known, tz=tz, identity=identity)
    who = who_is(identity)
    first = since or min((each.row.at for each in (*read.contacts, *read.promises)), default=as_of)
    activities = [
        _Held(record.ref, None if record.user is None else who(record.user), account, at)
        for record in known.of("activity")
        if record.activity_kind in _CONTACTS
        and (at := record.occurred_at or record.done_at) is not None
        and (account := customer_of(record.about, known)) is not None
    ]
    commitments = [
        _Held(record.ref, None if record.user is None else who(record.user), account, at)
        for record in known.of("commitment")
        if (at := record.made_at or record.created_at) is not None
        and (account := customer_of(record.about, known)) is not None
    ]

    def inside(at: datetime) -> bool:
        return first <= at <= as_of

    rows = [
        *_matched("contact", read.contacts, activities, window, inside),
        *(row for row in _matched("promise", read.promises, commitments, window, inside) if row.state != "unverified"),
    ]
    found = Trace(window=window, rows=tuple(sorted(rows, key=_order)))
    return attrs.evolve(found, report=Report(_findings(found, zone(tz))) + read.report)


@attrs.frozen
class _Held:
    """Something that the CRM holds."""

    ref: Ref
    user: str | None
    account: Ref
    at: datetime


def _matched(
    what: str,
    happened: Sequence[Happened],
    held: Sequence[_Held],
    window: timedelta,
    inside: Callable[[datetime], bool],
) -> Iterator[TraceRow]:
    """Match within each user and customer; a record at the edge may be the pair of a row inside."""
    logged: dict[tuple[str, Ref], list[Happened]] = {}
    kept: dict[tuple[str, Ref], list[_Held]] = {}
    for each in happened:
        if inside(each.row.at):
            logged.setdefault((each.user, each.account), []).append(each)
    for record in held:
        if record.user is not None:
            kept.setdefault((record.user, record.account), []).append(record)
    for user, account in {**logged, **kept}:
        rows, records = logged.get((user, account), []), kept.get((user, account), [])
        by_ref = {str(record.ref): record for record in records}
        pairs = paired(
            [(each.row.at, each.row.entry) for each in rows], [(each.at, ref) for ref, each in by_ref.items()], window
        )
        about: dict[str, Any] = {"what": what, "owner": user, "account": account.external_id}
        for each in rows:
            ref = pairs.get(each.row.entry)
            yield TraceRow(
                **about,
                state="untraced" if ref is None else "traced",
                at=each.row.at,
                entry=each.row.entry,
                channel=each.row.channel,
                record=ref,
                gap_hours=None if ref is None else _hours(abs(by_ref[ref].at - each.row.at)),
                promise=each.row.promise,
            )
        for ref in by_ref.keys() - set(pairs.values()):
            if inside(by_ref[ref].at):
                yield TraceRow(**about, state="unverified", at=by_ref[ref].at, record=ref)


def _hours(gap: timedelta) -> Fraction:
    return Fraction(gap // timedelta(microseconds=1), 3_600_000_000)


def _order(row: TraceRow) -> tuple[str, datetime, str]:
    return row.what, row.at, row.entry or row.record or ""


def _findings(found: Trace, where: ZoneInfo) -> Iterator[Any]:
    for owner in found.owners:
        lost = found.count("untraced", owner)
        if lost:
            of = lost + found.count("traced", owner)
            yield find("crm.untraced-contact", Place(key=owner), owner=owner, count=lost, of=of)
    for row in found.rows:
        if row.what == "promise" and row.state == "untraced":
            place = Place(table="log", key=row.entry)
            yield find(
                "crm.untraced-promise",
                place,
                owner=row.owner,
                account=row.account,
                promise=str(row.promise),
                on=row.at.astimezone(where).date(),
            )
