"""Worked examples whose numbers others have published."""

from __future__ import annotations

from fractions import Fraction

import pytest

from salesteam import incentives as inc
from salesteam.core import rational


def plan(method, tiers, **about):
    """A plan in dollars that pays once, with one component."""
    kind = about.pop("pay", "rate")
    component = {"measure": "sales", "method": method, "accumulate": "transaction", **about}
    component["tiers"] = [{"from": a, "to": b, kind: r} for a, b, r in tiers]
    return inc.plan_of(
        {
            "currency": "USD",
            "period": "once",
            "measures": {"sales": {"unit": "money", "value": "amount"}},
            "components": {"c": component},
        }
    )


def rows(*amounts):
    """One transaction of payee A for each amount."""
    return [{"transaction": f"T{i}", "amount": str(a), "payee": "A", "seq": i} for i, a in enumerate(amounts, start=1)]


def each(which, *amounts, **facts):
    """Pay of each transaction in major units; None where it came back."""
    run = inc.pay(which, inc.Facts(transactions=rows(*amounts), **facts))
    lines = {n.transaction: Fraction(n.pay_minor, 100) for n in run.lines}
    return [lines.get(f"T{i}") for i in range(1, len(amounts) + 1)]


STEPS = [(0, 1000, "1%"), (1000, 3000, "2%"), (3000, 8000, "3%"), (8000, 20000, "5%")]
QUOTA = [{"payee": "A", "measure": "sales", "quota": "100000"}]


@pytest.mark.parametrize(
    ("which", "amounts", "expected"),
    [
        (plan("marginal", STEPS), (200, 300, 1500, 1200, 2000, 4500), (2, 3, 20, 14, 30, 95)),
        (
            plan("marginal", [(0, 10000, "1%"), (10000, 50000, "2%"), (50000, 100000, "3%")]),
            (5000, 15000, 60000),
            (50, 200, 1200),
        ),
        (plan("marginal", [(0, 1000, "4%"), (1000, 2000, "10%")]), (1500,), (90,)),
        (plan("slab", [(0, 1000, "4%"), (1000, 2000, "10%")], edge="lower_inclusive"), (1500,), (150,)),
        (plan("marginal", [(0, 200000, "4%"), (200000, None, "6%")]), (220000,), (9200,)),
        (plan("marginal", [(0, 300000, "3%"), (300000, 500000, "5%"), (500000, None, "7%")]), (600000,), (26000,)),
        (plan("marginal", [(0, 100000, "5%"), (100000, 125000, "6%"), (125000, None, "7%")]), (150000,), (8250,)),
        (
            plan("slab", [(0, 10000, "20%"), (10000, 25000, "25%"), (25000, None, "30%")], edge="upper_inclusive"),
            (26000,),
            (7800,),
        ),
        (plan("marginal", [(0, 5000, "10%"), (5000, None, "12%")]), (6000, 4000, 5000), (620, 400, 500)),
        (plan("slab", [(15000, 16000, "20%")], edge="closed", gaps="zero"), (15100, 14999, "16000.01"), (3020, 0, 0)),
        (plan("marginal", [(0, 10000, "5%"), (10000, 25000, "7%"), (25000, None, "10%")]), (30000,), (2050,)),
        (
            plan(
                "interpolated_amount",
                [(0, 1000, 10), (1000, 3000, 40), (3000, 8000, 100), (8000, 20000, 2000)],
                pay="amount",
            ),
            (200, 300, 1500, 1200, 2000, 4500),
            (2, 3, 20, 14, 30, 80),
        ),
    ],
)
def test_a_published_table_of_tiers_pays_its_published_numbers(which, amounts, expected):
    """Each transaction alone gives the printed commission."""
    assert list(expected) == each(which, *amounts)


