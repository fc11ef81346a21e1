"""Values of a plan on one line, as its file would say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import rational_text
from salesteam.incentives._bending import TargetShare
from salesteam.incentives._number import Ref
from salesteam.incentives._options import option_text

__all__ = ["is_empty", "is_noun", "option_of", "percent", "plain_text"]

_RATES = frozenset({
    "rate", "share", "multiplier", "weight", "threshold", "clamp", "limit_share", "max_recovery_share", "holdback",
    "factor", "max_credit_share", "at_least", "cells", "levels", "base_rate", "unearned", "weights",
})  # fmt: skip
"""Keys whose numbers are read as percentages."""
_DEFAULTS: tuple[Any, ...] = (None, (), "", {})


def is_empty(value: Any) -> bool:
    """Whether a value says nothing."""
    return any(value == default and type(value) is type(default) for default in _DEFAULTS)


def is_noun(value: Any) -> bool:
    """Whether a value is told by its parts: not a name, nor a share of target, which a file writes as one text."""
    return attrs.has(type(value)) and not isinstance(value, (Ref, TargetShare))


def plain_text(value: Any, key: str) -> str:
    """A value as a plan file would say it, on one line."""
    if value is None:
        return ""
    if isinstance(value, Fraction):
        return percent(value) if key in _RATES else rational_text(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {plain_text(part, str(name))}" for name, part in value.items())
    if isinstance(value, tuple):
        return "[" + "; ".join(plain_text(part, key) for part in value) + "]"
    if is_noun(value):
        fields = [(f.metadata.get("key", f.name), getattr(value, f.name), f.default) for f in attrs.fields(type(value))]
        told = [(name, part) for name, part, default in fields if not is_empty(part) and part != default]
        return ", ".join(f"{name}: {plain_text(part, name)}" for name, part in told)
    return value.isoformat() if isinstance(value, date) else str(value)


def percent(value: Fraction) -> str:
    """A share in percent, exactly; a fraction where that does not end."""
    text = rational_text(value * 100)
    return rational_text(value) if "/" in text else f"{text}%"


def option_of(parts: tuple[str | int, ...], text: str, lang: str) -> str:
    """An option in the words of a reader; any other value as it is."""
    key = next((str(part) for part in reversed(parts) if isinstance(part, str)), "")
    name = {("draw", "kind"): "draw.kind", ("clawback", "method"): "clawback.method"}.get((str(parts[0]), key), key)
    return option_text(name, text, lang).partition("：")[0] if lang == "zh" else text
