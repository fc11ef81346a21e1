"""The score of one key result, by its kind: the formula, the figure, and why there may be none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import attrs

from salesteam.goals._history import accepted, value_at
from salesteam.goals._model_key_result import KeyResult, Level
from salesteam.goals._model_okr import CheckIn
from salesteam.goals._words import Phrase, figure

__all__ = ["Raw", "clamped", "raw_score"]


@attrs.frozen(kw_only=True)
class Raw:
    """A raw score with its value and formula; `refused` names the finding if the goal itself forbids a score."""

    raw: Fraction | None = None
    value: Fraction | None = None
    formula: str = ""
    refused: str | None = None


def clamped(raw: Fraction | None) -> Fraction | None:
    """A score between 0 and 1.

    Parameters
    ----------
    raw : Fraction or None
        Any.

    Returns
    -------
    Fraction or None
        The nearest score of the scale.
    """
    return None if raw is None else min(max(raw, Fraction(0)), Fraction(1))


def raw_score(goal: KeyResult, history: Sequence[CheckIn], day: date) -> Raw:
    """Score a key result at the end of a day.

    Parameters
    ----------
    goal : KeyResult
        Any kind.
    history : sequence of CheckIn
        By day.
    day : datetime.date
        Later ones are left out.

    Returns
    -------
    Raw
        Without a score if nothing was reported, or the goal has no scale.
    """
    if goal.kind == "milestone":
        return _milestones(goal, history, day)
    value = value_at(goal, history, day)
    if goal.kind in {"increase", "decrease"}:
        return _way(goal, value)
    if goal.kind in {"at_least", "at_most"}:
        return _gate(goal, value)
    if value is None:
        return Raw()
    return _band(goal, value, history, day) if goal.kind == "maintain" else _ordinal(goal, value)


def _way(goal: KeyResult, value: Fraction | None) -> Raw:
    if goal.baseline is None:
        return Raw(value=value, refused="goals.no-baseline")
    if goal.target is None:
        return Raw(value=value, refused="goals.no-target")
    if goal.target == goal.baseline:
        return Raw(value=value, refused="goals.target-is-baseline")
    if value is None:
        return Raw()
    raw = (value - goal.baseline) / (goal.target - goal.baseline)
    ends = f"({figure(value)} - {figure(goal.baseline)}) / ({figure(goal.target)} - {figure(goal.baseline)})"
    return Raw(raw=raw, value=value, formula=ends)


def _gate(goal: KeyResult, value: Fraction | None) -> Raw:
    if goal.target is None:
        return Raw(value=value, refused="goals.no-target")
    if value is None:
        return Raw()
    reached = value >= goal.target if goal.kind == "at_least" else value <= goal.target
    sign = "≥" if goal.kind == "at_least" else "≤"
    return Raw(raw=Fraction(int(reached)), value=value, formula=f"{figure(value)} {sign} {figure(goal.target)}")


def _band(goal: KeyResult, value: Fraction, history: Sequence[CheckIn], day: date) -> Raw:
    low, high = goal.low or Fraction(0), goal.high or Fraction(0)
    span = f"[{figure(low)}, {figure(high)}]"
    distance = max(low - value, value - high, Fraction(0))
    if goal.outside == "share_of_time":
        levels = [each for each in history if each.on <= day and each.value is not None]
        ends = [each.on for each in levels[1:]] + [day + timedelta(days=1)]
        days = [(end - each.on).days for each, end in zip(levels, ends, strict=True)]
        pairs = zip(levels, days, strict=True)
        inside = sum(count for each, count in pairs if each.value is not None and low <= each.value <= high)
        total = sum(days)
        return Raw(raw=Fraction(inside, total), value=value, formula=f"{inside} / {total} d {span}")
    if distance == 0 or goal.outside == "binary":
        return Raw(raw=Fraction(int(distance == 0)), value=value, formula=f"{figure(value)} ∈ {span}")
    tolerance = goal.tolerance or Fraction(1)
    return Raw(raw=1 - distance / tolerance, value=value, formula=f"1 - {figure(distance)} / {figure(tolerance)}")


def _milestones(goal: KeyResult, history: Sequence[CheckIn], day: date) -> Raw:
    if not any(each.on <= day for each in history):
        return Raw()
    done = accepted(history, day)
    reached = sum((step.weight for step in goal.milestones if step.id in done), Fraction(0))
    whole = sum((step.weight for step in goal.milestones), Fraction(0))
    return Raw(raw=reached / whole, value=reached, formula=f"{figure(reached)} / {figure(whole)}")


def _ordinal(goal: KeyResult, value: Fraction) -> Raw:
    rising = goal.levels[0].at < goal.levels[-1].at

    def reached(level: Level) -> bool:
        return value >= level.at if rising else value <= level.at

    below = [level for level in goal.levels if reached(level)]
    above = [level for level in goal.levels if not reached(level)]
    if not below:
        return Raw(raw=Fraction(0), value=value, formula=f"{figure(value)} < {goal.levels[0].name}")
    last = below[-1]
    if not above or goal.between == "step":
        return Raw(raw=last.score, value=value, formula=f"{figure(value)}: {last.name}")
    further = above[0]
    part = (value - last.at) / (further.at - last.at)
    return Raw(
        raw=last.score + part * (further.score - last.score),
        value=value,
        formula=f"{figure(value)}: {last.name} + {figure(part)} × ({further.name} - {last.name})",
    )


REFUSALS = {
    "goals.no-baseline": Phrase("no baseline: value/target is never a score", "缺少基线：不能用 值/目标 代替得分"),
    "goals.no-target": Phrase("no target", "缺少目标值"),
    "goals.target-is-baseline": Phrase("target equals baseline: there is no way to go", "目标等于基线，无路程可计"),
}
"""Why a goal has no scale, by finding."""
