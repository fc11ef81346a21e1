"""Pictures of pay: the right numbers, in the language of the reader, as SVG and PNG."""

from __future__ import annotations

import json

import pytest
from tests.report.pictures import drawn, rows

from salesteam import incentives as inc
from salesteam import report
from salesteam.errors import InvalidValueError, NotFoundError

LANGS = ("en", "zh")
PLAN = inc.plan_of(
    {
        "plan": "ae",
        "currency": "CNY",
        "period": "month",
        "negative_period": "carry",
        "measures": {"bookings": {"unit": "money", "value": "amount"}, "margin": {"unit": "share"}},
        "components": {
            "slab": {
                "text": "Retroactive", "measure": "bookings", "method": "slab", "accumulate": "period",
                "edge": "lower_inclusive",
                "tiers": [{"from": 0, "to": 50_000, "rate": "3%"}, {"from": 50_000, "to": None, "rate": "4%"}],
            }
        },
        "draw": {"kind": "recoverable", "amount": 3000, "repay_from": "above_draw"},
        "release": {"holdback": "20%", "until": "quarter"},
    }
)  # fmt: skip
CURVES = inc.plan_of(
    {
        "currency": "CNY", "period": "month", "measures": {"bookings": {"unit": "money", "value": "amount"}, "margin": {"unit": "share"}},
        "components": {
            "curve": {
                "measure": "bookings", "method": "curve", "between": "linear", "below": "zero", "above": "flat", "weight": "1/2",
                "edge": "lower_inclusive", "nodes": [["80%", "50%"], ["100%", "100%"], ["120%", "200%"]],
            },
            "grid": {
                "method": "matrix", "between": "bilinear", "weight": "1/2", "target": 1000,
                "rows": {"measure": "bookings.attainment", "nodes": ["80%", "100%"]},
                "columns": {"measure": "margin", "nodes": ["20%", "30%"]}, "cells": [[None, "40%"], ["60%", "100%"]],
            },
        },
    }
)  # fmt: skip
AMOUNTS = (10_000, 30_000, 70_000, 120_000)
FACTS = inc.Facts(
    transactions=[
        {"transaction": f"T{i}", "date": f"2026-0{i + 1}-10", "amount": str(amount), "payee": "ana"}
        for i, amount in enumerate(AMOUNTS)
    ]
    + [{"transaction": "B", "date": "2026-01-10", "amount": "55000", "payee": "bo"}],
    quotas=[
        {"payee": payee, "measure": "bookings", "period": f"2026-0{month}", "quota": "50000"}
        for payee in ("ana", "bo")
        for month in (1, 2, 3, 4)
    ],
)


FLAT = inc.plan_of(
    {
        "plan": "ae", "currency": "CNY", "period": "month", "negative_period": "carry",
        "measures": {"bookings": {"unit": "money", "value": "amount"}},
        "components": {"slab": {"measure": "bookings", "method": "flat", "rate": "3.9%"}},
    }
)  # fmt: skip


def compared():
    """The slab against a flat rate between its two: one wins, one loses."""
    return inc.compare({"now": PLAN, "flat": FLAT}, FACTS)


def simulated(budget=None):
    """A year of two people."""
    outlook = inc.Outlook(measure="bookings", mean=40_000, spread="50%")
    world = inc.World(payees=("ana", "bo"), periods=tuple(f"2026-{m:02d}" for m in range(1, 13)), outlooks=(outlook,))
    return inc.simulate(PLAN, world, scenarios=500, seed=1, budget=budget)


def settled():
    """Four months with a draw and a holdback."""
    return inc.settle(inc.pay(PLAN, FACTS))


