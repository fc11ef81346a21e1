"""Amounts for whole deals, and what reversals take back of them."""

from __future__ import annotations

from fractions import Fraction

import attrs

from salesteam.incentives._exact._credit import Credit

__all__ = ["Taken"]


@attrs.define(eq=False)
class Taken:
    """What was given for each deal of a payee, and what is left of it; somebody may stand in two columns of a deal."""

    _whole: dict[tuple[str, str, int], Fraction] = attrs.field(factory=dict)
    _left: dict[tuple[str, str, int], Fraction] = attrs.field(factory=dict)

    def give(self, credit: Credit, amount: Fraction) -> None:
        """Remember what a deal was given."""
        key = credit.deal.id, credit.payee, credit.slot
        self._whole[key] = self._left[key] = amount

    def back(self, credit: Credit) -> Fraction:
        """What a reversal takes back: the part that it takes back of its deal, and no more than is left."""
        deal, key = credit.deal, (str(credit.deal.reverses), credit.payee, credit.slot)
        left = self._left.get(key, Fraction(0))
        if deal.original is None or not left:
            return left
        sold = deal.original.numbers["amount"]
        part = min(abs(deal.numbers["amount"] / sold), Fraction(1)) if sold else Fraction(1)
        size = min(abs(self._whole[key]) * part, abs(left))
        back = size if left > 0 else -size
        self._left[key] = left - back
        return back
