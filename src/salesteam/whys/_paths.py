"""Walk a tree: its circles, its order, its paths from the event to the leaves."""

from __future__ import annotations

from collections.abc import Iterator

from salesteam.core import _graph
from salesteam.errors import CycleError
from salesteam.whys._model_parts import Link
from salesteam.whys._model_tree import Tree

__all__ = ["all_paths", "cycle_of", "depths", "farthest", "refuse_cycle", "upward", "walk", "ways_to"]


def cycle_of(tree: Tree) -> tuple[str, ...] | None:
    """The first circle of causes, its first id repeated at the end; None if there is none."""
    edges = sorted((link.effect, link.cause) for link in tree.sound_links)
    found = _graph.find_cycle(sorted(tree.nodes), edges)
    return tuple(found) if found else None


def refuse_cycle(tree: Tree) -> None:
    """Raise `CycleError` with the path if causes run in a circle."""
    circle = cycle_of(tree)
    if circle:
        raise CycleError(circle, what="causes")


def upward(tree: Tree) -> list[str]:
    """The nodes that the event reaches, each after all its causes."""
    return _downward(tree)[::-1]


def _downward(tree: Tree) -> list[str]:
    edges = sorted((link.effect, link.cause) for link in tree.sound_links if link.effect in tree.reached)
    return list(_graph.order(sorted(tree.reached), edges))


def all_paths(tree: Tree) -> list[tuple[str, ...]]:
    """Every path from the event to a leaf, by ids."""
    refuse_cycle(tree)
    return [(tree.event.id, *(link.cause for link in links)) for links in walk(tree)]


def ways_to(tree: Tree) -> dict[str, int]:
    """How many paths lead from the event to each node it reaches."""
    ways = dict.fromkeys(tree.reached, 0)
    ways[tree.event.id] = 1
    for name in _downward(tree):
        for link in tree.below.get(name, ()):
            ways[link.cause] += ways[name]
    return ways


def walk(tree: Tree) -> Iterator[tuple[Link, ...]]:
    """The links of each path, depth first, by cause; without recursion, however deep the tree."""
    stack: list[tuple[str, tuple[Link, ...]]] = [(tree.event.id, ())]
    while stack:
        name, links = stack.pop()
        below = tree.below.get(name, ())
        if not below:
            yield links
        stack.extend((link.cause, (*links, link)) for link in reversed(below))


def farthest(tree: Tree) -> dict[str, int]:
    """Links on the longest path from the event to each node it reaches, in a tree without a cycle."""
    far: dict[str, int] = {tree.event.id: 0}
    for name in _downward(tree):
        for link in tree.below.get(name, ()):
            far[link.cause] = max(far.get(link.cause, 0), far[name] + 1)
    return far


def depths(tree: Tree) -> tuple[int, int]:
    """Links on the shortest and on the longest path from event to leaf, in a tree without a cycle."""
    near: dict[str, int] = {tree.event.id: 0}
    for name in _downward(tree):
        for link in tree.below.get(name, ()):
            near[link.cause] = min(near.get(link.cause, near[name] + 1), near[name] + 1)
    far = farthest(tree)
    leaves = tree.leaves or (tree.event.id,)
    return min(near[leaf] for leaf in leaves), max(far[leaf] for leaf in leaves)
