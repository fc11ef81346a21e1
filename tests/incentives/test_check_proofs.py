"""What is proven of a plan without data: each code with its witness."""

from __future__ import annotations

import itertools
import json
import sys
from fractions import Fraction as F
from itertools import pairwise

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.incentives.plans import BASE, FLAT, SINK, M, bands, found, one, report, tiered, witnesses

from salesteam import incentives as inc
from salesteam.incentives._check import refused
from salesteam.incentives._curves import alike
from salesteam.incentives._proof._poly import Part, Shape

CURVE = {"method": "curve", "between": "linear", "target": 10000}
N = {"n": {"unit": "count", "value": "quantity", "aggregate": "count"}}
SHARE = {"s": {"unit": "share"}}


def gate(measure, bound, locks="c", **about):
    return {"gates": [{"tests": [{"measure": measure, "at_least": bound}], "locks": locks, **about}]}


def factor(measure="m.attainment", of="c", **about):
    return {"modifiers": [{"of": of, "measure": measure, **about}]}


LADDER = {
    "tiers": bands((0, 1000, "10%"), (1000, 2000, "15%"), (2000, None, "20%")),
    "method": "marginal",
    "accumulate": "period",
}


@pytest.mark.parametrize(
    ("code", "at", "about"),
    [
        ("tier-gap", [("components.c.tiers[0].to", F(50))], tiered((0, 50, "1%"), (51, None, "2%"))),
        ("tier-overlap", [("components.c.tiers[1].from", F(49))], tiered((0, 50, "1%"), (49, None, "2%"))),
        ("tier-overlap", [("components.c.tiers[1].from", F(50))], tiered((0, 51, "1%"), (50, None, "2%"))),
        ("cliff", [("components.c", F(50))], tiered((0, 50, "1%"), (50, None, "2%"))),
        ("cliff", [("components.c", F(10)), ("components.c", F(20))], tiered((0, 10, 1), (10, 20, 2), (20, None, 3), kind="amount", method="bonus")),
        ("cliff", [("components.c", F(1))], one(**CURVE | {"between": "step", "edge": "lower_inclusive"}, nodes=[["0", 0], [1, 1]])),
        ("non-monotone", [("components.c", F(50))], tiered((0, 50, "2%"), (50, None, "1%"))),
        ("non-monotone", [("components.c", F(100))], tiered((0, 100, "2%"), (100, None, "-1%"), method="marginal")),
        ("non-monotone", [("components.c", F(9, 10))], one(**CURVE, nodes=[["70%", 0], ["90%", 2], [1, 1]])),
        ("rate-decreases", [("components.c.tiers[1]", F(50))], tiered((0, 50, "2%"), (50, None, "1%"), method="marginal")),
        ("slow-accelerator", [("components.c", F(1))], one(**CURVE, nodes=[["70%", 0], [1, 1]], above={"slope": 2})),
        ("steep-segment", [("components.c", F(4, 5))], one(**CURVE, nodes=[["80%", 0], ["82%", "32.5%"], [1, 1]])),
        ("gate-unreachable", [("gates[0].tests[0]", F(3, 2))], {"measures": {**M, **SHARE}, **gate("s", "150%")}),
        ("gate-unreachable", [("gates[0].tests[0]", F(60))], {**tiered((0, 50, "1%")), **gate("m", 60)}),
        ("gate-always-true", [("gates[0].tests[0]", F(0))], gate("m", 0)),
        ("gate-always-true", [("gates[0].tests[0]", F(1))], gate("tenure_months", 1)),
        ("gate-always-true", [("gates[0].tests[0]", F(80))], {**one(**LADDER), **gate("m", 80, {"c.tiers_from": 1000})}),
        ("gate-always-true", [("gates[0].tests[0]", F(5000))], {**one(**LADDER), **gate("m", 5000, {"c.tiers_from": 3000})}),
        ("gate-always-true", [("gates[0].tests[0]", F(50))], {**tiered((50, None, "1%"), gaps="zero"), **gate("m", 50)}),
        ("tier-unreachable", [("components.c.tiers[1]", F(200))], tiered((0, 200, "1%"), (200, 400, "2%"), (400, None, "3%"), method="from_threshold", threshold=400)),
        ("tier-unreachable", [("components.c.tiers[1]", F(1))], {"measures": SHARE, "components": {"c": {
            "measure": "s", "method": "bonus", "accumulate": "period", "edge": "upper_inclusive", "tiers": bands((0, 1, 5), (1, 2, 6), kind="amount")}}}),
        ("tier-unreachable", [("components.c.tiers[0]", F(1, 3))], {"measures": N, "components": {"c": {
            "measure": "n", "method": "bonus", "accumulate": "period", "edge": "lower_inclusive", "tiers": bands(("1/3", "1/2", 5), ("1/2", None, 6), kind="amount")}}}),
        ("tier-unreachable", [("components.c.tiers[1]", F(50))], {**tiered((0, 50, "1%"), (50, None, "2%"), accumulate="transaction"),
                                                                "windfall": {"above": 40, "per": "deal", "then": "cap_credit"}}),
        ("cap-below-target", [("caps[0]", None)], {"caps": [{"of": "plan", "limit": "90% target", "at": "after_modifiers"}]}),
        ("cap-below-target", [("caps[0]", None)], {"caps": [{"of": "c", "limit": 9000, "at": "after_modifiers"}], **one(**CURVE, nodes=[[0, 0], [1, 1]])}),
        ("cap-hides-tiers", [("caps[0]", F(1000)), ("caps[0]", F(2000))], {**one(**LADDER), "caps": [{"of": "c", "limit": 100, "at": "after_modifiers"}]}),
        ("cap-hides-tiers", [("caps[0]", F(2000))], {**one(**LADDER), "caps": [{"of": "plan", "limit": 200, "at": "after_modifiers"}]}),
        ("cap-hides-tiers", [("caps[0]", F(2)), ("caps[0]", F(3))], {**one(**CURVE, nodes=[[0, 0], [2, 2], [3, 4]]), "caps": [{"of": "c", "limit": "200% target", "at": "after_modifiers"}]}),
        ("pays-at-zero", [("components.c", F(0))], tiered((0, None, 5), kind="amount", method="bonus")),
        ("pays-nothing-at-target", [("components.c", F(1))], tiered(("120%", None, 5), kind="amount", method="bonus", bounds="quota")),
        ("ote-incoherent", [("components.c", F(1))], one(**CURVE, nodes=[[0, 0], [1, "90%"]])),
        ("ote-incoherent", [("components.c", F(100000))], {**one(method="flat", rate="10%", target=9000), "quotas": {"measure": "m", "amount": 100000}}),
        ("ote-incoherent", [("components", F(1))], {"components": {k: {"measure": "m", "method": "curve", "between": "linear", "nodes": [[0, 0], [1, 1]]} for k in ("a", "b")}}),
        ("seasonality-not-1", [("quotas[0].weights", None)], {"quotas": {"measure": "m", "amount": 1, "period": "quarter", "weights": ["30%", "30%", "30%"]}}),
        ("seasonality-count", [("quotas[0].weights", None)], {"quotas": {"measure": "m", "amount": 1, "period": "quarter", "weights": ["50%", "50%"]}}),
        ("milestones-not-1", [("release[0].milestones", None)], {"release": {"milestones": [{"event": "signed", "share": "50%"}]}}),
        ("weights-not-1", [("components.c.objectives", None)], one(method="mbo", objectives=[{"measure": "m", "weight": "90%"}], measure=None)),
        ("weights-not-1", [("components.c.pay_split", None)], one(method="flat", rate="1%", pay_split={"A": "60%", "B": "50%"})),
        ("fx-mismatch", [("fx.quota_rate_on", None)], {"fx": {"rate_on": "period_end", "quota_rate_on": "plan_rate"}}),
        ("non-monotone", [("draw[0]", F(2000))], {"draw": {"kind": "recoverable", "amount": 2000, "repay_from": "all_earnings"}}),
        ("non-monotone", [("components.c.prizes[1]", F(2))], one(method="rank", ties="share", prizes=[100, 200])),
        ("cliff", [("gates[0]", F(1000))], {**one(**LADDER), **gate("m", 1000)}),
        ("cliff", [("gates[0]", F(4, 5))], gate("m.attainment", "80%")),
        ("cliff", [("gates[0]", F(1500))], {**one(**LADDER), **gate("m", 1500, {"c.tiers_from": 1000})}),
        ("cliff", [("gates[0]", F(800))], {**one(**LADDER), **gate("m.attainment", "80%"), "quotas": {"measure": "m", "amount": 1000}}),
        ("non-monotone", [("modifiers[0]", F(9, 10))], factor(edge="lower_inclusive", tiers=bands((0, "90%", 1), ("90%", None, "0.5"), kind="multiplier"))),
        ("non-monotone", [("modifiers[0]", F(0))], factor("s", between="linear", nodes=[[0, 1], [1, "0.5"]]) | {"measures": {**M, **SHARE}}),
        ("non-monotone", [("components.c.columns.nodes[1]", F(1))], {"measures": {**M, **SHARE}, **one(method="matrix", measure=None, between="bilinear", rows={"measure": "m.attainment", "nodes": [0]}, columns={"measure": "s", "nodes": [0, 1]}, cells=[["50%", "40%"]])}),
        ("cliff", [("components.c.rows.nodes[0]", F(4, 5))], {"measures": {**M, **SHARE}, **one(method="matrix", measure=None, between="bilinear", rows={"measure": "m.attainment", "nodes": ["80%", 1]}, columns={"measure": "s", "nodes": [0]}, cells=[["50%"], [1]])}),
        ("cliff", [("components.c.tables[0].tiers[1]", F(50))], one(method="lookup", tables=[{"measure": "m", "edge": "lower_inclusive", "tiers": bands((0, 50, "1%"), (50, None, "2%"))}])),
        ("non-monotone", [("components.c", F(1))], one(**CURVE, nodes=[[0, 0], [1, 1]], above={"rate": "-6%"})),
        ("slow-accelerator", [("components.c", F(1))], {**one(**CURVE, nodes=[[0, 0], [1, 1]], above={"rate": "6%"}), "quotas": {"measure": "m", "amount": 100000}}),
        ("tier-gap", [("modifiers[0].tiers[0].to", F(5))], factor("tenure_months", edge="lower_inclusive", tiers=bands((1, 5, 1), (6, None, 2), kind="multiplier"))),
        ("scale-overflow", [("components.c", None)], one(method="flat", rate="1/9999999999999999961")),
    ],
)  # fmt: skip
def test_each_flaw_is_found_with_a_witness(code, at, about):
    """The point is the bound or a number that shows it, in the unit of the measure; one finding for each point."""
    assert at == witnesses(code, **about)
    assert all(f.text("en") and f.text("zh") for f in found(code, **about))


