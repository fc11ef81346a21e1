"""Checks of the people who hold the roles."""

from datetime import date

import attrs
import pytest

from salesteam import raci
from salesteam.core import Money, Person

TEXT = "activity,sales,presales\nquote,R,A"


def test_without_holdings_one_note_says_so(chart, codes, holds):
    """Nothing is said about people whom the chart does not know."""
    assert "people-not-given" in codes(chart(TEXT))
    assert "people-not-given" not in codes(chart(TEXT, holdings=holds("li sales")))


def test_vacant_role_with_duties_is_an_error(chart, codes, holds):
    """A deputy who is there fills it; one who is away does not."""
    made = chart(TEXT, holdings=holds("li sales"))
    assert "vacant-role" in codes(made)
    deputy = attrs.evolve(made, holdings=holds("li sales", "(wu) presales"))
    assert "vacant-role" not in codes(deputy)
    assert "vacant-role" in codes(attrs.evolve(deputy, absences=(raci.Absence(person="wu"),)))


def test_holdings_count_from_their_start_until_before_their_end(chart, codes):
    """On the day a holding ends the role is vacant."""
    ends = date(2026, 7, 1)
    holdings = (raci.Holding(person="li", role="sales"), raci.Holding(person="wu", role="presales", end=ends))
    made = chart(TEXT, holdings=holdings)
    assert "vacant-role" not in codes(made, date(2026, 6, 30))
    assert "vacant-role" in codes(made, ends)


def test_one_person_role_is_held_once(chart, codes, holds):
    """A seat for one, and two who hold it."""
    roles = (raci.Role(id="sales", seats=1), raci.Role(id="presales"))
    two = chart(TEXT, roles=roles, holdings=holds("li sales", "wu sales", "zhao presales"))
    assert "role-held-twice" in codes(two)
    assert "role-held-twice" not in codes(attrs.evolve(two, holdings=holds("li sales", "(wu) sales", "zhao presales")))


def test_one_able_person_is_a_single_point(chart, codes, holds):
    """A second holder or a deputy is a second pair of hands; the same person in two roles is not."""
    assert "single-point" in codes(chart(TEXT, holdings=holds("li sales", "wu presales")))
    assert "single-point" in codes(chart("activity,a,b,c\nx,R,R,A", holdings=holds("li a", "li b", "wu c")))
    assert "single-point" not in codes(chart(TEXT, holdings=holds("li sales", "(zhao) sales", "wu presales")))


def test_absence_needs_a_deputy_or_a_delegate_who_is_there(chart, codes, holds):
    """Deputies away, and delegations of other activities, do not cover."""
    away = chart(TEXT, holdings=holds("li sales", "wu presales"), absences=(raci.Absence(person="li"),))
    assert "absent-uncovered" in codes(away)
    deputy = holds("li sales", "(zhao) sales", "wu presales")
    assert "absent-uncovered" not in codes(attrs.evolve(away, holdings=deputy))
    both = (raci.Absence(person="li"), raci.Absence(person="zhao"))
    assert "absent-uncovered" in codes(attrs.evolve(away, holdings=deputy, absences=both))
    here = raci.Delegation(giver="li", taker="zhao", activities=("quote",))
    assert "absent-uncovered" not in codes(attrs.evolve(away, delegations=(here,)))
    assert "absent-uncovered" in codes(attrs.evolve(away, delegations=(attrs.evolve(here, activities=("visit",)),)))


@pytest.mark.parametrize("name", ["li", "李雷"])
def test_person_named_as_role_is_noticed(chart, codes, holds, name):
    """By id or by name."""
    made = chart(f"activity,{name},b\nx,R,A", holdings=holds("li b"), people=(Person(id="li", name="李雷"),))
    assert "person-as-role" in codes(made)


def test_separated_duties_must_not_meet_in_a_person(chart, day, holds):
    """One holds the doing role and the approving role of an activity."""
    apart = (raci.Separation(duties=("does", "approves")),)
    joined = chart(TEXT, holdings=holds("li sales", "li presales", "wu sales"), separations=apart)
    found = raci.check(joined, as_of=day).by_code["raci.separated-duties-joined"]
    assert ["li"] == [dict(finding.values)["person"] for finding in found]
    clean = attrs.evolve(joined, holdings=holds("li presales", "wu sales"))
    assert "raci.separated-duties-joined" not in raci.check(clean, as_of=day).by_code


