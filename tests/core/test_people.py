"""The roster answers by day, and reports what is wrong with it."""

import itertools
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesteam.core import Membership, Person, ReportingLine, Roster, Team, catalogue
from salesteam.errors import InvalidValueError, NotFoundError

DAY = timedelta(days=1)
NEW_YEAR, JULY, LATER = date(2026, 1, 1), date(2026, 7, 1), date(2026, 12, 1)

names = st.sampled_from(["li", "wu", "han", "mei", "zhou"])
teams = st.sampled_from(["sales", "north", "south", "key"])
days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
maybe_days = st.none() | days
memberships = st.builds(
    Membership,
    person=names,
    team=teams,
    role=st.none() | st.sampled_from(["seller", "mentor"]),
    start=maybe_days,
    end=maybe_days,
    share=st.fractions(min_value=Fraction(1, 10), max_value=1, max_denominator=10),
)
lines = st.builds(
    ReportingLine,
    person=names,
    manager=names,
    kind=st.sampled_from(["line", "dotted"]),
    start=maybe_days,
    end=maybe_days,
)
rosters = st.builds(
    Roster,
    people=st.lists(st.builds(Person, id=names, name=names), max_size=6),
    teams=st.lists(
        st.builds(Team, id=teams, name=teams, parent=st.none() | teams, lead=st.none() | names),
        max_size=6,
    ),
    memberships=st.lists(memberships, max_size=8),
    lines=st.lists(lines, max_size=10),
)


def person(name):
    return Person(id=name, name=name.title())


def team(name, parent=None, lead=None):
    return Team(id=name, name=name.title(), parent=parent, lead=lead)


def line(who, manager, kind="line", start=None, end=None):
    return ReportingLine(person=who, manager=manager, kind=kind, start=start, end=end)


def member(who, where, role=None, start=None, end=None, share=1):
    return Membership(person=who, team=where, role=role, start=start, end=end, share=share)


SQUADS = Roster(
    people=[person(name) for name in ("li", "wu", "han", "mei")],
    teams=[team("sales"), team("north", "sales", "han"), team("south", "sales")],
    memberships=[
        member("mei", "sales", "head"),
        member("han", "north", "mentor"),
        member("li", "north", "seller", end=JULY),
        member("li", "south", "seller", start=JULY, share="2/3"),
        member("li", "north", "coach", start=JULY, share="1/3"),
        member("wu", "south", "seller", start=JULY),
    ],
    lines=[
        line("li", "han"),
        line("li", "wu", "dotted", start=JULY),
        line("wu", "han", end=JULY),
        line("wu", "mei", start=JULY),
        line("han", "mei"),
    ],
)


def codes(**parts):
    """The findings of a roster, with enough people in it."""
    parts.setdefault("people", [person("li"), person("wu"), person("han")])
    return [finding.code for finding in Roster(**parts).check()]


def test_a_good_roster_has_no_findings():
    """Nothing to report."""
    assert [] == list(SQUADS.check())


def test_members_are_those_of_the_day():
    """Who leaves on 1 July is in on 30 June, and out on the day itself."""
    assert ("han", "li") == SQUADS.members("north", JULY - DAY)
    assert () == SQUADS.members("south", JULY - DAY)
    assert ("li", "wu") == SQUADS.members("south", JULY)


def test_members_of_a_larger_team_may_include_its_teams():
    """Nested members count once."""
    assert ("mei",) == SQUADS.members("sales", JULY)
    assert ("mei", "han", "li", "wu") == SQUADS.members("sales", JULY, nested=True)
    assert ("north", "south") == SQUADS.subteams("sales")


def test_the_teams_of_a_person_begin_with_the_largest_share():
    """Two thirds south, one third north."""
    assert ("south", "north") == SQUADS.teams_of("li", JULY)
    assert [Fraction(2, 3), Fraction(1, 3)] == [one.share for one in SQUADS.memberships_of("li", JULY)]


def test_a_role_is_that_of_the_main_team_or_of_the_team_asked_for():
    """Seller in the south, coach in the north, nothing in sales."""
    roles = [SQUADS.role("li", JULY, team=where) for where in (None, "north", "sales")]
    assert ["seller", "coach", None] == roles


def test_a_person_may_report_to_several_managers():
    """The matrix: one line, one dotted line, dated."""
    assert ("han",) == SQUADS.managers("li", NEW_YEAR)
    assert ("han", "wu") == SQUADS.managers("li", JULY)
    assert ("wu",) == SQUADS.managers("li", JULY, kind="dotted")


