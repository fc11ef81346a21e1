"""Routes: who acts on a day, how far a value climbs, and where it goes next."""

from datetime import date
from fractions import Fraction

import attrs
import pytest

from salesteam import raci
from salesteam.core import Money, Person, ReportingLine
from salesteam.errors import InvalidValueError, NotFoundError

TEXT = "activity,sales,presales,product,care\nquote,R,A,C,I"


@pytest.fixture
def team(chart, holds):
    """A staffed chart whose presales decide discounts up to 10 %, their head to 20 %, the boss to 30 %."""
    made = chart(
        TEXT,
        activities=(raci.Activity(id="quote", name_zh="报价", kind="decision", subject="discount_rate"),),
        holdings=holds(
            "li sales", "wu presales", "(zhao) presales", "qian product", "sun care", "zhou head", "wang boss"
        ),
        people=(Person(id="wu", name="吴敏"),),
        escalations=(
            raci.Escalation(role="presales", to="head", after_hours=Fraction(8)),
            raci.Escalation(role="head", to="boss"),
        ),
        limits=tuple(
            raci.Limit(role=role, subject="discount_rate", sense="at_most", own=Fraction(own, 100))
            for role, own in (("presales", 10), ("head", 20), ("boss", 30))
        ),
    )
    return attrs.evolve(made, roles=(*made.roles, raci.Role(id="head"), raci.Role(id="boss")))


def people(steps):
    return [step.person for step in steps]


def test_route_names_people_for_every_duty(team, day):
    """Who does, decides, is asked before and told after, each with role, reason and deputy."""
    found = raci.route(team, "报价", as_of=day)
    assert (["li"], ["wu"], ["qian"], ["sun"]) == (
        people(found.does),
        people(found.decides),
        people(found.asked_before),
        people(found.told_after),
    )
    step = found.decides[0]
    assert ("presales", "A", "holds the role", "zhao") == (step.role.id, step.letters, step.reason.text(), step.deputy)
    assert [("zhou", "after 8 working hours"), ("wang", "next on the escalation path")] == [
        (step.person, step.reason.text()) for step in found.escalation
    ]


@pytest.mark.parametrize(
    ("percent", "status", "who"),
    [
        (10, "clear", ["wu"]),
        (11, "climbed", ["zhou"]),
        (20, "climbed", ["zhou"]),
        (25, "climbed", ["wang"]),
        (31, "blocked", []),
    ],
)
def test_value_climbs_to_the_first_role_that_covers_it(team, day, percent, status, who):
    """A bound itself is covered; above every bound the route is blocked, with the finding of duty without right."""
    found = raci.route(team, "quote", as_of=day, value=Fraction(percent, 100))
    assert (status, who) == (found.status, people(found.decides))
    assert (status == "blocked") is ("raci.limit-below-value" in found.report.by_code)


def test_ladder_comes_before_the_escalation(team, day):
    """The deciding role's own ladder names the approver."""
    ladder = raci.Limit(
        role="presales",
        subject="discount_rate",
        sense="at_most",
        own=Fraction(1, 10),
        ladder=(raci.Rung(bound=Fraction(3, 20), approver="boss"),),
    )
    found = raci.route(team, "quote", as_of=day, value=Fraction(12, 100), limits=(ladder, *team.limits[1:]))
    assert ["wang"] == people(found.decides)


def test_role_without_a_limit_is_climbed_past(team, day):
    """No limit is no authority on the way up."""
    found = raci.route(team, "quote", as_of=day, value=Fraction(11, 100), limits=(team.limits[0], team.limits[2]))
    assert ["wang"] == people(found.decides)
    assert "head has no limit on this" in str(found.explain("decides"))


def test_nobody_passes_a_hard_bound(team, day):
    """Beyond the hard bound of the deciding role even a wider limit above does not help."""
    hard = attrs.evolve(team.limits[0], hard=Fraction(15, 100))
    limits = (hard, *team.limits[1:])
    assert "climbed" == raci.route(team, "quote", as_of=day, value=Fraction(15, 100), limits=limits).status
    assert "blocked" == raci.route(team, "quote", as_of=day, value=Fraction(16, 100), limits=limits).status


def test_at_least_limits_run_the_other_way(team, day):
    """Delivery in no fewer than ten days."""
    activity = attrs.evolve(team.activities[0], subject="delivery_days")
    limit = raci.Limit(role="presales", subject="delivery_days", sense="at_least", own=Fraction(10))
    made = attrs.evolve(team, activities=(activity,), limits=(limit,), escalations=())
    assert "clear" == raci.route(made, "quote", as_of=day, value=Fraction(10)).status
    assert "blocked" == raci.route(made, "quote", as_of=day, value=Fraction(9)).status


def test_without_a_limit_in_force_authority_is_unknown(team, day):
    """Unknown is neither allowed nor zero."""
    past = tuple(attrs.evolve(limit, end=date(2026, 9, 30)) for limit in team.limits)
    found = raci.route(team, "quote", as_of=day, value=Fraction(1, 100), limits=past)
    assert "unknown" == found.status
    assert "raci.limit-unknown" in found.report.by_code


def test_deputy_stands_in_for_who_is_away(team, day):
    """And is named as such; when the deputy is away too, nobody is."""
    away = attrs.evolve(team, absences=(raci.Absence(person="wu"),))
    step = raci.route(away, "quote", as_of=day).decides[0]
    assert ("zhao", "stands in for 吴敏, who is away") == (step.person, step.reason.text())
    both = attrs.evolve(away, absences=(raci.Absence(person="wu"), raci.Absence(person="zhao")))
    found = raci.route(both, "quote", as_of=day)
    assert [None] == people(found.decides)
    assert "raci.absent-uncovered" in found.report.by_code


