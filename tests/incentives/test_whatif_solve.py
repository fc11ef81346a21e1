"""Solving: the dearest value of a grid that meets a budget, or the news that none does."""

from __future__ import annotations

from fractions import Fraction

import attrs
import pytest

from salesteam import incentives as inc
from salesteam.errors import InvalidValueError, NotFoundError, ReportError

OUTLOOK = inc.Outlook(measure="bookings", mean=100_000, spread="30%")
WORLD = inc.World(payees=("ana", "bo"), periods=("2026-01", "2026-02"), outlooks=(OUTLOOK,))
GRID = ("7%", "4%", "5%", "6%")


def solved(to, stat="mean", plan=None, **changes):
    """The assist split solved for its rate."""
    asked = {"grid": GRID, "world": WORLD, "scenarios": 400, "seed": 3, **changes}
    return inc.solve(plan or inc.scheme("assist_split"), "rate", to, stat, **asked)


def test_the_dearest_value_within_the_budget_is_chosen():
    """Of those that meet it the one that pays most, wherever it stands in the grid; the plan carries it."""
    found = solved(22_000)
    assert Fraction(5, 100) == found.value
    assert Fraction(5, 100) == found.plan.parameters["rate"].values[0].value
    assert [Fraction(n, 100) for n in (7, 4, 5, 6)] == [point.value for point in found]
    assert [False, True, True, False] == [point.meets for point in found]


def test_a_quantile_is_harder_to_meet_than_the_mean():
    """What the mean allows, the 95th percentile forbids."""
    assert solved(24_500).value > solved(24_500, "p95").value


def test_none_is_said_where_none_meets():
    """No value is made up, and the points tell how far away they are."""
    found = solved(1)
    assert (None, None) == (found.value, found.plan)
    assert found.text().startswith("No value meets mean cost")
    assert "没有取值" in found.text(lang="zh")


def test_all_values_meet_the_same_draws():
    """A rate twice as high costs exactly twice as much."""
    found = solved(10**6, grid=("4%", "8%"))
    assert found.points[1].cost == pytest.approx(2 * found.points[0].cost, rel=1e-12)


def test_a_value_that_the_plan_refuses_is_told():
    """Bounds of the parameter hold in the search too; if every value is refused, so is the search."""
    plan = inc.scheme("assist_split")
    low = attrs.evolve(plan.parameters["rate"], max=Fraction(5, 100))
    plan = attrs.evolve(plan, parameters={**plan.parameters, "rate": low})
    found = solved(10**6, plan=plan)
    assert Fraction(5, 100) == found.value
    assert [True, False, False, True] == [bool(point.refused) for point in found]
    with pytest.raises(ReportError):
        solved(10**6, plan=plan, grid=("8%",))


def test_a_wrong_question_is_refused():
    """Another parameter, another statistic, an empty grid."""
    with pytest.raises(NotFoundError):
        inc.solve(inc.scheme("assist_split"), "rat", 1, "mean", grid=GRID, world=WORLD, scenarios=1, seed=1)
    with pytest.raises(InvalidValueError, match="no statistic"):
        solved(1, "p99")
    with pytest.raises(InvalidValueError, match="empty"):
        solved(1, grid=())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_solution_shows_itself(lang):
    """Text, HTML, frame and explanation."""
    found = solved(22_000)
    assert found.text(lang=lang)
    assert "<table" in found._repr_html_()
    assert 4 == len(found.explain(lang=lang).steps)
    assert [False, False, True, False] == found.to_frame()["chosen"].tolist()
