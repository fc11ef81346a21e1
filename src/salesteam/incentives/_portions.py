"""Lines cut by tiers: what part of which band paid what."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING

from salesteam.incentives._curve import Curve
from salesteam.incentives._curves import number_on
from salesteam.incentives._days import interval_of
from salesteam.incentives._frame import LineRow, PortionRow
from salesteam.incentives._shape import curve_of

if TYPE_CHECKING:
    from salesteam.incentives._run import Run

__all__ = ["line_portions", "portions"]


def portions(run: Run) -> tuple[PortionRow, ...]:
    """The portions of every line of a run that a transaction moved."""
    return tuple(p for line in run.lines if line.transaction is not None for p in line_portions(run, line))


def line_portions(run: Run, line: LineRow) -> list[PortionRow]:
    """The portions of one line; their pay sums to its exact pay before modifiers, caps and rounding."""
    plan, c = run.plan, run.plan.components[line.component]
    assert line.before is not None
    assert line.after is not None
    version = 0
    for row in run.days.rows:
        if row["date"] == line.date:
            version = int(str(row["v"]))
    curve = curve_of(c, number_on(plan, run.days.versions[version], run.as_of))
    span = interval_of(plan, c.accumulate, line.period)
    measure = str(c.measure)
    unit = run.numbers.unit(measure)
    quota = Fraction(1)
    if curve.x == "quota" or curve.pays == "target/quota":
        quota = run.numbers.quota(line.payee, span, measure) / unit
    scale = {
        "one": lambda: Fraction(1),
        "quota": lambda: quota,
        "target": lambda: run.numbers.target(line.component, line.payee, span) / run.minor,
        "base": lambda: run.numbers.target(line.component, line.payee, span) / run.minor,
        "target/quota": lambda: run.numbers.target(line.component, line.payee, span) / run.minor / quota,
    }[curve.pays]()
    over = quota if curve.x == "quota" else Fraction(1)
    found = _between(curve, line.before / over, line.after / over, first=line.before == 0)
    return [
        PortionRow(
            transaction=line.transaction, payee=line.payee, period=line.period, component=line.component,
            tier=tier, part=part * over, rate=rate * scale / over, pay=pay * scale,
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
