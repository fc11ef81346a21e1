"""Where a seat that joined or came back starts in a count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from fractions import Fraction
from statistics import median
from typing import Literal
from zoneinfo import ZoneInfo

import attrs

from salesteam.leads._instant import window_start
from salesteam.leads._model_book import Book, Receipt
from salesteam.leads._model_seat import Seat
from salesteam.leads._model_selector import CountBased

__all__ = ["levels"]

Kind = Literal["joiner", "returner"]

_STATISTICS: dict[str, Callable[[Sequence[Fraction]], Fraction]] = {
    "min": min,
    "median": median,
    "mean": lambda levels: sum(levels, Fraction(0)) / len(levels),
}


@attrs.frozen
class _Entry:
    at: datetime
    seat: int
    kind: Kind
    missed_from: datetime | None


def _joined(seat: Seat) -> datetime | None:
    if seat.start is None or seat.zone is None:
        return None
    return datetime.combine(seat.start, time(), tzinfo=ZoneInfo(seat.zone))


def _entries(seats: Sequence[Seat], start: datetime | None, at: datetime) -> list[_Entry]:
    found = []
    for position, seat in enumerate(seats):
        joined = _joined(seat)
        if joined is not None and joined <= at and (start is None or joined > start):
            found.append(_Entry(joined, position, "joiner", start))
        for absence in seat.absences:
            if absence.end <= at and (start is None or absence.end > start):
                missed = absence.start if start is None else max(absence.start, start)
                found.append(_Entry(absence.end, position, "returner", missed))
    return sorted(found, key=lambda entry: (entry.at, entry.seat))


class _Tally:
    """Leads received per unit of weight, at any instant before the allocation."""

    def __init__(self, selector: CountBased, seats: Sequence[Seat], book: Book, start: datetime | None) -> None:
        refunds = selector.refunds or ()
        self._seats = seats
        self._at: list[list[datetime]] = [[] for _ in seats]
        position = {seat.seat: place for place, seat in enumerate(seats)}
        for receipt in book.receipts:
            place = position.get(receipt.seat)
            if place is not None and _counts(receipt, refunds, start):
                self._at[place].append(receipt.at)
        self.extra = [Fraction(0) for _ in seats]
        for credit in book.credits:
            if credit.selector == selector.id and credit.seat in position:
                self.extra[position[credit.seat]] += credit.credit

    def level(self, place: int, before: datetime, *, included: bool = False) -> Fraction:
        count = sum(1 for at in self._at[place] if at < before or (included and at == before))
        return (self.extra[place] + count) / self._seats[place].weight


def _counts(receipt: Receipt, refunds: Sequence[str], start: datetime | None) -> bool:
    return (start is None or receipt.at >= start) and (receipt.returned is None or receipt.returned not in refunds)


def _ticks(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def levels(selector: CountBased, seats: Sequence[Seat], book: Book, at: datetime) -> list[Fraction]:
    """The level of each seat at the start of an allocation: (calibration + received − refunds) / weight.

    A seat that entered within the window is raised to the level of the others then in service, never lowered.
    ``pro_rata`` adds the others' mean for the part of the window so far that the seat missed.
    Seats of weight 0 have level 0; they are never picked by count.
    """
    start = None if selector.reset in (None, "never") else window_start(at, selector.reset, selector.zone or "UTC")
    tally = _Tally(selector, seats, book, start)
    weighing = [place for place, seat in enumerate(seats) if seat.weight > 0]
    for entry in _entries(seats, start, at):
        if entry.seat not in weighing:
            continue
        others = [
            place
            for place in weighing
            if place != entry.seat
            and seats[place].pool == seats[entry.seat].pool
            and seats[place].in_service(entry.at)
            and (_joined(seats[place]) or entry.at) <= entry.at
            and seats[place].away(entry.at) is None
        ]
        if not others:
            continue
        method = selector.joiner if entry.kind == "joiner" else selector.returner
        weight = seats[entry.seat].weight
        if method == "pro_rata" and start is not None:
            mean = _STATISTICS["mean"]([tally.level(place, at) for place in others])
            missed = Fraction(_ticks(entry.at - (entry.missed_from or start)), _ticks(at - start))
            tally.extra[entry.seat] += mean * missed * weight
        else:
            target = _STATISTICS[method or "min"]([tally.level(place, entry.at) for place in others])
            own = tally.level(entry.seat, entry.at)
            tally.extra[entry.seat] += max(Fraction(0), target - own) * weight
    return [
        tally.level(place, at, included=True) if seat.weight > 0 else Fraction(0) for place, seat in enumerate(seats)
    ]
