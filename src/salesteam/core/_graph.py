"""Orders, circles and reach in graphs: plain lists in, plain lists out, the same answer every time.

An edge is a pair ``(a, b)`` that leads from a to b.
Where several answers are right, the order in which nodes and edges were passed decides.
Only this module knows networkx, and loads it on first use.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from salesteam.errors import CycleError, InvalidValueError

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["all_paths", "ancestors", "components", "descendants", "find_cycle", "order", "reachable"]

N = TypeVar("N", bound=Hashable)
Edges = Iterable[tuple[N, N]]


def _graph(nodes: Iterable[N], edges: Edges[N]) -> nx.DiGraph[N]:
    import networkx as nx

    graph: nx.DiGraph[N] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    return graph


def order(nodes: Iterable[N], edges: Edges[N], *, what: str = "these links") -> list[N]:
    """Put nodes in an order in which every edge leads forward.

    Parameters
    ----------
    nodes : iterable
        All nodes; where edges leave it open, they keep this order. Nodes that only edges name come after them.
    edges : iterable of pairs
        ``(a, b)``: a comes before b.
    what : str, optional
        What the edges are, for the error.

    Returns
    -------
    list
        Each node once.

    Raises
    ------
    CycleError
        If there is a circle; its path is in the error.

    Examples
    --------
    >>> order(["pay", "credit", "deal"], [("deal", "credit"), ("credit", "pay")])
    ['deal', 'credit', 'pay']
    >>> order(["a", "b"], [("a", "b"), ("b", "a")], what="formulas")
    Traceback (most recent call last):
    salesteam.errors.CycleError: formulas run in a circle: a -> b -> a; remove one of these links
    """
    import networkx as nx

    graph = _graph(nodes, edges)
    place = {node: at for at, node in enumerate(graph)}
    try:
        return list(nx.lexicographical_topological_sort(graph, key=place.__getitem__))
    except nx.NetworkXUnfeasible:
        raise CycleError([str(node) for node in _circle(graph)], what=what) from None


def find_cycle(nodes: Iterable[N], edges: Edges[N]) -> list[N]:
    """Find one circle.

    Parameters
    ----------
    nodes : iterable
        Where to start looking, in this order.
    edges : iterable of pairs
        ``(a, b)``.

    Returns
    -------
    list
        The nodes of the circle, the first repeated at the end; empty if there is none.

    Examples
    --------
    >>> find_cycle("abc", [("a", "b"), ("b", "c"), ("c", "b")])
    ['b', 'c', 'b']
    >>> find_cycle("ab", [("a", "b")])
    []
    """
    return _circle(_graph(nodes, edges))


def _circle(graph: nx.DiGraph[N]) -> list[N]:
    import networkx as nx

    try:
        found = nx.find_cycle(graph)
    except nx.NetworkXNoCycle:
        return []
    return [found[0][0], *(edge[1] for edge in found)]


def reachable(starts: Iterable[N], edges: Edges[N]) -> list[N]:
    """All nodes that can be reached from some, these included.

    Parameters
    ----------
    starts : iterable
        Where to start; a node without edges reaches itself.
    edges : iterable of pairs
        ``(a, b)``.

    Returns
    -------
    list
        The nearest first: the starts, then what is one edge away, and so on.

    Examples
    --------
    >>> reachable(["a"], [("a", "b"), ("b", "c"), ("x", "c")])
    ['a', 'b', 'c']
    """
    after: dict[N, list[N]] = {}
    for start, end in edges:
        after.setdefault(start, []).append(end)
    found = dict.fromkeys(starts)
    queue = list(found)
    for node in queue:
        fresh = [end for end in dict.fromkeys(after.get(node, ())) if end not in found]
        found.update(dict.fromkeys(fresh))
        queue += fresh
    return queue


def descendants(node: N, edges: Edges[N]) -> list[N]:
    """All nodes that edges lead to from one, itself left out.

    Parameters
    ----------
    node : node
        The start.
    edges : iterable of pairs
        ``(a, b)``.

    Returns
    -------
    list
        The nearest first.

    Examples
    --------
    >>> descendants("a", [("a", "b"), ("b", "c"), ("x", "c")])
    ['b', 'c']
    """
    return reachable([node], edges)[1:]


def ancestors(node: N, edges: Edges[N]) -> list[N]:
    """All nodes from which edges lead to one, itself left out.

    Parameters
    ----------
    node : node
        The end.
    edges : iterable of pairs
        ``(a, b)``.

    Returns
    -------
    list
        The nearest first.

    Examples
    --------
    >>> ancestors("c", [("a", "b"), ("b", "c"), ("x", "c")])
    ['b', 'x', 'a']
    """
    return descendants(node, [(end, start) for start, end in edges])


def all_paths(source: N, target: N, edges: Edges[N], *, limit: int) -> tuple[list[list[N]], bool]:
    """Ways from one node to another that visit no node twice.

    Parameters
    ----------
    source, target : node
        The ends; the same node is one path of its own.
    edges : iterable of pairs
        ``(a, b)``.
    limit : int
        Most paths, 1 or more: their number may grow without bounds.

    Returns
    -------
    tuple of (list of lists, bool)
        The paths, and whether these are all.

    Raises
    ------
    InvalidValueError
        If the limit is below 1.

    Examples
    --------
    >>> all_paths("a", "d", [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")], limit=9)
    ([['a', 'b', 'd'], ['a', 'c', 'd']], True)
    """
    import networkx as nx

    if limit < 1:
        raise InvalidValueError(f"{limit} paths are too few", where="limit", fix="pass 1 or more")
    pairs = list(edges)
    useful = {source, *descendants(source, pairs)} & {target, *ancestors(target, pairs)}
    graph = _graph([source, target], [pair for pair in pairs if useful.issuperset(pair)])
    found = list(islice(nx.all_simple_paths(graph, source, target), limit + 1))
    return found[:limit], len(found) <= limit


def components(nodes: Iterable[N], edges: Edges[N]) -> list[list[N]]:
    """Groups of nodes that hang together, whichever way the edges lead.

    Parameters
    ----------
    nodes : iterable
        All nodes; a node without edges is a group of its own.
    edges : iterable of pairs
        ``(a, b)``.

    Returns
    -------
    list of lists
        Groups by their first node, nodes within in the order passed.

    Examples
    --------
    >>> components("abcd", [("c", "a"), ("b", "b")])
    [['a', 'c'], ['b'], ['d']]
    """
    import networkx as nx

    graph = _graph(nodes, edges)
    group = {node: at for at, found in enumerate(nx.weakly_connected_components(graph)) for node in found}
    groups: dict[int, list[N]] = {}
    for node in graph:
        groups.setdefault(group[node], []).append(node)
    return list(groups.values())
