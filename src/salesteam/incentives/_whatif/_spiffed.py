"""Amounts for each deal on whole arrays, where a measure counts the deals."""

from __future__ import annotations

from datetime import date, datetime, time

from salesteam.core import Finding
from salesteam.core._table import _arrays as arrays
from salesteam.incentives._component import Component
from salesteam.incentives._days import spans
from salesteam.incentives._exact._book import Book
from salesteam.incentives._model import Plan
from salesteam.incentives._number import count, span
from salesteam.incentives._parts import Window
from salesteam.incentives._whatif._refusal import DEALS, refusal

__all__ = ["asks_deals", "holds", "per_deal"]


def asks_deals(plan: Plan, name: str, periods: tuple[str, ...]) -> Finding | None:
    """A finding if amounts for deals hang on more than how many deals there are in each period.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    name : str
        A component with the method `spiff`.
    periods : tuple of str
        Pay periods of the world.
    """
    c, at = plan.components[name], f"components.{name}"
    measure = plan.measures.get(str(c.measure))
    if measure is None or measure.value is None or measure.aggregate != "count" or measure.scope != "payee":
        return refusal(f"{at}.measure", "method: spiff, measure without aggregate: count", DEALS)
    others = [other for other in plan.components.values() if other is not c and other.method == "spiff"]
    if others and not c.stacks:
        return refusal(f"{at}.stacks", "stacks: false", DEALS)
    cut = [period for period in periods if c.window is not None and _cuts(c.window, period)]
    return refusal(f"{at}.window", f"window, {cut[0]}", DEALS) if cut else None


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


def _cuts(window: Window, period: str) -> bool:
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
