"""Selectors at work: each keeps its state as plain numbers over the positions of the seats."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from hashlib import sha256
from math import lcm
from typing import Protocol

import attrs

from salesteam.leads._calibrate import levels
from salesteam.leads._model_book import Book, Credit, Turn
from salesteam.leads._model_lead import Lead
from salesteam.leads._model_seat import Seat
from salesteam.leads._model_selector import CountBased, LeastLoaded, RoundRobin, Selector, SmoothWeighted
from salesteam.leads._room import Room

__all__ = ["Pick", "Picker", "Ties", "picker"]


@attrs.frozen
class Pick:
    """The seat chosen, by what key, and the tie-break if one was needed."""

    seat: int
    key: Fraction | None = None
    tie: str | None = None


class Ties:
    """Order among equal seats: declared priority, else the smallest hash."""

    def __init__(self, seats: Sequence[Seat], salt: str) -> None:
        self._priority = [seat.priority for seat in seats]
        self._even = len(set(self._priority)) <= 1
        self._ids = [seat.seat.encode() for seat in seats]
        self._salt = salt

    def first(self, equal: Sequence[int], lead: str) -> tuple[int, str | None]:
        """The seat that comes first, and its hash if more than one had to be compared by it."""
        if not self._even and len(equal) > 1:
            best = min(self._priority[seat] for seat in equal)
            equal = [seat for seat in equal if self._priority[seat] == best]
        if len(equal) == 1:
            return equal[0], None
        head = f"{self._salt}\x1f{lead}\x1f".encode()
        ids = self._ids
        digest, seat = min((sha256(head + ids[seat]).digest(), seat) for seat in equal)
        return seat, digest.hex()

    def key(self, seat: int, lead: str) -> tuple[int, bytes]:
        """The key by which equal seats are ordered."""
        return self._priority[seat], sha256(f"{self._salt}\x1f{lead}\x1f".encode() + self._ids[seat]).digest()


class Picker(Protocol):
    """What the router asks of a selector at work; `free` and `ring` are positions in ascending order."""

    def bars(self, seat: Seat) -> str | None:
        """Why this selector can never pick a seat, None if it can."""

    def ranked(self, free: Sequence[int], ring: Sequence[int], lead: Lead) -> list[tuple[int, Fraction | None]]:
        """Every free seat, first choice first, with its key; changes nothing."""

    def pick(self, free: Sequence[int], ring: Sequence[int], lead: Lead) -> Pick:
        """Choose among at least one free seat, and move on."""

    def given(self, seat: int) -> None:
        """Take note that a seat was given a lead, by whichever rule."""

    def state(self) -> tuple[tuple[Turn, ...], tuple[Credit, ...]]:
        """What the next book must know."""


class _Rotation:
    def __init__(self, selector: RoundRobin, seats: Sequence[Seat], book: Book) -> None:
        self._ids = [seat.seat for seat in seats]
        self._id, self._strict = selector.id, selector.mode == "strict"
        turn = next((turn for turn in book.turns if turn.selector == selector.id), Turn(selector=selector.id))
        position = {seat: place for place, seat in enumerate(self._ids)}
        self._last = turn.last
        self._after = bisect_right(self._ids, turn.last) - 1 if turn.last is not None else -1
        self._owed = [position[seat] for seat in turn.owed if seat in position] if self._strict else []

    def bars(self, seat: Seat) -> str | None:
        del seat
        return None

    def _order(self, free: Sequence[int]) -> list[int]:
        cut = bisect_right(free, self._after)
        owed = [seat for seat in self._owed if seat in free]
        return owed + [seat for seat in (*free[cut:], *free[:cut]) if seat not in owed]

    def ranked(self, free: Sequence[int], ring: Sequence[int], lead: Lead) -> list[tuple[int, Fraction | None]]:
        del ring, lead
        return [(seat, None) for seat in self._order(free)]

    def pick(self, free: Sequence[int], ring: Sequence[int], lead: Lead) -> Pick:
        del lead
        for seat in self._owed:
            if _within(free, seat):
                self._owed.remove(seat)
                return Pick(seat)
        cut = bisect_right(free, self._after)
        seat = free[cut] if cut < len(free) else free[0]
        if self._strict and len(free) < len(ring):
            self._owe(ring, seat)
        self._after, self._last = seat, self._ids[seat]
        return Pick(seat)

    def _owe(self, ring: Sequence[int], seat: int) -> None:
        start = bisect_right(ring, self._after)
        for passed in (*ring[start:], *ring[:start]):
            if passed == seat:
                return
            if passed not in self._owed:
                self._owed.append(passed)

    def given(self, seat: int) -> None:
        pass

    def state(self) -> tuple[tuple[Turn, ...], tuple[Credit, ...]]:
        return (Turn(selector=self._id, last=self._last, owed=tuple(self._ids[seat] for seat in self._owed)),), ()


def _within(ordered: Sequence[int], seat: int) -> bool:
    place = bisect_right(ordered, seat)
    return place > 0 and ordered[place - 1] == seat


class _Weights:
    def __init__(self, selector: SmoothWeighted, seats: Sequence[Seat], book: Book, ties: Ties) -> None:
        self._id, self._all, self._ties = selector.id, selector.earn == "all", ties
        self._ids = [seat.seat for seat in seats]
        earned = {credit.seat: credit.credit for credit in book.credits if credit.selector == selector.id}
        self._others = tuple(
            Credit(selector=selector.id, seat=seat, credit=earned[seat])
            for seat in sorted(set(earned) - set(self._ids))
        )
        start = [earned.get(seat, Fraction(0)) for seat in self._ids]
        self._unit = lcm(*(seat.weight.denominator for seat in seats), *(credit.denominator for credit in start))
        self._weight = [int(seat.weight * self._unit) for seat in seats]
        self._credit = [int(credit * self._unit) for credit in start]

    def bars(self, seat: Seat) -> str | None:
        return None if seat.weight else "zero-weight"

    def ranked(self, free: Sequence[int], ring: Sequence[int], lead: Lead) -> list[tuple[int, Fraction | None]]:
        del ring
        keys = {seat: self._credit[seat] + self._weight[seat] for seat in free}
        order = sorted(free, key=lambda seat: (-keys[seat], self._ties.key(seat, lead.lead)))
        return [(seat, Fraction(keys[seat], self._unit)) for seat in order]

    def pick(self, free: Sequence[int], ring: Sequence[int], lead: Lead) -> Pick:
        credit, weight = self._credit, self._weight
        total = 0
        for seat in ring if self._all else free:
            credit[seat] += weight[seat]
            total += weight[seat]
        top = max(credit[seat] for seat in free)
        seat, tie = self._ties.first([seat for seat in free if credit[seat] == top], lead.lead)
        credit[seat] -= total
        return Pick(seat, Fraction(top, self._unit), tie)

    def given(self, seat: int) -> None:
        pass

    def state(self) -> tuple[tuple[Turn, ...], tuple[Credit, ...]]:
        now = tuple(
            Credit(selector=self._id, seat=seat, credit=Fraction(credit, self._unit))
            for seat, credit in zip(self._ids, self._credit, strict=True)
            if credit
        )
        return (), now + self._others


class _Lowest:
    """Takes the seat with the lowest level; a level is a whole number of `unit`-ths."""

    def __init__(self, ties: Ties, level: list[int], unit: int, kept: tuple[Credit, ...] = ()) -> None:
        self._ties, self._level, self._unit, self._kept = ties, level, unit, kept

    def ranked(self, free: Sequence[int], ring: Sequence[int], lead: Lead) -> list[tuple[int, Fraction | None]]:
        del ring
        order = sorted(free, key=lambda seat: (self._level[seat], self._ties.key(seat, lead.lead)))
        return [(seat, Fraction(self._level[seat], self._unit)) for seat in order]

    def pick(self, free: Sequence[int], ring: Sequence[int], lead: Lead) -> Pick:
        del ring
        level = self._level
        low = min([level[seat] for seat in free])
        seat, tie = self._ties.first([seat for seat in free if level[seat] == low], lead.lead)
        return Pick(seat, Fraction(low, self._unit), tie)

    def state(self) -> tuple[tuple[Turn, ...], tuple[Credit, ...]]:
        return (), self._kept


class _Counts(_Lowest):
    def __init__(self, selector: CountBased, seats: Sequence[Seat], book: Book, at: datetime, ties: Ties) -> None:
        start = levels(selector, seats, book, at)
        steps = [1 / seat.weight if seat.weight else Fraction(0) for seat in seats]
        unit = lcm(*(part.denominator for part in (*start, *steps)))
        kept = tuple(credit for credit in book.credits if credit.selector == selector.id)
        super().__init__(ties, [int(level * unit) for level in start], unit, kept)
        self._step = [int(step * unit) for step in steps]

    def bars(self, seat: Seat) -> str | None:
        return None if seat.weight else "zero-weight"

    def given(self, seat: int) -> None:
        self._level[seat] += self._step[seat]


class _Loads(_Lowest):
    def __init__(self, selector: LeastLoaded, seats: Sequence[Seat], room: Room, ties: Ties) -> None:
        self._shared = selector.per == "capacity"
        parts = [seat.capacity or 1 if self._shared else 1 for seat in seats]
        unit = lcm(*parts)
        self._load = room.value if selector.load == "value" else room.held
        self._factor = [unit // part for part in parts]
        super().__init__(ties, [load * each for load, each in zip(self._load, self._factor, strict=True)], unit)

    def bars(self, seat: Seat) -> str | None:
        return "no-capacity" if self._shared and seat.capacity is None else None

    def given(self, seat: int) -> None:
        self._level[seat] = self._load[seat] * self._factor[seat]


def picker(selector: Selector, seats: Sequence[Seat], book: Book, room: Room, at: datetime, ties: Ties) -> Picker:
    """Put a selector to work on the seats, sorted by id, from the state of a book."""
    if isinstance(selector, RoundRobin):
        return _Rotation(selector, seats, book)
    if isinstance(selector, SmoothWeighted):
        return _Weights(selector, seats, book, ties)
    if isinstance(selector, CountBased):
        return _Counts(selector, seats, book, at, ties)
    return _Loads(selector, seats, room, ties)
