"""Rows out: nouns become a frame with the declared columns and dtypes."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from operator import attrgetter
from typing import Any

from salesteam.core._table._cells import INT64, is_missing
from salesteam.core._table._columns import Column, Kind, columns
from salesteam.core._table._frames import Dtype, frame_of, kind_of
from salesteam.errors import InvalidValueError

__all__ = ["DTYPES", "write_columns", "write_rows"]

DTYPES: Mapping[Kind, Dtype] = {
    "text": "text",
    "texts": "texts",
    "whole": "whole",
    "money": "whole",
    "rational": "number",
    "decimal": "decimal",
    "number": "number",
    "date": "date",
    "moment": "moment",
    "flag": "flag",
}
_PLAIN: Mapping[Kind, type] = {"text": str, "whole": int, "money": int, "rational": Fraction, "date": date}


def write_rows(values: Iterable[object], cls: type, like: object = None, *, exact: bool = False) -> Any:
    """Write nouns, or mappings of their fields, as a frame with the declared columns.

    Use it for every `to_frame`; rows keep the order of `values`.

    Parameters
    ----------
    values : iterable of nouns or mappings
        Instances of `cls`, or mappings from its fields (a missing one is empty).
    cls : type
        The attrs class whose fields declare the columns; columns of a `rest` field are not written.
    like : native frame or list, optional
        The result is of the same kind; pandas without it.
    exact : bool, default False
        Write a rational ``x`` as the two whole columns ``x_num`` and ``x_den`` instead of the nearest binary number.

    Returns
    -------
    native frame
        Whole numbers and money are Int64, dates are dates (``datetime64[s]`` in pandas, which has no date type),
        moments are in UTC.

    Raises
    ------
    InvalidValueError
        If a whole number does not fit into 64 bits, a rational is beyond all binary numbers, or the kind of `like`
        cannot be written.

    Examples
    --------
    >>> import attrs
    >>> from salesteam.core._table import column
    >>> @attrs.frozen(kw_only=True)
    ... class Part:
    ...     payee: str = column("who")
    ...     share: Fraction = column("part of the deal")
    >>> write_rows([Part(payee="ana", share=Fraction(1, 3))], Part, like=[], exact=True)
    [{'payee': 'ana', 'share_num': 1, 'share_den': 3}]
    """
    rows = list(values)
    declared = [column.field for column in columns(cls) if column.kind != "rest"]
    maps = any(issubclass(kind, Mapping) for kind in set(map(type, rows)))
    cells = {
        field: [_get(row, field) for row in rows] if maps else list(map(attrgetter(field), rows)) for field in declared
    }
    return write_columns(cells, cls, like, exact=exact)


def write_columns(cells: Mapping[str, list[Any]], cls: type, like: object = None, *, exact: bool = False) -> Any:
    """Write columns as a frame with the columns that a class declares.

    Use it instead of `write_rows` where there never were rows.

    Parameters
    ----------
    cells : mapping of str to list
        Cells of each field of `cls`, all of one length; a field that is missing is an empty column.
    cls, like, exact
        As in `write_rows`.

    Returns
    -------
    native frame
        As `write_rows`.

    Raises
    ------
    InvalidValueError
        As `write_rows`.

    Examples
    --------
    >>> import attrs
    >>> from salesteam.core._table import column
    >>> @attrs.frozen(kw_only=True)
    ... class Part:
    ...     payee: str = column("who")
    >>> write_columns({"payee": ["ana", "bo"]}, Part, like=[])
    [{'payee': 'ana'}, {'payee': 'bo'}]
    """
    kind = "pandas" if like is None else kind_of(like)
    count = len(next(iter(cells.values()), ()))
    made: dict[str, list[Any]] = {}
    dtypes: dict[str, Dtype] = {}
    for column in columns(cls):
        if column.kind == "rest":
            continue
        found = _column(column, cells.get(column.field, [None] * count))
        if column.pair is not None and exact:
            for name, part in zip(column.pair, ("numerator", "denominator"), strict=True):
                made[name] = [None if value is None else _fits(name, getattr(value, part)) for value in found]
                dtypes[name] = "whole"
            continue
        if column.kind == "rational" and kind != "rows":
            found = [None if value is None else _binary(column.name, value) for value in found]
        made[column.name] = found
        dtypes[column.name] = DTYPES[column.kind]
    return frame_of(made, dtypes, kind, like)


def _column(column: Column, cells: list[Any]) -> list[Any]:
    """The cells as plain values; as they are, if one look at the whole column shows that they are plain."""
    if set(map(type, cells)) <= {type(None), _PLAIN.get(column.kind)}:
        sizes = [cell for cell in cells if cell is not None] if column.kind in {"whole", "money"} else []
        if not sizes or (min(sizes) >= -INT64 and max(sizes) < INT64):
            return cells
    return [_plain(column, cell) for cell in cells]


def _get(row: object, field: str) -> Any:
    return row.get(field) if isinstance(row, Mapping) else getattr(row, field)


def _plain(column: Column, value: Any) -> Any:
    if is_missing(value):
        return None
    if isinstance(value, enum.Enum):
        value = value.value
    if column.kind in ("whole", "money"):
        return _fits(column.name, value)
    if column.kind == "rational":
        return Fraction(value)
    if column.kind == "moment" and value.tzinfo is not None:
        return value.astimezone(UTC)
    if column.kind == "date" and isinstance(value, datetime):
        return value.date()
    return list(value) if column.kind == "texts" else value


def _binary(name: str, value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        fix = "write it in a larger unit, or pass like=[] for exact rows"
        raise InvalidValueError("a figure is beyond all binary numbers", where=name, fix=fix) from None


def _fits(name: str, number: int) -> int:
    if not -INT64 <= number < INT64:
        raise InvalidValueError(
            f"{number} does not fit into 64 bits", where=name, fix="write it as text, or in a larger unit"
        )
    return number
