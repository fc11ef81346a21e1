"""The verb `margins`: what deals leave after commission that runs both ways."""

from __future__ import annotations

from typing import Any

import attrs

from salesteam.core import Explanation, Grid, Money, Step, say
from salesteam.core import _table as t
from salesteam.errors import NotFoundError
from salesteam.incentives._run import Run
from salesteam.incentives._settle._known import known_of
from salesteam.incentives._settle._rows import MarginRow

__all__ = ["Margins", "margins"]


@attrs.frozen(kw_only=True, eq=False)
class Margins:
    """The result of `margins`: each deal with its commission paid and received, and what is left.

    Parameters
    ----------
    run : Run
        What was paid.
    rows : tuple of MarginRow
        One for each deal with commission, by id.

    Examples
    --------
    >>> from salesteam.incentives import Facts, pay, scheme
    >>> deals = [{"transaction": "T1", "date": "2026-01-05", "amount": "1000", "cost": "400", "payee": "ana"}]
    >>> made = margins(pay(scheme("assist_split"), Facts(transactions=deals)))
    >>> print(made.explain("T1"))
    Margin of T1
      cost with commission: CNY 400.00 + CNY 50.00 - CNY 0.00 = CNY 450.00
      margin: CNY 1,000.00 - CNY 450.00 = CNY 550.00
    """

    run: Run
    rows: tuple[MarginRow, ...] = attrs.field(repr=False)

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
        return t.write_rows(self.rows, MarginRow, self.run.like, exact=exact)

    def explain(self, transaction: str, *, lang: str = "en") -> Explanation:
        """How the margin of a deal came about.

        Parameters
        ----------
        transaction : str
            Id of the deal.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            Cost with commission, then the margin.

        Raises
        ------
        NotFoundError
            If it has no commission.
        """
        found = {row.transaction: row for row in self.rows}
        if transaction not in found:
            raise NotFoundError("transaction", transaction, sorted(found), where="these margins")
        row = found[transaction]
        cost = f"{self._money(row.cost_minor, lang)} + {self._money(row.commission_paid_minor, lang)}"
        steps = (
            Step(
                say(lang, en="cost with commission", zh="含佣金成本"),
                f"{cost} - {self._money(row.commission_received_minor, lang)}",
                self._money(row.cost_with_commission_minor, lang),
            ),
            Step(
                say(lang, en="margin", zh="毛利"),
                f"{self._money(row.revenue_minor, lang)} - {self._money(row.cost_with_commission_minor, lang)}",
                self._money(row.margin_minor, lang),
            ),
        )
        return Explanation(say(lang, en=f"Margin of {transaction}", zh=f"{transaction} 的毛利"), steps, lang=lang)

    def _money(self, minor: int | None, lang: str) -> str:
        return "—" if minor is None else Money(minor, self.run.plan.currency).text(lang)

    def grid(self, lang: str = "en") -> Grid:
        """The rows as a display grid.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            Prints in a terminal and in a notebook.
        """
        heads = say(
            lang, en="Transaction|Revenue|Cost|Paid|Received|Margin", zh="交易|收入|成本|付出佣金|收到佣金|毛利"
        ).split("|")
        rows = tuple(
            (
                row.transaction,
                *(
                    self._money(minor, lang)
                    for minor in (
                        row.revenue_minor, row.cost_minor, row.commission_paid_minor, row.commission_received_minor,
                        row.margin_minor,
                    )
                ),
            )
            for row in self.rows
        )  # fmt: skip
        title = say(
            lang, en=f"Margins after commission, {self.run.plan.plan}", zh=f"{self.run.plan.plan} 扣除佣金后毛利"
        )
        return Grid(title=title, columns=tuple(heads), rows=rows, right=frozenset(range(1, 6)))

    def _repr_html_(self) -> str:
        return self.grid().html()


def margins(run: Run) -> Margins:
    """What each deal leaves after commission: paid to agents, received from the principal whose goods are sold.

    A component with ``side: principal`` is commission that comes in; every other one goes out.
    Cost with commission = cost + paid - received; margin = revenue - cost with commission.

    Parameters
    ----------
    run : Run
        Of `pay`.

    Returns
    -------
    Margins
        One row for each deal with commission; no cost, no margin.

    Examples
    --------
    >>> from salesteam.incentives import Facts, margins, pay, plan_of
    >>> plan = plan_of(
    ...     {
    ...         "currency": "USD",
    ...         "period": "once",
    ...         "measures": {"sales": {"unit": "money", "value": "amount"}},
    ...         "components": {
    ...             "agent": {"measure": "sales", "method": "flat", "rate": "10%", "side": "agent"},
    ...             "principal": {"measure": "sales", "method": "flat", "rate": "5%", "side": "principal"},
    ...         },
    ...     }
    ... )
    >>> deal = {"transaction": "T1", "amount": "500", "cost": "250", "payee": "ana"}
    >>> row = margins(pay(plan, Facts(transactions=[deal]))).rows[0]
    >>> row.commission_received_minor - row.commission_paid_minor, row.cost_with_commission_minor, row.margin_minor
    (-2500, 27500, 22500)
    """
    plan = run.plan
    known = known_of(run.facts, plan.currency)
    inward = {name for name, c in plan.components.items() if c.side == "principal"}
    sums: dict[str, list[int]] = {}
    for line in run.lines:
        if line.transaction is not None:
            pair = sums.setdefault(line.transaction, [0, 0])
            pair[line.component in inward] += line.pay_minor
    rows: list[MarginRow] = []
    for name in sorted(sums):
        out, back = sums[name]
        deal = known.deals.get(name)
        revenue, cost = (None, None) if deal is None else (deal.amount_minor, deal.cost_minor)
        burdened = None if cost is None else cost + out - back
        rows.append(
            MarginRow(
                transaction=name, revenue_minor=revenue, cost_minor=cost, commission_paid_minor=out,
                commission_received_minor=back, cost_with_commission_minor=burdened,
                margin_minor=None if revenue is None or burdened is None else revenue - burdened,
            )
        )  # fmt: skip
    return Margins(run=run, rows=tuple(rows))
