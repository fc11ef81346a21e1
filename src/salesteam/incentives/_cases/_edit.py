"""Change raw content by dotted paths: what `set` does to a plan, before it is read as one."""

from __future__ import annotations

import re
from typing import Any

from salesteam.core import _load as core_load
from salesteam.errors import InvalidValueError, nearest

__all__ = ["copied", "put"]

_STEP = re.compile(r"\[(\d+)\]")
_MOST = 200


def copied(tree: Any) -> Any:
    """A copy of a tree that may be changed; positions are kept."""
    if isinstance(tree, core_load.Keys):
        keys = core_load.Keys({key: copied(part) for key, part in tree.items()})
        keys.spot = tree.spot
        return keys
    if isinstance(tree, core_load.Items):
        items = core_load.Items(copied(part) for part in tree)
        items.spot = tree.spot
        return items
    return tree


def put(tree: Any, path: core_load.Text, value: Any) -> None:
    """Set what a path leads to, or remove it where the value is None.

    Parameters
    ----------
    tree : Keys
        Changed in place.
    path : Text
        Dotted, such as ``components.c.tiers[0].rate``.
    value : tree
        What stands there from now on; None removes.

    Raises
    ------
    InvalidValueError
        If the path leads nowhere.
    """
    steps = _steps(path)
    if not steps or isinstance(steps[0], int):
        raise InvalidValueError(f"{path} is no path", fix="write keys with dots, such as components.c.tiers[0].rate")
    _put(tree, steps, value, path)


def _steps(path: str) -> list[str | int]:
    found: list[str | int] = []
    for part in path.split(".")[:_MOST]:
        name = part.partition("[")[0]
        if name:
            found.append(name)
        rest = part[len(name) :]
        numbers = _STEP.findall(rest)
        if "".join(f"[{n}]" for n in numbers) != rest or not (name or numbers):
            raise InvalidValueError(
                f"{path} is no path", fix="write keys with dots, such as components.c.tiers[0].rate"
            )
        found += map(int, numbers)
    return found


def _put(tree: Any, steps: list[str | int], value: Any, path: core_load.Text) -> None:
    first, rest = steps[0], steps[1:]
    if isinstance(first, int):
        _put_item(tree, first, rest, value, path)
        return
    if isinstance(tree, core_load.Items) and len(tree) == 1:
        tree = tree[0]
    if not isinstance(tree, core_load.Keys):
        raise InvalidValueError(f"nothing under {path} holds a key {first}", fix="look at the keys above it")
    first, rest = _longest(tree, first, rest)
    if not rest:
        if value is None:
            tree.pop(first, None)  # type: ignore[call-overload]  # a Text is a str, and found by it
        elif first in tree:
            tree[first] = value  # type: ignore[index]  # as above
        else:
            tree[_named(first, path)] = value
        return
    if tree.get(first) is None:  # type: ignore[call-overload]  # as above
        if value is None or isinstance(rest[0], int):
            near = nearest(first, tree, most=1)
            raise InvalidValueError(
                f"{path} leads nowhere: there is no {first}", fix=f"did you mean {near[0]}?" if near else "see the plan"
            )
        below = core_load.Keys()
        below.spot = path.spot
        tree[_named(first, path)] = below
    _put(tree[first], rest, value, path)  # type: ignore[index]  # as above


def _put_item(tree: Any, number: int, rest: list[str | int], value: Any, path: core_load.Text) -> None:
    if isinstance(tree, core_load.Keys) and number == 0 and rest:
        _put(tree, rest, value, path)  # one mapping stands for a list of one
        return
    size = len(tree) if isinstance(tree, core_load.Items) else 0
    if not isinstance(tree, core_load.Items) or number > size or (number == size and (rest or value is None)):
        raise InvalidValueError(f"{path} leads nowhere: there is no [{number}]", fix="count from 0, as the list stands")
    if rest:
        _put(tree[number], rest, value, path)
    elif number == size:
        tree.append(value)
    elif value is None and not isinstance(tree[number], str):
        del tree[number]
    else:
        tree[number] = value


def _longest(tree: core_load.Keys, first: str, rest: list[str | int]) -> tuple[str, list[str | int]]:
    """A key of the tree may hold dots itself, such as `c.tiers_from`."""
    name = first
    for count, step in enumerate(rest, start=1):
        if isinstance(step, int):
            break
        name = f"{name}.{step}"
        if name in tree:
            return name, rest[count:]
    return first, rest


def _named(name: str, path: core_load.Text) -> core_load.Text:
    key = core_load.Text(name)
    key.spot = path.spot
    return key
