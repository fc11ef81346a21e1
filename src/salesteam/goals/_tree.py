"""The KPI tree: metrics joined by formulas, checked when it is built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import attrs

from salesteam.core import Finding, Place, Report, find
from salesteam.core._graph import find_cycle, order
from salesteam.core._noun import as_annotated
from salesteam.errors import CycleError, InvalidValueError, NotFoundError, nearest
from salesteam.goals._dimensions import clashes, summed_rates
from salesteam.goals._formula import Name, Node, names_in
from salesteam.goals._model_metric import Metric
from salesteam.goals._parse import Trouble, parse, read

__all__ = ["Tree", "tree_report"]


def _metrics(metrics: Iterable[Metric]) -> tuple[Metric, ...]:
    return tuple(metrics)


@attrs.frozen(kw_only=True, slots=False, field_transformer=as_annotated)
class Tree:
    """Metrics and the formulas that make some of them from others.

    Use it to evaluate a figure at any grain (`evaluate`) and to say why it moved (`attribute`).
    It is checked as a whole when it is built: every name is known, nothing runs in a circle, all units go together.

    Parameters
    ----------
    metrics : tuple of Metric
        Every metric, measured or made.
    formulas : mapping of str to str
        Metric id to its formula; a metric without one is a leaf and comes from facts.

    Raises
    ------
    InvalidValueError
        If a formula cannot be read, a name is unknown, or units clash; the message tells all of it.
    CycleError
        If formulas run in a circle.

    Examples
    --------
    >>> units = {"revenue": "CNY", "deals": "deal", "acv": "CNY/deal"}
    >>> tree = Tree(metrics=[Metric(id=name, kind="flow", unit=unit) for name, unit in units.items()],
    ...             formulas={"revenue": "deals * acv"})
    >>> tree.leaves, tree.roots
    (('deals', 'acv'), ('revenue',))
    """

    metrics: tuple[Metric, ...] = attrs.field(converter=_metrics)
    formulas: Mapping[str, str] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        report = tree_report(self.metrics, self.formulas)
        for finding in report.errors:
            if finding.code == "goals.formula-cycle":
                raise CycleError([str(name) for name in _path(finding)], what="formulas")
        if report.errors:
            raise InvalidValueError(
                " ".join(finding.what("en") for finding in report.errors),
                where="Tree",
                fix=report.errors[0].fix("en"),
            )

    @cached_property
    def by_id(self) -> Mapping[str, Metric]:
        """Every metric by its id.

        Examples
        --------
        >>> Tree(metrics=[Metric(id="deals", kind="flow", unit="deal")]).by_id["deals"].unit
        'deal'
        """
        return {metric.id: metric for metric in self.metrics}

    @cached_property
    def parsed(self) -> Mapping[str, Node]:
        """Every formula in parts, by the metric it makes, children before parents."""
        nodes = {key: parse(text) for key, text in self.formulas.items()}
        edges = [(name.id, key) for key, node in nodes.items() for name in names_in(node)]
        return {key: nodes[key] for key in order([metric.id for metric in self.metrics], edges) if key in nodes}

    @property
    def leaves(self) -> tuple[str, ...]:
        """Metrics without a formula, in the order given.

        Examples
        --------
        >>> Tree(metrics=[Metric(id="deals", kind="flow", unit="deal")]).leaves
        ('deals',)
        """
        return tuple(metric.id for metric in self.metrics if metric.id not in self.formulas)

    @property
    def roots(self) -> tuple[str, ...]:
        """Metrics that no formula uses, in the order given.

        Examples
        --------
        >>> Tree(metrics=[Metric(id="deals", kind="flow", unit="deal")]).roots
        ('deals',)
        """
        used = {name.id for node in self.parsed.values() for name in names_in(node)}
        return tuple(metric.id for metric in self.metrics if metric.id not in used)

    def children(self, metric: str) -> tuple[str, ...]:
        """The metrics in the formula of one, in the order written, each once.

        Parameters
        ----------
        metric : str
            Id of a metric.

        Returns
        -------
        tuple of str
            Empty for a leaf.

        Raises
        ------
        NotFoundError
            If there is no such metric.

        Examples
        --------
        >>> Tree(metrics=[Metric(id="deals", kind="flow", unit="deal")]).children("deals")
        ()
        """
        if metric not in self.by_id:
            raise NotFoundError("metric", metric, self.by_id, where="the tree")
        if metric not in self.parsed:
            return ()
        return tuple(dict.fromkeys(name.id for name in names_in(self.parsed[metric])))


def tree_report(metrics: Iterable[Metric], formulas: Mapping[str, str]) -> Report:
    """Find everything that keeps metrics and formulas from being a tree.

    Parameters
    ----------
    metrics : iterable of Metric
        Every metric.
    formulas : mapping of str to str
        Metric id to formula.

    Returns
    -------
    Report
        Findings on ids given twice, formulas that cannot be read, unknown names, circles, units and summed rates.
    """
    known: dict[str, Metric] = {}
    found: list[Finding] = []
    for metric in metrics:
        if metric.id in known:
            found.append(find("goals.metric-twice", Place(key=f"metrics.{metric.id}"), metric=metric.id))
        known[metric.id] = metric
    nodes: dict[str, Node] = {}
    for key, text in formulas.items():
        found.extend(_read(key, text, known, nodes))
    if found:
        return Report.of(*found)
    edges = [(name.id, key) for key, node in nodes.items() for name in names_in(node)]
    cycle = find_cycle(list(known), edges)
    if cycle:
        return Report.of(find("goals.formula-cycle", Place(key=f"formulas.{cycle[0]}"), path=tuple(cycle)))
    for key, node in nodes.items():
        place = Place(key=f"formulas.{key}")
        clash = clashes(node, known[key], known)
        if clash is not None:
            found.append(
                find(
                    "goals.unit-mismatch",
                    place,
                    metric=key,
                    formula=formulas[key],
                    column=clash.column,
                    left=str(clash.left),
                    right=str(clash.right),
                )
            )
        found.extend(
            find("goals.rate-summed", place, metric=key, rate=name.id, column=name.column)
            for name in summed_rates(node, known)
        )
    return Report.of(*found)


def _path(finding: Finding) -> tuple[object, ...]:
    found = dict(finding.values)["path"]
    return found if isinstance(found, tuple) else (found,)


def _read(key: str, text: str, known: Mapping[str, Metric], nodes: dict[str, Node]) -> list[Finding]:
    place = Place(key=f"formulas.{key}")
    node = read(text)
    if isinstance(node, Trouble):
        return [find("goals.formula-error", place, metric=key, column=node.column, problem=node.what, remedy=node.fix)]
    nodes[key] = node
    used = [Name(id=key), *names_in(node)]
    return [
        find(
            "goals.unknown-metric",
            place,
            metric=name.id,
            where=f"{key} = {text}",
            column=name.column,
            nearest=nearest(name.id, known) or tuple(known)[:8],
        )
        for name in used
        if name.id not in known
    ]
