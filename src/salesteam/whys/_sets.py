"""Families of minimal sets: what together causes, and what hits every cause."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["Family", "TooManySetsError", "join", "meet", "minimal", "transversals"]

Family = frozenset[frozenset[str]]


class TooManySetsError(Exception):
    """The family grew beyond the named limit; never leaves the package."""


def minimal(sets: Iterable[frozenset[str]]) -> Family:
    """The sets that contain no other set of the family."""
    kept: list[frozenset[str]] = []
    for one in sorted(set(sets), key=lambda each: (len(each), sorted(each))):
        if not any(other <= one for other in kept):
            kept.append(one)
    return frozenset(kept)


def join(families: Iterable[Family]) -> Family:
    """Any of the families: their sets side by side."""
    return minimal(one for family in families for one in family)


def meet(families: Iterable[Family], limit: int) -> Family:
    """All of the families at once: one set of each, put together.

    Raises
    ------
    TooManySetsError
        If more than `limit` sets come about on the way.
    """
    found: Family = frozenset({frozenset()})
    for family in families:
        if len(found) * len(family) > limit * 50:
            raise TooManySetsError
        found = minimal(left | right for left in found for right in family)
        if len(found) > limit:
            raise TooManySetsError
    return found


def transversals(family: Family, limit: int) -> Family:
    """The minimal sets that meet every set of the family; none if one of them is empty.

    Raises
    ------
    TooManySetsError
        If more than `limit` sets come about on the way.

    References
    ----------
    Berge, Hypergraphs, 1989, ch. 2.
    """
    ordered = sorted(family, key=lambda one: (len(one), sorted(one)))
    return meet((frozenset(frozenset({item}) for item in one) for one in ordered), limit)
