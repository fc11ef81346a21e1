"""Fields that must be chosen: no default, and an error that lists the options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from salesteam.errors import missing_choice

__all__ = ["chosen"]


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
