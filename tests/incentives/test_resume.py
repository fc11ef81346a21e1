"""A run that goes on from an earlier one, by new rows alone."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from salesteam import incentives as inc
from salesteam.errors import InvalidValueError, ReportError
from salesteam.incentives import _exact
from salesteam.incentives._exact._stale import stale_of
from salesteam.incentives._filled import filled


def payouts(run):
    """What each payee gets, with what bent it."""
    return [(p.payee, p.period, p.component, p.raw, p.gate, p.modifier, p.cap_minor, p.pay_minor) for p in run.payouts]


def plan(*, caps=(), **component):
    """A plan with one component, by default of two bands over a quarter."""
    return inc.plan_of(
        {
            "currency": "CNY",
            "period": "month",
            "negative_period": "carry",
            "measures": {"m": {"unit": "money", "value": "amount"}},
            "components": {"c": component},
            **({"caps": list(caps)} if caps else {}),
        }
    )


def banded(method="marginal", low="10%", end=None, **more):
    """A plan of two bands over a quarter."""
    tiers = [{"from": 0, "to": 100, "rate": low}, {"from": 100, "to": end, "rate": "20%"}]
    return plan(measure="m", method=method, accumulate="quarter", tiers=tiers, **more)


PLAN = banded()
PROPORTIONAL = banded(
    "proportional_rate", end=300, caps=[{"of": "c", "limit": 50, "at": "after_modifiers", "excess": "lost"}]
)
CURVE = plan(
    measure="m",
    method="curve",
    accumulate="quarter",
    target=100,
    nodes=[["50%", "0"], ["100%", "100%"]],
    between="linear",
    below="zero",
    above="flat",
)
QUOTAS = [{"payee": who, "measure": "m", "period": "2026-Q1", "quota": 100} for who in ("ana", "bo")]


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
    """A mean of single rows is no sum to go on with."""
    mean = attrs.evolve(PLAN.measures["m"], aggregate="mean")
    averaged = attrs.evolve(PLAN, measures={"m": mean})
    with pytest.raises(ReportError, match=r"components\.c"):
        inc.pay(averaged, inc.Facts(transactions=[deal("T2", 6, 40)]), resume=FIRST.state)


def test_the_state_of_another_plan_is_refused():
    """Sums that other rates were paid on are of no use."""
    with pytest.raises(ReportError, match="resume-plan"):
        inc.pay(banded(low="11%"), inc.Facts(transactions=[]), resume=FIRST.state)


def test_a_deal_that_says_something_else_now_asks_for_a_full_run():
    """In one run neither of two copies that differ would be paid."""
    with pytest.raises(ReportError, match="resume-changed"):
        inc.pay(PLAN, inc.Facts(transactions=[deal("T1", 5, 81)]), resume=FIRST.state)


def test_the_deal_of_a_reversal_that_came_back_asks_for_a_full_run():
    """In one run the reversal would have found it."""
    stray = inc.pay(PLAN, inc.Facts(transactions=[deal("R9", 9, -10, reverses="T9")]))
    with pytest.raises(ReportError, match=r"resume-late.*R9"):
        inc.pay(PLAN, inc.Facts(transactions=[deal("T9", 8, 10)]), resume=stray.state)


def test_a_third_copy_of_what_came_back_is_not_paid():
    """Copies that differ are nobody's word, on whatever day another comes."""
    torn = inc.pay(PLAN, inc.Facts(transactions=[deal("T1", 5, 80), deal("T1", 5, 90)]))
    run = inc.pay(PLAN, inc.Facts(transactions=[deal("T1", 5, 80)]), resume=torn.state)
    assert (0, ["incentives.duplicate-transaction"] * 3) == (run.total.minor, [row.code for row in run.unpaid])


def test_reversals_on_several_days_take_a_deal_out_of_a_count():
    """The last of them leaves nothing of it, as it would in one run."""
    counted = attrs.evolve(
        plan(measure="m", method="flat", rate=5),
        measures={"m": inc.Measure(unit="count", value="1", aggregate="count")},
    )
    run = inc.pay(counted, inc.Facts(transactions=[deal("T1", 5, 100)]))
    totals = [run.total.minor]
    for back in (deal("R1", 6, -40, reverses="T1"), deal("R2", 7, -60, reverses="T1")):
        run = inc.pay(counted, inc.Facts(transactions=[back]), resume=run.state)
        totals.append(run.total.minor)
    assert [5_00, 5_00, 0] == totals


