"""The ledger as it grows: what stands in it, what it says of a payee, and new entries, never an edited one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from numbers import Real
from typing import Any

import attrs

from salesteam.core import Finding, Place, Report, find
from salesteam.core import _table as t
from salesteam.errors import InvalidValueError, ReportError
from salesteam.incentives._days import spans
from salesteam.incentives._model import Plan
from salesteam.incentives._settle._rows import KINDS, LedgerRow

__all__ = ["DEBTS", "LINES", "Book", "Line", "Move", "read_ledger"]

LINES = ("earned", "adjustment", "held", "released", "forfeited")
"""Kinds of entries about single lines of pay; the others are about a payee and a period."""
DEBTS = ("recoverable", "advance")
"""Causes of a draw that becomes debt."""
Line = tuple[str, str, str | None, str | None]
"""Payee, original period, component, transaction; an entry that says no component is about all of them."""
_EARNED = ("earned", "adjustment")


@attrs.frozen
class Move:
    """An amount to be booked, before it has an id."""

    kind: str
    amount: int
    original: str
    component: str | None = None
    transaction: str | None = None
    cause: str = ""


@attrs.define(kw_only=True, eq=False)
class Book:
    """The entries of one plan, old and new.

    Parameters
    ----------
    plan : Plan
        Whose entries are looked at and written; those of other plans stay as they are.
    old : tuple of LedgerRow
        As they came.
    new : list of LedgerRow
        As they are written.
    """

    plan: Plan
    old: tuple[LedgerRow, ...] = ()
    new: list[LedgerRow] = attrs.field(factory=list)
    _own: dict[str, list[LedgerRow]] = attrs.field(factory=dict, init=False)
    _lines: dict[str, dict[Line, dict[str, int]]] = attrs.field(factory=dict, init=False)
    _ids: set[str] = attrs.field(factory=set, init=False)

    def __attrs_post_init__(self) -> None:
        for row in self.old:
            self._ids.add(row.entry)
            if row.plan in {None, "", self.plan.plan}:
                self._add(row)

    def _add(self, row: LedgerRow) -> None:
        self._own.setdefault(row.payee, []).append(row)
        if row.kind in LINES and not (row.kind == "forfeited" and row.component is None):
            mine = self._lines.setdefault(row.payee, {})
            held = mine.setdefault((row.payee, row.original, row.component, row.transaction), {})
            name = "earned" if row.kind in _EARNED else row.kind
            held[name] = held.get(name, 0) + row.amount_minor

    @property
    def payees(self) -> tuple[str, ...]:
        """Everyone with an entry."""
        return tuple(sorted(self._own))

    @property
    def periods(self) -> tuple[str, ...]:
        """Periods with an entry of this plan, in order."""
        return tuple(sorted({row.booked_period for rows in self._own.values() for row in rows}, key=spans))

    def rows(self, payee: str) -> Sequence[LedgerRow]:
        """Entries of a payee."""
        return self._own.get(payee, ())

    def lines(self, payee: str) -> tuple[Line, ...]:
        """Every line of a payee that was ever booked."""
        return tuple(self._lines.get(payee, ()))

    def booked(self, line: Line, kind: str) -> int:
        """What was booked for a line; adjustments are counted as earned."""
        return self._lines.get(line[0], {}).get(line, {}).get(kind, 0)

    def coarse(self, line: Line) -> Line:
        """The line under which pay was booked, where the books say no transaction, or no component."""
        payee, period, component, _ = line
        every = (payee, period, None, None)
        whole = (payee, period, component, None)
        if self.was_booked(line) or not (self.was_booked(every) or self.was_booked(whole)):
            return line
        if self.was_booked(every):
            return every
        fine = any(key[:3] == whole[:3] and key[3] is not None and self.was_booked(key) for key in self.lines(payee))
        return line if fine else whole

    def was_booked(self, line: Line) -> bool:
        """Whether pay of a line stands in the books."""
        return "earned" in self._lines.get(line[0], {}).get(line, {})

    def before(self, payee: str, period: str) -> list[LedgerRow]:
        """Entries of a payee in the books of earlier periods."""
        at = spans(period)
        return [row for row in self.rows(payee) if spans(row.booked_period) < at]

    def within(self, payee: str, period: str) -> list[LedgerRow]:
        """Entries of a payee in the books of a period."""
        return [row for row in self.rows(payee) if row.booked_period == period]

    def write(self, payee: str, period: str, moves: Iterable[Move], known_as_of: date | None) -> None:
        """Append entries; nothing is written for nothing."""
        for move in moves:
            if not move.amount:
                continue
            row = LedgerRow(
                entry=self._name(payee, period, move), payee=payee, booked_period=period,
                original_period=move.original, kind=move.kind, component=move.component,
                transaction=move.transaction, amount_minor=move.amount, plan=self.plan.plan,
                version=self.plan.version, known_as_of=known_as_of, cause=move.cause or None,
            )  # fmt: skip
            self.new.append(row)
            self._add(row)

    def _name(self, payee: str, period: str, move: Move) -> str:
        """An id that says what the entry is, and that comes out the same whenever the same is booked."""
        about = [move.component or "", move.transaction or ""]
        if move.kind not in LINES:
            about = [move.cause.replace(": ", "-").replace(" ", "-")]
        parts = [self.plan.plan, period, payee, move.kind, *(part for part in about if part)]
        if move.original != period:
            parts.append(move.original)
        name = "/".join(parts)
        number = 1
        while (found := name if number == 1 else f"{name}#{number}") in self._ids:
            number += 1
        self._ids.add(found)
        return found


def read_ledger(ledger: Any, plan: Plan) -> tuple[LedgerRow, ...]:
    """Read the entries so far.

    Parameters
    ----------
    ledger : frame, list of mappings, rows of a ledger, or None
        With the columns of `LedgerRow`.
    plan : Plan
        Its currency is that of the amounts.

    Returns
    -------
    tuple of LedgerRow
        In the order that they came in.

    Raises
    ------
    ReportError
        If a row cannot be read, for a sum without it would pay twice.
    """
    if ledger is None or (isinstance(ledger, (list, tuple)) and not ledger):
        return ()
    rows = t.read_table(_as_text(ledger), LedgerRow, table="ledger", currency=plan.currency)
    report = Report(f for f in rows.report if f.code != "table.empty") + Report(_wrong(rows.values))
    report.raise_for_errors()
    if rows.aside:
        raise ReportError(report)
    return rows.values


def _as_text(ledger: Any) -> Any:
    """The ledger with each number in a column of text as its shortest text, which a plain reader of CSV makes of it."""
    if isinstance(ledger, (list, tuple)) and all(isinstance(row, LedgerRow) for row in ledger):
        return ledger
    cells = t.raw_cells(ledger)
    texts = [c.name for c in t.columns(LedgerRow) if c.kind == "text" and c.name in cells]
    odd = [name for name in texts if any(isinstance(cell, Real) and math.isfinite(cell) for cell in cells[name])]
    if not odd:
        return ledger
    for name in odd:
        cells[name] = [_shortest(cell) for cell in cells[name]]
    return [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]


def _shortest(cell: object) -> object:
    if isinstance(cell, bool) or not isinstance(cell, Real):
        return cell
    number = float(cell)
    if not math.isfinite(number):
        return None
    return f"{number:.0f}" if number.is_integer() else repr(number)


def _wrong(rows: Iterable[LedgerRow]) -> Iterator[Finding]:
    for number, row in enumerate(rows):
        place = Place(table="ledger", row=number, key=row.entry or None)
        if row.kind not in KINDS:
            yield find("incentives.ledger-kind", place, kind=row.kind, known=KINDS)
        for name in {row.booked_period, row.original}:
            try:
                spans(name)
            except InvalidValueError:
                yield find("incentives.period-unknown", place, table="ledger", payee=row.payee, period=name)
