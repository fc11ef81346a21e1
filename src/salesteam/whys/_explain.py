"""Explain one node, link or measure of a tree in words."""

from __future__ import annotations

from salesteam.core import Explanation, Step, rational_text, say
from salesteam.errors import NotFoundError
from salesteam.whys._kinds import CAUSE_KINDS, EVIDENCE_KINDS, MEASURE_KINDS, STRENGTHS
from salesteam.whys._model_evidence import Evidence
from salesteam.whys._model_measure import Countermeasure
from salesteam.whys._model_parts import Cause, Link
from salesteam.whys._model_tree import Tree
from salesteam.whys._therefore import sentence

__all__ = ["explain"]


def explain(tree: Tree, key: str, lang: str) -> Explanation:
    """What stands below one thing, what shows it, what stops it; see `Tree.explain`."""
    shown = tree.shown()
    links = {link.id: link for link in shown.links}
    measures = {measure.id: measure for measure in shown.measures}
    if key in shown.nodes:
        return _node(shown, key, lang)
    if key in links:
        return _link(shown, links[key], lang)
    if key in measures:
        return _measure(shown, measures[key], lang)
    raise NotFoundError("node, link or measure", key, (*shown.nodes, *links, *measures), where=f"tree {shown.id}")


def _node(tree: Tree, key: str, lang: str) -> Explanation:
    node = tree.nodes[key]
    steps = [
        Step(label=say(lang, en="read upward", zh="反读"), value=sentence(tree, group, lang))
        for group in tree.groups_of(key)
    ]
    if tree.is_undeclared(key):
        steps.append(Step(label=say(lang, en="nobody said how these causes join", zh="尚未说明这些原因的逻辑关系")))
    if isinstance(node, Cause) and node.kind:
        english, chinese = CAUSE_KINDS[node.kind]
        steps.append(Step(label=say(lang, en="kind", zh="类型"), value=say(lang, en=english, zh=chinese)))
    if key == tree.event.id and tree.event.size is not None:
        value = f"{rational_text(tree.event.size)} {tree.event.unit}".strip()
        steps.append(Step(label=say(lang, en="size", zh="大小"), value=value, steps=_numbers(tree)))
    steps += _shown(tree, key, lang)
    steps += _stopped(tree, key, lang)
    return Explanation(title=node.statement, steps=tuple(steps))


def _numbers(tree: Tree) -> tuple[Step, ...]:
    below = tree.below.get(tree.event.id, ())
    named = [(tree.nodes[link.cause].statement, one) for link in below for one in link.contributions]
    named += [(line.name, line.contribution) for line in tree.lines]
    return tuple(
        Step(label=name, formula=one.method, value=f"{rational_text(one.amount)} {one.unit}".strip())
        for name, one in named
    )


def _link(tree: Tree, link: Link, lang: str) -> Explanation:
    group = next((one for one in tree.groups_of(link.effect) if link.cause in one.causes), None)
    steps = (
        [] if group is None else [Step(label=say(lang, en="read upward", zh="反读"), value=sentence(tree, group, lang))]
    )
    steps += [
        Step(label=one.method, value=f"{rational_text(one.amount)} {one.unit}".strip()) for one in link.contributions
    ]
    steps += _shown(tree, link.id, lang)
    steps += _stopped(tree, link.id, lang)
    return Explanation(title=link.id, steps=tuple(steps))


def _measure(tree: Tree, measure: Countermeasure, lang: str) -> Explanation:
    def names(targets: tuple[str, ...]) -> str:
        return say(lang, en=", ", zh="、").join(
            tree.nodes[name].statement if name in tree.nodes else name for name in targets
        )

    steps = []
    if measure.kind:
        strength, english, chinese = MEASURE_KINDS[measure.kind]
        kind = say(lang, en=english, zh=chinese)
        value = say(lang, en=STRENGTHS[strength][0], zh=STRENGTHS[strength][1])
        steps.append(
            Step(label=say(lang, en="strength follows from the kind", zh="强度由类型决定"), formula=kind, value=value)
        )
    if measure.removes:
        steps.append(Step(label=say(lang, en="removes", zh="消除"), value=names(measure.removes)))
    if measure.reduces:
        steps.append(Step(label=say(lang, en="only reduces", zh="仅减少"), value=names(measure.reduces)))
    if measure.cost is not None:
        steps.append(Step(label=say(lang, en="costs", zh="成本"), value=measure.cost.text(lang)))
    return Explanation(title=measure.statement, steps=tuple(steps))


def _shown(tree: Tree, key: str, lang: str) -> list[Step]:
    return [_piece(one, lang) for one in tree.evidence if one.about == key]


def _piece(one: Evidence, lang: str) -> Step:
    english, chinese = EVIDENCE_KINDS[one.kind]
    side = say(lang, en="against" if one.against else "for", zh="反对" if one.against else "支持")
    kind = say(lang, en=english, zh=chinese)
    settled = ""
    if one.resolved:
        settled = say(lang, en=f" (resolved: {one.resolved.reason})", zh=f"（已澄清：{one.resolved.reason}）")
    said = " ".join(part for part in (one.source, one.text, one.by) if part)
    return Step(label=side, formula=f"{kind}, {one.grade}", value=f"{said}{settled}")


def _stopped(tree: Tree, key: str, lang: str) -> list[Step]:
    return [
        Step(
            label=say(lang, en="countermeasure", zh="对策"),
            formula=say(lang, en=STRENGTHS[one.strength][0], zh=STRENGTHS[one.strength][1]) if one.strength else "?",
            value=one.statement,
        )
        for one in tree.measures
        if key in one.targets and one.is_live
    ]
