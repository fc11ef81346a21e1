"""Evaluating a tree: leaves are joined to the grain asked for, then the formulas are worked out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from salesteam.core import Finding, FiscalYear, Period, Place, Report, find
from salesteam.errors import InvalidValueError, nearest
from salesteam.goals._evaluation import STATUSES, Evaluation, NodeValue, Status
from salesteam.goals._formula import ZeroDenominator, denominator_in, value_of
from salesteam.goals._frame import Fact, Figure, joined, read_facts
from salesteam.goals._model_metric import Metric
from salesteam.goals._tree import Tree

__all__ = ["evaluate"]

_KINDS = ("day", "week", "month", "quarter", "half", "year")
Cell = tuple[Period, str | None, str | None]


def evaluate(
    tree: Tree,
    facts: object,
    *,
    by: Sequence[str],
    within: Period | None = None,
    as_of: date | None = None,
    fiscal: FiscalYear | None = None,
) -> Evaluation:
    """Work out every metric of a tree at the grain asked for.

    Use it to see the figures of a team by quarter, person or product.
    Leaves are joined from the facts first, by the rules of each metric; then the formulas are worked out in each cell.
    A computed rate is never joined.
    All arithmetic is exact.

    Parameters
    ----------
    tree : Tree
        Metrics and formulas.
    facts : iterable of Fact, or frame
        Columns as in `Fact`.
    by : sequence of str
        The grain: at most one of ``day week month quarter half year``, and ``org``, ``product``; empty for one figure.
    within : Period, optional
        Only facts within it count; without it, all the time that facts cover.
    as_of : datetime.date, optional
        Look from the end of this day: what was recorded later is left out, and later periods are ``not_yet``.
    fiscal : FiscalYear, optional
        How years run.

    Returns
    -------
    Evaluation
        One `NodeValue` a metric and cell, and the findings.

    Raises
    ------
    InvalidValueError
        If `by` names something else.

    Examples
    --------
    >>> deals = Metric(id="deals", kind="flow", unit="deal", additive_over=("org",))
    >>> rows = [Fact(metric="deals", start=date(2026, 7, 1), end=date(2026, 7, 2), org=org, value=Fraction(n))
    ...         for org, n in (("li", 3), ("wu", 4))]
    >>> evaluate(Tree(metrics=(deals,)), rows, by=("month",)).value("deals", "2026-07")
    Fraction(7, 1)
    """
    kind = _grain(by)
    rows, report = read_facts(facts)
    found: list[Finding] = list(report)
    rows = tuple(fact for fact in rows if fact.known(as_of))
    used = _placed(tree, rows, by, kind, within=within, fiscal=fiscal, found=found)
    cells = list(dict.fromkeys(cell for _, cell in used))
    cells = _all_cells(cells, kind, within, fiscal, by)
    values: list[NodeValue] = []
    for cell in cells:
        row: dict[str, NodeValue] = {}
        for leaf in tree.leaves:
            row[leaf] = _leaf(tree.by_id[leaf], used.get((leaf, cell), []), cell, as_of, found)
        for node in tree.parsed:
            row[node] = _computed(tree, node, row, used.get((node, cell), []), cell, found)
        values.extend(row[metric.id] for metric in tree.metrics)
    return Evaluation(tree=tree, by=tuple(by), values=tuple(values), as_of=as_of, report=Report(found))


def _grain(by: Sequence[str]) -> str | None:
    kinds = [each for each in by if each in _KINDS]
    unknown = [each for each in by if each not in {*_KINDS, "org", "product"}]
    if isinstance(by, str) or unknown or len(kinds) > 1 or len(set(by)) < len(by):
        raise InvalidValueError(
            f"{by!r} is no grain", where="evaluate(by=)", fix="give at most one kind of period, and org, product"
        )
    return kinds[0] if kinds else None


def _placed(
    tree: Tree,
    rows: Sequence[Fact],
    by: Sequence[str],
    kind: str | None,
    *,
    within: Period | None,
    fiscal: FiscalYear | None,
    found: list[Finding],
) -> dict[tuple[str, Cell], list[Fact]]:
    whole = within
    if whole is None and rows and kind is None:
        whole = Period(start=min(fact.start for fact in rows), end=max(fact.end for fact in rows))
    periods: dict[date, Period] = {}
    unknown: dict[str, int] = {}
    straddling: dict[str, int] = {}
    used: dict[tuple[str, Cell], list[Fact]] = {}
    for fact in rows:
        if fact.metric not in tree.by_id:
            unknown[fact.metric] = unknown.get(fact.metric, 0) + 1
            continue
        if within is not None and (fact.end <= within.start or fact.start >= within.end):
            continue
        if kind is not None and fact.start not in periods:
            periods[fact.start] = Period.containing(fact.start, kind, fiscal=fiscal)
        period = periods[fact.start] if kind is not None else whole
        assert period is not None
        outside = within is not None and (fact.start < within.start or fact.end > within.end)
        if fact.end > period.end or outside:
            straddling[fact.metric] = straddling.get(fact.metric, 0) + 1
            continue
        cell = (period, fact.org if "org" in by else None, fact.product if "product" in by else None)
        used.setdefault((fact.metric, cell), []).append(fact)
    found.extend(
        find("goals.unknown-fact", Place(table="facts"), metric=name, count=count, nearest=nearest(name, tree.by_id))
        for name, count in unknown.items()
    )
    found.extend(
        find("goals.straddling-fact", Place(table="facts"), metric=name, count=count, grain=kind or str(whole))
        for name, count in straddling.items()
    )
    return used


def _all_cells(
    cells: Sequence[Cell], kind: str | None, within: Period | None, fiscal: FiscalYear | None, by: Sequence[str]
) -> list[Cell]:
    periods = {cell[0] for cell in cells}
    if within is not None:
        periods |= set(_periods(within, kind, fiscal))
    parts = {cell[1:] for cell in cells}
    if not parts and not {"org", "product"} & set(by):
        parts = {(None, None)}
    ordered = sorted(parts, key=lambda part: (part[0] or "", part[1] or ""))
    return [(period, *part) for period in sorted(periods, key=lambda each: each.start) for part in ordered]


def _periods(within: Period, kind: str | None, fiscal: FiscalYear | None) -> Iterable[Period]:
    if kind is None:
        yield within
        return
    period = Period.containing(within.start, kind, fiscal=fiscal)
    while period.start < within.end:
        yield period
        period = Period.containing(period.end, kind, fiscal=fiscal)


def _leaf(metric: Metric, facts: Sequence[Fact], cell: Cell, as_of: date | None, found: list[Finding]) -> NodeValue:
    period, org, product = cell
    if as_of is not None and period.start > as_of:
        return NodeValue(metric=metric.id, period=period, org=org, product=product, status="not_yet")
    if not facts:
        zero = metric.absent == "zero"
        return NodeValue(
            metric=metric.id,
            period=period,
            org=org,
            product=product,
            value=Fraction(0) if zero else None,
            status="ok" if zero else "missing",
        )
    figure = joined(metric, facts, Place(table="facts", key=_key(metric.id, cell)))
    if figure.trouble is not None:
        found.append(figure.trouble)
    return NodeValue(
        metric=metric.id,
        period=period,
        org=org,
        product=product,
        value=figure.value,
        status=_status(metric, figure, facts, period, as_of),
        n=figure.n,
        numerator=figure.numerator,
        denominator=figure.denominator,
    )


def _key(metric: str, cell: Cell) -> str:
    return " ".join(str(each) for each in (metric, *cell) if each is not None)


def _status(metric: Metric, figure: Figure, facts: Sequence[Fact], period: Period, as_of: date | None) -> Status:
    if figure.trouble is not None:
        return "refused"
    if figure.value is None:
        return "zero_denominator"
    seen = period.end if as_of is None else min(period.end, as_of + timedelta(days=1))
    if metric.kind == "stock":
        if metric.max_age_days is not None and figure.newest is not None:
            return "stale" if (seen - figure.newest).days > metric.max_age_days else "ok"
        return "ok"
    if seen < period.end or _gap(facts, period):
        return "partial"
    return "ok"


def _gap(facts: Sequence[Fact], period: Period) -> bool:
    """Whether facts of more than a day leave days of the period uncovered; facts of single days cannot tell."""
    if all((fact.end - fact.start).days == 1 for fact in facts) or period.kind == "range":
        return False
    reached = period.start
    for fact in sorted(facts, key=lambda each: each.start):
        if fact.start > reached:
            return True
        reached = max(reached, fact.end)
    return reached < period.end


def _computed(
    tree: Tree,
    node: str,
    row: Mapping[str, NodeValue],
    measured: Sequence[Fact],
    cell: Cell,
    found: list[Finding],
) -> NodeValue:
    period, org, product = cell
    parts = [row[name] for name in tree.children(node)]
    status: Status = max((part.status for part in parts), key=STATUSES.index, default="ok")
    value: Fraction | None = None
    if all(part.value is not None for part in parts):
        try:
            value = value_of(tree.parsed[node], {part.metric: part.value or Fraction(0) for part in parts})
        except ZeroDenominator as zero:
            status = "refused" if zero.refuse else "zero_denominator"
            if zero.refuse:
                found.append(find("goals.zero-denominator", Place(key=_key(node, cell)), metric=node))
    if measured and value is not None:
        figure = joined(tree.by_id[node], measured, Place(table="facts", key=_key(node, cell)))
        if figure.value is not None and figure.value != value:
            found.append(
                find(
                    "goals.unexplained",
                    Place(key=_key(node, cell)),
                    metric=node,
                    measured=figure.value,
                    computed=value,
                    gap=figure.value - value,
                )
            )
    below = denominator_in(tree.parsed[node])
    cases = [part.n for part in parts if part.n] if below is None else [int(row[below].value or 0)]
    n = min(cases, default=0)
    return NodeValue(metric=node, period=period, org=org, product=product, value=value, status=status, n=n)
