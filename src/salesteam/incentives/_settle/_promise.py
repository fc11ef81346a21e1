"""Which draw and guarantee hold for a payee in a period, and when they end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Literal

import attrs

from salesteam.core import Finding, Place, exponent, find, round_to
from salesteam.incentives._choices import missing
from salesteam.incentives._curves import number_on
from salesteam.incentives._days import spans
from salesteam.incentives._model import Plan
from salesteam.incentives._number import Number, span
from salesteam.incentives._parts import Window
from salesteam.incentives._settle._draw import Floor
from salesteam.incentives._settle._known import Known
from salesteam.incentives._settle._prorate import Span, clipped, part_there, present
from salesteam.incentives._terms import Draw, Guarantee

__all__ = ["Promise", "promise"]

_ALWAYS: Span = (date.min, date.max)


@attrs.frozen(kw_only=True)
class Promise:
    """What a plan promises a payee in a period.

    Parameters
    ----------
    floor : Floor
        Amounts and terms; `most` is left out.
    share : Fraction or None
        Most of the pay that may go into repayment.
    ended : {'forgive', 'due', 'carry', 'open'} or None
        What becomes of the debt at the end of this period; open if the plan does not say; None if the draw goes on.
    left : bool
        Whether it ends because the payee left.
    findings : tuple of Finding
        What the plan does not say and these facts ask.
    """

    floor: Floor
    share: Fraction | None = None
    ended: Literal["forgive", "due", "carry", "open"] | None = None
    left: bool = False
    findings: tuple[Finding, ...] = ()


def promise(plan: Plan, known: Known, payee: str, period: str, as_of: date | None) -> Promise:
    """Find the draw and the guarantee of a payee in a period.

    Parameters
    ----------
    plan : Plan
        With its conventions written out.
    known : Known
        People, for windows in months, for whom a draw is for, and for parts of periods.
    payee, period : str
        Who and when.
    as_of : date or None
        Day of the knowledge, for numbers with a history.

    Returns
    -------
    Promise
        Floors in minor units.
    """
    if not plan.draw and not plan.guarantee:
        return Promise(floor=Floor())
    findings: list[Finding] = []
    mine = [d for d in plan.draw if _meant(known, payee, period, d.for_)]
    held = next((d for d in mine if _amount(plan, known, payee, period, (d, "draw"), as_of)), None)
    draw = held or next(iter(mine), None)
    grants = [g for g in plan.guarantee if _meant(known, payee, period, g.for_)]
    given = max((_amount(plan, known, payee, period, (g, "guarantee"), as_of) for g in grants), default=0)
    drawn = 0 if draw is None else _amount(plan, known, payee, period, (draw, "draw"), as_of)
    if drawn and given and plan.guarantee_and_draw is None:
        findings.append(missing("guarantee_and_draw", plan.plan))
    windows = [w for w in (*(d.window for d in mine), *(g.window for g in grants)) if w is not None]
    if any(window.months is not None for window in windows) and _start(known, payee) is None:
        findings.append(find("incentives.no-start", Place(table="people", key=payee), payee=payee))
    floor = Floor(
        kind=None if draw is None else draw.kind,
        draw=drawn,
        guarantee=given,
        both=plan.guarantee_and_draw == "both",
        repay_from=(draw.repay_from if draw is not None else None) or "above_draw",
    )
    if draw is None:
        return Promise(floor=floor, findings=tuple(findings))
    look = number_on(plan, _day(period), as_of)
    ended, left = _ended(plan, known, payee, period, draw)
    return Promise(
        floor=floor,
        share=None if draw.max_recovery_share is None else look(draw.max_recovery_share),
        ended=ended,
        left=left,
        findings=tuple(findings),
    )


def _day(period: str) -> date | None:
    start = spans(period)[0]
    return None if start == date.min else start


def _meant(known: Known, payee: str, period: str, wanted: Mapping[str, tuple[str, ...]]) -> bool:
    at = known.people.during(payee, period)
    last = known.people.of(payee)
    return known.people.suits(at if at is not None else (last[-1] if last else None), wanted)


def _amount(
    plan: Plan, known: Known, payee: str, period: str, term: tuple[Draw | Guarantee, Literal["draw", "guarantee"]],
    as_of: date | None,
) -> int:  # fmt: skip
    """Minor units of a draw or a guarantee in a period; 0 outside its window, and for who is not there."""
    each, key = term
    window = _window(known, payee, each.window)
    span = spans(period)
    if window is None or clipped(window, span) is None:
        return 0
    if span != _ALWAYS and not any(_meet(there, window, span) for there, _ in present(known, payee)):
        return 0
    number: Number = each.amount
    amount = number_on(plan, _day(period), as_of)(number) * 10 ** exponent(plan.currency)
    if plan.proration is not None and key in plan.proration.applies_to:
        amount *= part_there(plan, known, payee, span, window)
    return max(round_to(amount, plan.rounding), 0)


def _meet(there: Span, window: Span, span: Span) -> bool:
    cut = clipped(there, span)
    return cut is not None and clipped(cut, window) is not None


def _window(known: Known, payee: str, window: Window | None) -> Span | None:
    """First day and day after the last of a window; None if it counts from a start that nobody knows."""
    if window is None:
        return _ALWAYS
    if window.months is None:
        return (_plain(window.from_) or date.min, _plain(window.until) or date.max)
    start = _start(known, payee)
    if start is None:
        return None
    first, last = span(window.months)
    return (_month(start, first - 1), _month(start, last))


def _plain(day: date | datetime | None) -> date | None:
    return day.date() if isinstance(day, datetime) else day


def _month(start: date, number: int) -> date:
    """First day of the month so many months after that of a start."""
    years, month = divmod(start.year * 12 + start.month - 1 + number, 12)
    return date(years, month + 1, 1)


def _start(known: Known, payee: str) -> date | None:
    starts = [known.people.rows[index].start for index in known.people.of(payee)]
    return None if not starts or None in starts else min(day for day in starts if day is not None)


def _ended(
    plan: Plan, known: Known, payee: str, period: str, draw: Draw
) -> tuple[Literal["forgive", "due", "carry", "open"] | None, bool]:
    """What becomes of a debt at the end of a period, and whether because the payee left."""
    end = spans(period)[1]
    ends = [known.people.rows[index].end for index in known.people.of(payee)]
    if ends and None not in ends and max(day for day in ends if day is not None) <= end:
        return draw.on_leave or "open", True
    window = _window(known, payee, draw.window)
    last = date.max if window is None else window[1]
    if draw.window is None and plan.valid.until is not None:
        last = plan.valid.until
    return (None, False) if last == date.max or last > end else (draw.at_end or "open", False)
