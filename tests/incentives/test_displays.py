"""What runs, settlements and readings say of themselves to readers."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from tests.incentives.settling import each_month, monthly, settled

from salesteam import incentives as inc
from salesteam.errors import ReportError
from salesteam.incentives import _exact

DEALS = [
    {"transaction": f"{1000 + n}", "date": "2026-01-05", "amount": "1000", "payee": f"p{n:02d}"} for n in range(30)
]


def width(text):
    return max(map(len, text.split("\n")))


def test_a_run_shows_itself_short():
    """Its repr is one line, and printed it is a table of twenty rows within 80 columns."""
    run = inc.pay(monthly("10%"), inc.Facts(transactions=DEALS))
    assert "<Run of plan 1: CNY 3,000.00, payees: 30, periods: 1, rows unpaid: 0>" == repr(run)
    assert "… and 10 more" in str(run)
    assert "p19" in str(run)
    assert "p20" not in str(run)
    assert "……另有 10 行" in run.grid("zh", most=20).text()
    assert 30 == len(run.grid().rows)
    assert width(str(run)) <= 80


def test_a_settlement_shows_itself_short():
    """Amounts carry no currency, columns of nothing are left out, and it fits 80 columns."""
    made = settled(monthly("10%"), DEALS)
    assert "<Settlement of plan 1: CNY 3,000.00 paid, payees: 30, entries added: 60, open: 2026-01>" == repr(made)
    assert ("Payee", "Period", "Earned", "Paid") == made.grid().columns
    assert "… and 10 more" in str(made)
    assert "(CNY)" in str(made)
    assert width(str(made)) <= 80
    debt = settled(monthly("10%", negative_period="carry"), each_month(1000, -9000, 500))
    assert {"Opening", "Closing"} & set(debt.grid().columns)
    assert all(len(line) <= 80 for line in debt.grid().text().split("\n"))


def test_conventions_are_every_stated_choice_that_moves_money():
    """Crediting, exchange, parts of periods and limits are among them; rules that choose alike are told once."""
    plan = monthly(
        "10%",
        crediting=[
            {"to": "assistant", "share": "10%", "kind": "overlay"},
            {"to": "payee", "share": "rest", "kind": "carve_out"},
        ],
        caps=[{"of": "c", "limit": 500, "at": "before_modifiers"}],
        proration={"basis": "whole_months", "counted_if": "day_15"},
        fx={"rate_on": "period_end", "round": "transaction"},
    )
    run = inc.pay(plan, inc.Facts(transactions=DEALS))
    assert {
        "rounding = half_up", "c.method = flat", "crediting[0].kind = overlay", "crediting[1].kind = carve_out",
        "caps.at = before_modifiers", "proration.basis = whole_months", "proration.counted_if = day_15",
        "fx.rate_on = period_end", "fx.round = transaction",
    } == set(run.conventions)  # fmt: skip
    assert "封顶的限额的位置：先封顶，再乘系数" in run.grid("zh").note


def test_only_who_had_a_draw_reads_of_its_choices():
    """A statement tells the choices that moved the money of its payee."""
    draw = {"kind": "recoverable", "amount": 2000, "repay_from": "above_draw", "for": {"role": "ae"}}
    people = [{"payee": "A", "role": "ae"}, {"payee": "B", "role": "se"}]
    deals = [{"transaction": f"T{p}", "date": "2026-01-05", "amount": "1000", "payee": p} for p in "AB"]
    made = inc.settle(inc.pay(monthly("10%", draw=draw), inc.Facts(transactions=deals, people=people)))
    assert "draw.kind = recoverable" in made.statement("A").note
    assert "预支的类型：可追还" in made.statement("A", lang="zh").note
    assert "draw" not in made.statement("B").note


def test_numbers_of_an_explanation_are_short():
    """Sums have separators, and what has no short decimal is said to be near."""
    run = inc.pay(monthly("1/7"), inc.Facts(transactions=[{**DEALS[0], "amount": "1234567.89"}]))
    told = run.explain("p00").text(200)
    assert "1,234,567.89" in told
    assert "≈ 176,366.84" in told
    assert "/700" not in told


def test_who_explains_two_payees_pays_row_by_row_once(monkeypatch):
    """What one explanation needed is kept for the next."""
    deals = [{"transaction": f"T{p}", "date": "2026-01-05", "amount": "1000", "payee": p} for p in "AB"]
    run, paid = inc.pay(monthly("10%"), inc.Facts(transactions=deals)), []
    pay_row_by_row = _exact.run
    monkeypatch.setattr(_exact, "run", lambda *given: paid.append(given) or pay_row_by_row(*given))
    assert all("100" in run.explain(payee, lang=lang).text() for payee in "AB" for lang in ("en", "zh"))
    assert 1 == len(paid)


def test_a_ledger_read_back_by_a_plain_reader_is_taken():
    """A number in a column of text is taken as its shortest text: 2026.1, 1001."""
    made = settled(monthly("10%", version="2026.1"), DEALS[:1])
    back = pd.read_csv(io.StringIO(made.to_frame().to_csv(index=False)))
    assert "float64" == str(back["version"].dtype)
    again = inc.settle(made.run, back)
    assert () == again.entries
    assert {("2026.1", "1000"), ("2026.1", None)} == {(row.version, row.transaction) for row in again.ledger}


def test_a_reading_says_which_rows_come_back():
    """Rows that a reading leaves unpaid are named with their code; no line says that a difference equals an amount."""
    plan = monthly("10%", fx={"rate_on": "transaction_date", "round": "payout"})
    deals = [{**DEALS[0], "currency": "USD"}, {**DEALS[1], "currency": "CNY"}]
    rates = [{"date": "2026-01-01", "from": "USD", "to": "CNY", "rate": "7"}]
    found = inc.readings(plan, inc.Facts(transactions=deals, fx=rates))
    (reading,) = [each for each in found.others if each.option == "payment_date"]
    assert [("1000", "incentives.no-rate")] == [(row.row, row.code) for row in reading.back]
    assert "unpaid (no-rate): 1000" in found.text(200)
    told = found.explain("fx.rate_on").text(200)
    assert "not paid: 1000" in told
    assert "p01: CNY 100.00 (as written)" in told


def test_money_that_a_clawback_gives_is_not_said_to_be_taken():
    """Under re-tiering rounding may give somebody back a little: it has a finding of its own."""
    bands = [{"from": 0, "to": 1000, "rate": "10%"}, {"from": 1000, "to": None, "rate": "5%"}]
    plan = inc.plan_of(
        {
            "currency": "CNY", "period": "month", "negative_period": "carry",
            "measures": {"m": {"unit": "money", "value": "amount"}},
            "components": {"c": {"measure": "m", "method": "marginal", "accumulate": "year", "tiers": bands}},
            "clawback": [{"on": "cancelled", "unearned": "all", "method": "re_tier"}],
        }
    )  # fmt: skip
    deals = [
        {"transaction": "T1", "date": "2026-01-05", "amount": "1000", "payee": "A"},
        {"transaction": "T2", "date": "2026-01-06", "amount": "1000", "payee": "A"},
        {"transaction": "T3", "date": "2026-02-06", "amount": "10", "payee": "A"},
    ]
    events = [{"transaction": "T1", "date": "2026-02-10", "kind": "cancelled"}]
    made = inc.settle(inc.pay(plan, inc.Facts(transactions=deals, events=events)))
    taken = [f for f in made.findings() if f.code.startswith("incentives.clawback-")]
    assert {"incentives.clawback-booked", "incentives.clawback-given"} == {f.code for f in taken}
    assert all("-" not in str(dict(f.values)["amount"]) for f in taken)


def test_a_lock_of_bands_names_the_method_that_has_none():
    """The finding lists methods, and no empty list."""
    gate = {"tests": {"measure": "m", "at_least": 5}, "locks": {"c.tiers_from": 5}}
    with pytest.raises(ReportError, match="marginal") as error:
        monthly("10%", gates=gate)
    assert "one of: ." not in str(error.value)


def test_a_line_of_nothing_has_no_portion():
    """What a clawback has undone is not told as a tier that pays nothing, nor against another run."""
    plan = monthly(
        "10%", clawback=[{"on": "cancelled", "unearned": "all", "method": "re_tier"}], negative_period="carry"
    )
    deals = each_month(1000)
    before = inc.pay(plan, inc.Facts(transactions=deals))
    events = [{"transaction": "T1", "date": "2026-02-10", "kind": "cancelled"}]
    after = inc.pay(plan, inc.Facts(transactions=deals, events=events))
    assert "tier" not in after.explain("A").text()
    assert "1,000 × 10% = 100 → —" in after.explain("A", against=before).text()
