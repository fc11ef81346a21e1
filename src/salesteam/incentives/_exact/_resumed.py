"""Components paid row by row that go on from an earlier run: whether its rows would still be paid as they were."""

from __future__ import annotations

from fractions import Fraction

from salesteam.incentives._exact._bend import Bends
from salesteam.incentives._exact._book import Book, Look
from salesteam.incentives._exact._credit import Credit
from salesteam.incentives._exact._halt import halt, late
from salesteam.incentives._exact._meter import meter_of
from salesteam.incentives._exact._stale import stale_of
from salesteam.incentives._lacking import Lacking

__all__ = ["check", "follow", "in_order", "lacks", "terms_of"]


def check(book: Book, bends: Bends, name: str) -> None:
    """Halt where rows of an earlier run would be paid differently now, or could be paid at last."""
    carried, stale = book.carried, stale_of(book)
    for (c, payee, interval), terms in list(carried.terms.items()) if book.changed else ():
        if c == name and stretched(book, name, payee, interval) != terms:
            halt(book, name, payee, interval)
    for c, payee, period, interval in carried.stuck:
        if c == name and (payee, period) in stale and not lacks(book, bends, name, payee, period, interval):
            halt(book, name, payee, period)


def stretched(book: Book, name: str, payee: str, interval: str) -> tuple[Fraction, Fraction] | None:
    """What stretches the curve of a payee in an interval; None where a number is lacking."""
    look = book.look(book.within(interval)[0])
    try:
        return terms_of(book, name, look, payee, interval)
    except Lacking:
        return None


def terms_of(book: Book, name: str, look: Look, payee: str, interval: str) -> tuple[Fraction, Fraction]:
    """What the sum of a component is measured by, and what is paid for one of it, in smallest units.

    Raises
    ------
    Lacking
        If a quota, target or number is missing.
    """
    c, minor = book.plan.components[name], Fraction(book.minor)
    if c.method == "override":
        return Fraction(1), minor
    if c.method == "spiff":
        return Fraction(1), book.target(name, payee, interval) if c.pays_of in {"target", "base"} else minor
    if c.method != "forward":
        meter = meter_of(book, name, c, look, payee, interval)
        return meter.over, meter.by
    measure, shares = str(c.measure), c.base_rate == "target/quota"
    unit = Fraction(book.unit(measure))
    quota = book.aim(payee, interval, measure, c.for_) if c.bounds == "quota" or shares else unit
    by = book.target(name, payee, interval) / quota if shares else minor / unit
    return (quota if c.bounds == "quota" else unit), by


def lacks(book: Book, bends: Bends, name: str, payee: str, period: str, interval: str) -> bool:
    """Whether a number is lacking for all rows of a payee in a period."""
    try:
        bends.shape(name, payee, period)
    except Lacking:
        return True
    return stretched(book, name, payee, interval) is None


def in_order(book: Book, name: str, credit: Credit, payee: str, interval: str) -> None:
    """Halt at a row whose place lies before one that an earlier run has paid: its sum has gone past it."""
    follow(book, (name, payee, interval), credit)
    if any(limit.of == "plan" for limit in (*book.plan.caps, *book.plan.floors)):
        shared = any(c.pay_split or c.method == "override" for c in book.plan.components.values())
        follow(book, ("", "" if shared else payee, credit.period), credit)


def follow(book: Book, key: tuple[str, str, str], credit: Credit) -> None:
    """Halt at a row whose place in some order lies before one that an earlier run has come to."""
    before, carried = book.once(lambda: dict(book.carried.orders), "orders before"), book.carried.orders
    if key in before and credit.order < before[key]:
        found = late(credit.deal.id, credit.deal.date)
        book.halts += [] if found in book.halts else [found]
    carried[key] = max(credit.order, carried.get(key, credit.order))
