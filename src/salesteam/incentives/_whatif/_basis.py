"""What the metrics of a run stand on: pay, base, target, attainment and sales of every payee."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import attrs

from salesteam.core import _table as t
from salesteam.core import exponent
from salesteam.errors import InvalidValueError
from salesteam.incentives._curves import number_on
from salesteam.incentives._days import ONCE, spans
from salesteam.incentives._frame import AttainmentRow, TargetRow, ValueRow
from salesteam.incentives._run import Run

__all__ = ["Basis"]

ZERO = Fraction(0)


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Basis:
    """Numbers of a run by payee, in minor units where they are money.

    Parameters
    ----------
    run : Run
        Any.
    """

    run: Run

    @cached_property
    def pay(self) -> Mapping[str, int]:
        """Incentives by payee."""
        found: dict[str, int] = {}
        for row in self.run.payouts:
            found[row.payee] = found.get(row.payee, 0) + row.pay_minor
        return found

    @cached_property
    def _targets(self) -> dict[str, tuple[Fraction | None, Fraction | None]]:
        """Target and base of each payee over the periods of the run, from the table of targets."""
        if self.run.facts.targets is None:
            return {}
        rows = t.read_table(self.run.facts.targets, TargetRow, table="targets", currency=self.run.plan.currency)
        found: dict[str, tuple[Fraction | None, Fraction | None]] = {}
        for row in rows.values:
            times = self._times(row.period)
            target, base = found.get(row.payee, (None, None))
            found[row.payee] = (_plus(target, row.target_minor, times), _plus(base, row.base_minor, times))
        return found

    def _times(self, period: str | None) -> Fraction:
        """How often a row for a period counts in this run: by the pay periods of the run that lie in it."""
        own = self.run.periods
        if period is None:
            return Fraction(max(len(own), 1))
        if ONCE in own or not own:
            return Fraction(1)
        try:
            low, high = spans(period)
        except InvalidValueError:
            return ZERO
        inside = [name for name in own if low <= spans(name)[0] and spans(name)[1] <= high]
        if inside:
            return Fraction(len(inside), _count(inside[0], low, high))
        first, last = min(spans(name)[0] for name in own), max(spans(name)[1] for name in own)
        return Fraction(int(first <= low and high <= last))

    @cached_property
    def target(self) -> Mapping[str, Fraction]:
        """Pay at target by payee: of the table of targets, else what the components of the plan say."""
        told = {payee: target for payee, (target, _) in self._targets.items() if target is not None}
        plan = self.run.plan
        own = ZERO
        for name in self.run.periods or (ONCE,):
            look = number_on(plan, _first(name), self.run.as_of)
            for component in plan.components.values():
                if component.target is not None:
                    weight = look(component.weight) if component.weight is not None else Fraction(1)
                    own += look(component.target) * weight * 10 ** exponent(plan.currency)
        if own:
            told = {**dict.fromkeys(self.pay, own), **told}
        return told

    @cached_property
    def base(self) -> Mapping[str, Fraction]:
        """Base pay by payee."""
        return {payee: base for payee, (_, base) in self._targets.items() if base is not None}

    @cached_property
    def measure(self) -> str | None:
        """The measure that performance is read from: the first, by component, for which there is attainment."""
        held = {row.measure for row in self.run.attainment}
        named = [str(c.measure).removeprefix("team.").removesuffix(".attainment") for c in self._components()]
        return next((name for name in (*named, *self.run.plan.measures) if name in held), None)

    def _components(self) -> Iterable[Any]:
        return (c for c in self.run.plan.components.values() if c.measure)

    @cached_property
    def _rows(self) -> Mapping[str, list[AttainmentRow]]:
        found: dict[str, list[AttainmentRow]] = {}
        for row in self.run.attainment:
            if row.measure == self.measure and row.attainment is not None:
                found.setdefault(row.payee, []).append(row)
        return found

    @cached_property
    def reached(self) -> Mapping[str, tuple[Fraction, Fraction]]:
        """What each payee with a quota achieved and was asked for, over all periods of the run."""
        found: dict[str, tuple[Fraction, Fraction]] = {}
        for payee, rows in self._rows.items():
            pairs = [(row.value, row.quota) for row in rows if row.value is not None and row.quota is not None]
            if len(pairs) == len(rows):
                found[payee] = sum((v for v, _ in pairs), ZERO), sum((q for _, q in pairs), ZERO)
        return found

    @cached_property
    def attainment(self) -> Mapping[str, Fraction]:
        """Attainment of each payee over all periods of the run; the mean of the periods where it came ready."""
        found: dict[str, Fraction] = {}
        for payee, rows in self._rows.items():
            value, quota = self.reached.get(payee, (ZERO, ZERO))
            ready = [row.attainment for row in rows if row.attainment is not None]
            found[payee] = value / quota if quota else sum(ready, ZERO) / len(ready)
        return found

    @cached_property
    def sold(self) -> Mapping[str, Fraction]:
        """What each payee was credited with."""
        found: dict[str, Fraction] = {}
        for row in self.run.credits:
            found[row.payee] = found.get(row.payee, ZERO) + row.credit_minor
        return found

    @cached_property
    def revenue(self) -> Fraction:
        """Sales once: all carve-outs with what stays with the house, or the first ready measure in money."""
        if self.run.facts.transactions is not None:
            return Fraction(sum(row.credit_minor for row in self.run.credits if row.kind != "overlay"))
        rows = t.read_table(self.run.facts.values, ValueRow, table="values").values
        money = [name for name, measure in self.run.plan.measures.items() if measure.unit == "money"]
        held = next((name for name in money if any(row.measure == name for row in rows)), None)
        return sum((row.value for row in rows if row.measure == held and row.payee), ZERO) * self.run.minor


def _plus(sum_: Fraction | None, amount: int | None, times: Fraction) -> Fraction | None:
    return sum_ if amount is None else (sum_ or ZERO) + amount * times


def _first(period: str) -> date | None:
    start = spans(period)[0]
    return None if start == date.min else start


def _count(period: str, low: date, high: date) -> int:
    """How many periods like one lie in a span, by its length in months, else in weeks."""
    start, end = spans(period)
    months = (end.year - start.year) * 12 + end.month - start.month
    if start.day == end.day == 1 and months:
        return max(((high.year - low.year) * 12 + high.month - low.month) // months, 1)
    return max(round((high - low).days / (end - start).days), 1)
