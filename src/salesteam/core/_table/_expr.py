"""Expressions over the columns of a stage, limited to what means the same on every engine.

Whole numbers are 64 bits wide throughout, also literals, which some engines make 32 bits wide.
A comparison with an empty cell is false, and its opposite true, so that there are two truth values and not three.
There is no `/` and no `//`: engines differ in them; use `Expr.floor_div`, `Expr.round_div` or the checked `divide`.
An expression is built when a stage takes it: for Polars by Polars itself, else by narwhals.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from salesteam.errors import InvalidValueError, missing_choice

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

    __slots__ = ("_made", "_make")
    __hash__ = None  # type: ignore[assignment]  # == makes an expression, so an expression is no key

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self._make = make
        self._made: dict[str, Any] = {}

    def built(self, lib: Any) -> Any:
        """The expression in a library, narwhals or Polars; for this package alone."""
        name = lib.__name__
        if name not in self._made:
            self._made[name] = self._make(lib)
        return self._made[name]

    def __add__(self, other: Operand) -> Expr:
        return Expr(lambda lib: self.built(lib) + raw(other, lib))

    def __radd__(self, other: Operand) -> Expr:
        return Expr(lambda lib: raw(other, lib) + self.built(lib))

    def __sub__(self, other: Operand) -> Expr:
        return Expr(lambda lib: self.built(lib) - raw(other, lib))

    def __rsub__(self, other: Operand) -> Expr:
        return Expr(lambda lib: raw(other, lib) - self.built(lib))

    def __mul__(self, other: Operand) -> Expr:
        return Expr(lambda lib: self.built(lib) * raw(other, lib))

    def __rmul__(self, other: Operand) -> Expr:
        return Expr(lambda lib: raw(other, lib) * self.built(lib))

    def __mod__(self, other: Operand) -> Expr:
        return Expr(lambda lib: self.built(lib) % raw(other, lib))

    def __neg__(self) -> Expr:
        return Expr(lambda lib: raw(0, lib) - self.built(lib))

    def _test(self, test: Callable[[Any, Any], Any], other: Operand) -> Expr:
        return Expr(lambda lib: test(self.built(lib), raw(other, lib)).fill_null(raw(False, lib)))

    def __eq__(self, other: Operand) -> Expr:  # type: ignore[override]  # an expression, as every frame library has it
        return self._test(operator.eq, other)

    def __ne__(self, other: Operand) -> Expr:  # type: ignore[override]  # an expression, as every frame library has it
        return ~(self == other)

    def __lt__(self, other: Operand) -> Expr:
        return self._test(operator.lt, other)

    def __le__(self, other: Operand) -> Expr:
        return self._test(operator.le, other)

    def __gt__(self, other: Operand) -> Expr:
        return self._test(operator.gt, other)

    def __ge__(self, other: Operand) -> Expr:
        return self._test(operator.ge, other)

    def __and__(self, other: Operand) -> Expr:
        return Expr(lambda lib: self.built(lib) & raw(other, lib))

    def __or__(self, other: Operand) -> Expr:
        return Expr(lambda lib: self.built(lib) | raw(other, lib))

    def __invert__(self) -> Expr:
        return Expr(lambda lib: ~self.built(lib))

    def is_missing(self) -> Expr:
        """Whether the cell is empty."""
        return Expr(lambda lib: self.built(lib).is_null())

    def fill(self, other: int | str | bool | date) -> Expr:  # noqa: FBT001  # a cell, not a switch
        """The cell, or `other` where it is empty."""
        return Expr(lambda lib: self.built(lib).fill_null(raw(other, lib)))

    def one_of(self, values: Iterable[int | str | date]) -> Expr:
        """Whether the cell is one of these values."""
        held = list(values)
        return Expr(lambda lib: self.built(lib).is_in(held).fill_null(value=False))

    def size(self) -> Expr:
        """The absolute value."""
        return when(self < 0, -self, self)

    def whole(self) -> Expr:
        """The same as a whole number of 64 bits; truth becomes 1 and 0."""
        return Expr(lambda lib: self.built(lib).cast(lib.Int64))

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
        Some engines send whole division through doubles; Polars does not.
        After taking the remainder off, the quotient is a whole number, so that rounding the double is exact.
        """

        def made(lib: Any) -> Any:
            over, under = self.built(lib), raw(by, lib)
            if lib.__name__ == "polars":
                return over // under
            return ((over - over % under) / under).round(0).cast(lib.Int64)

        return Expr(made)

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


def col(name: str) -> Expr:
    """A column by name.

    Parameters
    ----------
    name : str
        Its name.

    Returns
    -------
    Expr
        Its cells; the same expression for the same name.
    """
    return _column(name)


@lru_cache(maxsize=1024)
def _column(name: str) -> Expr:
    return Expr(lambda lib: lib.col(name))


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
    if isinstance(constant, float):
        raise InvalidValueError(f"{constant} is a binary number", where="value", fix="scale it to a whole number")
    if isinstance(constant, int) and not -(2**63) <= constant < 2**63:
        raise InvalidValueError(f"{constant} does not fit into 64 bits", where="value", fix="use a smaller scale")
    if isinstance(constant, date):  # moments of two zones can be equal
        return Expr(lambda lib: lib.lit(constant))
    return _same(constant)


@lru_cache(maxsize=1024, typed=True)
def _same(constant: int | str) -> Expr:
    """The same expression for the same value: making one takes longer than computing with it on a small frame."""
    if isinstance(constant, int) and not isinstance(constant, bool):
        return Expr(lambda lib: lib.lit(int(constant), dtype=lib.Int64))
    return Expr(lambda lib: lib.lit(constant))


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
    return Expr(lambda lib: lib.lit(None).cast(lib.Int64 if kind == "whole" else lib.Float64))


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
    return Expr(lambda lib: lib.when(raw(test, lib)).then(raw(then, lib)).otherwise(raw(otherwise, lib)))


def raw(operand: Operand, lib: Any) -> Any:
    """The expression of an operand in a library, narwhals or Polars; for this package alone."""
    return (operand if isinstance(operand, Expr) else value(operand)).built(lib)
