"""Facts that pay is computed from: transactions, credits and receipts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction

import attrs

from salesteam.core import Finding, _table, find
from salesteam.crm._deals import Deal
from salesteam.crm._reading import Records
from salesteam.crm._ref import Ref
from salesteam.crm._store import Store
from salesteam.crm.facts._booking import booking
from salesteam.crm.facts._lines import Lines, lines_of
from salesteam.crm.facts._recorded import recorded
from salesteam.crm.facts._table_of_facts import FactTable, Gathering, Identity

__all__ = ["CreditRow", "ReceiptRow", "TransactionRow", "credits_of", "receipts", "transactions"]


@attrs.frozen(kw_only=True)
class TransactionRow:
    """A won deal as something that may be paid on.

    Examples
    --------
    >>> row = TransactionRow(
    ...     transaction="D-1", date=date(2026, 9, 30), amount_minor=50000, currency="CNY",
    ...     source="demo", ref="demo:deal:D-1",
    ... )
    >>> row.payee is None
    True
    """

    transaction: str = _table.column("id of the deal in its source")
    date: date = _table.column("day on which it counts")
    amount_minor: int = _table.column("value of the deal", unit="minor units")
    currency: str = _table.column("ISO 4217 code of the value")
    payee: str | None = _table.column("person who owns the deal", default=None)
    assistant: str | None = _table.column("the one co-owner of the deal, if there is exactly one", default=None)
    quantity: Fraction | None = _table.column("sum of the quantities of its lines", default=None)
    product: str | None = _table.column("name of the product, if all lines have the same", default=None)
    family: str | None = _table.column("family of that product", default=None)
    account: str | None = _table.column("name of the customer", default=None)
    team: str | None = _table.column("team of the deal in its source", default=None)
    source: str = _table.column("name of the source")
    ref: str = _table.column("full reference of the record")


@attrs.frozen(kw_only=True)
class CreditRow:
    """A person's share in a transaction.

    Examples
    --------
    >>> CreditRow(transaction="D-1", payee="wu", share=Fraction(3, 20), kind="carve_out").share
    Fraction(3, 20)
    """

    transaction: str = _table.column("id of the deal in its source")
    payee: str = _table.column("person credited")
    share: Fraction = _table.column("share of the value, 0..1")
    kind: str = _table.column("carve_out (shares sum to 1) or overlay (on top)")


@attrs.frozen(kw_only=True)
class ReceiptRow:
    """Money that came in for a transaction, or went back.

    Examples
    --------
    >>> ReceiptRow(transaction="D-1", date=date(2026, 10, 12), paid_minor=-50000, currency="CNY").paid_minor
    -50000
    """

    transaction: str = _table.column("id of the deal in its source")
    date: date = _table.column("day of the payment")
    paid_minor: int = _table.column("amount paid; negative if refunded", unit="minor units")
    currency: str = _table.column("ISO 4217 code of the amount")


def transactions(
    records: Records | Store,
    *,
    booked_on: str,
    tz: str,
    identity: Identity | None = None,
    known_at: datetime | None = None,
) -> FactTable[TransactionRow]:
    """Won deals as transactions.

    Use it to feed `salesteam.incentives.pay`.

    Parameters
    ----------
    records : Records or Store
        What was pulled, or a store that was synced.
    booked_on : {'closed_on', 'closed_at', 'won_stage'}
        On which day a deal counts; one deal can fall in two quarters, so there is no default.
    tz : str
        Zone in which instants become days.
    identity : mapping or callable, optional
        Login to person; logins are taken as persons if not given.
    known_at : datetime, optional
        As a store knew the records at this instant, so that a number of the past can be computed again.

    Returns
    -------
    FactTable of TransactionRow
        One row a won deal; what was left out, with reasons.

    Examples
    --------
    >>> from salesteam.core import Money
    >>> from salesteam.crm import Ref
    >>> deal = Deal(ref=Ref("demo", "deal", "D-1"), status="won", value=Money.of("500", "CNY"),
    ...             closed_on=date(2026, 9, 30), owner=Ref("demo", "user", "li"))
    >>> table = transactions(Records(records=(deal,)), booked_on="closed_on", tz="Asia/Shanghai")
    >>> [(row.transaction, row.amount_minor, row.payee) for row in table.rows]
    [('D-1', 50000, 'li')]
    """
    records = recorded(records, known_at)
    gathering = Gathering("transactions", TransactionRow, (("booked_on", booked_on), ("tz", tz)), identity)
    day_of = booking(records, booked_on, tz)
    lines = lines_of(records)
    for deal in records.of("deal"):
        day = day_of(deal)
        payee = gathering.person(deal.owner) if deal.status == "won" else None
        if deal.status != "won":
            gathering.leave_out(deal.ref, deal.status)
        elif day is None:
            finding = find("crm.no-booking-date", ref=str(deal.ref), booked_on=booked_on)
            gathering.leave_out(deal.ref, "no date", finding)
        elif deal.value is None:
            gathering.leave_out(deal.ref, "no value", find("crm.no-value", ref=str(deal.ref)))
        elif payee is None and deal.owner is not None:
            gathering.leave_out(deal.ref, "owner is no person of the team")
        else:
            if len(deal.co_owners) > 1 and not deal.splits:
                gathering.findings.append(_unshared(deal))
            assistant = gathering.person(deal.co_owners[0]) if len(deal.co_owners) == 1 else None
            account = records.get(deal.account)
            name = account.name if account is not None else None
            gathering.use(_transaction(deal, day, payee, assistant, name, lines(deal)))
    return gathering.table(len(records.of("deal")))


def _unshared(deal: Deal) -> Finding:
    return find("crm.co-owners-without-shares", ref=str(deal.ref), count=len(deal.co_owners))


def _transaction(
    deal: Deal, day: date, payee: str | None, assistant: str | None, account: str | None, lines: Lines
) -> TransactionRow:
    assert deal.value is not None
    return TransactionRow(
        transaction=deal.ref.external_id,
        date=day,
        amount_minor=deal.value.minor,
        currency=deal.value.currency,
        payee=payee,
        assistant=assistant,
        quantity=lines.quantity,
        product=lines.product,
        family=lines.family,
        account=account,
        team=deal.team.external_id if deal.team else None,
        source=deal.ref.source,
        ref=str(deal.ref),
    )


def credits_of(
    records: Records | Store, *, identity: Identity | None = None, known_at: datetime | None = None
) -> FactTable[CreditRow]:
    """Who is credited for each won deal, by the splits that the CRM holds.

    A deal without splits goes to its owner alone; a revenue split becomes ``carve_out``.

    Parameters
    ----------
    records : Records or Store
        What was pulled, or a store that was synced.
    identity : mapping or callable, optional
        Login to person; logins are taken as persons if not given.
    known_at : datetime, optional
        As a store knew the records at this instant, so that a number of the past can be computed again.

    Returns
    -------
    FactTable of CreditRow
        One row a share; a deal whose revenue shares do not sum to 1 is left out with a finding.

    Examples
    --------
    >>> from salesteam.crm import Ref, Split
    >>> users = [Ref("demo", "user", name) for name in ("li", "wu")]
    >>> splits = tuple(Split(user=user, share=share, split_kind="revenue")
    ...                for user, share in zip(users, (Fraction(3, 5), Fraction(2, 5))))
    >>> deal = Deal(ref=Ref("demo", "deal", "D-1"), status="won", owner=users[0], splits=splits)
    >>> [(row.payee, row.share) for row in credits_of(Records(records=(deal,))).rows]
    [('li', Fraction(3, 5)), ('wu', Fraction(2, 5))]
    """
    records = recorded(records, known_at)
    gathering = Gathering("credits", CreditRow, (), identity)
    for deal in records.of("deal"):
        ref = str(deal.ref)
        revenue = sum((split.share for split in deal.splits if split.split_kind == "revenue"), Fraction(0))
        shared = any(split.split_kind == "revenue" for split in deal.splits)
        if deal.status != "won":
            gathering.leave_out(deal.ref, deal.status)
        elif shared and revenue != 1:
            gathering.leave_out(deal.ref, "shares not 1", find("crm.shares-not-1", ref=ref, total=revenue))
        elif not shared and deal.owner is None:
            finding = find("crm.no-owner", kind="deal", ref=ref, table="credits")
            gathering.leave_out(deal.ref, "no owner", finding)
        else:
            if not shared and deal.co_owners:
                gathering.findings.append(_unshared(deal))
            people = [(gathering.person(user), share, kind) for user, share, kind in _shares(deal)]
            rows = [
                CreditRow(transaction=deal.ref.external_id, payee=payee, share=share, kind=kind)
                for payee, share, kind in people
                if payee is not None
            ]
            if rows:
                gathering.use(*rows)
            else:
                gathering.leave_out(deal.ref, "owner is no person of the team")
    return gathering.table(len(records.of("deal")))


def _shares(deal: Deal) -> Iterator[tuple[Ref | None, Fraction, str]]:
    if not any(split.split_kind == "revenue" for split in deal.splits):
        yield deal.owner, Fraction(1), "carve_out"
    for split in deal.splits:
        yield split.user, split.share, "carve_out" if split.split_kind == "revenue" else "overlay"


def receipts(records: Records | Store, *, known_at: datetime | None = None) -> FactTable[ReceiptRow]:
    """Payments and refunds of deals, one row each: 500 paid of 1,000 is two facts, not a ratio.

    Parameters
    ----------
    records : Records or Store
        What was pulled, or a store that was synced.
    known_at : datetime, optional
        As a store knew the records at this instant, so that a number of the past can be computed again.

    Returns
    -------
    FactTable of ReceiptRow
        A refund is negative, whichever sign its source gives it; bookings and invoices are left out, counted.

    Examples
    --------
    >>> from salesteam.core import Money
    >>> from salesteam.crm import MoneyEvent, Ref
    >>> paid = MoneyEvent(ref=Ref("demo", "money_event", "1"), deal=Ref("demo", "deal", "D-1"), on=date(2026, 9, 1),
    ...                   value=Money.of("500", "CNY"), event_kind="paid")
    >>> [row.paid_minor for row in receipts(Records(records=(paid,))).rows]
    [50000]
    """
    records = recorded(records, known_at)
    gathering = Gathering("receipts", ReceiptRow)
    for event in records.of("money_event"):
        if event.event_kind not in {"paid", "refund"}:
            gathering.leave_out(event.ref, event.event_kind)
            continue
        paid = -abs(event.value.minor) if event.event_kind == "refund" else event.value.minor
        gathering.use(
            ReceiptRow(
                transaction=event.deal.external_id, date=event.on, paid_minor=paid, currency=event.value.currency
            )
        )
    return gathering.table(len(records.of("money_event")))
