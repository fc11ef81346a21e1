"""Scoring a goal book: every key result by its kind, every objective from its members, both roll-ups side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

import attrs

from salesteam.core import Calendar, Finding, Period, Place, Report, find
from salesteam.core._graph import order
from salesteam.core._table import read_table
from salesteam.errors import InvalidValueError, missing_choice
from salesteam.goals._history import histories
from salesteam.goals._model_book import GoalBook
from salesteam.goals._model_key_result import KeyResult
from salesteam.goals._model_metric import Metric
from salesteam.goals._model_okr import CheckIn, Objective
from salesteam.goals._pace import Span, pace_of
from salesteam.goals._policy import ScorePolicy, StatusPolicy, bands_report
from salesteam.goals._rollup import Member, Rollup, roll_up
from salesteam.goals._score_kind import REFUSALS, clamped, raw_score
from salesteam.goals._scores import GoalScore, Scores
from salesteam.goals._status import Judged, Scene, judge, judge_parent
from salesteam.goals._words import Phrase, figure

__all__ = ["score"]


def score(
    book: GoalBook,
    checkins: object = None,
    *,
    as_of: date,
    policy: ScorePolicy | None = None,
    status: StatusPolicy | None = None,
    calendar: Calendar | None = None,
) -> Scores:
    """Say where every goal of a book stands.

    Use it at every check-in and at the close.
    Each key result is scored by its kind; raw and clamped score are both kept.
    Each objective, and each key result that others contribute to, is joined from its members in every way:
    by values, and as the mean of scores under equal, declared and value-derived weights.

    Parameters
    ----------
    book : GoalBook
        Goals, links and policies.
    checkins : iterable of CheckIn, or frame, optional
        What was reported; those of the book without it.
    as_of : datetime.date
        Look from the end of this day; what was recorded later is left out.
    policy : ScorePolicy, optional
        How scores are joined; that of the book without it.
    status : StatusPolicy, optional
        How statuses follow; that of the book without it.
    calendar : Calendar, optional
        Required where pace counts working days.

    Returns
    -------
    Scores
        One `GoalScore` a goal, and the findings.

    Raises
    ------
    InvalidValueError
        If neither book nor call has a policy, or working days are asked for without a calendar.
    CycleError
        If goals contribute in a circle.

    Examples
    --------
    >>> from salesteam.goals import Band, Cycle
    >>> bands = (Band(status="off_track", low=0, high="0.4"), Band(status="on_track", low="0.4", high=1))
    >>> book = GoalBook(
    ...     cycles=(Cycle(id="2026-Q3", period=Period.parse("2026-Q3")),),
    ...     objectives=(Objective(id="o", title="faster", cycle="2026-Q3", level="team", owner="li",
    ...                           commitment="committed"),),
    ...     key_results=(KeyResult(id="kr", objective="o", title="90 to 60 days", kind="decrease", baseline=90,
    ...                            target=60),),
    ...     score_policy=ScorePolicy(rolls_up="clamped", weights="equal", missing="exclude", disagree_gap="0.02"),
    ...     status_policy=StatusPolicy(basis="point", bands=bands, pace="calendar_days", rollup="worst"))
    >>> score(book, [CheckIn(goal="kr", on=date(2026, 8, 15), value=75)], as_of=date(2026, 8, 15)).of("kr").score
    Fraction(1, 2)
    """
    policy, status = policy or book.score_policy, status or book.status_policy
    if policy is None or status is None:
        options = {"policy": "a ScorePolicy, here or in the book", "status": "a StatusPolicy, here or in the book"}
        raise missing_choice("policy" if policy is None else "status", options, where="score")
    if status.pace == "working_days" and calendar is None:
        raise InvalidValueError("working days without a calendar", where="score", fix="pass calendar=")
    rows, numbers, report = _read(book.check_ins if checkins is None else checkins)
    results = {goal.id: goal for goal in reversed(book.key_results)}
    history, found = histories(results, rows, numbers, as_of)
    found = [*report, *bands_report(status.bands), *found]
    if calendar is not None and status.pace == "working_days":
        periods = dict.fromkeys(book.periods.values())
        unknown = [finding for period in periods for finding in calendar.check(period.start, period.end)]
        found += unknown
        calendar = None if unknown else calendar
    run = _Run(
        book=book,
        policy=policy,
        status=status,
        as_of=as_of,
        span=Span(calendar=calendar if status.pace == "working_days" else None),
        metrics={metric.id: metric for metric in book.metrics},
        members=_members(book),
        found=found,
    )
    for name in order(list(book.goals), [(child, parent) for parent, kids in run.members.items() for child in kids]):
        run.add(book.goals[name], history.get(name, []))
    scores = tuple(run.scores[name] for name in book.goals if name in run.scores)
    return Scores(book=book, scores=scores, policy=policy, status_policy=status, as_of=as_of, report=Report(found))


def _read(checkins: object) -> tuple[Sequence[CheckIn], Sequence[int], Report]:
    if isinstance(checkins, (tuple, list)) and not checkins:
        return (), (), Report()
    rows = read_table(checkins, CheckIn, table="checkins")
    return rows.values, rows.numbers, rows.report


def _members(book: GoalBook) -> dict[str, list[str]]:
    members: dict[str, list[str]] = {}
    for goal in book.key_results:
        if goal.objective in book.goals:
            members.setdefault(goal.objective, []).append(goal.id)
    for link in book.links:
        if link.kind == "contributes" and link.child in book.goals and link.parent in book.goals:
            kids = members.setdefault(link.parent, [])
            if link.child not in kids:
                kids.append(link.child)
    return members


@attrs.define(kw_only=True)
class _Run:
    """The state of one scoring: goals are added children first."""

    book: GoalBook
    policy: ScorePolicy
    status: StatusPolicy
    as_of: date
    span: Span
    metrics: Mapping[str, Metric]
    members: Mapping[str, Sequence[str]]
    found: list[Finding]
    scores: dict[str, GoalScore] = attrs.field(factory=dict)

    def add(self, goal: Objective | KeyResult, history: Sequence[CheckIn]) -> None:
        period = self.book.periods.get(goal.id)
        if period is None:
            self.found.append(find("goals.no-cycle", Place(key=goal.id), goal=goal.id))
            return
        rollup = self._rollup(goal)
        if isinstance(goal, KeyResult):
            self.scores[goal.id] = self._result(goal, period, history, rollup)
        else:
            self.scores[goal.id] = self._objective(goal, period, rollup)
        if rollup is not None:
            self._disagreement(goal, rollup)

    def _rollup(self, goal: Objective | KeyResult) -> Rollup | None:
        known = [self.scores[name] for name in self.members.get(goal.id, ()) if name in self.scores]
        members = [Member(goal=each.goal, raw=each.raw, value=each.value) for each in known]
        return roll_up(goal, members, self.metrics, self.policy) if members else None

    def _result(self, goal: KeyResult, period: Period, history: Sequence[CheckIn], rollup: Rollup | None) -> GoalScore:
        raw = raw_score(goal, history, self.as_of)
        if raw.value is None and rollup is not None and rollup.total is not None:
            total = CheckIn(goal=goal.id, on=self.as_of, value=rollup.total)
            raw = raw_score(attrs.evolve(goal, reports="level"), [total], self.as_of)
        if raw.refused is not None:
            self.found.append(find(raw.refused, Place(key=goal.id), goal=goal.id))
        pace = None
        if goal.has_way and raw.value is not None and self.as_of >= period.start:
            pace = pace_of(goal, period, raw.value, self.as_of, self.span)
        scene = Scene(
            goal=goal,
            period=period,
            pass_mark=self.book.pass_mark(goal),
            raw=raw,
            pace=pace,
            history=history,
            as_of=self.as_of,
            span=self.span,
        )
        judged = judge(scene, self.status)
        if raw.refused is not None:
            judged = attrs.evolve(judged, reasons=(REFUSALS[raw.refused],))
        if not goal.plan and goal.has_way and self.status.basis in {"period", "window"}:
            self.found.append(find("goals.no-plan", Place(key=goal.id), goal=goal.id, basis=self.status.basis))
        return GoalScore(
            goal=goal,
            raw=raw.raw,
            score=clamped(raw.raw),
            value=raw.value,
            formula=raw.formula,
            judged=judged,
            pace=pace,
            rollup=rollup,
        )

    def _objective(self, goal: Objective, period: Period, rollup: Rollup | None) -> GoalScore:
        if rollup is None:
            return GoalScore(goal=goal, judged=Judged(status="no_data", reasons=(_NO_MEMBERS,)))
        mean = rollup.mean(self.policy.weights)
        names = [name for name in self.members[goal.id] if name in self.scores]
        weights = dict(mean.weights) or dict.fromkeys(names, Fraction(1))
        parts = [(name, self.scores[name].judged, weights[name]) for name in names]
        judged = judge_parent(parts, self.status, self.policy)
        if self.as_of >= period.end and mean.score is not None:
            done = mean.score >= goal.pass_mark
            words = Phrase(f"closed at {figure(mean.score)}", f"收盘得分 {figure(mean.score)}")
            judged = Judged(status="done" if done else "missed", ratio=mean.score, reasons=(words, *judged.reasons))
        return GoalScore(
            goal=goal, raw=mean.score, score=clamped(mean.score), value=rollup.total, judged=judged, rollup=rollup
        )

    def _disagreement(self, goal: Objective | KeyResult, rollup: Rollup) -> None:
        mean = rollup.mean(self.policy.weights).score
        if rollup.value is None or mean is None:
            return
        gap = abs(rollup.value - mean)
        bands = self.status.band(rollup.value), self.status.band(mean)
        if gap > self.policy.disagree_gap or bands[0] != bands[1]:
            self.found.append(
                find(
                    "goals.rollups-disagree",
                    Place(key=goal.id),
                    goal=goal.id,
                    value=figure(rollup.value * 100),
                    mean=figure(mean * 100),
                    weights=self.policy.weights,
                    gap=figure(gap * 100),
                )
            )


_NO_MEMBERS = Phrase("it has no key results", "没有关键结果")
