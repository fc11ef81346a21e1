"""The facts that settlement looks at: deals, money that came in, events, who was there when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import attrs

from salesteam.core import Finding, Place, Report, find
from salesteam.core import _table as t
from salesteam.errors import nearest
from salesteam.incentives._frame import EventRow, LeaveRow, ReceiptRow
from salesteam.incentives._minor import minor_units
from salesteam.incentives._model import Facts
from salesteam.incentives._people import People, people_of
from salesteam.incentives._settle._rows import DealRow

__all__ = ["Known", "known_of"]


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Known:
    """Deals with what happened to them, and the people.

    Parameters
    ----------
    deals : mapping of str to DealRow
        By id; of copies the first.
    receipts : mapping of str to tuple of (date or None, int)
        Payments by deal.
    invoices : mapping of str to tuple of (date or None, int)
        Payments by invoice.
    billed : mapping of str to int
        Amount of each invoice, over all its deals.
    events : mapping of str to tuple of EventRow
        By deal.
    people : People
        Who is who.
    leaves : mapping of str to tuple of (date, date)
        Days away, by payee.
    currency : str
        Of the plan.
    major : bool
        Whether payments came in major units without a currency: they are in that of their deal.
    report : Report
        Findings of reading, and rows about deals that nobody knows.
    """

    deals: Mapping[str, DealRow]
    receipts: Mapping[str, tuple[tuple[date | None, int], ...]]
    invoices: Mapping[str, tuple[tuple[date | None, int], ...]]
    billed: Mapping[str, int]
    events: Mapping[str, tuple[EventRow, ...]]
    people: People
    leaves: Mapping[str, tuple[tuple[date, date], ...]]
    currency: str
    major: bool
    report: Report

    def origin(self, transaction: str) -> str:
        """The deal that a reversal takes back, back to the first; any other deal itself."""
        seen = {transaction}
        at = transaction
        while (deal := self.deals.get(at)) is not None and deal.reverses and deal.reverses not in seen:
            at = deal.reverses
            seen.add(at)
        return at

    def received(self, transaction: str, end: date) -> Fraction:
        """The part of a deal's invoice that had been paid before a day, between 0 and 1."""
        deal = self.deals.get(transaction)
        if deal is None:
            return Fraction(0)
        own = _before(self.receipts.get(transaction, ()), end)
        billed = deal.amount_minor if deal.invoiced_minor is None else deal.invoiced_minor
        if deal.invoice is not None and (shared := self.invoices.get(deal.invoice)):
            whole = self.billed[deal.invoice]
            own += _before(shared, end) * Fraction(billed or 0, whole) if whole else 0
        if not billed:
            return Fraction(1)
        if self.major and deal.currency is not None:
            own *= Fraction(minor_units(deal.currency, self.currency), minor_units(self.currency, self.currency))
        return min(max(Fraction(own) / billed, Fraction(0)), Fraction(1))

    def happened(self, transaction: str, kind: str, end: date) -> bool:
        """Whether an event of a kind came to a deal before a day."""
        return any(e.kind == kind and (e.date is None or e.date < end) for e in self.events.get(transaction, ()))

    def ended(self, transaction: str, kind: str, end: date) -> date | None:
        """The day of the first event of a kind that came to a deal before a day; one without a date came always."""
        days = [e.date or date.min for e in self.events.get(transaction, ()) if e.kind == kind]
        return min((day for day in days if day < end), default=None)

    @cached_property
    def horizon(self) -> date:
        """Day after the last that the facts tell of: what is later has not come."""
        dated = (deal.date for deal in self.deals.values() if deal.date is not None)
        last = max((*dated, *self.days), default=date.min)
        return date.fromordinal(last.toordinal() + 1)

    @property
    def days(self) -> Iterator[date]:
        """Days on which something happened to a deal."""
        for rows in (*self.receipts.values(), *self.invoices.values()):
            yield from (day for day, _ in rows if day is not None)
        for events in self.events.values():
            yield from (e.date for e in events if e.date is not None)


def _before(rows: Iterable[tuple[date | None, int]], end: date) -> Fraction:
    return Fraction(sum(paid for day, paid in rows if day is None or day < end))


def known_of(facts: Facts, currency: str) -> Known:
    """Read what settlement needs of the facts.

    Parameters
    ----------
    facts : Facts
        Of the run.
    currency : str
        Of the plan.

    Returns
    -------
    Known
        With findings about receipts and events of deals that nobody knows; what pay itself reads twice is told there.
    """
    deals: dict[str, DealRow] = {}
    if facts.transactions is not None:
        for deal in t.read_table(facts.transactions, DealRow, table="transactions", currency=currency).values:
            deals.setdefault(deal.transaction, deal)
    billed: dict[str, int] = {}
    for deal in deals.values():
        if deal.invoice is not None and deal.reverses is None:
            own = deal.amount_minor if deal.invoiced_minor is None else deal.invoiced_minor
            billed[deal.invoice] = billed.get(deal.invoice, 0) + (own or 0)
    receipts, report = _rows(facts.receipts, ReceiptRow, "receipts", currency)
    events, more = _rows(facts.events, EventRow, "events", currency)
    leaves, about = _rows(facts.leaves, LeaveRow, "leaves", currency)
    people = people_of(facts.people)
    named: list[tuple[str, tuple[date | None, int]]] = []
    invoiced: list[tuple[str, tuple[date | None, int]]] = []
    for r in receipts:
        bill = r.transaction in billed and r.transaction not in deals  # an invoice where a deal is named
        if r.transaction is not None and not bill:
            named.append((r.transaction, (r.date, r.paid_minor)))
        elif bill or r.invoice is not None:
            invoiced.append((str(r.transaction or r.invoice), (r.date, r.paid_minor)))
    given = set() if facts.receipts is None else set(t.raw_cells(facts.receipts))
    nameless = [str(r.date or "—") for r in receipts if r.transaction is None and r.invoice is None]
    orphans = [
        *_orphans("receipts", [*(k for k, _ in named), *nameless], deals),
        *_orphans("receipts", (k for k, _ in invoiced), billed),
        *_orphans("events", (e.transaction for e in events), deals),
    ]
    return Known(
        deals=deals, receipts=_by(named), invoices=_by(invoiced), billed=billed,
        events=_by((e.transaction, e) for e in events), people=people,
        leaves=_by((leave.payee, (leave.start, leave.end)) for leave in leaves),
        currency=currency,
        major=bool(given) and not given & {"paid_minor", "currency"},
        report=report + more + about + Report(orphans),
    )  # fmt: skip


def _rows(frame: Any, noun: Any, table: str, currency: str) -> tuple[tuple[Any, ...], Report]:
    return ((), Report()) if frame is None else t.read_rows(frame, noun, table=table, currency=currency)


def _by(pairs: Iterable[tuple[str, Any]]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, tuple[Any, ...]] = {}
    for key, row in pairs:
        found[key] = (*found.get(key, ()), row)
    return found


def _orphans(table: str, names: Iterable[str], known: Mapping[str, Any]) -> Iterator[Finding]:
    for name in sorted({name for name in names if name not in known}):
        near = nearest(name, known) or ("—",)
        yield find("incentives.deal-unknown", Place(table=table, key=name), table=table, name=name, near=near)
