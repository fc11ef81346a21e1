"""Fields that must be chosen, with an error that lists the options, and ids that must name something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from salesteam.errors import InvalidValueError, missing_choice

__all__ = ["chosen", "named"]


def chosen(name: str, options: Mapping[str, str], where: str) -> Any:
    """Declare an attrs field that has no default, because the field knows several ways.

    Parameters
    ----------
    name : str
        Of the field.
    options : mapping of str to str
        Each option with one line on what it means.
    where : str
        The noun.

    Returns
    -------
    attrs field
        Left out or unknown, it raises `InvalidValueError` with the options.
    """

    def known(_: object, __: object, value: object) -> None:
        if value not in options:
            told = where if value is None else f"{where}, {value!r} is none of them"
            raise missing_choice(name, options, where=told)

    return attrs.field(default=None, validator=known)


def named(noun: object, field: attrs.Attribute[str], value: str) -> None:
    """Refuse an empty id, as a validator."""
    if not value.strip():
        where = f"{type(noun).__name__}.{field.name}"
        raise InvalidValueError(f"{value!r} names nothing", where=where, fix="give a short text that stays the same")
