"""Deals and customers larger than anybody planned for."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from salesteam.incentives._bending import Windfall
from salesteam.incentives._exact._resumed import follow
from salesteam.incentives._model import Plan

if TYPE_CHECKING:
    from salesteam.incentives._exact._book import Book
    from salesteam.incentives._exact._credit import Credit

__all__ = ["Usual", "windfall_of"]


def windfall_of(plan: Plan, name: str) -> Windfall | None:
    """The rule for windfalls that a component falls under: its own, else that of all paid on money."""
    measure = plan.components[name].measure
    if measure is None or plan.measures[measure].unit != "money":
        return None
    own = [w for w in plan.windfall if w.of == name]
    return next(iter([*own, *(w for w in plan.windfall if w.of is None)]), None)


@attrs.define(kw_only=True, eq=False)
class Usual:
    """Which share of each credit of a component is no windfall.

    Parameters
    ----------
    book : Book
        The numbers of the run; what it carries knows the deals and customers of earlier runs.
    rule : Windfall
        The rule.
    accumulate : str or None
        Over which intervals the component adds up.
    new : dict
        Rule, accumulation and deal: the share, for the deals of this run.
    """

    book: Book
    rule: Windfall
    accumulate: str | None
    new: dict[tuple[str, str, str], Fraction] = attrs.field(factory=dict)

    def part(self, credit: Credit, interval: str) -> Fraction:
        """The share of a credit; a reversal is cut as its original was, also in a later interval."""
        deal = credit.deal
        held = self._known(deal.id)
        if held is None:
            own = self._own(credit, interval)
            first = None if deal.original is None else self._known(deal.original.id)
            held = self.new[self._key(deal.id)] = own if first is None else first
        return held

    def _known(self, deal: str) -> Fraction | None:
        key = self._key(deal)
        return self.new.get(key, self.book.carried.usual.get(key))

    def _key(self, deal: str) -> tuple[str, str, str]:
        return self._number, self.accumulate or "", deal

    @property
    def _number(self) -> str:
        return str(self.book.plan.windfall.index(self.rule))

    def _own(self, credit: Credit, interval: str) -> Fraction:
        limit = self.book.look_on(credit.deal.on)(self.rule.above) * self.book.minor
        size = credit.deal.values.get("amount", credit.amount)
        room = limit
        if self.rule.per == "customer":
            sums = self.book.carried.customers
            key = (self._number, interval, credit.deal.texts.get("customer") or credit.deal.id)
            follow(self.book, (f"windfall {self._number}", interval, key[2]), credit)
            before = sums.get(key, Fraction(0))
            sums[key] = before + size
            room = max(limit - before, Fraction(0))
        return Fraction(1) if size <= room or size <= 0 else room / size