def test_somebody_who_is_known_after_all_asks_for_a_full_run():
    """The deal that came back could be paid now, and its place has been passed."""
    people = [{"payee": "bo", "team": "north"}]
    first = inc.pay(PLAN, inc.Facts(transactions=[deal("T1", 5, 80)], people=people))
    with pytest.raises(ReportError, match=r"resume-changed.*people: ana"):
        inc.pay(PLAN, inc.Facts(transactions=[], people=[*people, {"payee": "ana"}]), resume=first.state)


def test_a_deal_of_somebody_else_may_be_dated_before_what_was_paid():
    """Only the sums of one payee and interval have an order."""
    late = {**deal("T0", 1, 40), "payee": "bo"}
    assert 12_00 == inc.pay(PLAN, inc.Facts(transactions=[late]), resume=FIRST.state).total.minor


def test_a_quota_that_was_corrected_behind_paid_rows_asks_for_a_full_run():
    """A band that is cut by a quota would have paid the earlier rows at other rates."""
    shares = [{"from": 0, "to": "100%", "rate": "10%"}, {"from": "100%", "to": None, "rate": "20%"}]
    cut = plan(measure="m", method="marginal", accumulate="quarter", bounds="quota", tiers=shares)
    quota = {"payee": "ana", "measure": "m", "period": "2026-Q1", "quota": 100}
    first = inc.pay(cut, inc.Facts(transactions=[deal("T1", 5, 80)], quotas=[quota]))
    facts = inc.Facts(transactions=[], quotas=[{**quota, "quota": 50}])
    with pytest.raises(ReportError, match=r"resume-changed.*components\.c: ana, 2026-Q1"):
        inc.pay(cut, facts, resume=first.state)


def test_who_was_in_another_team_after_all_asks_for_a_full_run():
    """What was credited belongs to the team of the day; a team that begins later changes nothing."""
    first = inc.pay(PLAN, inc.Facts(transactions=[deal("T1", 5, 80)], people=[{"payee": "ana", "team": "north"}]))
    moves = [
        {"payee": "ana", "team": "north", "start": None, "end": date(2026, 2, 1)},
        {"payee": "ana", "team": "south", "start": date(2026, 2, 1), "end": None},
    ]
    later = inc.Facts(transactions=[deal("T2", 6, 10)], people=moves)
    assert 9_00 == inc.pay(PLAN, later, resume=first.state).total.minor
    with pytest.raises(ReportError, match=r"resume-changed.*people: ana"):
        inc.pay(PLAN, inc.Facts(transactions=[], people=[{"payee": "ana", "team": "south"}]), resume=first.state)


def test_the_line_of_a_whole_period_tells_what_it_moves_since_the_earlier_run():
    """The lines of all days sum to the payout."""
    first = inc.pay(CURVE, inc.Facts(transactions=[deal("T1", 5, 80)], quotas=QUOTAS))
    second = inc.pay(CURVE, inc.Facts(transactions=[deal("T2", 6, 10)], quotas=QUOTAS), resume=first.state)
    told = [(n.before, n.after, n.pay_minor) for run in (first, second) for n in run.lines]
    assert ([(0, 80, 60_00), (80, 90, 20_00)], 80_00) == (told, second.total.minor)


def test_a_late_row_of_an_earlier_period_is_paid_where_whole_periods_are():
    """The later periods of its interval are rated again."""
    feb = {**deal("T1", 5, 60), "date": date(2026, 2, 5)}
    first = inc.pay(CURVE, inc.Facts(transactions=[feb], quotas=QUOTAS))
    run = inc.pay(CURVE, inc.Facts(transactions=[deal("T0", 5, 60)], quotas=QUOTAS), resume=first.state)
    assert [("2026-01", 20_00), ("2026-02", 80_00)] == [(p.period, p.pay_minor) for p in run.payouts]