@pytest.mark.parametrize(
    ("code", "about"),
    [
        ("cliff", tiered((0, 50, "1%"), (50, None, "2%"), method="marginal")),
        ("cliff", tiered((0, None, 5), kind="amount", method="bonus")),
        ("cliff", gate("m.attainment", "80%", when="transaction")),
        ("tier-gap", {"measures": N, "components": {"c": {"measure": "n", "method": "bonus", "accumulate": "period", "edge": "closed", "tiers": bands((1, 10, 5), (11, None, 6), kind="amount")}}}),
        ("slow-accelerator", one(**CURVE, nodes=[["50%", 0], [1, 1]], above={"slope": 3})),
        ("steep-segment", one(**CURVE, nodes=[["70%", 0], [1, 1]], above={"slope": 2})),
        ("gate-always-true", gate("m.attainment", "80%")),
        ("gate-unreachable", gate("m.attainment", "300%")),
        ("cap-hides-tiers", {**one(**LADDER), "caps": [{"of": "c", "limit": 400, "at": "after_modifiers"}]}),
        ("cap-hides-tiers", {**one(**LADDER), "caps": [{"of": "c", "limit": 100, "at": "after_modifiers"}], **factor("m", of="c", clamp=["0", 1])}),
        ("pays-nothing-at-target", {"components": {**FLAT, "more": tiered(("120%", None, 5), kind="amount", method="bonus", bounds="quota")["components"]["c"]},
                                    "quotas": {"measure": "m", "amount": 10}}),
        ("ote-incoherent", one(**CURVE, nodes=[[0, 0], [1, 1], [2, 3]])),
        ("ote-incoherent", {"components": {k: {"measure": "m", "method": "curve", "between": "linear", "nodes": [[0, 0], [1, 1]], "weight": "50%"} for k in ("a", "b")}}),
        ("weights-not-1", {"components": {r: {**FLAT["c"], "weight": 1, "for": {"role": r}} for r in ("ae", "sdr")}}),
        ("non-monotone", {"draw": {"kind": "recoverable", "amount": 2000, "repay_from": "above_draw"}}),
        ("non-monotone", tiered((0, 100, "1%"), (100, 300, "2%"), method="proportional_rate")),
        ("fx-mismatch", {"fx": {"rate_on": "plan_rate", "quota_rate_on": "plan_rate"}}),
    ],
)  # fmt: skip
def test_what_is_no_flaw_is_left_alone(code, about):
    """The same shapes without the flaw."""
    assert [] == witnesses(code, **about)


