"""A world that has not happened yet: what each payee will probably achieve, and how unsure that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import attrs

from salesteam.core import Period, rational
from salesteam.errors import InvalidValueError
from salesteam.incentives._days import ONCE
from salesteam.incentives._model import Facts, Plan

__all__ = ["Outlook", "World", "real"]

_MOST = 1000
"""Deals of a period that are drawn one by one."""


def real(x: object) -> float:
    """A number of a simulation: text such as ``"30%"`` is read exactly first."""
    return (
        float(x) if isinstance(x, (float, int, Decimal, Fraction)) else float(rational(x, where="a number of a world"))
    )


def _positive(_: object, attribute: attrs.Attribute[float], value: float) -> None:
    if not value >= 0:
        raise InvalidValueError(f"{value} is below zero", where=attribute.name, fix="write a number from 0 up")


@attrs.frozen(kw_only=True)
class Outlook:
    """What will probably be achieved in a measure, in an average pay period.

    Parameters
    ----------
    measure : str
        Measure of the plan.
    mean : number or str
        Expected value in an average pay period; money in major units.
    spread : number or str, default 0
        Standard deviation over mean; with `deals`, of what the period itself brings, before the luck of single deals.
    payee, team : str, optional
        Whose; of every payee for whom nothing nearer is said, if both are left out. A team's own number, such as its
        NPS, is what paths of the team read.
    shape : {'lognormal', 'normal'}, default 'lognormal'
        Lognormal numbers are never negative and now and then very large.
    low, high : number or str, optional
        Limits; with `deals`, of each of them.
    deals : number or str, optional
        Expected number of deals in an average pay period, where what is achieved comes as single deals, each of them
        the payee's alone. A deal is then `mean` / `deals` on average, and the number of the period is their sum.
    law : {'poisson', 'fixed'}, optional
        How many come, required with `deals`. ``poisson``: as many as chance brings, and a good season or period brings
        more of them. ``fixed``: always so many, and a good season or period makes each of them larger.
    deal_spread : number or str, default 0
        Standard deviation over mean of the size of a deal; `shape` is its shape.

    Raises
    ------
    InvalidValueError
        If a lognormal mean is below 0, or what is said of deals does not fit together.

    Examples
    --------
    >>> Outlook(measure="bookings", mean=100_000, spread="30%").spread
    0.3
    >>> Outlook(measure="bookings", mean=100_000, deals=4, law="poisson", deal_spread="80%").deals
    4.0
    """

    measure: str
    mean: float = attrs.field(converter=real)
    spread: float = attrs.field(default=0.0, converter=real, validator=_positive)
    payee: str | None = None
    team: str | None = None
    shape: Literal["lognormal", "normal"] = "lognormal"
    low: float | None = attrs.field(default=None, converter=attrs.converters.optional(real))
    high: float | None = attrs.field(default=None, converter=attrs.converters.optional(real))
    deals: float | None = attrs.field(default=None, converter=attrs.converters.optional(real))
    law: Literal["poisson", "fixed"] | None = None
    deal_spread: float = attrs.field(default=0.0, converter=real, validator=_positive)

    def __attrs_post_init__(self) -> None:
        for wrong, what, fix in self._misfits():
            if wrong:
                raise InvalidValueError(what, where=self.measure, fix=fix)
        if self.shape == "lognormal" and self.mean < 0:
            raise InvalidValueError(
                f"a lognormal number cannot have the mean {self.mean}", where=self.measure, fix="use shape='normal'"
            )

    def _misfits(self) -> Iterator[tuple[bool, str, str]]:
        """What is said of deals, and does not fit together."""
        if self.deals is None:
            told = self.law is not None or self.deal_spread > 0
            yield told, "law and deal_spread are about deals", "say how many deals are expected: deals=4"
            return
        yield self.team is not None, "a team's own number is no sum of deals", "give deals to outlooks of payees"
        yield self.law is None, "how many deals come is open", "write law='poisson' or law='fixed'"
        yield not 0 < self.deals <= _MOST, f"{self.deals} deals", f"expect more than 0 and at most {_MOST} a period"
        yield self.law == "fixed" and self.deals % 1 != 0, f"{self.deals} deals", "fix a whole number of them"


def _seasons(value: Mapping[str, Iterable[object]]) -> Mapping[str, tuple[float, ...]]:
    return {name: tuple(map(real, weights)) for name, weights in value.items()}


@attrs.frozen(kw_only=True, eq=False)
class World:
    """What a simulation draws from: who, when, how much, how unsure, how much together.

    Parameters
    ----------
    payees : tuple of str
        Who is there; the order does not matter. Managers above them who are paid overrides need no name here.
    periods : tuple of str
        Pay periods of the plan, in order.
    outlooks : tuple of Outlook
        The nearest wins: of the payee, else of everybody.
    seasonality : mapping of str to tuple of number
        Measure to a weight for each period; only their proportions matter.
    correlation : number or str, default 0
        Share of the variance that all payees share, period by period.
    team_correlation : number or str, default 0
        Share of the variance that the members of a team share besides.
    people, quotas, targets, leaves : frame, optional
        As in `Facts`.

    Raises
    ------
    InvalidValueError
        If a period has another name, weights are not as many as periods, or the shares of variance exceed 1.

    Examples
    --------
    >>> outlook = Outlook(measure="bookings", mean=100_000, spread="30%")
    >>> World(payees=("ana", "bo"), periods=("2026-01", "2026-02"), outlooks=(outlook,)).correlation
    0.0
    """

    payees: tuple[str, ...] = attrs.field(converter=tuple)
    periods: tuple[str, ...] = attrs.field(converter=tuple)
    outlooks: tuple[Outlook, ...] = attrs.field(converter=tuple)
    seasonality: Mapping[str, tuple[float, ...]] = attrs.field(factory=dict, converter=_seasons)
    correlation: float = attrs.field(default=0.0, converter=real, validator=_positive)
    team_correlation: float = attrs.field(default=0.0, converter=real, validator=_positive)
    people: Any = attrs.field(default=None, repr=False)
    quotas: Any = attrs.field(default=None, repr=False)
    targets: Any = attrs.field(default=None, repr=False)
    leaves: Any = attrs.field(default=None, repr=False)

    _nearest: Mapping[tuple[str | None, str], Outlook] = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        mine = [each for each in reversed(self.outlooks) if each.team is None]
        object.__setattr__(self, "_nearest", {(each.payee, each.measure): each for each in mine})
        for name in self.periods:
            if name != ONCE:
                Period.parse(name)
        if self.correlation + self.team_correlation > 1:
            raise InvalidValueError(
                "shares of variance exceed 1",
                where="correlation",
                fix="let correlation + team_correlation be at most 1",
            )
        for measure, weights in self.seasonality.items():
            if len(weights) != len(self.periods) or not sum(weights) > 0:
                raise InvalidValueError(
                    f"{len(weights)} weights for {len(self.periods)} periods",
                    where=f"seasonality.{measure}", fix="write one weight a period, not all of them 0",
                )  # fmt: skip

    def outlook(self, payee: str, measure: str) -> Outlook | None:
        """What is expected of a payee in a measure; None if nothing is said.

        Parameters
        ----------
        payee, measure : str
            Who and what.

        Returns
        -------
        Outlook or None
            The payee's own, else that of everybody.
        """
        return self._nearest.get((payee, measure)) or self._nearest.get((None, measure))

    def by_deal(self, payee: str, measure: str) -> bool:
        """Whether what a payee reaches in a measure comes as single deals.

        Parameters
        ----------
        payee, measure : str
            Who and what.
        """
        found = self.outlook(payee, measure)
        return found is not None and found.deals is not None

    def season(self, measure: str, index: int) -> float:
        """How many times its mean a measure is expected to reach in a period.

        Parameters
        ----------
        measure : str
            Which.
        index : int
            Place of the period.

        Returns
        -------
        float
            1 without seasonality.
        """
        weights = self.seasonality.get(measure)
        return 1.0 if weights is None else weights[index] * len(weights) / sum(weights)

    @property
    def facts(self) -> Facts:
        """The tables of the world without anything achieved."""
        return Facts(values=[], people=self.people, quotas=self.quotas, targets=self.targets, leaves=self.leaves)

    @classmethod
    def of(cls, plan: Plan, facts: Facts, *, law: Literal["poisson", "fixed"] | None = None, **changes: Any) -> World:
        """A world like the past: each payee with the mean and spread of what was achieved in each period.

        Parameters
        ----------
        plan : Plan
            Says what counts for a measure and who is credited.
        facts : Facts
            The past, of several pay periods.
        law : {'poisson', 'fixed'}, optional
            Expect single deals of what a measure sums up, as many and as unlike each other as in the past, by this law.
            Each row is a deal, and so is one that takes another back.
        **changes : optional
            Other fields of the world, such as ``correlation="20%"``.

        Returns
        -------
        World
            With the periods, people, quotas and targets of the facts. A period without sales counts as 0.

        Raises
        ------
        ReportError
            If the plan has an error.

        Examples
        --------
        >>> from salesteam.incentives import scheme
        >>> days = (("2026-01-05", "100"), ("2026-02-05", "300"))
        >>> deals = [{"transaction": day, "date": day, "amount": much, "payee": "ana"} for day, much in days]
        >>> world = World.of(scheme("assist_split"), Facts(transactions=deals))
        >>> world.periods, world.outlook("ana", "bookings").mean
        (('2026-01', '2026-02'), 200.0)
        >>> World.of(scheme("assist_split"), Facts(transactions=deals), law="poisson").outlook("ana", "bookings").deals
        1.0
        """
        from salesteam.incentives._whatif._past import past

        payees, periods, outlooks = past(plan, facts, law)
        tables = {name: getattr(facts, name) for name in ("people", "quotas", "targets", "leaves")}
        return cls(**{"payees": payees, "periods": periods, "outlooks": outlooks, **tables, **changes})
