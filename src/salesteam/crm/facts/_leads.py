"""Facts that leads are allocated with: the leads themselves, and who holds what."""

from __future__ import annotations

from datetime import datetime

import attrs

from salesteam.core import _table, find, round_half_up
from salesteam.crm._deals import Deal
from salesteam.crm._people import Lead
from salesteam.crm._reading import Records
from salesteam.crm._store import Store
from salesteam.crm.facts._booking import zone
from salesteam.crm.facts._history import closed
from salesteam.crm.facts._recorded import recorded
from salesteam.crm.facts._table_of_facts import FactTable, Gathering, Identity

__all__ = ["HoldingRow", "LeadRow", "holdings", "leads"]


@attrs.frozen(kw_only=True)
class LeadRow:
    """A lead that is still to be worked on.

    Examples
    --------
    >>> LeadRow(lead="L-1", region="east").region
    'east'
    """

    lead: str = _table.column("id of the lead in its source")
    created_at: datetime | None = _table.column("instant at which it arrived", default=None)
    source: str | None = _table.column("where it came from", default=None)
    company: str | None = _table.column("name of the company", default=None)
    account: str | None = _table.column("customer in the CRM, where known", default=None)
    registry_id: str | None = _table.column("registration number of the company", default=None)
    region: str | None = _table.column("region", default=None)
    industry: str | None = _table.column("industry", default=None)
    product: str | None = _table.column("product asked for", default=None)
    family: str | None = _table.column("family of that product", default=None)
    score: int | None = _table.column("points of the hand-over standard", unit="points", default=None)
    value_minor: int | None = _table.column("expected value", unit="minor units", default=None)
    currency: str | None = _table.column("ISO 4217 code of the value", default=None)
    owner: str | None = _table.column("person who holds it already", default=None)


@attrs.frozen(kw_only=True)
class HoldingRow:
    """A deal in somebody's hands, while it was open.

    Examples
    --------
    >>> HoldingRow(lead="D-1", seat="li").until is None
    True
    """

    lead: str = _table.column("id of the deal in its source")
    seat: str = _table.column("person who holds it")
    account: str | None = _table.column("the customer it is about", default=None)
    since: datetime | None = _table.column("held from; empty is from ever", default=None)
    until: datetime | None = _table.column("no longer held from; empty is still", default=None)
    value_minor: int | None = _table.column("value of the deal", unit="minor units", default=None)


def leads(
    records: Records | Store, *, identity: Identity | None = None, known_at: datetime | None = None
) -> FactTable[LeadRow]:
    """The leads that are new, being worked on or qualified.

    A lead with an owner is one that somebody holds: it is no new arrival, whatever its date.

    Parameters
    ----------
    records : Records or Store
        What was pulled, or a store that was synced.
    identity : mapping or callable, optional
        Login to person; logins are taken as persons if not given.
    known_at : datetime, optional
        As a store knew the records at this instant, so that a number of the past can be computed again.

    Returns
    -------
    FactTable of LeadRow
        Disqualified, converted and archived leads are left out, counted; so are those whose owner the identity
        table does not know, because somebody holds them. Scores are rounded half up.

    Examples
    --------
    >>> from salesteam.crm import Lead, Ref
    >>> lead = Lead(ref=Ref("demo", "lead", "L-1"), name="展会", status="new")
    >>> [row.lead for row in leads(Records(records=(lead,))).rows]
    ['L-1']
    """
    records = recorded(records, known_at)
    gathering = Gathering("leads", LeadRow, (), identity)
    for lead in records.of("lead"):
        if lead.status in {"disqualified", "converted"} or lead.archived:
            gathering.leave_out(lead.ref, "archived" if lead.archived else lead.status)
            continue
        owner = gathering.person(lead.owner)
        if lead.owner is not None and owner is None:
            gathering.leave_out(lead.ref, "owner is no person of the team")
        else:
            gathering.use(_lead(records, lead, owner))
    return gathering.table(len(records.of("lead")))


def _lead(records: Records, lead: Lead, owner: str | None) -> LeadRow:
    account, product = records.get(lead.account), records.get(lead.product)
    return LeadRow(
        lead=lead.ref.external_id,
        created_at=lead.created_at,
        source=lead.source,
        company=lead.company or (account.name if account else None),
        account=lead.account.external_id if lead.account else None,
        registry_id=account.registry_id if account else None,
        region=lead.region or (account.region if account else None),
        industry=lead.industry or (account.industry if account else None),
        product=product.name if product else None,
        family=product.family if product else None,
        score=round_half_up(lead.score) if lead.score is not None else None,
        value_minor=lead.value.minor if lead.value else None,
        currency=lead.value.currency if lead.value else None,
        owner=owner,
    )


def holdings(
    records: Records | Store, *, tz: str, identity: Identity | None = None, known_at: datetime | None = None
) -> FactTable[HoldingRow]:
    """Who holds or held which deal, from its creation to its closing.

    Use it for capacity (what is open now) and for collisions (who worked on one customer at once).

    Parameters
    ----------
    records : Records or Store
        What was pulled, or a store that was synced.
    tz : str
        Zone in which a closing date ends: a deal is held to the end of that day.
    identity : mapping or callable, optional
        Login to person; logins are taken as persons if not given.
    known_at : datetime, optional
        As a store knew the records at this instant, so that a number of the past can be computed again.

    Returns
    -------
    FactTable of HoldingRow
        Deals without an owner, void, or closed before they were created are left out, counted.

    Examples
    --------
    >>> from salesteam.crm import Ref
    >>> deal = Deal(ref=Ref("demo", "deal", "D-1"), status="open", owner=Ref("demo", "user", "li"))
    >>> [(row.lead, row.seat, row.until) for row in holdings(Records(records=(deal,)), tz="UTC").rows]
    [('D-1', 'li', None)]
    """
    records = recorded(records, known_at)
    gathering = Gathering("holdings", HoldingRow, (("tz", tz),), identity)
    where = zone(tz)
    for deal in records.of("deal"):
        if deal.status == "void" or deal.owner is None:
            gathering.leave_out(deal.ref, "void" if deal.status == "void" else "no owner")
            continue
        seat, until = gathering.person(deal.owner), closed(deal, where)[1]
        if seat is None:
            gathering.leave_out(deal.ref, "owner is no person of the team")
        elif deal.created_at is not None and until is not None and until < deal.created_at:
            finding = find("crm.closed-before-created", ref=str(deal.ref), table="holdings")
            gathering.leave_out(deal.ref, "closed before it was created", finding)
        else:
            gathering.use(_holding(deal, seat, until))
    return gathering.table(len(records.of("deal")))


def _holding(deal: Deal, seat: str, until: datetime | None) -> HoldingRow:
    return HoldingRow(
        lead=deal.ref.external_id,
        seat=seat,
        account=deal.account.external_id if deal.account else None,
        since=deal.created_at,
        until=until,
        value_minor=deal.value.minor if deal.value else None,
    )