def test_delegate_approves_up_to_the_lowest_ceiling_and_never_answers(chart, day, holds):
    """Acting and approving can be delegated along a chain, accountability cannot."""
    made = chart(
        "activity,sales,boss\ndeal,R,A",
        activities=(raci.Activity(id="deal", subject="amount"),),
        holdings=holds("li sales", "wang boss"),
        absences=(raci.Absence(person="wang"),),
        limits=(raci.Limit(role="boss", subject="amount", sense="at_most", own=Money.of("90000", "CNY")),),
        delegations=(
            raci.Delegation(giver="wang", taker="zhao", ceiling=Money.of("50000", "CNY")),
            raci.Delegation(giver="zhao", taker="qian", ceiling=Money.of("70000", "CNY")),
        ),
    )
    found = raci.route(made, "deal", as_of=day, value=Money.of("50000", "CNY"))
    assert (["zhao", "qian"], [None]) == (people(found.decides), people(found.part("answers")))
    above = raci.route(made, "deal", as_of=day, value=Money.of("60000", "CNY"))
    assert [None] == people(above.decides)


def test_work_without_owner_goes_to_the_connector(chart, day, holds):
    """The chief connector takes what nobody answers for."""
    made = chart("activity,sales,link\nquote,R,", connector="link", holdings=holds("li sales", "wang link"))
    found = raci.route(made, "quote", as_of=day)
    assert ("blocked", ["wang"]) == (found.status, people(found.escalation))
    assert "raci.no-accountable" in found.report.by_code


def test_without_escalations_the_reporting_lines_lead_up(chart, day, holds):
    """Several lines of a matrix, nearest first, in force on the day."""
    lines = (
        ReportingLine(person="wu", manager="zhou"),
        ReportingLine(person="wu", manager="wang", kind="functional"),
        ReportingLine(person="zhou", manager="chen"),
        ReportingLine(person="chen", manager="old", end=date(2026, 1, 1)),
    )
    made = chart(TEXT, holdings=holds("li sales", "wu presales"), lines=lines)
    found = raci.route(made, "quote", as_of=day)
    assert ["zhou", "wang", "chen"] == people(found.escalation)
    assert "汇报线" in str(found.explain("escalation", "zh"))


def test_without_holdings_roles_are_named_and_people_not(chart, day):
    """One note says so."""
    found = raci.route(chart(TEXT), "quote", as_of=day)
    assert [None] == people(found.does)
    assert "未提供" in found.text("zh")
    assert ["raci.people-not-given"] == list(found.report.by_code)


def test_profile_severities_hold_for_routes_too(team, day):
    """A check that is switched off is silent everywhere."""
    quiet = attrs.evolve(team.profile, severities={"limit-below-value": "off"})
    found = raci.route(attrs.evolve(team, profile=quiet), "quote", as_of=day, value=Fraction(1))
    assert "blocked" == found.status
    assert "raci.limit-below-value" not in found.report.by_code


def test_wrong_callers_are_told(team, day):
    """An unknown activity, a value of the wrong unit, a part that nobody has."""
    with pytest.raises(NotFoundError, match="did you mean 'quote'"):
        raci.route(team, "quotes", as_of=day)
    with pytest.raises(InvalidValueError, match="is no value of discount_rate"):
        raci.route(team, "quote", as_of=day, value=Money.of("1", "CNY"))
    plain = attrs.evolve(team, activities=(raci.Activity(id="quote"),))
    with pytest.raises(InvalidValueError, match="does not say what it decides"):
        raci.route(plain, "quote", as_of=day, value=Fraction(1))
    with pytest.raises(NotFoundError, match="part"):
        raci.route(team, "quote", as_of=day).explain("helps")
    with pytest.raises(NotFoundError, match="part"):
        raci.route(team, "quote", as_of=day).part("dances")


def test_route_explains_itself_in_both_languages(team, day):
    """Formula of the climb with its numbers, people by name, and the profile used."""
    found = raci.route(team, "quote", as_of=day, value=Fraction(11, 100))
    english, chinese = str(found.explain("decides")), str(found.explain("decides", lang="zh"))
    assert "0.11 is beyond the limit 0.1 of presales" in english
    assert "0.11 超出 presales 的权限 0.1" in chinese
    assert "R 负责 · A 负责到底 + 审批 · C 咨询 · I 告知" in chinese
    assert "吴敏" in found.explain("answers", lang="zh").text()
    assert "谁来做？" in found.text("zh")
    assert "<table" in found._repr_html_()
    assert "Who decides?" in str(found)


def test_blocked_route_explains_that_nobody_decides(team, day):
    """Also where no step has the part."""
    found = raci.route(team, "quote", as_of=day, value=Fraction(1))
    assert "nobody" in str(found.explain())
    assert "无人" in str(found.explain(lang="zh"))


def test_frame_has_a_row_for_each_step(team, day):
    """Documented columns, escalation last."""
    frame = raci.route(team, "quote", as_of=day).to_frame(lang="zh")
    assert ["activity", "part", "letters", "role", "person", "reason", "deputy"] == list(frame.columns)
    assert ["asked_before", "does", "answers", "decides", "told_after", "escalation", "escalation"] == list(
        frame["part"]
    )
