"""Who holds which place on which day: rows of people that meet are told, and one of them counts, whatever their order."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesteam import incentives as inc
from salesteam.incentives._frame import PersonRow
from salesteam.incentives._held import held

DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(8)]
MAKE = {"rows": lambda rows: rows, "pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.Table.from_pylist,
        "duckdb": lambda rows: duckdb.from_arrow(pa.Table.from_pylist(rows))}  # fmt: skip
ROW = st.builds(
    PersonRow, payee=st.sampled_from(["ana", "bo"]), team=st.sampled_from(["x", "y"]), role=st.sampled_from([None, "ae"]),
    start=st.sampled_from([None, *DAYS[1:5]]), end=st.sampled_from([None, *DAYS[4:7]]),
)  # fmt: skip


def on(rows, payee, day):
    """The rows of somebody that hold on a day."""
    return [r for r in rows if r.payee == payee and (r.start or date.min) <= day < (r.end or date.max)]


def counts(rows):
    """The one that counts among rows of the same day, by the rule as it is written; None if nobody could say."""
    begun = max((r.start or date.min for r in rows), default=None)
    newest = [r for r in rows if (r.start or date.min) == begun]
    ended = min((r.end or date.max for r in newest), default=None)
    said = {(r.team, r.role) for r in newest if (r.end or date.max) == ended}
    return said.pop() if len(said) == 1 else None


@given(rows=st.lists(ROW, max_size=6))
def test_each_day_of_somebody_has_one_row_at_the_most(rows):
    """The row that begins last, then the one that ends first; none where such rows differ."""
    made = held(rows, {}, range(len(rows))).rows
    for payee in ("ana", "bo"):
        for day in DAYS:
            expected = counts(on(rows, payee, day))
            assert ([] if expected is None else [expected]) == [(r.team, r.role) for r in on(made, payee, day)]


@given(rows=st.lists(ROW, max_size=6))
def test_every_day_on_which_rows_differ_is_told_with_the_row_that_counts(rows):
    """And no other day is; where none counts the clash says so."""
    clashes = held(rows, {}, range(len(rows))).clashes
    for payee in ("ana", "bo"):
        for day in DAYS:
            mine = [c for c in clashes if c.payee == payee and c.start <= day < c.end]
            there = on(rows, payee, day)
            assert (len({(r.team, r.role) for r in there}) > 1) == bool(mine)
            expected = counts(there)
            for clash in mine:
                one = None if clash.holds is None else (rows[clash.holds].team, rows[clash.holds].role)
                assert expected == one


@given(rows=st.lists(ROW, max_size=5), data=st.data())
def test_the_order_of_the_table_says_nothing(rows, data):
    """Law 3: the same days for the same people from a shuffled table."""
    shuffled = data.draw(st.permutations(rows))
    one, two = ({(r.payee, d, r.team, r.role) for r in held(x, {}, range(len(x))).rows for d in DAYS if r in on([r], r.payee, d)} for x in (rows, shuffled))  # fmt: skip
    assert one == two


def test_rows_that_do_not_meet_stay_as_they_are():
    """One that begins on the day on which the other ends follows it."""
    rows = [PersonRow(payee="ana", end=DAYS[3], team="x"), PersonRow(payee="ana", start=DAYS[3], team="y")]
    made = held(rows, {}, (0, 1))
    assert (tuple(rows), (), (0, 1)) == (made.rows, made.clashes, made.origins)


def test_a_column_of_the_user_is_compared_too():
    """Rows that differ in points alone differ."""
    rows = [PersonRow(payee="ana"), PersonRow(payee="ana", start=DAYS[2])]
    (clash,) = held(rows, {"points": (Fraction(1), Fraction(2))}, (4, 7)).clashes
    assert (("points",), 7, 4, 7) == (clash.differs, clash.holds, clash.one, clash.two)


PLAN = inc.plan_of({
    "currency": "CNY", "period": "month", "measures": {"m": {"unit": "money", "value": "amount"}},
    "components": {"ae": {"measure": "m", "method": "flat", "rate": "10%", "for": {"role": "ae"}},
                   "am": {"measure": "m", "method": "flat", "rate": "1%", "for": {"role": "am"}}},
})  # fmt: skip
DEALS = [
    {"transaction": f"T{d}", "date": date(2026, 1, d), "amount": "100", "payee": who}
    for d, who in ((5, "ana"), (15, "ana"), (25, "ana"), (26, "bo"))
]


def person(payee, start, end, role):
    """A row of people."""
    return {"payee": payee, "start": start, "end": end, "role": role}


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize("turned", [False, True])
def test_the_row_that_begins_last_counts_on_every_backend(kind, turned):
    """An AE who is made account manager on the 10th, while the old row runs on to the 20th."""
    people = [
        person("ana", date(2026, 1, 1), date(2026, 1, 20), "ae"),
        person("ana", date(2026, 1, 10), date(2027, 1, 1), "am"),
        person("bo", date(2026, 1, 1), date(2027, 1, 1), "ae"),
    ]
    run = inc.pay(
        PLAN, inc.Facts(transactions=MAKE[kind](DEALS), people=MAKE[kind](people[::-1] if turned else people))
    )
    paid = {(p.payee, p.component): p.pay_minor for p in run.payouts if p.pay_minor}
    assert {("ana", "ae"): 1000, ("ana", "am"): 200, ("bo", "ae"): 1000} == paid
    (told,) = run.findings().by_code["incentives.people-overlap"]
    assert "row 1 counts then" in told.what()
    assert "以第 1 行为准" in told.what("zh")


@pytest.mark.parametrize("kind", MAKE)
def test_rows_of_the_same_days_that_differ_pay_nobody_on_every_backend(kind):
    """Nobody could say whether ana is AE or account manager until the 20th, so what hangs on it comes back."""
    people = [
        person("ana", date(2026, 1, 1), date(2026, 1, 20), "ae"),
        person("ana", date(2026, 1, 1), date(2026, 1, 20), "am"),
        person("ana", date(2026, 1, 20), date(2027, 1, 1), "am"),
        person("bo", date(2026, 1, 1), date(2027, 1, 1), "ae"),
    ]
    run = inc.pay(PLAN, inc.Facts(transactions=MAKE[kind](DEALS), people=MAKE[kind](people)))
    paid = {(p.payee, p.component): p.pay_minor for p in run.payouts if p.pay_minor}
    assert {("ana", "am"): 100, ("bo", "ae"): 1000} == paid
    assert [("T15", "incentives.rows-disagree"), ("T5", "incentives.rows-disagree")] == sorted(
        (u.transaction, u.code) for u in run.unpaid
    )
    assert "Rows 0 and 1 of people say different things of ana for 2026-01-01 … 2026-01-19" in run.unpaid[0].reason
    assert not run.findings().ok


def test_a_manager_whose_own_rows_disagree_is_no_better_known_for_being_named():
    """Who is named as a manager and has no row is known; who has two that differ is not."""
    people = [
        {"payee": "ana", "role": "ae"},
        {"payee": "ana", "role": "am"},
        {"payee": "bo", "role": "ae", "manager": "ana"},
    ]
    run = inc.pay(PLAN, inc.Facts(transactions=DEALS, people=people))
    assert {"T5", "T15", "T25"} == {u.transaction for u in run.unpaid if u.code == "incentives.rows-disagree"}


def test_rows_without_days_that_differ_say_every_day():
    """The report reads in both languages."""
    people = [{"payee": "ana", "role": "ae"}, {"payee": "ana", "role": "am"}]
    (told,) = (
        inc.pay(PLAN, inc.Facts(transactions=DEALS[:1], people=people))
        .findings()
        .by_code["incentives.rows-disagree"][:1]
    )
    assert "for every day;" in told.what()
    assert "每一天" in told.what("zh")


def test_days_on_which_two_rows_hold_count_once_for_a_quota():
    """Half of the month and all of it, told twice, are one month and not one and a half."""
    plan = inc.plan_of({
        "currency": "CNY", "period": "month", "measures": {"m": {"unit": "money", "value": "amount"}},
        "proration": {"basis": "days", "applies_to": ["quota"]},
        "components": {"c": {"measure": "m", "method": "marginal", "bounds": "quota", "accumulate": "period",
                             "tiers": [{"from": 0, "to": 1, "rate": "10%"}, {"from": 1, "rate": "20%"}]}},
    })  # fmt: skip
    people = [
        {"payee": "ana", "start": "2026-01-01", "end": "2026-02-01", "role": "ae"},
        {"payee": "ana", "start": "2026-01-17", "role": "am"},
    ]
    quotas = [{"payee": "ana", "measure": "m", "period": "2026-01", "quota": "310"}]
    (row,) = inc.pay(plan, inc.Facts(transactions=DEALS[:3], people=people, quotas=quotas)).attainment
    assert 310 == row.quota
