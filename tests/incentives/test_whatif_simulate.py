"""Simulation: the same luck for every plan, and the pay of the exact engine on what was drawn."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.incentives.simulated import by_payee, drawn, exact_run, exactly

from salesteam import incentives as inc
from salesteam.core._table import _arrays as arrays
from salesteam.errors import InvalidValueError, ReportError
from salesteam.incentives._filled import filled
from salesteam.incentives._whatif._compile import compiled
from salesteam.incentives._whatif._drawing import Drawing
from salesteam.incentives._whatif._reach import Gauge, Reach

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
PEOPLE = ("ana", "bo", "cai")
MEAN = 10**9
"""So much money that rounding to the minor unit is less than a part in a billion."""


def world(payees=PEOPLE, **changes):
    """Three people in two teams with quotas, targets and two measures."""
    outlooks = (
        inc.Outlook(measure="bookings", mean=MEAN, spread="50%"),
        inc.Outlook(measure="bookings", mean=2 * MEAN, spread="20%", payee="bo"),
        inc.Outlook(measure="nps", mean="0.5", spread="40%", shape="normal"),
    )
    teams = {"ana": "north", "bo": "north", "cai": "south", "dan": "south"}
    quotas = [
        {"payee": p, "measure": "bookings", "period": m, "quota": str(MEAN + 1000 * i)}
        for i, (p, m) in enumerate(itertools.product(payees, MONTHS))
    ]
    targets = [{"payee": p, "period": m, "target": str(10**8)} for p in payees for m in MONTHS]
    above = {"ana": "bo", "bo": "eve", "cai": "eve"}
    known = {"payees": payees, "periods": MONTHS, "outlooks": outlooks, "quotas": quotas, "targets": targets}
    return inc.World(
        **{**known, "people": [{"payee": p, "team": teams[p], "manager": above.get(p)} for p in payees], **changes}
    )


def plan(component, **keys):
    """A plan of one component, or of those given."""
    parts = component if "method" not in component else {"c": component}
    return inc.plan_of(
        {
            "currency": "CNY", "period": "month", "negative_period": "carry",
            "measures": {"bookings": {"unit": "money", "value": "amount"}, "nps": {"unit": "share"}},
            "components": parts, **keys,
        }
    )  # fmt: skip


def bands(method, bounds="value", **keys):
    """Three bands, below, around and above the mean."""
    bounds_of = {"value": (0, MEAN * 9 // 10, MEAN * 3 // 2), "quota": ("0", "9/10", "3/2")}[bounds]
    amount = method in {"bonus", "interpolated_amount"}
    last = None if method != "interpolated_amount" else (10**13 if bounds == "value" else 10_000)
    tiers = [
        {"from": low, "to": high, **({"amount": money} if amount else {"rate": rate})}
        for low, high, rate, money in zip(
            bounds_of, (*bounds_of[1:], last), ("3%", "5%", "8%"), (10**8, 2 * 10**8, 3 * 10**8), strict=True
        )
    ]
    return {
        "measure": "bookings", "method": method, "bounds": bounds, "tiers": tiers, "edge": "lower_inclusive",
        "accumulate": "period", **keys,
    }  # fmt: skip


CURVE = {
    "measure": "bookings", "method": "curve", "between": "linear", "below": "zero", "above": {"slope": 2},
    "edge": "lower_inclusive", "nodes": [["80%", "50%"], ["100%", "100%"], ["120%", "180%"]],
}  # fmt: skip
TEAM = {
    "of": "plan", "measure": "team.bookings.attainment", "clamp": ["90%", "120%"],
    "round": {"to": "1%", "mode": "floor"}, "join": "product",
}  # fmt: skip
GATE = {"tests": [{"measure": "nps", "at_least": "45%"}], "locks": "c"}
LONG = {"tests": [{"measure": "team.bookings.attainment", "at_least": "105%"}]}
CASES = {
    "flat": plan({"measure": "bookings", "method": "flat", "rate": "7%"}),
    "marginal": plan(bands("marginal")),
    "marginal on quota": plan(bands("marginal", "quota")),
    "marginal, running quarter": plan(bands("marginal", "quota", accumulate="quarter")),
    "marginal, running year": plan(bands("marginal", accumulate="year")),
    "slab": plan(bands("slab")),
    "whole deals, split at each bound": plan(bands("forward", "quota", crossing="split", accumulate="quarter")),
    "slab, running quarter": plan(bands("slab", accumulate="quarter")),
    "from threshold": plan(bands("from_threshold", "quota", threshold="1")),
    "bonus": plan(bands("bonus", "quota")),
    "interpolated": plan(bands("interpolated_amount")),
    "curve": plan(CURVE),
    "curve, attainment rounded": plan(CURVE, attainment_rounding={"to": "5%", "mode": "floor"}),
    "slab, attainment rounded": plan(bands("slab", "quota"), attainment_rounding={"to": "10%", "mode": "nearest"}),
    "bonus in a running quarter, attainment rounded": plan(
        bands("bonus", "quota", accumulate="quarter"), attainment_rounding={"to": "30%", "mode": "floor"}
    ),
    "multiples of a base rate": plan(
        {
            "measure": "bookings", "method": "marginal", "bounds": "quota", "base_rate": "target/quota",
            "accumulate": "period",
            "tiers": [{"from": 0, "to": 1, "multiplier": "1"}, {"from": 1, "to": None, "multiplier": "3/2"}],
        }
    ),
    "gate": plan(bands("marginal"), gates=[GATE]),
    "gate, any": plan(
        bands("marginal"),
        gates=[{**GATE, "needs": "any", "tests": [*GATE["tests"], {"measure": "bookings.attainment", "at_least": "1"}]}],
    ),
    "team coefficient": plan(bands("marginal"), modifiers=[TEAM]),
    "two factors that add up": plan(
        bands("slab"),
        modifiers=[
            {**TEAM, "of": "c", "join": "sum"},
            {
                "of": "c", "measure": "nps", "join": "sum", "edge": "lower_inclusive",
                "tiers": [{"from": -9, "to": "0.5", "multiplier": "90%"}, {"from": "0.5", "to": None, "multiplier": "110%"}],
            },
        ],
    ),
    "factor on a line": plan(
        bands("marginal"),
        modifiers=[
            {
                "of": "c", "measure": "nps", "join": "product", "between": "linear", "edge": "lower_inclusive",
                "nodes": [["0.3", "80%"], ["0.6", "120%"]],
            }
        ],
    ),
    "caps and floors": plan(
        bands("marginal"),
        modifiers=[{**TEAM, "of": "c"}, TEAM],
        caps=[
            {"of": "c", "limit": 4 * 10**7, "at": "before_modifiers", "excess": "lost"},
            {"of": "plan", "limit": "55% target", "at": "after_modifiers", "excess": "lost"},
        ],
        floors=[{"of": "c", "limit": 2 * 10**7, "at": "after_modifiers"}],
    ),
    "caps whose excess waits": plan(
        bands("marginal"),
        modifiers=[{**TEAM, "of": "c"}, TEAM],
        caps=[
            {"of": "c", "limit": 4 * 10**7, "at": "before_modifiers", "excess": "carry"},
            {"of": "plan", "limit": "35% target", "at": "before_modifiers", "excess": "carry"},
        ],
        floors=[{"of": "plan", "limit": 2 * 10**7, "at": "after_modifiers"}],
    ),
    "gates over a quarter": plan(
        {"c": bands("marginal", "quota", accumulate="quarter"), "d": bands("slab")},
        gates=[
            {**LONG, "locks": "plan", "meanwhile": "pay"},
            {**LONG, "locks": {"c.tiers_from": "3/2"}, "meanwhile": "hold"},
        ],
        modifiers=[TEAM],
    ),
    "pool by bookings": plan(
        {
            "method": "pool", "fund": {"rate": "2%", "measure": "team.bookings"}, "shares": {"pro_rata": "bookings"},
            "leavers": "in", "unclaimed": "return",
        }
    ),
    "pool in equal parts behind a gate": plan(
        {
            "method": "pool", "fund": {"rate": "2%", "measure": "team.bookings"}, "shares": "equal", "leavers": "out",
            "unclaimed": "return",
        },
        gates=[GATE],
    ),
    "pool of a fixed sum": plan(
        {
            "method": "pool",
            "fund": 10**8,
            "shares": {"pro_rata": "bookings"},
            "leavers": "in",
            "unclaimed": "return",
            "for": {"team": ["north", "south"]},
        }
    ),
    "pool by written shares": plan(
        {
            "method": "pool",
            "fund": {"rate": "1%", "measure": "team.bookings"},
            "shares": {"ana": "25%", "cai": "50%"},
            "leavers": "in",
            "unclaimed": "return",
        }
    ),
    "pool by written shares, the rest divided anew": plan(
        {
            "method": "pool",
            "fund": {"rate": "1%", "measure": "team.bookings"},
            "shares": {"ana": "25%", "cai": "50%"},
            "leavers": "in",
            "unclaimed": "redistribute",
        }
    ),
    "pool by bookings behind a gate, the rest divided anew": plan(
        {
            "method": "pool", "fund": {"rate": "2%", "measure": "team.bookings"}, "shares": {"pro_rata": "bookings"},
            "leavers": "in", "unclaimed": "redistribute",
        },
        gates=[GATE], floors=[{"of": "c", "limit": 10**7, "at": "after_modifiers"}],
    ),
    "pay divided in equal parts": plan(bands("marginal", accumulate="quarter", pay_split="equal"), modifiers=[TEAM]),
    "pay divided by shares, below a cap on all": plan(
        {"c": bands("marginal", pay_split={"ana": "50%", "cai": "30%"}), "d": bands("slab")},
        gates=[GATE], modifiers=[{**TEAM, "of": "c"}, TEAM],
        caps=[{"of": "plan", "limit": "150% target", "at": "before_modifiers", "excess": "lost"}],
    ),
    "override on pay that is divided": plan(
        {
            "c": bands("slab", pay_split={"bo": "40%", "zoe": "60%"}),
            "d": {
                "method": "override", "base": "pay", "component": "c", "levels": {1: "10%"},
                "hierarchy_at": "period_end",
            },
        },
    ),
    "override on credit": plan(
        {
            "measure": "bookings", "method": "override", "base": "credit", "levels": {1: "2%", 2: "1%"},
            "hierarchy_at": "period_end",
        }
    ),
    "override on pay that runs over a quarter, with a factor": plan(
        {
            "c": bands("marginal", accumulate="quarter"),
            "d": {
                "method": "override", "base": "pay", "component": "c", "levels": {1: "10%"},
                "hierarchy_at": "period_end",
            },
        },
        gates=[GATE], modifiers=[{**TEAM, "of": "c"}],
    ),
    "prizes by place": plan(
        {"measure": "bookings", "method": "rank", "prizes": [3 * 10**8, 2 * 10**8], "ties": "share"},
        modifiers=[{**TEAM, "of": "c"}],
    ),
    "prizes by place, in parts of target, from a score on": plan(
        {
            "measure": "bookings", "method": "rank", "prizes": ["100%", "50%", "25%"], "ties": "dense",
            "pays_of": "target", "minimums": [{"measure": "nps", "at_least": "45%"}],
        },
        floors=[{"of": "plan", "limit": 10**7, "at": "after_modifiers"}],
    ),
    "matrix with planes between its nodes": plan(
        {
            "method": "matrix", "between": "bilinear", "below": "flat",
            "rows": {"measure": "bookings.attainment", "nodes": ["50%", "100%", "150%"]},
            "columns": {"measure": "nps", "nodes": ["0.3", "0.6"]},
            "cells": [["0%", "40%"], ["80%", "100%"], ["150%", "200%"]],
        },
        modifiers=[{**TEAM, "of": "c"}],
    ),
    "matrix in steps": plan(
        {
            "method": "matrix", "between": "step", "edge": "upper_inclusive",
            "rows": {"measure": "bookings.attainment", "nodes": ["50%", "100%", "150%"]},
            "columns": {"measure": "team.bookings.attainment", "nodes": ["0", "1"]},
            "cells": [["10%", "40%"], ["80%", "100%"], ["150%", "200%"]],
        },
        attainment_rounding={"to": "1%", "mode": "nearest"},
    ),
    "two components": plan({"c": bands("marginal"), "d": {**CURVE, "weight": 1}}, caps=[]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_simulation_pays_what_the_exact_engine_pays(name):
    """On the same drawn sums the two differ by less than a part in a billion."""
    there = world(correlation="30%", team_correlation="10%", seasonality={"bookings": (1, 2, 3, 2)})
    costs = inc.simulate(CASES[name], there, scenarios=40, seed=3).costs
    for scenario in range(0, 40, 3):
        exact = exactly(CASES[name], there, 3, scenario, 40)
        assert costs[scenario] == pytest.approx(exact, rel=1e-9), scenario


@given(seed=st.integers(0, 2**64), spread=st.sampled_from(["0", "10%", "80%"]), name=st.sampled_from(sorted(CASES)))
@settings(max_examples=25, deadline=None)
def test_simulation_agrees_for_any_seed(seed, spread, name):
    """Whatever is drawn, even nothing but the mean, the two engines agree."""
    outlooks = (
        inc.Outlook(measure="bookings", mean=MEAN, spread=spread),
        inc.Outlook(measure="nps", mean="0.5", spread=spread, shape="normal"),
    )
    there = world(outlooks=outlooks)
    costs = inc.simulate(CASES[name], there, scenarios=2, seed=seed).costs
    assert costs[1] == pytest.approx(exactly(CASES[name], there, seed, 1, 2), rel=1e-9)


@given(
    step=st.sampled_from([Fraction(1, 100), Fraction(3, 100), Fraction(1, 20), Fraction(1, 3)]),
    count=st.integers(-300, 300),
)
@settings(deadline=None)
def test_a_rounded_number_is_the_nearest_to_what_is_meant(step, count):
    """So that it meets the nodes and bounds of a plan."""
    numbers = np.array([float(step * count)])
    for mode in ("half_even", "half_up", "half_away", "up", "down"):
        arrays.rounded(numbers, float(step), mode)
        assert [float(step * count)] == numbers.tolist()


@given(
    quota=st.one_of(st.integers(1, 1000), st.integers(10**10, 10**11)),
    share=st.fractions(Fraction(1, 100), 3, max_denominator=1000),
    off=st.sampled_from([-1, 0, 1]),
)
@settings(max_examples=200, deadline=None)
def test_a_gate_opens_at_its_bound_and_not_before(quota, share, off):
    """A sum in smallest units has reached a share of a quota exactly when it is that share or more."""
    reached = int(share * quota) + off
    leaf = (("payee", "ana"), "bookings")
    reach = Reach({leaf: np.array([float(reached)])}, 1)
    assert [reached >= share * quota] == reach.reaches(Gauge(leaf, float(quota)), float(share)).tolist()


def test_the_same_seed_gives_the_same_draws():
    """Two runs are equal to the last bit, and another seed gives others."""
    there, made = world(correlation="20%"), CASES["marginal"]
    first, second, other = (inc.simulate(made, there, scenarios=50, seed=seed).costs for seed in (1, 1, 2))
    assert first.tolist() == second.tolist()
    assert first.tolist() != other.tolist()


def test_another_payee_does_not_change_the_draws_of_others():
    """A draw depends on its own key alone, not on who else is there or in which order."""
    made = CASES["marginal"]
    few = drawn(made, world(correlation="20%"), 5, 7, 20)
    many = drawn(made, world(payees=("dan", *reversed(PEOPLE)), correlation="20%"), 5, 7, 20)
    assert few == {key: many[key] for key in few}
    assert any(key[0] == "dan" for key in many)


def test_more_scenarios_begin_with_the_fewer():
    """The first scenarios stay what they were, also over the borders of blocks."""
    there = world(correlation="20%")
    few = inc.simulate(CASES["marginal"], there, scenarios=100, seed=5).costs
    many = inc.simulate(CASES["marginal"], there, scenarios=20_000, seed=5).costs
    assert few.tolist() == many[:100].tolist()
    assert len(set(many[16_300:16_500].tolist())) == 200


def test_another_period_does_not_change_the_draws_of_the_first():
    """A longer year begins as the shorter one did."""
    made = CASES["marginal"]
    short = drawn(made, world(periods=MONTHS[:2]), 5, 1, 10)
    assert short == {key: value for key, value in drawn(made, world(), 5, 1, 10).items() if key in short}


def test_plans_meet_the_same_luck():
    """The error of a difference under common draws is far below that with draws apart."""
    there = world()
    first = inc.simulate(CASES["marginal"], there, scenarios=2000, seed=1)
    second = inc.simulate(CASES["flat"], there, scenarios=2000, seed=1)
    difference = first.against(second)
    assert difference.mean == pytest.approx(second.mean - first.mean)
    assert difference.error < difference.error_apart / 2
    assert difference.sure
    with pytest.raises(InvalidValueError, match="other draws"):
        first.against(inc.simulate(CASES["flat"], there, scenarios=2000, seed=2))


def test_draws_have_the_mean_spread_and_correlation_that_were_asked_for():
    """Lognormal numbers of mean and spread, of which all share a part."""
    made = CASES["flat"]
    there = world(outlooks=(inc.Outlook(measure="bookings", mean=1000, spread="30%"),), correlation="50%")
    full = filled(made)
    drawing = Drawing.of(full, there, compiled(full, there, None).leaves, 9)
    found = {leaf[0][1]: numbers.copy() for leaf, numbers in drawing.draw(there.payees, 0, 0, np.empty(16_384)).items()}
    assert found["ana"].mean() == pytest.approx(100_000, rel=0.01)
    assert found["ana"].std() / found["ana"].mean() == pytest.approx(0.3, rel=0.03)
    assert np.corrcoef(np.log(found["ana"]), np.log(found["bo"]))[0, 1] == pytest.approx(0.5, abs=0.03)


def test_seasons_move_the_mean_between_periods_and_not_the_year():
    """Only the proportions of the weights matter."""
    there = world(outlooks=(inc.Outlook(measure="bookings", mean=1000),), seasonality={"bookings": (1, 3, 0, 0)})
    found = drawn(CASES["flat"], there, 1, 0, 1)
    assert [100_000, 300_000, 0, 0] == [found["ana", "bookings", month] for month in MONTHS]


def test_budget_quantiles_and_chance():
    """A budget at the median is exceeded in half of the scenarios."""
    there = world()
    plain = inc.simulate(CASES["flat"], there, scenarios=1001, seed=1)
    median = round(plain.quantile(0.5), 2)
    found = inc.simulate(CASES["flat"], there, scenarios=1001, seed=1, budget=str(median))
    assert found.chance_over == pytest.approx(0.5, abs=0.002)
    assert found.figures["p5"] < found.figures["p50"] < found.figures["p95"]
    assert found.error == pytest.approx(found.sd / 1001**0.5)
    assert sum(row.mean_minor for row in found.payees) == pytest.approx(found.mean * 100)
    assert sum(found.components.values()) == pytest.approx(found.mean * 100)


def test_a_manager_is_paid_though_the_world_does_not_name_them():
    """Who is only paid on the people below is there for that, and draws nothing."""
    found = inc.simulate(CASES["override on credit"], world(), scenarios=50, seed=1)
    means = {row.payee: row.mean_minor for row in found.payees}
    assert [*PEOPLE, "eve"] == list(means)
    assert means["ana"] == means["cai"] == 0 < means["bo"] < means["eve"]
    assert set() == {holder for holder, *_ in drawn(CASES["override on credit"], world(), 1, 0, 1)} - set(PEOPLE)


def test_an_override_on_pay_is_on_what_all_factors_have_left_of_it():
    """Gates and factors of the plan bend the pay below first, and the override itself again."""
    made = plan(
        {
            "c": bands("marginal"),
            "d": {"method": "override", "base": "pay", "component": "c", "levels": {1: "10%"}, "hierarchy_at": "period_end"},
        },
        gates=[{**GATE, "locks": "plan"}], modifiers=[TEAM],
    )  # fmt: skip
    there = world(people=[{"payee": p, "team": "north", "manager": None if p == "bo" else "bo"} for p in PEOPLE])
    costs = inc.simulate(made, there, scenarios=20, seed=3).costs
    for scenario in range(20):
        assert costs[scenario] == pytest.approx(exactly(made, there, 3, scenario, 20), rel=1e-9)


@pytest.mark.parametrize("fund", [10**8, {"rate": "2%", "measure": "team.bookings"}])
@pytest.mark.parametrize("shares", ["equal", {"pro_rata": "bookings"}, {"ana": "25%", "bo": "50%"}])
def test_who_leaves_shares_in_a_pool_for_their_days(fund, shares):
    """Bo is in the north for half of February and in the south from then on; listed in whichever order."""
    made = plan(
        {"method": "pool", "fund": fund, "shares": shares, "leavers": "prorated", "unclaimed": "redistribute"},
        gates=[GATE], **({} if isinstance(fund, dict) else {"valid": {"from": "2026-01-01"}}),
    )  # fmt: skip
    people = [
        {"payee": "bo", "team": "north", "end": "2026-02-15"},
        {"payee": "bo", "team": "south", "start": "2026-02-15"},
        {"payee": "ana", "team": "north", "start": "2026-01-20"},
        {"payee": "cai", "team": "south", "end": "2026-04-10"},
    ]
    there = world(people=people)
    for seed in range(10):
        paid = {row.payee: row.mean_minor for row in inc.simulate(made, there, scenarios=1, seed=seed).payees}
        exact = by_payee(exact_run(made, there, seed, 0, 1))
        assert exact == pytest.approx({payee: pay for payee, pay in paid.items() if pay}, abs=2 * len(MONTHS))


def test_of_less_than_nothing_no_member_has_a_share():
    """A pool whose fund is below 0 pays nobody, not even a floor; one with nothing in it pays the floor."""
    made = plan(
        {"method": "pool", "fund": {"rate": "2%", "measure": "team.bookings"}, "shares": "equal", "leavers": "in"},
        floors=[{"of": "c", "limit": 500, "at": "after_modifiers"}],
    )  # fmt: skip
    for mean, paid in ((-MEAN, 0), (0, len(PEOPLE) * len(MONTHS) * 50_000)):
        there = world(outlooks=(inc.Outlook(measure="bookings", mean=mean, shape="normal"),))
        assert [paid] == inc.simulate(made, there, scenarios=1, seed=1).costs.tolist()


def test_who_only_shares_in_the_pay_of_others_is_paid_too():
    """Zoe sells nothing; of what the others are paid two fifths are hers, whatever they are."""
    made = plan(bands("marginal", pay_split={"ana": "60%", "zoe": "40%"}))
    means = {row.payee: row.mean_minor for row in inc.simulate(made, world(), scenarios=50, seed=1).payees}
    assert [*PEOPLE, "zoe"] == list(means)
    assert means["bo"] == means["cai"] == 0 < means["zoe"]
    assert means["zoe"] * 3 == pytest.approx(means["ana"] * 2)


def test_who_has_no_part_in_the_number_of_a_team_reads_it_too():
    """Ana is paid for visits and books nothing; what her team books, by whomever, is a factor on her pay."""
    made = plan(
        {"measure": "visits", "method": "flat", "rate": 10**6}, modifiers=[TEAM],
        measures={"bookings": {"unit": "money", "value": "amount"}, "visits": {"unit": "count", "value": "quantity"}},
    )  # fmt: skip
    outlooks = (
        inc.Outlook(measure="visits", mean=900, spread="10%", payee="ana"),
        inc.Outlook(measure="bookings", mean=2 * MEAN, spread="20%", payee="bo"),
    )
    there = world(outlooks=outlooks)
    costs = inc.simulate(made, there, scenarios=10, seed=3).costs
    for scenario in range(10):
        assert costs[scenario] == pytest.approx(exactly(made, there, 3, scenario, 10), rel=1e-9)


@given(
    starts=st.lists(st.integers(-50, 50), unique=True, max_size=3).map(sorted),
    slopes=st.lists(st.sampled_from([-0.5, 0.0, 0.1, 0.25, 2.0]), min_size=4, max_size=4),
    x=st.lists(st.integers(-100, 100), min_size=1, max_size=5),
)
def test_straight_pieces_that_meet_are_computed_as_they_are_written(starts, slopes, x):
    """Bending upward, downward or both ways: each point lies on the line of its piece."""
    lines = [(0.0, slopes[0], 0.0)]
    for at, slope in zip(starts, slopes[1:], strict=False):
        level, before, _ = lines[-1]
        lines.append((level + (before - slope) * at, slope, 0.0))
    ramp = arrays.Ramp([float(at) for at in starts], [True] * len(starts), lines, [False] * len(lines))
    ramp.fill(np.array(x, dtype=float), out := arrays.blank(len(x)), arrays.blank(len(x)))
    pieces = [lines[sum(at <= point for at in starts)] for point in x]
    assert out.tolist() == pytest.approx(
        [level + slope * point for point, (level, slope, _) in zip(x, pieces, strict=True)]
    )


def test_components_are_told_apart():
    """The mean of each component is told, and they sum to the whole."""
    found = inc.simulate(CASES["two components"], world(), scenarios=50, seed=1)
    assert ["c", "d"] == list(found.components)
    assert sum(found.components.values()) == pytest.approx(found.mean * 100)


def test_what_cannot_be_simulated_is_refused_by_name():
    """Deals one by one are told, rather than passed over."""
    spiff = plan({"method": "spiff", "measure": "bookings", "amount": 50, "accumulate": "period"})
    with pytest.raises(ReportError) as caught:
        inc.simulate(spiff, world(), scenarios=1, seed=1)
    assert ["incentives.not-simulated"] == [finding.code for finding in caught.value.report]
    deals = plan(bands("forward", crossing="new_rate"))
    with pytest.raises(ReportError, match=r"components\.c\.crossing cannot be simulated: forward, crossing: new_rate"):
        inc.simulate(deals, world(), scenarios=1, seed=1)
    with pytest.raises(ReportError, match=r"components\.c\.accumulate cannot be simulated: accumulate: transaction"):
        inc.simulate(plan(bands("marginal", accumulate="transaction")), world(), scenarios=1, seed=1)
    with pytest.raises(ReportError, match=r"c\.tiers_from: 0, for no band is left below it"):
        inc.simulate(plan(bands("marginal"), gates=[{**GATE, "locks": {"c.tiers_from": 0}}]), world(), 1, 1)
    with pytest.raises(InvalidValueError):
        inc.simulate(CASES["flat"], world(), scenarios=0, seed=1)


@pytest.mark.parametrize(
    ("people", "about", "told"),
    [
        (None, {"leavers": "in"}, ["not-simulated"]),
        ([{"payee": p} for p in PEOPLE], {"leavers": "in"}, ["not-simulated"]),
        ([{"payee": p, "team": "t", "end": "2026-02-10"} for p in PEOPLE], {}, ["choice-missing"]),
    ],
)
def test_a_pool_is_simulated_once_it_is_clear_who_shares(people, about, told):
    """Members without teams, and people who leave where nothing is said of them, are told."""
    pool = {"method": "pool", "fund": {"rate": "2%", "measure": "team.bookings"}, "shares": "equal", **about}
    with pytest.raises(ReportError) as caught:
        inc.simulate(plan(pool), world(people=people), scenarios=1, seed=1)
    assert told == [finding.code.removeprefix("incentives.") for finding in caught.value.report]
    inc.simulate(plan(pool), world(), scenarios=1, seed=1)


def test_who_lacks_a_number_is_told():
    """Without a quota a curve pays nothing, and the simulation says so."""
    found = inc.simulate(CASES["curve"], world(quotas=None), scenarios=5, seed=1)
    assert 0 == found.mean
    assert {("ana", "2026-01", "c", "incentives.no-quota".removeprefix("incentives."))} <= set(found.lacking)
    assert "12" in found.text()


def test_a_world_is_like_the_past():
    """Mean and spread of each payee are those of the periods; months without sales count."""
    deals = [
        {"transaction": f"T{i}", "date": f"2026-0{month}-05", "amount": amount, "payee": payee}
        for i, (payee, month, amount) in enumerate([("ana", 1, "100"), ("ana", 2, "300"), ("bo", 2, "50")])
    ]
    there = inc.World.of(inc.scheme("assist_split"), inc.Facts(transactions=deals), correlation="10%")
    assert (("ana", "bo"), ("2026-01", "2026-02")) == (there.payees, there.periods)
    assert 200 == there.outlook("ana", "bookings").mean
    assert 25 == there.outlook("bo", "bookings").mean
    assert there.outlook("ana", "bookings").spread == pytest.approx(20_000**0.5 / 200)


def test_progress_is_told():
    """Long simulations can be watched."""
    told = []
    inc.simulate(CASES["flat"], world(), scenarios=20_000, seed=1, progress=lambda done, of: told.append((done, of)))
    assert [(1, 6), (2, 6), (3, 6), (4, 6), (5, 6), (6, 6)] == told


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_results_show_and_explain_themselves(lang):
    """Text, HTML, frames and explanations exist in both languages."""
    found = inc.simulate(CASES["flat"], world(), scenarios=10, seed=1, budget=1)
    assert found.text(lang=lang)
    assert "<table" in found._repr_html_()
    assert all(str(found.explain(figure, lang=lang)) for figure in found.figures)
    assert 10 == len(found.to_frame("costs"))
    assert 3 == len(found.to_frame("payees"))
    assert found.against(found).explain(lang=lang).steps
