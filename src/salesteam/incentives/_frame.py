"""Columns of every table that goes in or comes out, declared once."""

from __future__ import annotations

from datetime import date
from datetime import date as _date
from fractions import Fraction
from typing import Literal

import attrs

from salesteam.core import Finding
from salesteam.core._table import column

__all__ = [
    "AttainmentRow", "CreditRow", "EventRow", "LeaveRow", "LineRow", "PayoutRow", "PersonRow", "PortionRow", "QuotaRow",
    "RateRow", "ReceiptRow", "ShareRow", "TargetRow", "UnpaidRow", "ValueRow",
]  # fmt: skip


@attrs.frozen(kw_only=True)
class QuotaRow:
    """One row of `quotas`."""

    payee: str = column("who")
    measure: str = column("measure of the plan")
    period: str | None = column("such as 2026-Q1", default=None)
    quota_minor: int | None = column("quota of a money measure", "minor units", default=None)
    quota: Fraction | None = column("quota of any other measure", default=None)


@attrs.frozen(kw_only=True)
class TargetRow:
    """One row of `targets`."""

    payee: str = column("who")
    period: str | None = column("such as 2026-Q1", default=None)
    target_minor: int | None = column("pay at target", "minor units", default=None)
    base_minor: int | None = column("base pay", "minor units", default=None)


@attrs.frozen(kw_only=True)
class PersonRow:
    """One row of `people`: where someone was, from one day to another."""

    payee: str = column("who")
    start: date | None = column("first day", default=None)
    end: date | None = column("day after the last", default=None)
    team: str | None = column("team", default=None)
    manager: str | None = column("manager", default=None)
    role: str | None = column("role", default=None)
    grade: str | None = column("grade", default=None)
    participation: Fraction | None = column("part-time share", default=None)


@attrs.frozen(kw_only=True)
class ValueRow:
    """One row of `values`: a measure that comes ready."""

    measure: str = column("measure, or measure.attainment")
    value: Fraction = column("the number, money in major units")
    payee: str | None = column("who", default=None)
    team: str | None = column("or which team", default=None)
    period: str | None = column("such as 2026-Q1", default=None)


@attrs.frozen(kw_only=True)
class ShareRow:
    """One row of `credits` as it comes in, instead of the crediting of the plan."""

    transaction: str = column("id of the deal")
    payee: str = column("who")
    share: Fraction = column("part of the deal")
    kind: Literal["carve_out", "overlay"] = column("carve_out or overlay")


@attrs.frozen(kw_only=True)
class LeaveRow:
    """One row of `leaves`: days on which somebody was away."""

    payee: str = column("who")
    start: date = column("first day")
    end: date = column("day after the last")


@attrs.frozen(kw_only=True)
class ReceiptRow:
    """One row of `receipts`: money that came in for a deal, or went back."""

    transaction: str | None = column("id of the deal", default=None)
    invoice: str | None = column("or the invoice, shared by the invoiced amounts of its deals", default=None)
    date: _date | None = column("day of the payment", default=None)
    paid_minor: int = column("money in", "minor units")


@attrs.frozen(kw_only=True)
class EventRow:
    """One row of `events`: what happened to a deal."""

    transaction: str = column("id of the deal")
    date: _date | None = column("day", default=None)
    kind: str = column("such as cancelled, or a milestone")
    share: Fraction | None = column("part of the deal that it is about", default=None)


@attrs.frozen(kw_only=True)
class RateRow:
    """One row of `fx`: what one unit of a currency is worth in another."""

    date: _date | None = column("day from which it holds; empty for the plan rate", default=None)
    from_: str = column("currency", key="from")
    to: str = column("currency")
    rate: Fraction = column("units of `to` for one of `from`")


@attrs.frozen(kw_only=True)
class CreditRow:
    """One row of `credits`: who got how much of which transaction."""

    transaction: str = column("id of the deal")
    payee: str = column("who; house keeps what nobody gets")
    kind: str = column("carve_out or overlay")
    share: Fraction = column("part of the deal")
    credit_minor: int = column("credited amount", "minor units")


@attrs.frozen(kw_only=True)
class AttainmentRow:
    """One row of `attainment`."""

    payee: str = column("who")
    period: str = column("pay period")
    measure: str = column("measure")
    value: Fraction | None = column("what was achieved, money in major units", default=None)
    quota: Fraction | None = column("what was asked", default=None)
    attainment: Fraction | None = column("value over quota", default=None)


@attrs.frozen(kw_only=True)
class LineRow:
    """One row of `lines`: what one credit moved."""

    transaction: str | None = column("id of the deal; empty for pay without one", default=None)
    payee: str = column("who")
    period: str = column("pay period")
    component: str = column("component")
    version: str = column("version of the plan", default="")
    before: Fraction | None = column("sum before it, money in major units", default=None)
    after: Fraction | None = column("sum after it", default=None)
    rate: Fraction | None = column("pay over (after - before)", default=None)
    pay_minor: int = column("pay", "minor units")
    formula: str = column("how", default="")
    date: _date | None = column("booking day", default=None)


@attrs.frozen(kw_only=True)
class PortionRow:
    """One row of `portions`: one tier's part of a line."""

    transaction: str | None = column("id of the deal; empty for pay without one", default=None)
    payee: str = column("who")
    period: str = column("pay period")
    component: str = column("component")
    version: str = column("version of the plan", default="")
    before: Fraction | None = column("sum before the line, money in major units", default=None)
    after: Fraction | None = column("sum after the line", default=None)
    tier: int | None = column("band, from 1", default=None)
    part: Fraction = column("how much lies in it, money in major units")
    rate: Fraction = column("its rate")
    pay: Fraction = column("pay of the portion before modifiers, in major units, exact")
    share_rate: Fraction | None = column(
        "its pay over the amount of the line; empty for a line of nothing", default=None
    )


@attrs.frozen(kw_only=True)
class PayoutRow:
    """One row of `payouts`: what a component pays someone for a period."""

    payee: str = column("who")
    period: str = column("pay period")
    component: str = column("component")
    raw: Fraction | None = column(
        "pay before gates, factors and limits, in major units; empty in columns, where portions sum to it", default=None
    )
    gate: Fraction = column("0 where a gate is closed, else 1", default=Fraction(1))
    modifier: Fraction = column("product of all factors", default=Fraction(1))
    cap_minor: int | None = column("most it may pay", "minor units", default=None)
    pay_minor: int = column("pay", "minor units")


@attrs.frozen(kw_only=True)
class UnpaidRow:
    """One row of `unpaid`: what could not be paid, and why."""

    table: str = column("table it stands in")
    row: str = column("key of the row")
    code: str = column("code of the finding")
    reason: str = column("what is wrong")
    transaction: str | None = column("id of the deal", default=None)
    payee: str | None = column("who", default=None)
    period: str | None = column("pay period", default=None)
    component: str | None = column("component", default=None)
    finding: Finding | None = attrs.field(default=None, repr=False, eq=False)
