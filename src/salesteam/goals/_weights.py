"""Weights of a cascade: who carries how much of what is above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Literal

import attrs

from salesteam.core import Finding, Place, find, rational
from salesteam.core._noun import FrozenMapping, as_annotated
from salesteam.errors import InvalidValueError, missing_choice
from salesteam.goals._axes import Axis

__all__ = ["WEIGHTS", "Weights", "custom", "equal", "history", "resolved"]

WEIGHTS: Mapping[str, str] = MappingProxyType(
    {
        "equal": "everyone the same; say among whom",
        "custom": "the weights you give; a family of nodes without any is split equally",
        "history": "what was achieved before; say what a newcomer without history gets",
    }
)
_AMONG = {"siblings": "each node the same as its siblings, however many people it has", "leaves": "each leaf the same"}
_NEW = {"equal": "a newcomer weighs the mean of the siblings", "refuse": "no cascade before a weight is given"}


def _rationals(values: Mapping[str, Any]) -> Mapping[str, Fraction]:
    return FrozenMapping({key: rational(value, where=f"weight of {key}") for key, value in values.items()})


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Weights:
    """How a total is shared along one axis; made by `equal`, `custom` or `history`.

    Parameters
    ----------
    kind : {'equal', 'custom', 'history'}
        See `WEIGHTS`.
    among : {'siblings', 'leaves'} or None
        Required for ``equal``.
    values : mapping of str to Fraction
        Node to weight or past result, for the others; not negative.
    new : {'equal', 'refuse'} or None
        Required for ``history``: what a node without history gets.

    Raises
    ------
    InvalidValueError
        If a choice is missing or a weight is negative.

    Examples
    --------
    >>> custom({"li": 3, "wu": "1.5"}).values["wu"]
    Fraction(3, 2)
    """

    kind: Literal["equal", "custom", "history"]
    among: Literal["siblings", "leaves"] | None = None
    values: Mapping[str, Fraction] = attrs.field(factory=dict, converter=_rationals, hash=False)
    new: Literal["equal", "refuse"] | None = None

    def __attrs_post_init__(self) -> None:
        if self.kind not in WEIGHTS:
            raise missing_choice("kind", WEIGHTS, where="Weights")
        if self.kind == "equal" and self.among not in _AMONG:
            raise missing_choice("among", _AMONG, where="equal weights")
        if self.kind == "history" and self.new not in _NEW:
            raise missing_choice("new", _NEW, where="weights from history")
        negative = [key for key, value in self.values.items() if value < 0]
        if negative:
            raise InvalidValueError(
                f"negative weight of {', '.join(negative)}", where="Weights", fix="give weights of zero or more"
            )

    @property
    def convention(self) -> str:
        """What was chosen, in one word.

        Examples
        --------
        >>> equal(among="siblings").convention
        'equal among siblings'
        """
        tail = {"equal": f" among {self.among}", "custom": "", "history": f", new {self.new}"}
        return self.kind + tail[self.kind]


def equal(*, among: Literal["siblings", "leaves"] | None = None) -> Weights:
    """Everyone the same.

    Parameters
    ----------
    among : {'siblings', 'leaves'}
        Required: two squads of 3 and 5 people get half each among siblings, 3/8 and 5/8 among leaves.

    Returns
    -------
    Weights
        To be passed to `cascade`.

    Examples
    --------
    >>> equal(among="leaves").kind
    'equal'
    """
    return Weights(kind="equal", among=among)


def custom(values: Mapping[str, Any]) -> Weights:
    """The weights you give.

    Parameters
    ----------
    values : mapping of str to number
        Node to weight, exact; a node without one weighs the sum of what is below it.
        A family without any is split equally.

    Returns
    -------
    Weights
        To be passed to `cascade`.

    Examples
    --------
    >>> custom({"li": "60%", "wu": "40%"}).kind
    'custom'
    """
    return Weights(kind="custom", values=values)


def history(values: Mapping[str, Any], *, new: Literal["equal", "refuse"] | None = None) -> Weights:
    """What was achieved before.

    Parameters
    ----------
    values : mapping of str to number
        Node to past result, exact.
    new : {'equal', 'refuse'}
        Required: what a node gets that has no history or one of zero.

    Returns
    -------
    Weights
        To be passed to `cascade`.

    Examples
    --------
    >>> history({"li": 300, "wu": 200}, new="refuse").values["li"]
    Fraction(300, 1)
    """
    return Weights(kind="history", values=values, new=new)


def resolved(axis: Axis, weights: Weights) -> tuple[dict[str, Fraction], list[Finding]]:
    """The weight of every node among its siblings.

    Parameters
    ----------
    axis : Axis
        The tree.
    weights : Weights
        How to weigh.

    Returns
    -------
    tuple of (dict of str to Fraction, list of Finding)
        Weights, and findings on nodes without one.
    """
    found = [
        find("goals.unknown-node", Place(key=f"weights.{axis.name}.{key}"), node=key, axis=axis.name)
        for key in weights.values
        if key not in axis.by_id
    ]
    given = dict(weights.values)
    if weights.kind == "history":
        given = {key: value for key, value in given.items() if value}
    if weights.kind == "equal" and weights.among == "leaves":
        given = {leaf: axis.by_id[leaf].size for leaf in axis.leaves}
    result: dict[str, Fraction] = {}
    for node in reversed(axis.nodes):
        family = axis.children[node.id]
        known = [child for child in family if child in result]
        if known:
            found += _completed(axis, weights, node.id, known, result)
            result.setdefault(node.id, sum((result[child] for child in family), Fraction(0)))
        if node.id in given:
            result[node.id] = given[node.id]
    for parent, family in axis.children.items():
        result |= {child: axis.by_id[child].size for child in family if child not in result}
        carries = parent == axis.top or result[parent] > 0
        if family and carries and not any(result[child] for child in family):
            place = Place(key=f"weights.{axis.name}.{parent}")
            found.append(find("goals.zero-weights", place, parent=parent, nodes=family))
    result.setdefault(axis.top, Fraction(1))
    return result, found


def _completed(
    axis: Axis, weights: Weights, parent: str, known: Sequence[str], result: dict[str, Fraction]
) -> list[Finding]:
    """Give the siblings of weighted nodes a weight too: the mean where newcomers get it, else none and a finding."""
    lacking = [node for node in axis.children[parent] if node not in result]
    mean = sum((result[node] for node in known), Fraction(0)) / len(known)
    result |= dict.fromkeys(lacking, mean if weights.new == "equal" else Fraction(0))
    if not lacking or weights.new == "equal":
        return []
    code = "goals.no-history" if weights.kind == "history" else "goals.weight-missing"
    return [find(code, Place(key=f"weights.{axis.name}.{parent}"), nodes=lacking, parent=parent)]
