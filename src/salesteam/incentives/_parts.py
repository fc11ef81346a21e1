"""Small nouns of a plan: conditions, bands, what lies above a curve, what fills and divides a pool, axes and tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from typing import Literal

import attrs

from salesteam.errors import InvalidValueError
from salesteam.incentives._number import Number, Ref, Whole

__all__ = [
    "Above", "Axis", "By", "Edge", "Fund", "GateTest", "Objective", "RateTable", "Rounding", "Tier", "Where", "Window",
]  # fmt: skip

Edge = Literal["lower_inclusive", "upper_inclusive", "closed"]


@attrs.frozen(kw_only=True)
class Where:
    """One condition on a column: its value is among these, or is not.

    Parameters
    ----------
    column : str
        Name of the column.
    values : tuple of str
        Texts that it is compared with; numbers are compared as numbers.
    negated : bool, default False
        Whether the row must hold none of them.

    Examples
    --------
    >>> Where(column="product", values=("X", "Y")).negated
    False
    """

    column: str
    values: tuple[str, ...]
    negated: bool = False


@attrs.frozen(kw_only=True)
class Tier:
    """One band of a component: from, to, and what it pays.

    Parameters
    ----------
    from_ : Number
        Lower bound, in the measure's unit or as a share of quota; key ``from``.
    to : Number, optional
        Upper bound; None is open.
    rate, multiplier, amount : Number, optional
        Exactly one: share of the measure, multiple of the base rate, or money.
    edge : str, optional
        Who owns the upper bound, where it differs from the component.
    retroactive : bool, default False
        Under ``marginal``: inside this band its rate holds from the first unit.

    Examples
    --------
    >>> Tier(from_=Fraction(0), to=Fraction(1000), rate=Fraction(1, 25)).to
    Fraction(1000, 1)
    """

    from_: Number = attrs.field(metadata={"key": "from"})
    to: Number | None = None
    rate: Number | None = None
    multiplier: Number | None = None
    amount: Number | None = None
    edge: Edge | None = None
    retroactive: bool = False


@attrs.frozen(kw_only=True)
class Above:
    """How a curve goes on above its last node: exactly one of two.

    Parameters
    ----------
    slope : Number, optional
        Share of target for each unit of attainment, 2 meaning 2 % for each point.
    rate : Number, optional
        Money for each unit of the measure beyond the last node.

    Examples
    --------
    >>> Above(slope=Fraction(2)).slope
    Fraction(2, 1)
    """

    slope: Number | None = None
    rate: Number | None = None

    def __attrs_post_init__(self) -> None:
        if (self.slope is None) == (self.rate is None):
            raise InvalidValueError(
                "exactly one of slope and rate is needed", where="above", fix="write {slope: 2} or {rate: 6%}"
            )


@attrs.frozen(kw_only=True)
class Fund:
    """What fills a pool: a rate on a measure.

    Parameters
    ----------
    rate : Number
        Share of the measure.
    measure : str
        Path such as ``team.bookings``.

    Examples
    --------
    >>> Fund(rate=Fraction(1, 50), measure="team.bookings").measure
    'team.bookings'
    """

    rate: Number
    measure: str


@attrs.frozen
class By:
    """What the members of a pool share by.

    Parameters
    ----------
    kind : {'pro_rata', 'points'}
        By a measure, or by a number that stands in a column of `people`.
    of : str
        Name of the measure or column.

    Examples
    --------
    >>> By("pro_rata", "bookings").of
    'bookings'
    """

    kind: Literal["pro_rata", "points"]
    of: str


@attrs.frozen(kw_only=True)
class Rounding:
    """Round a share to a step before it is used.

    Parameters
    ----------
    to : Number
        The step, such as 1 %.
    mode : {'floor', 'ceil', 'ceiling', 'nearest', 'half_up', 'half_away', 'half_even', 'down', 'up'}
        Which neighbour.

    Examples
    --------
    >>> Rounding(to=Fraction(1, 100), mode="floor").apply(Fraction(2, 3))
    Fraction(33, 50)
    """

    to: Number
    mode: Literal["floor", "ceil", "ceiling", "nearest", "half_up", "half_away", "half_even", "down", "up"]

    def __attrs_post_init__(self) -> None:
        if isinstance(self.to, Fraction) and self.to <= 0:
            raise InvalidValueError(
                f"{self.to} is no step", where="Rounding.to", fix="write a step above zero, such as 1%"
            )

    def apply(self, x: Fraction) -> Fraction:
        """Round one number.

        Examples
        --------
        >>> Rounding(to=Fraction(1, 100), mode="nearest").apply(Fraction(2, 3))
        Fraction(67, 100)
        """
        from salesteam.core import round_to

        if isinstance(self.to, Ref):
            raise InvalidValueError(f"{self.to} is a dated number", where="Rounding.to", fix="round with its value")
        return round_to(x / self.to, self.rule) * self.to

    @property
    def rule(self) -> str:
        """Its mode under the name that it has for money.

        Examples
        --------
        >>> Rounding(to=Fraction(1, 100), mode="ceil").rule
        'up'
        """
        return {"floor": "down", "ceil": "up", "ceiling": "up", "nearest": "half_up"}.get(self.mode, self.mode)

    def known(self, look: Callable[[Number], Fraction]) -> Rounding:
        """The same rounding with the value of its step, which `look` gives.

        Examples
        --------
        >>> Rounding(to=Ref("step"), mode="floor").known(lambda number: Fraction(1, 100)).to
        Fraction(1, 100)
        """
        return attrs.evolve(self, to=look(self.to)) if isinstance(self.to, Ref) else self


@attrs.frozen(kw_only=True)
class GateTest:
    """One test of a gate: a measure reaches a bound.

    Parameters
    ----------
    measure : str
        Path of the number.
    at_least : Number
        The bound, owned by those who pass.

    Examples
    --------
    >>> GateTest(measure="bookings.attainment", at_least=Fraction(19, 20)).at_least
    Fraction(19, 20)
    """

    measure: str
    at_least: Number


@attrs.frozen(kw_only=True)
class Objective:
    """One goal of a component by objectives (MBO): whose score counts, and how much.

    Parameters
    ----------
    measure : str
        Path of the score.
    weight : Number
        Its part of the whole; the weights of a component sum to 1.

    Examples
    --------
    >>> Objective(measure="plan_written", weight=Fraction(1, 4)).weight
    Fraction(1, 4)
    """

    measure: str
    weight: Number


@attrs.frozen(kw_only=True)
class Axis:
    """One side of a matrix: which number, and where its nodes lie.

    Parameters
    ----------
    measure : str
        Path of the number.
    nodes : tuple of Number
        Rising.

    Examples
    --------
    >>> Axis(measure="revenue.attainment", nodes=(Fraction(9, 10), Fraction(1))).nodes[-1]
    Fraction(1, 1)
    """

    measure: str
    nodes: tuple[Number, ...]


@attrs.frozen(kw_only=True)
class RateTable:
    """Rates by the bands of one measure, for a lookup.

    Parameters
    ----------
    measure : str
        Path of the number that decides.
    tiers : tuple of Tier
        Bands, each with a `rate`; or, where the rates of the tables multiply, with a `multiplier`.
    edge : {'lower_inclusive', 'upper_inclusive', 'closed'}, optional
        Who owns a bound.

    Examples
    --------
    >>> RateTable(measure="team.bookings", tiers=(Tier(from_=Fraction(0), rate=Fraction(1, 10)),)).edge is None
    True
    """

    measure: str
    tiers: tuple[Tier, ...]
    edge: Edge | None = None


@attrs.frozen(kw_only=True)
class Window:
    """Days, or moments of a zone, between which something holds; the end is excluded.

    Parameters
    ----------
    from_, until : date or datetime, optional
        First moment, and the first after; a moment carries its zone.
    months : (Whole, Whole), optional
        Instead: months since someone began, both counted, the first month being 1.

    Examples
    --------
    >>> Window(from_=date(2026, 3, 1), until=date(2026, 4, 1)).months is None
    True
    """

    from_: date | datetime | None = attrs.field(default=None, metadata={"key": "from"})
    until: date | datetime | None = None
    months: tuple[Whole, Whole] | None = None
