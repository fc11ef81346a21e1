"""Who gets a draw for how much of a period, and facts in every form that they come in."""

from __future__ import annotations

from datetime import date

import pytest
from tests.incentives.settling import booked, column, each_month, monthly, settled

from salesteam import incentives as inc
from salesteam.errors import InvalidValueError


def there(rule, start, *, amount=2800, deal="2026-02-25", end=None, leaves=None, period="month", calendar=None):
    """What a guarantee of 2,800 pays somebody who was there for a part of the period."""
    about = {"calendar": calendar} if calendar else {}
    plan = monthly(
        period=period, guarantee={"amount": amount}, proration={"applies_to": ["guarantee"], **rule}, **about
    )
    deals = [{"transaction": "T1", "date": deal, "amount": "1", "payee": "A"}]
    people = [{"payee": "A", "start": start, "end": end}]
    made = settled(plan, deals, people=people, **({"leaves": leaves} if leaves else {}))
    return column(made, "paid")


@pytest.mark.parametrize(
    ("rule", "start", "pays"),
    [
        ({"basis": "days"}, "2026-02-15", 1400),
        ({"basis": "working_days"}, "2026-02-16", 1400),
        ({"basis": "30_360"}, "2026-02-16", 1400),
        ({"basis": "whole_months", "counted_if": "first_day"}, "2026-02-02", 1),
        ({"basis": "whole_months", "counted_if": "day_15"}, "2026-02-15", 2800),
        ({"basis": "whole_months", "counted_if": "any_day"}, "2026-02-20", 2800),
    ],
)
def test_a_guarantee_shrinks_by_the_basis_that_the_plan_names(rule, start, pays):
    """February 2026 has 28 days and 20 working days."""
    assert [pays] == there(rule, start)


def test_months_of_a_quarter_count_whole():
    """Two of three months of the first quarter."""
    rule = {"basis": "whole_months", "counted_if": "first_day"}
    assert [1800] == there(rule, "2026-02-01", amount=2700, period="quarter")


def test_leave_and_holidays_lower_what_was_worked():
    """Two weeks away are half of February; holidays are no working days."""
    away = [{"payee": "A", "start": "2026-02-01", "end": "2026-02-15"}]
    assert [1400] == there({"basis": "days"}, "2026-01-01", leaves=away)
    assert [1400] == there(
        {"basis": "working_days"}, "2026-01-01", leaves=[{"payee": "A", "start": "2026-02-02", "end": "2026-02-14"}]
    )
    off = {"holidays": ["2026-02-16", "2026-02-17"], "workdays": ["2026-02-28"]}
    assert [1260] == there({"basis": "working_days"}, "2026-02-17", amount=2660, calendar=off)


def test_a_draw_is_for_whom_the_plan_means():
    """The first rule that a person matches holds."""
    plan = monthly(
        draw=[
            {"kind": "non_recoverable", "amount": 500, "for": {"role": "sdr"}},
            {"kind": "non_recoverable", "amount": 900, "for": {"role": "ae"}},
        ]
    )
    people = [{"payee": who, "role": role} for who, role in (("A", "ae"), ("B", "sdr"), ("C", "boss"))]
    deals = [{"transaction": f"T{p}", "date": "2026-01-05", "amount": "1", "payee": p} for p in "ABC"]
    made = settled(plan, deals, people=people)
    assert {"A": [900], "B": [500], "C": [1]} == {p: column(made, "paid", p) for p in "ABC"}


def test_numbers_of_draw_and_release_may_be_parameters():
    """A dated draw takes the value of the first day of each period."""
    values = [
        {"from": "2026-01-01", "value": 100, "reason": "r", "source": "s"},
        {"from": "2026-02-01", "value": 200, "reason": "r", "source": "s"},
    ]
    plan = monthly(
        parameters={"d": {"values": values}}, parameters_at="transaction_date",
        draw={"kind": "non_recoverable", "amount": "$d"},
    )  # fmt: skip
    assert [100, 200] == column(settled(plan, each_month(1, 1)), "paid")


