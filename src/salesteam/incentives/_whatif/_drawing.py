"""Draws of a world: what every payee and team achieves, by block of scenarios and period."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from types import MappingProxyType

import attrs

from salesteam.core import exponent
from salesteam.core._table import _arrays as arrays
from salesteam.core._table._arrays import Array
from salesteam.incentives._model import Plan
from salesteam.incentives._people import People, people_of
from salesteam.incentives._whatif._deals import DealLaw, Deals
from salesteam.incentives._whatif._reach import Leaf
from salesteam.incentives._whatif._world import Outlook, World

__all__ = ["Drawing"]

_MARKET = "market"


@attrs.define(kw_only=True, eq=False)
class Drawing:
    """The draws of a simulation.

    Parameters
    ----------
    plan, world : Plan, World
        Units, and what is expected.
    people : People
        Whose team who is in.
    leaves : dict of str to list of leaf
        What is drawn for each payee; under an empty name, for teams.
    draws : Draws
        The generator.
    dealt : frozenset of leaf
        What is drawn deal by deal.
    """

    plan: Plan
    world: World
    people: People
    leaves: dict[str, list[Leaf]]
    draws: arrays.Draws
    laws: dict[tuple[Leaf, int], arrays.Law] = attrs.field(factory=dict)
    dealt: frozenset[Leaf] = frozenset()
    deal_laws: dict[tuple[Leaf, int], DealLaw] = attrs.field(factory=dict)
    numbers: dict[Leaf, Array] = attrs.field(factory=dict)
    near: dict[Leaf, Deals] = attrs.field(factory=dict)
    at: int = 0
    factors: dict[tuple[str, int], Array] = attrs.field(factory=dict)
    block: int = -1
    size: int = 0
    used: list[Array] = attrs.field(factory=list)
    free: list[Array] = attrs.field(factory=list)

    @classmethod
    def of(cls, plan: Plan, world: World, leaves: Iterable[Leaf], seed: int) -> Drawing:
        """Get ready to draw some measures of some holders."""
        by_payee: dict[str, list[Leaf]] = {}
        dealt = []
        for leaf in leaves:
            kind, name = leaf[0]
            by_payee.setdefault(name if kind == "payee" else "", []).append(leaf)
            if kind == "payee" and world.by_deal(name, leaf[1]):
                dealt.append(leaf)
        return cls(
            plan=plan, world=world, people=people_of(world.people), leaves=by_payee, draws=arrays.Draws(seed),
            dealt=frozenset(dealt),
        )  # fmt: skip

    def draw(
        self,
        payees: Sequence[str],
        at: int,
        block: int,
        spare: Array,
        only: Container[str] | None = None,
        feeds: Mapping[Leaf, Sequence[Leaf]] = MappingProxyType({}),
    ) -> dict[Leaf, Array]:
        """What some payees, and all teams, achieve in a period, in smallest units; good until the next draw.

        What groups reach is summed at once, as long as what was drawn is near at hand.

        Parameters
        ----------
        payees : sequence of str
            Who.
        at : int
            Place of the period.
        block : int
            Which scenarios.
        spare : array of float
            Room to work in, as long as there are scenarios in the block.
        only : container of str, optional
            Measures, where not all are wanted.
        feeds : mapping of leaf to sequence of leaf, optional
            Groups whose number each number is a part of.
        """
        if (block, len(spare)) != (self.block, self.size):
            self.block, self.size = block, len(spare)
            self.factors.clear()
            self.used.clear()
            self.free.clear()
        self.at = at
        self.numbers.clear()
        self.near.clear()
        self.free += self.used
        self.used.clear()
        leaves = (leaf for payee in (*payees, "") for leaf in self.leaves.get(payee, ()))
        found: dict[Leaf, Array] = {}
        for leaf in leaves:
            if only is None or leaf[1] in only:
                numbers = found[leaf] = self._one(leaf, at, spare)
                for group in feeds.get(leaf, ()):
                    self._add(found, group, numbers)
        return found

    def _add(self, found: dict[Leaf, Array], group: Leaf, numbers: Array) -> None:
        if group in found:
            arrays.added(found[group], numbers)
        else:
            found[group] = self._room()
            found[group][:] = numbers

    def _room(self) -> Array:
        """An array that nobody needs any more, or a new one."""
        self.used.append(self.free.pop() if self.free else arrays.blank(self.size))
        return self.used[-1]

    def deals(self, leaf: Leaf) -> Deals:
        """The deals behind a number that was drawn last.

        They are drawn once more, unless they are those of the last payee: all deals of a large team would not fit into
        memory.

        Parameters
        ----------
        leaf : leaf
            One that is drawn deal by deal.
        """
        found = self.near.get(leaf)
        if found is None:
            if any(other[0] != leaf[0] for other in self.near):
                self.near.clear()
            found = self.near[leaf] = self._deals(leaf, self.at, arrays.blank(self.size))
        return found

    def _deals(self, leaf: Leaf, at: int, spare: Array) -> Deals:
        (kind, name), measure = leaf
        law = self.deal_laws.get((leaf, at))
        if law is None:
            law = self.deal_laws[leaf, at] = self._deal_law(leaf, at)
        factors = [self._factor(f, at) for f in self._shared(leaf, at)]
        return law.draw(self.draws, (kind, name, measure, self.world.periods[at]), self.block, factors, spare)

    def _summed(self, leaf: Leaf, at: int, spare: Array) -> Array:
        """The sum of deals; they themselves stay near until those of another payee are drawn."""
        numbers = self._room()
        if any(other[0] != leaf[0] for other in self.near):
            self.near.clear()
        found = self.near[leaf] = self._deals(leaf, at, spare)
        self.numbers[leaf] = found.number
        found.total(numbers)
        return numbers

    def _one(self, leaf: Leaf, at: int, spare: Array) -> Array:
        if leaf in self.dealt:
            return self._summed(leaf, at, spare)
        (kind, name), measure = leaf
        law = self.laws.get((leaf, at))
        if law is None:
            law = self.laws[leaf, at] = self._law(leaf, at)
        numbers, period = self._room(), self.world.periods[at]
        if law.width:
            self.draws.normals(numbers, kind, name, measure, period, block=self.block)
        else:
            numbers.fill(0.0)
        law.fill(numbers, [self._factor(f, at) for f in self._shared(leaf, at)], spare)
        return numbers

    def _shared(self, leaf: Leaf, at: int) -> list[str]:
        """Names of the shared factors that move a number."""
        found = [_MARKET] if self.world.correlation else []
        if self.world.team_correlation:
            team = self._team(leaf, at)
            found += [f"team {team}"] if team is not None else []
        return found

    def _team(self, leaf: Leaf, at: int) -> str | None:
        kind, name = leaf[0]
        if kind != "payee":
            return name
        index = self.people.during(name, self.world.periods[at])
        return None if index is None else self.people.rows[index].team

    def _factor(self, name: str, at: int) -> Array:
        found = self.factors.get((name, at))
        if found is None:
            if name != _MARKET:
                for key in [key for key in self.factors if key[0] not in {_MARKET, name}]:
                    del self.factors[key]
            found = self.factors[name, at] = arrays.blank(self.size)
            self.draws.normals(found, "factor", name, self.world.periods[at], block=self.block)
        return found

    def _scale(self, measure: str) -> float:
        """Smallest units in one unit of a measure."""
        return float(10 ** exponent(self.plan.currency)) if self.plan.measures[measure].unit == "money" else 1.0

    def _weights(self, leaf: Leaf, at: int) -> list[float]:
        """Share of the variance of a number that each shared factor takes."""
        shares = {_MARKET: self.world.correlation}
        return [shares.get(each, self.world.team_correlation) for each in self._shared(leaf, at)]

    def _deal_law(self, leaf: Leaf, at: int) -> DealLaw:
        (kind, name), measure = leaf
        return DealLaw.of(
            self._outlook(kind, name, measure), self.world.season(measure, at), self._scale(measure),
            self._weights(leaf, at), whole=self.plan.measures[measure].unit != "share",
        )  # fmt: skip

    def _law(self, leaf: Leaf, at: int) -> arrays.Law:
        (kind, name), measure = leaf
        outlook = self._outlook(kind, name, measure)
        unit, scale, weights = self.plan.measures[measure].unit, self._scale(measure), self._weights(leaf, at)
        return arrays.Law(
            outlook.shape, outlook.mean * scale * self.world.season(measure, at), outlook.spread, weights,
            low=None if outlook.low is None else outlook.low * scale,
            high=None if outlook.high is None else outlook.high * scale, whole=unit != "share",
        )  # fmt: skip

    def _outlook(self, kind: str, name: str, measure: str) -> Outlook:
        if kind == "team":
            return next(o for o in self.world.outlooks if o.team == name and o.measure == measure)
        found = self.world.outlook(name, measure)
        assert found is not None
        return found
