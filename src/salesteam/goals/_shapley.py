"""Shapley values of one formula, exactly in rationals.

Where the formula is a sum of products of powers of its names, each product has a closed form:
the share of a factor is its change times the mean of the product of the others along the straight line from before to
after, a polynomial that is integrated exactly.
Any other formula (min, max, clip, a sum below the line) goes through all coalitions, up to a limit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import factorial

from salesteam.goals._formula import Call, Name, Node, Number, Product, Sum, ZeroDenominator, names_in, value_of
from salesteam.goals._slope import slope_of

__all__ = ["MOST_PLAYERS", "TooManyPlayers", "by_coalitions", "by_products", "slopes"]

MOST_PLAYERS = 10
MOST_TERMS = 512

Values = Mapping[str, Fraction]
Term = tuple[tuple[str, int], ...]


class TooManyPlayers(ArithmeticError):  # noqa: N818  # it never leaves the package; the caller makes a finding of it
    """A formula that is no sum of products has more names than coalitions can be walked for."""


def slopes(node: Node, before: Values, after: Values) -> dict[str, Fraction]:
    """The mean slope of a formula in each of its names between two points.

    The slope times the change of the name is its Shapley value; a slope is finite where the change is zero.

    Parameters
    ----------
    node : Node
        A parsed formula.
    before, after : mapping of str to Fraction
        The value of every name at both ends.

    Returns
    -------
    dict of str to Fraction
        One slope a name.

    Raises
    ------
    ZeroDenominator
        If a denominator is zero at an end or on the way.
    TooManyPlayers
        If the formula is no sum of products and has more than `MOST_PLAYERS` names that changed.

    References
    ----------
    Shapley, *A value for n-person games*, 1953; the integral form of products follows from the Beta function.
    """
    terms = products(node)
    if terms is None:
        return by_coalitions(node, before, after)
    found = by_products(terms, before, after)
    return {name.id: found.get(name.id, Fraction(0)) for name in names_in(node)}


def by_products(terms: Mapping[Term, Fraction], before: Values, after: Values) -> dict[str, Fraction]:
    """Slopes of a sum of products, in closed form.

    Parameters
    ----------
    terms : mapping of Term to Fraction
        Each product of powers with its coefficient, from `products`.
    before, after : mapping of str to Fraction
        The value of every name at both ends.

    Returns
    -------
    dict of str to Fraction
        One slope a name.

    Raises
    ------
    ZeroDenominator
        If a name with a negative power is zero at an end.
    """
    total: dict[str, Fraction] = {}
    for term, coefficient in terms.items():
        ends = [(_power(before[name], power), _power(after[name], power)) for name, power in term]
        for at, (name, power) in enumerate(term):
            others = [pair for place, pair in enumerate(ends) if place != at]
            slope = coefficient * _mean_product(others) * _secant(before[name], after[name], power)
            total[name] = total.get(name, Fraction(0)) + slope
    return total


def by_coalitions(node: Node, before: Values, after: Values) -> dict[str, Fraction]:
    """Slopes of any formula, by walking every coalition of the names that changed.

    Parameters
    ----------
    node : Node
        A parsed formula.
    before, after : mapping of str to Fraction
        The value of every name at both ends.

    Returns
    -------
    dict of str to Fraction
        One slope a name; for a name without change, the mean derivative over the coalitions.

    Raises
    ------
    ZeroDenominator
        If a denominator is zero in some coalition.
    TooManyPlayers
        If more than `MOST_PLAYERS` names changed.
    """
    names = list(dict.fromkeys(name.id for name in names_in(node)))
    players = [name for name in names if before[name] != after[name]]
    if len(players) > MOST_PLAYERS:
        raise TooManyPlayers(len(players))
    points = {
        chosen: {name: after[name] if name in chosen else before[name] for name in names}
        for size in range(len(players) + 1)
        for chosen in map(frozenset, combinations(players, size))
    }
    worth = {chosen: value_of(node, point) for chosen, point in points.items()}
    result: dict[str, Fraction] = {}
    for name in names:
        if name in players:
            gains = ((chosen, worth[chosen | {name}] - worth[chosen]) for chosen in worth if name not in chosen)
            gain = sum((_chance(len(chosen), len(players)) * change for chosen, change in gains), Fraction(0))
            result[name] = gain / (after[name] - before[name])
        else:
            tangents = ((len(chosen), slope_of(node, point, name)) for chosen, point in points.items())
            result[name] = sum((_chance(size, len(players) + 1) * slope for size, slope in tangents), Fraction(0))
    return result


def products(node: Node) -> dict[Term, Fraction] | None:  # noqa: PLR0911  # one return a kind of node
    """Write a formula as a sum of products of powers of names.

    Parameters
    ----------
    node : Node
        A parsed formula.

    Returns
    -------
    dict of Term to Fraction, or None
        Each product with its coefficient; None if there is no such form, or it is too long.
    """
    match node:
        case Number(value=value):
            return {(): value}
        case Name(id=name):
            return {((name, 1),): Fraction(1)}
        case Sum(terms=terms):
            return _added([(sign, products(part)) for sign, part in terms])
        case Product(factors=factors):
            return _multiplied([(power, products(part)) for power, part in factors])
        case Call(function="sum", arguments=arguments):
            return _added([(1, products(part)) for part in arguments])
        case Call(function="ratio" | "share", arguments=(above, below)):
            return _multiplied([(1, products(above)), (-1, products(below))])
        case _:
            return None


def _added(parts: Sequence[tuple[int, dict[Term, Fraction] | None]]) -> dict[Term, Fraction] | None:
    total: dict[Term, Fraction] = {}
    for sign, terms in parts:
        if terms is None:
            return None
        for term, coefficient in terms.items():
            total[term] = total.get(term, Fraction(0)) + sign * coefficient
    return {term: coefficient for term, coefficient in total.items() if coefficient}


def _multiplied(parts: Sequence[tuple[int, dict[Term, Fraction] | None]]) -> dict[Term, Fraction] | None:
    result: dict[Term, Fraction] = {(): Fraction(1)}
    for power, terms in parts:
        if terms is None or (power < 0 and len(terms) != 1) or len(result) * len(terms) > MOST_TERMS:
            return None
        product: dict[Term, Fraction] = {}
        for left, one in result.items():
            for right, other in terms.items():
                term = _joined(left, right, power)
                product[term] = product.get(term, Fraction(0)) + (one * other if power > 0 else one / other)
        result = {term: coefficient for term, coefficient in product.items() if coefficient}
    return result


def _joined(left: Term, right: Term, power: int) -> Term:
    powers = dict(left)
    for name, each in right:
        powers[name] = powers.get(name, 0) + power * each
    return tuple(sorted((name, each) for name, each in powers.items() if each))


def _power(value: Fraction, power: int) -> Fraction:
    if value == 0 and power < 0:
        raise ZeroDenominator(refuse=False)
    return Fraction(value**power)


def _secant(before: Fraction, after: Fraction, power: int) -> Fraction:
    if before == after:
        return power * _power(before, power - 1) if power != 1 else Fraction(1)
    return (_power(after, power) - _power(before, power)) / (after - before)


def _mean_product(ends: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    polynomial = [Fraction(1)]
    for start, end in ends:
        grown = [start * each for each in polynomial] + [Fraction(0)]
        for at, each in enumerate(polynomial):
            grown[at + 1] += (end - start) * each
        polynomial = grown
    return sum((each / (at + 1) for at, each in enumerate(polynomial)), Fraction(0))


def _chance(size: int, players: int) -> Fraction:
    return Fraction(factorial(size) * factorial(players - size - 1), factorial(players))
