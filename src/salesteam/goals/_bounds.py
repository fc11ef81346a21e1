"""The bounds that rules put on every node of a cascade, shares within them, and why they cannot be met."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import attrs

from salesteam.errors import InvalidValueError
from salesteam.goals._axes import Axis
from salesteam.goals._rules import Rule

__all__ = ["Bound", "Bounds", "Certificate", "bounds_of", "certificate", "clipped"]


@attrs.frozen
class Bound:
    """The least and the most that a node may get, with the rules that make it so."""

    low: int
    high: int | None
    low_rules: tuple[Rule, ...] = ()
    high_rules: tuple[Rule, ...] = ()


Bounds = Mapping[str, Bound]


@attrs.frozen(kw_only=True)
class Certificate:
    """Why a cascade cannot be: where, which rules, by how much, and what single change would do.

    Parameters
    ----------
    node : str
        Where the rules contradict.
    rules : tuple of Rule
        Those that bind there.
    short : int
        By how many units.
    relaxations : tuple of Rule
        Rules as they would have to be; each alone is enough, and the least that is.
    total : int or None
        The nearest total that would be possible with all rules as they are.

    Examples
    --------
    >>> from salesteam.goals import Cap
    >>> Certificate(node="east", rules=(Cap("li", 5),), short=2, relaxations=(Cap("li", 7),), total=5).short
    2
    """

    node: str
    rules: tuple[Rule, ...]
    short: int
    relaxations: tuple[Rule, ...]
    total: int | None


def bounds_of(axis: Axis, weights: Mapping[str, Fraction], rules: Sequence[Rule]) -> dict[str, Bound]:
    """The bounds of every node: its own rules, and the sums of what is below it.

    Parameters
    ----------
    axis : Axis
        The tree.
    weights : mapping of str to Fraction
        A node of weight zero takes no more than the floors on it and below it.
    rules : sequence of Rule
        Those on this axis.

    Returns
    -------
    dict of str to Bound
        Every node.

    Raises
    ------
    InvalidValueError
        If a node is locked twice.
    """
    own = _by_node(rules)
    twice = [node for node, each in own.items() if sum(rule.kind == "lock" for rule in each) > 1]
    if twice:
        raise InvalidValueError(f"{twice[0]!r} is locked twice", where="cascade(rules=)", fix="keep one of the locks")
    result: dict[str, Bound] = {}
    for node in reversed(axis.nodes):
        below = [result[child] for child in axis.children[node.id]]
        bound = _narrowed(_summed(below) if below else Bound(0, None), own.get(node.id, ()))
        result[node.id] = _weighed(bound, axis, weights, node.id)
    return result


def _by_node(rules: Sequence[Rule]) -> dict[str, list[Rule]]:
    own: dict[str, list[Rule]] = {}
    for rule in rules:
        own.setdefault(rule.node, []).append(rule)
    return own


def _summed(below: Sequence[Bound]) -> Bound:
    highs = [bound.high for bound in below]
    open_ended = any(high is None for high in highs)
    return Bound(
        sum(bound.low for bound in below),
        None if open_ended else sum(high for high in highs if high is not None),
        tuple(rule for bound in below for rule in bound.low_rules),
        () if open_ended else tuple(rule for bound in below for rule in bound.high_rules),
    )


def _narrowed(bound: Bound, rules: Iterable[Rule]) -> Bound:
    for rule in rules:
        if rule.low > bound.low:
            bound = attrs.evolve(bound, low=rule.low, low_rules=(rule,))
        if rule.high is not None and (bound.high is None or rule.high < bound.high):
            bound = attrs.evolve(bound, high=rule.high, high_rules=(rule,))
    return bound


def _weighed(bound: Bound, axis: Axis, weights: Mapping[str, Fraction], node: str) -> Bound:
    """A node of weight zero gets the least that it may; the top holds the total, whatever it weighs."""
    if node == axis.top or weights[node] or (bound.high is not None and bound.high <= bound.low):
        return bound
    return attrs.evolve(bound, high=bound.low)


@attrs.frozen
class _Conflict:
    node: str
    lows: tuple[Rule, ...]
    highs: tuple[Rule, ...]
    short: int


def _conflict(axis: Axis, bounds: Bounds, total: int, upward: Iterable[str]) -> _Conflict | None:
    for node in upward:
        bound = bounds[node]
        if bound.high is not None and bound.low > bound.high:
            return _Conflict(node, bound.low_rules, bound.high_rules, bound.low - bound.high)
    top = bounds[axis.top]
    if total < top.low:
        return _Conflict(axis.top, top.low_rules, (), top.low - total)
    if top.high is not None and total > top.high:
        return _Conflict(axis.top, (), top.high_rules, total - top.high)
    return None


def certificate(axis: Axis, weights: Mapping[str, Fraction], rules: Sequence[Rule], total: int) -> Certificate | None:
    """Say why a total cannot be split under these rules, if it cannot.

    Parameters
    ----------
    axis : Axis
        The tree.
    weights : mapping of str to Fraction
        Of every node.
    rules : sequence of Rule
        Those on this axis.
    total : int
        To be split, not negative.

    Returns
    -------
    Certificate or None
        None if it can.
    """
    bounds = bounds_of(axis, weights, rules)
    upward = [node.id for node in reversed(axis.nodes)]
    conflict = _conflict(axis, bounds, total, upward)
    if conflict is None:
        return None
    top = bounds[axis.top]
    sizes = [size for size in (top.low, top.high) if size is not None and _conflict(axis, bounds, size, upward) is None]
    binding = (*conflict.lows, *conflict.highs)
    ways = _Ways.of(axis, weights, rules, bounds, total)
    return Certificate(
        node=conflict.node,
        rules=binding,
        short=conflict.short,
        relaxations=tuple(rule for rule in map(ways.relaxed, binding) if rule is not None),
        total=min(sizes, key=lambda size: abs(size - total), default=None),
    )


@attrs.frozen(kw_only=True)
class _Ways:
    """Every family summed up once, so that one changed rule is judged along its own way to the top alone."""

    axis: Axis
    weights: Mapping[str, Fraction]
    own: Mapping[str, Sequence[Rule]]
    bounds: Bounds
    sums: Mapping[str, tuple[int, int, int]]
    broken: frozenset[str]
    total: int

    @classmethod
    def of(
        cls, axis: Axis, weights: Mapping[str, Fraction], rules: Sequence[Rule], bounds: Bounds, total: int
    ) -> _Ways:
        sums = {}
        for parent, family in axis.children.items():
            below = [bounds[child] for child in family]
            unlimited = sum(bound.high is None for bound in below)
            sums[parent] = (sum(bound.low for bound in below), sum(bound.high or 0 for bound in below), unlimited)
        broken = frozenset(node for node, bound in bounds.items() if bound.high is not None and bound.low > bound.high)
        own = _by_node(rules)
        return cls(axis=axis, weights=weights, own=own, bounds=bounds, sums=sums, broken=broken, total=total)

    def relaxed(self, rule: Rule) -> Rule | None:
        """The rule changed as little as possible so that all fits, if changing it alone can."""
        way = self.axis.above(rule.node)
        if not self.broken.issubset(way):
            return None
        others = [each for each in self.own[rule.node] if each != rule]
        for _ in range(2 * len(way) + 1):
            conflict = self._conflict(way, others, rule)
            if conflict is None:
                return rule
            if rule not in {*conflict.lows, *conflict.highs}:
                return None
            value = rule.value - conflict.short if rule in conflict.lows else rule.value + conflict.short
            if value < 0:
                return None
            rule = attrs.evolve(rule, value=value)
        return None

    def _conflict(self, way: Sequence[str], others: Sequence[Rule], rule: Rule) -> _Conflict | None:
        """The first conflict on the way up under a changed rule; of all rules that bind there, it names that one."""
        low, high, unlimited = self.sums[way[0]]
        closed = bool(self.axis.children[way[0]]) and not unlimited
        bound = Bound(low, high if closed else None)
        rules: Sequence[Rule] = [*others, rule]
        changed: dict[str, Bound] = {}
        for below, node in zip((None, *way), way, strict=False):
            if below is not None:
                bound, rules = self._above(node, below, changed[below]), self.own.get(node, ())
            changed[node] = bound = _weighed(_narrowed(bound, rules), self.axis, self.weights, node)
        return _conflict(self.axis, changed, self.total, way)

    def _above(self, node: str, below: str, bound: Bound) -> Bound:
        """What a family adds up to with one of its bounds changed."""
        low, high, unlimited = self.sums[node]
        was = self.bounds[below]
        if unlimited - (was.high is None) + (bound.high is None):
            return Bound(low - was.low + bound.low, None, bound.low_rules)
        high += (bound.high or 0) - (was.high or 0)
        return Bound(low - was.low + bound.low, high, bound.low_rules, bound.high_rules)


def clipped(total: int, weights: Sequence[Fraction], bounds: Sequence[Bound]) -> list[Fraction]:
    """Shares in proportion to the weights as far as the bounds allow.

    Each is clip(λ·w, low, high), with the λ by which they sum to the total.

    Parameters
    ----------
    total : int
        Between the sum of the lows and the sum of the highs.
    weights : sequence of Fraction
        Not negative.
    bounds : sequence of Bound
        One a weight.

    Returns
    -------
    list of Fraction
        Exact shares that sum to `total`.
    """
    whole = sum(weights, Fraction(0))
    if whole and all(bound.low == 0 and bound.high is None for bound in bounds):
        return [total * weight / whole for weight in weights]

    def shares(scale: Fraction) -> list[Fraction]:
        grown = (max(scale * weight, Fraction(bound.low)) for weight, bound in zip(weights, bounds, strict=True))
        return [
            share if bound.high is None else min(share, Fraction(bound.high))
            for share, bound in zip(grown, bounds, strict=True)
        ]

    edges = {Fraction(0)}
    for weight, bound in zip(weights, bounds, strict=True):
        if weight:
            edges |= {end / weight for end in (Fraction(bound.low), Fraction(bound.high or 0))}
    points = sorted(edges)
    low, high = 0, len(points)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if sum(shares(points[middle]), Fraction(0)) <= total else (low, middle)
    at = shares(points[low])
    beyond = shares(points[low] + 1 if high == len(points) else points[high])
    left = total - sum(at, Fraction(0))
    room = sum(beyond, Fraction(0)) - sum(at, Fraction(0))
    return [
        share + (left * (further - share) / room if room else Fraction(0))
        for share, further in zip(at, beyond, strict=True)
    ]
