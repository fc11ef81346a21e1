"""A plan on its facts: what is late, where debts grow, who falls off the ramp, who helps for nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.incentives.plans import BASE

from salesteam import incentives as inc


def deal(number, day, amount=100, payee="ana", **about):
    return {"transaction": f"T{number}", "date": day, "amount": amount, "payee": payee, **about}


def found(code, rows, *, plan=None, **about):
    """Findings of one code of a plan on facts."""
    kwargs = {k: about.pop(k) for k in ("open_period", "policy") if k in about}
    report = inc.check(inc.plan_of({**BASE, **(plan or {})}), inc.Facts(transactions=rows, **about), **kwargs)
    assert report.text("zh")
    return [{**dict(f.values), "key": f.place.key} for f in report if f.code == f"incentives.{code}"]


QUOTA = {
    "components": {
        "c": {
            "measure": "m",
            "method": "marginal",
            "accumulate": "period",
            "bounds": "quota",
            "tiers": [{"from": 0, "to": None, "rate": "1%"}],
        }
    }
}


@pytest.mark.parametrize(
    ("code", "rows", "plan"),
    [
        ("no-quota", [deal(1, "2026-01-05")], QUOTA),
        ("credit-over-max", [deal(1, "2026-01-05", mate="bo")], {"crediting": [{"to": to, "share": "60%", "kind": "carve_out"} for to in ("payee", "mate")]}),
        ("negative-pay", [deal(1, "2026-01-05", -100)], {}),
    ],
)  # fmt: skip
def test_findings_of_the_run_are_among_them(code, rows, plan):
    """What came back, and totals below zero."""
    assert found(code, rows, plan=plan)


def test_a_plan_with_errors_is_not_run():
    """Its own findings are all there is."""
    plan = inc.read(
        '{"currency": "CNY", "period": "month", "measures": {}, "components": {"c": {"measure": "m"}}}'
    ).value
    assert list(inc.check(plan)) == list(inc.check(plan, inc.Facts(transactions=[deal(1, "2026-01-05")])))


def test_a_deal_that_came_in_after_one_of_a_later_period_is_late():
    """The column seq tells the order in which deals came in; a named open period tells it too."""
    rows = [
        deal(1, "2026-01-05", seq=1),
        deal(2, "2026-02-05", seq=2),
        deal(3, "2026-01-31", seq=3),
        deal(4, "2026-02-01", seq=4),
    ]
    assert ["T3"] == [f["transaction"] for f in found("late-transaction", rows)]
    assert ["T1", "T3"] == [f["transaction"] for f in found("late-transaction", rows, open_period="2026-02")]
    plain = [{k: v for k, v in row.items() if k != "seq"} for row in rows]
    assert [] == found("late-transaction", plain)


MONTHS = ["2026-01", "2026-02", "2026-03", "2026-04"]


@pytest.mark.parametrize(
    ("expected", "draw"),
    [
        ([("ana", 3)], {"kind": "recoverable", "repay_from": "above_draw"}),
        ([("ana", 3)], {"kind": "recoverable", "repay_from": "all_earnings"}),
        ([("ana", 3)], {"kind": "advance"}),
        ([], {"kind": "non_recoverable"}),
        (
            [],
            {
                "kind": "recoverable",
                "repay_from": "above_draw",
                "window": {"from": "2026-01-01", "until": "2026-03-01"},
            },
        ),
    ],
)
def test_a_debt_that_grows_three_times_is_told(expected, draw):
    """Each month 1 is earned on a draw of 20; told once for each payee."""
    rows = [deal(i, f"{month}-05", 10) for i, month in enumerate(MONTHS)]
    grown = found("debt-growing", rows, plan={"draw": {"amount": 20, **draw}})
    assert expected == [(f["payee"], f["count"]) for f in grown]


def test_pay_that_falls_when_the_ramp_ends_is_told():
    """Half the quota for three months, then all of it: pay by attainment halves."""
    plan = {**QUOTA, "quotas": {"measure": "m", "amount": 100, "ramp": {"months": [1, 3], "factor": "50%"}}}
    plan["components"] = {
        "c": {
            "measure": "m",
            "method": "curve",
            "between": "linear",
            "nodes": [[0, 0], [1, 1]],
            "above": "extend",
            "target": 50,
        }
    }
    rows = [deal(i, f"{month}-05") for i, month in enumerate(MONTHS)]
    people = [{"payee": "ana", "start": "2026-01-01"}]
    assert [("2026-03", 10000, 5000)] == [
        (f["period"], f["before"].minor, f["after"].minor)
        for f in found("ramp-end-drop", rows, plan=plan, people=people)
    ]
    assert [] == found("ramp-end-drop", rows, plan=plan, people=[{"payee": "ana", "start": "2025-01-01"}])


def test_a_quarter_that_ends_in_a_spike_is_told():
    """Most of the amount in the last ten days; the days and the share are a policy."""
    days = ["2026-01-05", "2026-02-05", "2026-03-05", "2026-03-22", "2026-03-31"]
    rows = [deal(i, day, 400 if i == 4 else 100) for i, day in enumerate(days)]
    assert [("2026-Q1", "63%")] == [(f["period"], f["share"]) for f in found("quarter-end-spike", rows)]
    assert [] == found("quarter-end-spike", rows, policy=inc.Policy(spike_share=Fraction(3, 4)))
    assert [] == found("quarter-end-spike", rows[3:])


def test_help_that_pays_nobody_is_told():
    """In the log, or in a column that names the helper; not if the helper is credited, or a pool pays all."""
    rows = [deal(1, "2026-01-05", assistant="bo"), deal(2, "2026-01-06", assistant=None)]
    log = [
        {"date": "2026-01-06", "giver": "cai", "receiver": "ana", "kind": "assist", "deal": "T2", "confirmed_by": "ana"}
    ]
    solo = found("solo-bias", rows, log=log)
    assert [(2, 2, ("cai · T2", "bo · T1"))] == [(f["count"], f["total"], f["examples"]) for f in solo]
    rules = [
        {"to": "assistant", "share": "15%", "kind": "carve_out"},
        {"to": "payee", "share": "rest", "kind": "carve_out"},
    ]
    assert [1] == [f["count"] for f in found("solo-bias", rows, log=log, plan={"crediting": rules})]
    pool = {"p": {"method": "pool", "fund": 10, "shares": "equal", "leavers": "in"}}
    people = [{"payee": p, "team": "n"} for p in ("ana", "bo", "cai")]
    assert [] == found("solo-bias", rows, log=log, people=people, plan={"components": {**BASE["components"], **pool}})


def test_numbers_that_no_machine_holds_come_back_as_a_finding():
    """A run that is refused is a finding of the facts, not an exception."""
    huge = {"components": {"c": {"measure": "m", "method": "flat", "rate": "999999998/999999999"}}}
    assert isinstance(found("scale-overflow", [deal(1, "2026-01-05", "90000000000000")], plan=huge), list)


def test_who_reaches_the_quota_earns_the_target_of_the_table():
    """10 % of a quota of 1,000 is 100, and 90 is promised; where quota and target do not tell, nothing is said."""
    quotas = [{"payee": "ana", "measure": "m", "period": "2026-01", "quota": 1000}]
    rows = [deal(1, "2026-01-05")]

    def told(target, **plan):
        targets = [{"payee": "ana", "period": "2026-01", "target": target}]
        return [
            (f["of"], f["pay"], f["target"])
            for f in found("ote-incoherent", rows, plan=plan, quotas=quotas, targets=targets)
        ]

    assert [("ana", 100, 90)] == told(90)
    assert [] == told(100)
    spiff = {"s": {"method": "spiff", "accumulate": "period", "amount": 5}}
    assert [] == told(90, components={**BASE["components"], **spiff})
    curve = {"measure": "m", "method": "curve", "between": "linear", "nodes": [[0, 0], [1, 1]], "weight": "60%"}
    mbo = {"method": "mbo", "weight": "40%", "objectives": [{"measure": "m", "weight": 1}]}
    assert [] == told(90, components={"a": curve, "b": mbo})
