"""What an evaluation gives: one value a metric and cell, with its status, its frame and its explanation."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import attrs

from salesteam.core import Cell, Explanation, Grid, Period, Report, Step, say
from salesteam.core._table import column, write_rows
from salesteam.errors import NotFoundError
from salesteam.goals._model_metric import Metric
from salesteam.goals._tree import Tree
from salesteam.goals._words import Phrase, figure

__all__ = ["STATUSES", "Evaluation", "NodeValue", "Status"]

Status = Literal["ok", "partial", "stale", "missing", "not_yet", "zero_denominator", "refused"]

STATUSES: tuple[Status, ...] = ("ok", "partial", "stale", "missing", "not_yet", "zero_denominator", "refused")
"""Statuses of a value, best first; a computed value has the worst of its parts."""

_WORDS = {
    "ok": Phrase("complete", "完整"),
    "partial": Phrase("partial: the period is not over, or facts leave gaps", "部分：期间未结束或数据有缺口"),
    "stale": Phrase("stale: the newest value is too old", "过期：最新数据过旧"),
    "missing": Phrase("missing: no facts", "缺失：没有数据"),
    "not_yet": Phrase("not yet: the period has not begun", "未到：期间尚未开始"),
    "zero_denominator": Phrase("none: the denominator is zero", "无值：分母为零"),
    "refused": Phrase("refused: the facts may not be joined", "拒绝：这些数据不可合并"),
}


@attrs.frozen(kw_only=True)
class NodeValue:
    """The value of one metric in one cell.

    Parameters
    ----------
    metric : str
        Id.
    period : Period
        The time of the cell.
    org, product : str or None
        The rest of the cell.
    value : Fraction or None
        Exact, in the unit of the metric; None unless the status has one.
    status : str
        One of `STATUSES`.
    n : int
        Cases it rests on: the denominator of a rate, the number of facts otherwise.
    numerator, denominator : Fraction or None
        Of a rate.

    Examples
    --------
    >>> NodeValue(metric="deals", period=Period.parse("2026-07"), status="missing").value is None
    True
    """

    metric: str
    period: Period
    org: str | None = None
    product: str | None = None
    value: Fraction | None = None
    status: Status
    n: int = 0
    numerator: Fraction | None = None
    denominator: Fraction | None = None


@attrs.frozen(kw_only=True)
class _Row:
    metric: str = column("id of the metric")
    period: str = column("name of the period")
    start: date = column("first day")
    end: date = column("day after the last")
    org: str | None = column("person or team", default=None)
    product: str | None = column("product", default=None)
    value: Fraction | None = column("value", "unit of the metric", default=None)
    unit: str = column("unit")
    status: str = column("ok, partial, stale, missing, not_yet, zero_denominator or refused")
    n: int = column("cases that it rests on")


@attrs.frozen(kw_only=True, slots=False)
class Evaluation:
    """Every metric of a tree in every cell of a grain; made by `evaluate`.

    Parameters
    ----------
    tree : Tree
        What was evaluated.
    by : tuple of str
        The grain.
    values : tuple of NodeValue
        Cells in order of time, org and product; in each, metrics in the order of the tree.
    as_of : datetime.date or None
        The day it was looked from.
    report : Report
        Findings, including all facts that were set aside.

    Examples
    --------
    >>> Evaluation(tree=Tree(metrics=()), by=(), values=(), report=Report()).values
    ()
    """

    tree: Tree
    by: tuple[str, ...]
    values: tuple[NodeValue, ...]
    as_of: date | None = None
    report: Report

    @cached_property
    def _index(self) -> dict[tuple[str, str, str | None, str | None], NodeValue]:
        return {(each.metric, each.period.name, each.org, each.product): each for each in self.values}

    def at(
        self, metric: str, period: str | Period | None = None, *, org: str | None = None, product: str | None = None
    ) -> NodeValue:
        """One value of the evaluation.

        Parameters
        ----------
        metric : str
            Id.
        period : str or Period, optional
            The period or its name; may be left out where there is only one.
        org, product : str, optional
            The rest of the cell.

        Returns
        -------
        NodeValue
            With its status.

        Raises
        ------
        NotFoundError
            If there is no such cell.

        Examples
        --------
        >>> month = Period.parse("2026-07")
        >>> only = NodeValue(metric="deals", period=month, value=Fraction(3), status="ok")
        >>> Evaluation(tree=Tree(metrics=()), by=(), values=(only,), report=Report()).at("deals").status
        'ok'
        """
        names = list(dict.fromkeys(each.period.name for each in self.values))
        if period is None and len(names) == 1:
            period = names[0]
        found = self._index.get((metric, str(period), org, product))
        if found is None:
            asked = " ".join(str(part) for part in (metric, period, org, product) if part is not None)
            known = (" ".join(part for part in key if part is not None) for key in self._index)
            raise NotFoundError("value", asked, known, where="the evaluation")
        return found

    def value(
        self, metric: str, period: str | Period | None = None, *, org: str | None = None, product: str | None = None
    ) -> Fraction | None:
        """The bare number of `at`.

        Parameters
        ----------
        metric, period, org, product
            As in `at`.

        Returns
        -------
        Fraction or None
            Exact, in the unit of the metric.

        Examples
        --------
        >>> month = Period.parse("2026-07")
        >>> only = NodeValue(metric="deals", period=month, value=Fraction(3), status="ok")
        >>> Evaluation(tree=Tree(metrics=()), by=(), values=(only,), report=Report()).value("deals")
        Fraction(3, 1)
        """
        return self.at(metric, period, org=org, product=product).value

    def to_frame(self, like: object = None, *, exact: bool = False) -> Any:
        """The values as a table: metric, period, start, end, org, product, value, unit, status, n.

        Parameters
        ----------
        like : frame, optional
            The result is of the same kind; pandas without it.
        exact : bool, default False
            Write values as two whole columns instead of the nearest binary number.

        Returns
        -------
        frame
            One row a metric and cell.

        Examples
        --------
        >>> len(Evaluation(tree=Tree(metrics=()), by=(), values=(), report=Report()).to_frame())
        0
        """
        rows = (
            _Row(
                metric=each.metric,
                period=each.period.name,
                start=each.period.start,
                end=each.period.end,
                org=each.org,
                product=each.product,
                value=each.value,
                unit=self.tree.by_id[each.metric].unit,
                status=each.status,
                n=each.n,
            )
            for each in self.values
        )
        return write_rows(rows, _Row, like, exact=exact)

    def explain(
        self, metric: str, period: str | Period | None = None, *, org: str | None = None, lang: str = "en"
    ) -> Explanation:
        """The formula of a value with the numbers in it, down to the facts.

        Parameters
        ----------
        metric, period, org
            As in `at`.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            One step a metric.

        Examples
        --------
        >>> tree = Tree(metrics=(Metric(id="deals", kind="flow", unit="deal"),))
        >>> only = NodeValue(metric="deals", period=Period.parse("2026-07"), value=Fraction(3), status="ok", n=2)
        >>> "3" in str(Evaluation(tree=tree, by=(), values=(only,), report=Report()).explain("deals"))
        True
        """
        found = self.at(metric, period, org=org)
        exact = say(lang, en="exact rational arithmetic", zh="精确有理数运算")
        joined = say(
            lang,
            en="leaves are joined first, then formulas; no computed rate is joined",
            zh="先汇总叶子指标，再计算公式；不汇总计算出的比率",
        )
        return Explanation(
            title=f"{self.tree.by_id[metric].title} {found.period.text(lang)}",
            steps=(self._step(found, lang),),
            conventions=(exact, joined),
        )

    def _step(self, found: NodeValue, lang: str) -> Step:
        metric = self.tree.by_id[found.metric]
        parts = [
            self._index[(name, found.period.name, found.org, found.product)]
            for name in self.tree.children(found.metric)
        ]
        formula = self.tree.formulas.get(found.metric, "")
        if not formula and found.numerator is not None:
            formula = f"{figure(found.numerator)} / {figure(found.denominator)}"
        elif not formula:
            formula = say(lang, en=f"from {found.n} facts", zh=f"来自 {found.n} 条数据")
        status = "" if found.status == "ok" else f" ({_WORDS[found.status].text(lang)})"
        return Step(
            label=metric.title,
            formula=formula,
            value=metric.shown(found.value, lang) + status,
            steps=tuple(self._step(part, lang) for part in parts),
        )

    def grid(self, lang: str = "en") -> Grid:
        """The values as a display table: one row a metric, org and product, one column a period.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            Values that are not complete are muted.

        Examples
        --------
        >>> Evaluation(tree=Tree(metrics=()), by=(), values=(), report=Report()).grid().rows
        ()
        """
        periods = list(dict.fromkeys(each.period for each in self.values))
        keys = list(dict.fromkeys((each.metric, each.org, each.product) for each in self.values))
        rows: list[tuple[Cell | str, ...]] = []
        for metric, org, product in sorted(keys, key=lambda key: (key[1] or "", key[2] or "")):
            label = " ".join(part for part in (self.tree.by_id[metric].title, org, product) if part)
            cells = [self._index.get((metric, period.name, org, product)) for period in periods]
            rows.append((label, *(_cell(self.tree.by_id[metric], each, lang) for each in cells)))
        title = say(lang, en="Metrics", zh="指标")
        columns = (say(lang, en="metric", zh="指标"), *(period.text(lang) for period in periods))
        return Grid(title=title, columns=columns, rows=tuple(rows), right=frozenset(range(1, len(columns))))

    def _repr_html_(self) -> str:
        return self.grid().html()


def _cell(metric: Metric, value: NodeValue | None, lang: str) -> Cell:
    if value is None:
        return Cell("")
    if value.value is None:
        return Cell(_WORDS[value.status].text(lang).partition(":")[0].partition("：")[0], "muted")
    return Cell(metric.shown(value.value, lang), "" if value.status == "ok" else "muted")
