"""Tasks and notes: objects that are made together with their link to a record, and carry a marker in their text."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from salesteam.crm import AddNote, CreateTask, Kind

__all__ = ["BODIES", "NOTED", "body_of", "name_of"]

NOTED: Mapping[Kind, Mapping[str, int]] = {
    "account": {"notes": 190, "tasks": 192},
    "contact": {"notes": 202, "tasks": 204},
    "deal": {"notes": 214, "tasks": 216},
}
"""What can have tasks and notes, and the type of its link to them."""
BODIES: Mapping[str, str] = {"notes": "hs_note_body", "tasks": "hs_task_body"}


def name_of(change: CreateTask | AddNote) -> str:
    """What HubSpot calls it."""
    return "tasks" if isinstance(change, CreateTask) else "notes"


def body_of(change: CreateTask | AddNote, marker: str, now: datetime) -> Mapping[str, Any]:
    """What is sent to make it; a task without a day is due now, because HubSpot needs one."""
    name, at = name_of(change), now
    if isinstance(change, CreateTask):
        at = change.due_at or now
        fields = {"hs_task_subject": change.subject, "hs_task_status": "NOT_STARTED", "hs_task_body": _html(marker)}
        if change.user is not None:
            fields["hubspot_owner_id"] = change.user.external_id
    else:
        fields = {"hs_note_body": _html(change.text, marker)}
    fields["hs_timestamp"] = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    link = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": NOTED[change.ref.kind][name]}
    return {"properties": fields, "associations": [{"to": {"id": change.ref.external_id}, "types": [link]}]}


def _html(*paragraphs: str) -> str:
    return "".join(f"<p>{html.escape(text)}</p>" for text in paragraphs).replace("\n", "<br>")
