"""JSON Schema of case files, made from the tables that read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from salesteam.incentives._cases._expect import METRICS
from salesteam.incentives._cases._read import _CASE as CASE_KEYS
from salesteam.incentives._cases._read import _FILE as FILE_KEYS
from salesteam.incentives._cases._read import FORMAT
from salesteam.incentives._cases._tables import FACTS, OPEN, OUTPUT
from salesteam.incentives._schema import EXACT, TEXT, Schema, plan_schema

__all__ = ["cases_schema"]

_SCALAR: Schema = {"type": ["string", "number", "boolean", "null"]}
_PERIOD: Schema = {
    "anyOf": [
        TEXT,
        {
            "type": "object",
            "properties": {"start": TEXT, "end": TEXT},
            "required": ["start", "end"],
            "additionalProperties": False,
        },
    ]
}
_PRINTED: Schema = {
    "type": "object",
    "properties": {"printed": EXACT},
    "required": ["printed"],
    "additionalProperties": False,
}
_WITHIN: Schema = {
    "type": "object",
    "properties": {"of": EXACT, "within": EXACT, "because": TEXT},
    "required": ["of", "within"],
    "additionalProperties": False,
}
_FIGURE: Schema = {"anyOf": [_SCALAR, _PRINTED, _WITHIN]}
_CODES: Schema = {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}
_NOTES = {
    "id": "Its name, unique in the file.",
    "title": "One line for the reader.",
    "source": "Where the numbers come from.",
    "notes": "What a reader should know.",
    "plan": "A path from this file, a plan, {base: path, set: …} or {case: id, set: …}.",
    "facts": "Tables as lists of mappings, or {case: id}.",
    "expect": "What must come out.",
    "as_of": "Day of the knowledge; all is known if left out.",
    "periods": "Periods that are looked at.",
    "open_period": "Period that differences are booked in.",
    "skip": "Why it is not run.",
    "format": FORMAT,
    "cases": "The cases.",
}


def _object(properties: dict[str, Schema], required: Iterable[str] = (), *, more: Any = False) -> Schema:
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": more}
    return {**made, "required": list(required)} if list(required) else made


def _columns(names: Iterable[str]) -> dict[str, Schema]:
    """Cells by column; money may be in minor units."""
    cells = {name: _PERIOD if name.endswith("period") else _SCALAR for name in names}
    return {**cells, **{f"{name}_minor": _SCALAR for name in ("amount", "cost", "invoiced", "quota", "target", "base",
                                                              "paid") if name in cells}}  # fmt: skip


def _facts() -> Schema:
    tables: dict[str, Schema] = {
        table: {
            "type": ["array", "null"],
            "items": _object(
                _columns(columns),
                more=table in OPEN,
            ),
        }
        for table, columns in FACTS.items()
    }
    return _object({**tables, "case": TEXT})


def _nested(depth: int) -> Schema:
    """A figure, or names with figures below, as deep as payee, period and component."""
    if depth == 0:
        return {"$ref": "#/$defs/figure"}
    return {"anyOf": [{"$ref": "#/$defs/figure"}, {"type": "object", "additionalProperties": _nested(depth - 1)}]}


def _rows(columns: Iterable[str]) -> Schema:
    row = _object({c: {"anyOf": [{"$ref": "#/$defs/figure"}, _PERIOD]} for c in columns})
    rows: Schema = {"type": "array", "items": row}
    flag: Schema = {"type": "boolean"}
    return {"anyOf": [rows, _object({"in_order": flag, "complete": flag, "rows": rows}, ["rows"])]}


def _expect() -> Schema:
    figure: Schema = {"$ref": "#/$defs/figure"}
    found = _object({"code": TEXT, "at": _FIGURE}, ["code"])
    listed: Schema = {"anyOf": [TEXT, found]}
    return _object(
        {
            "total": figure,
            **{key: _nested(3) for key in ("pay", "paid", "adjustments")},
            "metrics": _object(dict.fromkeys(METRICS, figure)),
            **{table: _rows(columns) for table, columns in OUTPUT.items()},
            "findings": {"anyOf": [listed, {"type": "array", "items": listed}]},
            "no_findings": _CODES,
            "refused": _CODES,
        }
    )


def _plan(inline: Schema) -> Schema:
    changes: Schema = {"type": "object"}
    based = _object({"base": TEXT, "set": changes})
    other = _object({"case": TEXT, "set": changes}, ["case"])
    return {"anyOf": [{"type": "string"}, based, other, inline]}


def cases_schema() -> Schema:
    """The schema of `salesteam-cases/1`.

    Returns
    -------
    dict
        JSON Schema, draft 2020-12.
    """
    inline, defs = plan_schema(inline=True)
    parts: dict[str, Schema] = {
        "format": {"const": FORMAT},
        "title": TEXT,
        "source": {"anyOf": [TEXT, _object({}, more=TEXT)]},
        "notes": {"type": ["string", "null"]}, "skip": TEXT, "id": {"type": "string"},
        "plan": {"$ref": "#/$defs/casePlan"}, "facts": {"$ref": "#/$defs/facts"},
        "expect": {"$ref": "#/$defs/expect"}, "as_of": TEXT,
        "periods": {"anyOf": [_PERIOD, {"type": "array", "items": _PERIOD}]}, "open_period": _PERIOD,
        "cases": {"type": "array", "items": {"$ref": "#/$defs/case"}},
    }  # fmt: skip
    told = {key: {"description": _NOTES.get(key, ""), **part} for key, part in parts.items()}
    case = _object({key: told[key] for key in CASE_KEYS}, ["id"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:salesteam:schema:cases:1",
        "title": FORMAT,
        **_object({key: told[key] for key in FILE_KEYS}, ["format", "cases"]),
        "$defs": {
            **defs,
            "figure": _FIGURE,
            "facts": _facts(),
            "expect": _expect(),
            "casePlan": _plan(inline),
            "case": case,
        },
    }
