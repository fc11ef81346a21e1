"""What may be written back to a CRM: few changes, each of one decision."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from typing import ClassVar

import attrs

from salesteam.crm._deals import Activity
from salesteam.crm._record import instants
from salesteam.crm._ref import Ref
from salesteam.errors import InvalidValueError

__all__ = ["AddNote", "AssignOwner", "Change", "CreateTask", "activity_of", "decided", "key_of", "marker_of"]


def decided(_: object, attribute: attrs.Attribute[str], value: str) -> None:
    """Let the name of a decision pass, if it is one."""
    if not value.strip():
        raise InvalidValueError(
            "a change without a decision cannot be told from the same change made again",
            where=attribute.name,
            fix="name the decision that it comes from",
        )


def _said(_: object, attribute: attrs.Attribute[str], value: str) -> None:
    if not value.strip():
        raise InvalidValueError("it says nothing", where=attribute.name, fix="write what somebody should read")


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
    decision_id: str = attrs.field(validator=decided)

    def __attrs_post_init__(self) -> None:
        if self.owner.kind != "user" or self.owner.source != self.ref.source:
            raise InvalidValueError(
                f"{self.owner} cannot own {self.ref}", where="AssignOwner.owner", fix="name a user of the same source"
            )


@attrs.frozen(kw_only=True)
class CreateTask:
    """Give somebody a task about a record.

    It overwrites nothing, so it is made even if the record was changed since it was read.

    Parameters
    ----------
    ref : Ref
        The record that it is about.
    subject : str
        What is to be done.
    decision_id : str
        The decision that it comes from: the same task of another decision is another task.
    user : Ref, optional
        Who is to do it, of the same source; left to the CRM if not given.
    due_at : datetime, optional
        By when, an instant with a zone.

    Examples
    --------
    >>> task = CreateTask(ref=Ref("crm", "deal", "D-1"), subject="Call back", decision_id="run-7")
    >>> task.name, task.user
    ('CreateTask', None)
    """

    name: ClassVar[str] = "CreateTask"

    ref: Ref
    subject: str = attrs.field(validator=_said)
    decision_id: str = attrs.field(validator=decided)
    user: Ref | None = None
    due_at: datetime | None = instants()

    def __attrs_post_init__(self) -> None:
        if self.user is not None and (self.user.kind != "user" or self.user.source != self.ref.source):
            raise InvalidValueError(
                f"{self.user} can do nothing about {self.ref}",
                where="CreateTask.user",
                fix="name a user of the same source",
            )


@attrs.frozen(kw_only=True)
class AddNote:
    """Write a note to a record.

    It overwrites nothing, so it is written even if the record was changed since it was read.

    Parameters
    ----------
    ref : Ref
        The record.
    text : str
        What the note says.
    decision_id : str
        The decision that it comes from: the same note of another decision is another note.

    Examples
    --------
    >>> AddNote(ref=Ref("crm", "deal", "D-1"), text="Reassigned by the allocation of June", decision_id="run-7").name
    'AddNote'
    """

    name: ClassVar[str] = "AddNote"

    ref: Ref
    text: str = attrs.field(validator=_said)
    decision_id: str = attrs.field(validator=decided)


Change = AssignOwner | CreateTask | AddNote
"""Everything that may be written."""


def key_of(change: Change) -> str:
    """The key that names a change for ever: of its source, its content and its decision."""
    held = sorted((field.name, str(getattr(change, field.name))) for field in attrs.fields(type(change)))
    return blake2b(repr((change.name, held)).encode(), digest_size=16).hexdigest()


def marker_of(key: str) -> str:
    """The text by which what a change created is found again: letters, digits and a colon, the same for ever."""
    return f"salesteam:{key}"


def activity_of(change: AddNote | CreateTask, ref: Ref) -> Activity:
    """The task or note that a change makes in a CRM that keeps both as activities."""
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
