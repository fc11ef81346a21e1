"""Pay as pieces of polynomials, and what is exactly true of them for every result."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cached_property

import attrs

from salesteam.incentives._curve import Curve

__all__ = ["Fall", "Jump", "Part", "Shape"]

ZERO = Fraction(0)
Poly = tuple[Fraction, ...]


def _at(poly: Poly, x: Fraction) -> Fraction:
    total = ZERO
    for c in reversed(poly):
        total = total * x + c
    return total


def _product(p: Poly, q: Poly) -> Poly:
    found = [ZERO] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            found[i + j] += a * b
    return tuple(found)


def _derivative(poly: Poly) -> Poly:
    return tuple(i * c for i, c in enumerate(poly))[1:] or (ZERO,)


@attrs.frozen(kw_only=True)
class Part:
    """One piece: the polynomial that holds from `start` on, None for minus infinity."""

    start: Fraction | None
    owns_start: bool = True
    poly: Poly
    gap: bool = False
    tier: int | None = None


@attrs.frozen(kw_only=True)
class Jump:
    """A point where pay jumps: the limit from below, the value there, the limit from above."""

    at: Fraction
    left: Fraction
    value: Fraction
    right: Fraction


@attrs.frozen(kw_only=True)
class Fall:
    """Where pay begins to fall as results rise, and two points that prove it."""

    at: Fraction
    before: Fraction
    after: Fraction


@attrs.frozen(kw_only=True)
class Shape:
    """A function in polynomial pieces over all numbers.

    Parameters
    ----------
    parts : tuple of Part
        From minus infinity upward.
    """

    parts: tuple[Part, ...]

    @classmethod
    def of(cls, curve: Curve) -> Shape:
        """The shape of a curve."""
        return cls(
            parts=tuple(
                Part(
                    start=p.start,
                    owns_start=p.owns_start,
                    poly=(p.level, p.slope, p.square),
                    gap=p.gap,
                    tier=p.tier,
                )
                for p in curve.pieces
            )
        )

    @classmethod
    def steps(cls, first: Poly, *later: tuple[Fraction, bool, Poly]) -> Shape:
        """A shape of polynomials, each from a bound on."""
        parts = [Part(start=None, poly=first)]
        parts += [Part(start=start, owns_start=owns, poly=poly) for start, owns, poly in later]
        return cls(parts=tuple(parts))

    def end(self, index: int) -> Fraction | None:
        """Where a piece ends; None for never."""
        return self.parts[index + 1].start if index + 1 < len(self.parts) else None

    def at(self, x: Fraction) -> Fraction:
        """The value at a point."""
        return _at(self._held(x, owns=True).poly, x)

    def scaled(self, by: Fraction) -> Shape:
        """The same function of x · by: a bound b becomes b / by."""
        return Shape(
            parts=tuple(
                attrs.evolve(
                    p,
                    start=None if p.start is None else p.start / by,
                    poly=tuple(c * by**i for i, c in enumerate(p.poly)),
                )
                for p in self.parts
            )
        )

    def times(self, other: Shape) -> Shape:
        """The product of two shapes."""
        return self._joined(other, _product)

    def until(self, at: Fraction, other: Shape) -> Shape:
        """`other` below a point, this shape from the point on."""
        low = [p for p in other.parts if p.start is None or p.start < at]
        high = [p for p in self.parts if p.start is not None and p.start > at]
        held = [p for p in self.parts if p.start is None or p.start <= at][-1]
        return Shape(parts=(*low, attrs.evolve(held, start=at, owns_start=True), *high))

    def _joined(self, other: Shape, join: Callable[[Poly, Poly], Poly]) -> Shape:
        bounds = {(p.start, p.owns_start) for shape in (self, other) for p in shape.parts if p.start is not None}
        ordered = sorted(bounds, key=lambda b: (b[0], not b[1]))
        parts = [Part(start=None, poly=join(self.parts[0].poly, other.parts[0].poly), tier=self.parts[0].tier)]
        for start, owns in ordered:
            mine, its = self._held(start, owns=owns), other._held(start, owns=owns)
            parts.append(
                Part(start=start, owns_start=owns, poly=join(mine.poly, its.poly), gap=mine.gap, tier=mine.tier)
            )
        return Shape(parts=tuple(parts))

    def _held(self, at: Fraction, *, owns: bool) -> Part:
        """The piece that holds at a point, or just above it."""
        held = self._before(at)
        for part in self.parts[bisect_left(self._starts, at) + 1 : bisect_right(self._starts, at) + 1]:
            if part.owns_start or not owns:
                held = part
        return held

    @cached_property
    def _starts(self) -> list[Fraction]:
        """Where the pieces after the first begin, upward."""
        return [p.start for p in self.parts if p.start is not None]

    def _before(self, at: Fraction) -> Part:
        """The piece that holds just below a point."""
        return self.parts[bisect_left(self._starts, at)]

    def _after(self, at: Fraction) -> Part:
        """The piece that holds just above a point."""
        return self.parts[bisect_right(self._starts, at)]

    def jumps(self) -> Iterator[Jump]:
        """Every point where it jumps."""
        for start in dict.fromkeys(self._starts):
            left, right = _at(self._before(start).poly, start), _at(self._after(start).poly, start)
            value = self.at(start)
            if not left == value == right:
                yield Jump(at=start, left=left, value=value, right=right)

    def falls(self) -> Iterator[Fall]:
        """Every point where it begins to fall, by a jump or by a slope; each point once."""
        told: set[Fraction] = set()
        for fall in self._all_falls():
            if fall.at not in told:
                told.add(fall.at)
                yield fall

    def _all_falls(self) -> Iterator[Fall]:
        for jump in self.jumps():
            if jump.value < jump.left or jump.right < jump.value:
                yield Fall(at=jump.at, before=jump.left, after=min(jump.value, jump.right))
        falling = False
        for index, part in enumerate(self.parts):
            end = self.end(index)
            found = list(_falls(part.poly, part.start, end))
            yield from found[1:] if falling and found and found[0].at == part.start else found
            falling = end is not None and _at(_derivative(part.poly), end) < 0


def _falls(poly: Poly, low: Fraction | None, high: Fraction | None) -> Iterator[Fall]:
    """Where a polynomial of degree three at most begins to fall between two bounds."""
    if low is not None and low == high:
        return
    slope = _derivative(poly)
    turn = _zero(slope) if not any(slope[2:]) else None
    turn = _zero(_derivative(slope)) if turn is None else turn
    turns = [turn] if turn is not None and (low is None or turn > low) and (high is None or turn < high) else []
    ends = [low, *turns, high]
    falling = False
    for start, end in itertools.pairwise(ends):  # between two of them the slope only rises, or only falls
        first, last = _towards(slope, start, end, up=False), _towards(slope, end, start, up=True)
        if first < 0 and not falling:
            at = start if start is not None else end if end is not None else ZERO
            yield _witness(poly, at, start, end)
        elif first >= 0 > last and not falling:
            at = _crossing(slope, start, end)
            yield _witness(poly, at, at, end)
        falling = last < 0 or (last == 0 and first < 0)


def _witness(poly: Poly, at: Fraction, low: Fraction | None, high: Fraction | None) -> Fall:
    """Two points of a stretch that falls, and its pay there."""
    step = Fraction(1)
    if low is None:
        other = ZERO if high is None else high
        one = other - step
        while _at(poly, one) <= _at(poly, other):  # it rises again before the second
            one, step = one - step, step * 2
    else:
        one, other = low, low + 1 if high is None else high
        while _at(poly, other) >= _at(poly, one):
            other = one + (other - one) / 2
    return Fall(at=at, before=_at(poly, one), after=_at(poly, other))


def _zero(poly: Poly) -> Fraction | None:
    """Where a straight line crosses zero."""
    return -poly[0] / poly[1] if len(poly) > 1 and poly[1] else None


def _towards(poly: Poly, bound: Fraction | None, other: Fraction | None, *, up: bool) -> Fraction:
    """The value at a bound; beyond every other point if there is none."""
    if bound is not None:
        return _at(poly, bound)
    degree = max((i for i, c in enumerate(poly) if c), default=0)
    sign = poly[degree] if up or degree % 2 == 0 else -poly[degree]
    return sign if degree or other is None else poly[0]


def _crossing(slope: Poly, low: Fraction | None, high: Fraction | None) -> Fraction:
    """Where a slope that falls between two bounds becomes negative; a point just after it if it is irrational."""
    exact = _zero(slope) if not any(slope[2:]) else None
    if exact is not None:
        return exact
    down = low if low is not None else (high or ZERO) - 1
    while _at(slope, down) < 0:
        down -= 1 + abs(down)
    up = high if high is not None else down + 1
    while _at(slope, up) >= 0:
        up += 1 + abs(up)
    for _ in range(40):
        middle = (down + up) / 2
        down, up = (down, middle) if _at(slope, middle) < 0 else (middle, up)
    near = up.limit_denominator(10**6)
    return near if _at(slope, near) == 0 else up
