"""Where a simulation works and what it remembers, and what every way to pay has in common."""

from __future__ import annotations

from typing import Protocol

import attrs

from salesteam.core._table import _arrays as arrays
from salesteam.core._table._arrays import Array, Mask
from salesteam.incentives._whatif._reach import Reach

__all__ = ["How", "Memory", "Room", "Running"]


@attrs.define(eq=False)
class Room:
    """Arrays to work in, made once a block.

    Parameters
    ----------
    out, spare : array of float
        For a result, and for what leads to it.
    gone : array of bool, optional
        Where the way to pay that came last had nobody to pay at all, so that no floor holds either.
    """

    out: Array
    spare: Array
    gone: Mask | None = None

    @classmethod
    def of(cls, size: int) -> Room:
        return cls(arrays.blank(size), arrays.blank(size))


@attrs.define(eq=False)
class Running:
    """How far a sum has come.

    Parameters
    ----------
    interval : str
        Where the sum goes on.
    at, paid, then : array of float
        The sum, what was paid on it, room for what will be.
    since : array of float, optional
        The sum that was last paid on, where what was paid on it may have to be computed anew.
    begun : array of bool, optional
        Where anything was paid on, so that the next way begins there and not at nothing.
    """

    interval: str
    at: Array
    paid: Array
    then: Array
    since: Array | None = None
    begun: Mask | None = None


@attrs.define(eq=False)
class Memory:
    """What is remembered from period to period, by payee and component: running sums, and pay to be computed later.

    Pay that waits is remembered by payee and number of the cap.
    """

    running: dict[tuple[str, int], Running] = attrs.field(factory=dict)
    sums: dict[tuple[str, int], Array] = attrs.field(factory=dict)
    waits: dict[tuple[str, int], Array] = attrs.field(factory=dict)
    tallies: dict[tuple[str, int], arrays.Tally] = attrs.field(factory=dict)
    spare: list[arrays.Tally] = attrs.field(factory=list)

    def run(self, key: tuple[str, int], interval: str, size: int) -> Running:
        """How far a sum has come; from nothing where another interval begins."""
        found = self.running.get(key)
        if found is None or found.interval != interval:
            at, paid, then = (arrays.blank(size) for _ in range(3))
            found = self.running[key] = Running(interval, at, paid, then)
        return found


class How(Protocol):
    """A way to pay, before anything bends it."""

    def raw(self, reach: Reach, memory: Memory, room: Room) -> Array:
        """Pay in minor units, in an array that may be changed."""
