"""Books, trees and facts that the goals tests share."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from salesteam.core import Period
from salesteam.goals import (
    Band,
    Cycle,
    Fact,
    GoalBook,
    KeyResult,
    LargestRemainder,
    Metric,
    Objective,
    ScorePolicy,
    StatusPolicy,
    Tree,
)

BANDS = (
    Band(status="off_track", low=0, high="0.4"),
    Band(status="at_risk", low="0.4", high="0.7"),
    Band(status="on_track", low="0.7", high=1),
)
BY_ID = LargestRemainder(tie="id")


def score_policy(**changes):
    """A complete score policy, changed where a test needs it."""
    return ScorePolicy(
        **{"rolls_up": "clamped", "weights": "equal", "missing": "exclude", "disagree_gap": 1, **changes}
    )


def status_policy(**changes):
    """A complete status policy, changed where a test needs it."""
    return StatusPolicy(**{"basis": "point", "bands": BANDS, "pace": "calendar_days", "rollup": "worst", **changes})


def book(*results, objectives=("o",), cycle="2026", commitment="committed", **parts):
    """A book of one cycle with these key results."""
    return GoalBook(
        **{
            "cycles": (Cycle(id="c", period=Period.parse(cycle)),),
            "objectives": tuple(
                Objective(id=each, title=each, cycle="c", level="team", owner="li", commitment=commitment)
                for each in objectives
            ),
            "key_results": results,
            "score_policy": score_policy(),
            "status_policy": status_policy(),
            **parts,
        }
    )


def result(name="kr", **changes):
    """A key result of the objective o, from 0 to 100 unless changed."""
    return KeyResult(
        **{
            "id": name,
            "objective": "o",
            "title": name,
            "kind": "increase",
            "baseline": 0,
            "target": 100,
            "unit": "CNY",
            "additive": True,
            **changes,
        }
    )


def fact(metric, day, value=None, *, days=1, org=None, product=None, above=None, below=None, recorded_at=None):
    """A fact of some days."""
    start = date.fromisoformat(day)
    return Fact(
        metric=metric,
        start=start,
        end=start + timedelta(days=days),
        org=org,
        product=product,
        value=None if value is None else Fraction(value),
        numerator=None if above is None else Fraction(above),
        denominator=None if below is None else Fraction(below),
        recorded_at=recorded_at,
    )


def metric(name, kind="flow", unit="CNY", **changes):
    """A metric that adds up over org and product if it is a flow."""
    over = ("org", "product") if kind == "flow" else ()
    return Metric(**{"id": name, "kind": kind, "unit": unit, "additive_over": over, **changes})


def funnel():
    """Revenue from leads, win rate and contract value."""
    return Tree(
        metrics=(
            metric("revenue"),
            metric("deals", unit="deal"),
            metric("leads", unit="lead"),
            Metric(id="win_rate", kind="rate", unit="deal/lead"),
            Metric(id="acv", kind="rate", unit="CNY/deal"),
        ),
        formulas={"revenue": "deals * acv", "deals": "leads * win_rate"},
    )
