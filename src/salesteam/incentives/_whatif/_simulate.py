"""The verb `simulate`: what a plan will cost in many years that have not happened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date

import attrs

from salesteam.core import Money, Report
from salesteam.core._table import _arrays as arrays
from salesteam.core._table._arrays import Array
from salesteam.errors import InvalidValueError
from salesteam.incentives._check import check_plan
from salesteam.incentives._filled import filled
from salesteam.incentives._model import Plan
from salesteam.incentives._whatif._ahead import Ahead
from salesteam.incentives._whatif._cells import paid, settled
from salesteam.incentives._whatif._compile import Compiled, compiled
from salesteam.incentives._whatif._drawing import Drawing
from salesteam.incentives._whatif._reach import Leaf, Reach
from salesteam.incentives._whatif._room import Memory, Room
from salesteam.incentives._whatif._simulation import PayeeRow, Simulation
from salesteam.incentives._whatif._unsimulated import not_simulated
from salesteam.incentives._whatif._world import World

__all__ = ["groups", "simulate"]

_SETTLED = ("draw", "guarantee", "clawback", "release", "accrual", "fx")


def simulate(
    plan: Plan,
    world: World,
    scenarios: int,
    seed: int,
    *,
    budget: object = None,
    as_of: date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Simulation:
    """Pay a plan in many scenarios of a world, and show what it costs and how unsure that is.

    Every scenario draws, for each payee, measure and pay period, what is achieved in it. A draw depends on the seed,
    the scenario, the payee, the measure and the period alone, and that of a single deal on its number besides, where
    an outlook has deals; a shared factor depends on the seed, the scenario, the factor and the period: two plans meet
    the same luck, and another payee more changes nothing for the others. What is
    simulated is what is earned, in binary numbers, without rounding to the minor unit; credit is part of what is
    drawn, and draws, guarantees, release and money back come after it.

    Parameters
    ----------
    plan : Plan
        Checked first.
    world : World
        Who, when, how much, how unsure.
    scenarios : int
        How many, at least 1.
    seed : int
        Same seed, same draws.
    budget : number or str, optional
        Money in major units, to be compared with the cost.
    as_of : date, optional
        Day of the knowledge.
    progress : callable, optional
        Is told how much is done, and of how much.

    Returns
    -------
    Simulation
        Cost of every scenario; mean, quantiles, chance of exceeding the budget; what each payee may expect.

    Raises
    ------
    InvalidValueError
        Without scenarios, or if the periods of the world are not pay periods of the plan.
    ReportError
        If the plan has an error, or a part that is not simulated: ``incentives.not-simulated``.

    References
    ----------
    Glasserman and Yao, *Some guidelines and guarantees for common random numbers*, Management Science, 1992.

    Examples
    --------
    >>> from salesteam.incentives import Outlook, World, scheme
    >>> outlook = Outlook(measure="bookings", mean=100_000, spread="30%")
    >>> world = World(payees=("ana", "bo"), periods=("2026-01", "2026-02"), outlooks=(outlook,))
    >>> found = simulate(scheme("assist_split"), world, scenarios=1000, seed=7, budget=22_000)
    >>> round(found.mean, -3), found.chance_over > 0
    (20000.0, True)
    """
    if scenarios < 1:
        raise InvalidValueError(f"{scenarios} scenarios", where="simulate", fix="ask for at least one")
    check_plan(plan).raise_for_errors()
    full = filled(plan)
    Report(not_simulated(full, world)).raise_for_errors()
    made = compiled(full, world, as_of)
    limit = None if budget is None else Money.of(budget, plan.currency)
    costs, parts = arrays.blank(scenarios), [0.0] * len(full.components)
    sums = dict.fromkeys(made.payees, (0.0, 0.0))
    walk = _Walk(plan=full, world=world, made=made, seed=seed, sums=sums, parts=parts)
    together = groups(made)
    places = list(arrays.blocks(scenarios))
    for number, place in places:
        for done, group in enumerate(together, start=1):
            walk.group(group, number, costs[place])
            if progress is not None:
                progress(number * len(together) + done, len(places) * len(together))
    return _simulation(walk, made, costs, limit)


def groups(made: Compiled) -> tuple[tuple[str, ...], ...]:
    """Payees who need each other's numbers, together; everyone else alone."""
    root = {payee: payee for payee in made.payees}

    def find_root(payee: str) -> str:
        while root[payee] != payee:
            root[payee] = root[root[payee]]
            payee = root[payee]
        return payee

    for holders in _needed(made):
        first, *others = holders
        for other in others:
            root[find_root(other)] = find_root(first)
    found: dict[str, list[str]] = {}
    for payee in dict.fromkeys(made.payees):
        found.setdefault(find_root(payee), []).append(payee)
    return tuple(map(tuple, found.values()))


