"""What thresholds opened: investigations, and all of them together."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

import attrs

from salesteam.core import Cell, Explanation, Grid, Period, Report, Step, say
from salesteam.core._table import column, write_rows
from salesteam.errors import NotFoundError
from salesteam.goals._attribution import Attribution
from salesteam.goals._evaluation import NodeValue
from salesteam.goals._model_metric import Metric, Threshold
from salesteam.goals._words import figure

__all__ = ["Investigation", "Watch", "is_below"]


@attrs.frozen(kw_only=True)
class Investigation:
    """A threshold that was crossed, and what is known about why.

    Parameters
    ----------
    threshold : Threshold
        The rule.
    metric : Metric
        What it watches.
    org, product : str or None
        Of whom; None for the whole.
    opened : Period
        The period in which it opened: the last of the run that the rule asks for.
    last : Period
        The last period that counted while it was open, or the one that closed it.
    state : {'open', 'cleared'}
        Whether the metric has come back to `clears_at` since.
    values : tuple of NodeValue
        From the first period below to the last.
    attribution : Attribution or None
        What moved against the period before the first below; None if nothing can be said.

    Examples
    --------
    >>> rule = Threshold(id="cross", metric="completion", below="0.80", consecutive=1, least_n=5, clears_at="0.85",
    ...                  per="month")
    >>> july, completion = Period.parse("2026-07"), Metric(id="completion", kind="rate", unit="1")
    >>> Investigation(threshold=rule, metric=completion, opened=july, last=july, state="open", values=()).id
    'cross 2026-07'
    """

    threshold: Threshold
    metric: Metric
    org: str | None = None
    product: str | None = None
    opened: Period
    last: Period
    state: Literal["open", "cleared"]
    values: tuple[NodeValue, ...]
    attribution: Attribution | None = None

    @property
    def id(self) -> str:
        """Rule, whom and when, in one phrase.

        Examples
        --------
        >>> rule = Threshold(id="t", metric="m", below=1, consecutive=1, least_n=0, clears_at=1, per="month",
        ...                  by=("org",))
        >>> july, metric = Period.parse("2026-07"), Metric(id="m", kind="flow", unit="1")
        >>> Investigation(threshold=rule, metric=metric, org="east", opened=july, last=july, state="open", values=()).id
        't east 2026-07'
        """
        return " ".join(part for part in (self.threshold.id, self.org, self.product, self.opened.name) if part)

    @property
    def at_opening(self) -> NodeValue:
        """The value that opened it.

        Raises
        ------
        NotFoundError
            If it was made without values.
        """
        for value in self.values:
            if value.period == self.opened:
                return value
        raise NotFoundError("value", self.opened, (value.period for value in self.values), where=self.id)

    def explain(self, lang: str = "en") -> Explanation:
        """Which values crossed which line, and the largest parts of the change.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            One step a period, then the parts.
        """
        rule, shown = self.threshold, self.metric.shown
        steps = [
            Step(
                label=value.period.text(lang),
                formula=f"n = {value.n}",
                value=shown(value.value, lang) + (f" < {shown(rule.below)}" if is_below(rule, value) else ""),
            )
            for value in self.values
        ]
        if self.attribution is not None:
            steps += [
                Step(label=each.title, formula=each.path, value=self.metric.shown_change(each.contribution, lang))
                for each in self.attribution.top(5)
            ]
        conventions = (
            say(lang, en=f"strictly below {shown(rule.below)}", zh=f"严格低于 {shown(rule.below)}"),
            say(lang, en=f"{rule.consecutive} periods in a row", zh=f"连续 {rule.consecutive} 期"),
            say(lang, en=f"at least {rule.least_n} cases", zh=f"至少 {rule.least_n} 个样本"),
            say(lang, en=f"clears at {shown(rule.clears_at)}", zh=f"恢复到 {shown(rule.clears_at)} 即解除"),
        )
        return Explanation(title=self.id, steps=tuple(steps), conventions=conventions)


@attrs.frozen(kw_only=True)
class _Row:
    investigation: str = column("rule, whom and when")
    threshold: str = column("id of the rule")
    metric: str = column("what is watched")
    org: str | None = column("of whom", default=None)
    product: str | None = column("of which product", default=None)
    opened: str = column("period in which it opened")
    state: str = column("open or cleared")
    value: Fraction | None = column("value that opened it", "unit of the metric", default=None)
    below: Fraction = column("the line", "unit of the metric")
    n: int = column("cases the value rests on")
    top: str | None = column("largest part of the change", default=None)


@attrs.frozen(kw_only=True)
class Watch:
    """All investigations that thresholds opened, and the findings; made by `watch`.

    Parameters
    ----------
    investigations : tuple of Investigation
        In the order of the thresholds and of time.
    report : Report
        One finding an open investigation, and what kept values from counting.

    Examples
    --------
    >>> Watch(investigations=(), report=Report()).open
    ()
    """

    investigations: tuple[Investigation, ...]
    report: Report

    @property
    def open(self) -> tuple[Investigation, ...]:
        """Those that have not cleared.

        Examples
        --------
        >>> Watch(investigations=(), report=Report()).open
        ()
        """
        return tuple(each for each in self.investigations if each.state == "open")

    def to_frame(self, like: object = None, *, exact: bool = False) -> Any:
        """The investigations as a table.

        Parameters
        ----------
        like : frame, optional
            The result is of the same kind; pandas without it.
        exact : bool, default False
            Write rationals as two whole columns instead of the nearest binary number.

        Returns
        -------
        frame
            Columns investigation, threshold, metric, org, product, opened, state, value, below, n, top.

        Examples
        --------
        >>> len(Watch(investigations=(), report=Report()).to_frame())
        0
        """
        rows = []
        for each in self.investigations:
            top = each.attribution.top(1) if each.attribution else ()
            rows.append(
                _Row(
                    investigation=each.id,
                    threshold=each.threshold.id,
                    metric=each.threshold.metric,
                    org=each.org,
                    product=each.product,
                    opened=each.opened.name,
                    state=each.state,
                    value=each.at_opening.value,
                    below=each.threshold.below,
                    n=each.at_opening.n,
                    top=top[0].title if top else None,
                )
            )
        return write_rows(rows, _Row, like, exact=exact)

    def explain(self, key: str, lang: str = "en") -> Explanation:
        """Why one of them opened; see `Investigation.explain`.

        Parameters
        ----------
        key : str
            Its `id`.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            Values, line, and the largest parts of the change.

        Raises
        ------
        NotFoundError
            If there is none of that id.
        """
        found = {each.id: each for each in self.investigations}
        if key not in found:
            raise NotFoundError("investigation", key, found, where="the watch")
        return found[key].explain(lang)

    def grid(self, lang: str = "en") -> Grid:
        """The investigations for display.

        Examples
        --------
        >>> Watch(investigations=(), report=Report()).grid().columns[0]
        'Threshold'
        """
        heads = say(lang, en="Threshold|Opened|Value|Line|Cases|State", zh="阈值|开启于|数值|界线|样本数|状态").split(
            "|"
        )
        states = {"open": say(lang, en="open", zh="未解除"), "cleared": say(lang, en="cleared", zh="已解除")}
        rows = [
            (
                each.id,
                each.opened.text(lang),
                figure(each.at_opening.value, lang),
                figure(each.threshold.below),
                str(each.at_opening.n),
                Cell(states[each.state], tone="bad" if each.state == "open" else "good"),
            )
            for each in self.investigations
        ]
        title = say(lang, en="Thresholds that were crossed", zh="越过的阈值")
        return Grid(title=title, columns=tuple(heads), rows=rows, right=frozenset({2, 3, 4}))

    def _repr_html_(self) -> str:
        return self.grid().html()


def is_below(rule: Threshold, value: NodeValue) -> bool:
    """Whether a value counts and lies strictly below the line of a rule."""
    return value.value is not None and rule.breached_by(value.value)
