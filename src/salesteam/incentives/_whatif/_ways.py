"""The way each component pays, compiled for arrays, with the same numbers that `pay` uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import attrs

from salesteam.core import Report, rational_text
from salesteam.incentives._bending import Lock
from salesteam.incentives._component import Component
from salesteam.incentives._days import WITHIN_PERIOD
from salesteam.incentives._exact._meter import below
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._path import Path
from salesteam.incentives._whatif._bent import Opening, RowGate
from salesteam.incentives._whatif._cells import Cell
from salesteam.incentives._whatif._contest import Placed, contest
from salesteam.incentives._whatif._crossed import Crossed, crossed
from salesteam.incentives._whatif._curved import Curved, Looked, Scored
from salesteam.incentives._whatif._dealing import Present
from salesteam.incentives._whatif._dealways import ByDeal
from salesteam.incentives._whatif._forward import Forward, bands_of
from salesteam.incentives._whatif._overriding import Overridden, managers, overridden
from salesteam.incentives._whatif._pooling import Asked, Pooled, pooled
from salesteam.incentives._whatif._refusal import WHOLE, refusal
from salesteam.incentives._whatif._room import How
from salesteam.incentives._whatif._shaping import Shaping, steps_of
from salesteam.incentives._whatif._spiffed import holds, per_deal
from salesteam.incentives._whatif._splitting import divided, recipients
from salesteam.incentives._whatif._whose import Whose, step_of

__all__ = ["Ways"]


class Ways:
    """How each component of a plan pays someone in a period.

    Parameters
    ----------
    whose : Whose
        Finds the numbers that are paid on.
    shaping : Shaping
        Finds the gates that lock upper bands.

    Attributes
    ----------
    everyone : tuple of str
        Who is paid anything: the payees of the world, those with whom they share pay, and managers above them who
        are paid overrides.
    cells : dict of (str, int) to Cell
        Pay of everyone, for those whose pay hangs on it; whoever compiles fills it.
    undivided : dict of (str, int) to Cell
        Pay before it is divided among those who share it, likewise.
    """

    def __init__(self, whose: Whose, shaping: Shaping) -> None:
        self.whose, self.shaping = whose, shaping
        self.book, self.ramps = whose.book, whose.ramps
        held = tuple(dict.fromkeys((*whose.world.payees, *recipients(self.book))))
        self.everyone = (*held, *managers(self.book, held))
        self.cells: dict[tuple[str, int], Cell] = {}
        self.undivided: dict[tuple[str, int], Cell] = {}
        self.plan, self.world = self.book.plan, whose.world
        self._named = frozenset(whose.world.payees)
        self._last: dict[int, Curved] = {}
        self._intervals: dict[tuple[str | None, str], str] = {}
        self._paths = {name: Path.parse(str(c.measure)) for name, c in self.plan.components.items()}
        self._locks = {
            name: [(g, g.locks) for g in self.plan.gates if isinstance(g.locks, Lock) and g.locks.of == name]
            for name in self.plan.components
        }
        self.by_deal = ByDeal(whose, shaping)
        self._ways: dict[str, Callable[..., How]] = {
            "lookup": self._looked, "mbo": self._scored, "pool": self._pooled, "rank": self._placed,
            "override": self._overridden, "matrix": self._crossed,
        }  # fmt: skip

    def of(self, number: int, name: str, payee: str, at: int, period: str) -> How:
        """The way a component pays; the same one again where it pays as in the period before.

        Raises
        ------
        Lacking
            If a number is missing; ``nobody`` where the component is not for them.
        """
        c = self.plan.components[name]
        if self.whose.by_deal and self.by_deal.holds(name, payee):
            return self._dealt(number, name, c, payee, at, period)
        if c.method == "spiff":
            return self._spiffed(number, name, c, payee, at, period)
        if c.method == "forward":
            return self._forward(number, name, c, payee, at, period)
        way = self._ways.get(c.method)
        found = self._curved(number, name, c, payee, at, period) if way is None else way(name, c, payee, at, period)
        return found if not self.whose.by_deal else self._present(found, c, payee, at, period)

    def _dealt(self, number: int, name: str, c: Component, payee: str, at: int, period: str) -> How:
        """Pay on deals: one by one, or on their sum where that is the same."""
        if c.method == "spiff":
            if not holds(self.book, c, payee, period):
                raise Lacking("nobody")
            interval = self._interval(c.accumulate, period)
            runs = c.accumulate not in WITHIN_PERIOD and interval != period
            amount = self.by_deal.amount(number, name, payee, at, period, interval if runs else "")
            return self.by_deal.way(number, name, payee, at, period, amount)
        if c.method == "forward":
            by = self._forward(number, name, c, payee, at, period)
        else:
            by = self._curved(number, name, c, payee, at, period)
        if isinstance(by, Forward) or not self.by_deal.sums(name, by):
            return self.by_deal.way(number, name, payee, at, period, by)
        return by if {name, "plan"} <= self.shaping.free else self._present(by, c, payee, at, period)

    def _present(self, found: How, c: Component, payee: str, at: int, period: str) -> How:
        """A way to pay whole periods, for whoever has a deal in them where deals are drawn."""
        if c.method in {"pool", "rank", "override"}:
            return found
        rows = self.whose.rows(_read(c), payee, at, period)
        if not rows:
            return found
        return attrs.evolve(found, rows=rows) if isinstance(found, Curved) else Present(how=found, rows=rows)

    def share(self, name: str, payee: str, at: int, period: str) -> How:
        """What someone gets of a component whose pay is divided.

        Raises
        ------
        Lacking
            ``nobody`` if it is nothing.
        """
        return divided(self.whose, name, payee, at, period, everyone=self.everyone, cells=self.undivided)

    def _curved(self, number: int, name: str, c: Component, payee: str, at: int, period: str) -> Curved:
        path, text = self._paths[name], str(c.measure)
        assert path is not None
        if path.measure not in self.plan.measures or self._absent(path, payee):
            raise Lacking("nobody")
        leaf = self.whose.leaf(text, payee, at, period)
        interval = self._interval(c.accumulate, period)
        locks = self._locks[name]
        c = self._held(name, c, period) if locks else c
        kind, quota = leaf[0][0], None
        if kind != "payee" and (c.method == "curve" or c.bounds == "quota" or c.base_rate == "target/quota"):
            quota = self.ramps.group_quota(path.measure, kind, leaf[0][1], interval)
        ramp, over = self.ramps.of(name, c, payee, period, interval, quota)
        runs = c.accumulate not in WITHIN_PERIOD and interval != period
        last = self._last.get(number)
        bands = c.method in {"bonus", "slab"} and c.bounds == "quota"
        rounding = self.book.rounding(period) if bands or c.method == "curve" else None
        step = None if rounding is None else (over, *step_of(rounding))
        same = last is not None and last.leaf is leaf and last.ramp is ramp and last.step == step
        if last is not None and same and not runs and not locks:
            return last
        lower = tuple(
            (opening, self.ramps.of(name, kept, payee, period, interval, quota)[0])
            for opening, kept in self._lower(name, c, payee, at, period)
        )
        restarts = runs and self.plan.measures[path.measure].aggregate == "latest"
        found = self._last[number] = Curved(
            key=(payee, number), leaf=leaf, ramp=ramp, interval=interval if runs else "",
            restarts=restarts, step=step, bands=bands, lower=lower,
        )  # fmt: skip
        return found

    def _spiffed(self, number: int, name: str, c: Component, payee: str, at: int, period: str) -> Curved:
        """An amount for each deal that a measure counts."""
        measure, interval = str(c.measure), self._interval(c.accumulate, period)
        if self.world.outlook(payee, measure) is None or not holds(self.book, c, payee, period):
            raise Lacking("nobody")
        runs = c.accumulate not in WITHIN_PERIOD and interval != period
        return Curved(
            key=(payee, number), leaf=self.whose.leaf(measure, payee, at, period), interval=interval if runs else "",
            ramp=per_deal(self.book, name, payee, period, interval),
        )  # fmt: skip

    def _forward(self, number: int, name: str, c: Component, payee: str, at: int, period: str) -> Curved | Forward:
        """Where a deal is split at each bound its rates are marginal; else each number of a period is one deal."""
        if c.crossing == "split":
            return self._curved(number, name, attrs.evolve(c, method="marginal"), payee, at, period)
        measure, interval = str(c.measure), self._interval(c.accumulate, period)
        if self.world.outlook(payee, measure) is None:
            raise Lacking("nobody")
        c = self._held(name, c, period)
        over = float(self.book.unit(measure))
        asked = c.bounds == "quota" or c.base_rate == "target/quota"
        quota = self.ramps.aim(payee, interval, measure, c.for_) if asked else 0.0
        by = self.book.minor / over
        if c.base_rate == "target/quota":
            by = float(self.book.target(name, payee, interval)) / quota
        if c.bounds == "quota":
            over = quota
        lower = tuple(
            (opening, bands_of(self.whose, kept, period, over))
            for opening, kept in self._lower(name, c, payee, at, period)
        )
        runs = c.accumulate not in WITHIN_PERIOD and interval != period
        return Forward(
            key=(payee, number), leaf=self.whose.leaf(measure, payee, at, period), interval=interval if runs else "",
            bands=bands_of(self.whose, c, period, over), lower=lower, by=by, new=c.crossing == "new_rate",
            zero=c.gaps == "zero",
        )  # fmt: skip

    def _interval(self, accumulate: str | None, period: str) -> str:
        key = (accumulate, period)
        found = self._intervals.get(key)
        if found is None:
            found = self._intervals[key] = self.book.interval(accumulate, period)
        return found

    def _absent(self, path: Path, payee: str) -> bool:
        """Whether a payee has no part in the measure of a component."""
        own = not path.team and self.plan.measures[path.measure].scope == "payee"
        return own and self.world.outlook(payee, path.measure) is None

    def _held(self, name: str, c: Component, period: str) -> Component:
        """A component without the bands that stay locked while the interval of their gate goes on."""
        for gate, lock in self._locks[name]:
            if gate.meanwhile == "hold" and self.shaping.tested(gate, name, period) is None:
                c = below(c, lock.tiers_from, self.book.look(period))
        return c

    def _lower(
        self, name: str, c: Component, payee: str, at: int, period: str
    ) -> Iterator[tuple[Opening | RowGate, Component]]:
        """Gates on upper bands, each with the component without them; the one that leaves least comes last."""
        look = self.book.look(period)
        for gate, lock in sorted(self._locks[name], key=lambda each: look(each[1].tiers_from), reverse=True):
            interval, kept = self.shaping.tested(gate, name, period), below(c, lock.tiers_from, look)
            if not kept.tiers:
                place = f"gates[{self.plan.gates.index(gate)}].locks"
                bound = f"{name}.tiers_from: {rational_text(look(lock.tiers_from))}"
                Report.of(refusal(place, bound, WHOLE)).raise_for_errors()
            if interval is not None and gate.when == "transaction" and self.by_deal.holds(name, payee):
                yield self.by_deal.gate(gate, name, payee, at, period), kept
            elif interval is not None:
                yield self.shaping.opening(gate, payee, at, period, interval), kept

    def _looked(self, name: str, c: Component, payee: str, at: int, period: str) -> Looked:  # noqa: ARG002 -- one way like the others
        look = self.book.look(period)
        leaf = self.whose.leaf(str(c.measure), payee, at, period)
        tables = tuple(
            (self.whose.gauge(table.measure, payee, at, period), steps_of(table.tiers, table.edge, look))
            for table in c.tables
        )
        scale = self.book.minor / self.book.unit(leaf[1])
        return Looked(leaf=leaf, scale=scale, tables=tables, product=c.join == "product", zero=c.gaps == "zero")

    def _scored(self, name: str, c: Component, payee: str, at: int, period: str) -> Scored:
        look = self.book.look(period)
        return Scored(
            scores=tuple((self.whose.gauge(o.measure, payee, at, period), float(look(o.weight))) for o in c.objectives),
            least=None if c.min_score is None else float(look(c.min_score)),
            most=None if c.max_score is None else float(look(c.max_score)),
            target=float(self.book.target(name, payee, period)),
        )

    def _crossed(self, name: str, c: Component, payee: str, at: int, period: str) -> Crossed:  # noqa: ARG002 -- one way like the others
        return crossed(self.whose, name, payee, at, period)

    def _pooled(self, name: str, c: Component, payee: str, at: int, period: str) -> Pooled:  # noqa: ARG002 -- one way like the others
        asked = Asked(
            fund=lambda measure, team: self.whose.of_group(measure, team, at, period),
            gauge=lambda text, member: self.whose.gauge(text, member, at, period),
            gates=lambda member: self._gates(name, member, at, period),
        )
        found = pooled(self.book, name, payee, period, asked)
        for pool in found.pools:
            parts = () if pool.fund is None else self.whose.parts[at].get(pool.fund, ())
            together = tuple(who for who, weight in pool.weights.items() if parts or weight.drawn)
            together = tuple(who for who in together if who in self._named)
            together += tuple(who for (_, who), _ in parts[:1])
            if together:
                self.whose.together[together] = None
        return found

    def _gates(self, name: str, payee: str, at: int, period: str) -> tuple[Opening, ...]:
        """Gates on a member of a pool; none where anything that bends the pay lacks a number, for the share stays."""
        try:
            for of in (name, "plan"):
                self.shaping.factors(of, payee, at, period)
            self.shaping.limits(name, payee, period)
            self.shaping.carries(name, payee, period)
            return self.shaping.gates(name, payee, at, period)
        except Lacking:
            return ()

    def _placed(self, name: str, c: Component, payee: str, at: int, period: str) -> Placed:
        path = self._paths[name]
        if path is None or path.measure not in self.plan.measures or self._absent(path, payee):
            raise Lacking("nobody")
        found = self.book.once(partial(contest, self.whose, c, at, period), "contest", name, period)
        if payee in found.lacking:
            raise found.lacking[payee]
        by = float(self.book.minor if c.pays_of is None else self.book.target(name, payee, period))
        return Placed(payee=payee, contest=found, by=by)

    def _overridden(self, name: str, c: Component, payee: str, at: int, period: str) -> Overridden:  # noqa: ARG002 -- one way like the others
        return overridden(self.whose, name, payee, at, period, everyone=self.everyone, cells=self.cells)


def _read(c: Component) -> list[str]:
    """The paths that a component pays whole periods on."""
    if c.method == "matrix":
        return [axis.measure for axis in (c.rows, c.columns) if axis is not None]
    return [each.measure for each in c.objectives] if c.method == "mbo" else [str(c.measure)]
