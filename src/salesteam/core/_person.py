"""People, teams, and what ties them together for a time: memberships and reporting lines."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs

from salesteam.core._period import plain_day
from salesteam.core._rational import rational
from salesteam.errors import InvalidValueError

__all__ = ["Membership", "Person", "ReportingLine", "Team"]


def _named(noun: object, field: attrs.Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        fix = "give a short text that stays the same"
        raise InvalidValueError(f"{value!r} names nothing", where=f"{type(noun).__name__}.{field.name}", fix=fix)


def _day(noun: object, field: attrs.Attribute[date | None], value: object) -> None:
    if value is not None:
        plain_day(value, f"{type(noun).__name__}.{field.name}")


def _share(value: object) -> Fraction:
    return rational(value, where="Membership.share")


def _in_force(start: date | None, end: date | None, on: date) -> bool:
    plain_day(on, "on")
    return (start is None or start <= on) and (end is None or on < end)


@attrs.frozen(kw_only=True)
class Person:
    """Somebody on the team.

    Parameters
    ----------
    id : str
        Short, never reused; everything else refers to it.
    name : str
        As colleagues say it.

    Raises
    ------
    InvalidValueError
        If id or name is empty.

    Examples
    --------
    >>> Person(id="li", name="李雷").name
    '李雷'
    """

    id: str = attrs.field(validator=_named)
    name: str = attrs.field(validator=_named)


@attrs.frozen(kw_only=True)
class Team:
    """A group of people, perhaps within a larger one.

    Parameters
    ----------
    id : str
        Short, never reused.
    name : str
        As colleagues say it.
    parent : str, optional
        Id of the larger team.
    lead : str, optional
        Id of the person who leads it; says nothing about reporting lines.

    Raises
    ------
    InvalidValueError
        If id or name is empty.

    Examples
    --------
    >>> Team(id="north", name="North", parent="sales", lead="li").parent
    'sales'
    """

    id: str = attrs.field(validator=_named)
    name: str = attrs.field(validator=_named)
    parent: str | None = None
    lead: str | None = None


@attrs.frozen(kw_only=True)
class Membership:
    """That a person belongs to a team, for a time and with a share.

    Parameters
    ----------
    person, team : str
        Their ids.
    role : str, optional
        What the person does there, such as ``"seller"`` or ``"mentor"``.
    start : datetime.date, optional
        First day; without it, since ever.
    end : datetime.date, optional
        Day after the last; without it, until further notice.
    share : Fraction, default 1
        Share of the person's time, above 0 and at most 1; text such as ``"50%"`` is read exactly.

    Raises
    ------
    InvalidValueError
        If an id is empty, a day is none, or the share is not above 0 and at most 1.

    Examples
    --------
    >>> half = Membership(person="li", team="north", start=date(2026, 1, 1), end=date(2026, 7, 1), share="1/2")
    >>> half.in_force(date(2026, 6, 30)), half.in_force(date(2026, 7, 1))
    (True, False)
    """

    person: str = attrs.field(validator=_named)
    team: str = attrs.field(validator=_named)
    role: str | None = None
    start: date | None = attrs.field(default=None, validator=_day)
    end: date | None = attrs.field(default=None, validator=_day)
    share: Fraction = attrs.field(default=Fraction(1), converter=_share)

    def __attrs_post_init__(self) -> None:
        if not 0 < self.share <= 1:
            what = f"the share of {self.person} in {self.team} is {self.share}"
            raise InvalidValueError(what, where="Membership.share", fix="use more than 0 and at most 1")

    def in_force(self, on: date) -> bool:
        """Whether it holds on a day.

        Parameters
        ----------
        on : datetime.date
            Any day.

        Returns
        -------
        bool
            ``start <= on < end``.

        Examples
        --------
        >>> Membership(person="li", team="north").in_force(date(2026, 1, 1))
        True
        """
        return _in_force(self.start, self.end, on)


@attrs.frozen(kw_only=True)
class ReportingLine:
    """That a person reports to a manager, for a time and in one respect.

    A person may have several at once: that is a matrix.

    Parameters
    ----------
    person, manager : str
        Their ids.
    kind : str, default 'line'
        In what respect: ``"line"`` is the disciplinary line; any other word is your own, such as ``"dotted"``.
    start : datetime.date, optional
        First day; without it, since ever.
    end : datetime.date, optional
        Day after the last; without it, until further notice.

    Raises
    ------
    InvalidValueError
        If an id or the kind is empty, or a day is none.

    Examples
    --------
    >>> ReportingLine(person="li", manager="han", kind="dotted").in_force(date(2026, 1, 1))
    True
    """

    person: str = attrs.field(validator=_named)
    manager: str = attrs.field(validator=_named)
    kind: str = attrs.field(default="line", validator=_named)
    start: date | None = attrs.field(default=None, validator=_day)
    end: date | None = attrs.field(default=None, validator=_day)

    def in_force(self, on: date) -> bool:
        """Whether it holds on a day.

        Parameters
        ----------
        on : datetime.date
            Any day.

        Returns
        -------
        bool
            ``start <= on < end``.

        Examples
        --------
        >>> ReportingLine(person="li", manager="han", end=date(2026, 1, 1)).in_force(date(2026, 1, 1))
        False
        """
        return _in_force(self.start, self.end, on)
