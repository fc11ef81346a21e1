"""Lines of pay on their way: what one credit, or one period, moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import attrs

from salesteam.incentives._curve import Part
from salesteam.incentives._exact._credit import Credit
from salesteam.incentives._frame import UnpaidRow

__all__ = ["Cut", "Line", "Made", "Purse", "given"]

Purse = tuple[str, str, str]
Cut = Callable[[], tuple[Part, ...]]


def given(*parts: Part) -> Cut:
    """Parts that are known already."""
    return lambda: parts


@attrs.define(kw_only=True, eq=False)
class Line:
    """What one credit, or one period, moved of a component.

    Parameters
    ----------
    component, payee, period, interval : str
        Of what, whose, and when: pay period, and interval of accumulation.
    credit : Credit or None
        The credit; None for pay that no transaction moves.
    before, after : Fraction or None
        The sum before and after it, money in major units.
    raw : Fraction
        Its exact pay in minor units before anything bends it.
    cut : callable
        Cuts the same by tiers when somebody asks; parts in the measure's unit, pay in minor units.
    formula : str
        How it came about.
    gate : Fraction
        0 if the row alone is behind a closed gate.
    pay : int
        Its pay in minor units after everything, rounded.
    note : tuple of str
        What else to know of it: in English, then in Chinese.
    again : bool
        Whether it moves pay of rows that an earlier run has paid.
    waited : bool
        Whether it moves what lies above a cap to a period that has room for it.
    """

    component: str
    payee: str
    period: str
    interval: str
    credit: Credit | None = None
    before: Fraction | None = None
    after: Fraction | None = None
    raw: Fraction = Fraction(0)
    cut: Cut = tuple
    formula: str = ""
    gate: Fraction = Fraction(1)
    pay: int = 0
    note: tuple[str, str] = ("", "")
    again: bool = False
    waited: bool = False

    @property
    def parts(self) -> tuple[Part, ...]:
        """The pay cut by tiers."""
        return self.cut()

    @property
    def day(self) -> date | None:
        """Booking day of its transaction."""
        return None if self.credit is None else self.credit.deal.date

    @property
    def order(self) -> tuple[Any, ...]:
        """Its place within a component; pay without a transaction comes after all others of its period."""
        return (0, self.credit.order) if self.credit is not None else (1, self.period)

    @property
    def purse(self) -> Purse:
        """What its rounding telescopes over while nothing bends it."""
        return (self.component, self.payee, self.interval)


@attrs.define(kw_only=True, eq=False)
class Made:
    """What a stage made.

    Parameters
    ----------
    lines : list of Line
        The lines.
    unpaid : list of UnpaidRow
        What came back for good.
    back : dict of (str, str) to list of UnpaidRow
        What came back until its payee, or the team of its pool, and its pay period are rated again.
    """

    lines: list[Line] = attrs.field(factory=list)
    unpaid: list[UnpaidRow] = attrs.field(factory=list)
    back: dict[tuple[str, str], list[UnpaidRow]] = attrs.field(factory=dict)
