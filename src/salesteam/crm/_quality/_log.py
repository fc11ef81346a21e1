"""What happened outside the CRM: rows of calendars, telephones, mail and minutes, and whom they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, TypeVar

import attrs

from salesteam.core import Finding, Place, Report, _table, find
from salesteam.crm._people import Contact
from salesteam.crm._phone import dialled, e164
from salesteam.crm._quality._who import person_of, who_is
from salesteam.crm._reading import Records
from salesteam.crm._record import zoned
from salesteam.crm._ref import Ref
from salesteam.crm.facts._booking import zone
from salesteam.crm.facts._table_of_facts import Identity

__all__ = ["CHANNELS", "Happened", "Log", "LogRow", "Users", "read_log"]

CHANNELS: Mapping[str, str] = MappingProxyType(
    {
        "calendar": "a meeting or visit in somebody's calendar",
        "telephone": "a call in the log of the telephones",
        "mail": "a message, by its header",
        "minutes": "a promise that minutes of a meeting hold",
    }
)
"""Where a row of a log comes from, with one line on each."""
_SHORTEST_NUMBER, _TAIL = 6, 7
Meant = TypeVar("Meant")


@attrs.frozen(kw_only=True)
class LogRow:
    """One thing that happened outside the CRM.

    Examples
    --------
    >>> from datetime import UTC
    >>> LogRow(entry="1", channel="mail", user="li@shop.cn", customer="wang@acme.cn",
    ...        at=datetime(2026, 9, 30, 2, tzinfo=UTC)).promise is None
    True
    """

    entry: str = _table.column("id of the entry")
    channel: str = _table.column("calendar, telephone, mail or minutes")
    user: str = _table.column("id or e-mail address of a user")
    customer: str = _table.column(
        "id of an account; or e-mail address or telephone number of a contact, with or without the code of its country"
        " (two numbers that both have a plus sign and a code are compared whole);"
        " or an address at the account's domain"
    )
    at: datetime = _table.column("when it happened")
    promise: str | None = _table.column("what was promised; in minutes only", default=None)
    due_on: date | None = _table.column("by when", default=None)


@attrs.frozen(kw_only=True)
class Happened:
    """A row of a log whose user and customer are known."""

    row: LogRow
    user: str
    account: Ref


@attrs.frozen(kw_only=True)
class Log:
    """A log as far as it can be used, and what was left out."""

    contacts: tuple[Happened, ...]
    promises: tuple[Happened, ...]
    report: Report


def read_log(log: Any, records: Records, *, tz: str, identity: Identity | None = None) -> Log:
    """Read a log, and find whom each row means; every row that cannot be used is told.

    A row that was given twice counts once.
    """
    zone(tz)
    rows, report = _table.read_rows(log, LogRow, table="log", zone=tz)
    users, customers = Users(records, identity), _Customers(records)
    findings: list[Finding] = []
    unknown: Counter[tuple[str, str]] = Counter()
    seen: dict[str, LogRow] = {}
    found: list[Happened] = []
    for given in rows:
        row, problem = given, _problem(given)
        if problem is None:
            row = attrs.evolve(given, at=given.at.astimezone(UTC))
            problem = "another row has the same id of entry" if seen.get(row.entry, row) != row else None
        if problem is not None:
            findings.append(find("crm.log-row", Place(table="log", key=row.entry), entry=row.entry, problem=problem))
            continue
        if row.entry in seen:
            continue
        seen[row.entry] = row
        user, account = users.of(row.user), customers.of(row.customer)
        if user is None or account is None:
            unknown.update([("user", row.user)] if user is None else [])
            unknown.update([("customer", row.customer)] if account is None else [])
            continue
        found.append(Happened(row=row, user=user, account=account))
    findings.extend(_unknown(unknown))
    return Log(
        contacts=tuple(each for each in found if each.row.channel != "minutes"),
        promises=tuple(each for each in found if each.row.channel == "minutes"),
        report=report + Report(findings),
    )


def _problem(row: LogRow) -> str | None:
    if row.channel not in CHANNELS:
        return f"channel {row.channel!r} is none of {', '.join(CHANNELS)}"
    if (row.channel == "minutes") != (row.promise is not None):
        return "minutes hold a promise, and nothing else does"
    if not date.min.year < zoned(row.at).year < date.max.year:
        return f"{row.at.date()} stands for never"
    return None


def _unknown(unknown: Counter[tuple[str, str]]) -> Iterator[Finding]:
    """One finding for users and one for customers: a telephone knows many numbers that are no customer's."""
    for kind in ("user", "customer"):
        names = sorted((name for of, name in unknown if of == kind), key=lambda name: (-unknown[kind, name], name))
        if names:
            count = sum(unknown[kind, name] for name in names)
            place = Place(table="log", field=kind)
            yield find("crm.log-unknown", place, kind=kind, count=count, names=names[:5], of=len(names))


