"""Whose right a lead is: known customers and claims, resolved once per lead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import attrs

from salesteam.leads._customers import Known
from salesteam.leads._match import FLAGS, Reader, Test, compiled, folded, number
from salesteam.leads._model_claim import Claim, Customer
from salesteam.leads._model_condition import Condition
from salesteam.leads._model_lead import Lead
from salesteam.leads._model_seat import Seat

__all__ = ["Claims", "Right"]


@attrs.frozen(kw_only=True)
class Right:
    """What the claims say of one lead.

    Parameters
    ----------
    claims : tuple of Claim
        Those that decide: in force, matching, of the highest priority.
    seats : frozenset of int
        Positions of the seats of their holders.
    personal : bool
        Whether the lead goes to the holder whatever the rule's pool; False narrows the rule's seats.
    tied : bool
        Whether different holders have the same priority, so that someone must decide.
    """

    claims: tuple[Claim, ...]
    seats: frozenset[int]
    personal: bool
    tied: bool

    @property
    def ids(self) -> str:
        """The ids of the claims, comma separated."""
        return ", ".join(claim.id for claim in self.claims)


class Claims:
    """Claims in force, indexed by the values that they name."""

    def __init__(
        self,
        claims: Iterable[Claim],
        customers: Sequence[Customer],
        seats: Sequence[Seat],
        at: datetime,
        read: Reader,
    ) -> None:
        self._read = read
        self._known = Known(customers)
        self._places: dict[str, set[int]] = {}
        for position, seat in enumerate(seats):
            for name in (seat.seat, seat.person, seat.team):
                if name:
                    self._places.setdefault(name, set()).add(position)
        self._tests: list[tuple[Claim, Test]] = []
        self._by_value: dict[str, dict[str, list[Claim]]] = {}
        for claim in sorted(claims, key=lambda claim: claim.id):
            if claim.in_force(at):
                self._add(claim)
        self._any = bool(self._tests or self._by_value or customers)

    def _add(self, claim: Claim) -> None:
        scope = claim.scope
        if scope.operator in ("eq", "in") and all(_wordy(value) for value in scope.value):
            index = self._by_value.setdefault(scope.field, {})
            for value in {folded(value) for value in scope.value}:
                index.setdefault(value, []).append(claim)
        else:
            self._tests.append((claim, compiled(scope, self._read)))

    def known(self, lead: Lead) -> tuple[Lead, Sequence[Customer]]:
        """The lead with the account of the customer that it belongs to, and the customers that nothing tells apart."""
        known = self._known.match(lead)
        if len(known) == 1 and lead.account is None:
            return attrs.evolve(lead, account=known[0].account), known
        return lead, known

    def right(self, lead: Lead, known: Sequence[Customer]) -> Right | None:
        """The right that protects a lead; None if nothing does."""
        if not self._any:
            return None
        found = [claim for claim, test in self._tests if test(lead) is True]
        for field, index in self._by_value.items():
            value = self._read(lead, field)
            if value is not None:
                found += index.get(folded(str(value)), ())
        found += [_owner(customer) for customer in known if customer.owner]
        if not found:
            return None
        top = max(claim.priority for claim in found)
        best = tuple(sorted((claim for claim in found if claim.priority == top), key=lambda claim: claim.id))
        holders = {claim.holder for claim in best}
        seats = frozenset(position for holder in holders for position in self._places.get(holder, ()))
        return Right(
            claims=best,
            seats=seats,
            personal=any(claim.kind != "territory" for claim in best),
            tied=len(holders) > 1 and any(claim.exclusive for claim in best),
        )


def _wordy(text: str) -> bool:
    """Whether a value can only equal text, so that an index finds it."""
    return number(text) is None and folded(text) not in FLAGS


def _owner(customer: Customer) -> Claim:
    return Claim(
        id=f"customer {customer.account}",
        kind="owner",
        holder=customer.owner or "",
        scope=Condition(field="account", operator="eq", value=customer.account),
        priority=customer.priority,
    )
