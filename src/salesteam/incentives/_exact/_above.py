"""Pay that follows the pay or the credit of others: overrides for those above, and pay divided among several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import partial

import attrs

from salesteam.core import largest_remainder, rational_text
from salesteam.incentives._component import Component, paid_component
from salesteam.incentives._curve import Part
from salesteam.incentives._days import ends, period_of
from salesteam.incentives._exact._bend import Bends
from salesteam.incentives._exact._book import Book
from salesteam.incentives._exact._carried import Stand
from salesteam.incentives._exact._credit import Credit
from salesteam.incentives._exact._credits import HOUSE
from salesteam.incentives._exact._deals import matches
from salesteam.incentives._exact._gates import goes_by_rows
from salesteam.incentives._exact._halt import changed
from salesteam.incentives._exact._line import Cut, Line, Made, given
from salesteam.incentives._exact._resumed import check, in_order
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._unpaid import unpaid_row

__all__ = ["divided", "overrides", "regrouped", "sharers"]


def overrides(book: Book, bends: Bends, name: str, lines: Mapping[str, list[Line]]) -> Made:
    """A rate of each level on what the people below are credited, or paid."""
    made = Made()
    c, by_rows = book.plan.components[name], goes_by_rows(book.plan, name)
    sums: dict[tuple[str, str], Fraction] = {}
    check(book, bends, name)
    for what, credit, payee, period, amount, source in _bases(book, c, lines):
        day = None if credit is None else credit.deal.on
        if c.hierarchy_at == "period_end" or day is None:
            day = ends(book.plan, period if day is None else period_of(book.plan, day))[1] or day
        for level, manager in enumerate(book.people.above(payee, day), start=1):
            if level not in c.levels or not book.people.suits(book.people.on(manager, day), c.for_):
                continue
            try:
                look = book.look(period) if credit is None else book.look_on(credit.deal.on)
                bends.shape(name, manager, period)
                rate = look(c.levels[level])
            except Lacking as why:
                about = {"period": period, **why.values, "payee": manager, "component": name}
                row = unpaid_row(why.code, table="transactions", **about, transaction=what)
                if by_rows:
                    made.unpaid.append(row)
                    book.carried.stuck[name, manager, period, period] = None
                else:
                    made.back.setdefault((manager, period), []).append(row)
                continue
            if by_rows and credit is not None:
                in_order(book, name, credit, manager, period)
            before = sums[manager, period] if (manager, period) in sums else _stood(book, name, manager, period)
            after = sums[manager, period] = before + amount / source
            raw = rate * amount * book.minor / source
            made.lines.append(
                Line(
                    component=name, payee=manager, period=period, interval=period, credit=credit, before=before,
                    after=after, raw=raw, cut=given(Part(tier=level, part=amount / source, rate=rate, pay=raw)),
                    formula=f"{payee}: {rational_text(amount / source)} × {rational_text(rate)}",
                )
            )  # fmt: skip
    if by_rows:
        for pair, at in sums.items():
            book.carried.rows[(name, *pair)] = Stand(at, at, first=False, count=0)
    return made


def _stood(book: Book, name: str, manager: str, period: str) -> Fraction:
    """What the people below had come to by an earlier run."""
    held = book.carried.rows.get((name, manager, period))
    return Fraction(0) if held is None else held.at


def _bases(
    book: Book, c: Component, lines: Mapping[str, list[Line]]
) -> Iterator[tuple[str, Credit | None, str, str, Fraction, int]]:
    """What an override is on: transaction, credit, who, when, how much, and how many of it make one."""
    of = paid_component(c)
    if of is not None:
        for line in lines.get(of, ()):
            what = "" if line.credit is None else line.credit.deal.id
            yield what, line.credit, line.payee, line.period, Fraction(line.pay), book.minor
        return
    measure = str(c.measure)
    for (m, kind, who, period), value in book.posted.settled.items():
        if (m, kind) == (measure, "payee"):
            yield "", None, who, period, value * book.unit(measure), book.unit(measure)
    for credit in book.credits:
        counted = measure in credit.counts and matches(c.where, credit.deal)
        if counted and credit.kind != "rollup" and credit.payee != HOUSE:
            yield credit.deal.id, credit, credit.payee, credit.period, credit.values[measure], book.unit(measure)


def divided(book: Book, name: str, lines: list[Line]) -> list[Line]:
    """The pay of a component divided among several payees; nobody else is paid of it."""
    split = book.plan.components[name].pay_split
    if split is None:
        return lines
    found = []
    for line in lines:
        look = book.look(line.period)
        if isinstance(split, Mapping):
            shares = {payee: look(share) for payee, share in split.items()}
        else:
            told = sharers(book, name, line.period)
            shares = dict.fromkeys(told or (line.payee,), Fraction(1))
            if goes_by_rows(book.plan, name):
                book.carried.sharers[name, line.period] = told
        left = max(1 - sum(shares.values(), Fraction(0)), Fraction(0)) if isinstance(split, Mapping) else Fraction(0)
        payees = sorted(shares)
        if not payees:
            found.append(line)
            continue
        pieces = largest_remainder(line.pay, [*(shares[p] for p in payees), left], [*payees, HOUSE])
        total = sum(shares.values(), left)
        for payee, piece in zip(payees, pieces, strict=False):
            part = shares[payee] / total
            found.append(
                attrs.evolve(
                    line, payee=payee, pay=piece, raw=line.raw * part,
                    cut=partial(_of, line.cut, part),
                    formula=f"({line.formula}) × {rational_text(part)}",
                )
            )  # fmt: skip
    return found


def regrouped(book: Book, name: str) -> None:
    """Halt where others share the pay of rows of an earlier run now."""
    for (c, period), before in book.carried.sharers.items() if book.changed else ():
        if c == name and sharers(book, name, period) != before:
            book.halts.append(changed(f"components.{name}.pay_split", period))


def _of(cut: Cut, share: Fraction) -> tuple[Part, ...]:
    """A share of each part."""
    return tuple(attrs.evolve(each, pay=each.pay * share, rate=each.rate * share) for each in cut())


def sharers(book: Book, name: str, period: str) -> tuple[str, ...]:
    """Who shares equally: everyone that `for` matches in the period; if nobody does, each payee keeps what is paid."""
    return book.once(lambda: tuple(_matched(book, name, period)), "sharers", name, period)


def _matched(book: Book, name: str, period: str) -> Iterator[str]:
    wanted = book.plan.components[name].for_
    for payee in book.people.positions:
        at = book.people.during(payee, period)
        if at is not None and book.people.suits(at, wanted):
            yield payee
