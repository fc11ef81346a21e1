"""The shipped schemes: each holds no error, and pays what a hand with pencil and paper gets."""

from __future__ import annotations

import pytest

from salesteam import incentives as inc
from salesteam.errors import InvalidValueError, NotFoundError

Q = "2026-Q1"


def pays(name, **facts):
    """What each payee gets from a scheme, by component, in major units."""
    run = inc.pay(inc.scheme(name), inc.Facts(**facts))
    assert [] == [u.reason for u in run.unpaid if u.code != "incentives.no-rule"]
    found = {}
    for row in run.payouts:
        found.setdefault(row.payee, {})
        found[row.payee][row.component] = found[row.payee].get(row.component, 0) + row.pay_minor / 100
    return found


def deal(number, amount, **about):
    return {"transaction": f"T{number}", "date": "2026-03-10", "amount": amount, "payee": "ana", **about}


def value(payee, measure, number, period=Q):
    return {"payee": payee, "measure": measure, "period": period, "value": number}


@pytest.mark.parametrize("name", inc.schemes())
def test_every_scheme_is_sound_and_explains_its_numbers(name):
    """No error, no warning, and every number of a scheme has a source and a reason."""
    report = inc.check(inc.scheme(name))
    assert [] == [f.text() for f in report if f.severity.value != "note"]
    assert inc.principles(inc.scheme(name)).kept("transparent")


@pytest.mark.parametrize("name", inc.schemes())
def test_every_scheme_reads_back_as_written(name):
    """Written and read again, it is the same plan."""
    plan = inc.scheme(name)
    assert plan == inc.read(inc.dump(plan)).value


def test_an_assist_gets_15_percent_of_the_deal():
    """5 % of 1,000 is 50, of which the helper gets 15 %."""
    assert {"ana": {"commission": 42.5}, "bo": {"commission": 7.5}} == pays(
        "assist_split", transactions=[deal(1, 1000, assistant="bo")]
    )


def test_the_team_coefficient_moves_everybody():
    """500,000 at 3 % and 100,000 at 5 % are 20,000, times 120 %."""
    paid = pays(
        "team_coefficient",
        transactions=[deal(1, 600_000)],
        people=[{"payee": "ana", "team": "north"}],
        quotas=[{"payee": "ana", "measure": "bookings", "period": "2026-03", "quota": 500_000}],
    )
    assert {"ana": {"commission": 24_000}} == paid


def test_a_shared_pool_is_divided_by_what_each_one_brought():
    """2 % of 400,000 are 8,000, of which three quarters and one quarter."""
    paid = pays(
        "shared_pool",
        transactions=[deal(1, 300_000), deal(2, 100_000, payee="bo")],
        people=[{"payee": p, "team": "north"} for p in ("ana", "bo")],
    )
    assert {"ana": {"pool": 6000}, "bo": {"pool": 2000}} == paid


def test_joint_signing_and_sharing_count_with_their_weights():
    """Of a target of 10,000: 70 % × 80 % + 20 % × 150 % (3 of 2) + 10 % × 50 % (5 of 10)."""
    paid = pays(
        "joint_signing",
        transactions=[deal(1, 400_000)],
        values=[value("ana", "joint_deals", 3), value("ana", "shared_resources", 5)],
        quotas=[
            {"payee": "ana", "measure": "bookings", "period": Q, "quota": 500_000},
            {"payee": "ana", "measure": "joint_deals", "period": Q, "quota": 2},
            {"payee": "ana", "measure": "shared_resources", "period": Q, "quota": 10},
        ],
        targets=[{"payee": "ana", "period": Q, "target": 10_000}],
    )
    assert {"ana": {"own_bookings": 5600, "joint_signing": 3000, "resource_sharing": 500}} == paid


def test_a_sprint_pays_each_deal_of_its_window_beside_the_commission():
    """4 % of all five, and 800 for the two deals of the new product in March."""
    days = [
        ("new", "2026-02-28"),
        ("new", "2026-03-01"),
        ("new", "2026-03-31"),
        ("old", "2026-03-15"),
        ("new", "2026-04-01"),
    ]
    deals = [deal(i, 10_000, product=product, date=day) for i, (product, day) in enumerate(days)]
    assert {"ana": {"commission": 2000, "sprint": 1600}} == pays("sprint_award", transactions=deals)


