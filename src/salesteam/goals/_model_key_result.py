"""Key results of every kind, and what makes one impossible."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Literal

import attrs

from salesteam.core import Period, rational
from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError, missing_choice
from salesteam.goals._choice import named
from salesteam.goals._model_okr import Commitment

__all__ = ["Change", "KeyResult", "Level", "Milestone", "PlanPart"]

Kind = Literal["increase", "decrease", "maintain", "at_least", "at_most", "milestone", "ordinal"]
_OUTSIDE = {
    "binary": "0 outside the band",
    "linear": "falls from 1 at the edge to 0 at the tolerance",
    "share_of_time": "the share of days inside the band",
}
_BETWEEN = {"step": "the score of the highest level reached", "interpolate": "a straight line between two levels"}


def _fraction(value: object) -> Fraction | None:
    return None if value is None else rational(value)


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Milestone:
    """One step of a key result that is reached step by step.

    Parameters
    ----------
    id : str
        Name.
    title : str
        What is accepted when it is done.
    weight : Fraction
        Among the steps; positive.
    due : datetime.date or None
        When it should be accepted.

    Raises
    ------
    InvalidValueError
        If the weight is not positive.

    Examples
    --------
    >>> Milestone(id="signed", title="contract signed", weight="1/2").weight
    Fraction(1, 2)
    """

    id: str = attrs.field(validator=named)
    title: str = ""
    weight: Fraction = attrs.field(default=Fraction(1), converter=rational)
    due: date | None = None

    def __attrs_post_init__(self) -> None:
        if self.weight <= 0:
            where = f"Milestone {self.id!r}"
            raise InvalidValueError(f"weight {self.weight}", where=where, fix="give a positive weight")


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Level:
    """One level of an ordinal key result, such as commit, target or stretch.

    Parameters
    ----------
    name : str
        Such as ``"stretch"``.
    at : Fraction
        The value at which it is reached.
    score : Fraction
        What it scores.

    Examples
    --------
    >>> Level(name="commit", at=80, score="0.3").score
    Fraction(3, 10)
    """

    name: str
    at: Fraction = attrs.field(converter=rational)
    score: Fraction = attrs.field(converter=rational)


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class PlanPart:
    """What a key result plans for one period.

    Parameters
    ----------
    period : Period
        When.
    value : Fraction
        The amount planned for this period alone.

    Examples
    --------
    >>> PlanPart(period=Period.parse("2026-Q1"), value=250_000).value
    Fraction(250000, 1)
    """

    period: Period
    value: Fraction = attrs.field(converter=rational)


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Change:
    """A change with its unit, so that nobody has to guess what a percent means.

    Parameters
    ----------
    amount : Fraction
        With its sign; 0.15 for 15 percent or 15 points.
    unit : {'relative', 'pp', 'absolute'}
        Percent of the baseline, points of a rate, or the unit of the metric.

    Examples
    --------
    >>> Change(amount="15%", unit="relative").baseline_of(Fraction(300))
    Fraction(6000, 23)
    """

    amount: Fraction = attrs.field(converter=rational)
    unit: Literal["relative", "pp", "absolute"]

    def __attrs_post_init__(self) -> None:
        if self.unit == "relative" and self.amount <= -1:
            raise InvalidValueError(
                f"a relative change of {self.amount}", where="Change", fix="nothing can fall by more than all of it"
            )

    def target_of(self, baseline: Fraction) -> Fraction:
        """Where the change leads.

        Parameters
        ----------
        baseline : Fraction
            From where.

        Returns
        -------
        Fraction
            Baseline with the change.

        Examples
        --------
        >>> Change(amount="0.25", unit="pp").target_of(Fraction(1, 10))
        Fraction(7, 20)
        """
        return baseline * (1 + self.amount) if self.unit == "relative" else baseline + self.amount

    def baseline_of(self, target: Fraction) -> Fraction:
        """From where the change leads to a target.

        Parameters
        ----------
        target : Fraction
            Where it leads.

        Returns
        -------
        Fraction
            The baseline that is implied.

        Examples
        --------
        >>> round(float(Change(amount="15%", unit="relative").baseline_of(Fraction(3_000_000))))
        2608696
        """
        return target / (1 + self.amount) if self.unit == "relative" else target - self.amount


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class KeyResult:
    """A number that tells whether an objective is reached.

    ``increase`` and ``decrease`` score the way from baseline to target; ``maintain`` a band from `low` to `high`;
    ``at_least`` and ``at_most`` are gates, 1 or 0; ``milestone`` scores accepted steps; ``ordinal`` scores levels.

    Parameters
    ----------
    id : str
        Name.
    objective : str
        Id of the objective that it measures.
    title : str
        In words.
    kind : str
        One of the kinds above.
    metric : str or None
        Id of the metric of the tree that it follows; its values may then come from facts.
    unit : str
        Unit of value, baseline and target.
    baseline, target : Fraction or None
        From where to where; a gate has only a target.
    low, high : Fraction or None
        The band of ``maintain``, edges included.
    outside : {'binary', 'linear', 'share_of_time'} or None
        For ``maintain``, required there: what a value outside the band scores.
    tolerance : Fraction or None
        For ``linear``: how far outside the score reaches 0.
    milestones : tuple of Milestone
        For ``milestone``.
    levels : tuple of Level
        For ``ordinal``, in the order in which they are reached.
    between : {'step', 'interpolate'} or None
        For ``ordinal``, required there: what a value between two levels scores.
    reports : {'level', 'amount'}
        Whether a check-in says where the metric stands, or the amount since the last one.
    plan : tuple of PlanPart
        Amounts by period, for the status by period or window and for the pace; a straight line without them.
    additive : bool or None
        Whether its value may be added to others, where no metric says so.
    weight : Fraction or None
        Among the key results of its objective.
    commitment : {'committed', 'aspirational'} or None
        As the objective, unless given.
    owner : str
        Person who answers for it.
    agreed_by : tuple of str or None
        Who signed it; None if nobody keeps signatures.
    stated : Change or None
        The change that its words promise.
    pay : {'none', 'score', 'metric'}
        What pay hangs on; a score is no measure for pay, a metric may be.

    Raises
    ------
    InvalidValueError
        If the parts of its kind are missing or contradict, such as a target on the wrong side of the baseline.

    Examples
    --------
    >>> KeyResult(id="kr.cycle_days", objective="o.speed", title="from 90 to 60 days", kind="decrease", unit="day",
    ...           baseline=90, target=60).target
    Fraction(60, 1)
    """

    id: str = attrs.field(validator=named)
    objective: str
    title: str
    kind: Kind
    metric: str | None = None
    unit: str = ""
    baseline: Fraction | None = attrs.field(default=None, converter=_fraction)
    target: Fraction | None = attrs.field(default=None, converter=_fraction)
    low: Fraction | None = attrs.field(default=None, converter=_fraction)
    high: Fraction | None = attrs.field(default=None, converter=_fraction)
    outside: Literal["binary", "linear", "share_of_time"] | None = None
    tolerance: Fraction | None = attrs.field(default=None, converter=_fraction)
    milestones: tuple[Milestone, ...] = ()
    levels: tuple[Level, ...] = ()
    between: Literal["step", "interpolate"] | None = None
    reports: Literal["level", "amount"] = "level"
    plan: tuple[PlanPart, ...] = ()
    additive: bool | None = None
    weight: Fraction | None = attrs.field(default=None, converter=_fraction)
    commitment: Commitment | None = None
    owner: str = ""
    agreed_by: tuple[str, ...] | None = None
    stated: Change | None = None
    pay: Literal["none", "score", "metric"] = "none"

    def __attrs_post_init__(self) -> None:
        where = f"KeyResult {self.id!r}"
        if self.kind in {"increase", "decrease"} and self.baseline is not None and self.target is not None:
            if (self.target < self.baseline) == (self.kind == "increase") and self.target != self.baseline:
                raise InvalidValueError(
                    f"it is to {self.kind} from {self.baseline} to {self.target}", where=where, fix="swap kind or ends"
                )
        elif self.kind == "maintain":
            self._check_band(where)
        elif self.kind == "milestone" and not self.milestones:
            raise InvalidValueError("a milestone result without milestones", where=where, fix="give at least one")
        elif self.kind == "ordinal":
            self._check_levels(where)
        if self.weight is not None and self.weight < 0:
            raise InvalidValueError(f"weight {self.weight}", where=where, fix="give zero or more")
        parts = self.plan
        if any(after.period.start < before.period.end for before, after in pairwise(parts)):
            raise InvalidValueError("plan periods overlap or run back", where=where, fix="put them in order of time")

    def _check_band(self, where: str) -> None:
        if self.low is None or self.high is None or self.low > self.high:
            raise InvalidValueError("a band without low <= high", where=where, fix="give both edges in order")
        if self.outside is None:
            raise missing_choice("outside", _OUTSIDE, where=where)
        if self.outside == "linear" and (self.tolerance is None or self.tolerance <= 0):
            raise InvalidValueError("linear needs a tolerance", where=where, fix="say how far outside scores 0")

    def _check_levels(self, where: str) -> None:
        at = [level.at for level in self.levels]
        if len(at) < 2 or (at != sorted(set(at)) and at != sorted(set(at), reverse=True)):
            raise InvalidValueError(
                "levels are not in one order", where=where, fix="give two or more, rising or falling, none twice"
            )
        scores = [level.score for level in self.levels]
        if scores != sorted(scores):
            raise InvalidValueError("a later level scores less", where=where, fix="let scores rise with the levels")
        if self.between is None:
            raise missing_choice("between", _BETWEEN, where=where)

    @property
    def has_way(self) -> bool:
        """Whether it moves from a baseline to a target, so that a pace can be asked of it.

        Examples
        --------
        >>> KeyResult(id="k", objective="o", title="", kind="at_least", target=5).has_way
        False
        """
        return self.kind in {"increase", "decrease"} and None not in {self.baseline, self.target}
