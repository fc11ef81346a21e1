"""Watching thresholds: which lines were crossed, for how long, and what moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

import attrs

from salesteam.core import Finding, FiscalYear, Period, Place, Report, find
from salesteam.errors import InvalidValueError, missing_choice
from salesteam.goals._attribute import METHODS, attribute
from salesteam.goals._evaluate import evaluate
from salesteam.goals._evaluation import NodeValue
from salesteam.goals._frame import Fact, read_facts
from salesteam.goals._model_metric import Metric, Threshold
from salesteam.goals._tree import Tree
from salesteam.goals._watched import Investigation, Watch, is_below

__all__ = ["watch"]


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
    >>> from fractions import Fraction
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
        run = [*run, value] if is_below(rule, value) else []
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
