"""The noun `Settlement`: the books after a run, and what everyone is paid."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import attrs

from salesteam.core import Explanation, Grid, Money, Report, say
from salesteam.core import _table as t
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.incentives._days import spans, within
from salesteam.incentives._display import MOST, more_rows
from salesteam.incentives._model import Plan
from salesteam.incentives._run import Run
from salesteam.incentives._settle._accrue import accrue
from salesteam.incentives._settle._choices import settled_conventions
from salesteam.incentives._settle._margins import margins
from salesteam.incentives._settle._page import explained, page
from salesteam.incentives._settle._rows import AccrualRow, LedgerRow, MarginRow, StatementRow
from salesteam.incentives._settle._table import own_rows, statements

__all__ = ["Settlement"]


_ALWAYS = frozenset({1, 3})
"""Amounts that a table shows even if they are zero: earned and paid."""


@attrs.frozen(kw_only=True, eq=False, slots=False, repr=False)
class Settlement:
    """The result of `settle`: a ledger that only grows, and a statement for each payee and period.

    Parameters
    ----------
    run : Run
        What was settled.
    old, entries : tuple of LedgerRow
        The entries that were there, and those that this settlement adds.
    report : Report
        Findings about the ledger, receipts and events, and about what was settled.
    open_period : str
        The period that was open.

    Examples
    --------
    >>> from salesteam.incentives import Facts, pay, scheme, settle
    >>> deals = [{"transaction": "T1", "date": "2026-01-05", "amount": "1000", "payee": "ana", "assistant": "bo"}]
    >>> settled = settle(pay(scheme("assist_split"), Facts(transactions=deals)))
    >>> settled.paid("ana").text(), len(settle(settled.run, settled).entries)
    ('CNY 42.50', 0)
    """

    run: Run
    old: tuple[LedgerRow, ...] = attrs.field(repr=False)
    entries: tuple[LedgerRow, ...] = attrs.field(repr=False)
    report: Report = attrs.field(repr=False)
    open_period: str

    @property
    def plan(self) -> Plan:
        """The plan, with its conventions written out."""
        return self.run.plan

    @property
    def ledger(self) -> tuple[LedgerRow, ...]:
        """All entries, old and new together: what the next settlement takes."""
        return (*self.old, *self.entries)

    @cached_property
    def statements(self) -> tuple[StatementRow, ...]:
        """One row for each payee and each period with an entry, sorted so."""
        return statements(own_rows(self.ledger, self.plan), self.plan)

    @property
    def accrual(self) -> tuple[AccrualRow, ...]:
        """The rows of `accrue`; none if the plan has no `accrual`."""
        return () if self.plan.accrual is None else accrue(self.run).rows

    @property
    def margins(self) -> tuple[MarginRow, ...]:
        """The rows of `margins`."""
        return margins(self.run).rows

    @property
    def conventions(self) -> tuple[str, ...]:
        """The choices that moved money after it was earned, as `key = option`."""
        return settled_conventions(self.plan)

    def of(self, payee: str, period: str | None = None) -> tuple[LedgerRow, ...]:
        """The entries of a payee, in one period of the books or in all.

        Parameters
        ----------
        payee : str
            Who.
        period : str, optional
            Period in whose books they stand.

        Returns
        -------
        tuple of LedgerRow
            Old and new, in the order in which they were written.
        """
        rows = own_rows(self.ledger, self.plan)
        return tuple(row for row in rows if row.payee == payee and period in {None, row.booked_period})

    def paid(self, payee: str, period: str | None = None) -> Money:
        """What a payee is paid, in one period or in all.

        Parameters
        ----------
        payee : str
            Who.
        period : str, optional
            Such as ``"2026-03"``, or ``"2026-Q1"`` for all months in it.

        Returns
        -------
        Money
            After release, guarantee, draw and money back; an advance counts in its own period.
        """
        rows = [row for row in self.statements if row.payee == payee and (period is None or within(row.period, period))]
        if not rows:
            self.run.paid(payee, period)  # refuses what nobody has heard of
        return Money(sum(row.paid_minor for row in rows), self.plan.currency)

    def debt(self, payee: str) -> Money:
        """What a payee still has to repay out of later pay.

        Parameters
        ----------
        payee : str
            Who.

        Returns
        -------
        Money
            Zero for who has no entry.
        """
        mine = [row.debt_minor for row in self.statements if row.payee == payee]
        return Money(mine[-1] if mine else 0, self.plan.currency)

    def to_frame(self, table: str = "ledger", *, exact: bool = False) -> Any:
        """A table of the settlement as a frame of the kind that the transactions came in.

        Parameters
        ----------
        table : {'ledger', 'entries', 'statement'}, default 'ledger'
            All entries, those that this settlement adds, or the statement of every payee and period.
        exact : bool, default False
            Rationals as two whole columns; these tables have none.

        Returns
        -------
        native frame
            pandas if the transactions were a list.

        Raises
        ------
        InvalidValueError
            For another table.
        """
        tables: dict[str, tuple[tuple[Any, ...], type]] = {
            "ledger": (self.ledger, LedgerRow),
            "entries": (self.entries, LedgerRow),
            "statement": (self.statements, StatementRow),
        }
        if table not in tables:
            raise InvalidValueError(
                f"there is no table {table!r}", where="to_frame", fix="use one of " + ", ".join(tables)
            )
        rows, cls = tables[table]
        return t.write_rows(rows, cls, self.run.like, exact=exact)

    def _row(self, payee: str, period: str | None) -> StatementRow:
        mine = {row.period: row for row in self.statements if row.payee == payee}
        if not mine:
            payees = sorted({row.payee for row in self.statements})
            raise NotFoundError("payee", payee, payees, where="this settlement")
        if period is None:
            return mine[max(mine, key=spans)]
        if period not in mine:
            raise NotFoundError("period", period, sorted(mine, key=spans), where=f"the statements of {payee}")
        return mine[period]

    def statement(self, payee: str, period: str | None = None, *, lang: str = "en") -> Grid:
        """One page for a payee and period: each entry under its sum, from opening to closing.

        Parameters
        ----------
        payee : str
            Who.
        period : str, optional
            Period of the books; the last one with an entry if left out.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            Prints in a terminal and in a notebook; the ids of its lines stay what they are.

        Raises
        ------
        NotFoundError
            If the payee has no entry there.
        """
        return page(self, self._row(payee, period), lang)

    def explain(self, payee: str, period: str | None = None, *, lang: str = "en") -> Explanation:
        """How a payment came about: opening, each entry and why, closing, debt.

        Parameters
        ----------
        payee : str
            Who.
        period : str, optional
            Period of the books; the last one with an entry if left out.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            Steps with the numbers in them; `Run.explain` goes on from what was earned.

        Raises
        ------
        NotFoundError
            If the payee has no entry there.
        """
        return explained(self, self._row(payee, period), lang)

    def findings(self) -> Report:
        """Findings of the run and of its settlement."""
        return Report(dict.fromkeys([*self.run.findings(), *self.report]))

    def grid(self, lang: str = "en", *, most: int | None = None) -> Grid:
        """The statements of all payees and periods as a display grid.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.
        most : int, optional
            Rows shown at most; all if left out. `print` and a notebook show twenty.

        Returns
        -------
        Grid
            One row a statement; amounts in the currency that the title names. Columns in which nothing stands are
            left out.
        """
        currency = self.plan.currency
        heads = say(
            lang, en="Payee|Period|Opening|Earned|Adjusted|Paid|Closing|Debt",
            zh="受益人|期间|期初余额|本期应得|调整|实付|期末余额|欠款",
        ).split("|")  # fmt: skip
        amounts = [
            (
                row.opening_minor, row.earned_minor, row.adjustments_minor, row.paid_minor, row.closing_minor,
                row.debt_minor,
            )
            for row in self.statements
        ]  # fmt: skip
        held = [at for at in range(len(heads) - 2) if at in _ALWAYS or any(row[at] for row in amounts)]
        rows = tuple(
            (row.payee, row.period, *(Money(each[at], currency).text(lang, unit=False) for at in held))
            for row, each in zip(self.statements[:most], amounts[:most], strict=True)
        )
        kept = say(lang, en="; ", zh="；").join(settled_conventions(self.plan, lang))
        note = more_rows(len(amounts) - len(rows), lang) + say(
            lang,
            en=f"{len(self.entries)} entries added, {self.open_period} is open. {kept}",
            zh=f"新增 {len(self.entries)} 条分录，未结期间为 {self.open_period}。{kept}",
        )
        title = say(lang, en=f"Settlement of {self.plan.plan} ({currency})", zh=f"{self.plan.plan} 结算（{currency}）")
        columns = (*heads[:2], *(heads[at + 2] for at in held))
        return Grid(title=title, columns=columns, rows=rows, right=frozenset(range(2, len(columns))), note=note.strip())

    def __repr__(self) -> str:
        paid = Money(sum(row.paid_minor for row in self.statements), self.plan.currency)
        people = len({row.payee for row in self.statements})
        return (
            f"<Settlement of {self.plan.plan} {self.plan.version}: {paid} paid, payees: {people}, "
            f"entries added: {len(self.entries)}, open: {self.open_period}>"
        )

    def __str__(self) -> str:
        return self.grid(most=MOST).text()

    def _repr_html_(self) -> str:
        return self.grid(most=MOST).html()
