"""Simulation of random plans: whatever the plan says, both engines pay the same on what was drawn."""

from __future__ import annotations

from fractions import Fraction

import attrs
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.incentives.language import AT, PAYEES, PEOPLE, QUOTAS, TARGETS, plans
from tests.incentives.simulated import by_payee, exact_run

from salesteam import incentives as inc
from salesteam.core._table import _arrays as arrays
from salesteam.errors import ReportError
from salesteam.incentives import Gate, GateTest, Limit
from salesteam.incentives._bending import Lock

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
QUARTERS = ("2026-Q1", "2026-Q2")
SUMS = ("m", "margin", "x", "y", "n", "units", "ready", "crew", "whole")
"""Measures of which something is expected, besides the scores `nps` and `health`."""


@st.composite
def worlds(draw, period, payees=PAYEES):
    """A world of small whole numbers, so that bounds are hit and places are tied."""
    spread = st.sampled_from(["0", "60%"])
    outlooks = [
        inc.Outlook(
            measure=name, mean=draw(st.sampled_from([0, 2, 10, 40])), spread=draw(spread), shape="normal", payee=payee,
        )
        for name in SUMS
        for payee in draw(st.sampled_from([(None,), payees]))
    ]  # fmt: skip
    outlooks.append(inc.Outlook(measure="nps", mean=15, spread=draw(spread), low=0))
    outlooks.append(inc.Outlook(measure="health", mean="0.5", spread=draw(spread), shape="normal"))
    return inc.World(
        payees=payees, periods=MONTHS if period == "month" else QUARTERS, outlooks=outlooks, people=PEOPLE,
        quotas=QUOTAS, targets=TARGETS,
    )  # fmt: skip


def agree(plan, there, seed):
    """Compare the cost of a few scenarios where measures are ready; each line may be rounded once, each limit too."""
    plan = attrs.evolve(plan, measures={n: attrs.evolve(m, value=None) for n, m in plan.measures.items()})
    try:
        found = inc.simulate(plan, there, scenarios=3, seed=seed)
    except ReportError as error:
        assume({"incentives.not-simulated"} != {finding.code for finding in error.report.errors})
        raise
    for scenario, cost in enumerate(found.costs):
        run = exact_run(plan, there, seed, scenario, 3)
        assert cost == pytest.approx(run.total.minor, rel=1e-9, abs=2 * len(run.payouts) + 1)
    exact = by_payee(run := exact_run(plan, there, seed, 0, 1))
    for row in inc.simulate(plan, there, scenarios=1, seed=seed).payees:
        assert row.mean_minor == pytest.approx(exact.get(row.payee, 0), rel=1e-9, abs=2 * len(run.payouts) + 1)


@given(data=st.data(), seed=st.integers(0, 9))
@settings(deadline=None)
def test_prizes_by_place_are_those_of_the_exact_engine(data, seed):
    """Ties share, or not; who misses a minimum is not placed; gates, factors and limits bend prizes too."""
    plan = data.draw(plans(only=["rank"], features=("bent", "sums")))
    agree(plan, data.draw(worlds(plan.period)), seed)


@given(data=st.data(), seed=st.integers(0, 9))
@settings(deadline=None)
def test_overrides_are_those_of_the_exact_engine(data, seed):
    """On credit or pay of the people below, at several levels, also for a manager whom the world does not name."""
    kinds = ["tiered", "flat", "rank", "pool", "override", "override"]
    plan = data.draw(plans(only=kinds, features=data.draw(st.sampled_from([(), ("bent",), ("bent", "sums", "for")]))))
    assume(inc.check(plan).ok)
    shared = any(
        c.method == "pool" or (c.measure is not None and plan.measures[c.measure].scope != "payee")
        for c in plan.components.values()
    )  # all people of a team have a part in its pool and its number
    payees = PAYEES if shared else data.draw(st.sampled_from([PAYEES, PAYEES[:2], PAYEES[1:]]))
    agree(plan, data.draw(worlds(plan.period, payees)), seed)


