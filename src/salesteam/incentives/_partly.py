"""A plan file that cannot be read whole: which of its parts can be, so that one mistake hides no other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from salesteam.core import Finding

__all__ = ["hangs_on", "readable_part"]

_NAMED = frozenset({"measures", "components", "parameters"})
_STEP = re.compile(r"[^.\[\]]+|\[\d+\]")


def readable_part(whole: Any, broken: Iterable[str]) -> tuple[Any, tuple[str, ...]]:
    """The tree without what cannot be read, and the paths that were left out.

    Parameters
    ----------
    whole : tree
        A plan file as plain data; it is changed.
    broken : iterable of str
        Dotted paths of the problems. Of measures, components and parameters the one goes, else the whole key.

    Returns
    -------
    tree
        What is left.
    tuple of str
        Empty if nothing could be left out, so that there is no more to be learnt.
    """
    if not isinstance(whole, dict):
        return whole, ()
    gone: list[str] = []
    for path in broken:
        steps = _STEP.findall(path)
        head = steps[0] if steps else ""
        if head in _NAMED and len(steps) > 1 and isinstance(whole.get(head), dict):
            name = next(
                (key for key in whole[head] if path == f"{head}.{key}" or path.startswith(f"{head}.{key}.")), ""
            )
            if whole[head].pop(name, None) is not None:
                gone.append(f"{head}.{name}")
        elif whole.pop(head, None) is not None:
            gone.append(head)
    return whole, tuple(gone)


def hangs_on(finding: Finding, gone: Iterable[str]) -> bool:
    """Whether a finding may only stand because something was left out."""
    key, values = finding.place.key or "", {str(value) for _, value in finding.values}
    for path in gone:
        name = path.rpartition(".")[2]
        if key == path or key.startswith((f"{path}.", f"{path}[")) or any(name in value for value in values):
            return True
    return any(path in _NAMED or path == "currency" for path in gone)
