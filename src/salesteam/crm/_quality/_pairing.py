"""Pair instants one to one: most pairs, then the least gap, then what comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from operator import itemgetter

__all__ = ["paired"]

_Point = tuple[datetime, str]
_MICRO = timedelta(microseconds=1)


def paired(left: Sequence[_Point], right: Sequence[_Point], window: timedelta) -> dict[str, str]:
    """Pair what lies at most a window apart, each at most once.

    Parameters
    ----------
    left, right : sequence of (datetime, str)
        Instants with ids, each id once.
    window : timedelta
        Up to and including which two may be a pair.

    Returns
    -------
    dict of str to str
        Left id to right id: of all ways with the most pairs, one with the least sum of gaps.
        Where several are left, later instants, and of equal ones later ids, are left out.

    Notes
    -----
    With both sides in order of time, pairs need never cross: whatever crosses can be uncrossed without a larger gap.
    So the best way for the first so many of both sides follows from those for fewer.
    """
    found: dict[str, str] = {}
    for some, others in _clusters(left, right, window):
        found.update(_best(some, others, window))
    return found


def _clusters(
    left: Sequence[_Point], right: Sequence[_Point], window: timedelta
) -> Iterator[tuple[list[_Point], list[_Point]]]:
    """Cut where nothing before can be a pair with anything behind; both sides sorted."""
    sides: tuple[list[_Point], list[_Point]] = ([], [])
    last: datetime | None = None
    every = sorted([(*point, 0) for point in left] + [(*point, 1) for point in right], key=itemgetter(0, 1))
    for at, key, side in every:
        if last is not None and at - last > window:
            yield sides
            sides = ([], [])
        sides[side].append((at, key))
        last = at
    yield sides


def _best(left: Sequence[_Point], right: Sequence[_Point], window: timedelta) -> Iterator[tuple[str, str]]:
    """The pairs of one cluster; a pair scores more than all gaps together can cost."""
    a_pair = (min(len(left), len(right)) + 1) * (window // _MICRO + 1)
    table = [[0] * (len(right) + 1)]
    for at, _ in left:
        above, row = table[-1], [0]
        for column, (other, _) in enumerate(right):
            best = max(above[column + 1], row[column])
            gap = abs(at - other)
            row.append(max(best, above[column] + a_pair - gap // _MICRO) if gap <= window else best)
        table.append(row)
    i, j = len(left), len(right)
    while i and j:
        if table[i][j] == table[i - 1][j]:
            i -= 1
        elif table[i][j] == table[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            yield left[i][1], right[j][1]
