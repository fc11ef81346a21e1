"""On which day a won deal counts: three readings, none of them silent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from salesteam.crm._deals import Deal
from salesteam.crm._reading import Records
from salesteam.crm._ref import Ref
from salesteam.errors import InvalidValueError, missing_choice

__all__ = ["BOOKED_ON", "booking", "zone"]

BOOKED_ON: Mapping[str, str] = MappingProxyType(
    {
        "closed_on": "the date that the source calls the closing date",
        "closed_at": "the day, in the zone given, of the instant at which the deal was closed",
        "won_stage": "the day, in the zone given, on which the deal last moved into a won stage, if one day is known",
    }
)
"""The readings of the booking date, with one line on each."""


def zone(tz: str) -> ZoneInfo:
    """Look up a time zone by its IANA name.

    Use it to turn instants into days where a user names the zone.

    Parameters
    ----------
    tz : str
        Such as ``"Asia/Shanghai"``.

    Returns
    -------
    zoneinfo.ZoneInfo
        The zone.

    Raises
    ------
    InvalidValueError
        If there is no such zone.

    Examples
    --------
    >>> zone("Asia/Shanghai").key
    'Asia/Shanghai'
    """
    try:
        return ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError, TypeError, IsADirectoryError, PermissionError):
        raise InvalidValueError(f"{tz!r} is no time zone", where="tz", fix="use a name such as Asia/Shanghai") from None


def booking(records: Records, booked_on: str, tz: str) -> Callable[[Deal], date | None]:
    """Make the function that tells the booking day of a deal.

    Parameters
    ----------
    records : Records
        Stages and stage changes are looked up in it.
    booked_on : {'closed_on', 'closed_at', 'won_stage'}
        Which reading.
    tz : str
        Zone in which instants become days.

    Returns
    -------
    callable
        Deal to date, or None where the deal lacks it.

    Raises
    ------
    InvalidValueError
        For another reading or an unknown zone.

    Examples
    --------
    >>> from salesteam.crm import Ref
    >>> deal = Deal(ref=Ref("demo", "deal", "D-1"), status="won", closed_on=date(2026, 9, 30))
    >>> booking(Records(), "closed_on", "UTC")(deal)
    datetime.date(2026, 9, 30)
    """
    if booked_on not in BOOKED_ON:
        raise missing_choice("booked_on", BOOKED_ON, where=repr(booked_on))
    where = zone(tz)
    if booked_on == "closed_on":
        return lambda deal: deal.closed_on
    if booked_on == "closed_at":
        return lambda deal: deal.closed_at.astimezone(where).date() if deal.closed_at else None
    return _last_won(records, where)


def _last_won(records: Records, where: ZoneInfo) -> Callable[[Deal], date | None]:
    """The day of the last move of each deal from an open or lost stage to a won one."""
    won = {stage.ref for stage in records.of("stage") if stage.stage_kind == "won"}
    reached: dict[Ref, date] = {}
    stands: dict[Ref, Ref] = {}
    moves = [(change, at) for change in records.of("stage_change") if (at := change.at or change.at_latest) is not None]
    for change, at in sorted(moves, key=lambda move: move[1]):
        before = change.from_ or stands.get(change.deal)
        if change.to in won and before not in won:
            day = at.astimezone(where).date()
            if change.at is None and (change.at_earliest is None or change.at_earliest.astimezone(where).date() != day):
                reached.pop(change.deal, None)  # observed across midnight: any of several days may be the one
            else:
                reached[change.deal] = day
        stands[change.deal] = change.to
    return lambda deal: reached.get(deal.ref)
