"""What a run refuses to answer, rather than say that it pays nothing."""

from __future__ import annotations

import pandas as pd
import pytest

from salesteam import incentives as inc
from salesteam.errors import InvalidValueError, NotFoundError

PLAN = inc.plan_of(
    {
        "currency": "CNY",
        "period": "month",
        "negative_period": "carry",
        "measures": {"s": {"unit": "money", "value": "amount"}},
        "components": {"commission": {"measure": "s", "method": "flat", "rate": "10%"}},
        "clawback": {"on": "cancelled", "unearned": "all", "method": "re_tier"},
    }
)
DEALS = [
    {"transaction": "T1", "date": "2026-01-05", "amount": "100", "payee": "ana"},
    {"transaction": "T2", "date": "2026-02-05", "amount": "200", "payee": "ana"},
]
FACTS = inc.Facts(transactions=DEALS, people=[{"payee": "ana"}, {"payee": "bo"}])
RUN = inc.pay(PLAN, FACTS)
SETTLED = inc.settle(RUN)


@pytest.mark.parametrize("made", [RUN, SETTLED])
def test_a_quarter_is_the_sum_of_its_months(made):
    """Pay may be asked for by any period that holds pay periods."""
    assert [10_00, 30_00, 30_00] == [made.paid("ana", period).minor for period in ("2026-01", "2026-Q1", "2026")]


def test_somebody_without_pay_is_paid_nothing():
    """A payee of the table of people is known, and has earned nothing."""
    assert 0 == RUN.paid("bo").minor


@pytest.mark.parametrize("made", [RUN, SETTLED])
@pytest.mark.parametrize(("payee", "period"), [("anna", None), ("ana", "2026-03"), ("ana", "May")])
def test_who_or_when_nobody_has_heard_of_is_refused(made, payee, period):
    """A misspelt name or period is an error, not zero."""
    with pytest.raises(NotFoundError):
        made.paid(payee, period)


def test_a_misspelt_component_is_refused_with_the_nearest_name():
    """An explanation of nothing would look like an explanation."""
    with pytest.raises(NotFoundError, match="commission"):
        RUN.explain("ana", None, "comission")


def test_an_explanation_of_a_quarter_holds_its_months():
    """Both payouts are told."""
    assert 2 == len(RUN.explain("ana", "2026-Q1").steps)


@pytest.mark.parametrize(("plan", "facts"), [("plan.yaml", FACTS), (PLAN, pd.DataFrame(DEALS))])
def test_what_is_no_plan_or_no_facts_is_told_so(plan, facts):
    """A path in place of a plan, or a frame in place of facts, says what to pass."""
    with pytest.raises(InvalidValueError, match="pass inc"):
        inc.pay(plan, facts)


def test_events_that_no_term_is_about_are_told():
    """A misspelt kind of event would move no money without a word."""
    events = [{"transaction": "T1", "date": "2026-02-20", "kind": "canceled"}]
    settled = inc.settle(inc.pay(PLAN, inc.Facts(transactions=DEALS, events=events)))
    (told,) = settled.findings().by_code["incentives.event-unheard"]
    assert "cancelled" in told.fix()
