"""Deals and customers larger than anybody planned for."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from salesteam.incentives._bending import Windfall

if TYPE_CHECKING:
    from salesteam.incentives._exact._book import Book
    from salesteam.incentives._exact._credit import Credit

__all__ = ["usual_part", "windfall_of"]


def windfall_of(book: Book, name: str) -> Windfall | None:
    """The rule for windfalls that a component falls under: its own, else that of all paid on money."""
    measure = book.plan.components[name].measure
    if measure is None or book.plan.measures[measure].unit != "money":
        return None
    own = [w for w in book.plan.windfall if w.of == name]
    return next(iter([*own, *(w for w in book.plan.windfall if w.of is None)]), None)


def usual_part(book: Book, rule: Windfall, credit: Credit, accumulate: str | None, interval: str) -> Fraction:
    """Share of a credit that is no windfall; a reversal is cut as its original was, also in a later interval."""
    parts: dict[str, Fraction] = book.once(dict, "windfall", rule, accumulate)
    deal = credit.deal
    if deal.id not in parts:
        own = _part(book, rule, credit, interval)
        parts[deal.id] = own if deal.original is None else parts.get(deal.original.id, own)
    return parts[deal.id]


def _part(book: Book, rule: Windfall, credit: Credit, interval: str) -> Fraction:
    limit = book.look_on(credit.deal.on)(rule.above) * book.minor
    size = credit.deal.values.get("amount", credit.amount)
    room = limit
    if rule.per == "customer":
        sums: dict[str, Fraction] = book.once(dict, "customer", rule, interval)
        customer = credit.deal.texts.get("customer") or credit.deal.id
        before = sums.get(customer, Fraction(0))
        sums[customer] = before + size
        room = max(limit - before, Fraction(0))
    return Fraction(1) if size <= room or size <= 0 else room / size