def test_slab_on_quota_and_marginal_on_quota_differ_by_the_published_money():
    """110 % of quota pays 8,800 retroactively and 6,800 marginally."""
    tiers = [(0, "100%", "6%"), ("100%", "150%", "8%"), ("150%", None, "10%")]
    slab = plan("slab", tiers, bounds="quota", edge="lower_inclusive", accumulate="plan")
    assert [8800] == each(slab, 110000, quotas=QUOTA)
    assert [6800] == each(plan("marginal", tiers, bounds="quota", accumulate="plan"), 110000, quotas=QUOTA)


@pytest.mark.parametrize(
    ("sales", "quota", "rate", "pays"),
    [
        (80000, 100000, "0.6", 48000), (100000, 100000, "0.5", 50000), (110000, 100000, "0.6", 69000),
        (140000, 100000, "0.5", 90000), (175000, 100000, "0.6", 172500), (0, 100000, "0.6", 0),
        (250000, 100000, "0.5", 237500), (178000, 150000, "0.5333", "102393.6"), (100010, 100000, "0.5", "50007.5"),
    ],
)  # fmt: skip
def test_beyond_the_threshold_all_overage_pays_the_band_reached(sales, quota, rate, pays):
    """The third reading of tiers: everything above quota at the multiple of the band reached."""
    tiers = [(0, "100%", 1), ("100%", "125%", "1.5"), ("125%", "150%", 2), ("150%", None, "2.5")]
    which = plan(
        "from_threshold",
        tiers,
        pay="multiplier",
        bounds="quota",
        threshold="100%",
        base_rate=rate,
        edge="lower_inclusive",
    )
    quotas = [{"payee": "A", "measure": "sales", "quota": str(quota)}]
    assert [rational(pays)] == each(which, sales, quotas=quotas)


@pytest.mark.parametrize(("attainment", "pays"), [(85, 5000), (120, 14000)])
def test_a_curve_from_threshold_to_target_pays_the_published_bonus(attainment, pays):
    """Zero at 70 %, target at 100 %, two for one above."""
    which = inc.plan_of(
        {
            "currency": "GBP", "period": "once", "measures": {"sales": {"unit": "money", "value": "amount"}},
            "components": {"c": {
                "measure": "sales", "method": "curve", "nodes": [["70%", "0%"], ["100%", "100%"]], "between": "linear",
                "below": "zero", "above": {"slope": 2}, "target": 10000,
            }},
            "caps": [{"of": "c", "limit": "200% target", "at": "after_modifiers", "excess": "lost"}],
        }
    )  # fmt: skip
    run = inc.pay(which, inc.Facts(transactions=rows(attainment * 1000), quotas=QUOTA))
    assert pays * 100 == run.total.minor


def test_a_split_pays_each_its_share():
    """60 to 40 of 100,000 at 10 % pays 6,000 and 4,000."""
    which = inc.plan_of(
        {
            "currency": "USD", "period": "once", "measures": {"sales": {"unit": "money", "value": "amount"}},
            "crediting": [{"to": "a", "share": "60%", "kind": "carve_out"}, {"to": "b", "share": "40%", "kind": "carve_out"}],
            "components": {"c": {"measure": "sales", "method": "flat", "rate": "10%"}},
        }
    )  # fmt: skip
    deals = [{"transaction": "T1", "amount": "100000", "a": "A", "b": "B"}]
    run = inc.pay(which, inc.Facts(transactions=deals))
    assert {"A": 600_000, "B": 400_000} == {p.payee: p.pay_minor for p in run.payouts}


def test_a_fixed_share_of_a_pool_pays_the_published_share():
    """10 % of 1,200,000 fills the pool, a quarter of it is 30,000; the rest comes back as unclaimed."""
    which = inc.plan_of(
        {
            "currency": "USD", "period": "once", "measures": {"sales": {"unit": "money", "value": "amount"}},
            "components": {"c": {"method": "pool", "fund": {"rate": "10%", "measure": "team.sales"}, "shares": {"A": "25%"},
                                 "leavers": "in", "unclaimed": "return"}},
        }
    )  # fmt: skip
    people = [{"payee": "A", "team": "t"}]
    run = inc.pay(which, inc.Facts(transactions=rows(1200000), people=people))
    assert (3_000_000, ["incentives.pool-unclaimed"]) == (run.total.minor, [u.code for u in run.unpaid])


