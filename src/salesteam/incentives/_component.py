"""One thing that a plan pays for: the noun `Component`, with the keys of every method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs

from salesteam.incentives._number import Number, Whole
from salesteam.incentives._parts import Above, Axis, By, Edge, Fund, GateTest, Objective, RateTable, Tier, Where, Window

__all__ = ["Component", "paid_component", "told"]


@attrs.frozen(kw_only=True)
class Component:
    """One thing that a plan pays for, and how.

    Parameters
    ----------
    method : str
        One of the options of `OPTIONS["method"]`.
    measure : str, optional
        Name of the measure it is paid on.
    text : str or mapping, optional
        One line for the statement; a mapping ``{en: …, zh: …}`` says it in both languages.
    form : str, optional
        What it is for the books: ``base``, ``bonus``, ``commission``, ``annual bonus``, ``equity`` or ``in-kind``.
    for_ : mapping, optional
        Columns of `people` that a payee must match, or ``payee`` alone where nobody is listed; key ``for``.
    where : tuple of Where
        Which transactions it pays, besides the `where` of its measure.
    group, priority : optional
        Of the components of a group a row goes to the lowest priority that it matches, and to no other.
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
    crossing : {'old_rate', 'new_rate', 'split'}, optional
        Under ``forward``: the rate of a deal that crosses a bound.
    nodes : tuple of (Number, Number)
        Attainment and share of target, for ``curve``.
    between, below, above : optional
        How a curve runs between, before and after its nodes; `between` also how a matrix is read.
    tables, join : optional
        Under ``lookup``: rates by other measures, and how they join.
    rows, columns, cells : optional
        Under ``matrix``: its two sides, and the shares of target in rows; an empty cell pays nothing and is told.
    objectives, min_score, max_score : optional
        Under ``mbo``.
    window, amount, first, stacks : optional
        Under ``spiff``: when, how much for each row, for how many rows of a payee, and whether it pays a row that
        another spiff has paid already.
    prizes, ties, minimums : optional
        Under ``rank``: money by place, what a tie gets, and what one must reach to be placed.
    fund, shares, leavers, unclaimed : optional
        Keys of ``pool``.
    levels, base, component, hierarchy_at : optional
        Under ``override``: rate by level above the payee, on reports' credit or on the pay of a component (named by
        `measure` too), and whose reports they are, on the day of the transaction or at the end of the period.
    pay_split : 'equal' or mapping, optional
        Divides the pay, not the credit, among payees.
    side : {'agent', 'principal'}, optional
        Where commission runs both ways: paid to an agent, or received from the principal whose goods are sold.
    sum_reached : bool, default False
        Whether ``bonus`` adds all bands reached.
    pays_of : {'measure', 'target', 'base'}, optional
        What an amount is a share of; without it an amount is money.

    Examples
    --------
    >>> from fractions import Fraction
    >>> Component(method="flat", measure="bookings", rate=Fraction(1, 10)).rate
    Fraction(1, 10)
    """

    method: str = ""
    measure: str | None = None
    text: str | Mapping[str, str] = ""
    form: Literal["base", "bonus", "commission", "annual bonus", "equity", "in-kind"] | None = None
    for_: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, metadata={"key": "for"})
    where: tuple[Where, ...] = ()
    group: str | None = None
    priority: Whole | None = None
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
    crossing: Literal["old_rate", "new_rate", "split"] | None = None
    nodes: tuple[tuple[Number, Number], ...] = ()
    between: Literal["linear", "step", "node", "bilinear"] | None = None
    below: Literal["zero", "flat", "extend"] | None = None
    above: Literal["flat", "extend"] | Above | None = None
    tables: tuple[RateTable, ...] = ()
    join: Literal["sum", "product"] | None = None
    rows: Axis | None = None
    columns: Axis | None = None
    cells: tuple[tuple[Number | None, ...], ...] = ()
    objectives: tuple[Objective, ...] = ()
    min_score: Number | None = None
    max_score: Number | None = None
    window: Window | None = None
    amount: Number | None = None
    first: Whole | None = None
    stacks: bool = True
    prizes: tuple[Number, ...] = ()
    ties: Literal["share", "same", "dense"] | None = None
    minimums: tuple[GateTest, ...] = ()
    fund: Number | Fund | None = None
    shares: Mapping[str, Number] | By | Literal["equal"] | None = None
    leavers: Literal["in", "prorated", "out"] | None = None
    unclaimed: Literal["redistribute", "return"] | None = None
    levels: Mapping[int, Number] = attrs.field(factory=dict)
    base: Literal["credit", "pay"] | None = None
    component: str | None = None
    hierarchy_at: Literal["transaction_date", "period_end"] | None = None
    pay_split: Mapping[str, Number] | Literal["equal"] | None = None
    side: Literal["agent", "principal"] | None = None
    sum_reached: bool = False
    pays_of: Literal["measure", "target", "base"] | None = None

    def told(self, lang: str = "en") -> str:
        """What the component is called on a statement in a language; empty if the plan does not say.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        str
            The text in the other language where this one has none.

        Examples
        --------
        >>> Component(text={"en": "Commission", "zh": "提成"}).told("zh")
        '提成'
        """
        return told(self.text, lang)


def told(text: str | Mapping[str, str], lang: str) -> str:
    """A text of a plan in a language: itself where it has one language, the other one where this one is not there."""
    return text if isinstance(text, str) else text.get(lang) or next(iter(text.values()), "")


def paid_component(c: Component) -> str | None:
    """The component whose pay an override is on."""
    return c.component if c.base == "pay" else None
