"""Matrices on whole arrays: a share of target by two numbers."""

from __future__ import annotations

import attrs

from salesteam.core._table import _arrays as arrays
from salesteam.core._table._arrays import Array
from salesteam.incentives._whatif._reach import Gauge, Reach
from salesteam.incentives._whatif._room import Memory, Room
from salesteam.incentives._whatif._whose import Whose

__all__ = ["Crossed", "crossed"]


@attrs.define(eq=False, kw_only=True)
class Crossed:
    """A share of target, read from a table with two sides."""

    rows: Gauge
    columns: Gauge
    lattice: arrays.Lattice
    target: float

    def raw(self, reach: Reach, memory: Memory, room: Room) -> Array:  # noqa: ARG002 -- one way to pay like the others
        """Pay in minor units; nobody is paid where a cell is empty or no node is met."""
        share, room.gone = self.lattice.fill(reach.read(self.rows), reach.read(self.columns))
        share *= self.target
        return share


def crossed(whose: Whose, name: str, payee: str, at: int, period: str) -> Crossed:
    """The matrix of a component for a payee.

    Parameters
    ----------
    whose : Whose
        Finds the numbers of its sides.
    name, payee : str
        The component, and whom it pays.
    at, period : int, str
        When.
    """
    book = whose.book
    c, look = book.plan.components[name], book.look(period)
    assert c.rows is not None
    assert c.columns is not None
    lattice = arrays.Lattice(
        [[float(look(node)) for node in axis.nodes] for axis in (c.rows, c.columns)],
        [[None if cell is None else float(look(cell)) for cell in row] for row in c.cells],
        c.between or "node", owns=c.edge != "upper_inclusive", flat=c.below == "flat",
    )  # fmt: skip
    return Crossed(
        rows=whose.gauge(c.rows.measure, payee, at, period), columns=whose.gauge(c.columns.measure, payee, at, period),
        lattice=lattice, target=float(book.target(name, payee, period)),
    )  # fmt: skip
