"""What is wrong with a goal book, each finding triggered."""

from __future__ import annotations

import attrs
import pytest
from goal_world import BY_ID, book, metric, result, score_policy, status_policy

from salesteam.core import Period, Person, Roster, Team, catalogue
from salesteam.goals import (
    Band,
    CascadePlan,
    Change,
    Cycle,
    GoalBook,
    Guardrail,
    KeyResult,
    Link,
    Metric,
    Objective,
    Threshold,
    check,
    equal,
)

GUARD = Guardrail(goal="o", metric="margin", at_least="30%")
MARGIN = metric("margin", kind="rate", unit="1")


def sound(*results, **parts):
    """A book without any finding, changed where a test needs it."""
    return book(*(results or (result(),)), **{"guardrails": (GUARD,), "metrics": (MARGIN,), **parts})


def objective(name, **changes):
    """An objective of the cycle c."""
    return Objective(
        **{
            "id": name,
            "title": name,
            "cycle": "c",
            "level": "team",
            "owner": "li",
            "commitment": "committed",
            **changes,
        }
    )


def plan(**changes):
    """A cascade of 100 over the quarters of a year."""
    return CascadePlan(
        **{
            "total": 100,
            "unit": "CNY",
            "period": Period.parse("2026"),
            "levels": ("quarter",),
            "weights": {"time": equal(among="siblings"), "org": equal(among="leaves")},
            "rounding": {"time": BY_ID, "org": BY_ID},
            **changes,
        }
    )


def test_a_sound_book_has_no_findings():
    """Nothing is said where nothing is wrong."""
    assert () == check(sound(cascade=plan())).findings


CASES = [
    ("goal-twice", sound(result(), result())),
    ("unknown-cycle", sound(cycles=(Cycle(id="other", period=Period.parse("2026")),))),
    ("unknown-goal", sound(result(objective="nowhere"), result("kr2"))),
    ("unknown-goal", sound(links=(Link(child="kr", parent="x", kind="supports"),))),
    ("unknown-goal", sound(guardrails=(GUARD, attrs.evolve(GUARD, goal="x")))),
    ("unknown-metric", sound(result(metric="x"))),
    ("unknown-metric", sound(metrics=())),
    (
        "unknown-metric",
        sound(thresholds=(Threshold(id="t", metric="x", below=1, consecutive=1, least_n=0, clears_at=1, per="month"),)),
    ),
    ("unknown-metric", sound(cascade=plan(metric="x"))),
    (
        "double-parent",
        sound(
            *(result(name) for name in "abc"),
            links=tuple(Link(child="a", parent=parent, kind="contributes") for parent in "bc"),
        ),
    ),
    (
        "contributes-unit",
        sound(result("a"), result("b", unit="deal"), links=(Link(child="a", parent="b", kind="contributes"),)),
    ),
    (
        "link-cycle",
        sound(
            result("a"),
            result("b"),
            links=(Link(child="a", parent="b", kind="contributes"), Link(child="b", parent="a", kind="supports")),
        ),
    ),
    (
        "orphan",
        sound(
            result(),
            result("top", objective="company"),
            objectives=("o",),
            guardrails=(GUARD, attrs.evolve(GUARD, goal="company")),
        ),
    ),
    (
        "no-key-results",
        sound(result(objective="o2"), objectives=("o", "o2"), guardrails=(GUARD, attrs.evolve(GUARD, goal="o2"))),
    ),
    ("too-many", sound(*(result(f"k{at}") for at in range(6)))),
    ("no-baseline", sound(result(baseline=None))),
    ("no-target", sound(result(target=None))),
    ("target-is-baseline", sound(result(baseline=100))),
    ("growth-contradicts", sound(result(baseline=260, target=300, stated=Change(amount="16%", unit="relative")))),
    ("vague", sound(result(title="尽量做好"))),
    ("bare-percent", sound(result(title="华东销售额提升15%"))),
    ("bare-percent", sound(result(unit="%"))),
    ("no-guardrail", sound(guardrails=())),
    ("not-agreed", sound(result(owner="wu", agreed_by=("wu",)))),
    ("score-to-pay", sound(result(pay="score"))),
    ("score-to-pay", sound(result(pay="metric"))),
    ("goal-unit", sound(result(metric="margin"))),
    ("policy-missing", sound(score_policy=None)),
    ("band-gap", sound(status_policy=status_policy(bands=(Band(status="on_track", low=0, high="0.5"),)))),
    (
        "band-overlap",
        sound(
            status_policy=status_policy(
                bands=(Band(status="off_track", low=0, high="0.6"), Band(status="on_track", low="0.5", high=1))
            )
        ),
    ),
    ("week-base", sound(cascade=plan(levels=("month", "week")))),
    ("cascade-choice", sound(cascade=plan(weights={}))),
    ("cascade-choice", sound(cascade=plan(rounding={}))),
    ("cascade-error", sound(cascade=plan(levels=("month", "quarter")))),
    ("infeasible", sound(cascade=plan(caps={"2026-Q1": 5}, locks={"2026-Q2": 5, "2026-Q3": 5, "2026-Q4": 5}))),
    ("unknown-node", sound(cascade=plan(caps={"2026-Q5": 5}))),
    ("metric-twice", sound(metrics=(MARGIN, MARGIN))),
    ("formula-error", sound(metrics=(MARGIN, metric("a")), formulas={"a": "1 +"})),
    ("formula-cycle", sound(metrics=(MARGIN, metric("a")), formulas={"a": "a"})),
    ("unit-mismatch", sound(metrics=(MARGIN, metric("a")), formulas={"a": "margin"})),
    (
        "rate-summed",
        sound(
            metrics=(MARGIN, metric("a", unit="1"), metric("r", kind="rate", unit="1")), formulas={"a": "r + margin"}
        ),
    ),
]


