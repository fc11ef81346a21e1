"""A plan compiled for arrays: one cell for each payee and period, from the same numbers that `pay` uses."""

from __future__ import annotations

from datetime import date

import attrs

from salesteam.incentives._component import paid_component
from salesteam.incentives._exact._book import Book
from salesteam.incentives._exact._stay import Stays
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._model import Plan
from salesteam.incentives._people import people_of
from salesteam.incentives._posted import posted
from salesteam.incentives._whatif._cells import Cell, Curved, Job
from salesteam.incentives._whatif._reach import Leaf
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
    leaves : tuple of leaf
        What is drawn.
    together : tuple of tuple of str
        Payees whose pay hangs on each other's numbers.
    lacking : tuple of (str, str, str, str)
        Payee, period, component and code of what lacks a number, and so pays nothing.
    """

    payees: tuple[str, ...]
    cells: dict[tuple[str, int], Cell]
    parts: tuple[dict[Leaf, tuple[Leaf, ...]], ...]
    leaves: tuple[Leaf, ...]
    together: tuple[tuple[str, ...], ...]
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
        self.whose = Whose(self.book, world)
        self.shaping = Shaping(self.whose)
        self.ways = Ways(self.whose, self.shaping)
        self.lacking: list[tuple[str, str, str, str]] = []
        self._jobs: dict[int, Job] = {}
        self.held = frozenset(world.payees)
        self.kept = {paid_component(c) for c in plan.components.values() if c.method == "override"}

    def run(self) -> Compiled:
        cells = self.ways.cells
        for payee in self.ways.everyone:
            for at, period in enumerate(self.world.periods):
                cell = self._cell(payee, at, period)
                if cell is not None:
                    cells[payee, at] = cell
            self._wait(payee, cells)
        return Compiled(
            payees=self.ways.everyone,
            cells=cells,
            parts=tuple(self.whose.parts),
            leaves=tuple(self.whose.leaves),
            together=tuple(self.whose.together),
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
            if c.method != "override" and payee not in self.held:
                continue
            if c.for_ and c.method not in {"pool", "override"} and not self.book.suits(payee, period, c.for_):
                continue
            try:
                jobs.append(self._job(number, name, payee, at, period))
            except Lacking as why:
                if why.code != "nobody":
                    self.lacking.append((payee, period, name, why.code))
        if not jobs:
            return None
        if "plan" in self.shaping.free:
            return Cell(jobs=tuple(jobs))
        try:
            factors, adds = self.shaping.factors("plan", payee, at, period)
            before, after = self.shaping.limits("plan", payee, period)
        except Lacking as why:
            self.lacking.append((payee, period, "plan", why.code))
            return None
        return Cell(jobs=tuple(jobs), factors=factors, adds=adds, before=before, after=after)

    def _job(self, number: int, name: str, payee: str, at: int, period: str) -> Job:
        how = self.ways.of(number, name, payee, at, period)
        if name in self.shaping.free:
            job = self._jobs.get(number)
            if job is None or job.how is not how:
                job = self._jobs[number] = Job(component=number, how=how, kept=name in self.kept)
            return job
        gates = self.shaping.gates(name, payee, at, period)
        factors, adds = self.shaping.factors(name, payee, at, period)
        before, after = self.shaping.limits(name, payee, period)
        return Job(
            component=number, how=how, kept=name in self.kept,
            gates=gates, factors=factors, adds=adds, before=before, after=after,
        )  # fmt: skip
