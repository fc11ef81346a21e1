"""Findings about a plan, proven from the plan alone, each with a witness; and about a plan on its facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

import attrs

from salesteam.core import Finding, Place, Report, Severity, find
from salesteam.errors import InvalidValueError
from salesteam.incentives._choices import CONVENTIONS, idle_choices, missing_choices
from salesteam.incentives._component import Component
from salesteam.incentives._curve import Curve
from salesteam.incentives._curves import alike, change_days, number_on, refs
from salesteam.incentives._filled import filled
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._plausible import currency_known, plausible
from salesteam.incentives._policy import Policy
from salesteam.incentives._proof._bands import in_order, ladders
from salesteam.incentives._proof._gates import of_gates, of_ladder
from salesteam.incentives._proof._order import draws, order, sizes, twice
from salesteam.incentives._proof._slopes import falling_rates, of_curve
from salesteam.incentives._proof._sums import sums
from salesteam.incentives._proof._tables import factors, matrices
from salesteam.incentives._proof._target import caps, target_pay
from salesteam.incentives._proof._together import together
from salesteam.incentives._shape import Lookup, curve_of
from salesteam.incentives._wellformed import wellformed
from salesteam.incentives._whole import misnamed

__all__ = ["check_plan", "curves_of", "refused"]


def check_plan(
    plan: Plan,
    facts: Facts | None = None,
    *,
    as_of: date | None = None,
    open_period: str | None = None,
    policy: Policy | None = None,
) -> Report:
    """Everything wrong, doubtful or worth a question in a plan; with facts, in what it does to them too.

    Without facts it proves: what it says of a result holds for every result, and it names one that shows it, as `at`
    in the unit of the measure, or as a share of quota where bounds are such shares.
    It never raises.

    Parameters
    ----------
    plan : Plan
        As read; it need not be right.
    facts : Facts, optional
        What it would be paid on; a plan with errors is not run.
    as_of : date, optional
        Day of the knowledge for the run on the facts.
    open_period : str, optional
        First period that is not closed yet, such as ``"2026-10"``; facts dated before it are late.
    policy : Policy, optional
        Thresholds of what is worth a question in the facts.

    Returns
    -------
    Report
        Errors refuse the plan; warnings and notes do not.

    Examples
    --------
    >>> from salesteam.incentives import scheme
    >>> check_plan(scheme("shared_pool")).ok
    True
    """
    full, found, curves, names = _required(plan, prove=True)
    found += idle_choices(plan, curves, names)
    found += twice(full)
    found += _parameters(full)
    report = Report(_once(found))
    if facts is None or not report.ok:
        return report
    from salesteam.incentives._checkfacts import check_facts

    return report + check_facts(full, facts, as_of, open_period, policy)


def refused(plan: Plan) -> Report:
    """What refuses a plan, without the proofs that only warn; empty for a plan that may run.

    Parameters
    ----------
    plan : Plan
        As read.

    Returns
    -------
    Report
        Everything that `check` finds if there is an error among it, else nothing.
    """
    try:
        return _remembered(_Same(plan=plan, key=alike(plan)))
    except TypeError:  # something in it cannot be hashed
        return _refused(plan)


@attrs.frozen(kw_only=True)
class _Same:
    """A plan as the key of what is remembered about it: whatever is equal in all its values, and only that."""

    plan: Plan = attrs.field(eq=False)
    key: Any = attrs.field()


@lru_cache(maxsize=64)
def _remembered(same: _Same) -> Report:
    """What refuses a plan, found once for many runs of it."""
    return _refused(same.plan)


def _refused(plan: Plan) -> Report:
    _, found, _, _ = _required(plan, prove=False)
    return check_plan(plan) if any(f.severity is Severity.ERROR for f in found) else Report()


def curves_of(plan: Plan) -> dict[str, Curve]:
    """The curves of the components that have one, on the last day on which a number changes."""
    return _required(plan, prove=False)[2]


def _required(plan: Plan, *, prove: bool) -> tuple[Plan, list[Finding], dict[str, Curve], dict[str, None]]:
    """The plan with its bundle, what refuses it, its curves, and the names of its numbers; and what is proven of it."""
    found: list[Finding] = []
    if plan.conventions is not None and plan.conventions not in CONVENTIONS:
        known = tuple(CONVENTIONS)
        found.append(
            find("incentives.conventions-unknown", Place(key="conventions"), name=plan.conventions, known=known)
        )
    full = filled(plan)
    names = refs(full)
    broken = [*currency_known(full), *misnamed(plan), *wellformed(full), *plausible(full)]
    found += broken
    curves: dict[str, Curve] = {}
    if not any(f.place.key and f.place.key.startswith("parameters") for f in broken):
        for day in (None, *change_days(full, full)):
            found += _on(full, number_on(full, day), _paths(broken), curves, prove=prove)
        found += sizes(full) if not any(f.code == "incentives.currency-unknown" for f in broken) else ()
    found += missing_choices(full, curves, names)
    found += order(full)
    return full, found, curves, names


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Each point once, with the first numbers that show it."""
    seen = set()
    for finding in findings:
        at = dict(finding.values).get("at")
        key = (finding.code, finding.place, at if isinstance(at, Fraction) else finding.values)
        if key not in seen:
            seen.add(key)
            yield finding


