"""Pair instants one to one: most pairs, then the least gap, then what comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from operator import itemgetter

__all__ = ["paired"]

_Point = tuple[datetime, str]
_MICRO = timedelta(microseconds=1)
_NO_LEFT, _NO_RIGHT, _PAIR = range(3)
"""How the best for the first so many of both sides is had: without the last of one of them, or with both as a pair."""


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
    So the best way for the first so many of both sides follows from those for fewer,
    and of those only as many need to be known as the window and the most pairs allow.
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
    most = _most(left, right, window)
    if not most:
        return
    near, zero = window // _MICRO, left[0][0]
    a_pair = (most + 1) * (near + 1)
    others = [(at - zero) // _MICRO for at, _ in right]
    bands = list(_bands(left, right, window, most))
    steps: list[bytearray] = []
    start, above = 0, [0]
    for (at, _), (first, last) in zip(left, bands, strict=True):
        here = (at - zero) // _MICRO
        above += above[-1:] * (last + 1 - start - len(above))
        row, taken = above[first - start : last + 1 - start], bytearray(last + 1 - first)
        for column in range(max(first, start + 1), last + 1):
            place, gap = column - first, abs(here - others[column - 1])
            if place and row[place - 1] > row[place]:
                row[place], taken[place] = row[place - 1], _NO_RIGHT
            if gap <= near and above[column - 1 - start] + a_pair - gap > row[place]:
                row[place], taken[place] = above[column - 1 - start] + a_pair - gap, _PAIR
        steps.append(taken)
        start, above = first, row
    i, j = len(left), len(right)
    while i and j:
        first, last = bands[i - 1]
        j = min(j, last)
        step = steps[i - 1][j - first]
        if step == _PAIR:
            yield left[i - 1][1], right[j - 1][1]
        i, j = i - (step != _NO_RIGHT), j - (step != _NO_LEFT)


def _most(left: Sequence[_Point], right: Sequence[_Point], window: timedelta) -> int:
    """How many pairs there can be: the earliest that fit, again and again."""
    i = j = found = 0
    while i < len(left) and j < len(right):
        ahead = right[j][0] - left[i][0]
        found += abs(ahead) <= window
        i, j = i + (ahead >= -window), j + (ahead <= window)
    return found


def _bands(left: Sequence[_Point], right: Sequence[_Point], window: timedelta, most: int) -> Iterator[tuple[int, int]]:
    """For each of the left, how few and how many of the right can have come before; neither ever falls.

    What lies outside the window can be no pair; and no more may be left out of a side than the most pairs leave.
    """
    low = high = 0
    for row, (at, _) in enumerate(left, start=1):
        while low < len(right) and at - right[low][0] > window:
            low += 1
        while high < len(right) and right[high][0] - at <= window:
            high += 1
        first = max(low, row - (len(left) - most))
        yield first, max(first, min(high, row + (len(right) - most)))
