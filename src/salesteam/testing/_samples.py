"""Sample records: small, valid, different from each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from salesteam.core import Money
from salesteam.crm import (
    Account,
    Activity,
    Commitment,
    Contact,
    Deal,
    DealContact,
    DealLine,
    Kind,
    Lead,
    Membership,
    MoneyEvent,
    Pipeline,
    Product,
    Quota,
    Record,
    Ref,
    Stage,
    StageChange,
    Team,
    User,
)
from salesteam.errors import NotFoundError

__all__ = ["sample"]

_START = date(2026, 1, 5)
_NOON = datetime(2026, 1, 5, 4, tzinfo=UTC)


def _maker(kind: Kind) -> Callable[[Ref, int], Record]:
    def other(target: Kind, ref: Ref, number: int) -> Ref:
        return Ref(ref.source, target, f"{target}-{number}")

    makers: Mapping[Kind, Callable[[Ref, int], Record]] = {
        "user": lambda ref, n: User(ref=ref, name=f"User {n}"),
        "team": lambda ref, n: Team(ref=ref, name=f"Team {n}"),
        "membership": lambda ref, n: Membership(ref=ref, user=other("user", ref, n), team=other("team", ref, 1)),
        "account": lambda ref, n: Account(ref=ref, name=f"Account {n}", industry="software"),
        "contact": lambda ref, n: Contact(ref=ref, name=f"Contact {n}", emails=(f"c{n}@example.com",)),
        "lead": lambda ref, n: Lead(ref=ref, name=f"Lead {n}", status="new"),
        "pipeline": lambda ref, n: Pipeline(ref=ref, name=f"Pipeline {n}"),
        "stage": lambda ref, n: Stage(ref=ref, name=f"Stage {n}", stage_kind="open", position=n),
        "product": lambda ref, n: Product(ref=ref, name=f"Product {n}", price=Money(100 * n, "CNY")),
        "deal": _deal,
        "deal_contact": lambda ref, n: DealContact(
            ref=ref, deal=other("deal", ref, n), contact=other("contact", ref, n), role="decision_maker"
        ),
        "deal_line": lambda ref, n: DealLine(ref=ref, deal=other("deal", ref, n), product=other("product", ref, n)),
        "stage_change": lambda ref, n: StageChange(
            ref=ref, deal=other("deal", ref, n), to=other("stage", ref, n), at=_NOON + timedelta(n), evidence="native"
        ),
        "activity": lambda ref, n: Activity(ref=ref, activity_kind="task", subject=f"Task {n}"),
        "money_event": lambda ref, n: MoneyEvent(
            ref=ref,
            deal=other("deal", ref, n),
            on=_START + timedelta(n),
            value=Money(100 * n, "CNY"),
            event_kind="paid",
        ),
        "commitment": lambda ref, n: Commitment(ref=ref, text=f"Promise {n}", status="open"),
        "quota": lambda ref, n: Quota(
            ref=ref, holder=other("user", ref, n), period="2026-Q1", metric="revenue", target=Fraction(1000 * n)
        ),
    }
    if kind not in makers:
        raise NotFoundError("kind of record", kind, makers, where="salesteam.testing")
    return makers[kind]


def _deal(ref: Ref, number: int) -> Deal:
    won = number % 2 == 1
    return Deal(
        ref=ref,
        name=f"Deal {number}",
        status="won" if won else "open",
        value=Money(123_45 * number, "CNY"),
        closed_on=_START + timedelta(number) if won else None,
    )


def sample(kind: Kind, number: int, *, source: str = "sample") -> Record:
    """Make a valid record of a kind.

    Use it in tests of adapters and of code that takes records.

    Parameters
    ----------
    kind : str
        One of `salesteam.crm.KINDS`.
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
        For an unknown kind.

    Examples
    --------
    >>> sample("deal", 3).value
    Money(minor=37035, currency='CNY')
    """
    make = _maker(kind)
    return make(Ref(source, kind, f"{kind}-{number}"), number)
