"""What hangs on single deals, compiled for arrays with the same numbers that `pay` uses."""

from __future__ import annotations

from fractions import Fraction

from salesteam.incentives._bending import Gate, Lock
from salesteam.incentives._component import Component
from salesteam.incentives._exact._gates import locked, sees_rows
from salesteam.incentives._exact._windfall import windfall_of
from salesteam.incentives._model import Plan
from salesteam.incentives._number import count
from salesteam.incentives._path import Path
from salesteam.incentives._posted import TENURE
from salesteam.incentives._whatif._bent import Bent, RowGate
from salesteam.incentives._whatif._curved import Curved
from salesteam.incentives._whatif._dealing import ByAmount, ByCurve, ByRate, Counting, Dealing, OneByOne, Unusual
from salesteam.incentives._whatif._forward import Forward
from salesteam.incentives._whatif._shaping import Shaping
from salesteam.incentives._whatif._whose import Whose

__all__ = ["ByDeal", "asked_by_row", "of_deals", "straight"]

_MEETS_ZERO = frozenset({"flat", "marginal", "from_threshold", "forward"})
"""Methods that pay nothing for nothing."""


def of_deals(plan: Plan, name: str) -> bool:
    """Whether a component is paid deal by deal on the payee's own measure of deals."""
    c = plan.components[name]
    measure = plan.measures.get(str(c.measure))
    return measure is not None and measure.value is not None and sees_rows(plan, name)


def straight(c: Component) -> bool:
    """Whether several deals together pay what they pay one by one, each from nothing."""
    if c.method == "flat":
        return True
    first = c.tiers[0] if len(c.tiers) == 1 else None
    whole = first is not None and first.from_ == 0 and first.to is None and first.amount is None
    return whole and c.method in {"marginal", "slab", "from_threshold", "forward"}


def asked_by_row(plan: Plan, name: str) -> list[Gate]:
    """Gates on a component, or on bands of it, that look at what had been reached by each deal."""
    return [gate for gate in plan.gates if gate.when == "transaction" and locked(gate) in {name, "plan"}]


