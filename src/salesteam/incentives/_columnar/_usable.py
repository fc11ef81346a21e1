"""Which transactions can be paid at all; the others come back with their reason."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import reduce
from itertools import chain
from typing import Any

import attrs

from salesteam.core import _table as t
from salesteam.errors import InvalidValueError
from salesteam.incentives._columnar._credit import counting, lacking
from salesteam.incentives._columnar._money_columns import divisors
from salesteam.incentives._columnar._rows import Transactions
from salesteam.incentives._curves import changing, number_on
from salesteam.incentives._days import Days
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._model import Plan
from salesteam.incentives._reads import looked_at, read_by
from salesteam.incentives._unpaid import unpaid_row
from salesteam.incentives._value import parse, spelled

__all__ = ["Marks", "dated", "sequenced", "usable"]


def usable(plan: Plan, read: Transactions) -> tuple[t.Stage, list[UnpaidRow]]:
    """Set aside what cannot be paid.

    Returns
    -------
    tuple of (Stage, list of UnpaidRow)
        Rows with a payee, a day, every number, one id; with ``on``, the day whose numbers hold for them.
    """
    stage, unpaid = read.stage, list(read.unpaid)
    _alike(read, stage)
    readers = read_by(plan, read.scales)
    missing = _lacking([t.col(name) for name in {"amount", *chain(*readers.values())}])
    for columns in readers.values():
        missing = missing & _lacking([t.col(name) for name in sorted(columns)])
    named = [t.col(name).fill("") == "" for name in read.payees]
    none = named[0]
    for test in named[1:]:
        none = none & test
    tests = {"no-amount": missing, "no-payee": none}
    if plan.period != "once" or changing(plan, plan):
        tests["no-date"] = t.col("date").is_missing()
    if not read.clean:
        stage, unpaid = _aside(stage, tests, unpaid, ", ".join(readers) or plan.plan)
        stage = _filled(stage, readers, read)
    stage, unpaid = _dividing(plan, read, stage, unpaid)
    if "currency" in stage.columns:
        other = ~(t.col("currency").fill(plan.currency) == plan.currency)
        gone = t.rows_of(stage.filter(other), "transaction", "currency")
        unpaid += [
            unpaid_row("other-currency", transaction=r["transaction"], currency=r["currency"], wanted=plan.currency)
            for r in gone
        ]
        stage = stage.filter(~other) if gone else stage
    stage, unpaid = (stage.trust("transaction"), unpaid) if read.clean else _duplicates(stage, unpaid)
    stage, unpaid = _originals(plan, stage, unpaid)
    return stage, [*unpaid, *_incomplete(plan, read, stage)]


def _alike(read: Transactions, stage: t.Stage) -> None:
    """Send reversals that leave out what their original says to where one row at a time is read.

    Raises
    ------
    InvalidValueError
        If there are some.
    """
    if "reverses" not in stage.columns or not t.distinct(stage, "reverses")["reverses"]:
        return
    names = [c for c in dict.fromkeys((*read.payees, *read.texts, "currency")) if c in stage.columns]
    mine = stage.filter(~t.col("reverses").is_missing()).select("reverses", *names)
    theirs = stage.select(reverses=t.col("transaction"), **{f"o_{c}": t.col(c) for c in names}).trust("reverses")
    tests = [(t.col(c).fill("") == "") & ~(t.col(f"o_{c}").fill("") == "") for c in names]
    if t.counted(mine.join(theirs, ["reverses"], how="inner").filter(reduce(operator.or_, tests))):
        raise InvalidValueError("a reversal leaves out what its original says", where="value", fix="pay row by row")


def _lacking(cells: Iterable[t.Expr]) -> t.Expr:
    """Whether one of some cells is missing."""
    return reduce(operator.or_, [each.is_missing() for each in cells], t.value(0) > 0)


def _filled(stage: t.Stage, readers: Mapping[str, frozenset[str]], read: Transactions) -> t.Stage:
    """Mark by `l_…` for which measures a row lacks a number, and fill that number with 0."""
    seen = t.ranges(stage, list(read.scales))
    gone = [name for name in read.scales if seen[name].missing]
    marked = {
        f"l_{name}": t.when(_lacking([t.col(each) for each in gone if each in columns]), 1, 0)
        for name, columns in readers.items()
        if columns & set(gone)
    }
    return stage.with_columns(**marked).with_columns(**{name: t.col(name).fill(0) for name in gone})


def _incomplete(plan: Plan, read: Transactions, stage: t.Stage) -> Iterator[UnpaidRow]:
    """Rows that count for some measures only, since they lack a number that another reads on which pay hangs."""
    marks = {name: f"l_{name}" for name in plan.measures if f"l_{name}" in stage.columns}
    asked = looked_at(plan) if marks else frozenset()
    marks = {name: mark for name, mark in marks.items() if name in asked}
    wanting = {mark: lacking(name, plan.measures[name].where, read) for name, mark in marks.items()}
    if wanting:
        rows = stage.filter(reduce(operator.or_, wanting.values()))
        rows = rows.with_columns(**{mark: t.when(test, 1, 0) for mark, test in wanting.items()})
        for row in t.rows_of(rows, "transaction", *wanting):
            names = [name for name, mark in marks.items() if row[mark]]
            yield unpaid_row("no-amount", transaction=row["transaction"], measure=", ".join(names))


def _aside(
    stage: t.Stage, tests: Mapping[str, t.Expr], unpaid: list[UnpaidRow], measure: str
) -> tuple[t.Stage, list[UnpaidRow]]:
    why = t.value(0)
    codes = list(tests)
    for number, test in enumerate(tests.values(), start=1):
        why = t.when(test, number, why)
    stage = stage.with_columns(why=why)
    if t.ranges(stage, ["why"])["why"].high:
        bad = t.rows_of(stage.filter(t.col("why") > 0), "transaction", "why")
        unpaid = [
            *unpaid,
            *(unpaid_row(codes[r["why"] - 1], transaction=r["transaction"], measure=measure) for r in bad),
        ]
        stage = stage.filter(t.col("why") == 0)
    return stage.drop("why"), unpaid


def _dividing(
    plan: Plan, read: Transactions, stage: t.Stage, unpaid: list[UnpaidRow]
) -> tuple[t.Stage, list[UnpaidRow]]:
    """Set rows aside in which a measure that counts them divides by zero."""
    look = number_on(plan, None)
    for name, measure in plan.measures.items():
        trees = [] if measure.value is None else [spelled(parse(measure.value), look)]
        for divisor in (each for tree in trees for each in divisors(tree, read.scales)):
            test = counting(name, measure.where, read, stage)
            marked = stage.with_columns(zero=t.when(divisor == 0 if test is None else (divisor == 0) & test, 1, 0))
            gone = t.cells(marked.filter(t.col("zero") > 0), "transaction")["transaction"]
            if gone:
                unpaid = [*unpaid, *(unpaid_row("division-by-zero", transaction=g, measure=name) for g in gone)]
                stage = marked.filter(t.col("zero") == 0).drop("zero")
    return stage, unpaid


def _duplicates(stage: t.Stage, unpaid: list[UnpaidRow]) -> tuple[t.Stage, list[UnpaidRow]]:
    if t.tells_apart(stage, "transaction"):
        return stage.trust("transaction"), unpaid
    counted = t.group(stage, by=["transaction"], times=("sum", 1))
    twice = t.cells(counted.filter(t.col("times") > 1), "transaction")["transaction"]
    names = list(stage.columns)
    numbered = stage.with_columns(number=t.col(t.ROW))
    rows = t.rows_of(numbered.filter(t.col("transaction").one_of(twice)), *names, "number")
    drop: list[int] = []
    for name in sorted(twice):
        mine = sorted((r for r in rows if r["transaction"] == name), key=lambda r: r["number"])
        same = all(_same(mine[0], r, names) for r in mine[1:])
        gone = mine[1:] if same else mine
        drop += [r["number"] for r in gone]
        unpaid = [*unpaid, *(unpaid_row("duplicate-transaction", transaction=name) for _ in gone)]
    return stage.filter(~t.col(t.ROW).one_of(drop)).trust("transaction"), unpaid


def _same(a: Mapping[str, Any], b: Mapping[str, Any], names: Iterable[str]) -> bool:
    return all(a[n] == b[n] for n in names)


def _originals(plan: Plan, stage: t.Stage, unpaid: list[UnpaidRow]) -> tuple[t.Stage, list[UnpaidRow]]:
    """Add ``on``, the day of the original of a reversal, where there are reversals.

    Raises
    ------
    InvalidValueError
        Where only one row at a time tells what a reversal takes back: of deals that are counted, of reversals, and
        of deals that each have a sum of their own.
    """
    if "reverses" not in stage.columns or not t.distinct(stage, "reverses")["reverses"]:
        return stage, unpaid
    known = stage.select(reverses=t.col("transaction"), original=t.col("date")).trust("reverses")
    again = stage.filter(~t.col("reverses").is_missing()).select(reverses=t.col("transaction")).trust("reverses")
    reversing = ~t.col("reverses").is_missing()
    chained = stage.filter(reversing).join(again, ["reverses"], how="semi")
    counted = any(m.aggregate == "count" for m in plan.measures.values())
    alone = any(c.accumulate == "transaction" and c.method != "flat" for c in plan.components.values())
    if counted or alone or t.counted(chained):
        raise InvalidValueError("reversals of counted, lone or reversed deals", where="value", fix="pay row by row")
    orphans = t.cells(stage.filter(reversing).join(known, ["reverses"], how="anti"), "transaction")["transaction"]
    orphans += t.cells(stage.filter(t.col("reverses") == t.col("transaction")), "transaction")["transaction"]
    unpaid = [*unpaid, *(unpaid_row("reversal-without-original", transaction=name) for name in orphans)]
    if orphans:
        stage = stage.filter(~t.col("transaction").one_of(orphans))
    joined = stage.join(known, ["reverses"], how="left")
    on = t.when(t.col("reverses").is_missing(), t.col("date"), t.col("original"))
    return joined.with_columns(on=on).drop("original").trust("transaction"), unpaid


@attrs.frozen(kw_only=True, eq=False)
class Marks:
    """What hangs on the day of a row alone: pay period, intervals, and version of the numbers.

    Parameters
    ----------
    days : list of date
        Every day that occurs.
    columns, versions : ByDay
        Numbers of each day; versions go by the day of the original of a reversal.
    undated : mapping of str to int
        Numbers of rows without a day.
    once : bool
        Whether such rows can be.
    """

    days: list[date]
    columns: t.ByDay
    versions: t.ByDay
    undated: Mapping[str, int]
    once: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that `on` adds."""
        return (*self.columns.names, *self.versions.names) if self.days else tuple(self.undated)

    def on(self, stage: t.Stage) -> t.Stage:
        """Put the numbers on rows with their days."""
        if not self.days:
            return stage.with_columns(**self.undated)
        stage = self.columns.put(stage, "date")
        stage = self.versions.put(stage, "on" if "on" in stage.columns else "date")
        return stage.with_columns(**{k: t.col(k).fill(self.undated[k]) for k in self.names}) if self.once else stage


