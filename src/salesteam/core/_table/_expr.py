"""Expressions over the columns of a stage, limited to what means the same on every engine.

Whole numbers are 64 bits wide throughout, also literals, which some engines make 32 bits wide.
A comparison with an empty cell is false, and its opposite true, so that there are two truth values and not three.
There is no `/` and no `//`: engines differ in them; use `Expr.floor_div`, `Expr.round_div` or the checked `divide`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from salesteam.errors import InvalidValueError, missing_choice

if TYPE_CHECKING:
    import narwhals as nw

__all__ = ["Expr", "Operand", "absent", "col", "raw", "value", "when"]

ROUNDINGS = {
    "half_up": "nearest, halves upward: floor(x + 1/2)",
    "half_away": "nearest, halves away from zero",
    "half_even": "nearest, halves to the even neighbour",
    "down": "toward minus infinity (floor)",
    "up": "toward plus infinity (ceiling)",
}


class Expr:
    """A column, or something computed from columns, row by row.

    Made by `col`, `value` and `when`, and by `+ - * % == != < <= > >= & | ~` between them and plain values.

    Examples
    --------
    >>> from salesteam.core._table import enter, leave
    >>> import pandas as pd
    >>> stage = enter(pd.DataFrame({"units": [2, 3]}))
    >>> leave(stage.with_columns(doubled=col("units") * 2))["doubled"].to_list()
    [4, 6]
    """

    __slots__ = ("_raw",)
    __hash__ = None  # type: ignore[assignment]  # == makes an expression, so an expression is no key

    def __init__(self, raw_expr: nw.Expr) -> None:
        self._raw = raw_expr

    def __add__(self, other: Operand) -> Expr:
        return Expr(self._raw + raw(other))

    def __radd__(self, other: Operand) -> Expr:
        return Expr(raw(other) + self._raw)

    def __sub__(self, other: Operand) -> Expr:
        return Expr(self._raw - raw(other))

    def __rsub__(self, other: Operand) -> Expr:
        return Expr(raw(other) - self._raw)

    def __mul__(self, other: Operand) -> Expr:
        return Expr(self._raw * raw(other))

    def __rmul__(self, other: Operand) -> Expr:
        return Expr(raw(other) * self._raw)

    def __mod__(self, other: Operand) -> Expr:
        return Expr(self._raw % raw(other))

    def __neg__(self) -> Expr:
        return Expr(raw(0) - self._raw)

    def _test(self, test: Callable[[nw.Expr, nw.Expr], nw.Expr], other: Operand) -> Expr:
        return Expr(test(self._raw, raw(other)).fill_null(value=False))

    def __eq__(self, other: Operand) -> Expr:  # type: ignore[override]  # an expression, as every frame library has it
        return self._test(lambda a, b: a == b, other)

    def __ne__(self, other: Operand) -> Expr:  # type: ignore[override]  # an expression, as every frame library has it
        return ~(self == other)

    def __lt__(self, other: Operand) -> Expr:
        return self._test(lambda a, b: a < b, other)

    def __le__(self, other: Operand) -> Expr:
        return self._test(lambda a, b: a <= b, other)

    def __gt__(self, other: Operand) -> Expr:
        return self._test(lambda a, b: a > b, other)

    def __ge__(self, other: Operand) -> Expr:
        return self._test(lambda a, b: a >= b, other)

    def __and__(self, other: Operand) -> Expr:
        return Expr(self._raw & raw(other))

    def __or__(self, other: Operand) -> Expr:
        return Expr(self._raw | raw(other))

    def __invert__(self) -> Expr:
        return Expr(~self._raw)

    def is_missing(self) -> Expr:
        """Whether the cell is empty."""
        return Expr(self._raw.is_null())

    def fill(self, other: int | str | bool | date) -> Expr:  # noqa: FBT001  # a cell, not a switch
        """The cell, or `other` where it is empty."""
        return Expr(self._raw.fill_null(raw(other)))

    def one_of(self, values: Iterable[int | str | date]) -> Expr:
        """Whether the cell is one of these values."""
        return Expr(self._raw.is_in(list(values)).fill_null(value=False))

    def size(self) -> Expr:
        """The absolute value."""
        return when(self < 0, -self, self)

    def whole(self) -> Expr:
        """The same as a whole number of 64 bits; truth becomes 1 and 0."""
        return Expr(self._raw.cast(_int64()))

    def floor_div(self, by: Operand) -> Expr:
        """Divide whole numbers and round toward minus infinity.

        The caller has proved that `by` is positive and less than 2**53 and that every quotient lies within ±2**51;
        `divide` proves it first.

        Parameters
        ----------
        by : Expr, int or column name made by `col`
            Positive whole numbers.

        Returns
        -------
        Expr
            Whole numbers, exact.

        Notes
        -----
        Some engines send whole division through doubles.
        After taking the remainder off, the quotient is a whole number, so that rounding the double is exact.
        """
        under = raw(by)
        return Expr(((self._raw - self._raw % under) / under).round(0).cast(_int64()))

    def round_div(self, by: Operand, *, rounding: str) -> Expr:
        """Divide whole numbers and round in a named way, exactly.

        The caller has proved what `floor_div` asks for; `divide` proves it first.

        Parameters
        ----------
        by : Expr or int
            Positive whole numbers.
        rounding : {'half_up', 'half_away', 'half_even', 'down', 'up'}
            As `salesteam.core.round_to` has them.

        Returns
        -------
        Expr
            Whole numbers.

        Raises
        ------
        InvalidValueError
            For another rounding.
        """
        if rounding not in ROUNDINGS:
            raise missing_choice("rounding", ROUNDINGS, where=repr(rounding))
        low = self.floor_div(by)
        if rounding == "down":
            return low
        rest = self % by
        twice = rest + rest
        up = {
            "half_up": lambda: twice >= by,
            "half_away": lambda: (twice > by) | ((twice == by) & (self >= 0)),
            "half_even": lambda: (twice > by) | ((twice == by) & (low % 2 == 1)),
            "up": lambda: rest > 0,
        }[rounding]()
        return low + when(up, 1, 0)


Operand: TypeAlias = Expr | int | str | bool | date | datetime
"""What stands on the right of an operator: an expression or a plain value (text is text, not a column)."""


def _int64() -> Any:
    import narwhals as nw

    return nw.Int64


def col(name: str) -> Expr:
    """A column by name.

    Parameters
    ----------
    name : str
        Its name.

    Returns
    -------
    Expr
        Its cells.
    """
    import narwhals as nw

    return Expr(nw.col(name))


def value(constant: int | str | bool | date | datetime) -> Expr:  # noqa: FBT001  # a cell, not a switch
    """The same value in every row.

    Parameters
    ----------
    constant : int, str, bool, date or datetime
        A whole number must fit into 64 bits; a float is refused.

    Returns
    -------
    Expr
        Whole numbers are 64 bits wide on every engine.

    Raises
    ------
    InvalidValueError
        For a float or a number that is too large.
    """
    import narwhals as nw

    if isinstance(constant, float):
        raise InvalidValueError(f"{constant} is a binary number", where="value", fix="scale it to a whole number")
    if isinstance(constant, int) and not isinstance(constant, bool):
        if not -(2**63) <= constant < 2**63:
            raise InvalidValueError(f"{constant} does not fit into 64 bits", where="value", fix="use a smaller scale")
        return Expr(nw.lit(constant, dtype=nw.Int64))
    return Expr(nw.lit(constant))


def absent(kind: Literal["whole", "number"] = "whole") -> Expr:
    """Nothing in every row.

    Parameters
    ----------
    kind : {'whole', 'number'}, default 'whole'
        Of what kind.

    Returns
    -------
    Expr
        Empty cells.
    """
    import narwhals as nw

    return Expr(nw.lit(None).cast(nw.Int64 if kind == "whole" else nw.Float64))


def when(test: Expr, then: Operand, otherwise: Operand) -> Expr:
    """One value where a test holds, another where it does not.

    Parameters
    ----------
    test : Expr
        Truth values.
    then, otherwise : Expr or plain value
        Of one kind.

    Returns
    -------
    Expr
        Chosen row by row.
    """
    import narwhals as nw

    return Expr(nw.when(raw(test)).then(raw(then)).otherwise(raw(otherwise)))


def raw(operand: Operand) -> nw.Expr:
    """The narwhals expression of an operand; for this package alone."""
    return operand._raw if isinstance(operand, Expr) else value(operand)._raw  # noqa: SLF001  # same module