@pytest.mark.parametrize(("code", "wrong"), CASES, ids=[f"{code}-{at}" for at, (code, _) in enumerate(CASES)])
def test_each_finding(code, wrong):
    """A book with one thing wrong has that finding and no other, readable in both languages."""
    if code == "orphan":
        wrong = attrs.evolve(wrong, objectives=(*wrong.objectives, objective("company", level="company")))
    report = check(wrong)
    assert {f"goals.{code}"} == set(report.by_code)
    assert all(finding.text("en") and finding.question("zh") and finding.fix("zh") for finding in report)


def test_people_are_known():
    """Owners are looked up in the roster, and the cascade is tried on its team."""
    roster = Roster(people=(Person(id="li", name="Li"),), teams=(Team(id="east", name="East"),))
    assert () == check(sound(cascade=plan(team="east")), roster=roster).findings
    report = check(sound(result(owner="lii"), cascade=plan(team="west")), roster=roster)
    assert ["goals.unknown-node", "goals.unknown-owner"] == [finding.code for finding in report]
    assert "li" in report.findings[1].fix()


def test_a_plan_that_needs_more_is_not_tried():
    """Without roster or calendar, what needs one is left for later."""
    assert () == check(sound(cascade=plan(team="west"))).findings
    weeks = plan(levels=("month", "week"), week_base="split_by_working_days")
    assert () == check(sound(cascade=weeks)).findings


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("华东销售额提升15%", True),
        ("提升到15%", False),
        ("提升15个百分点", False),
        ("相对提升15%", False),
        ("grow revenue by 15%", True),
        ("grow revenue by 15% relative to 2025", False),
        ("raise win rate by 5 pp", False),
        ("win rate from 10% to 35%", False),
        ("+15%", True),
        ("毛利率不低于30%", False),
    ],
)
def test_bare_percents(title, bare):
    """A change in percent must say points or percent of the baseline; a level need not."""
    assert bare == ("goals.bare-percent" in check(sound(result(title=title))).by_code)


@pytest.mark.parametrize(
    ("title", "vague"),
    [
        ("增加销售额", True),
        ("Increase sales", True),
        ("三季度完成千万级订单签约", False),
        ("销售额提升到300万元", False),
        ("Try to be better", True),
    ],
)
def test_vague_objectives(title, vague):
    """An objective that only says more is vague; one with object and figure is not."""
    wrong = sound()
    report = check(attrs.evolve(wrong, objectives=(objective("o", title=title),)))
    assert vague == ("goals.vague" in report.by_code)


def test_stated_growth_that_fits():
    """15 % on 200 leads to 230, 25 points on 10 % to 35 %, 30 on 60 to 90."""
    for change, baseline, target in (("15%", 200, 230), ("25%", "0.10", "0.35"), (30, 60, 90)):
        unit = {"15%": "relative", "25%": "pp"}.get(change, "absolute")
        fits = result(baseline=baseline, target=target, stated=Change(amount=change, unit=unit))
        assert () == check(sound(fits)).findings


def test_every_code_of_the_catalogue_is_triggered_somewhere():
    """No code of goals stands in the catalogue without a test that names it."""
    from pathlib import Path

    texts = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    codes = [code.removeprefix("goals.") for code in catalogue() if code.startswith("goals.")]
    assert [] == [code for code in codes if f'goals.{code}"' not in texts and f'"{code}"' not in texts]


def test_impossible_nouns():
    """A link to itself, a change below nothing, an empty band and a doubtful confidence are refused."""
    from datetime import date

    from salesteam.errors import InvalidValueError
    from salesteam.goals import CheckIn, Milestone

    for make in (
        lambda: Link(child="a", parent="a", kind="supports"),
        lambda: Change(amount=-1, unit="relative"),
        lambda: Band(status="on_track", low=1, high=1),
        lambda: CheckIn(goal="k", on=date(2026, 1, 1), confidence=11),
        lambda: Milestone(id="m", weight=0),
        lambda: KeyResult(id="k", objective="o", title="", kind="increase", target=1.5),
        lambda: Metric(id="m", kind="flow", unit=""),
        lambda: score_policy(missing="ignore"),
    ):
        with pytest.raises(InvalidValueError):
            make()
    assert GoalBook().goals == {}
