"""Transactions into a stage: whole columns, known scales; what cannot be read comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from math import lcm
from numbers import Number
from typing import Any

import attrs

from salesteam.core import Finding, Place, Report, exponent, find, rational, rational_text
from salesteam.core import _table as t
from salesteam.errors import InvalidValueError
from salesteam.incentives._columnar._money_columns import Scale
from salesteam.incentives._dealrow import deal_row
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._parts import Where
from salesteam.incentives._value import KNOWN_UNITS, columns_of, parse

__all__ = ["Transactions", "is_number", "needed", "transactions", "wanted"]


_ALWAYS = frozenset({"transaction", "reverses", "currency"})


@attrs.frozen(kw_only=True, eq=False)
class Transactions:
    """The transactions of a run on their way through the stages.

    Parameters
    ----------
    stage : Stage
        Columns transaction, date, seq (unless all are 0), reverses, the payee columns, numbers and texts that the plan
        reads.
    scales : mapping of str to Scale
        How the number columns stand.
    texts, numbers : tuple of str
        Columns that `where` compares: all of them, and those of numbers, which stand as their shortest text.
    payees : tuple of str
        Columns that name payees.
    unpaid : tuple of UnpaidRow
        Rows that could not be read.
    report : Report
        Findings of reading.
    seen : Survey, optional
        What one look at the table has shown.
    """

    stage: t.Stage
    scales: Mapping[str, Scale]
    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    payees: tuple[str, ...]
    unpaid: tuple[UnpaidRow, ...] = ()
    report: Report = Report()
    seen: t.Survey | None = None

    @property
    def clean(self) -> bool:
        """Whether that look has shown that every row has a payee, a day, every number, and an id of its own."""
        seen = self.seen
        if seen is None or not seen.apart:
            return False
        whole = not any(found.missing for found in seen.ranges.values())
        return whole and not seen.empty["date"] and not seen.empty[self.payees[0]]

    @property
    def days(self) -> list[date]:
        """The days that occur in such a table."""
        assert self.seen is not None
        return [day.date() if isinstance(day, datetime) else day for day in self.seen.different["date"]]


def needed(plan: Plan) -> tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]:
    """Number columns with their unit, columns of `where`, and payee columns that a plan reads."""
    units: dict[str, str] = {"amount": "money"}
    wheres: dict[str, None] = {}
    for measure in plan.measures.values():
        if measure.value is not None:
            for name in columns_of(parse(measure.value)):
                units[name] = {**KNOWN_UNITS, **measure.columns}.get(name, "number")
        wheres.update(dict.fromkeys(w.column for w in measure.where))
    payees = tuple(dict.fromkeys(rule.to for rule in plan.crediting)) or ("payee",)
    return units, tuple(w for w in wheres if w not in units and w not in payees and w not in _ALWAYS), payees


def transactions(plan: Plan, facts: Facts) -> Transactions:
    """Read the transactions of a run.

    Parameters
    ----------
    plan : Plan
        Says which columns are read.
    facts : Facts
        Holds the frame.

    Returns
    -------
    Transactions
        Usable rows as a stage; the others in `unpaid`, each with a finding.
    """
    units, texts, payees = needed(plan)
    frame = facts.transactions if facts.transactions is not None else []
    minor = 10 ** exponent(plan.currency)
    fast = _typed(frame, (units, texts, payees), minor)
    if fast is not None:
        return fast
    return _read(plan, frame, units, texts, payees, nothing=facts.transactions is None)


_Columns = tuple[Mapping[str, str], tuple[str, ...], tuple[str, ...]]


def _typed(frame: Any, asked: _Columns, minor: int) -> Transactions | None:
    """The frame itself as a stage, if every column already holds what is needed."""
    if t.kind_of(frame) not in {"pandas", "polars", "polars-lazy", "duckdb", "pyarrow"}:
        return None
    units, texts, payees = asked
    held = t.dtypes_of(frame)
    sources = {name: f"{name}_minor" if unit == "money" else name for name, unit in units.items()}
    words = {"transaction", *texts, *payees} | ({"reverses"} & set(held))
    whole = all(held.get(name) == "whole" for name in sources.values()) and held.get("seq", "whole") == "whole"
    text = all(held.get(name) == "text" for name in words)
    if not (whole and text) or held.get("date") not in {"date", "moment"} or "currency" in held:
        return None
    only = list(dict.fromkeys([*sorted(words), "date", *(["seq"] if "seq" in held else []), *sources.values()]))
    entered = t.enter(frame, engine="best", only=only)
    seen = t.survey(
        entered, whole=list(sources.values()), filled=["transaction", *payees, "date"], apart=["transaction"],
        midnight=["date"], different=["date"],
    )  # fmt: skip
    if seen.late or seen.empty["transaction"]:
        return None
    stage = t.as_days(entered, "date", proved=True)
    assert stage is not None
    stage = stage.with_columns(seq=t.col("seq").fill(0)) if "seq" in held else stage
    scales = {
        name: Scale(minor if units[name] == "money" else 1, seen.ranges[source].size)
        for name, source in sources.items()
    }
    stage = stage.rename(**{source: name for name, source in sources.items() if source != name})
    stage = stage.select(*sorted(words | ({"date", "seq"} & set(stage.columns)) | set(sources)))
    return Transactions(stage=stage, scales=scales, texts=texts, numbers=(), payees=payees, seen=seen)


def _read(
    plan: Plan, frame: Any, units: Mapping[str, str], texts: tuple[str, ...], payees: tuple[str, ...], *, nothing: bool
) -> Transactions:
    """Any frame, cell by cell; without one there is nothing to say about it."""
    given = t.raw_cells(frame) if texts else {}
    kinds = {name: _kind(given.get(name, ())) for name in texts}
    row_of, own = deal_row(units, kinds, payees)
    rows = t.read_table(frame, row_of, table="transactions", currency=plan.currency)
    minor = 10 ** exponent(plan.currency)
    scales: dict[str, Scale] = {}
    whole: dict[str, list[int | None]] = {}
    for name, unit in units.items():
        held: list[Any] = [getattr(row, own[name]) for row in rows.values]
        steps = 1 if unit == "money" else lcm(*(Fraction(x).denominator for x in held if x is not None), 1)
        whole[name] = [None if x is None else int(x * steps) for x in held]
        size = max((abs(x) for x in whole[name] if x is not None), default=0)
        scales[name] = Scale(steps * (minor if unit == "money" else 1), size)
    words = ("transaction", "reverses", "currency", *payees, *texts)
    columns: dict[str, list[Any]] = {
        name: [_text(getattr(row, own.get(name, name))) for row in rows.values] for name in words
    }
    columns |= {"date": [row.date for row in rows.values], "seq": [row.seq or 0 for row in rows.values], **whole}
    stage = t.begin(
        columns,
        {**dict.fromkeys(words, "text"), "date": "date", "seq": "whole", **dict.fromkeys(whole, "whole")},
        like=None if t.kind_of(frame) == "rows" else frame,
    )
    found = _where_findings(plan, units, kinds, given if rows.values else None)
    return Transactions(
        stage=stage,
        scales=scales,
        texts=texts,
        numbers=tuple(name for name, kind in kinds.items() if kind is Fraction),
        payees=payees,
        unpaid=tuple(_aside(number, cells, rows.report) for number, cells in rows.aside.items()),
        report=Report() if nothing else rows.report + Report(found),
    )


def _aside(number: int, row: Mapping[str, Any], report: Report) -> UnpaidRow:
    own: list[Finding] = [f for f in report if f.place.row == number] or list(report.errors[:1])
    name = row.get("transaction")
    return UnpaidRow(
        table="transactions",
        row=str(name if name not in {None, ""} else number),
        code=own[0].code if own else "table.bad-row",
        reason="; ".join(f.what() for f in own),
        transaction=None if name is None else str(name),
    )


def _kind(cells: Sequence[Any]) -> Any:
    """What a column of `where` holds: numbers, truths, or texts."""
    held = [cell for cell in cells if not t.is_missing(cell)]
    truths = [isinstance(cell, bool) for cell in held]
    if held and all(truths):
        return bool
    return Fraction if held and not any(truths) and all(isinstance(cell, Number) for cell in held) else str


def _text(cell: Any) -> str | None:
    if isinstance(cell, bool):
        return str(cell).lower()
    return rational_text(cell) if isinstance(cell, Fraction) else cell


def wanted(where: Where, *, numeric: bool) -> list[str]:
    """The texts that a condition compares with, numbers in their shortest form."""
    return [_shortest(value) or "" for value in where.values] if numeric else list(where.values)


def is_number(value: str) -> bool:
    """Whether a text of the plan is a number."""
    return _shortest(value) is not None


def _shortest(value: str) -> str | None:
    try:
        return rational_text(rational(value))
    except InvalidValueError:
        return None


def _where_findings(
    plan: Plan, units: Mapping[str, str], kinds: Mapping[str, Any], given: Mapping[str, Any] | None
) -> Iterator[Finding]:
    """Conditions that can match nothing: on a column that is not there, or on a number by a text."""
    for name, measure in plan.measures.items():
        for where in measure.where:
            place = Place(table="transactions", field=where.column)
            if where.column in kinds and given is not None and where.column not in given:
                yield find("incentives.where-absent", place, column=where.column, measure=name)
            for value in where.values if kinds.get(where.column) is Fraction or where.column in units else ():
                if _shortest(value) is None:
                    yield find("incentives.where-type", place, column=where.column, measure=name, value=value)
