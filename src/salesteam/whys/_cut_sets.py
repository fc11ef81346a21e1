"""The tree as a question of all or any: which leaves together cause the event, and which sets of them block it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import frozen

from salesteam.whys._kinds import Status
from salesteam.whys._model_parts import Link
from salesteam.whys._model_tree import Tree
from salesteam.whys._paths import upward
from salesteam.whys._sets import Family, TooManySetsError, join, meet, minimal, transversals

__all__ = ["Logic", "blocking", "causing", "duties", "happens", "logic_of"]

Believe = Literal["all", "supported"]
Assume = Literal["any", "all"]
_NOTHING: Family = frozenset({frozenset()})


@frozen
class Logic:
    """The tree after belief and grouping are settled.

    Parameters
    ----------
    order : tuple of str
        Nodes that the event reaches, each after all its causes.
    groups : mapping of str to tuple of groups
        Effect to its alternatives; a group is the links that are needed together.
        A node that is not in it is a leaf, or an effect whose causes nobody believes.
    event : str
        Id of the event.
    """

    order: tuple[str, ...]
    groups: Mapping[str, tuple[tuple[Link, ...], ...]]
    event: str


def logic_of(tree: Tree, status: Mapping[str, Status], believe: Believe, assume: Assume) -> Logic:
    """Leave out the links not believed, and join undeclared causes as assumed.

    A link left out leaves its group; an emptied group goes; an effect left without groups is an open leaf.
    """
    kept = {"all": {"supported", "contested", "unsupported"}, "supported": {"supported"}}[believe]
    groups: dict[str, tuple[tuple[Link, ...], ...]] = {}
    for effect, links in tree.below.items():
        single = len(links) == 1
        named: dict[str, list[Link]] = {}
        for link in links:
            alone = link.group is None and (single or assume == "any")
            name = f"1 {link.cause}" if alone else "0" if link.group is None else f"2 {link.group}"
            if status[link.id] in kept:
                named.setdefault(name, []).append(link)
        if named:
            groups[effect] = tuple(tuple(named[name]) for name in sorted(named))
    return Logic(tuple(upward(tree)), groups, tree.event.id)


def causing(logic: Logic, limit: int, without: frozenset[str] = frozenset()) -> Family:
    """The minimal sets of leaves that bring the event about, while the nodes and links in `without` are removed."""
    found: dict[str, Family] = {}
    for name in logic.order:
        if name in without:
            found[name] = frozenset()
        elif name not in logic.groups:
            found[name] = frozenset({frozenset({name})})
        else:
            alive = [group for group in logic.groups[name] if not any(link.id in without for link in group)]
            found[name] = join(meet((found[link.cause] for link in group), limit) for group in alive)
            _small(found[name], limit)
    return found[logic.event]


def blocking(family: Family, limit: int) -> Family:
    """The minimal sets of leaves whose removal prevents the event: they meet every causing set."""
    return transversals(family, limit)


def duties(logic: Logic, acts: Mapping[str, frozenset[str]], limit: int) -> Family:
    """For every way to the event the measures that act on it; a plan has to hold one of each.

    Parameters
    ----------
    logic : Logic
        The tree.
    acts : mapping of str to set of str
        Node or link to the measures that act on it.
    limit : int
        Sets at the most.

    Returns
    -------
    family of sets of measures
        Minimal; an empty set among them says that nothing can block the event.
    """
    found: dict[str, Family] = {}
    for name in logic.order:
        own = acts.get(name, frozenset())
        below = _NOTHING
        if name in logic.groups:
            ways = []
            for group in logic.groups[name]:
                parts = (minimal(one | acts.get(link.id, frozenset()) for one in found[link.cause]) for link in group)
                ways.append(meet(parts, limit))
            below = join(ways)
        found[name] = minimal(one | own for one in below)
        _small(found[name], limit)
    return found[logic.event]


def happens(logic: Logic, removed: frozenset[str]) -> bool:
    """Whether the event still comes about when some nodes and links are removed; linear in the tree."""
    there: dict[str, bool] = {}
    for name in logic.order:
        groups = logic.groups.get(name)
        there[name] = name not in removed and (
            groups is None
            or any(all(there[link.cause] and link.id not in removed for link in group) for group in groups)
        )
    return there[logic.event]


def _small(family: Family, limit: int) -> None:
    if len(family) > limit:
        raise TooManySetsError
