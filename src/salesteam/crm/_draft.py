"""A first draft of the settings of a source: everything that somebody must decide is a question."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal, get_args, get_origin, get_type_hints

import attrs

from salesteam.crm._adapter import Adapter
from salesteam.crm._capability import Field, Schema
from salesteam.crm._ref import Kind
from salesteam.crm._secret import Secret
from salesteam.crm.facts._booking import BOOKED_ON
from salesteam.errors import InvalidValueError

__all__ = ["draft_tenant"]

_OPEN = '"?"'
_WIDTH = 100
_MENTIONED = re.compile(r"(stage|status|state)", re.IGNORECASE)


def draft_tenant(adapter: type[Adapter], schema: Schema | None = None, *, source: str = "crm") -> str:
    """Write a draft of ``sources.yaml`` for a source that an adapter reads; every doubt is a question.

    A question mark is refused when the file is read, so that no question is overlooked.

    Parameters
    ----------
    adapter : type
        The class of the adapter; its ``Config`` tells what there is to decide.
    schema : Schema, optional
        What the tenant has, as ``adapter.schema()`` of a connected adapter gives it: then the tenant's own fields,
        options and currencies are listed where they are asked for.
    source : str, default 'crm'
        Name of the source.

    Returns
    -------
    str
        YAML.

    Raises
    ------
    InvalidValueError
        If the adapter's ``Config`` is no attrs class.

    Examples
    --------
    >>> from salesteam.review import DemoAdapter
    >>> print(draft_tenant(DemoAdapter).partition("sources:")[2])
    <BLANKLINE>
      - name: crm
        adapter: demo
        settings:
          # The same seed gives the same company.
          seed: "?"
          # Language in which its people and things are named.
          # lang: en    # en or zh
    <BLANKLINE>
    """
    config = adapter.Config
    if not attrs.has(config):
        raise InvalidValueError(f"{config.__name__} is no attrs class", where=adapter.__name__, fix="make it one")
    lines = [
        f"# Draft for a source that the adapter {adapter.name} reads: answer every question mark.",
        "",
        "# On which day does a won deal count? Required, because one deal can fall in two quarters.",
        *(f"#   {option}: {meaning}" for option, meaning in BOOKED_ON.items()),
        f"booked_on: {_OPEN}",
        "",
        "sources:",
        f"  - name: {source}",
        f"    adapter: {adapter.name}",
    ]
    settings = [line for field in attrs.fields(config) for line in _setting(field, config, schema or Schema())]
    if settings:
        lines += ["    settings:", *(f"      {line}" if line else "" for line in settings)]
    return "\n".join(lines) + "\n"


def _setting(field: attrs.Attribute[Any], config: type, schema: Schema) -> Iterator[str]:
    """The lines of one setting: what it is, and what may be written."""
    hint = get_type_hints(config).get(field.name, Any)
    yield from _comment(_documented(config).get(field.name, ""))
    needed = field.default is attrs.NOTHING
    mark = "" if needed else "# "
    options = _options(hint)
    if get_origin(hint) is Mapping or hint is Mapping:
        yield from _mapping(field.name, hint, schema, mark)
        return
    value = _OPEN if needed else _shown(field.default)
    asked = f"    # {' or '.join(options)}" if options else ""
    if not options and field.name == "currency" and schema.currencies:
        asked = f"    # the tenant has {', '.join(schema.currencies)}"
    if _secret(hint) and needed:
        asked = "    # where it is: env:NAME or file:PATH; never the secret itself"
    yield f"{mark}{field.name}: {value}{asked}"


def _mapping(name: str, hint: Any, schema: Schema, mark: str) -> Iterator[str]:
    """A setting that says something of each option, or of each kind."""
    key, value = get_args(hint) or (str, str)
    options = _options(value)
    asked = f"    # each {' or '.join(options)}" if options else ""
    if key == Kind and not mark:
        yield f"{name}: {_OPEN}"
        return
    if key == Kind:
        found = {kind: [field.name for field in fields if field.custom] for kind, fields in schema.fields.items()}
        listed = {kind: names for kind, names in found.items() if names}
        yield f"{mark}{name}:{asked}" if listed else f"{mark}{name}: {{}}{asked}"
        for kind, names in listed.items():
            yield from _comment(f"{kind}: [{', '.join(names)}]    # which of these?", indent="  ")
        return
    labels = _labels("lead" if "lead" in name else "deal", schema) if options else ()
    if not labels:
        yield f"{mark}{name}: {_OPEN if not mark else '{}'}{asked}"
        return
    yield f"{mark}{name}:{asked}"
    for label in labels:
        yield f"{mark}  {_quoted(label)}: {_OPEN}"


def _labels(kind: Kind, schema: Schema) -> Sequence[str]:
    """The options of the fields of a kind that tell how far a record is."""
    fields: Sequence[Field] = schema.fields.get(kind, ())
    telling = (field for field in fields if field.options and _MENTIONED.search(field.name))
    return tuple(dict.fromkeys(option for field in telling for option in field.options))


def _options(hint: Any) -> tuple[str, ...]:
    """The words of a literal, alone or beside None."""
    if get_origin(hint) is Literal:
        return tuple(map(str, get_args(hint)))
    return tuple(word for part in get_args(hint) if get_origin(part) is Literal for word in map(str, get_args(part)))


def _secret(hint: Any) -> bool:
    return hint is Secret or Secret in get_args(hint)


def _documented(config: type) -> Mapping[str, str]:
    """What the docstring of a Config says of each parameter."""
    text = inspect.cleandoc(config.__doc__ or "")
    _, _, rest = text.partition("Parameters\n----------\n")
    found: dict[str, str] = {}
    names: list[str] = []
    for line in re.split(r"\n\n\w[^\n]*\n-{3,}\n", rest, maxsplit=1)[0].splitlines():
        if line and not line.startswith(" "):
            names = [name.strip() for name in line.partition(" : ")[0].split(",")]
        else:
            for name in names:
                found[name] = f"{found.get(name, '')} {line.strip()}".strip()
    return found


def _comment(text: str, indent: str = "") -> list[str]:
    return [f"# {indent}{line}" for line in textwrap.wrap(text, _WIDTH, break_long_words=False)]


def _shown(default: Any) -> str:
    """A default as YAML; what is made anew each time as it is when it is made."""
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class at run time
        default = None if default.takes_self else default.factory()
    if default is None:
        return "…"
    if default in ((), {}):
        return "[]" if default == () else "{}"
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, int | Fraction):
        return str(default)
    return str(default) if re.fullmatch(r"[\w./-]+|https://[\w./-]+", str(default)) else _quoted(str(default))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
