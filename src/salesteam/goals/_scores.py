"""What scoring gives: one score a goal with everything it rests on, as frame, grid and explanation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import attrs

from salesteam.core import Cell, Explanation, Grid, Report, Step, say
from salesteam.core._table import column, write_rows
from salesteam.errors import NotFoundError
from salesteam.goals._model_book import GoalBook
from salesteam.goals._model_key_result import KeyResult
from salesteam.goals._model_okr import Objective
from salesteam.goals._pace import Pace
from salesteam.goals._policy import ScorePolicy, StatusPolicy
from salesteam.goals._rollup import Mean, Rollup
from salesteam.goals._status import STATUS_WORDS, Judged, Status
from salesteam.goals._words import Phrase, Tone, figure, share_text

__all__ = ["STATUS_TONES", "GoalScore", "Scores"]

STATUS_TONES: Mapping[Status, Tone] = {
    "on_track": "good",
    "done": "good",
    "at_risk": "warn",
    "off_track": "bad",
    "missed": "bad",
    "refused": "bad",
    "no_data": "muted",
    "not_due": "muted",
}
"""Tone of a display for every status."""

_WEIGHTINGS = {
    "equal": Phrase("mean of scores, equal weights", "得分均值（等权）"),
    "declared": Phrase("mean of scores, declared weights", "得分均值（声明权重）"),
    "value_derived": Phrase("mean of scores, weights from values", "得分均值（按目标值加权）"),
}


@attrs.frozen(kw_only=True)
class GoalScore:
    """Where one goal stands.

    Parameters
    ----------
    goal : Objective or KeyResult
        Which.
    raw, score : Fraction or None
        The score as it is, and between 0 and 1; of a parent, the mean of scores under the weights of the policy.
    value : Fraction or None
        Where the metric stands; of a parent, the sum of its members' values if they add up.
    formula : str
        How the raw score came about.
    judged : Judged
        Status, the ratio it was read from, and reasons.
    pace : Pace or None
        Expected value, way made over way expected, what each remaining day must bring.
    rollup : Rollup or None
        Of a parent: value roll-up and every mean, side by side.

    Examples
    --------
    >>> from salesteam.goals import Objective
    >>> goal = Objective(id="o", title="", cycle="c", level="team", owner="li", commitment="committed")
    >>> GoalScore(goal=goal, judged=Judged(status="no_data")).status
    'no_data'
    """

    goal: Objective | KeyResult
    raw: Fraction | None = None
    score: Fraction | None = None
    value: Fraction | None = None
    formula: str = ""
    judged: Judged
    pace: Pace | None = None
    rollup: Rollup | None = None

    @property
    def status(self) -> Status:
        """Its status in one word.

        Examples
        --------
        >>> from salesteam.goals import Objective
        >>> goal = Objective(id="o", title="", cycle="c", level="team", owner="li", commitment="committed")
        >>> GoalScore(goal=goal, judged=Judged(status="done")).status
        'done'
        """
        return self.judged.status


@attrs.frozen(kw_only=True)
class _Row:
    goal: str = column("id of the goal")
    kind: str = column("objective, or the kind of the key result")
    title: str = column("in words")
    owner: str = column("who answers for it")
    raw: Fraction | None = column("raw score", "share", default=None)
    score: Fraction | None = column("score between 0 and 1", "share", default=None)
    value: Fraction | None = column("where it stands", "unit of the goal", default=None)
    value_rollup: Fraction | None = column("value roll-up", "share", default=None)
    score_rollup: Fraction | None = column("mean of scores under the weights of the policy", "share", default=None)
    weight: Fraction | None = column("share of its parent under the weights of the policy", "share", default=None)
    coverage_share: Fraction | None = column("share of its members' weight that has a score", "share", default=None)
    status: str = column("not_due, on_track, at_risk, off_track, done, missed, no_data or refused")
    basis: str = column("basis of the status")
    pace: Fraction | None = column("way made over way expected", "ratio", default=None)
    expected: Fraction | None = column("where it should stand", "unit of the goal", default=None)
    to_go: Fraction | None = column("what each remaining day must bring", "unit of the goal a day", default=None)
    policy: str = column("weights, which score rolls up, what a missing one means")


@attrs.frozen(kw_only=True, slots=False)
class Scores:
    """Where every goal of a book stands; made by `score`.

    Parameters
    ----------
    book : GoalBook
        What was scored.
    scores : tuple of GoalScore
        Objectives and key results in the order of the book.
    policy : ScorePolicy
        How scores were joined.
    status_policy : StatusPolicy
        How statuses followed.
    as_of : datetime.date
        The day it was looked from.
    report : Report
        Findings.

    Examples
    --------
    >>> from salesteam.goals import Band, GoalBook, ScorePolicy, StatusPolicy, score
    >>> policy = ScorePolicy(rolls_up="clamped", weights="equal", missing="exclude", disagree_gap="0.02")
    >>> bands = (Band(status="off_track", low=0, high="0.4"), Band(status="on_track", low="0.4", high=1))
    >>> status = StatusPolicy(basis="point", bands=bands, pace="calendar_days", rollup="worst")
    >>> score(GoalBook(), as_of=date(2026, 9, 30), policy=policy, status=status).scores
    ()
    """

    book: GoalBook
    scores: tuple[GoalScore, ...]
    policy: ScorePolicy
    status_policy: StatusPolicy
    as_of: date
    report: Report

    @cached_property
    def _index(self) -> dict[str, GoalScore]:
        return {each.goal.id: each for each in self.scores}

    @cached_property
    def _weights(self) -> dict[str, Fraction]:
        return {
            name: weight
            for each in self.scores
            if each.rollup is not None
            for name, weight in each.rollup.mean(self.policy.weights).weights
        }

    @property
    def conventions(self) -> tuple[str, ...]:
        """What was chosen where the field knows several ways."""
        basis = self.status_policy.basis + (f" {self.status_policy.window}" if self.status_policy.window else "")
        return (
            f"rolls_up={self.policy.rolls_up}",
            f"weights={self.policy.weights}",
            f"missing={self.policy.missing}",
            f"basis={basis}",
            f"pace={self.status_policy.pace}",
            f"rollup={self.status_policy.rollup}",
            f"as_of={self.as_of}",
        )

    def of(self, goal: str) -> GoalScore:
        """The score of one goal.

        Parameters
        ----------
        goal : str
            Id of an objective or key result.

        Returns
        -------
        GoalScore
            With everything it rests on.

        Raises
        ------
        NotFoundError
            If it was not scored.
        """
        if goal not in self._index:
            raise NotFoundError("goal", goal, self._index, where="the scores")
        return self._index[goal]

    def to_frame(self, like: object = None, *, exact: bool = False) -> Any:
        """The scores as a table, one row a goal.

        Parameters
        ----------
        like : frame, optional
            The result is of the same kind; pandas without it.
        exact : bool, default False
            Write rationals as two whole columns instead of the nearest binary number.

        Returns
        -------
        frame
            Columns goal, kind, title, owner, raw, score, value, value_rollup, score_rollup, weight, coverage_share,
            status, basis, pace, expected, to_go, policy.
        """
        return write_rows((self._row(each) for each in self.scores), _Row, like, exact=exact)

    def _row(self, each: GoalScore) -> _Row:
        mean = each.rollup.mean(self.policy.weights) if each.rollup else None
        return _Row(
            goal=each.goal.id,
            kind="objective" if isinstance(each.goal, Objective) else each.goal.kind,
            title=each.goal.title,
            owner=each.goal.owner,
            raw=each.raw,
            score=each.score,
            value=each.value,
            value_rollup=each.rollup.value if each.rollup else None,
            score_rollup=mean.score if mean else None,
            weight=self._weights.get(each.goal.id),
            coverage_share=mean.coverage if mean else None,
            status=each.status,
            basis=self.status_policy.basis,
            pace=each.pace.ratio if each.pace else None,
            expected=each.pace.expected if each.pace else None,
            to_go=each.pace.to_go if each.pace else None,
            policy=", ".join(self.conventions[:3]),
        )

    def explain(self, goal: str, lang: str = "en") -> Explanation:
        """How a score came about: the formula with its numbers, the status with its reasons, the members beneath.

        Parameters
        ----------
        goal : str
            Id of an objective or key result.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            Of a parent with value roll-up and every mean.
        """
        each = self.of(goal)
        label = say(lang, en="raw score", zh="原始得分")
        steps = [Step(label=label, formula=each.formula, value=share_text(each.raw, lang))]
        if each.rollup is not None:
            steps = [] if isinstance(each.goal, Objective) else steps
            steps += self._rollup_steps(each.rollup, lang)
        if each.score != each.raw:
            label = say(lang, en="score between 0 and 1", zh="得分（限制在 0 到 1）")
            steps.append(Step(label=label, value=share_text(each.score, lang)))
        if each.pace is not None:
            steps += self._pace_steps(each.pace, lang)
        reasons = tuple(Step(label=reason.text(lang)) for reason in each.judged.reasons)
        status = STATUS_WORDS[each.status].text(lang)
        steps.append(Step(label=say(lang, en="status", zh="状态"), value=status, steps=reasons))
        return Explanation(title=f"{goal} {each.goal.title}".strip(), steps=tuple(steps), conventions=self.conventions)

    def _rollup_steps(self, rollup: Rollup, lang: str) -> list[Step]:
        label = say(lang, en="value roll-up", zh="按数值汇总")
        if rollup.value is None:
            reason = rollup.value_reason.text(lang) if rollup.value_reason else ""
            value = Step(label=label, value=say(lang, en=f"not additive: {reason}", zh=f"不可相加：{reason}"))
        else:
            formula = f"{figure(rollup.total)} / {figure(rollup.target)}"
            value = Step(label=label, formula=formula, value=share_text(rollup.value))
        return [value, *(self._mean_step(mean, lang) for mean in rollup.means)]

    def _mean_step(self, mean: Mean, lang: str) -> Step:
        title = _WEIGHTINGS[mean.weighting].text(lang)
        if mean.score is None:
            return Step(label=title, value=mean.reason.text(lang) if mean.reason else "")
        parts = []
        for name, weight in mean.weights:
            member = self._index[name]
            shown = member.raw if self.policy.rolls_up == "raw" else member.score
            label = f"{name} {member.goal.title}".strip() + f" ({STATUS_WORDS[member.status].text(lang)})"
            formula = f"{share_text(weight)} × {share_text(shown, lang)}"
            part = None if shown is None else weight * shown
            parts.append(Step(label=label, formula=formula, value=share_text(part, lang)))
        covered = say(lang, en=f"covers {share_text(mean.coverage)}", zh=f"覆盖 {share_text(mean.coverage)}")
        return Step(label=title, formula=covered, value=share_text(mean.score), steps=tuple(parts))

    def _pace_steps(self, pace: Pace, lang: str) -> list[Step]:
        steps = [Step(label=say(lang, en="expected by now", zh="此时应达到"), value=figure(pace.expected, lang))]
        if pace.ratio is not None:
            steps.append(Step(label=say(lang, en="pace", zh="进度比"), value=share_text(pace.ratio)))
        if pace.to_go is not None:
            left = pace.days_left
            label = say(lang, en=f"needed on each of {left} days left", zh=f"剩余 {left} 天每天需完成")
            steps.append(Step(label=label, value=figure(pace.to_go, lang)))
        return steps

    def grid(self, lang: str = "en") -> Grid:
        """The scores as a display table.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            One row a goal, key results below their objective.
        """
        rows: list[tuple[Cell | str, ...]] = []
        for each in sorted(self.scores, key=self._place):
            depth = 0 if isinstance(each.goal, Objective) else 1
            rollup = share_text(each.rollup.value, lang) if each.rollup and each.rollup.value is not None else ""
            rows.append(
                (
                    "  " * depth + (each.goal.title or each.goal.id),
                    each.goal.owner,
                    figure(each.value, lang) if each.value is not None else "",
                    share_text(each.raw, lang),
                    Cell(share_text(each.score, lang), "strong"),
                    rollup,
                    Cell(STATUS_WORDS[each.status].text(lang), STATUS_TONES[each.status]),
                )
            )
        heads = (
            say(lang, en="goal", zh="目标"),
            say(lang, en="owner", zh="负责人"),
            say(lang, en="value", zh="当前值"),
            say(lang, en="raw", zh="原始得分"),
            say(lang, en="score", zh="得分"),
            say(lang, en="by value", zh="按数值"),
            say(lang, en="status", zh="状态"),
        )
        title = say(lang, en=f"Goals as of {self.as_of}", zh=f"目标进展（截至 {self.as_of}）")
        note = ", ".join(self.conventions)
        return Grid(title=title, columns=heads, rows=tuple(rows), right=frozenset({2, 3, 4, 5}), note=note)

    def _place(self, each: GoalScore) -> tuple[int, int]:
        names = list(self.book.goals)
        home = each.goal.id if isinstance(each.goal, Objective) else each.goal.objective
        return names.index(home) if home in names else len(names), names.index(each.goal.id)

    def _repr_html_(self) -> str:
        return self.grid().html()
