"""Read an amount that a source sends as text, as a decimal or as a binary number."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from salesteam.core import Money, exponent, rational, round_half_up
from salesteam.core._money import minor_of_float
from salesteam.errors import InvalidValueError, missing_choice

__all__ = ["EXCESS_DIGITS", "money_of"]

EXCESS_DIGITS: Mapping[str, str] = MappingProxyType(
    {
        "reject": "an amount with more decimal places than its currency is refused",
        "half_up": "it is rounded to the nearest minor unit, halves up",
    }
)
"""What becomes of an amount with more decimal places than its currency, with one line on each choice."""

_NO_AMOUNT = frozenset("%％‰/")


def money_of(value: object, currency: str, *, excess_digits: str) -> Money:
    """Read an amount of money as sources send it.

    Use it in an adapter for every amount.
    A binary number is accepted if its nearest minor unit lies within 4 units in its last place:
    then it was printed money once, and only one reading is possible.
    Any other excess digits follow the choice, by the decimal that the number prints as.

    Parameters
    ----------
    value : int, str, Decimal, Fraction or float
        Major units.
    currency : str
        ISO 4217 code.
    excess_digits : {'reject', 'half_up'}
        What becomes of more decimal places than the currency has.

    Returns
    -------
    Money
        Whole minor units.

    Raises
    ------
    InvalidValueError
        If the value is no finite number, is a percentage or a quotient, or has excess digits that are rejected.
    NotFoundError
        For an unknown currency.

    Examples
    --------
    >>> money_of("1,234.50", "CNY", excess_digits="reject"), money_of(0.1 + 0.2, "CNY", excess_digits="reject")
    (Money(minor=123450, currency='CNY'), Money(minor=30, currency='CNY'))
    >>> money_of("0.125", "CNY", excess_digits="half_up")
    Money(minor=13, currency='CNY')
    """
    if excess_digits not in EXCESS_DIGITS:
        raise missing_choice("excess_digits", EXCESS_DIGITS, where=repr(excess_digits))
    places = exponent(currency)
    if isinstance(value, float):
        minor = minor_of_float(value, currency)
        if minor is not None:
            return Money(minor, currency)
        value = Decimal(repr(value))
    if isinstance(value, str) and _NO_AMOUNT.intersection(value):
        raise InvalidValueError(f"{value!r} is no amount of money", fix="write it like 1,234.50")
    scaled = rational(value) * 10**places
    if scaled.denominator != 1 and excess_digits == "reject":
        raise InvalidValueError(f"{value} has more decimal places than {currency}", fix="choose excess_digits: half_up")
    return Money(round_half_up(scaled), currency)
