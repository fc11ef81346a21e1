"""Where a goal stands: a ratio on the basis chosen, the band it falls into, and the reasons in a chain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Literal

import attrs

from salesteam.core import Period
from salesteam.goals._model_key_result import KeyResult
from salesteam.goals._model_okr import CheckIn
from salesteam.goals._pace import Pace, Span, planned_and_actual
from salesteam.goals._policy import ScorePolicy, StatusPolicy
from salesteam.goals._score_kind import Raw, clamped
from salesteam.goals._words import Phrase, figure, share_text

__all__ = ["STATUS_WORDS", "Judged", "Status", "judge", "judge_parent"]

Status = Literal["not_due", "on_track", "at_risk", "off_track", "done", "missed", "no_data", "refused"]

STATUS_WORDS = {
    "not_due": Phrase("not due", "未到期"),
    "on_track": Phrase("on track", "正常"),
    "at_risk": Phrase("at risk", "有风险"),
    "off_track": Phrase("off track", "偏离"),
    "done": Phrase("done", "已达成"),
    "missed": Phrase("missed", "未达成"),
    "no_data": Phrase("no data", "无数据"),
    "refused": Phrase("refused", "无法计算"),
}
_WORST: tuple[Status, ...] = ("done", "on_track", "at_risk", "off_track", "missed")
_RED: frozenset[Status] = frozenset({"off_track", "missed"})


@attrs.frozen(kw_only=True)
class Judged:
    """A status with the ratio it was read from and the reasons, first the nearest."""

    status: Status
    ratio: Fraction | None = None
    reasons: tuple[Phrase, ...] = ()


@attrs.frozen(kw_only=True)
class Scene:
    """Everything about one key result that its status depends on."""

    goal: KeyResult
    period: Period
    pass_mark: Fraction
    raw: Raw
    pace: Pace | None
    history: Sequence[CheckIn]
    as_of: date
    span: Span


def judge(scene: Scene, policy: StatusPolicy) -> Judged:
    """Judge one key result.

    Parameters
    ----------
    scene : Scene
        The goal, its history and its pace.
    policy : StatusPolicy
        Basis and bands.

    Returns
    -------
    Judged
        Before the cycle ``not_due``, after it ``done`` or ``missed`` by the pass mark, between by the bands.
    """
    raw = scene.raw.raw
    if scene.raw.refused is not None:
        return Judged(status="refused")
    if scene.as_of < scene.period.start:
        return Judged(status="not_due", reasons=(Phrase("the cycle has not begun", "周期尚未开始"),))
    if raw is None:
        return Judged(status="no_data", reasons=(Phrase("nothing was reported", "没有任何汇报"),))
    mark = share_text(scene.pass_mark)
    if scene.as_of >= scene.period.end:
        done = raw >= scene.pass_mark
        words = Phrase(f"closed at {share_text(raw)}, pass mark {mark}", f"收盘 {share_text(raw)}，及格线 {mark}")
        return Judged(status="done" if done else "missed", ratio=raw, reasons=(words,))
    if raw >= 1 and scene.goal.kind in {"increase", "decrease", "milestone", "ordinal"}:
        return Judged(status="done", ratio=raw, reasons=(Phrase("target reached", "目标已达成"),))
    return _running(scene, policy, raw)


def _running(scene: Scene, policy: StatusPolicy, raw: Fraction) -> Judged:
    if policy.basis == "point" or (not scene.goal.has_way and scene.goal.kind != "milestone"):
        words = Phrase(f"score {share_text(raw)} of the whole", f"占总目标的得分 {share_text(raw)}")
        return _banded(raw, words, policy)
    if scene.goal.kind == "milestone":
        return _by_due_steps(scene, policy, raw)
    if policy.basis == "cumulative":
        return _by_pace(scene, policy)
    last = None if policy.basis == "window" and policy.window == "to_date" else int(policy.window or 1)
    if policy.basis == "period":
        last = 1
    sums = planned_and_actual(scene.goal, scene.history, scene.as_of, scene.span, last)
    if not scene.goal.plan:
        return Judged(status="refused", reasons=(Phrase("it has no plan by period", "没有分期计划"),))
    if sums is None or sums[0] == 0:
        return Judged(status="not_due", reasons=(Phrase("nothing is planned yet", "尚无计划量"),))
    planned, actual = sums
    words = Phrase(
        f"{policy.basis}: actual {figure(actual)} / plan {figure(planned)} = {share_text(actual / planned)}",
        f"{policy.basis}：实际 {figure(actual)} / 计划 {figure(planned)} = {share_text(actual / planned)}",
    )
    return _banded(actual / planned, words, policy)


def _by_pace(scene: Scene, policy: StatusPolicy) -> Judged:
    pace = scene.pace
    if pace is None or pace.ratio is None:
        return Judged(status="not_due", reasons=(Phrase("nothing is expected yet", "尚未到应有进度"),))
    baseline = scene.goal.baseline or Fraction(0)
    way = f"{figure(scene.raw.value)} - {figure(baseline)}"
    due = f"{figure(pace.expected)} - {figure(baseline)}"
    words = Phrase(
        f"cumulative: way made ({way}) / way expected ({due}) = {share_text(pace.ratio)}",
        f"累计：已完成 ({way}) / 应完成 ({due}) = {share_text(pace.ratio)}",
    )
    return _banded(pace.ratio, words, policy)


def _by_due_steps(scene: Scene, policy: StatusPolicy, raw: Fraction) -> Judged:
    steps = scene.goal.milestones
    whole = sum((step.weight for step in steps), Fraction(0))
    due = sum((step.weight for step in steps if step.due is not None and step.due <= scene.as_of), Fraction(0)) / whole
    if due == 0:
        return Judged(status="not_due", reasons=(Phrase("no milestone is due yet", "尚无到期的里程碑"),))
    words = Phrase(
        f"accepted {share_text(raw)} / due {share_text(due)}", f"已验收 {share_text(raw)} / 应验收 {share_text(due)}"
    )
    return _banded(raw / due, words, policy)


def _banded(ratio: Fraction, words: Phrase, policy: StatusPolicy) -> Judged:
    status = policy.band(ratio)
    if status is None:
        gap = Phrase(f"no band has {share_text(ratio)}", f"没有区间包含 {share_text(ratio)}")
        return Judged(status="refused", ratio=ratio, reasons=(gap, words))
    return Judged(status=status, ratio=ratio, reasons=(words,))


def judge_parent(
    members: Sequence[tuple[str, Judged, Fraction]], policy: StatusPolicy, score_policy: ScorePolicy
) -> Judged:
    """Judge a goal from its members.

    Parameters
    ----------
    members : sequence of (str, Judged, Fraction)
        Id, judgement and weight of each.
    policy : StatusPolicy
        How.
    score_policy : ScorePolicy
        What a member without a figure means: left out, red, or no status.

    Returns
    -------
    Judged
        With the members that decided as reasons.
    """
    silent = [name for name, judged, _ in members if judged.status in {"no_data", "refused"}]
    if silent and score_policy.missing == "refuse":
        names = ", ".join(silent)
        return Judged(status="refused", reasons=(Phrase(f"no figure for {names}", f"{names} 没有数据"),))
    if score_policy.missing == "zero":
        members = [
            (name, Judged(status="off_track", ratio=Fraction(0)) if name in silent else judged, weight)
            for name, judged, weight in members
        ]
    counted = [each for each in members if each[1].status in _WORST]
    if not counted:
        status: Status = "no_data" if silent else "not_due"
        return Judged(status=status, reasons=(Phrase("no member has a status", "没有成员有状态"),))
    if policy.rollup == "worst":
        worst = max((judged.status for _, judged, _ in counted), key=_WORST.index)
        names = ", ".join(name for name, judged, _ in counted if judged.status == worst)
        return Judged(status=worst, reasons=(Phrase(f"worst member: {names}", f"最差成员：{names}"),))
    whole = sum((weight for _, _, weight in counted), Fraction(0)) or Fraction(1)
    if policy.rollup == "weighted":
        clamp = score_policy.rolls_up == "clamped"
        ratios = [(clamped(judged.ratio) if clamp else judged.ratio, weight) for _, judged, weight in counted]
        mean = sum(((ratio or Fraction(0)) * weight for ratio, weight in ratios), Fraction(0)) / whole
        return _banded(mean, Phrase(f"weighted mean {share_text(mean)}", f"加权平均 {share_text(mean)}"), policy)
    red = sum((weight for _, judged, weight in counted if judged.status in _RED), Fraction(0)) / whole
    words = Phrase(f"red share {share_text(red)}", f"红色占比 {share_text(red)}")
    if red >= (policy.red_share or Fraction(1)):
        return Judged(status="off_track", ratio=1 - red, reasons=(words,))
    calm = all(judged.status in {"done", "on_track"} for _, judged, _ in counted)
    return Judged(status="on_track" if calm else "at_risk", ratio=1 - red, reasons=(words,))
