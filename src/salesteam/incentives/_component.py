"""Nouns of a plan: what each component pays, and what bends it afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

import attrs

from salesteam.errors import InvalidValueError
from salesteam.incentives._number import Number

__all__ = ["Above", "By", "Component", "Fund", "Gate", "GateTest", "Limit", "Modifier", "Rounding", "Tier", "Where"]

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
    """How a curve goes on above its last node.

    Parameters
    ----------
    slope : Number
        Share of target for each unit of attainment, 2 meaning 2 % for each point.

    Examples
    --------
    >>> Above(slope=Fraction(2)).slope
    Fraction(2, 1)
    """

    slope: Number


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
class Component:
    """One thing that a plan pays for, and how.

    Parameters
    ----------
    method : str
        ``flat``, ``marginal``, ``slab``, ``from_threshold``, ``interpolated_amount``, ``bonus``, ``curve`` or ``pool``.
    measure : str, optional
        Name of the measure it is paid on.
    text : str, optional
        One line for the statement; key ``text``.
    for_ : mapping, optional
        Columns of `people` that a payee must match; key ``for``.
    accumulate : str, optional
        Interval after which the sum starts anew: transaction, period, quarter, half, year, plan.
    bounds : {'value', 'quota'}
        Whether bounds are in the measure's unit or shares of the quota.
    edge, gaps : str, optional
        Who owns a bound; what a hole between bands means.
    tiers : tuple of Tier
        The bands.
    rate, base_rate, threshold, target, weight : Number, optional
        Keys of the methods; `base_rate` may be ``"target/quota"``.
    nodes : tuple of (Number, Number)
        Attainment and share of target, for ``curve``.
    between, below, above : optional
        How a curve runs between, before and after its nodes.
    fund, shares, leavers, unclaimed : optional
        Keys of ``pool``.
    sum_reached : bool, default False
        Whether ``bonus`` adds all bands reached.
    pays_of : {'target', 'base'}, optional
        What an amount is a share of; without it an amount is money.

    Examples
    --------
    >>> Component(method="flat", measure="bookings", rate=Fraction(1, 10)).rate
    Fraction(1, 10)
    """

    method: str = ""
    measure: str | None = None
    text: str = ""
    for_: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, metadata={"key": "for"})
    accumulate: str | None = None
    bounds: Literal["value", "quota"] = "value"
    edge: Edge | None = None
    gaps: Literal["refuse", "zero", "unpaid"] = "refuse"
    tiers: tuple[Tier, ...] = ()
    rate: Number | None = None
    base_rate: Number | Literal["target/quota"] | None = None
    threshold: Number | None = None
    target: Number | None = None
    weight: Number | None = None
    nodes: tuple[tuple[Number, Number], ...] = ()
    between: Literal["linear", "step"] | None = None
    below: Literal["zero", "flat", "extend"] | None = None
    above: Literal["flat", "extend"] | Above | None = None
    fund: Number | Fund | None = None
    shares: Mapping[str, Number] | By | Literal["equal"] | None = None
    leavers: Literal["in", "prorated", "out"] | None = None
    unclaimed: Literal["redistribute", "return"] | None = None
    sum_reached: bool = False
    pays_of: Literal["target", "base"] | None = None


@attrs.frozen(kw_only=True)
class Rounding:
    """Round a share to a step before it is used.

    Parameters
    ----------
    to : Fraction
        The step, such as 1 %.
    mode : {'floor', 'ceiling', 'nearest', 'half_up', 'half_away', 'half_even', 'down', 'up'}
        Which neighbour.

    Examples
    --------
    >>> Rounding(to=Fraction(1, 100), mode="floor").apply(Fraction(2, 3))
    Fraction(33, 50)
    """

    to: Fraction
    mode: Literal["floor", "ceiling", "nearest", "half_up", "half_away", "half_even", "down", "up"]

    def __attrs_post_init__(self) -> None:
        if self.to <= 0:
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

        named = {"floor": "down", "ceiling": "up", "nearest": "half_up"}.get(self.mode, self.mode)
        return round_to(x / self.to, named) * self.to


@attrs.frozen(kw_only=True)
class Modifier:
    """A factor on pay that another measure decides, such as the team collaboration coefficient 团队协作系数.

    Parameters
    ----------
    of : str
        Component, or ``plan`` for the sum.
    measure : str
        Path of the number that decides, such as ``team.bookings.attainment``.
    clamp : (Number, Number), optional
        The factor is the number itself, held between these.
    tiers : tuple of Tier
        The factor is the `multiplier` of the band.
    nodes : tuple of (Number, Number)
        The factor is read from a line through these.
    round : Rounding, optional
        Rounds the number before use.
    join : {'product', 'sum'}, optional
        How several factors join.
    edge : str, optional
        Who owns a bound of `tiers`.
    between : {'linear', 'step'}, optional
        How `nodes` are joined.

    Examples
    --------
    >>> Modifier(of="plan", measure="team.bookings.attainment", clamp=(Fraction(9, 10), Fraction(6, 5))).of
    'plan'
    """

    of: str
    measure: str
    clamp: tuple[Number, Number] | None = None
    tiers: tuple[Tier, ...] = ()
    nodes: tuple[tuple[Number, Number], ...] = ()
    round: Rounding | None = None
    join: Literal["product", "sum"] | None = None
    edge: Edge | None = None
    between: Literal["linear", "step"] | None = None


@attrs.frozen(kw_only=True)
class Limit:
    """A cap or a floor on pay.

    Parameters
    ----------
    of : str
        ``deal``, a component, or ``plan``.
    limit : Number or str
        Money, or text such as ``200% target``.
    at : {'before_modifiers', 'after_modifiers'}, optional
        Where it cuts.
    excess : {'lost'}, default 'lost'
        What becomes of pay above a cap.

    Examples
    --------
    >>> Limit(of="plan", limit="200% target", at="after_modifiers").excess
    'lost'
    """

    of: str
    limit: Number | str
    at: Literal["before_modifiers", "after_modifiers"] | None = None
    excess: Literal["lost"] = "lost"


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
class Gate:
    """Pay that is locked until tests are passed at the end of the interval.

    Parameters
    ----------
    tests : tuple of GateTest
        What is tested.
    locks : str
        A component, or ``plan``.
    needs : {'all', 'any'}, default 'all'
        How many tests must be passed.
    when : {'interval_end'}, default 'interval_end'
        When they are taken.

    Examples
    --------
    >>> Gate(tests=(GateTest(measure="nps", at_least=Fraction(30)),), locks="plan").needs
    'all'
    """

    tests: tuple[GateTest, ...]
    locks: str
    needs: Literal["all", "any"] = "all"
    when: Literal["interval_end"] = "interval_end"