def test_a_rate_that_rises_with_the_sum_bends_and_its_fall_is_found_exactly():
    """It pays s · (10 % − 30 % (s − 100) / 100) from 100 on: it falls from the first point on, and once."""
    falls = witnesses("non-monotone", **tiered((0, 100, "10%"), (100, 200, "-30%"), method="proportional_rate"))
    assert [("components.c", F(100))] == falls
    turning = tiered((0, 100, "50%"), (100, 1000, "-45%"), method="proportional_rate")
    assert [("components.c", F(550))] == witnesses("non-monotone", **turning)


def test_a_group_needs_an_order():
    """Two components of a group with equal priority refuse the plan; different people, or priorities, do not."""
    twins = {name: {**FLAT["c"], "group": "g", "priority": 1} for name in ("a", "b")}
    assert ["error"] == [f.severity.value for f in found("order-matters", components=twins)]
    ranked = {**twins, "b": {**twins["b"], "priority": 2}}
    apart = {name: {**c, "for": {"role": name}} for name, c in twins.items()}
    assert [] == found("order-matters", components=ranked) + found("order-matters", components=apart)


def test_what_hangs_on_the_order_of_rows_is_a_note():
    """Deals of a day, the first few of a window, gates row by row."""
    forward = one(
        method="forward",
        accumulate="period",
        edge="lower_inclusive",
        crossing="old_rate",
        tiers=bands((0, 10, "1%"), (10, None, "2%")),
    )
    spiff = one(method="spiff", measure=None, accumulate="period", amount=5, first=2)
    for about in (forward, spiff, gate("m", 5, when="transaction")):
        assert ["note"] == [f.severity.value for f in found("order-matters", **about)]


