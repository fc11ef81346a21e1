"""What may be written back to a CRM: few changes, each of one decision."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from typing import ClassVar

import attrs

from salesteam.crm._deals import Activity
from salesteam.crm._ref import Ref
from salesteam.errors import InvalidValueError

__all__ = ["AddNote", "AssignOwner", "Change", "CreateTask", "activity_of", "key_of"]


def _decided(_: object, attribute: attrs.Attribute[str], value: str) -> None:
    if not value.strip():
        raise InvalidValueError(
            "a change without a decision cannot be told from the same change made again",
            where=attribute.name,
            fix="name the decision that it comes from",
        )


@attrs.frozen(kw_only=True)
class AssignOwner:
    """Give a record another owner.

    Parameters
    ----------
    ref : Ref
        The record.
    owner : Ref
        A user of the same source.
    decision_id : str
        The decision that it comes from: from A to B, to A, to B again are three decisions.

    Examples
    --------
    >>> change = AssignOwner(ref=Ref("crm", "deal", "D-1"), owner=Ref("crm", "user", "li"), decision_id="run-7")
    >>> change.name
    'AssignOwner'
    """

    name: ClassVar[str] = "AssignOwner"

    ref: Ref
    owner: Ref
    decision_id: str = attrs.field(validator=_decided)

    def __attrs_post_init__(self) -> None:
        if self.owner.kind != "user" or self.owner.source != self.ref.source:
            raise InvalidValueError(
                f"{self.owner} cannot own {self.ref}", where="AssignOwner.owner", fix="name a user of the same source"
            )


@attrs.frozen(kw_only=True)
class CreateTask:
    """Give somebody a task about a record.

    Examples
    --------
    >>> CreateTask(ref=Ref("crm", "deal", "D-1"), subject="Call back", decision_id="run-7").user is None
    True
    """

    name: ClassVar[str] = "CreateTask"

    ref: Ref
    subject: str
    decision_id: str = attrs.field(validator=_decided)
    user: Ref | None = None
    due_at: datetime | None = None


@attrs.frozen(kw_only=True)
class AddNote:
    """Write a note to a record.

    Examples
    --------
    >>> AddNote(ref=Ref("crm", "deal", "D-1"), text="Reassigned by the allocation of June", decision_id="run-7").name
    'AddNote'
    """

    name: ClassVar[str] = "AddNote"

    ref: Ref
    text: str
    decision_id: str = attrs.field(validator=_decided)


Change = AssignOwner | CreateTask | AddNote
"""Everything that may be written."""


def key_of(change: Change) -> str:
    """The key that names a change for ever: of its source, its content and its decision."""
    held = sorted((field.name, str(getattr(change, field.name))) for field in attrs.fields(type(change)))
    return blake2b(repr((change.name, held)).encode(), digest_size=16).hexdigest()


def activity_of(change: AddNote | CreateTask, key: str) -> Activity:
    """The task or note that a change makes in a CRM that keeps both as activities, under its key."""
    ref = Ref(change.ref.source, "activity", key)
    if isinstance(change, AddNote):
        return Activity(ref=ref, activity_kind="note", about=change.ref, subject=change.text)
    return Activity(
        ref=ref,
        activity_kind="task",
        about=change.ref,
        subject=change.subject,
        user=change.user,
        due_at=change.due_at,
    )
