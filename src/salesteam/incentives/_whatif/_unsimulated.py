"""Parts of a plan that arrays do not know yet; they refuse the simulation rather than be passed over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from salesteam.core import Finding
from salesteam.incentives._bending import Gate, Lock, Windfall
from salesteam.incentives._component import Component
from salesteam.incentives._exact._gates import sees_rows
from salesteam.incentives._model import Measure, Plan
from salesteam.incentives._path import Path
from salesteam.incentives._people import people_of
from salesteam.incentives._whatif._refusal import AVERAGED, CHANGES, DEALS, WAYS, refusal
from salesteam.incentives._whatif._spiffed import asks_deals
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
        yield from _component(plan, name, c)
        found = asks_deals(plan, name, world.periods) if c.method == "spiff" else None
        yield from () if found is None else (found,)
    for index, gate in enumerate(plan.gates):
        yield from _gate(plan, f"gates[{index}]", gate)
    for key, limits in (("caps", plan.caps), ("floors", plan.floors)):
        for index, limit in enumerate(limits):
            if limit.of == "deal":
                yield refusal(f"{key}[{index}]", "of: deal", DEALS)
    for index, windfall in enumerate(plan.windfall):
        if any(_cut_by(plan, windfall, name) for name in plan.components):
            yield refusal(f"windfall[{index}]", f"per: {windfall.per}", DEALS)
    if plan.proration is not None and plan.proration.plan_change == "segment":
        yield from _changes(plan, world)


def _component(plan: Plan, name: str, c: Component) -> Iterator[Finding]:
    at = f"components.{name}"
    deals = _of_deals(plan, c)
    if deals and c.method == "forward" and c.crossing != "split":
        yield refusal(f"{at}.crossing", f"forward, crossing: {c.crossing}", DEALS)
    if deals and c.method != "spiff" and c.accumulate == "transaction" and len(c.tiers) > 1:
        yield refusal(f"{at}.accumulate", "accumulate: transaction", DEALS)
    for key in ("where", "group"):
        if getattr(c, key):
            yield refusal(f"{at}.{key}", key, DEALS)
    if c.pays_of == "measure":
        yield refusal(f"{at}.pays_of", "pays_of: measure", DEALS)
    if _longer(plan, c):
        yield from _running(plan, f"{at}.accumulate", c)


def _running(plan: Plan, at: str, c: Component) -> Iterator[Finding]:
    if c.method in {"lookup", "mbo"}:
        yield refusal(at, f"{c.method}, accumulate: {c.accumulate}", WAYS)
    measure = _measure(plan, str(c.measure))
    if measure is not None and c.method not in {"lookup", "mbo"} and (measure.aggregate == "mean" or _open(measure)):
        yield refusal(at, f"aggregate: {measure.aggregate}, accumulate: {c.accumulate}", AVERAGED)


def _of_deals(plan: Plan, c: Component) -> bool:
    """Whether a component is paid on the payee's own sum of deals, of which a world has no single one."""
    measure = plan.measures.get(str(c.measure))
    return measure is not None and measure.value is not None and measure.scope == "payee"


def _longer(plan: Plan, c: Component) -> bool:
    return c.accumulate not in {None, "period", "transaction", plan.period}


def _measure(plan: Plan, text: str) -> Measure | None:
    path = Path.parse(text)
    return None if path is None else plan.measures.get(path.measure)


def _open(measure: Measure) -> bool:
    """Whether the number of several periods hangs on the deals in them, and not on the number of each."""
    return measure.value is not None and measure.aggregate in {"mean", "distinct"}


def _gate(plan: Plan, at: str, gate: Gate) -> Iterator[Finding]:
    """A gate on each transaction of a sum of deals, or over an interval whose number is not that of its periods."""
    locked = gate.locks.of if isinstance(gate.locks, Lock) else gate.locks
    parts = {name: c for name, c in plan.components.items() if locked in {name, "plan"}}
    by_row = [c for name, c in parts.items() if gate.when == "transaction" and sees_rows(plan, name)]
    if any(_of_deals(plan, c) for c in by_row):
        yield refusal(f"{at}.when", "when: transaction", DEALS)
    if (gate.meanwhile or by_row) and any(_longer(plan, c) for c in parts.values()):
        for number, test in enumerate(gate.tests):
            measure = _measure(plan, test.measure)
            if measure is not None and _open(measure):
                yield refusal(f"{at}.tests[{number}]", f"aggregate: {measure.aggregate}", AVERAGED)


def _cut_by(plan: Plan, windfall: Windfall, name: str) -> bool:
    """Whether a rule for windfalls looks at the deals that a component pays."""
    c = plan.components[name]
    paid = sees_rows(plan, name) and c.method != "spiff" and windfall.of in {None, name}
    return paid and _of_deals(plan, c) and plan.measures[str(c.measure)].unit == "money"


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
