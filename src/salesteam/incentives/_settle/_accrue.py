"""The verb `accrue`: the cost of obtaining contracts, spread over the months that they serve."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import Explanation, Grid, Money, Period, Step, round_to, say
from salesteam.core import _table as t
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.incentives._days import period_of, spans
from salesteam.incentives._number import count
from salesteam.incentives._run import Run
from salesteam.incentives._settle._earned import earned_of
from salesteam.incentives._settle._known import Known, known_of
from salesteam.incentives._settle._rows import AccrualRow
from salesteam.incentives._terms import Accrual

__all__ = ["Accruals", "accrue"]

_EXPEDIENT = 12
"""Months up to which a cost may be expensed at once."""


@attrs.frozen(kw_only=True, eq=False)
class Accruals:
    """The result of `accrue`: the expense of each deal's pay, month by month.

    Parameters
    ----------
    run : Run
        What was paid.
    rows : tuple of AccrualRow
        By deal and payee, month after month.

    Examples
    --------
    >>> from salesteam.incentives import Facts, accrue, pay, plan_of
    >>> plan = plan_of(
    ...     {
    ...         "currency": "USD",
    ...         "period": "month",
    ...         "measures": {"sales": {"unit": "money", "value": "amount"}},
    ...         "components": {"c": {"measure": "sales", "method": "flat", "rate": "10%"}},
    ...         "accrual": {"method": "straight_line", "months": 60},
    ...     }
    ... )
    >>> deals = [{"transaction": "T1", "date": "2026-01-05", "amount": "30000", "payee": "ana"}]
    >>> made = accrue(pay(plan, Facts(transactions=deals)))
    >>> len(made.rows), made.rows[0].expense_minor, made.rows[0].asset_minor, made.rows[-1].asset_minor
    (60, 5000, 295000, 0)
    """

    run: Run
    rows: tuple[AccrualRow, ...] = attrs.field(repr=False)

    def to_frame(self, *, exact: bool = False) -> Any:
        """The rows as a frame of the kind that the transactions came in.

        Parameters
        ----------
        exact : bool, default False
            Rationals as two whole columns; there are none.

        Returns
        -------
        native frame
            pandas if the transactions were a list.
        """
        return t.write_rows(self.rows, AccrualRow, self.run.like, exact=exact)

    def explain(self, transaction: str, *, lang: str = "en") -> Explanation:
        """How the pay of a deal is spread.

        Parameters
        ----------
        transaction : str
            Id of the deal.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            One step for each payee, with its first and last month.

        Raises
        ------
        NotFoundError
            If nothing was paid for it.
        """
        mine: dict[str, list[AccrualRow]] = {}
        for row in self.rows:
            if row.transaction == transaction:
                mine.setdefault(row.payee, []).append(row)
        if not mine:
            known = sorted({row.transaction for row in self.rows if row.transaction})
            raise NotFoundError("transaction", transaction, known, where="these accruals")
        steps = [self._step(payee, rows, lang) for payee, rows in mine.items()]
        title = say(lang, en=f"Expense of {transaction} over time", zh=f"{transaction} 费用的分摊")
        rule = self.run.plan.accrual
        return Explanation(title, steps, () if rule is None else (f"accrual = {rule.method}, {rule.months} months",))

    def _step(self, payee: str, rows: list[AccrualRow], lang: str) -> Step:
        currency = self.run.plan.currency
        total = Money(sum(row.expense_minor for row in rows), currency).text(lang)
        first = Money(rows[0].expense_minor, currency).text(lang)
        between = f"{rows[0].period} … {rows[-1].period}"
        formula = say(
            lang, en=f"{len(rows)} months, {between}, {first} first", zh=f"{len(rows)} 个月，{between}，首月 {first}"
        )
        return Step(payee, formula, total)

    def grid(self, lang: str = "en") -> Grid:
        """The expense and the asset of each month as a display grid.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            All deals together.
        """
        sums: dict[str, list[int]] = {}
        for row in self.rows:
            found = sums.setdefault(row.period, [0, 0])
            found[0] += row.expense_minor
            found[1] += row.asset_minor
        currency = self.run.plan.currency
        heads = say(lang, en="Month|Expense|Asset of deals expensed", zh="月份|费用|余额（仍在分摊的交易）").split("|")
        rows = tuple((month, *(Money(minor, currency).text(lang) for minor in sums[month])) for month in sorted(sums))
        title = say(lang, en=f"Accrual of {self.run.plan.plan}", zh=f"{self.run.plan.plan} 费用分摊")
        return Grid(title=title, columns=tuple(heads), rows=rows, right=frozenset({1, 2}))

    def _repr_html_(self) -> str:
        return self.grid().html()


def accrue(run: Run) -> Accruals:
    """Spread the pay of each deal evenly over the months that the plan says, as ASC 340-40 asks.

    The n-th month takes R(pay·n/months) - R(pay·(n-1)/months), so the months of a deal sum to its pay.
    A reversal undoes in its own month what its original has expensed so far, and from then on mirrors it.
    Pay that no deal stands behind is no cost of a contract: it is expensed at once.

    Parameters
    ----------
    run : Run
        Of a plan with `accrual`.

    Returns
    -------
    Accruals
        One row for each deal, payee and month.

    Raises
    ------
    InvalidValueError
        If the plan has no `accrual`.

    References
    ----------
    FASB ASC 340-40-25-1 to 25-4 (incremental costs, the practical expedient of one year) and 340-40-35-1.

    Examples
    --------
    >>> from salesteam.incentives import Facts, pay, scheme
    >>> import attrs
    >>> plan = attrs.evolve(scheme("assist_split"), accrual=Accrual(method="straight_line", months=24))
    >>> deals = [{"transaction": "T1", "date": "2026-01-05", "amount": "24000", "payee": "ana"}]
    >>> rows = accrue(pay(plan, Facts(transactions=deals))).rows
    >>> [(row.period, row.expense_minor, row.asset_minor) for row in rows[:2]]
    [('2026-01', 5000, 115000), ('2026-02', 5000, 110000)]
    """
    rule = run.plan.accrual
    if rule is None:
        raise InvalidValueError(
            f"plan {run.plan.plan} has no accrual",
            where="accrue",
            fix="write accrual: {method: straight_line, months: 24, from: transaction_date}",
        )
    known = known_of(run.facts, run.plan.currency)
    pay: dict[tuple[str | None, str, str], int] = {}
    for (payee, period, _, transaction), minor in earned_of(run).lines.items():
        key = (transaction, payee, period)
        pay[key] = pay.get(key, 0) + minor
    keys = sorted(pay, key=lambda k: (k[0] is None, k[0] or "", k[1], spans(k[2])))
    return Accruals(run=run, rows=tuple(row for key in keys for row in _spread(run, known, rule, key, pay[key])))


def _spread(run: Run, known: Known, rule: Accrual, line: tuple[str | None, str, str], pay: int) -> Iterator[AccrualRow]:
    transaction, payee, period = line
    if not pay:
        return
    deal = None if transaction is None else known.deals.get(transaction)
    origin = None if transaction is None else known.deals.get(known.origin(transaction))
    own = _month(run, None if deal is None else deal.date, rule, period)
    start = min(_month(run, None if origin is None else origin.date, rule, period), own)
    whole = transaction is None or (rule.expedient and count(rule.months) <= _EXPEDIENT)
    sign, size = (-1, -pay) if pay < 0 else (1, pay)
    spent = 0
    for month in range(own, max(own + 1, start + count(rule.months))):
        done = 1 if whole else min(Fraction(month - start + 1, count(rule.months)), Fraction(1))
        total = sign * round_to(size * Fraction(done), run.plan.rounding)
        yield AccrualRow(
            transaction=transaction, payee=payee, period=_name(month), expense_minor=total - spent,
            asset_minor=pay - total,
        )  # fmt: skip
        spent = total
        if done == 1:
            return


def _month(run: Run, day: date | None, rule: Accrual, period: str) -> int:
    """Number of the month in which a deal begins to cost; 0 for one without a day."""
    start, end = spans(period)
    if day is None and start != date.min:
        day = date.fromordinal(end.toordinal() - 1)
    if day is not None and rule.from_ == "period_end":
        high = spans(period_of(run.plan, day))[1]
        day = day if high == date.max else date.fromordinal(high.toordinal() - 1)
    return 0 if day is None else day.year * 12 + day.month - 1


def _name(month: int) -> str:
    if month < 12 * date.min.year + 12:
        return str(month + 1)
    return Period.containing(date(month // 12, month % 12 + 1, 1), "month").name
