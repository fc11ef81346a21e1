"""Two runs side by side: where they part, and why each line differs."""

from __future__ import annotations

from fractions import Fraction

import attrs
import pytest

from salesteam import incentives as inc

PLAN = inc.scheme("team_coefficient")
DEALS = [
    {"transaction": "T1", "date": "2026-01-05", "amount": "600000", "payee": "ana"},
    {"transaction": "T2", "date": "2026-01-20", "amount": "100000", "payee": "ana"},
]
PEOPLE = [{"payee": "ana", "team": "north"}]


def paid(deals=DEALS, quota="700000", plan=PLAN):
    """A run on a few deals."""
    quotas = [{"payee": "ana", "measure": "bookings", "period": "2026-01", "quota": quota}]
    return inc.pay(plan, inc.Facts(transactions=deals, people=PEOPLE, quotas=quotas))


BASE = paid()
MORE = paid([{**DEALS[0], "amount": "650000"}, DEALS[1]])
STEEP = attrs.evolve(
    PLAN.components["commission"],
    tiers=(
        inc.Tier(from_=PLAN.components["commission"].tiers[0].from_, rate=PLAN.components["commission"].tiers[1].rate),
    ),
)

HIGHER = attrs.evolve(PLAN.modifiers[0], clamp=(Fraction(11, 10), Fraction(6, 5)))


@pytest.mark.parametrize(
    ("run", "stage"),
    [
        (MORE, "credits differ"),
        (paid(quota="600000"), "attainment differs"),
        (paid(plan=attrs.evolve(PLAN, components={"commission": STEEP})), "portions differ"),
        (paid(plan=attrs.evolve(PLAN, modifiers=(HIGHER,))), "gates, factors or limits differ"),
        (BASE, "both runs are the same here"),
    ],
)
def test_the_first_stage_that_differs_is_named(run, stage):
    """Credits come before attainment, attainment before portions, portions before factors."""
    assert stage == run.explain("ana", against=BASE).steps[0].label


def test_each_line_tells_its_cause():
    """A larger deal moves its own line, and the sum before the next one."""
    lines = MORE.explain("ana", against=BASE).steps[-1].steps
    assert ["its amount: 600,000 → 650,000", "the sum before it: 600,000 → 650,000"] == [
        line.formula for line in lines[:2]
    ]


def test_a_deal_that_is_gone_is_told_in_chinese():
    """The explanation reads in both languages."""
    told = paid(DEALS[:1]).explain("ana", against=BASE, lang="zh")
    assert "现在没有" in {line.formula for line in told.steps[-1].steps}