def test_an_override_beside_a_roll_up_is_told():
    """The same deal reaches the manager twice."""
    over = {
        "o": {
            "method": "override",
            "base": "credit",
            "measure": "m",
            "levels": {"1": "2%"},
            "hierarchy_at": "period_end",
        }
    }
    rollup = {"rollup": {"levels": "once", "hierarchy_at": "period_end"}}
    assert ["components.o"] == [
        f.place.key for f in found("override-and-rollup", components={**FLAT, **over}, **rollup)
    ]
    assert [] == found("override-and-rollup", components={**FLAT, **over})


def test_each_day_of_a_number_is_proven():
    """A rate that falls below the band before it in July is found, though today it does not."""
    low = {
        "values": [
            {"value": "3%", "reason": "r", "source": "s"},
            {"value": "1%", "from": "2026-07-01", "reason": "r", "source": "s"},
        ]
    }
    about = tiered((0, 10, "2%"), (10, None, "$low"), method="marginal") | {
        "parameters": {"low": low},
        "parameters_at": "transaction_date",
    }
    assert [("components.c.tiers[1]", F(10))] == witnesses("rate-decreases", **about)


def test_the_whole_language_holds_together():
    """A plan with every method and every term has no error."""
    errors = inc.read(json.dumps(SINK)).report.errors
    assert [] == [f.text() for f in errors]


rationals = st.fractions(min_value=-3, max_value=3, max_denominator=4)
pieces = st.lists(
    st.tuples(st.integers(0, 6), st.booleans(), st.lists(rationals, min_size=1, max_size=4)),
    min_size=0,
    max_size=3,
    unique_by=lambda p: p[0],
)


@given(first=st.lists(rationals, min_size=1, max_size=4), later=pieces)
def test_a_fall_is_found_wherever_pay_falls_and_nowhere_else(first, later):
    """For every shape of polynomials to the third degree: what a fine grid sees is found; what is found is so."""
    parts = [
        Part(start=None, poly=tuple(first)),
        *(Part(start=F(a), owns_start=own, poly=tuple(p)) for a, own, p in sorted(later)),
    ]
    shape = Shape(parts=tuple(parts))
    falls = list(shape.falls())
    grid = [F(k, 8) for k in range(-24, 80)]
    seen = [(a, b) for a, b in pairwise(grid) if shape.at(b) < shape.at(a)]
    assert falls or not seen
    assert all(f.after < f.before for f in falls)
    assert len({f.at for f in falls}) == len(falls)


@given(st.data())
def test_a_component_that_check_calls_monotone_is(data):
    """Where nothing is said of falling, more never pays less, at any two points."""
    count = data.draw(st.integers(1, 3))
    rates = [data.draw(st.integers(-3, 9)) for _ in range(count)]
    rows = [(10 * k, 10 * (k + 1) if k + 1 < count else None, f"{r}%") for k, r in enumerate(rates)]
    about = tiered(
        *rows,
        method=data.draw(st.sampled_from(["marginal", "slab"])),
        edge=data.draw(st.sampled_from(["lower_inclusive", "upper_inclusive"])),
    )
    plan = inc.read(json.dumps({**BASE, **about})).value
    curve = inc.curve(plan, "c")
    grid = [F(k, 2) for k in range(-10, 80)]
    falls = [a for a, b in pairwise(grid) if curve.at(b) < curve.at(a)]
    assert bool(falls) == bool([f for f in inc.check(plan) if f.code == "incentives.non-monotone"])


