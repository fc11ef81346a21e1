"""Conditions: what a test says of a lead, and what it says of a lead that lacks the field."""

from fractions import Fraction

import pytest

from salesteam.errors import InvalidValueError
from salesteam.leads import Condition, Lead, Rule
from salesteam.leads._match import compiled


def asked(lead, **condition):
    return compiled(Condition(**condition), Lead.get)(lead)


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("eq", 60, True),
        ("ne", 60, False),
        ("in", [59, 60], True),
        ("not_in", [59, 60], False),
        ("lt", 60, False),
        ("le", 60, True),
        ("gt", Fraction(119, 2), True),
        ("ge", "60.5", False),
        ("missing", None, False),
        ("present", None, True),
    ],
)
def test_numbers_are_compared_exactly(operator, value, expected):
    """A score of 60 answers each operator as arithmetic does."""
    assert expected is asked(Lead(lead="L", score=60), field="score", operator=operator, value=value)


@pytest.mark.parametrize("text", ["East", " east ", "ＥＡＳＴ", "EAST"])
def test_text_is_compared_after_folding(text):
    """Case, outer blanks and full-width letters make no difference."""
    assert asked(Lead(lead="L", region=text), field="region", operator="in", value=["East", "North"]) is True


def test_parts_of_text_are_found():
    """Contains and starts_with look into the text, folded."""
    lead = Lead(lead="L", company="Acme Corporation")
    assert asked(lead, field="company", operator="contains", value="CORP") is True
    assert asked(lead, field="company", operator="starts_with", value="corp") is False


@pytest.mark.parametrize("word", [True, "yes", "是", "true"])
def test_truth_has_several_words(word):
    """Consent given answers to true, yes and 是."""
    assert asked(Lead(lead="L", consent=True), field="consent", operator="eq", value=word) is True


@pytest.mark.parametrize("operator", ["eq", "ne", "lt", "contains"])
def test_a_missing_field_is_unknown(operator):
    """Not true, not false: nothing is known, for ne as well."""
    assert asked(Lead(lead="L"), field="score", operator=operator, value=1) is None


@pytest.mark.parametrize("value", [float("nan"), "", "  ", None])
def test_empty_and_nan_are_missing(value):
    """A blank cell and NaN are no values."""
    assert asked(Lead(lead="L", more={"size": value}), field="size", operator="missing") is True


def test_text_where_a_number_is_needed_is_unknown():
    """A size of 'large' is neither below 5 nor above."""
    assert asked(Lead(lead="L", more={"size": "large"}), field="size", operator="lt", value=5) is None


def test_unknown_stays_unknown_unless_the_others_decide():
    """Kleene logic: false beats unknown in all, true beats it in any, not keeps it."""
    lead = Lead(lead="L", region="East")
    unknown = Condition(field="score", operator="ge", value=1)
    true = Condition(field="region", operator="eq", value="East")
    false = Condition(field="region", operator="eq", value="West")
    assert asked(lead, all=[true, unknown]) is None
    assert asked(lead, all=[false, unknown]) is False
    assert asked(lead, any=[true, unknown]) is True
    assert asked(lead, any=[false, unknown]) is None
    assert asked(lead, not_=unknown) is None
    assert asked(lead, not_=false) is True


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"field": "region"},
        {"operator": "eq", "value": "x"},
        {"field": "region", "operator": "like", "value": "x"},
        {"field": "region", "operator": "eq"},
        {"field": "region", "operator": "eq", "value": ["a", "b"]},
        {"field": "region", "operator": "in", "value": []},
        {"field": "region", "operator": "missing", "value": "x"},
        {"field": "score", "operator": "ge", "value": "high"},
        {"field": "score", "operator": "ge", "value": 0.5},
        {"field": "a", "operator": "present", "not_": Condition(field="b", operator="present")},
        {"not_": Condition(field="b", operator="present"), "value": "x"},
    ],
)
def test_a_condition_is_one_of_four(fields):
    """Half a test, two forms at once, or an operator that does not fit its value is refused."""
    with pytest.raises(InvalidValueError):
        Condition(**fields)


def test_the_text_reads_like_the_condition():
    """Nested conditions keep their brackets."""
    east = Condition(field="region", operator="eq", value="East")
    large = Condition(field="value_minor", operator="ge", value=100)
    assert Condition(all=[east, Condition(any=[large, Condition(not_=east)])]).text() == (
        "region = East and (value_minor ≥ 100 or (not (region = East)))"
    )


def test_on_missing_must_be_chosen():
    """A rule with a condition lists the options if on_missing is left open."""
    with pytest.raises(InvalidValueError, match=r"no_match: .*\n.*match: .*\n.*hold: "):
        Rule(id="r", when=Condition(field="region", operator="present"), selector="pick", on_empty="hold")
