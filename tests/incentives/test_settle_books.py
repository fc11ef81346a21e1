"""Expense over time, and margins after commission both ways."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.incentives.settling import each_month, monthly, settled

from salesteam import incentives as inc
from salesteam.errors import InvalidValueError, NotFoundError


def accrued(deals, **rule):
    """Expense of each month by deal, in major units."""
    about = {"method": "straight_line", **rule}
    made = inc.accrue(inc.pay(monthly("10%", accrual=about), inc.Facts(transactions=deals)))
    found = {}
    for row in made.rows:
        found.setdefault(row.transaction, {})[row.period] = Fraction(row.expense_minor, 100)
    return found


def test_sixty_months_of_3000_cost_50_each():
    """The published example of straight-line amortisation."""
    found = accrued(each_month(30000), months=60)["T1"]
    assert ({50}, 60) == (set(found.values()), len(found))
    assert ("2026-01", "2030-12") == (min(found), max(found))


def test_what_does_not_divide_is_spread_so_that_it_sums():
    """A hundred over three months: 33.33, 33.34, 33.33."""
    assert [Fraction("33.33"), Fraction("33.34"), Fraction("33.33")] == list(
        accrued(each_month(1000), months=3)["T1"].values()
    )


@pytest.mark.parametrize(("months", "rows"), [(12, 1), (13, 13)])
def test_the_expedient_expenses_terms_up_to_a_year_at_once(months, rows):
    """Thirteen months are too long for it."""
    assert rows == len(accrued(each_month(1000), months=months, expedient=True)["T1"])


def test_the_end_of_the_pay_period_may_begin_the_term():
    """A deal of January in a plan that pays by quarter begins to cost in March."""
    rule = {"method": "straight_line", "months": 24, "from": "period_end"}
    plan = monthly("10%", accrual=rule, period="quarter")
    made = inc.accrue(inc.pay(plan, inc.Facts(transactions=each_month(1000))))
    assert "2026-03" == made.rows[0].period


def test_a_reversal_undoes_what_was_expensed_and_mirrors_the_rest():
    """From its month on, deal and reversal cost nothing together."""
    back = {"transaction": "R", "date": "2026-03-05", "amount": "-1200", "payee": "A", "reverses": "T1"}
    found = accrued([*each_month(1200), back], months=12)
    assert -30 == found["R"]["2026-03"]
    assert [10] * 2 + [-20] + [0] * 9 == [
        found["T1"][month] + found["R"].get(month, 0) for month in sorted(found["T1"])
    ]


def test_a_plan_without_accrual_says_what_to_write():
    """The term of a contract cannot be guessed."""
    with pytest.raises(InvalidValueError, match="straight_line"):
        inc.accrue(inc.pay(monthly(), inc.Facts(transactions=each_month(1))))


def test_accruals_show_and_explain_themselves():
    """As a frame, as a display, and deal by deal."""
    plan = monthly("10%", accrual={"method": "straight_line", "months": 60})
    made = inc.accrue(inc.pay(plan, inc.Facts(transactions=each_month(30000))))
    assert ["transaction", "payee", "period", "expense_minor", "asset_minor"] == list(made.to_frame().columns)
    assert "60 months, 2026-01 … 2030-12, CNY 50.00 first" in made.explain("T1").text(100)
    assert "费用分摊" in made.grid("zh").text()
    assert made._repr_html_().startswith("<")
    with pytest.raises(NotFoundError):
        made.explain("T9")


TWO_SIDED = {
    "currency": "USD", "period": "once",
    "measures": {
        "sales": {"unit": "money", "value": "amount", "where": {"fixed": "no"}},
        "all": {"unit": "money", "value": "amount"},
        "said": {"unit": "money", "value": "override", "columns": {"override": "money"}},
    },
    "components": {
        "agent": {"measure": "sales", "method": "flat", "rate": "10%", "side": "agent"},
        "by_hand": {"measure": "said", "method": "flat", "rate": 1, "side": "agent"},
        "principal": {"measure": "all", "method": "flat", "rate": "5%", "side": "principal"},
    },
}  # fmt: skip


def test_commission_both_ways_is_a_cost_of_the_published_margin():
    """Five units at 100 that cost 50: 10 % out and 5 % in cost 5 a unit; by hand 60 out cost 7 a unit."""
    deal = {"amount": "500", "cost": "250", "quantity": 5, "payee": "agent"}
    deals = [
        {"transaction": "T1", "fixed": "no", "override": "0", **deal},
        {"transaction": "T2", "fixed": "yes", "override": "60", **deal},
    ]
    run = inc.pay(inc.plan_of(TWO_SIDED), inc.Facts(transactions=deals))
    rows = inc.margins(run).rows
    per_unit = [Fraction(r.commission_received_minor - r.commission_paid_minor, 100 * 5) for r in rows]
    assert [-5, -7] == per_unit
    assert [(50000, 27500, 22500), (50000, 28500, 21500)] == [
        (r.revenue_minor, r.cost_with_commission_minor, r.margin_minor) for r in rows
    ]
    assert 11000 == inc.settle(run).paid("agent").minor


def test_margins_show_and_explain_themselves():
    """Without a cost there is no margin, and it says so."""
    run = settled(monthly("10%"), each_month(100)).run
    made = inc.margins(run)
    assert [None] == [row.margin_minor for row in made.rows]
    assert "—" in made.explain("T1").text()
    assert "毛利" in made.grid("zh").text()
    assert 7 == len(made.to_frame().columns)
    assert made._repr_html_().startswith("<")
    with pytest.raises(NotFoundError):
        made.explain("T9")
