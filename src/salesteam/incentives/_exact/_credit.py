"""What somebody is credited of a transaction, and which credits a component is about."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import attrs

from salesteam.incentives._exact._deal import Deal

__all__ = ["Credit", "Picked"]


@attrs.define(kw_only=True, eq=False)
class Credit:
    """What somebody is credited of a transaction.

    Parameters
    ----------
    deal : Deal
        The transaction.
    slot : int
        Its place among the credits of the deal.
    payee, kind : str
        Who; ``carve_out``, ``overlay`` or ``rollup``.
    share : Fraction
        Part of the deal.
    amount : Fraction
        Credit in minor units.
    values : dict of str to Fraction
        Each measure in its smallest unit: minor units of money, one of anything else.
    counts : frozenset of str
        Measures whose `where` the deal meets.
    period : str
        Pay period.
    person : int or None
        Row of `people` that holds for it.
    team : str or None
        Team of the payee then.
    left : Fraction
        Part that no event has undone.
    """

    deal: Deal
    slot: int
    payee: str
    kind: str
    share: Fraction
    amount: Fraction
    values: dict[str, Fraction]
    counts: frozenset[str]
    period: str
    person: int | None = None
    team: str | None = None
    left: Fraction = Fraction(1)

    @property
    def order(self) -> tuple[Any, ...]:
        """Its place among all."""
        return (*self.deal.order, self.slot)


@attrs.frozen
class Picked:
    """Which rows of its measure a component is about.

    Parameters
    ----------
    of : str
        Name of the component.
    about : callable
        Whether it is about a credit.
    """

    of: str
    about: Callable[[Credit], bool]
