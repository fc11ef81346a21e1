"""The verb for leads that somebody holds already: who should keep what, and what should move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs

from salesteam.core import Place, Report, find
from salesteam.leads._allocate import seated, strangers
from salesteam.leads._frame import read, shape
from salesteam.leads._hash import tie_hash
from salesteam.leads._instant import instant
from salesteam.leads._model_book import Book
from salesteam.leads._model_claim import Claim
from salesteam.leads._model_decision import Decision
from salesteam.leads._model_lead import Lead
from salesteam.leads._model_load import Aside
from salesteam.leads._model_policy import Policy
from salesteam.leads._model_rule import Rule
from salesteam.leads._model_seat import Seat
from salesteam.leads._names import Names
from salesteam.leads._proposals import Action, Proposal, Proposals
from salesteam.leads._route import Router

__all__ = ["propose"]

_LAST = datetime.max.replace(tzinfo=UTC)


def propose(
    leads: Any,
    policy: Policy,
    seats: Any,
    *,
    book: Book,
    as_of: datetime,
    claims: Iterable[Claim] = (),
    currency: str | None = None,
    zone: str | None = None,
) -> Proposals:
    """Propose which leads that somebody holds should move, and where to (存量线索调整建议).

    Use it for leads with an `owner`; new arrivals go to `allocate`.
    First every owner keeps what the policy allows: the claims, the pool, team and skills of the rule, no conflict of
    interest, and room under the hard caps on what is held, filled by age and then by hash.
    An absent owner keeps; a lead that is frozen, in dispute, held by a rule or taken by no rule stays where it is.
    Then each other lead looks for a seat as a new arrival would.
    Nothing is moved.

    Parameters
    ----------
    leads : frame or iterable of Lead
        One row a lead; its `owner` is a seat, or a person, whose first seat by id is meant.
    policy, seats, claims, currency, zone
        As for `allocate`.
    book : Book
        What is held besides; holdings of these leads are not counted twice.
    as_of : datetime
        The instant, with a zone.

    Returns
    -------
    Proposals
        One for each lead with an owner: keep, move, release to the pool, or stuck.

    Raises
    ------
    InvalidValueError
        If `as_of` has no zone.

    Examples
    --------
    >>> from salesteam.leads import sample
    >>> was = sample()
    >>> found = propose([Lead(lead="L-7", owner="chen", region="East")], was.policy, was.seats,
    ...                 book=was.before, as_of=was.as_of)
    >>> found.proposals[0].why(), found.proposals[0].seat
    ('chen should not keep L-7: it has no seat', 'li')
    """
    at = instant(as_of, "as_of")
    given, read_leads = read(leads, Lead, table="leads", currency=currency, zone=zone)
    places, read_seats = seated(seats)
    owned, aside, report = _owned(given)
    ids = {lead.lead for lead in owned}
    base = attrs.evolve(book, holdings=[holding for holding in book.holdings if holding.lead not in ids])
    router = Router(policy, places, tuple(sorted(claims, key=lambda claim: claim.id)), base, at)
    held = tuple(router.room.held)
    homes = _homes(places)
    queue = sorted(
        owned, key=lambda lead: (lead.created_at or _LAST, tie_hash(policy.salt, lead.lead, lead.owner or ""))
    )
    kept, leaving = [], []
    for lead in queue:
        home = homes.get(lead.owner or "")
        why: tuple[str, str | None, Rule | None] | None = ("no-seat", None, None)
        if home is not None:
            why = router.keep(lead, home)
        if why is None:
            kept.append(Proposal(lead=lead.lead, owner=lead.owner or "", action="keep"))
        else:
            leaving.append((lead, why))
    decisions = tuple(router.decide(lead) for lead, _ in leaving)
    moved = [_moved(lead, why, decision) for (lead, why), decision in zip(leaving, decisions, strict=True)]
    return Proposals(
        proposals=tuple(sorted((*kept, *moved), key=lambda each: each.lead)),
        decisions=decisions,
        aside=aside,
        policy=policy,
        seats=places,
        as_of=at,
        base=held,
        report=book.report + read_leads + read_seats + report + Report(strangers(base, places, at)),
        like=shape(leads, Lead),
    )


def _owned(leads: Sequence[Lead]) -> tuple[list[Lead], tuple[Aside, ...], Report]:
    """Leads with an owner, those set aside, and the findings on these."""
    by_id: dict[str, list[Lead]] = {}
    for lead in leads:
        same = by_id.setdefault(lead.lead, [])
        if lead not in same:
            same.append(lead)
    aside = {name: "leads.duplicate-lead" for name, same in by_id.items() if len(same) > 1}
    aside |= {name: "leads.no-owner" for name, same in by_id.items() if len(same) == 1 and not same[0].owner}
    findings = [
        find(code, Place(table="leads"), leads=Names(sorted(name for name, why in aside.items() if why == code)))
        for code in sorted(set(aside.values()))
    ]
    owned = [same[0] for name, same in by_id.items() if name not in aside]
    return owned, tuple(Aside(lead=name, reason=aside[name]) for name in sorted(aside)), Report(findings)


def _homes(seats: Sequence[Seat]) -> dict[str, int]:
    """The seat of each owner's name: a seat by its id, else the first seat of a person."""
    homes: dict[str, int] = {}
    for position, seat in enumerate(seats):
        homes.setdefault(seat.person, position)
    return homes | {seat.seat: position for position, seat in enumerate(seats)}


def _moved(lead: Lead, why: tuple[str, str | None, Rule | None], decision: Decision) -> Proposal:
    step, detail, rule = why
    action: Action = "stuck"
    if decision.seat is not None:
        action = "move"
    elif decision.outcome == "pooled":
        action = "release"
    return Proposal(
        lead=lead.lead,
        owner=lead.owner or "",
        action=action,
        seat=decision.seat,
        step=step,
        detail=detail,
        rule=None if rule is None else rule.id,
        reason=decision.reason,
    )
