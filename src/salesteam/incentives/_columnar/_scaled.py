"""A curve scaled to whole numbers: what the stages compute with."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, lcm

import attrs

from salesteam.core._table import Expr, col, value, when
from salesteam.incentives._curve import Curve

__all__ = ["Scaled", "scaled"]


@attrs.frozen(kw_only=True, eq=False)
class Scaled:
    """Curves of all versions of a component over one scale.

    F in minor units is ``u * (A * v + B * x) / (S * w)``, where u is 1 or the target t, v and w are 1 or the quota q.

    Parameters
    ----------
    curves : tuple of Curve
        One for each version of the numbers.
    scale : int
        S.
    lines : tuple of tuple of (int, int)
        A and B of each piece of each curve.
    steps : Fraction
        Units of the column x in one unit of the curve's x.
    u, v, w : str
        Name of the column, or empty for 1.
    """

    curves: tuple[Curve, ...]
    scale: int
    lines: tuple[tuple[tuple[int, int], ...], ...]
    steps: Fraction
    u: str
    v: str
    w: str

    @property
    def by_quota(self) -> bool:
        """Whether bounds are shares of the quota."""
        return self.curves[0].x == "quota"

    def numerator(self, x: Expr) -> Expr:
        """A * v + B * x, row by row; u is left to the division at the end."""
        return self._chain(x, self._line)

    def gap(self, x: Expr) -> Expr:
        """1 where a row lands in a gap, else 0."""
        return self._chain(x, lambda v, i, _: value(int(self.curves[v].pieces[i].gap)))

    def _line(self, version: int, index: int, x: Expr) -> Expr:
        level, slope = self.lines[version][index]
        fixed = col(self.v) * level if self.v and level else value(level)
        return fixed + x * slope if slope else fixed

    def _chain(self, x: Expr, of: object) -> Expr:
        """What `of` gives for the piece that x lies in, of the curve of the row's version ``v``."""
        found: Expr | None = None
        for number, curve in enumerate(self.curves):
            if number and curve == self.curves[number - 1]:
                continue
            made = of(number, 0, x)  # type: ignore[operator]  # a callable of two kinds of results
            for index, piece in enumerate(curve.pieces[1:], start=1):
                made = when(self._reached(x, piece.start, owns=piece.owns_start), of(number, index, x), made)  # type: ignore[operator, arg-type]  # as above; only the first piece has no start
            found = made if found is None else when(col("v") >= number, made, found)
        assert found is not None
        return found

    def _reached(self, x: Expr, start: Fraction, *, owns: bool) -> Expr:
        bound = start * self.steps
        if self.by_quota:
            over, under = col("q") * bound.numerator, x * bound.denominator
            return under >= over if owns else under > over
        return x >= (ceil(bound) if owns else floor(bound) + 1)

    def bound(self, x: int, q: int) -> int:
        """Largest size that a numerator, or a comparison, can have for sums up to x."""
        most = max(
            abs(level) * (q if self.v else 1) + abs(slope) * x for pieces in self.lines for level, slope in pieces
        )
        starts = [p.start * self.steps for c in self.curves for p in c.pieces if p.start is not None]
        tests = [max(x * s.denominator, abs(s.numerator) * (q if self.by_quota else 1)) for s in starts]
        return max([most, *tests])


def scaled(curves: tuple[Curve, ...], *, minor: int, steps: int, money: bool, parts: int = 1) -> Scaled:
    """Scale curves of one component to whole numbers.

    Parameters
    ----------
    curves : tuple of Curve
        In major units.
    minor : int
        Minor units in a major one.
    steps : int
        Units of the column x in one minor unit (money), or in one (anything else).
    money : bool
        Whether the measure is money.
    parts : int, default 1
        Parts into which the quota's unit is cut, so that quotas are whole.

    Returns
    -------
    Scaled
        Over the least common scale.
    """
    by_quota, pays = curves[0].x == "quota", curves[0].pays
    x_major = steps * minor if money else steps
    if pays == "quota":
        factor, per_x = Fraction(1 if money else minor), Fraction(1, steps)
    elif pays in {"target", "base"}:
        factor, per_x = Fraction(1), Fraction(1, steps) if by_quota else Fraction(1, x_major)
    elif pays == "target/quota":
        factor, per_x = Fraction(minor if money else 1), Fraction(1, x_major)
    else:
        factor, per_x = Fraction(minor), Fraction(1, steps if by_quota else x_major)
    sloped = any(p.slope for c in curves for p in c.pieces)
    divides = pays == "target/quota" or (by_quota and pays != "quota" and sloped)
    v = "q" if by_quota and (pays == "quota" or divides) else ""
    per_level = Fraction(1, parts) if v and not divides else Fraction(parts) if divides and not v else Fraction(1)
    per_x *= parts if divides else 1
    raw = [[(factor * p.level * per_level, factor * p.slope * per_x) for p in c.pieces] for c in curves]
    scale = lcm(*(n.denominator for pieces in raw for pair in pieces for n in pair))
    return Scaled(
        curves=curves,
        scale=scale,
        lines=tuple(tuple((int(a * scale), int(b * scale)) for a, b in pieces) for pieces in raw),
        steps=Fraction(steps, parts) if by_quota else Fraction(x_major),
        u="t" if pays in {"target", "base", "target/quota"} else "",
        v=v,
        w="q" if divides else "",
    )
