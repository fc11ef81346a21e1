"""Why a figure moved: each leaf's part of the change, summing to it exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from salesteam.core import Finding, Period, Place, Report, find
from salesteam.errors import InvalidValueError, NotFoundError, missing_choice
from salesteam.goals._attribution import Attribution, Contribution, Rule
from salesteam.goals._evaluate import evaluate
from salesteam.goals._evaluation import Evaluation
from salesteam.goals._formula import Name, Node, Product, ZeroDenominator
from salesteam.goals._frame import read_facts
from salesteam.goals._shapley import TooManyPlayers, slopes
from salesteam.goals._tree import Tree

__all__ = ["METHODS", "attribute"]

METHODS: Mapping[str, str] = {
    "shapley": "each factor's change, averaged over all orders in which the factors could have moved; exact",
}
"""Ways to attribute a change, with one line on each."""

Pair = tuple[Fraction, Fraction]


def attribute(
    tree: Tree,
    facts: object,
    *,
    before: Period,
    after: Period,
    root: str,
    method: str | None = None,
    by: Sequence[str] = (),
    as_of: date | None = None,
) -> Attribution:
    """Say why a metric changed between two periods.

    Use it for every "why is revenue down": each leaf of the tree gets its part; the parts sum to the change exactly.
    Every formula has a mean slope for each of its metrics; the part of a leaf is the sum over all ways up to the root
    of the slopes on the way times the change of the leaf.
    A rate that is itself the root is taken as its numerator over its denominator.

    Parameters
    ----------
    tree : Tree
        Metrics and formulas.
    facts : iterable of Fact, or frame
        Covering both periods.
    before, after : Period
        The two periods; only their two values count, not the way between (``endpoint``).
    root : str
        The metric whose change is explained.
    method : {'shapley'}
        How a product shares its change among its factors; required.
    by : sequence of str
        ``("org",)`` or ``("product",)`` to split the part of every leaf that adds up over it.
    as_of : datetime.date, optional
        Look from the end of this day.

    Returns
    -------
    Attribution
        Contributions, and findings where something could not be attributed.

    Raises
    ------
    InvalidValueError
        If `method` is missing or unknown, or `by` names something else.
    NotFoundError
        If there is no such root.

    References
    ----------
    Shapley, *A value for n-person games*, 1953; on trees, mean slopes are chained rule by rule.

    Examples
    --------
    >>> from salesteam.goals import Fact, Metric
    >>> units = {"revenue": "CNY", "deals": "deal", "acv": "CNY/deal"}
    >>> tree = Tree(metrics=[Metric(id=name, kind="flow", unit=unit) for name, unit in units.items()],
    ...             formulas={"revenue": "deals * acv"})
    >>> june, july = Period.parse("2026-06"), Period.parse("2026-07")
    >>> rows = [Fact(metric=name, start=month.start, end=month.end, value=Fraction(value))
    ...         for name, values in (("deals", (10, 12)), ("acv", (5, 4)))
    ...         for month, value in zip((june, july), values)]
    >>> found = attribute(tree, rows, before=june, after=july, root="revenue", method="shapley")
    >>> [(each.node, str(each.contribution)) for each in found.contributions]
    [('deals', '9'), ('acv', '-11')]
    """
    if method is None or method not in METHODS:
        raise missing_choice("method", METHODS, where="attribute")
    if root not in tree.by_id:
        raise NotFoundError("metric", root, tree.by_id, where="the tree")
    if isinstance(by, str) or len(by) > 1 or set(by) - {"org", "product"}:
        raise InvalidValueError(f"{by!r} is no split", where="attribute(by=)", fix='use ("org",), ("product",) or ()')
    rows, report = read_facts(facts)
    ends = tuple(evaluate(tree, rows, by=(), within=period, as_of=as_of) for period in (before, after))
    found = [*report, *_about(ends, root)]
    rules, values = _rules(tree, root, ends, found)
    slope = _slopes(rules, root)
    parts = _leaf_parts(rules, root, values, slope)
    segments = [evaluate(tree, rows, by=by, within=period, as_of=as_of) for period in (before, after)] if by else []
    contributions = [
        each
        for leaf, path in parts
        for each in _contributions(
            tree, leaf, values[leaf], slope[leaf], segments, path=path, by=tuple(by), method=method
        )
    ]
    return Attribution(
        root=tree.by_id[root],
        method=method,
        before=before,
        after=after,
        values=values.get(root),
        contributions=tuple(contributions),
        rules=tuple(rules.values()),
        report=Report(found),
    )


def _about(ends: Sequence[Evaluation], root: str) -> list[Finding]:
    found: list[Finding] = []
    for evaluation in ends:
        found.extend(evaluation.report)
        value = evaluation.at(root)
        place = Place(key=f"{root} {value.period}")
        if value.value is None:
            found.append(find("goals.not-attributed", place, node=root, period=value.period, status=value.status))
        elif value.status != "ok":
            found.append(find("goals.partial-period", place, node=root, period=value.period, status=value.status))
    return found


def _rules(
    tree: Tree, root: str, ends: Sequence[Evaluation], found: list[Finding]
) -> tuple[dict[str, Rule], dict[str, Pair]]:
    """The slopes of every formula at or below the root, parents first, and the values of all that they name."""
    values: dict[str, Pair] = {}
    for metric in tree.by_id:
        start, end = (evaluation.at(metric).value for evaluation in ends)
        if start is not None and end is not None:
            values[metric] = (start, end)
    rules: dict[str, Rule] = {}
    if root not in values:
        return rules, values
    nodes: dict[str, Node] = dict(reversed(list(tree.parsed.items())))
    if root not in nodes:
        nodes |= _ratio_of(root, ends, values)
    needed = {root}
    for node, formula in nodes.items():
        if node not in needed:
            continue
        try:
            slope = slopes(formula, *({name: pair[end] for name, pair in values.items()} for end in (0, 1)))
        except (ZeroDenominator, TooManyPlayers) as trouble:
            code = "goals.split-node" if isinstance(trouble, TooManyPlayers) else "goals.zero-on-the-way"
            found.append(find(code, Place(key=node), node=node, formula=tree.formulas.get(node, node)))
            continue
        rules[node] = Rule(node=node, formula=tree.formulas.get(node, ""), slopes=tuple(slope.items()))
        needed |= set(slope)
    return rules, values


def _ratio_of(root: str, ends: Sequence[Evaluation], values: dict[str, Pair]) -> dict[str, Node]:
    above, below = (tuple(getattr(end.at(root), part) for end in ends) for part in ("numerator", "denominator"))
    if None in above or None in below:
        return {}
    names = (f"{root}.numerator", f"{root}.denominator")
    values.update(zip(names, (above, below), strict=True))
    return {root: Product(factors=((1, Name(id=names[0])), (-1, Name(id=names[1]))))}


def _slopes(rules: Mapping[str, Rule], root: str) -> dict[str, Fraction]:
    total = {root: Fraction(1)}
    for node, rule in rules.items():
        for name, slope in rule.slopes:
            total[name] = total.get(name, Fraction(0)) + total[node] * slope
    return total


def _leaf_parts(
    rules: Mapping[str, Rule], root: str, values: Mapping[str, Pair], slope: Mapping[str, Fraction]
) -> list[tuple[str, str]]:
    """Each leaf with the way from the root to it, or a sign that there are several."""
    ways: dict[str, list[str]] = {root: [root]}
    for node, rule in rules.items():
        for name, _ in rule.slopes:
            through = ways[node][0] if len(ways[node]) == 1 else f"{root} > …"
            ways.setdefault(name, []).append(f"{through} > {name}")
    leaves = [name for name in slope if name not in rules and name in values]
    return [(leaf, ways[leaf][0] if len(ways[leaf]) == 1 else f"{root} > … > {leaf}") for leaf in leaves]


def _contributions(
    tree: Tree,
    leaf: str,
    ends: Pair,
    slope: Fraction,
    segments: Sequence[Evaluation],
    *,
    path: str,
    by: Sequence[str],
    method: str,
) -> list[Contribution]:
    whole = Contribution(
        node=leaf, path=path, method=method, before=ends[0], after=ends[1], contribution=slope * (ends[1] - ends[0])
    )
    if not segments:
        return [whole]
    split = _split(tree, leaf, segments, by[0])
    if split is None or any(sum(pair[end] for pair in split.values()) != ends[end] for end in (0, 1)):
        return [whole]
    return [
        Contribution(
            node=leaf,
            path=path,
            segment=name,
            method=method,
            before=pair[0],
            after=pair[1],
            contribution=slope * (pair[1] - pair[0]),
        )
        for name, pair in split.items()
    ]


def _split(tree: Tree, leaf: str, segments: Sequence[Evaluation], axis: str) -> dict[str | None, Pair] | None:
    """A leaf's two values by segment, if it adds up over the axis; the parts of a root rate always do."""
    base, _, part = leaf.rpartition(".")
    is_part = leaf not in tree.by_id
    if not is_part and not tree.by_id[leaf].adds_over(axis):
        return None
    metric, field = (base, part) if is_part else (leaf, "value")
    sides = [
        {
            getattr(each, axis): getattr(each, field)
            for each in evaluation.values
            if each.metric == metric and getattr(each, field) is not None
        }
        for evaluation in segments
    ]
    names = sorted({*sides[0], *sides[1]}, key=lambda name: name or "")
    return {name: (sides[0].get(name, Fraction(0)), sides[1].get(name, Fraction(0))) for name in names}
