"""What was drawn in one scenario, and what the exact engine pays on it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs
import numpy as np

from salesteam import incentives as inc
from salesteam.core import rational_text
from salesteam.incentives._days import spans
from salesteam.incentives._filled import filled
from salesteam.incentives._whatif._compile import compiled
from salesteam.incentives._whatif._drawing import Drawing


def drawn(plan, there, seed, scenario, scenarios):
    """What was drawn in one scenario, by payee, measure and period, in smallest units."""
    full = filled(plan)
    made = compiled(full, there, None)
    drawing = Drawing.of(full, there, made.leaves, seed)
    found = {}
    for at, period in enumerate(there.periods):
        for (holder, measure), numbers in drawing.draw(there.payees, at, 0, np.empty(scenarios)).items():
            found[holder[1], measure, period] = float(numbers[scenario])
    return found


def exactly(plan, there, seed, scenario, scenarios):
    """What the exact engine pays on what was drawn."""
    run = exact_run(plan, there, seed, scenario, scenarios)
    assert set() == {row.code for row in run.unpaid} - {"incentives.pool-unclaimed"}
    return run.total.minor


def by_payee(run):
    """What each payee is paid in a run, in minor units; nobody who is paid nothing."""
    found = {}
    for row in run.payouts:
        found[row.payee] = found.get(row.payee, 0) + row.pay_minor
    return {payee: pay for payee, pay in found.items() if pay}


def exact_run(plan, there, seed, scenario, scenarios):
    """A run of the exact engine on what was drawn, as if it had been posted ready."""
    values = []
    for (payee, measure, period), number in drawn(plan, there, seed, scenario, scenarios).items():
        unit = 100 if plan.measures[measure].unit == "money" else 1
        value = Fraction(number) / unit
        values.append({"payee": payee, "measure": measure, "period": period, "value": rational_text(value)})
    facts = inc.Facts(values=values, people=there.people, quotas=there.quotas, targets=there.targets)
    bare = {name: attrs.evolve(measure, value=None) for name, measure in plan.measures.items()}
    return inc.pay(attrs.evolve(plan, measures=bare), facts, periods=there.periods)


def dealt_facts(plan, there, seed, scenario, scenarios):
    """What was drawn in one scenario, as single deals where there are any, in order on the last day of each period."""
    full = filled(plan)
    made = compiled(full, there, None)
    drawing = Drawing.of(full, there, made.leaves, seed)
    deals, values = [], []
    for at, period in enumerate(there.periods):
        found = drawing.draw(there.payees, at, 0, np.empty(scenarios))
        for leaf, numbers in found.items():
            (_, payee), measure = leaf
            about = {"payee": payee, "kind": measure}
            unit = 100 if plan.measures[measure].unit == "money" else 1
            if leaf not in drawing.dealt:
                value = rational_text(Fraction(float(numbers[scenario])) / unit)
                values.append({"payee": payee, "measure": measure, "period": period, "value": value})
                continue
            mine = drawing.deals(leaf)
            day = date.fromordinal(spans(period)[1].toordinal() - 1)
            for number in range(int(mine.number[scenario])):
                size = float(mine.sizes[number][scenario])
                cells = {"amount_minor": int(size), "quantity": int(size), "date": day, "seq": number}
                deals.append({"transaction": f"{payee} {measure} {period} {number}", **about, **cells})
    tables = {name: getattr(there, name) for name in ("people", "quotas", "targets", "leaves")}
    return inc.Facts(transactions=deals, values=values, **tables)
