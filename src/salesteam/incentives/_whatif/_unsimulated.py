"""Parts of a plan that arrays do not know yet; they refuse the simulation rather than be passed over."""

from __future__ import annotations

from collections.abc import Iterator

from salesteam.core import Finding, Place, find
from salesteam.incentives._bending import Gate, Lock
from salesteam.incentives._component import Component
from salesteam.incentives._model import Plan

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
        yield from _component(plan, f"components.{name}", c)
    for index, gate in enumerate(plan.gates):
        if gate.when == "transaction" or _waits(plan, gate):
            yield _no(f"gates[{index}]", "a gate over another interval than the pay period")
    for key, limits in (("caps", plan.caps), ("floors", plan.floors)):
        for index, limit in enumerate(limits):
            if limit.of == "deal" or limit.excess == "carry":
                yield _no(f"{key}[{index}]", "of: deal" if limit.of == "deal" else "excess: carry")
    if plan.windfall:
        yield _no("windfall", "windfall")
    if plan.proration is not None and plan.proration.plan_change == "segment":
        yield _no("proration.plan_change", "plan_change: segment")


def _no(at: str, what: str) -> Finding:
    return find("incentives.not-simulated", Place(key=at), at=at, what=what)


def _component(plan: Plan, at: str, c: Component) -> Iterator[Finding]:
    if c.method not in METHODS:
        yield _no(at, f"method: {c.method}")
    if _of_deals(plan, c) and c.method == "forward" and c.crossing != "split":
        yield _no(f"{at}.crossing", f"forward, crossing: {c.crossing}")
    if _of_deals(plan, c) and c.accumulate == "transaction" and len(c.tiers) > 1:
        yield _no(f"{at}.accumulate", "accumulate: transaction")
    if c.method == "pool" and c.leavers == "prorated":
        yield _no(f"{at}.leavers", "leavers: prorated")
    if c.method == "pool" and c.unclaimed == "redistribute" and plan.gates:
        yield _no(f"{at}.unclaimed", "unclaimed: redistribute")
    for key in ("where", "group", "pay_split"):
        if getattr(c, key):
            yield _no(f"{at}.{key}", key)
    if c.pays_of == "measure":
        yield _no(f"{at}.pays_of", "pays_of: measure")
    if _longer(plan, c) and c.method in {"lookup", "mbo"}:
        yield _no(f"{at}.accumulate", f"{c.method}, accumulate: {c.accumulate}")


def _of_deals(plan: Plan, c: Component) -> bool:
    """Whether a component is paid on the payee's own sum of deals, of which a world has no single one."""
    measure = plan.measures.get(str(c.measure))
    return measure is not None and measure.value is not None and measure.scope == "payee"


def _longer(plan: Plan, c: Component) -> bool:
    return c.accumulate not in {None, "period", "transaction", plan.period}


def _waits(plan: Plan, gate: Gate) -> bool:
    """Whether a gate is tested over more than the pay period."""
    of = gate.locks.of if isinstance(gate.locks, Lock) else gate.locks
    locked = (c for name, c in plan.components.items() if of in {name, "plan"})
    return bool(gate.meanwhile or isinstance(gate.locks, Lock)) and any(_longer(plan, c) for c in locked)
