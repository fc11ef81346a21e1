"""A plan compiled for arrays: one cell for each payee and period, from the same numbers that `pay` uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date

import attrs

from salesteam.incentives._component import paid_component
from salesteam.incentives._days import WITHIN_PERIOD
from salesteam.incentives._exact._book import Book
from salesteam.incentives._exact._stay import Stays
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._model import Plan
from salesteam.incentives._people import people_of
from salesteam.incentives._posted import posted
from salesteam.incentives._whatif._calm import moved
from salesteam.incentives._whatif._cells import Cell, Job
from salesteam.incentives._whatif._curved import Curved, Waited
from salesteam.incentives._whatif._dealing import Dealing
from salesteam.incentives._whatif._reach import Leaf, Stretch
from salesteam.incentives._whatif._room import How
from salesteam.incentives._whatif._shaping import Shaping
from salesteam.incentives._whatif._ways import Ways
from salesteam.incentives._whatif._whose import Whose
from salesteam.incentives._whatif._world import World

__all__ = ["Compiled", "compiled"]


@attrs.frozen(kw_only=True, eq=False)
class Compiled:
    """A plan for arrays.

    Parameters
    ----------
    payees : tuple of str
        Who is paid: the payees of the world, and managers above them who are paid overrides.
    cells : mapping of (str, int) to Cell
        By payee and place of the period.
    parts : tuple of dict
        For each period, what the number of a group is the sum of.
    feeds : tuple of dict
        For each period, the groups whose number a number is a part of.
    leaves : tuple of leaf
        What is drawn.
    together : tuple of tuple of str
        Payees whose pay hangs on each other's numbers.
    stretches : mapping of str to tuple of Stretch
        Numbers over intervals longer than the pay period, by who is measured by them.
    lacking : tuple of (str, str, str, str)
        Payee, period, component and code of what lacks a number, and so pays nothing.
    """

    payees: tuple[str, ...]
    cells: dict[tuple[str, int], Cell]
    parts: tuple[dict[Leaf, tuple[Leaf, ...]], ...]
    feeds: tuple[dict[Leaf, list[Leaf]], ...]
    leaves: tuple[Leaf, ...]
    together: tuple[tuple[str, ...], ...]
    stretches: Mapping[str, tuple[Stretch, ...]]
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


def _fed(periods: Sequence[dict[Leaf, tuple[Leaf, ...]]]) -> Iterator[dict[Leaf, list[Leaf]]]:
    """The groups of each member in each period; the same ones again while no group changes."""
    before: dict[Leaf, tuple[Leaf, ...]] = {}
    found: dict[Leaf, list[Leaf]] = {}
    for parts in periods:
        if parts != before:
            before, found = parts, {}
            for group, members in parts.items():
                for member in members:
                    found.setdefault(member, []).append(group)
        yield found


class _Compiler:
    def __init__(self, plan: Plan, world: World, as_of: date | None) -> None:
        facts = world.facts
        people = people_of(facts.people)
        self.plan, self.world = plan, world
        self.book = Book(
            plan=plan, people=people, stays=Stays.of(plan, people, facts), posted=posted(plan, facts), credits=(),
            periods=world.periods, known_as_of=as_of,
        )  # fmt: skip
        self.whose = Whose(self.book, world)
        self.shaping = Shaping(self.whose)
        self.ways = Ways(self.whose, self.shaping)
        self.lacking: list[tuple[str, str, str, str]] = []
        self._jobs: dict[int, Job] = {}
        self._last = Cell(jobs=())
        self.held = frozenset(world.payees)
        self.begun: set[str] = set()
        self.moved = moved(self.book, self.shaping)
        for at, who in enumerate(self.moved):
            if who is not None:
                self.whose.parts[at] = self.whose.parts[at - 1]
        self.runs = any(c.accumulate not in WITHIN_PERIOD for c in plan.components.values())
        self.split = {name for name, c in plan.components.items() if c.pay_split is not None}
        self.kept = {paid_component(c) for c in plan.components.values() if c.method == "override"} | self.split

    def run(self) -> Compiled:
        cells = self.ways.cells
        for payee in self.ways.everyone:
            self.begun.clear()
            cell, clean = None, False
            for at, period in enumerate(self.world.periods):
                anew = self.moved[at]
                if not clean or anew is None or payee in anew:
                    missing = len(self.lacking)
                    cell = self._cell(payee, at, period)
                    clean = missing == len(self.lacking)
                if cell is not None:
                    cells[payee, at] = cell
            if self.runs:
                self._wait(payee, cells)
                self._wait(payee, self.ways.undivided)
        return Compiled(
            payees=self.ways.everyone,
            cells=cells,
            parts=tuple(self.whose.parts),
            feeds=tuple(_fed(self.whose.parts)),
            leaves=tuple(self.whose.leaves),
            together=tuple(self.whose.together),
            stretches={payee: tuple(found) for payee, found in self.whose.stretches.items()},
            lacking=tuple(self.lacking),
        )

    def _wait(self, payee: str, cells: dict[tuple[str, int], Cell]) -> None:
        """Where nothing bends pay and one curve holds in an interval, its last period pays for all."""
        together: dict[tuple[int, str], list[Job]] = {}
        for at in range(len(self.world.periods)):
            cell = cells.get((payee, at))
            for job in () if cell is None else cell.jobs:
                if isinstance(job.how, Curved) and job.how.interval:
                    free = job.plain and not job.kept and job.how.summed and cell is not None and not cell.bent
                    together.setdefault((job.component, job.how.interval), []).append(job)
                    job.later = job.how if free else None
        for jobs in together.values():
            ways = [job.how for job in jobs if isinstance(job.how, Curved)]
            varies = any(how.lower for how in ways) or len({(id(how.ramp), how.step) for how in ways}) > 1
            for how in ways:
                how.varies = varies
            curves = [job.later for job in jobs if job.later is not None]
            if len(curves) < len(jobs) or len({id(how.ramp) for how in curves}) > 1:
                for job in jobs:
                    job.later = None
                continue
            for how in curves[:-1]:
                how.waits = True
            curves[-1].ends = True

    def _cell(self, payee: str, at: int, period: str) -> Cell | None:
        jobs, whole = [], []
        for number, name in enumerate(self.plan.components):
            job = self._job(number, name, payee, at, period)
            if job is not None and name in self.split:
                whole.append(job)
            elif job is not None:
                jobs.append(job)
        if whole:
            self._keep(tuple(whole), payee, at, period)
        shares = self._shares(payee, at, period) if self.split else []
        if not jobs and not shares and not self.begun & {"plan"}:
            return None
        self.begun |= self.shaping.carrying & {"plan"}
        return self._bounded(jobs, shares, payee, at, period)

    def _keep(self, jobs: tuple[Job, ...], payee: str, at: int, period: str) -> None:
        """Pay that is divided among others, after the factors of the plan on whose it is."""
        try:
            factors, adds = self.shaping.factors("plan", payee, at, period)
        except Lacking as why:
            self.lacking.append((payee, period, "plan", why.code))
            return
        self.ways.undivided[payee, at] = Cell(jobs=jobs, factors=factors, adds=adds)

    def _shares(self, payee: str, at: int, period: str) -> list[Job]:
        """What someone gets of pay that is divided."""
        found = []
        for number, name in enumerate(self.plan.components):
            if name in self.split:
                with suppress(Lacking):
                    how = self.ways.share(name, payee, at, period)
                    found.append(Job(component=number, how=how, kept=True, divided=True))
        return found

    def _bounded(self, own: list[Job], shares: list[Job], payee: str, at: int, period: str) -> Cell | None:
        """Components with what bends their sum; shares of divided pay need no factor of the plan but for its limits."""
        jobs = [*own, *shares]
        if "plan" in self.shaping.free:
            if self._last.jobs != tuple(jobs):
                self._last = Cell(jobs=tuple(jobs))
            return self._last
        try:
            factors, adds = self.shaping.factors("plan", payee, at, period)
            before, after = self.shaping.limits("plan", payee, period)
            carries = self.shaping.carries("plan", payee, period)
        except Lacking as why:
            if own or "plan" in self.shaping.limited:
                self.lacking.append((payee, period, "plan", why.code))
            names = list(self.plan.components)
            counting = (self._counting(job.component, names[job.component], payee, at, period) for job in own)
            kept = [job for job in counting if job is not None]
            kept += shares if "plan" not in self.shaping.limited else []
            return Cell(jobs=tuple(kept)) if kept else None
        if not jobs:
            before = after = (None, None)
        return Cell(jobs=tuple(jobs), factors=factors, adds=adds, before=before, after=after, carries=carries)

    def _job(self, number: int, name: str, payee: str, at: int, period: str) -> Job | None:
        """What a component pays someone; if nothing, what waits above a cap of it may still be paid."""
        how = self._how(number, name, payee, at, period)
        if how is None and name not in self.begun:
            return self._counting(number, name, payee, at, period)
        try:
            idle = self.ways.by_deal.counting(number, name, payee, at, period) if how is None else None
            return self._bent(number, name, payee, at, period, how or idle or Waited())
        except Lacking as why:
            self.lacking.append((payee, period, name, why.code))
            return self._counting(number, name, payee, at, period)

    def _counting(self, number: int, name: str, payee: str, at: int, period: str) -> Job | None:
        how = self.ways.by_deal.counting(number, name, payee, at, period)
        return None if how is None else Job(component=number, how=how)

    def _how(self, number: int, name: str, payee: str, at: int, period: str) -> How | None:
        """The way a component pays someone; None if it is not for them, or lacks a number."""
        c = self.plan.components[name]
        if c.method != "override" and payee not in self.held:
            return None
        if c.for_ and c.method not in {"pool", "override"} and not self.book.suits(payee, period, c.for_):
            return None
        try:
            return self.ways.of(number, name, payee, at, period)
        except Lacking as why:
            if why.code != "nobody":
                self.lacking.append((payee, period, name, why.code))
            return None

    def _bent(self, number: int, name: str, payee: str, at: int, period: str, how: How) -> Job:
        """A way to pay with all that bends it; the same one again where nothing does."""
        if name in self.shaping.free:
            job = self._jobs.get(number)
            if job is None or job.how is not how:
                job = self._jobs[number] = Job(component=number, how=how, kept=name in self.kept)
            return job
        gates = self.shaping.gates(name, payee, at, period, by_deal=isinstance(how, Dealing))
        factors, adds = self.shaping.factors(name, payee, at, period)
        before, after = self.shaping.limits(name, payee, period)
        carries = self.shaping.carries(name, payee, period)
        self.begun |= self.shaping.carrying & {name}
        job = self._jobs.get(number)
        bends = (gates, factors, adds, before, after, carries)
        if job is None or job.how is not how or bends != (
            job.gates, job.factors, job.adds, job.before, job.after, job.carries
        ):  # fmt: skip
            job = self._jobs[number] = Job(
                component=number, how=how, kept=name in self.kept,
                gates=gates, factors=factors, adds=adds, before=before, after=after, carries=carries,
            )  # fmt: skip
        return job