def test_the_chain_goes_up_to_the_top():
    """Along the line of the day, unless another kind is asked for."""
    assert ("han", "mei") == SQUADS.chain("li", JULY)
    assert ("wu",) == SQUADS.chain("li", JULY, "dotted")
    assert ("han", "mei") == SQUADS.chain("wu", NEW_YEAR)
    assert ("mei",) == SQUADS.chain("wu", LATER)
    assert () == SQUADS.chain("mei", JULY)


def test_of_two_line_managers_the_chain_follows_the_first():
    """One walk up, not a crowd."""
    assert ("wu", "mei") == Roster(lines=[line("li", "wu"), line("li", "han"), line("wu", "mei")]).chain("li", JULY)


def test_reports_go_down_directly_or_through_others():
    """Half-open as well."""
    assert ("li", "wu") == SQUADS.reports("han", NEW_YEAR)
    assert ("wu", "han") == SQUADS.reports("mei", JULY, "line")
    assert ("wu", "han", "li") == SQUADS.reports("mei", JULY, nested=True)
    assert ("li",) == SQUADS.reports("wu", JULY)
    assert () == SQUADS.reports("wu", JULY, "line", nested=True)


def test_of_somebody_unknown_nothing_is_known():
    """Lookups stay empty, for names come from data; asking for the person itself raises with near names."""
    assert ((), (), (), None) == (
        SQUADS.teams_of("lee", JULY),
        SQUADS.managers("lee", JULY),
        SQUADS.members("nort", JULY),
        SQUADS.role("lee", JULY),
    )
    assert [True, False] == [SQUADS.knows(name) for name in ("li", "lee")]
    with pytest.raises(NotFoundError, match="did you mean 'north'"):
        SQUADS.team("nort")
    with pytest.raises(NotFoundError, match="no person 'lee' in the roster"):
        SQUADS.person("lee")
    assert ("Li", "North") == (SQUADS.person("li").name, SQUADS.team("north").name)


def test_of_two_people_with_one_id_the_first_is_found():
    """The report tells of both, the lookup takes the first."""
    roster = Roster(people=[person("li"), Person(id="li", name="Other")], teams=[team("a"), Team(id="a", name="Other")])
    assert ("Li", "A") == (roster.person("li").name, roster.team("a").name)


def test_in_a_circle_the_chain_ends_before_it_repeats():
    """It never hangs."""
    circle = Roster(lines=[line("li", "wu"), line("wu", "han"), line("han", "li"), line("mei", "mei")])
    assert ("wu", "han") == circle.chain("li", JULY)
    assert () == circle.chain("mei", JULY)
    assert ("han", "wu") == circle.reports("li", JULY, nested=True)
    assert () == circle.reports("mei", JULY)


@pytest.mark.parametrize(
    ("noun", "fields", "match"),
    [
        (Person, {"id": "", "name": "Li"}, "Person.id"),
        (Person, {"id": "li", "name": " "}, "Person.name"),
        (Team, {"id": 7, "name": "x"}, "Team.id"),
        (Membership, {"person": "", "team": "a"}, "Membership.person"),
        (Membership, {"person": "li", "team": "a", "share": 0}, "share of li in a is 0"),
        (Membership, {"person": "li", "team": "a", "share": "-10%"}, "at most 1"),
        (Membership, {"person": "li", "team": "a", "share": "101%"}, "at most 1"),
        (Membership, {"person": "li", "team": "a", "share": 0.5}, "Membership.share"),
        (Membership, {"person": "li", "team": "a", "start": "2026-01-01"}, "Membership.start"),
        (ReportingLine, {"person": "li", "manager": "wu", "end": datetime(2026, 1, 1, 8)}, "ReportingLine.end"),
        (ReportingLine, {"person": "li", "manager": "wu", "kind": ""}, "ReportingLine.kind"),
        (ReportingLine, {"person": "li", "manager": ""}, "ReportingLine.manager"),
    ],
)
def test_an_impossible_noun_is_refused(noun, fields, match):
    """The error names the field."""
    with pytest.raises(InvalidValueError, match=match):
        noun(**fields)


def test_a_day_is_a_day():
    """Text in place of a day is a caller's mistake."""
    with pytest.raises(InvalidValueError, match="on"):
        SQUADS.members("north", "2026-07-01")


def test_a_roster_of_nobody_is_reported():
    """An empty table of people is an error."""
    assert ["people.nobody"] == codes(people=[])


