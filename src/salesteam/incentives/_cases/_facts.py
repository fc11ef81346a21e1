"""Facts of a case: tables as lists of mappings, with every shorthand written out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from salesteam.core import Finding, Period, rational
from salesteam.errors import InvalidValueError
from salesteam.incentives._cases._figure import period_name
from salesteam.incentives._cases._spots import Words, place_of, unknown_key, wrong_shape
from salesteam.incentives._cases._tables import FACTS, OPEN

__all__ = ["PAYEE", "filled_in", "numbered", "problems", "touched"]

PAYEE = "A"
"""Who a row is about that names nobody."""

_DATED = ("transactions", "receipts", "events", "log")
_PERIODS = {
    "values": ("period",), "quotas": ("period",), "targets": ("period",),
    "ledger": ("booked_period", "original_period"),
}  # fmt: skip

Row = dict[str, Any]

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?%?", re.ASCII)


def problems(tables: Mapping[Any, Any], *, file: str, at: str) -> Iterator[Finding]:
    """What is wrong with the way facts are written."""
    for table, rows in tables.items():
        key = f"{at}.facts.{table}"
        place = place_of(table, file, key)
        if table not in FACTS:
            yield unknown_key(place, table, tuple(FACTS))
        elif rows is not None and not isinstance(rows, list):
            yield wrong_shape(place_of(rows, file, key, table), rows, Words("a list of rows", "由行组成的列表"))
        else:
            for index, row in enumerate(rows or ()):
                yield from _row(str(table), row, file, f"{key}[{index}]", table)


def _row(table: str, row: Any, file: str, key: str, near: Any) -> Iterator[Finding]:
    if not isinstance(row, Mapping):
        yield wrong_shape(place_of(row, file, key, near), row, Words("a row: a mapping", "一行：映射"))
        return
    for name, cell in row.items():
        known = FACTS[table]
        if table not in OPEN and str(name).removesuffix("_minor") not in known:
            yield unknown_key(place_of(name, file, f"{key}.{name}"), name, known)
        is_period = isinstance(cell, Mapping) and set(cell) == {"start", "end"} and name in _PERIODS.get(table, ())
        if isinstance(cell, list) or (isinstance(cell, Mapping) and not is_period):
            place = place_of(cell, file, f"{key}.{name}", name)
            yield wrong_shape(place, cell, Words("a single value", "单个值"))


def touched(tables: Mapping[str, Any]) -> bool:
    """Whether any row names a day or a period."""
    return any(
        row.get(name) is not None
        for table, rows in tables.items()
        for row in rows or ()
        for name in ("date", *_PERIODS.get(table, ()))
        if table != "fx"
    )


def filled_in(
    tables: Mapping[str, Any], periods: tuple[str, ...], first: str | None, books: str | None, shared: Iterable[str]
) -> dict[str, list[Row]]:
    """Tables of text with every omitted cell that has a default.

    Parameters
    ----------
    tables : mapping
        Table to rows, without problems.
    periods : tuple of str
        Periods that the case names.
    first : str or None
        The period that omitted days and periods fall in; None leaves them out.
    books : str or None
        The period in whose books an entry of the ledger stands that names none.
    shared : iterable of str
        Columns of a transaction that a reversal has in common with its original.

    Returns
    -------
    dict
        Table to rows.
    """
    found = {str(table): [_plain(row) for row in rows] for table, rows in tables.items() if rows is not None}
    _mirror(found.get("transactions", ()), tuple(shared))
    for table, rows in found.items():
        for index, row in enumerate(rows, start=1):
            _fill(table, row, index)
    _order(found.get("transactions", ()))
    deals = [row["transaction"] for row in found.get("transactions", ())]
    for table in ("receipts", "events", "credits"):
        for index, row in enumerate(found.get(table, ()), start=1):
            if row.get("invoice") is None:
                row.setdefault("transaction", deals[0] if len(deals) == 1 else f"T{index}")
    if first is not None:
        _date(found, first, named=bool(periods))
    for row in found.get("ledger", ()):
        row.setdefault("booked_period", books)
        row.setdefault("original_period", row["booked_period"])
    return found


def _plain(row: Mapping[Any, Any]) -> Row:
    return {str(name): period_name(cell) if isinstance(cell, Mapping) else None if cell is None else str(cell)
            for name, cell in row.items()}  # fmt: skip


def _fill(table: str, row: Row, index: int) -> None:
    fill = _DEFAULTS.get(table)
    if fill is not None:
        fill(row, index)
    for name in _PERIODS.get(table, ()):
        if row.get(name) is not None:
            row[name] = period_name(row[name])


def _mirror(rows: Sequence[Row], shared: tuple[str, ...]) -> None:
    """Name the transactions, and give a reversal what it leaves out of what its original says."""
    named: dict[Any, Row] = {}
    for index, row in enumerate(rows, start=1):
        row.setdefault("transaction", f"T{index}")
        named.setdefault(row["transaction"], row)
    for row in rows:
        original = named.get(row.get("reverses"), {})
        for name in shared:
            if name in original:
                row.setdefault(name, original[name])


def _order(rows: Iterable[Row]) -> None:
    """The place in the list orders deals; a copy has the place of the first, since it may be the very same row."""
    places: dict[Any, str] = {}
    for index, row in enumerate(rows, start=1):
        place = places.setdefault(row["transaction"], str(index))
        row.setdefault("seq", place)


def _somebody(row: Row, _: int) -> None:
    if row.get("team") is None or "payee" in row:
        row.setdefault("payee", PAYEE)


def _anybody(row: Row, _: int) -> None:
    row.setdefault("payee", PAYEE)


def _entry(row: Row, index: int) -> None:
    row.setdefault("entry", f"E{index}")
    row.setdefault("payee", PAYEE)


_DEFAULTS: Mapping[str, Callable[[Row, int], None]] = {
    "transactions": _anybody, "values": _somebody, "quotas": _somebody, "targets": _anybody, "people": _anybody,
    "leaves": _anybody, "credits": _anybody, "ledger": _entry,
}  # fmt: skip


def _date(found: Mapping[str, list[Row]], first: str, *, named: bool) -> None:
    """Put omitted days and periods into the first period; quotas and targets only if the case names its periods."""
    start = _start(first)
    for table in _DATED:
        for row in found.get(table, ()):
            if start is not None:
                row.setdefault("date", start)
    for table, names in _PERIODS.items():
        if table == "values" or (table in {"quotas", "targets"} and named):
            for row in found.get(table, ()):
                for name in names:
                    row.setdefault(name, first)


def _start(name: str) -> str | None:
    try:
        return Period.parse(name).start.isoformat()
    except InvalidValueError:
        return None


def numbered(tables: Mapping[str, list[Row]], columns: Iterable[str]) -> None:
    """Make numbers of the cells that conditions compare, where a whole column of transactions holds numbers.

    Parameters
    ----------
    tables : mapping
        Changed in place.
    columns : iterable of str
        Those that a plan names under ``where``.
    """
    rows = tables.get("transactions", [])
    for name in set(columns) - set(FACTS["transactions"]):
        held = [row[name] for row in rows if row.get(name) is not None]
        if held and all(isinstance(cell, str) and _NUMBER.fullmatch(cell) for cell in held):
            for row in rows:
                row[name] = None if row.get(name) is None else rational(row[name])
