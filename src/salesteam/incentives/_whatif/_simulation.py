"""What a simulation gives back: the cost of every scenario, and what to say of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import sqrt
from typing import Any

import attrs

from salesteam.core import Cell, Explanation, Grid, Money, Step, say
from salesteam.core import _table as t
from salesteam.core._table import _arrays as arrays
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.incentives._model import Plan
from salesteam.incentives._whatif._difference import Difference
from salesteam.incentives._whatif._world import World

__all__ = ["PayeeRow", "Simulation"]

_TABLES = ("summary", "costs", "payees", "components")
_NAMES: Mapping[str, tuple[str, str]] = {
    "mean": ("mean", "平均"),
    "error": ("error of the mean", "均值标准误"),
    "sd": ("standard deviation", "标准差"),
    "p5": ("5 of 100 cost at most", "5% 分位"),
    "p50": ("half cost at most", "中位数"),
    "p95": ("95 of 100 cost at most", "95% 分位"),
    "budget": ("budget", "预算"),
    "chance_over": ("chance to exceed the budget", "超预算概率"),
}


@attrs.frozen(kw_only=True)
class PayeeRow:
    """What one payee may expect."""

    payee: str = t.column("who")
    mean_minor: float = t.column("mean pay over all periods, in minor units")
    sd_minor: float = t.column("standard deviation between scenarios, in minor units")


@attrs.frozen(kw_only=True)
class _Summary:
    """One row of the summary."""

    figure: str = t.column("which")
    value: float = t.column("money in major units, chances in 0..1")


@attrs.frozen(kw_only=True)
class _Cost:
    """One row of the costs."""

    scenario: int = t.column("from 0")
    cost: float = t.column("cost in major units")


@attrs.frozen(kw_only=True)
class _Part:
    """One row of the components."""

    component: str = t.column("component")
    mean: float = t.column("mean cost in major units, before limits on the plan")


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Simulation:
    """The costs of a plan in many scenarios of a world.

    Parameters
    ----------
    plan : Plan
        With its conventions written out.
    world : World
        What was drawn from.
    seed : int
        Of the draws.
    costs : array of float
        Cost of each scenario, in minor units.
    budget : Money or None
        What it is compared with.
    payees : tuple of PayeeRow
        What each payee may expect; after those of the world the managers above them who are paid overrides.
    components : mapping of str to float
        Mean cost of each component in minor units, before limits on the plan.
    lacking : tuple of (str, str, str, str)
        Payee, period, component and code of what paid nothing because a number is missing.
    left_out : tuple of str
        Terms of the plan that come after what is earned, and are not in the cost.

    Examples
    --------
    >>> from salesteam.incentives import Outlook, World, scheme, simulate
    >>> world = World(payees=("ana",), periods=("2026-01",), outlooks=(Outlook(measure="bookings", mean=1000),))
    >>> simulate(scheme("assist_split"), world, scenarios=10, seed=1).mean
    50.0
    """

    plan: Plan = attrs.field(repr=False)
    world: World = attrs.field(repr=False)
    seed: int
    costs: Any = attrs.field(repr=False)
    budget: Money | None
    payees: tuple[PayeeRow, ...] = attrs.field(repr=False)
    components: Mapping[str, float] = attrs.field(repr=False)
    lacking: tuple[tuple[str, str, str, str], ...] = attrs.field(repr=False)
    left_out: tuple[str, ...] = ()

    @property
    def scenarios(self) -> int:
        """How many."""
        return len(self.costs)

    @property
    def _minor(self) -> float:
        return float(Money.of(1, self.plan.currency).minor)

    @cached_property
    def _moments(self) -> tuple[float, float]:
        return arrays.moments(self.costs)

    @property
    def mean(self) -> float:
        """Mean cost, in major units."""
        return self._moments[0] / self._minor

    @property
    def sd(self) -> float:
        """Standard deviation of the cost between scenarios, in major units."""
        return self._moments[1] / self._minor

    @property
    def error(self) -> float:
        """Standard error of the mean, in major units."""
        return self.sd / sqrt(self.scenarios)

    def quantile(self, share: float) -> float:
        """The cost that a share of the scenarios does not exceed.

        Parameters
        ----------
        share : float
            Such as 0.95.

        Returns
        -------
        float
            In major units.

        Raises
        ------
        InvalidValueError
            If the share is not between 0 and 1.
        """
        if not 0 <= share <= 1:
            raise InvalidValueError(f"{share} is no share", where="quantile", fix="use a number between 0 and 1")
        return arrays.quantiles(self.costs, [share])[0] / self._minor

    @property
    def chance_over(self) -> float | None:
        """Share of the scenarios that cost more than the budget; None without a budget."""
        return None if self.budget is None else arrays.share_above(self.costs, float(self.budget.minor))

    def over(self, budget: object) -> float:
        """Share of the scenarios that cost more than an amount.

        Parameters
        ----------
        budget : number or str
            Money in major units.

        Returns
        -------
        float
            Between 0 and 1.
        """
        return arrays.share_above(self.costs, float(Money.of(budget, self.plan.currency).minor))

    @cached_property
    def figures(self) -> Mapping[str, float]:
        """Everything that is said of the cost, by name; money in major units."""
        low, middle, high = (x / self._minor for x in arrays.quantiles(self.costs, [0.05, 0.5, 0.95]))
        found = {"mean": self.mean, "error": self.error, "sd": self.sd, "p5": low, "p50": middle, "p95": high}
        if self.budget is not None and self.chance_over is not None:
            found |= {"budget": float(self.budget.major), "chance_over": self.chance_over}
        return found

    def against(self, other: Simulation) -> Difference:
        """How much more another plan costs under the same draws, and how sure that is.

        Parameters
        ----------
        other : Simulation
            Of another plan, in the same world, with the same seed and as many scenarios.

        Returns
        -------
        Difference
            Mean, its error, and what the error would be without common draws.

        Raises
        ------
        InvalidValueError
            If the draws are not the same.
        """
        same = (self.seed, self.scenarios, _drawn(self.world)) == (other.seed, other.scenarios, _drawn(other.world))
        if not same:
            raise InvalidValueError(
                "the two simulations have other draws",
                where="against", fix="use the same world, seed and number of scenarios for both",
            )  # fmt: skip
        mean, sd = arrays.moments((other.costs - self.costs) / self._minor)
        return Difference(
            first=f"{self.plan.plan} {self.plan.version}", second=f"{other.plan.plan} {other.plan.version}",
            currency=self.plan.currency, scenarios=self.scenarios, mean=mean, error=sd / sqrt(self.scenarios),
            error_apart=sqrt(self.error**2 + other.error**2),
            dearer=arrays.share_above(other.costs - self.costs, 0.0),
        )  # fmt: skip

    def to_frame(self, table: str = "summary", *, like: Any = None) -> Any:
        """A table of the simulation as a frame.

        Parameters
        ----------
        table : {'summary', 'costs', 'payees', 'components'}, default 'summary'
            Which one.
        like : native frame or list, optional
            The result is of the same kind; pandas without it.

        Returns
        -------
        native frame
            Money in major units, but ``_minor`` columns.

        Raises
        ------
        InvalidValueError
            For another table.
        """
        if table == "summary":
            return t.write_rows([_Summary(figure=k, value=v) for k, v in self.figures.items()], _Summary, like)
        if table == "costs":
            costs = (self.costs / self._minor).tolist()
            return t.write_columns({"scenario": list(range(len(costs))), "cost": costs}, _Cost, like)
        if table == "payees":
            return t.write_rows(self.payees, PayeeRow, like)
        if table == "components":
            rows = [_Part(component=name, mean=mean / self._minor) for name, mean in self.components.items()]
            return t.write_rows(rows, _Part, like)
        raise InvalidValueError(
            f"there is no table {table!r}", where="to_frame", fix=f"use one of {', '.join(_TABLES)}"
        )

    def _shown(self, figure: str, lang: str) -> str:
        value = self.figures[figure]
        if figure == "chance_over":
            return f"{value:.2%}"
        return Money(round(value * self._minor), self.plan.currency).text(lang, digits=0)

    def explain(self, figure: str = "mean", *, lang: str = "en") -> Explanation:
        """How a figure comes about, and from what it was drawn.

        Parameters
        ----------
        figure : str, default 'mean'
            One of `figures`.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            The figure, the draws, the assumptions.

        Raises
        ------
        NotFoundError
            For another figure.
        """
        if figure not in self.figures:
            raise NotFoundError("figure", figure, self.figures, where="this simulation")
        en, zh = _NAMES[figure]
        formulas = {
            "mean": f"Σ / {self.scenarios:,}", "error": f"sd / √{self.scenarios:,}", "chance_over": "#(> budget) / #",
        }  # fmt: skip
        steps = [Step(say(lang, en=en, zh=zh), formula=formulas.get(figure, ""), value=self._shown(figure, lang))]
        steps += [
            Step(
                say(lang, en=f"draws of {o.measure}", zh=f"{o.measure} 的抽样"),
                formula=f"{o.payee or o.team or '*'}: {o.shape}",
                value=f"{o.mean:,.2f} ± {o.mean * o.spread:,.2f}",
            )
            for o in self.world.outlooks[:20]
        ]
        return Explanation(self._title(lang), steps, self._assumed(lang), lang)

    def _assumed(self, lang: str) -> tuple[str, ...]:
        world = self.world
        return (
            f"seed = {self.seed}",
            say(lang, en=f"shared by all: {world.correlation:.0%}", zh=f"全员共同方差 {world.correlation:.0%}"),
            say(
                lang,
                en=f"shared in teams: {world.team_correlation:.0%}",
                zh=f"团队共同方差 {world.team_correlation:.0%}",
            ),
            say(lang, en="earned pay, not rounded", zh="按应得计，不取整"),
        )

    def _title(self, lang: str) -> str:
        name = f"{self.plan.plan} {self.plan.version}"
        return say(
            lang,
            en=f"Cost of {name} in {self.scenarios:,} scenarios",
            zh=f"{name} 在 {self.scenarios:,} 个情景中的成本",
        )

    def grid(self, lang: str = "en") -> Grid:
        """What is said of the cost, for display.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            One row a figure.
        """
        heads = say(lang, en="Figure|Value", zh="数值|金额").split("|")
        rows: list[tuple[str | Cell, ...]] = [
            (say(lang, en=_NAMES[figure][0], zh=_NAMES[figure][1]), self._shown(figure, lang))
            for figure in self.figures
        ]
        notes = list(self._assumed(lang))
        if self.left_out:
            keys = ", ".join(self.left_out)
            notes.append(say(lang, en=f"not in the cost: {keys}", zh=f"成本不含：{keys}"))
        if self.lacking:
            count = len(self.lacking)
            notes.append(say(lang, en=f"{count} cells lack a number", zh=f"{count} 处缺少数据，未付"))
        note = say(lang, en="; ", zh="；").join(notes)
        return Grid(title=self._title(lang), columns=heads, rows=rows, right={1}, note=note)

    def text(self, width: int = 80, lang: str = "en") -> str:
        """The simulation for a terminal.

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


def _drawn(world: World) -> tuple[object, ...]:
    """What decides the draws of a world."""
    seasons = tuple(sorted(world.seasonality.items()))
    return frozenset(world.payees), world.periods, world.outlooks, seasons, world.correlation, world.team_correlation
