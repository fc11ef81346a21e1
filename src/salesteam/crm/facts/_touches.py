"""Facts on what lies idle: who was last in touch about a lead, a deal or a customer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from types import MappingProxyType

import attrs

from salesteam.core import _table
from salesteam.crm._deals import Activity, Deal
from salesteam.crm._people import Account, Lead
from salesteam.crm._reading import Records
from salesteam.crm._record import Record, zoned
from salesteam.crm._ref import Ref
from salesteam.crm._store import Store
from salesteam.crm.facts._happened import happened
from salesteam.crm.facts._history import done_with
from salesteam.crm.facts._recorded import recorded
from salesteam.crm.facts._table_of_facts import FactTable, Gathering, Identity
from salesteam.errors import missing_choice

__all__ = ["TOUCHED_BY", "TOUCHES", "TOUCH_OF", "TouchRow", "touches"]

TOUCH_OF: Mapping[str, str] = MappingProxyType(
    {
        "lead": "leads that are new, worked on or qualified, touched by what is about them",
        "deal": "open deals, touched by what is about them",
        "account": "customers, touched by what is about them, their deals, their leads and their contacts",
    }
)
"""What may be touched, with one line on each."""
TOUCHES: Mapping[str, str] = MappingProxyType(
    {
        "talk": "calls, meetings and visits",
        "contact": "calls, meetings, visits and e-mails",
        "any": "these, tasks that were done, and notes",
    }
)
"""Which activities count as a touch, with one line on each."""
TOUCHED_BY: Mapping[str, str] = MappingProxyType(
    {
        "owner": "only what the owner did, or a co-owner of the deal",
        "anyone": "whatever anybody of the team did, and what nobody is named for",
    }
)
"""Whose activities count, with one line on each."""

_TALK = frozenset({"call", "meeting", "visit"})
_QUALIFY: Mapping[str, Collection[str]] = {
    "talk": _TALK,
    "contact": _TALK | {"email"},
    "any": _TALK | {"email", "task", "note"},
}
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1) // _MICROSECOND


@attrs.frozen(kw_only=True)
class TouchRow:
    """A lead, a deal or a customer, with its last touch.

    Examples
    --------
    >>> TouchRow(lead="L-1", ref="demo:lead:L-1").last_activity is None
    True
    """

    lead: str = _table.column("id of the lead, deal or customer in its source")
    status: str | None = _table.column("status of the lead or deal", default=None)
    owner: str | None = _table.column("person who holds it", default=None)
    account: str | None = _table.column("id of the customer", default=None)
    company: str | None = _table.column("name of the customer", default=None)
    registry_id: str | None = _table.column("registration number of the customer", default=None)
    domain: str | None = _table.column("domain of its e-mail addresses", default=None)
    last_activity: datetime | None = _table.column("last touch that counts; empty if there was none", default=None)
    person: str | None = _table.column("who was in touch then", default=None)
    touch: str | None = _table.column("call, email, meeting, visit, task or note", default=None)
    idle_days: Fraction | None = _table.column(
        "time since then, or since it was created if there was none, by 24 hours", unit="days", default=None
    )
    ref: str = _table.column("full reference of the record")


_Touch = tuple[datetime, str, str, str | None]
"""When, the activity, its kind, and by whom."""
_Touchable = Lead | Deal | Account


@attrs.define
class _Subject:
    """What may be touched, who holds it, and its last touch so far."""

    record: _Touchable
    owner: str | None
    holders: frozenset[str]
    last: _Touch | None = None


def touches(
    records: Records | Store,
    *,
    of: str,
    counts: str,
    by: str,
    as_of: datetime,
    identity: Identity | None = None,
    known_at: datetime | None = None,
) -> FactTable[TouchRow]:
    """The last touch of each lead, deal or customer, and how long it has lain idle.

    Use it to find what should be reclaimed: the table of leads goes into `salesteam.leads.propose`, where a rule may
    ask for `idle_days`; that of customers into the `customers` of `salesteam.leads.Book.of`.

    Parameters
    ----------
    records : Records or Store
        What was pulled, or a store that was synced.
    of : {'lead', 'deal', 'account'}
        What is touched, see `TOUCH_OF`.
    counts : {'talk', 'contact', 'any'}
        Which activities count, see `TOUCHES`.
    by : {'owner', 'anyone'}
        Whose, see `TOUCHED_BY`; the owner is the one of today, or of `known_at`.
    as_of : datetime
        The instant looked from; what is dated later is no touch.
    identity : mapping or callable, optional
        Login to person; logins are taken as persons if not given. What strangers do is no touch, so leave out the
        logins of integrations.
    known_at : datetime, optional
        As a store knew the records at this instant, so that a number of the past can be computed again.

    Returns
    -------
    FactTable of TouchRow
        One row for each that is to be touched, in the order of the records. What is done with or archived is left
        out, counted, and so are activities that touch none.

    Raises
    ------
    InvalidValueError
        For an unknown choice, or an instant without a zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> lead = Lead(ref=Ref("demo", "lead", "L-1"), name="展会", status="new")
    >>> call = Activity(ref=Ref("demo", "activity", "1"), activity_kind="call", about=lead.ref,
    ...                 occurred_at=datetime(2026, 9, 28, tzinfo=UTC))
    >>> table = touches(Records(records=(lead, call)), of="lead", counts="talk", by="anyone",
    ...                 as_of=datetime(2026, 9, 30, 12, tzinfo=UTC))
    >>> [(row.lead, row.touch, row.idle_days) for row in table.rows]
    [('L-1', 'call', Fraction(5, 2))]
    """
    for name, value, choices in (("of", of, TOUCH_OF), ("counts", counts, TOUCHES), ("by", by, TOUCHED_BY)):
        if value not in choices:
            raise missing_choice(name, choices, where=repr(value))
    chosen = (("of", of), ("counts", counts), ("by", by), ("as_of", zoned(as_of).isoformat()))
    gathering = Gathering("touches", TouchRow, chosen, identity)
    records = recorded(records, known_at)
    found: tuple[_Touchable, ...] = records.of(of)  # type: ignore[arg-type]  # the choices are kinds
    subjects: dict[Ref, _Subject] = {}
    for each in found:
        over = done_with(each)
        if over is None:
            subjects[each.ref] = _subject(each, gathering)
        else:
            gathering.leave_out(each.ref, over)
    for activity in records.of("activity"):
        about = [subjects[ref] for ref in _about(records, activity) if ref in subjects]
        reason = _touch(activity, about, gathering, counts=counts, by=by, as_of=as_of)
        if reason is None:
            gathering.use()
        else:
            gathering.leave_out(activity.ref, reason)
    for subject in subjects.values():
        gathering.use(_row(records, subject, as_of))
    return gathering.table(len(found) + len(records.of("activity")))


def _subject(each: _Touchable, gathering: Gathering[TouchRow]) -> _Subject:
    owner = gathering.person(each.owner)
    others = each.co_owners if isinstance(each, Deal) else ()
    holders = frozenset(person for person in (owner, *map(gathering.person, others)) if person is not None)
    return _Subject(each, owner, holders)


def _about(records: Records, activity: Activity) -> Iterator[Ref]:
    """What an activity touches: what it is about, and the customer behind that, or behind what a lead became."""
    if activity.about is not None:
        yield activity.about
        about = records.get(activity.about)
        account = _customer(about) or _customer(records.get(getattr(about, "converted_to", None)))
        if account is not None and account != activity.about:
            yield account


def _customer(record: Record | None) -> Ref | None:
    """The customer behind a record; of an account itself."""
    return record.ref if isinstance(record, Account) else getattr(record, "account", None)


def _touch(
    activity: Activity,
    about: list[_Subject],
    gathering: Gathering[TouchRow],
    *,
    counts: str,
    by: str,
    as_of: datetime,
) -> str | None:
    """Note a touch on what an activity is about; the reason, if it is none."""
    at = happened(activity, as_of)
    if activity.activity_kind not in _QUALIFY[counts]:
        return "does not count"
    if isinstance(at, str):
        return at
    if not about:
        return "about something else"
    person = gathering.person(activity.user)
    if by == "owner":
        about = [subject for subject in about if person in subject.holders]
        if not about:
            return "not by its owner"
    elif person is None and activity.user is not None:
        return "by no person of the team"
    touch = (at, str(activity.ref), activity.activity_kind, person)
    for subject in about:
        subject.last = touch if subject.last is None or touch[:2] > subject.last[:2] else subject.last
    return None


def _row(records: Records, subject: _Subject, as_of: datetime) -> TouchRow:
    each, last = subject.record, subject.last
    account = each.ref if isinstance(each, Account) else each.account
    customer: Account | None = records.get(account)
    since = each.created_at if last is None else last[0]
    return TouchRow(
        lead=each.ref.external_id,
        status=None if isinstance(each, Account) else each.status,
        owner=subject.owner,
        account=None if account is None else account.external_id,
        company=None if customer is None else customer.name,
        registry_id=None if customer is None else customer.registry_id,
        domain=None if customer is None else customer.domain,
        last_activity=None if last is None else last[0],
        person=None if last is None else last[3],
        touch=None if last is None else last[2],
        idle_days=None if since is None else max(Fraction(0), Fraction((as_of - since) // _MICROSECOND, _DAY)),
        ref=str(each.ref),
    )
