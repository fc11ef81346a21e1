"""The verb: who gets which lead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from salesteam.core import Finding, Place, Report, find
from salesteam.leads._allocation import Allocation
from salesteam.leads._frame import read, shape
from salesteam.leads._instant import instant
from salesteam.leads._model_book import Book
from salesteam.leads._model_claim import Claim
from salesteam.leads._model_lead import Lead
from salesteam.leads._model_load import Aside
from salesteam.leads._model_policy import Policy
from salesteam.leads._model_seat import Seat
from salesteam.leads._names import Names
from salesteam.leads._route import Router

__all__ = ["allocate", "seated", "strangers"]

_LAST = datetime.max.replace(tzinfo=UTC)


def allocate(
    leads: Any,
    policy: Policy,
    seats: Any,
    *,
    book: Book,
    as_of: datetime,
    claims: Iterable[Claim] = (),
    currency: str | None = None,
    zone: str | None = None,
) -> Allocation:
    """Give each new lead to a seat, or say why not (线索分配).

    Use it for new arrivals; `propose` is for leads that somebody holds already, and such leads are set aside here.
    Leads are served by arrival, then by id; the order of the rows changes nothing.
    Each goes through the same steps: frozen, known customer, claims, first matching rule, pool, eligibility,
    conflict of interest, availability, caps, cooling, selector, tie-break.

    Parameters
    ----------
    leads : frame or iterable of Lead
        One row a lead; see `Lead` for the columns.
    policy : Policy
        How leads are routed.
    seats : frame or iterable of Seat
        To whom.
    book : Book
        What is held and was received before; ``Book()`` if nothing.
    as_of : datetime
        The instant of the allocation, with a zone.
    claims : iterable of Claim, optional
        Rights that protect leads.
    currency : str, optional
        ISO 4217 code; needed where `leads` has its value in major units.
    zone : str, optional
        IANA name of the zone of arrival times that carry none; without it they are findings.

    Returns
    -------
    Allocation
        One decision for each usable lead: assigned, offered, held, queued or pooled; and the book after it.

    Raises
    ------
    InvalidValueError
        If `as_of` has no zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> from salesteam.leads import Fallback, RoundRobin, Rule
    >>> policy = Policy(
    ...     id="inbound", salt="2026", selectors=[RoundRobin(id="fair", mode="strict")],
    ...     rules=[Rule(id="all", selector="fair", on_empty="fallback")],
    ...     fallback=Fallback(queue="triage", owner="wang"),
    ... )
    >>> leads = [{"lead": "L-1"}, {"lead": "L-2"}, {"lead": "L-3"}]
    >>> seats = [Seat(seat="li"), Seat(seat="zhao", capacity=1)]
    >>> result = allocate(leads, policy, seats, book=Book(), as_of=datetime(2026, 9, 30, 9, tzinfo=UTC))
    >>> [(decision.lead, decision.seat) for decision in result.decisions]
    [('L-1', 'li'), ('L-2', 'zhao'), ('L-3', 'li')]
    """
    at = instant(as_of, "as_of")
    given, read_leads = read(leads, Lead, table="leads", currency=currency, zone=zone)
    places, read_seats = seated(seats)
    held = {holding.lead for holding in book.holdings if holding.open_at(at)}
    arrivals, aside, findings = _arrivals(given, held, at)
    findings += strangers(book, places, at)
    claims = tuple(sorted(claims, key=lambda claim: claim.id))
    router = Router(policy, places, claims, book, at)
    decisions = tuple(router.decide(lead) for lead in arrivals)
    return Allocation(
        decisions=decisions,
        aside=aside,
        policy=policy,
        seats=places,
        claims=claims,
        as_of=at,
        before=book,
        book=router.after(),
        arrivals=arrivals,
        read=read_leads + read_seats + Report(findings),
        like=shape(leads, Lead),
    )


def seated(seats: Any) -> tuple[tuple[Seat, ...], Report]:
    """Seats sorted by id; ids that mean different seats are reported and left out."""
    given, report = read(seats, Seat, table="seats")
    by_id: dict[str, set[Seat]] = {}
    for seat in given:
        by_id.setdefault(seat.seat, set()).add(seat)
    twice = [
        find("leads.duplicate-seat", Place(table="seats", key=name), seat=name)
        for name in sorted(by_id)
        if len(by_id[name]) > 1
    ]
    found = tuple(next(iter(by_id[name])) for name in sorted(by_id) if len(by_id[name]) == 1)
    return found, report + Report(twice)


def strangers(book: Book, seats: Sequence[Seat], at: datetime) -> list[Finding]:
    """A finding if open holdings are in the hands of somebody without a seat."""
    known = {seat.seat for seat in seats}
    owners = [holding.seat for holding in book.holdings if holding.seat not in known and holding.open_at(at)]
    if not owners:
        return []
    place = Place(table="holdings", field="seat")
    return [find("leads.holding-without-seat", place, count=len(owners), owners=Names(sorted(set(owners))))]


def _arrivals(
    leads: Sequence[Lead], held: set[str], at: datetime
) -> tuple[tuple[Lead, ...], tuple[Aside, ...], list[Finding]]:
    """New arrivals in the order of service, what is set aside and why, and findings on the rest."""
    by_id: dict[str, list[Lead]] = {}
    for lead in leads:
        same = by_id.setdefault(lead.lead, [])
        if lead not in same:
            same.append(lead)
    aside: dict[str, str] = {}
    arrivals = []
    for name, same in by_id.items():
        lead = same[0]
        if len(same) > 1:
            aside[name] = "leads.duplicate-lead"
        elif lead.owner or name in held:
            aside[name] = "leads.already-owned"
        elif lead.created_at is not None and lead.created_at > at:
            aside[name] = "leads.not-yet-arrived"
        else:
            arrivals.append(lead)
    findings = [
        find(code, Place(table="leads"), leads=Names(sorted(name for name, why in aside.items() if why == code)))
        for code in sorted(set(aside.values()))
    ]
    dateless = sorted(lead.lead for lead in arrivals if lead.created_at is None)
    if dateless:
        findings.append(find("leads.no-arrival-time", Place(table="leads", field="created_at"), leads=Names(dateless)))
    arrivals.sort(key=lambda lead: (lead.created_at or _LAST, lead.lead))
    return tuple(arrivals), tuple(Aside(lead=name, reason=aside[name]) for name in sorted(aside)), findings
