"""What the countermeasures become in procedures, charts and CRM."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from salesteam.core import Explanation, Step, _table, say
from salesteam.errors import NotFoundError
from salesteam.whys._kinds import CHANGE_KINDS
from salesteam.whys._linear_reading import Linear, tree_of
from salesteam.whys._model_tree import Tree

__all__ = ["Changes", "Handed", "changes"]


@frozen(kw_only=True)
class Handed:
    """One change, as plain values for whoever keeps the procedure, the chart or the CRM.

    Parameters
    ----------
    tree, measure : str
        Where it comes from.
    kind : str
        gate, field, rule, chart, limit or training.
    target, text : str
        What is changed, and to what.
    owner, due, status, strength : str
        Of the countermeasure; due as an ISO date, empty if there is none.

    Examples
    --------
    >>> Handed(tree="t", measure="m", kind="field", target="opportunity", text="", owner="", due="", status="agreed",
    ...        strength="stronger").kind
    'field'
    """

    tree: str = _table.column("id of the tree")
    measure: str = _table.column("id of the countermeasure")
    kind: str = _table.column("gate, field, rule, chart, limit or training")
    target: str = _table.column("what is changed")
    text: str = _table.column("what the change says", default="")
    owner: str = _table.column("who answers for it", default="")
    due: str = _table.column("by when, as an ISO date", default="")
    status: str = _table.column("status of the countermeasure", default="")
    strength: str = _table.column("strength of the countermeasure", default="")


@frozen(kw_only=True)
class Changes:
    """All changes that the live countermeasures of a tree become.

    Parameters
    ----------
    rows : tuple of Handed
        By kind, target and measure.

    Examples
    --------
    >>> len(Changes(rows=()).to_frame())
    0
    """

    rows: tuple[Handed, ...]

    def of(self, kind: str) -> tuple[Handed, ...]:
        """The changes of one kind.

        Parameters
        ----------
        kind : {'gate', 'field', 'rule', 'chart', 'limit', 'training'}
            Kind of change.

        Raises
        ------
        NotFoundError
            If there is no such kind.

        Examples
        --------
        >>> Changes(rows=()).of("gate")
        ()
        """
        if kind not in CHANGE_KINDS:
            raise NotFoundError("kind of change", kind, CHANGE_KINDS, where="whys.changes")
        return tuple(row for row in self.rows if row.kind == kind)

    def to_frame(self) -> Any:
        """One row a change: tree, measure, kind, target, text, owner, due, status, strength.

        Examples
        --------
        >>> list(Changes(rows=()).to_frame().columns)[2]
        'kind'
        """
        return _table.write_rows(self.rows, Handed)

    def explain(self, key: str, lang: str = "en") -> Explanation:
        """What one countermeasure becomes.

        Parameters
        ----------
        key : str
            Id of a measure.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Raises
        ------
        NotFoundError
            If the measure becomes nothing.

        Examples
        --------
        >>> row = Handed(tree="t", measure="m", kind="gate", target="hand-off")
        >>> "SOP gate" in Changes(rows=(row,)).explain("m").text()
        True
        """
        chosen = [row for row in self.rows if row.measure == key]
        if not chosen:
            raise NotFoundError("measure with changes", key, {row.measure for row in self.rows}, where="whys.changes")
        steps = []
        for row in chosen:
            english, chinese = CHANGE_KINDS[row.kind]  # type: ignore[index]  # rows hold keys of this table only
            steps.append(Step(label=say(lang, en=english, zh=chinese), formula=row.target, value=row.text))
        return Explanation(title=key, steps=tuple(steps))

    def _repr_html_(self) -> str:
        from salesteam.core import Grid

        cells = tuple((row.kind, row.target, row.text, row.measure, row.owner, row.due) for row in self.rows)
        return Grid(title="Changes", columns=("Kind", "Target", "Text", "Measure", "Owner", "Due"), rows=cells).html()


def changes(tree: Tree | Linear) -> Changes:
    """What the live countermeasures of a tree become: SOP gate, CRM field or rule, chart change, limit, training.

    Use it to hand the result of an inquiry to those who keep procedures, charts and the CRM.

    Parameters
    ----------
    tree : Tree
        Any tree; a blameless one is handed over with pseudonyms.

    Returns
    -------
    Changes
        Plain values, by kind and target.

    Examples
    --------
    >>> from salesteam.whys import Change, Countermeasure, Event
    >>> gate = Countermeasure(id="m", statement="no hand-off without it", kind="blocking_gate",
    ...                       becomes=(Change(kind="gate", target="hand-off"),))
    >>> tree = Tree(id="t", event=Event(id="e", statement="s"), measures=(gate,))
    >>> [(row.kind, row.strength) for row in changes(tree).rows]
    [('gate', 'stronger')]
    """
    shown = tree_of(tree).shown()
    rows = [
        Handed(
            tree=shown.id,
            measure=one.id,
            kind=change.kind,
            target=change.target,
            text=change.text,
            owner=one.owner,
            due=one.due.isoformat() if one.due else "",
            status=one.status,
            strength=one.strength or "",
        )
        for one in shown.measures
        if one.is_live
        for change in one.becomes
    ]
    return Changes(rows=tuple(sorted(rows, key=lambda row: (row.kind, row.target, row.measure, row.text))))