class Users:
    """The persons of users: by id, full reference and e-mail address, and by what the identity table calls them."""

    def __init__(self, records: Records, identity: Identity | None) -> None:
        self.identity = identity
        self.names: dict[str, set[str]] = {}
        who = who_is(identity)
        for user in records.of("user"):
            person = who(user.ref)
            for name in (user.ref.external_id, str(user.ref), *user.emails, person):
                self.names.setdefault(_folded(name), set()).add(person)

    def of(self, name: str) -> str | None:
        return person_of(name.strip(), self.identity) or _only(self.names.get(_folded(name)))


@attrs.frozen
class _Number:
    """A telephone number: its digits, and its form of E.164 if it is written internationally."""

    digits: str
    form: str | None

    @classmethod
    def of(cls, text: str) -> _Number:
        """Read what somebody wrote."""
        return cls(dialled(text), e164(text))

    @property
    def tail(self) -> str:
        """The last digits, which are the same however much is written before them."""
        return self.digits[-_TAIL:]

    def same(self, other: _Number) -> bool:
        """Whether it is the same: where both have the form of E.164, by that alone."""
        if self.form is not None and other.form is not None:
            return self.form == other.form
        return self.digits == other.digits

    def may_be(self, other: _Number) -> bool:
        """Whether the code of the country, or of the town, may be left out on one side; not where both tell it."""
        if self.form is not None and other.form is not None:
            return False
        one, two = self.digits, other.digits
        return min(len(one), len(two)) > _TAIL and (one.endswith(two) or two.endswith(one))


def _numbers(contact: Contact) -> Iterator[_Number]:
    """The numbers of a contact; of one that is known with its country, only so."""
    whole = [_Number.of(form) for form in contact.e164]
    yield from whole
    for number in map(_Number.of, contact.phones):
        if not any(number.same(form) or number.may_be(form) for form in whole):
            yield number


class _Customers:
    """Accounts by id and full reference, by the addresses and numbers of their contacts, and by their domains."""

    def __init__(self, records: Records) -> None:
        self.names: dict[str, set[Ref]] = {}
        self.numbers: dict[str, set[tuple[_Number, Ref]]] = {}
        self.domains: dict[str, set[Ref]] = {}
        for account in records.of("account"):
            for name in (account.ref.external_id, str(account.ref)):
                self.names.setdefault(_folded(name), set()).add(account.ref)
            if account.domain:
                self.domains.setdefault(_folded(account.domain), set()).add(account.ref)
        for contact in records.of("contact"):
            if contact.account is None:
                continue
            for address in contact.emails:
                self.names.setdefault(_folded(address), set()).add(contact.account)
            for number in _numbers(contact):
                self.numbers.setdefault(number.tail, set()).add((number, contact.account))

    def of(self, name: str) -> Ref | None:
        found = self.names.get(_folded(name))
        if found is None and "@" in name:
            found = self.domains.get(_folded(name.rpartition("@")[2]))
        return _only(self._called(_Number.of(name)) if found is None else found)

    def _called(self, number: _Number) -> set[Ref]:
        """Whose number it is; rather those whose number is the very same."""
        if len(number.digits) < _SHORTEST_NUMBER:
            return set()
        alike = self.numbers.get(number.tail, set())
        same = {account for kept, account in alike if kept.same(number)}
        return same or {account for kept, account in alike if kept.may_be(number)}


def _only(found: set[Meant] | None) -> Meant | None:
    """The one that is meant; a name that may mean several means nobody."""
    return next(iter(found)) if found is not None and len(found) == 1 else None


def _folded(name: str) -> str:
    return name.strip().casefold()