def test_cancelling_a_deal_re_tiers_the_period():
    """60,000 and 50,000 at 5 % pay 5,500; without the second, 3 % of 60,000 pay 1,800."""
    which = plan("slab", [(0, 110000, "3%"), (110000, None, "5%")], edge="lower_inclusive", accumulate="plan")
    before = inc.pay(which, inc.Facts(transactions=rows(60000, 50000))).total
    after = inc.pay(which, inc.Facts(transactions=rows(60000, 50000, -50000))).total
    assert (550_000, 180_000, -370_000) == (before.minor, after.minor, after.minor - before.minor)


def test_refunds_are_signed_lines_of_their_own():
    """20 % of 5, minus 3, pays 0.40 in two lines."""
    which = inc.plan_of(
        {
            "currency": "USD", "period": "once", "measures": {"sales": {"unit": "money", "value": "amount"}},
            "components": {"c": {"measure": "sales", "method": "flat", "rate": "20%"}},
        }
    )  # fmt: skip
    assert [Fraction(1), Fraction(-3, 5)] == each(which, 5, -3)


@pytest.mark.parametrize(
    ("volume", "margin", "pays"), [(4000000, "25%", 103500), (4000000, "30%", 112500), (2000000, "4.99%", 20000)]
)
def test_a_margin_factor_multiplies_the_commission(volume, margin, pays):
    """Volume pays 2 % and 3 % beyond three million, times the factor of the margin."""
    bands = [
        ("0%", "5%", "0.5"),
        ("5%", "10%", "0.75"),
        ("10%", "20%", 1),
        ("20%", "30%", "1.15"),
        ("30%", None, "1.25"),
    ]
    which = inc.plan_of(
        {
            "currency": "USD", "period": "once",
            "measures": {"sales": {"unit": "money", "value": "amount"}, "margin": {"unit": "share"}},
            "components": {"c": {"measure": "sales", "method": "marginal", "accumulate": "plan",
                                 "tiers": [{"from": 0, "to": 3000000, "rate": "2%"}, {"from": 3000000, "to": None, "rate": "3%"}]}},
            "modifiers": [{"of": "c", "measure": "margin", "edge": "lower_inclusive",
                           "tiers": [{"from": a, "to": b, "multiplier": m} for a, b, m in bands]}],
        }
    )  # fmt: skip
    values = [{"payee": "A", "measure": "margin", "value": margin}]
    run = inc.pay(which, inc.Facts(transactions=rows(volume), values=values))
    assert pays * 100 == run.total.minor


def test_growth_above_a_twelfth_of_the_contract_is_credited():
    """max(0, invoiced - contract / 12) of 20,000 and 120,000 is 10,000."""
    which = inc.plan_of(
        {
            "currency": "USD", "period": "once",
            "measures": {"growth": {"unit": "money", "value": "max(0, invoiced - contract / 12)", "columns": {"contract": "money"}}},
            "components": {"c": {"measure": "growth", "method": "flat", "rate": 1}},
        }
    )  # fmt: skip
    deals = [{"transaction": "T1", "amount": "0", "payee": "A", "invoiced": "20000", "contract": "120000"}]
    assert 1_000_000 == inc.pay(which, inc.Facts(transactions=deals)).total.minor


def test_an_amount_beyond_the_last_tier_comes_back():
    """Nobody owns 25,000 in a table that ends at 20,000."""
    run = inc.pay(plan("marginal", STEPS), inc.Facts(transactions=rows(25000)))
    assert ([], ["incentives.tier-gap"]) == (list(run.lines), [u.code for u in run.unpaid])
