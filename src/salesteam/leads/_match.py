"""Conditions at work: true, false or unknown of a lead."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import Any, TypeAlias

from salesteam.core import rational
from salesteam.errors import InvalidValueError
from salesteam.leads._model_condition import Condition

__all__ = ["FLAGS", "Reader", "Test", "compiled", "folded", "number"]

Reader: TypeAlias = Callable[[Any, str], Any]
"""Gives the value of a lead's field, None where it is missing."""

Test: TypeAlias = Callable[[Any], bool | None]
"""True, false or unknown (None) of a lead."""

_YES = frozenset({"true", "yes", "是"})
_NO = frozenset({"false", "no", "否"})
FLAGS = _YES | _NO
"""Words that stand for true or false."""

_ORDER = {"lt": lt, "le": le, "gt": gt, "ge": ge}


def folded(text: str) -> str:
    """Text as it is compared: full-width forms narrowed, trimmed, case folded.

    Examples
    --------
    >>> folded(" ＥＡＳＴ ")
    'east'
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return plain.strip().casefold()


def number(value: Any) -> Fraction | None:
    """A value as an exact number; None if it is none.

    Examples
    --------
    >>> number("1,200"), number("high"), number(float("nan"))
    (Fraction(1200, 1), None, None)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return Fraction(repr(value)) if math.isfinite(value) else None
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    try:
        return rational(value)
    except InvalidValueError:
        return None


def _membership(values: Iterable[str]) -> Callable[[Any], bool]:
    texts = frozenset(folded(value) for value in values)
    numbers = frozenset(found for value in values if (found := number(value)) is not None)

    def among(value: Any) -> bool:
        if isinstance(value, str):
            return folded(value) in texts
        if isinstance(value, bool):
            return not texts.isdisjoint(_YES if value else _NO)
        return number(value) in numbers

    return among


def _test(condition: Condition, read: Reader) -> Test:
    field, operator, values = condition.field, condition.operator, condition.value
    if operator in ("missing", "present"):
        wanted = operator == "missing"
        return lambda lead: (read(lead, field) is None) is wanted
    if operator in _ORDER:
        compare, bound = _ORDER[operator], rational(values[0])

        def ordered(lead: Any) -> bool | None:
            found = number(read(lead, field))
            return None if found is None else compare(found, bound)

        return ordered
    if operator in ("contains", "starts_with"):
        part = folded(values[0])
        holds = str.__contains__ if operator == "contains" else str.startswith

        def textual(lead: Any) -> bool | None:
            value = read(lead, field)
            return None if value is None else holds(folded(str(value)), part)

        return textual
    among, wanted = _membership(values), operator in ("eq", "in")

    def member(lead: Any) -> bool | None:
        value = read(lead, field)
        return None if value is None else among(value) is wanted

    return member


def compiled(condition: Condition, read: Reader) -> Test:
    """Make the function that decides a condition, by three-valued (Kleene) logic.

    Parameters
    ----------
    condition : Condition
        What must hold.
    read : callable
        Gives the value of a lead's field.

    Returns
    -------
    callable
        True, false or None (unknown) of a lead.

    Examples
    --------
    >>> test = compiled(Condition(field="score", operator="ge", value=60), lambda lead, field: lead.get(field))
    >>> test({"score": 60}), test({"score": 59}), test({})
    (True, False, None)
    """
    if condition.field:
        return _test(condition, read)
    inner = tuple(compiled(part, read) for part in condition.parts)
    if condition.not_ is not None:
        (only,) = inner

        def negated(lead: Any) -> bool | None:
            found = only(lead)
            return None if found is None else not found

        return negated
    decisive = bool(condition.any)

    def combined(lead: Any) -> bool | None:
        unknown = False
        for test in inner:
            found = test(lead)
            if found is None:
                unknown = True
            elif found is decisive:
                return decisive
        return None if unknown else not decisive

    return combined
