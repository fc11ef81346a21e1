"""Circles in a graph, one for each knot, in linear time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["circles"]


def _knots(edges: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Strongly connected parts, each reached once by an explicit stack (Tarjan 1972)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    held: dict[str, None] = {}
    for root in edges:
        if root in order:
            continue
        work: list[tuple[str, Iterator[str]]] = [(root, iter(edges[root]))]
        order[root] = low[root] = len(order)
        held[root] = None
        while work:
            node, rest = work[-1]
            for child in rest:
                if child not in order:
                    order[child] = low[child] = len(order)
                    held[child] = None
                    work.append((child, iter(edges.get(child, ()))))
                    break
                if child in held:
                    low[node] = min(low[node], order[child])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    knot = []
                    while True:
                        last, _ = held.popitem()
                        knot.append(last)
                        if last == node:
                            break
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
    Tarjan, R. E., "Depth-first search and linear graph algorithms", 1972.
    """
    edges: dict[str, list[str]] = {}
    for source, target in pairs:
        edges.setdefault(source, []).append(target)
    found = (_shortest(min(knot), set(knot), edges) for knot in _knots(edges))
    return sorted(path for path in found if path)
