"""Whether the terms around pay hang together: gates, windfalls, quotas, draws, money back, release, proration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction

from salesteam.core import Finding, Place, find
from salesteam.incentives._bending import Gate, Lock, Modifier
from salesteam.incentives._model import Plan
from salesteam.incentives._number import Number, count, span
from salesteam.incentives._options import OPTIONS, options_text
from salesteam.incentives._parts import Window
from salesteam.incentives._proof._asks import lacking, out_of_range, path_known, target_known, unknown, values_of
from salesteam.incentives._proof._methods import TIERED
from salesteam.incentives._quota import Quota
from salesteam.incentives._terms import Clawback, Release

__all__ = ["bending_formed", "terms_formed"]

_PARTS = {"year": (2, 4, 12), "half": (2, 6), "quarter": (3,)}
"""Into how many parts a period can be cut: halves, quarters, months."""


def bending_formed(plan: Plan) -> Iterator[Finding]:
    """Findings for modifiers, gates, limits and windfalls that cannot be compiled."""
    for index, modifier in enumerate(plan.modifiers):
        yield from _modifier(plan, f"modifiers[{index}]", modifier)
    for index, gate in enumerate(plan.gates):
        yield from _gate(plan, f"gates[{index}]", gate)
    for key, limits in (("caps", plan.caps), ("floors", plan.floors)):
        for index, limit in enumerate(limits):
            yield from target_known(plan, f"{key}[{index}].of", limit.of, also=("plan", "deal"))
            if limit.excess == "carry" and (key == "floors" or limit.of == "deal"):
                yield unknown(f"{key}[{index}].excess", "excess", "carry", ("lost",))
    for index, windfall in enumerate(plan.windfall):
        at = f"windfall[{index}]"
        yield from target_known(plan, f"{at}.of", windfall.of, also=())
        yield from _at_least_zero(plan, f"{at}.above", windfall.above)
        if windfall.then == "lower_rate" and windfall.rate is None:
            yield lacking(at, "rate")


def _modifier(plan: Plan, at: str, modifier: Modifier) -> Iterator[Finding]:
    yield from target_known(plan, f"{at}.of", modifier.of)
    yield from path_known(plan, f"{at}.measure", modifier.measure, tenure=True)
    given = [k for k in ("clamp", "tiers", "nodes") if getattr(modifier, k)]
    if len(given) > 1 or (not given and modifier.round is None):
        yield lacking(at, "clamp, tiers or nodes (one of them)", whole=True)
    for index, tier in enumerate(modifier.tiers):
        if (tier.multiplier is None) == (tier.rate is None):
            yield lacking(f"{at}.tiers[{index}]", "multiplier", whole=True)


def _gate(plan: Plan, at: str, gate: Gate) -> Iterator[Finding]:
    lock = isinstance(gate.locks, Lock)
    of = gate.locks.of if isinstance(gate.locks, Lock) else gate.locks
    yield from target_known(plan, f"{at}.locks", of, also=() if lock else ("plan",))
    if lock and of in plan.components and plan.components[of].method not in TIERED:
        place = Place(key=f"{at}.locks")
        methods = options_text("method", tuple(name for name in OPTIONS["method"] if name in TIERED))
        yield find("incentives.lock-without-tiers", place, of=of, method=plan.components[of].method, methods=methods)
    if not gate.tests:
        yield lacking(at, "tests")
    for number, test in enumerate(gate.tests):
        yield from path_known(plan, f"{at}.tests[{number}].measure", test.measure, tenure=True)


def terms_formed(plan: Plan) -> Iterator[Finding]:
    """Findings for the terms around pay that cannot be used."""
    for index, quota in enumerate(plan.quotas):
        yield from _quota(plan, f"quotas[{index}]", quota)
    for index, draw in enumerate(plan.draw):
        at = f"draw[{index}]"
        yield from _at_least_zero(plan, f"{at}.amount", draw.amount)
        yield from _share(plan, f"{at}.max_recovery_share", "max_recovery_share", draw.max_recovery_share)
        yield from _window(f"{at}.window", draw.window)
    for index, guarantee in enumerate(plan.guarantee):
        yield from _at_least_zero(plan, f"guarantee[{index}].amount", guarantee.amount)
        yield from _window(f"guarantee[{index}].window", guarantee.window)
    for name, c in plan.components.items():
        yield from _window(f"components.{name}.window", c.window)
    for index, clawback in enumerate(plan.clawback):
        yield from _clawback(plan, f"clawback[{index}]", clawback)
    for index, release in enumerate(plan.release):
        yield from _release(plan, f"release[{index}]", release)
    if plan.accrual is not None and count(plan.accrual.months) < 1:
        yield out_of_range("accrual.months", plan.accrual.months, en="1 or more", zh="不小于 1")
    if plan.valid.from_ and plan.valid.until and plan.valid.from_ >= plan.valid.until:
        place = Place(key="valid")
        yield find("incentives.window-empty", place, at="valid", start=plan.valid.from_, end=plan.valid.until)


def _quota(plan: Plan, at: str, quota: Quota) -> Iterator[Finding]:
    yield from path_known(plan, f"{at}.measure", quota.measure)
    parts = _PARTS.get(quota.period or plan.period, ())
    if quota.weights and len(quota.weights) not in parts:
        place, wanted = Place(key=f"{at}.weights"), ", ".join(map(str, parts)) or "0"
        yield find("incentives.seasonality-count", place, of=quota.measure, found=len(quota.weights), wanted=wanted)
    last = 0
    for index, ramp in enumerate(quota.ramp):
        first, end = span(ramp.months)
        if first < 1 or end < first or first <= last:
            text = f"{first}–{end}"
            yield out_of_range(f"{at}.ramp[{index}].months", text, en="months that follow each other, from 1",
                               zh="从 1 起、依次相接的月份")  # fmt: skip
        last = max(last, end)
        yield from _at_least_zero(plan, f"{at}.ramp[{index}].factor", ramp.factor)
    for index, relief in enumerate(quota.relief):
        yield from _at_least_zero(plan, f"{at}.relief[{index}].factor", relief.factor)


def _clawback(plan: Plan, at: str, clawback: Clawback) -> Iterator[Finding]:
    if clawback.unearned == "straight_line":
        yield from (lacking(at, key) for key in ("term", "unit") if getattr(clawback, key) is None)
    if clawback.unearned == "steps":
        if not clawback.steps:
            yield lacking(at, "steps")
        if clawback.unit is None:
            yield lacking(at, "unit")
    elif isinstance(clawback.unearned, str):
        pass
    else:
        yield from _share(plan, f"{at}.unearned", "unearned", clawback.unearned)
    if clawback.term is not None and count(clawback.term) < 1:
        yield out_of_range(f"{at}.term", clawback.term, en="1 or more", zh="不小于 1")
    for index, step in enumerate(clawback.steps):
        yield from _share(plan, f"{at}.steps[{index}].share", "steps", step.share)
    yield from _share(plan, f"{at}.limit_share", "limit_share", clawback.limit_share)


def _release(plan: Plan, at: str, release: Release) -> Iterator[Finding]:
    given = [key for key in ("on", "holdback", "milestones") if getattr(release, key)]
    if len(given) != 1:
        yield lacking(at, "on, holdback or milestones (one of them)", whole=True)
    if release.holdback is not None and release.until is None:
        yield lacking(at, "until")
    yield from _share(plan, f"{at}.holdback", "holdback", release.holdback)
    yield from target_known(plan, f"{at}.of", release.of, also=())
    for index, milestone in enumerate(release.milestones):
        yield from _share(plan, f"{at}.milestones[{index}].share", milestone.event, milestone.share)


def _window(at: str, window: Window | None) -> Iterator[Finding]:
    if window is None:
        return
    if window.months is not None:
        first, last = span(window.months)
        if first < 1 or last < first:
            yield out_of_range(f"{at}.months", f"{first}–{last}", en="months from 1, the first one first",
                               zh="从 1 起、先小后大的月份")  # fmt: skip
    start, end = window.from_, window.until
    if start is not None and end is not None and _instant(start) >= _instant(end):
        yield find("incentives.window-empty", Place(key=at), at=at, start=start, end=end)


def _instant(moment: date | datetime) -> tuple[str, float]:
    """Days compare with days and moments with moments; of a day and a moment only the days count."""
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.date().isoformat(), moment.timestamp()
    return moment.isoformat()[:10], 0.0


def _at_least_zero(plan: Plan, at: str, number: Number | None) -> Iterator[Finding]:
    for value in values_of(plan, number):
        if value < 0:
            yield out_of_range(at, value, en="zero or more", zh="不小于零")
            return


def _share(plan: Plan, at: str, of: str, number: Number | None) -> Iterator[Finding]:
    for value in values_of(plan, number):
        if not Fraction(0) <= value <= 1:
            yield find("incentives.share-out-of-range", Place(key=at), of=of, share=value)
            return
