"""Why each seat could or could not have a lead, written down for explanations only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from salesteam.leads._claims import Right
from salesteam.leads._match import folded
from salesteam.leads._model_decision import Candidate
from salesteam.leads._model_lead import Lead
from salesteam.leads._model_rule import Rule
from salesteam.leads._model_seat import Seat

if TYPE_CHECKING:
    from salesteam.leads._route import Router

__all__ = ["Survey"]


class Survey:
    """One lead under one rule, or under a personal claim without one, seat by seat."""

    def __init__(self, router: Router, lead: Lead, rule: Rule | None, right: Right | None) -> None:
        self._router, self._lead, self._rule, self._right = router, lead, rule, right

    def rows(
        self,
        free: Sequence[int],
        ranked: Sequence[tuple[int, Fraction | None]],
        bars: Callable[[Seat], str | None] | None,
    ) -> Iterator[Candidate]:
        """One row for each seat: its rank and key, or the first step at which it fell out."""
        place = {position: (rank, key) for rank, (position, key) in enumerate(ranked, start=1)}
        held = set(free)
        for position, seat in enumerate(self._router.seats):
            rank, key = place.get(position, (None, None))
            excluded: tuple[str | None, str | None] = (None, None)
            if rank is None:
                excluded = ("soft-cap", None) if position in held else self._excluded(position, seat, bars)
            yield Candidate(
                lead=self._lead.lead,
                rule=None if self._rule is None else self._rule.id,
                seat=seat.seat,
                excluded_by=excluded[0],
                detail=excluded[1],
                key=key,
                rank=rank,
            )

    def unfit(self, position: int) -> tuple[str, str | None] | None:
        """Why the seat may not keep a lead that it holds, None if it may.

        Absence, counts of received leads and cooling are no reason to take a lead away.
        """
        seat = self._router.seats[position]
        for step in (self._by_right, self._by_rule, self._by_service, self._by_skill, self._by_interest):
            found = step(position, seat)
            if found is not None:
                return found
        full = self._router.room.reason(position, self._lead, self._router.territory(self._lead), kept=True)
        return None if full is None else ("cap", f"{full[0].id} ({full[1]}/{full[0].limit})")

    def _excluded(self, position: int, seat: Seat, bars: Callable[[Seat], str | None] | None) -> tuple[str, str | None]:
        steps = (self._by_right, self._by_rule, self._by_service, self._by_skill)
        for step in steps:
            found = step(position, seat)
            if found is not None:
                return found
        barred = bars(seat) if bars is not None else None
        if barred is not None:
            return "selector", barred
        return self._by_state(position, seat)

    def _by_right(self, position: int, seat: Seat) -> tuple[str, str] | None:
        del seat
        if self._right is None or position in self._right.seats:
            return None
        return "claim", self._right.ids

    def _by_rule(self, position: int, seat: Seat) -> tuple[str, str] | None:
        del position
        rule = self._rule
        if rule is not None and rule.pool is not None and seat.pool != rule.pool:
            return "pool", rule.pool
        if rule is not None and rule.teams and seat.team not in rule.teams:
            return "team", ", ".join(rule.teams)
        return None

    def _by_service(self, position: int, seat: Seat) -> tuple[str, None] | None:
        del position
        return None if seat.in_service(self._router.at) else ("service", None)

    def _by_skill(self, position: int, seat: Seat) -> tuple[str, str] | None:
        del position
        known = {folded(skill) for skill in seat.skills}
        needed = () if self._rule is None else self._router.skills(self._rule, self._lead)
        lacking = [skill for skill in needed if folded(skill) not in known]
        return ("skill", ", ".join(lacking)) if lacking else None

    def _by_interest(self, position: int, seat: Seat) -> tuple[str, str] | None:
        del seat
        for name in (self._lead.account, self._lead.company):
            if name and position in self._router.interests.get(folded(name), ()):
                return "conflict", name
        return None

    def _by_state(self, position: int, seat: Seat) -> tuple[str, str | None]:
        router, lead = self._router, self._lead
        interest = self._by_interest(position, seat)
        if interest is not None:
            return interest
        away = seat.away(router.at)
        if away is not None:
            return "availability", f"{away.reason or 'absence'} < {away.end.isoformat()}"
        if not seat.accepting:
            return "availability", "accepting = no"
        full = router.room.reason(position, lead, router.territory(lead))
        if full is not None:
            cap, used = full
            return "cap", f"{cap.id} ({used}/{cap.limit})"
        return "cooling", router.cooling[lead.lead][seat.seat].isoformat()