def test_separated_activities_must_not_meet_in_a_person(chart, codes, holds):
    """Who prepares the quote must not also approve the discount, in whatever roles."""
    text = "activity,sales,presales,boss\nquote,R,A,\ndiscount,,R,A"
    apart = (raci.Separation(activities=("quote", "discount"), duties=("does", "approves")),)
    people = holds("li sales", "li boss", "wu presales")
    assert "separated-duties-joined" in codes(chart(text, holdings=people, separations=apart))
    others = holds("li sales", "zhao boss", "wu presales", "wu boss")
    assert "separated-duties-joined" not in codes(chart(text, holdings=others, separations=apart))


def test_role_that_does_and_answers_is_an_error_where_separated(chart, day, holds):
    """One role with both letters is told once, at the role."""
    apart = (raci.Separation(duties=("does", "answers")),)
    made = chart("activity,a,b\nx,R/A,C", separations=apart, holdings=holds("li a", "wu a", "zhao b"))
    report = raci.check(made, as_of=day)
    assert ["raci.doer-answers"] == [finding.code for finding in report.errors]


def test_other_separated_duties_of_one_role_are_told_per_person(chart, codes, holds):
    """A role that does and verifies puts both on each of its people."""
    apart = (raci.Separation(duties=("does", "verifies")),)
    made = chart("activity,a,b\nx,R/V,A", profile="raci_vs", separations=apart, holdings=holds("li a", "wu b"))
    assert "separated-duties-joined" in codes(made)


def test_deputy_joins_duties_only_while_standing_in(chart, codes, holds):
    """The deputy of the approver does the work: a conflict on the days the approver is away."""
    apart = (raci.Separation(duties=("does", "approves")),)
    made = chart(TEXT, separations=apart, holdings=holds("li sales", "(li) presales", "wu presales"))
    assert "separated-duties-joined" not in codes(made)
    assert "separated-duties-joined" in codes(attrs.evolve(made, absences=(raci.Absence(person="wu"),)))


def test_delegations_in_a_circle_need_an_end(chart, codes):
    """A circle counts within one activity and on one day."""

    def circle(first=(), second=(), end=None):
        return (
            raci.Delegation(giver="li", taker="wu", activities=first, end=end),
            raci.Delegation(giver="wu", taker="li", activities=second),
        )

    assert "delegation-cycle" in codes(chart(TEXT, delegations=circle()))
    assert "delegation-cycle" in codes(chart(TEXT, delegations=circle(("quote",))))
    assert "delegation-cycle" not in codes(chart(TEXT, delegations=circle(("quote",), ("visit",))))
    assert "delegation-cycle" not in codes(chart(TEXT, delegations=circle(end=date(2026, 9, 30))))


def test_nobody_delegates_above_what_they_have(chart, codes, holds):
    """Own limits and ceilings received both count; what is unknown is not zero."""
    given = raci.Delegation(giver="wu", taker="li", ceiling=Money.of("60000", "CNY"))
    made = chart(TEXT, holdings=holds("wu presales", "li sales"), delegations=(given,))
    assert "delegated-above-ceiling" not in codes(made)
    limit = raci.Limit(role="presales", subject="amount", sense="at_most", own=Money.of("50000", "CNY"))
    assert "delegated-above-ceiling" in codes(attrs.evolve(made, limits=(limit,)))
    enough = attrs.evolve(limit, own=Money.of("60000", "CNY"))
    assert "delegated-above-ceiling" not in codes(attrs.evolve(made, limits=(enough,)))
    received = raci.Delegation(giver="boss", taker="wu", ceiling=Money.of("10000", "CNY"))
    assert "delegated-above-ceiling" in codes(attrs.evolve(made, delegations=(given, received)))


def test_escalations_end_at_somebody(chart, codes, holds):
    """A circle has no last role, and a vacant last role is none."""
    roles = (raci.Role(id="sales"), raci.Role(id="presales"), raci.Role(id="boss"))
    up = (raci.Escalation(role="sales", to="presales"), raci.Escalation(role="presales", to="boss"))
    made = chart(TEXT, roles=roles, escalations=up, holdings=holds("li sales", "wu presales"))
    assert "escalation-dead-end" in codes(made)
    staffed = attrs.evolve(made, holdings=holds("li sales", "wu presales", "zhao boss"))
    assert {"escalation-dead-end", "escalation-cycle"}.isdisjoint(codes(staffed))
    round_trip = (*up, raci.Escalation(role="boss", to="sales"))
    assert "escalation-cycle" in codes(attrs.evolve(staffed, escalations=round_trip))
