"""What a component pays for every result: jumps, falls, slow accelerators, steep stretches, pay for nothing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

from salesteam.core import Finding, Place, find
from salesteam.incentives._component import Component
from salesteam.incentives._curve import Curve
from salesteam.incentives._proof._bands import Ladder
from salesteam.incentives._proof._poly import Shape

__all__ = ["falling_rates", "of_curve", "told"]

STEEP = 3
"""How many times steeper than what lies next to it a stretch is when it is told."""


def of_curve(at: str, c: Component, curve: Curve) -> Iterator[Finding]:
    """Findings about the curve of a component alone.

    Parameters
    ----------
    at : str
        Path of the component.
    c : Component
        The component.
    curve : Curve
        Its curve on a day.

    Yields
    ------
    Finding
        One for each point.
    """
    shape = Shape.of(curve)
    yield from told(at, shape)
    zero = shape.at(Fraction(0))
    if zero != 0:
        yield find("incentives.pays-at-zero", Place(key=at), at=Fraction(0), pay=zero)
    yield from _slow(at, curve)
    if c.method in {"curve", "interpolated_amount"}:
        yield from _steep(at, curve)


def told(at: str, shape: Shape) -> Iterator[Finding]:
    """The jumps and falls of a shape; a jump at zero is no cliff, for nobody stands before it."""
    place = Place(key=at)
    for jump in shape.jumps():
        if jump.left != jump.right and (jump.at > 0 or (jump.at == 0 and jump.value != jump.right)):
            yield find("incentives.cliff", place, at=jump.at, left=jump.left, right=jump.right)
    for fall in shape.falls():
        yield find("incentives.non-monotone", place, at=fall.at, before=fall.before, after=fall.after)


def _slow(at: str, curve: Curve) -> Iterator[Finding]:
    """At target and above, a slope that goes on, but flatter than before."""
    if curve.x != "quota" or curve.pays not in {"target", "base"}:
        return
    for before, after in itertools.pairwise(curve.pieces):
        if after.start is not None and after.start >= 1 and 0 < after.slope < before.slope:
            yield find(
                "incentives.slow-accelerator", Place(key=at), at=after.start, before=before.slope, after=after.slope
            )


def _steep(at: str, curve: Curve) -> Iterator[Finding]:
    pieces = curve.pieces
    for index, piece in enumerate(pieces[:-1]):
        start, end = piece.start, pieces[index + 1].start
        beside = [p.slope for p in pieces[max(index - 1, 0) : index + 2] if p is not piece and p.slope > 0]
        if start is not None and end is not None and beside and piece.slope >= STEEP * max(beside):
            yield find(
                "incentives.steep-segment", Place(key=at), at=start, until=end, slope=piece.slope, beside=max(beside)
            )


def falling_rates(ladder: Ladder) -> Iterator[Finding]:
    """Bands whose rate is below that of the band before."""
    for before, after in itertools.pairwise(ladder.found):
        if before.rate is not None and after.rate is not None and after.rate < before.rate:
            yield find(
                "incentives.rate-decreases", Place(key=f"{ladder.at}.tiers[{after.number - 1}]"),
                at=after.low, before=before.rate, after=after.rate,
            )  # fmt: skip
