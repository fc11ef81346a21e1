"""Places in case files, and the findings that every part of the reader makes at them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from salesteam.core import Finding, Place, find, say
from salesteam.core import _load as core_load
from salesteam.errors import nearest

__all__ = ["Words", "place_of", "unknown_key", "wrong_shape"]


@attrs.frozen
class Words:
    """A phrase in both languages, to be put into a finding."""

    en: str
    zh: str

    def text(self, lang: str = "en") -> str:
        """The phrase in one language."""
        return say(lang, en=self.en, zh=self.zh)


def place_of(value: Any, file: str, key: str, near: Any = None) -> Place:
    """Where a part of a tree was written; where it does not remember, where its neighbour was."""
    spot = core_load.spot_of(value) or core_load.spot_of(near)
    if spot is None:
        return Place(file=file, key=key)
    return Place(file=spot.file or file, line=spot.line, column=spot.column, key=key)


def unknown_key(place: Place, key: Any, known: Iterable[str]) -> Finding:
    """A key that nobody reads, with the nearest that somebody does."""
    names = tuple(known)
    near = nearest(str(key), names, most=1)
    words = ", ".join(names)
    hint = (
        Words(f"Did you mean {near[0]}?", f"是否应为 {near[0]}？")
        if near
        else Words(f"Use one of: {words}.", f"可用的键：{words}。")
    )
    return find("core.unknown-key", place, key=str(key), hint=hint)


def wrong_shape(place: Place, value: Any, expected: Words) -> Finding:
    """A list where text belongs, or the like."""
    if value is None:
        found = Words("nothing", "空值")
    elif isinstance(value, str):
        found = Words("a single value", "单个值")
    else:
        found = Words("a list", "列表") if isinstance(value, list) else Words("a mapping", "映射")
    return find("core.wrong-shape", place, found=found, expected=expected)