def dated(
    plan: Plan, stage: t.Stage, known_as_of: date | None, found: list[date] | None
) -> tuple[t.Stage, Days, Marks]:
    """Put pay period, intervals and version on every row, by a small table of days: those found, if they are known."""
    booked: list[date | None] = [*(found or [])] or _days(stage, "date")
    reversing = "on" in stage.columns
    asked = _days(stage, "on") if reversing else []
    days = Days.of(plan, [*booked, *asked], known_as_of)
    undated = days.days[:1] == (None,)  # it comes first
    held: list[date] = [] if booked == [None] else [day for day in days.days if day is not None]
    columns = {k: numbers[undated:] for k, numbers in days.columns.items()}
    versions = {"v": columns.pop("v")}
    marks = Marks(
        days=held, undated=days.undated, once=plan.period == "once", columns=t.ByDay(held, columns),
        versions=t.ByDay(held, versions if len(days.versions) > 1 or not held else {}),
    )  # fmt: skip
    return marks.on(stage).trust("transaction"), days, marks


def sequenced(plan: Plan, stage: t.Stage) -> tuple[t.Stage, tuple[str, ...]]:
    """The order of transactions: its keys, rows without a day first."""
    keys = ("date", *(["seq"] if "seq" in stage.columns else []), "transaction")
    if plan.period != "once":
        return stage, keys
    return stage.with_columns(dated=t.when(t.col("date").is_missing(), 0, 1)), ("dated", *keys)


def _days(stage: t.Stage, name: str) -> list[date | None]:
    return list(t.distinct(stage, name)[name]) or [None]
