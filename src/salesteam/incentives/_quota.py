"""What a plan asks for: quotas, with season, ramp and relief."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

import attrs

from salesteam.incentives._number import Number, Whole

__all__ = ["Quota", "Ramp", "Relief"]


@attrs.frozen(kw_only=True)
class Ramp:
    """A lower quota for the first months of a person.

    Parameters
    ----------
    months : (Whole, Whole)
        Months since the start, both counted; the month of the start is 1.
    factor : Number
        Share of the quota that is asked.

    Examples
    --------
    >>> from fractions import Fraction
    >>> Ramp(months=(1, 3), factor=Fraction(1, 2)).months
    (1, 3)
    """

    months: tuple[Whole, Whole]
    factor: Number


@attrs.frozen(kw_only=True)
class Relief:
    """A lower quota for somebody, for a time, for a reason.

    Parameters
    ----------
    factor : Number
        Share of the quota that is still asked.
    payee : str, optional
        Whose; everybody's if left out.
    from_, until : date, optional
        First day, and first day after.
    reason : str, optional
        Why.

    Examples
    --------
    >>> from fractions import Fraction
    >>> Relief(payee="li", factor=Fraction(1, 2), reason="territory cut").reason
    'territory cut'
    """

    factor: Number
    payee: str | None = None
    from_: date | None = attrs.field(default=None, metadata={"key": "from"})
    until: date | None = None
    reason: str = ""


@attrs.frozen(kw_only=True)
class Quota:
    """A quota that the plan itself sets; quotas among the facts win over it.

    Of several quotas of one measure a payee has the first whose `for` it matches, so a special one comes before the
    general one.

    Parameters
    ----------
    measure : str
        What is asked for.
    amount : Number
        How much, for each `period`.
    period : str, optional
        ``week``, ``month``, ``quarter``, ``half``, ``year`` or ``once``; the plan's own if left out.
    for_ : mapping, optional
        Columns of `people` that a payee must match; key ``for``.
    weights : tuple of Number
        Seasonality: the share of each part of the period; they sum to 1.
    ramp, relief : tuple
        What lowers it.

    Examples
    --------
    >>> from fractions import Fraction
    >>> Quota(measure="bookings", amount=Fraction(100_000), period="year").period
    'year'
    """

    measure: str
    amount: Number
    period: Literal["week", "month", "quarter", "half", "year", "once"] | None = None
    for_: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, metadata={"key": "for"})
    weights: tuple[Number, ...] = ()
    ramp: tuple[Ramp, ...] = ()
    relief: tuple[Relief, ...] = ()