@given(data=st.data(), seed=st.integers(0, 9))
@settings(deadline=None)
def test_matrices_are_those_of_the_exact_engine(data, seed):
    """On nodes, in steps and between nodes; an empty cell pays nobody, not even a floor."""
    plan = data.draw(plans(only=["matrix"], features=data.draw(st.sampled_from([(), ("bent", "sums")]))))
    there = data.draw(worlds(plan.period))
    near = [
        inc.Outlook(
            measure=measure, mean=data.draw(st.sampled_from(means)), spread=data.draw(st.sampled_from(["0", "50%"])),
            shape="normal", payee=payee, low=0 if measure == "nps" else None,
        )
        for measure, means in {"nps": [0, 10, 15, 20, 30, 40], "health": ["0", "0.25", "0.5", "1", "1.5"]}.items()
        for payee in PAYEES
    ]  # fmt: skip
    agree(plan, attrs.evolve(there, outlooks=(*near, *there.outlooks)), seed)


@given(data=st.data(), seed=st.integers(0, 9))
@settings(deadline=None)
def test_whole_deals_at_one_rate_are_those_of_the_exact_engine(data, seed):
    """Where a measure is fed by ready numbers, each of them is one deal, at the rate before or after it, or split."""
    features = data.draw(st.sampled_from([(), ("bent", "sums", "rounded"), ("locks", "for"), ("quotas",)]))
    tiered = plans(only=["tiered"], features=features)
    plan = data.draw(tiered.filter(lambda plan: plan.components["c0"].method == "forward"))
    assume(inc.check(plan).ok)
    agree(plan, data.draw(worlds(plan.period)), seed)


@given(data=st.data(), seed=st.integers(0, 9))
@settings(deadline=None)
def test_all_other_methods_are_those_of_the_exact_engine(data, seed):
    """Bands, curves, tables, objectives and pools, with all that bends them."""
    kinds = ["tiered", "tiered", "curve", "flat", "lookup", "mbo", "pool"]
    features = data.draw(
        st.sampled_from([(), ("bent",), ("bent", "sums", "rounded"), ("quotas", "bent"), ("for", "locks")])
    )
    plan = data.draw(plans(only=kinds, features=features))
    assume(inc.check(plan).ok)
    agree(plan, data.draw(worlds(plan.period)), seed)


@given(data=st.data(), seed=st.integers(0, 9))
@settings(deadline=None)
def test_pay_that_is_divided_is_that_of_the_exact_engine(data, seed):
    """Equally, or by shares that may leave some for nobody; with overrides on it, and limits on those who share."""
    features = data.draw(st.sampled_from([(), ("dated",), ("bent", "sums"), ("bent", "sums", "for")]))
    kinds = ["tiered"] if "dated" in features else ["tiered", "flat", "curve", "pool", "rank", "override"]
    plan = data.draw(plans(only=kinds, features=features))
    split = st.sampled_from([None, "equal", {"ana": Fraction(3, 5), "zoe": Fraction(1, 3)}, {"bo": Fraction(1)}])
    parts = {name: attrs.evolve(c, pay_split=data.draw(split)) for name, c in plan.components.items()}
    of = st.sampled_from([*parts, "plan"])
    caps = st.builds(Limit, of=of, limit=st.just(Fraction(3)), at=AT, excess=st.just("carry"))
    more = data.draw(st.lists(caps, max_size=1)) if "sums" in features else []
    plan = attrs.evolve(plan, components=parts, caps=(*plan.caps[:1], *more))
    assume(inc.check(plan).ok)
    agree(plan, data.draw(worlds(plan.period)), seed)


@given(data=st.data(), seed=st.integers(0, 9))
@settings(deadline=None)
def test_pools_are_those_of_the_exact_engine(data, seed):
    """Whoever leaves for a part of the time or stands behind a closed gate, in whichever order people are listed."""
    features = data.draw(st.sampled_from([(), ("bent",), ("bent", "sums"), ("bent", "for"), ("rounded", "quotas")]))
    plan = data.draw(plans(only=["pool"], features=features).flatmap(gated))
    plan = attrs.evolve(plan, gates=plan.gates[:1])  # pay asks no further gate once one is closed
    assume(inc.check(plan).ok)
    there = data.draw(worlds(plan.period))
    agree(plan, attrs.evolve(there, people=data.draw(st.permutations(PEOPLE))), seed)