@pytest.mark.parametrize("kind", ["rows", "pandas", "polars", "duckdb"])
def test_facts_of_any_kind_are_cut_at_the_end_of_each_period(kind):
    """A cancellation of February leaves January as it was, whatever frame it stands in."""
    deals = [
        {"transaction": "T1", "date": date(2026, 1, 5), "amount_minor": 10000, "payee": "A"},
        {"transaction": "T2", "date": date(2026, 2, 5), "amount_minor": 20000, "payee": "A"},
        {"transaction": "T3", "date": None, "amount_minor": 20000, "payee": "A"},
    ]
    events = [{"transaction": "T1", "date": date(2026, 2, 10), "kind": "cancelled"}]
    plan = monthly(clawback={"on": "cancelled", "method": "re_tier"}, negative_period="carry")
    made = settled(plan, framed(deals, kind), events=framed(events, kind))
    assert [100, 200] == column(made, "earned")
    assert [0, -100] == column(made, "adjustments")
    assert [100, 100] == column(made, "paid")


def framed(rows, kind):
    """The rows as a frame of a kind."""
    if kind == "rows":
        return rows
    if kind == "pandas":
        import pandas as pd

        frame = pd.DataFrame(rows)
        frame["date"] = pd.to_datetime(frame["date"])
        return frame
    import polars as pl

    frame = pl.DataFrame(rows)
    if kind == "polars":
        return frame
    import duckdb

    return duckdb.from_arrow(frame.to_arrow())


def test_ready_values_are_settled_like_deals():
    """A draw against measures that come ready."""
    about = {"draw": {"kind": "recoverable", "amount": 2000, "repay_from": "above_draw"}}
    plan = monthly(measures={"sales": {"unit": "money"}}, **about)
    values = [
        {"payee": "A", "measure": "sales", "period": p, "value": v} for p, v in (("2026-01", 1500), ("2026-02", 3000))
    ]
    made = inc.settle(inc.pay(plan, inc.Facts(values=values)))
    assert [2000, 2500] == column(made, "paid")


def test_a_plan_that_pays_once_is_one_period():
    """Whatever is known counts, and what comes later is an adjustment of a period that is named."""
    plan = monthly("10%", period="once", release={"holdback": "20%", "until": "plan"}, negative_period="carry")
    deal = {"transaction": "T1", "amount": "1000", "payee": "A"}
    first = settled(plan, [deal])
    assert ([100], [-20], [80]) == tuple(column(first, c) for c in ("earned", "held", "paid"))
    second = settled(plan, [{**deal, "amount": "500"}], first, open_period="2026-10")
    assert ([-50], [10]) == (booked(second, "adjustment"), booked(second, "held"))


@pytest.mark.parametrize(("until", "paid"), [("2026-01-31", [100]), ("2026-06-30", [80])])
def test_a_plan_that_pays_once_knows_the_days_of_its_facts(until, paid):
    """A day that no fact has reached has not come."""
    plan = monthly(period="once", release={"holdback": "20%", "until": until})
    receipts = [{"transaction": "T1", "date": "2026-03-01", "paid": "1"}]
    assert paid == column(settled(plan, each_month(100), receipts=receipts), "paid")


def test_a_release_may_be_of_one_component():
    """The other one is paid at once."""
    plan = inc.plan_of(
        {
            "currency": "CNY", "period": "month", "measures": {"sales": {"unit": "money", "value": "amount"}},
            "components": {c: {"measure": "sales", "method": "flat", "rate": "10%"} for c in "ab"},
            "release": [{"of": "a", "on": "receipts"}],
        }
    )  # fmt: skip
    assert [10] == column(settled(plan, each_month(100)), "paid")


def test_several_releases_multiply():
    """Half of the invoice is paid, and a fifth of that is held."""
    rules = [{"on": "receipts"}, {"holdback": "20%", "until": "2026-06-30"}]
    paid = [{"transaction": "T1", "date": "2026-01-10", "paid": "50"}]
    made = settled(monthly(release=rules), each_month(100), receipts=paid, periods=["2026-01", "2026-06"])
    assert [40, 10] == column(made, "paid")


def test_a_pilot_pays_nobody_and_writes_nothing():
    """Its status is shadow."""
    made = settled(monthly(status="shadow"), each_month(100))
    assert ((), ["incentives.shadow-unpaid"]) == (made.entries, [f.code for f in made.report])


