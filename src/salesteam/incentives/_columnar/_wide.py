"""Exact floor of a product over a divisor, where the product itself would not fit into 64 bits."""

from __future__ import annotations

from salesteam.core._table import INT64_LIMIT, QUOTIENT_LIMIT, Expr, Stage, col, value, when
from salesteam.errors import InvalidValueError

__all__ = ["product_over"]

_DIVISOR = 2**53
_LEAST_BITS, _MOST_BITS = 2, 30


def product_over(
    stage: Stage, into: str, a: Expr, b: Expr, c: Expr, *, sizes: tuple[int, int, int, int], rounding: str, where: str
) -> Stage:
    """Round a * b / c in a named way, exactly, into a new column.

    Parameters
    ----------
    stage : Stage
        Any.
    into : str
        Name of the new column.
    a : Expr
        Whole, of any sign.
    b, c : Expr
        Whole; `b` not negative, `c` positive.
    sizes : tuple of int
        Proved bounds of the sizes of a, b and c, and the least that c can be.
    rounding : str
        As `Expr.round_div` has them.
    where : str
        The component, for the error.

    Returns
    -------
    Stage
        With the quotient, Int64.

    Raises
    ------
    InvalidValueError
        If an intermediate step could leave the range in which engines are exact.

    Notes
    -----
    Where a * b fits, it is one division.
    Else a is taken apart into digits, highest first, and divided as on paper, one column at a time.
    """
    size_a, size_b, size_c, least = (max(size, 1) for size in sizes)
    product = size_a * size_b
    if product < INT64_LIMIT // 4 and product // least < QUOTIENT_LIMIT and size_c < _DIVISOR:
        return stage.with_columns(**{into: (a * b).round_div(c, rounding=rounding)})
    bits = 0
    while bits < _MOST_BITS and 2 ** (bits + 1) * (size_b + size_c) < QUOTIENT_LIMIT:
        bits += 1
    if bits < _LEAST_BITS or size_a >= INT64_LIMIT // 4:
        raise InvalidValueError(
            f"{size_a} times {size_b} over {size_c} is too large", where=where, fix="check the largest amounts"
        )
    return _long_division(stage, into, (a, b, c), bits=bits, size=size_a, rounding=rounding)


def _long_division(
    stage: Stage, into: str, over: tuple[Expr, Expr, Expr], *, bits: int, size: int, rounding: str
) -> Stage:
    base, before = 2**bits, stage.columns
    a, b, c = over
    stage = stage.with_columns(_left=a.size(), _below=a < 0, _b=b, _c=c)
    digits = 0
    while size > 0:
        stage = stage.with_columns(**{f"_d{digits}": col("_left") % base, "_left": col("_left").floor_div(base)})
        digits, size = digits + 1, size // base
    stage = stage.with_columns(_quotient=value(0), _rest=value(0))
    for digit in reversed(range(digits)):
        stage = stage.with_columns(_now=col("_rest") * base + col(f"_d{digit}") * col("_b"))
        stage = stage.with_columns(_part=col("_now").floor_div(col("_c")))
        stage = stage.with_columns(
            _quotient=col("_quotient") * base + col("_part"), _rest=col("_now") - col("_part") * col("_c")
        )
    below, quotient, rest = col("_below"), col("_quotient"), col("_rest")
    stage = stage.with_columns(
        _low=when(below, when(rest > 0, -quotient - 1, -quotient), quotient),
        _over=when(below & (rest > 0), col("_c") - rest, rest),
    )
    low, left = col("_low"), col("_over")
    up = {
        "half_up": left + left >= col("_c"),
        "half_away": (left + left > col("_c")) | ((left + left == col("_c")) & ~below),
        "half_even": (left + left > col("_c")) | ((left + left == col("_c")) & (low % 2 == 1)),
        "down": value(0) > 0,
        "up": left > 0,
    }[rounding]
    return stage.with_columns(**{into: low + when(up, 1, 0)}).select(*before, into)
