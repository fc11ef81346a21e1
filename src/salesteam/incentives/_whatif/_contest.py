"""Prizes by place on whole arrays: everyone who runs, and what each of them wins."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from salesteam.core._table import _arrays as arrays
from salesteam.core._table._arrays import Array, Mask
from salesteam.incentives._component import Component
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._whatif._bent import Opening
from salesteam.incentives._whatif._reach import Gauge, Leaf, Reach
from salesteam.incentives._whatif._room import Memory, Room
from salesteam.incentives._whatif._whose import Whose

__all__ = ["Contest", "Placed", "contest"]


@attrs.define(eq=False, kw_only=True)
class Contest:
    """One contest of one period, made once for all who run.

    Parameters
    ----------
    runners : dict of str to (Gauge, Opening or None)
        What is compared of each payee, and what must be reached to be placed.
    prizes : tuple of float
        By place: money in major units, or shares of target.
    ties : str
        What a tie gets.
    lacking : dict of str to Lacking
        Who cannot run, and why.
    rows : dict of str to tuple of leaf
        Whose deals there must be for a runner to run, where deals are drawn.
    """

    runners: dict[str, tuple[Gauge, Opening | None]]
    prizes: tuple[float, ...]
    ties: str
    lacking: dict[str, Lacking]
    rows: dict[str, tuple[Leaf, ...]]

    def missed(self, payee: str, reach: Reach) -> Mask | None:
        """Where a runner misses a minimum, or has no deal, and is not placed; None where there is no such place."""
        opening, rows = self.runners[payee][1], self.rows[payee]
        shut = None if opening is None else opening.shut(reach)
        if not rows:
            return shut
        none = reach.nobody(rows)
        return none if shut is None else shut | none

    def won(self, reach: Reach) -> Mapping[str, Array]:
        """What each runner wins, computed once for all of them."""
        found = reach.won.get(id(self))
        if found is None:
            numbers = [reach.read(gauge) for gauge, _ in self.runners.values()]
            missed = [self.missed(payee, reach) for payee in self.runners]
            rows = arrays.prizes(numbers, missed, self.prizes, self.ties)
            found = reach.won[id(self)] = dict(zip(self.runners, rows, strict=True))
        return found


@attrs.define(eq=False, kw_only=True)
class Placed:
    """The prize of a runner, times its unit in minor units."""

    payee: str
    contest: Contest
    by: float

    def raw(self, reach: Reach, memory: Memory, room: Room) -> Array:  # noqa: ARG002 -- one way to pay like the others
        """Pay in minor units; nobody is paid where a minimum is missed."""
        room.gone = self.contest.missed(self.payee, reach)
        return self.contest.won(reach)[self.payee] * self.by


def contest(whose: Whose, c: Component, at: int, period: str) -> Contest:
    """Everyone in a world who runs for the prizes of a component in a period.

    Parameters
    ----------
    whose : Whose
        Finds the numbers that are compared.
    c : Component
        With prizes.
    at, period : int, str
        When.
    """
    book = whose.book
    look = book.look(period)
    runners: dict[str, tuple[Gauge, Opening | None]] = {}
    lacking: dict[str, Lacking] = {}
    rows: dict[str, tuple[Leaf, ...]] = {}
    for payee in whose.world.payees:
        if not book.suits(payee, period, c.for_):
            continue
        try:
            tests = tuple((whose.gauge(t.measure, payee, at, period), float(look(t.at_least))) for t in c.minimums)
            opening = Opening(tests=tests, all=True) if tests else None
            gauge = whose.gauge(str(c.measure), payee, at, period)
            rows[payee] = whose.rows([str(c.measure)], payee, at, period)
            runners[payee] = gauge, opening
        except Lacking as why:
            lacking[payee] = why
    if runners:
        whose.together[tuple(runners)] = None
    prizes = tuple(float(look(prize)) for prize in c.prizes)
    return Contest(runners=runners, prizes=prizes, ties=c.ties or "share", lacking=lacking, rows=rows)