class ByDeal:
    """Ways to pay single deals.

    Parameters
    ----------
    whose : Whose
        Finds the numbers that are paid on.
    shaping : Shaping
        Finds what bends pay.
    """

    def __init__(self, whose: Whose, shaping: Shaping) -> None:
        self.whose, self.shaping, self.book = whose, shaping, whose.book
        self.plan = plan = whose.book.plan
        self._names = {name for name in plan.components if of_deals(plan, name)}
        self._of: tuple[str, str, int] | None = None
        self._gates: dict[int, RowGate] = {}
        self._limited = any(limit.of == "deal" for limit in (*plan.caps, *plan.floors))
        self._windfalls = {name: windfall_of(plan, name) for name in self._names}

    def holds(self, name: str, payee: str) -> bool:
        """Whether a component is paid to somebody on deals that are drawn."""
        return name in self._names and self.whose.dealt(str(self.plan.components[name].measure), payee)

    def counting(self, number: int, name: str, payee: str, at: int, period: str) -> Counting | None:
        """What goes on in a period in which a component pays somebody nothing; None where nothing does.

        Parameters
        ----------
        number, name : int, str
            The component.
        payee, at, period : str, int, str
            Whom it does not pay, and when.
        """
        if not self.whose.by_deal or not self.holds(name, payee) or not asked_by_row(self.plan, name):
            return None
        c = self.plan.components[name]
        interval = self.book.interval(c.accumulate, period)
        if interval == period:
            return None
        leaf = self.whose.leaf(str(c.measure), payee, at, period)
        return Counting(leaf=leaf, counted=(payee, ~number), interval=interval)

    def sums(self, name: str, curve: Curved) -> bool:
        """Whether the sum of a period pays what its deals pay one by one."""
        c = self.plan.components[name]
        if self._limited or self._windfalls[name] is not None or asked_by_row(self.plan, name):
            return False
        if c.accumulate == "transaction" and not straight(c):
            return False
        smooth = curve.ramp.hinges is not None and not curve.ramp.gaps and curve.step is None and not curve.lower
        return smooth and c.method in _MEETS_ZERO

    def gate(self, gate: Gate, name: str, payee: str, at: int, period: str) -> RowGate:
        """A gate that looks at what was reached by each deal; one and the same for pay and for bands."""
        if self._of != (name, payee, at):
            self._of = name, payee, at
            self._gates.clear()
        found = self._gates.get(id(gate))
        if found is None:
            found = self._gates[id(gate)] = self._made(gate, name, payee, at, period)
        return found

    def _made(self, gate: Gate, name: str, payee: str, at: int, period: str) -> RowGate:
        c, look = self.plan.components[name], self.book.look(period)
        interval = self.book.interval(c.accumulate, period)
        own, others = [], []
        for test in gate.tests:
            path, bound = Path.parse(test.measure), float(look(test.at_least))
            assert path is not None
            if path.measure == TENURE or self.plan.measures[path.measure].value is None:
                others.append((self.whose.gauge(test.measure, payee, at, period, interval), bound))
            else:
                own.append((self.whose.by_then(test.measure, payee, at, period, interval), bound))
        return RowGate(own=tuple(own), others=tuple(others), all=gate.needs == "all")

    def way(self, number: int, name: str, payee: str, at: int, period: str, by: Curved | Forward | ByAmount) -> Dealing:
        """A component that is paid deal by deal.

        Parameters
        ----------
        number, name : int, str
            The component.
        payee, at, period : str, int, str
            Whom it pays, and when.
        by : Curved, Forward or ByAmount
            What it pays on a sum, or on each deal.
        """
        c = self.plan.components[name]
        alone, interval = c.accumulate == "transaction", by.interval
        way: OneByOne
        if isinstance(by, Curved):
            way = ByCurve(curve=by, interval=interval, alone=alone)
        else:
            way = ByRate(rates=by, alone=alone) if isinstance(by, Forward) else by
        asked = {id(gate): self.gate(gate, name, payee, at, period) for gate in asked_by_row(self.plan, name)}
        whole = [gate for gate in asked_by_row(self.plan, name) if not isinstance(gate.locks, Lock)]
        shared = sum(self.plan.components[other].measure == c.measure for other in self._names) > 1
        own, plan = (self.shaping.factors(of, payee, at, period) for of in (name, "plan"))
        return Dealing(
            leaf=by.leaf, way=way, unusual=None if c.method == "spiff" else self._unusual(name, period),
            asked=tuple(asked.values()), gates=tuple(asked[id(gate)] for gate in whole), counted=(payee, ~number),
            interval=interval, limits=self.shaping.of_deals(payee, period, shared=shared),
            bent=Bent(gates=self.shaping.gates(name, payee, at, period, by_deal=True), factors=(own, plan)),
        )  # fmt: skip

    def _unusual(self, name: str, period: str) -> Unusual | None:
        """What is done with large deals."""
        rule, look = self._windfalls[name], self.book.look(period)
        if rule is None:
            return None
        rate = look(rule.rate) if rule.then == "lower_rate" and rule.rate is not None else Fraction(0)
        return Unusual(above=float(look(rule.above) * self.book.minor), rate=float(rate))

    def amount(self, number: int, name: str, payee: str, at: int, period: str, interval: str) -> ByAmount:
        """An amount for each deal, or a share of it.

        Parameters
        ----------
        number, name : int, str
            The component.
        payee, at, period : str, int, str
            Whom it pays, and when.
        interval : str
            Where the count goes on; empty if it begins anew each period.
        """
        c = self.plan.components[name]
        assert c.amount is not None
        measure = str(c.measure)
        amount = self.book.look(period)(c.amount)
        if c.pays_of in {"target", "base"}:
            amount *= self.book.target(name, payee, self.book.interval(c.accumulate, period))
        else:
            amount *= self.book.minor
        if c.pays_of == "measure":
            amount /= self.book.unit(measure)
        first = None if c.first is None else count(c.first)
        if c.accumulate == "transaction" and first:
            first = None
        others = [other for other in self.plan.components.values() if other is not c and other.method == "spiff"]
        return ByAmount(
            key=(payee, number), leaf=self.whose.leaf(measure, payee, at, period), interval=interval,
            amount=float(amount), sized=c.pays_of == "measure", first=first, single=not c.stacks,
            told=any(not other.stacks for other in others),
        )  # fmt: skip
