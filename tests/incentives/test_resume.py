"""A run that goes on from an earlier one, by new rows alone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.incentives.worlds import PEOPLE, QUOTAS, TARGETS, deals, plans

from salesteam import incentives as inc
from salesteam.errors import ReportError
from salesteam.incentives import _exact
from salesteam.incentives._filled import filled

quick = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)
WITHIN = {None, "transaction", "period"}
"""How a curve may accumulate for its pay to go on: within the period that it pays."""


def facts(rows, **more):
    """Facts with the people and quotas of the worlds."""
    return inc.Facts(transactions=rows, quotas=QUOTAS, targets=TARGETS, people=PEOPLE, **more)


def payouts(run):
    """What each payee gets, with what bent it."""
    return [(p.payee, p.period, p.component, p.raw, p.gate, p.modifier, p.cap_minor, p.pay_minor) for p in run.payouts]


@quick
@given(plan=plans(), rows=deals(), cuts=st.lists(st.integers(0, 7), max_size=2))
def test_runs_that_go_on_pay_what_one_run_pays(plan, rows, cuts):
    """Law 9: transactions paid in parts, each part going on from the one before, give the payouts of all at once."""
    limited = any(limit.of == "plan" for limit in (*plan.caps, *plan.floors))
    assume(not limited or len(plan.components) == 1 or not (plan.gates or plan.modifiers))
    curves = [c for c in plan.components.values() if c.method == "curve"]
    assume(not curves or not limited)
    assume(not any(c.accumulate not in WITHIN for c in curves))
    try:
        inc.check(plan).raise_for_errors()
    except ReportError:
        assume(False)
    rows = sorted(rows, key=lambda row: (row["date"], row["seq"], row["transaction"]))
    whole = _exact.run(filled(plan), facts(rows), None)
    assume(not whole.unpaid)
    state, start = None, 0
    for end in [*sorted(cuts), len(rows)]:
        if rows[start:end] or state is None:
            run = (
                inc.pay(plan, facts(rows[start:end]), resume=state)
                if state
                else _exact.run(filled(plan), facts(rows[start:end]), None)
            )
            state, start = run.state, max(end, start)
    assert payouts(whole) == payouts(run)
    assert whole.total == run.total


PLAN = inc.plan_of(
    {
        "currency": "CNY",
        "period": "month",
        "negative_period": "carry",
        "measures": {"m": {"unit": "money", "value": "amount"}},
        "components": {
            "c": {
                "measure": "m",
                "method": "marginal",
                "accumulate": "quarter",
                "tiers": [{"from": 0, "to": 100, "rate": "10%"}, {"from": 100, "to": None, "rate": "20%"}],
            }
        },
    }
)


PROPORTIONAL = inc.plan_of(
    {
        "currency": "CNY",
        "period": "month",
        "negative_period": "carry",
        "measures": {"m": {"unit": "money", "value": "amount"}},
        "components": {
            "c": {
                "measure": "m",
                "method": "proportional_rate",
                "accumulate": "quarter",
                "tiers": [{"from": 0, "to": 100, "rate": "10%"}, {"from": 100, "to": 300, "rate": "20%"}],
            }
        },
        "caps": [{"of": "c", "limit": 50, "at": "after_modifiers", "excess": "lost"}],
    }
)


def deal(name, day, amount, **more):
    """One deal of ana."""
    return {"transaction": name, "date": date(2026, 1, day), "amount": str(amount), "payee": "ana", **more}


FIRST = inc.pay(PLAN, inc.Facts(transactions=[deal("T1", 5, 80)]))


def test_the_sum_goes_on_and_the_lines_are_those_of_the_new_rows():
    """The next deal crosses the band that the first one had begun."""
    run = inc.pay(PLAN, inc.Facts(transactions=[deal("T2", 6, 40)]), resume=FIRST.state)
    assert ([("T2", 80, 120)], 8_00 + 2_00 + 4_00) == (
        [(n.transaction, n.before, n.after) for n in run.lines],
        run.total.minor,
    )


def test_a_deal_of_an_earlier_run_can_be_taken_back():
    """A reversal finds its original among the deals that were paid before."""
    run = inc.pay(PLAN, inc.Facts(transactions=[deal("R1", 9, -80, reverses="T1")]), resume=FIRST.state)
    assert (0, ()) == (run.total.minor, run.unpaid)


def test_a_deal_that_was_paid_before_comes_back():
    """The same id again is a duplicate, and pays nothing."""
    run = inc.pay(PLAN, inc.Facts(transactions=[deal("T1", 5, 80)]), resume=FIRST.state)
    assert (8_00, ["incentives.duplicate-transaction"]) == (run.total.minor, [u.code for u in run.unpaid])


def test_a_state_is_left_as_it_is():
    """Two runs may go on from one."""
    twice = [inc.pay(PLAN, inc.Facts(transactions=[deal("T2", 6, 40)]), resume=FIRST.state).total for _ in range(2)]
    assert twice[0] == twice[1]


def test_a_deal_dated_before_what_was_paid_asks_for_a_full_run():
    """Its place in the running sum has been passed."""
    with pytest.raises(ReportError, match="resume-late"):
        inc.pay(PLAN, inc.Facts(transactions=[deal("T0", 1, 40)]), resume=FIRST.state)


def test_what_cannot_go_on_by_rows_is_refused_by_name():
    """Pools are divided anew whenever anything changes."""
    with pytest.raises(ReportError, match=r"components\.pool"):
        inc.pay(inc.scheme("shared_pool"), inc.Facts(transactions=[deal("T2", 6, 40)]), resume=FIRST.state)


@given(amounts=st.lists(st.integers(-20, 60), min_size=2, max_size=5), cut=st.integers(1, 4))
def test_a_rate_that_rises_with_the_sum_is_gone_on_with(amounts, cut):
    """The rate of a point is reckoned from the whole sum, wherever the rows are cut."""
    rows = [deal(f"T{number}", 1 + 4 * number, amount) for number, amount in enumerate(amounts)]
    assume(cut < len(rows))
    whole = _exact.run(filled(PROPORTIONAL), inc.Facts(transactions=rows), None)
    first = inc.pay(PROPORTIONAL, inc.Facts(transactions=rows[:cut]))
    assert payouts(whole) == payouts(inc.pay(PROPORTIONAL, inc.Facts(transactions=rows[cut:]), resume=first.state))
