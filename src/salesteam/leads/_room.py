"""Room: what each cap counts, kept up to date lead by lead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from salesteam.leads._instant import window_start
from salesteam.leads._model_book import Book, Holding, Receipt
from salesteam.leads._model_cap import Cap
from salesteam.leads._model_lead import Lead
from salesteam.leads._model_seat import Seat

__all__ = ["CAPACITY", "Room"]

CAPACITY = "capacity"
"""Id under which a seat's own capacity appears among the caps."""


class _Count:
    """One cap with what has been used of it, by the name of what it limits."""

    def __init__(self, cap: Cap) -> None:
        self.cap = cap
        self.used: dict[str, int] = {}

    def add(self, key: str | None, lead_value: int | None) -> None:
        if key is not None and self.cap.of in (None, key):
            step = (lead_value or 0) if self.cap.measure == "value" else 1
            self.used[key] = self.used.get(key, 0) + step

    def blocks(self, key: str | None, lead_value: int | None) -> bool:
        cap = self.cap
        if key is None or cap.of not in (None, key):
            return False
        used = self.used.get(key, 0)
        if cap.measure != "value":
            return used >= cap.limit
        return lead_value is None or used >= cap.limit or used + lead_value > cap.limit


class Room:
    """Which seats have room for a lead.

    Counting caps on seats and teams are folded into `full` and `over`, so that a seat costs one look-up;
    the others are asked lead by lead.

    Attributes
    ----------
    full, over : list of int
        For each seat, how many hard, and soft, counting caps are reached.
    held, value : list of int
        Leads and minor units that each seat holds.
    """

    def __init__(self, seats: Sequence[Seat], caps: Sequence[Cap], book: Book, at: datetime) -> None:
        self._seats = seats
        self.full = [0] * len(seats)
        self.over = [0] * len(seats)
        self.held = [0] * len(seats)
        self.value = [0] * len(seats)
        self._position = {seat.seat: position for position, seat in enumerate(seats)}
        own = [
            Cap(id=CAPACITY, scope="seat", of=seat.seat, measure="open", window="now", limit=seat.capacity, hard=True)
            for seat in seats
            if seat.capacity is not None
        ]
        self._counts = [_Count(cap) for cap in (*own, *caps)]
        for count in self._counts:
            for entry in self._entries(count.cap, book, at):
                count.add(self._key(count.cap, entry), entry.value_minor)
        self._hold(book, at)
        self._on_lead = [c for c in self._counts if c.cap.scope in ("territory", "source")]
        self._by_value = [c for c in self._counts if c.cap.measure == "value" and c.cap.scope in ("seat", "team")]
        self._simple: dict[tuple[str, str | None], list[_Count]] = {}
        for count in self._counts:
            if count.cap.measure != "value" and count.cap.scope in ("seat", "team"):
                self._simple.setdefault((count.cap.scope, count.cap.of), []).append(count)
        self._members: dict[str, list[int]] = {}
        for position, seat in enumerate(seats):
            if seat.team:
                self._members.setdefault(seat.team, []).append(position)
            for count in self._simple_of(position):
                if count.blocks(self._name(count.cap, position), None):
                    self._mark(count.cap, position)

    def _hold(self, book: Book, at: datetime) -> None:
        for holding in book.holdings:
            position = self._position.get(holding.seat)
            if position is not None and holding.open_at(at):
                self.held[position] += 1
                self.value[position] += holding.value_minor or 0

    @staticmethod
    def _entries(cap: Cap, book: Book, at: datetime) -> Sequence[Holding] | Sequence[Receipt]:
        if cap.window == "now" or cap.zone is None:
            return [holding for holding in book.holdings if holding.open_at(at)]
        start = window_start(at, cap.window, cap.zone)
        return [receipt for receipt in book.receipts if start <= receipt.at <= at]

    def _key(self, cap: Cap, entry: Holding | Receipt) -> str | None:
        if cap.scope == "team":
            position = self._position.get(entry.seat)
            return None if position is None else self._seats[position].team
        return {"seat": entry.seat, "territory": entry.territory, "source": entry.source}[cap.scope]

    def _name(self, cap: Cap, position: int) -> str | None:
        return self._seats[position].team if cap.scope == "team" else self._seats[position].seat

    def _simple_of(self, position: int) -> list[_Count]:
        seat = self._seats[position]
        places: tuple[tuple[str, str | None], ...] = (("seat", seat.seat), ("seat", None))
        if seat.team:
            places += (("team", seat.team), ("team", None))
        return [count for place in places for count in self._simple.get(place, ())]

    def _mark(self, cap: Cap, position: int) -> None:
        (self.full if cap.hard else self.over)[position] += 1

    def take(self, position: int, lead: Lead, territory: str | None, *, kept: bool = False) -> None:
        """Count a lead that a seat was given, or one that it keeps, which counts as held but not as received."""
        self.held[position] += 1
        self.value[position] += lead.value_minor or 0
        seat = self._seats[position]
        for count in self._simple_of(position):
            if kept and count.cap.window != "now":
                continue
            name = self._name(count.cap, position)
            before = count.blocks(name, None)
            count.add(name, None)
            if not before and count.blocks(name, None):
                for member in [position] if count.cap.scope == "seat" else self._members[seat.team or ""]:
                    self._mark(count.cap, member)
        for count in self._by_value:
            if not kept or count.cap.window == "now":
                count.add(self._name(count.cap, position), lead.value_minor)
        for count in self._on_lead:
            if not kept or count.cap.window == "now":
                count.add(territory if count.cap.scope == "territory" else lead.source, lead.value_minor)

    def closed_to(self, lead: Lead, territory: str | None) -> Cap | None:
        """The hard cap on territory or source that leaves no seat room for this lead."""
        for count in self._on_lead:
            key = territory if count.cap.scope == "territory" else lead.source
            if count.cap.hard and count.blocks(key, lead.value_minor):
                return count.cap
        return None

    def pricing(self, lead: Lead) -> Callable[[int], tuple[int, int]] | None:
        """Counts of hard and soft value caps that a seat would break with this lead; None if there are none."""
        if not self._by_value:
            return None

        def broken(position: int) -> tuple[int, int]:
            hit = [
                count.cap.hard
                for count in self._by_value
                if count.blocks(self._name(count.cap, position), lead.value_minor)
            ]
            return sum(hit), len(hit) - sum(hit)

        return broken

    def reason(self, position: int, lead: Lead, territory: str | None, *, kept: bool = False) -> tuple[Cap, int] | None:
        """The first hard cap that shuts a seat for a lead, with what is used of it; of held leads only, if kept."""
        for count in (*self._simple_of(position), *self._by_value, *self._on_lead):
            if count.cap.scope == "territory":
                key = territory
            elif count.cap.scope == "source":
                key = lead.source
            else:
                key = self._name(count.cap, position)
            if kept and count.cap.window != "now":
                continue
            if count.cap.hard and count.blocks(key, lead.value_minor):
                return count.cap, count.used.get(key or "", 0)
        return None