def test_lines_before_this_version_of_the_plan_stay_as_they_are_booked():
    """A new version trues up only the periods that it is valid for."""
    first = settled(monthly(version="1"), each_month(100))
    plan = monthly("50%", version="2", valid={"from": "2026-02-01"})
    made = settled(plan, each_month(100, 100), first, open_period="2026-02")
    assert [("earned", "2026-02", "2"), ("paid", "2026-02", "2")] == [
        (e.kind, e.original_period, e.version) for e in made.entries
    ]


@pytest.mark.parametrize("name", ["soon", "2026-Q1", "2026-02-03"])
def test_the_open_period_is_a_pay_period_of_the_plan(name):
    """A quarter is none of a monthly plan."""
    with pytest.raises(InvalidValueError):
        settled(monthly(), each_month(100), open_period=name)


def test_an_advance_is_shown_with_what_is_settled():
    """The page and the frame say both."""
    made = settled(monthly(draw={"kind": "advance", "amount": 400}), each_month(600))
    assert ["CNY 200.00"] == [row[2] for row in made.statement("A").rows if row[0] == "settled"]
    assert 20000 == made.to_frame("statement")["settled_minor"][0]


def test_a_clawback_on_pay_that_was_held_takes_only_what_was_paid():
    """A fifth was still held, so 80 of 100 are taken, and the limit counts 80."""
    plan = monthly(
        release={"holdback": "20%", "until": "2026-12-31"},
        clawback={"on": "cancelled", "method": "re_tier", "limit_share": "50%"}, negative_period="carry",
    )  # fmt: skip
    events = [{"transaction": "T1", "date": "2026-02-10", "kind": "cancelled"}]
    made = settled(plan, each_month(100, 100), events=events)
    assert ([80, 40], [0, 40], [0, 0]) == tuple(column(made, c) for c in ("paid", "debt", "closing"))


def test_explanations_say_the_numbers_behind_release_and_draw():
    """The part of the invoice, the least that is paid, the debt."""
    paid = [{"transaction": "T1", "date": "2026-01-10", "paid": "500"}]
    plan = monthly(
        release={"on": "receipts"}, draw={"kind": "recoverable", "amount": 700, "repay_from": "all_earnings"}
    )
    made = settled(
        plan, each_month(1000, 1500), receipts=[*paid, {"transaction": "T2", "date": "2026-02-10", "paid": "1500"}]
    )
    assert "50% of the invoice paid to date" in made.explain("A", "2026-01").text(200)
    assert "least CNY 700.00 - released CNY 500.00 = CNY 200.00" in made.explain("A", "2026-01").text(200)
    assert "debt CNY 200.00, out of released CNY 1,500.00 = CNY -200.00" in made.explain("A", "2026-02").text(200)
    assert "CNY 0.00" == made.debt("A").text()
    assert made.findings().ok


def test_payments_are_in_the_currency_of_their_deal():
    """Half of 100,000 yen is half, though the plan pays in yuan with cents."""
    fx = [{"date": "2026-01-01", "from": "JPY", "to": "CNY", "rate": "1/20"}]
    plan = monthly("10%", release={"on": "receipts"}, fx={"rate_on": "transaction_date", "round": "payout"})
    deal = {"transaction": "T1", "date": "2026-01-05", "amount": "100000", "currency": "JPY", "payee": "A"}
    made = settled(plan, [deal], fx=fx, receipts=[{"transaction": "T1", "date": "2026-01-10", "paid": "50000"}])
    assert column(made, "earned") == [2 * paid for paid in column(made, "paid")]


def test_the_facts_may_bring_the_ledger():
    """It is taken where the call names none."""
    plan, deals = monthly(), each_month(100, 200)
    first = settled(plan, deals[:1])
    made = settled(plan, deals)
    facts = inc.Facts(transactions=deals, ledger=first.to_frame("ledger"))
    again = inc.settle(inc.pay(plan, facts))
    assert ["2026-02"] * 2 == [e.booked_period for e in again.entries]
    assert len(made.ledger) == len(again.ledger)
