"""Find words of the lexicon and names in statements; linear in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from attrs import frozen

from salesteam.errors import InvalidValueError
from salesteam.whys._lexicon import BUILT_IN
from salesteam.whys._model_profile import Profile, Word
from salesteam.whys._phrase import Words

__all__ = ["Hit", "find_words", "lexicon", "name_parts", "part_pattern", "plain"]

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|「[^」]*」|『[^』]*』")
_NUMBER = re.compile(
    r"\s*(?:[:：约了]|by |of |than )?\s*(?:[0-9０-９]|[一二两三四五六七八九十百千半]+\s*[天日周月年次个单人小件])"
)
_CLEARED = frozenset({"vague", "lack"})
_LATIN = "[A-Za-z0-9_]"


@frozen
class Hit:
    """A word found in a statement.

    Parameters
    ----------
    word : str
        As it stands in the text.
    kind : str
        The list it is on.
    question : Words
        What to ask instead; empty if the house gave its word no question.
    """

    word: str
    kind: str
    question: Words


def lexicon(lang: str) -> tuple[Word, ...]:
    """The built-in words of a language, each with a better question.

    Use it to see what is looked for before a house adds its own words to its `Profile`.

    Parameters
    ----------
    lang : {'en', 'zh'}
        Language.

    Returns
    -------
    tuple of Word
        By kind.

    Raises
    ------
    InvalidValueError
        If there is no list for the language.

    Examples
    --------
    >>> [word.question for word in lexicon("en") if word.text == "careless" and word.kind == "vague"]
    ['How much, against which standard?']
    """
    found = tuple(
        Word(text=text, lang="zh" if language == "zh" else "en", kind=kind, question=question)  # type: ignore[arg-type]  # the data has these kinds only, a test proves it
        for (kind, language), rows in BUILT_IN.items()
        if language == lang
        for question, texts in rows
        for text in texts
    )
    if not found:
        raise InvalidValueError(f"no words for {lang!r}", where="lexicon", fix="use 'en' or 'zh'")
    return found


def _bounded(text: str) -> str:
    """The pattern of one word: whole words where the edge is Latin, anywhere where it is Chinese."""
    head = f"(?<!{_LATIN})" if re.match(_LATIN, text[0]) else ""
    tail = f"(?!{_LATIN})" if re.match(_LATIN, text[-1]) else ""
    return head + re.escape(text).replace(r"\ ", r"\s+") + tail


@cache
def _compiled(words: tuple[Word, ...]) -> dict[str, tuple[re.Pattern[str], dict[str, str]]]:
    own = {word.text.casefold() for word in words}
    kept = [word for lang in ("en", "zh") for word in lexicon(lang) if word.text.casefold() not in own]
    grouped: dict[str, dict[str, str]] = {}
    for word in (*kept, *words):
        grouped.setdefault(word.kind, {})[word.text.casefold()] = word.question
    grouped.pop("plain", None)
    return {
        kind: (
            re.compile("|".join(_bounded(text) for text in sorted(texts, key=len, reverse=True)), re.IGNORECASE),
            texts,
        )
        for kind, texts in grouped.items()
    }


def plain(text: str) -> str:
    """The statement without what is quoted: the customer's own words are nobody's judgement."""
    return _QUOTED.sub(" ", text)


def find_words(text: str, kind: str, profile: Profile) -> Hit | None:
    """The first word of a list that stands in a statement, outside quotation marks.

    A number right after a vague or a missing-thing word clears it (不足5天).

    Parameters
    ----------
    text : str
        A statement.
    kind : str
        Kind of word.
    profile : Profile
        Adds the words of the house.

    Returns
    -------
    Hit or None
        None if the statement is clean.

    Examples
    --------
    >>> from salesteam.whys import Profile
    >>> find_words("交接不到位", "vague", Profile(min_grade="C")).word
    '不到位'
    >>> find_words("准备时间不足5天", "vague", Profile(min_grade="C")) is None
    True
    """
    pattern, texts = _compiled(profile.words)[kind]
    bare = plain(text)
    for found in pattern.finditer(bare):
        if kind in _CLEARED and _NUMBER.match(bare, found.end()):
            continue
        return Hit(found.group(), kind, _asked(texts[" ".join(found.group().casefold().split())]))
    return None


@cache
def _both() -> dict[str, Words]:
    """The question of each row of words in both languages; rows of one kind stand in the same order in each."""
    found = {}
    for (kind, lang), rows in BUILT_IN.items():
        for place, (question, _) in enumerate(rows):
            other = BUILT_IN[kind, "zh" if lang == "en" else "en"][place][0]
            found[question] = Words(question, other) if lang == "en" else Words(other, question)
    return found


def _asked(question: str) -> Words:
    return _both().get(question, Words(question, question))


def name_parts(name: str) -> Iterator[str]:
    """A name whole, and the parts by which people call each other."""
    yield name
    if re.fullmatch(r"[\u4e00-\u9fff]{3,4}", name):
        yield name[-2:]
    words = re.split(r"[\s·]+", name)
    if len(words) > 1:
        yield from (word for word in words if len(word) > 2)


@cache
def part_pattern(parts: tuple[str, ...]) -> re.Pattern[str] | None:
    """The pattern that finds any of the parts of names, longest first; None without parts."""
    if not parts:
        return None
    return re.compile("|".join(_bounded(part) for part in sorted(parts, key=lambda part: (-len(part), part))))
