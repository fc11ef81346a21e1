"""Rows in: any table becomes typed nouns, with a finding for every cell that cannot be one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from salesteam.core._finding import Finding, Place, Severity, find
from salesteam.core._money import exponent
from salesteam.core._report import Report
from salesteam.core._table._columns import columns
from salesteam.core._table._frames import DuplicateColumnsError, cells_of, is_rows
from salesteam.core._table._header import Match, match, renamed
from salesteam.core._table._parse import GONE, parse
from salesteam.errors import InvalidValueError, SalesteamError

__all__ = ["Rows", "cells_in", "read_rows", "read_table"]

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Rows(Generic[T]):
    """What became of a table: the nouns, and everything that could not become one.

    Every row of the table is either in `values` or in `aside`.

    Parameters
    ----------
    values : tuple of nouns
        One for each usable row, in row order.
    numbers : tuple of int
        Row number of each noun, from 0.
    extra : mapping of str to tuple
        Columns that the noun does not declare, with the cells of the usable rows.
    aside : mapping of int to mapping
        Row number to the cells of each row that could not be used.
    report : Report
        Why; of the table first, then row by row.

    Examples
    --------
    >>> from salesteam.core._table import column
    >>> @attrs.frozen(kw_only=True)
    ... class Deal:
    ...     deal: str = column("id")
    ...     units: int = column("units sold")
    >>> deals = [{"deal": "D1", "units": 3, "mood": "fine"}, {"deal": "D2", "units": "?"}]
    >>> rows = read_table(deals, Deal, table="deals")
    >>> rows.values, rows.extra, dict(rows.aside)
    ((Deal(deal='D1', units=3),), {'mood': ('fine',)}, {1: {'deal': 'D2', 'units': '?', 'mood': None}})
    """

    values: tuple[T, ...]
    numbers: tuple[int, ...]
    extra: Mapping[str, tuple[Any, ...]]
    aside: Mapping[int, Mapping[str, Any]]
    report: Report


def read_rows(
    frame: object,
    cls: type[T],
    *,
    table: str,
    mapping: Mapping[str, str] | None = None,
    currency: str | None = None,
    zone: str | None = None,
) -> tuple[tuple[T, ...], Report]:
    """Read any table as nouns, row by row, with every problem in one report.

    Use it where rows become values of the library; use `read_table` if the rows set aside or extra columns matter too.

    Parameters
    ----------
    frame : native frame, or sequence or iterator of mappings
        pandas, Polars, PyArrow, DuckDB, PySpark or whatever else narwhals reads; a list of mappings; or nouns already.
    cls : type
        The attrs class to make of each row; its fields declare the columns.
    table : str
        Name of the table, for the findings.
    mapping : mapping of str to str, optional
        Declared column to the name it has in `frame`, such as ``{"amount": "Deal value"}``.
    currency : str, optional
        ISO 4217 code of money in major units where the row does not name its own in a column ``currency``.
    zone : str, optional
        IANA zone of moments that do not carry one; without it these are findings.

    Returns
    -------
    tuple of (tuple of nouns, Report)
        The usable rows in row order; all findings.

    Raises
    ------
    InvalidValueError
        If `frame` is no table, `mapping` names an undeclared column, or `zone` or `currency` is unknown.

    Notes
    -----
    A money column ``x_minor`` is also read from a column ``x`` in major units, a rational ``x`` also from the two whole
    columns ``x_num`` and ``x_den``; never from both forms.

    Examples
    --------
    >>> from salesteam.core._table import column
    >>> @attrs.frozen(kw_only=True)
    ... class Deal:
    ...     deal: str = column("id")
    ...     amount_minor: int = column("amount", "minor units")
    >>> deals, report = read_rows([{"deal": "D1", "amount": "12.30"}], Deal, table="deals", currency="CNY")
    >>> deals, report.ok
    ((Deal(deal='D1', amount_minor=1230),), True)
    """
    rows = read_table(frame, cls, table=table, mapping=mapping, currency=currency, zone=zone)
    return rows.values, rows.report


def read_table(
    frame: object,
    cls: type[T],
    *,
    table: str,
    mapping: Mapping[str, str] | None = None,
    currency: str | None = None,
    zone: str | None = None,
) -> Rows[T]:
    """Read any table as nouns and keep what did not fit: rows set aside, columns not declared.

    Use it instead of `read_rows` where nothing may be lost sight of.

    Parameters
    ----------
    frame, cls, table, mapping, currency, zone
        As in `read_rows`.

    Returns
    -------
    Rows
        Nouns, their row numbers, extra columns, rows set aside, report.

    Raises
    ------
    InvalidValueError
        As `read_rows`.

    Examples
    --------
    >>> from salesteam.core._table import column
    >>> @attrs.frozen(kw_only=True)
    ... class Seat:
    ...     seat: str = column("id")
    >>> print(read_table([], Seat, table="seats").report.findings[0].what())
    The table seats has no rows.
    """
    if currency is not None:
        exponent(currency)
    clock = _zone(zone)
    declared = [column for column in columns(cls) if column.kind != "rest"]
    names = renamed(declared, mapping or {})
    frame = list(frame) if isinstance(frame, Iterator) else frame
    if isinstance(frame, (list, tuple)) and frame and all(isinstance(row, cls) for row in frame):
        return Rows(values=tuple(frame), numbers=tuple(range(len(frame))), extra={}, aside={}, report=Report())
    cells, total, lost, findings = cells_in(frame, table)
    matches: list[Match] = []
    if cells:
        matches, found = match(declared, cells, names, table)
        findings += found
    if not total:
        findings.append(find("table.empty", Place(table=table), table=table))
    parsed = [parse(each, cells, table, currency, clock, lost) for each in matches]
    findings += [finding for each in parsed for finding in each.findings if finding.place.row is None]
    blocked = any(finding.severity is Severity.ERROR and finding.place.row is None for finding in findings)
    by_row = [finding for finding in findings if finding.place.row is not None]
    by_row += [finding for each in parsed for finding in each.findings if finding.place.row is not None]
    bad = set(range(total)) if blocked else lost.union(*(each.bad for each in parsed))
    used = {source for each in matches for source in each.sources}
    made: dict[int, T] = {}
    extra = {name: values for name, values in cells.items() if name not in used}
    rest = [column.field for column in columns(cls) if column.kind == "rest"]
    given = [(each.column.field, each.values) for each in parsed]
    for row in range(total):
        if row not in bad:
            try:
                made[row] = _noun(cls, given, rest, extra, row)
            except (SalesteamError, ValueError, TypeError) as error:
                by_row.append(find("table.bad-row", Place(table=table, row=row), error=str(error)))
    heads = [finding for finding in findings if finding.place.row is None]
    if len(made) < total:
        heads.append(
            find("table.rows-set-aside", Place(table=table), table=table, count=total - len(made), total=total)
        )
    by_row.sort(key=lambda finding: finding.place.row or 0)
    return Rows(
        values=tuple(made.values()),
        numbers=tuple(made),
        extra={name: tuple(values[row] for row in made) for name, values in extra.items()},
        aside={row: {name: values[row] for name, values in cells.items()} for row in range(total) if row not in made},
        report=Report((*heads, *by_row)),
    )


def _zone(zone: str | None) -> ZoneInfo | None:
    try:
        return None if zone is None else ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidValueError(
            f"{zone!r} is no time zone", where="zone", fix="use an IANA name, such as 'Asia/Shanghai'"
        ) from error


def cells_in(frame: Any, table: str) -> tuple[dict[str, list[Any]], int, set[int], list[Finding]]:
    """Cells by column, number of rows, rows that are no rows at all, and what is wrong with these."""
    if not is_rows(frame):
        try:
            cells, total = cells_of(frame)
        except DuplicateColumnsError as error:
            place = Place(table=table)
            return {}, 1, {0}, [find("table.duplicate-column", place, table=table, columns=error.names)]
        return cells, total, set(), []
    lost = {row for row, each in enumerate(frame) if not isinstance(each, Mapping)}
    plain: list[Any] = [{} if row in lost else each for row, each in enumerate(frame)] if lost else list(frame)
    names = list(dict.fromkeys(chain.from_iterable(plain)))
    if not all(type(name) is str for name in names):
        plain = [{str(name): value for name, value in each.items()} for each in plain]
        names = list(dict.fromkeys(map(str, names)))
    findings = [
        find("table.not-a-row", Place(table=table, row=row), kind=type(frame[row]).__name__) for row in sorted(lost)
    ]
    return {name: [each.get(name) for each in plain] for name in names}, len(plain), lost, findings


def _noun(
    cls: type[T], given: list[tuple[str, Sequence[Any]]], rest: list[str], extra: Mapping[str, list[Any]], row: int
) -> T:
    fields = {field: values[row] for field, values in given if values[row] is not GONE}
    for field in rest:
        fields[field] = {name: values[row] for name, values in extra.items()}
    return cls(**fields)