@st.composite
def gated(draw, plan):
    """A plan with gates on its components, the plan or upper bands, over intervals longer than the pay period too."""
    tests = st.sampled_from(
        [
            GateTest(measure="m.attainment", at_least=Fraction(1, 2)),
            GateTest(measure="nps", at_least=Fraction(20)),
            GateTest(measure="team.x", at_least=Fraction(40)),
        ]
    )
    locks = [*plan.components, "plan"]
    locks += [
        Lock(name, draw(st.sampled_from(c.tiers)).from_) for name, c in plan.components.items() if len(c.tiers) > 1
    ]
    gates = st.builds(
        Gate, tests=st.lists(tests, min_size=1, max_size=2).map(tuple), needs=st.sampled_from(["all", "any"]),
        locks=st.sampled_from(locks), when=st.sampled_from(["interval_end", "interval_end", "transaction"]),
        meanwhile=st.sampled_from(["pay", "hold"]),
    )  # fmt: skip
    return attrs.evolve(plan, gates=tuple(draw(st.lists(gates, min_size=1, max_size=2))))


@given(data=st.data(), seed=st.integers(0, 9))
@settings(deadline=None)
def test_gates_over_longer_intervals_are_those_of_the_exact_engine(data, seed):
    """Over a quarter or year, as far as the world goes; of whole components, the plan, or upper bands of a running sum."""
    features = data.draw(st.sampled_from([(), ("quotas",), ("bent", "sums"), ("for",), ("dated",)]))
    plan = data.draw(plans(only=["tiered", "tiered", "curve", "flat"], features=features).flatmap(gated))
    assume(inc.check(plan).ok)
    agree(plan, data.draw(worlds(plan.period)), seed)


@given(data=st.data(), seed=st.integers(0, 9))
@settings(deadline=None)
def test_numbers_that_change_within_an_interval_are_those_of_the_exact_engine(data, seed):
    """A way is paid by the numbers of its own period, though the sum began under others."""
    plan = data.draw(plans(only=["tiered"], features=data.draw(st.sampled_from([("dated",), ("dated", "bent")]))))
    assume(inc.check(plan).ok)
    agree(plan, data.draw(worlds(plan.period)), seed)


def changing(first, later):
    """A number of a plan that changes after the first month."""
    return {"values": [{"value": first}, {"value": later, "from": "2026-02-01"}]}


@pytest.mark.parametrize("changed", ["opens", "most", "limit"])
def test_what_bends_pay_may_change_from_one_month_to_the_next(changed):
    """A gate, a factor and a cap hold with the numbers of their own month, though nothing else changes."""
    numbers = {"opens": ("50%", "150%"), "most": ("90%", "80%"), "limit": (95, 60)}
    held = {name: changing(first, later if name == changed else first) for name, (first, later) in numbers.items()}
    plan = inc.plan_of(
        {
            "currency": "CNY", "period": "month", "negative_period": "carry", "parameters": held,
            "valid": {"from": "2026-01-01"}, "parameters_at": "period_start",
            "measures": {"m": {"unit": "money", "value": "amount"}},
            "components": {"c": {"measure": "m", "method": "flat", "rate": "10%"}},
            "gates": [{"tests": [{"measure": "m.attainment", "at_least": "$opens"}], "locks": "c"}],
            "modifiers": [{"of": "c", "measure": "m.attainment", "clamp": ["0%", "$most"], "join": "product"}],
            "caps": [{"of": "c", "limit": "$limit", "at": "after_modifiers", "excess": "lost"}],
        }
    )  # fmt: skip
    months = ("2026-01", "2026-02", "2026-03")
    there = inc.World(
        payees=("ana",), periods=months, outlooks=(inc.Outlook(measure="m", mean=1000),),
        quotas=[{"payee": "ana", "measure": "m", "period": month, "quota": 1000} for month in months],
    )  # fmt: skip
    expected = {"opens": 90 + 0 + 0, "most": 90 + 80 + 80, "limit": 90 + 60 + 60}[changed]
    assert inc.simulate(plan, there, scenarios=1, seed=1).costs[0] == pytest.approx(expected * 100)


