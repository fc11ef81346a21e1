"""Caps whose excess waits: what lies above is paid in the next period below the cap, and nothing is lost."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesteam import incentives as inc
from salesteam.errors import ReportError

MONTHS = [f"2026-{month:02d}" for month in range(1, 6)]
DOUBLE = {"of": "plan", "measure": "nps", "clamp": [2, 2], "join": "product"}


def plan(of="c", limit=100, at="after_modifiers", key="caps", excess="carry", **about):
    """Ten in a hundred of what is sold, with a limit whose excess waits."""
    return inc.plan_of(
        {
            "currency": "CNY", "period": "month", "negative_period": "carry",
            "measures": {"sales": {"unit": "money", "value": "amount"}, "nps": {"unit": "count"}},
            "components": {"c": {"measure": "sales", "method": "flat", "rate": "10%"}},
            key: [{"of": of, "limit": limit, "at": at, "excess": excess}], **about,
        }
    )  # fmt: skip


def paid(plan, sold, **facts):
    """Pay of each month, in minor units, and the codes of what came back."""
    deals = [
        {"transaction": f"T{i}", "date": f"{month}-05", "amount": str(amount), "payee": "ana"}
        for i, (month, amount) in enumerate(zip(MONTHS, sold, strict=False))
        if amount
    ]
    run = inc.pay(plan, inc.Facts(transactions=deals, **facts), periods=MONTHS[: len(sold)])
    months = dict.fromkeys(MONTHS[: len(sold)], 0)
    for row in run.payouts:
        months[row.period] += row.pay_minor
    return list(months.values()), [row.code.removeprefix("incentives.") for row in run.unpaid]


@pytest.mark.parametrize("of", ["c", "plan"])
@given(sold=st.lists(st.integers(0, 40).map(lambda n: 100 * n), min_size=1, max_size=5))
def test_what_lies_above_waits_for_the_next_period_below(of, sold):
    """No month exceeds the cap, none stays below it while anything waits, and what is neither paid nor waits is nothing."""
    found, back = paid(plan(of), sold)
    assert [] == back
    earned, so_far = accumulate(10 * amount for amount in sold), accumulate(found)
    for mine, due, gone in zip(found, earned, so_far, strict=True):
        assert mine == 10_000 or gone == due
        assert mine <= 10_000
        assert gone <= due


@pytest.mark.parametrize(("at", "cap"), [("before_modifiers", 200), ("after_modifiers", 100)])
def test_a_cap_on_the_plan_cuts_before_or_after_its_factors(at, cap):
    """Twice the pay for a score: before it the cap is doubled with the pay, after it the cap is what it says."""
    scores = [{"payee": "ana", "period": month, "measure": "nps", "value": 1} for month in MONTHS[:2]]
    made = plan("plan", at=at, modifiers=[DOUBLE])
    assert [100 * cap] * 2 == paid(made, [2000, 0], values=scores)[0]


@pytest.mark.parametrize("at", ["before_modifiers", "after_modifiers"])
def test_a_cap_on_a_component_is_cut_before_factors_on_the_plan(at):
    """As where the excess is lost: a component has its caps first, the factors of the plan come after."""
    scores = [{"payee": "ana", "period": month, "measure": "nps", "value": 1} for month in MONTHS[:2]]
    assert [20_000, 0] == paid(plan(at=at, excess="lost", modifiers=[DOUBLE]), [2000, 0], values=scores)[0]
    assert [20_000, 20_000] == paid(plan(at=at, modifiers=[DOUBLE]), [2000, 0], values=scores)[0]


@pytest.mark.parametrize(("of", "told"), [("c", ["no-target"] * 2), ("plan", ["no-target"] * 2)])
def test_pay_whose_cap_is_not_known_comes_back(of, told):
    """A cap in parts of target, and no target."""
    assert ([0, 0], told) == paid(plan(of, "50% target"), [2000, 500])


def test_what_waits_for_a_cap_that_is_not_known_comes_back():
    """It waits on, and the month without a target is told."""
    targets = [{"payee": "ana", "period": month, "target": "200"} for month in (MONTHS[0], MONTHS[2])]
    assert ([10_000, 0, 5000], ["no-target"]) == paid(plan(limit="50% target"), [1500, 0, 0], targets=targets)


@pytest.mark.parametrize(("key", "of"), [("floors", "c"), ("caps", "deal")])
def test_nothing_else_can_wait(key, of):
    """A floor has no excess, and a deal no next period."""
    with pytest.raises(ReportError, match="carry is no excess"):
        plan(of, key=key)


def test_who_shares_what_was_cut_keeps_a_share_without_pay_of_their_own():
    """Nothing waits for somebody whose own pay lacks a number; what others divide with them is paid, and it foots."""
    made = inc.plan_of({
        "currency": "CNY", "period": "month", "negative_period": "carry",
        "measures": {"m": {"unit": "money"}, "margin": {"unit": "money"}},
        "components": {"c": {"measure": "margin", "method": "flat", "rate": "10%", "accumulate": "period",
                             "pay_split": "equal"}},
        "modifiers": [{"of": "c", "measure": "m.attainment", "clamp": ["90%", "120%"], "join": "product"}],
        "caps": [{"of": "c", "limit": 3, "at": "before_modifiers", "excess": "carry"}],
    })  # fmt: skip
    payees, month = ("ana", "bo", "cai"), "2026-01"
    values = [
        {"payee": payee, "measure": measure, "period": month, "value": value}
        for payee in payees for measure, value in (("m", "0"), ("margin", "40"))
    ]  # fmt: skip
    quotas = [{"payee": payee, "measure": "m", "period": month, "quota": "50"} for payee in ("ana", "bo")]
    run = inc.pay(made, inc.Facts(values=values, quotas=quotas, people=[{"payee": payee} for payee in payees]))
    assert {"ana": 180, "bo": 180, "cai": 180} == {row.payee: row.pay_minor for row in run.payouts}
    assert run.total.minor == sum(line.pay_minor for line in run.lines) == 540
