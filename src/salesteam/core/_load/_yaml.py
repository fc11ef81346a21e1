"""YAML 1.2 text into a tree of text, lists and mappings that know their lines.

Only the events of the parser are used: no tag is resolved, no object is made, nothing runs.
Size, depth and what aliases may expand to are limited, so that a hostile file ends in a finding.
"""

from __future__ import annotations

from typing import Any

import attrs
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from salesteam.core._load._problem import Problem, Refused, joined, refused
from salesteam.core._load._tree import Items, Keys, Spot, Text

__all__ = ["MAX_CHARACTERS", "MAX_DEPTH", "MAX_VALUES", "NULLS", "parse"]

MAX_CHARACTERS = 2_000_000
"""Longest text that is read."""
MAX_DEPTH = 40
"""Deepest nesting of lists and mappings."""
MAX_VALUES = 200_000
"""Most values in one file, those that aliases repeat included."""
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
"""Unquoted scalars that mean nothing."""

_NO_KEY = object()


@attrs.define
class _Open:
    """A list or mapping whose end has not come yet; where its last key ended, and where its last scalar began.

    `merged` are the mappings that it takes in under the key ``<<``, for keys that it does not write itself.
    """

    value: Items | Keys
    anchor: str | None
    inline: bool = False
    size: int = 1
    key: Any = _NO_KEY
    key_end: int = 0
    begun: int | None = None
    merging: bool = False
    merged: list[Keys] = attrs.field(factory=list)

    def merge(self) -> None:
        """Put in what is taken in and not written here; of several mappings the first that has a key gives it."""
        if isinstance(self.value, Keys):
            for key, value in (pair for part in self.merged for pair in part.items()):
                self.value.setdefault(key, value)


