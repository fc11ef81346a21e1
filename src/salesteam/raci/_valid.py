"""Validators that the nouns of this subject share."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Protocol

import attrs

from salesteam.errors import InvalidValueError

__all__ = ["dated", "in_force", "named", "one_of"]


class Dated(Protocol):
    """What has a half-open time of validity; None is open."""

    @property
    def start(self) -> date | None: ...
    @property
    def end(self) -> date | None: ...


def in_force(thing: Dated, on: date) -> bool:
    """Whether a dated thing holds on a day: its start included, its end not."""
    return (thing.start is None or thing.start <= on) and (thing.end is None or on < thing.end)


def named(noun: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse an empty id."""
    if not isinstance(value, str) or not value.strip():
        raise InvalidValueError(
            f"{value!r} names nothing", where=f"{type(noun).__name__}.{attribute.name}", fix="write an id"
        )


def dated(noun: Any, _: attrs.Attribute[Any], __: object) -> None:
    """Refuse a time that ends before it starts or holds no day."""
    if noun.start is not None and noun.end is not None and noun.start >= noun.end:
        raise InvalidValueError(
            f"{noun.start} to {noun.end} holds no day",
            where=f"{type(noun).__name__}.end",
            fix="the end is the first day that no longer counts; put it after the start",
        )


def one_of(noun: object, attribute: attrs.Attribute[Any], value: object, known: Collection[str]) -> None:
    """Refuse a word that is not one of the known ones; None passes."""
    if value is not None and value not in known:
        raise InvalidValueError(
            f"{value!r} is not known here",
            where=f"{type(noun).__name__}.{attribute.name}",
            fix=f"use one of {', '.join(known)}",
        )
