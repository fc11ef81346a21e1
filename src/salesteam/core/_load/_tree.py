"""Plain data that remembers where it was written: text, lists and mappings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

__all__ = ["Items", "Keys", "Spot", "Text", "plain", "spot_of", "walk"]


@attrs.frozen
class Spot:
    """A position in a file, both numbers from 1; the name of the file where trees of several are put together."""

    line: int
    column: int
    file: str | None = None


class Text(str):
    """A scalar as it was written."""

    __slots__ = ("spot",)
    spot: Spot


class Items(list[Any]):
    """A list of a file: `Text`, `Items`, `Keys` or None (written as nothing, ``~`` or ``null``)."""

    __slots__ = ("spot",)
    spot: Spot


class Keys(dict[Text, Any]):
    """A mapping of a file; its keys are `Text`, its values as in `Items`."""

    __slots__ = ("spot",)
    spot: Spot


def spot_of(value: object) -> Spot | None:
    """Where a value was written, if it remembers."""
    return value.spot if isinstance(value, (Text, Items, Keys)) else None


def plain(value: Any) -> Any:
    """The value as str, tuple, dict or None, its position forgotten."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list):
        return tuple(plain(part) for part in value)
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    return value


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Spot]]:
    """Every path below a value with its position: of the key in a mapping, of the item in a list."""
    if isinstance(value, Keys):
        for key, part in value.items():
            below = f"{path}.{key}" if path else str(key)
            yield below, key.spot
            yield from walk(part, below)
    elif isinstance(value, Items):
        for number, part in enumerate(value):
            below = f"{path}[{number}]"
            yield below, spot_of(part) or value.spot
            yield from walk(part, below)
