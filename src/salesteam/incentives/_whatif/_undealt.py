"""Parts of a plan that hang on single deals, where a world does not tell enough of them."""

from __future__ import annotations

from collections.abc import Iterator

from salesteam.core import Finding
from salesteam.incentives._bending import Gate, Windfall
from salesteam.incentives._component import Component
from salesteam.incentives._model import Plan
from salesteam.incentives._path import Path
from salesteam.incentives._posted import TENURE
from salesteam.incentives._whatif._dealways import asked_by_row, of_deals, straight
from salesteam.incentives._whatif._refusal import (
    AMOUNTS,
    APART,
    CONDITIONS,
    CUSTOMERS,
    DEALS,
    SUMMED,
    WAYS,
    WINDOWS,
    refusal,
)
from salesteam.incentives._whatif._spiffed import cuts
from salesteam.incentives._whatif._world import World

__all__ = ["undealt"]


def _known(world: World, measure: str) -> bool:
    """Whether all of whom anything is expected in a measure are expected to reach it deal by deal."""
    outlooks = [world.outlook(payee, measure) for payee in world.payees]
    return all(each.deals is not None for each in outlooks if each is not None)


def undealt(plan: Plan, world: World) -> Iterator[Finding]:
    """Findings for every part of a plan that hangs on more of single deals than a world tells.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    world : World
        Who is expected to make which deals.

    Yields
    ------
    Finding
        `incentives.not-simulated`.
    """
    for name, measure in plan.measures.items():
        dealt = any(world.by_deal(payee, name) for payee in world.payees)
        if dealt and measure.value is None:
            yield refusal(f"measures.{name}", "deals of a measure that comes ready", SUMMED)
        elif dealt and measure.aggregate != "sum":
            yield refusal(f"measures.{name}.aggregate", f"deals, aggregate: {measure.aggregate}", SUMMED)
    for name, c in plan.components.items():
        yield from _component(plan, world, name, c)
    yield from _limits(plan, world)
    for index, windfall in enumerate(plan.windfall):
        yield from _windfall(plan, world, f"windfall[{index}]", windfall)
    for index, gate in enumerate(plan.gates):
        yield from _gate(plan, world, f"gates[{index}]", gate)


def _component(plan: Plan, world: World, name: str, c: Component) -> Iterator[Finding]:
    at = f"components.{name}"
    if c.method == "spiff":
        yield from _spiff(plan, world, at, c)
    elif of_deals(plan, name) and not _known(world, str(c.measure)):
        if c.method == "forward" and c.crossing != "split":
            yield refusal(f"{at}.crossing", f"forward, crossing: {c.crossing}", DEALS)
        if c.accumulate == "transaction" and not straight(c):
            yield refusal(f"{at}.accumulate", "accumulate: transaction", DEALS)
    for key in ("where", "group"):
        if getattr(c, key):
            yield refusal(f"{at}.{key}", key, CONDITIONS)


def _spiff(plan: Plan, world: World, at: str, c: Component) -> Iterator[Finding]:
    """Amounts for deals that hang on more than how many there are in each period, or how large they are."""
    measure = plan.measures.get(str(c.measure))
    own = measure is not None and measure.value is not None and measure.scope == "payee"
    counted = own and measure is not None and measure.aggregate == "count"
    if not counted and not (own and _known(world, str(c.measure))):
        yield refusal(f"{at}.measure", "method: spiff, measure without aggregate: count", DEALS)
        return
    if counted and c.pays_of == "measure":
        yield refusal(f"{at}.pays_of", "pays_of: measure", DEALS)
    others = [other for other in plan.components.values() if other is not c and other.method == "spiff"]
    if others and not c.stacks and (counted or any(other.measure != c.measure for other in others)):
        yield refusal(f"{at}.stacks", "stacks: false", DEALS if counted else APART)
    elif (
        others
        and not c.stacks
        and any(each.pay_split or each.method == "override" for each in plan.components.values())
    ):
        yield refusal(f"{at}.stacks", "stacks: false, pay_split or override", WAYS)
    cut = [period for period in world.periods if c.window is not None and cuts(c.window, period)]
    if cut:
        yield refusal(f"{at}.window", f"window, {cut[0]}", WINDOWS)


def _limits(plan: Plan, world: World) -> Iterator[Finding]:
    """Limits of single deals."""
    measures = [str(c.measure) for name, c in plan.components.items() if of_deals(plan, name)]
    above = any(c.method == "override" for c in plan.components.values())
    divided = any(c.pay_split is not None for c in plan.components.values())
    why = (
        DEALS
        if not all(_known(world, measure) for measure in measures)
        else WAYS
        if above or (divided and len(measures) > 1)
        else APART
        if len(set(measures)) > 1
        else None
    )
    for key, limits in (("caps", plan.caps), ("floors", plan.floors)):
        for index, limit in enumerate(limits):
            if limit.of == "deal" and why is not None:
                yield refusal(f"{key}[{index}]", "of: deal", why)


def _windfall(plan: Plan, world: World, at: str, windfall: Windfall) -> Iterator[Finding]:
    """A rule for windfalls of deals whose whole amount nobody knows."""
    for name, c in plan.components.items():
        measure = plan.measures.get(str(c.measure))
        cut = of_deals(plan, name) and c.method != "spiff" and windfall.of in {None, name}
        if measure is None or measure.value is None or not cut or measure.unit != "money":
            continue
        why = (
            CUSTOMERS
            if windfall.per == "customer"
            else DEALS
            if not _known(world, str(c.measure))
            else AMOUNTS
            if measure.value.strip() != "amount"
            else None
        )
        if why is not None:
            yield refusal(at, f"per: {windfall.per}", why)
            return


def _gate(plan: Plan, world: World, at: str, gate: Gate) -> Iterator[Finding]:
    """A gate that looks at each deal, and at more than the deals that are paid."""
    by_row = [name for name in plan.components if of_deals(plan, name) and gate in asked_by_row(plan, name)]
    measures = {str(plan.components[name].measure) for name in by_row}
    if not all(_known(world, measure) for measure in measures):
        yield refusal(f"{at}.when", "when: transaction", DEALS)
        return
    for number, test in enumerate(gate.tests if by_row else ()):
        path = Path.parse(test.measure)
        if path is None or path.measure == TENURE or plan.measures[path.measure].value is None:
            continue
        if path.team or measures != {path.measure}:
            yield refusal(f"{at}.tests[{number}]", f"when: transaction, {test.measure}", APART)
