"""The plan: what is measured, who is credited, what it pays, under which dated numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Literal

import attrs

from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.incentives._bending import Gate, Limit, Modifier, Windfall
from salesteam.incentives._component import Component
from salesteam.incentives._number import Dated, Number, Parameter
from salesteam.incentives._parts import Rounding, Where
from salesteam.incentives._quota import Quota
from salesteam.incentives._terms import (
    Accrual,
    Clawback,
    Draw,
    Exchange,
    Guarantee,
    Proration,
    Release,
    RollUp,
    WorkCalendar,
)

__all__ = ["CreditRule", "Facts", "Measure", "Plan", "Validity"]

PeriodKind = Literal["week", "month", "quarter", "half", "year", "once"]


@attrs.frozen(kw_only=True)
class Measure:
    """A number that pay hangs on, summed from transactions or given ready.

    Parameters
    ----------
    unit : {'money', 'count', 'share'}
        What the number is.
    value : str, optional
        Expression over the columns of a transaction, with numbers or the `$name` of one; without it the measure is fed
        by `values`, and a count that nothing feeds counts transactions.
    where : tuple of Where
        Which transactions count.
    scope : {'payee', 'team', 'all'}, default 'payee'
        Whose transactions count.
    aggregate : {'sum', 'count', 'distinct', 'mean', 'latest'}, default 'sum'
        How rows become one number; ``distinct`` counts the different cells of the column that `value` names.
    columns : mapping of str to str
        Units of columns that no page names; a column not named is a plain number.

    Examples
    --------
    >>> Measure(unit="money", value="amount - cost").scope
    'payee'
    """

    unit: Literal["money", "count", "share"]
    value: str | None = None
    where: tuple[Where, ...] = ()
    scope: Literal["payee", "team", "all"] = "payee"
    aggregate: Literal["sum", "count", "distinct", "mean", "latest"] = "sum"
    columns: Mapping[str, Literal["money", "count", "number"]] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class CreditRule:
    """Who gets credit for a transaction, and how much.

    Parameters
    ----------
    to : str
        Column of the transactions that names the payee; an empty cell takes nothing.
    share : Number or 'rest'
        Share of the value; ``rest`` is what the filled carve-outs leave.
    kind : {'carve_out', 'overlay'}, optional
        Cut out of the deal, or on top of it; a choice, so it has no default.

    Examples
    --------
    >>> CreditRule(to="assistant", share=Fraction(3, 20), kind="carve_out").to
    'assistant'
    """

    to: str
    share: Number | Literal["rest"]
    kind: Literal["carve_out", "overlay"] | None = None


@attrs.frozen(kw_only=True)
class Validity:
    """The days on which a version of a plan holds, the last one excluded.

    Parameters
    ----------
    from_, until : date, optional
        First day, and first day after; keys ``from`` and ``until``.

    Examples
    --------
    >>> Validity(from_=date(2026, 1, 1)).until is None
    True
    """

    from_: date | None = attrs.field(default=None, metadata={"key": "from"})
    until: date | None = None


@attrs.frozen(kw_only=True)
class Plan:
    """One version of an incentive plan, as its file says it.

    Parameters
    ----------
    currency : str
        ISO 4217 code; every amount of the plan is in it.
    period : {'week', 'month', 'quarter', 'half', 'year', 'once'}
        How often the plan pays; the period of one that pays ``once`` are the days on which it is ``valid``.
    measures, components, parameters : mapping
        By name.
    crediting : tuple of CreditRule
        Empty: the payee of a transaction gets all of it.
    rollup : RollUp, optional
        Credit of managers for their reports.
    hierarchy_at : {'transaction_date', 'period_end'}, optional
        Of which day the managers are, for the roll-up and every override that does not say it itself.
    quotas : tuple of Quota
        Quotas that the plan itself sets.
    modifiers, caps, floors, gates, windfall : tuple
        What bends pay, in the order of the pipeline.
    draw, guarantee, clawback, release : tuple
        When and how earned pay is paid, and taken back.
    guarantee_and_draw : {'larger', 'both'}, optional
        Which of the two is paid where both hold.
    proration, fx, accrual, calendar : optional
        Parts of periods, other currencies, the expense over time, days off.
    rounding : str, default 'half_up'
        How a payout is rounded to the minor unit.
    attainment_rounding : Rounding, optional
        Rounds every attainment before use.
    max_credit_share : Number, optional
        Most that all credits of one transaction may come to.
    negative_period, parameters_at, conventions : str, optional
        Choices of the plan; a bundle fills those that are not written.
    format, plan, version, status, valid : optional
        What the file is, and which version.
    text : str or mapping, optional
        One line about the plan; a mapping ``{en: …, zh: …}`` says it in both languages.

    Examples
    --------
    >>> plan = Plan(
    ...     currency="CNY",
    ...     period="month",
    ...     measures={"bookings": Measure(unit="money", value="amount")},
    ...     components={"c": Component(method="flat", measure="bookings", rate=Fraction(1, 10))},
    ... )
    >>> plan.period
    'month'
    """

    currency: str
    period: PeriodKind
    measures: Mapping[str, Measure] = attrs.field(factory=dict)
    components: Mapping[str, Component] = attrs.field(factory=dict)
    format: Literal["salesteam-plan/1"] = "salesteam-plan/1"
    plan: str = "plan"
    version: str = "1"
    status: Literal["draft", "shadow", "approved", "retired"] = "draft"
    text: str | Mapping[str, str] = ""
    conventions: str | None = None
    valid: Validity = Validity()
    parameters_at: Literal["transaction_date", "period_start", "period_end"] | None = None
    parameters: Mapping[str, Parameter] = attrs.field(factory=dict)
    crediting: tuple[CreditRule, ...] = ()
    rollup: RollUp | None = None
    hierarchy_at: Literal["transaction_date", "period_end"] | None = None
    quotas: tuple[Quota, ...] = ()
    gates: tuple[Gate, ...] = ()
    modifiers: tuple[Modifier, ...] = ()
    caps: tuple[Limit, ...] = ()
    floors: tuple[Limit, ...] = ()
    windfall: tuple[Windfall, ...] = ()
    draw: tuple[Draw, ...] = ()
    guarantee: tuple[Guarantee, ...] = ()
    guarantee_and_draw: Literal["larger", "both"] | None = None
    clawback: tuple[Clawback, ...] = ()
    release: tuple[Release, ...] = ()
    proration: Proration | None = None
    fx: Exchange | None = None
    accrual: Accrual | None = None
    calendar: WorkCalendar | None = None
    rounding: Literal["half_up", "half_away", "half_even", "down", "up"] = "half_up"
    attainment_rounding: Literal["none"] | Rounding = "none"
    max_credit_share: Number | None = None
    negative_period: Literal["carry", "deduct", "zero"] | None = None

    def set(self, **values: str | Fraction | int) -> Plan:
        """The same plan with other numbers under `parameters`: the smallest what-if.

        Parameters
        ----------
        **values : str, Fraction or int
            Parameter name to its new value, in force from the beginning.

        Returns
        -------
        Plan
            A new plan; this one is untouched.

        Raises
        ------
        NotFoundError
            If the plan has no such parameter.
        InvalidValueError
            If a value is no exact number.

        Examples
        --------
        >>> plan = Plan(currency="CNY", period="month", parameters={"low": Parameter(values=())})
        >>> plan.set(low="9%").parameters["low"].values[0].value
        Fraction(9, 100)
        """
        from salesteam.core import rational

        changed = dict(self.parameters)
        for name, value in values.items():
            if name not in changed:
                raise NotFoundError("parameter", name, changed, where=f"plan {self.plan}")
            dated = Dated(value=rational(value, where=name), reason="what-if", source="Plan.set")
            changed[name] = attrs.evolve(changed[name], values=(dated,))
        return attrs.evolve(self, parameters=changed)


@attrs.frozen(kw_only=True, eq=False)
class Facts:
    """What a plan is paid on: the tables, as frames of any kind or as lists of mappings.

    Parameters
    ----------
    transactions : frame, optional
        ``transaction``, ``date``, ``amount`` or ``amount_minor``, ``payee``, and what the plan names: ``currency``,
        ``reverses``, ``invoiced``, ``customer``, columns of `where`, of `crediting` and of values.
    credits : frame, optional
        ``transaction``, ``payee``, ``share``, ``kind`` (carve_out or overlay), instead of the `crediting` of the plan.
    quotas : frame, optional
        ``payee``, ``measure``, ``period``, ``quota`` or ``quota_minor``.
    targets : frame, optional
        ``payee``, ``period``, ``target`` and ``base`` (or ``target_minor``, ``base_minor``): pay at target, base pay.
    values : frame, optional
        ``measure`` (or measure.attainment), ``value``, ``payee`` or ``team``, ``period``: measures that come ready,
        each row as one more row of its period; what a team reached is said whole.
    people : frame, optional
        ``payee``, ``start``, ``end`` (the day after), ``team``, ``manager``, ``role``, ``grade``, ``participation``.
    leaves : frame, optional
        ``payee``, ``start``, ``end`` (the day after): days on which somebody was away.
    receipts : frame, optional
        ``transaction`` or ``invoice``, ``date``, ``paid`` or ``paid_minor``: money that came in, or went back.
    events : frame, optional
        ``transaction``, ``date``, ``kind``, ``share``: what happened to a deal, such as cancelled or a milestone.
    fx : frame, optional
        ``date``, ``from``, ``to``, ``rate``: units of `to` for one of `from`; without a date the rate of the plan.
    log : frame, optional
        ``date``, ``giver``, ``receiver``, ``kind``, ``deal``, ``confirmed_by``: help and praise, for `check`.
    ledger : frame, optional
        The entries of `settle` so far.

    Examples
    --------
    >>> Facts(transactions=[{"transaction": "T1", "date": "2026-01-05", "amount": "10"}]).quotas is None
    True
    """

    transactions: Any = None
    credits: Any = None
    quotas: Any = None
    targets: Any = None
    values: Any = None
    people: Any = None
    leaves: Any = None
    receipts: Any = None
    events: Any = None
    fx: Any = None
    log: Any = None
    ledger: Any = None

    def __attrs_post_init__(self) -> None:
        if self.transactions is None and self.values is None:
            raise InvalidValueError(
                "neither transactions nor values", where="Facts", fix="pass transactions=frame, or values=frame"
            )
