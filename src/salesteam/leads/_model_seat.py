"""Seats: the places in a pool to which leads go."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import rational
from salesteam.core._noun import as_annotated
from salesteam.core._table import column
from salesteam.errors import InvalidValueError
from salesteam.leads._instant import instant, local_day, zone_field
from salesteam.leads._items import items
from salesteam.leads._model_lead import named

__all__ = ["Absence", "Seat"]


def _start(at: datetime) -> datetime:
    return instant(at, "Absence.start")


def _end(at: datetime) -> datetime:
    return instant(at, "Absence.end")


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Absence:
    """A time in which a seat takes no leads: leave, training, illness.

    Parameters
    ----------
    start, end : datetime
        Half-open, each with a zone.
    reason : str, optional
        Why, for the explanation.

    Raises
    ------
    InvalidValueError
        For an instant without zone, or an end not after the start.

    Examples
    --------
    >>> from datetime import UTC
    >>> leave = Absence(start=datetime(2026, 10, 1, tzinfo=UTC), end=datetime(2026, 10, 8, tzinfo=UTC))
    >>> leave.covers(datetime(2026, 10, 8, tzinfo=UTC))
    False
    """

    start: datetime = attrs.field(converter=_start)
    end: datetime = attrs.field(converter=_end)
    reason: str = ""

    def __attrs_post_init__(self) -> None:
        if self.end <= self.start:
            raise InvalidValueError(
                f"it ends at {self.end.isoformat()}, not after its start", where="Absence", fix="swap or mend the two"
            )

    def covers(self, at: datetime) -> bool:
        """Whether the seat is away at an instant.

        Examples
        --------
        >>> from datetime import UTC
        >>> day = Absence(start=datetime(2026, 10, 1, tzinfo=UTC), end=datetime(2026, 10, 2, tzinfo=UTC))
        >>> day.covers(datetime(2026, 10, 1, tzinfo=UTC))
        True
        """
        return self.start <= at < self.end


def _weight(value: Any) -> Fraction:
    weight = rational(value, where="Seat.weight")
    if weight < 0:
        raise InvalidValueError(f"{value} is below 0", where="Seat.weight", fix="use 0 for a seat that rests")
    return weight


def _capacity(_: object, __: attrs.Attribute[int | None], value: int | None) -> None:
    if value is not None and value < 0:
        raise InvalidValueError(f"{value} is below 0", where="Seat.capacity", fix="use 0 for a seat that is full")


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Seat:
    """A person's place in a pool (席位).

    Parameters
    ----------
    seat : str
        Its id; one person may have several seats.
    person : str, optional
        Who sits there; the seat's id if not given.
    team, pool : str, optional
        Team, and pool that rules name.
    weight : Fraction, default 1
        Share of the leads relative to others, for the selectors that weigh.
    capacity : int, optional
        Most leads held at one time; None is no limit.
    skills : tuple of str, optional
        What the seat can serve; rules ask for them.
    conflicts : tuple of str, optional
        Accounts or companies in which the person has an interest of their own.
    priority : int, default 0
        Breaks ties between seats: the smallest first.
    zone : str, optional
        IANA name; needed for `start` and `end`.
    start, end : date, optional
        In service from, and no longer from (half-open), by the calendar of `zone`.
    accepting : bool, default True
        Whether the seat takes new leads at all now.
    absences : tuple of Absence, optional
        When it does not.

    Raises
    ------
    InvalidValueError
        For an empty id, a negative weight or capacity, dates without zone, or an end not after the start.

    Examples
    --------
    >>> from datetime import UTC
    >>> seat = Seat(seat="li", pool="inbound", weight="1/2", zone="Asia/Shanghai", start=date(2026, 10, 1))
    >>> seat.in_service(datetime(2026, 9, 30, 16, tzinfo=UTC))
    True
    """

    seat: str = column("id of the seat", validator=named("Seat.seat"))
    person: str = column("who sits there", default="")
    team: str | None = column("team", default=None)
    pool: str | None = column("pool that rules name", default=None)
    weight: Fraction = column("share relative to others", default=Fraction(1), converter=_weight)
    capacity: int | None = column("most leads held at one time", "leads", default=None, validator=_capacity)
    skills: tuple[str, ...] = column("what the seat can serve", default=(), converter=items)
    conflicts: tuple[str, ...] = column("accounts of own interest", default=(), converter=items)
    priority: int = column("breaks ties, smallest first", default=0)
    zone: str | None = column("IANA time zone", default=None, validator=zone_field("Seat.zone"))
    start: date | None = column("first day in service", default=None)
    end: date | None = column("first day no longer in service", default=None)
    accepting: bool = column("whether it takes new leads now", default=True)
    absences: tuple[Absence, ...] = attrs.field(default=(), converter=items)

    def __attrs_post_init__(self) -> None:
        if not self.person:
            object.__setattr__(self, "person", self.seat)
        if (self.start or self.end) and self.zone is None:
            raise InvalidValueError("dates without a zone", where=f"Seat {self.seat}", fix="name the seat's zone")
        if self.start and self.end and self.end <= self.start:
            raise InvalidValueError(
                f"it ends on {self.end}, not after its start", where=f"Seat {self.seat}", fix="mend"
            )

    def in_service(self, at: datetime) -> bool:
        """Whether the seat exists at an instant: started, and not yet ended.

        Examples
        --------
        >>> from datetime import UTC
        >>> Seat(seat="li").in_service(datetime(2026, 9, 30, tzinfo=UTC))
        True
        """
        if self.zone is None:
            return True
        day = local_day(at, self.zone)
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def away(self, at: datetime) -> Absence | None:
        """The absence that covers an instant, None if the seat is there.

        Examples
        --------
        >>> from datetime import UTC
        >>> Seat(seat="li").away(datetime(2026, 9, 30, tzinfo=UTC)) is None
        True
        """
        return next((absence for absence in self.absences if absence.covers(at)), None)
