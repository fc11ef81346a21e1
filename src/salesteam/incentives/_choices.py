"""Choices that move money and have no default, their options, and the bundles that fill them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from salesteam.core import Finding, Place, Severity, find
from salesteam.incentives._bending import Limit, Modifier
from salesteam.incentives._component import Component
from salesteam.incentives._curve import Curve
from salesteam.incentives._model import CreditRule, Plan
from salesteam.incentives._shape import METHODS

__all__ = ["BY_ROW", "CONVENTIONS", "OPTIONS", "filled", "jumps", "missing_choices", "options_text"]

BY_ROW = frozenset({"marginal", "slab", "from_threshold", "interpolated_amount", "bonus"})
"""Methods that see the rows one by one, and so must say over what they accumulate."""

OPTIONS: Mapping[str, Mapping[str, str]] = {
    "method": METHODS,
    "accumulate": {
        "transaction": "each row starts from zero",
        "period": "the sum starts anew with each pay period",
        "quarter": "running sum of the calendar quarter",
        "half": "running sum of the half-year",
        "year": "running sum of the year",
        "plan": "running sum of the whole plan",
    },
    "edge": {
        "lower_inclusive": "a bound belongs to the band above it: [from, to)",
        "upper_inclusive": "a bound belongs to the band below it: (from, to]",
        "closed": "both bands hold the bound, the first listed wins",
    },
    "between": {"linear": "a straight line between nodes", "step": "the node before"},
    "kind": {"carve_out": "cut out of the deal: shares sum to 1", "overlay": "on top of the deal: shares exceed 1"},
    "at": {
        "before_modifiers": "the limit cuts first, factors come after",
        "after_modifiers": "factors come first, the limit cuts last",
    },
    "negative_period": {
        "carry": "a negative total lowers the next period",
        "deduct": "it is taken from what is due now, the rest is debt",
        "zero": "it is forgiven",
    },
    "parameters_at": {
        "transaction_date": "each row uses the numbers of its own day",
        "period_start": "a period uses the numbers of its first day",
        "period_end": "a period uses the numbers of its last day, earlier rows too",
    },
    "join": {"product": "factors multiply", "sum": "their distances from 1 add up"},
    "leavers": {
        "in": "who was a member on any day shares fully",
        "prorated": "by days of membership",
        "out": "only who is a member on the last day shares",
    },
    "unclaimed": {
        "redistribute": "the other members share it",
        "return": "it stays with the company",
    },
}
"""Choice to its options, each with one line."""

CONVENTIONS: Mapping[str, Mapping[str, Any]] = {
    "common/1": {
        "accumulate": "period",
        "edge": "lower_inclusive",
        "between": "linear",
        "kind": "carve_out",
        "at": "after_modifiers",
        "negative_period": "carry",
        "parameters_at": "transaction_date",
        "join": "product",
        "leavers": "in",
        "unclaimed": "return",
    }
}
"""Named bundles of choices; explicit keys win over them."""


def options_text(choice: str) -> str:
    """The options of a choice, each with its line, as one text for a finding."""
    return "; ".join(f"{name} ({meaning})" for name, meaning in OPTIONS[choice].items())


def jumps(curve: Curve) -> bool:
    """Whether a curve jumps anywhere, so that it matters who owns a bound."""
    return any(knot.jumps for knot in curve.knots)


def filled(plan: Plan) -> Plan:
    """The plan with its bundle of conventions written out; explicit keys win.

    Parameters
    ----------
    plan : Plan
        As read.

    Returns
    -------
    Plan
        The same if it names no bundle.
    """
    bundle = CONVENTIONS.get(plan.conventions or "")
    if bundle is None:
        return plan

    def component(c: Component) -> Component:
        by_row = c.method in BY_ROW
        return attrs.evolve(
            c,
            accumulate=c.accumulate or (bundle["accumulate"] if by_row else None),
            edge=c.edge or (bundle["edge"] if c.tiers or c.nodes else None),
            between=c.between or (bundle["between"] if c.nodes else None),
            leavers=c.leavers or (bundle["leavers"] if c.method == "pool" else None),
            unclaimed=c.unclaimed or (bundle["unclaimed"] if c.method == "pool" else None),
        )

    def limit(each: Limit) -> Limit:
        return attrs.evolve(each, at=each.at or bundle["at"])

    def modifier(each: Modifier) -> Modifier:
        return attrs.evolve(
            each,
            join=each.join or bundle["join"],
            edge=each.edge or (bundle["edge"] if each.tiers or each.nodes else None),
            between=each.between or (bundle["between"] if each.nodes else None),
        )

    def rule(each: CreditRule) -> CreditRule:
        return attrs.evolve(each, kind=each.kind or bundle["kind"])

    return attrs.evolve(
        plan,
        components={name: component(c) for name, c in plan.components.items()},
        caps=tuple(map(limit, plan.caps)),
        floors=tuple(map(limit, plan.floors)),
        modifiers=tuple(map(modifier, plan.modifiers)),
        crediting=tuple(map(rule, plan.crediting)),
        negative_period=plan.negative_period or bundle["negative_period"],
        parameters_at=plan.parameters_at or bundle["parameters_at"],
    )


def missing_choices(plan: Plan, curves: Mapping[str, Curve], used: Iterable[str]) -> Iterator[Finding]:
    """Findings for every choice of §1 that applies and is not made.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    curves : mapping of str to Curve
        The curves of the components that have one.
    used : iterable of str
        Names of the parameters that the plan stands on.

    Yields
    ------
    Finding
        `incentives.choice-missing`, with the options.
    """
    for name, component in plan.components.items():
        yield from _of_component(f"components.{name}", component, curves.get(name))
        yield from _of_pool(f"components.{name}", component, {gate.locks for gate in plan.gates} & {name, "plan"})
    for index, rule in enumerate(plan.crediting):
        if rule.kind is None:
            yield _missing("kind", f"crediting[{index}]")
    for key, limits in (("caps", plan.caps), ("floors", plan.floors)):
        for index, limit in enumerate(limits):
            if limit.at is None:
                yield _missing("at", f"{key}[{index}]")
    for index, modifier in enumerate(plan.modifiers):
        several = sum(m.of == modifier.of for m in plan.modifiers) > 1
        yield from _of_modifier(f"modifiers[{index}]", modifier, several=several)
    if plan.negative_period is None:
        yield _missing("negative_period", plan.plan, severity=Severity.NOTE)
    dated = [name for name in used if name in plan.parameters and len(plan.parameters[name].values) > 1]
    if dated and plan.parameters_at is None:
        yield _missing("parameters_at", f"parameters.{dated[0]}")


def _of_component(at: str, c: Component, curve: Curve | None) -> Iterator[Finding]:
    if not c.method:
        yield _missing("method", at)
        return
    if c.method in BY_ROW and c.accumulate is None:
        yield _missing("accumulate", at)
    if c.nodes and c.between is None:
        yield _missing("between", at)
    if c.edge is None and curve is not None and jumps(curve) and not (c.tiers and all(t.edge for t in c.tiers[:-1])):
        yield _missing("edge", at)


def _of_pool(at: str, c: Component, locked: set[str]) -> Iterator[Finding]:
    if c.method != "pool":
        return
    if c.leavers is None:
        yield _missing("leavers", at)
    if c.unclaimed is None and (locked or isinstance(c.shares, Mapping)):
        yield _missing("unclaimed", at)


def _of_modifier(at: str, modifier: Modifier, *, several: bool) -> Iterator[Finding]:
    if modifier.join is None and several:
        yield _missing("join", at)
    if modifier.nodes and modifier.between is None:
        yield _missing("between", at)
    if modifier.edge is None and (len(modifier.tiers) > 1 or (modifier.nodes and modifier.between == "step")):
        yield _missing("edge", at)


def _missing(choice: str, path: str, *, severity: Severity | None = None) -> Finding:
    key = f"{path}.{choice}" if choice not in {"parameters_at", "negative_period"} else choice
    return find(
        "incentives.choice-missing", Place(key=key), severity=severity,
        choice=choice, at=path, options=options_text(choice),
    )  # fmt: skip