def test_who_moves_takes_their_numbers_along_to_the_other_team():
    """The number of a team is that of its members of the month."""
    plan = inc.plan_of(
        {
            "currency": "CNY", "period": "month", "negative_period": "carry",
            "measures": {"m": {"unit": "money", "value": "amount"}},
            "components": {"c": {"measure": "team.m", "method": "flat", "rate": "10%"}},
        }
    )  # fmt: skip
    people = [
        {"payee": "ana", "start": "2026-01-01", "team": "north"},
        {"payee": "bo", "start": "2026-01-01", "end": "2026-03-01", "team": "north"},
        {"payee": "bo", "start": "2026-03-01", "team": "south"},
    ]
    months = ("2026-01", "2026-02", "2026-03", "2026-04")
    outlooks = (inc.Outlook(measure="m", mean=1000),)
    there = inc.World(payees=("ana", "bo"), periods=months, outlooks=outlooks, people=people)
    found = inc.simulate(plan, there, scenarios=1, seed=1)
    together, alone = 200 + 200, 100 + 100
    assert {"ana": together + alone, "bo": together + alone} == {
        row.payee: row.mean_minor / 100 for row in found.payees
    }


@given(data=st.data(), seed=st.integers(0, 9))
@settings(deadline=None)
def test_pay_that_waits_above_a_cap_is_that_of_the_exact_engine(data, seed):
    """On components, on those that others are paid on, and on the plan; paid in a period without any other pay too."""
    features = data.draw(
        st.sampled_from([("bent",), ("bent", "sums"), ("bent", "sums", "for"), ("bent", "sums", "quotas")])
    )
    plan = data.draw(plans(only=["tiered", "flat", "curve", "rank", "override"], features=features))
    of = st.sampled_from([*plan.components, "plan"] if "sums" in features else list(plan.components))
    limit = st.sampled_from([Fraction(1), Fraction("3.33"), Fraction(20), "50% target"])
    carried = st.builds(Limit, of=of, limit=limit, at=AT, excess=st.just("carry"))
    plan = attrs.evolve(plan, caps=(*plan.caps[:1], *data.draw(st.lists(carried, min_size=1, max_size=2))))
    assume(inc.check(plan).ok)
    agree(plan, data.draw(worlds(plan.period)), seed)


@given(
    runners=st.integers(1, 6).flatmap(
        lambda n: st.lists(
            st.lists(st.sampled_from([None, 0, 1, 2, 3]), min_size=n, max_size=n), min_size=1, max_size=4
        )
    ),
    amounts=st.lists(st.sampled_from([0, 6, 12, 60]), min_size=1, max_size=4),
    ties=st.sampled_from(["share", "same", "dense"]),
)
@settings(max_examples=400, deadline=None)
def test_prizes_of_many_scenarios_at_once_are_those_of_each(runners, amounts, ties):
    """Scenario by scenario the places are counted by hand; None is not placed."""
    numbers = np.array([[-1.0 if x is None else x for x in row] for row in runners], dtype=float)
    missed = [np.array([row[who] is None for row in runners]) for who in range(len(runners[0]))]
    found = arrays.prizes(list(numbers.T), missed, amounts, ties)
    for scenario, row in enumerate(runners):
        placed = [x for x in row if x is not None]
        for who, mine in enumerate(row):
            assert by_hand(mine, placed, amounts, ties) == pytest.approx(found[who, scenario])


def by_hand(mine, placed, amounts, ties):
    """What one runner wins."""
    if mine is None:
        return 0
    before = len({x for x in placed if x > mine}) if ties == "dense" else sum(x > mine for x in placed)
    covered = range(before, before + placed.count(mine)) if ties == "share" else [before]
    return sum(amounts[place] for place in covered if place < len(amounts)) / len(covered)
