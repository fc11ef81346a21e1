"""Amounts for each deal on whole arrays, where a measure counts the deals."""

from __future__ import annotations

from datetime import date, datetime, time

from salesteam.core._table import _arrays as arrays
from salesteam.incentives._component import Component
from salesteam.incentives._days import spans
from salesteam.incentives._exact._book import Book
from salesteam.incentives._number import count, span
from salesteam.incentives._parts import Window

__all__ = ["cuts", "holds", "per_deal"]


def holds(book: Book, c: Component, payee: str, period: str) -> bool:
    """Whether the window of a component holds in a period, which lies in it wholly or not at all."""
    window = c.window
    if window is None:
        return True
    if window.months is not None:
        first, last = span(window.months)
        return first <= book.tenure(payee, period) <= last
    return not _before(window.from_, window.until, period)


def per_deal(book: Book, name: str, payee: str, period: str, interval: str) -> arrays.Ramp:
    """What so many deals pay, in minor units: an amount for each, or for the first of an interval."""
    c = book.plan.components[name]
    assert c.amount is not None
    of = book.target(name, payee, interval) if c.pays_of in {"target", "base"} else book.minor
    amount = float(book.look(period)(c.amount) * of)
    if c.first is None or c.accumulate == "transaction":
        return arrays.Ramp([], [], [(0.0, amount, 0.0)], [False])
    most = count(c.first)
    return arrays.Ramp([float(most)], [True], [(0.0, amount, 0.0), (amount * most, 0.0, 0.0)], [False, False])


def cuts(window: Window, period: str) -> bool:
    """Whether a window begins or ends within a period."""
    low, high = spans(period)
    return any(_inside(bound, low, high) for bound in (window.from_, window.until) if bound is not None)


def _inside(bound: date | datetime, low: date, high: date) -> bool:
    day = bound.date() if isinstance(bound, datetime) else bound
    begins = not isinstance(bound, datetime) or bound.time() == time(0)
    return low <= day < high and not (begins and day == low)


def _before(start: date | datetime | None, end: date | datetime | None, period: str) -> bool:
    """Whether a period lies outside of a window that does not cut it."""
    low, high = spans(period)
    first, last = (bound.date() if isinstance(bound, datetime) else bound for bound in (start, end))
    return (first is not None and first >= high) or (last is not None and last <= low)
