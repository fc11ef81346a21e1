"""Shared pools on whole arrays: what fills them, and what each member shares by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from fractions import Fraction
from functools import partial

import attrs

from salesteam.core import Report, rational
from salesteam.core._table import _arrays as arrays
from salesteam.core._table._arrays import Array, Mask
from salesteam.errors import InvalidValueError
from salesteam.incentives._choices import missing
from salesteam.incentives._component import Component
from salesteam.incentives._days import ONCE, spans
from salesteam.incentives._exact._book import Book
from salesteam.incentives._exact._shared import stay_part
from salesteam.incentives._exact._stale import feeds_teams
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._parts import By, Fund
from salesteam.incentives._whatif._bent import Opening
from salesteam.incentives._whatif._reach import Gauge, Leaf, Reach
from salesteam.incentives._whatif._refusal import MEMBERS, refusal
from salesteam.incentives._whatif._room import Memory, Room

__all__ = ["Asked", "Pool", "Pooled", "Weight", "pooled"]


@attrs.define(eq=False, kw_only=True)
class Weight:
    """What a member shares by.

    Parameters
    ----------
    number : float or Gauge
        A number that is known, or one that is drawn.
    part : float
        How much of it the days of the stay give.
    gates : tuple of Opening
        Behind which others get the share, where the plan says so.
    """

    number: float | Gauge
    part: float = 1.0
    gates: tuple[Opening, ...] = ()

    @property
    def drawn(self) -> bool:
        """Whether it hangs on something that is drawn."""
        return bool(self.gates) or isinstance(self.number, Gauge)

    def own(self, reach: Reach) -> Array | float:
        """The weight, whether gates are open or not."""
        if isinstance(self.number, float):
            return self.number * self.part
        found = reach.read(self.number).copy()
        arrays.hold(found, 0.0)
        found *= self.part
        return found

    def open(self, reach: Reach) -> Array | float:
        """The weight that is shared by: nothing behind a closed gate."""
        found = self.own(reach)
        if not self.gates:
            return found
        passed = arrays.blank(reach.size)
        passed[arrays.everywhere([gate.mask(reach) for gate in self.gates])] = 1.0
        passed *= found
        return passed


@attrs.define(eq=False, kw_only=True)
class Pool:
    """One pool of one period, made once for all its members.

    Parameters
    ----------
    fund : leaf or None
        What fills it; None for a fixed amount.
    scale : float
        Minor units for each smallest unit of that, or the amount.
    weights : dict of str to Weight
        By member.
    left : float
        Share that nobody has.
    """

    fund: Leaf | None
    scale: float
    weights: dict[str, Weight]
    left: float

    def each(self, reach: Reach) -> tuple[Array, Mask]:
        """Minor units for one unit of weight, and where there is less than nothing to share."""
        found = reach.shared.get(id(self))
        if found is None:
            whole = arrays.blank(reach.size, fill=self.left)
            for weight in self.weights.values():
                whole += weight.open(reach)
            amount = arrays.blank(reach.size, fill=self.scale)
            if self.fund is not None:
                amount *= reach.of(self.fund)
            short = amount < 0.0
            empty = whole <= 0.0
            whole[empty] = 1.0
            amount[empty | short] = 0.0
            amount /= whole
            found = reach.shared[id(self)] = amount, short
        return found


@attrs.define(eq=False, kw_only=True)
class Pooled:
    """The share of a member in the pools of a period."""

    payee: str
    pools: tuple[Pool, ...]

    def raw(self, reach: Reach, memory: Memory, room: Room) -> Array:  # noqa: ARG002 -- one way to pay like the others
        """Pay in minor units; nobody is paid without a weight, or where there is less than nothing to share."""
        pay, gone = arrays.blank(reach.size), []
        for pool in self.pools:
            each, short = pool.each(reach)
            weight = pool.weights[self.payee]
            pay += each * weight.open(reach)
            gone.append(short | (weight.own(reach) <= 0.0))
        room.gone = arrays.everywhere(gone)
        return pay


@attrs.frozen(kw_only=True)
class Asked:
    """What a pool asks of each member, told by whoever knows the period.

    Parameters
    ----------
    fund : callable
        Gives the number of a team, or of all, in a measure.
    gauge : callable
        Gives what a path reads for a member.
    gates : callable
        Gives the gates that a member is behind.
    """

    fund: Callable[[str, str | None], Leaf]
    gauge: Callable[[str, str], Gauge]
    gates: Callable[[str], tuple[Opening, ...]]


def pooled(book: Book, name: str, payee: str, period: str, asked: Asked) -> Pooled:
    """The pools of a component in which a payee has a part.

    Parameters
    ----------
    book : Book
        For people and dated numbers.
    name : str
        The component.
    payee, period : str
        Whose part, and when.
    asked : Asked
        What is asked of each member.

    Raises
    ------
    Lacking
        If the payee is in none.
    """
    c = book.plan.components[name]
    _divisible(book, name, c, period)
    teams: list[str | None] = [None]
    if feeds_teams(book, c):
        teams = list(dict.fromkeys(book.people.rows[index].team for index in book.people.of(payee)))
    found = []
    for team in teams:
        if team is None and feeds_teams(book, c):
            continue
        make = partial(_pool, book, c, team, period, asked)
        pool = book.once(make, "simulated pool", name, team, period)
        if payee in pool.weights:
            found.append(pool)
    if not found:
        raise Lacking("nobody")
    return Pooled(payee=payee, pools=tuple(found))


def _divisible(book: Book, name: str, c: Component, period: str) -> None:
    """Refuse a pool whose members only the facts of a run tell, and one that is open about who leaves."""
    at, found = f"components.{name}", Report()
    reads = isinstance(c.fund, Fund) and book.plan.measures[c.fund.measure.removeprefix("team.")].scope != "all"
    if not any(row.team for row in book.people.rows) and (reads or not book.people.rows):
        found += Report.of(refusal(at, "method: pool", MEMBERS))
    low, high = _days(book, period)
    partly = any((row.start or low) > low or (row.end or high) < high for row in book.people.rows)
    open_ = {"leavers": partly, "unclaimed": bool(book.plan.gates) or isinstance(c.shares, Mapping)}
    found += Report(missing(key, at, f"{at}.{key}") for key, asks in open_.items() if asks and not getattr(c, key))
    found.raise_for_errors()


def _pool(book: Book, c: Component, team: str | None, period: str, asked: Asked) -> Pool:
    look = book.look(period)
    members = list(_members(book, c, team, period))
    weights: dict[str, Weight] = {}
    for payee, index, part in members:
        number: float | Gauge = 0.0
        if not isinstance(c.shares, By) or c.shares.kind != "pro_rata":
            number = float(_points(book, c, payee, index, period))
        else:
            with suppress(Lacking):
                number = asked.gauge(c.shares.of, payee)
        gates = asked.gates(payee) if c.unclaimed == "redistribute" else ()
        weights[payee] = Weight(number=number, part=float(part), gates=gates)
    left = (
        max(1.0 - sum(w.number * w.part for w in weights.values() if isinstance(w.number, float)), 0.0)
        if isinstance(c.shares, Mapping) and c.unclaimed != "redistribute"
        else 0.0
    )
    if not isinstance(c.fund, Fund):
        assert c.fund is not None
        return Pool(fund=None, scale=float(look(c.fund) * book.minor), weights=weights, left=left)
    if not members:
        raise Lacking("nobody")
    fund = asked.fund(c.fund.measure.removeprefix("team."), team)
    scale = float(look(c.fund.rate) * book.minor / book.unit(fund[1]))
    return Pool(fund=fund, scale=scale, weights=weights, left=left)


def _days(book: Book, period: str) -> tuple[date, date]:
    low, high = spans(period)
    valid = book.plan.valid
    return (valid.from_ or low, valid.until or high) if period == ONCE else (low, high)


def _members(book: Book, c: Component, team: str | None, period: str) -> Iterator[tuple[str, int, Fraction]]:
    """Each member once, with the last row that tells of it, and how much of a full share the days of the stay give."""
    low, high = _days(book, period)
    stays: dict[str, list[tuple[date, date, int]]] = {}
    for index, row in enumerate(book.people.rows):
        start, end = max(row.start or low, low), min(row.end or high, high)
        if start < end and team in {None, row.team} and book.people.suits(index, c.for_):
            stays.setdefault(row.payee, []).append((start, end, index))
    for payee, mine in stays.items():
        part = stay_part(c.leavers, mine, low, high)
        if part:
            yield payee, max(mine)[2], part


def _points(book: Book, c: Component, payee: str, index: int, period: str) -> Fraction:
    if isinstance(c.shares, Mapping):
        return book.look(period)(c.shares[payee]) if payee in c.shares else Fraction(0)
    if isinstance(c.shares, By):
        cell = book.people.cell(index, c.shares.of)
        try:
            points = Fraction(-1) if cell is None else rational(cell)
        except InvalidValueError:
            points = Fraction(-1)
        return max(points, Fraction(0))
    return Fraction(1)
