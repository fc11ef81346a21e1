"""Amounts for whole deals, and what reversals take back of them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import attrs

from salesteam.incentives._exact._carried import DealKey
from salesteam.incentives._exact._credit import Credit

__all__ = ["Taken"]


@attrs.define(eq=False)
class Taken:
    """What was given for each deal of a payee, and what is left of it; somebody may stand in two columns of a deal.

    Parameters
    ----------
    component : str
        What gives it.
    older : mapping of DealKey to (Fraction, Fraction)
        What earlier runs gave for each deal, and what they have left of it.
    new : dict
        The same of this run.
    """

    component: str
    older: Mapping[DealKey, tuple[Fraction, Fraction]]
    new: dict[DealKey, tuple[Fraction, Fraction]] = attrs.field(factory=dict)

    def give(self, credit: Credit, amount: Fraction) -> None:
        """Remember what a deal was given."""
        self.new[self._key(credit.deal.id, credit)] = (amount, amount)

    def back(self, credit: Credit) -> Fraction:
        """What a reversal takes back: the part that it takes back of its deal, and no more than is left."""
        deal, key = credit.deal, self._key(str(credit.deal.reverses), credit)
        whole, left = self.new.get(key) or self.older.get(key, (Fraction(0), Fraction(0)))
        if deal.original is None or not left:
            return left
        sold = deal.original.numbers["amount"]
        part = min(abs(deal.numbers["amount"] / sold), Fraction(1)) if sold else Fraction(1)
        size = min(abs(whole) * part, abs(left))
        back = size if left > 0 else -size
        self.new[key] = (whole, left - back)
        return back

    def _key(self, deal: str, credit: Credit) -> DealKey:
        return self.component, deal, credit.payee, str(credit.slot)
