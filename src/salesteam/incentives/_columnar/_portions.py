"""Lines cut by tiers: what part of which band paid what."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING

from salesteam.incentives._curve import Curve
from salesteam.incentives._curves import number_on
from salesteam.incentives._days import interval_of
from salesteam.incentives._frame import PortionRow
from salesteam.incentives._shape import curve_of

if TYPE_CHECKING:
    from salesteam.incentives._columnar._run import ColumnarRun

__all__ = ["Cutter", "portions"]


def portions(run: ColumnarRun) -> tuple[PortionRow, ...]:
    """The portions of every line of a run that has a sum before and after it."""
    cutter = Cutter(run)
    return tuple(part for place in range(len(run.lines)) for part in cutter.cut(place))


class Cutter:
    """Cuts lines by tiers, with the curve and the numbers that they were paid by.

    Parameters
    ----------
    run : ColumnarRun
        Whose lines.
    """

    def __init__(self, run: ColumnarRun) -> None:
        self.run = run
        self._curves: dict[tuple[str, int | str], Curve] = {}
        self._scales: dict[tuple[str, str, str], tuple[Fraction, Fraction]] = {}

    def curve(self, place: int) -> Curve:
        """The curve that a line was paid by."""
        run, line, version = self.run, self.run.lines[place], self.run.marks[place].version
        key = (line.component, line.period if version is None else version)
        if key not in self._curves:
            look = run.numbers.look(line.period)
            if version is not None:
                look = number_on(run.plan, run.days.versions[version], run.as_of)
            self._curves[key] = curve_of(run.plan.components[line.component], look)
        return self._curves[key]

    def scale(self, place: int) -> tuple[Fraction, Fraction]:
        """What x of the curve is divided by, and what its pay is multiplied by, in major units."""
        run, line = self.run, self.run.lines[place]
        key = (line.component, line.payee, line.period)
        if key not in self._scales:
            curve, c = self.curve(place), run.plan.components[line.component]
            span, quota, target = interval_of(run.plan, c.accumulate, line.period), Fraction(1), Fraction(1)
            if curve.x == "quota" or curve.pays == "target/quota":
                quota = run.numbers.quota(line.payee, span, str(c.measure)) / run.numbers.unit(str(c.measure))
            if curve.pays in {"target", "base", "target/quota"}:
                target = run.numbers.target(line.component, line.payee, span) / run.minor
            by = {"one": Fraction(1), "quota": quota, "target/quota": target / quota}.get(curve.pays, target)
            self._scales[key] = (quota if curve.x == "quota" else Fraction(1), by)
        return self._scales[key]

    def cut(self, place: int) -> list[PortionRow]:
        """The portions of a line; their pay sums to its exact pay before modifiers, caps and rounding."""
        line, mark = self.run.lines[place], self.run.marks[place]
        if not mark.cut or line.before is None or line.after is None:
            return []
        over, by = self.scale(place)
        found = _between(self.curve(place), line.before / over, line.after / over, first=mark.first)
        moved = line.after - line.before
        return [
            PortionRow(
                transaction=line.transaction, payee=line.payee, period=line.period, component=line.component,
                version=line.version, before=line.before, after=line.after, tier=tier, part=part * over,
                rate=rate * by / over, pay=pay * by, share_rate=pay * by / moved if moved else None,
            )
            for tier, part, rate, pay in found
        ]  # fmt: skip


def _between(
    curve: Curve, before: Fraction, after: Fraction, *, first: bool
) -> list[tuple[int | None, Fraction, Fraction, Fraction]]:
    """Tier, part, rate and pay of each straight stretch from one sum to another, and of each jump on the way."""
    low, high = min(before, after), max(before, after)
    sign = 1 if after >= before else -1
    start = Fraction(0) if first else curve.at(before)
    if curve.piece(before).level == 0 == curve.piece(after).level and not first:
        retroactive = curve.piece(before).slope != curve.piece(after).slope
    else:
        retroactive = False
    end = curve.piece(after)
    if retroactive or (first and end.level == 0):
        found = [(end.tier, after, end.slope, end.at(after))]
        if not first:
            old = curve.piece(before)
            found.append((old.tier, -before, old.slope, -old.at(before)))
        return found
    found, paid = [], Fraction(0)
    stops = [low, *(k.at for k in curve.knots if low < k.at < high), high]
    for a, b in itertools.pairwise(stops):
        piece = curve.piece((a + b) / 2)
        pay = sign * piece.slope * (b - a)
        paid += pay
        found.append((piece.tier, sign * (b - a), piece.slope, pay))
    jump = curve.at(after) - start - paid
    if jump:
        found.append((end.tier, Fraction(0), Fraction(0), jump))
    return found
