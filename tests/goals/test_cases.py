"""Worked examples with their published numbers."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from goal_world import BY_ID, book, fact, metric, result, score_policy, status_policy

from salesteam.core import Period
from salesteam.goals import (
    Band,
    Change,
    CheckIn,
    Cumulative,
    LargestRemainder,
    Link,
    Lock,
    PlanPart,
    Tree,
    attribute,
    by_parts,
    by_time,
    cascade,
    custom,
    equal,
    evaluate,
    score,
)

AS_OF = date(2026, 9, 30)


def said(**values):
    """One check-in a goal."""
    return [CheckIn(goal=goal, on=date(2026, 9, 1), value=value) for goal, value in values.items()]


def test_launch_six_features():
    """GC-07: three of six features launched score 0.5."""
    found = score(book(result(target=6)), said(kr=3), as_of=AS_OF)
    assert Fraction(1, 2) == found.of("kr").score


@pytest.mark.parametrize(("value", "raw", "clamped"), [(7, "0.3", "0.3"), (-10, "2", "1")])
def test_decreasing_key_result(value, raw, clamped):
    """GC-11: from 10 to 0, a value of 7 scores 0.3 and -10 scores raw 2, clamped 1."""
    found = score(book(result(kind="decrease", baseline=10, target=0)), said(kr=value), as_of=AS_OF).of("kr")
    assert (Fraction(raw), Fraction(clamped)) == (found.raw, found.score)


def test_baseline_is_not_ignored():
    """GC-58: from 90 to 60 days, 75 is half the way and not 1.2."""
    found = score(book(result(kind="decrease", baseline=90, target=60)), said(kr=75), as_of=AS_OF)
    assert Fraction(1, 2) == found.of("kr").score


def test_equal_weights_of_progress():
    """GC-09: members at 100, 0 and 0 % make a third."""
    found = score(book(result("a"), result("b"), result("c")), said(a=100, b=0, c=0), as_of=AS_OF)
    assert Fraction(1, 3) == found.of("o").score


def test_equal_weights_hide_money():
    """GC-54: of 300, 500 and 1000 dollars the first is done: 33.3 % of the goals, 16.7 % of the money."""
    goals = (result("a", target=300), result("b", target=500), result("c", target=1000))
    rollup = score(book(*goals), said(a=300, b=0, c=0), as_of=AS_OF).of("o").rollup
    assert Fraction(1, 3) == rollup.mean("equal").score
    assert Fraction(1, 6) == rollup.mean("value_derived").score == rollup.value


def test_seventy_nine_or_eighty_two():
    """GC-60: 29/30, 30/30 and 20/40 make 79 % by value and 82.22 % as the mean of scores."""
    goals = (result("a", target=30), result("b", target=30), result("c", target=40))
    scores = score(book(*goals, score_policy=score_policy(disagree_gap="0.02")), said(a=29, b=30, c=20), as_of=AS_OF)
    rollup = scores.of("o").rollup
    assert (79, 100) == (rollup.total, rollup.target)
    assert Fraction(79, 100) == rollup.value
    assert Fraction(8222, 10000) == round(rollup.mean("equal").score, 4)
    assert "goals.rollups-disagree" in scores.report.by_code


def test_parent_key_result_by_contributions():
    """GC-60: the parent key result stands at the sum of what contributes to it."""
    goals = (result("parent"), result("a", target=30), result("b", target=30), result("c", target=40))
    links = tuple(Link(child=child, parent="parent", kind="contributes") for child in "abc")
    assert 79 == score(book(*goals, links=links), said(a=29, b=30, c=20), as_of=AS_OF).of("parent").value


SERVICE_BANDS = (
    Band(status="off_track", low=0, high="75%"),
    Band(status="at_risk", low="75%", high="90%"),
    Band(status="on_track", low="90%", high=1),
)


def test_seventy_percent_is_red():
    """GC-13: 700,000 of a million is 70 % and red below 75 %."""
    goals = book(result(target=1_000_000), status_policy=status_policy(bands=SERVICE_BANDS))
    found = score(goals, said(kr=700_000), as_of=AS_OF).of("kr")
    assert (Fraction(7, 10), "off_track") == (found.raw, found.status)


QUARTERS = tuple(PlanPart(period=Period.parse(f"2026-Q{n}"), value=250_000) for n in range(1, 5))
SALES = [
    CheckIn(goal="kr", on=part.period.last, value=value)
    for part, value in zip(QUARTERS, (220_000, 240_000, 200_000, 230_000), strict=True)
]


@pytest.mark.parametrize(
    ("basis", "window", "percents"),
    [("period", None, [88, 96, 80, 92]), ("window", "to_date", [88, 92, 88, 89]), ("window", "2", [88, 92, 88, 86])],
)
def test_quarters_by_period_and_window(basis, window, percents):
    """GC-15: plans of 250,000 a quarter, by period 88, 96, 80, 92 % and in the window to date 88, 92, 88, 89 %."""
    policy = status_policy(basis=basis, window=window, bands=SERVICE_BANDS)
    goal = book(result(target=1_000_000, reports="amount", plan=QUARTERS), status_policy=policy)
    found = [score(goal, SALES, as_of=part.period.last).of("kr").judged.ratio for part in QUARTERS]
    assert [Fraction(percent, 100) for percent in percents] == found


def test_window_status_at_the_end_of_the_year():
    """GC-15: the latest quarter is green, the target in its window yellow."""
    statuses = {}
    for basis, window in (("period", None), ("window", "to_date")):
        policy = status_policy(basis=basis, window=window, bands=SERVICE_BANDS)
        goal = book(result(target=1_000_000, reports="amount", plan=QUARTERS), status_policy=policy)
        statuses[basis] = score(goal, SALES, as_of=date(2026, 12, 31)).of("kr").status
    assert {"period": "on_track", "window": "at_risk"} == statuses


def test_worst_member_wins():
    """GC-17: a green and a red member make a red parent."""
    found = score(book(result("a"), result("b")), said(a=95, b=10), as_of=AS_OF).of("o")
    assert "off_track" == found.status


def test_growth_implies_a_baseline():
    """GC-04: 15 % growth to 3,000,000 starts at 2,608,696."""
    found = Change(amount="15%", unit="relative").baseline_of(Fraction(300))
    assert Fraction("260.8696") == round(found, 4)


def test_fifty_million_to_quarter_month_and_week():
    """GC-01: 5000 makes 1250 a quarter, 416.67 a month and 104 a week of a four-week month."""
    axis = by_time(Period.parse("2026"), "quarter", "month", "week", week_base="four_week_month")
    found = cascade(5000, unit="10k CNY", axes=[axis], weights=equal(among="siblings"), rounding=BY_ID)
    assert 1250 == found.at("2026-Q1")
    assert [417, 417, 416] == [found.at(month) for month in ("2026-01", "2026-02", "2026-03")]
    assert [104] * 4 == [found.at(f"2026-03/{week}") for week in range(1, 5)]


def test_fifty_two_weeks_are_another_figure():
    """GC-01: over the 52 ISO weeks of a year the same total is 96 or 97 a week."""
    axis = by_time(Period.parse("2025"), "week", week_base="thursday")
    found = cascade(5000, unit="10k CNY", axes=[axis], weights=equal(among="siblings"), rounding=BY_ID)
    assert 52 == len(axis.leaves)
    assert {96, 97} == {found.at(week) for week in axis.leaves}


@pytest.mark.parametrize("rounding", [BY_ID, Cumulative(mode="half_up")])
def test_fifty_million_to_twelve_months(rounding):
    """GC-03: 50,000,000 over 12 months is 8 times 4,166,667 and 4 times 4,166,666."""
    axis = by_time(Period.parse("2026"), "month")
    found = cascade(50_000_000, unit="CNY", axes=[axis], weights=equal(among="siblings"), rounding=rounding)
    months = [found.at(month) for month in axis.leaves]
    assert (8, 4) == (months.count(4_166_667), months.count(4_166_666))
    assert 50_000_000 == sum(months)


def test_locked_august():
    """GC-30: 3000 by 1000, 600 and 400 with the second locked at 600 is 1714, 600, 686."""
    axis = by_parts("time", "q3", {"q3": ["jul", "aug", "sep"]})
    weights = custom({"jul": 1000, "aug": 600, "sep": 400})
    found = cascade(3000, unit="CNY", axes=[axis], weights=weights, rounding=BY_ID, rules=[Lock("aug", 600)])
    assert [1714, 600, 686] == [found.at(month) for month in axis.leaves]


def test_locked_quarters():
    """GC-32: what is locked stays, the rest carries the remainder."""
    quarter = by_parts("time", "q1", {"q1": ["jan", "feb", "mar"]})
    rules = [Lock("feb", 100), Lock("mar", 100)]
    found = cascade(600, unit="CNY", axes=[quarter], weights=equal(among="siblings"), rounding=BY_ID, rules=rules)
    assert 400 == found.at("jan")
    year = by_parts("time", "y", {"y": ["q1", "q2", "q3", "q4"]})
    weights = custom(dict.fromkeys(("q1", "q2", "q3", "q4"), 100))
    rules = [Lock("q1", 100), Lock("q2", 100)]
    found = cascade(800, unit="CNY", axes=[year], weights=weights, rounding=BY_ID, rules=rules)
    assert [100, 100, 300, 300] == [found.at(quarter) for quarter in year.leaves]


def test_five_accounts_over_three_squads():
    """Five accounts cannot be cut: three squads get 2, 2 and 1, ties in the order of their ids."""
    axis = by_parts("org", "all", {"all": ["c", "a", "b"]})
    by_id, by_order = (
        cascade(5, unit="account", axes=[axis], weights=equal(among="siblings"), rounding=LargestRemainder(tie=tie))
        for tie in ("id", "order")
    )
    assert [2, 2, 1] == [by_id.at(squad) for squad in "abc"]
    assert [2, 1, 2] == [by_order.at(squad) for squad in "abc"]


@pytest.mark.parametrize(("value", "cycle", "velocity"), [(10_000, 30, 4167), (25_000, 60, 5208)])
def test_pipeline_velocity(value, cycle, velocity):
    """GC-37, GC-39: 50 opportunities at 25 % make 4,167 or 5,208 a day."""
    tree = Tree(
        metrics=(
            metric("velocity", unit="CNY/day"),
            metric("opps", unit="opp"),
            metric("value", unit="CNY/opp"),
            metric("win", kind="rate", unit="1", unweighted=True),
            metric("cycle", unit="day"),
        ),
        formulas={"velocity": "opps * value * win / cycle"},
    )
    values = {"opps": 50, "value": value, "win": "0.25", "cycle": cycle}
    found = evaluate(tree, [fact(name, "2026-07-01", number) for name, number in values.items()], by=())
    assert velocity == round(found.value("velocity"))


def test_mean_of_ratios_is_not_the_ratio_of_sums():
    """GC-52: rates are joined as the sum above over the sum below."""
    tree = Tree(metrics=(metric("hit", kind="rate", unit="1"),))
    rows = [fact("hit", "2026-07-01", above=9, below=10), fact("hit", "2026-07-02", above=10, below=90)]
    assert Fraction(19, 100) == evaluate(tree, rows, by=("month",)).value("hit", "2026-07")


def test_shapley_of_the_simpson_table():
    """GC-26: 27.5 to 12.5 % is -15 points, and the segments' parts sum to it although both segments rose."""
    tree = Tree(metrics=(metric("rate", kind="rate", unit="1"),))
    rows = [
        fact("rate", day, above=above, below=below, org=org)
        for day, org, above, below in (
            ("2026-06-01", "x", 270, 900),
            ("2026-06-01", "y", 5, 100),
            ("2026-07-01", "x", 35, 100),
            ("2026-07-01", "y", 90, 900),
        )
    ]
    months = [Period.parse(f"2026-{month}") for month in ("06", "07")]
    found = attribute(tree, rows, before=months[0], after=months[1], root="rate", method="shapley", by=("org",))
    assert Fraction(-15, 100) == found.change == sum(each.contribution for each in found.contributions)
    assert "pp" == found.root.change_unit
    assert 4 == len(found.contributions)