def test_two_people_or_teams_with_one_id_are_reported_with_their_rows():
    """Once for each id, with all its rows."""
    report = Roster(
        people=[person("li"), person("wu"), person("li"), person("li")],
        teams=[team("a"), team("a")],
        memberships=[member("li", "a")],
    ).check()
    assert [("people.duplicate-person", (0, 2, 3), 2), ("people.duplicate-team", (0, 1), 1)] == [
        (finding.code, dict(finding.values)["rows"], finding.place.row) for finding in report
    ]


def test_names_that_lead_nowhere_are_reported_with_near_ones():
    """Six fields may dangle, and all are told at once."""
    report = Roster(
        people=[person("liam"), person("wu")],
        teams=[team("north", parent="salez", lead="lia")],
        memberships=[member("liamm", "north"), member("wu", "nort")],
        lines=[line("x", "wu"), line("wu", "y")],
    ).check()
    assert [
        ("people.unknown-team", "teams", 0, "parent", "salez"),
        ("people.unknown-person", "teams", 0, "lead", "lia"),
        ("people.unknown-person", "memberships", 0, "person", "liamm"),
        ("people.unknown-team", "memberships", 1, "team", "nort"),
        ("people.unknown-person", "lines", 0, "person", "x"),
        ("people.unknown-person", "lines", 1, "manager", "y"),
    ] == [(one.code, one.place.table, one.place.row, one.place.field, dict(one.values)["id"]) for one in report]
    assert [("liam",), ("—",)] == [dict(report.findings[place].values)["near"] for place in (2, 4)]


@pytest.mark.parametrize("end", [NEW_YEAR, NEW_YEAR - DAY])
def test_an_interval_that_holds_no_day_is_reported(end):
    """Of a membership and of a line; such a membership fills no team."""
    assert ["people.reversed-interval", "people.reversed-interval", "people.empty-team"] == codes(
        teams=[team("a")],
        memberships=[member("li", "a", start=NEW_YEAR, end=end)],
        lines=[line("li", "wu", start=NEW_YEAR, end=end)],
    )


def test_shares_over_one_are_reported_from_their_first_day():
    """Two halves may overlap a third one for no day."""
    teams = [team(name) for name in "abc"]
    fine = [
        member("li", "a", share="1/2", end=JULY),
        member("li", "b", share="1/2"),
        member("li", "c", share="1/2", start=JULY),
    ]
    assert [] == codes(teams=teams, memberships=fine)
    over = [*fine[:2], member("li", "c", share="1/2", start=JULY - DAY)]
    (finding,) = Roster(people=[person("li")], teams=teams, memberships=over).check()
    values = dict(finding.values)
    assert ("people.share-over-one", JULY - DAY, Fraction(3, 2), ("a", "b", "c")) == (
        finding.code,
        values["since"],
        values["share"],
        values["teams"],
    )


def test_a_share_over_one_since_ever_has_no_date():
    """Open starts are shown as a dash."""
    (finding,) = Roster(
        people=[person("li")],
        teams=[team("a"), team("b")],
        memberships=[member("li", "a"), member("li", "b", share="1%")],
    ).check()
    assert "The memberships of li in a, b sum to 1.01 of one person (first on —)." == finding.what()


def test_two_line_managers_at_once_are_reported():
    """Not if one follows the other, is of another kind, or is the same."""
    assert ["people.several-managers"] == codes(lines=[line("li", "wu"), line("li", "han", start=JULY)])
    assert [] == codes(lines=[line("li", "wu", end=JULY), line("li", "han", start=JULY)])
    assert [] == codes(lines=[line("li", "wu", "dotted"), line("li", "han", "dotted"), line("li", "han")])
    assert [] == codes(lines=[line("li", "wu", end=LATER), line("li", "wu", start=JULY)])


def test_a_circle_of_reporting_lines_is_reported_with_path_and_day():
    """From the first day on which it is closed."""
    (finding,) = Roster(
        people=[person(name) for name in ("li", "wu", "han", "mei")],
        lines=[line("wu", "han"), line("han", "li", start=NEW_YEAR), line("li", "wu", start=JULY), line("mei", "li")],
    ).check()
    assert ("people.reporting-cycle", "han → li → wu → han", JULY) == (
        finding.code,
        dict(finding.values)["path"],
        dict(finding.values)["since"],
    )


def test_lines_that_never_hold_together_or_are_of_two_kinds_form_no_circle():
    """Li reports to Wu, later Wu to Li; or one of them by a dotted line."""
    assert [] == codes(lines=[line("li", "wu", end=JULY), line("wu", "li", start=JULY)])
    assert [] == codes(lines=[line("li", "wu"), line("wu", "li", "dotted")])


