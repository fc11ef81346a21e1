"""Weeks that straddle the edge of a month or year: the three ways to treat them, chosen by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

from salesteam.errors import InvalidValueError, missing_choice

__all__ = ["STRADDLES", "Straddle", "thursday", "wanted"]

Straddle = Literal["split_by_days", "split_by_working_days", "thursday"]

STRADDLES: Mapping[str, str] = MappingProxyType(
    {
        "split_by_days": "each side takes its share of the seven days",
        "split_by_working_days": "each side takes its share of the working days",
        "thursday": "the whole week goes to the side that has its Thursday, as ISO 8601 does for years",
    }
)
"""Each way to treat a straddling week, with what it means."""

_THURSDAY = 3
_WEEKDAYS = 7


def thursday(start: date) -> date:
    """The Thursday of a week that begins on a given day.

    Parameters
    ----------
    start : datetime.date
        First day of the week, on any weekday.

    Returns
    -------
    datetime.date
        From 0 to 6 days later.

    Examples
    --------
    >>> thursday(date(2026, 1, 26))
    datetime.date(2026, 1, 29)
    """
    return start + timedelta(days=(_THURSDAY - start.weekday()) % _WEEKDAYS)


def wanted(straddle: Straddle | None, *, needed: bool, where: str) -> Straddle | None:
    """Check the choice on straddling weeks.

    Parameters
    ----------
    straddle : str or None
        What the caller chose.
    needed : bool
        Whether a week straddles an edge.
    where : str
        The verb that asks.

    Returns
    -------
    str or None
        The same.

    Raises
    ------
    InvalidValueError
        If it is no such choice, or left open where it is needed.

    Examples
    --------
    >>> wanted("thursday", needed=True, where="split")
    'thursday'
    """
    if straddle is None:
        if needed:
            raise missing_choice("straddle", STRADDLES, where=where)
    elif straddle not in STRADDLES:
        fix = "use one of " + ", ".join(STRADDLES)
        raise InvalidValueError(f"{straddle!r} is no way to treat a straddling week", where=where, fix=fix)
    return straddle
