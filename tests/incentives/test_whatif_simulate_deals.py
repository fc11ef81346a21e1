"""Simulation of what hangs on deals: as far as their number in a period tells it, and refused where it does not."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.incentives.simulated import drawn

from salesteam import incentives as inc
from salesteam.errors import ReportError

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
PEOPLE = [
    {"payee": "ana", "start": "2025-12-01", "role": "ae"},
    {"payee": "bo", "start": "2026-01-01", "end": "2026-03-01", "role": "sdr"},
    {"payee": "bo", "start": "2026-03-01", "role": "ae"},
]
SPRINT = {"measure": "deals", "method": "spiff", "amount": 50, "accumulate": "period"}


def plan(component, **keys):
    """A plan on the number of deals and on what they bring."""
    measures = {
        "deals": {"unit": "count", "value": "amount", "aggregate": "count"},
        "sales": {"unit": "money", "value": "amount"},
    }
    parts = component if "method" not in component else {"c": component}
    about = {"currency": "CNY", "period": "month", "negative_period": "carry"}
    return inc.plan_of({**about, "measures": measures, "components": parts, **keys})


def world(**changes):
    """Two people who win some deals a month."""
    outlooks = (
        inc.Outlook(measure="deals", mean=3, spread="60%"),
        inc.Outlook(measure="sales", mean=90_000, spread="60%"),
    )
    targets = [
        {"payee": p, "period": m, "target": "1000"} for p in ("ana", "bo") for m in (*MONTHS, "2026-Q1", "2026-Q2")
    ]
    known = {"payees": ("ana", "bo"), "periods": MONTHS, "outlooks": outlooks, "people": PEOPLE, "targets": targets}
    return inc.World(**{**known, **changes})


def refused(plan, there):
    """Where a plan is refused."""
    with pytest.raises(ReportError) as caught:
        inc.simulate(plan, there, scenarios=1, seed=1)
    assert {"incentives.not-simulated"} == {finding.code for finding in caught.value.report}
    assert all("因为" in finding.text("zh") for finding in caught.value.report)
    return [finding.place.key for finding in caught.value.report]


@given(
    seed=st.integers(0, 99),
    first=st.sampled_from([None, 1, 2, 5]),
    accumulate=st.sampled_from(["transaction", "period", "quarter", "year", "plan"]),
    window=st.sampled_from(
        [None, {"from": "2026-02-01", "until": "2026-04-01"}, {"until": "2026-03-01"}, {"months": [2, 3]}]
    ),
    amount=st.sampled_from([{"amount": 50}, {"amount": "5%", "pays_of": "target"}]),
    about=st.sampled_from([{}, {"for": {"role": "ae"}}]),
)
@settings(max_examples=30, deadline=None)
def test_an_amount_for_each_deal_is_that_of_pay_on_as_many_deals(seed, first, accumulate, window, amount, about):
    """So many deals are posted as were drawn; amounts for the first of an interval, in a window of whole periods."""
    told = {"first": first, "window": window}
    component = {**SPRINT, "accumulate": accumulate, **{k: v for k, v in told.items() if v}, **about}
    made = plan({"c": {k: v for k, v in component.items() if k != "amount"} | amount})
    there = world()
    costs = inc.simulate(made, there, scenarios=3, seed=seed).costs
    for scenario, cost in enumerate(costs):
        deals = [
            {"transaction": f"{payee} {month} {i}", "date": f"{month}-{i + 1:02d}", "amount": "10", "payee": payee}
            for (payee, measure, month), number in drawn(made, there, seed, scenario, 3).items()
            if measure == "deals"
            for i in range(int(number))
        ]
        run = inc.pay(made, inc.Facts(transactions=deals, people=PEOPLE, targets=there.targets), periods=MONTHS)
        codes = Counter(row.code for row in run.unpaid)
        assert codes.keys() <= {"incentives.no-rule"}
        assert cost == pytest.approx(run.total.minor, rel=1e-9)


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"measure": "sales"}, "measure"),
        ({"window": {"from": "2026-01-15"}}, "window"),
        ({"window": {"until": "2026-03-01T18:00:00+08:00"}}, "window"),
        ({"pays_of": "measure", "amount": "1%"}, "pays_of"),
    ],
)
def test_an_amount_for_each_deal_is_refused_where_their_number_does_not_tell_it(changes, at):
    """Of a sum nobody knows how many deals it is, nor which part of a period lies in a window."""
    assert [f"components.c.{at}"] == refused(plan({**SPRINT, **changes}), world())


def test_amounts_that_do_not_stack_are_refused():
    """Which of the deals another amount was paid for, a number does not tell; where they stack it need not."""
    two = {"c": {**SPRINT, "stacks": False}, "d": {**SPRINT, "first": 2, "stacks": False}}
    assert ["components.c.stacks", "components.d.stacks"] == refused(plan(two), world())
    stacked = {name: {**c, "stacks": True} for name, c in two.items()}
    assert inc.simulate(plan(stacked), world(), scenarios=1, seed=1).mean > 0


def test_a_windfall_is_refused_where_deals_are_paid_row_by_row():
    """Which of them is too large, a sum does not tell; what is paid on whole periods has no windfalls."""
    rule = {"above": 100_000, "per": "deal", "then": "cap_credit"}
    bands = {"measure": "sales", "method": "flat", "rate": "5%"}
    assert ["windfall[0]"] == refused(plan(bands, windfall=[rule]), world())
    counted = inc.simulate(
        plan({**bands, "measure": "deals", "rate": 5}, windfall=[rule]), world(), scenarios=5, seed=1
    )
    assert counted.mean > 0


def test_pay_by_segments_is_simulated_where_nobody_changes_within_a_period():
    """Bo becomes an account executive with March: of the quota of the quarter a third is his, as in pay."""
    bands = {
        "measure": "sales", "method": "marginal", "accumulate": "quarter", "bounds": "quota", "for": {"role": "ae"},
        "tiers": [{"from": 0, "to": 1, "rate": "3%"}, {"from": 1, "rate": "7%"}],
    }  # fmt: skip
    made = plan(bands, proration={"basis": "days", "applies_to": ["quota"], "plan_change": "segment"})
    quotas = [{"payee": p, "measure": "sales", "period": m, "quota": "100000"} for p in ("ana", "bo") for m in MONTHS]
    there = world(quotas=quotas)
    costs = inc.simulate(made, there, scenarios=5, seed=2).costs
    for scenario, cost in enumerate(costs):
        deals = [
            {"transaction": f"{payee} {month}", "date": f"{month}-05", "amount_minor": int(number), "payee": payee}
            for (payee, measure, month), number in drawn(made, there, 2, scenario, 5).items()
            if measure == "sales"
        ]
        run = inc.pay(made, inc.Facts(transactions=deals, people=PEOPLE, quotas=quotas), periods=MONTHS)
        assert cost == pytest.approx(run.total.minor, abs=len(run.payouts))
    moved = [{**row, **{k: "2026-03-10" for k in ("start", "end") if row.get(k) == "2026-03-01"}} for row in PEOPLE]
    assert ["components.c.for"] == refused(made, world(quotas=quotas, people=moved))
