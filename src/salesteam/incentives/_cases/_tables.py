"""Tables of case files: which columns the facts take, and which columns an expectation may name."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["FACTS", "KEYS", "OPEN", "OUTPUT", "PERIODS"]

FACTS: Mapping[str, tuple[str, ...]] = {
    "transactions": (
        "transaction", "date", "amount", "payee", "currency", "quantity", "cost", "invoiced", "reverses", "seq",
    ),
    "credits": ("transaction", "payee", "share", "kind"),
    "values": ("payee", "team", "period", "measure", "value"),
    "quotas": ("payee", "team", "period", "measure", "quota"),
    "targets": ("payee", "period", "target", "base"),
    "people": ("payee", "start", "end", "team", "manager", "role", "grade", "participation"),
    "leaves": ("payee", "start", "end"),
    "receipts": ("transaction", "invoice", "date", "paid"),
    "events": ("transaction", "date", "kind", "share"),
    "fx": ("date", "from", "to", "rate"),
    "log": ("date", "giver", "receiver", "kind", "deal", "confirmed_by"),
    "ledger": (
        "entry", "payee", "booked_period", "original_period", "kind", "component", "transaction", "amount", "plan",
        "version", "known_as_of", "cause",
    ),
}  # fmt: skip
"""Tables of facts with the columns that the reference names; money without its `_minor`."""

OPEN = frozenset({"transactions", "people"})
"""Tables that may carry columns of their own."""

OUTPUT: Mapping[str, Mapping[str, str]] = {
    "credits": {"transaction": "text", "payee": "text", "kind": "text", "share": "number", "credit": "money"},
    "attainment": {
        "payee": "text", "period": "period", "measure": "text", "value": "number", "quota": "number",
        "attainment": "number",
    },
    "lines": {
        "transaction": "text", "payee": "text", "period": "period", "component": "text", "version": "text",
        "before": "number", "after": "number", "rate": "number", "pay": "money", "formula": "text", "date": "text",
    },
    "portions": {
        "transaction": "text", "payee": "text", "period": "period", "component": "text", "version": "text",
        "before": "number", "after": "number", "tier": "number", "part": "number", "rate": "number", "pay": "number",
        "share_rate": "number",
    },
    "payouts": {
        "payee": "text", "period": "period", "component": "text", "raw": "number", "gate": "number",
        "modifier": "number", "cap": "money", "pay": "money",
    },
    "unpaid": {
        "table": "text", "row": "text", "code": "code", "reason": "text", "transaction": "text", "payee": "text",
        "period": "period", "component": "text",
    },
    "ledger": {
        "entry": "text", "payee": "text", "booked_period": "period", "original_period": "period", "kind": "text",
        "component": "text", "transaction": "text", "amount": "money", "plan": "text", "version": "text",
        "known_as_of": "text", "cause": "text",
    },
    "statement": {
        "payee": "text", "period": "period", "opening": "money", "earned": "money", "adjustments": "money",
        "held": "money", "released": "money", "draw": "money", "recovery": "money", "carry": "money",
        "forfeited": "money", "settled": "money", "paid": "money", "closing": "money", "debt": "money",
    },
    "accrual": {
        "transaction": "text", "payee": "text", "period": "period", "component": "text", "expense": "money",
        "asset": "money",
    },
}  # fmt: skip
"""Tables that an expectation may show rows of: column to its kind."""

KEYS: Mapping[str, tuple[str, ...]] = {
    "credits": ("transaction", "payee", "kind"),
    "attainment": ("payee", "period", "measure"),
    "lines": ("transaction", "payee", "period", "component"),
    "portions": ("transaction", "payee", "period", "component", "tier"),
    "payouts": ("payee", "period", "component"),
    "unpaid": ("table", "row", "transaction", "payee", "period", "component"),
    "ledger": ("entry", "payee", "booked_period", "original_period", "kind", "component", "transaction"),
    "statement": ("payee", "period"),
    "accrual": ("transaction", "payee", "period", "component"),
}
"""Columns that pick a row; the others are compared."""

PERIODS = frozenset({"payouts", "lines", "portions", "attainment"})
"""Tables of which only the periods of a case are looked at, where it names any."""
