"""Worked cases: charts out of practice with what is known to be right or wrong in them."""

from salesteam import raci


def test_solution_design_has_no_error(chart, day):
    """Sales does, presales answers, product is asked, after-sales is told: nothing is wrong with that."""
    report = raci.check(chart("活动,销售,售前支持,产品团队,售后团队\n客户方案设计,R,A,C,I"), as_of=day)
    assert () == report.errors
    assert () == report.warnings


def test_two_accountable_roles_are_the_one_error(chart, day):
    """Builder and reviewer both answer for shipping the code: several accountable, and nothing else is an error."""
    report = raci.check(chart("activity,builder,reviewer\nA2_ship_code,A,A"), as_of=day)
    several = report.by_code["raci.several-accountable"]
    assert ["A2_ship_code"] == [finding.place.key for finding in several]
    assert "builder, reviewer" in several[0].what()
    done = raci.check(chart("activity,builder,reviewer\nA2_ship_code,R/A,A"), as_of=day)
    assert ["raci.several-accountable"] == [finding.code for finding in done.errors]


def test_customer_follow_up_has_two_owners_in_two_documents(chart, codes):
    """One document gives follow-up to sales under its manager, another to customer service with no A at all."""
    text = "活动,销售,主管,营销,客服\n客户跟进,R,A,C,I\n执行,,R,,\n跟进,,,,R"
    follow = chart(text)
    assert "same-work-other-owner" not in codes(follow)
    activities = tuple(
        raci.Activity(id=each.id, aliases=("客户跟进",) if each.id == "跟进" else ()) for each in follow.activities
    )
    merged = chart(text, activities=activities)
    assert "same-work-other-owner" in codes(merged)
    assert "no-accountable" in codes(merged)


def test_sales_chain_without_contracts_asks_what_is_handed_over(chart, day):
    """From needs to design to delivery the doer changes twice, and no contract is written."""
    text = "活动,销售,售前,交付\n需求对接,R,A,I\n方案设计,C,R,A\n交付验收,A,C,R"
    ordered = tuple(
        raci.Activity(id=each.id, after=before)
        for each, before in zip(chart(text).activities, ((), ("需求对接",), ("方案设计",)), strict=True)
    )
    report = raci.check(chart(text, activities=ordered), as_of=day)
    assert 2 == len(report.by_code["raci.no-handoff"])
