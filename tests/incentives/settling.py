"""Small plans and facts for the specification of settlement."""

from __future__ import annotations

from fractions import Fraction

from salesteam import incentives as inc


def monthly(rate="100%", component=None, **about):
    """A monthly plan that pays a share of the amount, with what else is said about it."""
    made = component or {"measure": "sales", "method": "flat", "rate": rate}
    return inc.plan_of(
        {
            "currency": "CNY",
            "period": "month",
            "measures": {"sales": {"unit": "money", "value": "amount"}},
            "components": {"c": made},
            **about,
        }
    )


def each_month(*amounts, payee="A", year=2026):
    """One deal on the fifth of each month."""
    return [
        {"transaction": f"T{i}", "date": f"{year}-{i:02d}-05", "amount": str(a), "payee": payee}
        for i, a in enumerate(amounts, start=1)
        if a is not None
    ]


def settled(plan, deals, ledger=None, *, open_period=None, periods=None, **facts):
    """Pay and settle."""
    run = inc.pay(plan, inc.Facts(transactions=deals, **facts))
    return inc.settle(run, ledger, open_period=open_period, periods=periods)


def column(made, name, payee="A"):
    """One column of the statement of a payee, in major units, period by period."""
    return [Fraction(getattr(r, f"{name}_minor"), 100) for r in made.statements if r.payee == payee]


def booked(made, *kinds, period=None):
    """Amounts of the new entries of some kinds, in major units."""
    return [
        Fraction(e.amount_minor, 100) for e in made.entries if e.kind in kinds and period in {None, e.booked_period}
    ]
