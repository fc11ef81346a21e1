"""What is to be paid row by row: credits with their numbers, and components compiled to scaled curves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import attrs

from salesteam.core import _table as t
from salesteam.core import exponent
from salesteam.incentives._columnar._asked import Asked
from salesteam.incentives._columnar._bent import plain_bends
from salesteam.incentives._columnar._credit import Credits
from salesteam.incentives._columnar._crew import Crew
from salesteam.incentives._columnar._scaled import Scaled, scaled
from salesteam.incentives._columnar._usable import Marks
from salesteam.incentives._component import Component
from salesteam.incentives._curves import alike, number_on
from salesteam.incentives._days import Days
from salesteam.incentives._model import Plan
from salesteam.incentives._shape import curve_of

__all__ = ["Credited", "Job", "bends", "jobs"]


_BY = ("who", "p")


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Credited:
    """Credits that can be paid, and what numbers in their columns stand for.

    Parameters
    ----------
    stage : Stage
        Credits with measures, days, people and flags.
    order : tuple of str
        The order of rows within every running sum.
    teams : tuple of str
        Names by number.
    days : Days
        Names of periods and intervals.
    marks : Marks
        Puts periods and versions on rows with their days.
    names : tuple of str, optional
        Payees by number, if they were read one by one.
    crew : Crew, optional
        Else they stand in columns.
    seen : mapping of str to Range
        What is known of whole columns of the stage.
    away : Stage, optional
        Credits of payees whom nobody knows, if there are any: transaction, payee, credit.
    """

    stage: t.Stage
    order: tuple[str, ...]
    teams: tuple[str, ...]
    days: Days
    marks: Marks
    names: tuple[str, ...] | None = None
    crew: Crew | None = None
    seen: Mapping[str, t.Range] = attrs.field(factory=dict)
    away: t.Stage | None = None

    def range(self, name: str) -> t.Range:
        """What the cells of a whole column lie between."""
        return self.seen[name] if name in self.seen else t.ranges(self.stage, [name])[name]

    @cached_property
    def groups(self) -> t.Stage | None:
        """The rows ``n`` and the sums ``x_…`` of each payee and period, all made in one pass.

        None where rows do not stand so, or a sum could leave 64 bits.
        """
        sums = [name for name in self.stage.columns if name.startswith("x_")]
        sizes = [self.range(name) for name in sums]
        if not t.swept(self.stage, _BY) or any(each.size * each.rows >= t.INT64_LIMIT for each in sizes):
            return None
        counted = self.stage.with_columns(_one=t.value(1))
        return t.sums(counted, _BY, n="_one", **{name: name for name in sums})

    @cached_property
    def longest(self) -> int:
        """The rows of the payee and period that has most; all rows where they do not stand so."""
        return self.range("who").rows if self.groups is None else t.ranges(self.groups, ["n"])["n"].high

    @cached_property
    def busiest(self) -> int:
        """The rows of the payee who has most; all rows where they do not stand by payee."""
        if self.groups is None:
            return self.range("who").rows
        return t.ranges(t.sums(self.groups.stands("who"), ["who"], n="n"), ["n"])["n"].high

    @property
    def payees(self) -> tuple[str, ...]:
        """Payees by number."""
        if self.names is not None:
            return self.names
        assert self.crew is not None
        return self.crew.payees

    @cached_property
    def named(self) -> t.Stage:
        """Payees by number, as a table: who, payee."""
        if self.crew is not None:
            return self.crew.stage.select("who", "payee").trust("who")
        columns: dict[str, list[Any]] = {"who": list(range(len(self.payees))), "payee": list(self.payees)}
        return t.beside(self.stage, columns, {"who": "whole", "payee": "text"}, unique=["who"])


@attrs.frozen(kw_only=True, eq=False)
class Job:
    """One component compiled: where its numbers stand and how they are scaled."""

    name: str
    index: int
    measure: str
    accumulate: str | None
    interval: str
    shape: Scaled
    steps: int
    parts: int
    aimed: bool
    picks: bool
    bends: bool
    plain: bool
    units: Mapping[str, int]

    @property
    def test(self) -> t.Expr | None:
        """Which credits it pays; None for all."""
        test = t.col(f"w_{self.measure}") > 0 if self.picks else None
        if not self.aimed:
            return test
        mine = t.col(f"f_{self.name}") > 0
        return mine if test is None else test & mine


def bends(plan: Plan, name: str) -> bool:
    """Whether anything but the curve shapes the pay of a component."""
    of = {name, "plan"}
    return (
        any(m.of in of for m in plan.modifiers)
        or any(g.locks in of for g in plan.gates)
        or any(x.of == name for x in (*plan.caps, *plan.floors))
    )


def jobs(plan: Plan, days: Days, cut: Credits, asked: Asked) -> list[Job]:
    """Compile every component that is paid row by row."""
    found, steps = [], cut.steps
    for index, (name, c) in enumerate(plan.components.items()):
        if (
            c.measure is None
            or c.method in {"pool", "curve"}
            or c.measure not in steps
            or plan.measures[c.measure].scope != "payee"
        ):
            continue
        parts = asked.parts(c.measure)
        found.append(
            Job(
                name=name,
                index=index,
                measure=c.measure,
                accumulate=c.accumulate,
                interval="p" if c.accumulate in {None, "period", "transaction", plan.period} else f"i_{c.accumulate}",
                picks=c.measure in cut.picks,
                steps=steps[c.measure],
                shape=_shape(plan, c, (days.versions, asked.as_of), steps[c.measure], parts),
                parts=parts,
                aimed=bool(c.for_),
                bends=bends(plan, name),
                plain=asked.plain and plain_bends(plan, name, steps),
                units=dict(steps),
            )
        )
    return found


_Versions = tuple[tuple[date | None, ...], date | None]
"""Days on which the numbers of a plan change, and the day of the knowledge."""


@attrs.frozen(kw_only=True)
class _Same:
    """A component and its numbers as a key: whatever is equal in all its values, and only that."""

    plan: Plan = attrs.field(eq=False)
    component: Component = attrs.field(eq=False)
    key: Any = attrs.field()


def _shape(plan: Plan, c: Component, versions: _Versions, steps: int, parts: int) -> Scaled:
    """The curves of a component over one scale; they hang on the plan and on days, and are made once for many runs."""
    same = _Same(plan=plan, component=c, key=alike((plan.currency, plan.measures, plan.parameters, c)))
    try:
        return _remembered(same, versions, steps, parts)
    except TypeError:  # something in it cannot be hashed
        return _scaled(same, versions, steps, parts)


@lru_cache(maxsize=64)
def _remembered(same: _Same, versions: _Versions, steps: int, parts: int) -> Scaled:
    return _scaled(same, versions, steps, parts)


def _scaled(same: _Same, versions: _Versions, steps: int, parts: int) -> Scaled:
    plan, (days, as_of) = same.plan, versions
    curves = tuple(curve_of(same.component, number_on(plan, day, as_of)) for day in days)
    curves = curves[:1] if len(set(curves)) == 1 else curves
    money = plan.measures[str(same.component.measure)].unit == "money"
    return scaled(curves, minor=10 ** exponent(plan.currency), steps=steps, money=money, parts=parts)
