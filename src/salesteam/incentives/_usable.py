"""Which transactions can be paid at all; the others come back with their reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import attrs

from salesteam.core import _table as t
from salesteam.core import find
from salesteam.core._table._cells import is_missing, plain
from salesteam.core._table._frames import cells_of
from salesteam.incentives._days import Days
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._model import Plan
from salesteam.incentives._rows import Transactions

__all__ = ["dated", "table_of", "unpaid_row", "usable"]


def unpaid_row(code: str, *, table: str = "transactions", **values: Any) -> UnpaidRow:
    """One row of `unpaid`, with the words of its finding."""
    keys = {k: values.get(k) for k in ("transaction", "payee", "period", "component")}
    row = next((str(v) for v in (keys["transaction"], keys["payee"]) if v is not None), "")
    return UnpaidRow(
        table=table, row=row, code=f"incentives.{code}", reason=find(f"incentives.{code}", **values).what(), **keys
    )


def table_of(stage: t.Stage, *names: str) -> list[dict[str, Any]]:
    """Columns of a stage as Python rows, for what is small: groups, days, rows set aside."""
    found, count = cells_of(t.leave(stage.select(*names), order=[] if stage.numbered else list(names)))
    return [{name: _cell(found[name][i]) for name in names} for i in range(count)]


def _cell(cell: Any) -> Any:
    """A plain Python value; None where there is nothing; a day without its midnight."""
    if is_missing(cell):
        return None
    found = plain(cell)
    return found.date() if isinstance(found, datetime) else found


def usable(plan: Plan, read: Transactions) -> tuple[t.Stage, list[UnpaidRow]]:
    """Set aside what cannot be paid.

    Returns
    -------
    tuple of (Stage, list of UnpaidRow)
        Rows with a payee, a day, every number, one id; with ``on``, the day whose numbers hold for them.
    """
    stage, unpaid = read.stage, list(read.unpaid)
    missing = _any_missing([t.col(name) for name in read.scales])
    named = [t.col(name).fill("") == "" for name in read.payees]
    none = named[0]
    for test in named[1:]:
        none = none & test
    tests = {"no-amount": missing, "no-payee": none}
    if plan.period != "once" or plan.parameters:
        tests["no-date"] = t.col("date").is_missing()
    stage, unpaid = _aside(stage, tests, unpaid)
    if "currency" in stage.columns:
        other = ~(t.col("currency").fill(plan.currency) == plan.currency)
        gone = table_of(stage.filter(other), "transaction", "currency")
        unpaid += [
            unpaid_row("other-currency", transaction=r["transaction"], currency=r["currency"], wanted=plan.currency)
            for r in gone
        ]
        stage = stage.filter(~other) if gone else stage
    stage, unpaid = _duplicates(stage, unpaid)
    stage, unpaid = _originals(stage, unpaid)
    return stage, unpaid


def _any_missing(cells: Iterable[t.Expr]) -> t.Expr:
    found: t.Expr | None = None
    for each in cells:
        found = each.is_missing() if found is None else found | each.is_missing()
    assert found is not None
    return found


def _aside(stage: t.Stage, tests: Mapping[str, t.Expr], unpaid: list[UnpaidRow]) -> tuple[t.Stage, list[UnpaidRow]]:
    why = t.value(0)
    codes = list(tests)
    for number, test in enumerate(tests.values(), start=1):
        why = t.when(test, number, why)
    stage = stage.with_columns(why=why)
    if t.ranges(stage, ["why"])["why"].high:
        bad = table_of(stage.filter(t.col("why") > 0), "transaction", "why")
        unpaid = [*unpaid, *(unpaid_row(codes[r["why"] - 1], transaction=r["transaction"]) for r in bad)]
        stage = stage.filter(t.col("why") == 0)
    return stage.drop("why"), unpaid


def _duplicates(stage: t.Stage, unpaid: list[UnpaidRow]) -> tuple[t.Stage, list[UnpaidRow]]:
    counted = t.group(stage, by=["transaction"], times=("sum", 1))
    if t.ranges(counted, ["times"])["times"].high <= 1:
        return _proved(stage), unpaid
    twice = [r["transaction"] for r in table_of(counted.filter(t.col("times") > 1), "transaction")]
    names = list(stage.columns)
    numbered = stage.with_columns(number=t.col(t.ROW))
    rows = table_of(numbered.filter(t.col("transaction").one_of(twice)), *names, "number")
    drop: list[int] = []
    for name in sorted(twice):
        mine = sorted((r for r in rows if r["transaction"] == name), key=lambda r: r["number"])
        same = all(_same(mine[0], r, names) for r in mine[1:])
        gone = mine[1:] if same else mine
        drop += [r["number"] for r in gone]
        unpaid = [*unpaid, *(unpaid_row("duplicate-transaction", transaction=name) for _ in gone)]
    return _proved(stage.filter(~t.col(t.ROW).one_of(drop))), unpaid


def _same(a: Mapping[str, Any], b: Mapping[str, Any], names: Iterable[str]) -> bool:
    return all(a[n] == b[n] for n in names)


def _proved(stage: t.Stage) -> t.Stage:
    """Remember that transactions tell rows apart: just counted."""
    return attrs.evolve(stage, proved=stage.proved | {(frozenset(), ("transaction",))})


def _originals(stage: t.Stage, unpaid: list[UnpaidRow]) -> tuple[t.Stage, list[UnpaidRow]]:
    stage = stage.with_columns(on=t.col("date"))
    if "reverses" not in stage.columns:
        return stage, unpaid
    known = stage.select(reverses=t.col("transaction"), original=t.col("date"))
    known = attrs.evolve(known, proved=known.proved | {(frozenset(), ("reverses",))})
    reversing = ~t.col("reverses").is_missing()
    orphans = table_of(stage.filter(reversing).join(known, ["reverses"], how="anti"), "transaction")
    unpaid = [*unpaid, *(unpaid_row("reversal-without-original", transaction=r["transaction"]) for r in orphans)]
    if orphans:
        stage = stage.filter(~t.col("transaction").one_of([r["transaction"] for r in orphans]))
    joined = stage.join(known, ["reverses"], how="left")
    return joined.with_columns(on=t.when(t.col("reverses").is_missing(), t.col("date"), t.col("original"))).drop(
        "original"
    ), unpaid


@attrs.frozen(kw_only=True)
class _Day:
    date: date | None = t.column("day", default=None)


def dated(plan: Plan, stage: t.Stage, known_as_of: date | None, like: Any) -> tuple[t.Stage, Days]:
    """Put pay period, intervals and version on every row, by a small table of days."""
    booked = _days(stage, "date")
    asked = _days(stage, "on")
    days = Days.of(plan, [*booked, *asked], known_as_of)
    undated = {k: int(str(number)) for k, number in Days.of(plan, [None], known_as_of).rows[0].items() if k != "date"}
    if booked == [None]:
        return stage.with_columns(**undated), days
    fields = {k: t.column(k) for k in days.rows[0]}
    cls = attrs.make_class("DayRow", fields, kw_only=True, frozen=True)
    cls.__annotations__ = {k: date if k == "date" else int for k in fields}
    table = t.enter(t.write_rows([r for r in days.rows if r["date"] is not None], cls, like=like))
    table = attrs.evolve(table, proved=frozenset({(frozenset(), ("date",)), (frozenset(), ("on",))}))
    stage = stage.join(table.drop("v"), ["date"], how="left")
    versions = attrs.evolve(table.select("v", on=t.col("date")), proved=frozenset({(frozenset(), ("on",))}))
    stage = stage.join(versions, ["on"], how="left")
    return stage.with_columns(**{k: t.col(k).fill(number) for k, number in undated.items()}), days


def _days(stage: t.Stage, name: str) -> list[date | None]:
    known = stage.filter(~t.col(name).is_missing())
    found = t.group(known, by=[name], rows=("sum", 1))
    return [row[name] for row in table_of(found, name)] or [None]
