"""Amounts are read as sources send them, exactly or not at all."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesteam.core import Money, from_minor
from salesteam.crm import money_of
from salesteam.errors import InvalidValueError, NotFoundError


@given(st.integers(-(10**11), 10**11), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_one_amount_has_one_reading(minor, currency):
    """Text, Decimal, Fraction and binary number of a printed amount are the same money."""
    major = from_minor(minor, currency)
    for value in (str(major), major, Fraction(major), float(major)):
        assert Money(minor, currency) == money_of(value, currency, excess_digits="reject")


@pytest.mark.parametrize("currency", ["CNY", "KWD"])
@pytest.mark.parametrize("towards", [0.0, 2.0])
def test_a_binary_number_may_be_four_units_in_its_last_place_away(currency, towards):
    """Four steps from 1.25, which is exact, are read as 1.25; a fifth is another number, and its digits are excess."""
    amount = 1.25
    for _ in range(4):
        amount = math.nextafter(amount, towards)
        assert Money.of("1.25", currency) == money_of(amount, currency, excess_digits="reject")
    amount = math.nextafter(amount, towards)
    with pytest.raises(InvalidValueError, match="more decimal places"):
        money_of(amount, currency, excess_digits="reject")


@pytest.mark.parametrize(
    ("value", "minor"), [("0.125", 13), (0.125, 13), (Decimal("-0.125"), -12), (0.305, 31), ("2.5e-3", 0), (1e-9, 0)]
)
def test_excess_digits_are_a_choice(value, minor):
    """Refused, or rounded half up by the decimal that the number prints as."""
    assert Money(minor, "CNY") == money_of(value, "CNY", excess_digits="half_up")
    with pytest.raises(InvalidValueError, match="more decimal places than CNY"):
        money_of(value, "CNY", excess_digits="reject")


@pytest.mark.parametrize(
    "value", ["", "much", "15%", "1/2", "¥7", "1.234,50", None, True, float("nan"), float("inf"), Decimal("NaN")]
)
def test_what_is_no_amount_is_refused(value):
    """Percentages, quotients, signs of currencies and what is not finite are no amounts."""
    for choice in ("reject", "half_up"):
        with pytest.raises(InvalidValueError):
            money_of(value, "CNY", excess_digits=choice)


def test_the_choice_and_the_currency_are_known():
    """The error lists the choices; a currency is one of ISO 4217."""
    with pytest.raises(InvalidValueError, match="half_up: it is rounded"):
        money_of("1", "CNY", excess_digits="cut")
    with pytest.raises(NotFoundError, match="no currency 'RMB'"):
        money_of("1", "RMB", excess_digits="reject")
