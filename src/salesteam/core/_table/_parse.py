"""One column of a table parsed: a value for each row, and what was wrong on the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, tzinfo
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core._currencies import EXPONENTS
from salesteam.core._finding import Finding, Place, find
from salesteam.core._table._cells import INT64, BadCellError, is_missing, plain, read_cell, read_major, read_whole
from salesteam.core._table._columns import Column
from salesteam.core._table._header import Match

__all__ = ["GONE", "Parsed", "parse"]

GONE = object()
"""Stands for a missing cell whose field has a default."""

_CURRENCY = "currency"
_PLAIN: Mapping[str, type] = {"text": str, "whole": int, "money": int, "date": date}


@attrs.frozen
class Parsed:
    """One column, parsed.

    Parameters
    ----------
    column : Column
        Its declaration.
    values : sequence
        One for each row; `GONE` where the default holds; meaningless in bad rows.
    bad : set of int
        Rows whose cell cannot be used.
    findings : list of Finding
        Why, and what else is worth saying of the column.
    """

    column: Column
    values: Sequence[Any]
    bad: set[int]
    findings: list[Finding]


def parse(
    matched: Match,
    cells: Mapping[str, Sequence[Any]],
    table: str,
    currency: str | None,
    zone: tzinfo | None,
    lost: Collection[int],
) -> Parsed:
    """Parse all cells of one declared column.

    Parameters
    ----------
    matched : Match
        The declaration and where its cells are.
    cells : mapping of str to sequence
        The table.
    table : str
        Its name.
    currency : str or None
        Of money in major units, where the row has none of its own.
    zone : tzinfo or None
        Of moments without one.
    lost : collection of int
        Rows that need not be looked at.

    Returns
    -------
    Parsed
        Values and findings.
    """
    column, source = matched.column, " + ".join(matched.sources)
    here = Place(table=table, field=source)
    values: list[Any] = []
    bad: set[int] = set()
    findings: list[Finding] = []
    if matched.form == "major" and currency is None and _CURRENCY not in cells:
        return Parsed(column, (), bad, [find("table.no-currency", here, column=source)])
    whole = _clean(column, cells[source]) if matched.form == "plain" and not lost else None
    if whole is not None:
        return Parsed(column, whole, bad, findings)
    codes = cells.get(_CURRENCY) if matched.form == "major" else None
    asides: dict[str, list[tuple[int, object]]] = {}
    rows = zip(*(cells[name] for name in matched.sources), strict=True)
    for row, parts in enumerate(rows):
        value: Any = GONE
        if row not in lost:
            raw = [plain(part) for part in parts]
            try:
                value = _value(matched, raw, _code(codes, row, currency), zone)
            except BadCellError as error:
                bad.add(row)
                shown = error.values.pop("value", " / ".join(str(part)[:60] for part in raw))
                place = attrs.evolve(here, row=row)
                findings.append(find(f"table.{error.code}", place, value=shown, column=source, **error.values))
            aside = _aside(column, matched, raw[0])
            if aside and row not in bad:
                asides.setdefault(aside, []).append((row, raw[0]))
        values.append(value)
    for code, found in asides.items():
        row, first = found[0]
        findings.append(find(f"table.{code}", here, column=source, count=len(found), row=row, value=str(first)[:60]))
    return Parsed(column, values, bad, findings)


def _clean(column: Column, cells: Sequence[Any]) -> list[Any] | None:
    """The cells as they are, if one look at the whole column shows that there is nothing to read; else None."""
    kinds = set(map(type, cells))
    if type(None) in kinds and column.required:
        return None
    held = [cell for cell in cells if cell is not None] if type(None) in kinds else list(cells)
    kinds.discard(type(None))
    if kinds - {_PLAIN.get(column.kind)} or column.choices:
        return None
    if column.kind == "text" and not (all(held) and held == [*map(str.strip, held)]):
        return None
    if column.kind in {"whole", "money"} and held and not (min(held) >= -INT64 and max(held) < INT64):
        return None
    return held if len(held) == len(cells) else [GONE if cell is None else cell for cell in cells]


def _code(codes: Sequence[Any] | None, row: int, currency: str | None) -> str | None:
    code = codes[row] if codes is not None else None
    return currency if _empty(code) else str(code).strip()


def _empty(value: object) -> bool:
    return is_missing(value) or (isinstance(value, str) and not value.strip())


def _value(matched: Match, raw: list[object], currency: str | None, zone: tzinfo | None) -> Any:
    column = matched.column
    empty = [_empty(part) for part in raw]
    if all(empty):
        if not column.required:
            return GONE
        if column.nullable:
            return None
    if any(empty):
        raise BadCellError("missing-value")
    if matched.form == "major":
        if currency is None:
            raise BadCellError("no-currency")
        if currency not in EXPONENTS:
            raise BadCellError("unknown-currency", value=currency)
        return read_major(raw[0], currency)
    if matched.form == "pair":
        return _pair(raw)
    return read_cell(column, raw[0], zone)


def _pair(raw: list[object]) -> Fraction:
    over, under = (read_whole(part) for part in raw)
    if under == 0:
        raise BadCellError("not-rational")
    return Fraction(over, under)


def _aside(column: Column, matched: Match, value: object) -> str | None:
    """The code of what is worth saying, once a column, of a cell that could be read."""
    if isinstance(value, float) and matched.form == "plain" and column.kind in ("rational", "decimal"):
        return None if _empty(value) else "rate-from-float"
    if isinstance(value, str) and column.kind == "text" and value.strip() not in ("", value):
        return "padded-text"
    if isinstance(value, datetime) and column.kind == "date" and value.time() != time():
        return "time-dropped"
    return None
