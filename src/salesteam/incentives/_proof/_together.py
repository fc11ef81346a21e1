"""What a component pays together with the gates and factors that read the same measure."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

import attrs

from salesteam.core import Finding
from salesteam.incentives._bending import Gate, Lock, Modifier
from salesteam.incentives._component import Component
from salesteam.incentives._curve import Curve
from salesteam.incentives._model import Plan
from salesteam.incentives._path import Path
from salesteam.incentives._proof._poly import Shape
from salesteam.incentives._proof._slopes import told
from salesteam.incentives._shape import Lookup, bands, curve_of

__all__ = ["factor_shape", "plan_quota", "same_number", "together"]

ONE, ZERO = Fraction(1), Fraction(0)


def plan_quota(plan: Plan, measure: str | None, look: Lookup) -> Fraction | None:
    """The one quota that the plan sets for everybody in every pay period; None if it differs or is not set."""
    found = [q for q in plan.quotas if q.measure == measure]
    if len(found) != 1:
        return None
    q = found[0]
    if q.for_ or q.weights or q.ramp or q.relief or (q.period or plan.period) != plan.period:
        return None
    amount = look(q.amount)
    return amount if amount > 0 else None


def same_number(c: Component, text: str) -> bool | None:
    """Whether a path reads the measure of a component: True for its attainment, False for itself, None for another."""
    own, path = Path.parse(c.measure or ""), Path.parse(text)
    if own is None or path is None or (own.measure, own.team) != (path.measure, path.team):
        return None
    return path.attainment


def factor_shape(modifier: Modifier, look: Lookup) -> Shape | None:
    """A factor as a function of the number that decides; None where it cannot be said."""
    if modifier.tiers:
        found = bands(modifier.tiers, modifier.edge, look)
        steps = [(b.low, b.owns_low, (b.rate if b.rate is not None else ONE,)) for b in found[1:]]
        return Shape.steps((found[0].rate if found[0].rate is not None else ONE,), *steps)
    if modifier.nodes:
        nodes = sorted((look(a), look(p)) for a, p in modifier.nodes)
        step = modifier.between == "step"
        owns = modifier.edge != "upper_inclusive"
        lines: list[tuple[Fraction, bool, tuple[Fraction, ...]]] = []
        for (a, p), (b, q) in itertools.pairwise(nodes):
            slope = ZERO if step or a == b else (q - p) / (b - a)
            lines.append((a, owns, (p - slope * a, slope)))
        lines.append((nodes[-1][0], owns, (nodes[-1][1],)))
        return Shape.steps((nodes[0][1],), *lines)
    if modifier.clamp is not None:
        low, high = (look(x) for x in modifier.clamp)
        return None if low > high else Shape.steps((low,), (low, True, (ZERO, ONE)), (high, True, (high,)))
    return None


def together(plan: Plan, name: str, c: Component, curve: Curve, look: Lookup) -> Iterator[Finding]:
    """Jumps and falls that a gate or a factor on the component's own measure makes, at that gate or factor.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    name : str
        Name of the component.
    c : Component
        The component.
    curve : Curve
        Its curve on a day.
    look : callable
        The numbers of the day.

    Yields
    ------
    Finding
        Those that the curve alone does not have.
    """
    if c.accumulate == "transaction":
        return
    scale = plan_quota(plan, c.measure, look)
    alone = Shape.of(curve)
    straight = len(curve.pieces) == 1 and curve.x == "value" and curve.pieces[0].level == 0
    known = {f.values for f in told("", alone)}
    for index, gate in enumerate(plan.gates):
        at = f"gates[{index}]"
        for bound in _bounds(c, curve, gate, name, (look, scale), straight=straight):
            locked = _locked(c, gate, look)
            shape = alone.until(bound, Shape.steps((ZERO,)) if locked is None else locked)
            yield from (f for f in told(at, shape) if f.values not in known)
    if c.accumulate not in {None, "period", plan.period}:
        return
    for index, modifier in enumerate(plan.modifiers):
        reads = same_number(c, modifier.measure)
        if reads is None or modifier.of not in {name, "plan"} or modifier.round is not None:
            continue
        factor = factor_shape(modifier, look)
        by = ONE if straight and reads else _unit(curve, scale, attainment=reads)
        if factor is None or by is None:
            continue
        yield from (f for f in told(f"modifiers[{index}]", alone.times(factor.scaled(by))) if f.values not in known)


def _unit(curve: Curve, scale: Fraction | None, *, attainment: bool) -> Fraction | None:
    """What the x of a curve is multiplied by to give the number that a path reads; None if nobody knows."""
    if (curve.x == "quota") == attainment:
        return ONE
    if scale is None:
        return None
    return scale if curve.x == "quota" else 1 / scale


def _bounds(
    c: Component, curve: Curve, gate: Gate, name: str, on: tuple[Lookup, Fraction | None], *, straight: bool
) -> Iterator[Fraction]:
    """Where a gate on the component's own measure opens, in the x of its curve."""
    look, scale = on
    of = gate.locks.of if isinstance(gate.locks, Lock) else gate.locks
    if of not in {name, "plan"} or gate.when != "interval_end":
        return
    for test in gate.tests:
        reads = same_number(c, test.measure)
        if reads is None:
            continue
        by = ONE if straight and reads else _unit(curve, scale, attainment=reads)
        if by is not None:
            yield look(test.at_least) / by


def _locked(c: Component, gate: Gate, look: Lookup) -> Shape | None:
    """The shape of a component while its upper bands are locked; None if all of it is."""
    if not isinstance(gate.locks, Lock):
        return None
    bound = look(gate.locks.tiers_from)
    kept = [t for t in c.tiers if look(t.from_) < bound]
    if not kept:
        return Shape.steps((ZERO,))
    tiers = (*kept[:-1], attrs.evolve(kept[-1], to=None))
    if c.method == "interpolated_amount":
        return None
    return Shape.of(curve_of(attrs.evolve(c, tiers=tiers), look))