@pytest.mark.parametrize(("after", "said"), [(1, ["incentives.sprint-moved"]), (2, [])])
def test_a_sprint_that_only_moved_deals_is_told(after, said):
    """Three deals in March against two before: one is won; if April then lacks one, nothing was."""
    days = [
        "2026-02-10",
        "2026-02-20",
        *(f"2026-03-{d}" for d in (10, 11, 12)),
        *(f"2026-04-{d}" for d in range(10, 10 + after)),
    ]
    deals = [deal(i, 1000, product="new", date=day) for i, day in enumerate(days)]
    found = inc.around(
        inc.pay(inc.scheme("sprint_award"), inc.Facts(transactions=[*deals, deal(99, 5000, product="old")])), "sprint"
    )
    assert (200_000, 300_000, after * 100_000) == (found.before, found.inside, found.after)
    assert said == [f.code for f in found.report if f.text("zh")]
    assert ["before", "in", "after"] == found.to_frame()["span"].tolist()
    assert "之前" in found.grid("zh").text()
    assert "table" in found._repr_html_()


def test_only_a_window_of_days_has_a_before_and_an_after():
    """Another component, and one without a window, are no sprint."""
    run = inc.pay(inc.scheme("sprint_award"), inc.Facts(transactions=[deal(1, 1000, product="new")]))
    with pytest.raises(InvalidValueError, match="no window"):
        inc.around(run, "commission")
    with pytest.raises(NotFoundError, match="sprint"):
        inc.around(run, "sprnt")


HEALTH = {"retention": "90%", "nps_score": "75%", "answers": 12, "complaint_free": 1}


@pytest.mark.parametrize(
    ("expected", "about"),
    [(8400, {}), (0, {"answers": 9}), (0, {"complaint_free": 0}), (9000, {"retention": "150%", "nps_score": "75%"})],
)
def test_healthy_relationships_pay_if_enough_answered_and_nobody_complained(expected, about):
    """Of 10,000: 60 % × 90 % + 40 % × 75 %; nine answers, or a complaint, close the award; more than all is all."""
    half = "2026-H1"
    values = [value("ana", m, n, half) for m, n in {**HEALTH, **about}.items()]
    paid = pays("relationship_health", values=values, targets=[{"payee": "ana", "period": half, "target": 10_000}])
    assert {"ana": {"health": expected}} == paid


@pytest.mark.parametrize(
    ("expected", "sold", "innovation"),
    [(10_000, 100, "100%"), (4000, 100, "0%"), (4250, 90, "75%"), (0, 79, "100%"), (15_000, 200, "100%")],
)
def test_two_measures_pay_together(expected, sold, innovation):
    """The target for both; between the nodes the mean of four cells: (0 + 0 + 70 + 100) / 4 %."""
    paid = pays(
        "two_measures",
        transactions=[deal(1, sold)],
        values=[value("ana", "innovation", innovation)],
        quotas=[{"payee": "ana", "measure": "bookings", "period": Q, "quota": 100}],
        targets=[{"payee": "ana", "period": Q, "target": 10_000}],
    )
    assert {"ana": {"dual": expected}} == paid


def test_the_grade_decides_the_base_and_the_contribution_the_share():
    """Grade 5 gets 11,000, half a month of grade 8 gets 9,000; 3 % of 200,000 are divided 3 : 1."""
    month = "2026-03"
    paid = pays(
        "grade_contribution",
        transactions=[deal(1, 200_000)],
        values=[value("ana", "presence", 1, month), value("bo", "presence", "0.5", month)],
        people=[
            {"payee": "ana", "team": "north", "grade": "5", "contribution": "3"},
            {"payee": "bo", "team": "north", "grade": "8", "contribution": "1"},
        ],
    )
    assert {"ana": {"base_5": 11_000, "contribution": 4500}, "bo": {"base_8": 9000, "contribution": 1500}} == {
        payee: {name: pay for name, pay in parts.items() if pay} for payee, parts in paid.items()
    }
