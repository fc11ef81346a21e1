"""Read the changes of a decision from a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar, cast

import attrs

from salesteam.core import Finding, Place, Report, _load, find
from salesteam.crm._adapter import Adapter
from salesteam.crm._capability import Capability
from salesteam.crm._change import AddNote, AssignOwner, Change, CreateTask, decided
from salesteam.crm._ref import Kind, Ref
from salesteam.errors import InvalidValueError

__all__ = ["load_changes"]

_FAULTS = (Exception, SystemExit)


class _Row:
    """A row of the file; the change is tried when the row is read, so that a bad one is told at its line."""

    makes: ClassVar[Any]

    def change(self, decision_id: str) -> Change:
        """The change of the row."""
        cls: Any = type(self)
        named = {field.name: getattr(self, field.name) for field in attrs.fields(cls)}
        made: Change = self.makes(**named, decision_id=decision_id)
        return made


def _tried(row: _Row, attribute: attrs.Attribute[Any], _: object) -> None:
    """Refuse a field for which the change itself would be refused, so that it is told at the field."""
    try:
        row.change("not known yet")
    except InvalidValueError as error:
        if error.where.rpartition(".")[2] == attribute.name:
            raise


@attrs.frozen(kw_only=True)
class _Owner(_Row):
    makes: ClassVar[Any] = AssignOwner
    ref: Ref
    owner: Ref = attrs.field(validator=_tried)


@attrs.frozen(kw_only=True)
class _Task(_Row):
    makes: ClassVar[Any] = CreateTask
    ref: Ref
    subject: str = attrs.field(validator=_tried)
    user: Ref | None = attrs.field(default=None, validator=_tried)
    due_at: datetime | None = attrs.field(default=None, validator=_tried)


@attrs.frozen(kw_only=True)
class _Note(_Row):
    makes: ClassVar[Any] = AddNote
    ref: Ref
    text: str = attrs.field(validator=_tried)


@attrs.frozen(kw_only=True)
class _Decision:
    """What a file of changes holds."""

    decision_id: str = attrs.field(validator=decided)
    assign_owner: tuple[_Owner, ...] = ()
    create_task: tuple[_Task, ...] = ()
    add_note: tuple[_Note, ...] = ()


def load_changes(path: str | PathLike[str], *, adapters: Iterable[Adapter] | None = None) -> tuple[Change, ...]:
    r"""Read the changes of one decision from a YAML or JSON file, for `plan` and `push`.

    Parameters
    ----------
    path : str or path
        A file with ``decision_id``, and lists under ``assign_owner`` (``ref``, ``owner``), ``create_task`` (``ref``,
        ``subject``, and ``user`` and ``due_at`` if there are) and ``add_note`` (``ref``, ``text``);
        a reference is written ``source:kind:id``, such as ``crm:deal:D-1``.
    adapters : iterable of Adapter, optional
        The sources; with them a change is refused that is of none of them, or that its adapter cannot write.

    Returns
    -------
    tuple of AssignOwner, CreateTask and AddNote
        Owners first, then tasks, then notes, each in the order of the file.

    Raises
    ------
    ReportError
        With every problem of the file at once, each with its line and its field.

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
    made = {
        f"{name}[{number}].ref": row.change(read.decision_id)
        for name in ("assign_owner", "create_task", "add_note")
        for number, row in enumerate(getattr(read, name))
    }
    if adapters is not None:
        Report(_unwritable(made, loaded.places, tuple(adapters))).raise_for_errors()
    return tuple(made.values())


def _unwritable(
    changes: Mapping[str, Change], places: Mapping[str, Place], adapters: Sequence[Adapter]
) -> Iterator[Finding]:
    """The changes that no adapter can write, each at its reference in the file."""
    offered = {adapter.source: (adapter.name, _offered(adapter)) for adapter in adapters}
    for path, change in changes.items():
        ref, place = change.ref, places[path]
        if ref.source not in offered:
            known = tuple(offered) or "—"
            yield find("crm.change-no-source", place, change=change.name, ref=str(ref), source=ref.source, known=known)
            continue
        name, can = offered[ref.source]
        writes = can[ref.kind].writes if can is not None and ref.kind in can else ()
        if can is not None and change.name not in writes:
            yield find(
                "crm.change-unwritable",
                place,
                adapter=name,
                change=change.name,
                kind=ref.kind,
                ref=str(ref),
                source=ref.source,
                writes=writes or "—",
            )


def _offered(adapter: Adapter) -> Mapping[Kind, Capability] | None:
    """What an adapter can do; None if it fails at that, which the push will tell."""
    try:
        return adapter.capabilities()
    except _FAULTS:
        return None


def _ref(text: str) -> Ref:
    source, kind, external_id = (*text.split(":", 2), "", "")[:3]
    if not external_id:
        raise InvalidValueError(f"{text!r} names no record", fix="write source:kind:id, such as crm:deal:D-1")
    return Ref(source, cast("Kind", kind), external_id)
