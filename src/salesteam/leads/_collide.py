"""The verb that finds two of us on one customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import Finding, Place, Report, find
from salesteam.leads._collisions import Collision, Collisions
from salesteam.leads._frame import read, shape
from salesteam.leads._instant import instant
from salesteam.leads._match import folded
from salesteam.leads._model_book import Holding

__all__ = ["collide"]

_DAY = timedelta(days=1)


def collide(holdings: Any, *, as_of: datetime, currency: str | None = None, zone: str | None = None) -> Collisions:
    """Find customers that several owners work at the same time (撞单), and what the duplicate effort is.

    Two holdings collide if they name one customer, have different owners, and their half-open times overlap.
    Names of customers are compared after Unicode normalisation, trimming and case folding.
    Holdings without customer, and those without a start, are counted in the report and left out.

    Parameters
    ----------
    holdings : frame or iterable of Holding
        Leads or opportunities with owner (`seat`), `account`, `since`, `until`, `value_minor`.
    as_of : datetime
        The instant, with a zone; open holdings count until then, later ones not at all.
    currency : str, optional
        ISO 4217 code; needed where values are in major units.
    zone : str, optional
        IANA name of the zone of instants that carry none; without it they are findings.

    Returns
    -------
    Collisions
        Grouped by customer, the most duplicates first.

    Raises
    ------
    InvalidValueError
        If `as_of` has no zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> rows = [{"lead": "O-1", "seat": "li", "account": "Acme", "since": datetime(2026, 9, 1, tzinfo=UTC)},
    ...         {"lead": "O-2", "seat": "wu", "account": "ACME ", "since": datetime(2026, 9, 11, tzinfo=UTC)},
    ...         {"lead": "O-3", "seat": "wu", "account": "Other", "since": datetime(2026, 9, 11, tzinfo=UTC)}]
    >>> collide(rows, as_of=datetime(2026, 9, 30, tzinfo=UTC)).collisions[0].duplicates
    1
    """
    at = instant(as_of, "as_of")
    given, report = read(holdings, Holding, table="holdings", currency=currency, zone=zone)
    groups: dict[str, list[Holding]] = {}
    for holding in given:
        if holding.account and holding.account.strip() and holding.since is not None:
            groups.setdefault(folded(holding.account), []).append(holding)
    found = []
    for name in sorted(groups):
        mine = sorted(groups[name], key=lambda holding: (holding.since, holding.lead, holding.seat))
        clashing = _clashing(mine, at)
        if clashing:
            account = mine[0].account or ""
            found.append((_collision(account, clashing, at), clashing))
    found.sort(key=lambda each: (-each[0].duplicates, -each[0].value_minor, each[0].account))
    return Collisions(
        collisions=tuple(collision for collision, _ in found),
        members=tuple(
            attrs.evolve(holding, account=collision.account) for collision, clashing in found for holding in clashing
        ),
        total=len(given),
        accounts=len(groups),
        as_of=at,
        read=report + Report(_left_out(given)),
        like=shape(holdings, Holding),
    )


def _left_out(holdings: Sequence[Holding]) -> Iterable[Finding]:
    nameless = sum(1 for holding in holdings if not (holding.account and holding.account.strip()))
    undated = sum(1 for holding in holdings if holding.account and holding.account.strip() and holding.since is None)
    for code, count, field in (
        ("leads.holding-without-account", nameless, "account"),
        ("leads.holding-without-start", undated, "since"),
    ):
        if count:
            yield find(code, Place(table="holdings", field=field), count=count, total=len(holdings))


def _span(holding: Holding, at: datetime) -> tuple[datetime, datetime]:
    start = holding.since or at
    return start, min(holding.until or at, at)


def _clashing(holdings: Sequence[Holding], at: datetime) -> list[Holding]:
    """Those that overlap with one of another owner; a sweep over the starts, forwards and backwards."""
    spans = [_span(holding, at) for holding in holdings]
    real = [place for place, (start, end) in enumerate(spans) if start < end]
    starts = sorted(real, key=lambda place: spans[place][0])
    clash: set[int] = set()
    latest: list[tuple[datetime, str]] = []
    for place in starts:
        start, end = spans[place]
        owner = holdings[place].seat
        if any(until > start and other != owner for until, other in latest):
            clash.add(place)
        latest = _two_best([*latest, (end, owner)])
    earliest: list[tuple[datetime, str]] = []
    for place in reversed(starts):
        start, end = spans[place]
        owner = holdings[place].seat
        if any(since < end and other != owner for since, other in earliest):
            clash.add(place)
        earliest = _two_first([*earliest, (start, owner)])
    return [holdings[place] for place in sorted(clash)]


def _two_best(ends: list[tuple[datetime, str]]) -> list[tuple[datetime, str]]:
    """The latest end, and the latest of any other owner."""
    best = max(ends)
    others = [each for each in ends if each[1] != best[1]]
    return [best, max(others)] if others else [best]


def _two_first(starts: list[tuple[datetime, str]]) -> list[tuple[datetime, str]]:
    """The earliest start, and the earliest of any other owner."""
    best = min(starts)
    others = [each for each in starts if each[1] != best[1]]
    return [best, min(others)] if others else [best]


def _collision(account: str, clashing: Sequence[Holding], at: datetime) -> Collision:
    start = min(_span(holding, at)[0] for holding in clashing)
    first = min(holding.seat for holding in clashing if _span(holding, at)[0] == start)
    later = [holding for holding in clashing if holding.seat != first]
    return Collision(
        account=account,
        owners=len({holding.seat for holding in clashing}),
        holdings=len(clashing),
        first=first,
        duplicates=len(later),
        duplicate_minor=sum(holding.value_minor or 0 for holding in later),
        value_minor=sum(holding.value_minor or 0 for holding in clashing),
        unvalued=sum(1 for holding in clashing if holding.value_minor is None),
        days=_days(clashing, at),
    )


def _days(clashing: Sequence[Holding], at: datetime) -> Fraction:
    """Owner-days beyond the first: over all times, owners at work less one."""
    steps: list[tuple[datetime, int, str]] = []
    for holding in clashing:
        start, end = _span(holding, at)
        steps += [(start, 1, holding.seat), (end, -1, holding.seat)]
    steps.sort(key=lambda step: step[0])
    busy: Counter[str] = Counter()
    total, before = timedelta(0), steps[0][0]
    for moment, change, owner in steps:
        total += (moment - before) * max(0, len(busy) - 1)
        before = moment
        busy[owner] += change
        if not busy[owner]:
            del busy[owner]
    tick = timedelta(microseconds=1)
    return Fraction(total // tick, _DAY // tick)
