"""The typed JSON of Tryton: what JSON has no word for is an object that names its class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

__all__ = ["plain", "typed_time"]

_NAIVE = ("year", "month", "day", "hour", "minute", "second", "microsecond")


def plain(value: Any) -> Any:
    """A value of an answer as plain JSON: times as text in UTC, days as text, decimals exact.

    What Tryton tells of a related row under ``party.`` is told as ``party.name`` of the row itself;
    of several related rows, under ``addresses.``, a list of rows.

    Examples
    --------
    >>> plain({"amount": {"__class__": "Decimal", "decimal": "12.30"}, "party.": {"id": 7, "name": "Acme"}})
    {'amount': Decimal('12.30'), 'party.id': 7, 'party.name': 'Acme'}
    >>> plain({"__class__": "date", "year": 2026, "month": 9, "day": 30})
    '2026-09-30'
    """
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "__class__" in value:
        read = _PLAIN.get(value["__class__"])
        return dict(value) if read is None else read(value)
    row: dict[str, Any] = {}
    for name, each in value.items():
        told = plain(each)
        if name.endswith(".") and isinstance(told, dict):
            row.update({f"{name}{inner}": held for inner, held in told.items()})
        else:
            row[name] = told
    return row


def _instant(value: Mapping[str, Any]) -> str:
    year, month, day, hour, minute, second, micro = (int(value[part]) for part in _NAIVE)
    return datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC).isoformat()


_PLAIN: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "Decimal": lambda value: Decimal(value["decimal"]),
    "datetime": _instant,
    "date": lambda value: f"{value['year']:04d}-{value['month']:02d}-{value['day']:02d}",
    "time": lambda value: f"{value['hour']:02d}:{value['minute']:02d}:{value['second']:02d}",
    "timedelta": lambda value: value["seconds"],
    "bytes": lambda value: value["base64"],
}


def typed_time(at: datetime) -> dict[str, Any]:
    """An instant as Tryton wants it: naive, of UTC.

    Examples
    --------
    >>> typed_time(datetime(2026, 9, 30, 8, tzinfo=UTC))["hour"]
    8
    """
    naive = at.astimezone(UTC)
    return {"__class__": "datetime", **{part: getattr(naive, part) for part in _NAIVE}}
