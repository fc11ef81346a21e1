"""The copy of a tree to share: pseudonyms for people, without the mapping back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import attrs

from salesteam.core import Money
from salesteam.whys._model_evidence import Evidence
from salesteam.whys._model_parts import Participant
from salesteam.whys._model_tree import Tree
from salesteam.whys._words import name_parts, part_pattern

__all__ = ["redact", "scrubber"]

_KEPT = frozenset(
    {"kind", "grade", "status", "lapse", "duty", "question", "verdict", "unit", "method", "period", "not_for"}
)
_PERSON = frozenset({"by", "owner", "reported_by", "person"})
_ALIAS = re.compile(r"anon-\d{2,}")


def redact(tree: Tree) -> Tree:
    """Replace names and ids of people by pseudonyms everywhere, and leave out authors who did not consent.

    Use it before a tree leaves the room; a blameless tree shows itself this way in all output.
    Pseudonyms follow the sorted ids of the people, so two copies of one tree agree; the mapping back is not kept.
    An owner who is known by role only stays, since a role is no person.

    Parameters
    ----------
    tree : Tree
        Any tree.

    Returns
    -------
    Tree
        The same tree without names; redacting it again changes nothing.

    Examples
    --------
    >>> from salesteam.whys import Event, Participant, Tree
    >>> who = Participant(person="p7", role="sales", name="王小敏")
    >>> redact(Tree(id="t", event=Event(id="e", statement="小敏没有同步"), participants=(who,))).event.statement
    'anon-01没有同步'
    """
    shown = _walk(tree, scrubber(tree))
    assert isinstance(shown, Tree)
    return shown


def scrubber(tree: Tree) -> Callable[[str], str]:
    """What replaces the people of a tree by their pseudonyms in any text."""
    aliases = _aliases(tree)
    named = {who.name: aliases[who.person] for who in tree.participants if who.name.strip() and who.person in aliases}
    words: dict[str, str] = {}
    for given, alias in (*sorted(aliases.items()), *sorted(named.items())):
        for part in name_parts(given):
            words.setdefault(part, alias)
    pattern = part_pattern(tuple(sorted(words)))

    def scrub(text: str) -> str:
        return pattern.sub(lambda found: words[found.group()], text) if pattern else text

    return scrub


def _aliases(tree: Tree) -> dict[str, str]:
    roles = {cause.role for cause in tree.causes} | {who.role for who in tree.participants}
    people = sorted({name.strip() for name in _people(tree)} - roles - {""})
    kept = {name: name for name in people if _ALIAS.fullmatch(name)}
    free = (f"anon-{number:02d}" for number in count(1) if f"anon-{number:02d}" not in kept)
    return {name: kept.get(name) or next(free) for name in people}


def _people(value: Any) -> Iterator[str]:
    """Every text in a field that holds a person."""
    if isinstance(value, tuple):
        for part in value:
            yield from _people(part)
    elif attrs.has(type(value)):
        for name in (field.name for field in attrs.fields(type(value))):
            inner = getattr(value, name)
            if name in _PERSON and isinstance(inner, str):
                yield inner
            else:
                yield from _people(inner)


def _walk(value: Any, scrub: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, tuple):
        return tuple(_walk(part, scrub) for part in value)
    if isinstance(value, Money) or not attrs.has(type(value)):
        return value
    changed = {
        field.name: _walk(getattr(value, field.name), scrub)
        for field in attrs.fields(type(value))
        if field.name not in _KEPT
    }
    if isinstance(value, Participant):
        changed["name"] = ""
    if isinstance(value, Evidence) and not value.consent:
        changed["by"] = ""
    return attrs.evolve(value, **changed)
