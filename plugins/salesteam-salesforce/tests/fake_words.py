"""The words of a Salesforce org that its parts share."""

from __future__ import annotations

from datetime import UTC

from salesteam_salesforce._objects import OBJECTS

V = "64.0"
KINDS = {name: kind for kind, name in OBJECTS.items()}
PREFIX = {
    "user": "005",
    "account": "001",
    "contact": "003",
    "lead": "00Q",
    "stage": "01J",
    "product": "01t",
    "deal": "006",
    "deal_line": "00k",
    "activity": "00T",
}
T = r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"


def iso(at):
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}+0000"


def key(ref):
    return None if ref is None else ref.external_id
