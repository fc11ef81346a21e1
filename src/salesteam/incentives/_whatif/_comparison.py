"""Plans side by side on the same facts: the result of `compare`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

import attrs

from salesteam.core import Cell, Explanation, Grid, Money, Step, percent_text, say, to_minor
from salesteam.core import _table as t
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.incentives._metric_names import METRICS
from salesteam.incentives._pay import pay
from salesteam.incentives._run import Run
from salesteam.incentives._whatif._basis import Basis
from salesteam.incentives._whatif._deltas import component_rows, delta_rows
from salesteam.incentives._whatif._metric import Metrics
from salesteam.incentives._whatif._movers import Movers, signed
from salesteam.incentives._whatif._rows import BandRow, ComponentRow, CostRow, DeltaRow, MetricRow, RiskRow
from salesteam.incentives._whatif._scaled_facts import scaled_facts

__all__ = ["BANDS", "LEVELS", "Comparison"]

LEVELS = (Fraction(4, 5), Fraction(1), Fraction(6, 5))
"""Levels of quota at which the cost of a plan is shown."""
BANDS = tuple(Fraction(x) for x in ("0", "1/2", "4/5", "1", "6/5", "3/2"))
"""Lower bounds of the bands of attainment; the first holds what is below zero too."""
_LOWEST, _HIGHEST = 50, 200


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Comparison:
    """Several plans on the same facts; the first is what the others are compared with.

    Parameters
    ----------
    runs : mapping of str to Run
        Name of each plan to what it pays.
    metrics : mapping of str to Metrics
        Name of each plan to its metrics.

    Examples
    --------
    >>> from salesteam.incentives import Facts, compare, scheme
    >>> deals = [{"transaction": "T1", "date": "2026-01-05", "amount": "1000", "payee": "ana"}]
    >>> plan = scheme("assist_split")
    >>> found = compare({"now": plan, "6 %": plan.set(rate="6%")}, Facts(transactions=deals))
    >>> [(row.payee, row.delta_minor) for row in found.winners()], len(found.losers())
    ([('ana', 1000)], 0)
    """

    runs: Mapping[str, Run] = attrs.field(repr=False)
    metrics: Mapping[str, Metrics] = attrs.field(repr=False)

    @property
    def first(self) -> str:
        """Name of the plan that the others are compared with."""
        return next(iter(self.runs))

    @property
    def currency(self) -> str:
        """Of all money."""
        return self.runs[self.first].plan.currency

    @cached_property
    def components(self) -> tuple[ComponentRow, ...]:
        """Every component of every other plan, beside the component of that name in the first."""
        return component_rows(self.runs)

    @cached_property
    def deltas(self) -> tuple[DeltaRow, ...]:
        """One row for each other plan and payee."""
        return delta_rows(self.components)

    def winners(self, plan: str | None = None) -> Movers:
        """Whom another plan pays more, largest difference first.

        Parameters
        ----------
        plan : str, optional
            One of the other plans; all if left out.

        Returns
        -------
        Movers
            With the component that moves each most.

        Raises
        ------
        NotFoundError
            If there is no such plan.
        """
        rows = sorted((r for r in self._of(plan) if r.delta_minor > 0), key=lambda r: (-r.delta_minor, r.payee, r.plan))
        return Movers(kind="winners", first=self.first, currency=self.currency, rows=tuple(rows))

    def losers(self, plan: str | None = None) -> Movers:
        """Whom another plan pays less, largest difference first.

        Parameters
        ----------
        plan : str, optional
            One of the other plans; all if left out.

        Returns
        -------
        Movers
            With the component that moves each most.

        Raises
        ------
        NotFoundError
            If there is no such plan.
        """
        rows = sorted((r for r in self._of(plan) if r.delta_minor < 0), key=lambda r: (r.delta_minor, r.payee, r.plan))
        return Movers(kind="losers", first=self.first, currency=self.currency, rows=tuple(rows))

    def _of(self, plan: str | None) -> list[DeltaRow]:
        if plan is not None:
            self._known(plan)
        return [row for row in self.deltas if plan in {None, row.plan}]

    def _known(self, plan: str) -> None:
        if plan not in self.runs:
            raise NotFoundError("plan", plan, self.runs, where="this comparison")

    @cached_property
    def _basis(self) -> Basis:
        return Basis(run=self.runs[self.first])

    def _factor(self, level: Fraction) -> Fraction:
        """What brings all payees together to a level of their quotas, by the first plan."""
        value = sum((value for value, _ in self._basis.reached.values()), Fraction(0))
        quota = sum((quota for _, quota in self._basis.reached.values()), Fraction(0))
        return level * quota / value if value > 0 and quota > 0 else level

    @cached_property
    def cost_curve(self) -> tuple[CostRow, ...]:
        """What each plan costs if all payees together reached 80, 100 and 120 % of quota.

        Every amount is multiplied by one factor, so that who sells how much of the whole stays as it was.
        """
        return tuple(self._cost(name, level) for name in self.runs for level in LEVELS)

    def _cost(self, name: str, level: Fraction) -> CostRow:
        run, factor = self.runs[name], self._factor(level)
        cost = run.total.minor
        if factor != 1:
            cost = pay(run.plan, scaled_facts(run.plan, run.facts, factor), as_of=run.as_of).total.minor
        sales = Basis(run=run).revenue * factor
        share = Fraction(cost) / sales if sales > 0 else None
        return CostRow(plan=name, level=level, factor=factor, cost_minor=cost, cost_share=share)

    @cached_property
    def distribution(self) -> tuple[BandRow, ...]:
        """How many payees lie in each band of attainment, and what they are paid."""
        found = []
        for name, run in self.runs.items():
            basis = Basis(run=run)
            for index, low in enumerate(BANDS):
                high = BANDS[index + 1] if index + 1 < len(BANDS) else None
                inside = [
                    payee
                    for payee, a in basis.attainment.items()
                    if (a >= low or not index) and (high is None or a < high)
                ]
                paid = sum(basis.pay.get(payee, 0) for payee in inside)
                found.append(BandRow(plan=name, low=low, high=high, payees=len(inside), pay_minor=paid))
        return tuple(found) if any(row.payees for row in found) else ()

    def risk(self, budget: object) -> tuple[RiskRow, ...]:
        """How far a budget reaches: the greatest whole percent of quota at which each plan does not cost more.

        Parameters
        ----------
        budget : number or str
            Money in major units.

        Returns
        -------
        tuple of RiskRow
            Looked for between 50 % and 200 %, as if cost never fell with sales.

        Raises
        ------
        InvalidValueError
            If the budget is no exact amount of money.
        """
        limit = to_minor(budget, self.currency)
        return tuple(
            RiskRow(plan=name, budget_minor=limit, cost_minor=run.total.minor, holds_to=self._holds(name, limit))
            for name, run in self.runs.items()
        )

    def _holds(self, name: str, limit: int) -> Fraction | None:
        low, high = _LOWEST - 1, _HIGHEST
        while low < high:
            middle = (low + high + 1) // 2
            if self._cost(name, Fraction(middle, 100)).cost_minor <= limit:
                low = middle
            else:
                high = middle - 1
        return Fraction(low, 100) if low >= _LOWEST else None

    def to_frame(self, table: str = "deltas", *, like: Any = None) -> Any:
        """A table of the comparison as a frame.

        Parameters
        ----------
        table : {'deltas', 'components', 'metrics', 'cost_curve', 'distribution'}, default 'deltas'
            Which one.
        like : native frame or list, optional
            The result is of the same kind; pandas without it.

        Returns
        -------
        native frame
            One row for each plan and payee, component, metric, level or band.

        Raises
        ------
        InvalidValueError
            For another table.
        """
        tables: dict[str, tuple[Callable[[], tuple[object, ...]], type]] = {
            "deltas": (lambda: self.deltas, DeltaRow),
            "components": (lambda: self.components, ComponentRow),
            "metrics": (self._metric_rows, MetricRow),
            "cost_curve": (lambda: self.cost_curve, CostRow),
            "distribution": (lambda: self.distribution, BandRow),
        }
        if table not in tables:
            raise InvalidValueError(
                f"there is no table {table!r}", where="to_frame", fix=f"use one of {', '.join(tables)}"
            )
        rows, noun = tables[table]
        return t.write_rows(rows(), noun, like)

    def _metric_rows(self) -> tuple[MetricRow, ...]:
        return tuple(
            MetricRow(plan=name, metric=metric, value=found[metric])
            for name, found in self.metrics.items()
            for metric in found
        )

    def explain(self, metric: str, *, lang: str = "en") -> Explanation:
        """A metric of every plan, with the numbers in its formula.

        Parameters
        ----------
        metric : str
            One of `metrics`, or ``cost_curve``.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            One step a plan.

        Raises
        ------
        NotFoundError
            For another name.
        """
        if metric == "cost_curve":
            return Explanation(
                say(lang, en="Cost at a level of quota", zh="各达成水平的成本"), self._cost_steps(lang), lang=lang
            )
        if metric not in METRICS:
            raise NotFoundError("metric", metric, (*METRICS, "cost_curve"), where="this comparison")
        steps = []
        for name, found in self.metrics.items():
            inner = found.explain(metric, lang=lang).steps[0]
            steps.append(Step(name, formula=inner.formula, value=inner.value, steps=inner.steps))
        en, zh = METRICS[metric]
        return Explanation(say(lang, en=en, zh=zh), steps, lang=lang)

    def _cost_steps(self, lang: str) -> list[Step]:
        return [
            Step(
                f"{row.plan}, {percent_text(row.level)}",
                formula=say(lang, en=f"amounts × {percent_text(row.factor)}", zh=f"金额 × {percent_text(row.factor)}"),
                value=Money(row.cost_minor, self.currency).text(lang),
            )
            for row in self.cost_curve
        ]

    def grid(self, lang: str = "en") -> Grid:
        """The plans side by side: every metric, the cost curve, how many win and lose.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            One column a plan.
        """
        rows: list[tuple[str | Cell, ...]] = [
            (say(lang, en=en, zh=zh), *(found._of(m).shown(self.currency, lang) for found in self.metrics.values()))  # noqa: SLF001 -- of the same part
            for m, (en, zh) in METRICS.items()
            if any(found[m] is not None for found in self.metrics.values())
        ]
        word = say(
            lang, en="of quota" if self._basis.reached else "of sales", zh="配额" if self._basis.reached else "销售额"
        )
        for level in LEVELS:
            label = say(lang, en=f"cost at {percent_text(level)} {word}", zh=f"{word} {percent_text(level)} 时成本")
            costs = [Money(r.cost_minor, self.currency).text(lang) for r in self.cost_curve if r.level == level]
            rows.append((label, *costs))
        rows += [self._moved("winners", lang), self._moved("losers", lang)]
        heads = ["", *(self._head(name, lang) for name in self.runs)]
        title = say(lang, en="Plans compared", zh="方案比较")
        return Grid(
            title=title, columns=heads, rows=rows, right=range(1, len(heads)), note=self._note(lang)
        )  # fmt: skip

    def _head(self, name: str, lang: str) -> str:
        pilot = self.runs[name].plan.status == "shadow"
        return name + say(lang, en=" (pilot, pays nobody)", zh="（试行，不发放）") if pilot else name

    def _moved(self, kind: str, lang: str) -> tuple[str | Cell, ...]:
        label = say(lang, en=kind, zh={"winners": "奖金增加", "losers": "奖金减少"}[kind])
        cells: list[str | Cell] = [label]
        for name in self.runs:
            movers = self.winners(name) if kind == "winners" else self.losers(name)
            total = sum(row.delta_minor for row in movers)
            text = f"{len(movers)} ({signed(total, self.currency, lang)})" if len(movers) else "0"
            cells.append("—" if name == self.first else Cell(text, tone=_tone(total)))
        return tuple(cells)

    def _note(self, lang: str) -> str:
        unpaid = "; ".join(f"{name} {len(run.unpaid)}" for name, run in self.runs.items() if run.unpaid)
        return say(lang, en=f"Rows unpaid: {unpaid}", zh=f"未付退回行数：{unpaid}") if unpaid else ""

    def text(self, width: int = 80, lang: str = "en") -> str:
        """The comparison for a terminal.

        Parameters
        ----------
        width : int, default 80
            Columns of the terminal.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        str
            A table.
        """
        return self.grid(lang).text(width)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.grid().html()


def _tone(total: int) -> Any:
    return "good" if total > 0 else "bad" if total < 0 else ""
