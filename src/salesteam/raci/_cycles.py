"""Circles in a graph, one for each knot, in linear time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["circles"]


def _knots(edges: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Strongly connected parts: the order of leaving, then the same graph walked backwards in that order."""
    left: dict[str, None] = {}
    seen: set[str] = set()
    for root in edges:
        work = [] if root in seen else [(root, iter(edges[root]))]
        seen.add(root)
        while work:
            node, rest = work[-1]
            child = next((each for each in rest if each not in seen), None)
            if child is None:
                left[node] = None
                work.pop()
            else:
                seen.add(child)
                work.append((child, iter(edges.get(child, ()))))
    back: dict[str, list[str]] = {}
    for source, targets in edges.items():
        for target in targets:
            back.setdefault(target, []).append(source)
    for root in reversed(left):
        knot = [root] if root in seen else []
        seen.difference_update(knot)
        for node in knot:
            fresh = [each for each in dict.fromkeys(back.get(node, ())) if each in seen]
            seen.difference_update(fresh)
            knot.extend(fresh)
        if knot:
            yield knot


def _shortest(start: str, knot: set[str], edges: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The shortest way from a node of a knot back to itself."""
    came: dict[str, str] = {}
    queue = [start]
    for node in queue:
        for child in sorted(knot.intersection(edges.get(node, ()))):
            if child == start:
                path = [node]
                while path[-1] != start:
                    path.append(came[path[-1]])
                return (*reversed(path), start)
            if child not in came:
                came[child] = node
                queue.append(child)
    return ()


def circles(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """One circle for each knot of nodes that all reach each other.

    Parameters
    ----------
    pairs : iterable of (str, str)
        Edges, from and to.

    Returns
    -------
    list of tuple of str
        Paths with their first node again at the end: the shortest through the first node by name, sorted.

    References
    ----------
    Sharir, M., "A strong-connectivity algorithm and its applications in data flow analysis", 1981.
    """
    edges: dict[str, list[str]] = {}
    for source, target in pairs:
        edges.setdefault(source, []).append(target)
    found = (_shortest(min(knot), set(knot), edges) for knot in _knots(edges))
    return sorted(path for path in found if path)
