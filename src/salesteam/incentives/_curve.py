"""Cumulative pay F(s) in normal form: the one primitive of the whole subject.

A curve is a row of pieces, straight but for one method. Tiers, true-ups and reversals are differences of it.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from fractions import Fraction

import attrs

from salesteam.core import Cell, Explanation, Grid, Step, rational_text, say

__all__ = ["Curve", "Knot", "Part", "Piece"]

ZERO = Fraction(0)


@attrs.frozen(kw_only=True)
class Piece:
    """One piece of a curve: pay = `level` + `slope` * x + `square` * x².

    Parameters
    ----------
    start : Fraction or None
        Where it begins; None for minus infinity.
    owns_start : bool
        Whether the point `start` belongs to it, else to the piece before.
    level, slope : Fraction
        The line; `level` is its pay at x = 0, not at `start`.
    square : Fraction, default 0
        What makes it bend: only ``proportional_rate`` has pieces that are not straight.
    tier : int or None
        Band that it comes from, from 1.
    gap : bool
        Whether nobody owns it: what lands here comes back unpaid.

    Examples
    --------
    >>> Piece(start=None, level=Fraction(0), slope=Fraction(1, 10)).at(Fraction(50))
    Fraction(5, 1)
    """

    start: Fraction | None
    owns_start: bool = True
    level: Fraction
    slope: Fraction
    square: Fraction = ZERO
    tier: int | None = None
    gap: bool = False

    def at(self, x: Fraction) -> Fraction:
        """Pay of the piece at x.

        Examples
        --------
        >>> Piece(start=None, level=Fraction(2), slope=Fraction(0)).at(Fraction(9))
        Fraction(2, 1)
        """
        return self.level + (self.slope + self.square * x) * x


@attrs.frozen(kw_only=True)
class Knot:
    """A point where a curve bends or jumps.

    Parameters
    ----------
    at : Fraction
        The breakpoint.
    left, value, right : Fraction
        Limit from below, value at the point, limit from above.
    slope : Fraction
        Slope after it.

    Examples
    --------
    >>> Knot(at=Fraction(1), left=Fraction(0), value=Fraction(2), right=Fraction(2), slope=Fraction(0)).jumps
    True
    """

    at: Fraction
    left: Fraction
    value: Fraction
    right: Fraction
    slope: Fraction

    @property
    def jumps(self) -> bool:
        """Whether pay jumps here.

        Examples
        --------
        >>> Knot(at=Fraction(1), left=Fraction(2), value=Fraction(2), right=Fraction(2), slope=Fraction(0)).jumps
        False
        """
        return self.left != self.right


@attrs.frozen(kw_only=True)
class Part:
    """What one tier pays on the way from one sum to another.

    Parameters
    ----------
    tier : int or None
        Band, from 1.
    part : Fraction
        How much of the way lies in it, in units of x; 0 for a jump.
    rate : Fraction
        Pay for each unit of it.
    pay : Fraction
        What it pays.

    Examples
    --------
    >>> Part(tier=1, part=Fraction(100), rate=Fraction(1, 10), pay=Fraction(10)).tier
    1
    """

    tier: int | None
    part: Fraction
    rate: Fraction
    pay: Fraction


@attrs.frozen(kw_only=True)
class Curve:
    """Cumulative pay as a function of what was achieved.

    Parameters
    ----------
    pieces : tuple of Piece
        From minus infinity upward; the first has no start.
    x : {'value', 'quota'}
        Whether x is the measure s itself, or attainment a = s/Q.
    pays : {'one', 'quota', 'target', 'target/quota', 'base'}
        What the number is multiplied by to give money.

    Examples
    --------
    >>> line = Curve(pieces=(Piece(start=None, level=Fraction(0), slope=Fraction(1, 10)),))
    >>> line.at(Fraction(1000))
    Fraction(100, 1)
    """

    pieces: tuple[Piece, ...]
    x: str = "value"
    pays: str = "one"
    _starts: tuple[Fraction, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_starts", tuple(p.start for p in self.pieces[1:] if p.start is not None))

    def piece(self, x: Fraction) -> Piece:
        """The piece that owns a point.

        Examples
        --------
        >>> Curve(pieces=(Piece(start=None, level=Fraction(0), slope=Fraction(1)),)).piece(Fraction(3)).slope
        Fraction(1, 1)
        """
        low, high = bisect_left(self._starts, x), bisect_right(self._starts, x)
        index = low
        while index < high and self.pieces[index + 1].owns_start:
            index += 1
        return self.pieces[index]

    def at(self, x: Fraction) -> Fraction:
        """Pay at a point, in units of `pays`.

        Examples
        --------
        >>> Curve(pieces=(Piece(start=None, level=Fraction(0), slope=Fraction(2)),)).at(Fraction(3))
        Fraction(6, 1)
        """
        return self.piece(x).at(x)

    def parts(self, before: Fraction, after: Fraction, *, first: bool) -> tuple[Part, ...]:
        """What each tier pays on the way from one sum to another; the pay of the parts sums to the difference.

        Parameters
        ----------
        before, after : Fraction
            The sums, in units of x.
        first : bool
            Whether nothing was paid before, so that a pay at zero counts too.

        Returns
        -------
        tuple of Part
            Straight stretches and jumps; under a retroactive tier, all at the new rate less all at the old.

        Examples
        --------
        >>> line = Curve(pieces=(Piece(start=None, level=Fraction(0), slope=Fraction(1, 10), tier=1),))
        >>> line.parts(Fraction(10), Fraction(30), first=False)[0].pay
        Fraction(2, 1)
        """
        sign = 1 if after >= before else -1
        start = ZERO if first else self.at(before)
        old, end = self.piece(before), self.piece(after)
        retroactive = not first and old.level == 0 == end.level and old.slope != end.slope
        if retroactive or (first and end.level == 0 and not end.square):
            found = [Part(tier=end.tier, part=after, rate=end.slope, pay=end.at(after))]
            if not first:
                found.append(Part(tier=old.tier, part=-before, rate=old.slope, pay=-old.at(before)))
            return tuple(found)
        return tuple(self._stretches(min(before, after), max(before, after), sign, self.at(after) - start))

    def _stretches(self, low: Fraction, high: Fraction, sign: int, total: Fraction) -> list[Part]:
        found, paid = [], ZERO
        stops = [low, *(start for start in self._starts if low < start < high), high]
        for a, b in itertools.pairwise(stops):
            piece = self.piece((a + b) / 2)
            pay = sign * (piece.at(b) - piece.at(a))
            paid += pay
            found.append(
                Part(tier=piece.tier, part=sign * (b - a), rate=pay / (sign * (b - a)) if b != a else ZERO, pay=pay)
            )
        if total != paid:
            found.append(Part(tier=self.piece(high if sign > 0 else low).tier, part=ZERO, rate=ZERO, pay=total - paid))
        return found

    @property
    def knots(self) -> tuple[Knot, ...]:
        """Every breakpoint with its limits, value and the slope after it.

        Examples
        --------
        >>> Curve(pieces=(Piece(start=None, level=Fraction(0), slope=Fraction(1)),)).knots
        ()
        """
        return tuple(
            Knot(
                at=after.start,
                left=before.at(after.start),
                value=self.at(after.start),
                right=after.at(after.start),
                slope=after.slope,
            )
            for before, after in zip(self.pieces, self.pieces[1:], strict=False)
            if after.start is not None
        )

    @classmethod
    def of(cls, pieces: Iterable[Piece], *, x: str = "value", pays: str = "one") -> Curve:
        """Make a curve of pieces in any order.

        Examples
        --------
        >>> len(Curve.of([Piece(start=None, level=Fraction(0), slope=Fraction(1))]).pieces)
        1
        """
        ordered = sorted(pieces, key=lambda p: (p.start is not None, p.start or ZERO))
        return cls(pieces=tuple(ordered), x=x, pays=pays)

    def to_frame(self) -> object:
        """The breakpoints as a table.

        Returns
        -------
        pandas.DataFrame
            Columns at, left, value, right, slope as exact text.

        Examples
        --------
        >>> list(Curve(pieces=(Piece(start=None, level=Fraction(0), slope=Fraction(1)),)).to_frame().columns)
        ['at', 'left', 'value', 'right', 'slope']
        """
        from salesteam.core._table import write_rows

        return write_rows(self.knots, Knot)

    def explain(self, x: Fraction, lang: str = "en") -> Explanation:
        """How pay at a point comes about.

        Parameters
        ----------
        x : Fraction
            The measure, or attainment if `x` of the curve is ``'quota'``.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            The line that owns the point, and the jump if there is one.

        Examples
        --------
        >>> print(Curve(pieces=(Piece(start=None, level=Fraction(2), slope=Fraction(1, 10)),)).explain(Fraction(50)))
        Pay at 50
          level + slope × x: 2 + 0.1 × 50 = 7
        """
        owner = self.piece(x)
        formula = f"{rational_text(owner.level)} + {rational_text(owner.slope)} × {rational_text(x)}"
        label = say(lang, en="level + slope × x", zh="起点 + 斜率 × x")
        steps = [Step(label=label, formula=formula, value=rational_text(owner.at(x)))]
        steps += [
            Step(
                label=say(lang, en="it jumps here", zh="此处跳变"),
                formula=f"{rational_text(knot.left)} → {rational_text(knot.right)}",
            )
            for knot in self.knots
            if knot.at == x and knot.jumps
        ]
        title = say(lang, en=f"Pay at {rational_text(x)}", zh=f"{rational_text(x)} 处的奖金")
        return Explanation(title=title, steps=tuple(steps), lang=lang)

    def grid(self, lang: str = "en") -> Grid:
        """The breakpoints for display; jumps stand out.

        Examples
        --------
        >>> Curve(pieces=(Piece(start=None, level=Fraction(0), slope=Fraction(1)),)).grid().columns
        ('At', 'Before', 'There', 'After', 'Slope after')
        """
        heads = say(lang, en="At|Before|There|After|Slope after", zh="位置|之前|该点|之后|其后斜率").split("|")
        rows = [
            (
                rational_text(knot.at),
                rational_text(knot.left),
                Cell(rational_text(knot.value), tone="warn" if knot.jumps else ""),
                rational_text(knot.right),
                rational_text(knot.slope),
            )
            for knot in self.knots
        ]
        title = say(lang, en="Payout curve", zh="兑付曲线")
        return Grid(title=title, columns=tuple(heads), rows=rows, right=frozenset(range(5)))

    def _repr_html_(self) -> str:
        return self.grid().html()
