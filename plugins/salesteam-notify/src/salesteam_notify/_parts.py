"""Cut a text into messages that a robot takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

__all__ = ["in_parts"]

_ROOM = 12
"""What the number before a part may take."""


def in_parts(text: str, most: int, size: Callable[[str], int]) -> tuple[str, ...]:
    """The text in as few parts as needed, cut at ends of lines where they can be, each with its number."""
    if size(text) <= most:
        return (text,)
    parts = tuple(_cut(text, most - _ROOM, size))
    return tuple(f"({number}/{len(parts)})\n{part}" for number, part in enumerate(parts, 1))


def _cut(text: str, most: int, size: Callable[[str], int]) -> Iterator[str]:
    part = ""
    for line in text.splitlines(keepends=True):
        for piece in _pieces(line, most, size):
            if part and size(part + piece) > most:
                yield part.rstrip("\n")
                part = ""
            part += piece
    if part.strip():
        yield part.rstrip("\n")


def _pieces(line: str, most: int, size: Callable[[str], int]) -> Iterator[str]:
    """A line, or its parts if it alone is too long; no character is cut."""
    while size(line) > most:
        end = min(len(line), most)
        while size(line[:end]) > most:
            end -= max(1, (size(line[:end]) - most) // 4)
        yield line[:end]
        line = line[end:]
    yield line
