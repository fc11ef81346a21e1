"""What each method needs: its keys, its names, its shapes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping

from salesteam.core import Finding, Place, find
from salesteam.errors import nearest
from salesteam.incentives._component import Component
from salesteam.incentives._model import Plan
from salesteam.incentives._number import count
from salesteam.incentives._options import OPTIONS, options_text, vendor_text
from salesteam.incentives._parts import By, Fund, Tier
from salesteam.incentives._path import Path
from salesteam.incentives._proof._asks import lacking, out_of_range, path_known, target_known, unknown, values_of

__all__ = ["component_formed"]

TIERED = frozenset(
    {"marginal", "slab", "from_threshold", "interpolated_amount", "bonus", "proportional_rate", "forward"}
)
_AMOUNTS = frozenset({"interpolated_amount", "bonus"})
_INTERPOLATED = frozenset({"interpolated_amount", "proportional_rate"})
_ROWLESS = frozenset({"pool", "matrix", "mbo"})
_BY_DEAL = frozenset({"forward", "spiff"})
_WITHOUT_MEASURE = frozenset({"pool", "matrix", "mbo", "spiff", "override"})


def component_formed(plan: Plan, at: str, c: Component) -> Iterator[Finding]:
    """Findings for everything that keeps a component from being compiled.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    at : str
        Path of the component.
    c : Component
        The component.

    Yields
    ------
    Finding
        Errors, all of them.
    """
    if c.method and c.method not in OPTIONS["method"]:
        options = vendor_text(c.method) or options_text("method", nearest(c.method, OPTIONS["method"]))
        yield unknown(f"{at}.method", "method", c.method, options)
    if c.accumulate is not None and c.accumulate not in OPTIONS["accumulate"]:
        yield unknown(f"{at}.accumulate", "accumulate", c.accumulate, options_text("accumulate"))
    yield from _measure(plan, at, c)
    yield from _steered(at, c)
    yield from _tiers(at, c)
    yield from _NEEDS.get(c.method, _nothing)(plan, at, c)
    if isinstance(c.pay_split, Mapping):
        for payee, share in c.pay_split.items():
            for value in values_of(plan, share):
                if not 0 <= value <= 1:
                    place = Place(key=f"{at}.pay_split.{payee}")
                    yield find("incentives.share-out-of-range", place, of=payee, share=value)


def _nothing(*_: object) -> Iterator[Finding]:
    return iter(())


def _measure(plan: Plan, at: str, c: Component) -> Iterator[Finding]:
    if c.measure is None:
        if c.method not in _WITHOUT_MEASURE or (c.method == "override" and c.base == "credit"):
            yield lacking(at, "measure")
        return
    path = Path.parse(c.measure)
    if path is not None and path.attainment and path.measure in plan.measures:
        place = Place(key=f"{at}.measure")
        yield find("incentives.measure-unknown", place, name=c.measure, near=c.measure.removesuffix(".attainment"))
    else:
        yield from path_known(plan, f"{at}.measure", c.measure)
    measure = None if path is None else plan.measures.get(path.measure)
    if c.method in _BY_DEAL and path is not None and measure is not None and (path.team or measure.scope != "payee"):
        yield find("incentives.deals-of-many", Place(key=f"{at}.measure"), method=c.method, measure=c.measure)


def _steered(at: str, c: Component) -> Iterator[Finding]:
    """Keys that choose rows, on what is paid by no row."""
    on_pay = c.method == "override" and c.base == "pay"
    keys = ["where"] if c.where and (c.method in _ROWLESS or on_pay) else []
    keys += ["group"] if c.group is not None and (c.method in _ROWLESS or c.method == "override") else []
    for key in keys:
        place = Place(key=f"{at}.{key}")
        method = f"{c.method} (base: pay)" if on_pay else c.method
        yield find("incentives.key-without-effect", place, at=at, key=key, method=method)


def _tiers(at: str, c: Component) -> Iterator[Finding]:
    if c.method not in TIERED:
        return
    if not c.tiers:
        yield lacking(at, "tiers")
    allowed = {"amount"} if c.method in _AMOUNTS else {"rate", "multiplier"}
    if c.method == "slab":
        allowed = {"rate", "multiplier", "amount"}
    if c.method == "proportional_rate":
        allowed = {"rate"}
    for index, tier in enumerate(c.tiers):
        path = f"{at}.tiers[{index}]"
        yield from _content(path, tier, allowed, c.method)
        if tier.multiplier is not None and c.base_rate is None and "multiplier" in allowed:
            yield lacking(at, "base_rate")
        if c.method in _INTERPOLATED and tier.to is None:
            yield lacking(path, "to")
    mixed = {tier.amount is None for tier in c.tiers}
    if c.method == "slab" and len(mixed) > 1 and (c.bounds == "quota" or c.base_rate == "target/quota"):
        place = Place(key=f"{at}.tiers")
        yield find("incentives.tier-content", place, method="slab on quota", needed=("rate", "multiplier"))


def _content(at: str, tier: Tier, allowed: set[str], method: str) -> Iterator[Finding]:
    given = {k for k in ("rate", "multiplier", "amount") if getattr(tier, k) is not None}
    if len(given) != 1 or not given <= allowed:
        yield find("incentives.tier-content", Place(key=at), method=method, needed=tuple(sorted(allowed)))


def _flat(_: Plan, at: str, c: Component) -> Iterator[Finding]:
    if c.rate is None and c.base_rate is None:
        yield lacking(at, "rate")


def _from_threshold(_: Plan, at: str, c: Component) -> Iterator[Finding]:
    if c.threshold is None:
        yield lacking(at, "threshold")


def _curve(plan: Plan, at: str, c: Component) -> Iterator[Finding]:
    if not c.nodes:
        yield lacking(at, "nodes")
    yield from _between(plan, at, c)


def _between(_: Plan, at: str, c: Component) -> Iterator[Finding]:
    name = "matrix.between" if c.method == "matrix" else "between"
    if c.between is not None and c.between not in OPTIONS[name]:
        yield unknown(f"{at}.between", "between", c.between, options_text(name))


def _lookup(plan: Plan, at: str, c: Component) -> Iterator[Finding]:
    if not c.tables:
        yield lacking(at, "tables")
    allowed = {"rate", "multiplier"} if c.join == "product" else {"rate"}
    for number, table in enumerate(c.tables):
        path = f"{at}.tables[{number}]"
        yield from path_known(plan, f"{path}.measure", table.measure, tenure=True)
        if not table.tiers:
            yield lacking(path, "tiers")
        for index, tier in enumerate(table.tiers):
            yield from _content(f"{path}.tiers[{index}]", tier, allowed, "lookup")


def _matrix(plan: Plan, at: str, c: Component) -> Iterator[Finding]:
    yield from (lacking(at, key) for key in ("rows", "columns", "cells") if not getattr(c, key))
    yield from _between(plan, at, c)
    for key, axis in (("rows", c.rows), ("columns", c.columns)):
        if axis is None:
            continue
        yield from path_known(plan, f"{at}.{key}.measure", axis.measure, tenure=True)
        if not axis.nodes:
            yield lacking(f"{at}.{key}", "nodes")
        known = [list(values_of(plan, node)) for node in axis.nodes]
        for index, (before, after) in enumerate(itertools.pairwise(known)):
            if before and after and before[0] >= after[0]:
                path = f"{at}.{key}.nodes[{index + 1}]"
                yield out_of_range(path, after[0], en=f"above {before[0]}", zh=f"大于 {before[0]}")
    if c.rows is not None and c.columns is not None and c.cells:
        wide, high = len(c.columns.nodes), len(c.rows.nodes)
        ragged = sorted({len(row) for row in c.cells} - {wide})
        if len(c.cells) != high or ragged:
            found = f"{len(c.cells)} × {ragged[0] if ragged else wide}"
            yield find("incentives.matrix-shape", Place(key=f"{at}.cells"), found=found, wanted=f"{high} × {wide}")


def _mbo(plan: Plan, at: str, c: Component) -> Iterator[Finding]:
    if not c.objectives:
        yield lacking(at, "objectives")
    for index, objective in enumerate(c.objectives):
        yield from path_known(plan, f"{at}.objectives[{index}].measure", objective.measure)
        for weight in values_of(plan, objective.weight):
            if not 0 <= weight <= 1:
                place = Place(key=f"{at}.objectives[{index}].weight")
                yield find("incentives.share-out-of-range", place, of=objective.measure, share=weight)
    low, high = next(values_of(plan, c.min_score), None), next(values_of(plan, c.max_score), None)
    if low is not None and high is not None and low > high:
        yield find("incentives.clamp-upside-down", Place(key=f"{at}.min_score"), low=low, high=high)


def _spiff(_: Plan, at: str, c: Component) -> Iterator[Finding]:
    if c.amount is None:
        yield lacking(at, "amount")
    if c.first is not None and count(c.first) < 1:
        yield out_of_range(f"{at}.first", c.first, en="1 or more", zh="不小于 1")


def _rank(plan: Plan, at: str, c: Component) -> Iterator[Finding]:
    if not c.prizes:
        yield lacking(at, "prizes")
    for index, prize in enumerate(c.prizes):
        for value in values_of(plan, prize):
            if value < 0:
                yield out_of_range(f"{at}.prizes[{index}]", value, en="zero or more", zh="不小于零")
    for index, test in enumerate(c.minimums):
        yield from path_known(plan, f"{at}.minimums[{index}].measure", test.measure, tenure=True)


def _pool(plan: Plan, at: str, c: Component) -> Iterator[Finding]:
    yield from (lacking(at, key) for key in ("fund", "shares") if getattr(c, key) is None)
    if isinstance(c.fund, Fund):
        yield from path_known(plan, f"{at}.fund.measure", c.fund.measure)
    if isinstance(c.shares, By) and c.shares.kind == "pro_rata":
        yield from path_known(plan, f"{at}.shares", c.shares.of)
    if c.base_rate == "target/quota":
        yield unknown(f"{at}.base_rate", "base_rate", "target/quota", "none for a pool")


def _override(plan: Plan, at: str, c: Component) -> Iterator[Finding]:
    if not c.levels:
        yield lacking(at, "levels")
    for level in c.levels:
        if level < 1:
            yield out_of_range(f"{at}.levels.{level}", level, en="a level from 1", zh="从 1 起的层级")
    if c.base is None:
        yield lacking(at, "base")
    if c.base == "pay":
        if c.component is None:
            yield lacking(at, "component")
        yield from target_known(plan, f"{at}.component", c.component, also=())
        if c.component is not None and plan.components.get(c.component) is c:
            yield unknown(
                f"{at}.component", "component", c.component, tuple(n for n in plan.components if n != c.component)
            )


_NEEDS: dict[str, Callable[[Plan, str, Component], Iterator[Finding]]] = {
    "flat": _flat, "from_threshold": _from_threshold, "curve": _curve, "lookup": _lookup, "matrix": _matrix,
    "mbo": _mbo, "spiff": _spiff, "rank": _rank, "pool": _pool, "override": _override,
}  # fmt: skip
