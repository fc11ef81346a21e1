"""How key results of every kind are scored, joined and judged."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import attrs
import pytest
from goal_world import BANDS, book, result, score_policy, status_policy

from salesteam.core import Calendar, Period
from salesteam.errors import CycleError, InvalidValueError, NotFoundError
from salesteam.goals import (
    Band,
    CheckIn,
    KeyResult,
    Level,
    Link,
    Metric,
    Milestone,
    Objective,
    PlanPart,
    ScorePolicy,
    StatusPolicy,
    score,
)

JUNE = date(2026, 6, 30)


def at(value=None, day="2026-06-30", goal="kr", **more):
    """One check-in."""
    return CheckIn(goal=goal, on=date.fromisoformat(day), value=value, **more)


def raw(goal, *checkins, as_of=JUNE):
    """The raw score of one key result."""
    return score(book(goal), checkins, as_of=as_of).of("kr").raw


def test_both_scores_are_kept():
    """A score beyond the target is shown as it is and between 0 and 1."""
    found = score(book(result()), [at(150)], as_of=JUNE).of("kr")
    assert (Fraction(3, 2), Fraction(1)) == (found.raw, found.score)


@pytest.mark.parametrize(("policy", "expected"), [("raw", "0.25"), ("clamped", "0.5")])
def test_the_policy_says_which_score_rolls_up(policy, expected):
    """Raw scores of 1.5 and -1 make a quarter; clamped they make a half."""
    goals = book(result("a"), result("b"), score_policy=score_policy(rolls_up=policy))
    assert Fraction(expected) == score(goals, [at(150, goal="a"), at(-100, goal="b")], as_of=JUNE).of("o").raw


@pytest.mark.parametrize(
    ("value", "outside", "expected"),
    [
        (50, "binary", 1),
        (60, "binary", 1),
        (61, "binary", 0),
        (61, "linear", "0.9"),
        (35, "linear", "0.5"),
        (80, "linear", -1),
    ],
)
def test_maintain(value, outside, expected):
    """Inside the band 1, edges included; outside by the rule chosen."""
    goal = result(kind="maintain", baseline=None, target=None, low=40, high=60, outside=outside, tolerance=10)
    assert Fraction(expected) == raw(goal, at(value))


def test_maintain_by_share_of_time():
    """A value holds until the next one; the days inside the band count."""
    goal = result(kind="maintain", baseline=None, target=None, low=40, high=60, outside="share_of_time")
    assert Fraction(20, 30) == raw(goal, at(50, "2026-06-01"), at(70, "2026-06-11"), at(60, "2026-06-21"))


@pytest.mark.parametrize(
    ("kind", "value", "expected"), [("at_least", 5, 1), ("at_least", 4, 0), ("at_most", 5, 1), ("at_most", 6, 0)]
)
def test_gates(kind, value, expected):
    """A gate is 1 or 0, and the target itself passes."""
    assert expected == raw(result(kind=kind, baseline=None, target=5), at(value))


def test_milestones():
    """Accepted weights over all; what was taken back does not count."""
    steps = (Milestone(id="a"), Milestone(id="b", weight=2), Milestone(id="c"))
    goal = result(kind="milestone", milestones=steps)
    done = [at(milestone="a", day="2026-06-01"), at(1, milestone="b", day="2026-06-02")]
    assert Fraction(3, 4) == raw(goal, *done)
    assert Fraction(1, 4) == raw(goal, *done, at(0, milestone="b", day="2026-06-03"))


LEVELS = (
    Level(name="fail", at=50, score=0),
    Level(name="commit", at=70, score="0.3"),
    Level(name="target", at=100, score="0.7"),
    Level(name="stretch", at=120, score=1),
)


@pytest.mark.parametrize(
    ("value", "step", "line"), [(40, 0, 0), (70, "0.3", "0.3"), (85, "0.3", "0.5"), (110, "0.7", "0.85"), (130, 1, 1)]
)
def test_ordinal(value, step, line):
    """Levels score by step or on the line between two of them, rising or falling."""
    goal = {"kind": "ordinal", "baseline": None, "target": None}
    falling = tuple(Level(name=level.name, at=-level.at, score=level.score) for level in LEVELS)
    for sign, levels in ((1, LEVELS), (-1, falling)):
        assert Fraction(step) == raw(result(**goal, levels=levels, between="step"), at(sign * value))
        assert Fraction(line) == raw(result(**goal, levels=levels, between="interpolate"), at(sign * value))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"baseline": None}, "goals.no-baseline"),
        ({"target": None}, "goals.no-target"),
        ({"baseline": 100}, "goals.target-is-baseline"),
        ({"kind": "at_least", "target": None}, "goals.no-target"),
    ],
)
def test_a_goal_without_a_scale_is_refused(changes, code):
    """No baseline, no target, or both the same: refused with a finding, never value over target."""
    scores = score(book(result(**changes)), [at(75)], as_of=JUNE)
    assert (None, "refused") == (scores.of("kr").raw, scores.of("kr").status)
    assert code in scores.report.by_code


@pytest.mark.parametrize(
    "parts",
    [
        {"kind": "increase", "baseline": 10, "target": 5},
        {"kind": "decrease", "baseline": 5, "target": 10},
        {"kind": "maintain", "low": 5, "outside": "binary"},
        {"kind": "maintain", "low": 5, "high": 9},
        {"kind": "maintain", "low": 5, "high": 9, "outside": "linear"},
        {"kind": "milestone"},
        {"kind": "ordinal", "levels": LEVELS[:1], "between": "step"},
        {"kind": "ordinal", "levels": (*LEVELS[1:], LEVELS[0]), "between": "step"},
        {"kind": "ordinal", "levels": LEVELS},
        {"kind": "at_least", "weight": -1},
    ],
)
def test_impossible_key_results(parts):
    """What contradicts its own kind is refused when it is made."""
    with pytest.raises(InvalidValueError):
        KeyResult(id="k", objective="o", title="", **parts)


@pytest.mark.parametrize("value", [0.5, True, "many"])
def test_inexact_numbers_are_refused(value):
    """Floats, truth values and words are no figures of a goal."""
    with pytest.raises(InvalidValueError):
        result(target=value)


def test_choices_without_a_default():
    """A policy without a choice is refused with its options, one line each."""
    with pytest.raises(InvalidValueError, match="exclude: the others alone"):
        ScorePolicy(rolls_up="raw", weights="equal", disagree_gap=0)
    with pytest.raises(InvalidValueError, match="cumulative: the way from the baseline"):
        StatusPolicy(bands=BANDS, pace="calendar_days", rollup="worst")
    with pytest.raises(InvalidValueError, match="ScorePolicy"):
        score(book(result(), score_policy=None), [], as_of=JUNE)
    with pytest.raises(InvalidValueError, match="StatusPolicy"):
        score(book(result(), status_policy=None), [], as_of=JUNE)


@pytest.mark.parametrize(
    ("missing", "expected", "coverage"), [("exclude", 1, "0.5"), ("zero", "0.5", "0.5"), ("refuse", None, "0.5")]
)
def test_a_missing_member(missing, expected, coverage):
    """A member without data is left out, counts as nothing, or leaves the parent without a score; coverage says so."""
    goals = book(result("a"), result("b"), score_policy=score_policy(missing=missing))
    mean = score(goals, [at(100, goal="a")], as_of=JUNE).of("o").rollup.mean("equal")
    assert (None if expected is None else Fraction(expected)) == mean.score
    assert Fraction(coverage) == mean.coverage


@pytest.mark.parametrize(("missing", "expected"), [("exclude", 1), ("zero", "0.5"), ("refuse", None)])
def test_a_missing_value(missing, expected):
    """The value roll-up treats a member without data as the policy says."""
    goals = book(result("a"), result("b"), score_policy=score_policy(missing=missing))
    found = score(goals, [at(100, goal="a")], as_of=JUNE).of("o").rollup.value
    assert (None if expected is None else Fraction(expected)) == found


@pytest.mark.parametrize(
    ("missing", "expected"), [("exclude", "on_track"), ("zero", "off_track"), ("refuse", "refused")]
)
def test_a_silent_member_in_the_status(missing, expected):
    """A member without data is left out, red, or leaves the parent without a status."""
    goals = book(result("a"), result("b"), score_policy=score_policy(missing=missing))
    assert expected == score(goals, [at(90, goal="a")], as_of=JUNE).of("o").status


def test_declared_weights():
    """Declared weights are used where all members have one, and said to be missing where not."""
    goals = (result("a", weight=3), result("b", weight=1), result("c"))
    reports = [at(100, goal="a"), at(0, goal="b"), at(0, goal="c")]
    assert Fraction(3, 4) == score(book(*goals[:2]), reports[:2], as_of=JUNE).of("o").rollup.mean("declared").score
    mean = score(book(*goals), reports, as_of=JUNE).of("o").rollup.mean("declared")
    assert (None, "no weight declared for c") == (mean.score, mean.reason.text())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"unit": "deal"}, "no common unit"),
        ({"additive": None}, "nothing says that b adds up"),
        ({"kind": "at_least", "target": 5}, "b has no way"),
        ({"metric": "customers"}, "nothing says that b adds up"),
    ],
)
def test_values_that_do_not_add_up(changes, reason):
    """Without a common unit or a sign that values add up, there is no value roll-up, and the reason is given."""
    customers = Metric(id="customers", kind="flow", unit="CNY")
    goals = book(result("a"), result("b", **changes), metrics=(customers,))
    rollup = score(goals, [at(50, goal="a"), at(50, goal="b")], as_of=JUNE).of("o").rollup
    assert rollup.value is None
    assert reason in rollup.value_reason.text()


def test_the_parent_target_counts():
    """The value roll-up is measured against the target of the parent, where it has one."""
    parent = Objective(id="o", title="", cycle="c", level="team", owner="li", commitment="committed", target=400)
    goals = attrs.evolve(book(result("a"), result("b")), objectives=(parent,))
    assert Fraction(1, 4) == score(goals, [at(50, goal="a"), at(50, goal="b")], as_of=JUNE).of("o").rollup.value


def test_corrections_replace_and_point_back():
    """A correction replaces what it points to, from when it was written down."""
    wrong = at(90, "2026-06-01", id="w", recorded_at=datetime(2026, 6, 1, 9, tzinfo=UTC))
    right = at(40, "2026-06-01", corrects="w", recorded_at=datetime(2026, 6, 20, 9, tzinfo=UTC))
    assert [Fraction(9, 10), Fraction(2, 5)] == [
        raw(result(), wrong, right, as_of=date(2026, 6, day)) for day in (19, 20)
    ]


def test_check_ins_that_belong_nowhere_are_findings():
    """A check-in on no goal, or correcting nothing, is said with its row."""
    report = score(book(result()), [at(1), at(1, goal="kr2"), at(2, corrects="zz")], as_of=JUNE).report
    (unknown,) = report.by_code["goals.unknown-goal"]
    assert (1, True) == (unknown.place.row, "near: kr" in unknown.fix())
    assert 2 == report.by_code["goals.unknown-correction"][0].place.row


def test_check_ins_from_a_frame():
    """Check-ins may come as rows; a row that is none is a finding and the others count."""
    rows = [{"goal": "kr", "on": "2026-06-01", "value": "50"}, {"goal": "kr", "on": "soon", "value": "70"}]
    found = score(book(result()), rows, as_of=JUNE)
    assert Fraction(1, 2) == found.of("kr").raw
    assert 1 == len(found.report.errors)


def test_amounts_add_up():
    """Amounts add to the baseline; levels replace each other."""
    reports = [at(10, "2026-06-01"), at(20, "2026-06-02")]
    assert Fraction(30, 100) == raw(result(reports="amount"), *reports)
    assert Fraction(20, 100) == raw(result(), *reports)


@pytest.mark.parametrize(
    ("value", "status"),
    [("39.999", "off_track"), (40, "at_risk"), ("69.999", "at_risk"), (70, "on_track"), (100, "done")],
)
def test_bands_are_half_open(value, status):
    """The lower edge of a band belongs to it, compared before any rounding."""
    assert status == score(book(result()), [at(value)], as_of=JUNE).of("kr").status


def test_gaps_and_overlaps_of_bands():
    """Bands that leave a gap or overlap are findings, and a score in a gap has no status."""
    bands = (Band(status="off_track", low=0, high="0.4"), Band(status="on_track", low="0.6", high=1))
    found = score(book(result(), status_policy=status_policy(bands=bands)), [at(50)], as_of=JUNE)
    assert "refused" == found.of("kr").status
    assert "goals.band-gap" in found.report.by_code
    bands = (Band(status="off_track", low=0, high="0.7"), Band(status="on_track", low="0.6", high=1))
    found = score(book(result(), status_policy=status_policy(bands=bands)), [at(50)], as_of=JUNE)
    assert ["goals.band-overlap"] == [finding.code for finding in found.report]
    found = score(book(result(), status_policy=status_policy(bands=bands[:1])), [at(50)], as_of=JUNE)
    assert ["goals.band-gap"] == [finding.code for finding in found.report]


@pytest.mark.parametrize(
    ("as_of", "value", "status"),
    [
        (date(2025, 12, 31), 10, "not_due"),
        (date(2026, 12, 31), 99, "on_track"),
        (date(2027, 1, 1), 99, "missed"),
        (date(2027, 1, 1), 100, "done"),
    ],
)
def test_before_and_after_the_cycle(as_of, value, status):
    """Before the cycle nothing is due; after its last day a goal is done or missed by its pass mark."""
    assert status == score(book(result()), [at(value, "2025-12-01")], as_of=as_of).of("kr").status


def test_aspirational_goals_pass_at_seven_tenths():
    """An aspirational goal at 0.7 is done, a committed one missed, for the objective too."""
    for commitment, status in (("aspirational", "done"), ("committed", "missed")):
        found = score(book(result(), commitment=commitment), [at(70)], as_of=date(2027, 1, 5))
        assert [status] * 2 == [found.of(goal).status for goal in ("kr", "o")]
    own = result(commitment="committed")
    assert "missed" == score(book(own, commitment="aspirational"), [at(70)], as_of=date(2027, 1, 5)).of("kr").status


def test_pace_by_calendar_days():
    """Half the days over, 30 of 100 made: expected 50, pace 60 %, and 35 a day to go."""
    found = score(book(result(target=100), cycle="2026-06"), [at(30, "2026-06-15")], as_of=date(2026, 6, 15)).of("kr")
    assert (Fraction(50), Fraction(3, 5), Fraction(70, 15)) == (found.pace.expected, found.pace.ratio, found.pace.to_go)


def test_pace_by_working_days():
    """Working days leave out weekends and holidays and count make-up workdays."""
    calendar = Calendar(
        name="test",
        holidays=frozenset({date(2026, 6, 19)}),
        makeup_workdays=frozenset({date(2026, 6, 28)}),
        years=frozenset({2026}),
    )
    goals = book(result(), cycle="2026-06", status_policy=status_policy(pace="working_days"))
    found = score(goals, [at(30, "2026-06-15")], as_of=date(2026, 6, 15), calendar=calendar).of("kr")
    assert Fraction(11, 22) * 100 == found.pace.expected
    with pytest.raises(InvalidValueError, match="calendar"):
        score(goals, [], as_of=JUNE)


def test_an_unknown_year_is_a_finding():
    """A calendar that does not know the year is said; days are then counted plainly, not guessed."""
    calendar = Calendar(name="test", years=frozenset({2020}))
    goals = book(result(), cycle="2026-06", status_policy=status_policy(pace="working_days"))
    report = score(goals, [at(30)], as_of=JUNE, calendar=calendar).report
    assert "calendar.unknown-year" in report.by_code


def test_cumulative_status():
    """On the cumulative basis, the way made is set against the way expected; at the start nothing is due."""
    goals = book(result(), cycle="2026-06", status_policy=status_policy(basis="cumulative"))
    assert "at_risk" == score(goals, [at(30, "2026-06-15")], as_of=date(2026, 6, 15)).of("kr").status
    late = (PlanPart(period=Period.parse("[2026-06-21, 2026-07-01)"), value=100),)
    goals = book(result(plan=late), cycle="2026-06", status_policy=status_policy(basis="cumulative"))
    assert "not_due" == score(goals, [at(0, "2026-06-15")], as_of=date(2026, 6, 15)).of("kr").status


def test_period_basis_needs_a_plan():
    """Without a plan by period, the period basis refuses and says what is missing."""
    found = score(book(result(), status_policy=status_policy(basis="period")), [at(50)], as_of=JUNE)
    assert "refused" == found.of("kr").status
    assert "goals.no-plan" in found.report.by_code


def test_a_running_period_counts_as_far_as_it_is_over():
    """Half a month of a plan of 100 expects 50."""
    plan = (PlanPart(period=Period.parse("2026-06"), value=100),)
    goals = book(result(plan=plan, reports="amount"), status_policy=status_policy(basis="period"))
    assert Fraction(40, 50) == score(goals, [at(40, "2026-06-10")], as_of=date(2026, 6, 15)).of("kr").judged.ratio


def test_milestones_are_judged_by_what_is_due():
    """Milestones are set against those due by now; before the first, nothing is."""
    steps = (Milestone(id="a", due=date(2026, 6, 1)), Milestone(id="b", due=date(2026, 12, 1)))
    goals = book(result(kind="milestone", milestones=steps), status_policy=status_policy(basis="cumulative"))
    assert "on_track" == score(goals, [at(milestone="a", day="2026-05-30")], as_of=JUNE).of("kr").status
    assert "not_due" == score(goals, [at(0, milestone="a", day="2026-05-01")], as_of=date(2026, 5, 30)).of("kr").status


@pytest.mark.parametrize(
    ("rollup", "share", "expected"),
    [
        ("worst", None, "off_track"),
        ("weighted", None, "at_risk"),
        ("share_red", "0.5", "at_risk"),
        ("share_red", "0.25", "off_track"),
    ],
)
def test_status_of_a_parent(rollup, share, expected):
    """Worst member, weighted mean, or the share of red weight."""
    goals = [result(name) for name in "abcd"]
    policy = status_policy(rollup=rollup, red_share=share)
    reports = [at(value, goal=name) for name, value in zip("abcd", (10, 75, 75, 75), strict=True)]
    assert expected == score(book(*goals, status_policy=policy), reports, as_of=JUNE).of("o").status


@pytest.mark.parametrize("changes", [{"basis": "window"}, {"basis": "window", "window": "0"}, {"rollup": "share_red"}])
def test_incomplete_status_policies(changes):
    """A window without its length and a red share without a figure are refused."""
    with pytest.raises(InvalidValueError):
        status_policy(**changes)


def test_circles_are_refused():
    """Goals that contribute in a circle cannot be scored."""
    links = (Link(child="a", parent="b", kind="contributes"), Link(child="b", parent="a", kind="contributes"))
    with pytest.raises(CycleError):
        score(book(result("a"), result("b"), links=links), [], as_of=JUNE)


def test_goals_without_a_cycle_are_said():
    """A key result of no objective has no time and is set aside with a finding."""
    found = score(book(result(objective="nowhere")), [], as_of=JUNE)
    assert "goals.no-cycle" in found.report.by_code
    with pytest.raises(NotFoundError, match="kr"):
        found.of("kr")


def test_rollups_disagree_by_band():
    """Two roll-ups in different bands are a finding even if they are near each other."""
    goals = (result("a", target=10), result("b", target=90))
    report = score(book(*goals), [at(5, goal="a"), at(65, goal="b")], as_of=JUNE).report
    assert ["goals.rollups-disagree"] == [finding.code for finding in report]


def test_scores_show_and_explain_themselves():
    """Frame, grid and explanation carry the numbers, in both languages."""
    goals = book(result("a", target=30, title="华东"), result("b", target=70))
    found = score(goals, [at(15, goal="a"), at(70, goal="b")], as_of=JUNE)
    rows = found.to_frame(like=[])
    assert ["o", "a", "b"] == [row["goal"] for row in rows]
    assert (Fraction(3, 4), Fraction(85, 100)) == (rows[0]["score_rollup"], rows[0]["value_rollup"])
    assert Fraction(1, 2) == rows[1]["weight"]
    text = str(found.explain("a"))
    assert "(15 - 0) / (30 - 0)" in text
    assert "50%" in text
    assert "weights=equal" in text
    assert "按数值汇总" in str(found.explain("o", "zh"))
    assert "85 / 100" in str(found.explain("o", "zh"))
    assert "华东" in found.grid("zh").text(120)
    assert "<table" in found._repr_html_()


def test_a_corrected_amount_is_not_counted_twice():
    """Of amounts that add up, the corrected one is gone."""
    wrong, right = at(90, "2026-06-01", id="w"), at(40, "2026-06-03", corrects="w")
    assert Fraction(2, 5) == raw(result(reports="amount"), wrong, right)


def test_a_parent_key_result_starts_at_its_own_baseline():
    """The value roll-up of a key result goes from its own baseline to its own target."""
    goals = (result("parent", baseline=20, target=120), result("a"))
    links = (Link(child="a", parent="parent", kind="contributes"),)
    found = score(book(*goals, links=links), [at(70, goal="a")], as_of=JUNE).of("parent")
    assert Fraction(1, 2) == found.rollup.value == found.raw


@pytest.mark.parametrize(("rolls_up", "expected"), [("clamped", "at_risk"), ("raw", "on_track")])
def test_a_weighted_status_counts_ratios_as_the_policy_says(rolls_up, expected):
    """Clamped, a member far beyond its plan does not make up for one behind."""
    goals = book(
        result("a"),
        result("b"),
        score_policy=score_policy(rolls_up=rolls_up),
        status_policy=status_policy(basis="cumulative", rollup="weighted"),
    )
    reports = [at(90, goal="a"), at(5, goal="b")]
    assert expected == score(goals, reports, as_of=date(2026, 7, 1)).of("o").status


def test_findings_on_checkins_name_the_row_of_the_table():
    """A row set aside before does not shift the rows that later findings name."""
    table = [{"goal": "kr", "on": "soon", "value": 1}, {"goal": "kr2", "on": "2026-03-01", "value": 1}]
    found = score(book(result()), table, as_of=date(2026, 4, 1)).report
    assert [("table.not-date", 0), ("goals.unknown-goal", 1)] == [
        (finding.code, finding.place.row) for finding in found if finding.place.row is not None
    ]


def test_checkins_may_come_one_by_one():
    """What gives check-ins one by one is read like a list of them."""
    rows = [CheckIn(goal="kr", on=date(2026, 3, 1), value=30)]
    assert Fraction(3, 10) == score(book(result()), iter(rows), as_of=date(2026, 4, 1)).of("kr").score


@pytest.mark.parametrize("target", ["1e999", "1e-999", "7/3"])
def test_figures_of_any_size_are_explained(target):
    """A typing error of a thousand zeros is shown rounded, and stops no page."""
    goal = result(target=target, baseline="-1e998")
    found = score(book(goal), [at("1/7", goal="kr")], as_of=JUNE)
    for lang in ("en", "zh"):
        assert "≈" in found.explain("kr", lang).text()
    assert "1e+998" in found.explain("kr").text()
