"""How much of an earned line may be paid: receipts, holdback, milestones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from functools import lru_cache, reduce
from operator import mul

import attrs

from salesteam.core import Period, round_to
from salesteam.errors import InvalidValueError
from salesteam.incentives._curves import number_on
from salesteam.incentives._days import ONCE, WITHIN_PERIOD, interval_of, spans
from salesteam.incentives._model import Plan
from salesteam.incentives._number import Number
from salesteam.incentives._settle._known import Known
from salesteam.incentives._terms import Release

__all__ = ["FREE", "Part", "amounts", "by_deal", "gated", "holds", "joined", "part_of", "releases"]

_EXPIRED = "expired"
"""Kind of event after which the milestones of a deal are over."""
_NAMED = frozenset({"week", "month", "quarter", "half", "year"})


@attrs.frozen(kw_only=True)
class Part:
    """What part of a line is free from the start, released by now, lost.

    Parameters
    ----------
    free : Fraction
        Never held.
    now : Fraction
        May be paid by now, the free part included.
    lost : Fraction
        Will never be paid: its milestone expired.
    why : str
        What released or lost it.
    """

    free: Fraction = Fraction(1)
    now: Fraction = Fraction(1)
    lost: Fraction = Fraction(0)
    why: str = ""


FREE = Part()
"""Nothing is held."""


def gated(plan: Plan, component: str | None, period: str, open_period: str) -> Part:
    """What a gate holds of the pay of a component for a period: all of it, until its interval is over."""
    if not holds(plan, component) or period == ONCE:
        return FREE
    c = plan.components[str(component)]
    end = spans(interval_of(plan, c.accumulate, period))[1]
    if end in {date.max, spans(period)[1]}:
        return FREE
    return Part(free=Fraction(0), now=Fraction(end <= spans(open_period)[1]), why="gate")


def holds(plan: Plan, component: str | None) -> bool:
    """Whether a gate holds the pay of a component until an interval of several periods is over."""
    c = plan.components.get(component or "")
    if c is None or c.accumulate in WITHIN_PERIOD:
        return False
    return any(gate.meanwhile == "hold" and gate.locks in {component, "plan"} for gate in plan.gates)


def joined(parts: Iterable[Part]) -> Part:
    """What is left of a line that several things hold."""
    found = list(parts)
    return Part(
        free=reduce(mul, (p.free for p in found), Fraction(1)),
        now=reduce(mul, (p.now for p in found), Fraction(1)),
        lost=1 - reduce(mul, (1 - p.lost for p in found), Fraction(1)),
        why="; ".join(dict.fromkeys(p.why for p in found if p.why)),
    )


def releases(plan: Plan, component: str) -> tuple[Release, ...]:
    """The releases that a component is under."""
    return tuple(r for r in plan.release if r.of in {None, component})


def by_deal(rules: tuple[Release, ...]) -> bool:
    """Whether each deal is released by itself, and not the whole pay of a period at once."""
    return any(r.holdback is None or _is_event(r.until) for r in rules)


def _is_event(until: date | str | None) -> bool:
    if until is None or isinstance(until, date) or until in _NAMED | {"plan", ONCE}:
        return False
    try:
        Period.parse(until)
    except InvalidValueError:
        return True
    return False


def part_of(plan: Plan, known: Known, rules: tuple[Release, ...], line: tuple[str, str | None], end: date) -> Part:
    """The part of a line that may be paid.

    Parameters
    ----------
    plan : Plan
        Whose release it is.
    known : Known
        Receipts and events.
    rules : tuple of Release
        Those that the line is under; several multiply.
    line : (str, str or None)
        Original period and transaction.
    end : date
        First day that is not known yet; in a plan that pays once, the day after the last of the facts.

    Returns
    -------
    Part
        A reversal has the part of its original, so that it takes back only what its original had released.
    """
    period, transaction = line
    end = known.horizon if end == date.max else end
    start = spans(period)[0]
    look = number_on(plan, None if start == date.min else start)
    deal = None if transaction is None else known.origin(transaction)
    parts = [_part(plan, known, (rule, look), (period, deal), end) for rule in rules]
    return joined(parts)


def _part(
    plan: Plan,
    known: Known,
    rule: tuple[Release, Callable[[Number], Fraction]],
    line: tuple[str, str | None],
    end: date,
) -> Part:
    release, look = rule
    deal = line[1]
    if release.holdback is not None:
        return _holdback(plan, known, release, look(release.holdback), line, end)
    if deal is None:
        return FREE
    if release.on == "receipts":
        return Part(free=Fraction(0), now=known.received(deal, end), why="receipts")
    over = _over(plan, known, release, deal, end)
    done = [m for m in release.milestones if known.happened(deal, m.event, over or end)]
    now = min(sum((look(m.share) for m in done), Fraction(0)), Fraction(1))
    why = ", ".join(m.event for m in done) or "milestones"
    if over and release.expired == "release":
        return Part(free=Fraction(0), now=Fraction(1), why="expired")
    lost = 1 - now if over and release.expired == "forfeit" else Fraction(0)
    return Part(free=Fraction(0), now=now, lost=lost, why="expired" if lost else why)


def _over(plan: Plan, known: Known, release: Release, deal: str, end: date) -> date | None:
    """The day from which no milestone of a deal counts any more: an event ``expired``, or the end of the plan."""
    if release.expired is None:
        return None
    named = any(m.event == _EXPIRED for m in release.milestones)
    days = [plan.valid.until, None if named else known.ended(deal, _EXPIRED, end)]
    return min((day for day in days if day is not None and day <= end), default=None)


def _holdback(
    plan: Plan, known: Known, release: Release, share: Fraction, line: tuple[str, str | None], end: date
) -> Part:
    period, deal = line
    due = _timed(plan, release, period)
    if due is not None:
        free = due <= spans(period)[1] < date.max
        return FREE if free else Part(free=1 - share, now=Fraction(1) if due <= end else 1 - share, why="holdback")
    if deal is None:
        return FREE
    if release.until == "receipts":
        return Part(free=1 - share, now=1 - share + share * known.received(deal, end), why="receipts")
    done = known.happened(deal, str(release.until), end)
    return Part(free=1 - share, now=Fraction(1) if done else 1 - share, why=str(release.until))


def _timed(plan: Plan, release: Release, period: str) -> date | None:
    """First day by whose eve a holdback is over; None if it waits for an event."""
    until = release.until
    if isinstance(until, date):
        return date.fromordinal(until.toordinal() + 1)
    if until is None or until in {"plan", ONCE}:
        return plan.valid.until or date.max
    if until in _NAMED:
        if spans(period)[1] == date.max:
            return date.max
        return _end_of(until, spans(period)[1])
    return None if _is_event(until) else Period.parse(until).end


@lru_cache(maxsize=1000)
def _end_of(kind: str, end: date) -> date:
    """Day after the last of the quarter, year … in which a period ends."""
    return Period.containing(date.fromordinal(end.toordinal() - 1), kind).end


def amounts(pay: int, part: Part, rounding: str) -> tuple[int, int, int]:
    """What a line holds, has released, has lost, in minor units to date; the sign of the pay is put back.

    Parameters
    ----------
    pay : int
        What the line earns.
    part : Part
        Of it.
    rounding : str
        Of the plan.

    Returns
    -------
    tuple of (int, int, int)
        Held (against the pay), released after being held (with it), lost of that (against it).
    """
    sign, size = (-1, -pay) if pay < 0 else (1, pay)
    free = round_to(size * part.free, rounding)
    now = round_to(size * part.now, rounding)
    ended = round_to(size * (part.now + part.lost), rounding)
    return sign * (free - size), sign * (ended - free), sign * (now - ended)
