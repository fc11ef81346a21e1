"""The converter of every field that holds several things."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from salesteam.errors import InvalidValueError

__all__ = ["items"]


def items(values: Iterable[Any]) -> tuple[Any, ...]:
    """Make a tuple of any iterable but text, whose letters were never meant one by one.

    Raises
    ------
    InvalidValueError
        For text, or what is no iterable.

    Examples
    --------
    >>> items(["GTX", "MG"])
    ('GTX', 'MG')
    """
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise InvalidValueError(f"{values!r} is no list", where="a list", fix="write it in brackets")
    return tuple(values)
