"""`has_duty`: yes, no or unknown."""

from datetime import date

import attrs
import pytest

from salesteam import raci
from salesteam.core import Person


@pytest.fixture
def team(chart, holds):
    """Sales does, presales answers, product is asked, care is told; with people."""
    return chart(
        "activity,sales,presales,product,care\nquote,R,A,C,I",
        holdings=holds("li sales", "wu presales", "(zhao) presales", "qian product"),
        people=(Person(id="li", name="李雷"), Person(id="new", name="新人")),
    )


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("sales", "yes"),
        ("ＳＡＬＥＳ", "yes"),
        ("presales", "yes"),
        ("product", "no"),
        ("care", "no"),
        ("boss", "unknown"),
        ("li", "yes"),
        ("李雷", "yes"),
        ("wu", "yes"),
        ("qian", "no"),
        ("new", "no"),
        ("stranger", "unknown"),
        ("zhao", "no"),
    ],
)
def test_duty_follows_letters_and_holdings(team, day, subject, expected):
    """By role or person, by id or name; asked and told is no duty to act; a deputy has it only while standing in."""
    assert expected == team.has_duty(subject, "quote", day)


def test_activity_out_of_the_chart_is_unknown(team, day):
    """No is only said of what the chart knows."""
    assert "unknown" == team.has_duty("sales", "party", day)


def test_person_without_any_holdings_is_unknown(team, day):
    """Where people are not given, nothing is known of them."""
    assert "unknown" == attrs.evolve(team, holdings=()).has_duty("li", "quote", day)


def test_deputy_has_the_duty_while_the_holder_is_away(team, day):
    """And the holder keeps it."""
    away = attrs.evolve(team, absences=(raci.Absence(person="wu"),))
    assert ["yes", "yes"] == [away.has_duty(who, "quote", day) for who in ("zhao", "wu")]


def test_delegation_carries_acting_and_approving_but_not_accountability(team, day):
    """A taker of an A that only answers has no duty."""
    given = attrs.evolve(team, delegations=(raci.Delegation(giver="wu", taker="sun"),))
    assert "yes" == given.has_duty("sun", "quote", day)
    answers_only = attrs.evolve(given, profile=raci.profile("raci", a_approves=False))
    assert "no" == answers_only.has_duty("sun", "quote", day)


@pytest.mark.parametrize(("on", "expected"), [(date(2026, 6, 30), "yes"), (date(2026, 7, 1), "no")])
def test_duty_ends_with_the_assignment(chart, on, expected):
    """The end is the first day that no longer counts."""
    made = chart("activity,sales\nquote,R")
    cells = tuple(attrs.evolve(cell, end=date(2026, 7, 1)) for cell in made.assignments)
    assert expected == attrs.evolve(made, assignments=cells).has_duty("sales", "quote", on)
