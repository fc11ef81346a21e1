"""Simulation deal by deal: what the exact engine pays on the deals that were drawn, one after the other."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.incentives.language import AT, PAYEES, PEOPLE, QUOTAS, TARGETS, plans
from tests.incentives.simulated import by_payee, dealt_facts

from salesteam import incentives as inc
from salesteam.core._table import _arrays as arrays
from salesteam.errors import InvalidValueError, ReportError
from salesteam.incentives import Component, Gate, GateTest, Limit
from salesteam.incentives._bending import Lock, Windfall
from salesteam.incentives._filled import filled
from salesteam.incentives._parts import Where, Window
from salesteam.incentives._whatif._compile import compiled
from salesteam.incentives._whatif._drawing import Drawing

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
QUARTERS = ("2026-Q1", "2026-Q2")
DEALT = ("m", "margin", "x", "y", "units", "crew", "whole")
"""Measures that come as single deals, each with deals of its own."""


@st.composite
def worlds(draw, period, shapes=("lognormal", "lognormal", "normal")):
    """Few deals of few units of money, so that bounds are hit, and many periods have none."""
    about = [
        {
            "mean": draw(st.sampled_from([2, 10, 40])), "deals": deals, "law": law, "payee": payee, "measure": name,
            "spread": draw(st.sampled_from(["0", "60%"])), "deal_spread": draw(st.sampled_from(["0", "50%", "200%"])),
            "shape": draw(st.sampled_from(shapes)),
        }
        for name in DEALT
        for payee in draw(st.sampled_from([(None,), PAYEES]))
        for law, deals in [draw(st.sampled_from([("poisson", "0.5"), ("poisson", 2), ("fixed", 1), ("fixed", 3)]))]
    ]  # fmt: skip
    outlooks = [inc.Outlook(**each) for each in about]
    outlooks.append(inc.Outlook(measure="nps", mean=15, spread=draw(st.sampled_from(["0", "60%"])), low=0))
    outlooks.append(inc.Outlook(measure="health", mean="0.5", spread="40%", shape="normal"))
    outlooks.append(inc.Outlook(measure="ready", mean=20, spread="40%"))
    return inc.World(
        payees=PAYEES, periods=MONTHS if period == "month" else QUARTERS, outlooks=outlooks, people=PEOPLE,
        quotas=QUOTAS, targets=TARGETS, correlation=draw(st.sampled_from([0, "30%"])),
        seasonality=draw(st.sampled_from([{}, {"m": (1, 3, 1, 2) if period == "month" else (1, 2)}])),
    )  # fmt: skip


def dealt(plan):
    """A plan whose sums are each of deals of their own, and whose other measures come ready."""

    def one(name, measure):
        if name not in DEALT:
            return attrs.evolve(measure, value=None, aggregate="sum")
        value = "quantity" if name == "units" else "amount"
        return attrs.evolve(measure, value=value, aggregate="sum", where=(Where(column="kind", values=(name,)),))

    return attrs.evolve(plan, measures={name: one(name, measure) for name, measure in plan.measures.items()})


def agree(plan, there, seed):
    """Compare the cost of a few scenarios; each line may be rounded once, each limit too."""
    plan = dealt(plan)
    assume(inc.check(plan).ok)
    try:
        found = inc.simulate(plan, there, scenarios=3, seed=seed)
    except ReportError as error:
        assume({"incentives.not-simulated"} != {finding.code for finding in error.report.errors})
        raise
    for scenario, cost in enumerate(found.costs):
        run = inc.pay(plan, dealt_facts(plan, there, seed, scenario, 3), periods=there.periods)
        assert cost == pytest.approx(run.total.minor, rel=1e-9, abs=2 * len(run.payouts) + 1)
    run = inc.pay(plan, dealt_facts(plan, there, seed, 0, 1), periods=there.periods)
    exact = by_payee(run)
    for row in inc.simulate(plan, there, scenarios=1, seed=seed).payees:
        assert row.mean_minor == pytest.approx(exact.get(row.payee, 0), rel=1e-9, abs=2 * len(run.payouts) + 1)


@given(data=st.data(), seed=st.integers(0, 9))
@settings(deadline=None)
def test_deals_are_paid_one_by_one_as_by_the_exact_engine(data, seed):
    """Bands of all kinds, from nothing for each deal or on running sums, at one rate for a whole deal or split."""
    features = data.draw(st.sampled_from([(), ("bent",), ("bent", "sums", "rounded"), ("quotas",), ("locks", "for")]))
    plan = data.draw(plans(only=["tiered", "tiered", "flat"], features=features))
    agree(plan, data.draw(worlds(plan.period)), seed)


@given(data=st.data(), seed=st.integers(0, 9))
@settings(deadline=None)
def test_whole_deals_at_one_rate_are_those_of_the_exact_engine(data, seed):
    """At the rate of the band before or after each of them, from nothing or on a running sum, and split."""
    whole = plans(only=["tiered"], features=data.draw(st.sampled_from([(), ("bent",), ("locks",)])))
    plan = data.draw(whole.filter(lambda plan: plan.components["c0"].method == "forward"))
    agree(on("m", plan), data.draw(worlds(plan.period)), seed)


@given(data=st.data(), seed=st.integers(0, 9))
@settings(deadline=None)
def test_whole_periods_of_deals_are_paid_as_by_the_exact_engine(data, seed):
    """Who has no deal in a period is not paid for it, whatever a curve, table or place would give for nothing."""
    kinds = ["curve", "flat", "lookup", "mbo", "pool", "rank", "matrix", "override"]
    features = data.draw(st.sampled_from([(), ("bent",), ("bent", "sums")]))
    plan = data.draw(plans(only=kinds, features=features))
    shapes = ("lognormal",)  # a fund a little below 0 is rounded to 0 before it is divided
    agree(plan, data.draw(worlds(plan.period, shapes)), seed)


LIMITS = st.builds(
    Limit, of=st.just("deal"), limit=st.sampled_from([Fraction(1), Fraction("3.33"), Fraction(20), "5% target"]), at=AT,
)  # fmt: skip
WINDFALLS = st.builds(
    Windfall, above=st.sampled_from([Fraction(5), Fraction(20)]), per=st.just("deal"),
    then=st.sampled_from(["cap_credit", "lower_rate", "hold"]), rate=st.just(Fraction(1, 50)),
    of=st.sampled_from([None, "c0"]),
)  # fmt: skip
SPIFFS = st.builds(
    Component, method=st.just("spiff"), measure=st.just("m"), amount=st.sampled_from([Fraction(5), Fraction("0.0333")]),
    accumulate=st.sampled_from(["transaction", "period", "quarter", "plan"]), first=st.sampled_from([None, 1, 2]),
    pays_of=st.sampled_from([None, "measure", "target"]), stacks=st.booleans(),
    window=st.sampled_from([None, Window(from_=date(2026, 1, 1), until=date(2026, 4, 1)), Window(months=(2, 4))]),
)  # fmt: skip


def on(measure, plan):
    """A plan of the same measure throughout."""
    parts = {name: attrs.evolve(c, measure=measure) for name, c in plan.components.items()}
    return attrs.evolve(plan, components=parts)


@given(data=st.data(), seed=st.integers(0, 9))
@settings(deadline=None)
def test_limits_and_windfalls_of_deals_are_those_of_the_exact_engine(data, seed):
    """What one deal pays is held once for all components, what is too large of it is cut, and gates are passed over."""
    features = data.draw(st.sampled_from([(), ("bent",), ("bent", "sums", "for")]))
    plan = on("m", data.draw(plans(only=["tiered", "flat"], features=features)))
    caps, floors = (data.draw(st.lists(LIMITS, max_size=2)) for _ in range(2))
    windfall = data.draw(st.lists(WINDFALLS, max_size=2))
    plan = attrs.evolve(plan, caps=(*plan.caps, *caps), floors=(*plan.floors, *floors), windfall=tuple(windfall))
    agree(plan, data.draw(worlds(plan.period)), seed)


@given(data=st.data(), seed=st.integers(0, 9))
@settings(deadline=None)
def test_amounts_for_deals_are_those_of_the_exact_engine(data, seed):
    """A sum or a share of each, for the first of an interval, beside another such component or instead of it."""
    plan = data.draw(plans(only=["flat"], features=data.draw(st.sampled_from([(), ("bent", "sums")]))))
    spiffs = data.draw(st.lists(SPIFFS, min_size=1, max_size=2))
    more = {f"s{number}": spiff for number, spiff in enumerate(spiffs)}
    caps = data.draw(st.lists(LIMITS, max_size=1))
    plan = attrs.evolve(on("m", plan), components={**on("m", plan).components, **more}, caps=(*plan.caps, *caps))
    agree(plan, data.draw(worlds(plan.period)), seed)


@given(data=st.data(), seed=st.integers(0, 9))
@settings(deadline=None)
def test_gates_on_each_deal_are_those_of_the_exact_engine(data, seed):
    """They look at what had been reached by then, of the interval; components, the plan and upper bands are locked."""
    features = data.draw(st.sampled_from([(), ("bent",), ("rounded", "quotas")]))
    plan = on("m", data.draw(plans(only=["tiered", "tiered", "flat"], features=features)))
    tests = st.sampled_from(
        [
            GateTest(measure="m", at_least=Fraction(10)), GateTest(measure="m", at_least=Fraction(40)),
            GateTest(measure="m.attainment", at_least=Fraction(1, 2)), GateTest(measure="nps", at_least=Fraction(15)),
        ]
    )  # fmt: skip
    locks = [*plan.components, "plan"]
    locks += [
        Lock(name, data.draw(st.sampled_from(c.tiers[1:]))) for name, c in plan.components.items() if len(c.tiers) > 1
    ]
    locks = [attrs.evolve(lock, tiers_from=lock.tiers_from.from_) if isinstance(lock, Lock) else lock for lock in locks]
    gates = st.builds(
        Gate, tests=st.lists(tests, min_size=1, max_size=2).map(tuple), needs=st.sampled_from(["all", "any"]),
        locks=st.sampled_from(locks), when=st.sampled_from(["transaction", "transaction", "interval_end"]),
    )  # fmt: skip
    caps = data.draw(st.lists(LIMITS, max_size=1))
    plan = attrs.evolve(plan, gates=tuple(data.draw(st.lists(gates, min_size=1, max_size=2))), caps=(*plan.caps, *caps))
    agree(plan, data.draw(worlds(plan.period)), seed)


# what is drawn


def plain(component=None, **keys):
    """A plan on sales."""
    flat = {"measure": "sales", "method": "flat", "rate": "10%"}
    parts = component or flat
    return inc.plan_of(
        {
            "currency": "CNY", "period": "month", "negative_period": "carry",
            "measures": {"sales": {"unit": "money", "value": "amount"}, "nps": {"unit": "share"}},
            "components": parts if "method" not in parts else {"c": parts}, **keys,
        }
    )  # fmt: skip


def sales(deals=4, law="poisson", **keys):
    """What is expected of sales, deal by deal."""
    return inc.Outlook(
        **{"measure": "sales", "mean": 100_000, "deal_spread": "80%", "deals": deals, "law": law, **keys}
    )


def world(*outlooks, payees=("ana", "bo"), periods=MONTHS, **keys):
    """Two people who sell."""
    return inc.World(payees=payees, periods=periods, outlooks=outlooks, **keys)


def deals_of(there, payee="ana", at=0, scenarios=16_384, seed=1):
    """The deals of somebody in a period."""
    full = filled(plain())
    drawing = Drawing.of(full, there, compiled(full, there, None).leaves, seed)
    drawing.draw(there.payees, at, 0, np.empty(scenarios))
    return drawing.deals((("payee", payee), "sales"))


def test_a_deal_depends_on_its_own_number_alone():
    """More deals, other people, periods and scenarios leave every deal as it was; a better season only adds some."""
    few, many = deals_of(world(sales(2, mean=50_000))), deals_of(world(sales(5, mean=125_000)))
    assert (few.number <= many.number).all()
    for number, size in enumerate(few.sizes):
        there = few.there(number)
        assert size[there].tolist() == many.sizes[number][there].tolist()
    others = world(sales(), payees=("cai", "bo", "ana"), periods=(*MONTHS, "2026-05"))
    assert deals_of(others).sizes[0].tolist() == deals_of(world(sales())).sizes[0].tolist()
    assert deals_of(world(sales()), scenarios=9).sizes[0].tolist() == deals_of(world(sales())).sizes[0][:9].tolist()
    better = deals_of(world(sales(), seasonality={"sales": (3, 1, 1, 1)}))
    usual = deals_of(world(sales()))
    assert better.number.mean() == pytest.approx(8, rel=0.02)
    assert better.sizes[0][usual.there(0)].tolist() == usual.sizes[0][usual.there(0)].tolist()


def test_always_as_many_deals_are_larger_in_a_better_season():
    """Under a fixed law their number never changes."""
    usual = deals_of(world(sales(4, "fixed")))
    better = deals_of(world(sales(4, "fixed"), seasonality={"sales": (3, 1, 1, 1)}))
    assert {4.0} == set(usual.number) == set(better.number)
    assert better.sizes[3].mean() == pytest.approx(2 * usual.sizes[3].mean(), rel=1e-6)


def test_limits_of_an_outlook_are_those_of_each_deal():
    """The smallest and the largest deal, in whole minor units; where there is no deal the size is 0."""
    deals = deals_of(world(sales(low="9999.995", high=50_000)))
    for number, size in enumerate(deals.sizes):
        there = deals.there(number)
        assert not size[~there].any()
        assert 1_000_000 <= size[there].min() <= size[there].max() <= 5_000_000


@pytest.mark.parametrize("spread", [0, 0.5])
@pytest.mark.parametrize("law", ["poisson", "fixed"])
def test_the_sum_of_a_period_varies_as_is_said(law, spread):
    """Mean and variance come from those of the period, of the number of deals, and of their sizes."""
    deals = deals_of(world(sales(4, law, spread=spread)))
    deals.total(total := np.empty(16_384))
    level = 1 + spread**2
    variance = level - 1 + (1 + 0.8**2) / 4 if law == "poisson" else level * (1 + 0.8**2 / 4) - 1
    assert total.mean() == pytest.approx(10_000_000, rel=0.02)
    assert (total.std() / total.mean()) ** 2 == pytest.approx(variance, rel=0.1)


def test_luck_that_is_shared_is_that_of_the_period():
    """Without a spread of the period deals of two people have nothing in common; with one they have a part of it."""

    def together(spread):
        there = world(sales(100, spread=spread, deal_spread=0), correlation=1)
        return np.corrcoef(*(deals_of(there, payee).number for payee in ("ana", "bo")))[0, 1]

    assert together(0) == pytest.approx(0, abs=0.03)
    assert together(0.5) == pytest.approx(0.25 / (0.25 + 1 / 100), abs=0.03)


@given(
    uniform=st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=5),
    rates=st.lists(st.sampled_from([0.0, 0.1, 1.0, 7.5, 1000.0]), min_size=2, max_size=2),
)
def test_a_greater_rate_gives_no_fewer_deals(uniform, rates):
    """By the chance of so many or fewer, whether the rate is one for all or each has its own."""
    low, high = (arrays.poisson(np.array(uniform), rate) for rate in sorted(rates))
    assert (low <= high).all()
    assert high.tolist() == arrays.poisson(np.array(uniform), np.full(len(uniform), max(rates))).tolist()


def test_what_pays_nothing_on_no_deal_pays_no_floor_either():
    """A month without any deal has no row, so that neither a floor nor a first band is paid."""
    made = plain(floors=[{"of": "c", "limit": 500, "at": "after_modifiers"}])
    there = world(sales("0.5", mean=100, deal_spread=0), payees=("ana",), periods=MONTHS[:1])
    costs = inc.simulate(made, there, scenarios=500, seed=1).costs
    numbers = deals_of(there, scenarios=500).number
    assert [50_000.0 if number else 0.0 for number in numbers] == costs.tolist()


def test_a_gate_on_each_deal_counts_those_before_a_component_was_for_somebody():
    """Bo is paid from March on, and what was sold in January counts for the gate of the quarter."""
    band = {"from": 0, "rate": "2%"}
    made = plain(
        {"measure": "sales", "method": "marginal", "accumulate": "quarter", "bounds": "value", "for": {"role": "ae"},
         "tiers": [band]},
        gates=[{"tests": [{"measure": "sales", "at_least": 250_000}], "locks": "c", "when": "transaction"}],
        measures={"sales": {"unit": "money", "value": "amount", "where": {"kind": "sales"}}, "nps": {"unit": "share"}},
    )  # fmt: skip
    people = [{"payee": "bo", "role": "sdr", "end": "2026-03-01"}, {"payee": "bo", "role": "ae", "start": "2026-03-01"}]
    there = world(sales(), payees=("bo",), people=people)
    costs = inc.simulate(made, there, scenarios=20, seed=1).costs
    for scenario, cost in enumerate(costs):
        run = inc.pay(made, dealt_facts(made, there, 1, scenario, 20), periods=MONTHS)
        assert cost == pytest.approx(run.total.minor, abs=20)
    assert costs.min() < costs.max()


def test_deals_of_a_large_team_are_drawn_again_as_they_were():
    """Those of the first payee are not kept until they are paid, and are the same then."""
    made = plain(
        {"measure": "sales", "method": "slab", "accumulate": "transaction", "bounds": "value", "edge": "lower_inclusive",
         "tiers": [{"from": 0, "to": 30_000, "rate": "2%"}, {"from": 30_000, "rate": "5%"}]},
        modifiers=[{"of": "c", "measure": "team.sales", "clamp": [1, 1], "join": "product"}],
    )  # fmt: skip
    names = ("ana", "bo", "cai", "dan")
    people = [{"payee": name, "team": "north"} for name in names]
    alone = attrs.evolve(made, modifiers=())
    there = world(sales(), payees=names, people=people)
    found = [inc.simulate(each, there, scenarios=30, seed=2).costs for each in (made, alone)]
    assert found[0].tolist() == pytest.approx(found[1].tolist())


@pytest.mark.parametrize("law", ["poisson", "fixed"])
def test_a_world_of_deals_is_like_the_past(law):
    """As many deals, as unlike each other; what they leave of the spread of the periods is that of the period."""
    sizes = {"2026-01": [100, 300], "2026-02": [200, 200, 900, 700], "2026-03": [100, 300, 200]}
    rows = [
        {"transaction": f"{month} {i}", "date": f"{month}-05", "amount": size, "payee": "ana"}
        for month, mine in sizes.items() for i, size in enumerate(mine)
    ]  # fmt: skip
    there = inc.World.of(plain(), inc.Facts(transactions=rows), law=law)
    found = there.outlook("ana", "sales")
    every = [size for mine in sizes.values() for size in mine]
    assert (1000, 3, law) == (found.mean, found.deals, found.law)
    assert found.deal_spread == pytest.approx(np.std(every, ddof=1) / np.mean(every))
    deals = deals_of(there)
    deals.total(total := np.empty(16_384))
    wanted = np.std([sum(mine) for mine in sizes.values()], ddof=1) / 1000
    assert total.std() / total.mean() == pytest.approx(wanted, rel=0.1)


def test_a_past_that_varies_less_than_its_deals_leaves_nothing_for_the_period():
    """One like the other, and a row that takes another back is a deal below nothing."""
    rows = [
        {"transaction": f"{month}", "date": f"{month}-05", "amount": 500, "payee": "ana"} for month in MONTHS
    ]  # fmt: skip
    found = inc.World.of(plain(), inc.Facts(transactions=rows), law="poisson").outlook("ana", "sales")
    assert (0, 0, 1, "lognormal") == (found.spread, found.deal_spread, found.deals, found.shape)
    back = {"transaction": "back", "date": "2026-02-06", "amount": -500, "payee": "ana", "reverses": "2026-01"}
    found = inc.World.of(plain(), inc.Facts(transactions=[*rows, back]), law="poisson").outlook("ana", "sales")
    assert (375, 1.25, "normal") == (found.mean, found.deals, found.shape)


# what is refused


BANDS = {
    "measure": "sales", "method": "slab", "bounds": "value", "edge": "lower_inclusive", "accumulate": "transaction",
    "tiers": [{"from": 0, "to": 30_000, "rate": "2%"}, {"from": 30_000, "rate": "5%"}],
}  # fmt: skip
FORWARD = {**BANDS, "method": "forward", "crossing": "old_rate", "accumulate": "quarter"}
BONUS = {**BANDS, "method": "bonus", "tiers": [{"from": 0, "amount": 50}]}
SPIFF = {"measure": "sales", "method": "spiff", "amount": "1%", "pays_of": "measure", "accumulate": "period"}
CAP = {"caps": [{"of": "deal", "limit": 500, "at": "before_modifiers", "excess": "lost"}]}
FLOOR = {"floors": [{"of": "deal", "limit": 500, "at": "before_modifiers"}]}
WINDFALL = {"windfall": [{"above": 50_000, "per": "deal", "then": "cap_credit"}]}
GATE = {"gates": [{"tests": [{"measure": "sales", "at_least": 9000}], "locks": "c", "when": "transaction"}]}
TWO = {"c": {**SPIFF, "stacks": False}, "d": {**SPIFF, "stacks": False}}
HANG = [
    (BANDS, {}, "components.c.accumulate"), (BONUS, {}, "components.c.accumulate"),
    (FORWARD, {}, "components.c.crossing"), (SPIFF, {}, "components.c.measure"), (None, CAP, "caps[0]"),
    (None, FLOOR, "floors[0]"), (None, WINDFALL, "windfall[0]"), (None, GATE, "gates[0].when"),
]  # fmt: skip


def refused(made, there):
    """Where a plan is refused, and why."""
    with pytest.raises(ReportError) as caught:
        inc.simulate(made, there, scenarios=1, seed=1)
    assert {"incentives.not-simulated"} == {finding.code for finding in caught.value.report}
    return [(finding.place.key, finding.text()) for finding in caught.value.report]


@pytest.mark.parametrize(("component", "keys", "at"), HANG)
def test_what_hangs_on_deals_is_refused_without_them_and_says_what_to_add(component, keys, at):
    """Also where only one of the payees has none; with deals for all it is simulated."""
    made = plain(component, **keys)
    sums = inc.Outlook(measure="sales", mean=100_000)
    for there in (world(sums), world(sales(), attrs.evolve(sums, payee="bo"))):
        [(key, text)] = refused(made, there)
        assert at == key
        assert "give the outlook of its measure deals, law and deal_spread" in text
    assert inc.simulate(made, world(sales()), scenarios=20, seed=1).mean > 0


MORE = {"measures": {name: {"unit": "money", "value": "amount"} for name in ("sales", "parts")}}
LEFT = [
    ({**BANDS, "where": {"kind": "new"}}, {}, "components.c.where", "a measure of its own"),
    ({**SPIFF, "window": {"from": "2026-01-15"}}, {}, "components.c.window", "on which day"),
    (None, {"windfall": [{**WINDFALL["windfall"][0], "per": "customer"}]}, "windfall[0]", "whose customer"),
    (
        None, {**WINDFALL, "measures": {"sales": {"unit": "money", "value": "amount / 2"}}}, "windfall[0]",
        "the whole amount",
    ),
    (
        None, {"gates": [{**GATE["gates"][0], "tests": [{"measure": "team.sales", "at_least": 1}]}]},
        "gates[0].tests[0]", "nobody knows which come first",
    ),
    ({"c": BANDS, "d": {**BANDS, "measure": "parts"}}, {**CAP, **MORE}, "caps[0]", "drawn by themselves"),
    (
        {
            "c": BANDS,
            "d": {"measure": "sales", "method": "override", "base": "credit", "levels": {1: "1%"},
                  "hierarchy_at": "period_end"},
        },
        CAP, "caps[0]", "no way yet",
    ),
    ({**TWO, "d": {**TWO["d"], "pay_split": "equal"}}, {}, "components.c.stacks", "no way yet"),
    ({**TWO, "d": {**TWO["d"], "measure": "parts"}}, MORE, "components.c.stacks", "drawn by themselves"),
    (None, {"measures": {"sales": {"unit": "money"}}}, "measures.sales", "their sum"),
    (None, {"measures": {"sales": {"unit": "money", "value": "amount", "aggregate": "latest"}}},
     "measures.sales.aggregate", "their sum"),
]  # fmt: skip


@pytest.mark.parametrize(("component", "keys", "at", "why"), LEFT)
def test_what_hangs_on_more_than_the_size_of_deals_is_refused(component, keys, at, why):
    """The reason says what a world does not tell."""
    key, text = refused(plain(component, **keys), world(sales(), sales(measure="parts")))[0]
    assert at == key
    assert why in text


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"law": None}, "write law='poisson' or law='fixed'"),
        ({"deals": None}, "say how many deals are expected"),
        ({"deals": None, "law": None}, "say how many deals are expected"),
        ({"deals": 0}, "more than 0"),
        ({"deals": 5000}, "at most 1000"),
        ({"deals": "2.5", "law": "fixed"}, "fix a whole number"),
        ({"team": "north"}, "give deals to outlooks of payees"),
    ],
)
def test_an_outlook_on_deals_is_whole(keys, told):
    """How many deals, and by which law, is said or the outlook is none."""
    with pytest.raises(InvalidValueError, match=told):
        sales(**keys)
