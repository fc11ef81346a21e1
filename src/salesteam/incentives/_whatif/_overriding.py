"""Overrides on whole arrays: a rate of each level on what the people below reach, or are paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from salesteam.core._table import _arrays as arrays
from salesteam.core._table._arrays import Array
from salesteam.incentives._component import paid_component
from salesteam.incentives._days import ends
from salesteam.incentives._exact._book import Book
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._whatif._cells import Cell, Job
from salesteam.incentives._whatif._reach import Leaf, Reach
from salesteam.incentives._whatif._room import Memory, Room
from salesteam.incentives._whatif._whose import Whose

__all__ = ["Overridden", "managers", "overridden"]

Cells = Mapping[tuple[str, int], Cell]


@attrs.define(eq=False, kw_only=True)
class Overridden:
    """What a manager is paid on the people below.

    Parameters
    ----------
    reached : tuple of (leaf, float)
        Numbers of reports, and minor units for each smallest unit.
    dealt : frozenset of leaf
        Those that come as single deals.
    paid : tuple of (str, float)
        Reports, and the rate on what the component below pays them.
    at, component : int
        Place of the period; number of the component below.
    cells : mapping of (str, int) to Cell
        Everybody's pay.
    """

    reached: tuple[tuple[Leaf, float], ...]
    dealt: frozenset[Leaf]
    paid: tuple[tuple[str, float], ...]
    at: int
    component: int
    cells: Cells

    def raw(self, reach: Reach, memory: Memory, room: Room) -> Array:
        """Pay in minor units; nobody is paid where nobody below is."""
        whole = arrays.blank(reach.size)
        for leaf, rate in self.reached:
            whole += reach.of(leaf) * rate
        lines = [reach.nobody([leaf]) if leaf in self.dealt else None for leaf, _ in self.reached]
        for cell, job, rate in self._below():
            whole += cell.pay(job, reach, memory, room) * rate
            lines.append(room.gone)
        gone = [mask for mask in lines if mask is not None]
        room.gone = None
        if not lines:
            room.gone = whole == 0.0
        elif len(gone) == len(lines):
            room.gone = arrays.everywhere(gone)
        return whole

    def _below(self) -> Iterator[tuple[Cell, Job, float]]:
        """What the component below pays reports, with all of their pay, and the rate on it."""
        for payee, rate in self.paid:
            cell = self.cells.get((payee, self.at))
            for job in () if cell is None else cell.jobs:
                if cell is not None and job.component == self.component:
                    yield cell, job, rate


def overridden(
    whose: Whose, name: str, payee: str, at: int, period: str, *, everyone: tuple[str, ...], cells: Cells
) -> Overridden:
    """What a component pays a manager in a period.

    Parameters
    ----------
    whose : Whose
        Finds the numbers that are paid on.
    name, payee : str
        The component, and whom it pays.
    at, period : int, str
        When.
    everyone : tuple of str
        Who is paid anything.
    cells : mapping
        Where the pay of others will stand.

    Raises
    ------
    Lacking
        ``nobody`` where there is nobody below; or a rate that is not known yet.
    """
    book = whose.book
    c, look, of = book.plan.components[name], book.look(period), paid_component(book.plan.components[name])
    below = _below(book, name, period, everyone).get(payee, ())
    rates = [(who, float(look(c.levels[level]))) for who, level in below]
    reached: list[tuple[Leaf, float]] = []
    for who, rate in rates if of is None else ():
        leaf = whose.own(str(c.measure), who)
        if leaf is not None:
            reached.append((leaf, rate * book.minor / book.unit(str(c.measure))))
    if not reached and (of is None or not rates):
        raise Lacking("nobody")
    whose.together[payee, *(who for who, _ in rates)] = None
    dealt = frozenset(leaf for leaf, _ in reached if whose.world.by_deal(leaf[0][1], leaf[1]))
    return Overridden(
        reached=tuple(reached), dealt=dealt, paid=() if of is None else tuple(rates), at=at,
        component=-1 if of is None else list(book.plan.components).index(of), cells=cells,
    )  # fmt: skip


def managers(book: Book, payees: tuple[str, ...]) -> tuple[str, ...]:
    """Those who are paid on people below, and whom a world does not name.

    Parameters
    ----------
    book : Book
        For the plan, its periods and the lines of command.
    payees : tuple of str
        Whom the world names.
    """
    names = [name for name, c in book.plan.components.items() if c.method == "override"]
    found: dict[str, None] = {}
    more = list(payees) if names else []
    while more:
        above = {m: None for who in more for name in names for p in book.periods for m, _ in _above(book, name, p, who)}
        more = [manager for manager in above if manager not in found and manager not in payees]
        found |= dict.fromkeys(more)
    return tuple(found)


def _below(book: Book, name: str, period: str, everyone: tuple[str, ...]) -> Mapping[str, list[tuple[str, int]]]:
    """The people below each manager of a component, each with the level from which the manager looks down."""

    def make() -> dict[str, list[tuple[str, int]]]:
        found: dict[str, list[tuple[str, int]]] = {}
        for who in everyone:
            for manager, level in _above(book, name, period, who):
                found.setdefault(manager, []).append((who, level))
        return found

    return book.once(make, "below", name, period)


def _above(book: Book, name: str, period: str, who: str) -> Iterator[tuple[str, int]]:
    """Managers whom a component pays for somebody, on the last day of a period, each with the level above."""
    c = book.plan.components[name]
    day = ends(book.plan, period)[1]
    for level, manager in enumerate(book.people.above(who, day), start=1):
        if level in c.levels and book.people.suits(book.people.on(manager, day), c.for_):
            yield manager, level
