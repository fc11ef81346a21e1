"""Parts of a plan that arrays do not know yet; they refuse the simulation rather than be passed over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from salesteam.core import Finding
from salesteam.incentives._bending import Gate, Lock
from salesteam.incentives._component import Component
from salesteam.incentives._exact._gates import sees_rows
from salesteam.incentives._model import Measure, Plan
from salesteam.incentives._path import Path
from salesteam.incentives._people import people_of
from salesteam.incentives._whatif._refusal import AVERAGED, CHANGES, WAYS, refusal
from salesteam.incentives._whatif._undealt import undealt
from salesteam.incentives._whatif._world import World

__all__ = ["not_simulated"]


def not_simulated(plan: Plan, world: World) -> Iterator[Finding]:
    """Findings for every part of a plan that cannot be simulated.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    world : World
        When, and who changes.

    Yields
    ------
    Finding
        `incentives.not-simulated`.
    """
    for name, c in plan.components.items():
        if _longer(plan, c):
            yield from _running(plan, f"components.{name}.accumulate", c)
    yield from undealt(plan, world)
    for index, gate in enumerate(plan.gates):
        yield from _gate(plan, f"gates[{index}]", gate)
    if plan.proration is not None and plan.proration.plan_change == "segment":
        yield from _changes(plan, world)


def _running(plan: Plan, at: str, c: Component) -> Iterator[Finding]:
    if c.method in {"lookup", "mbo"}:
        yield refusal(at, f"{c.method}, accumulate: {c.accumulate}", WAYS)
    measure = _measure(plan, str(c.measure))
    if measure is not None and c.method not in {"lookup", "mbo"} and (measure.aggregate == "mean" or _open(measure)):
        yield refusal(at, f"aggregate: {measure.aggregate}, accumulate: {c.accumulate}", AVERAGED)


def _longer(plan: Plan, c: Component) -> bool:
    return c.accumulate not in {None, "period", "transaction", plan.period}


def _measure(plan: Plan, text: str) -> Measure | None:
    path = Path.parse(text)
    return None if path is None else plan.measures.get(path.measure)


def _open(measure: Measure) -> bool:
    """Whether the number of several periods hangs on the deals in them, and not on the number of each."""
    return measure.value is not None and measure.aggregate in {"mean", "distinct"}


def _gate(plan: Plan, at: str, gate: Gate) -> Iterator[Finding]:
    """A gate over an interval whose number is not that of its periods."""
    locked = gate.locks.of if isinstance(gate.locks, Lock) else gate.locks
    parts = {name: c for name, c in plan.components.items() if locked in {name, "plan"}}
    by_row = [name for name in parts if gate.when == "transaction" and sees_rows(plan, name)]
    if (gate.meanwhile or by_row) and any(_longer(plan, c) for c in parts.values()):
        for number, test in enumerate(gate.tests):
            measure = _measure(plan, test.measure)
            if measure is not None and _open(measure):
                yield refusal(f"{at}.tests[{number}]", f"aggregate: {measure.aggregate}", AVERAGED)


def _changes(plan: Plan, world: World) -> Iterator[Finding]:
    """Components of deals whose `for` matches somebody for a part of a period."""
    people = people_of(world.people)
    for name, c in plan.components.items():
        told = (
            refusal(f"components.{name}.for", f"plan_change: segment, {payee}, {period}", CHANGES)
            for payee in world.payees if c.for_ and _of_deals(plan, c)
            for period in world.periods if len({people.suits(row, c.for_) for row in people.within(payee, period)}) > 1
        )  # fmt: skip
        yield from islice(told, 1)


def _of_deals(plan: Plan, c: Component) -> bool:
    """Whether a component is paid on the payee's own sum of deals."""
    measure = plan.measures.get(str(c.measure))
    return measure is not None and measure.value is not None and measure.scope == "payee"
