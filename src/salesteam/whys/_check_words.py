"""Checks that read the words: clear, one fact, no blame, no vague negative, nothing said twice."""

from __future__ import annotations

import re

from salesteam.whys._ledger import Ledger, Scene
from salesteam.whys._phrase import Words
from salesteam.whys._words import find_words, name_parts, part_pattern, plain

__all__ = ["check_words"]

_PLAIN = {"vague": "whys.vague-negative", "lack": "whys.missing-solution"}
_NOTHING = Words("nothing is stated below it or in it", "未写明内容或原因")
_ANYONE = Words("What would have caught anyone in that place?", "换了任何人，什么能接住它？")
_ASK = {
    "blame": _ANYONE,
    "vague": Words("How much, against which standard?", "差多少？以什么标准衡量？"),
    "lack": Words("What happens because it is missing?", "正因为缺少它，发生了什么？"),
}
_CJK = re.compile(r"[\u4e00-\u9fff]")
_EMPTY_EN = frozenset(
    [
        *(
            "a",
            "an",
            "the",
            "is",
            "are",
            "was",
            "were",
            "be",
            "been",
            "has",
            "have",
            "had",
            "did",
            "do",
            "does",
            "of",
            "in",
        ),
        *("to", "for", "on", "at", "by", "it", "its", "that", "this", "there", "and", "so"),
    ]
)
_EMPTY_ZH = frozenset("的了是有在被把就也都已而很着过和与及")


def check_words(scene: Scene, ledger: Ledger) -> None:
    """Run the word checks on the event, every cause and every link."""
    names = tuple(
        sorted({part for who in scene.tree.participants if who.name for part in name_parts(who.name.strip())})
    )
    pattern = part_pattern(names)
    for name, node in scene.tree.nodes.items():
        text = node.statement
        _clear(scene, ledger, name, text)
        _stated(scene, ledger, name, text)
        for kind, code in _PLAIN.items():
            _absent(scene, ledger, name, kind, code)
        found = pattern.search(plain(text)) if pattern else None
        if found:
            ledger.fail("whys.blame", name, "words", hit=found.group(), better=_ANYONE)
        else:
            _absent(scene, ledger, name, "blame", "whys.blame")
    for link in scene.tree.sound_links:
        cause, effect = (content(scene.tree.nodes[end].statement) for end in (link.cause, link.effect))
        if cause and cause == effect:
            ledger.fail("whys.same-again", link.id, "words", hit=scene.tree.nodes[link.cause].statement)
        else:
            ledger.ok("whys.same-again", link.id, "words")


def _absent(scene: Scene, ledger: Ledger, name: str, kind: str, code: str) -> None:
    hit = find_words(scene.tree.nodes[name].statement, kind, scene.profile)
    if hit is None:
        ledger.ok(code, name, "words")
    else:
        ledger.fail(code, name, "words", hit=hit.word, better=hit.question if hit.question.en else _ASK[kind])


def _clear(scene: Scene, ledger: Ledger, name: str, text: str) -> None:
    hit = find_words(text, "joined", scene.profile)
    if hit is not None:
        ledger.fail("whys.unclear", name, "words", hit=hit.word)
    elif is_fragment(text):
        ledger.fail("whys.unclear", name, "words", hit=text.strip())
    else:
        ledger.asked("whys.unclear", name, scene.tree.nodes[name].answers)


def _stated(scene: Scene, ledger: Ledger, name: str, text: str) -> None:
    code = "whys.chain-incomplete"
    hit = find_words(text, "blank", scene.profile)
    if not text.strip() or hit is not None:
        ledger.fail(code, name, "words", hit=hit.word if hit else _NOTHING)
    elif name == scene.tree.event.id and name not in scene.tree.below:
        ledger.fail(code, name, "words", hit=_NOTHING)
    else:
        ledger.asked(code, name, scene.tree.nodes[name].answers)


def is_fragment(text: str) -> bool:
    """Whether a statement is too short to have both subject and verb: one word, or fewer than three characters."""
    if _CJK.search(text):
        return len(re.findall(r"\w", text)) < 3
    return len(text.split()) < 2


def content(text: str) -> frozenset[str]:
    """The words of a statement that carry its meaning; two statements with the same ones say the same."""
    bare = text.casefold()
    words = {word for word in re.findall(r"[a-z0-9]+", bare) if word not in _EMPTY_EN}
    return frozenset(words | {sign for sign in _CJK.findall(bare) if sign not in _EMPTY_ZH})
