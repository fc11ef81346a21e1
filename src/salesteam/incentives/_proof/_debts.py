"""How a debt of a draw goes on from period to period, as the rules of draws say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction

from salesteam.core import exponent
from salesteam.incentives._curves import number_on
from salesteam.incentives._days import spans
from salesteam.incentives._model import Plan
from salesteam.incentives._number import span
from salesteam.incentives._people import People
from salesteam.incentives._terms import Draw

__all__ = ["debts"]


def debts(
    plan: Plan, payee: str, earned: Mapping[str, int], periods: Sequence[str], people: People
) -> Iterator[tuple[str, Fraction]]:
    """The debt of a payee after each period.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    payee : str
        Who.
    earned : mapping of str to int
        Period to pay in minor units.
    periods : sequence of str
        Pay periods in order.
    people : People
        Who is who.

    Yields
    ------
    tuple of (str, Fraction)
        Period and debt in minor units; d' = d + paid - e.
    """
    debt = Fraction(0)
    for period in periods:
        draw = next(
            (d for d in plan.draw if d.kind in {"recoverable", "advance"} and _holds(d, payee, period, people)), None
        )
        if draw is None:
            continue
        start = spans(period)[0]
        amount = number_on(plan, None if start == date.min else start)(draw.amount) * 10 ** exponent(plan.currency)
        e = Fraction(earned.get(period, 0))
        if draw.kind == "advance":
            paid = amount + max(Fraction(0), e - amount - debt)
        elif draw.repay_from == "all_earnings":
            paid = amount if e < amount else e - min(debt, e)
        else:
            paid = max(amount, e - debt)
        debt = max(Fraction(0), debt + paid - e)
        yield period, debt


def _holds(draw: Draw, payee: str, period: str, people: People) -> bool:
    """Whether a draw is given to a payee in a period."""
    at = people.during(payee, period) if people.given else None
    if draw.for_ and not people.suits(at, draw.for_):
        return False
    if draw.window is None:
        return True
    start, end = spans(period)
    if draw.window.months is not None:
        first = people.rows[at].start if at is not None else None
        if first is None:
            return False
        month = (start.year - first.year) * 12 + start.month - first.month + 1
        began, last = span(draw.window.months)
        return began <= month <= last
    low, high = _day(draw.window.from_), _day(draw.window.until)
    return (low is None or low < end) and (high is None or start < high)


def _day(moment: date | datetime | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment
