"""Terms of a plan around pay: draws, guarantees, money back, release, proration, exchange, accrual."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

import attrs

from salesteam.incentives._number import Number, Whole
from salesteam.incentives._parts import Window

__all__ = [
    "Accrual", "Clawback", "Draw", "Exchange", "Guarantee", "Milestone", "Proration", "Release", "RollUp", "Step",
    "WorkCalendar",
]  # fmt: skip


@attrs.frozen(kw_only=True)
class Draw:
    """An amount paid in advance of earnings.

    Parameters
    ----------
    kind : {'non_recoverable', 'recoverable', 'advance'}
        Whether it becomes a debt, and whether it is paid at the start of the period.
    amount : Number
        Money for each pay period.
    repay_from : {'above_draw', 'all_earnings'}, optional
        What a debt is repaid from.
    window : Window, optional
        When it is given.
    max_recovery_share : Number, optional
        Most of a period's earnings that may go into repayment.
    at_end : {'forgive', 'due', 'carry'}, optional
        What becomes of a debt when the window ends.
    on_leave : {'forgive', 'due', 'carry'}, optional
        What becomes of it when somebody leaves.
    for_ : mapping, optional
        Columns of `people` that a payee must match; key ``for``.

    Examples
    --------
    >>> from fractions import Fraction
    >>> Draw(kind="recoverable", amount=Fraction(2000), repay_from="above_draw").kind
    'recoverable'
    """

    kind: Literal["non_recoverable", "recoverable", "advance"] | None = None
    amount: Number
    repay_from: Literal["above_draw", "all_earnings"] | None = None
    window: Window | None = None
    max_recovery_share: Number | None = None
    at_end: Literal["forgive", "due", "carry"] | None = None
    on_leave: Literal["forgive", "due", "carry"] | None = None
    for_: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, metadata={"key": "for"})


@attrs.frozen(kw_only=True)
class Guarantee:
    """An amount that a period pays at least, for a time.

    Parameters
    ----------
    amount : Number
        Money for each pay period.
    window : Window, optional
        When it holds.
    for_ : mapping, optional
        Columns of `people` that a payee must match; key ``for``.

    Examples
    --------
    >>> from fractions import Fraction
    >>> Guarantee(amount=Fraction(3000), window=Window(months=(1, 3))).amount
    Fraction(3000, 1)
    """

    amount: Number
    window: Window | None = None
    for_: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, metadata={"key": "for"})


@attrs.frozen(kw_only=True)
class Step:
    """One step of a term: up to when how much of the pay is unearned.

    Parameters
    ----------
    until : Whole
        Days or months since the transaction, this one counted.
    share : Number
        Part that is unearned.

    Examples
    --------
    >>> from fractions import Fraction
    >>> Step(until=90, share=Fraction(1)).until
    90
    """

    until: Whole
    share: Number


@attrs.frozen(kw_only=True)
class Clawback:
    """Pay that is taken back when something happens to the deal.

    Parameters
    ----------
    on : str
        Kind of event, as in the table `events`.
    unearned : 'all', 'event', 'straight_line', 'steps' or Number
        How much of the deal is undone: all of it, the share that the event carries, by time, or a fixed share.
    term : Whole, optional
        Length after which everything is earned.
    unit : {'days', 'months'}, optional
        Of `term` and `steps`.
    steps : tuple of Step
        For ``steps``.
    method : {'re_tier', 'at_paid_rate'}, optional
        Whether pay is computed anew on the corrected sum, or taken back at the rate it was paid at.
    limit_share : Number, optional
        Most of a period's pay that may be taken at once; what lies beyond is debt.

    Examples
    --------
    >>> Clawback(on="cancelled", unearned="all", method="re_tier").on
    'cancelled'
    """

    on: str
    unearned: Number | Literal["all", "event", "straight_line", "steps"] = "all"
    term: Whole | None = None
    unit: Literal["days", "months"] | None = None
    steps: tuple[Step, ...] = ()
    method: Literal["re_tier", "at_paid_rate"] | None = None
    limit_share: Number | None = None


@attrs.frozen(kw_only=True)
class Milestone:
    """An event that releases a share of the pay.

    Parameters
    ----------
    event : str
        Kind of event, as in the table `events`.
    share : Number
        Part that it releases; the shares of a release sum to 1.

    Examples
    --------
    >>> from fractions import Fraction
    >>> Milestone(event="signed", share=Fraction(1, 2)).share
    Fraction(1, 2)
    """

    event: str
    share: Number


@attrs.frozen(kw_only=True)
class Release:
    """When earned pay may be paid: exactly one of receipts, a holdback, or milestones.

    Parameters
    ----------
    on : {'receipts'}, optional
        With the money that comes in.
    holdback : Number, optional
        Share that is held.
    until : date or str, optional
        Day on which the holdback is paid, the name of a period whose end it waits for (``quarter``, ``year``),
        ``receipts`` for the money that comes in, or a kind of event.
    milestones : tuple of Milestone
        Events, each of which releases a part.
    expired : {'forfeit', 'release'}, optional
        What becomes of parts whose event has not come by the end of the plan, or before an event ``expired``.
    of : str, optional
        The component that it is about; all if left out.

    Examples
    --------
    >>> Release(on="receipts").milestones
    ()
    """

    on: Literal["receipts"] | None = None
    holdback: Number | None = None
    until: date | str | None = None
    milestones: tuple[Milestone, ...] = ()
    expired: Literal["forfeit", "release"] | None = None
    of: str | None = None


@attrs.frozen(kw_only=True)
class Proration:
    """How numbers of a whole period shrink for someone who was there for a part of it.

    Parameters
    ----------
    basis : {'days', 'working_days', 'whole_months', '30_360'}, optional
        What a part is counted in.
    counted_if : {'first_day', 'day_15', 'any_day'}, optional
        Under ``whole_months``: when a month counts.
    applies_to : tuple of str
        ``quota``, ``target``, ``draw``, ``guarantee``, ``cap``.
    plan_change : {'segment', 'last', 'first'}, optional
        What holds for a period in which someone changes from one `for` to another: each part by itself, with its days
        of quota and target, or the whole by the last or the first row of `people`. Left open, a deal goes by its day
        and a whole period by the last; so do, in parts, what a team reached and what comes ready.
    accumulators : {'carry', 'reset'}, optional
        Whether the running sum of the new component counts the deals before the change; it does not if left open.

    Examples
    --------
    >>> Proration(basis="days", applies_to=("quota",)).basis
    'days'
    """

    basis: Literal["days", "working_days", "whole_months", "30_360"] | None = None
    counted_if: Literal["first_day", "day_15", "any_day"] | None = None
    applies_to: tuple[Literal["quota", "target", "draw", "guarantee", "cap"], ...] = ("quota", "target")
    plan_change: Literal["segment", "last", "first"] | None = None
    accumulators: Literal["carry", "reset"] | None = None


@attrs.frozen(kw_only=True)
class Exchange:
    """How money in other currencies becomes money of the plan; key ``fx``.

    Parameters
    ----------
    rate_on : {'plan_rate', 'transaction_date', 'period_end', 'payment_date'}, optional
        Which day's rate is taken.
    round : {'transaction', 'payout'}, optional
        Whether each converted amount is rounded to the minor unit, or only the payout.
    quota_rate_on : str, optional
        Which day's rate quotas were converted at, where it differs.

    Examples
    --------
    >>> Exchange(rate_on="transaction_date", round="payout").round
    'payout'
    """

    rate_on: Literal["plan_rate", "transaction_date", "period_end", "payment_date"] | None = None
    round: Literal["transaction", "payout"] | None = None
    quota_rate_on: Literal["plan_rate", "transaction_date", "period_end", "payment_date"] | None = None


@attrs.frozen(kw_only=True)
class RollUp:
    """Credit of managers for what their reports are credited.

    Parameters
    ----------
    levels : {'once', 'every_level'}
        Only the direct manager, or everyone above.
    hierarchy_at : {'transaction_date', 'period_end'}, optional
        On which day it is looked up who manages whom.

    Examples
    --------
    >>> RollUp(levels="once", hierarchy_at="period_end").levels
    'once'
    """

    levels: Literal["once", "every_level"]
    hierarchy_at: Literal["transaction_date", "period_end"] | None = None


@attrs.frozen(kw_only=True)
class Accrual:
    """How the expense of pay is spread over time (ASC 340-40).

    Parameters
    ----------
    method : {'straight_line'}
        Equal parts.
    months : Whole
        Over how many; up to 12 the expedient expenses all at once.
    from_ : {'transaction_date', 'period_end'}, default 'transaction_date'
        Where it begins; key ``from``.
    expedient : bool, default False
        Whether costs of terms up to a year are expensed when incurred.

    Examples
    --------
    >>> Accrual(method="straight_line", months=60).months
    60
    """

    method: Literal["straight_line"]
    months: Whole
    from_: Literal["transaction_date", "period_end"] = attrs.field(default="transaction_date", metadata={"key": "from"})
    expedient: bool = False


@attrs.frozen(kw_only=True)
class WorkCalendar:
    """Days off and make-up workdays, for proration by working days.

    Parameters
    ----------
    holidays : tuple of date
        Weekdays on which nobody works.
    workdays : tuple of date
        Weekend days on which everybody does.

    Examples
    --------
    >>> WorkCalendar(holidays=(date(2026, 10, 1),)).is_workday(date(2026, 10, 1))
    False
    """

    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()

    def is_workday(self, day: date) -> bool:
        """Whether a day is worked.

        Examples
        --------
        >>> WorkCalendar().is_workday(date(2026, 11, 29))
        False
        """
        if day in self.workdays:
            return True
        return day.weekday() < 5 and day not in self.holidays
