"""Whether a plan hangs together: names that exist, keys that a method needs, expressions that can be read."""

from __future__ import annotations

from collections.abc import Iterator

from salesteam.core import Finding, Place, find
from salesteam.errors import InvalidValueError, nearest
from salesteam.incentives._bending import Lock, Modifier
from salesteam.incentives._choices import OPTIONS, options_text
from salesteam.incentives._component import Component
from salesteam.incentives._curves import refs
from salesteam.incentives._model import Measure, Plan
from salesteam.incentives._parts import By, Fund
from salesteam.incentives._path import Path
from salesteam.incentives._value import KNOWN_UNITS, parse, unit_of

__all__ = ["wellformed"]

_TIERED = frozenset({"marginal", "slab", "from_threshold", "interpolated_amount", "bonus"})
_RATED = frozenset({"marginal", "from_threshold"})
_AMOUNTS = frozenset({"interpolated_amount", "bonus"})
_AGGREGATES = ("sum", "count", "distinct", "mean", "latest")


def wellformed(plan: Plan) -> Iterator[Finding]:
    """Findings for everything that keeps a plan from being compiled.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.

    Yields
    ------
    Finding
        Errors, all of them.
    """
    yield from _refs(plan)
    for name, measure in plan.measures.items():
        yield from _measure(f"measures.{name}", measure)
    for name, component in plan.components.items():
        yield from _component(plan, f"components.{name}", component)
    for index, rule in enumerate(plan.crediting):
        if rule.share == "rest" and rule.kind == "overlay":
            yield find("incentives.rest-overlay", Place(key=f"crediting[{index}].kind"), to=rule.to)
    for index, modifier in enumerate(plan.modifiers):
        yield from _modifier(plan, f"modifiers[{index}]", modifier)
    yield from _bending(plan)


def _bending(plan: Plan) -> Iterator[Finding]:
    for index, gate in enumerate(plan.gates):
        locks = gate.locks.of if isinstance(gate.locks, Lock) else gate.locks
        yield from _target(plan, f"gates[{index}].locks", locks)
        for number, test in enumerate(gate.tests):
            yield from _path(plan, f"gates[{index}].tests[{number}].measure", test.measure)
    for key, limits in (("caps", plan.caps), ("floors", plan.floors)):
        for index, limit in enumerate(limits):
            if limit.of != "deal":
                yield from _target(plan, f"{key}[{index}].of", limit.of)


def _refs(plan: Plan) -> Iterator[Finding]:
    for name in refs(plan):
        if name not in plan.parameters:
            near = nearest(name, plan.parameters) or tuple(plan.parameters)
            yield find("incentives.parameter-unknown", Place(key=f"parameters.{name}"), name=name, near=near)
    start = plan.valid.from_
    for name, parameter in plan.parameters.items():
        if not parameter.values:
            yield find("incentives.parameter-empty", Place(key=f"parameters.{name}"), name=name)
            continue
        if start is not None and parameter.on(start) is None:
            yield find("incentives.parameter-empty", Place(key=f"parameters.{name}"), name=name)
        for index, dated in enumerate(parameter.values):
            low, high = parameter.min, parameter.max
            if (low is not None and dated.value < low) or (high is not None and dated.value > high):
                place = Place(key=f"parameters.{name}.values[{index}]")
                yield find("incentives.parameter-out-of-range", place, name=name, value=dated.value)


def _measure(at: str, measure: Measure) -> Iterator[Finding]:
    if measure.aggregate not in _AGGREGATES:
        yield _unknown(f"{at}.aggregate", "aggregate", measure.aggregate, ", ".join(_AGGREGATES))
    if measure.value is None:
        return
    try:
        unit = unit_of(parse(measure.value), {**KNOWN_UNITS, **measure.columns})
    except InvalidValueError as error:
        yield find("incentives.value-unreadable", Place(key=f"{at}.value"), problem=error.what, fix=error.fix)
        return
    units: dict[str, set[str | None]] = {
        "money": {"money"},
        "count": {"count", "number", None},
        "share": {"number", None},
    }
    if measure.aggregate == "sum" and unit not in units[measure.unit]:
        yield find("incentives.unit-mismatch", Place(key=f"{at}.value"), found=unit or "number", unit=measure.unit)


