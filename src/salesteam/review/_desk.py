"""Which leads go to whom, what the holders should hand on, and who collides with whom."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs

from salesteam import leads
from salesteam.core import Report
from salesteam.crm.facts import FactTable, LeadRow
from salesteam.review._facts import Facts, end_of
from salesteam.review._playbook import Playbook

__all__ = ["Desk", "assign"]


@attrs.frozen(kw_only=True)
class Desk:
    """The leads part of a review.

    Parameters
    ----------
    allocation : salesteam.leads.Allocation
        New leads, each assigned or explained.
    proposals : salesteam.leads.Proposals
        What is proposed for leads that somebody holds.
    collisions : salesteam.leads.Collisions
        Customers on whom several people work at once.
    report : Report
        Findings.

    Examples
    --------
    >>> from salesteam import review
    >>> desk = review.demo().desk
    >>> len(desk.allocation.decisions), len(desk.collisions.collisions)
    (40, 0)
    """

    allocation: leads.Allocation
    proposals: leads.Proposals
    collisions: leads.Collisions
    report: Report


def assign(playbook: Playbook, facts: Facts, *, as_of: date) -> Desk:
    """Allocate the new leads, propose moves for the held ones, find collisions.

    Parameters
    ----------
    playbook : Playbook
        With a desk for leads.
    facts : Facts
        With leads and holdings.
    as_of : date
        Looked at from the end of this day.

    Returns
    -------
    Desk
        All three, and the findings.
    """
    desk, zone, currency = playbook.leads, playbook.header.zone, playbook.header.currency
    assert desk is not None
    assert facts.leads is not None
    assert facts.holdings is not None
    at = end_of(as_of, zone)
    held = facts.holdings.to_frame()
    book = leads.Book.of(holdings=held)
    arrivals, owned = (tuple(row for row in facts.leads.rows if (row.owner is None) == new) for new in (True, False))
    allocation = desk.allocate(_frame(facts.leads, arrivals), book=book, as_of=at)
    proposals = desk.propose(_frame(facts.leads, owned), book=allocation.book, as_of=at)
    collisions = leads.collide(held, as_of=at, currency=currency, zone=zone)
    reports = (desk.check(as_of=at), allocation.report, proposals.report, collisions.report)
    findings = dict.fromkeys(finding for report in reports for finding in report)
    return Desk(allocation=allocation, proposals=proposals, collisions=collisions, report=Report(findings))


def _frame(table: FactTable[LeadRow], rows: tuple[LeadRow, ...]) -> Any:
    """Some of the rows as a frame; nothing at all is no empty export, but nothing to do."""
    return attrs.evolve(table, rows=rows).to_frame() if rows else ()
