"""Pay divided among several on whole arrays: what a component pays someone goes to those who share it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from functools import partial

import attrs

from salesteam.core._table import _arrays as arrays
from salesteam.core._table._arrays import Array, Mask
from salesteam.incentives._exact._above import sharers
from salesteam.incentives._exact._book import Book
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._whatif._cells import Cell, Job
from salesteam.incentives._whatif._reach import Reach
from salesteam.incentives._whatif._room import How, Memory, Room
from salesteam.incentives._whatif._whose import Whose

__all__ = ["Divided", "Purse", "divided", "recipients"]

Cells = Mapping[tuple[str, int], Cell]


@attrs.define(eq=False, kw_only=True)
class Purse:
    """What a component pays some people in a period, before it is divided; made once for all who share it.

    Parameters
    ----------
    payees : tuple of str
        Whose pay it is.
    at, component : int
        Place of the period; number of the component.
    cells : mapping of (str, int) to Cell
        Where their pay stands.
    """

    payees: tuple[str, ...]
    at: int
    component: int
    cells: Cells

    def paid(self, reach: Reach, memory: Memory, room: Room) -> tuple[Array, Mask | None]:
        """Pay in minor units, and where there is nobody to pay; nobody may change it."""
        found = reach.pays.get(id(self))
        if found is None:
            whole, gone = arrays.blank(reach.size), []
            for cell, job in self._jobs():
                arrays.added(whole, cell.pay(job, reach, memory, room))
                gone.append(room.gone)
            masks = [mask for mask in gone if mask is not None]
            nobody = arrays.everywhere(masks) if len(masks) == len(gone) and gone else None
            found = reach.pays[id(self)] = whole, whole == 0.0 if not gone else nobody
        return found

    def _jobs(self) -> Iterator[tuple[Cell, Job]]:
        for payee in self.payees:
            cell = self.cells.get((payee, self.at))
            for job in () if cell is None else cell.jobs:
                if cell is not None and job.component == self.component:
                    yield cell, job


@attrs.define(eq=False, kw_only=True)
class Divided:
    """The share of someone in what a component pays."""

    purse: Purse
    share: float

    def raw(self, reach: Reach, memory: Memory, room: Room) -> Array:
        """Pay in minor units; nobody is paid where nobody was."""
        whole, room.gone = self.purse.paid(reach, memory, room)
        pay: Array = whole * self.share
        return pay


def divided(
    whose: Whose, name: str, payee: str, at: int, period: str, *, everyone: tuple[str, ...], cells: Cells
) -> How:
    """What someone gets of a component whose pay is divided.

    Parameters
    ----------
    whose : Whose
        For people, and to keep together who is paid of each other's numbers.
    name, payee : str
        The component, and who gets a share.
    at, period : int, str
        When.
    everyone : tuple of str
        Who is paid anything.
    cells : mapping
        Where pay will stand before it is divided.

    Raises
    ------
    Lacking
        ``nobody`` if the payee has no share; or a share that is not known yet.
    """
    book = whose.book
    shares = book.once(partial(_shares, book, name, period), "simulated shares", name, period)
    number = list(book.plan.components).index(name)
    if not shares:
        return Divided(purse=Purse(payees=(payee,), at=at, component=number, cells=cells), share=1.0)
    if payee not in shares:
        raise Lacking("nobody")

    def make() -> Purse:
        c = book.plan.components[name]
        open_ = not c.for_ or c.method in {"pool", "override"}
        payees = tuple(who for who in everyone if open_ or book.suits(who, period, c.for_))
        whose.together[*shares, *payees] = None
        return Purse(payees=payees, at=at, component=number, cells=cells)

    return Divided(purse=book.once(make, "simulated purse", name, period), share=shares[payee])


def recipients(book: Book) -> tuple[str, ...]:
    """Everyone who gets a share of pay that is divided.

    Parameters
    ----------
    book : Book
        For the plan, its periods and people.
    """
    split = [name for name, c in book.plan.components.items() if c.pay_split is not None]
    return tuple(dict.fromkeys(who for name in split for period in book.periods for who in _named(book, name, period)))


def _named(book: Book, name: str, period: str) -> Collection[str]:
    split = book.plan.components[name].pay_split
    return split if isinstance(split, Mapping) else sharers(book, name, period)


def _shares(book: Book, name: str, period: str) -> dict[str, float]:
    """The share of each; nothing where everyone keeps what they are paid."""
    split, look = book.plan.components[name].pay_split, book.look(period)
    if not isinstance(split, Mapping):
        payees = sharers(book, name, period)
        return dict.fromkeys(payees, 1 / len(payees)) if payees else {}
    shares = {payee: look(share) for payee, share in split.items()}
    whole = max(sum(shares.values(), Fraction(0)), Fraction(1))
    return {payee: float(share / whole) for payee, share in shares.items()}
