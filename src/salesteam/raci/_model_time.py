"""Delegations, absences, separations and escalations: what moves duties between people, and what must not meet."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import Money
from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError
from salesteam.raci._valid import dated, named, one_of
from salesteam.raci._words import DUTY_NAMES, Duty

__all__ = ["Absence", "Delegation", "Escalation", "Separation"]


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Delegation:
    """A person lets another act and approve in their place, for a time; accountability stays.

    Parameters
    ----------
    giver, taker : str
        Ids of the people.
    activities : tuple of str
        Activities it is about; empty for all.
    start, end : date, optional
        Half-open; None is open.
    ceiling : Money, optional
        The largest amount that the taker may approve.

    Examples
    --------
    >>> Delegation(giver="wang", taker="li", ceiling=Money.of("50000", "CNY")).activities
    ()
    """

    giver: str = attrs.field(validator=named)
    taker: str = attrs.field(validator=named)
    activities: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = attrs.field(default=None, validator=dated)
    ceiling: Money | None = None

    @taker.validator
    def _other(self, _: attrs.Attribute[Any], value: str) -> None:
        if value == self.giver:
            raise InvalidValueError(
                f"{value} delegates to themselves", where="Delegation.taker", fix="name another person"
            )


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Absence:
    """A person is away, from a day until before another.

    Parameters
    ----------
    person : str
        Id of the person.
    start, end : date, optional
        Half-open; None is open.

    Examples
    --------
    >>> Absence(person="wang", start=date(2026, 9, 28), end=date(2026, 10, 9)).person
    'wang'
    """

    person: str = attrs.field(validator=named)
    start: date | None = None
    end: date | None = attrs.field(default=None, validator=dated)


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Separation:
    """Two activities, or two duties, that one person must not combine in a case.

    Parameters
    ----------
    activities : tuple of str
        Two ids, or none for any one activity.
    duties : tuple of Duty
        Two duties, or none for every duty that acts.
        With two activities the first duty is of the first activity and the second of the second.

    Raises
    ------
    InvalidValueError
        If neither is given, or not two of one.

    Examples
    --------
    >>> Separation(duties=("does", "approves")).activities
    ()
    """

    activities: tuple[str, ...] = ()
    duties: tuple[Duty, ...] = attrs.field(default=())

    @duties.validator
    def _known(self, attribute: attrs.Attribute[Any], value: tuple[Duty, ...]) -> None:
        for duty in value:
            one_of(self, attribute, duty, DUTY_NAMES)

    def __attrs_post_init__(self) -> None:
        """Refuse anything but pairs of different things."""
        for name, pair in (("activities", self.activities), ("duties", self.duties)):
            if len(pair) not in {0, 2}:
                raise InvalidValueError(f"{len(pair)} {name}", where=f"Separation.{name}", fix="name two or none")
            if pair and len(set(pair)) != 2 and not (name == "duties" and self.activities):
                raise InvalidValueError(
                    f"{', '.join(pair)} is no pair", where=f"Separation.{name}", fix="name two different ones"
                )
        if not self.activities and not self.duties:
            raise InvalidValueError(
                "nothing is separated", where="Separation", fix="name two activities, two duties, or both"
            )


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Escalation:
    """Where a matter goes when a role cannot settle it.

    Parameters
    ----------
    role : str
        Id of the role that it leaves.
    to : str
        Id of the role that it reaches.
    after_hours : Fraction, optional
        Working hours after which it goes; None if no time is agreed.

    Examples
    --------
    >>> Escalation(role="sales", to="director", after_hours=Fraction(8)).to
    'director'
    """

    role: str = attrs.field(validator=named)
    to: str = attrs.field(validator=named)
    after_hours: Fraction | None = attrs.field(default=None)

    @after_hours.validator
    def _hours(self, _: attrs.Attribute[Any], value: Fraction | None) -> None:
        if value is not None and value < 0:
            raise InvalidValueError(f"{value} hours", where="Escalation.after_hours", fix="write 0 or more")
