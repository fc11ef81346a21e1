"""Facts: what was measured, of which metric, when, for whom; and how facts of one cell become one value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import Finding, Place, Report, find
from salesteam.core._table import column, read_rows
from salesteam.errors import InvalidValueError
from salesteam.goals._model_metric import Metric

__all__ = ["Fact", "Figure", "joined", "read_facts"]


@attrs.frozen(kw_only=True)
class Fact:
    """One measurement of one metric over one span of days.

    Use it for what comes from a CRM or a ledger: one row a deal and day, a month and seat, whatever the source has.
    A rate or share gives its numerator and denominator, so that it can be joined; anything else gives its value.

    Parameters
    ----------
    metric : str
        Id of the metric.
    start, end : datetime.date
        Half-open span that it covers; a fact of one day ends on the next.
    org, product : str or None
        Whom and what it belongs to, as ids; None for the whole, or for what belongs to nobody.
    value : Fraction or None
        In the unit of the metric.
    numerator, denominator : Fraction or None
        Of a rate or share.
    recorded_at : datetime.datetime or None
        When it became known; a later look back leaves it out before.

    Raises
    ------
    InvalidValueError
        If it covers no day or gives neither a value nor both parts of a rate.

    Examples
    --------
    >>> Fact(metric="deals", start=date(2026, 7, 1), end=date(2026, 8, 1), value=Fraction(12)).value
    Fraction(12, 1)
    """

    metric: str = column("id of the metric")
    start: date = column("first day that it covers")
    end: date = column("day after the last")
    org: str | None = column("person or team it belongs to", default=None)
    product: str | None = column("product it belongs to", default=None)
    value: Fraction | None = column("value", "unit of the metric", default=None)
    numerator: Fraction | None = column("what is above in a rate", default=None)
    denominator: Fraction | None = column("what is below in a rate", default=None)
    recorded_at: datetime | None = column("when it became known", default=None)

    def __attrs_post_init__(self) -> None:
        where = f"Fact of {self.metric!r}"
        if self.start >= self.end:
            raise InvalidValueError(
                f"[{self.start}, {self.end}) holds no day", where=where, fix="the end is the day after the last"
            )
        if (self.numerator is None) != (self.denominator is None):
            raise InvalidValueError("a rate with one part only", where=where, fix="give numerator and denominator")
        if self.value is None and self.numerator is None:
            raise InvalidValueError("no value", where=where, fix="give value, or numerator and denominator")

    def known(self, as_of: date | None) -> bool:
        """Whether it was known at the end of a day.

        Parameters
        ----------
        as_of : datetime.date or None
            The day; None for ever.

        Returns
        -------
        bool
            True if it was recorded by then, or nobody says when.

        Examples
        --------
        >>> Fact(metric="m", start=date(2026, 7, 1), end=date(2026, 7, 2), value=Fraction(1)).known(date(2026, 7, 1))
        True
        """
        return as_of is None or self.recorded_at is None or self.recorded_at.date() <= as_of


def read_facts(facts: object) -> tuple[tuple[Fact, ...], Report]:
    """Take facts as they come: nouns, or any table with the columns of `Fact`.

    Parameters
    ----------
    facts : sequence of Fact, other nouns with the same fields, or frame
        Rows.

    Returns
    -------
    tuple of (tuple of Fact, Report)
        The usable ones, in order, and what was set aside and why.
    """
    source: Any = facts
    if isinstance(facts, (list, tuple)) and all(attrs.has(type(fact)) for fact in facts):
        if all(isinstance(fact, Fact) for fact in facts):
            return tuple(facts), Report()
        source = [attrs.asdict(fact, recurse=False) for fact in facts]
    return read_rows(source, Fact, table="facts")


@attrs.frozen(kw_only=True)
class Figure:
    """One value with what it rests on; `trouble` is set where the facts may not be joined."""

    value: Fraction | None = None
    n: int = 0
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    newest: date | None = None
    trouble: Finding | None = None


def joined(metric: Metric, facts: Sequence[Fact], place: Place) -> Figure:
    """Join the facts of one metric in one cell to one value, by the rules of the metric.

    Parameters
    ----------
    metric : Metric
        Says how.
    facts : sequence of Fact
        At least one, all of this metric and within one period.
    place : Place
        For a finding.

    Returns
    -------
    Figure
        A flow and a stock are added over org and product if they may be; a stock stands for its time as the metric
        says; a rate is the sum above over the sum below.
    """
    newest = max(fact.end for fact in facts)
    trouble = _unjoinable(metric, facts, place)
    if trouble is not None:
        return Figure(n=len(facts), newest=newest, trouble=trouble)
    if metric.kind in {"rate", "share"} and not metric.unweighted:
        return _rate(metric, facts, place, newest)
    values = [fact.value for fact in facts if fact.value is not None]
    if len(values) < len(facts):
        trouble = find("goals.no-value", place, metric=metric.id, count=len(facts) - len(values))
        return Figure(n=len(facts), newest=newest, trouble=trouble)
    if metric.kind == "flow":
        value = sum(values, Fraction(0))
    elif metric.kind == "stock":
        value = sum((_at(metric, series) for series in _series(facts)), Fraction(0))
    elif metric.kind == "index":
        value = _index(metric, facts)
    else:
        value = sum(values, Fraction(0)) / len(values)
    return Figure(value=value, n=len(facts), newest=newest)


def _unjoinable(metric: Metric, facts: Sequence[Fact], place: Place) -> Finding | None:
    for axis in ("org", "product"):
        owners = [getattr(fact, axis) for fact in facts]
        parts = sorted({str(owner) for owner in owners if owner is not None})
        if None in owners and parts and _is_whole(facts, owners):
            return find("goals.mixed-grain", place, metric=metric.id, axis=axis, parts=parts)
        if len(set(owners)) > 1 and metric.kind in {"flow", "stock"} and not metric.adds_over(axis):
            return find("goals.not-additive", place, metric=metric.id, axis=axis, parts=parts)
    if metric.kind != "index" or len(facts) == 1:
        return None
    orgs = [fact.org for fact in facts]
    if len(set(orgs)) < len(orgs) or not {org for org, _ in metric.weights}.issuperset(orgs):
        parts = sorted({str(org) for org in orgs})
        return find("goals.not-additive", place, metric=metric.id, axis="org", parts=parts)
    return None


def _is_whole(facts: Sequence[Fact], owners: Sequence[str | None]) -> bool:
    """Whether the facts of nobody are the sum of the others: then they are the whole, and not one more part."""
    sums = [Fraction(0), Fraction(0)]
    for fact, owner in zip(facts, owners, strict=True):
        sums[owner is None] += (fact.value if fact.denominator is None else fact.denominator) or 0
    return sums[0] == sums[1] != 0


def _rate(metric: Metric, facts: Sequence[Fact], place: Place, newest: date) -> Figure:
    bare = sum(fact.numerator is None for fact in facts)
    if bare:
        trouble = find("goals.rate-without-parts", place, metric=metric.id, count=bare)
        return Figure(n=len(facts), newest=newest, trouble=trouble)
    above = sum((fact.numerator or Fraction(0) for fact in facts), Fraction(0))
    below = sum((fact.denominator or Fraction(0) for fact in facts), Fraction(0))
    return Figure(
        value=above / below if below else None,
        n=int(below) if below.denominator == 1 else len(facts),
        numerator=above,
        denominator=below,
        newest=newest,
    )


def _series(facts: Iterable[Fact]) -> list[list[Fact]]:
    groups: dict[tuple[str | None, str | None], list[Fact]] = {}
    for fact in facts:
        groups.setdefault((fact.org, fact.product), []).append(fact)
    return [sorted(group, key=lambda fact: (fact.end, str(fact.recorded_at or ""))) for group in groups.values()]


def _at(metric: Metric, series: Sequence[Fact]) -> Fraction:
    values = [fact.value or Fraction(0) for fact in series]
    if metric.over_time == "mean":
        return sum(values, Fraction(0)) / len(values)
    return values[-1] if metric.over_time == "last" else values[0]


def _index(metric: Metric, facts: Sequence[Fact]) -> Fraction:
    if len(facts) == 1:
        return facts[0].value or Fraction(0)
    weights = dict(metric.weights)
    total = sum((weights[fact.org or ""] for fact in facts), Fraction(0))
    return sum((weights[fact.org or ""] * (fact.value or Fraction(0)) for fact in facts), Fraction(0)) / total
