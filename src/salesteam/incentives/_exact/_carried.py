"""What a run carries on to the next: sums, what they paid, and the deals that later rows may take back."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import attrs

from salesteam.core import Finding, Place, find
from salesteam.incentives._exact._deal import Deal
from salesteam.incentives._model import Facts, Plan

if TYPE_CHECKING:
    from salesteam.incentives._exact._book import Book

__all__ = ["State", "reached", "unfit"]

_CARRIES = frozenset(
    {"flat", "marginal", "slab", "from_threshold", "interpolated_amount", "proportional_rate", "bonus"}
)


@attrs.frozen(kw_only=True, eq=False)
class State:
    """Where a run stands: what `pay(…, resume=run.state)` goes on from, at the cost of the new rows alone.

    It holds no more than sums, what was paid on them, and the deals that later rows may take back.

    Parameters
    ----------
    sums : dict
        Measure, kind of holder, holder and pay period: what was reached, in the smallest unit.
    rows : dict
        Component, payee and interval: where the running sum stands, where it was last paid, whether it has begun.
    purses : dict
        Component, payee, interval and, if anything bends the pay, period: exact pay so far, and what was paid.
    totals : dict
        Payee and period: the pay of all components before and after the limits of the plan.
    pays : dict
        Payee, period and component: exact pay and pay in minor units.
    deals : mapping of str to Deal
        By id.
    last : tuple or None
        The order of the latest deal.

    Examples
    --------
    >>> from salesteam.incentives import Facts, pay, scheme
    >>> plan, deal = scheme("assist_split"), {"transaction": "T1", "date": "2026-01-05", "amount": "100", "payee": "li"}
    >>> first = pay(plan, Facts(transactions=[deal]))
    >>> more = {**deal, "transaction": "T2", "date": "2026-01-06"}
    >>> pay(plan, Facts(transactions=[more]), resume=first.state).total.text()
    'CNY 10.00'
    """

    sums: dict[tuple[str, str, str, str], Fraction] = attrs.field(factory=dict)
    rows: dict[tuple[str, ...], tuple[Fraction, Fraction, bool]] = attrs.field(factory=dict)
    purses: dict[tuple[str, ...], tuple[Fraction, int]] = attrs.field(factory=dict)
    totals: dict[tuple[str, str], tuple[int, int]] = attrs.field(factory=dict)
    pays: dict[tuple[str, str, str], tuple[Fraction, int]] = attrs.field(factory=dict)
    deals: Mapping[str, Deal] = attrs.field(factory=dict)
    last: tuple[date, int, str] | None = None

    def copied(self) -> State:
        """The same, for a run that goes on from here and leaves this as it is."""
        return attrs.evolve(
            self, sums=dict(self.sums), rows=dict(self.rows), purses=dict(self.purses), totals=dict(self.totals),
            pays=dict(self.pays),
        )  # fmt: skip

    def with_deals(self, deals: Iterable[Deal]) -> State:
        """The same with more deals, in a layer of their own, so that a day costs what it brings."""
        new = {deal.id: deal for deal in deals}
        older = self.deals.maps if isinstance(self.deals, ChainMap) else [self.deals] if self.deals else []
        orders = [deal.order for deal in new.values()] + ([] if self.last is None else [self.last])
        return attrs.evolve(self, deals=ChainMap(new, *older), last=max(orders, default=None))


def reached(book: Book) -> dict[tuple[str, str, str, str], Fraction]:
    """What was reached of every measure, by an earlier run and by this one."""
    sums = dict(book.carried.sums)
    for credit in book.credits:
        for measure in credit.counts:
            if measure in credit.values:
                for kind, who in (("payee", credit.payee), ("team", credit.team or ""), ("all", "")):
                    key = (measure, kind, who, credit.period)
                    sums[key] = sums.get(key, Fraction(0)) + credit.values[measure]
    return sums


def unfit(plan: Plan, facts: Facts) -> list[Finding]:
    """What of a plan, or of facts, cannot be gone on with row by row."""
    told: list[str] = [f"components.{n}" for n, c in plan.components.items() if not _goes_on(plan, c)]
    told += [f"measures.{n}" for n, m in plan.measures.items() if m.aggregate != "sum" or m.value is None]
    for key in ("windfall", "clawback", "rollup"):
        told += [key] if getattr(plan, key) else []
    told += [f"gates[{i}]" for i, gate in enumerate(plan.gates) if gate.when == "transaction"]
    told += [f"caps[{i}]" for i, cap in enumerate(plan.caps) if cap.excess == "carry" or cap.of == "deal"]
    if len(plan.components) > 1 and (plan.gates or plan.modifiers):  # what was paid is shared out anew as they change
        for key in ("caps", "floors"):
            told += [f"{key}[{i}]" for i, limit in enumerate(getattr(plan, key)) if limit.of == "plan"]
    told += ["facts.values"] if facts.values is not None else []
    return [find("incentives.resume-unfit", Place(key=at), at=at) for at in told]


def _goes_on(plan: Plan, c: Any) -> bool:
    own = c.measure in plan.measures and plan.measures[c.measure].scope == "payee"
    limited = any(limit.of == "plan" for limit in (*plan.caps, *plan.floors))  # shared out in the order of all lines
    whole = c.method == "curve" and c.accumulate in {None, "transaction", "period"} and not limited
    return (c.method in _CARRIES or whole) and own and not c.pay_split
