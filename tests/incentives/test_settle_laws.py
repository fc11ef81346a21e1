"""Laws of the books: they foot, they are never edited, and they come to what is known now."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.incentives.settling import monthly

from salesteam import incentives as inc
from salesteam.core import Period, round_to

quick = settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)
MONTHS = ("2026-01", "2026-02", "2026-03")
NEGATIVE = st.sampled_from(["carry", "deduct", "zero"])
KINDS = st.sampled_from(["non_recoverable", "recoverable", "all_earnings", "advance"])
AMOUNTS = st.integers(0, 4000)
BANDS = {"measure": "sales", "edge": "lower_inclusive"}


def drawing(kind, amount, **more):
    """A draw of a kind; all_earnings is a recoverable one."""
    if kind in {"all_earnings", "recoverable"}:
        repay = "all_earnings" if kind == "all_earnings" else "above_draw"
        return {"kind": "recoverable", "amount": str(amount), "repay_from": repay, **more}
    return {"kind": kind, "amount": str(amount), **more}


@st.composite
def plans(draw):
    """A plan that holds back, draws, takes back."""
    about = {"negative_period": draw(NEGATIVE)}
    if draw(st.booleans()):
        share = draw(st.sampled_from([{}, {"max_recovery_share": "1/3"}]))
        about["draw"] = drawing(draw(KINDS), draw(st.integers(0, 900)), **share)
    if draw(st.booleans()):
        about["guarantee"] = {"amount": draw(st.integers(0, 900))}
        about["guarantee_and_draw"] = draw(st.sampled_from(["larger", "both"]))
    releases = [
        {"on": "receipts"}, {"holdback": "1/3", "until": "quarter"}, {"holdback": "20%", "until": "2026-02-10"},
        {"holdback": "20%", "until": "live"},
        {"milestones": [{"event": "live", "share": "1/3"}, {"event": "done", "share": "2/3"}]},
    ]  # fmt: skip
    about["release"] = draw(st.lists(st.sampled_from(releases), max_size=2))
    if draw(st.booleans()):
        limit = draw(st.sampled_from([{}, {"limit_share": "1/4"}]))
        method = draw(st.sampled_from(["re_tier", "at_paid_rate"]))
        about["clawback"] = {"on": "cancelled", "unearned": "all", "method": method, **limit}
    if draw(st.booleans()):
        known = {"reason": "r", "source": "s"}
        first = {"from": "2026-01-01", "value": "30%", **known}
        dated = {
            "value": "40%",
            "from": "2026-01-15",
            "known_from": draw(st.sampled_from(["2026-01-10", "2026-02-20", "2026-03-31"])),
        }
        about["parameters"] = {"low": {"values": [first, {**dated, **known}]}}
        about["parameters_at"] = draw(st.sampled_from(["transaction_date", "period_start", "period_end"]))
    low = "$low" if "parameters" in about else "30%"
    tiers = [{"from": 0, "to": 1000, "rate": low}, {"from": 1000, "rate": "1/2"}]
    over = draw(st.sampled_from(["period", "quarter"]))
    component = {**BANDS, "accumulate": over, "method": draw(st.sampled_from(["slab", "marginal"])), "tiers": tiers}
    return monthly(component=component, **{k: v for k, v in about.items() if v})


@st.composite
def facts(draw):
    """Deals of two payees over three months, with payments and events."""
    days = st.tuples(st.sampled_from(MONTHS), st.integers(1, 28)).map(lambda d: f"{d[0]}-{d[1]:02d}")
    deals = [
        {"transaction": f"T{i}", "date": draw(days), "amount": draw(st.integers(-300, 2000)), "payee": draw(st.sampled_from("AB"))}
        for i in range(draw(st.integers(1, 6)))
    ]  # fmt: skip
    names = st.sampled_from([deal["transaction"] for deal in deals])
    paid = st.fixed_dictionaries({"transaction": names, "date": days, "paid": st.integers(-500, 2000)})
    kinds = st.sampled_from(["live", "done", "cancelled"])
    event = st.fixed_dictionaries({"transaction": names, "date": days, "kind": kinds})
    once = {"unique_by": lambda e: (e["transaction"], e["kind"])}
    for deal in deals:
        deal["amount"] = str(deal["amount"])
    return {
        "transactions": deals,
        "receipts": [{**r, "paid": str(r["paid"])} for r in draw(st.lists(paid, max_size=4))],
        "events": draw(st.lists(event, max_size=4, **once)),
    }


def run_of(plan, tables, as_of=None):
    """Pay on the tables."""
    held = {name: rows for name, rows in tables.items() if rows or name == "transactions"}
    return inc.pay(plan, inc.Facts(**held), as_of=as_of)


def before(tables, month):
    """The rows dated up to the end of a month."""
    return {name: [row for row in rows if row["date"][:7] <= month] for name, rows in tables.items()}


def touched(tables):
    """Months from the first deal to the last in which anything happened."""
    first = min(row["date"][:7] for row in tables["transactions"])
    last = max(row["date"][:7] for rows in tables.values() for row in rows)
    return [f"2026-{number:02d}" for number in range(int(first[5:]), int(last[5:]) + 1)]


@quick
@given(plan=plans(), tables=facts())
def test_closing_is_opening_and_the_entries(plan, tables):
    """The statement foots, and each period opens with what the one before carried forward."""
    made = inc.settle(run_of(plan, tables))
    last = {}
    for row in made.statements:
        own = sum(e.amount_minor for e in made.of(row.payee, row.period))
        assert last.get(row.payee, 0) == row.opening_minor
        assert row.opening_minor + own == row.closing_minor
        assert row.paid_minor >= 0
        assert row.debt_minor >= 0
        assert row.closing_minor <= 0
        last[row.payee] = row.closing_minor


@quick
@given(plan=plans(), tables=facts())
def test_settling_twice_books_nothing(plan, tables):
    """The same run on its own ledger adds no entry, whether the ledger comes as nouns or as a frame."""
    run = run_of(plan, tables)
    made = inc.settle(run)
    assert () == inc.settle(run, made).entries
    assert () == inc.settle(run, made.to_frame("ledger")).entries
    assert len({e.entry for e in made.ledger}) == len(made.ledger)


@quick
@given(plan=plans(), tables=facts(), late=st.integers(0, 5))
def test_booked_and_true_up_are_what_is_known_now(plan, tables, late):
    """What was booked on fewer facts and what is added later come to the recomputed pay, period by period."""
    known = {**tables, "transactions": [d for d in tables["transactions"] if d["transaction"] != f"T{late}"]}
    known["receipts"] = [r for r in known["receipts"] if r["transaction"] != f"T{late}"]
    known["events"] = []
    first = inc.settle(run_of(plan, known)) if known["transactions"] else None
    run = run_of(plan, tables)
    made = inc.settle(run, first, open_period="2026-04")
    pay = {}
    for row in run.payouts:
        pay[row.payee, row.period] = pay.get((row.payee, row.period), 0) + row.pay_minor
    for books in (made, inc.settle(run)):
        booked = {}
        for e in books.ledger:
            if e.kind in {"earned", "adjustment"}:
                key = (e.payee, e.original_period)
                booked[key] = booked.get(key, 0) + e.amount_minor
        assert {k: v for k, v in pay.items() if v} == {k: v for k, v in booked.items() if v}
    assert first is None or first.ledger == made.ledger[: len(first.ledger)]


@quick
@given(plan=plans(), tables=facts())
def test_month_by_month_is_all_at_once(plan, tables):
    """Closing each month on what was known then writes the entries that a replay writes."""
    ledger = None
    for month in touched(tables):
        run = run_of(plan, before(tables, month), as_of=Period.parse(month).last)
        ledger = inc.settle(run, ledger, open_period=month)
    assert inc.settle(run_of(plan, tables, as_of=Period.parse(month).last)).ledger == ledger.ledger


def scalar(kind, amount, earned, share):
    """The table of draws, one payee, in minor units: what is paid and owed after each period."""
    debt, found = 0, []
    for e in earned:
        most = floor(Fraction(1, 3) * e) if share else debt
        if kind == "non_recoverable":
            paid = max(e, amount)
        elif kind == "all_earnings":
            paid = amount if e < amount else e - min(debt, e, most)
        else:
            paid = max(amount, e - min(debt, most))
        if kind != "non_recoverable":
            debt = debt + paid - e
        found.append((paid, debt))
    return found


@quick
@given(kind=KINDS, amount=st.integers(0, 3000), earned=st.lists(AMOUNTS, min_size=1, max_size=6), share=st.booleans())
def test_every_kind_of_draw_is_its_formula(kind, amount, earned, share):
    """Paid and debt are those of the table; d' = d + paid - e."""
    more = {"max_recovery_share": "1/3"} if share else {}
    plan = monthly(draw=drawing(kind, amount, **more))
    deals = [
        {"transaction": f"T{i}", "date": f"2026-{i:02d}-05", "amount": str(e), "payee": "A"}
        for i, e in enumerate(earned, start=1)
    ]
    made = inc.settle(run_of(plan, {"transactions": deals}))
    expected = scalar(kind, amount * 100, [e * 100 for e in earned], share)
    got = {r.period: (r.paid_minor, r.debt_minor) for r in made.statements}
    assert {f"2026-{i:02d}": pair for i, pair in enumerate(expected, start=1) if any(pair)} == {
        month: pair for month, pair in got.items() if any(pair)
    }


