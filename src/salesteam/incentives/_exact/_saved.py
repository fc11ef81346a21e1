"""A state as a file of JSON: `salesteam-state/1`; every number is text, so that it stays exact."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache, singledispatch
from pathlib import Path
from typing import Any, Literal

import attrs

from salesteam.core import Finding, Money, Place
from salesteam.errors import InvalidValueError
from salesteam.incentives._exact._carried import Carried, State
from salesteam.incentives._exact._deal import Deal, Figure
from salesteam.incentives._exact._joined import Joined, RowPlace
from salesteam.incentives._load import dump

__all__ = ["FORMAT", "KINDS", "LARGEST", "Reached", "Saved", "Worded", "save"]

FORMAT: Literal["salesteam-state/1"] = "salesteam-state/1"
LARGEST = 2**27
"""Characters of the largest file; more would fill the memory of a machine when it is read."""
KINDS: Mapping[str, type] = {"whole": int, "number": Fraction, "date": date, "money": Money}
"""What the values of a finding may be besides text, by the key that says so."""


@attrs.frozen(kw_only=True)
class Saved:
    """What a file holds."""

    format: Literal["salesteam-state/1"] = FORMAT
    plan: str
    as_of: date | None
    carried: Carried


@attrs.frozen(kw_only=True)
class Reached:
    """A `Joined`, with its measure by name alone."""

    name: str
    sum: Fraction
    rows: int
    deals: Fraction
    net: dict[str, int]
    held: int
    latest: list[tuple[RowPlace, str, Fraction]]
    gone: set[str | None]
    ready: Fraction


@attrs.frozen(kw_only=True)
class Worded:
    """A `Finding`, with its values marked by their kind."""

    code: str
    place: Place
    values: Mapping[str, Any]


def save(state: State, path: Path) -> Path:
    """Write a state into a file beside the one of that name, and put it in its place when it is whole."""
    file = Saved(plan=dump(state.plan), as_of=state.as_of, carried=state.carried)
    text = json.dumps(_plain(file), ensure_ascii=False, separators=(",", ":"))
    if len(text) > LARGEST:
        raise InvalidValueError(
            f"a state of {len(text):,} characters is too large for a file",
            where="save",
            fix="pay all transactions in one run each day, or split the plan by team",
        )
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    whole = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as into:
            into.write(text)
            into.flush()
            os.fsync(into.fileno())
        whole.replace(path)
    except BaseException:
        whole.unlink()
        raise
    return path


@singledispatch
def _plain(value: Any) -> Any:
    """A value as text, lists and objects; here of a noun."""
    noun: Any = type(value)
    held = ((key, getattr(value, name), optional) for name, key, optional in _fields(noun))
    return {key: _plain(part) for key, part, optional in held if part is not None or not optional}


@cache
def _fields(noun: Any) -> tuple[tuple[str, str, bool], ...]:
    """The fields of a noun, their keys, and whether nothing is left out; without what the plan or another deal says."""
    known = {Deal: "original", Joined: "measure"}.get(noun)
    fields = (each for each in attrs.fields(noun) if each.name != known)
    return tuple((each.name, str(each.alias), each.default is None) for each in fields)


@_plain.register(str)
@_plain.register(type(None))
def _same(value: str | None) -> str | None:
    return value


@_plain.register(int)
@_plain.register(Fraction)
def _number(value: int | Fraction) -> str:
    return str(value).lower()  # of bool too


@_plain.register(date)
def _day(value: date) -> str:
    return value.isoformat()


@_plain.register(Mapping)
def _mapping(value: Mapping[Any, Any]) -> Any:
    if all(isinstance(key, str) for key in value):
        return {key: _plain(part) for key, part in value.items()}
    return [[_plain(key), _plain(part)] for key, part in value.items()]


@_plain.register(list)
@_plain.register(tuple)
def _list(value: list[Any] | tuple[Any, ...]) -> list[Any]:
    return [_plain(part) for part in value]


@_plain.register(set)
def _set(value: set[Any]) -> list[Any]:
    return sorted(map(_plain, value), key=str)


@_plain.register(Figure)
def _figure(value: Figure) -> dict[str, str]:
    return {"number": str(value.number)}


@_plain.register(Finding)
def _finding(value: Finding) -> Any:
    words = {name: _marked(held) for name, held in value.values}
    return _plain(Worded(code=value.code, place=value.place, values=words))


def _marked(value: object) -> Any:
    """A value of a finding, which says what it is unless it is text."""
    if isinstance(value, tuple):
        return [_marked(part) for part in value]
    kind = next((name for name, kind in KINDS.items() if isinstance(value, kind)), None)
    if kind is None:
        return value
    return {kind: f"{value.major:f} {value.currency}" if isinstance(value, Money) else _plain(value)}
