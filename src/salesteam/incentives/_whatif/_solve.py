"""The verb `solve`: the number of a plan that meets a budget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any, Literal, cast

import attrs

from salesteam.core import Cell, Explanation, Grid, Money, Report, Step, percent_text, rational, rational_text, say
from salesteam.core import _table as t
from salesteam.errors import InvalidValueError, NotFoundError, ReportError
from salesteam.incentives._model import Plan
from salesteam.incentives._whatif._simulate import simulate
from salesteam.incentives._whatif._simulation import Simulation
from salesteam.incentives._whatif._world import World

__all__ = ["Point", "Solution", "solve"]

Stat = Literal["mean", "p50", "p95"]
_STATS: dict[str, tuple[str, str]] = {
    "mean": ("mean cost", "平均成本"),
    "p50": ("median of the cost", "成本中位数"),
    "p95": ("P95 of the cost", "95% 分位成本"),
}


@attrs.frozen(kw_only=True)
class Point:
    """One value of the grid and what the plan costs with it.

    Parameters
    ----------
    value : Fraction
        Of the knob.
    cost : float or None
        The statistic in major units; None if the plan refuses the value.
    error : float or None
        Standard error of the mean, in major units.
    meets : bool
        Whether the budget is met.
    refused : (str, str) or ()
        Why the plan refuses the value, in English and Chinese.

    Examples
    --------
    >>> Point(value=Fraction(1, 20), cost=900.0, meets=True).meets
    True
    """

    value: Fraction = t.column("of the knob")
    cost: float | None = t.column("the statistic, in major units; empty if refused", default=None)
    error: float | None = t.column("standard error of the mean, in major units", default=None)
    meets: bool = t.column("whether the budget is met", default=False)
    refused: tuple[str, str] | tuple[()] = attrs.field(default=(), repr=False)


@attrs.frozen(kw_only=True)
class _Row:
    """One row of the table of a solution."""

    value: Fraction = t.column("of the knob")
    cost: float | None = t.column("the statistic, in major units; empty if refused")
    error: float | None = t.column("standard error of the mean, in major units")
    meets: bool = t.column("whether the budget is met")
    chosen: bool = t.column("whether it is the one that is chosen")


@attrs.frozen(kw_only=True, eq=False)
class Solution:
    """The values of a knob, what the plan costs with each, and the one that comes nearest to the budget from below.

    Parameters
    ----------
    plan : Plan or None
        With the value that was found; None if no value meets the budget.
    knob : str
        Name of the parameter.
    to : Money
        The budget.
    stat : str
        What must not exceed it.
    points : tuple of Point
        In the order of the grid.
    scenarios, seed : int
        Of the draws.

    Examples
    --------
    >>> budget = Money.of(1, "CNY")
    >>> Solution(plan=None, knob="rate", to=budget, stat="mean", points=(), scenarios=1, seed=1).value is None
    True
    """

    plan: Plan | None = attrs.field(repr=False)
    knob: str
    to: Money
    stat: str
    points: tuple[Point, ...]
    scenarios: int
    seed: int

    def __iter__(self) -> Iterator[Point]:
        return iter(self.points)

    @property
    def point(self) -> Point | None:
        """The point that was chosen: the dearest of those that meet the budget."""
        met = [point for point in self.points if point.meets and point.cost is not None]
        return max(met, key=lambda point: (point.cost or 0.0, point.value), default=None)

    @property
    def value(self) -> Fraction | None:
        """The value that was chosen; None if none meets the budget."""
        return None if self.point is None else self.point.value

    def _verdict(self, lang: str) -> str:
        en, zh = _STATS[self.stat]
        zh = f" {zh}" if zh[:1].isascii() else zh
        budget = self.to.text(lang)
        if self.value is None:
            return say(lang, en=f"No value meets {en} ≤ {budget}.", zh=f"没有取值能使{zh} ≤ {budget}。")
        value = _shown(self.value)
        return say(
            lang, en=f"{self.knob} = {value} meets {en} ≤ {budget}.", zh=f"{self.knob} = {value} 时{zh} ≤ {budget}。"
        )

    def grid(self, lang: str = "en") -> Grid:
        """The values for display, with the verdict.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            One row a value.
        """
        error = say(lang, en="Error", zh="标准误")
        heads = (
            self.knob,
            self.stat.upper() if self.stat != "mean" else say(lang, en="Mean cost", zh="平均成本"),
            error,
            say(lang, en="Budget", zh="预算"),
        )
        rows = tuple(self._row(point, lang) for point in self.points)
        note = say(
            lang,
            en=f"{self.scenarios:,} scenarios, seed {self.seed}",
            zh=f"{self.scenarios:,} 个情景，种子 {self.seed}",
        )
        return Grid(title=self._verdict(lang), columns=heads, rows=rows, right={0, 1, 2}, note=note)

    def _row(self, point: Point, lang: str) -> tuple[str | Cell, ...]:
        value = Cell(_shown(point.value), tone="strong" if point.value == self.value else "")
        if point.cost is None:
            why = say(lang, en=point.refused[0], zh=point.refused[1]) if point.refused else ""
            return value, "—", "—", Cell(why, tone="muted")
        verdict = say(lang, en="met", zh="满足") if point.meets else say(lang, en="exceeded", zh="超出")
        close = point.error is not None and abs(point.cost - float(self.to.major)) < 2 * point.error
        if close:
            verdict += say(lang, en=", within two errors", zh="，在两倍标准误以内")
        tone: Any = "good" if point.meets else "bad"
        error = "—" if point.error is None else self._money(point.error, lang)
        return value, self._money(point.cost, lang), error, Cell(verdict, tone=tone)

    def _money(self, amount: float, lang: str) -> str:
        minor = Money.of(1, self.to.currency).minor
        return Money(round(amount * minor), self.to.currency).text(lang)

    def explain(self, *, lang: str = "en") -> Explanation:
        """The values that were tried, and which one was chosen why.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            One step a value.
        """
        steps = [
            Step(f"{self.knob} = {_shown(p.value)}", value="—" if p.cost is None else self._money(p.cost, lang))
            for p in self.points
        ]
        rule = say(
            lang, en="chosen: the dearest value that meets the budget; all values meet the same draws",
            zh="取满足预算且成本最高的值；各取值使用相同抽样",
        )  # fmt: skip
        return Explanation(self._verdict(lang), steps, (rule, f"seed = {self.seed}"), lang)

    def to_frame(self, *, like: Any = None) -> Any:
        """The values as a frame.

        Parameters
        ----------
        like : native frame or list, optional
            The result is of the same kind; pandas without it.

        Returns
        -------
        native frame
            Columns value, cost, error, meets, chosen.
        """
        rows = [
            _Row(value=p.value, cost=p.cost, error=p.error, meets=p.meets, chosen=p.value == self.value)
            for p in self.points
        ]
        return t.write_rows(rows, _Row, like)

    def text(self, width: int = 80, lang: str = "en") -> str:
        """The values for a terminal.

        Parameters
        ----------
        width : int, default 80
            Columns of the terminal.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        str
            A table.
        """
        return self.grid(lang).text(width)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.grid().html()


def _shown(value: Fraction) -> str:
    return percent_text(value, 4) if -1 < value < 1 else rational_text(value)


def solve(  # noqa: PLR0913 -- the question, and what `simulate` asks for
    plan: Plan,
    knob: str,
    to: object,
    stat: Stat,
    *,
    grid: Iterable[object],
    world: World,
    scenarios: int,
    seed: int,
    as_of: date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Solution:
    """Find the value of a parameter with which a plan meets a budget, or say that none does.

    Every value of the grid is simulated with the same draws, so that the difference between two values is that of
    the plan and not of luck.

    Parameters
    ----------
    plan : Plan
        Has the parameter.
    knob : str
        Name of the parameter.
    to : number or str
        Budget in major units.
    stat : {'mean', 'p50', 'p95'}
        What must not exceed it.
    grid : iterable of number or str
        Values to try, such as ``("4%", "5%", "6%")``.
    world : World
        What is drawn from.
    scenarios, seed : int
        As in `simulate`.
    as_of : date, optional
        Day of the knowledge.
    progress : callable, optional
        Is told how many values are done, and of how many.

    Returns
    -------
    Solution
        The dearest value that meets the budget, with all others beside it.

    Raises
    ------
    NotFoundError
        If the plan has no such parameter.
    InvalidValueError
        For another statistic, an empty grid, or a value that is no exact number.
    ReportError
        If the plan cannot be simulated with any value.

    Examples
    --------
    >>> from salesteam.incentives import Outlook, World, scheme
    >>> outlook = Outlook(measure="bookings", mean=100_000, spread="30%")
    >>> world = World(payees=("ana",), periods=("2026-01",), outlooks=(outlook,))
    >>> found = solve(
    ...     scheme("assist_split"), "rate", 6_500, "mean", grid=("5%", "6%", "7%"), world=world, scenarios=500, seed=1
    ... )
    >>> found.value
    Fraction(3, 50)
    """
    if stat not in _STATS:
        raise InvalidValueError(f"{stat!r} is no statistic", where="solve", fix=f"use one of {', '.join(_STATS)}")
    if knob not in plan.parameters:
        raise NotFoundError("parameter", knob, plan.parameters, where=f"plan {plan.plan}")
    values = [rational(value, where="grid") for value in grid]
    if not values:
        raise InvalidValueError("the grid is empty", where="solve", fix="give the values that may be tried")
    limit = Money.of(to, plan.currency)
    points, failure = [], None
    for done, value in enumerate(values, start=1):
        try:
            found = simulate(plan.set(**{knob: value}), world, scenarios, seed, as_of=as_of)
        except ReportError as error:
            failure = failure or error
            first = cast("Report", error.report).errors[0]
            points.append(Point(value=value, refused=(first.what(), first.what("zh"))))
        else:
            points.append(_point(value, found, stat, limit))
        if progress is not None:
            progress(done, len(values))
    if failure is not None and all(point.cost is None for point in points):
        raise failure
    made = Solution(plan=None, knob=knob, to=limit, stat=stat, points=tuple(points), scenarios=scenarios, seed=seed)
    return made if made.value is None else attrs.evolve(made, plan=plan.set(**{knob: made.value}))


def _point(value: Fraction, found: Simulation, stat: str, limit: Money) -> Point:
    cost = found.figures[stat]
    error = found.error if stat == "mean" else None
    return Point(value=value, cost=cost, error=error, meets=cost <= float(limit.major))
