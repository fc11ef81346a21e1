"""Checks that read the shape: groups, alternatives, order, stops, cycles, what is joined to nothing."""

from __future__ import annotations

from typing import Any

from salesteam.whys._kinds import CAUSE_KINDS, NOBODY
from salesteam.whys._ledger import Ledger, Scene, duty_of, link_answers
from salesteam.whys._model_parts import Cause
from salesteam.whys._model_tree import Tree
from salesteam.whys._paths import cycle_of, depths
from salesteam.whys._phrase import Words
from salesteam.whys._words import find_words

__all__ = ["check_structure"]

_ACTS = frozenset({"action", "omission", "decision"})
_LAPSES = {"slip": "whys.human-error-bare", "breach": "whys.broken-rule-bare"}
_FIVE = 5
_NOBODY = ("nobody controls it", "无人可控")


def check_structure(scene: Scene, ledger: Ledger) -> None:
    """Run the checks of shape on nodes, links and groups."""
    tree = scene.tree
    for cause in tree.causes:
        _lapse(tree, ledger, cause)
        _duty(scene, ledger, cause)
        code = "whys.unreached"
        ledger.ok(code, cause.id, "structure") if cause.id in tree.reached else ledger.fail(code, cause.id, "structure")
    for name in tree.leaves:
        _stop(scene, ledger, name)
    for effect in tree.below:
        _groups(tree, ledger, effect)
    for link in tree.sound_links:
        if link.lag_days is None:
            ledger.asked("whys.wrong-order", link.id, link.answers, days="?")
        elif link.lag_days < 0:
            ledger.fail("whys.wrong-order", link.id, "structure", days=-link.lag_days)
        else:
            ledger.ok("whys.wrong-order", link.id, "structure")
    _dangling(tree, ledger)
    _paths(tree, ledger)


def _lapse(tree: Tree, ledger: Ledger, cause: Cause) -> None:
    if cause.lapse is None:
        return
    code = _LAPSES[cause.lapse]
    if cause.id in tree.below:
        ledger.ok(code, cause.id, "structure")
    else:
        ledger.fail(code, cause.id, "structure")


def _duty(scene: Scene, ledger: Ledger, cause: Cause) -> None:
    if cause.kind != "omission":
        return
    told: dict[str, Any] = {"role": cause.role or "?", "activity": cause.activity or "?"}
    if not (scene.has_duty and cause.role and cause.activity):
        ledger.open("whys.no-duty", cause.id, "duty", **told)
        return
    day = scene.tree.event.when or scene.as_of
    duty = duty_of(scene.has_duty(cause.role, cause.activity, day))
    if duty == "yes":
        ledger.ok("whys.no-duty", cause.id, "duty")
    elif duty == "no":
        ledger.fail("whys.no-duty", cause.id, "duty", **told)
    else:
        ledger.open("whys.no-duty", cause.id, "duty", **told)


def _stop(scene: Scene, ledger: Ledger, name: str) -> None:
    cause = scene.tree.nodes[name]
    assert isinstance(cause, Cause)
    text = cause.statement
    code = "whys.stops-at-person"
    hit = find_words(text, "person", scene.profile) or find_words(text, "blame", scene.profile)
    if cause.kind is not None and cause.kind in _ACTS:
        ledger.fail(code, name, "structure", hit=cause.role or Words(*CAUSE_KINDS[cause.kind]))
    elif hit is not None:
        ledger.fail(code, name, "words", hit=hit.word)
    elif cause.kind is None:
        ledger.open(code, name, "structure")
    else:
        ledger.ok(code, name, "structure")
    code = "whys.stops-outside"
    hit = find_words(text, "outside", scene.profile)
    if cause.kind == "market" or cause.controllable_by == NOBODY:
        ledger.fail(code, name, "structure", hit=Words(*(CAUSE_KINDS["market"] if cause.kind == "market" else _NOBODY)))
    elif hit is not None:
        ledger.fail(code, name, "words", hit=hit.word)
    elif cause.controllable_by:
        ledger.ok(code, name, "structure")
    else:
        ledger.open(code, name, "structure")


def _groups(tree: Tree, ledger: Ledger, effect: str) -> None:
    links = tree.below[effect]
    one_way = "whys.one-way-only"
    if tree.is_undeclared(effect):
        ledger.fail("whys.grouping-undeclared", effect, "structure", count=len(links))
        ledger.open(one_way, effect, "structure")
        return
    ledger.ok("whys.grouping-undeclared", effect, "structure")
    if len(tree.groups_of(effect)) > 1:
        ledger.ok(one_way, effect, "structure")
        return
    answers = [one for one in (*tree.nodes[effect].answers, *link_answers(links)) if one.question == one_way]
    if answers:
        ledger.asked(one_way, effect, answers)
    else:
        ledger.fail(one_way, effect, "structure")


def _dangling(tree: Tree, ledger: Ledger) -> None:
    code = "whys.dangling"
    for link in tree.links:
        missing = [end for end in (link.cause, link.effect) if end not in tree.nodes]
        if missing:
            ledger.fail(code, link.id, "structure", what=link.id, missing=", ".join(missing))
        else:
            ledger.ok(code, link.id, "structure")
    known = {*tree.nodes, *(link.id for link in tree.links)}
    for measure in tree.measures:
        missing = [target for target in measure.targets if target not in known]
        if missing:
            ledger.fail(code, measure.id, "structure", what=measure.id, missing=", ".join(sorted(missing)))
        else:
            ledger.ok(code, measure.id, "structure")


def _paths(tree: Tree, ledger: Ledger) -> None:
    circle = cycle_of(tree)
    event = tree.event.id
    if circle:
        ledger.fail("whys.cycle", event, "structure", path=" -> ".join(circle))
        ledger.open("whys.single-path", event, "structure", depth="?")
        return
    ledger.ok("whys.cycle", event, "structure")
    if event not in tree.below:
        return
    shortest, longest = depths(tree)
    single = all(len(tree.below.get(name, ())) <= 1 for name in tree.reached)
    if single or shortest == longest == _FIVE:
        ledger.fail("whys.single-path", event, "structure", depth=longest)
    else:
        ledger.ok("whys.single-path", event, "structure")
