"""The width of text on a terminal, where a Chinese character takes two columns, and lines that keep to a width."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from unicodedata import category, combining, east_asian_width

from salesteam.errors import InvalidValueError

__all__ = ["NARROWEST", "clean", "enough", "joints", "longest_word", "padded", "width_of", "wrap"]

NARROWEST = 20
"""Fewest columns that a display is laid out for."""

_NAME = 8
"""Columns up to which a word of double width between blanks stays whole: a name, a short term."""

_JOINTS, _HYPHENS = re.compile(r"(?<=[._/:=])(?=\w)"), re.compile(r"(?<=-)(?=\w)")
_CLOSING = frozenset("，。、；：！？）》」』】〉”’,.;:!?)]}%")
_OPENING = frozenset("（《「『【〈“‘([{")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str) -> str:
    """Make control characters visible, so that no text can move the cursor or turn the line around."""
    if text.isascii() and text.isprintable():
        return text
    kept = text.replace("\r\n", "\n").replace("\t", " ").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if char != "\n" and (category(char) in {"Cc", "Cs"} or char in _BIDI) else char
        for char in kept
    )


def _columns(char: str) -> int:
    if combining(char) or category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def width_of(text: str) -> int:
    """How many columns a line takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def padded(text: str, width: int, *, right: bool = False) -> str:
    """The line filled up with blanks to a width."""
    blanks = " " * (width - width_of(text))
    return blanks + text if right else text + blanks


def enough(width: int) -> int:
    """Refuse a width in which nothing can be laid out."""
    if width < NARROWEST:
        raise InvalidValueError(f"{width} columns are too few", where="width", fix=f"pass {NARROWEST} or more")
    return width


def _words(line: str) -> Iterator[tuple[str, bool]]:
    """What must not be broken, and whether a blank stands before it: words, and single characters of double width."""
    for word in line.split():
        if width_of(word) <= _NAME:
            yield word, True
            continue
        cuts = [0]
        for at, (before, char) in enumerate(pairwise(word), start=1):
            wide = _columns(before) == 2 or _columns(char) == 2
            if wide and _columns(char) and char not in _CLOSING and before not in _OPENING:
                cuts.append(at)
        for start, end in pairwise([*cuts, len(word)]):
            yield word[start:end], start == 0


def longest_word(text: str) -> int:
    """The width below which some word of the text must be broken where it has no joint."""
    parts = (part for line in clean(text).split("\n") for word, _ in _words(line) for part in joints(word))
    return max(map(width_of, parts), default=0)


def joints(word: str) -> list[str]:
    """A word cut after each dot, underscore or slash within it, where a key may be broken."""
    return _JOINTS.split(word)


def _broken(word: str, width: int) -> Iterator[str]:
    """A word in pieces that fit, broken at its joints first, then after hyphens."""
    parts: list[str] = []
    for part in joints(word):
        parts += [part] if width_of(part) <= width else _HYPHENS.split(part)
    piece = ""
    for part in parts:
        if width_of(piece + part) <= width:
            piece += part
            continue
        if piece:
            yield piece
        *full, piece = _chopped(part, width)
        yield from full
    yield piece


def _chopped(word: str, width: int) -> Iterator[str]:
    """A word without a joint in pieces that fit."""
    piece, used = "", 0
    for char in word:
        columns = _columns(char)
        if used + columns > width and piece:
            yield piece
            piece, used = "", 0
        piece, used = piece + char, used + columns
    yield piece


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most so many columns (two or more), broken at blanks and between characters of double width.

    Parameters
    ----------
    text : str
        Line breaks in it are kept, runs of blanks become one.
    width : int
        Columns.

    Returns
    -------
    list of str
        At least one line.
    """
    lines: list[str] = []
    for paragraph in clean(text).split("\n"):
        line, used = "", 0
        for word, blank in _words(paragraph):
            gap = 1 if blank and line else 0
            if used + gap + width_of(word) <= width:
                line, used = line + " " * gap + word, used + gap + width_of(word)
                continue
            if line:
                lines.append(line)
            *full, line = _broken(word, width)
            lines += full
            used = width_of(line)
        lines.append(line)
    return lines