def _component(plan: Plan, at: str, c: Component) -> Iterator[Finding]:
    for choice in ("method", "accumulate"):
        value = getattr(c, choice)
        if value and value not in OPTIONS[choice]:
            yield _unknown(f"{at}.{choice}", choice, value, options_text(choice))
    if c.method != "pool":
        if c.measure is None:
            yield find("incentives.key-missing", Place(key=f"{at}.measure"), at=at, key="measure")
        elif c.measure not in plan.measures:
            yield from _path(plan, f"{at}.measure", c.measure)
    complete: bool = {
        "flat": c.rate is not None or c.base_rate is not None, "curve": len(c.nodes) > 0,
        "pool": c.fund is not None and c.shares is not None,
    }.get(c.method, not c.method or c.method not in _TIERED or bool(c.tiers))  # fmt: skip
    if not complete:
        key = {"flat": "rate", "curve": "nodes", "pool": "fund and shares"}.get(c.method, "tiers")
        yield find("incentives.key-missing", Place(key=f"{at}.{key}"), at=at, key=key)
    if c.method == "from_threshold" and c.threshold is None:
        yield find("incentives.key-missing", Place(key=f"{at}.threshold"), at=at, key="threshold")
    yield from _tiers(at, c)
    yield from _pool(plan, at, c)


def _pool(plan: Plan, at: str, c: Component) -> Iterator[Finding]:
    if isinstance(c.fund, Fund):
        yield from _path(plan, f"{at}.fund.measure", c.fund.measure)
    if isinstance(c.shares, By) and c.shares.kind == "pro_rata":
        yield from _path(plan, f"{at}.shares", c.shares.of)
    if "quota" in str(c.base_rate) and c.method == "pool":
        yield _unknown(f"{at}.base_rate", "base_rate", "target/quota", "none for a pool")


def _tiers(at: str, c: Component) -> Iterator[Finding]:
    if c.method not in _TIERED:
        return
    for index, tier in enumerate(c.tiers):
        given = {k for k in ("rate", "multiplier", "amount") if getattr(tier, k) is not None}
        allowed: set[str] = {"amount"} if c.method in _AMOUNTS else {"rate", "multiplier"}
        if c.method == "slab":
            allowed = {"rate", "multiplier", "amount"}
        place = Place(key=f"{at}.tiers[{index}]")
        if len(given) != 1 or not given <= allowed:
            yield find("incentives.tier-content", place, method=c.method, needed=tuple(sorted(allowed)))
        if given == {"multiplier"} and c.base_rate is None:
            yield find("incentives.key-missing", Place(key=f"{at}.base_rate"), at=at, key="base_rate")
        if c.method == "interpolated_amount" and tier.to is None:
            yield find(
                "incentives.key-missing", Place(key=f"{at}.tiers[{index}].to"), at=f"{at}.tiers[{index}]", key="to"
            )
    mixed = {tier.amount is None for tier in c.tiers}
    if c.method == "slab" and len(mixed) > 1 and (c.bounds == "quota" or c.base_rate == "target/quota"):
        yield find(
            "incentives.tier-content", Place(key=f"{at}.tiers"), method="slab on quota", needed=("rate", "multiplier")
        )


def _modifier(plan: Plan, at: str, modifier: Modifier) -> Iterator[Finding]:
    yield from _target(plan, f"{at}.of", modifier.of)
    yield from _path(plan, f"{at}.measure", modifier.measure)
    given = [k for k in ("clamp", "tiers", "nodes") if getattr(modifier, k)]
    if len(given) > 1 or (not given and modifier.round is None):
        yield find("incentives.key-missing", Place(key=at), at=at, key="clamp, tiers or nodes (one of them)")
    for index, tier in enumerate(modifier.tiers):
        if tier.multiplier is None:
            yield find("incentives.key-missing", Place(key=f"{at}.tiers[{index}]"), at=at, key="multiplier")


def _target(plan: Plan, at: str, of: str) -> Iterator[Finding]:
    if of != "plan" and of not in plan.components:
        known = ("plan", *plan.components)
        yield _unknown(at, "component", of, ", ".join(nearest(of, known) or known))


def _path(plan: Plan, at: str, text: str) -> Iterator[Finding]:
    path = Path.parse(text)
    if path is None or path.measure not in plan.measures:
        known = tuple(plan.measures)
        yield find("incentives.measure-unknown", Place(key=at), name=text, near=nearest(text, known) or known)


def _unknown(at: str, choice: str, value: str, options: str) -> Finding:
    return find("incentives.choice-unknown", Place(key=at), choice=choice, value=value, options=options)
