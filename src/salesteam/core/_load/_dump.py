"""Values to YAML text that reads back as the same value."""

from __future__ import annotations

import enum
import io
import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
from ruamel.yaml import YAML
from ruamel.yaml.events import (
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)
from ruamel.yaml.tag import Tag

from salesteam.core._load._build import key_of
from salesteam.core._load._yaml import NULLS
from salesteam.core._money import Money
from salesteam.core._period import Period
from salesteam.core._rational import rational_text
from salesteam.errors import InvalidValueError

__all__ = ["dump"]

_BARE = re.compile(r"[+-]?[\w$](?:[\w$./+%() -]|:(?=\w))*")
"""Text that needs no quotes anywhere; all other is escaped in double quotes, which keep every character."""
_TEXT = Tag(suffix="tag:yaml.org,2002:str")  # never written: text is what a scalar is anyway
_FACTORY: Any = attrs.Factory  # its stub hides that it is a class
DumpHooks = Mapping[type, Callable[[Any], Any]]


def dump(value: object, *, hooks: DumpHooks | None = None) -> str:
    """Write a value as YAML.

    Use it to save a noun so that ``load_text(dump(value), type(value)).value == value``.
    Fields that hold their default are left out.

    Parameters
    ----------
    value : object
        A noun, or lists, sets and mappings of what `load_text` reads.
    hooks : mapping of type to callable, optional
        ``hook(value)`` gives what to write instead: the counterpart of a hook of `load_text`.

    Returns
    -------
    str
        YAML text that ends with a newline.

    Raises
    ------
    InvalidValueError
        For a value that no type of `load_text` stands for, such as a float.

    Examples
    --------
    >>> from datetime import time
    >>> print(dump({"share": Fraction(1, 10), "from": time(12, 30), "answer": "no"}), end="")
    share: 0.1
    from: 12:30
    answer: no
    """
    events: list[Event] = [StreamStartEvent(), DocumentStartEvent(explicit=False)]
    _write(value, hooks or {}, events)
    events += [DocumentEndEvent(explicit=False), StreamEndEvent()]
    yaml = YAML(typ="safe", pure=True)
    yaml.width = 2**30
    yaml.allow_unicode = True
    out = io.StringIO()
    yaml.emit(events, out)
    return out.getvalue().removesuffix("...\n")


def _write(value: Any, hooks: DumpHooks, events: list[Event]) -> None:
    hook = next((hooks[kind] for kind in type(value).__mro__ if kind in hooks), None)
    if hook is not None:
        _write(hook(value), hooks, events)
    elif value is None:
        events.append(_scalar("null", quoted=False))
    elif (text := _text(value)) is not None:
        events.append(_scalar(text, quoted=text in NULLS))
    elif attrs.has(type(value)):
        _write(_fields(value), hooks, events)
    elif isinstance(value, Mapping):
        events.append(MappingStartEvent(None, None, implicit=True, flow_style=not value))
        for key, part in value.items():
            _write(key, hooks, events)
            _write(part, hooks, events)
        events.append(MappingEndEvent())
    elif isinstance(value, (list, tuple, AbstractSet)):
        parts = sorted(value, key=_sort_key) if isinstance(value, AbstractSet) else list(value)
        flat = all(_text(part) is not None for part in parts)
        events.append(SequenceStartEvent(None, None, implicit=True, flow_style=flat))
        for part in parts:
            _write(part, hooks, events)
        events.append(SequenceEndEvent())
    else:
        raise InvalidValueError(
            f"{type(value).__name__} {value!r} cannot be written exactly",
            where="dump",
            fix="use a Fraction or Decimal for a number, or pass a hook for this type",
        )


def _sort_key(value: object) -> str:
    return _text(value) or repr(value)


def _scalar(text: str, *, quoted: bool) -> ScalarEvent:
    bare = not quoted and _BARE.fullmatch(text)
    return ScalarEvent(None, _TEXT, (True, True), text, style=None if bare else '"')


def _text(value: object) -> str | None:  # noqa: PLR0911 -- one line for each type
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, Fraction):
        return rational_text(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat() if value.second or value.microsecond else value.isoformat("minutes")
    if isinstance(value, Money):
        return f"{value.major:f} {value.currency}"
    return value.name if isinstance(value, Period) else None


def _fields(value: Any) -> dict[str, Any]:
    shown = {}
    for field in attrs.fields(type(value)):
        held: Any = getattr(value, field.name)
        default: Any = field.default
        if isinstance(default, _FACTORY) and not default.takes_self:
            default = default.factory()
        if field.init and (default is attrs.NOTHING or held != default):
            shown[key_of(field)] = held
    return shown
