"""Checks of what is shown: facts, links, disputes, weak or stray evidence, questions nobody answered, sums."""

from __future__ import annotations

from fractions import Fraction

from salesteam.core import rational_text
from salesteam.whys._kinds import STATUSES
from salesteam.whys._ledger import Ledger, Scene, link_answers
from salesteam.whys._model_parts import Contribution
from salesteam.whys._phrase import Words
from salesteam.whys._status import best_grade, meets
from salesteam.whys._therefore import sentence

__all__ = ["check_evidence", "check_numbers"]


def check_evidence(scene: Scene, ledger: Ledger) -> None:
    """Run the checks of evidence on nodes, links and groups, and ask what only people can answer."""
    tree = scene.tree
    for code, names in (
        ("whys.fact-not-shown", tuple(tree.nodes)),
        ("whys.link-not-shown", tuple(link.id for link in tree.sound_links)),
    ):
        for name in names:
            status = scene.known[name][0]
            if status == "supported":
                ledger.ok(code, name, "structure")
            elif status == "contested":
                ledger.open(code, name, "structure", grade=scene.profile.min_grade)
            else:
                ledger.fail(code, name, "structure", grade=scene.profile.min_grade)
    _pieces(scene, ledger)
    for link in tree.sound_links:
        if scene.known[link.id][0] in {"contested", "refuted"} and {link.id, link.cause} & scene.attacked:
            ledger.fail("whys.disputed-link", link.id, "structure", status=Words(*STATUSES[scene.known[link.id][0]]))
        else:
            ledger.ok("whys.disputed-link", link.id, "structure")
        ledger.asked("whys.side-effect-unchecked", link.id, link.answers)
    for group in tree.groups:
        links = [link for link in tree.below[group.effect] if link.cause in group.causes]
        answers = link_answers(links)
        for code in ("whys.not-enough-alone", "whys.therefore-fails"):
            read = Words(sentence(tree, group, "en"), sentence(tree, group, "zh"))
            ledger.asked(code, links[0].id, answers, sentence=read)


def _pieces(scene: Scene, ledger: Ledger) -> None:
    tree, code, least = scene.tree, "whys.weak-evidence", scene.profile.min_grade
    known = {*tree.nodes, *(link.id for link in tree.links)}
    sides: dict[tuple[str, bool], list[int]] = {}
    for index, one in enumerate(tree.evidence):
        if one.about not in known:
            ledger.fail(code, one.about, "structure", source=one.source or "?", grade=one.grade, least=least)
        elif one.is_open:
            sides.setdefault((one.about, one.against), []).append(index)
    for (about, _), indexes in sorted(sides.items()):
        pieces = [tree.evidence[index] for index in indexes]
        together = meets(best_grade(pieces), least)
        for one in sorted(pieces, key=lambda piece: (piece.source, piece.grade, piece.kind)):
            joined = together and one.kind == "testimony" and one.grade == "D" and best_grade(pieces) == "C"
            if meets(one.grade, least) or joined:
                ledger.ok(code, about, "structure")
            else:
                ledger.fail(code, about, "structure", source=one.source or "?", grade=one.grade, least=least)


def check_numbers(scene: Scene, ledger: Ledger) -> None:
    """Check that first-level numbers and named lines sum exactly to the event's size, for each method."""
    tree, code = scene.tree, "whys.numbers-do-not-sum"
    first = tree.below.get(tree.event.id, ())
    parts: list[Contribution] = [one for link in first for one in link.contributions]
    parts += [line.contribution for line in tree.lines]
    if not parts:
        return
    size = tree.event.size
    for method in sorted({one.method for one in parts}):
        chosen = [one for one in parts if one.method == method]
        total = sum((one.amount for one in chosen), Fraction(0))
        same_unit = all(one.unit == tree.event.unit for one in chosen)
        if method and size == total and same_unit:
            ledger.ok(code, tree.event.id, "structure")
        else:
            ledger.fail(
                code,
                tree.event.id,
                "structure",
                method=method or "?",
                total=rational_text(total),
                size="?" if size is None else rational_text(size),
                unit=tree.event.unit or "?",
            )
    for group in tree.groups_of(tree.event.id):
        numbered = [link for link in first if link.cause in group.causes for one in link.contributions]
        methods = [one.method for link in first if link.cause in group.causes for one in link.contributions]
        if len(methods) > len(set(methods)):
            ledger.fail("whys.two-numbers", numbered[0].id, "structure", count=len(numbered))
        else:
            ledger.ok("whys.two-numbers", tree.event.id, "structure")
