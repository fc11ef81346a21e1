"""Joining the members of a goal: by their values and by their scores, always side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import attrs

from salesteam.goals._model_key_result import KeyResult
from salesteam.goals._model_metric import Metric
from salesteam.goals._model_okr import Objective
from salesteam.goals._policy import ScorePolicy
from salesteam.goals._score_kind import clamped
from salesteam.goals._words import Phrase

__all__ = ["Mean", "Member", "Rollup", "roll_up"]


@attrs.frozen(kw_only=True)
class Member:
    """One goal below another, as far as it is known."""

    goal: Objective | KeyResult
    raw: Fraction | None
    value: Fraction | None


@attrs.frozen(kw_only=True)
class Mean:
    """The mean of scores under one kind of weights.

    Parameters
    ----------
    weighting : {'equal', 'declared', 'value_derived'}
        Which.
    score : Fraction or None
        The mean; None with a reason.
    weights : tuple of (str, Fraction)
        Share of each member, summing to 1; empty if there are none.
    coverage : Fraction
        Share of the weight of members that have a score.
    reason : Phrase or None
        Why there is none.

    Examples
    --------
    >>> Mean(weighting="equal", score=Fraction(1, 2)).coverage
    Fraction(0, 1)
    """

    weighting: str
    score: Fraction | None = None
    weights: tuple[tuple[str, Fraction], ...] = ()
    coverage: Fraction = Fraction(0)
    reason: Phrase | None = None


@attrs.frozen(kw_only=True)
class Rollup:
    """A goal joined from its members in every way, so that no figure hides another.

    Parameters
    ----------
    value : Fraction or None
        Value roll-up: the way all values together have made to the parent's target.
    total : Fraction or None
        Sum of the members' values.
    target : Fraction or None
        What they must add up to.
    value_reason : Phrase or None
        Why there is no value roll-up, such as: no common unit.
    means : tuple of Mean
        Under equal, declared and value-derived weights.

    Examples
    --------
    >>> empty = Rollup(value=None, total=None, target=None, value_reason=None, means=(Mean(weighting="equal"),))
    >>> empty.mean("equal").coverage
    Fraction(0, 1)
    """

    value: Fraction | None
    total: Fraction | None
    target: Fraction | None
    value_reason: Phrase | None
    means: tuple[Mean, ...]

    def mean(self, weighting: str) -> Mean:
        """The mean under one kind of weights.

        Parameters
        ----------
        weighting : {'equal', 'declared', 'value_derived'}
            Which.

        Returns
        -------
        Mean
            With its weights and coverage.

        Examples
        --------
        >>> Rollup(value=None, total=None, target=None, value_reason=None,
        ...        means=(Mean(weighting="equal"),)).mean("equal").coverage
        Fraction(0, 1)
        """
        return next(mean for mean in self.means if mean.weighting == weighting)


def roll_up(
    parent: Objective | KeyResult, members: Sequence[Member], metrics: Mapping[str, Metric], policy: ScorePolicy
) -> Rollup:
    """Join members in every way.

    Parameters
    ----------
    parent : Objective or KeyResult
        What they make up.
    members : sequence of Member
        At least one.
    metrics : mapping of str to Metric
        Say whether values add up.
    policy : ScorePolicy
        Which score counts, and what a missing one means.

    Returns
    -------
    Rollup
        Value roll-up and all means.
    """
    reason = _not_additive(members, metrics)
    total, target, value = (None, None, None) if reason else _by_value(parent, members, policy)
    if reason is None and value is None:
        reason = Phrase("a member has no value", "有成员没有数据")
    return Rollup(
        value=value,
        total=total,
        target=target,
        value_reason=reason,
        means=(
            _mean("equal", {each.goal.id: Fraction(1) for each in members}, None, members, policy),
            _mean("declared", *_declared(members), members, policy),
            _mean("value_derived", *_derived(members, metrics), members, policy),
        ),
    )


def _not_additive(members: Sequence[Member], metrics: Mapping[str, Metric]) -> Phrase | None:
    units = set()
    for each in members:
        goal = each.goal
        if not isinstance(goal, KeyResult) or goal.kind not in {"increase", "decrease"} or not goal.has_way:
            return Phrase(f"{goal.id} has no way from a baseline to a target", f"{goal.id} 没有从基线到目标的数值路程")
        metric = metrics.get(goal.metric or "")
        if not (metric.adds_over("org") if metric else goal.additive):
            return Phrase(f"nothing says that {goal.id} adds up", f"没有依据表明 {goal.id} 可以相加")
        units.add(goal.unit or (metric.unit if metric else ""))
    if len(units) > 1 or "" in units:
        return Phrase("no common unit", "单位不统一")
    return None


def _by_value(
    parent: Objective | KeyResult, members: Sequence[Member], policy: ScorePolicy
) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    known = [each for each in members if each.value is not None]
    if not known or (len(known) < len(members) and policy.missing == "refuse"):
        return None, None, None
    counted = known if policy.missing == "exclude" else list(members)
    baselines, targets = (
        sum((_end(each.goal, end) for each in counted), Fraction(0)) for end in ("baseline", "target")
    )
    total = sum((_end(each.goal, "baseline") if each.value is None else each.value for each in counted), Fraction(0))
    target = targets if parent.target is None else parent.target
    if isinstance(parent, KeyResult) and parent.baseline is not None:
        baselines = parent.baseline
    return total, target, None if target == baselines else (total - baselines) / (target - baselines)


def _end(goal: Objective | KeyResult, end: str) -> Fraction:
    found: Fraction | None = getattr(goal, end, None)
    return found or Fraction(0)


def _declared(members: Sequence[Member]) -> tuple[dict[str, Fraction], Phrase | None]:
    weights = {each.goal.id: each.goal.weight for each in members}
    lacking = [goal for goal, weight in weights.items() if weight is None]
    if lacking:
        names = ", ".join(lacking)
        return {}, Phrase(f"no weight declared for {names}", f"{'、'.join(lacking)} 未声明权重")
    return {goal: weight for goal, weight in weights.items() if weight is not None}, None


def _derived(members: Sequence[Member], metrics: Mapping[str, Metric]) -> tuple[dict[str, Fraction], Phrase | None]:
    reason = _not_additive(members, metrics)
    if reason is not None:
        return {}, reason
    return {each.goal.id: abs(_end(each.goal, "target") - _end(each.goal, "baseline")) for each in members}, None


def _mean(
    weighting: str,
    weights: Mapping[str, Fraction],
    reason: Phrase | None,
    members: Sequence[Member],
    policy: ScorePolicy,
) -> Mean:
    whole = sum(weights.values(), Fraction(0))
    if reason is None and whole == 0:
        reason = Phrase("all weights are zero", "权重全部为零")
    if reason is not None:
        return Mean(weighting=weighting, reason=reason)
    shares = {goal: weight / whole for goal, weight in weights.items()}
    scores = {each.goal.id: each.raw if policy.rolls_up == "raw" else clamped(each.raw) for each in members}
    coverage = sum((shares[goal] for goal, score in scores.items() if score is not None), Fraction(0))
    sums = sum((shares[goal] * score for goal, score in scores.items() if score is not None), Fraction(0))
    score: Fraction | None = sums
    if coverage == 0:
        score, reason = None, Phrase("no member has a score", "没有成员有得分")
    elif coverage < 1 and policy.missing == "refuse":
        score, reason = None, Phrase("a member has no score", "有成员没有得分")
    elif policy.missing == "exclude":
        score = sums / coverage
    return Mean(weighting=weighting, score=score, weights=tuple(shares.items()), coverage=coverage, reason=reason)
