"""Tasks and notes of Dataverse: rows that are made with a link to a record, and carry a marker in their text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from salesteam.crm import AddNote, CreateTask, Kind
from salesteam_odata._tables import TABLES

__all__ = ["NOTED", "key_of", "query_of", "row_of", "set_of"]

NOTED: frozenset[Kind] = frozenset({"account", "contact", "lead", "deal"})
"""What can have tasks and notes."""


def set_of(change: CreateTask | AddNote) -> str:
    """The name of its set."""
    return "tasks" if isinstance(change, CreateTask) else "annotations"


def key_of(change: CreateTask | AddNote) -> str:
    """The column that holds its id."""
    return "activityid" if isinstance(change, CreateTask) else "annotationid"


def row_of(change: CreateTask | AddNote, marker: str) -> Mapping[str, Any]:
    """What is sent to make it."""
    table = TABLES[change.ref.kind]
    record = f"/{table.entities}({change.ref.external_id})"
    if isinstance(change, AddNote):
        return {"notetext": f"{change.text}\n{marker}", f"objectid_{table.name}@odata.bind": record}
    fields: dict[str, Any] = {"subject": change.subject, "description": marker}
    fields[f"regardingobjectid_{table.name}_task@odata.bind"] = record
    if change.user is not None:
        fields["ownerid_task@odata.bind"] = f"/systemusers({change.user.external_id})"
    if change.due_at is not None:
        fields["scheduledend"] = change.due_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return fields


def query_of(change: CreateTask | AddNote, marker: str) -> Mapping[str, str]:
    """The question for those of the record whose text has the marker."""
    task = isinstance(change, CreateTask)
    about, text = ("_regardingobjectid_value", "description") if task else ("_objectid_value", "notetext")
    wanted = f"{about} eq {change.ref.external_id} and contains({text},'{marker}')"
    return {"$select": key_of(change), "$filter": wanted}
