"""Which component a credit is for: by its measure, conditions, people, window, and its place in a group."""

from __future__ import annotations

from collections.abc import Callable

from salesteam.incentives._exact._book import Book, Credit
from salesteam.incentives._exact._deals import matches
from salesteam.incentives._exact._window import may_lie_within

__all__ = ["pays_for", "picks"]


def pays_for(book: Book, name: str, credit: Credit) -> bool:
    """Whether a component pays a credit: by its measure, `where`, `for` and window, and its place in a group."""
    return _wants(book, name, credit) and not _taken(book, name, credit)


def picks(book: Book, name: str) -> Callable[[Credit], bool] | None:
    """Which credits a component that sees whole periods is about; None for all that its measure counts."""
    c = book.plan.components[name]
    if not c.where and c.group is None:
        return None
    return lambda credit: matches(c.where, credit.deal) and not _taken(book, name, credit)


def _wants(book: Book, name: str, credit: Credit) -> bool:
    c = book.plan.components[name]
    counted = c.measure is None or c.measure in credit.counts
    mine = counted and matches(c.where, credit.deal) and book.people.suits(credit.person, c.for_)
    return mine and may_lie_within(book, c, credit)


def _taken(book: Book, name: str, credit: Credit) -> bool:
    """Whether another component of the group comes first."""
    c = book.plan.components[name]
    if c.group is None:
        return False
    first = c.priority or 0
    others = [n for n, o in book.plan.components.items() if o.group == c.group and (o.priority or 0) < first]
    return any(_wants(book, other, credit) for other in others)
