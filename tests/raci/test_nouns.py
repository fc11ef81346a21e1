"""Nouns that cannot be are refused, with what to do."""

from datetime import date
from fractions import Fraction

import pytest

from salesteam import raci
from salesteam.core import Money
from salesteam.errors import InvalidValueError, NotFoundError

ONE, TWO = Fraction(1), Fraction(2)


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: raci.Role(id=" "), "names nothing"),
        (lambda: raci.Role(id="a", kind="boss"), "line, staff, executive, support"),
        (lambda: raci.Role(id="a", seats=0), "hold nobody"),
        (lambda: raci.Holding(person="a", role="b", share=0), "above 0 and at most 1"),
        (lambda: raci.Holding(person="a", role="b", start=date(2026, 1, 1), end=date(2026, 1, 1)), "holds no day"),
        (lambda: raci.Activity(id="a", kind="task"), "work, decision"),
        (lambda: raci.Activity(id="a", risk="none"), "low, high"),
        (lambda: raci.Activity(id="a", hours=Fraction(-1)), "0 or more"),
        (lambda: raci.Activity(id="a", value=ONE), "no subject"),
        (lambda: raci.Activity(id="a", subject="price"), "amount, discount_rate"),
        (lambda: raci.Activity(id="a", subject="amount", value=ONE), "an amount is money"),
        (lambda: raci.Assignment(activity="a", role="b", letters=()), "no letter"),
        (lambda: raci.Letter(letter="X", duties=()), "stands for no duty"),
        (lambda: raci.Letter(letter="X", duties=("dances",)), "use one of does"),
        (lambda: raci.Thresholds(doing_most=-1), "below zero"),
        (lambda: raci.Thresholds(answering_least=2), "cannot both hold"),
        (lambda: raci.Delegation(giver="a", taker="a"), "to themselves"),
        (raci.Separation, "nothing is separated"),
        (lambda: raci.Separation(duties=("does", "does")), "no pair"),
        (lambda: raci.Separation(activities=("a",)), "two or none"),
        (lambda: raci.Separation(duties=("does", "sings")), "use one of does"),
        (lambda: raci.Escalation(role="a", to="b", after_hours=Fraction(-1)), "0 or more"),
        (lambda: raci.Handoff(source="a", target="b", sender="c", receiver="d", sla_hours=Fraction(-1)), "0 or more"),
        (lambda: raci.Limit(role="a", subject="amount", sense="at_most", own=ONE), "an amount is money"),
        (lambda: raci.Limit(role="a", subject="scope", sense="most", own=ONE), "at_most, at_least"),
        (lambda: raci.Limit(role="a", subject="scope", sense="at_most", own=TWO, hard=ONE), "not as wide"),
        (
            lambda: raci.Limit(
                role="a", subject="amount", sense="at_most", own=Money.of(1, "CNY"), hard=Money.of(2, "USD")
            ),
            "not as wide",
        ),
        (lambda: raci.Profile(name="x", letters=()), "no letter"),
        (lambda: raci.Profile(name="x", letters=(raci.Letter(letter="D", duties=("does",)),) * 2), "given twice"),
        (lambda: raci.Profile(name="x", letters=(raci.Letter(letter="A", duties=("answers",)),)), "a_approves"),
        (lambda: raci.profile("daci", a_approves=True), "no meaning"),
        (
            lambda: raci.Profile(name="x", letters=raci.profile("daci").letters, severities={"no-handoff": "loud"}),
            "severity",
        ),
    ],
)
def test_impossible_nouns_are_refused(make, match):
    """What, where and what to do."""
    with pytest.raises(InvalidValueError, match=match):
        make()


def test_severity_of_an_unknown_code_is_refused():
    """With the nearest code."""
    with pytest.raises(NotFoundError, match=r"raci\.no-handoff"):
        raci.Profile(name="x", letters=raci.profile("daci").letters, severities={"no-handof": "off"})


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("raci", {"R": "does", "A": "answers", "C": "asked_before", "I": "told_after"}),
        ("arci", {"R": "does", "A": "answers", "C": "asked_before", "I": "told_after"}),
        ("rasci", {"R": "does", "A": "answers", "S": "helps", "C": "asked_before", "I": "told_after"}),
        (
            "raci_vs",
            {"R": "does", "A": "answers", "C": "asked_before", "I": "told_after", "V": "verifies", "S": "signs"},
        ),
        ("cairo", {"R": "does", "A": "answers", "C": "asked_before", "I": "told_after", "O": "out"}),
        ("racio", {"R": "does", "A": "answers", "C": "asked_before", "I": "told_after", "O": "out"}),
        ("daci", {"D": "drives", "A": "approves+decides", "C": "asked_before", "I": "told_after"}),
        ("rapid", {"R": "recommends", "A": "agrees", "P": "does", "I": "asked_before", "D": "decides"}),
    ],
)
def test_named_profiles_mean_what_their_schools_mean(name, meaning):
    """RAPID's R, A and I are not RACI's, and the S of RACI-VS signs."""
    a_approves = None if name in {"daci", "rapid"} else False
    found = raci.profile(name, a_approves=a_approves)
    assert meaning == {letter.letter: "+".join(letter.duties) for letter in found.letters}


def test_contract_names_what_it_still_lacks():
    """Everything, then nothing."""
    bare = raci.Handoff(source="a", target="b", sender="c", receiver="d")
    assert ("items", "sla_hours", "calendar", "owner") == bare.lacking()


def test_bounds_are_included_and_units_must_match():
    """A value in another unit is neither covered nor forbidden."""
    limit = raci.Limit(role="a", subject="amount", sense="at_most", own=Money.of(5, "CNY"), hard=Money.of(9, "CNY"))
    assert [True, False, None, None] == [
        limit.covers(value) for value in (Money.of(5, "CNY"), Money.of(6, "CNY"), Money.of(1, "USD"), ONE)
    ]
    assert [False, True, False] == [
        limit.forbids(value) for value in (Money.of(9, "CNY"), Money.of(10, "CNY"), Money.of(99, "USD"))
    ]


def test_activity_is_found_by_id_name_or_alias():
    """Without case, blanks and full-width forms; the id comes first."""
    activities = (raci.Activity(id="a", aliases=("b",)), raci.Activity(id="b", name_en="Big Deal"))
    chart = raci.Chart(profile=raci.profile("daci"), activities=activities)
    assert ["b", "b", "a"] == [chart.activity(key).id for key in ("b", "ＢＩＧdeal", "A")]
    with pytest.raises(NotFoundError, match="Big Deal"):
        chart.activity("big deel")
