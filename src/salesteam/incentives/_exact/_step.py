"""Steps of running sums, and where such a sum stands."""

from __future__ import annotations

from fractions import Fraction

import attrs

from salesteam.incentives._exact._book import Look
from salesteam.incentives._exact._carried import Stand
from salesteam.incentives._exact._credit import Credit
from salesteam.incentives._exact._joined import Joined

__all__ = ["Row", "Running"]


@attrs.define(kw_only=True)
class Row:
    """One step of a running sum: a credit, or a ready value of a period."""

    credit: Credit | None
    payee: str
    period: str
    interval: str
    x: Fraction
    look: Look
    excess: Fraction = Fraction(0)
    paid: bool = True

    @property
    def reverses(self) -> bool:
        """Whether it takes a deal back."""
        return self.credit is not None and self.credit.deal.reverses is not None


@attrs.define(kw_only=True)
class Running:
    """How far a running sum has come: where it stands, where it was last paid, what was counted."""

    at: Fraction = Fraction(0)
    since: Fraction = Fraction(0)
    first: bool = True
    count: int = 0
    joined: Joined | None = None

    @classmethod
    def of(cls, held: Stand | None) -> Running:
        """Where an earlier run has left it."""
        return cls() if held is None else cls(at=held.at, since=held.since, first=held.first, count=held.count)

    @property
    def stand(self) -> Stand:
        """What a later run goes on from."""
        return Stand(self.at, self.since, self.first, self.count)
