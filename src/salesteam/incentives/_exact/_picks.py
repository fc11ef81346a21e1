"""Which component a credit is for: by its measure, conditions, people, window, and its place in a group."""

from __future__ import annotations

from salesteam.incentives._exact._book import Book
from salesteam.incentives._exact._credit import Credit, Picked
from salesteam.incentives._exact._deals import matches
from salesteam.incentives._exact._window import may_lie_within
from salesteam.incentives._number import count

__all__ = ["passes_by", "pays_for", "picks", "segmented"]


def pays_for(book: Book, name: str, credit: Credit) -> bool:
    """Whether a component pays a credit: by its measure, `where`, `for` and window, and its place in a group."""
    return _wants(book, name, credit) and not _taken(book, name, credit)


def passes_by(book: Book, name: str, credit: Credit) -> bool:
    """Whether a credit moves the sum of a component that did not yet, or no more, pay its payee."""
    c, terms = book.plan.components[name], book.plan.proration
    carries = terms is not None and terms.accumulators == "carry" and bool(c.for_) and c.measure in credit.counts
    return carries and matches(c.where, credit.deal) and not book.meant(credit, c.for_)


def picks(book: Book, name: str) -> Picked | None:
    """Which credits a component that sees whole periods is about; None for all that its measure counts."""
    c, split = book.plan.components[name], segmented(book, name)
    if not c.where and c.group is None and not split:
        return None

    def about(credit: Credit) -> bool:
        mine = not split or book.meant(credit, c.for_)
        return mine and matches(c.where, credit.deal) and not _taken(book, name, credit)

    return Picked(name, about)


def segmented(book: Book, name: str) -> bool:
    """Whether a component pays a payee for the days alone on which its `for` matched."""
    c = book.plan.components[name]
    own = c.measure in book.plan.measures and book.plan.measures[str(c.measure)].scope == "payee"
    return own and bool(c.for_) and book.change == "segment"


def _wants(book: Book, name: str, credit: Credit) -> bool:
    c = book.plan.components[name]
    counted = c.measure is None or c.measure in credit.counts
    mine = counted and matches(c.where, credit.deal) and book.meant(credit, c.for_)
    return mine and may_lie_within(book, c, credit)


def _taken(book: Book, name: str, credit: Credit) -> bool:
    """Whether another component of the group comes first."""
    c = book.plan.components[name]
    if c.group is None:
        return False
    first = count(c.priority or 0)
    others = [n for n, o in book.plan.components.items() if o.group == c.group and count(o.priority or 0) < first]
    return any(_wants(book, other, credit) for other in others)