def test_two_circles_are_two_findings():
    """Also that of somebody who reports to herself."""
    assert ["people.reporting-cycle"] * 2 == codes(
        lines=[line("li", "wu", start=NEW_YEAR), line("wu", "li"), line("han", "han"), line("li", "wu", start=JULY)]
    )


def test_a_circle_is_found_below_and_above_others():
    """People who hang from a circle, or carry one, do not hide it."""
    assert ["people.several-managers", "people.reporting-cycle"] == codes(
        people=[person(name) for name in "abcde"],
        lines=[line("a", "b"), line("b", "c"), line("c", "b"), line("c", "d", start=JULY), line("d", "e")],
    )


def test_teams_within_each_other_are_reported():
    """And lookups do not hang on them."""
    parts = {"teams": [team("a", "b"), team("b", "c"), team("c", "b")], "memberships": [member("li", "a")]}
    assert ["people.team-cycle"] == codes(**parts)
    assert ("a", "c") == Roster(**parts).subteams("b")


def test_a_team_that_never_had_anybody_is_reported():
    """A larger team is filled by the teams within it, a smaller one is not filled from above."""
    assert ["people.empty-team"] == codes(
        teams=[team("a"), team("b", "a"), team("c", "b")], memberships=[member("li", "b")]
    )


def test_every_code_of_people_is_triggered_here():
    """The catalogue holds no code that the check cannot find."""
    roster = Roster(
        people=[person("li"), person("li")],
        teams=[team("a"), team("a"), team("b", "b")],
        memberships=[member("wu", "c"), member("li", "a"), member("li", "a"), member("li", "a", start=JULY, end=JULY)],
        lines=[line("li", "li"), line("li", "han")],
    )
    found = set(roster.check().by_code) | set(Roster().check().by_code)
    assert found == {code for code in catalogue() if code.startswith("people.")}


@given(roster=rosters)
def test_check_never_raises_and_tells_both_languages(roster):
    """Whatever the roster holds."""
    for finding in roster.check():
        assert finding.text("en")
        assert finding.text("zh")


@given(roster=rosters, who=names, where=teams, on=days)
def test_lookups_agree_with_each_other_and_are_half_open(roster, who, where, on):
    """A person is a member of a team exactly if the team is one of the person's, by some membership of that day."""
    held = any(
        one.person == who
        and one.team == where
        and (one.start is None or one.start <= on)
        and (one.end is None or on < one.end)
        for one in roster.memberships
    )
    assert held == (who in roster.members(where, on))
    assert held == (where in roster.teams_of(who, on))


@given(roster=rosters, who=names, other=names, on=days)
def test_up_and_down_are_the_same_lines(roster, who, other, on):
    """A manager's reports are those who have that manager."""
    assert (other in roster.managers(who, on)) == (who in roster.reports(other, on)) or who == other


@given(roster=rosters, who=names, on=days)
def test_a_chain_repeats_nobody_and_each_link_is_a_manager(roster, who, on):
    """It climbs link by link."""
    walk = (who, *roster.chain(who, on))
    assert len(walk) == len(set(walk))
    assert all(above in roster.managers(below, on, "line") for below, above in itertools.pairwise(walk))


@given(roster=rosters, on=days)
def test_without_a_reported_circle_every_chain_ends_at_the_top(roster, on):
    """A roster that checks well has a top for everybody on every day."""
    if "people.reporting-cycle" in roster.check().by_code:
        assert any(
            _climbs_forever(roster, who, day) for who in ("li", "wu", "han", "mei", "zhou") for day in _days(roster)
        )
        return
    for who in ("li", "wu", "han", "mei", "zhou"):
        assert () == roster.managers((who, *roster.chain(who, on))[-1], on, "line")


def _days(roster):
    return {one.start or date.min for one in roster.lines}


def _climbs_forever(roster, who, day):
    for kind in ("line", "dotted"):
        reached, queue = set(), [who]
        while queue:
            for above in roster.managers(queue.pop(), day, kind):
                if above == who:
                    return True
                if above not in reached:
                    reached.add(above)
                    queue.append(above)
    return False


@given(roster=rosters, on=days)
def test_without_a_finding_nobody_is_worth_more_than_one(roster, on):
    """On any day the shares of a person sum to at most 1, or the check says so."""
    over = {dict(one.values)["id"] for one in roster.check().by_code.get("people.share-over-one", ())}
    sums = {who: sum(one.share for one in roster.memberships_of(who, on)) for who in ("li", "wu", "han", "mei", "zhou")}
    assert over >= {who for who, share in sums.items() if share > 1}
