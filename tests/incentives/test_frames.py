"""Every table of a run has exactly the declared columns and dtypes, and the same cells as its rows, on every engine."""

from __future__ import annotations

import sys
from pathlib import Path
from unittest import mock

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from test_laws import facts
from worlds import DAYS

from salesteam import incentives as inc
from salesteam.core import _table as t
from salesteam.core._table import _doors
from salesteam.incentives._run import TABLES as _TABLES

KINDS = ["rows", "rows-alone", "pandas", "pandas-alone", "polars", "pyarrow", "duckdb"]
DTYPES = {
    "pandas": {"text": "string", "whole": "Int64", "money": "Int64", "rational": "float64", "date": "datetime64[s]"},
    "polars": {"text": "String", "whole": "Int64", "money": "Int64", "rational": "Float64", "date": "Date"},
    "pyarrow": {"text": "string", "whole": "int64", "money": "int64", "rational": "double", "date": "date32[day]"},
    "duckdb": {"text": "VARCHAR", "whole": "BIGINT", "money": "BIGINT", "rational": "DOUBLE", "date": "DATE"},
}
PLAN = {
    "currency": "CNY",
    "period": "month",
    "negative_period": "carry",
    "measures": {"m": {"unit": "money", "value": "amount"}, "n": {"unit": "count", "value": "1", "aggregate": "count"}},
    "crediting": [
        {"to": "assistant", "share": "15%", "kind": "carve_out"},
        {"to": "payee", "share": "1/2", "kind": "carve_out"},
    ],
    "components": {
        "tiers": {
            "measure": "m",
            "method": "marginal",
            "accumulate": "quarter",
            "tiers": [{"from": 0, "to": 100, "rate": "1/3"}, {"from": 100, "to": None, "rate": "10%"}],
        },
        "each": {"measure": "n", "method": "flat", "rate": 2},
        "bonus": {
            "measure": "m",
            "method": "curve",
            "target": 100,
            "nodes": [[0, 0], [1, 1]],
            "between": "linear",
            "below": "flat",
            "above": "flat",
        },
    },
    "modifiers": [
        {
            "of": "tiers",
            "measure": "team.m.attainment",
            "clamp": ["90%", "120%"],
            "round": {"to": "1%", "mode": "floor"},
            "join": "product",
        }
    ],
    "caps": [{"of": "tiers", "limit": 400, "at": "after_modifiers", "excess": "lost"}],
}
ROWS = [
    {"transaction": "T1", "date": DAYS[0], "seq": 1, "amount_minor": 12_345, "payee": "ana", "assistant": "bo"},
    {"transaction": "T2", "date": DAYS[0], "seq": 0, "amount_minor": -1, "payee": "ana", "assistant": None},
    {"transaction": "T3", "date": DAYS[2], "seq": 0, "amount_minor": 700_000, "payee": "bo", "assistant": "ana"},
    {"transaction": "T4", "date": DAYS[2], "seq": 0, "amount_minor": 0, "payee": "bo", "assistant": None},
    {"transaction": "T5", "date": DAYS[2], "seq": 0, "amount_minor": 5, "payee": "nobody", "assistant": None},
]


def paid(kind, rows=ROWS):
    """The run on deals of a kind."""
    with mock.patch.object(_doors, "polars_here", return_value=not kind.endswith("alone")):
        return inc.pay(inc.plan_of(PLAN), facts(rows, kind))


def family(kind):
    """The library that a result of a kind is a frame of."""
    return "pandas" if kind.startswith(("rows", "pandas")) else kind


def schema(frame):
    """Names and dtypes of a frame as text."""
    kind = t.kind_of(frame)
    if kind == "pandas":
        return {name: str(dtype) for name, dtype in frame.dtypes.items()}
    if kind == "polars":
        return {name: str(dtype) for name, dtype in frame.schema.items()}
    if kind == "pyarrow":
        return {name: str(frame.schema.field(name).type) for name in frame.column_names}
    return dict(zip(frame.columns, map(str, frame.types), strict=True))


def declared(cls, kind, exact):
    """What the class says."""
    found = {}
    for column in t.columns(cls):
        names = column.pair if exact and column.pair else (column.name,)
        found |= dict.fromkeys(names, DTYPES[family(kind)]["whole" if len(names) > 1 else column.kind])
    return found


def cells(frame):
    """The cells, None where there is nothing."""
    kind = t.kind_of(frame)
    if kind == "pandas":
        return frame.astype(object).where(frame.notna(), None).to_dict("list")
    if kind == "polars":
        return frame.to_dict(as_series=False)
    return (frame if kind == "pyarrow" else frame.to_arrow_table()).to_pydict()


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_every_table_has_the_declared_columns_and_dtypes(kind, exact):
    """Names, their order and their dtypes come from the declaration alone, whatever is in the table."""
    run = paid(kind)
    for table, cls in _TABLES.items():
        assert declared(cls, kind, exact) == schema(run.to_frame(table, exact=exact)), table


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_table_has_them_too(kind):
    """A run on nothing gives empty tables with all columns."""
    run = paid(kind, [])
    assert not run.payouts
    for table, cls in _TABLES.items():
        assert declared(cls, kind, False) == schema(run.to_frame(table)), table


@pytest.mark.parametrize("kind", KINDS)
def test_tables_made_of_columns_hold_what_the_rows_hold(kind):
    """Lines, credits and payouts by columns are the same cells, in the same order, as one noun for each row."""
    run = paid(kind)
    assert run.lines
    for table in ("lines", "credits", "payouts"):
        expected = t.write_rows(getattr(run, table), _TABLES[table], run.like)
        assert cells(expected) == cells(run.to_frame(table)), table


@pytest.mark.parametrize("kind", KINDS)
def test_credits_of_a_plan_that_cuts_nothing_hold_all_deals(kind):
    """Whoever they are for, known or not; what stands in columns keeps what it was made of only where it must."""
    plan = inc.plan_of({**{key: PLAN[key] for key in ("currency", "period", "negative_period", "measures")}, "components": {"each": PLAN["components"]["each"]}})  # fmt: skip
    people = pd.DataFrame({"payee": ["bo", "ana"], "team": ["t", "t"]})
    with mock.patch.object(_doors, "polars_here", return_value=not kind.endswith("alone")):
        run = inc.pay(plan, inc.Facts(transactions=facts(ROWS, kind).transactions, people=people))
    expected = [(row["transaction"], row["payee"], row["amount_minor"]) for row in ROWS]
    assert expected == [(credit.transaction, credit.payee, credit.credit_minor) for credit in run.credits]
    assert cells(t.write_rows(run.credits, _TABLES["credits"], run.like)) == cells(run.to_frame("credits"))
    assert ["unknown-payee"] == [row.code.removeprefix("incentives.") for row in run.unpaid]


def test_lines_too_large_for_a_binary_number_are_written_row_by_row():
    """Nothing is rounded on the way to the nearest binary number."""
    rows = [{**row, "amount_minor": row["amount_minor"] * 10**9 + 1} for row in ROWS]
    run = paid("pandas", rows)
    expected = t.write_rows(run.lines, _TABLES["lines"], run.like)
    pd.testing.assert_frame_equal(expected, run.to_frame("lines"))
