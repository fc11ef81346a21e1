"""A tree as frames, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import attrs

from salesteam.core import Report, _table
from salesteam.errors import NotFoundError
from salesteam.whys import _frame_rows as rows
from salesteam.whys._frame_build import built
from salesteam.whys._linear_reading import Linear, tree_of
from salesteam.whys._model_evidence import Evidence
from salesteam.whys._model_measure import Countermeasure
from salesteam.whys._model_parts import Link
from salesteam.whys._model_profile import Profile
from salesteam.whys._model_tree import Tree
from salesteam.whys._paths import cycle_of, farthest
from salesteam.whys._status import statuses

__all__ = ["from_frames", "to_frames"]

T = TypeVar("T")
_ROWS: Mapping[str, type] = {
    "tree": rows.TreeRow,
    "nodes": rows.NodeRow,
    "links": rows.LinkRow,
    "numbers": rows.NumberRow,
    "evidence": rows.EvidenceRow,
    "measures": rows.MeasureRow,
    "changes": rows.ChangeRow,
    "answers": rows.AnswerRow,
    "people": rows.PersonRow,
}
_NEEDED = ("tree", "nodes")


def to_frames(
    tree: Tree | Linear, *, profile: Profile | None = None, like: object = None, exact: bool = False
) -> dict[str, Any]:
    """A tree as tidy frames.

    Use it to look at a tree as tables, or to keep it in one's own store.
    A blameless tree is written with pseudonyms.

    Parameters
    ----------
    tree : Tree
        Any tree.
    profile : Profile, optional
        Fills the status of the links.
    like : native frame or list, optional
        The frames are of the same kind; pandas without it.
    exact : bool, default False
        Rationals as two whole columns, so that `from_frames` gives the same tree back.

    Returns
    -------
    dict of str to native frame
        ``tree``, ``nodes`` (id, kind, statement, role, depth, leaf …), ``links`` (effect, cause, group, status, grade,
        amount, method …), ``numbers``, ``evidence``, ``measures`` (id, removes, kind, strength, owner, due, cost_minor,
        status, becomes …), ``changes``, ``answers``, ``people``.

    Examples
    --------
    >>> from salesteam.whys import Event, Tree
    >>> frames = to_frames(Tree(id="t", event=Event(id="e", statement="order lost")), like=[])
    >>> frames["nodes"][0]["statement"], frames["links"]
    ('order lost', [])
    """
    shown = tree_of(tree).shown()
    known = statuses(shown, profile.min_grade) if profile else {}
    content: dict[str, list[Any]] = {
        "tree": [_same(shown, rows.TreeRow)],
        "nodes": _nodes(shown),
        "links": [_link(link, known) for link in shown.links],
        "numbers": _numbers(shown),
        "evidence": [_evidence(one) for one in shown.evidence],
        "measures": [_measure(one) for one in shown.measures],
        "changes": [
            rows.ChangeRow(measure=one.id, kind=change.kind, target=change.target, text=change.text)
            for one in shown.measures
            for change in one.becomes
        ],
        "answers": [
            rows.AnswerRow(about=about, **attrs.asdict(answer))
            for about, answers in (
                *((name, node.answers) for name, node in shown.nodes.items()),
                *((link.id, link.answers) for link in shown.links),
            )
            for answer in answers
        ],
        "people": [_same(who, rows.PersonRow) for who in shown.participants],
    }
    return {name: _table.write_rows(content[name], cls, like, exact=exact) for name, cls in _ROWS.items()}


def _same(value: Any, cls: type[T], **more: Any) -> T:
    """The row with the fields of the same name."""
    names = {field.name for field in attrs.fields(type(value))}
    wanted = (field.name for field in attrs.fields(cls))  # type: ignore[arg-type]  # every row is an attrs class
    return cls(**{**{name: getattr(value, name) for name in wanted if name in names}, **more})


def _nodes(tree: Tree) -> list[rows.NodeRow]:
    depth = {} if cycle_of(tree) else farthest(tree)
    out = [_same(tree.event, rows.NodeRow, kind="event", depth=depth.get(tree.event.id), leaf=False)]
    for cause in tree.causes:
        kind = cause.kind or "cause"
        out.append(_same(cause, rows.NodeRow, kind=kind, depth=depth.get(cause.id), leaf=cause.id in tree.leaves))
    return out


def _link(link: Link, known: Mapping[str, tuple[Any, Any]]) -> rows.LinkRow:
    status, grade = known.get(link.id, (None, None))
    first = min(link.contributions, key=lambda one: one.method, default=None)
    return _same(
        link,
        rows.LinkRow,
        status=status,
        grade=grade,
        amount=first.amount if first else None,
        method=first.method if first else None,
    )


def _numbers(tree: Tree) -> list[rows.NumberRow]:
    linked = [("link", link.id, one) for link in tree.links for one in link.contributions]
    named = [(line.kind, line.name, line.contribution) for line in tree.lines]
    return [_same(one, rows.NumberRow, kind=kind, name=name) for kind, name, one in (*linked, *named)]


def _evidence(one: Evidence) -> rows.EvidenceRow:
    done = one.resolved
    return _same(
        one,
        rows.EvidenceRow,
        resolved=done.reason if done else None,
        resolved_by=done.by if done else "",
        resolved_on=done.on if done else None,
    )


def _measure(one: Countermeasure) -> rows.MeasureRow:
    seen = one.verification
    return _same(
        one,
        rows.MeasureRow,
        strength=one.strength,
        cost_minor=one.cost.minor if one.cost else None,
        currency=one.cost.currency if one.cost else None,
        becomes=tuple(change.kind for change in one.becomes),
        verdict=seen.verdict if seen else None,
        verified_on=seen.on if seen else None,
        verified_by=seen.by if seen else "",
        verified_text=seen.text if seen else "",
    )


def from_frames(frames: Mapping[str, Any]) -> tuple[Tree | None, Report]:
    """Read a tree from frames as `to_frames` writes them; row order changes nothing that is computed.

    Parameters
    ----------
    frames : mapping of str to native frame
        ``tree`` and ``nodes`` at least; the others may be missing or empty. Computed columns are not read.

    Returns
    -------
    tuple of (Tree or None, Report)
        None if there is no event or two things share a name; the report says so, row by row.

    Raises
    ------
    NotFoundError
        If a frame of an unknown name is passed, or ``tree`` or ``nodes`` is missing.

    Examples
    --------
    >>> from salesteam.whys import Event, Tree
    >>> tree = Tree(id="t", event=Event(id="e", statement="order lost", size="0.08", unit="share"))
    >>> from_frames(to_frames(tree, exact=True))[0] == tree
    True
    """
    for name in frames:
        if name not in _ROWS:
            raise NotFoundError("frame of a tree", name, _ROWS, where="from_frames")
    for name in _NEEDED:
        if name not in frames:
            raise NotFoundError("frame", name, frames, where="the frames passed to from_frames")
    read: dict[str, tuple[Any, ...]] = {}
    report = Report()
    for name, cls in _ROWS.items():
        found, more = _table.read_rows(frames[name], cls, table=name) if name in frames else ((), Report())
        read[name] = found
        report += more if name in _NEEDED else Report(one for one in more if one.code != "table.empty")
    tree, refused = built(read)
    return tree, report + refused
