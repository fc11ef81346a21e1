"""Laws that hold for every plan and every set of deals."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from reference import Reference
from worlds import DAYS, PAYEES, PEOPLE, QUOTAS, TARGETS, components, deals, plans

from salesteam import incentives as inc
from salesteam.errors import ReportError
from salesteam.core._table import write_rows
from salesteam.incentives._rows import _noun
from salesteam.core import _table as t
from datetime import date

quick = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def framed(rows, kind):
    """The deals as a frame of a kind."""
    types = {"transaction": str, "date": date, "seq": int, "amount_minor": int, "payee": str, "assistant": str | None}
    cls = _noun("Deal", {k: (v, t.column(k, default=None) if k == "assistant" else t.column(k)) for k, v in types.items()})
    if kind == "rows":
        return rows
    if kind == "pandas":
        return write_rows(rows, cls)
    import polars as pl
    import pyarrow as pa

    frame = pl.DataFrame(rows, schema={"transaction": pl.String, "date": pl.Date, "seq": pl.Int64, "amount_minor": pl.Int64, "payee": pl.String, "assistant": pl.String})
    if kind == "polars":
        return frame
    if kind == "pyarrow":
        return frame.to_arrow()
    import duckdb

    return duckdb.from_arrow(frame.to_arrow())


def facts(rows, kind="rows"):
    return inc.Facts(transactions=framed(rows, kind), quotas=QUOTAS, targets=TARGETS, people=PEOPLE)


def paid(run):
    return {(p.payee, p.period, p.component): p.pay_minor for p in run.payouts}


@pytest.mark.parametrize("kind", ["rows", "pandas", "polars", "duckdb", "pyarrow"])
@quick
@given(plan=plans(), rows=deals())
def test_every_backend_pays_what_the_reference_pays(kind, plan, rows):
    """Law 1: exact fractions, one row at a time, give the same cents as the columns."""
    expected = Reference(plan, rows, QUOTAS, TARGETS, PEOPLE)
    try:
        run = inc.pay(plan, facts(rows, kind))
    except ReportError as error:
        assert {"incentives.scale-overflow"} == set(error.report.by_code)
        reject()
    assert expected.payouts == paid(run)
    assert sorted((n["transaction"] or "", n["payee"], n["component"], n["pay"]) for n in expected.lines) == sorted(
        (n.transaction or "", n.payee, n.component, n.pay_minor) for n in run.lines
    )
    assert sorted({(a or "", b or "", c) for a, b, c in expected.unpaid}) == sorted(
        {(u.transaction or "", u.payee or "", u.code.removeprefix("incentives.")) for u in run.unpaid}
    )
