"""Rates and shares are read from their text and stay exact."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesteam.core import (
    largest_remainder,
    number_text,
    percent_text,
    rational,
    rational_text,
    round_half_up,
    round_to,
)
from salesteam.errors import InvalidValueError

fractions = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.08", Fraction(2, 25)),
        ("8%", Fraction(2, 25)),
        ("8％", Fraction(2, 25)),
        ("5‰", Fraction(1, 200)),
        ("2/3", Fraction(2, 3)),
        ("-2/3", Fraction(-2, 3)),
        ("1,234.5", Fraction(2469, 2)),
        ("1_000", Fraction(1000)),
        (".5", Fraction(1, 2)),
        (" 12 ", Fraction(12)),
        ("1.5e3", Fraction(1500)),
        (Decimal("0.10"), Fraction(1, 10)),
        (7, Fraction(7)),
    ],
)
def test_numbers_are_read_as_written(text, expected):
    """Decimals, percents, per mille, fractions and separators mean what they print."""
    assert expected == rational(text)


@pytest.mark.parametrize(
    "bad", ["", "abc", "1/0", "1/00", "1,23", "1..2", "%", "--1", "1e9999", "9" * 300, 0.1, True, None, Decimal("NaN")]
)
def test_what_is_no_number_is_refused(bad):
    """Anything else raises, quickly and with the text in the message."""
    with pytest.raises(InvalidValueError):
        rational(bad)


@given(fractions)
def test_text_reads_back_to_the_same_number(f):
    """What is shown exactly can be read exactly."""
    assert f == rational(rational_text(f))


@given(fractions)
def test_rounding_modes_agree_with_their_definitions(f):
    """Each mode is within one of the number, and equals its definition."""
    assert floor(f) == round_to(f, "down")
    assert ceil(f) == round_to(f, "up")
    assert floor(f + Fraction(1, 2)) == round_half_up(f) == round_to(f, "half_up")
    assert round(f) == round_to(f, "half_even")
    assert -round_to(f, "half_away") == round_to(-f, "half_away")


def test_an_unknown_rounding_lists_the_modes():
    """A wrong choice is answered with all of them."""
    with pytest.raises(InvalidValueError, match="half_even"):
        round_to(Fraction(1, 2), "bankers")


@given(
    st.integers(-(10**9), 10**9), st.lists(st.fractions(0, 50, max_denominator=99), min_size=1, max_size=9).filter(any)
)
def test_parts_sum_to_the_whole_and_stay_within_one_unit(total, weights):
    """Largest remainder conserves the sum and gives each part the floor or ceiling of its share."""
    parts = largest_remainder(total, weights, [str(i) for i in range(len(weights))])
    whole = sum(weights)
    assert total == sum(parts)
    assert all(abs(part - total * weight / whole) < 1 for part, weight in zip(parts, weights, strict=True))


def test_ties_go_by_key_and_not_by_place():
    """Equal remainders are served in the order of their keys."""
    assert (1, 0) == largest_remainder(1, [1, 1], ["a", "b"])
    assert (0, 1) == largest_remainder(1, [1, 1], ["b", "a"])


def test_fifty_million_over_twelve_months():
    """The published split: eight months of 4,166,667 and four of 4,166,666."""
    parts = largest_remainder(50_000_000, [1] * 12, [f"{month:02}" for month in range(12)])
    assert [4166667] * 8 + [4166666] * 4 == list(parts)


@pytest.mark.parametrize(("weights", "ties"), [([1], []), ([0, 0], ["a", "b"]), ([1, -1], ["a", "b"]), ([], [])])
def test_impossible_weights_are_refused(weights, ties):
    """Lengths that differ, negative weights and all zeros raise."""
    with pytest.raises(InvalidValueError):
        largest_remainder(10, weights, ties)


def test_percentages_are_for_the_eye():
    """Percent text rounds half away and drops zeros."""
    assert ["66.67%", "15%", "-0.5%", "0%"] == [
        percent_text(Fraction(2, 3)),
        percent_text(Fraction(3, 20)),
        percent_text(Fraction(-1, 200)),
        percent_text(Fraction(0)),
    ]


@pytest.mark.parametrize(
    ("number", "text"),
    [("1170102.23", "1,170,102.23"), ("-0.5", "-0.5"), ("-1234", "-1,234"), ("2/3", "2/3"), ("0.0000001", "≈0"),
     ("841370659/52500", "≈16,026.11"), ("1/300000", "≈0.000003"), ("100/7", "100/7"), ("1000/7", "≈142.86")],
)  # fmt: skip
def test_numbers_for_the_eye_are_short(number, text):
    """Thousands are set apart, and a number without a short decimal is near, never a long fraction."""
    assert text == number_text(rational(number))
