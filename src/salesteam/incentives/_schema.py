"""JSON Schema of plan files and case files, made from the nouns that read them, so that it cannot drift."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

import attrs

from salesteam.errors import NotFoundError
from salesteam.incentives._bending import Gate, Limit
from salesteam.incentives._component import Component
from salesteam.incentives._model import CreditRule, Measure, Plan
from salesteam.incentives._number import Number, Whole
from salesteam.incentives._options import OPTIONS
from salesteam.incentives._parts import Window
from salesteam.incentives._quota import Quota
from salesteam.incentives._terms import Clawback, Draw, Guarantee, Release

__all__ = ["KINDS", "described", "key_of", "schema", "special_types"]

Schema = dict[str, Any]

KINDS = ("plan", "cases")
"""What there is a schema of."""

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_EXACT = r"^\s*[-+]?\d[\d_,]*(\.\d+)?(\s*/\s*\d+(\.\d+)?)?\s*[%％‰]?\s*$"
_SPACES = re.compile(r"\s+")

TEXT: Schema = {"type": ["string", "number", "boolean"]}
EXACT: Schema = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": _EXACT}]}
_NAME = r"^\s*\$[^\s]+\s*$"
NUMBER: Schema = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": rf"{_EXACT}|{_NAME}"}]}
_WHOLE: Schema = {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": _NAME}]}
_TEXTS: Schema = {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}
_NOT: Schema = {
    "type": "object",
    "properties": {"not": _TEXTS},
    "required": ["not"],
    "additionalProperties": False,
}
_WHERE: Schema = {"type": "object", "additionalProperties": {"anyOf": [*_TEXTS["anyOf"], _NOT, {"type": "object"}]}}
_NUMBERS: Schema = {"type": "object", "additionalProperties": {"$ref": "#/$defs/Number"}}
_DAY = r"^\d{4}-\d{2}-\d{2}"


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _or(*options: Schema) -> Schema:
    return {"anyOf": list(options)}


def _alone(name: str) -> Schema:
    """One mapping, or a list of no other."""
    return _or(_ref(name), {"type": "array", "items": _ref(name), "minItems": 1, "maxItems": 1})


def _words(*words: str) -> Schema:
    return {"enum": list(words)}


def _by(kind: str) -> Schema:
    return {"type": "object", "properties": {kind: TEXT}, "required": [kind], "additionalProperties": False}


_LANGUAGES: Schema = {
    "type": "object",
    "properties": {"en": TEXT, "zh": TEXT},
    "minProperties": 1,
    "additionalProperties": False,
}

_SPECIAL: Mapping[tuple[type, str], Schema] = {
    (Measure, "where"): _WHERE,
    (Component, "where"): _WHERE,
    (Component, "for_"): {"type": "object", "additionalProperties": _TEXTS},
    (Quota, "for_"): {"type": "object", "additionalProperties": _TEXTS},
    (Draw, "for_"): {"type": "object", "additionalProperties": _TEXTS},
    (Guarantee, "for_"): {"type": "object", "additionalProperties": _TEXTS},
    (Component, "text"): _or(TEXT, _LANGUAGES),
    (Plan, "text"): _or(TEXT, _LANGUAGES),
    (Component, "base_rate"): _or(_ref("Number"), {"type": "string", "pattern": r"^\s*target\s*/\s*quota\s*$"}),
    (CreditRule, "share"): _or(_words("rest"), _ref("Number")),
    (Limit, "limit"): _or(_ref("Number"), {"type": "string", "pattern": rf"({_EXACT[:-1]}|{_NAME[:-1]})target\s*$"}),
    (Component, "fund"): _or(_ref("Number"), _ref("Fund")),
    (Component, "shares"): _or(_words("equal"), _by("pro_rata"), _by("points"), _NUMBERS),
    (Component, "above"): _or(_words("flat", "extend"), _ref("Above")),
    (Component, "pay_split"): _or(_words("equal"), _NUMBERS),
    (Plan, "attainment_rounding"): _or(_words("none"), _ref("Rounding")),
    (Gate, "locks"): _or(TEXT, {"type": "object", "minProperties": 1, "maxProperties": 1}),
    (Plan, "proration"): _alone("Proration"),
    (Plan, "fx"): _alone("Exchange"),
    (Plan, "accrual"): _alone("Accrual"),
    (Plan, "rollup"): _or(_words("once", "every_level"), _ref("RollUp")),
    (Window, "from_"): {"type": "string", "pattern": _DAY},
    (Release, "until"): TEXT,
    (Clawback, "unearned"): _or(_words("all", "event", "straight_line", "steps"), _ref("Number")),
}
"""Fields that are read in a way of their own, as the hooks of plan files read them."""

_OPTIONS: Mapping[tuple[type, str], str] = {(Component, "method"): "method", (Component, "accumulate"): "accumulate"}
"""Fields that are text to the nouns, and a choice to the reader."""


def key_of(field: attrs.Attribute[Any]) -> str:
    """The key of a field in a file."""
    return str(field.metadata.get("key") or field.alias)


@cache
def described(cls: type) -> Mapping[str, str]:
    """What the docstring of a noun says of each field, on one line each.

    Parameters
    ----------
    cls : type
        A noun with a numpydoc section of parameters.

    Returns
    -------
    mapping of str to str
        Field to text.
    """
    lines = inspect.cleandoc(cls.__doc__ or "").splitlines()
    found: dict[str, list[str]] = {}
    names: list[str] = []
    inside = False
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if set(after.strip()) == {"-"} and after.strip():
            inside = line.strip() == "Parameters"
            names = []
        elif inside and line and not line.startswith(" ") and " : " in line:
            names = [name.strip() for name in line.split(" : ")[0].split(",")]
        elif inside and names and line.startswith(" "):
            for name in names:
                found.setdefault(name, []).append(line.strip())
    return {name: _SPACES.sub(" ", " ".join(texts)).replace("`", "") for name, texts in found.items()}


def special_types() -> frozenset[object]:
    """The types of the fields that are read in a way of their own, to compare with the hooks of the reader."""
    return frozenset(_typed(cls)[field].type for cls, field in _SPECIAL)


def _typed(cls: type) -> Mapping[str, attrs.Attribute[Any]]:
    noun: Any = attrs.resolve_types(cls)
    fields: Mapping[str, attrs.Attribute[Any]] = attrs.fields_dict(noun)
    return fields


@attrs.define
class _Writer:
    """Writes types, and gathers the definitions of the nouns that they name."""

    defs: dict[str, Schema] = attrs.field(factory=dict)

    def type(self, cls: Any) -> Schema:
        origin, args = get_origin(cls), get_args(cls)
        if origin in {Union, types.UnionType}:
            return self.union(args)
        if origin is Literal:
            return {"enum": list(args)}
        if origin in {tuple, Sequence}:
            return self.list(args)
        if origin is Mapping:
            return {"type": "object", "additionalProperties": self.type(args[1])}
        return self.noun(cls) if attrs.has(cls) else self.scalar(cls)

    def number(self) -> Schema:
        self.defs["Number"] = {"description": "An exact number, or the $name of a parameter.", **NUMBER}
        return _ref("Number")

    def whole(self) -> Schema:
        self.defs["Whole"] = {"description": "A whole number, or the $name of a parameter with one value.", **_WHOLE}
        return _ref("Whole")

    def scalar(self, cls: Any) -> Schema:
        if cls is bool:
            return {"type": "boolean"}
        if cls is int:
            return {"type": "integer"}
        if cls is Fraction:
            return dict(EXACT)
        if cls in {date, datetime}:
            return {"type": "string", "pattern": _DAY}
        return dict(TEXT)

    def union(self, args: tuple[Any, ...]) -> Schema:
        parts = [part for part in args if part is not types.NoneType]
        numbers = {Number: self.number, Whole: self.whole}
        made = next((kind for kind in numbers if set(get_args(kind)) <= set(parts)), None)
        options = [] if made is None else [numbers[made]()]
        options += [self.type(part) for part in parts if part not in get_args(made)]
        if len(parts) < len(args):
            options.append({"type": "null"})
        return options[0] if len(options) == 1 else _or(*options)

    def list(self, args: tuple[Any, ...]) -> Schema:
        if args[-1:] == (...,) or len(args) == 1:
            item = self.type(args[0])
            listed: Schema = {"type": "array", "items": item}
            return _or(item, listed) if args[0] in _several() else listed
        items = [self.type(part) for part in args]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}

    def noun(self, cls: Any) -> Schema:
        name = cls.__name__
        if name not in self.defs:
            self.defs[name] = {}  # a noun may name itself
            self.defs[name] = self.definition(cls)
        return _ref(name)

    def definition(self, cls: Any) -> Schema:
        about, properties, required = described(cls), {}, []
        for field in _typed(cls).values():
            key = key_of(field)
            properties[key] = self.field(cls, field)
            if text := about.get(field.name):
                properties[key] = {"description": text, **properties[key]}
            if field.default is attrs.NOTHING:
                required.append(key)
        made: Schema = {
            "description": inspect.cleandoc(cls.__doc__ or "").split("\n")[0],
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
        }
        return {**made, "required": required} if required else made

    def field(self, cls: Any, field: attrs.Attribute[Any]) -> Schema:
        where = (cls, field.name)
        if where in _SPECIAL:
            special = _SPECIAL[where]
            self.named(special)
            return _or(special, {"type": "null"}) if field.default is None else special
        if where in _OPTIONS:
            options = OPTIONS[_OPTIONS[where]]
            told = "; ".join(f"{name}: {text}" for name, text in options.items())
            listed: Schema = {"enum": [*options, *([None] if field.default is None else [])]}
            return {**listed, "markdownDescription": told}
        return self.type(field.type)

    def named(self, part: Any) -> None:
        """See to it that every noun that a special field names has its definition."""
        from salesteam.incentives import _bending, _parts, _terms

        if isinstance(part, Mapping):
            name = str(part.get("$ref", "")).removeprefix("#/$defs/")
            if name == "Number":
                self.number()
            elif name:
                self.noun(next(getattr(m, name) for m in (_parts, _terms, _bending) if hasattr(m, name)))
            for each in part.values():
                self.named(each)
        elif isinstance(part, (list, tuple)):
            for each in part:
                self.named(each)


@cache
def _several() -> frozenset[Any]:
    """Nouns of which a plan file holds one mapping, or a list of them, as the reader says."""
    from salesteam.incentives._load import _hooks

    lists = (get_args(cls) for cls in _hooks() if get_origin(cls) is tuple)
    return frozenset(args[0] for args in lists if args[1:] == (...,) and attrs.has(args[0]))


def plan_schema(*, inline: bool = False) -> tuple[Schema, dict[str, Schema]]:
    """The schema of a plan, and the definitions that it names.

    Parameters
    ----------
    inline : bool, default False
        Whether it stands in a case, where the keys of the file may be left out.
    """
    writer = _Writer()
    writer.number()
    whole = writer.definition(Plan)
    if not inline:
        whole["required"] = ["format", *whole["required"]]
    return whole, writer.defs


def schema(kind: str = "plan") -> Schema:
    """The JSON Schema of a file format, for editors that complete and underline while one writes.

    It is made from the nouns that read the file, so it knows every key, every option and what each means.

    Parameters
    ----------
    kind : {'plan', 'cases'}, default 'plan'
        Format `salesteam-plan/1` or `salesteam-cases/1`.

    Returns
    -------
    dict
        JSON Schema, draft 2020-12, as plain data.

    Raises
    ------
    NotFoundError
        For another kind.

    References
    ----------
    JSON Schema, draft 2020-12.

    Examples
    --------
    >>> made = schema("plan")
    >>> made["properties"]["period"]["enum"]
    ['week', 'month', 'quarter', 'half', 'year', 'once']
    """
    if kind not in KINDS:
        raise NotFoundError("schema", kind, KINDS, where="salesteam.incentives")
    if kind == "cases":
        from salesteam.incentives._schema_cases import cases_schema

        return cases_schema()
    whole, defs = plan_schema()
    return {
        "$schema": _DRAFT,
        "$id": "urn:salesteam:schema:plan:1",
        "title": "salesteam-plan/1",
        **whole,
        "$defs": defs,
    }
