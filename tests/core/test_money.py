"""Money is whole minor units of one currency, exact in and exact out."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesteam.core import Money, exponent, from_minor, to_minor
from salesteam.core._money import minor_of_float
from salesteam.errors import InvalidValueError, NotFoundError

minors = st.integers(-(10**15), 10**15)
currencies = st.sampled_from(["CNY", "JPY", "KWD", "CLF", "USD"])


@given(minors, currencies)
def test_major_and_minor_are_the_same_amount(minor, currency):
    """An amount survives the way to major units and back."""
    assert minor == to_minor(from_minor(minor, currency), currency)
    assert Money(minor, currency) == Money.of(str(from_minor(minor, currency)), currency)


@given(minors, currencies)
def test_a_float_of_a_printed_amount_is_read_as_that_amount(minor, currency):
    """A float made of a printed amount has one reading, as long as a minor unit can be told apart."""
    amount = float(from_minor(minor, currency))
    assert minor_of_float(amount, currency) in {minor, None}
    if abs(minor) < 10**12:
        assert minor == minor_of_float(amount, currency)


@pytest.mark.parametrize("amount", [0.305, float("nan"), float("inf"), 0.1 + 1e-9, 1e300])
def test_a_float_between_two_minor_units_is_no_money(amount):
    """A float that no printed amount rounds to is refused rather than rounded."""
    assert minor_of_float(amount, "CNY") is None


def test_sums_of_floats_are_still_read():
    """0.1 + 0.2 is thirty fen: it lies within four units in the last place."""
    assert 30 == minor_of_float(0.1 + 0.2, "CNY")


@given(minors, st.lists(st.integers(0, 100), min_size=1, max_size=8).filter(any))
def test_a_split_sums_to_the_whole(minor, weights):
    """However money is split, the parts sum to it, and the reversal mirrors them."""
    ties = [str(i) for i in range(len(weights))]
    parts = Money(minor, "CNY").split(weights, ties=ties)
    assert minor == sum(part.minor for part in parts)
    assert parts == tuple(-part for part in Money(-minor, "CNY").split(weights, ties=ties))


def test_currencies_never_meet():
    """Adding or comparing two currencies raises."""
    yuan, yen = Money.of(1, "CNY"), Money.of(1, "JPY")
    for meet in (lambda: yuan + yen, lambda: yuan - yen, lambda: yuan < yen, lambda: yuan >= yen):
        with pytest.raises(InvalidValueError, match="different currencies"):
            meet()


def test_too_many_places_are_refused():
    """A tenth of a fen is no money."""
    with pytest.raises(InvalidValueError, match="more than the 2 decimal places of CNY"):
        Money.of("0.001", "CNY")
    with pytest.raises(InvalidValueError, match="more than the 0 decimal places of JPY"):
        Money.of(Decimal("0.5"), "JPY")


def test_floats_and_truth_values_are_no_amounts():
    """What is not exact, or no number at all, is refused with the place named."""
    for amount in (0.1, True, None, "12 yuan"):
        with pytest.raises(InvalidValueError):
            Money.of(amount, "CNY")
    for minor in (1.5, True, "1"):
        with pytest.raises(InvalidValueError, match="whole number of minor units"):
            Money(minor, "CNY")


def test_an_unknown_currency_names_the_nearest():
    """A typing mistake in a currency code is answered with what was meant."""
    with pytest.raises(NotFoundError, match="did you mean"):
        Money.of(1, "CNV")
    assert [0, 2, 3, 4] == [exponent(code) for code in ("JPY", "EUR", "BHD", "CLF")]


def test_a_rate_is_applied_exactly_and_rounded_once():
    """A third of 0.05 is 0.02 (half up), and the rounding is named."""
    assert Money(2, "CNY") == Money(5, "CNY").times(Fraction(1, 3))
    assert Money(1, "CNY") == Money(5, "CNY").times("1/3", rounding="down")
    assert Money(-2, "CNY") == Money(-5, "CNY").times("1/2")


def test_text_follows_the_language():
    """English puts the code before, Chinese the word behind; separators and sign are right."""
    amount = Money.of("-1234567.8", "CNY")
    assert "CNY -1,234,567.80" == amount.text()
    assert "-1,234,567.80 元" == amount.text("zh")
    assert "-1,234,568 元" == amount.text("zh", digits=0)
    assert "JPY 5" == str(Money(5, "JPY"))
    assert "CNY 0.05" == str(Money(5, "CNY"))


def test_arithmetic_with_whole_numbers():
    """Sums, differences, negation, size, multiples and order of one currency work."""
    one, two = Money(100, "CNY"), Money(250, "CNY")
    assert Money(350, "CNY") == one + two
    assert Money(-150, "CNY") == one - two
    assert Money(150, "CNY") == abs(one - two)
    assert Money(300, "CNY") == 3 * one == one * 3
    assert one < two
    assert two > one
    assert one <= one  # noqa: PLR0124 -- the relation is reflexive
    assert two >= one
    with pytest.raises(TypeError):
        one * 1.5
