"""What becomes of earned pay: release, guarantee, draw, money back, the ledger and the statement."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs
import pytest
from tests.incentives.settling import booked, column, each_month, monthly, settled

from salesteam import incentives as inc
from salesteam.errors import InvalidValueError, NotFoundError, ReportError


def draw(kind="recoverable", amount=2000, repay_from="above_draw", **more):
    """The draw of a plan."""
    return {"kind": kind, "amount": amount, **({"repay_from": repay_from} if kind == "recoverable" else {}), **more}


@pytest.mark.parametrize(
    ("about", "earned", "paid", "debt"),
    [
        (draw(), [2750, 3000, 1500, 2375, 3000, 2750], [2750, 3000, 2000, 2000, 2875, 2750], [0, 0, 500, 125, 0, 0]),
        (draw(amount=1500), [500, 3000], [1500, 2000], [1000, 0]),
        (draw(amount=1000), [400, 600, 1200, 1500, 1400], [1000, 1000, 1000, 1000, 1100], [600, 1000, 800, 300, 0]),
        (draw(), [1500, 2375, 3000], [2000, 2000, 2875], [500, 125, 0]),
        (draw("non_recoverable"), [1500, 2375, 3000], [2000, 2375, 3000], [0, 0, 0]),
        (draw(repay_from="all_earnings"), [1500, 2375, 3000], [2000, 1875, 3000], [500, 0, 0]),
    ],
    ids=["siebel", "xactly", "studypool", "page", "non-recoverable", "all-earnings"],
)  # fmt: skip
def test_a_draw_pays_its_published_numbers(about, earned, paid, debt):
    """Net pay and carried debt of each period are those that the source prints."""
    made = settled(monthly(draw=about), each_month(*earned))
    assert paid == column(made, "paid")
    assert debt == column(made, "debt")


@pytest.mark.parametrize(
    ("amount", "earned", "at_end", "debt"), [(4000, 6000, 2000, 0), (3000, 2000, 0, 1000)], ids=["more", "less"]
)
def test_an_advance_is_paid_at_the_start_and_settled_at_the_end(amount, earned, at_end, debt):
    """The statement counts the advance in `paid`, and says in `settled` what is paid at the end."""
    made = settled(monthly(draw=draw("advance", amount)), each_month(earned))
    assert ([amount + at_end], [at_end], [debt]) == tuple(column(made, c) for c in ("paid", "settled", "debt"))


def test_no_more_than_a_share_of_the_pay_goes_into_repayment():
    """A debt of 1,500 is repaid by a tenth of 4,000, and the rest stays."""
    made = settled(monthly(draw=draw(max_recovery_share="10%")), each_month(500, 4000))
    assert [2000, 3600] == column(made, "paid")
    assert [1500, 1100] == column(made, "debt")


@pytest.mark.parametrize(
    ("ending", "paid", "debt", "closing"),
    [
        ("forgive", [2000, 1000], [0, 0], [0, 0]),
        ("carry", [2000, 0], [1500, 500], [0, 0]),
        ("due", [2000, 0], [0, 0], [-1500, -500]),
    ],
)
def test_the_end_of_a_draw_forgives_carries_or_asks_for_the_debt(ending, paid, debt, closing):
    """After its window nothing is drawn; what is due stands on the balance, what is carried is debt."""
    window = {"from": "2026-01-01", "until": "2026-02-01"}
    about = draw(window=window, at_end=ending)
    made = settled(monthly(draw=about, negative_period="carry"), each_month(500, 1000))
    assert (paid, debt, closing) == tuple(column(made, c) for c in ("paid", "debt", "closing"))


def test_an_ending_that_the_plan_leaves_open_carries_the_debt_and_is_told():
    """Nobody is asked for money by default."""
    about = draw(window={"from": "2026-01-01", "until": "2026-02-01"})
    made = settled(monthly(draw=about), each_month(500, 1000))
    assert [1500, 500] == column(made, "debt")
    assert "incentives.draw-end-open" in made.report.by_code


def test_what_a_leaver_owes_is_forgiven_where_the_plan_says_so():
    """`on_leave` holds in the period in which the person leaves; nothing is drawn afterwards."""
    people = [{"payee": "A", "start": "2026-01-01", "end": "2026-02-15"}]
    made = settled(monthly(draw=draw(on_leave="forgive")), each_month(500, 1500), people=people)
    assert [2000, 2000] == column(made, "paid")
    assert [1500, 0] == column(made, "debt")


def test_a_window_counts_months_since_the_start_of_each_person():
    """The month of the start is the first."""
    people = [{"payee": "A", "start": "2026-02-03"}]
    about = {"amount": 3000, "window": {"months": [1, 2]}}
    deals = each_month(None, 1000, 1000, 1000)
    made = settled(monthly(guarantee=about), deals, people=people)
    assert [3000, 3000, 1000] == column(made, "paid")
    assert [2000, 2000, 0] == column(made, "draw")
    assert [0, 0, 0] == column(made, "debt")


def test_months_since_a_start_that_nobody_knows_are_told_and_pay_nothing():
    """Without a start there is no first month."""
    made = settled(monthly(guarantee={"amount": 3000, "window": {"months": [1, 2]}}), each_month(1000))
    assert [1000] == column(made, "paid")
    assert ["incentives.no-start"] == [f.code for f in made.report if f.code.endswith("no-start")]


@pytest.mark.parametrize(("how", "grant", "debt"), [("larger", 0, 1500), ("both", 500, 1000)], ids=["larger", "both"])
def test_guarantee_and_draw_where_both_hold(how, grant, debt):
    """500 earned, 1,000 guaranteed, 2,000 drawn: the draw alone, or the guarantee first and the draw on top."""
    made = settled(monthly(draw=draw(), guarantee={"amount": 1000}, guarantee_and_draw=how), each_month(500))
    assert [2000] == column(made, "paid")
    assert [debt] == column(made, "debt")
    assert grant == sum(Fraction(e.amount_minor, 100) for e in made.entries if e.cause == "guarantee")


def test_a_guarantee_and_a_draw_that_meet_without_a_choice_are_refused():
    """Which of the two holds moves money."""
    plan = monthly(draw=draw(), guarantee={"amount": 1000}, guarantee_and_draw="both")
    run = inc.pay(plan, inc.Facts(transactions=each_month(500)))
    open_run = attrs.evolve(run, plan=attrs.evolve(run.plan, guarantee_and_draw=None))
    with pytest.raises(ReportError) as refused:
        inc.settle(open_run)
    assert {"incentives.choice-missing"} == set(refused.value.report.by_code)


def test_a_draw_is_prorated_where_the_plan_says_so():
    """From 5 February 24 of 28 days are worked; part-time halves them."""
    people = [{"payee": "A", "start": "2026-02-05", "participation": "1/2"}]
    rule = {"basis": "days", "applies_to": ["draw"]}
    plan = monthly(draw=draw("non_recoverable", 2800), proration=rule)
    assert [1200] == column(settled(plan, each_month(None, 10), people=people), "paid")


def test_people_without_a_deal_get_their_draw_too():
    """Where a table says who is there, a dry month is paid."""
    people = [{"payee": "A", "start": "2026-01-01"}, {"payee": "B", "start": "2026-02-01"}]
    made = settled(monthly(draw=draw()), each_month(3000, 3000), people=people)
    assert [2000] == column(made, "paid", "B")


@pytest.mark.parametrize(
    ("how", "paid", "closing", "debt"),
    [
        ("carry", [0, 500], [-300, 0], [0, 0]), ("deduct", [0, 500], [0, 0], [300, 0]), ("zero", [0, 800], [0, 0], [0, 0]),
    ],
)  # fmt: skip
def test_a_total_below_zero_is_carried_deducted_or_forgiven(how, paid, closing, debt):
    """300 below zero, then 800: nobody is asked for money."""
    made = settled(monthly(negative_period=how), each_month(-300, 800))
    assert (paid, closing, debt) == tuple(column(made, c) for c in ("paid", "closing", "debt"))
    assert (how == "zero") == (booked(made, "forfeited") == [300])


def test_deduct_takes_from_what_is_due_now():
    """A guarantee of 1,000 less 300 is paid; nothing is left to repay."""
    made = settled(monthly(negative_period="deduct", guarantee={"amount": 1000}), each_month(-300))
    assert ([700], [0]) == (column(made, "paid"), column(made, "debt"))


def test_a_total_below_zero_without_a_choice_is_refused():
    """The plan need not say it before it happens."""
    with pytest.raises(ReportError) as refused:
        settled(monthly(), each_month(-300))
    assert "incentives.choice-missing" in refused.value.report.by_code


INVOICED = [{"transaction": "T1", "date": "2026-01-05", "amount": "1000", "invoiced": "1000", "payee": "A"}]


def receipts(*rows):
    """Payments: transaction, day, amount."""
    return [{"transaction": deal, "date": day, "paid": paid} for deal, day, paid in rows]


def test_pay_is_released_with_the_money_that_comes_in():
    """Half of the invoice releases half of the commission; what comes back takes it back."""
    plan = monthly("20%", release={"on": "receipts"}, negative_period="carry")
    paid = receipts(("T1", "2026-01-20", 500), ("T1", "2026-02-20", 600), ("T1", "2026-03-01", -800))
    made = settled(plan, INVOICED, receipts=paid)
    assert [200, 0, 0] == column(made, "earned")
    assert [-200, 0, 0] == column(made, "held")
    assert [100, 100, -140] == column(made, "released")
    assert [100, 100, 0] == column(made, "paid")
    assert [0, 0, -140] == column(made, "closing")


def test_commission_on_payment_waits_for_the_payment():
    """Nothing is due when the invoice is posted; all of it on the day of the payment."""
    plan = monthly("10%", release={"on": "receipts"})
    deal = [{"transaction": "T1", "date": "2026-01-05", "amount": "100", "payee": "A"}]
    made = settled(plan, deal, receipts=receipts(("T1", "2026-02-06", 100)))
    assert [0, 10] == column(made, "paid")


def test_a_receipt_of_an_invoice_is_shared_by_invoiced_amount():
    """Half of an invoice of two deals releases half of each."""
    plan = monthly("10%", release={"on": "receipts"})
    deals = [
        {"transaction": "T1", "date": "2026-01-05", "amount": "300", "invoiced": "300", "invoice": "I", "payee": "A"},
        {"transaction": "T2", "date": "2026-01-06", "amount": "700", "invoiced": "700", "invoice": "I", "payee": "B"},
    ]
    made = settled(plan, deals, receipts=[{"invoice": "I", "date": "2026-01-20", "paid": "500"}])
    assert ([15], [35]) == (column(made, "paid", "A"), column(made, "paid", "B"))


@pytest.mark.parametrize(("paid", "taken"), [(0, 0), (500, -30), (1000, -60)])
def test_a_reversal_takes_back_only_what_its_original_had_released(paid, taken):
    """Before release the two cancel."""
    plan = monthly("10%", release={"on": "receipts"}, negative_period="carry")
    back = {"transaction": "R", "date": "2026-02-05", "amount": "-600", "payee": "A", "reverses": "T1"}
    made = settled(plan, [*INVOICED, back], receipts=receipts(("T1", "2026-01-20", paid)))
    assert taken == sum(Fraction(e.amount_minor, 100) for e in made.entries if e.transaction == "R")


def test_a_receipt_for_nobodys_deal_is_told():
    """Nothing is dropped silently."""
    made = settled(monthly(release={"on": "receipts"}), INVOICED, receipts=receipts(("T9", "2026-01-20", 5)))
    assert ["incentives.deal-unknown"] == [f.code for f in made.report]


@pytest.mark.parametrize(
    ("until", "paid"),
    [("2026-03-10", [80, 80, 140]), ("quarter", [80, 80, 140]), ("accepted", [80, 100, 80])],
    ids=["date", "quarter", "event"],
)
def test_a_holdback_waits_for_a_day_a_period_or_an_event(until, paid):
    """A fifth of the pay is held until then."""
    plan = monthly(release={"holdback": "20%", "until": until})
    events = [{"transaction": "T1", "date": "2026-02-06", "kind": "accepted"}]
    made = settled(plan, each_month(100, 100, 100), events=events)
    assert paid == column(made, "paid")


@pytest.mark.parametrize(("expired", "lost", "paid"), [("forfeit", [-40], [60, 0]), ("release", [], [60, 40])])
def test_milestones_release_their_shares_and_expire_with_the_plan(expired, lost, paid):
    """What has not come by the end of the plan is lost or paid."""
    stones = [{"event": "signed", "share": "60%"}, {"event": "live", "share": "40%"}]
    plan = monthly(
        release={"milestones": stones, "expired": expired}, valid={"from": "2026-01-01", "until": "2026-03-01"}
    )
    events = [
        {"transaction": "T1", "date": "2026-01-06", "kind": "signed"},
        {"transaction": "T1", "date": "2026-03-02", "kind": "live"},
    ]
    made = settled(plan, each_month(100), events=events, periods=["2026-01", "2026-02"])
    assert paid == column(made, "paid")
    assert lost == booked(made, "forfeited")


@pytest.mark.parametrize(
    ("expired", "lost", "later"),
    [("forfeit", [-40], {}), ("release", [], {"2026-02": 40}), (None, [], {"2026-03": 40})],
)
def test_an_event_ends_the_milestones_of_its_deal(expired, lost, later):
    """What comes after `expired` counts no more; nothing expires where the plan does not say what becomes of it."""
    stones = [{"event": "signed", "share": "60%"}, {"event": "live", "share": "40%"}]
    kinds = (("2026-01-06", "signed"), ("2026-02-03", "expired"), ("2026-03-02", "live"))
    events = [{"transaction": "T1", "date": day, "kind": kind} for day, kind in kinds]
    plan = monthly(release={"milestones": stones, **({"expired": expired} if expired else {})})
    made = settled(plan, each_month(100), events=events, periods=["2026-01", "2026-02", "2026-03"])
    assert {"2026-01": 60, **later} == {r.period: Fraction(r.paid_minor, 100) for r in made.statements if r.paid_minor}
    assert lost == booked(made, "forfeited")


def test_a_milestone_may_itself_be_called_expired():
    """A part may wait for the end of a trial, and the next one for more."""
    stones = [{"event": "expired", "share": "60%"}, {"event": "live", "share": "40%"}]
    events = [
        {"transaction": "T1", "date": "2026-01-06", "kind": "expired"},
        {"transaction": "T1", "date": "2026-02-03", "kind": "live"},
    ]
    made = settled(monthly(release={"milestones": stones, "expired": "forfeit"}), each_month(100), events=events)
    assert [60, 40] == column(made, "paid")


TWO_BANDS = {
    "measure": "sales", "method": "slab", "accumulate": "period", "edge": "lower_inclusive",
    "tiers": [{"from": 0, "to": 100000, "rate": "3%"}, {"from": 100000, "rate": "5%"}],
}  # fmt: skip
SOLD = [
    {"transaction": "T1", "date": "2026-01-05", "amount": "60000", "payee": "A"},
    {"transaction": "T2", "date": "2026-01-06", "amount": "50000", "payee": "A"},
    {"transaction": "T3", "date": "2026-02-06", "amount": "90000", "payee": "A"},
]
CANCELLED = [{"transaction": "T2", "date": "2026-02-10", "kind": "cancelled"}]


@pytest.mark.parametrize(("method", "taken"), [("re_tier", -3700), ("at_paid_rate", -2500)])
def test_a_cancelled_deal_is_taken_back_in_the_open_period(method, taken):
    """The closed month keeps its 5,500; the next one books the difference with its cause."""
    plan = monthly(
        component=TWO_BANDS, clawback={"on": "cancelled", "unearned": "all", "method": method}, negative_period="carry"
    )
    made = settled(plan, SOLD, events=CANCELLED)
    assert [5500, 2700] == column(made, "earned")
    assert [0, taken] == column(made, "adjustments")
    entries = [e for e in made.entries if e.kind == "adjustment"]
    assert {("2026-02", "2026-01", "clawback: cancelled")} == {
        (e.booked_period, e.original_period, e.cause) for e in entries
    }
    assert "incentives.clawback-booked" in made.report.by_code


def test_no_more_than_the_limit_is_taken_back_at_once_and_the_rest_is_debt():
    """Half of 2,700 may be taken; 2,350 stays as debt and is taken from the next month."""
    rule = {"on": "cancelled", "unearned": "all", "method": "re_tier", "limit_share": "50%"}
    plan = monthly(component=TWO_BANDS, clawback=rule, negative_period="carry")
    last = {"transaction": "T4", "date": "2026-03-06", "amount": "99000", "payee": "A"}
    made = settled(plan, [*SOLD, last], events=CANCELLED)
    assert [5500, 1350, 1485] == column(made, "paid")
    assert [0, 2350, 865] == column(made, "debt")
    assert [0, 0, 0] == column(made, "closing")


def test_a_late_deal_is_adjusted_in_the_open_period_with_its_original_period():
    """The ledger of January is never edited."""
    plan = monthly()
    first = settled(plan, each_month(100))
    late = {"transaction": "L", "date": "2026-01-20", "amount": "50", "payee": "A"}
    made = settled(plan, [*each_month(100, 200), late], first)
    assert [("adjustment", "2026-02", "2026-01", 5000, "late transaction")] == [
        (e.kind, e.booked_period, e.original_period, e.amount_minor, e.cause)
        for e in made.entries
        if e.transaction == "L"
    ]
    assert first.ledger == made.ledger[: len(first.ledger)]
    assert [100, 250] == column(made, "paid")
    assert "incentives.late-transaction" in made.report.by_code


def test_a_deal_that_vanished_is_taken_back_and_told():
    """Only a run on all facts to date says what was earned."""
    first = settled(monthly(negative_period="carry"), each_month(100, 50))
    made = settled(monthly(negative_period="carry"), each_month(None, 50), first)
    assert [-100] == booked(made, "adjustment")
    assert "incentives.lines-withdrawn" in made.report.by_code


def test_a_ledger_as_plain_rows_or_as_a_frame_is_the_same_ledger():
    """Frames of any kind go in; what comes out of `to_frame` goes in again."""
    plan, deals = monthly(draw=draw()), each_month(500, 2600)
    first = settled(plan, deals[:1])
    rows = [
        {
            "payee": e.payee, "booked_period": e.booked_period, "kind": e.kind, "component": e.component,
            "transaction": e.transaction, "amount": str(Fraction(e.amount_minor, 100)), "cause": e.cause,
        }
        for e in first.ledger
    ]  # fmt: skip
    for ledger in (first, first.ledger, rows, first.to_frame("ledger")):
        made = settled(plan, deals, ledger)
        assert ([2600], [-600], [-2000]) == tuple(booked(made, kind) for kind in ("earned", "recovery", "paid"))


def test_a_ledger_that_knows_no_transactions_is_trued_up_as_a_whole():
    """One entry for the month is compared with all its lines together."""
    ledger = [
        {"payee": "A", "booked_period": "2026-01", "kind": "earned", "amount": "5500"},
        {"payee": "A", "booked_period": "2026-01", "kind": "paid", "amount": "-5500"},
    ]
    plan = monthly(
        component=TWO_BANDS,
        clawback={"on": "cancelled", "unearned": "all", "method": "re_tier"},
        negative_period="carry",
    )
    made = settled(plan, SOLD[:2], ledger, open_period="2026-02", events=CANCELLED)
    assert [(-370000, "clawback: cancelled")] == [(e.amount_minor, e.cause) for e in made.entries]


@pytest.mark.parametrize("row", [{"kind": "gift"}, {"booked_period": "soon"}, {"amount": "much"}])
def test_a_ledger_that_cannot_be_read_is_refused(row):
    """A sum without an entry would pay twice."""
    good = {"payee": "A", "booked_period": "2026-01", "kind": "earned", "amount": "1"}
    with pytest.raises(ReportError):
        settled(monthly(), each_month(100), [{**good, **row}])


def test_a_closed_period_cannot_be_opened_again():
    """Entries of February close January."""
    first = settled(monthly(), each_month(100, 200))
    with pytest.raises(InvalidValueError, match="2026-01 is closed"):
        settled(monthly(), each_month(100, 200), first, open_period="2026-01")


def test_entries_of_other_plans_are_left_alone():
    """One ledger may hold several plans."""
    other = [{"payee": "A", "booked_period": "2026-01", "kind": "earned", "amount": "7", "plan": "other"}]
    made = settled(monthly(), each_month(100), other)
    assert (2, [100]) == (len(made.entries), column(made, "paid"))
    assert 3 == len(made.ledger)


def test_what_was_learnt_later_is_an_adjustment_of_the_period_in_which_it_was_learnt():
    """January is booked at the rate that was known then."""
    rates = {"r": {"unit": "rate", "values": [
        {"from": "2026-01-01", "value": "4%", "known_from": "2025-12-15", "reason": "r", "source": "s"},
        {"from": "2026-01-01", "value": "5%", "known_from": "2026-02-10", "reason": "r", "source": "s"},
    ]}}  # fmt: skip
    plan = monthly("$r", parameters=rates, parameters_at="transaction_date")
    made = settled(plan, each_month(100, 100))
    assert [4, 5] == column(made, "earned")
    assert [0, 1] == column(made, "adjustments")
    assert {date(2026, 1, 31), date(2026, 2, 28)} == {e.known_as_of for e in made.entries}


def test_the_page_lists_what_stands_behind_each_number_in_two_languages():
    """One page, line ids that stay, opening to closing."""
    made = settled(monthly(draw=draw()), each_month(500, 2600))
    page = made.statement("A", "2026-02")
    ids = ["opening", "earned", "earned/c/T2", "recovery", "recovery/repaid", "paid", "closing", "debt"]
    assert ids == [row[0] for row in page.rows]
    assert "CNY 2,000.00 paid" in page.title
    assert "结算单" in made.statement("A", lang="zh").title
    assert "CNY 900.00" in made.statement("A").text()
    assert "从可付" in made.explain("A", lang="zh").text()
    assert made._repr_html_().startswith("<")
    with pytest.raises(NotFoundError):
        made.statement("nobody")
    with pytest.raises(NotFoundError):
        made.explain("A", "2027-01")


def test_tables_come_out_in_the_kind_of_frame_that_the_deals_came_in():
    """Polars in, Polars out."""
    import polars as pl

    made = settled(monthly(), pl.DataFrame(each_month(100)))
    assert isinstance(made.to_frame("statement"), pl.DataFrame)
    assert ["earned", "paid"] == made.to_frame("ledger")["kind"].to_list()
    with pytest.raises(InvalidValueError):
        made.to_frame("lines")


def test_a_debt_that_only_grows_is_told():
    """Three months in a row."""
    made = settled(monthly(draw=draw()), each_month(100, 100, 100))
    assert "incentives.debt-growing" in made.report.by_code


def test_pay_that_drops_when_the_guarantee_ends_is_told():
    """The month after it pays less than the month before."""
    about = {"amount": 3000, "window": {"from": "2026-01-01", "until": "2026-03-01"}}
    made = settled(monthly(guarantee=about), each_month(100, 100, 500))
    assert ["incentives.ramp-end-drop"] == list(made.report.by_code)
