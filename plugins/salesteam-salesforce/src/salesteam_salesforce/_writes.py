"""Tasks and notes: each is made by one request, and carries a marker by which it is found again."""

from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from salesteam.crm import AddNote, CreateTask
from salesteam.errors import Rejected

__all__ = ["NOTE", "NOTES", "find_note", "find_task", "note", "task", "titled"]

NOTE = "069"
"""The first three signs of the id of a note."""
NOTES = "SELECT Id, Title, OwnerId, CreatedDate, LastModifiedDate, IsDeleted FROM ContentNote WHERE Id IN ({})"
_PEOPLE = frozenset({"lead", "contact"})
"""Kinds that a task is about as somebody; it is about others as something."""
_LONGEST = 255


def titled(text: str, marker: str) -> str:
    """One line with the marker at its end, as long as a subject or a title may be."""
    line, end = " ".join(text.split()), f" [{marker}]"
    room = _LONGEST - len(end)
    return (line if len(line) <= room else f"{line[: room - 1]}…") + end


def task(change: CreateTask, marker: str, zone: str | None) -> Mapping[str, Any]:
    """The fields of a task; a subject that is too long stands whole in its description.

    Raises
    ------
    Rejected
        If it is due at an instant and no zone is set: Salesforce keeps a day.
    """
    fields = {_about(change): change.ref.external_id, "Subject": titled(change.subject, marker)}
    if not fields["Subject"].startswith(change.subject):
        fields["Description"] = change.subject
    if change.user is not None:
        fields["OwnerId"] = change.user.external_id
    if change.due_at is not None:
        if zone is None:
            told = "a task is due on a day in Salesforce, and this one at an instant: set zone in the settings"
            raise Rejected(told, source=change.ref.source)
        fields["ActivityDate"] = change.due_at.astimezone(ZoneInfo(zone)).date().isoformat()
    return fields


def _about(change: CreateTask) -> str:
    return "WhoId" if change.ref.kind in _PEOPLE else "WhatId"


def note(change: AddNote, marker: str, path: str) -> Mapping[str, Any]:
    """A composite request that makes a note and puts it to its record: both, or neither."""
    text = html.escape(change.text).replace("\n", "<br>")
    made = {"Title": titled(change.text, marker), "Content": b64encode(text.encode()).decode()}
    link = {"ContentDocumentId": "@{note.id}", "LinkedEntityId": change.ref.external_id, "ShareType": "V"}
    parts = (("note", "ContentNote", made), ("link", "ContentDocumentLink", link))
    return {
        "allOrNone": True,
        "compositeRequest": [
            {"method": "POST", "url": f"/{path}/sobjects/{name}", "referenceId": reference, "body": body}
            for reference, name, body in parts
        ],
    }


def find_task(change: CreateTask, marker: str) -> str:
    """The query for a task with a marker."""
    about = f"{_about(change)} = '{change.ref.external_id}'"
    return f"SELECT Id FROM Task WHERE {about} AND Subject LIKE '%{marker}%'"  # noqa: S608 -- the caller checks the id


def find_note(change: AddNote) -> str:
    """The query for the titles of all notes and files of a record."""
    names = "ContentDocumentId, ContentDocument.Title"
    return f"SELECT {names} FROM ContentDocumentLink WHERE LinkedEntityId = '{change.ref.external_id}'"  # noqa: S608 -- the caller checks the id
