"""Pay deal by deal on whole arrays: the first deal of every scenario, then the second, as long as there are any."""

from __future__ import annotations

from typing import Protocol

import attrs

from salesteam.core._table import _arrays as arrays
from salesteam.core._table._arrays import Array, Mask
from salesteam.incentives._whatif._bent import Bent, DealLimit, RowGate
from salesteam.incentives._whatif._curved import Curved
from salesteam.incentives._whatif._forward import Forward
from salesteam.incentives._whatif._reach import Leaf, Reach
from salesteam.incentives._whatif._room import How, Memory, Room, Running

__all__ = ["ByAmount", "ByCurve", "ByRate", "Counting", "Dealing", "OneByOne", "Present", "Unusual"]

_NOISE = 1e-6
"""A part of a minor unit that is no more than the error of binary numbers, whichever sign it has."""


@attrs.define(eq=False, kw_only=True)
class Now:
    """The deal that is paid.

    Parameters
    ----------
    number : int
        Its place among the deals of the period, from 0.
    whole, usual : array of float
        Its size, and what of it is no windfall.
    there : array of bool
        Where there is such a deal.
    """

    number: int
    whole: Array
    usual: Array
    there: Mask


class OneByOne(Protocol):
    """A way to pay single deals."""

    def begin(self, reach: Reach, memory: Memory, room: Room) -> Running:
        """How far the deals before a period have come."""

    def one(self, now: Now, state: Running, reach: Reach, room: Room) -> tuple[Array, Mask]:
        """What a deal pays in minor units, in an array that may be changed, and where there is a line for it at all."""


@attrs.define(eq=False, kw_only=True)
class ByCurve:
    """Each deal is a step on a curve, from the sum of those before it or from nothing.

    Parameters
    ----------
    curve : Curved
        The way of a whole period.
    interval : str
        Where the sum goes on; empty if it begins anew each period.
    alone : bool
        Whether each deal begins from nothing.
    """

    curve: Curved
    interval: str
    alone: bool

    def begin(self, reach: Reach, memory: Memory, room: Room) -> Running:
        """Compute by the curve of the period what was paid before."""
        state = _so_far(self.curve.key, self.interval, reach, memory)
        if state.since is None:
            state.since = arrays.blank(reach.size)
            state.begun = state.since > 0.0
        if not self.curve.changes:
            self._before(state, reach, room)
        return state

    def _before(self, state: Running, reach: Reach, room: Room) -> None:
        """What was paid on the sum so far; nothing where nothing was yet."""
        assert state.since is not None
        assert state.begun is not None
        self.curve.level(state.since, reach, state.paid, room)
        state.paid[~state.begun] = 0.0

    def one(self, now: Now, state: Running, reach: Reach, room: Room) -> tuple[Array, Mask]:
        """The difference that a deal makes; a deal whose sum nobody owns pays nobody, and the next one goes on."""
        assert state.since is not None
        assert state.begun is not None
        if self.alone:
            state.at[:] = 0.0
            state.paid[:] = 0.0
        elif self.curve.changes:
            self._before(state, reach, room)
        arrays.added(state.at, now.usual)
        self.curve.level(state.at, reach, state.then, room)
        gap = self.curve.gap(state.at, reach)
        line = now.there if gap is None else now.there & ~gap
        pay = state.then - state.paid
        state.paid[line] = state.then[line]
        state.since[line] = state.at[line]
        state.begun |= line
        return pay, line


@attrs.define(eq=False, kw_only=True)
class ByRate:
    """Each deal is paid whole at the rate of the band that the sum lies in before or after it."""

    rates: Forward
    alone: bool

    def begin(self, reach: Reach, memory: Memory, room: Room) -> Running:  # noqa: ARG002 -- one way like the others
        """Go on where the sum of the interval stands."""
        return _so_far(self.rates.key, self.rates.interval, reach, memory)

    def one(self, now: Now, state: Running, reach: Reach, room: Room) -> tuple[Array, Mask]:  # noqa: ARG002 -- one way like the others
        """The deal times its rate."""
        at = state.at
        if self.alone:
            at[:] = 0.0
        before = None if self.rates.new else at.copy()
        arrays.added(at, now.usual)
        rate, free = self.rates.rate(at if before is None else before, reach)
        rate *= now.usual
        rate *= self.rates.by
        return rate, now.there if free is None or self.rates.zero else now.there & ~free


