"""Adoption (用户采纳度): who works in the CRM, on how many of their workdays, with which of their deals."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from salesteam.core import Calendar, Period, Place, Report, _table, find
from salesteam.crm._deals import Deal
from salesteam.crm._people import User
from salesteam.crm._quality._log import Users
from salesteam.crm._quality._span import not_negative
from salesteam.crm._quality._use import CREDITED, USES, Adoption, AdoptionRow, LoginRow, UseRow
from salesteam.crm._quality._when import matches_nothing
from salesteam.crm._quality._who import Who, who_is
from salesteam.crm._reading import Records
from salesteam.crm._record import zoned
from salesteam.crm._ref import Ref
from salesteam.crm._store import Store
from salesteam.crm.facts._booking import zone
from salesteam.crm.facts._recorded import recorded
from salesteam.crm.facts._table_of_facts import Identity
from salesteam.errors import InvalidValueError, missing_choice

__all__ = ["adoption"]

_DAY, _MOMENT = timedelta(days=1), timedelta(microseconds=1)


def adoption(  # noqa: PLR0913 -- the choices of the field are named one by one
    records: Records | Store,
    *,
    period: Period,
    as_of: datetime,
    tz: str,
    touched_within: timedelta,
    basis: str | None = None,
    credited: str | None = None,
    logins: Any = None,
    exclude: Collection[str] = (),
    calendar: Calendar | None = None,
    identity: Identity | None = None,
) -> Adoption:
    """Tell who works in the CRM, on how many of their workdays, and with which of their open deals.

    Workdays are those on which a person was in a team; whoever is in no team counts the whole period.
    Only use on workdays counts; a touch of a deal counts whoever did it.
    Records do not tell who changed them later: a change counts for whoever made the record, or owns it.

    Parameters
    ----------
    records : Records or Store
        What the CRM holds; a store as it was known at `as_of`.
    period : Period
        The days that are looked at.
    as_of : datetime
        What happened later is not looked at, and open deals are those of this instant.
    tz : str
        Zone of the days.
    touched_within : timedelta
        An open deal is touched if it, or an activity on it, changed so lately before `as_of`; one of which only later
        changes are known is not counted.
    basis : {'work', 'login'}
        What counts as use; required, see `USES`.
    credited : {'author', 'owner'}
        Whose work a record is; required for work, see `CREDITED`.
    logins : table, optional
        Rows of `LoginRow`: user, at; required for logins.
    exclude : collection of str
        Ids of users who are programs: integrations and imports.
    calendar : Calendar, optional
        Which days are workdays; Monday to Friday if not given.
    identity : mapping or callable, optional
        Login to person, so that one person with several logins is one; a login that it does not know stands for itself.

    Returns
    -------
    Adoption
        One row a person, one a person and week.

    Raises
    ------
    InvalidValueError
        If a choice is left open, logins are missing or not used, a span is negative, or an instant or the zone is none.

    Examples
    --------
    >>> from datetime import UTC
    >>> from salesteam.crm import Activity
    >>> li = Ref("crm", "user", "li")
    >>> call = Activity(ref=Ref("crm", "activity", "1"), activity_kind="call", user=li,
    ...                 created_at=datetime(2026, 9, 28, 2, tzinfo=UTC))
    >>> found = adoption(Records(records=(User(ref=li, name="李雷"), call)), basis="work", credited="author",
    ...                  period=Period.parse("2026-W40"), as_of=datetime(2026, 10, 5, tzinfo=UTC), tz="Asia/Shanghai",
    ...                  touched_within=timedelta(days=14))
    >>> found.explain("li")
    'li: active on 1 of 5 workdays (work, author); 0 of 0 open deals touched within 14 days'
    """
    if basis not in USES:
        raise missing_choice("basis", USES, where="adoption" if basis is None else repr(basis))
    if basis == "work" and credited not in CREDITED:
        raise missing_choice("credited", CREDITED, where="adoption" if credited is None else repr(credited))
    if (basis == "login") != (logins is not None) or (basis == "login" and credited is not None):
        fix = "give logins= and no credited=" if basis == "login" else "leave logins= out"
        raise InvalidValueError(f"the basis {basis!r} and what is given do not fit", where="adoption", fix=fix)
    assert basis is not None
    where, days = zone(tz), calendar or Calendar(name="Monday to Friday")
    zoned(as_of)
    not_negative(touched_within, "touched_within")
    known = recorded(records, as_of if isinstance(records, Store) else None)
    told, who = Report(), who_is(identity)
    if basis == "login":
        uses, told = _logins(Users(known, identity), logins, tz)
    else:
        uses = tuple(_work(known, str(credited), who))
    worked: dict[str, set[date]] = {}
    kinds: dict[str, set[str]] = {}
    for user, at, kind in uses:
        day = at.astimezone(where).date()
        if at <= as_of and period.start <= day < period.end:
            worked.setdefault(user, set()).add(day)
            if kind is not None:
                kinds.setdefault(user, set()).add(kind)
    end = min(period.end, (as_of - _MOMENT).astimezone(where).date() + _DAY)
    touched = _touched(known, as_of, touched_within, who)
    rows: list[AdoptionRow] = []
    weeks: list[UseRow] = []
    for person, users in _people(known, who, exclude).items():
        own = worked.get(person, set())
        workdays = _workdays({user.ref for user in users}, known, period.start, end, days)
        if workdays and (own or any(user.active for user in users)):
            rows.append(_row(person, workdays, own, touched.get(person, ()), kinds.get(person, ())))
            weeks.extend(_weeks(person, workdays, own))
    report = told + Report(
        find("crm.not-used", Place(key=row.user), owner=row.user, of=row.working_days)
        for row in rows
        if not row.active_days
    )
    logins_known = {name for user in known.of("user") for name in (user.ref.external_id, who(user.ref))}
    report += Report(matches_nothing("user", "id", exclude, logins_known))
    return Adoption(
        basis=basis,
        credited=credited,
        touched_within=touched_within,
        rows=tuple(sorted(rows, key=lambda row: row.user)),
        weeks=tuple(sorted(weeks, key=lambda row: (row.user, row.week))),
        report=report,
    )


def _people(records: Records, who: Who, exclude: Collection[str]) -> Mapping[str, Sequence[User]]:
    """The logins of each person, without those of programs."""
    people: dict[str, list[User]] = {}
    for user in records.of("user"):
        if user.ref.external_id not in exclude and who(user.ref) not in exclude:
            people.setdefault(who(user.ref), []).append(user)
    return people


_Use = tuple[str, datetime, str | None]


def _logins(users: Users, logins: Any, tz: str) -> tuple[tuple[_Use, ...], Report]:
    read, report = _table.read_rows(logins, LoginRow, table="logins", zone=tz)
    found = [(users.of(row.user), row) for row in read]
    unknown = sorted({row.user for user, row in found if user is None})
    if unknown:
        count = sum(user is None for user, _ in found)
        place = Place(table="logins", field="user")
        report += Report.of(
            find("crm.log-unknown", place, kind="user", count=count, names=unknown[:5], of=len(unknown))
        )
    return tuple((user, row.at, None) for user, row in found if user is not None), report


def _work(records: Records, credited: str, who: Who) -> Iterator[_Use]:
    """Who made or changed what, when."""
    for record in records.records:
        author = getattr(record, "by" if record.kind == "stage_change" else "user", None)
        if record.kind == "membership" or (author is None and credited == "author"):
            continue
        user = author if author is not None else getattr(record, "owner", None)
        times = {record.created_at, record.updated_at}
        if record.kind == "stage_change":
            times.add(getattr(record, "at", None))
        if user is not None:
            yield from ((who(user), at, record.kind) for at in times if at is not None)


def _touched(records: Records, as_of: datetime, within: timedelta, who: Who) -> Mapping[str, list[bool]]:
    """For each owner, whether each of their open deals was touched lately, if that can be told.

    Of a deal that was changed again since, only that change is known.
    """
    last: dict[Ref, datetime] = {}
    for about, at in _touches(records):
        if about is not None and at is not None and at <= as_of:
            last[about] = max(at, last.get(about, at))
    found: dict[str, list[bool]] = {}
    deals: tuple[Deal, ...] = records.of("deal")
    for deal in deals:
        if deal.status == "open" and deal.owner is not None:
            lately = deal.ref in last and as_of - last[deal.ref] <= within
            if lately or not any(at is not None and at > as_of for at in (deal.created_at, deal.updated_at)):
                found.setdefault(who(deal.owner), []).append(lately)
    return found


def _touches(records: Records) -> Iterator[tuple[Ref | None, datetime | None]]:
    """Every change of a deal, and of what is about one."""
    for deal in records.of("deal"):
        yield from ((deal.ref, at) for at in (deal.created_at, deal.updated_at))
    for activity in records.of("activity"):
        yield from ((activity.about, at) for at in (activity.created_at, activity.occurred_at))
    for commitment in records.of("commitment"):
        yield commitment.about, commitment.created_at
    for change in records.of("stage_change"):
        yield change.deal, change.at


def _workdays(
    logins: Collection[Ref], records: Records, start: date, end: date, calendar: Calendar
) -> tuple[date, ...]:
    """The workdays of a span on which a person was in a team; all of them if they are in none."""
    terms = [
        (each.valid_from or start, each.valid_to or end) for each in records.of("membership") if each.user in logins
    ] or [(start, end)]
    every = (start + _DAY * n for n in range(max((end - start).days, 0)))
    return tuple(day for day in every if any(a <= day < b for a, b in terms) and calendar.is_workday(day))


def _row(
    user: str, workdays: Collection[date], own: Collection[date], touched: Collection[bool], kinds: Collection[str]
) -> AdoptionRow:
    active = len(set(workdays) & set(own))
    return AdoptionRow(
        user=user,
        working_days=len(workdays),
        active_days=active,
        active_share=Fraction(active, len(workdays)) if workdays else None,
        open_deals=len(touched),
        touched_deals=sum(touched),
        touched_share=Fraction(sum(touched), len(touched)) if touched else None,
        kinds=", ".join(sorted(kinds)),
    )


def _weeks(user: str, workdays: Collection[date], own: Collection[date]) -> Iterator[UseRow]:
    counts: dict[date, list[int]] = {}
    for day in workdays:
        count = counts.setdefault(day - _DAY * day.weekday(), [0, 0])
        count[0] += 1
        count[1] += day in own
    for week, (working, active) in counts.items():
        yield UseRow(user=user, week=week, working_days=working, active_days=active)
