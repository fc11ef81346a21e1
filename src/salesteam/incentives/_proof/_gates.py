"""Gates that nobody passes or everybody does, bands that nobody reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import ceil, floor

from salesteam.core import Finding, Place, find
from salesteam.incentives._bending import Gate, Lock
from salesteam.incentives._component import Component
from salesteam.incentives._curve import Curve
from salesteam.incentives._model import Plan
from salesteam.incentives._options import OptionsText
from salesteam.incentives._path import Path
from salesteam.incentives._proof._asks import TENURE
from salesteam.incentives._proof._bands import Ladder
from salesteam.incentives._proof._together import same_number
from salesteam.incentives._shape import Lookup

__all__ = ["of_gates", "of_ladder", "reach"]

_SHARE = OptionsText("it is a share, so never above 1", "它是比率，不会超过 1")
_BELOW = OptionsText("whoever is not below zero passes", "只要不为负就能通过")
_TENURE = OptionsText("the first month is month 1", "第一个月就是第 1 个月")
_ABOVE = OptionsText("what it locks begins at or above the bound", "它所锁定的部分本来就从该界点或更高处开始")
_UNPAID = OptionsText("nothing is paid from there on anyway", "从那里起本来就不付")
_NOTHING = OptionsText("nothing is paid below the bound anyway", "界点以下本来就不付")
_NO_BANDS = OptionsText("no band begins there", "没有从那里开始的档位")
_WHOLE = OptionsText("no whole number lies in it", "其中没有整数")
_THRESHOLD = OptionsText("it ends below the threshold", "它在门槛以下就结束了")
_WINDFALL = OptionsText("no deal is credited above {limit}", "单笔计入不超过 {limit}")


def reach(plan: Plan, text: str) -> tuple[Fraction | None, Fraction | None]:
    """The least and the greatest that a path can give, as far as the plan alone tells."""
    if text == TENURE:
        return Fraction(1), None
    path = Path.parse(text)
    measure = None if path is None else plan.measures.get(path.measure)
    if path is None or measure is None:
        return None, None
    if measure.unit == "share" and not path.attainment:
        return Fraction(0), Fraction(1)
    return Fraction(0), None


def of_gates(plan: Plan, curves: Mapping[str, Curve], look: Lookup) -> Iterator[Finding]:
    """Findings about the gates of a plan on a day."""
    for index, gate in enumerate(plan.gates):
        for number, test in enumerate(gate.tests):
            place = Place(key=f"gates[{index}].tests[{number}]")
            bound = look(test.at_least)
            low, high = reach(plan, test.measure)
            if high is not None and bound > high:
                yield find("incentives.gate-unreachable", place, measure=test.measure, at=bound, why=_SHARE)
            elif low is not None and bound <= low:
                yield find(
                    "incentives.gate-always-true",
                    place,
                    measure=test.measure,
                    at=bound,
                    why=_TENURE if test.measure == TENURE else _BELOW,
                )
            elif gate.needs == "all" or len(gate.tests) == 1:
                yield from _own(plan, gate, curves, place, (test.measure, bound, look))


def _own(
    plan: Plan, gate: Gate, curves: Mapping[str, Curve], place: Place, test: tuple[str, Fraction, Lookup]
) -> Iterator[Finding]:
    """Findings about a gate on the measure of what it locks."""
    text, bound, look = test
    of = gate.locks.of if isinstance(gate.locks, Lock) else gate.locks
    c, curve = plan.components.get(of), curves.get(of)
    if c is None or curve is None or same_number(c, text) is not (curve.x == "quota"):
        return
    if isinstance(gate.locks, Lock):
        locked = look(gate.locks.tiers_from)
        starts = [look(t.from_) for t in c.tiers]
        if not any(start >= locked for start in starts):
            yield find("incentives.gate-always-true", place, measure=text, at=bound, why=_NO_BANDS)
        elif bound <= min(start for start in starts if start >= locked):
            yield find("incentives.gate-always-true", place, measure=text, at=bound, why=_ABOVE)
        return
    pieces = curve.pieces
    if _silent(curve, bound, below=True):
        yield find("incentives.gate-always-true", place, measure=text, at=bound, why=_NOTHING)
    elif pieces[-1].gap and pieces[-1].start is not None and bound >= pieces[-1].start:
        yield find("incentives.gate-unreachable", place, measure=text, at=bound, why=_UNPAID)


def _silent(curve: Curve, bound: Fraction, *, below: bool) -> bool:
    """Whether a curve pays nothing anywhere between zero and a bound."""
    held = [p for p in curve.pieces if (p.start is None or p.start < bound) is below]
    inside = [
        p for i, p in enumerate(held) if i + 1 >= len(held) or ((after := held[i + 1].start) is not None and after > 0)
    ]
    return all(p.level == p.slope == p.square == 0 for p in inside)


def of_ladder(plan: Plan, ladder: Ladder, c: Component, look: Lookup, measure: str | None) -> Iterator[Finding]:
    """Bands that no result reaches."""
    limit = _credited(plan, c, look)
    _, high = reach(plan, measure or "") if c.bounds == "value" else (None, None)
    theta = look(c.threshold) if c.method == "from_threshold" and c.threshold is not None else None
    for band in ladder.found:
        why: OptionsText | None = None
        if high is not None and (band.low > high or (band.low == high and not band.owns_low)):
            why = _SHARE
        elif ladder.whole and band.high is not None and not _whole(band.low, band.high):
            why = _WHOLE
        elif theta is not None and band.number > 1 and band.high is not None and band.high <= theta:
            why = _THRESHOLD
        elif limit is not None and band.low >= limit:
            why = OptionsText(_WINDFALL.en.format(limit=limit), _WINDFALL.zh.format(limit=limit))
        if why is not None:
            place = Place(key=f"{ladder.at}.tiers[{band.number - 1}]")
            yield find("incentives.tier-unreachable", place, tier=band.number, at=band.low, why=why)


def _whole(low: Fraction, high: Fraction) -> bool:
    return ceil(low) <= floor(high)


def _credited(plan: Plan, c: Component, look: Lookup) -> Fraction | None:
    """The most that one deal is credited with, where each deal starts from zero."""
    name = next((n for n, own in plan.components.items() if own is c), None)
    if c.accumulate != "transaction" or c.bounds != "value":
        return None
    limits = [
        look(w.above) for w in plan.windfall if w.per == "deal" and w.then == "cap_credit" and w.of in {None, name}
    ]
    return min(limits, default=None)
