"""Instants, zones, and where the current day, week or month began."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import attrs

from salesteam.errors import InvalidValueError

__all__ = [
    "WINDOWS",
    "Validator",
    "Window",
    "instant",
    "instant_if_any",
    "local_day",
    "window_start",
    "zone",
    "zone_field",
]

Validator: TypeAlias = Callable[[Any, "attrs.Attribute[Any]", Any], None]

Window = Literal["now", "day", "week", "month"]

WINDOWS = {
    "now": "what is held at this instant",
    "day": "since local midnight",
    "week": "since Monday, local midnight",
    "month": "since the first of the month, local midnight",
}
"""Windows of a cap or a reset, with one line each."""


def instant(value: Any, where: str) -> datetime:
    """Accept an instant that carries a zone, with its offset fixed; refuse any other.

    Between instants of one named zone, Python compares and subtracts what the clocks on the wall show.
    With a fixed offset it reckons with the time that really passed, also over a change to summer time.

    Parameters
    ----------
    value : datetime
        Instant to check.
    where : str
        Field or argument, for the error.

    Returns
    -------
    datetime
        The same instant, written the same.

    Raises
    ------
    InvalidValueError
        If it is no datetime, or a naive one.
    """
    if not isinstance(value, datetime):
        raise InvalidValueError(f"{value!r} is no instant", where=where, fix="pass a datetime that carries a zone")
    offset = value.utcoffset()
    if offset is None:
        raise InvalidValueError(
            f"{value.isoformat()} has no time zone", where=where, fix="say which zone it is in, such as 09:00+08:00"
        )
    return value.replace(tzinfo=timezone(offset), fold=0)


def instant_if_any(value: Any, where: str) -> datetime | None:
    """Accept an instant as `instant` does, or nothing."""
    return None if value is None else instant(value, where)


def zone(name: str, where: str) -> ZoneInfo:
    """Look a time zone up by its IANA name.

    Raises
    ------
    InvalidValueError
        If there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError):
        raise InvalidValueError(
            f"{name!r} is no time zone", where=where, fix="use an IANA name such as Asia/Shanghai"
        ) from None


def zone_field(where: str) -> Validator:
    """Make the validator of a field that holds the name of a zone or nothing."""

    def check(_: object, __: attrs.Attribute[Any], value: str | None) -> None:
        if value is not None:
            zone(value, where)

    return check


def local_day(at: datetime, name: str) -> date:
    """The date on the wall of a zone at an instant."""
    return at.astimezone(ZoneInfo(name)).date()


def window_start(at: datetime, window: str, name: str) -> datetime:
    """The instant at which the day, week or month that holds `at` began in a zone.

    Weeks begin on Monday.
    Where local midnight does not exist, the window begins at the next real instant;
    where it occurs twice, at the first.

    Parameters
    ----------
    at : datetime
        An instant with a zone.
    window : {'day', 'week', 'month'}
        Which window.
    name : str
        IANA name of the zone.

    Returns
    -------
    datetime
        In the zone asked for.

    Examples
    --------
    >>> from datetime import UTC
    >>> window_start(datetime(2026, 9, 30, 20, tzinfo=UTC), "month", "Asia/Shanghai").isoformat()
    '2026-10-01T00:00:00+08:00'
    """
    day = local_day(at, name)
    if window == "week":
        day -= timedelta(days=day.weekday())
    elif window == "month":
        day = day.replace(day=1)
    midnight = datetime.combine(day, time(), tzinfo=ZoneInfo(name))
    moved = midnight.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(name))
    return (
        midnight if moved.replace(tzinfo=None) == midnight.replace(tzinfo=None) else moved.replace(minute=0, second=0)
    )
