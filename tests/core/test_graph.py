"""Graph questions get the same answer every time."""

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesteam.core import _graph
from salesteam.errors import CycleError, InvalidValueError

DIAMOND = [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]


def test_order_keeps_what_edges_leave_open():
    """Nodes keep the order passed as far as edges allow, and nodes that only edges name come too."""
    assert ["x", "a", "c", "b", "d"] == _graph.order(["x", "d", "c", "b", "a"], DIAMOND)
    assert ["a", "b"] == _graph.order([], [("a", "b")])
    assert [] == _graph.order([], [])


def test_order_names_the_circle():
    """A circle raises with its path, first node repeated."""
    with pytest.raises(CycleError, match="formulas run in a circle: b -> c -> b") as raised:
        _graph.order("abc", [("a", "b"), ("b", "c"), ("c", "b")], what="formulas")
    assert ("b", "c", "b") == raised.value.path


def test_find_cycle_finds_one_or_none():
    """A loop of one node is a circle too; a diamond is none."""
    assert ["b", "b"] == _graph.find_cycle("ab", [("a", "b"), ("b", "b")])
    assert [] == _graph.find_cycle("abcd", DIAMOND)


def test_reach_is_told_nearest_first():
    """What is reached comes in layers, circles end."""
    assert ["a", "b", "c", "d"] == _graph.reachable(["a"], DIAMOND)
    assert ["d", "x"] == _graph.reachable(["d", "x", "d"], DIAMOND)
    assert ["b", "c", "d"] == _graph.descendants("a", DIAMOND)
    assert ["b", "c", "a"] == _graph.ancestors("d", DIAMOND)
    assert ["b"] == _graph.descendants("a", [("a", "b"), ("b", "a")])
    assert [] == _graph.ancestors("nobody", DIAMOND)


def test_paths_stop_at_the_limit_and_say_so():
    """All paths come with True, cut ones with False; dead ends cost nothing."""
    assert ([["a", "b", "d"], ["a", "c", "d"]], True) == _graph.all_paths("a", "d", DIAMOND, limit=2)
    assert ([["a", "b", "d"]], False) == _graph.all_paths("a", "d", DIAMOND, limit=1)
    assert ([], True) == _graph.all_paths("d", "a", DIAMOND, limit=5)
    assert ([["a"]], True) == _graph.all_paths("a", "a", DIAMOND, limit=5)
    ladder = [(f"{n}{side}", f"{n + 1}{end}") for n in range(60) for side in "lr" for end in "lr"]
    found, complete = _graph.all_paths("0l", "60l", ladder, limit=3)
    assert (3, False) == (len(found), complete)
    assert ([], True) == _graph.all_paths("0l", "nowhere", ladder, limit=3)
    with pytest.raises(InvalidValueError, match="1 or more"):
        _graph.all_paths("a", "d", DIAMOND, limit=0)


def test_components_ignore_direction():
    """Groups come by their first node."""
    assert [["x"], ["d", "a", "b", "c"], ["y", "z"]] == _graph.components(["x", "d", "y"], [*DIAMOND, ("z", "y")])


def test_networkx_is_loaded_on_first_use():
    """Importing the module costs nothing."""
    code = "import sys; import salesteam.core._graph; print('networkx' in sys.modules)"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
    assert "False" == out.stdout.strip()


NODES = list("abcdefg")
FORWARD = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] < pair[1]), max_size=14
).map(lambda pairs: [(NODES[a], NODES[b]) for a, b in pairs])
ANY = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=12)


@given(FORWARD, st.permutations(NODES))
@settings(max_examples=100, deadline=None)
def test_order_respects_every_edge(edges, nodes):
    """Every edge leads forward, every node occurs once."""
    found = _graph.order(nodes, edges)
    assert sorted(nodes) == sorted(found)
    assert all(found.index(start) < found.index(end) for start, end in edges)


@given(ANY)
@settings(max_examples=100, deadline=None)
def test_order_or_a_real_circle(edges):
    """Either there is an order, or a circle of edges that exist."""
    circle = _graph.find_cycle(NODES, edges)
    if circle:
        assert circle[0] == circle[-1]
        assert set(pairwise(circle)) <= set(edges)
        with pytest.raises(CycleError):
            _graph.order(NODES, edges)
    else:
        assert sorted(NODES) == sorted(_graph.order(NODES, edges))


@given(ANY, st.sampled_from(NODES), st.sampled_from(NODES))
@settings(max_examples=100, deadline=None)
def test_reach_agrees_both_ways(edges, start, end):
    """A node is below another exactly if that is above it, and then some path shows it."""
    below = end in _graph.descendants(start, edges)
    assert below == (start in _graph.ancestors(end, edges))
    if start != end:
        assert below == bool(_graph.all_paths(start, end, edges, limit=1)[0])
