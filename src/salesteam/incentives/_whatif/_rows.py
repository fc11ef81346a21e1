"""Columns of the tables of a comparison, declared once."""

from __future__ import annotations

from fractions import Fraction

import attrs

from salesteam.core._table import column

__all__ = ["BandRow", "ComponentRow", "CostRow", "DeltaRow", "MetricRow", "RiskRow"]


@attrs.frozen(kw_only=True)
class DeltaRow:
    """What one plan pays someone more or less than the first."""

    plan: str = column("name of the plan in the comparison")
    payee: str = column("who")
    before_minor: int = column("pay by the first plan", "minor units")
    after_minor: int = column("pay by this plan", "minor units")
    delta_minor: int = column("difference", "minor units")
    component: str | None = column("component that moves it most", default=None)
    component_delta_minor: int | None = column("how far that component moves it", "minor units", default=None)


@attrs.frozen(kw_only=True)
class ComponentRow:
    """What a component of one plan pays someone, beside the component of that name in the first."""

    plan: str = column("name of the plan in the comparison")
    payee: str = column("who")
    component: str = column("component")
    before_minor: int = column("pay by the first plan", "minor units")
    after_minor: int = column("pay by this plan", "minor units")
    delta_minor: int = column("difference", "minor units")


@attrs.frozen(kw_only=True)
class MetricRow:
    """One metric of one plan."""

    plan: str = column("name of the plan in the comparison")
    metric: str = column("which")
    value: Fraction | None = column("money in major units, shares in 0..1", default=None)


@attrs.frozen(kw_only=True)
class CostRow:
    """What a plan costs at a level of quota."""

    plan: str = column("name of the plan in the comparison")
    level: Fraction = column("share of quota that all payees together reach; of actual sales without quotas")
    factor: Fraction = column("what every amount was multiplied by")
    cost_minor: int = column("cost of incentives", "minor units")
    cost_share: Fraction | None = column("cost over sales", default=None)


@attrs.frozen(kw_only=True)
class BandRow:
    """How many payees lie in a band of attainment."""

    plan: str = column("name of the plan in the comparison")
    low: Fraction = column("attainment from which")
    high: Fraction | None = column("attainment below which; empty for the last", default=None)
    payees: int = column("how many")
    pay_minor: int = column("what they are paid", "minor units")


@attrs.frozen(kw_only=True)
class RiskRow:
    """How far the budget of a plan reaches."""

    plan: str = column("name of the plan in the comparison")
    budget_minor: int = column("budget", "minor units")
    cost_minor: int = column("cost of incentives", "minor units")
    holds_to: Fraction | None = column(
        "greatest whole percent of quota at which the budget holds; empty below 50 %", default=None
    )