def _on(plan: Plan, look: Lookup, wrong: set[str], curves: dict[str, Curve], *, prove: bool) -> Iterator[Finding]:
    """Findings of the numbers of one day."""
    today: dict[str, Curve] = {}
    for name, component in plan.components.items():
        if f"components.{name}" not in wrong and component.method:
            yield from _component(plan, name, component, (look, today), prove=prove)
    curves.update(today)
    yield from sums(plan, look)
    if "modifiers" not in wrong:
        yield from factors(plan, look)
    if prove:
        yield from _proven(plan, look, wrong, today)


def _proven(plan: Plan, look: Lookup, wrong: set[str], today: dict[str, Curve]) -> Iterator[Finding]:
    yield from draws(plan, look)
    if "caps" not in wrong and "modifiers" not in wrong:
        yield from caps(plan, today, look)
    if "gates" not in wrong:
        yield from of_gates(plan, today, look)
    yield from target_pay(plan, today, look)
    if not wrong & {"gates", "modifiers", "quotas"}:
        for name, curve in today.items():
            yield from together(plan, name, plan.components[name], curve, look)


def _paths(broken: list[Finding]) -> set[str]:
    """The parts of a plan that do not hang together: a component by its name, other keys whole."""
    found: set[str] = set()
    for finding in broken:
        key = finding.place.key or ""
        head = key.partition(".")[0].partition("[")[0]
        found.add(head)
        parts = key.split(".")
        found.update(".".join(parts[: i + 1]).partition("[")[0] for i in range(1, len(parts)))
    return found


def _component(
    plan: Plan, name: str, c: Component, on: tuple[Lookup, dict[str, Curve]], *, prove: bool
) -> Iterator[Finding]:
    look, curves = on
    at = f"components.{name}"
    sound = True
    for ladder in ladders(plan, at, c, look):
        problems = list(in_order(ladder))
        yield from problems
        if any(
            f.code in {"incentives.tier-order", "incentives.tier-overlap"} for f in problems if f.severity.rank == 0
        ):
            sound = False
            continue
        if c.method != "proportional_rate":  # its rates add up
            yield from falling_rates(ladder)
        table = ladder.at.removeprefix(at)
        measure = c.tables[int(table[8:-1])].measure if table else c.measure
        yield from of_ladder(plan, ladder, c, look, measure)
    if not sound:
        return
    if prove:
        yield from matrices(plan, at, c, look)
    try:
        curve = curve_of(c, look)
    except InvalidValueError:  # a method without a curve
        return
    curves[name] = curve
    if prove:
        yield from of_curve(at, c, curve)


def _parameters(plan: Plan) -> Iterator[Finding]:
    for name, parameter in plan.parameters.items():
        for index, dated in enumerate(parameter.values):
            missing = tuple(key for key in ("source", "reason") if not getattr(dated, key))
            if missing:
                place = Place(key=f"parameters.{name}.values[{index}]")
                yield find("incentives.param-unexplained", place, name=name, value=dated.value, missing=missing)
