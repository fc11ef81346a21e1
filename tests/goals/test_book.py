"""Goal books as files, and facts that become check-ins."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from goal_world import book, fact, metric, result

from salesteam.core import _load
from salesteam.errors import ReportError
from salesteam.goals import (
    Cumulative,
    LargestRemainder,
    Metric,
    cascade_plan,
    check,
    goal_tree,
    load,
    observe,
    read,
    score,
)

TEXT = """
name: Q3 of the new-business team
cycles:
  - {id: 2026-Q3, period: 2026-Q3, checkin_every: 14}
objectives:
  - id: o.sign
    title: 三季度完成千万级订单签约
    cycle: 2026-Q3
    level: team
    owner: zhang
    commitment: committed
    target: 10_000_000
key_results:
  - id: kr.revenue
    objective: o.sign
    title: 签约额从 0 到 1000 万元
    kind: increase
    metric: revenue
    baseline: 0
    target: 10,000,000
    unit: CNY
    weight: 2/3
    owner: li
    agreed_by: [li, zhang]
  - id: kr.days
    objective: o.sign
    title: 销售周期从 90 天缩短到 60 天
    kind: decrease
    baseline: 90
    target: 60
    unit: day
    weight: 1/3
metrics:
  - {id: revenue, kind: flow, unit: CNY, additive_over: [org, product], better: up}
  - {id: deals, kind: flow, unit: deal, additive_over: [org, product]}
  - {id: acv, kind: rate, unit: CNY/deal}
  - {id: completion, kind: rate, unit: 1, name: 跨部门任务完成率}
formulas:
  revenue: deals * acv
cascade:
  total: 50_000_000
  unit: CNY
  period: 2026
  levels: [quarter, month, week]
  week_base: four_week_month
  weights:
    time: {kind: equal, among: siblings}
  rounding:
    time: {method: cumulative, mode: half_up}
  caps: {2026-Q1: 12_000_000}
thresholds:
  - {id: cross, metric: completion, below: 80%, consecutive: 1, least_n: 5, clears_at: 85%, per: month}
guardrails:
  - {goal: o.sign, metric: completion, at_least: 80%}
score_policy: {rolls_up: clamped, weights: declared, missing: exclude, disagree_gap: 2%}
status_policy:
  basis: cumulative
  pace: calendar_days
  rollup: worst
  bands:
    - {status: off_track, low: 0, high: 0.4}
    - {status: at_risk, low: 0.4, high: 0.7}
    - {status: on_track, low: 0.7, high: 1}
check_ins:
  - {goal: kr.revenue, on: 2026-08-15, value: 4_000_000, recorded_at: "2026-08-15T18:00+08:00", author: li, confidence: 6}
  - {goal: kr.days, on: 2026-08-15, value: 75}
