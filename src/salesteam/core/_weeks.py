"""Weekly figures in months, quarters and years: whose a week is that straddles an edge."""

from __future__ import annotations

from fractions import Fraction

import attrs

from salesteam.core._calendar import Calendar
from salesteam.core._fiscal import FiscalYear
from salesteam.core._period import Period
from salesteam.core._spans import KINDS, kind_of
from salesteam.core._straddle import Straddle, thursday, wanted
from salesteam.errors import InvalidValueError

__all__ = ["WeekPart", "week_parts"]


@attrs.frozen(kw_only=True)
class WeekPart:
    """The part of a week that counts in one month, quarter, half or year.

    Parameters
    ----------
    days : Period
        The days of the week that count there.
    within : Period
        Where they count.
    share : Fraction
        Share of the week's figure, 0 to 1.
    basis : {'split_by_days', 'split_by_working_days', 'thursday'}
        How the share was found.

    Examples
    --------
    >>> parts = week_parts(Period.parse("2026-W05"), "month", straddle="thursday")
    >>> [(part.within.name, part.share) for part in parts]
    [('2026-01', Fraction(1, 1))]
    """

    days: Period
    within: Period
    share: Fraction
    basis: Straddle


def week_parts(
    week: Period,
    kind: str,
    *,
    straddle: Straddle | None = None,
    calendar: Calendar | None = None,
    fiscal: FiscalYear | None = None,
) -> tuple[WeekPart, ...]:
    """Say which months, quarters, halves or years a week counts in, and with what share.

    Use it to carry weekly figures into monthly ones.
    The share of a part is its days, or working days, over those of the whole week; the shares sum to 1.
    A week without a single working day is split by days, and its parts name that basis.

    Parameters
    ----------
    week : Period
        Of kind ``"week"``.
    kind : {'month', 'quarter', 'half', 'year'}
        What the week counts in.
    straddle : {'split_by_days', 'split_by_working_days', 'thursday'}
        Required if the week straddles an edge.
    calendar : Calendar, optional
        Required by ``"split_by_working_days"``.
    fiscal : FiscalYear, optional
        How years run.

    Returns
    -------
    tuple of WeekPart
        One or two, in order of time.

    Raises
    ------
    InvalidValueError
        If it is no week, the choice is left open, or the calendar is missing or does not know the days.

    References
    ----------
    ISO 8601-1:2019, 3.1.1.23: a week belongs to the calendar year that has its Thursday.

    Examples
    --------
    >>> week = Period.parse("2026-W05")
    >>> [(part.within.name, str(part.share)) for part in week_parts(week, "month", straddle="split_by_days")]
    [('2026-01', '6/7'), ('2026-02', '1/7')]
    """
    if week.kind != "week":
        raise InvalidValueError(f"{week} is no week", where="week_parts", fix="pass a Period such as '2026-W05'")
    if KINDS[kind_of(kind)] == 0:
        raise InvalidValueError(
            f"a week does not count in a {kind}", where="week_parts", fix="use month, quarter, half or year"
        )
    around = Period(start=week.start, end=week.end)
    pieces = [Period(start=piece.start, end=piece.end) for piece in around.split(kind, fiscal=fiscal)]
    rule = wanted(straddle, needed=len(pieces) > 1, where="week_parts")
    if len(pieces) == 1 or rule == "thursday":
        within = Period.containing(thursday(week.start), kind, fiscal=fiscal)
        return (WeekPart(days=week, within=within, share=Fraction(1), basis=rule or "thursday"),)
    weights = [piece.days for piece in pieces]
    basis: Straddle = "split_by_days"
    if rule == "split_by_working_days":
        if calendar is None:
            fix = "pass calendar=, such as calendar('cn', [2026])"
            raise InvalidValueError("working days need a calendar", where="week_parts", fix=fix)
        working = [calendar.workdays(piece.start, piece.end) for piece in pieces]
        if any(working):
            weights, basis = working, rule
    return tuple(
        WeekPart(
            days=piece,
            within=Period.containing(piece.start, kind, fiscal=fiscal),
            share=Fraction(weight, sum(weights)),
            basis=basis,
        )
        for piece, weight in zip(pieces, weights, strict=True)
    )
