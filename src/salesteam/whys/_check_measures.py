"""Checks of what stops it: roots left open, symptoms only, weak or incomplete measures, lateness, verification."""

from __future__ import annotations

from salesteam.whys._ledger import Ledger, Scene
from salesteam.whys._model_measure import Countermeasure
from salesteam.whys._model_parts import ARROW
from salesteam.whys._phrase import Words

__all__ = ["check_measures"]

_ELEMENTS = {
    "kind": ("kind", "类型"),
    "owner": ("owner", "负责人"),
    "due": ("due date", "期限"),
    "process_measure": ("process measure", "过程指标"),
    "outcome_measure": ("outcome measure", "结果指标"),
}


def check_measures(scene: Scene, ledger: Ledger) -> None:
    """Run the checks of countermeasures on leaves and on every measure that still counts."""
    tree = scene.tree
    for leaf in tree.leaves:
        acting = [one for one in tree.measures if one.is_live and {leaf, *_links(scene, leaf)} & set(one.targets)]
        if leaf not in scene.closed_leaves:
            ledger.fail("whys.no-measure", leaf, "structure")
            continue
        ledger.ok("whys.no-measure", leaf, "structure")
        names = ", ".join(sorted(one.statement for one in acting))
        known = {one.strength for one in acting}
        if known == {"weaker"}:
            ledger.fail("whys.weak-measures", leaf, "structure", measures=names)
        elif known <= {"weaker", None}:
            ledger.open("whys.weak-measures", leaf, "structure", measures=names)
        else:
            ledger.ok("whys.weak-measures", leaf, "structure")
    open_below = _open_below(scene)
    for measure in tree.measures:
        if not measure.is_live:
            continue
        _symptom(scene, ledger, measure, open_below)
        lacking = [words for name, words in _ELEMENTS.items() if not getattr(measure, name)]
        if lacking:
            missing = Words(", ".join(en for en, _ in lacking), "、".join(zh for _, zh in lacking))
            ledger.fail("whys.measure-incomplete", measure.id, "structure", measure=measure.statement, missing=missing)
        else:
            ledger.ok("whys.measure-incomplete", measure.id, "structure")
        _late(scene, ledger, measure)
        _verified(scene, ledger, measure)


def _links(scene: Scene, name: str) -> tuple[str, ...]:
    return tuple(link.id for link in scene.tree.above.get(name, ()))


def _open_below(scene: Scene) -> dict[str, str]:
    """For every node above an unattacked leaf, one such leaf: the first by id."""
    found: dict[str, str] = {}
    for leaf in scene.tree.leaves:
        if leaf in scene.closed_leaves:
            continue
        todo = [leaf]
        while todo:
            for link in scene.tree.above.get(todo.pop(), ()):
                if link.effect not in found:
                    found[link.effect] = leaf
                    todo.append(link.effect)
    return found


def _symptom(scene: Scene, ledger: Ledger, measure: Countermeasure, open_below: dict[str, str]) -> None:
    nodes = [target.partition(ARROW)[0] for target in measure.targets]
    roots = sorted({open_below[name] for name in nodes if name in open_below})
    if roots:
        root = scene.tree.nodes[roots[0]].statement
        ledger.fail("whys.symptom-only", measure.id, "structure", measure=measure.statement, root=root)
    else:
        ledger.ok("whys.symptom-only", measure.id, "structure")


def _late(scene: Scene, ledger: Ledger, measure: Countermeasure) -> None:
    left = {who.person: who.left for who in scene.tree.participants if who.left}
    pending = measure.status in {"proposed", "agreed"}
    gone = left.get(measure.owner)
    if pending and measure.due and measure.due < scene.as_of:
        because, day = Words("overdue since", "已逾期，期限为"), measure.due
    elif measure.reopened and measure.status != "verified":
        because, day = Words("reopened on", "重新打开于"), measure.reopened
    elif measure.status != "verified" and gone and gone <= scene.as_of:
        because, day = Words("without its owner since", "负责人已离开，自"), gone
    else:
        ledger.ok("whys.measure-late", measure.id, "structure")
        return
    ledger.fail("whys.measure-late", measure.id, "structure", measure=measure.statement, because=because, day=day)


def _verified(scene: Scene, ledger: Ledger, measure: Countermeasure) -> None:
    closed = scene.tree.closed is not None or measure.status == "verified"
    if not closed:
        return
    if measure.verification is None:
        ledger.fail("whys.not-verified", measure.id, "structure", measure=measure.statement)
    else:
        ledger.ok("whys.not-verified", measure.id, "structure")
