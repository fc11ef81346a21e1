"""The small language of `value:`: columns, numbers, `$name`, + - * / ( ) min max, checked for units; never `eval`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Literal

import attrs

from salesteam.core import rational
from salesteam.errors import InvalidValueError
from salesteam.incentives._number import Number, Ref

__all__ = ["KNOWN_UNITS", "Call", "Col", "Expression", "Num", "columns_of", "numbers_of", "parse", "spelled", "unit_of"]

Unit = Literal["money", "count", "number"]

KNOWN_UNITS: Mapping[str, Unit] = {
    "amount": "money", "cost": "money", "invoiced": "money", "quantity": "count",
}  # fmt: skip
_WORD = re.compile(r"\s*(?:(?P<number>\d[\d_]*(?:\.\d+)?%?)|(?P<name>\$?[^\W\d]\w*)|(?P<op>[-+*/(),]))")
_LONGEST = 500
_DEEPEST = 40
_ENDS = "+*/),"


@attrs.frozen
class Num:
    """A number written in the expression, or the name of one; it takes the unit of what it meets."""

    value: Number

    @property
    def known(self) -> Fraction:
        """The number, in an expression that is spelled out."""
        assert isinstance(self.value, Fraction)
        return self.value


@attrs.frozen
class Col:
    """A column of the transaction."""

    name: str


@attrs.frozen
class Call:
    """An operation on other expressions: ``+ - * /`` on two, ``min`` and ``max`` on two or more."""

    op: str
    args: tuple[Expression, ...]


Expression = Num | Col | Call


@attrs.define
class _Reader:
    text: str
    words: list[str]
    at: int = 0
    depth: int = 0

    def peek(self) -> str:
        return self.words[self.at] if self.at < len(self.words) else ""

    def take(self, expected: str = "") -> str:
        word = self.peek()
        if expected and word != expected:
            found = repr(word) if word else "its end"
            raise self.error(f"{expected!r} is missing before {found}")
        self.at += 1
        return word

    def error(self, what: str) -> InvalidValueError:
        return InvalidValueError(
            f"{what} in {self.text!r}", where="value", fix="use columns, numbers, $name, + - * / ( ) min max"
        )

    def sum(self) -> Expression:
        left = self.product()
        while self.peek() in {"+", "-"}:
            left = Call(self.take(), (left, self.product()))
        return left

    def product(self) -> Expression:
        left = self.factor()
        while self.peek() in {"*", "/"}:
            left = Call(self.take(), (left, self.factor()))
        return left

    def factor(self) -> Expression:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.error("too many levels")
        found = self._factor()
        self.depth -= 1
        return found

    def _factor(self) -> Expression:
        word = self.take()
        if word == "-":
            return Call("-", (Num(Fraction(0)), self.factor()))
        if word == "(":
            inner = self.sum()
            self.take(")")
            return inner
        if word[:1].isdigit():
            return Num(rational(word))
        if word[:1] == "$":
            return Num(Ref(word[1:]))
        if word in {"min", "max"} and self.peek() == "(":
            self.take("(")
            args = [self.sum()]
            while self.peek() == ",":
                self.take(",")
                args.append(self.sum())
            self.take(")")
            return Call(word, tuple(args))
        if word and word not in _ENDS:
            return Col(word)
        raise self.error(f"a value is missing before {word!r}" if word else "it ends too early")


@lru_cache(maxsize=256)
def parse(text: str) -> Expression:
    """Read the text of a `value:` key.

    Parameters
    ----------
    text : str
        Such as ``"max(0, amount - cost) * 2/3"``.

    Returns
    -------
    Num, Col or Call
        The expression as a tree.

    Raises
    ------
    InvalidValueError
        If it is no such expression, too long or too deep.

    Examples
    --------
    >>> parse("amount - cost")
    Call(op='-', args=(Col(name='amount'), Col(name='cost')))
    """
    if len(text) > _LONGEST:
        raise InvalidValueError(f"{len(text)} characters", where="value", fix=f"use at most {_LONGEST}")
    words, at = [], 0
    stripped = text.rstrip()
    while at < len(stripped):
        found = _WORD.match(stripped, at)
        if not found:
            raise InvalidValueError(
                f"{stripped[at:].strip()[:20]!r} is not understood in {text!r}",
                where="value",
                fix="use columns, numbers, $name, + - * / ( ) min max",
            )
        words.append(found.group().strip())
        at = found.end()
    reader = _Reader(text, words)
    tree = reader.sum()
    if reader.at < len(words):
        raise reader.error(f"{reader.peek()!r} is left over")
    return tree


def columns_of(tree: Expression) -> tuple[str, ...]:
    """The columns that an expression reads, in order, each once.

    Examples
    --------
    >>> columns_of(parse("quantity * price - quantity"))
    ('quantity', 'price')
    """
    if isinstance(tree, Col):
        return (tree.name,)
    if isinstance(tree, Call):
        return tuple(dict.fromkeys(name for arg in tree.args for name in columns_of(arg)))
    return ()


def numbers_of(tree: Expression) -> tuple[Number, ...]:
    """The numbers that an expression holds, in order.

    Examples
    --------
    >>> [str(number) for number in numbers_of(parse("amount * $share / 2"))]
    ['$share', '2']
    """
    if isinstance(tree, Num):
        return (tree.value,)
    return tuple(number for arg in tree.args for number in numbers_of(arg)) if isinstance(tree, Call) else ()


def spelled(tree: Expression, look: Callable[[Number], Fraction]) -> Expression:
    """An expression with the value of every name in it.

    Examples
    --------
    >>> spelled(parse("amount * $share"), lambda number: Fraction(1, 4))
    Call(op='*', args=(Col(name='amount'), Num(value=Fraction(1, 4))))
    """
    if isinstance(tree, Num):
        return Num(look(tree.value))
    return Call(tree.op, tuple(spelled(arg, look) for arg in tree.args)) if isinstance(tree, Call) else tree


def unit_of(tree: Expression, units: Mapping[str, str]) -> str | None:
    """The unit of an expression, or an error where units do not go together.

    Parameters
    ----------
    tree : Expression
        As `parse` returns it.
    units : mapping of str to str
        Column to ``money``, ``count`` or ``number``; others are numbers.

    Returns
    -------
    str or None
        ``money``, ``count``, ``number``, or None for a bare number.

    Raises
    ------
    InvalidValueError
        For money times money, money plus a count, and the like.

    Examples
    --------
    >>> unit_of(parse("quantity * amount"), KNOWN_UNITS)
    'money'
    """
    if isinstance(tree, Num):
        return None
    if isinstance(tree, Col):
        return units.get(tree.name, "number")
    found = [unit_of(arg, units) for arg in tree.args]
    if tree.op == "*":
        return _product(found[0], found[1])
    if tree.op == "/":
        return _quotient(found[0], found[1])
    named = {unit for unit in found if unit is not None}
    if len(named) > 1:
        raise InvalidValueError(
            f"{' and '.join(sorted(named))} do not go together under {tree.op!r}",
            where="value",
            fix="name the unit of a column under columns:, such as columns: {price: money}",
        )
    return named.pop() if named else None


def _product(left: str | None, right: str | None) -> str | None:
    if left == right == "money":
        raise InvalidValueError("money times money is no amount", where="value", fix="multiply money by a number")
    for unit in ("money", "count", "number"):
        if unit in {left, right}:
            return unit
    return None


def _quotient(left: str | None, right: str | None) -> str | None:
    if right == "money" and left != "money":
        raise InvalidValueError(
            f"a {left or 'number'} divided by money is no amount", where="value", fix="divide money by money"
        )
    if left == right and left is not None:
        return "number"
    return left if left is not None else ("number" if right is not None else None)
