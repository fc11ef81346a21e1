"""Which plans and facts are paid in columns."""

from __future__ import annotations

from collections.abc import Mapping

from salesteam.core import _table as t
from salesteam.incentives._bending import Gate
from salesteam.incentives._columnar._pools import feeds_teams
from salesteam.incentives._component import Component
from salesteam.incentives._curves import changing
from salesteam.incentives._model import Facts, Measure, Plan
from salesteam.incentives._parts import Above

__all__ = ["covers"]

_METHODS = frozenset({"flat", "marginal", "slab", "from_threshold", "interpolated_amount", "bonus", "curve", "pool"})
_AGGREGATES = frozenset({"sum", "count"})


def covers(plan: Plan, facts: Facts) -> bool:
    """Whether every part of a plan, and every table of the facts, has its stage in columns.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    facts : Facts
        What it is to be paid on.

    Returns
    -------
    bool
        False sends the run to the exact engine, which knows the whole language.
    """
    terms = (plan.rollup, plan.quotas, plan.windfall, plan.proration, plan.fx)
    tables = (facts.credits, facts.leaves, facts.fx, facts.values)
    undone = bool(plan.clawback) and facts.events is not None
    return (
        not any(terms)
        and all(table is None for table in tables)
        and not undone
        and all(_measured(plan, measure) for measure in plan.measures.values())
        and all(_paid(plan, component) for component in plan.components.values())
        and all(_pooled(plan, facts, c) for c in plan.components.values() if c.method == "pool")
        and _bent(plan)
    )


def _measured(plan: Plan, measure: Measure) -> bool:
    """Whether a measure is a sum of whole columns, with the same numbers for every row."""
    divided = measure.unit != "money" and measure.value is not None and "/" in measure.value
    return measure.aggregate in _AGGREGATES and not divided and not changing(plan, measure)


def _paid(plan: Plan, c: Component) -> bool:
    steered = c.where or c.group or c.pay_split
    ranked = isinstance(c.above, Above) and c.above.rate is not None
    own = c.method == "pool" or (c.measure in plan.measures and plan.measures[str(c.measure)].scope == "payee")
    stepped = c.method in {"bonus", "slab"} and c.bounds == "quota" and plan.attainment_rounding != "none"
    return c.method in _METHODS and own and not stepped and not steered and not ranked and c.pays_of != "measure"


def _pooled(plan: Plan, facts: Facts, c: Component) -> bool:
    """Whether who shares is told by teams or by `for`, and the plan says what becomes of every share."""
    settled = c.leavers is not None and (c.unclaimed is not None or not (plan.gates or isinstance(c.shares, Mapping)))
    people = facts.people
    teams = people is not None and any(t.raw_cells(people).get("team", ()))
    return settled and (teams if feeds_teams(plan, c) else people is not None)


def _bent(plan: Plan) -> bool:
    gates = all(isinstance(g.locks, str) and g.when == "interval_end" and _at_once(plan, g) for g in plan.gates)
    limits = all(x.of != "deal" and x.excess == "lost" for x in (*plan.caps, *plan.floors))
    paths = {m.measure for m in plan.modifiers} | {test.measure for g in plan.gates for test in g.tests}
    return gates and limits and "tenure_months" not in paths


def _at_once(plan: Plan, gate: Gate) -> bool:
    """Whether the interval that a gate is tested over ends with each pay period, so that there is no meanwhile."""
    if gate.meanwhile is None:
        return True
    own = {None, "transaction", "period", plan.period}
    return all(c.accumulate in own for name, c in plan.components.items() if gate.locks in {name, "plan"})
