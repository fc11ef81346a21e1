"""Runs that go on where single deals matter: amounts for each, whole deals at one rate, limits, shares, managers."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.incentives.language import worlds
from tests.incentives.plans import sound
from tests.incentives.test_resume_laws import at_once, day_by_day, moved, outcome

from salesteam import incentives as inc
from salesteam.errors import ReportError

FEATURES = [
    ("reversals",),
    ("split", "reversals", "bent"),
    ("split", "reversals", "crediting"),
    ("deal", "reversals", "bent"),
    ("rollup", "reversals"),
    ("rollup", "bent", "for"),
    ("quotas", "reversals"),
    ("windfall", "reversals"),
    ("windfall", "reversals"),
    ("clawback", "crediting"),
    ("carry", "reversals"),
    ("carry", "bent"),
]


def plan(component, *, above=None, **more):
    """A plan of months with one component, and maybe one that is paid on its pay."""
    on_pay = {"above": {"measure": "m", "base": "pay", "component": "c", **above}} if above else {}
    return inc.plan_of(
        {
            "currency": "CNY",
            "period": "month",
            "negative_period": "carry",
            "measures": {"m": {"unit": "money", "value": "amount"}},
            "components": {"c": {"measure": "m", **component}, **on_pay},
            **more,
        }
    )


def deal(name, day, amount=100, payee="ana", **more):
    """One deal of January."""
    return {"transaction": name, "date": date(2026, 1, day), "amount": str(amount), "payee": payee, **more}


def days(paid, *parts, **tables):
    """What the last of several runs pays, each of which goes on from a saved state of the one before."""
    state, run = None, None
    with tempfile.TemporaryDirectory() as folder:
        for part in parts:
            run = inc.pay(paid, inc.Facts(transactions=part, **tables), resume=state)
            state = inc.State.load(run.state.save(Path(folder) / "state.json"))
    return {(p.payee, p.period): p.pay_minor for p in run.payouts}


def at_one_go(paid, *parts, **tables):
    """What one run of all rows pays."""
    return days(paid, [row for part in parts for row in part], **tables)


def refused(paid, first, second, match):
    """Go on from a run of some facts with others, which must ask for a full run."""
    state = inc.pay(paid, inc.Facts(**first)).state
    with pytest.raises(ReportError, match=match):
        inc.pay(paid, inc.Facts(**second), resume=state)


SPIFF = plan({"method": "spiff", "amount": 5, "first": 2, "accumulate": "period", "stacks": True})
FORWARD = {
    "method": "forward",
    "accumulate": "period",
    "crossing": "old_rate",
    "edge": "lower_inclusive",
    "tiers": [{"from": 0, "to": 100, "rate": "1%"}, {"from": 100, "rate": "2%"}],
}
FLAT = {"method": "flat", "rate": "1%", "accumulate": "period"}


def test_the_first_deals_are_counted_over_all_runs():
    """Two were paid before, so a third is not; one of them that is taken back makes room for a fourth."""
    first = [deal("T1", 5), deal("T2", 6)]
    assert {("ana", "2026-01"): 10_00} == days(SPIFF, first, [deal("T3", 7)])
    back = [deal("R1", 7, -100, reverses="T1")]
    assert {("ana", "2026-01"): 5_00} == days(SPIFF, first, back)
    assert {("ana", "2026-01"): 10_00} == days(SPIFF, first, back, [deal("T4", 8)])


def test_no_more_is_taken_back_of_an_amount_than_is_left():
    """Parts of a deal that come back on several days take back what was given for it, once."""
    parts = [[deal(f"R{n}", 5 + n, -60, reverses="T1")] for n in (1, 2)]
    assert {("ana", "2026-01"): 2_00} == days(SPIFF, [deal("T1", 5)], parts[0])
    assert {("ana", "2026-01"): 0} == days(SPIFF, [deal("T1", 5)], *parts)


def test_a_reversal_after_the_window_takes_back_a_deal_in_it():
    """It lies where its original lay."""
    window = {"from": date(2026, 1, 1), "until": date(2026, 1, 10)}
    spring = plan({"method": "spiff", "amount": 5, "window": window, "accumulate": "period", "stacks": True})
    back = [deal("R1", 20, -100, reverses="T1"), deal("T2", 21)]
    assert {("ana", "2026-01"): 0} == days(spring, [deal("T1", 5)], back)


@pytest.mark.parametrize("crossing", ["old_rate", "new_rate", "split"])
def test_a_deal_of_another_day_is_taken_back_at_its_own_rate(crossing):
    """The sum has come into a higher band since, whichever rate the deal on the bound is paid at."""
    paid = plan({**FORWARD, "crossing": crossing})
    parts = [deal("T1", 5, 50), deal("T2", 6, 100)], [deal("T3", 7, 100)], [deal("R1", 8, -50, reverses="T1")]
    assert at_one_go(paid, *parts) == days(paid, *parts)


def test_whole_deals_at_one_rate_are_taken_back_at_it():
    """The first was paid at 1 %, the sum has come to 2 % since."""
    first = [deal("T1", 5, 50), deal("T2", 6, 100)]
    assert {("ana", "2026-01"): 1_50} == days(plan(FORWARD), first)
    assert {("ana", "2026-01"): 1_00} == days(plan(FORWARD), first, [deal("R1", 7, -50, reverses="T1")])


def test_a_quota_that_was_corrected_behind_whole_deals_asks_for_a_full_run():
    """Another band would have paid them."""
    tiers = [{"from": 0, "to": "100%", "rate": "1%"}, {"from": "100%", "rate": "2%"}]
    paid = plan({**FORWARD, "bounds": "quota", "tiers": tiers})
    quota = {"payee": "ana", "measure": "m", "period": "2026-01", "quota": 100}
    first = {"transactions": [deal("T1", 5)], "quotas": [quota]}
    refused(paid, first, {"transactions": [], "quotas": [{**quota, "quota": 50}]}, "resume-changed")


def test_a_target_that_comes_after_a_deal_asks_for_a_full_run():
    """The amount was a share of a target that nobody knew, and the deal came back."""
    paid = plan({"method": "spiff", "amount": "5%", "pays_of": "target", "accumulate": "period", "stacks": True})
    target = [{"payee": "ana", "period": "2026-01", "target_minor": 100_00}]
    refused(paid, {"transactions": [deal("T1", 5)]}, {"transactions": [], "targets": target}, "resume-changed")
    assert {("ana", "2026-01"): 10_00} == days(paid, [deal("T1", 5)], [deal("T2", 6)], targets=target)


def test_pay_is_divided_line_by_line_on_whatever_day():
    """Each line is cut to the cent alone, so that the shares of many days are those of one run."""
    paid = plan({**FLAT, "pay_split": {"li": "1/3", "zoe": "2/3"}})
    rows = [deal("T1", 5, 10), deal("T2", 6, 10, "bo")]
    assert {("li", "2026-01"): 6, ("zoe", "2026-01"): 14} == days(paid, rows[:1], rows[1:])


def test_whole_periods_are_divided_again_with_what_others_bring():
    """The curve of ana moves, and the shares that come from bo stay."""
    curve = {"method": "curve", "target": 100, "nodes": [["0%", "0"], ["100%", "100%"]], "between": "linear"}
    curve |= {"below": "zero", "above": "flat", "pay_split": {"li": "1/2", "zoe": "1/2"}}
    quotas = [{"payee": who, "measure": "m", "period": "2026-01", "quota": 1000} for who in ("ana", "bo")]
    rows = [deal("T1", 5), deal("T2", 6, 100, "bo"), deal("T3", 7)]
    assert {("li", "2026-01"): 15_00, ("zoe", "2026-01"): 15_00} == days(plan(curve), rows[:2], rows[2:], quotas=quotas)


def test_others_who_share_now_ask_for_a_full_run():
    """A colleague who was there all along would have had a share of what is paid already."""
    paid = plan({**FLAT, "pay_split": "equal"})
    people = [{"payee": "ana"}, {"payee": "bo"}]
    first = {"transactions": [deal("T1", 5)], "people": people}
    later = {"transactions": [], "people": [*people, {"payee": "cai"}]}
    refused(paid, first, later, r"resume-changed.*pay_split")
    fresh = {"transactions": [], "people": [*people, {"payee": "cai", "start": date(2026, 2, 1)}]}
    assert 1_00 == inc.pay(paid, inc.Facts(**fresh), resume=inc.pay(paid, inc.Facts(**first)).state).total.minor


def test_a_factor_that_moves_divided_pay_asks_for_a_full_run():
    """It was cut line by line, and the lines are not known any more."""
    bent = {"modifiers": [{"of": "c", "measure": "m.attainment", "clamp": ["0%", "200%"]}]}
    quotas = [{"payee": "ana", "measure": "m", "period": "2026-01", "quota": 100}]
    paid, first = plan({**FLAT, "pay_split": {"li": "1/3"}}, **bent), [deal("T1", 5)]
    assert {("li", "2026-01"): 33} == days(paid, first, [deal("T2", 6, 0)], quotas=quotas)
    later = {"transactions": [deal("T2", 6, 50)], "quotas": quotas}
    refused(paid, {"transactions": first, "quotas": quotas}, later, "resume-changed")


def test_a_deal_that_was_held_is_taken_back_as_it_was_held():
    """The cap on a deal holds the reversal of another day too."""
    paid = plan(FLAT, caps=[{"of": "deal", "limit": 3, "at": "after_modifiers"}])
    first = [deal("T1", 5, 1000), deal("T2", 6, 200)]
    assert {("ana", "2026-01"): 5_00} == days(paid, first[:1], first[1:])
    assert {("ana", "2026-01"): 2_00} == days(paid, first, [deal("R1", 7, -1000, reverses="T1")])


def test_a_factor_that_moves_what_a_deal_is_held_to_asks_for_a_full_run():
    """The cap is on pay after factors, so another factor would have held the deal elsewhere."""
    more = {
        "modifiers": [{"of": "c", "measure": "m.attainment", "clamp": ["0%", "200%"]}],
        "caps": [{"of": "deal", "limit": 3, "at": "after_modifiers"}],
    }
    quotas = [{"payee": "ana", "measure": "m", "period": "2026-01", "quota": 100}]
    first = {"transactions": [deal("T1", 5)], "quotas": quotas}
    refused(plan(FLAT, **more), first, {"transactions": [deal("T2", 6)], "quotas": quotas}, "resume-changed")
    more["caps"] = [{"of": "deal", "limit": 3, "at": "before_modifiers"}]
    assert {("ana", "2026-01"): 4_00} == days(plan(FLAT, **more), [deal("T1", 5)], [deal("T2", 6)], quotas=quotas)


def test_managers_are_credited_for_the_deals_of_all_days():
    """The band of the manager is reached by what several reports sold on several days."""
    rolled = plan(
        {"method": "marginal", "accumulate": "period", "tiers": FORWARD["tiers"]},
        rollup={"levels": "every_level", "hierarchy_at": "transaction_date"},
    )
    people = [{"payee": who, "manager": above} for who, above in (("ana", "eve"), ("bo", "eve"), ("eve", None))]
    parts = [deal("T1", 5)], [deal("T2", 6, 100, "bo")], [deal("R1", 7, -50, reverses="T1")]
    assert 3_00 == days(rolled, *parts[:2], people=people)["eve", "2026-01"]
    assert at_one_go(rolled, *parts, people=people) == days(rolled, *parts, people=people)


@pytest.mark.parametrize("at", ["transaction_date", "period_end"])
def test_another_manager_behind_paid_deals_asks_for_a_full_run(at):
    """Of the payee, or of a manager above who was credited; from the next month on it is no obstacle."""
    rolled = plan(FLAT, rollup={"levels": "every_level", "hierarchy_at": at})
    people = [
        {"payee": "ana", "manager": "eve", "start": None, "end": None},
        {"payee": "eve", "manager": None, "start": None, "end": None},
    ]
    first = {"transactions": [deal("T1", 5)], "people": people}
    again = [people[0], {**people[1], "manager": "fay"}]
    refused(rolled, first, {"transactions": [], "people": again}, "resume-changed.*people: eve")

    def moved_on(day):
        return [people[0], {**people[1], "end": day}, {**people[1], "manager": "fay", "start": day}]

    next_month = inc.Facts(transactions=[], people=moved_on(date(2026, 2, 1)))
    assert 2_00 == inc.pay(rolled, next_month, resume=inc.pay(rolled, inc.Facts(**first)).state).total.minor
    if at == "period_end":
        same_month = {"transactions": [], "people": moved_on(date(2026, 1, 20))}
        refused(rolled, first, same_month, "resume-changed.*people: eve")


ABOVE = {"method": "override", "hierarchy_at": "transaction_date", "levels": {1: "10%", 2: "1%"}}
LINE = [{"payee": "ana", "manager": "eve"}, {"payee": "bo", "manager": "eve"}, {"payee": "eve", "manager": "fay"}]


def test_those_above_are_paid_on_what_was_credited_below_on_all_days():
    """A reversal of another day takes back what both levels were paid."""
    paid = plan({**ABOVE, "base": "credit"})
    parts = [deal("T1", 5)], [deal("T2", 6, 100, "bo")], [deal("R1", 7, -50, reverses="T1")]
    assert {("eve", "2026-01"): 15_00, ("fay", "2026-01"): 1_50} == days(paid, *parts, people=LINE)
    sums = [inc.pay(paid, inc.Facts(transactions=part, people=LINE)).state for part in parts[:1]]
    run = inc.pay(paid, inc.Facts(transactions=parts[1], people=LINE), resume=sums[0])
    assert [("eve", 100, 200), ("fay", 100, 200)] == [(n.payee, n.before, n.after) for n in run.lines]


def test_another_head_above_paid_deals_asks_for_a_full_run():
    """The manager of ana was neither credited nor paid, and yet it hangs on her who was."""
    first = {"transactions": [deal("T1", 5)], "people": LINE}
    again = [*LINE[:2], {"payee": "eve", "manager": "gus"}]
    second = plan({**ABOVE, "base": "credit", "levels": {2: "1%"}})
    refused(second, first, {"transactions": [], "people": again}, "resume-changed.*eve")


def test_those_above_are_paid_again_on_whole_periods_below():
    """A curve moves with the row of one, and the pay of the other still counts for their manager."""
    curve = {"method": "curve", "target": 100, "nodes": [["0%", "0"], ["100%", "100%"]], "between": "linear"}
    curve |= {"below": "zero", "above": "flat"}
    paid = plan(curve, above=ABOVE)
    quotas = [{"payee": who, "measure": "m", "period": "2026-01", "quota": 1000} for who in ("ana", "bo")]
    parts = [deal("T1", 5), deal("T2", 6, 100, "bo")], [deal("T3", 7)]
    run = {"people": LINE, "quotas": quotas}
    assert 3_00 == days(paid, *parts, **run)["eve", "2026-01"]
    assert at_one_go(paid, *parts, **run) == days(paid, *parts, **run)


def test_a_factor_that_moves_pay_below_asks_for_a_full_run():
    """Those above were paid on each line of it."""
    bent = {"modifiers": [{"of": "c", "measure": "m.attainment", "clamp": ["0%", "200%"]}]}
    paid = plan(FLAT, above=ABOVE, **bent)
    quotas = [{"payee": "ana", "measure": "m", "period": "2026-01", "quota": 100}]
    tables = {"people": LINE, "quotas": quotas}
    assert 10 == days(paid, [deal("T1", 5)], [deal("T2", 6, 0)], **tables)["eve", "2026-01"]
    later = {"transactions": [deal("T2", 6, 50)], **tables}
    refused(paid, {"transactions": [deal("T1", 5)], **tables}, later, "resume-changed.*components.c")


def test_a_windfall_is_taken_back_as_it_was_cut():
    """Half of the deal was credited, so half of the reversal is."""
    cut = plan(FLAT, windfall=[{"above": 100, "per": "deal", "then": "cap_credit"}])
    parts = [deal("T1", 5, 200)], [deal("R1", 6, -200, reverses="T1")]
    assert {("ana", "2026-01"): 1_00} == days(cut, parts[0])
    assert {("ana", "2026-01"): 0} == days(cut, *parts)


def test_what_a_customer_bought_is_added_up_over_all_days():
    """The second deal fills what the first has left below the bound."""
    cut = plan(FLAT, windfall=[{"above": 100, "per": "customer", "then": "cap_credit"}])
    rows = [deal("T1", 5, 80, customer="k"), deal("T2", 6, 80, "bo", customer="k")]
    assert {("ana", "2026-01"): 80, ("bo", "2026-01"): 20} == days(cut, rows[:1], rows[1:])
    early = {"transactions": [deal("T0", 1, 80, "bo", customer="k")]}
    refused(cut, {"transactions": rows[:1]}, early, "resume-late")
    assert (
        1_60
        == inc.pay(
            cut,
            inc.Facts(transactions=[deal("T0", 1, 80, "bo", customer="q")]),
            resume=inc.pay(cut, inc.Facts(transactions=rows[:1])).state,
        ).total.minor
    )


CANCELLED = {"on": "cancelled", "unearned": "all", "method": "at_paid_rate"}


def test_what_events_undo_of_a_deal_of_the_day_is_gone_on_without():
    """The deal of the first day was cancelled on it; the next day knows the same events, and one on its own deal."""
    paid = plan(FLAT, clawback=[CANCELLED])
    events = [{"transaction": name, "date": date(2026, 1, 9), "kind": "cancelled"} for name in ("T1", "T3")]
    parts = [deal("T1", 5), deal("T2", 6)], [deal("T3", 7), deal("T4", 8)]
    assert {("ana", "2026-01"): 2_00} == days(paid, *parts, events=events)


@pytest.mark.parametrize("method", ["re_tier", "at_paid_rate"])
def test_an_event_on_a_deal_of_an_earlier_run_asks_for_a_full_run(method):
    """So do one that is gone again, and a reversal of a deal that an event undid in part."""
    paid = plan(FLAT, clawback=[{**CANCELLED, "method": method, "unearned": "event"}])
    event = {"transaction": "T1", "date": date(2026, 1, 9), "kind": "cancelled", "share": "1/2"}
    plain, undone = ({"transactions": [deal("T1", 5)], "events": events} for events in ([], [event]))
    refused(paid, plain, {"transactions": [], "events": [event]}, "resume-changed.*events: T1")
    refused(paid, undone, {"transactions": []}, "resume-changed.*events: T1")
    back = {"transactions": [deal("R1", 6, -100, reverses="T1")], "events": [event]}
    refused(paid, undone, back, "resume-changed.*events: T1")


def test_a_retroactive_rate_that_is_taken_back_in_the_end_needs_all_rows():
    """At which rate a deal is taken back is known when the last one has come."""
    tiers = [{"from": 0, "to": 100, "rate": "1%"}, {"from": 100, "rate": "2%"}]
    slab = {"method": "slab", "accumulate": "period", "edge": "lower_inclusive", "tiers": tiers}
    first = {"transactions": [deal("T1", 5)]}
    refused(plan(slab, clawback=[CANCELLED]), first, {"transactions": []}, r"resume-unfit.*clawback\[0\]")


def carried(of, limit=3):
    """A cap whose excess waits for the next month."""
    return {"caps": [{"of": of, "limit": limit, "at": "after_modifiers", "excess": "carry"}]}


def february(name, amount):
    """A deal of ana in the month after."""
    return {**deal(name, 5, amount), "date": date(2026, 2, 5)}


@pytest.mark.parametrize("of", ["c", "plan"])
def test_what_waits_over_a_cap_is_paid_in_a_later_run(of):
    """The second month has room for a part of it, and a reversal takes back what waits before what is paid."""
    paid = plan(FLAT, **carried(of))
    parts = [deal("T1", 5, 500)], [february("T2", 200)]
    assert {("ana", "2026-01"): 3_00} == days(paid, parts[0])
    assert {("ana", "2026-01"): 3_00, ("ana", "2026-02"): 3_00} == days(paid, *parts)
    back = [deal("R1", 9, -400, reverses="T1")]
    assert {("ana", "2026-01"): 1_00, ("ana", "2026-02"): 2_00} == days(paid, *parts, back)


def test_what_waits_is_paid_in_a_month_in_which_others_alone_sold():
    """Nothing of hers came, and yet the month has room for it."""
    paid, theirs = plan(FLAT, **carried("c")), [{**february("T2", 100), "payee": "bo"}]
    parts = [deal("T1", 5, 500)], theirs
    assert 2_00 == days(paid, *parts)["ana", "2026-02"]
    assert at_one_go(paid, *parts) == days(paid, *parts)


def test_what_waits_for_a_target_is_told_until_the_target_is_known():
    """The cap of the month is a share of it; on all other days the row comes back as in one run."""
    paid = plan(FLAT, **carried("c", "100% target"))
    target = {"payee": "ana", "period": "2026-01", "target_minor": 3_00}
    later = [{**target, "period": "2026-02"}]
    theirs = [{**february("T2", 0), "payee": "bo"}, {**february("T3", 0), "payee": "bo"}]
    targets = [target, {"payee": "bo", "period": "2026-02", "target_minor": 3_00}]
    run = inc.pay(paid, inc.Facts(transactions=[deal("T1", 5, 500)], targets=targets))
    for row in theirs:
        run = inc.pay(paid, inc.Facts(transactions=[row], targets=targets), resume=run.state)
        assert [("payouts", "incentives.no-target", "2026-02")] == [(u.table, u.code, u.period) for u in run.unpaid]
    run = inc.pay(paid, inc.Facts(transactions=[], targets=[*targets, *later]), resume=run.state)
    assert (5_00, ()) == (run.paid("ana").minor, run.unpaid)


def test_a_cap_that_stands_twice_holds_pay_as_one():
    """What the first has written down is not taken for what the second did."""
    caps = carried("c")["caps"]
    paid = plan(FLAT, caps=[*caps, *caps])
    assert {("ana", "2026-01"): 3_00} == days(paid, [deal("T1", 5, 500)])
    assert {("ana", "2026-01"): 3_00} == days(paid, [deal("T1", 5, 500)], [deal("T2", 6, 100)])


def test_a_cap_that_several_components_share_needs_all_rows():
    """Which of them is paid what waits hangs on the order of all their rows."""
    paid = plan(FLAT, **carried("plan"))
    paid = attrs.evolve(paid, components={"c": paid.components["c"], "d": SPIFF.components["c"]})
    refused(paid, {"transactions": [deal("T1", 5)]}, {"transactions": []}, r"resume-unfit.*caps\[0\]")


def test_a_month_that_was_paid_nothing_but_what_waited_is_gone_when_that_is_taken_back():
    """In one run there would be no payout of it."""
    paid, theirs = plan(FLAT, **carried("c")), [{**february("T2", 100), "payee": "bo"}]
    parts = [deal("T1", 5, 500)], theirs, [deal("R1", 9, -500, reverses="T1")]
    assert {("ana", "2026-01"): 0, ("bo", "2026-02"): 1_00} == days(paid, *parts)


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_row_may_be_a_day_of_its_own(data):
    """Each goes on from the saved state of the row before, and in the end all is paid as in one run."""
    features = data.draw(st.sampled_from(FEATURES))
    paid, tables = data.draw(worlds(only=("tiered", "flat", "spiff", "override"), features=features))
    assume(sound(paid))
    rows = sorted(tables["transactions"], key=lambda row: (row["date"], row["seq"], row["transaction"]))
    whole = at_once(paid, inc.Facts(**tables))
    with tempfile.TemporaryDirectory() as folder:
        runs = day_by_day(
            paid,
            [inc.Facts(**{**tables, "transactions": [row]}) for row in rows],
            kept=lambda state: inc.State.load(state.save(Path(folder) / "state.json")),
        )
    if runs is not None:
        assert outcome(whole) == outcome(runs[-1])
        assert moved(whole) == moved(*runs)
