"""Limits of authority: what a role may promise by itself, and who may go further."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal, get_args

import attrs

from salesteam.core import Money, shown
from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError
from salesteam.raci._valid import dated, named, one_of

__all__ = ["Limit", "Rung"]

Subject = Literal["amount", "discount_rate", "delivery_days", "payment_days", "scope"]
Bound = Money | Fraction


def within(value: Bound, bound: Bound, sense: str) -> bool | None:
    """Whether a value keeps a bound, the bound included; None if they cannot be compared."""
    if isinstance(value, Money) and isinstance(bound, Money):
        if value.currency != bound.currency:
            return None
        here, there = Fraction(value.minor), Fraction(bound.minor)
    elif isinstance(value, Money) or isinstance(bound, Money):
        return None
    else:
        here, there = value, bound
    return here <= there if sense == "at_most" else here >= there


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Rung:
    """One step of a ladder: up to this bound, that role approves.

    Parameters
    ----------
    bound : Money or Fraction
        The bound, itself included.
    approver : str
        Id of the role that may say yes.

    Examples
    --------
    >>> Rung(bound=Fraction(1, 5), approver="director").approver
    'director'
    """

    bound: Money | Fraction
    approver: str = attrs.field(validator=named)


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Limit:
    """How far a role may go on its own, who may go further, and where nobody may.

    Parameters
    ----------
    role : str
        Id of the role.
    subject : {'amount', 'discount_rate', 'delivery_days', 'payment_days', 'scope'}
        What is limited; an amount is money, every other subject a plain number (scope counts extra items).
    sense : {'at_most', 'at_least'}
        Which side of the bound is allowed; the bound itself is.
    own : Money or Fraction
        What the role may decide by itself.
    ladder : tuple of Rung
        Wider bounds, each with the role that approves up to it.
    hard : Money or Fraction, optional
        What nobody may pass.
    activities : tuple of str
        Activities it is about; empty for all.
    start, end : date, optional
        Half-open; None is open.

    Raises
    ------
    InvalidValueError
        If a bound has the wrong unit or a later bound is narrower than an earlier one.

    Examples
    --------
    >>> limit = Limit(role="sales", subject="discount_rate", sense="at_most", own=Fraction(1, 10))
    >>> limit.covers(Fraction(1, 10)), limit.covers(Fraction(11, 100))
    (True, False)
    """

    role: str = attrs.field(validator=named)
    subject: Subject = attrs.field()
    sense: Literal["at_most", "at_least"] = attrs.field()
    own: Money | Fraction
    ladder: tuple[Rung, ...] = ()
    hard: Money | Fraction | None = None
    activities: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = attrs.field(default=None, validator=dated)

    @subject.validator
    def _subject(self, attribute: attrs.Attribute[Any], value: object) -> None:
        one_of(self, attribute, value, get_args(Subject))

    @sense.validator
    def _sense(self, attribute: attrs.Attribute[Any], value: object) -> None:
        one_of(self, attribute, value, ("at_most", "at_least"))

    def __attrs_post_init__(self) -> None:
        """Refuse bounds of the wrong unit, and bounds that do not widen."""
        bounds = [self.own, *(rung.bound for rung in self.ladder), *([] if self.hard is None else [self.hard])]
        if any(isinstance(bound, Money) is not (self.subject == "amount") for bound in bounds):
            raise InvalidValueError(
                f"the bounds of {self.subject} are {shown(bounds)}",
                where=f"Limit {self.role}",
                fix="an amount is money, such as 50000 CNY; every other subject is a plain number",
            )
        for narrow, wide in pairwise(bounds):
            if not within(narrow, wide, self.sense):
                raise InvalidValueError(
                    f"{shown(wide)} is not as wide as {shown(narrow)}",
                    where=f"Limit {self.role} {self.subject}",
                    fix="order own, ladder and hard from the narrowest to the widest, in one currency",
                )

    def covers(self, value: Money | Fraction) -> bool | None:
        """Whether the role may decide a value by itself; None if the units cannot be compared.

        Examples
        --------
        >>> limit = Limit(role="sales", subject="amount", sense="at_most", own=Money.of("5000", "CNY"))
        >>> limit.covers(Money.of("5000", "USD")) is None
        True
        """
        return within(value, self.own, self.sense)

    def forbids(self, value: Money | Fraction) -> bool:
        """Whether a value is beyond the hard bound.

        Examples
        --------
        >>> Limit(role="sales", subject="scope", sense="at_most", own=Fraction(1)).forbids(Fraction(9))
        False
        """
        return self.hard is not None and within(value, self.hard, self.sense) is False