@quick
@given(tables=facts())
def test_released_pay_follows_the_receipts(tables):
    """Earned and held and released come to earned times the part of the invoice that is paid."""
    tables = {**tables, "events": []}
    for deal in tables["transactions"]:
        deal["amount"] = str(abs(int(deal["amount"])) + 1)
    made = inc.settle(run_of(monthly("1/3", release={"on": "receipts"}, negative_period="carry"), tables))
    pay = {n.transaction: n.pay_minor for n in made.run.lines}
    for deal in tables["transactions"]:
        name, billed = deal["transaction"], int(deal["amount"])
        paid = sum(int(r["paid"]) for r in tables["receipts"] if r["transaction"] == name)
        part = min(max(Fraction(paid, billed), Fraction(0)), Fraction(1))
        assert round_to(pay[name] * part, "half_up") == sum(
            e.amount_minor for e in made.ledger if e.transaction == name
        )


@quick
@given(tables=facts(), months=st.integers(1, 30), expedient=st.booleans())
def test_accruals_sum_to_the_pay(tables, months, expedient):
    """The months of a deal come to its pay, and the asset is what is left."""
    rule = {"method": "straight_line", "months": months, "expedient": expedient}
    run = run_of(monthly("1/3", accrual=rule), {"transactions": tables["transactions"]})
    made = inc.accrue(run)
    for line in run.lines:
        mine = [r for r in made.rows if r.transaction == line.transaction]
        assert line.pay_minor == sum(r.expense_minor for r in mine)
        spent = 0
        for row in mine:
            spent += row.expense_minor
            assert line.pay_minor - spent == row.asset_minor
        assert len(mine) in {0, 1 if expedient and months <= 12 else months}
