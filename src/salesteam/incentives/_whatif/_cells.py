"""What one payee is paid in one period, compiled for arrays: curves, gates, factors, limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import attrs

from salesteam.core._table import _arrays as arrays
from salesteam.core._table._arrays import Array, Mask
from salesteam.incentives._whatif._bent import Factor, Opening, Range
from salesteam.incentives._whatif._reach import Gauge, Leaf, Reach

__all__ = ["Cell", "Curved", "How", "Job", "Looked", "Memory", "Room", "Scored", "joined", "paid", "settled"]


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
    """How far a sum has come: its interval, the sum, what was paid on it, room for what will be."""

    interval: str
    at: Array
    paid: Array
    then: Array


@attrs.define(eq=False)
class Memory:
    """What is remembered from period to period, by payee and component: running sums, and pay to be computed later."""

    running: dict[tuple[str, int], Running] = attrs.field(factory=dict)
    sums: dict[tuple[str, int], Array] = attrs.field(factory=dict)
    tallies: dict[tuple[str, int], arrays.Tally] = attrs.field(factory=dict)
    spare: list[arrays.Tally] = attrs.field(factory=list)

    def run(self, key: tuple[str, int], interval: str, size: int) -> Running:
        """How far a sum has come; from nothing where another interval begins."""
        found = self.running.get(key)
        if found is None or found.interval != interval:
            found = self.running[key] = Running(interval, *(arrays.blank(size) for _ in range(3)))
        return found


class How(Protocol):
    """A way to pay, before anything bends it."""

    def raw(self, reach: Reach, memory: Memory, room: Room) -> Array:
        """Pay in minor units, in an array that may be changed."""


@attrs.define(eq=False, kw_only=True)
class Curved:
    """Pay as the difference of a curve, the sum going on within an interval.

    Parameters
    ----------
    key : (payee, component)
        Whose sum.
    leaf : leaf
        What it is a sum of.
    ramp : Ramp
        From smallest units to minor units.
    interval : str
        Where the sum goes on; empty if it begins anew each period.
    restarts : bool
        Whether the number of the period is the sum itself, as for a mean.
    waits : bool
        Whether a later period of the interval pays for this one too.
    ends : bool
        Whether it is the one that pays for all.
    step : (over, step, mode), optional
        How attainment is rounded.
    lower : (Opening, Ramp), optional
        The curve while its upper bands are locked.
    """

    key: tuple[str, int]
    leaf: Leaf
    ramp: arrays.Ramp
    interval: str = ""
    restarts: bool = False
    waits: bool = False
    ends: bool = False
    step: tuple[float, float, str] | None = None
    lower: tuple[tuple[Opening, arrays.Ramp], ...] = ()

    @property
    def summed(self) -> bool:
        """Whether the pay of many periods can be summed before it is computed."""
        plain = self.step is None and not self.lower and not self.restarts
        return plain and self.ramp.hinges is not None and not self.ramp.gaps

    def raw(self, reach: Reach, memory: Memory, room: Room) -> Array:
        """Pay in minor units."""
        x = reach.of(self.leaf)
        if not self.interval:
            self._fill(x, reach, room.out, room)
            room.gone = self.ramp.gap(x)
            return room.out
        state = memory.run(self.key, self.interval, reach.size)
        if self.restarts:
            state.at = x
        else:
            arrays.added(state.at, x)
        return self._difference(state, reach, room)

    def _difference(self, state: Running, reach: Reach, room: Room) -> Array:
        self._fill(state.at, reach, state.then, room)
        gap = room.gone = self.ramp.gap(state.at)
        if gap is not None:
            state.then[gap] = state.paid[gap]
        room.out[:] = state.then
        room.out -= state.paid
        state.paid, state.then = state.then, state.paid
        return room.out

    def _fill(self, at: Array, reach: Reach, out: Array, room: Room) -> None:
        if self.step is not None:
            over, step, mode = self.step
            at = at / over
            arrays.rounded(at, step, mode)
            at *= over
        self.ramp.fill(at, out, room.spare)
        for opening, ramp in self.lower:
            closed = opening.shut(reach)
            if closed.any():
                below = arrays.blank(reach.size)
                ramp.fill(at, below, room.spare)
                out[closed] = below[closed]


@attrs.define(eq=False, kw_only=True)
class Looked:
    """Pay at rates that are read from tables of other numbers."""

    leaf: Leaf
    scale: float
    tables: tuple[tuple[Gauge, arrays.Steps], ...]
    product: bool
    zero: bool

    def raw(self, reach: Reach, memory: Memory, room: Room) -> Array:  # noqa: ARG002 -- one way to pay like the others
        """Pay in minor units; nothing where a table has no band, unless a gap counts as 0."""
        rate = arrays.blank(reach.size, fill=1.0 if self.product else 0.0)
        for gauge, steps in self.tables:
            found, free = steps.fill(reach.read(gauge))
            if free is not None and not self.zero:
                room.gone = free if room.gone is None else room.gone | free
            if self.product:
                rate *= found
            else:
                rate += found
        rate *= reach.of(self.leaf)
        rate *= self.scale
        return rate


@attrs.define(eq=False, kw_only=True)
class Scored:
    """A share of target by weighted scores."""

    scores: tuple[tuple[Gauge, float], ...]
    least: float | None
    most: float | None
    target: float

    def raw(self, reach: Reach, memory: Memory, room: Room) -> Array:  # noqa: ARG002 -- one way to pay like the others
        """Pay in minor units."""
        share = arrays.blank(reach.size)
        for gauge, weight in self.scores:
            score = reach.read(gauge).copy()
            if self.least is not None:
                score[score < self.least] = 0.0
            arrays.hold(score, None, self.most)
            score *= weight
            share += score
        share *= self.target
        return share


@attrs.define(eq=False, kw_only=True)
class Job:
    """One component of one payee in one period, with all that bends it.

    Parameters
    ----------
    component : int
        Its number.
    how : How
        The way it pays.
    gates, factors : tuple
        What is tested, and what multiplies.
    adds : bool
        Whether the distances of factors from 1 add up.
    before, after : Range
        Limits before and after the factors.
    kept : bool
        Whether others are paid on what it pays, so that it is computed period by period, and once.
    """

    component: int
    how: How
    kept: bool = False
    gates: tuple[Opening, ...] = ()
    factors: tuple[Factor, ...] = ()
    adds: bool = False
    before: Range = (None, None)
    after: Range = (None, None)

    plain: bool = attrs.field(init=False)
    later: Curved | None = attrs.field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        self.plain = not self.gates and not self.factors and self.before == self.after == (None, None)
        how = self.how
        if self.plain and not self.kept and isinstance(how, Curved) and not how.interval and how.summed:
            self.later = how

    def pay(self, reach: Reach, memory: Memory, room: Room) -> Array:
        """Pay in minor units, which nobody may change; the room says where there was nobody to pay."""
        if not self.kept:
            return self._pay(reach, memory, room)
        found = reach.pays.get(id(self))
        if found is None:
            found = reach.pays[id(self)] = self._pay(reach, memory, room).copy(), room.gone
        pay, room.gone = found
        return pay

    def _pay(self, reach: Reach, memory: Memory, room: Room) -> Array:
        room.gone = None
        pay = self.how.raw(reach, memory, room)
        if not self.plain:
            for gate in self.gates:
                pay *= gate.mask(reach)
            _bend(pay, reach, self.factors, self.before, self.after, adds=self.adds)
        if room.gone is not None:
            pay[room.gone] = 0.0
        return pay


def _bend(pay: Array, reach: Reach, factors: tuple[Factor, ...], before: Range, after: Range, *, adds: bool) -> None:
    arrays.hold(pay, *before)
    if factors:
        pay *= joined(factors, reach, adds=adds)
    arrays.hold(pay, *after)


def joined(factors: tuple[Factor, ...], reach: Reach, *, adds: bool) -> Array:
    """Several factors as one; nobody may change it."""
    if len(factors) == 1:
        return factors[0].value(reach)
    found = factors[0].value(reach).copy()
    for factor in factors[1:]:
        if adds:
            found += factor.value(reach)
            found -= 1.0
        else:
            found *= factor.value(reach)
    return found


@attrs.define(eq=False, kw_only=True)
class Cell:
    """One payee in one period: the components, then what bends their sum, if anything does."""

    jobs: tuple[Job, ...]
    factors: tuple[Factor, ...] = ()
    adds: bool = False
    before: Range = (None, None)
    after: Range = (None, None)

    bent: bool = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.bent = bool(self.factors) or self.before != (None, None) or self.after != (None, None)


def paid(cell: Cell, reach: Reach, memory: Memory, room: Room, to: Array, parts: list[float]) -> None:
    """Add what a cell pays to an array, and what each component pays, before limits on the plan, to a list."""
    if not cell.bent:
        for job in cell.jobs:
            if job.later is not None:
                _remember(job.later, reach, memory, room, to, parts)
                continue
            pay = job.pay(reach, memory, room)
            arrays.added(to, pay)
            if len(parts) > 1:
                parts[job.component] += arrays.total(pay)
        return
    whole = arrays.blank(reach.size)
    nobody: list[Mask] = []
    factor = joined(cell.factors, reach, adds=cell.adds) if cell.factors else None
    for job in cell.jobs:
        pay = job.pay(reach, memory, room)
        arrays.added(whole, pay)
        if len(parts) > 1:
            parts[job.component] += arrays.total(pay if factor is None else pay * factor)
        if room.gone is not None:
            nobody.append(room.gone)
    arrays.hold(whole, *cell.before)
    if factor is not None:
        whole *= factor
    arrays.hold(whole, *cell.after)
    if len(nobody) == len(cell.jobs):
        whole[arrays.everywhere(nobody)] = 0.0
    arrays.added(to, whole)


def _remember(how: Curved, reach: Reach, memory: Memory, room: Room, to: Array, parts: list[float]) -> None:
    """Keep what a curve pays for the end, where all periods are computed at once."""
    x = reach.of(how.leaf)
    if how.waits or how.ends:
        so_far = memory.sums.get(how.key)
        if so_far is None:
            so_far = memory.sums[how.key] = arrays.blank(reach.size)
        arrays.added(so_far, x)
        x = so_far
    if how.waits:
        return
    tally = memory.tallies.get(how.key)
    if tally is None or not tally.fits(how.ramp):
        if tally is not None:
            _close(tally, how.key[1], room, to, parts)
        tally = memory.tallies[how.key] = _tally(how.ramp, memory, reach.size)
    tally.add(how.ramp, x, room.spare)
    if how.ends:
        x.fill(0.0)


def _tally(ramp: arrays.Ramp, memory: Memory, size: int) -> arrays.Tally:
    """A tally that somebody is through with, or a new one."""
    for index, each in enumerate(memory.spare):
        if each.fits(ramp):
            return memory.spare.pop(index)
    return arrays.Tally(ramp, size)


def _close(tally: arrays.Tally, component: int, room: Room, to: Array, parts: list[float]) -> None:
    tally.close(room.out)
    arrays.added(to, room.out)
    if len(parts) > 1:
        parts[component] += arrays.total(room.out)


def settled(memory: Memory, room: Room, purses: Mapping[str, Array], parts: list[float]) -> None:
    """Add what was kept for the end, and forget everything."""
    for (payee, component), tally in memory.tallies.items():
        _close(tally, component, room, purses[payee], parts)
        memory.spare.append(tally)
    memory.tallies.clear()
    memory.running.clear()
    memory.sums.clear()