@attrs.define
class _Builder:
    """Takes the events one by one and grows the tree."""

    text: str
    problems: list[Problem] = attrs.field(factory=list)
    anchors: dict[str, tuple[Any, int]] = attrs.field(factory=dict)
    stack: list[_Open] = attrs.field(factory=list)
    documents: int = 0
    root: Any = None
    file: str | None = None

    def take(self, event: Event) -> None:
        """Take the next event; a limit that is passed ends the reading with `Refused`."""
        mark = event.start_mark
        spot = Spot(mark.line + 1, mark.column + 1, self.file)
        tag = getattr(event, "tag", None)
        if tag not in {None, "!"}:
            self.problems.append(Problem(code="core.tag", values={"tag": tag}, spot=spot))
        if isinstance(event, ScalarEvent):
            self._scalar(event, spot)
        elif isinstance(event, AliasEvent):
            self._alias(event.anchor, spot)
        elif isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            self._begin(event, spot)
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            done = self.stack.pop()
            done.merge()
            self._put(done.value, done.size, done.anchor, done.value.spot)
        elif isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise refused(code="core.several-documents", spot=spot)

    def _scalar(self, event: ScalarEvent, spot: Spot) -> None:
        text = Text(event.value)
        text.spot = spot
        nothing = event.style is None and text in NULLS
        top = self.stack[-1] if self.stack else None
        is_key = top is not None and isinstance(top.value, Keys) and top.key is _NO_KEY
        if top is not None and is_key:
            top.key_end = event.end_mark.index
            top.merging = text == "<<" and event.style is None
        elif top is not None:
            if top.inline and not text and ":" not in self.text[top.key_end : event.start_mark.index]:
                self._stray(top)
                return
            top.begun = event.start_mark.index
        self._put(None if nothing and not (is_key and text) else text, 1, event.anchor, spot)

    def _alias(self, name: str, spot: Spot) -> None:
        value, size = self.anchors.get(name, (None, 1))
        if name not in self.anchors:
            self.problems.append(Problem(code="core.unknown-alias", values={"alias": name}, spot=spot))
        self._put(value, size, None, spot)

    def _stray(self, top: _Open) -> None:
        """What stands after a comma without a colon belongs to the text before it, and is put back there."""
        keys, text, spot = top.value, str(top.key), getattr(top.key, "spot", None)
        if self.text[top.key_end : top.key_end + 1] == "[":
            whole = text + self.text[top.key_end :].splitlines()[0].partition(":")[0]
            values = {"text": text, "whole": whole}
            self.problems.append(Problem(code="core.bracket-in-key", values=values, path=self._path(), spot=spot))
            top.key = _NO_KEY
            return
        last = next(reversed(keys), None)
        whole = text
        if isinstance(keys, Keys) and isinstance(last, Text) and isinstance(keys[last], Text) and top.begun is not None:
            whole = self.text[top.begun : top.key_end]
            mended = Text(whole)
            mended.spot = keys[last].spot
            keys[last], top.key = mended, last
        values = {"text": text, "whole": whole}
        self.problems.append(Problem(code="core.stray-comma", values=values, path=self._path(), spot=spot))
        top.key = _NO_KEY

    def _begin(self, event: MappingStartEvent | SequenceStartEvent, spot: Spot) -> None:
        value: Items | Keys = Keys() if isinstance(event, MappingStartEvent) else Items()
        if len(self.stack) >= MAX_DEPTH:
            raise refused(code="core.too-deep", spot=spot, limit=MAX_DEPTH)
        value.spot = spot
        if self.stack:
            self.stack[-1].begun = None
        inline = isinstance(value, Keys) and bool(event.flow_style)
        self.stack.append(_Open(value, event.anchor, inline))

    def _put(self, value: Any, size: int, anchor: str | None, spot: Spot) -> None:
        if anchor is not None:
            self.anchors[anchor] = (value, size)
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        top.size += size
        if top.size > MAX_VALUES:
            raise refused(code="core.too-many-values", spot=spot, limit=MAX_VALUES)
        if isinstance(top.value, Items):
            top.value.append(value)
        elif top.key is _NO_KEY:
            top.key = value
            if not isinstance(value, Text):
                self.problems.append(Problem(code="core.key-not-text", spot=spot))
        else:
            parts = value if isinstance(value, Items) else [value]
            if top.merging and parts and all(isinstance(part, Keys) for part in parts):
                top.merged += parts
            else:
                self._pair(top.value, top.key, value)
            top.key = _NO_KEY

    def _path(self) -> str:
        path = ""
        for part in reversed(self.stack):
            path = joined(f"[{len(part.value)}]" if isinstance(part.value, Items) else str(part.key), path)
        return path

    def _pair(self, keys: Keys, key: Any, value: Any) -> None:
        if not isinstance(key, Text):
            return
        if key in keys:
            first = next(known for known in keys if known == key)
            values = {"key": str(key), "line": first.spot.line}
            self.problems.append(Problem(code="core.duplicate-key", values=values, path=self._path(), spot=key.spot))
        else:
            keys[key] = value


def parse(text: str, file: str | None = None) -> tuple[Any, list[Problem]]:
    """Read YAML text; every position carries the name of the file, if it is given.

    Returns
    -------
    tuple
        The root (`Text`, `Items`, `Keys` or None) and the problems; with a problem the root may be incomplete.
    """
    if len(text) > MAX_CHARACTERS:
        return None, [Problem(code="core.too-large", values={"limit": MAX_CHARACTERS})]
    builder = _Builder(text=text, file=file)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except Refused as signal:
        return builder.root, [*builder.problems, *signal.problems]
    except Exception as error:  # noqa: BLE001 -- the parser leaks errors of many kinds on text that is no YAML
        return builder.root, [*builder.problems, _broken(text, error)]
    return builder.root, builder.problems


def _broken(text: str, error: Exception) -> Problem:
    problem = "this text cannot be read"
    line, column = 0, 0
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        problem = error.problem or problem
        unfinished = "stream end" in problem or "end of stream" in problem
        mark = error.context_mark if unfinished and error.context_mark is not None else error.problem_mark
        line, column = mark.line, mark.column
        problem = "; ".join(part for part in (error.context, problem) if part)
    elif isinstance(error, YAMLError) and isinstance(getattr(error, "position", None), int):
        before = text[: error.position]  # type: ignore[attr-defined]  # checked in the line above
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        problem = f"unacceptable character U+{ord(text[len(before)]):04X}"
    lines = text.splitlines()
    shown = lines[line].strip()[:60] if line < len(lines) else ""
    return Problem(code="core.broken-yaml", values={"problem": problem, "text": shown}, spot=Spot(line + 1, column + 1))
