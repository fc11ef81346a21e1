"""Checking the units of formulas, and whether what they add up may be added up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from salesteam.goals._formula import Call, Name, Node, Number, Product, Sum, children
from salesteam.goals._model_metric import Metric
from salesteam.goals._units import Unit

__all__ = ["Clash", "clashes", "summed_rates", "unit_in"]


@attrs.frozen(kw_only=True)
class Clash:
    """Two units that meet where they must be one."""

    column: int
    left: Unit
    right: Unit


def unit_in(node: Node, metrics: Mapping[str, Metric]) -> Unit | Clash:  # noqa: PLR0911  # one return a kind of node
    """The unit of a formula, from the units of its metrics.

    Parameters
    ----------
    node : Node
        A parsed formula whose names are all known.
    metrics : mapping of str to Metric
        Every metric by id.

    Returns
    -------
    Unit or Clash
        The unit, or the first place where two units do not go together.
    """
    match node:
        case Number():
            return Unit()
        case Name(id=name):
            return metrics[name].measure
        case Product(factors=factors):
            return _product([(power, unit_in(part, metrics)) for power, part in factors])
        case Sum(terms=terms):
            return _same([part for _, part in terms], metrics)
        case Call(function="ratio", arguments=(above, below)):
            return _product([(1, unit_in(above, metrics)), (-1, unit_in(below, metrics))])
        case Call(function="share", arguments=arguments):
            unit = _same(arguments, metrics)
            return unit if isinstance(unit, Clash) else Unit()
        case Call(arguments=arguments):
            return _same(arguments, metrics)


def _product(parts: Sequence[tuple[int, Unit | Clash]]) -> Unit | Clash:
    result = Unit()
    for power, unit in parts:
        if isinstance(unit, Clash):
            return unit
        result = result * unit if power > 0 else result / unit
    return result


def _same(parts: Sequence[Node], metrics: Mapping[str, Metric]) -> Unit | Clash:
    first: Unit | None = None
    for part in parts:
        if isinstance(part, Number) and part.value == 0:
            continue
        unit = unit_in(part, metrics)
        if isinstance(unit, Clash):
            return unit
        if first is not None and unit != first:
            return Clash(column=part.column, left=first, right=unit)
        first = first or unit
    return first or Unit()


def clashes(node: Node, metric: Metric, metrics: Mapping[str, Metric]) -> Clash | None:
    """The first clash of units in a formula, or between it and the metric that it defines.

    Parameters
    ----------
    node : Node
        The formula.
    metric : Metric
        What it defines.
    metrics : mapping of str to Metric
        Every metric by id.

    Returns
    -------
    Clash or None
        None if all units go together.
    """
    unit = unit_in(node, metrics)
    if isinstance(unit, Clash):
        return unit
    return None if unit == metric.measure else Clash(column=1, left=metric.measure, right=unit)


def summed_rates(node: Node, metrics: Mapping[str, Metric]) -> Iterator[Name]:
    """Rates that a formula adds to other rates, which means nothing without their denominators.

    Parameters
    ----------
    node : Node
        The formula.
    metrics : mapping of str to Metric
        Every metric by id.

    Yields
    ------
    Name
        The second and every further rate of a sum.
    """
    added: list[Node] = []
    if isinstance(node, Sum):
        added = [part for sign, part in node.terms if sign > 0]
    elif isinstance(node, Call) and node.function == "sum":
        added = list(node.arguments)
    rates = [part for part in added if isinstance(part, Name) and metrics[part.id].kind == "rate"]
    yield from rates[1:]
    for part in children(node):
        yield from summed_rates(part, metrics)
