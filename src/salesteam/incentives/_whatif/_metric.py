"""Numbers by which a plan is judged: the nouns, and how they show themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import Explanation, Grid, Money, Step, exponent, percent_text, round_half_up, say
from salesteam.core import _table as t
from salesteam.errors import NotFoundError
from salesteam.incentives._metric_names import METRICS

__all__ = ["Metric", "Metrics"]

_MONEY = frozenset({"cost", "ote"})
_SHARES = frozenset({"ccos", "pay_mix", "share_at_quota"})


@attrs.frozen(kw_only=True)
class Metric:
    """One number with the way to it.

    Parameters
    ----------
    name : str
        One of `METRICS`.
    value : Fraction or None
        Money in major units; None if the facts do not hold what it needs.
    steps : tuple of (str, str, str)
        What it was computed from: in English, in Chinese, the number.
    formula : str
        With the numbers in it.

    Examples
    --------
    >>> Metric(name="ccos", value=Fraction(1, 20)).name
    'ccos'
    """

    name: str
    value: Fraction | None
    formula: str = ""
    steps: tuple[tuple[str, str, str], ...] = ()

    def shown(self, currency: str, lang: str = "en") -> str:
        """The number for a reader: money with its currency, shares in percent, ratios with two places.

        Parameters
        ----------
        currency : str
            Of the plan.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        str
            A dash if there is none.
        """
        if self.value is None:
            return "—"
        if self.name in _MONEY:
            return Money(round_half_up(self.value * 10 ** exponent(currency)), currency).text(lang)
        if self.name in _SHARES:
            return percent_text(self.value)
        return f"{round_half_up(self.value * 100) / 100:.2f}"


@attrs.frozen(kw_only=True)
class _Row:
    """One row of the table of metrics."""

    metric: str = t.column("which")
    value: Fraction | None = t.column("money in major units, shares in 0..1", default=None)
    meaning: str = t.column("what it says")


@attrs.frozen(kw_only=True)
class Metrics:
    """The metrics of a run: by name, with formula.

    Parameters
    ----------
    title : str
        Name of the plan.
    currency : str
        Of all money.
    metrics : mapping of str to Metric
        By name.

    Examples
    --------
    >>> from salesteam.incentives import Facts, metrics, pay, plan_of
    >>> measures = {"sales": {"unit": "money", "value": "amount"}}
    >>> flat = {"c": {"measure": "sales", "method": "flat", "rate": "10%"}}
    >>> plan = plan_of({"currency": "CNY", "period": "once", "measures": measures, "components": flat})
    >>> found = metrics(pay(plan, Facts(transactions=[{"transaction": "T1", "amount": "500", "payee": "ana"}])))
    >>> found["cost"], found["ccos"], found["ote"]
    (Fraction(50, 1), Fraction(1, 10), None)
    """

    title: str
    currency: str
    metrics: Mapping[str, Metric] = attrs.field(repr=False)

    def __getitem__(self, name: str) -> Fraction | None:
        return self._of(name).value

    def __iter__(self) -> Iterator[str]:
        return iter(self.metrics)

    def _of(self, name: str) -> Metric:
        if name not in self.metrics:
            raise NotFoundError("metric", name, self.metrics, where="metrics")
        return self.metrics[name]

    def explain(self, metric: str, *, lang: str = "en") -> Explanation:
        """The formula of a metric with the numbers in it.

        Parameters
        ----------
        metric : str
            One of `METRICS`.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            Its parts.

        Raises
        ------
        NotFoundError
            For another name.
        """
        found = self._of(metric)
        en, zh = METRICS[metric]
        parts = [Step(say(lang, en=en_, zh=zh_), value=text) for en_, zh_, text in found.steps]
        whole = Step(
            say(lang, en=en, zh=zh), formula=found.formula, value=found.shown(self.currency, lang), steps=parts
        )
        return Explanation(f"{self.title}: {metric}", [whole], lang=lang)

    def to_frame(self, *, like: Any = None, lang: str = "en") -> Any:
        """The metrics as a frame.

        Parameters
        ----------
        like : native frame or list, optional
            The result is of the same kind; pandas without it.
        lang : {'en', 'zh'}, default 'en'
            Language of the column ``meaning``.

        Returns
        -------
        native frame
            Columns metric, value, meaning.
        """
        rows = [
            _Row(metric=m.name, value=m.value, meaning=say(lang, en=METRICS[m.name][0], zh=METRICS[m.name][1]))
            for m in self.metrics.values()
        ]
        return t.write_rows(rows, _Row, like)

    def grid(self, lang: str = "en") -> Grid:
        """The metrics for display.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            One row a metric.
        """
        heads = say(lang, en="Metric|Value|How", zh="指标|数值|算法").split("|")
        rows = [
            (say(lang, en=METRICS[m.name][0], zh=METRICS[m.name][1]), m.shown(self.currency, lang), m.formula)
            for m in self.metrics.values()
        ]
        return Grid(title=self.title, columns=heads, rows=rows, right=frozenset({1}))

    def text(self, width: int = 80, lang: str = "en") -> str:
        """The metrics for a terminal.

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
