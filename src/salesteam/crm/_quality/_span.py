"""Spans of time that a rule may set."""

from __future__ import annotations

from datetime import timedelta

from salesteam.errors import InvalidValueError

__all__ = ["not_negative"]


def not_negative(span: timedelta, name: str) -> None:
    """Refuse a span below zero."""
    if span < timedelta(0):
        raise InvalidValueError(f"a {name} cannot be negative", where=name, fix="give 0 or more")
