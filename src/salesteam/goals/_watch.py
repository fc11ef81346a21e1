"""Watching thresholds: which lines were crossed, for how long, and what moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Literal

import attrs

from salesteam.core import Explanation, Finding, FiscalYear, Period, Place, Report, Step, find, say
from salesteam.core._table import column, write_rows
from salesteam.errors import InvalidValueError, NotFoundError, missing_choice
from salesteam.goals._attribute import METHODS, attribute
from salesteam.goals._attribution import Attribution
from salesteam.goals._evaluate import evaluate
from salesteam.goals._evaluation import NodeValue
from salesteam.goals._facts import Fact, read_facts
from salesteam.goals._metric import Metric, Threshold
from salesteam.goals._tree import Tree

__all__ = ["Investigation", "Watch", "watch"]


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
                value=shown(value.value, lang) + (f" < {shown(rule.below)}" if _below(rule, value) else ""),
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


def watch(
    thresholds: Iterable[Threshold],
    tree: Tree,
    facts: object,
    *,
    as_of: date,
    method: str | None = None,
    segment: Literal["org", "product"] | None = None,
    within: Period | None = None,
    fiscal: FiscalYear | None = None,
) -> Watch:
    """Find the thresholds that were crossed, and open an investigation for each.

    Use it for rules such as: cross-department completion below 80 % is looked into at once.
    Periods that are not over, and values that rest on fewer cases than the rule asks for, neither open nor clear.
    Once open, it clears at `clears_at`, so that a value dancing on the line does not open it again and again.

    Parameters
    ----------
    thresholds : iterable of Threshold
        The rules.
    tree : Tree
        Metrics and formulas.
    facts : iterable of Fact, or frame
        Columns as in `Fact`.
    as_of : datetime.date
        Look from the end of this day.
    method : {'shapley'}
        How the change is attributed; required.
    segment : {'org', 'product'}, optional
        Split the parts of the change by person or team, or by product, where the whole is watched.
    within : Period, optional
        Only facts within it count.
    fiscal : FiscalYear, optional
        How years run.

    Returns
    -------
    Watch
        Investigations and findings.

    Raises
    ------
    InvalidValueError
        If the method is missing or the segment unknown.

    Examples
    --------
    >>> tree = Tree(metrics=(Metric(id="completion", kind="rate", unit="1"),))
    >>> rule = Threshold(id="cross", metric="completion", below="0.80", consecutive=1, least_n=5, clears_at="0.85",
    ...                  per="month")
    >>> rows = [Fact(metric="completion", start=date(2026, month, 1), end=date(2026, month, 2),
    ...              numerator=Fraction(done), denominator=Fraction(100)) for month, done in ((6, 80), (7, 79))]
    >>> found = watch([rule], tree, rows, as_of=date(2026, 7, 31), method="shapley")
    >>> [each.id for each in found.open]
    ['cross 2026-07']
    """
    if method is None or method not in METHODS:
        raise missing_choice("method", METHODS, where="watch")
    if segment not in {None, "org", "product"}:
        raise InvalidValueError(f"{segment!r} is no segment", where="watch", fix="use org, product or none")
    rows, report = read_facts(facts)
    found: list[Finding] = list(report)
    opened: list[Investigation] = []
    for rule in thresholds:
        if rule.metric not in tree.by_id:
            place = Place(key=f"thresholds.{rule.id}")
            found.append(find("goals.threshold-metric", place, threshold=rule.id, metric=rule.metric))
            continue
        seen = evaluate(tree, rows, by=(rule.per, *rule.by), within=within, as_of=as_of, fiscal=fiscal)
        found.extend(finding for finding in seen.report if finding not in found)
        for values in _series(seen.values, rule.metric):
            opened += _runs(rule, tree.by_id[rule.metric], values, found)
    explained = [_explained(each, tree, rows, method, segment, as_of) for each in opened]
    found += [
        find(
            "goals.threshold-breached",
            Place(key=each.id),
            threshold=each.threshold.id,
            metric=each.threshold.metric,
            value=each.metric.shown(each.at_opening.value),
            below=each.metric.shown(each.threshold.below),
            period=each.opened,
            n=each.at_opening.n,
        )
        for each in explained
        if each.state == "open"
    ]
    return Watch(investigations=tuple(explained), report=Report(found))


def _series(values: Iterable[NodeValue], metric: str) -> list[list[NodeValue]]:
    series: dict[tuple[str | None, str | None], list[NodeValue]] = {}
    for value in values:
        if value.metric == metric:
            series.setdefault((value.org, value.product), []).append(value)
    return list(series.values())


def _below(rule: Threshold, value: NodeValue) -> bool:
    return value.value is not None and rule.breached_by(value.value)


def _runs(rule: Threshold, metric: Metric, values: Sequence[NodeValue], found: list[Finding]) -> list[Investigation]:
    """Walk one series in order of time; only complete values with enough cases count."""
    result: list[Investigation] = []
    run: list[NodeValue] = []
    current: Investigation | None = None
    for value in values:
        if value.value is None or value.status != "ok":
            continue
        if value.n < rule.least_n:
            place = Place(key=f"{rule.id} {value.period}")
            found.append(
                find("goals.too-few", place, threshold=rule.id, period=value.period, n=value.n, least=rule.least_n)
            )
            continue
        if current is not None:
            cleared = value.value >= rule.clears_at
            current = attrs.evolve(
                current,
                last=value.period,
                state="cleared" if cleared else "open",
                values=(*current.values, value),
            )
            if cleared:
                result.append(current)
                current = None
                run = []
            continue
        run = [*run, value] if _below(rule, value) else []
        if len(run) >= rule.consecutive:
            current = Investigation(
                threshold=rule,
                metric=metric,
                org=value.org,
                product=value.product,
                opened=value.period,
                last=value.period,
                state="open",
                values=tuple(run),
            )
    return [*result, current] if current is not None else result


def _explained(
    each: Investigation, tree: Tree, rows: Sequence[Fact], method: str, segment: str | None, as_of: date
) -> Investigation:
    first = each.values[0].period
    mine = tuple(
        fact
        for fact in rows
        if (each.org is None or fact.org == each.org) and (each.product is None or fact.product == each.product)
    )
    found = attribute(
        tree,
        mine,
        before=first.previous(),
        after=each.opened,
        root=each.threshold.metric,
        method=method,
        by=(segment,) if segment else (),
        as_of=as_of,
    )
    return attrs.evolve(each, attribution=found if found.values is not None else None)