def parts(tree, path=()):
    """Every place of a tree."""
    yield path
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield from parts(value, (*path, key))


PATHS = [p for p in parts(SINK) if p]
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**19), 10**19), st.sampled_from(["", "x", "$low", "$no", "0", "-1", "150%", "1/3", "plan", "deal", "team.m",
    "m.attainment", "tenure_months", "slab", "closed", "step", "cumulative", "200% target", "2026-01-01", "equal", "rest", "curve", "matrix", "pool"]),
    st.lists(st.integers(0, 2), max_size=2), st.just({}), st.just([]),
)  # fmt: skip


def changed(tree, path, value, *, gone):
    """A copy of a tree with one place replaced, or gone."""
    key, rest = path[0], path[1:]
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    if not rest and gone:
        del copy[key]
    else:
        copy[key] = value if not rest else changed(copy[key], rest, value, gone=gone)
    return copy


@given(st.lists(st.tuples(st.sampled_from(PATHS), SCALARS, st.booleans()), min_size=1, max_size=4))
def test_check_never_raises(changes):
    """Whatever a file holds, there is a report and no exception, in both languages."""
    tree = json.loads(json.dumps(SINK))
    for path, value, gone in changes:
        try:
            tree = changed(tree, path, value, gone=gone)
        except (KeyError, IndexError, TypeError):
            continue
    loaded = inc.read(json.dumps(tree))
    assert isinstance(loaded.report.text("zh"), str)
    if loaded.value is not None:  # the short way of `pay` refuses what `check` refuses, and nothing else
        assert refused(loaded.value).ok == inc.check(loaded.value).ok


@given(st.data())
def test_check_never_raises_on_nouns_made_by_hand(data):
    """A plan that no file could hold is checked too."""
    plan = inc.read(json.dumps(SINK)).value
    name = data.draw(st.sampled_from(sorted(plan.components)))
    other = data.draw(st.sampled_from(sorted(plan.components)))
    c = plan.components[name]
    bits = {
        f.name: data.draw(st.sampled_from([getattr(c, f.name), getattr(plan.components[other], f.name)]))
        for f in attrs.fields(type(c))
    }
    bent = attrs.evolve(
        plan,
        components={**plan.components, name: type(c)(**bits)},
        quotas=data.draw(st.sampled_from([(), plan.quotas])),
    )
    assert isinstance(inc.check(bent).text("zh"), str)
    assert refused(bent).ok == inc.check(bent).ok


def test_what_is_remembered_of_a_plan_is_of_that_plan_alone():
    """One value more, of another type or in another order, and the plan is another; a plan that has changed too."""
    values = [1, True, F(1), "1", None, (1, 2), (2, 1), {"a": 1}, {"a": True}, {"a": 1, "b": 2}, {"b": 2, "a": 1}]
    assert len(values) == len({alike(value) for value in values})
    plan = inc.plan_of({**BASE, "components": {"c": {**LADDER, "measure": "m"}}})
    assert refused(plan).ok
    assert alike(plan) == alike(attrs.evolve(plan))
    plan.components["c"] = attrs.evolve(plan.components["c"], edge="nowhere", measure="nothing")
    assert not refused(plan).ok


def calls(plan):
    """How many functions a check calls."""
    count = itertools.count()
    sys.setprofile(lambda *_: next(count))
    try:
        inc.check(plan)
    finally:
        sys.setprofile(None)
    return next(count)


def test_a_check_takes_as_long_as_the_plan_is():
    """Four times the tiers take about four times the work, not sixteen times."""
    few, many = (
        inc.plan_of(
            {
                **BASE,
                "components": {
                    "c": {
                        **LADDER,
                        "measure": "m",
                        "tiers": bands(*[(i, i + 1, f"{i + 1}/1000") for i in range(n)], (n, None, 1)),
                    }
                },
            }
        )
        for n in (100, 400)
    )
    assert calls(many) < 6 * calls(few)


def test_a_plan_without_anything_is_checked():
    """No measure, no component."""
    assert isinstance(report(measures={}, components={}).text(), str)
