"""A value expression over whole columns: the exact number of each row, scaled to a whole number."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import gcd, lcm

import attrs

from salesteam.core._table import Expr, col, value, when
from salesteam.errors import InvalidValueError
from salesteam.incentives._value import Call, Col, Expression, Num

__all__ = ["Cells", "Scale", "cells", "divisors"]

_LIMIT = 2**62


@attrs.frozen
class Scale:
    """How a column stands: its cells are whole, `steps` of them make one unit; none is larger than `size`."""

    steps: int
    size: int


@attrs.frozen(kw_only=True, eq=False)
class Cells:
    """Whole cells of an expression: value = over / (under * steps)."""

    over: Expr
    steps: int
    size: int
    under: Expr | None = None
    under_size: int = 1


def cells(tree: Expression, scales: Mapping[str, Scale]) -> Cells:
    """Compile an expression to whole columns.

    Parameters
    ----------
    tree : Expression
        Parsed, unit-checked and spelled out.
    scales : mapping of str to Scale
        How each column stands in the frame.

    Returns
    -------
    Cells
        Exact; proved not to overflow.

    Raises
    ------
    InvalidValueError
        If a step could leave 64 bits.
    """
    if isinstance(tree, Num):
        return Cells(over=value(tree.known.numerator), steps=tree.known.denominator, size=abs(tree.known.numerator))
    if isinstance(tree, Col):
        return Cells(over=col(tree.name), steps=scales[tree.name].steps, size=scales[tree.name].size)
    parts = [cells(arg, scales) for arg in tree.args]
    if tree.op == "*":
        return _times(parts[0], parts[1])
    if tree.op == "/":
        return _divided(tree, parts[0], parts[1])
    found = parts[0]
    for part in parts[1:]:
        found = _joined(tree.op, found, part)
    return found


def divisors(tree: Expression, scales: Mapping[str, Scale]) -> list[Expr]:
    """What an expression divides by in each row, as whole columns that are zero where the divisor is."""
    if not isinstance(tree, Call):
        return []
    found = [each for arg in tree.args for each in divisors(arg, scales)]
    if tree.op == "/" and not isinstance(tree.args[1], Num):
        found.append(cells(tree.args[1], scales).over)
    return found


def _checked(made: Cells) -> Cells:
    if max(made.size, made.under_size) >= _LIMIT:
        raise InvalidValueError("the numbers of this expression are too large", where="value", fix="check the amounts")
    return made


def _under(left: Expr | None, right: Expr | None) -> Expr | None:
    if left is None or right is None:
        return left if right is None else right
    return left * right


def _times(a: Cells, b: Cells) -> Cells:
    return _checked(
        Cells(
            over=a.over * b.over,
            steps=a.steps * b.steps,
            size=a.size * b.size,
            under=_under(a.under, b.under),
            under_size=a.under_size * b.under_size,
        )
    )


def _divided(tree: Call, a: Cells, b: Cells) -> Cells:
    right = tree.args[1]
    if isinstance(right, Num):
        if right.known == 0:
            raise InvalidValueError("it divides by zero", where="value", fix="divide by another number")
        inverse = Fraction(1) / right.known
        return _times(a, Cells(over=value(inverse.numerator), steps=inverse.denominator, size=abs(inverse.numerator)))
    flipped = when(b.over < 0, value(-b.steps), value(b.steps))
    turned = Cells(
        over=flipped if b.under is None else flipped * b.under,
        steps=1,
        size=b.steps * b.under_size,
        under=b.over.size(),
        under_size=b.size,
    )
    return _times(a, turned)


def _joined(op: str, a: Cells, b: Cells) -> Cells:
    steps = lcm(a.steps, b.steps)
    left, right = a.over * (steps // a.steps), b.over * (steps // b.steps)
    size_a, size_b = a.size * (steps // a.steps), b.size * (steps // b.steps)
    under, under_size = _under(a.under, b.under), a.under_size * b.under_size
    if b.under is not None:
        left, size_a = left * b.under, size_a * b.under_size
    if a.under is not None:
        right, size_b = right * a.under, size_b * a.under_size
    if op in {"min", "max"}:
        first = left <= right if op == "min" else left >= right
        made, size = when(first, left, right), max(size_a, size_b)
    else:
        made, size = (left + right if op == "+" else left - right), size_a + size_b
    return _checked(Cells(over=made, steps=steps, size=size, under=under, under_size=under_size))


def lowest(made: Cells, minor: int) -> tuple[Expr, int, int]:
    """Cells in minor units: the whole numbers, how many make one minor unit, and their largest size.

    A quotient by a column is rounded to the minor unit, half away from zero, since its scale differs by row.
    """
    if made.under is not None:
        over = made.over * minor
        if made.size * minor >= _LIMIT or made.under_size * made.steps >= 2**53:
            raise InvalidValueError(
                "the numbers of this quotient are too large", where="value", fix="check the amounts"
            )
        rounded = over.round_div(made.under * made.steps, rounding="half_away")
        return rounded, 1, made.size * minor
    common = gcd(minor, made.steps)
    factor, steps = minor // common, made.steps // common
    if made.size * factor >= _LIMIT:
        raise InvalidValueError("the numbers of this expression are too large", where="value", fix="check the amounts")
    return (made.over * factor if factor != 1 else made.over), steps, made.size * factor
