"""Facts and plans at the edge: empty cells of every library, hostile files, many rows of one payee."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from salesteam import incentives as inc

FORWARD = {
    "measure": "m", "method": "forward", "crossing": "split", "edge": "lower_inclusive", "accumulate": "quarter",
    "where": {"product": "X"}, "tiers": [{"from": 0, "to": 100, "rate": "4%"}, {"from": 100, "rate": "10%"}],
}  # fmt: skip
ROWS = [
    {"transaction": f"合同 {i}", "date": date(2026, 1, 1 + i % 28), "amount_minor": i * 977 % 5000 - 800, "seq": i,
     "payee": ("张 三", "bo b")[i % 2], "product": ("X", None, "Y")[i % 3], "reverses": "合同 0" if i == 9 else None}
    for i in range(30)
]  # fmt: skip
KINDS = {
    "rows": lambda rows: rows,
    "pandas": pd.DataFrame,
    "pandas with missing cells of its own": lambda rows: pd.DataFrame(rows).convert_dtypes(),
    "pandas on arrow": lambda rows: pd.DataFrame(rows).convert_dtypes(dtype_backend="pyarrow"),
    "polars": pl.DataFrame,
    "pyarrow": pa.Table.from_pylist,
}


def plan(**about):
    """The smallest plan with some keys replaced."""
    base = {
        "currency": "CNY",
        "period": "month",
        "negative_period": "carry",
        "measures": {"m": {"unit": "money", "value": "amount"}},
    }
    found = inc.read(
        json.dumps({**base, "components": {"c": {"measure": "m", "method": "flat", "rate": "10%"}}, **about})
    )
    return found.value


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "component", [FORWARD, {**FORWARD, "method": "marginal", "crossing": None}], ids=lambda c: c["method"]
)
def test_empty_cells_of_any_library_are_empty(kind, component):
    """A condition on a column with empty cells picks the same rows whatever library the frame is of."""
    made = plan(components={"c": {k: v for k, v in component.items() if v is not None}})
    wanted = inc.pay(made, inc.Facts(transactions=ROWS))
    run = inc.pay(made, inc.Facts(transactions=KINDS[kind](ROWS)))
    assert wanted.payouts == run.payouts


@pytest.mark.parametrize("aggregate", ["mean", "latest", "distinct"])
def test_thousands_of_rows_of_one_payee_take_a_moment(aggregate):
    """A mean, the latest and the different ones are counted row after row, not anew for each."""
    unit, value = ("count", "customer") if aggregate == "distinct" else ("money", "amount")
    component = {"measure": "m", "method": "marginal", "accumulate": "plan", "tiers": [{"from": 0, "rate": "100%"}]}
    made = plan(measures={"m": {"unit": unit, "value": value, "aggregate": aggregate}}, components={"c": component})
    rows = [
        {"transaction": f"T{i}", "date": date(2026, 1, 5), "seq": i, "amount": i, "payee": "A", "customer": f"k{i % 7}"}
        for i in range(3001)
    ]
    run = inc.pay(made, inc.Facts(transactions=rows))
    assert {"mean": 150000, "latest": 300000, "distinct": 700}[aggregate] == run.total.minor


def test_a_gate_for_each_row_of_thousands_takes_a_moment():
    """What had been reached by then is counted once for all rows."""
    gate = {"tests": [{"measure": "m", "at_least": 1000}], "locks": "c", "when": "transaction"}
    rows = [
        {"transaction": f"T{i}", "date": date(2026, 1, 5), "seq": i, "amount": 1, "payee": "A"} for i in range(3000)
    ]
    run = inc.pay(plan(gates=[gate]), inc.Facts(transactions=rows))
    assert 2001 * 10 == run.total.minor


@pytest.mark.parametrize("text", ["a: &a\n  <<: *a\n", "{}", "", "- 1", "a: 1"])
def test_a_file_that_is_no_plan_is_told(text):
    """A file without anything of a plan has findings and no traceback."""
    found = inc.read(text)
    assert found.value is None
    assert [] != list(found.report)


def test_who_lacks_a_target_keeps_the_place_in_a_contest():
    """A prize in parts of target that cannot be computed comes back, and nobody moves up for it."""
    prizes = {"measure": "m", "method": "rank", "prizes": ["50%", "20%"], "pays_of": "target", "ties": "share"}
    made = plan(measures={"m": {"unit": "count"}}, components={"c": prizes})
    values = [
        {"payee": payee, "measure": "m", "period": "2026-01", "value": value}
        for payee, value in {"ana": 3, "bo": 2, "cai": 1}.items()
    ]
    targets = [{"payee": payee, "period": "2026-01", "target": 100} for payee in ("ana", "cai")]
    run = inc.pay(made, inc.Facts(values=values, targets=targets))
    assert {"ana": 5000, "cai": 0} == {row.payee: row.pay_minor for row in run.payouts}
    assert [("bo", "incentives.no-target")] == [(row.payee, row.code) for row in run.unpaid]


def test_a_prize_that_is_not_known_yet_comes_back():
    """Before the first value of its parameter a contest pays nobody, and says so for each."""
    prize = {"values": [{"from": "2026-02-01", "value": 100, "reason": "new", "source": "minute 1"}]}
    made = plan(
        measures={"m": {"unit": "count"}},
        parameters={"prize": prize},
        components={"c": {"measure": "m", "method": "rank", "prizes": ["$prize"], "ties": "share"}},
    )
    values = [
        {"payee": payee, "measure": "m", "period": period, "value": 1}
        for payee in ("ana", "bo")
        for period in ("2026-01", "2026-02")
    ]
    run = inc.pay(made, inc.Facts(values=values))
    assert 10_000 == run.total.minor
    assert [("ana", "2026-01"), ("bo", "2026-01")] == [(row.payee, row.period) for row in run.unpaid]


@pytest.mark.parametrize(("key", "paid"), [("caps", 500), ("floors", 2000)])
def test_a_limit_on_deals_that_is_written_twice_holds_once(key, paid):
    """What the first one leaves of a deal is not held against what the second one allows."""
    limit = {"of": "deal", "limit": 5 if key == "caps" else 20, "at": "before_modifiers"}
    flat = {"c": {"measure": "m", "method": "flat", "rate": "10%"}}
    made = plan(components=flat, **{key: [limit] * 2})
    deals = [{"transaction": "T", "date": "2026-01-05", "amount": 100, "payee": "ana"}]
    assert paid == inc.pay(made, inc.Facts(transactions=deals)).total.minor
