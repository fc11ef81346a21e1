"""Gates, factors and limits of every payee and period, as columns of whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm

import attrs

from salesteam.core import _table as t
from salesteam.core import round_to
from salesteam.incentives._bending import Gate, Limit, Modifier, TargetShare
from salesteam.incentives._columnar._asked import Asked
from salesteam.incentives._columnar._numbers import Numbers
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._model import Plan
from salesteam.incentives._number import Number
from salesteam.incentives._parts import GateTest
from salesteam.incentives._path import Path

__all__ = ["Bent", "bent", "plain_bends"]

_LIMIT = 2**62
_DIVISOR = 2**53


@attrs.frozen(kw_only=True, eq=False)
class Bent:
    """What bends the pay of a component.

    Parameters
    ----------
    stage : Stage
        One row for each payee and period, in order: who, p, ``n`` over ``d`` the product of gate and factors,
        ``gate``, ``mn`` over ``d`` the factors alone, ``low`` and ``high`` where there are such limits,
        and ``lacks``, 1 where a number is missing.
    """

    stage: t.Stage


def plain_bends(plan: Plan, name: str, steps: Mapping[str, int]) -> bool:
    """Whether everything that bends a component can be put in columns.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    name : str
        The component.
    steps : mapping of str to int
        The measures that stand in columns.

    Returns
    -------
    bool
        False sends it to `Numbers`, one payee and period after the other.
    """
    modifiers = [m for m in plan.modifiers if m.of in {name, "plan"}]
    gates = [g for g in plan.gates if g.locks in {name, "plan"}]
    limits = [x for x in (*plan.caps, *plan.floors) if x.of == name]
    paths = [m.measure for m in modifiers] + [test.measure for g in gates for test in g.tests]
    own = sum(m.of == name for m in modifiers), sum(m.of == "plan" for m in modifiers)
    return (
        all(m.clamp is not None for m in modifiers)
        and all(m.join != "sum" for m in modifiers if own[m.of == "plan"] > 1)
        and all(not isinstance(x.limit, TargetShare) and (x.at == "after_modifiers" or not own[0]) for x in limits)
        and not (limits and own[1])
        and len({x.at for x in limits}) <= 1
        and plan.attainment_rounding == "none"
        and all(_path(plan, text, steps) is not None for text in paths)
    )


def _path(plan: Plan, text: str, steps: Mapping[str, int]) -> Path | None:
    """The path, if it tells of sums of transactions of a payee or a team."""
    path = Path.parse(text)
    if path is None or path.measure not in steps or path.measure not in plan.measures:
        return None
    return path if plan.measures[path.measure].scope != "all" else None


def bent(plan: Plan, name: str, pairs: t.Stage, asked: Asked, steps: Mapping[str, int], look: Numbers) -> Bent | None:
    """Gates, factors and limits of a component for each payee and period.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in; `plain_bends` holds of the component.
    name : str
        The component.
    pairs : Stage
        Columns who and p, each pair once, in order.
    asked : Asked
        Sums and quotas by number.
    steps : mapping of str to int
        Units of a measure's column in its smallest unit.
    look : Numbers
        Gives the numbers of the plan in a period.

    Returns
    -------
    Bent or None
        None where a number of the plan does not hold in a period yet, or a product could leave 64 bits.
    """
    try:
        return _Bender(plan, name, asked, steps, look).made(pairs)
    except (Lacking, OverflowError):
        return None


@attrs.define(eq=False)
class _Bender:
    plan: Plan
    name: str
    asked: Asked
    steps: Mapping[str, int]
    look: Numbers
    stage: t.Stage = attrs.field(init=False)
    lacks: dict[str, list[t.Expr]] = attrs.field(factory=dict, init=False)
    sizes: dict[str, int] = attrs.field(factory=dict, init=False)

    def made(self, pairs: t.Stage) -> Bent:
        self.stage = pairs
        of = {self.name, "plan"}
        gates = [gate for gate in self.plan.gates if gate.locks in of]
        modifiers = [m for m in self.plan.modifiers if m.of in of]
        texts = [test.measure for gate in gates for test in gate.tests] + [m.measure for m in modifiers]
        over = {text: self._reached(text) for text in dict.fromkeys(texts)}
        opened, lacks = t.value(1), t.value(0) > 0
        for gate in gates:  # what lies behind a closed gate is not asked for
            lacks = lacks | ((opened == 1) & self._lack([test.measure for test in gate.tests]))
            opened = t.when(self._open(gate, over), opened, 0)
        lacks = lacks | self._lack([m.measure for m in modifiers])
        up, under, size = t.value(1), t.value(1), (1, 1)
        for modifier in modifiers:
            n, d, (size_n, size_d) = self._factor(modifier, over)
            up, under, size = up * n, under * d, (size[0] * size_n, size[1] * size_d)
        _below(*size)
        made = {"gate": opened, "mn": up, "d": under}
        made["lacks"] = t.when(lacks, 1, 0)
        stage = self.stage.with_columns(**made)
        stage = stage.with_columns(n=t.col("gate") * t.col("mn"), **self._limits())
        kept = [c for c in ("who", "p", "n", "d", "gate", "mn", "low", "high", "lacks") if c in stage.columns]
        return Bent(stage=t.placed(stage.select(*kept), ["who", "p"]))

    def _reached(self, text: str) -> tuple[t.Expr, t.Expr, int, int]:
        """What was reached of a path: over, under, and bounds of their sizes; columns for both are put in the stage."""
        path = Path.parse(text)
        assert path is not None
        measure = path.measure
        team = path.team or self.plan.measures[measure].scope == "team"
        keys = ["team", "p"] if team else ["who", "p"]
        if team and "team" not in self.stage.columns:
            assert self.asked.crew is not None
            self.stage = t.named(self.stage, self.asked.crew.stage.select("who", "team"), "who", proved=True)
        lacks = self.lacks.setdefault(text, [t.col("team") < 0] if team else [])
        at = len(self.sizes)
        sums = self.asked.team_sums(measure) if team else self.asked.sums(measure)
        self.stage = self.stage.join(sums.rename(s=f"s{at}"), keys, how="left")
        self.stage = self.stage.with_columns(**{f"s{at}": t.col(f"s{at}").fill(0)})
        self.sizes[f"s{at}"] = t.ranges(sums, ["s"])["s"].size
        steps = self.steps[measure]
        if not path.attainment:
            return (
                t.col(f"s{at}"),
                t.value(steps * self.look.unit(measure)),
                self.sizes[f"s{at}"],
                steps * self.look.unit(measure),
            )
        periods = self.asked.periods
        if self.asked.quotas is None:
            raise OverflowError
        quotas = (
            self.asked.team_quota(measure, periods) if team else self.asked.quota(measure, periods, "p").drop("team")
        )
        self.stage = self.stage.join(quotas.rename(q=f"q{at}"), keys, how="left")
        missing = t.col(f"q{at}").fill(0) <= 0
        positive = t.when(missing, 1, t.col(f"q{at}").fill(1))
        self.stage = self.stage.with_columns(**{f"q{at}": positive * steps, f"l{at}": t.when(missing, 1, 0)})
        lacks.append(t.col(f"l{at}") > 0)
        most = max(t.ranges(quotas, ["q"])["q"].size, 1) * steps
        _below(most)
        return t.col(f"s{at}"), t.col(f"q{at}"), self.sizes[f"s{at}"], most

    def _lack(self, texts: Sequence[str]) -> t.Expr:
        """Whether a number that one of these paths needs is missing."""
        found = t.value(0) > 0
        for test in (test for text in texts for test in self.lacks[text]):
            found = found | test
        return found

    def _numbers(self, number: Number) -> list[Fraction]:
        """A number of the plan in every period."""
        return [self.look.look(period)(number) for period in self.asked.periods]

    def _open(self, gate: Gate, over: Mapping[str, tuple[t.Expr, t.Expr, int, int]]) -> t.Expr:
        passed: t.Expr | None = None
        for test in gate.tests:
            each = self._passed(test, *over[test.measure])
            if passed is not None:
                each = passed & each if gate.needs == "all" else passed | each
            passed = each
        assert passed is not None
        return passed

    def _passed(self, test: GateTest, up: t.Expr, under: t.Expr, size_up: int, size_under: int) -> t.Expr:
        needed = self._numbers(test.at_least)
        whole = lcm(*(x.denominator for x in needed))
        parts = [int(x * whole) for x in needed]
        _below(size_up * whole, size_under * max(map(abs, parts)))
        return up * whole >= under * _in_period(parts)

    def _factor(
        self, modifier: Modifier, over: Mapping[str, tuple[t.Expr, t.Expr, int, int]]
    ) -> tuple[t.Expr, t.Expr, tuple[int, int]]:
        """The factor of one modifier over its denominator, and bounds of both."""
        assert modifier.clamp is not None
        up, under, size_up, size_under = over[modifier.measure]
        lows, highs = (self._numbers(limit) for limit in modifier.clamp)
        if min(lows) < 0 or any(low > high for low, high in zip(lows, highs, strict=True)):
            raise OverflowError
        whole = lcm(*(x.denominator for x in (*lows, *highs)))
        if modifier.round is None:
            low, high = (_in_period([int(x * whole) for x in limits]) for limits in (lows, highs))
            top = int(max(highs) * whole)
            _below(size_up * whole, size_under * top)
            below, above = up * whole < under * low, up * whole > under * high
            n = t.when(below, low, t.when(above, high, up))
            d = t.when(below | above, t.value(whole), under)
            return n, d, (max(top, size_up), max(whole, size_under))
        steps = set(self._numbers(modifier.round.to))
        if len(steps) > 1:
            raise OverflowError
        step = steps.pop()
        whole = lcm(whole, step.denominator)
        low, high = (_in_period([int(x * whole) for x in limits]) for limits in (lows, highs))
        _below(size_up * step.denominator * whole)
        _below(size_under * step.numerator, limit=_DIVISOR)
        _below(size_up * step.denominator, limit=t.QUOTIENT_LIMIT)
        mode = modifier.round.rule
        places = (up * step.denominator).round_div(under * step.numerator, rounding=mode)
        units = places * int(step * whole)
        found = t.when(units < low, low, t.when(units > high, high, units))
        return found, t.value(whole), (int(max(highs) * whole), whole)

    def _limits(self) -> dict[str, t.Expr]:
        found: dict[str, t.Expr] = {}
        floors, caps = (self._amounts(limits) for limits in (self.plan.floors, self.plan.caps))
        low = [max(row) for row in zip(*floors, strict=True)] if floors else []
        high = [min(row) for row in zip(*caps, strict=True)] if caps else []
        if low and high:
            low = [min(a, b) for a, b in zip(low, high, strict=True)]
        if low:
            found["low"] = _in_period(low)
        if high:
            found["high"] = _in_period(high)
        return found

    def _amounts(self, limits: Sequence[Limit]) -> list[list[int]]:
        """Each limit of the component in minor units, in every period."""
        mine = [limit.limit for limit in limits if limit.of == self.name and not isinstance(limit.limit, TargetShare)]
        rounding = self.plan.rounding
        return [[round_to(x * self.look.minor, rounding) for x in self._numbers(number)] for number in mine]


def _below(*sizes: int, limit: int = _LIMIT) -> None:
    if max(sizes) >= limit:
        raise OverflowError


def _in_period(numbers: Sequence[int]) -> t.Expr:
    """The number of the period that a row belongs to."""
    found = t.value(numbers[0])
    for p, number in enumerate(numbers[1:], start=1):
        if number != numbers[p - 1]:
            found = t.when(t.col("p") >= p, number, found)
    return found
