"""What cannot be gone on with from an earlier run: plans, and facts that have changed behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import attrs

from salesteam.core import Finding, Place, find
from salesteam.incentives._bending import Lock
from salesteam.incentives._component import paid_component
from salesteam.incentives._curves import refs
from salesteam.incentives._days import ONCE, ends, interval_name, spans
from salesteam.incentives._exact._carried import Carried, State, Told
from salesteam.incentives._exact._gates import goes_by_rows, locked, sees_rows
from salesteam.incentives._exact._halt import changed
from salesteam.incentives._exact._windfall import windfall_of
from salesteam.incentives._model import Plan
from salesteam.incentives._posted import TENURE

__all__ = ["strayed", "unfit"]

_SINCE = frozenset({"payee", "start", "end"})


def unfit(plan: Plan) -> list[Finding]:
    """What of a plan needs all rows at once."""
    rows = [name for name in plan.components if sees_rows(plan, name)]
    told = [f"components.{name}" for name in plan.components if not _goes_on(plan, name, rows)]
    own = (plan.components[name] for name in rows)
    slabs = any(c.method == "slab" and c.accumulate != "transaction" for c in own)
    at_end = [i for i, rule in enumerate(plan.clawback) if rule.method == "at_paid_rate" and slabs]
    told += [f"clawback[{i}]" for i in at_end]  # the rate of a retroactive sum is that of where it comes to in the end
    for i, rule in enumerate(plan.windfall):  # what customers bought is added up component by component
        several = len([name for name in rows if windfall_of(plan, name) is rule]) > 1
        told += [f"windfall[{i}]"] if rule.per == "customer" and several else []
    told += ["fx.rate_on"] if plan.fx is not None and plan.fx.rate_on == "payment_date" else []
    for i, gate in enumerate(plan.gates):
        mine = rows if locked(gate) == "plan" else [name for name in rows if name == locked(gate)]
        told += [f"gates[{i}]"] if mine and (gate.when == "transaction" or isinstance(gate.locks, Lock)) else []
    told += [f"caps[{i}]" for i, cap in enumerate(plan.caps) if cap.excess == "carry" and not _waits(plan, cap.of)]
    by_rows = [name for name in plan.components if goes_by_rows(plan, name)]
    if len(by_rows) > 1 and (plan.gates or plan.modifiers):  # what was paid is shared out anew as they change
        for key in ("caps", "floors"):
            told += [f"{key}[{i}]" for i, limit in enumerate(getattr(plan, key)) if limit.of == "plan"]
    return [find("incentives.resume-unfit", Place(key=at), at=at) for at in told]


def _waits(plan: Plan, of: str) -> bool:
    """Whether what a cap cuts off is paid row after row, by no more than one component that shares it with nobody."""
    names = list(plan.components) if of == "plan" else [of]
    limits = any(x.of == "plan" for x in (*plan.caps, *plan.floors))
    alone = len(plan.components) == 1 if limits else len(names) == 1
    paid_on = {paid_component(c) for c in plan.components.values()}
    return alone and all(goes_by_rows(plan, n) and not plan.components[n].pay_split and n not in paid_on for n in names)


def _goes_on(plan: Plan, name: str, rows: list[str]) -> bool:
    c = plan.components[name]
    summed = c.measure in plan.measures and plan.measures[str(c.measure)].aggregate in {"sum", "count"}
    return name not in rows or c.method == "spiff" or summed


def strayed(plan: Plan, as_of: date | None, state: State, told: Told) -> Iterator[Finding]:
    """What has changed under rows that an earlier run has paid."""
    before, payees = state.carried.told, state.carried.payees
    yield from _ready(plan, before, told)
    if not payees:
        return
    if before.given != told.given:
        yield changed("people", "people")
    last = _last(plan, state)
    follows = plan.proration is not None and plan.proration.plan_change in {"first", "last"}
    aimed = any(c.for_ for c in plan.components.values())
    for payee in _watched(plan, state.carried):
        old, new = before.people.get(payee, ()), told.people.get(payee, ())
        if old != new and ((follows and aimed) or _timeline(old, new, last, plan) != _timeline(new, old, last, plan)):
            yield changed("people", payee)
    for name in refs(plan) if as_of != state.as_of else ():
        parameter = plan.parameters[name]
        days = {*parameter.changes(as_of), *parameter.changes(state.as_of), date.min}
        if any(parameter.on(day, as_of) != parameter.on(day, state.as_of) for day in days if day <= last):
            yield changed(f"parameters.{name}", f"{as_of or ''}")


def _ready(plan: Plan, before: Told, told: Told) -> Iterator[Finding]:
    """Ready values that stand between the rows of a running sum, each after the rows of its period."""
    ready = {key[0].removesuffix(".attainment") for each in (before, told) for key in each.moves if key[1] == "payee"}
    for name, c in plan.components.items():
        stands = sees_rows(plan, name) or (c.method == "override" and paid_component(c) is None)
        months = c.window is not None and c.window.months is not None
        for own in {c.measure, TENURE if months else None} & ready if stands else ():
            yield find("incentives.resume-unfit", Place(table="values", key=own), at=f"facts.values ({own})")


def _watched(plan: Plan, carried: Carried) -> list[str]:
    """Those whose place among people matters for what was paid: who was credited, and managers paid on others."""
    found = dict.fromkeys(carried.payees)
    if not any(c.method == "override" for c in plan.components.values()):
        return list(found)
    found |= dict.fromkeys(who for who, _, _ in carried.pays)
    waiting = list(found)
    while waiting:
        managers = {row.manager for row, _ in carried.told.people.get(waiting.pop(), ()) if row.manager}
        waiting += managers - found.keys()
        found |= dict.fromkeys(managers)
    return list(found)


def _last(plan: Plan, state: State) -> date:
    """The last day whose numbers an earlier run may have used."""
    starts = (spans(period)[0] for period in state.carried.periods)
    latest = max([state.carried.last, plan.valid.from_ or date.min, *starts])
    chosen = {plan.parameters_at, *(c.hierarchy_at for c in plan.components.values())}
    chosen |= set() if plan.rollup is None else {plan.rollup.hierarchy_at}
    above = any(c.method == "override" and not goes_by_rows(plan, name) for name, c in plan.components.items())
    if ("period_end" not in chosen and not above) or latest == date.min:
        return latest
    if plan.period == ONCE:
        return max(latest, ends(plan, ONCE)[1] or latest)
    kinds = {c.accumulate for c in plan.components.values()} | {None}
    until = [spans(interval_name(plan, kind, latest))[1] for kind in kinds]
    return max(end if end == date.max else end - timedelta(days=1) for end in until)


def _timeline(rows: Iterable[Any], others: Iterable[Any], last: date, plan: Plan) -> list[Any]:
    """What the rows of a payee say on each day up to the last on which any of two tables changes."""
    both = [row for row, _ in (*rows, *others)]
    days = {day for row in both for day in (row.start, row.end) if day is not None and day <= last}
    held = [_said(rows, day) for day in sorted({date.min, *days})]
    return [*held, _said(rows, None)] if plan.period == ONCE else held


def _said(rows: Iterable[Any], day: date | None) -> Any:
    for row, extra in rows:
        if day is None or (row.start or date.min) <= day < (row.end or date.max):
            return attrs.asdict(row, filter=lambda field, _: field.name not in _SINCE), extra
    return None