def test_new_rows_touch_their_payee_and_where_teams_count_the_mates():
    """The cost of a day follows its rows: nobody else is rated again."""
    people = [{"payee": who, "team": team} for who, team in (("ana", "n"), ("bo", "n"), ("cai", "s"))]
    pool = plan(
        method="pool",
        fund={"rate": "1%", "measure": "team.m"},
        shares="equal",
        leavers="in",
        unclaimed="return",
    )
    rows = [{**deal("T1", 5, 80), "payee": who, "transaction": f"T1 {who}"} for who in ("ana", "bo", "cai")]
    touched = {}
    for name, paid in (("own", PLAN), ("team", pool)):
        first = inc.pay(paid, inc.Facts(transactions=rows, people=people))
        run = inc.pay(paid, inc.Facts(transactions=[deal("T2", 6, 40)], people=people), resume=first.state)
        touched[name] = {payee for payee, _ in stale_of(run.book).pairs}
    assert {"own": {"ana"}, "team": {"ana", "bo"}} == touched


def test_the_mates_of_a_new_row_are_rated_again():
    """A deal of bo lifts the coefficient of the team, and with it what ana was paid."""
    by_team = inc.Modifier(of="plan", measure="team.m.attainment", clamp=(Fraction(0), Fraction(2)), join="product")
    rated = attrs.evolve(PLAN, modifiers=(by_team,))
    tables = {
        "people": [{"payee": who, "team": "n"} for who in ("ana", "bo")],
        "quotas": [{"payee": who, "measure": "m", "period": "2026-01", "quota": 100} for who in ("ana", "bo")],
    }
    rows = [deal("T1", 5, 80), {**deal("T2", 6, 80), "payee": "bo"}]
    first = inc.pay(rated, inc.Facts(transactions=rows[:1], **tables))
    run = inc.pay(rated, inc.Facts(transactions=rows[1:], **tables), resume=first.state)
    assert [3_20, 6_40] == [r.paid("ana").minor for r in (first, run)]
    whole = _exact.run(filled(rated), inc.Facts(transactions=rows, **tables), None)
    assert payouts(whole) == payouts(run)


def test_a_quota_that_comes_after_its_row_asks_for_a_full_run():
    """The row came back for want of it, and could be paid now."""
    shares = [{"from": 0, "to": "100%", "rate": "10%"}, {"from": "100%", "to": None, "rate": "20%"}]
    cut = plan(measure="m", method="marginal", accumulate="quarter", bounds="quota", tiers=shares)
    first = inc.pay(cut, inc.Facts(transactions=[deal("T1", 5, 80)]))
    quota = {"payee": "ana", "measure": "m", "period": "2026-Q1", "quota": 100}
    with pytest.raises(ReportError, match=r"resume-changed.*components\.c: ana"):
        inc.pay(cut, inc.Facts(transactions=[], quotas=[quota]), resume=first.state)


def test_a_settlement_asks_for_the_lines_of_all_rows():
    """What an earlier run has paid would look as if it had been taken back."""
    run = inc.pay(PLAN, inc.Facts(transactions=[deal("T2", 6, 40)]), resume=FIRST.state)
    with pytest.raises(InvalidValueError, match="without resume"):
        inc.settle(run)


@given(amounts=st.lists(st.integers(-20, 60), min_size=2, max_size=5), cut=st.integers(1, 4))
def test_a_rate_that_rises_with_the_sum_is_gone_on_with(amounts, cut):
    """The rate of a point is reckoned from the whole sum, wherever the rows are cut."""
    rows = [deal(f"T{number}", 1 + 4 * number, amount) for number, amount in enumerate(amounts)]
    assume(cut < len(rows))
    whole = _exact.run(filled(PROPORTIONAL), inc.Facts(transactions=rows), None)
    first = inc.pay(PROPORTIONAL, inc.Facts(transactions=rows[:cut]))
    assert payouts(whole) == payouts(inc.pay(PROPORTIONAL, inc.Facts(transactions=rows[cut:]), resume=first.state))
