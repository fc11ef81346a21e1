"""What an attribution gives: contributions that sum to the change, as frame, bridge and explanation."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import (
    Cell,
    Explanation,
    Grid,
    Money,
    Period,
    Report,
    Step,
    exponent,
    percent_text,
    round_half_up,
    say,
)
from salesteam.core._table import column, write_rows
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.goals._model_metric import Metric
from salesteam.goals._rounding import footed
from salesteam.goals._words import Tone, figure

__all__ = ["Attribution", "Contribution", "Rule"]


@attrs.frozen(kw_only=True)
class Contribution:
    """The part of a change that one leaf made.

    Parameters
    ----------
    node : str
        The leaf.
    path : str
        The way from the root to it.
    segment : str or None
        The person, team or product, where the part of a leaf is split.
    method, scope : str
        How it was computed; scope ``stepwise`` chains the slopes of the formulas rule by rule.
    before, after : Fraction
        The leaf at both ends, in its own unit.
    contribution : Fraction
        In the unit of the root.

    Examples
    --------
    >>> Contribution(node="deals", path="revenue > deals", method="shapley", before=Fraction(10), after=Fraction(12),
    ...              contribution=Fraction(9)).scope
    'stepwise'
    """

    node: str = column("leaf metric")
    path: str = column("way from the root to it")
    segment: str | None = column("person, team or product", default=None)
    method: str = column("method of attribution")
    scope: str = column("stepwise: slopes are chained rule by rule", default="stepwise")
    before: Fraction = column("value before", "unit of the leaf")
    after: Fraction = column("value after", "unit of the leaf")
    contribution: Fraction = column("part of the change", "unit of the root")

    @property
    def title(self) -> str:
        """Leaf and segment in one phrase.

        Examples
        --------
        >>> Contribution(node="deals", path="", segment="li", method="shapley", before=Fraction(1), after=Fraction(1),
        ...              contribution=Fraction(0)).title
        'deals li'
        """
        return self.node if self.segment is None else f"{self.node} {self.segment}"


@attrs.frozen(kw_only=True)
class Rule:
    """One formula of the tree with the mean slope of each of its metrics between the two periods."""

    node: str
    formula: str
    slopes: tuple[tuple[str, Fraction], ...]


@attrs.frozen(kw_only=True)
class Attribution:
    """Why a metric changed; made by `attribute`.

    Parameters
    ----------
    root : Metric
        What changed.
    method : str
        How products share their change.
    before, after : Period
        Between which periods.
    values : tuple of (Fraction, Fraction) or None
        The root at both ends; None if it has no value at one of them.
    contributions : tuple of Contribution
        They sum to the change exactly.
    rules : tuple of Rule
        The slopes that were used.
    report : Report
        What could not be attributed, and why.

    Examples
    --------
    >>> june = Period.parse("2026-06")
    >>> Attribution(root=Metric(id="deals", kind="flow", unit="deal"), method="shapley", before=june, after=june,
    ...             values=(Fraction(1), Fraction(3)), contributions=(), rules=(), report=Report()).change
    Fraction(2, 1)
    """

    root: Metric
    method: str
    before: Period
    after: Period
    values: tuple[Fraction, Fraction] | None
    contributions: tuple[Contribution, ...]
    rules: tuple[Rule, ...]
    report: Report

    @property
    def change(self) -> Fraction | None:
        """After less before, in the unit of the root; None if one of them is not there.

        Examples
        --------
        >>> june = Period.parse("2026-06")
        >>> nothing = Attribution(root=Metric(id="deals", kind="flow", unit="deal"), method="shapley", before=june,
        ...                       after=june, values=None, contributions=(), rules=(), report=Report())
        >>> nothing.change is None
        True
        """
        return None if self.values is None else self.values[1] - self.values[0]

    @property
    def cancellation(self) -> Fraction | None:
        """Sum of the sizes of all parts over the size of the change; 1 if nothing cancels, None without change.

        Examples
        --------
        >>> june = Period.parse("2026-06")
        >>> still = Attribution(root=Metric(id="deals", kind="flow", unit="deal"), method="shapley", before=june,
        ...                     after=june, values=(Fraction(1),) * 2, contributions=(), rules=(), report=Report())
        >>> still.cancellation is None
        True
        """
        if not self.change:
            return None
        return sum((abs(each.contribution) for each in self.contributions), Fraction(0)) / abs(self.change)

    @property
    def conventions(self) -> tuple[str, ...]:
        """What was chosen where the field knows several ways.

        Examples
        --------
        >>> june = Period.parse("2026-06")
        >>> Attribution(root=Metric(id="deals", kind="flow", unit="deal"), method="shapley", before=june, after=june,
        ...             values=None, contributions=(), rules=(), report=Report()).conventions
        ('method=shapley', 'scope=stepwise', 'periods=endpoint')
        """
        return (f"method={self.method}", "scope=stepwise", "periods=endpoint")

    def top(self, count: int) -> tuple[Contribution, ...]:
        """The largest parts by size.

        Parameters
        ----------
        count : int
            How many at the most.

        Returns
        -------
        tuple of Contribution
            Largest first; parts of zero are left out.

        Examples
        --------
        >>> june = Period.parse("2026-06")
        >>> Attribution(root=Metric(id="deals", kind="flow", unit="deal"), method="shapley", before=june, after=june,
        ...             values=None, contributions=(), rules=(), report=Report()).top(3)
        ()
        """
        ordered = sorted(self.contributions, key=lambda each: (-abs(each.contribution), each.title))
        return tuple(each for each in ordered if each.contribution)[:count]

    def money(self, currency: str) -> tuple[Money, tuple[Money, ...], Money]:
        """The bridge in whole minor units: before, one part each, after; it foots to the last unit.

        Before and after are rounded half up; the parts are brought to whole units by largest remainder, so that they
        sum to the difference of the two.

        Parameters
        ----------
        currency : str
            ISO 4217 code; the root must have it as its unit.

        Returns
        -------
        tuple of (Money, tuple of Money, Money)
            Before, the parts in the order of `contributions`, after.

        Raises
        ------
        InvalidValueError
            If the root is not in this currency, or has no value at an end.

        Examples
        --------
        >>> june = Period.parse("2026-06")
        >>> Attribution(root=Metric(id="revenue", kind="flow", unit="CNY"), method="shapley", before=june, after=june,
        ...             values=(Fraction(1), Fraction(3)), contributions=(), rules=(),
        ...             report=Report()).money("CNY")[2].minor
        300
        """
        if self.root.unit != currency or self.values is None:
            raise InvalidValueError(
                f"{self.root.id} in {self.root.unit} has no view in {currency}",
                where="Attribution.money",
                fix="attribute a metric whose unit is the currency, between periods that both have a value",
            )
        scale = 10 ** exponent(currency)
        start, end = (round_half_up(value * scale) for value in self.values)
        exact = [each.contribution * scale for each in self.contributions]
        parts = footed(exact, end - start, [each.path + each.title for each in self.contributions]) if exact else ()
        return (
            Money(minor=start, currency=currency),
            tuple(Money(minor=part, currency=currency) for part in parts),
            Money(minor=end, currency=currency),
        )

    def to_frame(self, like: object = None, *, exact: bool = False) -> Any:
        """The contributions as a table: node, path, segment, method, scope, before, after, contribution.

        Parameters
        ----------
        like : frame, optional
            The result is of the same kind; pandas without it.
        exact : bool, default False
            Write rationals as two whole columns instead of the nearest binary number.

        Returns
        -------
        frame
            One row a contribution.

        Examples
        --------
        >>> june = Period.parse("2026-06")
        >>> nothing = Attribution(root=Metric(id="deals", kind="flow", unit="deal"), method="shapley", before=june,
        ...                       after=june, values=None, contributions=(), rules=(), report=Report())
        >>> len(nothing.to_frame())
        0
        """
        return write_rows(self.contributions, Contribution, like, exact=exact)

    def shown(self, value: Fraction, lang: str = "en") -> str:
        """A change of the root for a reader, with its unit: points for a rate, the unit of the root otherwise.

        Parameters
        ----------
        value : Fraction
            In the unit of the root.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        str
            With its sign.

        Examples
        --------
        >>> june = Period.parse("2026-06")
        >>> Attribution(root=Metric(id="win_rate", kind="rate", unit="1"), method="shapley", before=june, after=june,
        ...             values=None, contributions=(), rules=(), report=Report()).shown(Fraction(-3, 20))
        '-15 pp'
        """
        return self.root.shown_change(value, lang)

    def explain(self, node: str, lang: str = "en") -> Explanation:
        """How the part of one leaf came about: slopes on the way, times its change.

        Parameters
        ----------
        node : str
            A leaf.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            One step a contribution, the slopes of the rules beneath.

        Raises
        ------
        NotFoundError
            If there is no such leaf among the contributions.
        """
        mine = [each for each in self.contributions if node in {each.node, each.title}]
        if not mine:
            raise NotFoundError("leaf", node, [each.title for each in self.contributions], where="the attribution")
        steps = []
        for each in mine:
            moved = each.after - each.before
            slope = each.contribution / moved if moved else Fraction(0)
            formula = f"{figure(slope)} × ({figure(each.after)} - {figure(each.before)})"
            steps.append(Step(label=each.path, formula=formula, value=self.shown(each.contribution, lang)))
        steps += [
            Step(
                label=say(lang, en=f"mean slope of {rule.node} in {name}", zh=f"{rule.node} 对 {name} 的平均斜率"),
                formula=rule.formula,
                value=figure(slope, lang),
            )
            for rule in self.rules
            for name, slope in rule.slopes
            if name == mine[0].node
        ]
        root = self.root.title
        title = say(lang, en=f"part of {node} in the change of {root}", zh=f"{node} 对{root}变动的贡献")
        return Explanation(title=title, steps=tuple(steps), conventions=self.conventions)

    def bridge(self, lang: str = "en") -> Grid:
        """The change as a bridge: before, the parts from largest to smallest, after.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            Parts that help are marked good, parts that hurt bad, as far as the root says which way is good.
        """
        rows: list[tuple[Cell | str, ...]] = []
        if self.values is not None:
            rows.append((self.before.text(lang), Cell(self.root.shown(self.values[0], lang), "strong"), ""))
            rows += [
                (
                    each.title,
                    Cell(self.shown(each.contribution, lang), self._tone(each.contribution)),
                    self._bar(each),
                )
                for each in self.top(len(self.contributions))
            ]
            rows.append((self.after.text(lang), Cell(self.root.shown(self.values[1], lang), "strong"), ""))
        note = ", ".join(self.conventions)
        if self.cancellation is not None and self.cancellation > 2:
            ratio = percent_text(self.cancellation, 0)
            note += say(lang, en=f"; parts cancel: {ratio} of the change", zh=f"；各项相互抵消：合计为变动的 {ratio}")
        return Grid(
            title=say(lang, en=f"Why {self.root.title} changed", zh=f"{self.root.title}变动归因"),
            columns=(
                say(lang, en="part", zh="因素"),
                say(lang, en="contribution", zh="贡献"),
                say(lang, en="size", zh="大小"),
            ),
            rows=tuple(rows),
            right=frozenset({1}),
            note=note,
        )

    def _tone(self, value: Fraction) -> Tone:
        if self.root.better is None or value == 0:
            return ""
        return "good" if (value > 0) == (self.root.better == "up") else "bad"

    def _bar(self, each: Contribution) -> str:
        largest = max(abs(other.contribution) for other in self.contributions)
        return ("+" if each.contribution > 0 else "-") * max(1, round_half_up(abs(each.contribution) / largest * 20))

    def _repr_html_(self) -> str:
        return self.bridge().html()