"""


def test_a_whole_book_is_read_and_scored():
    """Everything of a book comes from one file: figures exact, policies named, no finding."""
    found = read(TEXT)
    assert () == found.report.findings
    assert () == check(found.value).findings
    scores = score(found.value, as_of=date(2026, 8, 15))
    assert (Fraction(2, 5), Fraction(1, 2)) == (scores.of("kr.revenue").raw, scores.of("kr.days").raw)
    assert Fraction(2, 5) * Fraction(2, 3) + Fraction(1, 2) / 3 == scores.of("o.sign").raw
    assert 1 == scores.of("kr.days").pace.ratio
    cascaded = cascade_plan(found.value.cascade)
    assert (12_000_000, 50_000_000) == (cascaded.at("2026-Q1"), cascaded.at("2026"))


def test_a_book_survives_a_round_trip(tmp_path):
    """Written and read again, a book is the same."""
    value = read(TEXT).value
    path = tmp_path / "goals.yaml"
    path.write_text(_load.dump(value), encoding="utf-8")
    assert value == load(path)
    assert Cumulative(mode="half_up") == load(path).cascade.rounding["time"]


@pytest.mark.parametrize(
    ("wrong", "code", "line"),
    [
        (TEXT.replace("  - {id: deals,", "  - {idd: deals,"), "core.unknown-key", 35),
        (TEXT.replace("baseline: 90", "baseline: ninety"), "core.wrong-value", 29),
        (TEXT.replace("kind: decrease", "kind: shrink"), "core.unknown-option", 28),
    ],
)
def test_problems_have_their_line(wrong, code, line):
    """A wrong key, figure or word is a finding with its line."""
    report = read(wrong, file="goals.yaml").report
    assert (code, line) in [(finding.code, finding.place.line) for finding in report]


@pytest.mark.parametrize(
    "wrong",
    [
        TEXT.replace("baseline: 90", "baseline: 50"),
        TEXT.replace("rolls_up: clamped, ", ""),
        TEXT.replace("method: cumulative, mode: half_up", ""),
        TEXT.replace("{method: cumulative, mode: half_up}", "{method: webster}"),
        TEXT.replace("basis: cumulative\n", "basis: window\n"),
        TEXT.replace("among: siblings", ""),
    ],
)
def test_what_a_noun_refuses_is_a_finding_in_a_file(wrong):
    """A goal against its direction or a choice left open is a finding, not an exception."""
    found = read(wrong)
    assert found.value is None
    assert found.report.errors


def test_load_raises_with_all_findings(tmp_path):
    """The short way raises one error with every finding; the long way returns them."""
    path = tmp_path / "goals.yaml"
    path.write_text("objectivs: []\nname: [1]", encoding="utf-8")
    with pytest.raises(ReportError, match="objectives"):
        load(path)
    assert 2 == len(read(path.read_text(encoding="utf-8")).report.errors)
    assert LargestRemainder(tie="id").method == "largest_remainder"


def test_facts_become_check_ins():
    """A key result that follows a metric takes its value from the facts, from the first day of the cycle on."""
    value = read(TEXT).value
    rows = [
        fact("deals", "2026-06-30", 9),
        fact("deals", "2026-07-02", 3),
        fact("acv", "2026-07-02", above=6_000_000, below=3),
        fact("deals", "2026-09-02", 3),
    ]
    checkins, report = observe(value, rows, as_of=date(2026, 8, 15))
    assert [("kr.revenue", date(2026, 8, 15), 6_000_000)] == [(each.goal, each.on, each.value) for each in checkins]
    assert () == report.findings
    assert Fraction(3, 5) == score(value, checkins, as_of=date(2026, 8, 15)).of("kr.revenue").raw
    assert () == observe(value, rows, as_of=date(2026, 6, 30))[0]


def test_a_metric_without_a_value_is_not_observed():
    """Without facts there is no check-in, and a finding says which figure is missing."""
    checkins, report = observe(read(TEXT).value, (), as_of=date(2026, 8, 15))
    assert ((), ["goals.not-observed"]) == (checkins, [finding.code for finding in report])


def test_amounts_observed_are_above_the_baseline():
    """A key result that reports amounts is observed at the level of its metric."""
    goals = book(result(metric="revenue", baseline=10, reports="amount", target=110), metrics=(metric("revenue"),))
    checkins, _ = observe(goals, [fact("revenue", "2026-03-01", 60)], as_of=date(2026, 6, 30))
    assert Fraction(1, 2) == score(goals, checkins, as_of=date(2026, 6, 30)).of("kr").raw


def test_the_goal_tree_is_drawn():
    """Objectives, key results and links as Mermaid, DOT and text, with scores in both languages."""
    value = read(TEXT).value
    scores = score(value, as_of=date(2026, 8, 15))
    assert 3 == goal_tree(value).mermaid().count("[")
    drawn = goal_tree(value, scores, "zh")
    assert "(40%, 正常)" in drawn.text()
    assert "digraph" in drawn.dot()


def test_metrics_name_themselves():
    """A metric without words is called by its id."""
    assert ("m", "n") == (
        Metric(id="m", kind="flow", unit="1").title,
        Metric(id="m", kind="flow", unit="1", name="n").title,
    )
