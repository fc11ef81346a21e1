"""The frames that the subjects take, made of records, each with an account of what was left out.

For incentives
    `transactions`, `credits`, `receipts`; `compare_booking` before their booking day is chosen
For goals
    `metrics`
For duty charts
    `events`
For leads
    `leads`, `holdings`, `ownership`, `touches`, `outcomes`
For why trees
    `evidence`
For all
    `FactTable`; `BOOKED_ON`, `HOW_KNOWN`, `METRICS`, `OUTCOMES`, `OWNERSHIP_OF`, `TOUCH_OF`, `TOUCHES` and `TOUCHED_BY`
    list the choices, `zone` reads the name of a time zone
"""

from __future__ import annotations

from salesteam.crm.facts._booking import BOOKED_ON, zone
from salesteam.crm.facts._compare_booking import BookingComparison, BookingRow, MovedRow, compare_booking
from salesteam.crm.facts._events import EventRow, events
from salesteam.crm.facts._evidence import HOW_KNOWN, EvidenceRow, evidence
from salesteam.crm.facts._goals import METRICS, MetricRow, metrics
from salesteam.crm.facts._incentives import CreditRow, ReceiptRow, TransactionRow, receipts, transactions
from salesteam.crm.facts._incentives import credits_of as credits  # noqa: A004 -- the field's word
from salesteam.crm.facts._leads import HoldingRow, LeadRow, holdings, leads
from salesteam.crm.facts._outcomes import OUTCOMES, OutcomeRow, outcomes
from salesteam.crm.facts._ownership import OWNERSHIP_OF, OwnershipRow, ownership
from salesteam.crm.facts._table_of_facts import FactTable
from salesteam.crm.facts._touches import TOUCH_OF, TOUCHED_BY, TOUCHES, TouchRow, touches

__all__ = [
    "BOOKED_ON",
    "HOW_KNOWN",
    "METRICS",
    "OUTCOMES",
    "OWNERSHIP_OF",
    "TOUCHED_BY",
    "TOUCHES",
    "TOUCH_OF",
    "BookingComparison",
    "BookingRow",
    "CreditRow",
    "EventRow",
    "EvidenceRow",
    "FactTable",
    "HoldingRow",
    "LeadRow",
    "MetricRow",
    "MovedRow",
    "OutcomeRow",
    "OwnershipRow",
    "ReceiptRow",
    "TouchRow",
    "TransactionRow",
    "compare_booking",
    "credits",
    "events",
    "evidence",
    "holdings",
    "leads",
    "metrics",
    "outcomes",
    "ownership",
    "receipts",
    "touches",
    "transactions",
    "zone",
]
