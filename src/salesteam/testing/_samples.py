"""Sample records: small, valid, different from each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from salesteam.core import Money
from salesteam.crm import Account, Activity, Contact, Deal, Kind, Lead, Product, Record, Ref, Stage, Team, User
from salesteam.errors import NotFoundError

__all__ = ["sample"]

_START = date(2026, 1, 5)


def _deal(ref: Ref, number: int) -> Deal:
    return Deal(
        ref=ref,
        name=f"Deal {number}",
        status="won" if number % 2 else "open",
        value=Money(123_45 * number, "CNY"),
        closed_on=_START + timedelta(days=number) if number % 2 else None,
    )


_MAKERS: Mapping[str, Callable[[Ref, int], Record]] = MappingProxyType(
    {
        "user": lambda ref, number: User(ref=ref, name=f"User {number}"),
        "team": lambda ref, number: Team(ref=ref, name=f"Team {number}"),
        "account": lambda ref, number: Account(ref=ref, name=f"Account {number}", industry="software"),
        "contact": lambda ref, number: Contact(ref=ref, name=f"Contact {number}", emails=(f"c{number}@example.com",)),
        "lead": lambda ref, number: Lead(ref=ref, name=f"Lead {number}", status="new"),
        "stage": lambda ref, number: Stage(ref=ref, name=f"Stage {number}", stage_kind="open", position=number),
        "product": lambda ref, number: Product(ref=ref, name=f"Product {number}", price=Money(100 * number, "CNY")),
        "deal": _deal,
        "activity": lambda ref, number: Activity(ref=ref, activity_kind="task", subject=f"Task {number}"),
    }
)


def sample(kind: Kind, number: int, *, source: str = "sample") -> Record:
    """Make a valid record of a kind.

    Use it in tests of adapters and of code that takes records.

    Parameters
    ----------
    kind : str
        One of user, team, account, contact, lead, stage, product, deal, activity.
    number : int
        Different numbers give different records.
    source : str, default 'sample'
        Name of the source in its reference.

    Returns
    -------
    Record
        Without update time; a CRM sets it.

    Raises
    ------
    NotFoundError
        If there is no sample of that kind.

    Examples
    --------
    >>> sample("deal", 3).value
    Money(minor=37035, currency='CNY')
    """
    if kind not in _MAKERS:
        raise NotFoundError("sample of kind", kind, _MAKERS, where="salesteam.testing")
    return _MAKERS[kind](Ref(source, kind, f"{kind}-{number}"), number)
