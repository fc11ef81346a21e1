"""Columns of what settlement reads and writes: the ledger, the statement, and the facts that release pay."""

from __future__ import annotations

from datetime import date
from datetime import date as _date

import attrs

from salesteam.core._table import column

__all__ = ["KINDS", "AccrualRow", "DealRow", "LedgerRow", "MarginRow", "StatementRow"]

KINDS = (
    "earned", "adjustment", "held", "released", "draw", "recovery", "carry", "forfeited", "paid",
)  # fmt: skip
"""Kinds of ledger entries, in the order of a statement."""


@attrs.frozen(kw_only=True)
class LedgerRow:
    """One entry of the `ledger`: an amount that moves what a payee is owed, never edited once written."""

    entry: str = column("id of the entry", default="")
    payee: str = column("who")
    booked_period: str = column("period in whose books it stands")
    original_period: str | None = column("period that the pay is of; the booked one if empty", default=None)
    kind: str = column("earned, adjustment, held, released, draw, recovery, carry, forfeited or paid")
    component: str | None = column("component", default=None)
    transaction: str | None = column("id of the deal; empty for pay without one", default=None)
    amount_minor: int = column("owed to the payee if above zero", "minor units")
    plan: str | None = column("name of the plan", default=None)
    version: str | None = column("version of the plan", default=None)
    known_as_of: date | None = column("last day of the knowledge that it rests on", default=None)
    cause: str | None = column("why it was written", default=None)

    @property
    def original(self) -> str:
        """Period that the pay is of."""
        return self.original_period or self.booked_period


@attrs.frozen(kw_only=True)
class StatementRow:
    """One row of the `statement`: what became of a payee's pay in a period.

    Closing is the sum of all columns before it, `paid` taken away.
    """

    payee: str = column("who")
    period: str = column("period of the books")
    opening_minor: int = column("balance brought forward, above zero if owed to the payee", "minor units")
    earned_minor: int = column("pay of the period itself", "minor units")
    adjustments_minor: int = column("corrections of pay of earlier periods", "minor units")
    held_minor: int = column("pay that has to wait, below zero", "minor units")
    released_minor: int = column("pay that waited and may be paid now", "minor units")
    draw_minor: int = column("top-up by a draw or a guarantee", "minor units")
    recovery_minor: int = column("top-ups repaid, below zero", "minor units")
    carry_minor: int = column("moved into debt, or out of it if below zero", "minor units", default=0)
    forfeited_minor: int = column(
        "pay lost, below zero; a negative total forgiven, above zero", "minor units", default=0
    )
    paid_minor: int = column("paid in this period", "minor units")
    closing_minor: int = column("balance carried forward", "minor units")
    debt_minor: int = column("what the payee still has to repay out of later pay", "minor units")
    settled_minor: int | None = column(
        "of an advance: the part paid at the end of the period", "minor units", default=None
    )


@attrs.frozen(kw_only=True)
class DealRow:
    """What settlement reads of a row of `transactions`."""

    transaction: str = column("id of the deal")
    date: _date | None = column("booking day", default=None)
    amount_minor: int | None = column("amount", "minor units", default=None)
    cost_minor: int | None = column("cost", "minor units", default=None)
    invoiced_minor: int | None = column(
        "amount of its invoice; the amount of the deal if empty", "minor units", default=None
    )
    invoice: str | None = column("invoice that it stands on, perhaps with other deals", default=None)
    reverses: str | None = column("deal that it takes back", default=None)
    currency: str | None = column("ISO 4217", default=None)


@attrs.frozen(kw_only=True)
class AccrualRow:
    """One row of the `accrual`: what the pay of a deal costs in a month, and what of it is still an asset."""

    transaction: str | None = column("id of the deal; empty for pay without one", default=None)
    payee: str = column("who")
    period: str = column("month, such as 2026-03; a number from 1 for a deal without a day")
    expense_minor: int = column("expense of the month", "minor units")
    asset_minor: int = column("what is left to expense after it", "minor units")


@attrs.frozen(kw_only=True)
class MarginRow:
    """One row of `margins`: what a deal leaves after commission that is paid and received for it."""

    transaction: str = column("id of the deal")
    revenue_minor: int | None = column("its amount", "minor units", default=None)
    cost_minor: int | None = column("its cost", "minor units", default=None)
    commission_paid_minor: int = column("paid to agents and payees", "minor units")
    commission_received_minor: int = column("received from the principal", "minor units")
    cost_with_commission_minor: int | None = column(
        "cost + paid - received; empty without a cost", "minor units", default=None
    )
    margin_minor: int | None = column("revenue - cost with commission", "minor units", default=None)
