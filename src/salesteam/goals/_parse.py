"""Reading formulas: a hand-written parser that runs nothing, with limits on size and depth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import attrs

from salesteam.core import rational
from salesteam.errors import InvalidValueError, nearest
from salesteam.goals._formula import FUNCTIONS, Call, Name, Node, Number, Product, Sum
from salesteam.goals._words import Phrase

__all__ = ["Trouble", "parse", "read"]

LONGEST = 2_000
DEEPEST = 40
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:_\d+)*(?:\.\d+)?%?|\.\d+%?)|(?P<name>[^\W\d]\w*(?:\.\w+)*)|(?P<mark>[-+*/(),=]))"
)


@attrs.frozen
class _Token:
    kind: str
    text: str
    column: int


@attrs.frozen
class Trouble:
    """Why a text is no formula: where, what, and what to write instead."""

    column: int
    what: Phrase
    fix: Phrase


class _Stop(Exception):  # noqa: N818  # a signal within this module, never seen outside
    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        super().__init__(trouble.what.en)


def read(text: str) -> Node | Trouble:
    """Read a formula, or say why it is none.

    Parameters
    ----------
    text : str
        The formula; at most 2,000 characters and 40 levels deep.

    Returns
    -------
    Node or Trouble
        Its parts, or the first problem.
    """
    if len(text) > LONGEST:
        what = Phrase(f"it has {len(text)} characters", f"公式长达 {len(text)} 个字符")
        fix = Phrase(f"split it; {LONGEST} are allowed", f"请拆分，最多 {LONGEST} 个字符")
        return Trouble(LONGEST, what, fix)
    try:
        return _Reader(_tokens(text)).whole()
    except _Stop as stop:
        return stop.trouble


def parse(text: str) -> Node:
    """Read a formula such as ``"leads * win_rate"``.

    The language has names, rational literals (``0.15``, ``15%``; ``2/3`` is a division), ``+ - * /``, parentheses and
    the functions ``sum ratio share min max clip``.
    ``ratio(a, b, on_zero=missing)`` leaves the value out where b is zero; ``on_zero=refuse`` makes it an error.

    Parameters
    ----------
    text : str
        The formula; at most 2,000 characters and 40 levels deep.

    Returns
    -------
    Node
        Its parts; nothing is evaluated.

    Raises
    ------
    InvalidValueError
        If the text is no formula; the message gives the column and what was expected.

    Examples
    --------
    >>> parse("a + b / 2").column
    1
    """
    found = read(text)
    if isinstance(found, Trouble):
        raise InvalidValueError(found.what.en, where=f"formula, column {found.column}", fix=found.fix.en)
    return found


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            column = at + 1 + len(text[at:]) - len(text[at:].lstrip())
            mark = text[column - 1]
            raise _error(
                column,
                Phrase(f"{mark!r} has no meaning in a formula", f"公式中不能使用 {mark!r}"),
                Phrase("use names, numbers, + - * / ( )", "请使用指标名、数字和 + - * / ( )"),
            )
        kind = match.lastgroup or ""
        found.append(_Token(kind, match[kind], match.start(kind) + 1))
        at = match.end()
    found.append(_Token("end", "", end + 1))
    return found


def _error(column: int, what: Phrase, fix: Phrase) -> _Stop:
    return _Stop(Trouble(column, what, fix))


class _Reader:
    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._sum()
        if self._next.kind != "end":
            raise self._unexpected(Phrase("an operator or the end", "运算符或公式结尾"))
        return node

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, *marks: str) -> _Token | None:
        token = self._next
        if token.kind == "mark" and token.text in marks:
            self._at += 1
            return token
        return None

    def _unexpected(self, wanted: Phrase) -> _Stop:
        token = self._next
        what = Phrase(f"unexpected {token.text!r}", f"意外的 {token.text!r}")
        if token.kind == "end":
            what = Phrase("the formula ends too early", "公式过早结束")
        return _error(token.column, what, Phrase(f"expected {wanted.en}", f"此处应为{wanted.zh}"))

    def _sum(self) -> Node:
        column = self._next.column
        sign = self._take("-", "+")
        terms = [(-1 if sign and sign.text == "-" else 1, self._product())]
        while mark := self._take("+", "-"):
            terms.append((1 if mark.text == "+" else -1, self._product()))
        return terms[0][1] if len(terms) == 1 and terms[0][0] == 1 else Sum(terms=tuple(terms), column=column)

    def _product(self) -> Node:
        column = self._next.column
        factors = [(1, self._atom())]
        while mark := self._take("*", "/"):
            factors.append((1 if mark.text == "*" else -1, self._atom()))
        return factors[0][1] if len(factors) == 1 else Product(factors=tuple(factors), column=column)

    def _atom(self) -> Node:
        token = self._next
        self._depth += 1
        if self._depth > DEEPEST:
            raise _error(
                token.column,
                Phrase("the formula is nested too deep", "公式嵌套过深"),
                Phrase(f"split it; {DEEPEST} levels are allowed", f"请拆分，最多 {DEEPEST} 层"),
            )
        node = self._atom_at(token)
        self._depth -= 1
        return node

    def _atom_at(self, token: _Token) -> Node:
        if mark := self._take("-"):
            return Sum(terms=((-1, self._atom()),), column=mark.column)
        if self._take("("):
            node = self._sum()
            self._close()
            return node
        if token.kind == "number":
            self._at += 1
            return Number(value=rational(token.text), column=token.column)
        if token.kind == "name":
            self._at += 1
            return self._call(token) if self._take("(") else Name(id=token.text, column=token.column)
        raise self._unexpected(Phrase("a name, a number or (", "指标名、数字或 ("))

    def _close(self) -> None:
        if not self._take(")"):
            raise self._unexpected(Phrase(") or an operator", ") 或运算符"))

    def _call(self, token: _Token) -> Call:
        if token.text not in FUNCTIONS:
            close = nearest(token.text, FUNCTIONS) or tuple(FUNCTIONS)
            raise _error(
                token.column,
                Phrase(f"no function {token.text!r}", f"没有函数 {token.text!r}"),
                Phrase("did you mean " + " or ".join(close) + "?", "是否想写 " + " 或 ".join(close) + "？"),
            )
        arguments: list[Node] = [self._sum()]
        on_zero: Literal["missing", "refuse"] | None = None
        while self._take(","):
            if self._next.text == "on_zero" and token.text == "ratio":
                on_zero = self._on_zero()
                break
            arguments.append(self._sum())
        self._close()
        self._counted(token, len(arguments))
        if token.text == "ratio" and on_zero is None:
            raise _error(
                token.column,
                Phrase("ratio does not say what a zero denominator means", "ratio 没有说明分母为零时如何处理"),
                Phrase("add on_zero=missing or on_zero=refuse", "请加上 on_zero=missing 或 on_zero=refuse"),
            )
        return Call(function=token.text, arguments=tuple(arguments), on_zero=on_zero, column=token.column)

    def _counted(self, token: _Token, count: int) -> None:
        least, most = FUNCTIONS[token.text]
        if not least <= count <= most:
            span = str(least) if least == most else f"{least}-{most}"
            raise _error(
                token.column,
                Phrase(f"{token.text} has {count} arguments", f"{token.text} 有 {count} 个参数"),
                Phrase(f"give {span}", f"应为 {span} 个"),
            )

    def _on_zero(self) -> Literal["missing", "refuse"]:
        self._at += 1
        if not self._take("="):
            raise self._unexpected(Phrase("=", "="))
        word = self._next.text
        if word not in {"missing", "refuse"}:
            raise self._unexpected(Phrase("missing or refuse", "missing 或 refuse"))
        self._at += 1
        return "missing" if word == "missing" else "refuse"
