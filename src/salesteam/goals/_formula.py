"""The formula language of metric trees: its tree of parts, which units they have, and what they are worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Literal

import attrs

__all__ = [
    "FUNCTIONS",
    "Call",
    "Name",
    "Node",
    "Number",
    "Product",
    "Sum",
    "ZeroDenominator",
    "children",
    "denominator_in",
    "names_in",
    "value_of",
]

FUNCTIONS: Mapping[str, tuple[int, int]] = {
    "sum": (1, 64),
    "ratio": (2, 2),
    "share": (2, 2),
    "min": (1, 64),
    "max": (1, 64),
    "clip": (3, 3),
}
"""Functions of the language with the fewest and the most arguments."""


@attrs.frozen(kw_only=True)
class Number:
    """A rational literal."""

    value: Fraction
    column: int = 1


@attrs.frozen(kw_only=True)
class Name:
    """A metric, by its id."""

    id: str
    column: int = 1


@attrs.frozen(kw_only=True)
class Sum:
    """Terms that are added (+1) or taken off (-1)."""

    terms: tuple[tuple[int, Node], ...]
    column: int = 1


@attrs.frozen(kw_only=True)
class Product:
    """Factors that multiply (+1) or divide (-1)."""

    factors: tuple[tuple[int, Node], ...]
    column: int = 1


@attrs.frozen(kw_only=True)
class Call:
    """A function of `FUNCTIONS` with its arguments; `on_zero` is set for a ratio alone."""

    function: str
    arguments: tuple[Node, ...]
    on_zero: Literal["missing", "refuse"] | None = None
    column: int = 1


Node = Number | Name | Sum | Product | Call


class ZeroDenominator(ArithmeticError):  # noqa: N818  # it never leaves the package and is no failure of the caller
    """A denominator is zero; `refuse` tells that the formula asked to refuse instead of leaving the value out."""

    def __init__(self, *, refuse: bool) -> None:
        self.refuse = refuse
        super().__init__("a denominator is zero")


def children(node: Node) -> tuple[Node, ...]:
    """The parts right below a node, left to right.

    Parameters
    ----------
    node : Node
        Any part of a formula.

    Returns
    -------
    tuple of Node
        Empty for a name or number.
    """
    match node:
        case Sum(terms=pairs) | Product(factors=pairs):
            return tuple(part for _, part in pairs)
        case Call(arguments=arguments):
            return arguments
        case _:
            return ()


def names_in(node: Node) -> Iterator[Name]:
    """Every name in a formula, left to right, repeated as often as it is written.

    Parameters
    ----------
    node : Node
        A parsed formula.

    Yields
    ------
    Name
        With the column where it is written.
    """
    if isinstance(node, Name):
        yield node
    for part in children(node):
        yield from names_in(part)


def denominator_in(node: Node) -> str | None:
    """The metric below the line of a plain quotient, such as tasks in ``done / tasks``.

    Parameters
    ----------
    node : Node
        A parsed formula.

    Returns
    -------
    str or None
        None for any other formula.
    """
    match node:
        case Product(factors=((1, Name()), (-1, Name(id=below)))):
            return below
        case Call(function="ratio" | "share", arguments=(_, Name(id=below))):
            return below
        case _:
            return None


def value_of(node: Node, of: Mapping[str, Fraction]) -> Fraction:
    """Work a formula out exactly.

    Parameters
    ----------
    node : Node
        A parsed formula.
    of : mapping of str to Fraction
        The value of every name in it.

    Returns
    -------
    Fraction
        The value.

    Raises
    ------
    ZeroDenominator
        If something is divided by zero.
    """
    match node:
        case Number(value=value):
            return value
        case Name(id=name):
            return of[name]
        case Sum(terms=terms):
            return sum((sign * value_of(part, of) for sign, part in terms), Fraction(0))
        case Product(factors=factors):
            result = Fraction(1)
            for power, part in factors:
                value = value_of(part, of)
                result = result * value if power > 0 else divided(result, value)
            return result
        case Call(function=function, arguments=arguments, on_zero=on_zero):
            values = [value_of(part, of) for part in arguments]
            if function in {"ratio", "share"}:
                return divided(values[0], values[1], refuse=on_zero == "refuse")
            return _PLAIN[function](values)


def divided(above: Fraction, below: Fraction, *, refuse: bool = False) -> Fraction:
    """Divide, or say that the denominator is zero.

    Parameters
    ----------
    above, below : Fraction
        Numerator and denominator.
    refuse : bool, default False
        What the error is to say.

    Returns
    -------
    Fraction
        The quotient.

    Raises
    ------
    ZeroDenominator
        If `below` is zero.
    """
    if below == 0:
        raise ZeroDenominator(refuse=refuse)
    return above / below


_PLAIN: Mapping[str, Callable[[list[Fraction]], Fraction]] = {
    "sum": lambda values: sum(values, Fraction(0)),
    "min": min,
    "max": max,
    "clip": lambda values: min(max(values[0], values[1]), values[2]),
}
