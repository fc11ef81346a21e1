"""The five principles 公平 及时 相关 多样 透明: each asks for something, says what it found, and explains it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from tests.incentives.plans import BASE, FLAT, M

from salesteam import incentives as inc
from salesteam.errors import NotFoundError


def judged(*, facts=None, plan=None, **about):
    """The principles of the smallest plan with some keys replaced."""
    return inc.principles(inc.plan_of({**BASE, **(plan or {})}), facts, **about)


def value(found, what):
    """What was found of one thing asked for."""
    return next((j.value, j.kept) for j in found.judgements if j.what[0].startswith(what))


def deals(**amounts):
    return [{"transaction": f"T{p}", "date": "2026-01-21", "amount": a, "payee": p} for p, a in amounts.items()]


AE = [{"payee": p, "role": "ae", "potential": w} for p, w in (("ana", 1), ("bo", 1), ("cai", 4))]
QUOTAS = [
    {"payee": p, "measure": "m", "period": "2026-01", "quota": q} for p, q in (("ana", 100), ("bo", 300), ("cai", 400))
]
TARGETS = [{"payee": "ana", "period": "2026-01", "target": 100, "base": 1000}]


def facts(**about):
    return inc.Facts(
        **{"transactions": deals(ana=100, bo=300, cai=200), "people": AE, "quotas": QUOTAS, "targets": TARGETS, **about}
    )


@pytest.mark.parametrize(
    "about",
    [
        {"components": {"c": {**FLAT["c"], "pay_split": {"A": "60%", "B": "40%"}}}},
        {"components": {"c": {**FLAT["c"], "for": {"payee": "ana"}}}},
        {"components": {"c": {**FLAT["c"], "where": {"payee": "ana"}}}},
        {"quotas": {"measure": "m", "amount": 5, "relief": {"payee": "ana", "factor": "50%"}}},
    ],
)
def test_a_rule_for_one_person_is_not_fair(about):
    """A person who is named in the plan."""
    assert ("1", False) == value(judged(plan=about), "rules for one person")
    assert judged().kept("fair")


def test_pay_goes_with_performance_within_a_role():
    """Paid by amount, judged by attainment; without quotas by amount; of fewer than three people nothing is said."""
    found = judged(facts=facts(transactions=deals(ana=200, bo=300, cai=200)))
    assert ("-0.19", False) == value(found, "correlation")
    assert ("1.00", True) == value(judged(facts=facts(quotas=None)), "correlation")
    assert not [j for j in judged(facts=facts(people=AE[:1])).judgements if j.what[0].endswith("performance (ae)")]


def test_quotas_go_with_potential_within_a_role():
    """300 of one market against 400 of four: three to one."""
    assert ("3", False) == value(judged(facts=facts()), "greatest quota")
    assert ("3", True) == value(judged(facts=facts(), policy=inc.Policy(quota_spread=Fraction(3))), "greatest quota")


def test_days_from_deal_to_pay_are_counted():
    """From the 21st to the 31st; to the receipt where receipts release it."""
    assert ("10", True) == value(judged(facts=facts()), "days from deal")
    receipts = [{"transaction": f"T{p}", "date": "2026-04-01", "paid": 1} for p in ("ana", "bo", "cai")]
    late = judged(facts=facts(receipts=receipts), plan={"release": {"on": "receipts"}})
    assert ("70", False) == value(late, "days from deal")
    events = [{"transaction": row["transaction"], "date": "2026-04-01", "kind": "cash_in"} for row in receipts]
    half = judged(facts=facts(events=events), plan={"release": {"holdback": "50%", "until": "cash_in"}})
    assert ("40", True) == value(half, "days from deal")
    assert ("182", False) == value(judged(plan={"period": "year"}), "days to the end")


def test_measures_serve_goals_are_few_and_in_ones_hands():
    """Whether a measure has a goal is asked of a callable; without it the question stays open."""
    assert ("", None) == value(judged(), "measures that serve no goal")
    assert ("1", False) == value(judged(has_goal=lambda m: m != "m"), "measures that serve no goal")
    many = {
        "measures": {f"m{i}": M["m"] for i in range(4)},
        "components": {f"c{i}": {**FLAT["c"], "measure": f"m{i}"} for i in range(4)},
    }
    assert ("4", False) == value(judged(plan=many), "measures that pay")
    team = {"components": {"c": {**FLAT["c"], "measure": "team.m"}}}
    assert [("0%", False), ("100%", True)] == [
        value(judged(plan=p), "share of pay computed from one's own") for p in (team, {})
    ]


def test_pay_is_balanced_between_long_and_short_team_and_person_money_and_honour():
    """All for a month, for one alone, in money alone: none is kept."""
    assert [("0%", False)] * 2 + [("0", False)] == [
        value(judged(), w) for w in ("share of pay for more", "share of pay for the team", "awards")
    ]
    pool = {"method": "pool", "fund": 10, "shares": "equal", "leavers": "in", "form": "in-kind", "weight": "40%"}
    year = {
        "measure": "m",
        "method": "marginal",
        "accumulate": "year",
        "weight": "20%",
        "tiers": [{"from": 0, "to": None, "rate": "1%"}],
    }
    mixed = judged(plan={"components": {"c": {**FLAT["c"], "weight": "40%"}, "pool": pool, "year": year}}, awards=2)
    assert [("20%", True), ("40%", True), ("3", True)] == [
        value(mixed, w) for w in ("share of pay for more", "share of pay for the team", "awards")
    ]


def test_numbers_are_explained_rules_few_and_everybody_knows_before_it_begins():
    """A number without a paper; more rules than a person can know; a payee who agreed too late."""
    silent = {"parameters": {"low": {"values": [{"value": "1%"}]}}}
    assert ("1", False) == value(judged(plan=silent), "numbers without")
    assert ("1", True) == value(judged(), "rules to know")
    assert ("1", False) == value(judged(policy=inc.Policy(rules=0)), "rules to know")
    valid = {"valid": {"from": "2026-01-01"}}
    known = {"ana": date(2025, 12, 20), "bo": date(2026, 1, 2)}
    assert ("2", False) == value(judged(facts=facts(), plan=valid, acknowledged=known), "payees who did not")
    assert ("", None) == value(judged(facts=facts()), "payees who did not")


def test_force_and_cost_are_told():
    """Target over base; what selling costs over what is sold."""
    found = judged(facts=facts())
    assert ("10%", False) == value(found, "target pay over base")
    assert value(found, "compensation cost")[1] is False


def test_each_principle_is_explained_and_shown_in_both_languages():
    """A finding for each thing that is not kept, a grid, a frame, and an explanation."""
    found = judged(facts=facts(), has_goal=lambda _: False)
    lacking = [j for j in found.judgements if j.kept is False]
    assert len(lacking) == len(list(found.report)) > 3
    assert all(f.text("zh") and f.text() for f in found.report)
    assert found.kept("relevant") is False
    assert judged().kept("force") is None
    assert "✗" in str(found.explain("relevant"))
    assert "公平" in found.text(lang="zh")
    assert len(found.judgements) == len(found.to_frame(lang="zh"))
    assert "table" in found._repr_html_()
    with pytest.raises(NotFoundError, match="fair"):
        found.of("fairness")
