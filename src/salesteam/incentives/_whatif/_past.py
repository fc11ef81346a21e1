"""What payees achieved, period by period: what a world like the past is made of."""

from __future__ import annotations

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

__all__ = ["achieved", "past"]


def achieved(plan: Plan, facts: Facts) -> dict[tuple[str, str, str], Fraction]:
    """What each payee achieved in each measure and pay period, in the unit of the measure; money in major units.

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
    found: dict[tuple[str, str, str], Fraction] = {}
    for line in pay(probe, facts).lines:
        if line.after is not None and line.before is not None:
            key = line.payee, line.component, line.period
            found[key] = found.get(key, Fraction(0)) + line.after - line.before
    return found


def past(plan: Plan, facts: Facts) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Outlook, ...]]:
    """Payees, periods, and an outlook for each payee and measure."""
    found = achieved(plan, facts)
    payees = tuple(sorted({payee for payee, _, _ in found}))
    periods = tuple(sorted({period for _, _, period in found}, key=spans))
    outlooks = []
    for payee, measure in sorted({(payee, measure) for payee, measure, _ in found}):
        series = [float(found.get((payee, measure, period), 0)) for period in periods]
        mean = sum(series) / len(series)
        variance = sum((x - mean) ** 2 for x in series) / max(len(series) - 1, 1)
        shape: Literal["lognormal", "normal"] = "lognormal" if mean >= 0 else "normal"
        spread = sqrt(variance) / abs(mean) if mean else 0.0
        outlooks.append(Outlook(measure=measure, mean=mean, spread=spread, payee=payee, shape=shape))
    return payees, periods, tuple(outlooks)
