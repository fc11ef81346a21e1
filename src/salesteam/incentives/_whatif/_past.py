"""What payees achieved, period by period: what a world like the past is made of."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt
from typing import Literal

import attrs

from salesteam.incentives._component import Component
from salesteam.incentives._days import spans
from salesteam.incentives._filled import filled
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._pay import pay
from salesteam.incentives._whatif._world import Outlook

__all__ = ["past"]


def _rows(plan: Plan, facts: Facts) -> dict[tuple[str, str, str], list[Fraction]]:
    """What each row brought a payee in a measure and pay period, in the unit of the measure; money in major units.

    A plan that pays one for each unit of every measure is run on the facts, so that credit and conditions are those
    of the plan.
    """
    full = filled(plan)
    counted = {
        name: Component(method="flat", measure=name, rate=Fraction(1))
        for name, measure in full.measures.items()
        if measure.scope == "payee" and measure.aggregate in {"sum", "count"}
    }
    probe = attrs.evolve(
        full, components=counted, gates=(), modifiers=(), caps=(), floors=(), windfall=(), draw=(), guarantee=(),
        clawback=(), release=(), accrual=None, quotas=(), negative_period="carry",
    )  # fmt: skip
    found: dict[tuple[str, str, str], list[Fraction]] = {}
    for line in pay(probe, facts).lines:
        if line.after is not None and line.before is not None:
            found.setdefault((line.payee, line.component, line.period), []).append(line.after - line.before)
    return found


def past(
    plan: Plan, facts: Facts, law: Literal["poisson", "fixed"] | None
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Outlook, ...]]:
    """Payees, periods, and an outlook for each payee and measure; on deals, with a law, where a measure sums them."""
    rows = _rows(plan, facts)
    found = {key: sum(sizes, Fraction(0)) for key, sizes in rows.items()}
    payees = tuple(sorted({payee for payee, _, _ in found}))
    periods = tuple(sorted({period for _, _, period in found}, key=spans))
    outlooks = []
    for payee, measure in sorted({(payee, measure) for payee, measure, _ in found}):
        series = [float(found.get((payee, measure, period), 0)) for period in periods]
        mean = sum(series) / len(series)
        variance = sum((x - mean) ** 2 for x in series) / max(len(series) - 1, 1)
        shape: Literal["lognormal", "normal"] = "lognormal" if mean >= 0 else "normal"
        spread = sqrt(variance) / abs(mean) if mean else 0.0
        outlook = Outlook(measure=measure, mean=mean, spread=spread, payee=payee, shape=shape)
        own = plan.measures[measure]
        if law is not None and own.value is not None and own.aggregate == "sum":
            sizes = [float(size) for period in periods for size in rows.get((payee, measure, period), ())]
            outlook = _dealt(outlook, sizes, len(periods), law)
        outlooks.append(outlook)
    return payees, periods, tuple(outlooks)


def _dealt(outlook: Outlook, sizes: Sequence[float], periods: int, law: Literal["poisson", "fixed"]) -> Outlook:
    """An outlook on deals like those of the past; the spread that they do not explain is that of the period."""
    mean, deals = sum(sizes) / len(sizes), len(sizes) / periods
    variance = sum((size - mean) ** 2 for size in sizes) / max(len(sizes) - 1, 1)
    size = sqrt(variance) / abs(mean) if mean else 0.0
    if law == "fixed":
        deals = float(max(round(deals), 1))
        left = (1 + outlook.spread**2) / (1 + size**2 / deals) - 1
    else:
        left = outlook.spread**2 - (1 + size**2) / deals
    return attrs.evolve(
        outlook, deals=deals, law=law, deal_spread=size, spread=sqrt(max(left, 0.0)),
        shape="normal" if min(sizes) < 0 else "lognormal",
    )  # fmt: skip
