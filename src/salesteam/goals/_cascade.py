"""Splitting a total over time and people in whole units, so that children sum to their parent everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from salesteam.core import Finding, Place, Report, find
from salesteam.errors import InvalidValueError, NotFoundError, missing_choice
from salesteam.goals._axes import Axis
from salesteam.goals._bounds import Bound, Certificate, bounds_of, certificate, clipped
from salesteam.goals._cascaded import Cascade, Margin
from salesteam.goals._rounding import ROUNDERS, Rounding, rounded
from salesteam.goals._rules import Rule, told
from salesteam.goals._two_way import table
from salesteam.goals._weights import WEIGHTS, Weights, resolved
from salesteam.goals._words import Some

__all__ = ["cascade"]


def cascade(
    total: int,
    *,
    unit: str,
    axes: Sequence[Axis],
    weights: Weights | Mapping[str, Weights] | None = None,
    rounding: Rounding | Mapping[str, Rounding] | None = None,
    rules: Sequence[Rule] = (),
) -> Cascade:
    """Split a total down the axes in whole units.

    Use it to bring 50,000,000 yuan of a year to quarters, months, weeks and people.
    On each axis, children sum to their parent at every node, each the floor or the ceiling of its share of the parent.
    With two axes, both keep their own split, and every cell is the floor or the ceiling of its proportional share.
    Under locks, floors and caps, shares stay in proportion as far as the bounds allow.

    Parameters
    ----------
    total : int
        In whole units; a negative total is split by size and gets its sign back.
    unit : str
        What one unit is, such as ``"CNY"``, ``"fen"`` or ``"account"``.
    axes : sequence of Axis
        One or two, from `by_time`, `by_org`, `by_parts`.
    weights : Weights, or mapping of axis name to Weights
        Required; `equal`, `custom` or `history`.
    rounding : LargestRemainder, Cumulative, or mapping of axis name to these
        Required.
    rules : sequence of Lock, Floor or Cap
        Each on a node of one axis, for the whole of the other.

    Returns
    -------
    Cascade
        With a certificate instead of cells where the rules cannot be met.

    Raises
    ------
    InvalidValueError
        If a choice is missing, the axes do not fit, or rules meet a negative total.
    NotFoundError
        If a rule names no node.

    References
    ----------
    Balinski and Young, *Fair Representation*, 1982; Cox, 1987, for the two-way table.

    Examples
    --------
    >>> from salesteam.core import Period
    >>> from salesteam.goals import LargestRemainder, by_time, equal
    >>> year = cascade(50_000_000, unit="CNY", axes=[by_time(Period.parse("2026"), "month")],
    ...                weights=equal(among="siblings"), rounding=LargestRemainder(tie="id"))
    >>> year.at("2026-01"), year.at("2026-12"), year.at("2026")
    (4166667, 4166666, 50000000)
    """
    names = [axis.name for axis in axes]
    if len(axes) not in {1, 2} or len(set(names)) < len(names):
        raise InvalidValueError(
            f"axes {', '.join(names) or 'none'}", where="cascade(axes=)", fix="give one or two axes of different names"
        )
    if isinstance(total, bool) or not isinstance(total, int):
        raise InvalidValueError(f"{total!r} is no whole number", where="cascade", fix="give whole units, such as fen")
    if rules and total < 0:
        raise InvalidValueError("rules on a negative total", where="cascade(rules=)", fix="split it without rules")
    shares: dict[str, Weights] = _chosen(weights, "weights", WEIGHTS, names)
    roundings: dict[str, Rounding] = _chosen(rounding, "rounding", ROUNDERS, names)
    split_rules = _by_axis(axes, rules)
    found: list[Finding] = []
    margins: list[Margin] = []
    proof: Certificate | None = None
    for axis in axes:
        weight, troubles = resolved(axis, shares[axis.name])
        found += troubles
        if any(trouble.severity.value == "error" for trouble in troubles):
            continue
        proof = certificate(axis, weight, split_rules[axis.name], abs(total))
        if proof is not None:
            found.append(_infeasible(axis, proof, total, unit))
            break
        bounds = bounds_of(axis, weight, split_rules[axis.name])
        margins.append(_margin(axis, weight, bounds, total, roundings[axis.name], split_rules[axis.name]))
    complete = len(margins) == len(axes)
    return Cascade(
        total=total,
        unit=unit,
        axes=tuple(axes),
        margins=tuple(margins) if complete else (),
        cells=_cells(axes, margins) if complete else {},
        rules=tuple(rules),
        conventions=tuple(
            text
            for axis in axes
            for text in (
                f"{axis.name}: {shares[axis.name].convention}",
                f"{axis.name}: {roundings[axis.name].convention}",
                axis.convention,
            )
            if text
        ),
        certificate=proof,
        report=Report(found),
    )


def _chosen(given: Any, name: str, options: Mapping[str, str], axes: Sequence[str]) -> dict[str, Any]:
    if given is None:
        raise missing_choice(name, options, where="cascade")
    if not isinstance(given, Mapping):
        return dict.fromkeys(axes, given)
    lacking = [axis for axis in axes if axis not in given]
    if lacking:
        raise missing_choice(name, options, where=f"cascade, axis {lacking[0]}")
    return {axis: given[axis] for axis in axes}


def _by_axis(axes: Sequence[Axis], rules: Sequence[Rule]) -> dict[str, list[Rule]]:
    result: dict[str, list[Rule]] = {axis.name: [] for axis in axes}
    for rule in rules:
        homes = [axis.name for axis in axes if rule.node in axis.by_id]
        if not homes:
            known = [node for axis in axes for node in axis.by_id]
            raise NotFoundError("node", rule.node, known, where="the axes of the cascade")
        result[homes[0]].append(rule)
    return result


def _infeasible(axis: Axis, proof: Certificate, total: int, unit: str) -> Finding:
    return find(
        "goals.infeasible",
        Place(key=f"cascade.{axis.name}.{proof.node}"),
        node=proof.node,
        rules=Some(tuple(map(told, proof.rules))),
        short=proof.short,
        unit=unit,
        total=total,
        relaxations=Some(tuple(map(told, proof.relaxations))),
        nearest="-" if proof.total is None else proof.total,
    )


def _margin(
    axis: Axis,
    weights: Mapping[str, Fraction],
    bounds: Mapping[str, Bound],
    total: int,
    rounding: Rounding,
    rules: Sequence[Rule],
) -> Margin:
    parts = {axis.top: abs(total)}
    exact = {axis.top: Fraction(abs(total))}
    for parent, family in axis.children.items():
        if not family:
            continue
        shares = clipped(parts[parent], [weights[node] for node in family], [bounds[node] for node in family])
        parts |= zip(family, rounded(shares, family, rounding), strict=True)
        exact |= zip(family, shares, strict=True)
    sign = -1 if total < 0 else 1
    return Margin(
        parts={node: sign * part for node, part in parts.items()},
        shares={node: sign * share for node, share in exact.items()},
        weights=dict(weights),
        ruled={rule.node: rule.kind for rule in rules},
    )


def _cells(axes: Sequence[Axis], margins: Sequence[Margin]) -> dict[tuple[str, ...], int]:
    leaves = [axis.leaves for axis in axes]
    if len(margins) == 1:
        return {(node,): margins[0].parts[node] for node in leaves[0]}
    sides = [[abs(margin.parts[node]) for node in nodes] for margin, nodes in zip(margins, leaves, strict=True)]
    sign = -1 if any(part < 0 for part in margins[0].parts.values()) else 1
    filled = table(sides[0], sides[1])
    return {(row, column): sign * filled[i][j] for i, row in enumerate(leaves[0]) for j, column in enumerate(leaves[1])}