def _needed(made: Compiled) -> Iterator[Sequence[str]]:
    """Payees who run or share together, and members of each group whose sum is read, period by period."""
    yield from made.together
    for parts in made.parts:
        for leaves in parts.values():
            held = [name for (kind, name), _ in leaves if kind == "payee"]
            if held:
                yield held


@attrs.define(kw_only=True, eq=False)
class _Walk:
    """One simulation on its way."""

    plan: Plan
    world: World
    made: Compiled
    seed: int
    sums: dict[str, tuple[float, float]]
    parts: list[float]
    drawing: Drawing = attrs.field(init=False)
    room: Room | None = None
    memory: Memory = attrs.field(factory=Memory)
    purses: list[Array] = attrs.field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.drawing = Drawing.of(self.plan, self.world, self.made.leaves, self.seed)

    def group(self, payees: Sequence[str], block: int, costs: Array) -> None:
        """Pay some payees in a block of scenarios, and add it to the costs."""
        size = len(costs)
        if self.room is None or len(self.room.out) != size:
            self.room, self.purses, self.memory = Room.of(size), [], Memory()
        self.purses += [arrays.blank(size) for _ in range(len(payees) - len(self.purses))]
        paid_to = dict(zip(payees, self.purses, strict=False))
        for purse in paid_to.values():
            purse.fill(0.0)
        cells, parts, spare = self.made.cells, self.parts, self.room.spare

        def draw(at: int, only: Collection[str] | None = None) -> dict[Leaf, Array]:
            return self.drawing.draw(payees, at, block, spare, only, self.made.feeds[at])

        stretches = {stretch for payee in payees for stretch in self.made.stretches.get(payee, ())}
        ahead, reach = Ahead(stretches=stretches, draw=draw, size=size), Reach({}, size, source=self.drawing)
        for at in range(len(self.world.periods)):
            long = ahead.at(at)
            reach.begin(draw(at), long)
            for payee in payees:
                cell = cells.get((payee, at))
                if cell is not None:
                    paid(cell, reach, self.memory, self.room, paid_to[payee], parts)
        settled(self.memory, self.room, paid_to, parts)
        for payee, got in paid_to.items():
            arrays.added(costs, got)
            first, second = arrays.powers(got)
            before = self.sums[payee]
            self.sums[payee] = before[0] + first, before[1] + second


def _simulation(walk: _Walk, made: Compiled, costs: Array, budget: Money | None) -> Simulation:
    count = len(costs)
    rows = []
    for payee, (first, second) in walk.sums.items():
        mean = first / count
        variance = max(second / count - mean * mean, 0.0) * count / max(count - 1, 1)
        rows.append(PayeeRow(payee=payee, mean_minor=mean, sd_minor=variance**0.5))
    names = list(walk.plan.components)
    parts = {names[0]: arrays.total(costs)} if len(names) == 1 else dict(zip(names, walk.parts, strict=True))
    return Simulation(
        plan=walk.plan, world=walk.world, seed=walk.seed, costs=costs, budget=budget, payees=tuple(rows),
        components={name: part / count for name, part in parts.items()}, lacking=made.lacking,
        left_out=tuple(key for key in _SETTLED if getattr(walk.plan, key)),
    )  # fmt: skip
