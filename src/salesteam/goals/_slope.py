"""The exact derivative of a formula in one of its names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from salesteam.goals._formula import Call, Name, Node, Number, Product, Sum, divided

__all__ = ["slope_of"]

Pair = tuple[Fraction, Fraction]


def slope_of(node: Node, of: Mapping[str, Fraction], name: str) -> Fraction:
    """How fast a formula grows in one name, the others held.

    Parameters
    ----------
    node : Node
        A parsed formula.
    of : mapping of str to Fraction
        The point: the value of every name.
    name : str
        The name that moves.

    Returns
    -------
    Fraction
        The derivative; where several arguments of min or max tie, the mean of theirs.

    Raises
    ------
    ZeroDenominator
        If something is divided by zero.
    """
    return _pair(node, of, name)[1]


def _pair(node: Node, of: Mapping[str, Fraction], name: str) -> Pair:
    match node:
        case Number(value=value):
            return value, Fraction(0)
        case Name(id=key):
            return of[key], Fraction(int(key == name))
        case Sum(terms=terms):
            pairs = [(sign, _pair(part, of, name)) for sign, part in terms]
            return _total([(sign * value, sign * slope) for sign, (value, slope) in pairs])
        case Product(factors=factors):
            result = (Fraction(1), Fraction(0))
            for power, part in factors:
                result = _times(result, _pair(part, of, name)) if power > 0 else _over(result, _pair(part, of, name))
            return result
        case Call(function=function, arguments=arguments):
            return _called(function, [_pair(part, of, name) for part in arguments])


def _called(function: str, pairs: Sequence[Pair]) -> Pair:
    match function:
        case "sum":
            return _total(pairs)
        case "ratio" | "share":
            return _over(pairs[0], pairs[1])
        case "clip":
            return _best([_best(pairs[:2], highest=True), pairs[2]], highest=False)
        case _:
            return _best(pairs, highest=function == "max")


def _total(pairs: Sequence[Pair]) -> Pair:
    return sum((value for value, _ in pairs), Fraction(0)), sum((slope for _, slope in pairs), Fraction(0))


def _times(left: Pair, right: Pair) -> Pair:
    return left[0] * right[0], left[0] * right[1] + left[1] * right[0]


def _over(left: Pair, right: Pair) -> Pair:
    value = divided(left[0], right[0])
    return value, (left[1] - value * right[1]) / right[0]


def _best(pairs: Sequence[Pair], *, highest: bool) -> Pair:
    value = max(each for each, _ in pairs) if highest else min(each for each, _ in pairs)
    slopes = [slope for each, slope in pairs if each == value]
    return value, sum(slopes, Fraction(0)) / len(slopes)