@attrs.define(eq=False, kw_only=True)
class ByAmount:
    """An amount for each deal, or a share of it.

    Parameters
    ----------
    key : (payee, component)
        Whose deals are counted.
    leaf : leaf
        Whose deals of what.
    interval : str
        Where the count goes on; empty if it begins anew each period.
    amount : float
        In minor units, or for each smallest unit of the deal.
    sized : bool
        Whether it is a share of the deal.
    first : float, optional
        How many deals are paid at most.
    single : bool
        Whether a deal that another such component pays is not paid.
    told : bool
        Whether others look at which deals are paid.
    """

    key: tuple[str, int]
    leaf: Leaf
    interval: str
    amount: float
    sized: bool
    first: float | None
    single: bool
    told: bool

    def begin(self, reach: Reach, memory: Memory, room: Room) -> Running:  # noqa: ARG002 -- one way like the others
        """Go on with the count of the interval."""
        return _so_far(self.key, self.interval, reach, memory)

    def one(self, now: Now, state: Running, reach: Reach, room: Room) -> tuple[Array, Mask]:  # noqa: ARG002 -- one way like the others
        """The amount, where there is room for it; a deal that another such component pays may have none."""
        count = state.at
        pay = arrays.blank(reach.size)
        paid = now.there if self.first is None else now.there & (count < self.first)
        key = (self.leaf, now.number, "spiff")
        before = reach.held.get(key)
        if self.single and before is not None:
            paid = paid & (before == 0.0)
        pay[paid] = now.whole[paid] * self.amount if self.sized else self.amount
        count[paid] += 1.0
        if self.told:
            reach.held.setdefault(key, arrays.blank(reach.size))[pay != 0.0] = 1.0
        return pay, now.there


@attrs.frozen(kw_only=True)
class Unusual:
    """What is done with a deal that is larger than anybody planned for.

    Parameters
    ----------
    above : float
        Size in smallest units from which it is one.
    rate : float
        Minor units for each smallest unit above.
    """

    above: float
    rate: float = 0.0


