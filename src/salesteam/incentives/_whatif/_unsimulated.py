"""Parts of a plan that arrays do not know yet; they refuse the simulation rather than be passed over."""

from __future__ import annotations

from collections.abc import Iterator

from salesteam.core import Finding
from salesteam.incentives._bending import Gate, Lock
from salesteam.incentives._component import Component
from salesteam.incentives._exact._gates import sees_rows
from salesteam.incentives._model import Measure, Plan
from salesteam.incentives._path import Path
from salesteam.incentives._whatif._refusal import AVERAGED, CHANGES, DEALS, WAYS, refusal

__all__ = ["METHODS", "not_simulated"]

METHODS = frozenset(
    {
        "flat",
        "marginal",
        "slab",
        "from_threshold",
        "interpolated_amount",
        "proportional_rate",
        "bonus",
        "curve",
        "lookup",
        "mbo",
        "pool",
        "rank",
        "forward",
        "matrix",
        "override",
    }
)
"""Methods that are simulated."""


def not_simulated(plan: Plan) -> Iterator[Finding]:
    """Findings for every part of a plan that cannot be simulated.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.

    Yields
    ------
    Finding
        `incentives.not-simulated`.
    """
    for name, c in plan.components.items():
        yield from _component(plan, name, c)
    for index, gate in enumerate(plan.gates):
        yield from _gate(plan, f"gates[{index}]", gate)
    for key, limits in (("caps", plan.caps), ("floors", plan.floors)):
        for index, limit in enumerate(limits):
            if limit.of == "deal":
                yield refusal(f"{key}[{index}]", "of: deal", DEALS)
    if plan.windfall:
        yield refusal("windfall", "windfall", DEALS)
    if plan.proration is not None and plan.proration.plan_change == "segment":
        yield refusal("proration.plan_change", "plan_change: segment", CHANGES)


def _component(plan: Plan, name: str, c: Component) -> Iterator[Finding]:
    at = f"components.{name}"
    deals = _of_deals(plan, c)
    if c.method not in METHODS:
        yield refusal(at, f"method: {c.method}", DEALS)
    if deals and c.method == "forward" and c.crossing != "split":
        yield refusal(f"{at}.crossing", f"forward, crossing: {c.crossing}", DEALS)
    if deals and c.accumulate == "transaction" and len(c.tiers) > 1:
        yield refusal(f"{at}.accumulate", "accumulate: transaction", DEALS)
    if c.method == "pool" and c.leavers == "prorated":
        yield refusal(f"{at}.leavers", "leavers: prorated", WAYS)
    if c.method == "pool" and c.unclaimed == "redistribute" and plan.gates:
        yield refusal(f"{at}.unclaimed", "unclaimed: redistribute", WAYS)
    for key, why in (("where", DEALS), ("group", DEALS), ("pay_split", WAYS)):
        if getattr(c, key):
            yield refusal(f"{at}.{key}", key, why)
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