PLOTS = {
    "payout_curve": lambda lang: report.payout_curve(PLAN, "slab", lang=lang),
    "payout_curve in shares": lambda lang: report.payout_curve(CURVES, "curve", lang=lang),
    "payout_curve in money": lambda lang: report.payout_curve(CURVES, "curve", quota=50_000, target=3000, lang=lang),
    "matrix": lambda lang: report.matrix(CURVES, "grid", lang=lang),
    "winners_and_losers": lambda lang: report.winners_and_losers(compared(), lang=lang),
    "cost_curve": lambda lang: report.cost_curve(compared(), lang=lang),
    "attainment": lambda lang: report.attainment(compared(), lang=lang),
    "cost_against_budget": lambda lang: report.cost_against_budget(simulated(40_000), lang=lang),
    "cost without budget": lambda lang: report.cost_against_budget(simulated(), lang=lang),
    "waterfall": lambda lang: report.waterfall(settled(), "ana", "2026-03", lang=lang),
    "draw_debt": lambda lang: report.draw_debt(settled(), "ana", lang=lang),
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", PLOTS)
def test_every_picture_is_drawn_in_both_languages(name, lang):
    """An SVG whose text stays text, a PNG, and a bundle that a notebook shows alive."""
    drawn(PLOTS[name](lang), lang)


def test_a_cliff_is_marked_with_its_height():
    """Where pay jumps the picture says how far, and which side holds the point."""
    (cliff,) = [row for row in rows(PLOTS["payout_curve"]("en")) if "high" in row]
    assert (50_000, 1500, 2000, 2000, "CNY +500") == tuple(cliff[key] for key in ("x", "pay", "high", "value", "text"))


def test_the_marginal_rate_stands_below_the_curve():
    """Slope of each band: what one more yuan pays."""
    rates = {row["rate_text"] for row in rows(PLOTS["payout_curve"]("en")) if "rate_text" in row}
    assert {"3%", "4%"} == rates
    money = {row["rate_text"] for row in rows(PLOTS["payout_curve in money"]("en")) if "rate_text" in row}
    assert {"0%", "15%", "30%"} == money


def test_who_wins_and_who_loses_foots_with_the_comparison():
    """One bar a payee, of the length that the comparison says."""
    bars = {row["payee"]: row["delta"] for row in rows(PLOTS["winners_and_losers"]("en")) if "payee" in row}
    assert {row.payee: row.delta_minor / 100 for row in compared().deltas} == bars
    with pytest.raises(InvalidValueError):
        report.winners_and_losers(inc.compare({"now": PLAN}, FACTS))


def test_many_payees_are_cut_and_told():
    """Only those that move most are drawn, and how many are left out is said."""
    plot = report.winners_and_losers(compared(), most=1)
    assert 1 == len([row for row in rows(plot) if "payee" in row])
    assert "1 who move less" in plot.svg()


def test_a_waterfall_ends_at_what_is_paid():
    """Its steps lead from nothing to the payout of the statement."""
    made = settled()
    bars = [row for row in rows(PLOTS["waterfall"]("en")) if "label" in row]
    assert "Paid" == bars[-1]["label"]
    assert made.paid("ana", "2026-03").minor == round(bars[-1]["high"] * 100)
    assert bars[-2]["high"] == pytest.approx(bars[-1]["high"])
    with pytest.raises(NotFoundError):
        report.waterfall(made, "ana", "2027-01")


def test_the_debt_is_that_of_the_statements():
    """A point for each period, at the debt that the statement says."""
    debts = [row["amount"] for row in rows(PLOTS["draw_debt"]("en")) if row.get("kind") == "Debt"]
    assert [row.debt_minor / 100 for row in settled().statements if row.payee == "ana"] == debts
    with pytest.raises(NotFoundError):
        report.draw_debt(settled(), "zoe")


def test_no_bar_of_costs_lies_half_beyond_the_budget():
    """The shares of the red bars sum to the chance of exceeding the budget."""
    found = simulated(40_000)
    bars = [row for row in rows(report.cost_against_budget(found)) if "share" in row]
    assert 1 == pytest.approx(sum(row["share"] for row in bars))
    assert found.chance_over == pytest.approx(sum(row["share"] for row in bars if row["low"] >= 40_000 - 1e-6))


def test_attainment_without_quotas_is_refused():
    """There is nothing to show."""
    with pytest.raises(InvalidValueError):
        report.attainment(inc.compare({"now": PLAN}, inc.Facts(transactions=FACTS.transactions)))


def test_a_picture_is_saved_by_its_ending(tmp_path):
    """SVG or PNG, and nothing else."""
    plot = PLOTS["matrix"]("en")
    assert "<svg" in plot.save(tmp_path / "m.svg").read_text("utf-8")
    assert b"PNG" == plot.save(tmp_path / "m.png").read_bytes()[1:4]
    with pytest.raises(InvalidValueError):
        plot.save(tmp_path / "m.pdf")


def test_the_stack_of_a_period_comes_to_what_is_paid():
    """Earned, adjusted, held, topped up, repaid and carried sum to the mark for what is paid, in each period."""
    made = inc.settle(inc.pay(PLAN, FACTS))
    found = rows(report.draw_debt(made, "ana"))
    for statement in (row for row in made.statements if row.payee == "ana"):
        mine = [row for row in found if row["period"] == statement.period]
        (paid,) = [row["amount"] for row in mine if row["kind"] == "Paid"]
        assert paid == pytest.approx(sum(row["amount"] for row in mine if "place" in row))
        assert paid == pytest.approx(statement.paid_minor / 100)


def test_debt_carried_forward_is_drawn_as_debt():
    """It is no pay: it has the colour of a warning and says that it is owed."""
    deals = [{"transaction": "T1", "date": "2026-01-10", "amount": "-50000", "payee": "ana"}]
    plan = inc.plan_of({
        "currency": "CNY", "period": "month", "negative_period": "carry",
        "measures": {"bookings": {"unit": "money", "value": "amount"}},
        "components": {"c": {"measure": "bookings", "method": "flat", "rate": "10%"}},
    })  # fmt: skip
    made = inc.settle(inc.pay(plan, inc.Facts(transactions=deals)))
    (owed,) = [row for row in rows(report.waterfall(made, "ana", "2026-01", lang="zh")) if "欠" in row["label"]]
    assert ("欠款 5,000 元", "#d98c3f") == (owed["text"], owed["colour"])


def test_the_curve_of_a_count_has_its_own_unit_and_target():
    """Achieved meetings are no money, and the target of the component is known."""
    plan = inc.plan_of({
        "currency": "CNY", "period": "month", "measures": {"meetings": {"unit": "count"}},
        "components": {"m": {"measure": "meetings", "method": "curve", "target": 3000, "between": "linear",
                             "below": "zero", "above": "flat", "nodes": [["50%", 0], ["100%", "100%"]]}},
    })  # fmt: skip
    plot = report.payout_curve(plan, "m", quota=20)
    assert "Achieved (meetings)" in json.dumps(dict(plot.spec))
    assert 3000 == max(row["pay"] for row in rows(plot) if "pay" in row)