@attrs.define(eq=False, kw_only=True)
class Dealing:
    """Pay of a component on the deals of a payee.

    Parameters
    ----------
    leaf : leaf
        Whose deals of what.
    way : OneByOne
        What each of them pays.
    unusual : Unusual, optional
        What is done with large ones.
    asked : tuple of RowGate
        Gates that look at what was reached by each deal.
    gates : tuple of RowGate
        Those of them that lock the pay of a deal, rather than bands.
    counted : (str, int)
        Whose sum such gates look at.
    interval : str
        Where that sum goes on; empty if it begins anew each period.
    limits : tuple of DealLimit
        Caps, then floors.
    bent : Bent
        What limits after the factors look at.
    """

    leaf: Leaf
    way: OneByOne
    unusual: Unusual | None
    asked: tuple[RowGate, ...]
    gates: tuple[RowGate, ...]
    counted: tuple[str, int]
    interval: str
    limits: tuple[DealLimit, ...]
    bent: Bent

    def raw(self, reach: Reach, memory: Memory, room: Room) -> Array:
        """Pay in minor units; nobody is paid where no deal has a line."""
        deals, whole = reach.deals(self.leaf), arrays.blank(reach.size)
        any_ = whole > 0.0
        by_then = self._reached(reach, memory)
        factor = self.bent.value(reach) if any(limit.after for limit in self.limits) else None
        state = self.way.begin(reach, memory, room)
        for number, size in enumerate(deals.sizes):
            now = Now(number=number, whole=size, usual=self._usual(size), there=deals.there(number))
            if by_then is not None:
                arrays.added(by_then, size)
                for gate in self.asked:
                    gate.look(by_then, reach)
            pay, line = self.way.one(now, state, reach, room)
            if self.unusual is not None and self.unusual.rate:
                pay += (now.whole - now.usual) * self.unusual.rate
            pay[~line] = 0.0
            for limit in self.limits:
                self._hold(limit, number, pay, line, factor, reach)
            for gate in self.gates:
                pay *= gate.mask(reach)
            arrays.added(whole, pay)
            any_ |= line
        for gate in self.asked:
            gate.forget()
        room.gone = ~any_
        return whole

    def _reached(self, reach: Reach, memory: Memory) -> Array | None:
        """What was reached before the period, where gates look at each deal."""
        if not self.asked:
            return None
        if not self.interval:
            return arrays.blank(reach.size)
        return memory.run(self.counted, self.interval, reach.size).at

    def _usual(self, size: Array) -> Array:
        if self.unusual is None:
            return size
        found = size.copy()
        arrays.hold(found, None, self.unusual.above)
        return found

    def _hold(self, limit: DealLimit, number: int, pay: Array, line: Mask, factor: Array | None, reach: Reach) -> None:
        """Hold what a deal pays, in place; where a gate is closed there is nothing to hold."""
        by = factor if limit.after and factor is not None else arrays.blank(reach.size, fill=1.0)
        open_ = line & (by != 0.0)
        found = abs(pay) * by
        room = arrays.blank(reach.size, fill=limit.limit)
        so_far = reach.held.get((self.leaf, number, limit.name)) if limit.name else None
        if so_far is not None:
            room -= so_far
        if limit.cap:
            arrays.hold(room, 0.0)
            arrays.hold(found, None, room)
        else:
            arrays.hold(found, room)
        if limit.name:
            for key in [key for key in reach.held if key[0][0] != self.leaf[0] and key[2] == limit.name]:
                del reach.held[key]  # whoever was paid before is through with all components
            paid = reach.held.setdefault((self.leaf, number, limit.name), arrays.blank(reach.size))
            paid[open_] += found[open_]
        sign = arrays.blank(reach.size, fill=1.0)
        sign[pay < -_NOISE] = -1.0
        pay[open_] = (sign * found)[open_] / by[open_]


@attrs.define(eq=False, kw_only=True)
class Present:
    """A way to pay whole periods, for whoever has a deal in them."""

    how: How
    rows: tuple[Leaf, ...]

    def raw(self, reach: Reach, memory: Memory, room: Room) -> Array:
        """Pay in minor units; nobody is paid without a deal."""
        pay = self.how.raw(reach, memory, room)
        nobody = reach.nobody(self.rows)
        room.gone = nobody if room.gone is None else room.gone | nobody
        return pay


@attrs.define(eq=False, kw_only=True)
class Counting:
    """No pay: in a period in which a component pays nobody, what gates on later deals look at goes on.

    Parameters
    ----------
    leaf : leaf
        Whose deals of what.
    counted : (str, int)
        Whose sum it is.
    interval : str
        Where the sum goes on.
    """

    leaf: Leaf
    counted: tuple[str, int]
    interval: str

    def raw(self, reach: Reach, memory: Memory, room: Room) -> Array:
        """Nothing, to nobody."""
        arrays.added(memory.run(self.counted, self.interval, reach.size).at, reach.of(self.leaf))
        pay = arrays.blank(reach.size)
        room.gone = pay == 0.0
        return pay


def _so_far(key: tuple[str, int], interval: str, reach: Reach, memory: Memory) -> Running:
    """How far the sum of an interval has come; from nothing without an interval."""
    if interval:
        return memory.run(key, interval, reach.size)
    at, paid, then = (arrays.blank(reach.size) for _ in range(3))
    return Running("", at, paid, then)
