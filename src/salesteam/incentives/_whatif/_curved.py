"""Pay by a curve, by rates that are looked up, by scores: on whole arrays, before anything bends it."""

from __future__ import annotations

import attrs

from salesteam.core._table import _arrays as arrays
from salesteam.core._table._arrays import Array, Mask
from salesteam.incentives._whatif._bent import Opening, RowGate
from salesteam.incentives._whatif._reach import Gauge, Leaf, Reach
from salesteam.incentives._whatif._room import Memory, Room, Running

__all__ = ["Curved", "Looked", "Scored", "Waited"]


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
    bands : bool
        Whether a rounded attainment decides no more than which band it is, rather than what is paid on too.
    lower : tuple of (Opening, Ramp)
        The curve while its upper bands are locked.
    varies : bool
        Whether the curve may be another one than that of the period before, in the same interval.
    rows : tuple of leaf
        Whose deals there must be for anybody to be paid, where deals are drawn.
    """

    key: tuple[str, int]
    leaf: Leaf
    ramp: arrays.Ramp
    interval: str = ""
    restarts: bool = False
    waits: bool = False
    ends: bool = False
    step: tuple[float, float, str] | None = None
    bands: bool = False
    lower: tuple[tuple[Opening | RowGate, arrays.Ramp], ...] = ()
    varies: bool = False
    rows: tuple[Leaf, ...] = ()

    @property
    def summed(self) -> bool:
        """Whether the pay of many periods can be summed before it is computed."""
        plain = self.step is None and not self.lower and not self.restarts and not self.rows
        return plain and self.ramp.hinges is not None and not self.ramp.gaps

    @property
    def changes(self) -> bool:
        """Whether the curve may be another one for each deal."""
        return any(isinstance(opening, RowGate) for opening, _ in self.lower)

    def raw(self, reach: Reach, memory: Memory, room: Room) -> Array:
        """Pay in minor units."""
        x = reach.of(self.leaf)
        if not self.interval:
            self.level(x, reach, room.out, room)
            room.gone = self._nobody(x, reach)
            return room.out
        state = memory.run(self.key, self.interval, reach.size)
        if self.varies:
            self._begin(state, reach, room)
        if self.restarts:
            state.at = x
        else:
            arrays.added(state.at, x)
        return self._difference(state, reach, room)

    def _begin(self, state: Running, reach: Reach, room: Room) -> None:
        """Compute by this curve what was paid before: a way is paid by the curve of its own period, all of it."""
        if state.since is None or state.begun is None:
            state.since = arrays.blank(reach.size)
            state.begun = state.since > 0.0
        self.level(state.since, reach, state.paid, room)
        state.paid[~state.begun] = 0.0

    def _difference(self, state: Running, reach: Reach, room: Room) -> Array:
        self.level(state.at, reach, state.then, room)
        gap = room.gone = self._nobody(state.at, reach)
        if gap is not None:
            state.then[gap] = state.paid[gap]
        if state.since is not None and state.begun is not None:
            paid = slice(None) if gap is None else ~gap
            state.since[paid] = state.at[paid]
            state.begun[paid] = True
        room.out[:] = state.then
        room.out -= state.paid
        state.paid, state.then = state.then, state.paid
        return room.out

    def _nobody(self, at: Array, reach: Reach) -> Mask | None:
        """Where nobody owns a sum, or there is no deal in it; None if there is no such place."""
        gap = self.gap(at, reach)
        if not self.rows:
            return gap
        none = reach.nobody(self.rows)
        return none if gap is None else gap | none

    def level(self, at: Array, reach: Reach, out: Array, room: Room) -> None:
        """What a sum pays in all, in minor units.

        Parameters
        ----------
        at : array of float
            Sums in smallest units.
        reach : Reach
            For gates on bands.
        out : array of float
            What is filled.
        room : Room
            To work in.
        """
        by = self._rounded(at)
        if by is not None and not self.bands:
            at, by = by, None
        self.ramp.fill(at, out, room.spare, by)
        for opening, ramp in self.lower:
            closed = opening.shut(reach)
            if closed.any():
                below = arrays.blank(reach.size)
                ramp.fill(at, below, room.spare, by)
                out[closed] = below[closed]

    def _rounded(self, at: Array) -> Array | None:
        """A sum whose attainment is rounded; None where it is not."""
        if self.step is None:
            return None
        over, step, mode = self.step
        found: Array = at / over
        arrays.rounded(found, step, mode)
        found *= over
        arrays.settled(found)
        return found

    def gap(self, at: Array, reach: Reach) -> Mask | None:
        """Where nobody owns a sum; None if all of them are owned.

        Parameters
        ----------
        at : array of float
            Sums in smallest units.
        reach : Reach
            For gates on bands.
        """
        if not self.ramp.gaps and not self.lower:
            return None
        by = self._rounded(at)
        at = at if by is None else by
        gap = self.ramp.gap(at)
        for opening, ramp in self.lower:
            shut, below = opening.shut(reach), ramp.gap(at)
            if gap is not None:
                gap &= ~shut
            if below is not None:
                gap = below & shut if gap is None else gap | (below & shut)
        return gap


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


@attrs.define(eq=False)
class Waited:
    """No pay of its own: what waits above a cap of the component is all that may be paid."""

    def raw(self, reach: Reach, memory: Memory, room: Room) -> Array:  # noqa: ARG002 -- one way to pay like the others
        """Nothing, to nobody."""
        pay = arrays.blank(reach.size)
        room.gone = pay == 0.0
        return pay
