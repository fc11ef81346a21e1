"""Periods in which nothing is asked that was not asked the period before, so that nothing is compiled anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from salesteam.incentives._bending import Lock
from salesteam.incentives._days import ONCE, WITHIN_PERIOD
from salesteam.incentives._exact._book import Book
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._model import Plan
from salesteam.incentives._number import Ref
from salesteam.incentives._path import Path
from salesteam.incentives._posted import TENURE
from salesteam.incentives._whatif._shaping import Shaping

__all__ = ["moved"]

_CURVES = frozenset({
    "flat", "marginal", "slab", "from_threshold", "interpolated_amount", "proportional_rate", "bonus", "curve",
})  # fmt: skip
"""Methods whose pay is a function of the number of the period alone."""


def moved(book: Book, shaping: Shaping) -> tuple[frozenset[str] | None, ...]:
    """For each period, the payees of whom something else is asked than in the period before; None for everybody.

    Whoever is not among them is paid in the same way as then. Only plans are looked at whose pay hangs on nothing but
    the numbers of the period itself, with people who do not change.

    Parameters
    ----------
    book : Book
        Of a simulation: quotas and targets, and nothing achieved.
    shaping : Shaping
        Of the same plan.
    """
    periods = book.periods
    if not _steady(book, shaping):
        return (None,) * len(periods)
    numbers = [_numbers(book, period) for period in periods]
    found: list[frozenset[str] | None] = [None]
    for at in range(1, len(periods)):
        before, period = periods[at - 1], periods[at]
        same = numbers[at - 1] == numbers[at] is not None
        found.append(frozenset(_asked(book, before, period)) if same else None)
    if _shares(book.plan):
        found = [who if who == frozenset() else None for who in found]
    return tuple(found)


def _steady(book: Book, shaping: Shaping) -> bool:
    """Whether a period that asks the same pays in the same way."""
    plan, posted = book.plan, book.posted
    if shaping.whose.by_deal:
        return False
    if plan.proration is not None or book.people.dated or book.stays.leaves or shaping.carrying:
        return False
    if any(
        c.method not in _CURVES or c.accumulate not in WITHIN_PERIOD or c.pay_split for c in plan.components.values()
    ):
        return False
    if any(isinstance(gate.locks, Lock) or gate.meanwhile is not None for gate in plan.gates):
        return False
    if any(q.period not in {None, plan.period} or q.weights or q.ramp or q.relief for q in plan.quotas):
        return False
    tables: Iterable[Mapping[str, object]] = (*posted.quotas.values(), *posted.targets.values())
    known = frozenset(book.periods)
    return plan.period != ONCE and TENURE not in _read(plan) and all(held.keys() <= known for held in tables)


def _read(plan: Plan) -> Iterator[str]:
    """Paths of numbers that a plan reads, by gates, factors and components."""
    yield from (str(c.measure) for c in plan.components.values())
    yield from (m.measure for m in plan.modifiers)
    yield from (test.measure for gate in plan.gates for test in gate.tests)


def _shares(plan: Plan) -> bool:
    """Whether a plan reads the number of a team or of all, whose quota is the sum of others'."""
    for text in _read(plan):
        path = Path.parse(text)
        if path is None or path.team or path.measure not in plan.measures:
            return True
        if plan.measures[path.measure].scope != "payee":
            return True
    return False


def _numbers(book: Book, period: str) -> tuple[Fraction, ...] | None:
    """What the parameters of a plan are in a period; None if one of them is nothing yet."""
    look = book.look(period)
    try:
        return tuple([look(Ref(name)) for name in book.plan.parameters])
    except Lacking:
        return None


def _asked(book: Book, before: str, period: str) -> Iterator[str]:
    """Payees whose quotas or targets differ between two periods."""
    for (payee, _), held in book.posted.quotas.items():
        if held.get(before) != held.get(period):
            yield payee
    for payee, told in book.posted.targets.items():
        if told.get(before) != told.get(period):
            yield payee
