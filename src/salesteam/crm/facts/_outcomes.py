"""Facts on what became of leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

import attrs

from salesteam.core import _table
from salesteam.crm._deals import Deal
from salesteam.crm._people import Lead
from salesteam.crm._reading import Records
from salesteam.crm._ref import Ref
from salesteam.crm._store import Store
from salesteam.crm.facts._booking import zone
from salesteam.crm.facts._history import Bounds, became, closed, history
from salesteam.crm.facts._recorded import recorded
from salesteam.crm.facts._table_of_facts import FactTable, Gathering, Identity

__all__ = ["OUTCOMES", "OutcomeRow", "outcomes"]

OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "open": "new, being worked on or qualified",
        "disqualified": "found to be of no use",
        "converted": "became a customer or a deal that is not decided, or that we cannot see",
        "won": "became a deal that was won",
        "lost": "became a deal that was lost",
    }
)
"""What may become of a lead, with one line on each."""


@attrs.frozen(kw_only=True)
class OutcomeRow:
    """What became of a lead.

    Examples
    --------
    >>> OutcomeRow(lead="L-1", outcome="open", ref="demo:lead:L-1").decided is None
    True
    """

    lead: str = _table.column("id of the lead in its source")
    seat: str | None = _table.column("person who holds it, or held it last", default=None)
    at: datetime | None = _table.column("when it came in", default=None)
    source: str | None = _table.column("where it came from", default=None)
    outcome: str = _table.column("open, disqualified, converted, won or lost")
    decided: datetime | None = _table.column("when that was decided, at the latest; empty while open", default=None)
    decided_earliest: datetime | None = _table.column(
        "when that was decided, at the earliest; equal to decided if exact", default=None
    )
    returned: str | None = _table.column("disqualified, for a selector that refunds; else empty", default=None)
    deal: str | None = _table.column("id of the deal that it became", default=None)
    value_minor: int | None = _table.column("value of that deal, or else of the lead", "minor units", default=None)
    currency: str | None = _table.column("ISO 4217 code of the value", default=None)
    ref: str = _table.column("full reference of the lead")


def outcomes(
    records: Records | Store, *, tz: str, identity: Identity | None = None, known_at: datetime | None = None
) -> FactTable[OutcomeRow]:
    """What became of each lead, and when.

    Use it to see which sources and whose work convert; it goes into the `receipts` of `salesteam.leads.Book.of`, where
    a selector may refund what was disqualified.

    Parameters
    ----------
    records : Records or Store
        What was pulled, or a store that was synced; its log of changes bounds what no source dates.
    tz : str
        Zone of the closing dates of deals.
    identity : mapping or callable, optional
        Login to person; logins are taken as persons if not given. What strangers hold stays, held by nobody, with a
        finding: the rates of a source would be wrong without it.
    known_at : datetime, optional
        As a store knew the records at this instant, so that a number of the past can be computed again.

    Returns
    -------
    FactTable of OutcomeRow
        One row a lead, see `OUTCOMES`. A closing date bounds the instant by its day; where no source tells, the
        readings do, or creation and last update. Archived leads that are open are left out, counted.

    Raises
    ------
    InvalidValueError
        For an unknown zone.

    Examples
    --------
    >>> lead = Lead(ref=Ref("demo", "lead", "L-1"), name="展会", status="converted",
    ...             converted_to=Ref("demo", "deal", "D-1"))
    >>> deal = Deal(ref=Ref("demo", "deal", "D-1"), status="won")
    >>> [(row.lead, row.outcome) for row in outcomes(Records(records=(lead, deal)), tz="UTC").rows]
    [('L-1', 'won')]
    """
    where = zone(tz)
    now = recorded(records, known_at)
    gathering = Gathering("outcomes", OutcomeRow, (("tz", tz),), identity)
    decided: dict[Ref, Bounds] = {
        seen[-1].record.ref: became(seen) for kind in ("lead", "deal") for seen in history(records, kind, known_at)
    }
    for lead in now.of("lead"):
        outcome, deal = _outcome(now, lead)
        if outcome == "open" and lead.archived:
            gathering.leave_out(lead.ref, "archived")
            continue
        told = decided[lead.ref]
        if outcome == "open":
            told = (None, None)
        elif deal is not None and outcome != "converted":
            told = closed(deal, where)
            told = decided[deal.ref] if told[1] is None else told
        gathering.use(_row(lead, outcome, deal, gathering.person(lead.owner), told))
    return gathering.table(len(now.of("lead")))


def _outcome(records: Records, lead: Lead) -> tuple[str, Deal | None]:
    """What became of a lead, and the deal that it became, if we see it."""
    if lead.status != "converted":
        return lead.status if lead.status == "disqualified" else "open", None
    found = records.get(lead.converted_to)
    if not isinstance(found, Deal):
        return "converted", None
    return found.status if found.status in {"won", "lost"} else "converted", found


def _row(lead: Lead, outcome: str, deal: Deal | None, seat: str | None, decided: Bounds) -> OutcomeRow:
    value = deal.value if deal is not None and deal.value is not None else lead.value
    return OutcomeRow(
        lead=lead.ref.external_id,
        seat=seat,
        at=lead.created_at,
        source=lead.source,
        outcome=outcome,
        decided=decided[1],
        decided_earliest=decided[0],
        returned=outcome if outcome == "disqualified" else None,
        deal=None if deal is None else deal.ref.external_id,
        value_minor=None if value is None else value.minor,
        currency=None if value is None else value.currency,
        ref=str(lead.ref),
    )
