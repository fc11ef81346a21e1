"""Findings as JSON text and back, for what a store keeps of them."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import Finding, Place, Severity, rational_text

__all__ = ["from_text", "to_text"]


def to_text(finding: Finding) -> str:
    """A finding as JSON; values that JSON does not know become what a reader would see."""
    place = {name: value for name, value in attrs.asdict(finding.place).items() if value is not None}
    held = {
        "code": finding.code,
        "severity": finding.severity.value,
        "place": place,
        "values": {name: _plain(value) for name, value in finding.values},
    }
    return json.dumps(held, ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int, bool)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, Fraction):
        return rational_text(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def from_text(text: str) -> Finding:
    """The finding of a text that `to_text` wrote."""
    held = json.loads(text)
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in held["values"].items()}
    return Finding(
        code=held["code"],
        severity=Severity(held["severity"]),
        place=Place(**held["place"]),
        values=tuple(sorted(values.items())),
    )
