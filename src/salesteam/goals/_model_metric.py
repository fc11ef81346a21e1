"""Metrics: what a number measures, in which unit, and over what it may be added up."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

import attrs

from salesteam.core import percent_text, rational, say
from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError, missing_choice
from salesteam.goals._choice import named
from salesteam.goals._units import Unit, unit_of
from salesteam.goals._words import figure

__all__ = ["Guardrail", "Metric", "Threshold"]

Kind = Literal["flow", "stock", "rate", "share", "index"]


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Metric:
    """Something that is measured over and over, with the rules by which its values may be joined.

    Use a ``flow`` for what happens during a time (revenue, deals won): it adds up over time.
    Use a ``stock`` for what is there at a moment (open pipeline): it never adds up over time.
    Use a ``rate`` or ``share`` for a ratio of two sums: it is joined as the sum above over the sum below.
    Use an ``index`` for a score without such a ratio: it is joined by declared weights or not at all.

    Parameters
    ----------
    id : str
        Name in formulas and facts.
    kind : {'flow', 'stock', 'rate', 'share', 'index'}
        How it behaves over time.
    unit : str
        Such as ``"CNY"``, ``"deal"``, ``"CNY/deal"``; ``"1"`` for a rate.
    name : str, optional
        Words for a reader; the id if empty.
    additive_over : tuple of str
        Over which of ``"time"``, ``"org"``, ``"product"`` values may be added up; distinct customers add up over none.
        A flow always adds up over time; rate, share and index over nothing.
    better : {'up', 'down'} or None
        Which way is good, if one is.
    over_time : {'last', 'mean', 'opening'} or None
        For a stock, and required there: which of its values stands for a period.
    unweighted : bool, default False
        For a rate given as finished values only: whether their plain mean may stand for the whole.
    weights : tuple of (str, Fraction)
        For an index: the weight of each org it is joined over.
    absent : {'propagate', 'zero'}
        What a period without facts means: a missing value, which propagates, or a true zero.
    max_age_days : int or None
        For a stock: how many days a value stays fresh.
    numerator, denominator : str
        Words for what is above and below in a rate.
    source : str
        Where the values come from.

    Raises
    ------
    InvalidValueError
        If the metric contradicts itself.

    Examples
    --------
    >>> Metric(id="revenue", kind="flow", unit="CNY", additive_over=("org", "product")).adds_over("time")
    True
    """

    id: str = attrs.field(validator=named)
    kind: Kind
    unit: str
    name: str = ""
    additive_over: tuple[str, ...] = ()
    better: Literal["up", "down"] | None = None
    over_time: Literal["last", "mean", "opening"] | None = None
    unweighted: bool = False
    weights: tuple[tuple[str, Fraction], ...] = ()
    absent: Literal["propagate", "zero"] = "propagate"
    max_age_days: int | None = None
    numerator: str = ""
    denominator: str = ""
    source: str = ""

    def __attrs_post_init__(self) -> None:
        where = f"Metric {self.id!r}"
        unit_of(self.unit)
        unknown = set(self.additive_over) - {"time", "org", "product"}
        if unknown:
            raise InvalidValueError(
                f"additive_over names {', '.join(sorted(unknown))}", where=where, fix="use time, org, product"
            )
        if self.kind in {"rate", "share", "index"} and self.additive_over:
            raise InvalidValueError(
                f"a {self.kind} does not add up over {', '.join(self.additive_over)}",
                where=where,
                fix="leave additive_over empty; it is joined as the sum above over the sum below",
            )
        if self.kind == "stock" and "time" in self.additive_over:
            fix = "take time out of additive_over"
            raise InvalidValueError("a stock never adds up over time", where=where, fix=fix)
        if self.kind == "stock" and self.over_time is None:
            options = {
                "last": "its last value in the period",
                "mean": "the plain mean of its values in the period",
                "opening": "its first value in the period",
            }
            raise missing_choice("over_time", options, where=where)
        if self.kind == "share" and not self.measure.plain:
            raise InvalidValueError(f"a share has no unit, but {self.unit!r} is given", where=where, fix="write unit 1")

    @property
    def measure(self) -> Unit:
        """The unit, ready for arithmetic.

        Examples
        --------
        >>> str(Metric(id="acv", kind="rate", unit="CNY/deal").measure)
        'CNY/deal'
        """
        return unit_of(self.unit)

    @property
    def title(self) -> str:
        """Words for a reader.

        Examples
        --------
        >>> Metric(id="deals", kind="flow", unit="deal", name="deals won").title
        'deals won'
        """
        return self.name or self.id

    @property
    def change_unit(self) -> str:
        """The unit of a difference: ``pp`` for a rate or share without unit, else the unit itself.

        Examples
        --------
        >>> Metric(id="win_rate", kind="rate", unit="1").change_unit
        'pp'
        """
        return "pp" if self.kind in {"rate", "share"} and self.measure.plain else self.unit

    def shown(self, value: Fraction | None, lang: str = "en") -> str:
        """A value for a reader: a rate without unit as a percentage, anything else with its unit.

        Parameters
        ----------
        value : Fraction or None
            In the unit of the metric.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        str
            One phrase; a word where there is no value.

        Examples
        --------
        >>> Metric(id="win_rate", kind="rate", unit="1").shown(Fraction(1, 4))
        '25%'
        """
        if value is None or self.change_unit != "pp":
            return figure(value, lang) + ("" if value is None or self.measure.plain else f" {self.unit}")
        return percent_text(value)

    def shown_change(self, change: Fraction, lang: str = "en") -> str:
        """A difference for a reader: in points for a rate without unit, anything else with its unit.

        Parameters
        ----------
        change : Fraction
            In the unit of the metric.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        str
            With its sign.

        Examples
        --------
        >>> Metric(id="win_rate", kind="rate", unit="1").shown_change(Fraction(-3, 20))
        '-15 pp'
        """
        if self.change_unit == "pp":
            return figure(change * 100, lang, signed=True) + say(lang, en=" pp", zh=" 个百分点")
        return figure(change, lang, signed=True) + ("" if self.measure.plain else f" {self.unit}")

    def adds_over(self, axis: str) -> bool:
        """Whether values may be added up over time, org or product.

        Parameters
        ----------
        axis : {'time', 'org', 'product'}
            Over what.

        Returns
        -------
        bool
            True for a flow over time and for what `additive_over` names.

        Examples
        --------
        >>> Metric(id="customers", kind="flow", unit="customer").adds_over("org")
        False
        """
        return axis in self.additive_over or (axis == "time" and self.kind == "flow")


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Guardrail:
    """What a goal must not cost: a metric that has to stay on one side of a limit.

    Use it beside every growth goal, such as a floor on margin or a ceiling on churn.

    Parameters
    ----------
    goal : str
        Objective or key result that it guards.
    metric : str
        What is watched.
    at_least, at_most : Fraction or None
        The limit; exactly one of the two.

    Raises
    ------
    InvalidValueError
        If none or both limits are given.

    Examples
    --------
    >>> Guardrail(goal="o.growth", metric="margin", at_least="30%").holds(Fraction(3, 10))
    True
    """

    goal: str
    metric: str
    at_least: Fraction | None = attrs.field(default=None, converter=attrs.converters.optional(rational))
    at_most: Fraction | None = attrs.field(default=None, converter=attrs.converters.optional(rational))

    def __attrs_post_init__(self) -> None:
        if (self.at_least is None) == (self.at_most is None):
            raise InvalidValueError(
                "a guardrail needs exactly one limit",
                where=f"Guardrail of {self.goal!r}",
                fix="give at_least or at_most",
            )

    def holds(self, value: Fraction) -> bool:
        """Whether a value keeps to the limit; the limit itself does.

        Parameters
        ----------
        value : Fraction
            Value of the metric, in its unit.

        Returns
        -------
        bool
            False if the goal was bought too dearly.

        Examples
        --------
        >>> Guardrail(goal="o.growth", metric="churn", at_most="5%").holds(Fraction(6, 100))
        False
        """
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Threshold:
    """A line that a metric must not fall below; crossing it opens an investigation.

    Use it for such rules as: cross-department completion below 80 % is looked into at once.
    The comparison is strict: exactly at the line is no breach.

    Parameters
    ----------
    id : str
        Name of the rule.
    metric : str
        What is watched.
    below : Fraction
        The line, in the unit of the metric; a breach is a value strictly below.
    consecutive : int
        How many periods in a row must be below before it opens.
    least_n : int
        The fewest cases (denominator of a rate, number of facts otherwise) that a value must rest on to count.
    clears_at : Fraction
        Once open, it closes at a value of at least this; not below `below`.
    per : {'day', 'week', 'month', 'quarter', 'half', 'year'}
        The period that is looked at.
    by : tuple of str
        ``("org",)`` or ``("product",)`` to watch each apart; empty to watch the whole.

    Raises
    ------
    InvalidValueError
        If `clears_at` is below the line, or a count is not positive.

    Examples
    --------
    >>> rule = Threshold(id="cross", metric="completion", below="0.80", consecutive=1, least_n=5, clears_at="0.85",
    ...                  per="month")
    >>> rule.breached_by(Fraction(80, 100)), rule.breached_by(Fraction(79, 100))
    (False, True)
    """

    id: str = attrs.field(validator=named)
    metric: str
    below: Fraction = attrs.field(converter=rational)
    consecutive: int
    least_n: int
    clears_at: Fraction = attrs.field(converter=rational)
    per: Literal["day", "week", "month", "quarter", "half", "year"]
    by: tuple[Literal["org", "product"], ...] = ()

    def __attrs_post_init__(self) -> None:
        where = f"Threshold {self.id!r}"
        if self.clears_at < self.below:
            raise InvalidValueError("clears_at lies below the line", where=where, fix="set it to the line or above")
        if self.consecutive < 1 or self.least_n < 0:
            raise InvalidValueError(
                "consecutive must be 1 or more and least_n 0 or more", where=where, fix="correct the counts"
            )

    def breached_by(self, value: Fraction) -> bool:
        """Whether a value lies strictly below the line.

        Parameters
        ----------
        value : Fraction
            Value of the metric, in its unit.

        Returns
        -------
        bool
            True for a breach.

        Examples
        --------
        >>> rule = Threshold(id="t", metric="m", below=1, consecutive=1, least_n=0, clears_at=1, per="month")
        >>> rule.breached_by(Fraction(1))
        False
        """
        return value < self.below
