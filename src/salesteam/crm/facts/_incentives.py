"""Facts that pay is computed from: transactions, credits and receipts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

import attrs

from salesteam.core import _table, find
from salesteam.crm._deals import Deal, DealLine, Product
from salesteam.crm._people import Account
from salesteam.crm._pull import Records
from salesteam.crm.facts._booking import booking
from salesteam.crm.facts._table_of_facts import FactTable, Gathering

__all__ = ["CreditRow", "ReceiptRow", "TransactionRow", "credits_of", "receipts", "transactions"]

Identity = Mapping[str, str] | Callable[[str], str | None]


@attrs.frozen(kw_only=True)
class TransactionRow:
    """A won deal as something that may be paid on."""

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
    """A person's share in a transaction."""

    transaction: str = _table.column("id of the deal in its source")
    payee: str = _table.column("person credited")
    share: Fraction = _table.column("share of the value, 0..1")
    kind: str = _table.column("carve_out (shares sum to 1) or overlay (on top)")


@attrs.frozen(kw_only=True)
class ReceiptRow:
    """Money that came in for a transaction, or went back."""

    transaction: str = _table.column("id of the deal in its source")
    date: date = _table.column("day of the payment")
    paid_minor: int = _table.column("amount paid; negative if refunded", unit="minor units")
    currency: str = _table.column("ISO 4217 code of the amount")


def _products(records: Records) -> dict[object, tuple[Fraction, str | None, str | None]]:
    """Quantity, product and family of each deal; a product only where all lines agree."""
    found: dict[object, tuple[Fraction, set[Product | None]]] = {}
    for line in records.of("deal_line"):
        if isinstance(line, DealLine):
            quantity, products = found.get(line.deal, (Fraction(0), set()))
            found[line.deal] = (quantity + line.quantity, products | {records.get(line.product)})
    return {deal: (quantity, *_one(products)) for deal, (quantity, products) in found.items()}


def _one(products: set[Product | None]) -> tuple[str | None, str | None]:
    product = next(iter(products)) if len(products) == 1 else None
    return (product.name, product.family) if product is not None else (None, None)


def transactions(
    records: Records, *, booked_on: str, tz: str, identity: Identity | None = None
) -> FactTable[TransactionRow]:
    """Won deals as transactions.

    Use it to feed `salesteam.incentives.pay`.

    Parameters
    ----------
    records : Records
        What was pulled.
    booked_on : {'closed_on', 'closed_at', 'won_stage'}
        On which day a deal counts; one deal can fall in two quarters, so there is no default.
    tz : str
        Zone in which instants become days.
    identity : mapping or callable, optional
        Login to person; logins are taken as persons if not given.

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
    gathering = Gathering("transactions", TransactionRow, (("booked_on", booked_on), ("tz", tz)), identity)
    day_of = booking(records, booked_on, tz)
    products = _products(records)
    for deal in records.of("deal"):
        row = _transaction(
            records, deal, day_of(deal), gathering, products.get(deal.ref, (None, None, None)), booked_on
        )
        if row is not None:
            gathering.rows.append(row)
    return gathering.table(len(records.of("deal")))


def _transaction(
    records: Records,
    deal: Deal,
    day: date | None,
    gathering: Gathering[TransactionRow],
    product: tuple[Fraction | None, str | None, str | None],
    booked_on: str,
) -> TransactionRow | None:
    if deal.status != "won":
        return gathering.leave_out(deal.status)
    if day is None:
        return gathering.leave_out("no date", find("crm.no-booking-date", ref=str(deal.ref), booked_on=booked_on))
    if deal.value is None:
        return gathering.leave_out("no value", find("crm.no-value", ref=str(deal.ref)))
    payee = None
    if deal.owner is not None:
        payee = gathering.person(deal.owner.external_id)
        if payee is None:
            return gathering.leave_out("owner is no person of the team")
    assistant = gathering.person(deal.co_owners[0].external_id) if len(deal.co_owners) == 1 else None
    account = records.get(deal.account)
    return TransactionRow(
        transaction=deal.ref.external_id,
        date=day,
        amount_minor=deal.value.minor,
        currency=deal.value.currency,
        payee=payee,
        assistant=assistant,
        quantity=product[0],
        product=product[1],
        family=product[2],
        account=account.name if isinstance(account, Account) else None,
        team=deal.team.external_id if deal.team else None,
        source=deal.ref.source,
        ref=str(deal.ref),
    )


def credits_of(records: Records, *, identity: Identity | None = None) -> FactTable[CreditRow]:
    """Who is credited for each won deal, by the splits that the CRM holds.

    A deal without splits goes to its owner alone; a revenue split becomes ``carve_out``.

    Parameters
    ----------
    records : Records
        What was pulled.
    identity : mapping or callable, optional
        Login to person; logins are taken as persons if not given.

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
    gathering = Gathering("credits", CreditRow, (), identity)
    for deal in records.of("deal"):
        ref = str(deal.ref)
        if deal.status != "won":
            gathering.leave_out(deal.status)
            continue
        revenue = [split for split in deal.splits if split.split_kind == "revenue"]
        total = sum((split.share for split in revenue), Fraction(0))
        if revenue and total != 1:
            gathering.leave_out("shares not 1", find("crm.shares-not-1", ref=ref, total=total))
            continue
        if not revenue and deal.owner is None:
            gathering.leave_out("no owner", find("crm.no-owner", kind="deal", ref=ref, table="credits"))
            continue
        if not revenue and deal.co_owners:
            gathering.findings.append(find("crm.co-owners-without-shares", ref=ref, count=len(deal.co_owners)))
        shares = [(split.user, split.share, "carve_out") for split in revenue] or [
            (deal.owner, Fraction(1), "carve_out")
        ]
        shares += [(split.user, split.share, "overlay") for split in deal.splits if split.split_kind == "overlay"]
        for user, share, kind in shares:
            payee = gathering.person(user.external_id)
            if payee is not None:
                gathering.rows.append(CreditRow(transaction=deal.ref.external_id, payee=payee, share=share, kind=kind))
    return gathering.table(len(records.of("deal")))


def receipts(records: Records) -> FactTable[ReceiptRow]:
    """Payments and refunds of deals, one row each: 500 paid of 1,000 is two facts, not a ratio.

    Parameters
    ----------
    records : Records
        What was pulled.

    Returns
    -------
    FactTable of ReceiptRow
        Refunds are negative; bookings and invoices are left out, counted.

    Examples
    --------
    >>> from salesteam.core import Money
    >>> from salesteam.crm import MoneyEvent, Ref
    >>> paid = MoneyEvent(ref=Ref("demo", "money_event", "1"), deal=Ref("demo", "deal", "D-1"), on=date(2026, 9, 1),
    ...                   value=Money.of("500", "CNY"), event_kind="paid")
    >>> [row.paid_minor for row in receipts(Records(records=(paid,))).rows]
    [50000]
    """
    gathering = Gathering("receipts", ReceiptRow)
    signs = {"paid": 1, "refund": -1}
    for event in records.of("money_event"):
        sign = signs.get(event.event_kind)
        if sign is None:
            gathering.leave_out(event.event_kind)
            continue
        gathering.rows.append(
            ReceiptRow(
                transaction=event.deal.external_id,
                date=event.on,
                paid_minor=sign * event.value.minor,
                currency=event.value.currency,
            )
        )
    return gathering.table(len(records.of("money_event")))
