"""Splitting totals over time and people."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from goal_world import BY_ID

from salesteam.core import Calendar, Membership, Period, Person, Roster, Team
from salesteam.errors import CycleError, InvalidValueError, NotFoundError
from salesteam.goals import (
    Axis,
    AxisNode,
    Cap,
    CascadePlan,
    Cumulative,
    Floor,
    GoalBook,
    LargestRemainder,
    Lock,
    by_org,
    by_parts,
    by_time,
    cascade,
    cascade_plan,
    check,
    custom,
    equal,
    history,
)

SQUADS = by_parts("org", "all", {"all": ["a", "b"], "a": ["li", "wu", "he"], "b": ["xu"]})
EQUAL = equal(among="siblings")


def split(total, axis=SQUADS, weights=EQUAL, rounding=BY_ID, **more):
    """A cascade over one axis."""
    return cascade(total, unit="CNY", axes=[axis], weights=weights, rounding=rounding, **more)


def test_equal_among_siblings_or_leaves():
    """Squads the same, or people the same."""
    assert [50, 50] == [split(100).at(squad) for squad in "ab"]
    assert [75, 25] == [split(100, weights=equal(among="leaves")).at(squad) for squad in "ab"]


def test_custom_weights():
    """A squad without a weight weighs its people, a family without any is split equally."""
    found = split(120, weights=custom({"li": 3, "wu": 1, "he": 0, "xu": 2}))
    assert [60, 20, 0, 40] == [found.at(leaf) for leaf in SQUADS.leaves]
    found = split(120, weights=custom({"li": 0, "wu": 0, "he": 0, "xu": 2}))
    assert [0, 0, 0, 120] == [found.at(leaf) for leaf in SQUADS.leaves]
    found = split(120, weights=custom({"a": "1/4", "b": "75%"}))
    assert [10, 10, 10, 90] == [found.at(leaf) for leaf in SQUADS.leaves]


def test_history():
    """A newcomer weighs the mean of the siblings, or nothing is split before someone decides."""
    past = {"li": 300, "wu": 100, "he": 0, "xu": 400}
    found = split(120, weights=history(past, new="equal"))
    assert [36, 12, 24, 48] == [found.at(leaf) for leaf in SQUADS.leaves]
    refused = split(120, weights=history(past, new="refuse"))
    assert (False, ["goals.no-history"]) == (refused.ok, [finding.code for finding in refused.report])
    with pytest.raises(NotFoundError):
        refused.at("li")


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ({"li": 3, "wu": 1, "xu": 1}, "goals.weight-missing"),
        ({"a": 1, "li": 0, "wu": 0, "he": 0, "xu": 1}, "goals.zero-weights"),
        ({"a": 0, "b": 0}, "goals.zero-weights"),
        ({"nobody": 3, "xu": 1, "li": 1, "wu": 1, "he": 1}, "goals.unknown-node"),
    ],
)
def test_incomplete_weights(weights, code):
    """A sibling without a weight, a family of zeros, and an unknown name are findings, and nothing is split."""
    found = split(120, weights=custom(weights))
    assert (False, [code]) == (found.ok, [finding.code for finding in found.report])


def test_missing_choices():
    """Weights, among, new, rounding, ties and week base have no default; the error lists the options."""
    time = by_time(Period.parse("2026"), "month")
    with pytest.raises(InvalidValueError, match="history: what was achieved before"):
        cascade(1, unit="CNY", axes=[time], rounding=BY_ID)
    with pytest.raises(InvalidValueError, match="largest_remainder: every share"):
        cascade(1, unit="CNY", axes=[time], weights=EQUAL)
    with pytest.raises(InvalidValueError, match="axis org"):
        cascade(1, unit="CNY", axes=[time, SQUADS], weights={"time": EQUAL}, rounding=BY_ID)
    with pytest.raises(InvalidValueError, match="in the order of the ids"):
        LargestRemainder()
    with pytest.raises(InvalidValueError, match="half_up"):
        Cumulative()
    with pytest.raises(InvalidValueError, match="leaves: each leaf the same"):
        equal()
    with pytest.raises(InvalidValueError, match="refuse: no cascade"):
        history({"li": 1})
    with pytest.raises(InvalidValueError, match="four_week_month: every month has four equal weeks"):
        by_time(Period.parse("2026"), "week")


@pytest.mark.parametrize(
    "call",
    [
        lambda: custom({"li": -1}),
        lambda: custom({"li": 0.5}),
        lambda: Lock("li", -1),
        lambda: split(1.5),
        lambda: split(True),
        lambda: split(-5, rules=[Cap("li", 1)]),
        lambda: split(5, rules=[Lock("li", 1), Lock("li", 2)]),
        lambda: cascade(1, unit="CNY", axes=[], weights=EQUAL, rounding=BY_ID),
        lambda: cascade(1, unit="CNY", axes=[SQUADS, SQUADS], weights=EQUAL, rounding=BY_ID),
        lambda: by_parts("org", "a", {"a": ["b"], "b": ["a"]}),
        lambda: by_parts("org", "a", {"a": ["b", "b"]}),
        lambda: by_parts("org", "a", {"x": ["b"]}),
        lambda: Axis(name="org", nodes=()),
        lambda: Axis(name="org", nodes=(AxisNode(id="a", parent="b", level="x"),)),
        lambda: by_time(Period.parse("2026-Q1"), "year"),
        lambda: by_time(Period.parse("2026"), "quarter", "week", week_base="four_week_month"),
        lambda: by_time(Period.parse("2026"), "week", week_base="split_by_working_days"),
        lambda: split(12).matrix("month"),
    ],
)
def test_wrong_calls(call):
    """What cannot be a cascade is refused."""
    with pytest.raises(InvalidValueError):
        call()


def test_unknown_nodes():
    """Rules and questions about unknown nodes say what is near."""
    with pytest.raises(NotFoundError, match="did you mean 'li'"):
        split(5, rules=[Cap("lii", 1)])
    with pytest.raises(NotFoundError):
        split(5).at("zhao")
    with pytest.raises(NotFoundError, match="did you mean"):
        SQUADS.above("lii")


def test_floors_and_caps_keep_the_proportion():
    """Who is capped keeps the cap, the others share the rest in proportion."""
    weights = custom({"li": 5, "wu": 3, "he": 2, "xu": 0})
    found = split(100, weights=weights, rules=[Cap("li", 40), Floor("he", 25)])
    assert [40, 35, 25, 0] == [found.at(leaf) for leaf in SQUADS.leaves]


def test_rules_reach_upward():
    """A cap on people caps their squad, and a lock on a squad binds its people."""
    found = split(100, rules=[Cap("xu", 10)])
    assert [90, 10] == [found.at(squad) for squad in "ab"]
    found = split(100, rules=[Lock("a", 31), Lock("li", 1)])
    assert [1, 15, 15, 69] == [found.at(name) for name in ("li", "he", "wu", "xu")]


def test_an_infeasible_cascade_has_a_certificate():
    """Caps that cannot hold the total: node, rules, units short, and each single change that would do."""
    found = split(100, rules=[Cap("a", 60), Cap("xu", 30)])
    proof = found.certificate
    assert ("all", 10, 90) == (proof.node, proof.short, proof.total)
    assert (Cap("a", 70), Cap("xu", 40)) == proof.relaxations
    (finding,) = found.report
    assert "goals.infeasible" == finding.code
    assert "cap a 60, cap xu 30" in finding.what()
    assert "a 上限 60" in finding.what("zh")
    assert (False, {}) == (found.ok, found.cells)
    assert "cannot be split" in found._repr_html_()
    assert "合计" in found.matrix("0", "zh").text()


def test_contradicting_rules_need_more_than_one_change():
    """Where no single change is enough, the certificate offers none."""
    rules = [Lock("a", 10), Floor("li", 8), Floor("wu", 8), Lock("b", 5), Floor("xu", 9)]
    proof = split(100, rules=rules).certificate
    assert ((), None) == (proof.relaxations, proof.total)


def test_cumulative_keeps_partial_sums_right():
    """The running total is right to the nearest unit; largest remainder puts all extra units where ties say."""
    months = by_time(Period.parse("2026"), "month")
    running = split(100, axis=months, rounding=Cumulative(mode="half_up"))
    assert [8, 9, 8, 8, 9, 8, 8, 9, 8, 8, 9, 8] == list(running.cells.values())
    assert [9, 9, 9, 9, 8, 8, 8, 8, 8, 8, 8, 8] == list(split(100, axis=months).cells.values())


def test_weeks_by_days_and_by_working_days():
    """A cut week weighs its days, or its working days."""
    calendar = Calendar(name="test", holidays=frozenset(), years=frozenset({2025, 2026, 2027}))
    may = Period.parse("2026-05")
    by_days = split(3100, axis=by_time(may, "week", week_base="split_by_days", calendar=calendar))
    assert [300, 700, 700, 700, 700] == list(by_days.cells.values())
    axis = by_time(may, "week", week_base="split_by_working_days", calendar=calendar)
    assert [100, 500, 500, 500, 500] == list(split(2100, axis=axis).cells.values())


def test_quarter_month_week_person():
    """A year of 50,000,000 goes to quarters, months, weeks and people, and foots in every direction."""
    time = by_time(Period.parse("2026"), "quarter", "month", "week", week_base="thursday")
    found = cascade(
        50_000_000,
        unit="CNY",
        axes=[time, SQUADS],
        weights={"time": EQUAL, "org": equal(among="leaves")},
        rounding={"time": Cumulative(mode="half_up"), "org": BY_ID},
        rules=[Lock("li", 20_000_000)],
    )
    assert [12_500_000] * 4 == [found.at(f"2026-Q{n}") for n in range(1, 5)]
    assert 20_000_000 == found.at("li")
    assert found.at("2026-Q1", "a") == sum(
        found.at(f"2026-0{month}", who) for month in (1, 2, 3) for who in ("li", "wu", "he")
    )
    assert found.at("2026-Q1") == found.at("2026-Q1", "all") == found.at("b", "2026-Q1") + found.at("a", "2026-Q1")
    assert 50_000_000 == sum(row["base"] for row in found.to_frame(like=[]))
    assert 1 == sum(row["weight"] for row in found.to_frame(like=[]))
    assert {"lock", None} == {row["rule"] for row in found.to_frame(like=[])}


def test_a_matrix_and_explanations():
    """Matrix and explanation show shares, rules, rounding and conventions in both languages."""
    time = by_time(Period.parse("2026"), "quarter")
    found = cascade(1001, unit="account", axes=[time, SQUADS], weights=EQUAL, rounding=BY_ID, rules=[Lock("li", 100)])
    assert ["all", "251", "250", "250", "250", "1,001"] == [
        str(getattr(cell, "text", cell)) for cell in found.matrix("quarter").rows[0]
    ]
    assert "承担方" in found.matrix("quarter", "zh").text(120)
    text = str(found.explain("li", "2026-Q1"))
    for words in ("1,001 × 25% = 250.25, rounded", "lock li 100", "251 × 100 / 1,001", "largest_remainder, ties by id"):
        assert words in text
    assert "锁定" in str(found.explain("li", lang="zh"))
    assert "取整" in str(found.explain("2026-Q1", lang="zh"))
    assert "<table" in found._repr_html_()


def people():
    """A roster of two squads; Xu is in both."""
    return Roster(
        people=tuple(Person(id=name, name=name) for name in ("li", "wu", "xu")),
        teams=(
            Team(id="east", name="East"),
            Team(id="s1", name="One", parent="east"),
            Team(id="s2", name="Two", parent="east"),
        ),
        memberships=(
            Membership(person="li", team="s1"),
            Membership(person="wu", team="s2", end=date(2026, 7, 1)),
            Membership(person="xu", team="s1", share=Fraction(1, 2)),
            Membership(person="xu", team="s2", share=Fraction(1, 2)),
        ),
    )


def test_people_of_a_day():
    """Teams and members as they stand on a day; who is in two teams appears in both."""
    assert ("li", "xu@s1", "wu", "xu@s2") == by_org(people(), "east", on=date(2026, 6, 30)).leaves
    assert ("li", "xu@s1", "xu@s2") == by_org(people(), "east", on=date(2026, 7, 1)).leaves
    with pytest.raises(NotFoundError, match="team"):
        by_org(people(), "west", on=date(2026, 7, 1))


def test_a_plan_is_carried_out():
    """A plan of a book with locks, floors and caps becomes a cascade."""
    plan = CascadePlan(
        total=1000,
        unit="CNY",
        period=Period.parse("2026"),
        levels=("quarter",),
        team="east",
        weights={"time": EQUAL, "org": EQUAL},
        rounding={"time": BY_ID, "org": BY_ID},
        locks={"2026-Q1": 100},
        floors={"wu": 300},
        caps={"li": 200},
    )
    found = cascade_plan(plan, roster=people())
    assert (100, 300, 1000) == (found.at("2026-Q1"), found.at("wu"), found.at())
    assert found.at("li") <= 200
    with pytest.raises(InvalidValueError, match="roster"):
        cascade_plan(plan)


def test_a_table_that_needs_a_chain_of_swaps():
    """Where rounding line by line leaves a margin short, cells swap until both margins are met."""
    rows, columns = [5, 12, 4, 4, 6], [5, 5, 8, 5, 8]
    axes = [by_parts(name, name, {name: [f"{name}{at}" for at in range(5)]}) for name in ("time", "org")]
    weights = {
        axis.name: custom(dict(zip(axis.leaves, margin, strict=True)))
        for axis, margin in zip(axes, (rows, columns), strict=True)
    }
    found = cascade(31, unit="CNY", axes=axes, weights=weights, rounding=BY_ID)
    assert rows == [found.at(leaf) for leaf in axes[0].leaves]
    assert columns == [found.at(leaf) for leaf in axes[1].leaves]


def test_who_weighs_nothing_carries_nothing():
    """A cap on the others does not push the rest onto somebody without weight; that needs a decision."""
    weights = custom({"li": 1, "wu": 0, "he": 0, "xu": 0})
    found = split(10, weights=weights, rules=[Cap("li", 5)])
    assert (5, (Cap("li", 10),)) == (found.certificate.short, found.certificate.relaxations)


@pytest.mark.parametrize("mode", ["half_up", "half_away", "half_even", "down", "up"])
def test_rounding_a_running_total_keeps_locks(mode):
    """However the running total is rounded, a share that is whole already stays as it is."""
    axis = by_parts("part", "all", {"all": ["a", "b", "c"]})
    found = split(2, axis, custom({"a": 1, "b": 2, "c": 1}), Cumulative(mode=mode), rules=[Lock("b", 1)])
    assert (1, 2) == (found.at("b"), sum(found.at(name) for name in "abc"))


def test_a_team_of_weight_zero_takes_no_overflow():
    """Where the others are capped, a team that weighs nothing does not quietly leave a rest undistributed."""
    axis = by_parts("part", "all", {"all": ["a", "b"], "a": ["li", "wu"]})
    weights = custom({"a": 0, "b": 1, "li": 1, "wu": 1})
    found = split(10, axis, weights, rules=[Cap("b", 5)])
    assert ("all", 5, (Cap("b", 10),)) == (
        found.certificate.node,
        found.certificate.short,
        found.certificate.relaxations,
    )
    found = split(10, axis, weights, rules=[Floor("li", 5)])
    assert [5, 5, 5, 0] == [found.at(name) for name in ("a", "b", "li", "wu")]


def test_the_relaxations_of_many_rules_are_found_one_by_one():
    """Of a thousand caps each alone would do, in a time that grows with their number and not its square."""
    people = [f"p{number}" for number in range(1000)]
    found = split(10_000, by_parts("part", "all", {"all": people}), rules=[Cap(each, 3) for each in people])
    assert (7000, 1000) == (found.certificate.short, len(found.certificate.relaxations))
    assert Cap("p999", 7003) == found.certificate.relaxations[-1]
    (finding,) = found.report
    assert "cap p4 3 and 995 more" in finding.what()
    assert "p4 上限 3 等 1000 项" in finding.what("zh")


@pytest.mark.parametrize("value", [1.5, "5", None, True, Fraction(1, 2), -1])
@pytest.mark.parametrize("rule", [Lock, Floor, Cap])
def test_rules_hold_whole_units(rule, value):
    """A rule on half a unit, or on no number at all, is refused where it is written."""
    with pytest.raises(InvalidValueError, match="rule on 'a'"):
        rule("a", value)


def test_teams_in_a_circle_are_no_axis():
    """Teams that lie below themselves are told with their path, by the axis and by the check of a book."""
    roster = Roster(teams=[Team(id="a", name="A", parent="b"), Team(id="b", name="B", parent="a")])
    with pytest.raises(CycleError, match="a -> b -> a"):
        by_org(roster, "a", on=date(2026, 7, 1))
    plan = CascadePlan(
        total=10,
        unit="CNY",
        period=Period.parse("2026"),
        team="a",
        weights={"org": EQUAL},
        rounding={"org": BY_ID},
    )
    found = check(GoalBook(cascade=plan), roster=roster)
    assert ["people.team-cycle"] == [finding.code for finding in found.errors]


def test_axes_may_be_deep():
    """A line of thousands of teams, or of parts, is an axis like any other."""
    teams = [Team(id=f"t{at}", name="T", parent=f"t{at - 1}" if at else None) for at in range(3000)]
    roster = Roster(teams=teams, memberships=[Membership(person="li", team="t2999")])
    assert ("li",) == by_org(roster, "t0", on=date(2026, 7, 1)).leaves
    parts = {f"t{at}": [f"t{at + 1}"] for at in range(3000)}
    assert ("t3000",) == by_parts("part", "t0", parts).leaves
