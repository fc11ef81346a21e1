"""What bends the pay of a plan, compiled for arrays: gates, factors, limits."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from salesteam.core._table import _arrays as arrays
from salesteam.incentives._bending import Gate, Limit, Lock, Modifier, TargetShare
from salesteam.incentives._exact._bend import Bends
from salesteam.incentives._exact._gates import awaits, interval_of_gate, sees_rows
from salesteam.incentives._model import Plan
from salesteam.incentives._parts import Tier
from salesteam.incentives._shape import bands
from salesteam.incentives._whatif._bent import Carry, DealLimit, Factor, Opening, Range
from salesteam.incentives._whatif._reach import Gauge
from salesteam.incentives._whatif._whose import Whose, step_of

__all__ = ["Shaping", "steps_of"]

_FREE: Range = (None, None)


class Shaping:
    """Gates, factors and limits of a plan, for each payee and period.

    Parameters
    ----------
    whose : Whose
        Finds the numbers that they read.

    Attributes
    ----------
    free : set of str
        Components, or ``plan``, that nothing bends.
    limited : set of str
        Components, or ``plan``, with a cap or a floor.
    carrying : set of str
        Components, or ``plan``, with a cap whose excess waits.
    """

    def __init__(self, whose: Whose) -> None:
        self.whose, self.book = whose, whose.book
        self.plan = plan = self.book.plan
        names = (*plan.components, "plan")
        self.free = {name for name in names if not _bends(plan, name)}
        self._gates = {
            name: [g for g in plan.gates if not isinstance(g.locks, Lock) and g.locks in {name, "plan"}]
            for name in names
        }
        self._modifiers = {name: [m for m in plan.modifiers if m.of == name] for name in names}
        limits = (*plan.caps, *plan.floors)
        self.limited = {limit.of for limit in limits}
        self.carrying = {cap.of for cap in plan.caps if cap.excess == "carry"}
        self._personal = plan.proration is not None or any(isinstance(limit.limit, TargetShare) for limit in limits)
        self._bends = Bends(book=self.book)
        self._bounds: dict[tuple[int, int], list[tuple[str, float]]] = {}
        self._openings: dict[int, Opening] = {}
        self._tested: dict[tuple[str, int], list[tuple[Gate, str]]] = {}
        self._factors: dict[tuple[int, int, Gauge], Factor] = {}
        self._alike: dict[tuple[object, ...], Factor] = {}
        self._limits: dict[tuple[str, str], tuple[Range, Range]] = {}

    def gates(self, of: str, payee: str, at: int, period: str, *, by_deal: bool = False) -> tuple[Opening, ...]:
        """Gates that lock a component, by itself or with the plan; those left out whose interval goes on.

        Where it is paid `by_deal`, gates that look at each deal are left out too.
        """
        if not self._gates[of]:
            return ()
        found = self._tested.get((of, at))
        if found is None:
            tested = ((gate, self.tested(gate, of, period)) for gate in self._gates[of])
            found = self._tested[of, at] = [(gate, over) for gate, over in tested if over is not None]
        if by_deal:
            found = [(gate, over) for gate, over in found if gate.when != "transaction"]
        return tuple([self.opening(gate, payee, at, period, over) for gate, over in found])

    def tested(self, gate: Gate, of: str, period: str) -> str | None:
        """The interval that a gate on a component is tested over; None if it goes on after the last period."""
        if gate.meanwhile is None and gate.when == "interval_end":
            return period
        if gate.when == "transaction" and sees_rows(self.plan, of):
            return self.book.interval(self.plan.components[of].accumulate, period)
        interval = interval_of_gate(self.book, gate, of, period)
        return None if awaits(self.book, gate, interval) else interval

    def opening(self, gate: Gate, payee: str, at: int, period: str, interval: str) -> Opening:
        """A gate for a payee over an interval; the same one again while nothing of it changes."""
        bounds = self._bounds.get((id(gate), at))
        if bounds is None:
            look = self.book.look(period)
            bounds = self._bounds[id(gate), at] = [(test.measure, float(look(test.at_least))) for test in gate.tests]
        tests = tuple([(self.whose.gauge(text, payee, at, period, interval), bound) for text, bound in bounds])
        last = self._openings.get(id(gate))
        if last is None or last.tests != tests:
            last = self._openings[id(gate)] = Opening(tests=tests, all=gate.needs == "all")
        return last

    def factors(self, of: str, payee: str, at: int, period: str) -> tuple[tuple[Factor, ...], bool]:
        """Factors of a component or the plan, and whether their distances from 1 add up."""
        mine = self._modifiers[of]
        if not mine:
            return (), False
        return tuple([self._factor(m, payee, at, period) for m in mine]), mine[0].join == "sum"

    def _factor(self, modifier: Modifier, payee: str, at: int, period: str) -> Factor:
        """A factor for a payee; the same one again while nothing of it changes."""
        gauge = self.whose.gauge(modifier.measure, payee, at, period)
        key = (id(modifier), at, gauge)
        found = self._factors.get(key)
        if found is None:
            found = self._made(modifier, gauge, period)
            if found.bands is None and found.line is None:
                found = self._alike.setdefault((id(modifier), gauge, found.step, found.clamp), found)
            self._factors[key] = found
        return found

    def _made(self, modifier: Modifier, gauge: Gauge, period: str) -> Factor:
        look = self.book.look(period)
        step = None if modifier.round is None else step_of(modifier.round.known(look))
        if modifier.clamp is not None:
            low, high = (float(look(x)) for x in modifier.clamp)
            return Factor(gauge=gauge, step=step, clamp=(low, high))
        if modifier.tiers:
            return Factor(gauge=gauge, step=step, bands=steps_of(modifier.tiers, modifier.edge, look))
        if modifier.nodes:
            return Factor(gauge=gauge, step=step, line=_line(modifier, look))
        return Factor(gauge=gauge, step=step)

    def limits(self, of: str, payee: str, period: str) -> tuple[Range, Range]:
        """Floor and cap of a component or the plan, before and after the factors."""
        if of not in self.limited:
            return _FREE, _FREE
        found = self._limits.get((of, period))
        if found is None:
            before, after = (self._range(of, at, payee, period) for at in ("before_modifiers", "after_modifiers"))
            found = before, after
            if not self._personal:
                self._limits[of, period] = found
        return found

    def of_deals(self, payee: str, period: str, *, shared: bool) -> tuple[DealLimit, ...]:
        """Limits on what single deals pay: caps, then floors; by name, where several components share them."""
        named = ((key, index, each) for key in ("caps", "floors") for index, each in enumerate(getattr(self.plan, key)))
        return tuple(
            DealLimit(
                name=f"{key}[{index}]" if shared else "", cap=key == "caps", after=each.at == "after_modifiers",
                limit=float(self._bends.limit(each, "deal", payee, period)),
            )
            for key, index, each in named
            if each.of == "deal"
        )  # fmt: skip

    def carries(self, of: str, payee: str, period: str) -> tuple[Carry, ...]:
        """Caps of a component or the plan whose excess waits."""
        if of not in self.carrying:
            return ()
        return tuple(
            Carry(
                key=(payee, number), limit=float(self._bends.limit(cap, of, payee, period)),
                before=cap.at == "before_modifiers",
            )
            for number, cap in enumerate(self.plan.caps)
            if cap.of == of and cap.excess == "carry"
        )  # fmt: skip

    def _range(self, of: str, at: str, payee: str, period: str) -> Range:
        floors = self._limit(self.plan.floors, of, at, payee, period)
        caps = self._limit(self.plan.caps, of, at, payee, period)
        return max(floors, default=None), min(caps, default=None)

    def _limit(self, limits: tuple[Limit, ...], of: str, at: str, payee: str, period: str) -> Iterator[float]:
        yield from (float(x) for where, x in self._bends.limits(limits, of, payee, period) if where == at)


def _bends(plan: Plan, of: str) -> bool:
    """Whether anything but its curve shapes the pay of a component, or anything at all the sum."""
    locks = {gate.locks for gate in plan.gates if not isinstance(gate.locks, Lock)}
    gated = of in locks or (of != "plan" and "plan" in locks)
    bent = [m.of for m in plan.modifiers] + [limit.of for limit in (*plan.caps, *plan.floors)]
    return gated or of in bent


def steps_of(tiers: tuple[Tier, ...], edge: str | None, look: Any) -> arrays.Steps:
    """Bands whose number is read, for arrays."""
    return arrays.Steps(
        [
            (
                float(band.low), band.owns_low, None if band.high is None else float(band.high), band.owns_high,
                float(band.rate or 0),
            )
            for band in bands(tiers, edge, look)
        ]
    )  # fmt: skip


def _line(modifier: Modifier, look: Any) -> arrays.Ramp:
    """A line through nodes, level beyond them, or steps."""
    nodes = sorted((look(a), look(p)) for a, p in modifier.nodes)
    owns = modifier.edge != "upper_inclusive"
    starts, lines = [], [(float(nodes[0][1]), 0.0, 0.0)]
    for (a, p), (b, q) in itertools.pairwise(nodes):
        slope = Fraction(0) if modifier.between == "step" else (q - p) / (b - a)
        starts.append(float(a))
        lines.append((float(p - slope * a), float(slope), 0.0))
    starts.append(float(nodes[-1][0]))
    lines.append((float(nodes[-1][1]), 0.0, 0.0))
    return arrays.Ramp(starts, [owns] * len(starts), lines, [False] * len(lines))
