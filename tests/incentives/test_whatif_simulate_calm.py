"""Periods that ask what the period before asked are compiled once; every change of what is asked is seen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.incentives.simulated import exactly

from salesteam import incentives as inc
from salesteam.incentives._filled import filled
from salesteam.incentives._whatif._compile import compiled

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05")
PEOPLE = [{"payee": "ana", "team": "north"}, {"payee": "bo", "team": "north"}, {"payee": "cy", "team": "south"}]
FACTOR = {"of": "c", "measure": "team.sales.attainment", "clamp": ["90%", "120%"], "join": "product"}
GATE = {"tests": [{"measure": "sales.attainment", "at_least": "$least"}], "locks": "c"}
CAP = {"of": "c", "limit": "60% target", "at": "after_modifiers", "excess": "lost"}


def plan(**keys):
    """Bands of quota, a gate at a share of it that a parameter says."""
    return inc.plan_of({
        "currency": "CNY", "period": "month", "negative_period": "carry",
        "measures": {"sales": {"unit": "money", "value": "amount"}},
        "components": {"c": {
            "measure": "sales", "method": "marginal", "accumulate": "period", "bounds": "quota",
            "tiers": [{"from": 0, "to": 1, "rate": "2%"}, {"from": 1, "to": None, "rate": "6%"}],
        }},
        **keys,
    })  # fmt: skip


def world(quotas, targets=1000):
    """Three people in two teams, each with a quota and a target for every month."""
    months = targets if isinstance(targets, list) else [targets] * len(MONTHS)
    return inc.World(
        payees=("ana", "bo", "cy"), periods=MONTHS, people=PEOPLE,
        outlooks=(inc.Outlook(measure="sales", mean=20_000, spread="50%"),),
        quotas=[
            {"payee": payee, "measure": "sales", "period": month, "quota": str(amount)}
            for payee, amounts in quotas.items() for month, amount in zip(MONTHS, amounts, strict=True)
        ],
        targets=[
            {"payee": payee, "period": month, "target": str(amount)}
            for payee in quotas for month, amount in zip(MONTHS, months, strict=True)
        ],
    )  # fmt: skip


amounts = st.lists(st.sampled_from([15_000, 25_000]), min_size=5, max_size=5)


@given(
    quotas=st.fixed_dictionaries({"ana": amounts, "bo": amounts, "cy": st.just([20_000] * 5)}),
    targets=st.lists(st.sampled_from([900, 1000]), min_size=5, max_size=5),
    least=st.lists(st.sampled_from(["70%", "110%"]), min_size=5, max_size=5),
    bends=st.sets(st.sampled_from(["modifiers", "gates", "caps"])),
    seed=st.integers(0, 50),
)
@settings(max_examples=30, deadline=None)
def test_each_change_of_what_is_asked_is_paid_as_pay_pays_it(quotas, targets, least, bends, seed):
    """Quotas, targets and parameters may change in any month, for one or for all."""
    parts = {"modifiers": [FACTOR], "gates": [GATE], "caps": [CAP]}
    values = [{"from": f"{month}-01", "value": value} for month, value in zip(MONTHS, least, strict=True)]
    made = plan(
        parameters={"least": {"unit": "rate", "values": values}}, parameters_at="period_start",
        **{key: part for key, part in parts.items() if key in bends},
    )  # fmt: skip
    there = world(quotas, targets)
    for scenario, cost in enumerate(inc.simulate(made, there, 2, seed).costs):
        exact = exactly(made, there, seed, scenario, 2)
        assert float(cost) == pytest.approx(exact, abs=3 * len(MONTHS) / 2)


def test_who_lacks_a_quota_is_told_of_each_period_that_lacks_it():
    """A period that lacks a number is not passed over because the one before lacked it too."""
    there = world({"ana": [20_000] * 5})
    found = inc.simulate(plan(), there, 1, 1).lacking
    assert [row for row in found if row[0] == "bo"] == [("bo", month, "c", "no-quota") for month in MONTHS]


def cells(made, there):
    """The cells of a payee, in order."""
    found = compiled(filled(made), there, None).cells
    return [found["ana", at] for at in range(len(MONTHS))]


def test_a_period_like_the_one_before_is_compiled_once():
    """Who is asked the same month after month has one cell for all of them."""
    made = plan(gates=[{**GATE, "tests": [{"measure": "sales.attainment", "at_least": "70%"}]}])
    assert len({id(cell) for cell in cells(made, world({"ana": [20_000] * 5}))}) == 1


def test_a_change_of_one_payee_is_compiled_for_that_one_alone():
    """Where nobody reads the number of a team, the cells of the others stay."""
    made = plan(gates=[{**GATE, "tests": [{"measure": "sales.attainment", "at_least": "70%"}]}])
    there = world({"ana": [20_000] * 5, "bo": [20_000, 20_000, 25_000, 25_000, 25_000]})
    found = compiled(filled(made), there, None).cells
    assert len({id(found["ana", at]) for at in range(5)}) == 1
    assert [found["bo", at] is found["bo", 2] for at in range(5)] == [False, False, True, True, True]
