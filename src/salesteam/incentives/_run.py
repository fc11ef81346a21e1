"""What a run gives back: tables, totals, and the way to every number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from salesteam.core import Explanation, Grid, Money, Report, exponent, number_text, say
from salesteam.core import _table as t
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.incentives import _frame as frame
from salesteam.incentives._conventions import run_conventions
from salesteam.incentives._days import within
from salesteam.incentives._display import MOST, more_rows
from salesteam.incentives._frame import LineRow, PayoutRow, PortionRow, UnpaidRow
from salesteam.incentives._model import Facts, Plan

if TYPE_CHECKING:
    from salesteam.incentives._exact._carried import State

__all__ = ["TABLES", "Run"]

TABLES: Mapping[str, type] = {
    "credits": frame.CreditRow, "attainment": frame.AttainmentRow, "lines": LineRow, "portions": PortionRow,
    "payouts": PayoutRow, "unpaid": UnpaidRow,
}  # fmt: skip
"""The tables of a run, and what their rows are."""


@attrs.frozen(kw_only=True, eq=False, slots=False, repr=False)
class Run:
    """The result of `pay`: what everyone earns, from which lines, and what could not be paid.

    Parameters
    ----------
    plan : Plan
        With its conventions written out.
    facts : Facts
        What it was paid on.
    as_of : date or None
        Day of the knowledge.
    report : Report
        Findings about the tables.
    unpaid : tuple of UnpaidRow
        Everything that could not be paid, each with code and reason.
    periods : tuple of str
        Names of the pay periods, in order.
    like : frame or None
        A frame of the kind that tables come out as.

    Examples
    --------
    >>> from salesteam.incentives import Facts, pay, scheme
    >>> deals = [{"transaction": "T1", "date": "2026-01-05", "amount": "600000", "payee": "ana"}]
    >>> people = [{"payee": "ana", "team": "north"}]
    >>> quotas = [{"payee": "ana", "measure": "bookings", "period": "2026-01", "quota": "500000"}]
    >>> run = pay(scheme("team_coefficient"), Facts(transactions=deals, people=people, quotas=quotas))
    >>> run.total.text()
    'CNY 24,000.00'
    """

    plan: Plan
    facts: Facts = attrs.field(repr=False)
    as_of: date | None
    report: Report = attrs.field(repr=False)
    unpaid: tuple[UnpaidRow, ...] = attrs.field(repr=False)
    periods: tuple[str, ...] = attrs.field(repr=False)
    like: Any = attrs.field(repr=False)

    @property
    def minor(self) -> int:
        """Minor units in a major one."""
        return int(10 ** exponent(self.plan.currency))

    @property
    def state(self) -> State:
        """What `pay(…, resume=…)` goes on from."""
        from salesteam.incentives import _exact

        return _exact.run(self.plan, self.facts, self.as_of).state

    @property
    def whole(self) -> bool:
        """Whether its lines are those of all transactions; after `pay(…, resume=…)` they are those of the new ones."""
        return True

    @property
    def payouts(self) -> tuple[PayoutRow, ...]:
        """One row for each payee, period and component, sorted so."""
        raise AssertionError

    @property
    def lines(self) -> tuple[LineRow, ...]:
        """One row for each credit and component, in the order of the running sums; pay without a transaction last."""
        raise AssertionError

    @property
    def portions(self) -> tuple[PortionRow, ...]:
        """Each line cut by tiers, exact, before modifiers, caps and rounding."""
        raise AssertionError

    @property
    def credits(self) -> tuple[frame.CreditRow, ...]:
        """Who got how much of which transaction; `house` keeps what no rule gives away."""
        raise AssertionError

    @property
    def attainment(self) -> tuple[frame.AttainmentRow, ...]:
        """What each payee with a quota reached of it, by period."""
        raise AssertionError

    @property
    def conventions(self) -> tuple[str, ...]:
        """The choices of the plan that money hangs on, as `key = option`."""
        return run_conventions(self.plan)

    @cached_property
    def total(self) -> Money:
        """The sum of all payouts."""
        return Money(sum(p.pay_minor for p in self.payouts), self.plan.currency)

    def paid(self, payee: str, period: str | None = None) -> Money:
        """What one payee gets, in one period or in all.

        Parameters
        ----------
        payee : str
            Who.
        period : str, optional
            Such as ``"2026-Q1"``: the pay periods that lie in it.

        Returns
        -------
        Money
            Zero if nothing was paid.

        Raises
        ------
        NotFoundError
            If the run knows no such payee, or no pay period that lies in the period.
        """
        self._asked(payee, period)
        mine = (p.pay_minor for p in self.payouts if p.payee == payee and (period is None or within(p.period, period)))
        return Money(sum(mine), self.plan.currency)

    def to_frame(self, table: str = "payouts", *, exact: bool = False, columns: Sequence[str] | None = None) -> Any:
        """A table of the run as a frame of the kind that the transactions came in.

        Parameters
        ----------
        table : {'payouts', 'lines', 'portions', 'credits', 'attainment', 'unpaid'}, default 'payouts'
            Which one; the reference lists their columns.
        exact : bool, default False
            Rationals as two whole columns instead of the nearest binary number.
        columns : sequence of str, optional
            Only these, in this order; what is left out need not be made, such as the text of each formula.

        Returns
        -------
        native frame
            pandas if the transactions were a list.

        Raises
        ------
        InvalidValueError
            For another table or column.
        """
        if table not in TABLES:
            raise InvalidValueError(
                f"there is no table {table!r}", where="to_frame", fix="use one of " + ", ".join(TABLES)
            )
        made = self._frame(table, exact=exact, columns=columns)
        if made is None:
            made = t.write_rows(getattr(self, table), TABLES[table], self.like, exact=exact)
        return made if columns is None else t.chosen(made, columns)

    def _frame(self, table: str, *, exact: bool, columns: Sequence[str] | None) -> Any:  # noqa: ARG002 -- for runs that hold columns already
        """A table without a Python object for each row, if the run holds it so."""
        return None

    def findings(self) -> Report:
        """Findings of the tables, of everything unpaid, and of negative totals."""
        from salesteam.incentives._findings import run_findings

        return run_findings(self)

    def explain(
        self,
        payee: str,
        period: str | None = None,
        component: str | None = None,
        *,
        against: Run | None = None,
        lang: str = "en",
    ) -> Explanation:
        """How a pay came about: credits, sums, each tier's part and rate, factors, caps, rounding.

        Parameters
        ----------
        payee : str
            Who.
        period : str, optional
            Pay period; all if left out.
        component : str, optional
            Component; all if left out.
        against : Run, optional
            Another run: the first stage at which the two part, and why each line differs.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            Steps with the numbers in them.

        Raises
        ------
        NotFoundError
            If the run knows no such payee, period or component.
        """
        if against is not None:
            from salesteam.incentives._against import explained_against

            return explained_against(self, against, payee, period, component, lang)
        self._asked(payee, period, component)
        return self._explained(payee, period, component, lang)

    def _explained(self, *of: Any) -> Explanation:
        raise AssertionError(of)

    def statement(self, payee: str, period: str, *, lang: str = "en") -> Grid:
        """One page for one payee and period: each line, what came back, the sum.

        Parameters
        ----------
        payee, period : str
            Who and when.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            Prints in a terminal and in a notebook.

        Raises
        ------
        NotFoundError
            If the run knows no such payee.
        """
        from salesteam.incentives._statement import statement

        self._asked(payee, period)
        return statement(self, payee, period, lang)

    def _asked(self, payee: str, period: str | None = None, component: str | None = None) -> None:
        """Refuse what the run does not know, rather than say that it pays nothing."""
        if payee not in self._people:
            raise NotFoundError("payee", payee, sorted(self._people), where="this run")
        if period is not None and not any(within(each, period) for each in self.periods):
            raise NotFoundError("period", period, self.periods, where="this run")
        if component is not None and component not in self.plan.components:
            raise NotFoundError("component", component, self.plan.components, where=f"plan {self.plan.plan}")

    @cached_property
    def _people(self) -> frozenset[str]:
        """Everyone that the run has heard of."""
        found = {p.payee for p in self.payouts} | {u.payee for u in self.unpaid if u.payee}
        listed = () if self.facts.people is None else t.raw_cells(self.facts.people).get("payee", ())
        return frozenset(found | {str(name) for name in listed if name})

    def grid(self, lang: str = "en", *, most: int | None = None) -> Grid:
        """The payouts as a display grid.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.
        most : int, optional
            Rows shown at most; all if left out. `print` and a notebook show twenty.

        Returns
        -------
        Grid
            One row a payout; amounts in the currency that the title names.
        """
        currency = self.plan.currency
        heads = say(lang, en="Payee|Period|Component|Factor|Pay", zh="受益人|期间|条款|系数|奖金").split("|")
        rows = tuple(
            (
                p.payee,
                p.period,
                p.component,
                number_text(p.modifier),
                Money(p.pay_minor, currency).text(lang, unit=False),
            )
            for p in self.payouts[:most]
        )
        shared = say(lang, en="; ", zh="；").join(run_conventions(self.plan, lang))
        note = more_rows(len(self.payouts) - len(rows), lang) + say(
            lang,
            en=f"Total {self.total.text(lang)}; {len(self.unpaid)} rows unpaid. {shared}",
            zh=f"合计 {self.total.text(lang)}；{len(self.unpaid)} 行未付退回。{shared}",
        )
        title = say(lang, en=f"Payouts of {self.plan.plan} ({currency})", zh=f"{self.plan.plan} 奖金（{currency}）")
        return Grid(title=title, columns=tuple(heads), rows=rows, right=frozenset({3, 4}), note=note)

    def __repr__(self) -> str:
        people = len({p.payee for p in self.payouts})
        return (
            f"<Run of {self.plan.plan} {self.plan.version}: {self.total}, payees: {people}, "
            f"periods: {len(self.periods)}, rows unpaid: {len(self.unpaid)}>"
        )

    def __str__(self) -> str:
        return self.grid(most=MOST).text()

    def _repr_html_(self) -> str:
        return self.grid(most=MOST).html()
