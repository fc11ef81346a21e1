"""Limits on what one deal pays somebody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from salesteam.incentives._bending import Limit
from salesteam.incentives._exact._halt import halt
from salesteam.incentives._exact._line import Line
from salesteam.incentives._exact._stale import stale_of
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._model import Plan

if TYPE_CHECKING:
    from salesteam.incentives._exact._bend import Bends

__all__ = ["hold_deals"]


def hold_deals(bends: Bends, name: str, lines: Iterable[Line]) -> None:
    """Hold what one deal pays someone between the limits on deals; a reversal is held as its deal was."""
    limits = list(_limits(bends.book.plan))
    for number, (kind, each) in enumerate(limits):
        for line in lines:
            if line.credit is not None:
                _hold(bends, number, kind, each, name, line)
    if limits:
        _as_before(bends, name, {(line.payee, line.period) for line in lines if line.credit is not None})


def _limits(plan: Plan) -> Iterator[tuple[str, Limit]]:
    yield from (("cap", each) for each in plan.caps if each.of == "deal")
    yield from (("floor", each) for each in plan.floors if each.of == "deal")


def _hold(bends: Bends, number: int, kind: str, each: Limit, name: str, line: Line) -> None:
    factor, limit = _terms(bends, each, name, line.payee, line.period)
    if not factor or line.credit is None:
        return
    paid: dict[tuple[str, str], Fraction] = bends.book.once(dict, "deal", number)
    key = (line.payee, line.credit.deal.id)
    already = paid.get(key, Fraction(0))
    size, sign = abs(line.raw) * factor, 1 if line.raw >= 0 else -1
    held = min(size, max(limit - already, Fraction(0))) if kind == "cap" else max(size, limit - already)
    paid[key] = already + held
    if held != size:
        line.raw = sign * held / factor
        line.cut = tuple


def _terms(bends: Bends, each: Limit, name: str, payee: str, period: str) -> tuple[Fraction, Fraction]:
    """By which factor the pay of a deal counts, and what it is held to."""
    factor = bends.shape(name, payee, period).factor if each.at == "after_modifiers" else Fraction(1)
    return factor, bends.limit(each, "deal", payee, period)


def _as_before(bends: Bends, name: str, new: set[tuple[str, str]]) -> None:
    """Halt where deals of an earlier run would be held to something else now; write down what those of this one are."""
    held, stale = bends.book.carried.held, stale_of(bends.book)
    again = {(who, period) for c, who, period in held if c == name} if stale.whole else stale.pairs
    before = {pair for pair in again if (name, *pair) in held}
    for pair in sorted(before | new):
        try:
            terms = [_terms(bends, each, name, *pair) for _, each in _limits(bends.book.plan)]
        except Lacking:
            halt(bends.book, name, *pair)
            continue
        now = tuple(number for both in terms for number in both)
        if held.setdefault((name, *pair), now) != now:
            halt(bends.book, name, *pair)
