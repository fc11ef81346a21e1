"""A plan compiled for arrays: one cell for each payee and period, from the same numbers that `pay` uses."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

import attrs

from salesteam.core._table import _arrays as arrays
from salesteam.incentives._bending import Gate, Limit, Lock, Modifier
from salesteam.incentives._component import Component
from salesteam.incentives._exact._bend import Bends
from salesteam.incentives._exact._book import Book
from salesteam.incentives._exact._meter import below
from salesteam.incentives._exact._stay import Stays
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._model import Plan
from salesteam.incentives._parts import Rounding, Tier
from salesteam.incentives._path import Path
from salesteam.incentives._people import people_of
from salesteam.incentives._posted import TENURE, posted
from salesteam.incentives._shape import bands
from salesteam.incentives._whatif._bent import Factor, Opening, Range
from salesteam.incentives._whatif._cells import Cell, Curved, How, Job, Looked, Scored
from salesteam.incentives._whatif._pooling import Pooled, pooled
from salesteam.incentives._whatif._ramps import Ramps
from salesteam.incentives._whatif._reach import Gauge, Holder, Leaf
from salesteam.incentives._whatif._world import World

__all__ = ["Compiled", "compiled"]

_MODES = {"floor": "down", "ceiling": "up", "nearest": "half_up"}
_PERIOD = frozenset({None, "transaction", "period"})


@attrs.frozen(kw_only=True, eq=False)
class Compiled:
    """A plan for arrays.

    Parameters
    ----------
    cells : mapping of (str, int) to Cell
        By payee and place of the period.
    parts : tuple of dict
        For each period, what the number of a group is the sum of.
    leaves : tuple of leaf
        What is drawn.
    lacking : tuple of (str, str, str, str)
        Payee, period, component and code of what lacks a number, and so pays nothing.
    """

    cells: dict[tuple[str, int], Cell]
    parts: tuple[dict[Leaf, tuple[Leaf, ...]], ...]
    leaves: tuple[Leaf, ...]
    lacking: tuple[tuple[str, str, str, str], ...]


def compiled(plan: Plan, world: World, as_of: date | None) -> Compiled:
    """Compile a plan whose parts are all simulated.

    Parameters
    ----------
    plan : Plan
        Checked, with its bundle filled in.
    world : World
        Who, when, and what is asked of them.
    as_of : date or None
        Day of the knowledge.
    """
    return _Compiler(plan, world, as_of).run()


class _Compiler:
    def __init__(self, plan: Plan, world: World, as_of: date | None) -> None:
        facts = world.facts
        people = people_of(facts.people)
        self.plan, self.world = plan, world
        self.book = Book(
            plan=plan, people=people, stays=Stays.of(plan, people, facts), posted=posted(plan, facts), credits=(),
            periods=world.periods, known_as_of=as_of,
        )  # fmt: skip
        self.bends = Bends(book=self.book)
        self.names = list(plan.components)
        self.parts: list[dict[Leaf, tuple[Leaf, ...]]] = [{} for _ in world.periods]
        self.ramps = Ramps(self.book)
        self.gauges: dict[tuple[str, Holder, int], Gauge] = {}
        self.shared: dict[tuple[int, int, Gauge], Factor] = {}
        self.free = {name for name in (*self.names, "plan") if not _bends(plan, name)}
        self.intervals: dict[tuple[str | None, str], str] = {}
        self.lacking: list[tuple[str, str, str, str]] = []
        self.own = {(o.team, o.measure) for o in world.outlooks if o.team is not None}
        self.leaves: dict[Leaf, None] = {}

    def run(self) -> Compiled:
        cells: dict[tuple[str, int], Cell] = {}
        for payee in self.world.payees:
            for at, period in enumerate(self.world.periods):
                cell = self._cell(payee, at, period)
                if cell is not None:
                    cells[payee, at] = cell
            self._wait(payee, cells)
        return Compiled(cells=cells, parts=tuple(self.parts), leaves=tuple(self.leaves), lacking=tuple(self.lacking))

    def _wait(self, payee: str, cells: dict[tuple[str, int], Cell]) -> None:
        """Where nothing bends pay and one curve holds in an interval, its last period pays for all."""
        together: dict[tuple[int, str], list[Job]] = {}
        for at in range(len(self.world.periods)):
            cell = cells.get((payee, at))
            for job in () if cell is None else cell.jobs:
                if isinstance(job.how, Curved) and job.how.interval:
                    free = job.plain and job.how.summed and cell is not None and not cell.bent
                    together.setdefault((job.component, job.how.interval), []).append(job)
                    job.later = job.how if free else None
        for jobs in together.values():
            curves = [job.later for job in jobs if job.later is not None]
            if len(curves) < len(jobs) or len({id(how.ramp) for how in curves}) > 1:
                for job in jobs:
                    job.later = None
                continue
            for how in curves[:-1]:
                how.waits = True
            curves[-1].ends = True

    def _cell(self, payee: str, at: int, period: str) -> Cell | None:
        jobs = []
        for number, (name, c) in enumerate(self.plan.components.items()):
            if c.for_ and c.method != "pool" and not self.book.suits(payee, period, c.for_):
                continue
            try:
                jobs.append(self._job(number, name, c, payee, at, period))
            except Lacking as why:
                if why.code != "nobody":
                    self.lacking.append((payee, period, name, why.code))
        if not jobs:
            return None
        if "plan" in self.free:
            return Cell(jobs=tuple(jobs))
        try:
            factors, adds = self._factors("plan", payee, at, period)
            before, after = self._limits("plan", payee, period)
        except Lacking as why:
            self.lacking.append((payee, period, "plan", why.code))
            return None
        return Cell(jobs=tuple(jobs), factors=factors, adds=adds, before=before, after=after)

    def _job(self, number: int, name: str, c: Component, payee: str, at: int, period: str) -> Job:
        ways: dict[str, Callable[..., How]] = {"lookup": self._looked, "mbo": self._scored, "pool": self._pooled}
        how = ways.get(c.method, self._curved)(number, name, c, payee, at, period)
        if name in self.free:
            return Job(component=number, how=how)
        gates = tuple(
            self._opening(gate, payee, at, period)
            for gate in self.plan.gates
            if not isinstance(gate.locks, Lock) and gate.locks in {name, "plan"}
        )
        factors, adds = self._factors(name, payee, at, period)
        before, after = self._limits(name, payee, period)
        return Job(component=number, how=how, gates=gates, factors=factors, adds=adds, before=before, after=after)

    # whose numbers

    def _leaf(self, text: str, payee: str, at: int, period: str) -> Leaf:
        """Whose sum a path reads; told to whoever draws."""
        path = _path(text)
        assert path is not None
        kind = self.book.kind(text)
        name = payee if kind == "payee" else "" if kind == "all" else self.book.team_of(payee, period)
        leaf: Leaf = ((kind, name), path.measure)
        if not self._known(leaf, at, period):
            if self.plan.measures[path.measure].value is None or kind == "payee":
                raise Lacking("no-measure", payee=payee, period=period, measure=path.measure)
            self.parts[at].setdefault(leaf, ())
        return leaf

    def _known(self, leaf: Leaf, at: int, period: str) -> bool:
        (kind, name), measure = leaf
        if leaf in self.leaves or leaf in self.parts[at]:
            return True
        if kind == "payee":
            found = self.world.outlook(name, measure) is not None
        elif kind == "team" and (name, measure) in self.own:
            found = True
        else:
            held = set(self.world.payees)
            members = self.world.payees if kind == "all" else [m for m in self.book.members(name, period) if m in held]
            whose: list[Holder] = [("payee", m) for m in members if self.world.outlook(m, measure) is not None]
            if whose:
                self.parts[at][leaf] = tuple((holder, measure) for holder in whose)
                self.leaves.update(dict.fromkeys(self.parts[at][leaf]))
            return bool(whose)
        if found:
            self.leaves[leaf] = None
        return found

    def _gauge(self, text: str, payee: str, at: int, period: str) -> Gauge:
        if text == TENURE:
            return Gauge((("payee", payee), text), 1.0, fixed=float(self.book.tenure(payee, period)))
        leaf = self._leaf(text, payee, at, period)
        key = (text, leaf[0], at)
        if key not in self.gauges:
            self.gauges[key] = self._made_gauge(text, leaf, period)
        return self.gauges[key]

    def _made_gauge(self, text: str, leaf: Leaf, period: str) -> Gauge:
        (kind, name), measure = leaf
        if not text.endswith(".attainment"):
            return Gauge(leaf, float(self.book.unit(measure)))
        rounding = self.plan.attainment_rounding
        if kind == "payee":
            quota = self.ramps.quota(name, period, measure)
        else:
            quota = float(self.book.group_quota(measure, kind, name, period))
        return Gauge(leaf, quota, _step(rounding) if isinstance(rounding, Rounding) else None)

    # ways to pay

    def _curved(self, number: int, name: str, c: Component, payee: str, at: int, period: str) -> Curved:
        text = str(c.measure)
        path = _path(text)
        assert path is not None
        if path.measure not in self.plan.measures or self._absent(path, payee):
            raise Lacking("nobody")
        leaf = self._leaf(text, payee, at, period)
        key = (c.accumulate, period)
        interval = self.intervals.get(key) or self.intervals.setdefault(key, self.book.interval(*key))
        kind, quota = leaf[0][0], None
        if kind != "payee" and (c.method == "curve" or c.bounds == "quota" or c.base_rate == "target/quota"):
            quota = self.book.group_quota(path.measure, kind, leaf[0][1], interval)
        ramp, over = self.ramps.of(name, c, payee, period, interval, quota)
        rounding = self.plan.attainment_rounding
        step = None
        if c.method == "curve" and isinstance(rounding, Rounding):
            step = (over, *_step(rounding))
        lower = tuple(
            (self._opening(gate, payee, at, period), self._lower(gate.locks, name, payee, period, quota))
            for gate in self.plan.gates
            if isinstance(gate.locks, Lock) and gate.locks.of == name
        )
        runs = c.accumulate not in _PERIOD and interval != period
        restarts = runs and self.plan.measures[path.measure].aggregate == "latest"
        return Curved(
            key=(payee, number), leaf=leaf, ramp=ramp, interval=interval if runs else "",
            restarts=restarts, step=step, lower=lower,
        )  # fmt: skip

    def _absent(self, path: Path, payee: str) -> bool:
        """Whether a payee has no part in the measure of a component."""
        own = not path.team and self.plan.measures[path.measure].scope == "payee"
        return own and self.world.outlook(payee, path.measure) is None

    def _lower(self, lock: Lock, name: str, payee: str, period: str, quota: Fraction | None) -> arrays.Ramp:
        c = self.plan.components[name]
        kept = below(c, lock.tiers_from, self.book.look(period))
        return self.ramps.of(name, kept, payee, period, self.book.interval(c.accumulate, period), quota)[0]

    def _looked(self, number: int, name: str, c: Component, payee: str, at: int, period: str) -> Looked:  # noqa: ARG002 -- one way like the others
        look = self.book.look(period)
        leaf = self._leaf(str(c.measure), payee, at, period)
        tables = tuple(
            (self._gauge(table.measure, payee, at, period), _steps(table.tiers, table.edge, look)) for table in c.tables
        )
        scale = self.book.minor / self.book.unit(leaf[1])
        return Looked(leaf=leaf, scale=scale, tables=tables, product=c.join == "product")

    def _scored(self, number: int, name: str, c: Component, payee: str, at: int, period: str) -> Scored:  # noqa: ARG002 -- one way like the others
        look = self.book.look(period)
        return Scored(
            scores=tuple((self._gauge(o.measure, payee, at, period), float(look(o.weight))) for o in c.objectives),
            least=None if c.min_score is None else float(look(c.min_score)),
            most=None if c.max_score is None else float(look(c.max_score)),
            target=float(self.book.target(name, payee, period)),
        )

    def _pooled(self, number: int, name: str, c: Component, payee: str, at: int, period: str) -> Pooled:  # noqa: ARG002 -- one way like the others
        found = pooled(
            self.book,
            name,
            payee,
            period,
            leaf=lambda text, member: self._leaf(text, member, at, period),
            gauge=lambda text, member: self._gauge(text, member, at, period),
        )
        for place, pool in enumerate(found.pools):
            together = tuple(weight.leaf for weight in pool.weights.values() if isinstance(weight, Gauge))
            if together:
                self.parts[at][("pool", f"{name} {place} {min(pool.weights)}"), ""] = together
        return found

    # what bends pay

    def _opening(self, gate: Gate, payee: str, at: int, period: str) -> Opening:
        look = self.book.look(period)
        tests = tuple((self._gauge(t.measure, payee, at, period), float(look(t.at_least))) for t in gate.tests)
        return Opening(tests=tests, all=gate.needs == "all")

    def _factors(self, of: str, payee: str, at: int, period: str) -> tuple[tuple[Factor, ...], bool]:
        mine = [m for m in self.plan.modifiers if m.of == of]
        return tuple(self._factor(m, payee, at, period) for m in mine), bool(mine) and mine[0].join == "sum"

    def _factor(self, modifier: Modifier, payee: str, at: int, period: str) -> Factor:
        gauge = self._gauge(modifier.measure, payee, at, period)
        key = (id(modifier), at, gauge)
        if key not in self.shared:
            self.shared[key] = self._made_factor(modifier, gauge, period)
        return self.shared[key]

    def _made_factor(self, modifier: Modifier, gauge: Gauge, period: str) -> Factor:
        look = self.book.look(period)
        step = None if modifier.round is None else _step(modifier.round)
        if modifier.clamp is not None:
            low, high = (float(look(x)) for x in modifier.clamp)
            return Factor(gauge=gauge, step=step, clamp=(low, high))
        if modifier.tiers:
            return Factor(gauge=gauge, step=step, bands=_steps(modifier.tiers, modifier.edge, look))
        if modifier.nodes:
            return Factor(gauge=gauge, step=step, line=_line(modifier, look))
        return Factor(gauge=gauge, step=step)

    def _limits(self, of: str, payee: str, period: str) -> tuple[Range, Range]:
        found: list[Range] = []
        if not any(limit.of == of for limit in (*self.plan.caps, *self.plan.floors)):
            return (None, None), (None, None)
        for at in ("before_modifiers", "after_modifiers"):
            floors = list(self._limit(self.plan.floors, of, at, payee, period))
            caps = list(self._limit(self.plan.caps, of, at, payee, period))
            found.append((max(floors, default=None), min(caps, default=None)))
        return found[0], found[1]

    def _limit(self, limits: tuple[Limit, ...], of: str, at: str, payee: str, period: str) -> Iterator[float]:
        yield from (float(x) for where, x in self.bends.limits(limits, of, payee, period) if where == at)


def _bends(plan: Plan, of: str) -> bool:
    """Whether anything but its curve shapes the pay of a component, or anything at all the sum."""
    locks = {gate.locks for gate in plan.gates if not isinstance(gate.locks, Lock)}
    gated = of in locks or (of != "plan" and "plan" in locks)
    bent = [m.of for m in plan.modifiers] + [limit.of for limit in (*plan.caps, *plan.floors)]
    return gated or of in bent
    bent = [m.of for m in plan.modifiers] + [limit.of for limit in (*plan.caps, *plan.floors)]
    return gated or of in bent


@lru_cache(maxsize=1000)
def _path(text: str) -> Path | None:
    return Path.parse(text)


def _step(rounding: Rounding) -> tuple[float, str]:
    return float(rounding.to), _MODES.get(rounding.mode, rounding.mode)


def _steps(tiers: tuple[Tier, ...], edge: str | None, look: Any) -> arrays.Steps:
    return arrays.Steps(
        [
            (
                float(band.low), band.owns_low, None if band.high is None else float(band.high), band.owns_high,
                float(band.rate or 0),
            )
            for band in bands(tiers, edge, look)
        ]
    )  # fmt: skip


def _line(modifier: Modifier, look: Any) -> arrays.Ramp:
    """A line through nodes, level beyond them, or steps."""
    nodes = sorted((look(a), look(p)) for a, p in modifier.nodes)
    owns = modifier.edge != "upper_inclusive"
    starts, lines = [], [(float(nodes[0][1]), 0.0, 0.0)]
    for (a, p), (b, q) in itertools.pairwise(nodes):
        slope = Fraction(0) if modifier.between == "step" else (q - p) / (b - a)
        starts.append(float(a))
        lines.append((float(p - slope * a), float(slope), 0.0))
    starts.append(float(nodes[-1][0]))
    lines.append((float(nodes[-1][1]), 0.0, 0.0))
    return arrays.Ramp(starts, [owns] * len(starts), lines, [False] * len(lines))
