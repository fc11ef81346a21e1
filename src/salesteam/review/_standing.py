"""Where the team stands against its goals, why it moved, and which lines were crossed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

import attrs

from salesteam import goals
from salesteam.core import Calendar, Finding, Period, Place, Report, find
from salesteam.errors import SalesteamError
from salesteam.review._facts import Facts
from salesteam.review._playbook import Playbook
from salesteam.review._refusal import refusal

__all__ = ["Share", "Standing", "stand"]

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Share:
    """A person's part of the cascaded target, and what they brought.

    Parameters
    ----------
    person : str
        Id.
    target, actual : Fraction
        In the unit of the metric.

    Examples
    --------
    >>> Share(person="li", target=Fraction(100), actual=Fraction(80)).attainment
    Fraction(4, 5)
    """

    person: str
    target: Fraction
    actual: Fraction

    @property
    def attainment(self) -> Fraction | None:
        """Actual over target; None without a target.

        Examples
        --------
        >>> Share(person="li", target=Fraction(0), actual=Fraction(80)).attainment is None
        True
        """
        return self.actual / self.target if self.target else None


@attrs.frozen(kw_only=True)
class Standing:
    """The goals part of a review.

    Parameters
    ----------
    now, before : salesteam.goals.Evaluation or None
        All metrics in the period to date, and in the whole period before.
    scores : salesteam.goals.Scores or None
        Where every goal stands.
    cascade : salesteam.goals.Cascade or None
        The target, split over time and people.
    shares : tuple of Share
        Each person's part of the period's target, beside what they brought.
    attribution : salesteam.goals.Attribution or None
        Why the metric of the cascade changed against the period before.
    watch : salesteam.goals.Watch or None
        The thresholds that were crossed.
    report : Report
        Findings.

    Examples
    --------
    >>> Standing(report=Report()).shares
    ()
    """

    now: goals.Evaluation | None = None
    before: goals.Evaluation | None = None
    scores: goals.Scores | None = None
    cascade: goals.Cascade | None = None
    shares: tuple[Share, ...] = ()
    attribution: goals.Attribution | None = None
    watch: goals.Watch | None = None
    report: Report = Report()


@attrs.define
class _Stand:
    """Carries the parts out one by one; what cannot be done becomes a finding, and the others go on."""

    playbook: Playbook
    book: goals.GoalBook
    facts: Facts
    as_of: date
    period: Period
    calendar: Calendar | None
    found: list[Finding] = attrs.Factory(list)

    def attempt(self, part: str, verb: Callable[[], T]) -> T | None:
        try:
            return verb()
        except SalesteamError as error:
            self.found.extend(refusal(f"goals.{part}", error))
            return None

    def rows(self) -> list[goals.Fact]:
        table = self.facts.metrics
        return [
            goals.Fact(
                metric=row.metric,
                start=row.start,
                end=row.end,
                org=row.org,
                product=row.product,
                value=row.value,
                numerator=row.numerator,
                denominator=row.denominator,
            )
            for row in (table.rows if table else ())
            if row.end <= self.as_of + timedelta(days=1) and row.metric in self.book.tree.by_id
        ]

    def method(self) -> str | None:
        method = self.playbook.header.attribution
        if method is None:
            options = [f"{name}: {text}" for name, text in goals.METHODS.items()]
            self.found.append(find("review.no-attribution", Place(file="playbook.yaml"), options=options))
        return method


def stand(playbook: Playbook, facts: Facts, *, as_of: date, period: Period, calendar: Calendar | None) -> Standing:
    """Tell where the team stands.

    Parameters
    ----------
    playbook : Playbook
        With goals.
    facts : Facts
        With metrics.
    as_of : date
        Looked at from the end of this day.
    period : Period
        What is reviewed.
    calendar : Calendar or None
        For working days.

    Returns
    -------
    Standing
        All parts that could be worked out, and findings on the others.
    """
    book = playbook.goals
    assert book is not None
    run = _Stand(playbook, book, facts, as_of, period, calendar)
    run.found.extend(goals.check(book))
    if not Report(run.found).ok or run.attempt("tree", lambda: book.tree) is None:
        return Standing(report=Report(run.found))
    rows = run.rows()
    to_date = _to_date(period, as_of)
    previous = period.previous()
    now = run.attempt("now", lambda: goals.evaluate(book.tree, rows, by=(), within=to_date, as_of=as_of))
    before = run.attempt("before", lambda: goals.evaluate(book.tree, rows, by=(), within=previous, as_of=as_of))
    scores = run.attempt("scores", lambda: _scores(run, rows)) if book.score_policy and book.status_policy else None
    cascade = run.attempt("cascade", lambda: _cascade(run)) if book.cascade else None
    method = run.method()
    root = book.cascade.metric if book.cascade else None
    attribution = None
    if method is not None and root is not None:
        attribution = run.attempt(
            "attribution",
            lambda: goals.attribute(
                book.tree, rows, before=previous, after=to_date, root=root, method=method, as_of=as_of
            ),
        )
    watch = None
    if method is not None and book.thresholds:
        watch = run.attempt(
            "thresholds",
            lambda: goals.watch(book.thresholds, book.tree, rows, as_of=as_of, method=method),
        )
    reports = [part.report for part in (now, scores, cascade, attribution, watch) if part is not None]
    findings = dict.fromkeys([*run.found, *(finding for report in reports for finding in report)])
    return Standing(
        now=now,
        before=before,
        scores=scores,
        cascade=cascade,
        shares=_shares(cascade, book, period, to_date, rows) if cascade is not None else (),
        attribution=attribution,
        watch=watch,
        report=Report(findings),
    )


def _to_date(period: Period, as_of: date) -> Period:
    end = min(period.end, as_of + timedelta(days=1))
    return period if end == period.end else Period(start=period.start, end=end)


def _scores(run: _Stand, rows: Sequence[goals.Fact]) -> goals.Scores:
    seen, report = goals.observe(run.book, rows, as_of=run.as_of)
    run.found.extend(report)
    checkins = (*run.book.check_ins, *seen)
    return goals.score(run.book, checkins, as_of=run.as_of, calendar=run.calendar)


def _cascade(run: _Stand) -> goals.Cascade:
    plan = run.book.cascade
    assert plan is not None
    return goals.cascade_plan(plan, roster=run.facts.roster, calendar=run.calendar)


def _shares(
    cascade: goals.Cascade, book: goals.GoalBook, period: Period, to_date: Period, rows: Sequence[goals.Fact]
) -> tuple[Share, ...]:
    """Each person's target of the period beside what they brought; nothing where the cascade has no such period."""
    axes = {axis.name: axis for axis in cascade.axes}
    metric = book.cascade.metric if book.cascade else None
    if not cascade.ok or "org" not in axes or metric is None or metric not in book.tree.by_id:
        return ()
    if "time" in axes and period.name not in axes["time"].by_id:
        return ()
    seen = goals.evaluate(book.tree, rows, by=("org",), within=to_date)
    actual = {value.org: value.value for value in seen.values if value.metric == metric}
    top = (period.name,) if "time" in axes else ()
    return tuple(
        Share(
            person=person,
            target=Fraction(cascade.at(*top, person)),
            actual=actual.get(person) or Fraction(0),
        )
        for person in axes["org"].leaves
    )
