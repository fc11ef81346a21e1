"""What one payee is paid in one period, compiled for arrays: ways to pay, gates, factors, limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from salesteam.core._table import _arrays as arrays
from salesteam.core._table._arrays import Array, Mask
from salesteam.incentives._whatif._bent import Carry, Factor, Opening, Range, joined
from salesteam.incentives._whatif._curved import Curved
from salesteam.incentives._whatif._reach import Reach
from salesteam.incentives._whatif._room import How, Memory, Room

__all__ = ["Cell", "Job", "paid", "settled"]


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
    carries : tuple of Carry
        Caps whose excess waits.
    kept : bool
        Whether others are paid on what it pays, so that it is computed period by period, and once.
    divided : bool
        Whether it is a share of pay that the factors of the plan have bent before.
    """

    component: int
    how: How
    kept: bool = False
    divided: bool = False
    gates: tuple[Opening, ...] = ()
    factors: tuple[Factor, ...] = ()
    adds: bool = False
    before: Range = (None, None)
    after: Range = (None, None)
    carries: tuple[Carry, ...] = ()

    plain: bool = attrs.field(init=False)
    later: Curved | None = attrs.field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        free = not self.gates and not self.factors and not self.carries
        self.plain = free and self.before == self.after == (None, None)
        how = self.how
        if self.plain and not self.kept and isinstance(how, Curved) and not how.interval and how.summed:
            self.later = how

    def pay(self, reach: Reach, memory: Memory, room: Room) -> Array:
        """Pay in minor units, before factors and limits of the plan; the room says where there was nobody to pay."""
        room.gone = None
        pay = self.how.raw(reach, memory, room)
        if not self.plain:
            for gate in self.gates:
                pay *= gate.mask(reach)
            arrays.hold(pay, *self.before)
            if self.factors:
                pay *= joined(self.factors, reach, adds=self.adds)
            arrays.hold(pay, *self.after)
        if room.gone is not None:
            pay[room.gone] = 0.0
        return pay


@attrs.define(eq=False, kw_only=True)
class Cell:
    """One payee in one period: the components, then what bends their sum, if anything does."""

    jobs: tuple[Job, ...]
    factors: tuple[Factor, ...] = ()
    adds: bool = False
    before: Range = (None, None)
    after: Range = (None, None)
    carries: tuple[Carry, ...] = ()

    bent: bool = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        limited = self.before != (None, None) or self.after != (None, None)
        self.bent = bool(self.factors) or limited or bool(self.carries)

    def pay(self, job: Job, reach: Reach, memory: Memory, room: Room) -> Array:
        """Pay of a component after the factors of the plan and its own caps whose excess waits; nobody may change it.

        Where others are paid on it, it is computed once.
        """
        if not job.kept:
            return self._pay(job, reach, memory, room)
        found = reach.pays.get(id(job))
        if found is None:
            found = reach.pays[id(job)] = self._pay(job, reach, memory, room).copy(), room.gone
        pay, room.gone = found
        return pay

    def _pay(self, job: Job, reach: Reach, memory: Memory, room: Room) -> Array:
        pay = job.pay(reach, memory, room)
        factor = None if job.divided else self.factor(reach)
        if factor is not None:
            pay *= factor
        for carry in job.carries:
            by = [] if factor is None else [factor]
            by += [joined(job.factors, reach, adds=job.adds)] if carry.before and job.factors else []
            _carried(carry, by, pay, memory)
        if job.carries and room.gone is not None:
            room.gone = room.gone & (pay == 0.0)
        return pay

    def factor(self, reach: Reach) -> Array | None:
        """The factors of the plan as one; None without any."""
        return joined(self.factors, reach, adds=self.adds) if self.factors else None


def _carried(carry: Carry, by: Sequence[Array], pay: Array, memory: Memory) -> None:
    """Add what waits to pay, in place, and let what lies above a cap wait."""
    waits = memory.waits.get(carry.key)
    if waits is None:
        waits = memory.waits[carry.key] = arrays.blank(len(pay))
    arrays.added(waits, pay)
    pay[:] = max(carry.limit, 0.0)
    for factor in by:
        pay *= factor
    arrays.hold(pay, None, waits)
    waits -= pay


def paid(cell: Cell, reach: Reach, memory: Memory, room: Room, to: Array, parts: list[float]) -> None:
    """Add what a cell pays to an array, and what each component pays, before limits on the plan, to a list."""
    whole = arrays.blank(reach.size) if cell.bent else to
    nobody: list[Mask] = []
    for job in cell.jobs:
        if job.later is not None and not cell.bent:
            _remember(job.later, reach, memory, room, to, parts)
            continue
        pay = cell.pay(job, reach, memory, room)
        arrays.added(whole, pay)
        if len(parts) > 1:
            parts[job.component] += arrays.total(pay)
        if room.gone is not None:
            nobody.append(room.gone)
    if not cell.bent:
        return
    factor = cell.factor(reach)
    _limited(whole, cell, factor)
    if cell.jobs and len(nobody) == len(cell.jobs):
        whole[arrays.everywhere(nobody)] = 0.0
    for carry in cell.carries:
        _carried(carry, [factor] if carry.before and factor is not None else [], whole, memory)
    arrays.added(to, whole)


def _limited(whole: Array, cell: Cell, factor: Array | None) -> None:
    """Hold what all components pay, after the factors of the plan, within its floors and caps."""
    if factor is None:
        arrays.hold(whole, *cell.before)
    else:
        arrays.hold(whole, *(None if limit is None else factor * limit for limit in cell.before))
    arrays.hold(whole, *cell.after)


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
    memory.waits.clear()
