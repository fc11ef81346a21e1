"""The goal book: everything a team aims for, in one document."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import attrs

from salesteam.core import Period
from salesteam.core._load import Load, Loaded, load_text, read_file
from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError
from salesteam.goals._axes import WeekBase
from salesteam.goals._model_key_result import KeyResult
from salesteam.goals._model_metric import Guardrail, Metric, Threshold
from salesteam.goals._model_okr import CheckIn, Cycle, Link, Objective
from salesteam.goals._policy import ScorePolicy, StatusPolicy
from salesteam.goals._rounding import ROUNDERS, Cumulative, LargestRemainder, Rounding
from salesteam.goals._tree import Tree
from salesteam.goals._weights import Weights

__all__ = ["CascadePlan", "GoalBook", "load", "read"]


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class CascadePlan:
    """How a total is to be split, as a book says it; `cascade_plan` carries it out.

    Parameters
    ----------
    total : int
        In whole units.
    unit : str
        What one unit is.
    period : Period
        What the total is for.
    levels : tuple of str
        Levels of time from coarse to fine; empty to split over people alone.
    week_base : str or None
        What a week is; required if one of the levels is ``week``.
    team : str or None
        The team whose people carry it; None to split over time alone.
    weights : mapping of str to Weights
        By axis, ``time`` and ``org``.
    rounding : mapping of str to LargestRemainder or Cumulative
        By axis.
    locks, floors, caps : mapping of str to int
        Rules by node.
    metric : str or None
        The metric whose target it is.

    Examples
    --------
    >>> CascadePlan(total=5000, unit="CNY", period=Period.parse("2026"), weights={}, rounding={}).levels
    ()
    """

    total: int
    unit: str
    period: Period
    levels: tuple[Literal["half", "quarter", "month", "week", "day"], ...] = ()
    week_base: WeekBase | None = None
    team: str | None = None
    weights: Mapping[str, Weights] = attrs.field(hash=False)
    rounding: Mapping[str, Rounding] = attrs.field(hash=False)
    locks: Mapping[str, int] = attrs.field(factory=dict, hash=False)
    floors: Mapping[str, int] = attrs.field(factory=dict, hash=False)
    caps: Mapping[str, int] = attrs.field(factory=dict, hash=False)
    metric: str | None = None


@attrs.frozen(kw_only=True, slots=False, field_transformer=as_annotated)
class GoalBook:
    """Everything a team aims for: objectives, key results, metrics, the cascade, thresholds, guardrails.

    Use it as the one document of goals; `check` says what is wrong with it, `score` where the team stands.
    A book may be incomplete or contradict itself: that is a finding, not an error.

    Parameters
    ----------
    name : str
        Of the book.
    cycles, objectives, key_results, links : tuples
        The OKR part.
    metrics : tuple of Metric
        What is measured.
    formulas : mapping of str to str
        Metric id to formula.
    cascade : CascadePlan or None
        How the total is to be split.
    thresholds : tuple of Threshold
        Lines that open an investigation.
    guardrails : tuple of Guardrail
        What goals must not cost.
    score_policy : ScorePolicy or None
        How scores are joined.
    status_policy : StatusPolicy or None
        How statuses follow.
    check_ins : tuple of CheckIn
        What was reported.

    Examples
    --------
    >>> GoalBook(name="Q3").objectives
    ()
    """

    name: str = ""
    cycles: tuple[Cycle, ...] = ()
    objectives: tuple[Objective, ...] = ()
    key_results: tuple[KeyResult, ...] = ()
    links: tuple[Link, ...] = ()
    metrics: tuple[Metric, ...] = ()
    formulas: Mapping[str, str] = attrs.field(factory=dict, hash=False)
    cascade: CascadePlan | None = None
    thresholds: tuple[Threshold, ...] = ()
    guardrails: tuple[Guardrail, ...] = ()
    score_policy: ScorePolicy | None = None
    status_policy: StatusPolicy | None = None
    check_ins: tuple[CheckIn, ...] = ()

    @cached_property
    def tree(self) -> Tree:
        """The metrics and formulas as a tree.

        Raises
        ------
        InvalidValueError, CycleError
            If they form none; `check` says so beforehand.

        Examples
        --------
        >>> GoalBook().tree.leaves
        ()
        """
        return Tree(metrics=self.metrics, formulas=self.formulas)

    @cached_property
    def goals(self) -> Mapping[str, Objective | KeyResult]:
        """Every objective and key result by id; the first, if an id is given twice."""
        found: dict[str, Objective | KeyResult] = {}
        for objective in self.objectives:
            found.setdefault(objective.id, objective)
        for result in self.key_results:
            found.setdefault(result.id, result)
        return found

    @cached_property
    def periods(self) -> Mapping[str, Period]:
        """The period of every goal whose cycle is in the book, by goal id."""
        cycles = {cycle.id: cycle.period for cycle in self.cycles}
        found = {each.id: cycles[each.cycle] for each in self.objectives if each.cycle in cycles}
        return found | {each.id: found[each.objective] for each in self.key_results if each.objective in found}

    def pass_mark(self, goal: Objective | KeyResult) -> Fraction:
        """The score at which a goal counts as reached: 1 if committed, 7/10 if aspirational.

        Parameters
        ----------
        goal : Objective or KeyResult
            A key result without a commitment of its own takes that of its objective.

        Returns
        -------
        Fraction
            A score.

        Examples
        --------
        >>> GoalBook().pass_mark(KeyResult(id="k", objective="o", title="", kind="at_least", commitment="aspirational"))
        Fraction(7, 10)
        """
        if isinstance(goal, Objective):
            return goal.pass_mark
        parent = self.goals.get(goal.objective)
        commitment = goal.commitment or (parent.commitment if isinstance(parent, Objective) else "committed")
        return Fraction(1) if commitment == "committed" else Fraction(7, 10)


def _rounding(value: Any, load_part: Load) -> Rounding:
    given = value if isinstance(value, Mapping) else {}
    method = given.get("method") or (
        "cumulative" if "mode" in given else "largest_remainder" if "tie" in given else None
    )
    if method not in ROUNDERS:
        raise InvalidValueError(f"rounding {method!r}", fix="write method: " + " or method: ".join(ROUNDERS))
    found: Rounding = load_part(value, LargestRemainder if method == "largest_remainder" else Cumulative)
    return found


_HOOKS: Mapping[Any, Any] = {Rounding: _rounding}


def read(text: str, *, file: str = "<text>") -> Loaded[GoalBook]:
    """Read a goal book from YAML text; every problem is a finding with its line.

    Parameters
    ----------
    text : str
        YAML with the fields of `GoalBook` as keys.
    file : str, default "<text>"
        Name for the findings.

    Returns
    -------
    Loaded
        The book, or None; the report; the places of its parts.

    Examples
    --------
    >>> read("name: Q3").value.name
    'Q3'
    """
    return load_text(text, GoalBook, file=file, hooks=_HOOKS)


def load(path: str | Path) -> GoalBook:
    """Read a goal book from a file.

    Parameters
    ----------
    path : str or Path
        A YAML file.

    Returns
    -------
    GoalBook
        The book.

    Raises
    ------
    ReportError
        With all findings, if one of them is an error; `read` returns them instead.

    Examples
    --------
    >>> load("no-such.yaml")
    Traceback (most recent call last):
    salesteam.errors.ReportError: ...
    """
    return read_file(path, read).require()
