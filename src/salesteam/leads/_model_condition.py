"""Conditions on a lead, as data: a field, an operator, a value; and all, any, not of these."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Literal, get_args

import attrs

from salesteam.core import rational, shown
from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError, nearest
from salesteam.leads._items import items

__all__ = ["MISSING", "OPERATORS", "Condition", "OnMissing", "Operator"]

Operator = Literal["eq", "ne", "in", "not_in", "lt", "le", "gt", "ge", "contains", "starts_with", "missing", "present"]
OnMissing = Literal["no_match", "match", "hold"]

OPERATORS: tuple[str, ...] = get_args(Operator)
"""Every operator of a condition."""

ORDERED = ("lt", "le", "gt", "ge")
LISTED = ("in", "not_in")
BARE = ("missing", "present")

MISSING = {
    "no_match": "a lead whose field is missing does not match",
    "match": "it matches",
    "hold": "it is held until the field is known",
}
"""What to do with a lead whose field is missing, with one line each."""


def _value(given: Any) -> tuple[str, ...]:
    if given is None:
        return ()
    if isinstance(given, bool):
        return ("true" if given else "false",)
    if isinstance(given, (list, tuple, set, frozenset)):
        parts = sorted(given, key=str) if isinstance(given, (set, frozenset)) else given
        return tuple(text for part in parts for text in _value(part))
    if isinstance(given, (str, int, Fraction)):
        return (shown(given),)
    raise InvalidValueError(
        f"{given!r} is no value of a condition", where="Condition.value", fix="use text, a whole number or a Fraction"
    )


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Condition:
    """What must hold of a lead.

    It is one of four: a test (`field`, `operator`, `value`), or `all`, `any`, or `not_` of other conditions.
    Text is compared after Unicode normalisation, trimming and case folding; numbers exactly.
    A test on a field that is missing is neither true nor false but unknown, and stays so through all, any and not
    unless the other parts decide; the rule's `on_missing` says what unknown means.

    Parameters
    ----------
    field : str, optional
        Name of a lead's field, an extra column of the leads, or ``territory``.
    operator : str, optional
        ``eq``, ``ne``, ``in``, ``not_in``; ``lt``, ``le``, ``gt``, ``ge`` (numbers); ``contains``, ``starts_with``;
        ``missing``, ``present`` (always known, no value).
    value : text, number or list of these, optional
        What the field is compared with; a list for ``in`` and ``not_in``.
    all, any : tuple of Condition, optional
        Every one, or at least one, must hold.
    not_ : Condition, optional
        Must not hold; the key is ``not`` in a file.

    Raises
    ------
    InvalidValueError
        If it is not exactly one of the four, or operator and value do not fit.

    Examples
    --------
    >>> Condition(field="region", operator="in", value=["East", "North"]).text()
    'region in (East, North)'
    >>> Condition(not_=Condition(field="score", operator="lt", value=60)).text()
    'not (score < 60)'
    """

    field: str = ""
    operator: Operator | None = None
    value: tuple[str, ...] = attrs.field(default=(), converter=_value)
    all: tuple[Condition, ...] = attrs.field(default=(), converter=items)
    any: tuple[Condition, ...] = attrs.field(default=(), converter=items)
    not_: Condition | None = attrs.field(default=None, metadata={"key": "not"})

    def __attrs_post_init__(self) -> None:
        forms = (bool(self.field or self.operator), bool(self.all), bool(self.any), self.not_ is not None)
        if sum(forms) != 1:
            raise InvalidValueError(
                "a condition is one of: a test (field, operator, value), all, any, not",
                where="Condition",
                fix="keep one of them and nest the others",
            )
        if forms[0]:
            self._check_test()
        elif self.value:
            raise InvalidValueError("a value without a field", where="Condition.value", fix="name field and operator")

    def _check_test(self) -> None:
        where = f"Condition on {self.field or '?'}"
        if not self.field or self.operator is None:
            raise InvalidValueError("a test needs a field and an operator", where=where, fix="name both")
        if self.operator not in OPERATORS:
            near = nearest(self.operator, OPERATORS) or OPERATORS
            raise InvalidValueError(f"{self.operator!r} is no operator", where=where, fix=f"use {' or '.join(near)}")
        if self.operator in BARE and self.value:
            raise InvalidValueError(f"{self.operator} takes no value", where=where, fix="leave the value out")
        if self.operator in LISTED and not self.value:
            raise InvalidValueError(f"{self.operator} needs a list", where=where, fix="list at least one value")
        if self.operator not in BARE + LISTED and len(self.value) != 1:
            raise InvalidValueError(f"{self.operator} needs one value", where=where, fix="use in for a list")
        if self.operator in ORDERED:
            rational(self.value[0], where=where)

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The conditions directly inside this one.

        Examples
        --------
        >>> Condition(field="region", operator="present").parts
        ()
        """
        return (*self.all, *self.any, *(() if self.not_ is None else (self.not_,)))

    def tests(self) -> Iterator[Condition]:
        """Every test inside this condition, itself if it is one.

        Examples
        --------
        >>> a = Condition(field="region", operator="present")
        >>> [test.field for test in Condition(all=(a, Condition(not_=a))).tests()]
        ['region', 'region']
        """
        if self.field:
            yield self
        for part in self.parts:
            yield from part.tests()

    def text(self) -> str:
        """The condition on one line, the same in every language.

        Examples
        --------
        >>> Condition(field="consent", operator="eq", value=True).text()
        'consent = true'
        """
        signs = {"eq": "=", "ne": "≠", "lt": "<", "le": "≤", "gt": ">", "ge": "≥", "not_in": "not in"}
        if self.field and self.operator is not None:
            value = f"({', '.join(self.value)})" if self.operator in LISTED else "".join(self.value)
            sign = signs.get(self.operator, self.operator.replace("_", " "))
            return f"{self.field} {sign} {value}".rstrip()
        if self.not_ is not None:
            return f"not ({self.not_.text()})"
        word = " and " if self.all else " or "
        return word.join(part.text() if part.field else f"({part.text()})" for part in self.parts)
