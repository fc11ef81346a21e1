"""Windows in which something holds: days, moments of a zone, months since somebody began."""

from __future__ import annotations

from datetime import date, datetime, time

from salesteam.incentives._component import Component
from salesteam.incentives._exact._book import Book
from salesteam.incentives._exact._credit import Credit
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._number import span

__all__ = ["in_window", "may_lie_within"]


def may_lie_within(book: Book, c: Component, credit: Credit) -> bool:
    """Whether a credit lies in the window of a component, or lacks what would tell."""
    try:
        return in_window(book, c, credit)
    except Lacking:
        return True


def in_window(book: Book, c: Component, credit: Credit) -> bool:
    """Whether a credit lies in the window of a component; a reversal lies where its original lay.

    Raises
    ------
    Lacking
        If nobody knows when it was, or since when the payee is there.
    """
    window = c.window
    if window is None:
        return True
    deal = credit.deal.root
    if window.months is not None:
        month = book.tenure(credit.payee, book.period_on(deal.date))
        first, last = span(window.months)
        return first <= month <= last
    at = deal.moment or deal.date
    low, high = window.from_, window.until
    return (low is None or not _before(at, low)) and (high is None or _before(at, high))


def _before(at: date | datetime | None, bound: date | datetime) -> bool:
    """Whether a moment lies before a bound; a day without a time is compared by the day on the bound's clock."""
    if at is None:
        raise Lacking("no-date")
    if isinstance(bound, datetime):
        if not isinstance(at, datetime):
            return at < bound.date() or (at == bound.date() and bound.time() > time(0))
        if at.tzinfo is None:
            at = at.replace(tzinfo=bound.tzinfo)
        return at < bound
    day = at.date() if isinstance(at, datetime) else at
    return day < bound
