"""Read the changes of a decision from a file."""

from __future__ import annotations

from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar, cast

import attrs

from salesteam.core import _load
from salesteam.crm._change import AddNote, AssignOwner, Change, CreateTask, decided
from salesteam.crm._ref import Kind, Ref
from salesteam.errors import InvalidValueError

__all__ = ["load_changes"]


class _Row:
    """A row of the file; the change is tried when the row is read, so that a bad one is told at its line."""

    makes: ClassVar[Any]

    def __attrs_post_init__(self) -> None:
        self.change("not known yet")

    def change(self, decision_id: str) -> Change:
        """The change of the row."""
        cls: Any = type(self)
        named = {field.name: getattr(self, field.name) for field in attrs.fields(cls)}
        made: Change = self.makes(**named, decision_id=decision_id)
        return made


@attrs.frozen(kw_only=True)
class _Owner(_Row):
    makes: ClassVar[Any] = AssignOwner
    ref: Ref
    owner: Ref


@attrs.frozen(kw_only=True)
class _Task(_Row):
    makes: ClassVar[Any] = CreateTask
    ref: Ref
    subject: str
    user: Ref | None = None
    due_at: datetime | None = None


@attrs.frozen(kw_only=True)
class _Note(_Row):
    makes: ClassVar[Any] = AddNote
    ref: Ref
    text: str


@attrs.frozen(kw_only=True)
class _Decision:
    """What a file of changes holds."""

    decision_id: str = attrs.field(validator=decided)
    assign_owner: tuple[_Owner, ...] = ()
    create_task: tuple[_Task, ...] = ()
    add_note: tuple[_Note, ...] = ()


def load_changes(path: str | PathLike[str]) -> tuple[Change, ...]:
    r"""Read the changes of one decision from a YAML or JSON file, for `plan` and `push`.

    Parameters
    ----------
    path : str or path
        A file with ``decision_id``, and lists under ``assign_owner`` (``ref``, ``owner``), ``create_task`` (``ref``,
        ``subject``, and ``user`` and ``due_at`` if there are) and ``add_note`` (``ref``, ``text``);
        a reference is written ``source:kind:id``, such as ``crm:deal:D-1``.

    Returns
    -------
    tuple of AssignOwner, CreateTask and AddNote
        Owners first, then tasks, then notes, each in the order of the file.

    Raises
    ------
    ReportError
        With every problem of the file at once, each with its line.

    Examples
    --------
    >>> from pathlib import Path
    >>> text = "decision_id: run-7\nadd_note: [{ref: 'crm:deal:D-1', text: Call back}]"
    >>> _ = Path("changes.yaml").write_text(text, encoding="utf-8")
    >>> [change.name for change in load_changes("changes.yaml")]
    ['AddNote']
    """
    hooks = {Ref: lambda value, load: _ref(load(value, str))}
    loaded = _load.load_file(Path(path), _Decision, hooks=hooks)
    loaded.report.raise_for_errors()
    assert loaded.value is not None
    read = loaded.value
    rows: tuple[_Row, ...] = (*read.assign_owner, *read.create_task, *read.add_note)
    return tuple(row.change(read.decision_id) for row in rows)


def _ref(text: str) -> Ref:
    source, kind, external_id = (*text.split(":", 2), "", "")[:3]
    if not external_id:
        raise InvalidValueError(f"{text!r} names no record", fix="write source:kind:id, such as crm:deal:D-1")
    return Ref(source, cast("Kind", kind), external_id)
