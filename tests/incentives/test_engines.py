"""Both engines pay the same: in columns, and one row at a time."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.incentives.plans import sound
from tests.incentives.worlds import PEOPLE, QUOTAS, TARGETS, deals, plans

from salesteam import incentives as inc
from salesteam.errors import InvalidValueError
from salesteam.incentives import _columnar, _exact
from salesteam.incentives._filled import filled

quick = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)


def _facts(rows, people=PEOPLE):
    return inc.Facts(transactions=rows, quotas=QUOTAS, targets=TARGETS, people=people)


def _both(plan, facts):
    full = filled(plan)
    assert _columnar.covers(full, facts)
    try:
        return _columnar.run(full, facts, None), _exact.run(full, facts, None)
    except InvalidValueError as error:  # numbers that columns cannot hold
        assume(error.where not in full.components)
        raise


def _payouts(run):
    return [(p.payee, p.period, p.component, p.gate, p.modifier, p.cap_minor, p.pay_minor) for p in run.payouts]


def _unpaid(run):
    return [(u.table, u.row, u.code, u.payee, u.component) for u in run.unpaid]


def _lines(run):
    return [
        (n.transaction, n.payee, n.period, n.component, n.before, n.after, n.rate, n.pay_minor, n.date)
        for n in run.lines
    ]


@quick
@given(plan=plans().filter(sound), rows=deals())
def test_what_is_paid_in_columns_is_paid_row_by_row(plan, rows):
    """The same credits, attainments, lines, payouts and unpaid rows come out of both engines, to the cent."""
    columns, exact = _both(plan, _facts(rows))
    assert columns.credits == exact.credits
    assert columns.attainment == exact.attainment
    assert _unpaid(columns) == _unpaid(exact)
    assert _lines(columns) == _lines(exact)
    assert _payouts(columns) == _payouts(exact)


@quick
@given(plan=plans().filter(sound), rows=deals(), day=st.sampled_from([date(2026, 1, 1), date(2026, 3, 1)]))
def test_portions_are_the_same_in_both(plan, rows, day):
    """Both engines cut the same lines into the same portions."""
    columns, exact = _both(plan, _facts(rows))
    assert day is not None
    assert {
        (p.transaction, p.payee, p.component, p.tier, p.pay)
        for p in columns.portions
        if plan.components[p.component].method != "curve"
    } == {
        (p.transaction, p.payee, p.component, p.tier, p.pay)
        for p in exact.portions
        if plan.components[p.component].method != "curve"
    }


def test_the_target_of_the_plan_weighs_its_components_in_both():
    """A cap in shares of the target holds at the same amount: 150 % of 40 % of 1,000 and 60 % of 500 is 1,050."""
    part = {"measure": "sales", "method": "flat", "rate": "50%"}
    plan = inc.plan_of(
        {
            "currency": "CNY",
            "period": "month",
            "measures": {"sales": {"unit": "money", "value": "amount"}},
            "components": {
                "a": {**part, "weight": "40%", "target": "1000"},
                "b": {**part, "weight": "60%", "target": "500"},
            },
            "caps": [{"of": "plan", "limit": "150% target", "at": "after_modifiers", "excess": "lost"}],
        }
    )
    facts = inc.Facts(transactions=[{"transaction": "T1", "date": "2026-01-05", "amount": "9000", "payee": "ana"}])
    columns, exact = _both(plan, facts)
    assert ([105_000], _payouts(exact)) == ([sum(p.pay_minor for p in columns.payouts)], _payouts(columns))


def test_a_deal_credited_twice_to_one_payee_comes_back_once_in_both():
    """A curve without a quota: payee and assistant are one person, and the reason is told once."""
    plan = inc.plan_of(
        {
            "currency": "CNY",
            "period": "month",
            "measures": {"m": {"unit": "money", "value": "amount"}},
            "crediting": [
                {"to": "assistant", "share": "15%", "kind": "carve_out"},
                {"to": "payee", "share": "rest", "kind": "carve_out"},
            ],
            "components": {
                "c": {
                    "measure": "m",
                    "method": "curve",
                    "nodes": [[0, 0], [1, 1]],
                    "between": "linear",
                    "below": "zero",
                    "above": "flat",
                }
            },
        }
    )
    deal = {"transaction": "T1", "date": "2026-01-05", "amount": "9", "payee": "cai", "assistant": "cai"}
    columns, exact = _both(plan, inc.Facts(transactions=[deal]))
    assert [("transactions", "T1", "incentives.no-quota", "cai", "c")] == _unpaid(exact) == _unpaid(columns)


@pytest.mark.parametrize("table", ["quotas", "targets"])
@pytest.mark.parametrize("accumulate", ["period", "quarter"])
def test_what_two_rows_disagree_about_is_paid_in_neither_order_in_both(table, accumulate):
    """A deal of the disputed month comes back, in a sum of the quarter those of the other months too."""
    plan = inc.plan_of(
        {
            "currency": "CNY",
            "period": "month",
            "measures": {"m": {"unit": "money", "value": "amount"}},
            "components": {
                "c": {
                    "measure": "m",
                    "method": "marginal",
                    "accumulate": accumulate,
                    "bounds": "quota",
                    "base_rate": "target/quota",
                    "tiers": [{"from": 0, "to": None, "multiplier": 1}],
                }
            },
        }
    )
    deals = [
        {"transaction": f"T{month}", "date": f"2026-0{month}-05", "amount": "50", "payee": "ana"} for month in (1, 2)
    ]
    tables = {
        "quotas": [{"payee": "ana", "measure": "m", "period": f"2026-0{i}", "quota": "100"} for i in (1, 2, 3)],
        "targets": [{"payee": "ana", "period": f"2026-0{i}", "target": "10"} for i in (1, 2, 3)],
    }
    other = {**tables[table][1], "quota" if table == "quotas" else "target": "7"}
    runs = []
    for rows in ([*tables[table], other], [other, *tables[table]]):
        runs += _both(plan, inc.Facts(transactions=deals, **{**tables, table: rows}))
    lost = [("transactions", "T2")] if accumulate == "period" else [("transactions", "T1"), ("transactions", "T2")]
    for run in runs:
        assert [(table, "ana"), *lost] == [(u.table, u.row) for u in run.unpaid]
        assert {"incentives.rows-disagree"} == {u.code for u in run.unpaid}
        assert ([500] if accumulate == "period" else []) == [p.pay_minor for p in run.payouts if p.pay_minor]
    assert 1 == len({tuple(p.pay_minor for p in run.payouts if p.pay_minor) for run in runs})


def test_attainments_are_those_of_the_plan_in_both():
    """859 of 1,000 is 85 % where the plan cuts to whole percents; of a measure that nobody reports, the quota stands."""
    part = {
        "measure": "sales",
        "method": "curve",
        "target": "100",
        "between": "linear",
        "below": "zero",
        "above": "flat",
    }
    plan = inc.plan_of(
        {
            "currency": "CNY",
            "period": "month",
            "attainment_rounding": {"to": "1%", "mode": "floor"},
            "measures": {"sales": {"unit": "money", "value": "amount"}, "health": {"unit": "share"}},
            "components": {"c": {**part, "nodes": [["0", "0"], ["2", "2"]]}},
        }
    )
    quota = {"payee": "ana", "period": "2026-01"}
    facts = inc.Facts(
        transactions=[{"transaction": "T1", "date": "2026-01-05", "amount": "859", "payee": "ana"}],
        quotas=[{**quota, "measure": "sales", "quota": "1000"}, {**quota, "measure": "health", "quota": "0.5"}],
    )
    columns, exact = _both(plan, facts)
    assert columns.attainment == exact.attainment
    assert [("health", None), ("sales", Fraction(85, 100))] == [(r.measure, r.attainment) for r in exact.attainment]
    assert _payouts(columns) == _payouts(exact)


SEVERAL = {
    "currency": "CNY",
    "period": "month",
    "negative_period": "carry",
    "measures": {
        "sales": {"unit": "money", "value": "amount"},
        "margin": {"unit": "money", "value": "amount - cost", "where": {"kind": ["deal"]}},
        "each": {"unit": "money", "value": "amount / quantity"},
        "boxes": {"unit": "count", "value": "quantity", "where": {"kind": ["box"]}},
        "unread": {"unit": "count", "value": "visits"},
    },
    "components": {
        "s": {"measure": "sales", "method": "flat", "rate": "1%"},
        "m": {"measure": "margin", "method": "flat", "rate": "10%"},
        "b": {"measure": "boxes", "method": "flat", "rate": 5},
    },
}


@quick
@given(
    cells=st.lists(
        st.tuples(*[st.sampled_from([None, 2, 70])] * 3, st.sampled_from([None, "deal", "box"])), min_size=1, max_size=6
    ),
    frame=st.sampled_from([list, pl.DataFrame]),
    parts=st.sampled_from([("s", "m", "b"), ("b",), ("m",)]),
    split=st.booleans(),
)
def test_a_deal_without_a_number_is_paid_by_what_does_not_read_it_in_both(cells, frame, parts, split):
    """Where a cell is empty, both engines leave the deal out of the measures that read it, and of no other."""
    assume(all(any(row[i] is not None for row in cells) for i in range(3)))
    crediting = [{"to": n, "share": x, "kind": "carve_out"} for n, x in (("mate", "1/3"), ("payee", "rest"))]
    components = {name: SEVERAL["components"][name] for name in parts}
    plan = inc.plan_of({**SEVERAL, "components": components, **({"crediting": crediting} if split else {})})
    rows = [
        {"transaction": f"T{i}", "date": date(2026, 1, 5), "amount_minor": amount, "cost_minor": cost,
         "quantity": quantity, "visits": quantity, "kind": kind, "payee": "ana", "mate": "bo"}
        for i, (amount, cost, quantity, kind) in enumerate(cells)
    ]  # fmt: skip
    columns, exact = _both(plan, inc.Facts(transactions=frame(rows)))
    assert columns.credits == exact.credits
    assert _lines(columns) == _lines(exact)
    assert _payouts(columns) == _payouts(exact)
    assert sorted(_unpaid(columns), key=str) == sorted(_unpaid(exact), key=str)
    assert sorted(u.reason for u in columns.unpaid) == sorted(u.reason for u in exact.unpaid)
    for row in rows:
        told = {u.code.rpartition(".")[2] for u in exact.unpaid if u.transaction == row["transaction"]}
        needs = {"s": ["amount_minor"], "m": ["amount_minor", "cost_minor"], "b": ["quantity"]}
        mine = [n for n in parts if n == "s" or row["kind"] == {"m": "deal", "b": "box"}[n]]
        short = [n for n in mine if any(row[c] is None for c in needs[n])]
        paid = {n.component for n in exact.lines if n.transaction == row["transaction"]}
        nothing = row["amount_minor"] is None and row["quantity"] is None
        assert ("no-amount" in told, paid) == (bool(short) or nothing, set(mine) - set(short))
