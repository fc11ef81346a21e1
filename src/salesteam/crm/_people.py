"""Records of people, teams, customers and leads."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import ClassVar, Literal

import attrs

from salesteam.core import Money
from salesteam.crm._phone import e164, e164_in
from salesteam.crm._record import Record, days, numbers
from salesteam.crm._ref import Kind, Ref
from salesteam.errors import InvalidValueError

__all__ = [
    "Account",
    "Contact",
    "Lead",
    "Membership",
    "Team",
    "User",
]


@attrs.frozen(kw_only=True)
class User(Record):
    """A login, not a person: one person may have several.

    Examples
    --------
    >>> User(ref=Ref("demo", "user", "li"), name="李雷").active
    True
    """

    kind: ClassVar[Kind] = "user"
    name: str
    emails: tuple[str, ...] = ()
    active: bool = True
    tz: str | None = None
    manager: Ref | None = None
    employee_no: str | None = None


@attrs.frozen(kw_only=True)
class Team(Record):
    """A team as the source knows it.

    Examples
    --------
    >>> Team(ref=Ref("demo", "team", "east"), name="East").parent is None
    True
    """

    kind: ClassVar[Kind] = "team"
    name: str
    parent: Ref | None = None
    lead: Ref | None = None


@attrs.frozen(kw_only=True)
class Membership(Record):
    """A user in a team over half-open dates; an open end is None.

    Examples
    --------
    >>> Membership(ref=Ref("demo", "membership", "li/east"), user=Ref("demo", "user", "li"),
    ...            team=Ref("demo", "team", "east")).valid_to is None
    True
    """

    kind: ClassVar[Kind] = "membership"
    user: Ref
    team: Ref
    role: str | None = None
    valid_from: date | None = days()
    valid_to: date | None = days()

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.valid_from is not None and self.valid_to is not None and self.valid_to <= self.valid_from:
            raise InvalidValueError(
                f"it ends on {self.valid_to}, not after its start on {self.valid_from}",
                where="Membership.valid_to",
                fix="give the first day on which it no longer holds",
            )


@attrs.frozen(kw_only=True)
class Account(Record):
    """A customer company.

    Examples
    --------
    >>> Account(ref=Ref("demo", "account", "A-1"), name="Acme", country="US").country
    'US'
    """

    kind: ClassVar[Kind] = "account"
    name: str
    industry: str | None = None
    country: str | None = None
    region: str | None = None
    tier: str | None = None
    owner: Ref | None = None
    parent: Ref | None = None
    registry_id: str | None = None
    domain: str | None = None


@attrs.frozen(kw_only=True)
class Contact(Record):
    """A person at a customer; telephone numbers are as the source writes them, extensions and all.

    `e164_by_region` has the form of E.164 of those that tell no country, where the source has a `phone_region`.

    Examples
    --------
    >>> wang = Contact(ref=Ref("demo", "contact", "C-1"), name="王总", phones=("+86 10 1234 5678 转 12", "5678"))
    >>> wang.e164
    ('+861012345678',)
    """

    kind: ClassVar[Kind] = "contact"
    name: str
    account: Ref | None = None
    title: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    e164_by_region: tuple[str, ...] = ()

    @property
    def e164(self) -> tuple[str, ...]:
        """The numbers in the form of E.164, each once: those written internationally, then those of the region.

        Examples
        --------
        >>> Contact(ref=Ref("demo", "contact", "C-1"), name="王总").e164
        ()
        """
        told = (form for number in self.phones if (form := e164(number)) is not None)
        return tuple(dict.fromkeys((*told, *self.e164_by_region)))

    def in_region(self, region: str | None) -> Contact:
        """The contact with the numbers that tell no country read by the plan of a region; as it is without one.

        Examples
        --------
        >>> wang = Contact(ref=Ref("demo", "contact", "C-1"), name="王总", phones=("010-8765 4321",))
        >>> wang.in_region("CN").e164, wang.in_region(None).e164
        (('+861087654321',), ())
        """
        return self if region is None else attrs.evolve(self, e164_by_region=e164_in(region, self.phones))


@attrs.frozen(kw_only=True)
class Lead(Record):
    """An enquiry that is not yet a deal.

    Examples
    --------
    >>> Lead(ref=Ref("demo", "lead", "L-1"), name="展会名片", status="new").status
    'new'
    """

    kind: ClassVar[Kind] = "lead"
    name: str
    status: Literal["new", "working", "qualified", "disqualified", "converted"]
    company: str | None = None
    account: Ref | None = None
    source: str | None = None
    region: str | None = None
    industry: str | None = None
    product: Ref | None = None
    value: Money | None = None
    owner: Ref | None = None
    score: Fraction | None = numbers()
    converted_to: Ref | None = None
