"""Trees that open themselves on a breached threshold."""

from datetime import date
from fractions import Fraction

import pytest
from attrs import evolve

from salesteam import whys
from salesteam.core import Calendar
from salesteam.errors import InvalidValueError, NotFoundError

DAY = date(2026, 9, 30)
POLICY = whys.Policy(metric="revenue", least_n=0, in_a_row=1, owner="ops", due_days=5)


def breach(**more):
    given = {
        "metric": "revenue",
        "scope": "north",
        "period": "2026-09",
        "value": 700_00,
        "threshold": 1000_00,
        "side": "below",
        "on": DAY,
    }
    return whys.Breach(**{**given, "unit": "CNY", **more})


def parts(**amounts):
    return tuple(whys.Part(name=name, amount=amount) for name, amount in amounts.items())


def numbers(tree):
    causes = {link.cause: link.contributions[0].amount for link in tree.links if link.contributions}
    return {**causes, **{line.kind: line.contribution.amount for line in tree.lines}}


def test_parts_and_the_named_rest_sum_to_the_size():
    """What pulled it down is a hypothesis, what helped an offset, and the rest is named."""
    attribution = whys.Attribution(method="shapley", parts=parts(price=-250_00, volume=-100_00, mix=20_00))
    tree = whys.open_on(breach(), attribution, policy=POLICY).tree
    assert {"part:price": 250_00, "part:volume": 100_00, "offset": -20_00, "unexplained": -30_00} == numbers(tree)
    assert tree.event.size == sum(numbers(tree).values()) == 300_00


def test_fractions_of_a_cent_go_to_the_largest_remainders():
    """Three equal thirds of a loss of one yuan are whole cents that sum to it."""
    thirds = {name: Fraction(-100, 3) for name in "abc"}
    attribution = whys.Attribution(method="shapley", parts=parts(**thirds))
    tree = whys.open_on(breach(value=0, threshold=100), attribution, policy=POLICY).tree
    assert {"part:a": 34, "part:b": 33, "part:c": 33, "unexplained": 0} == numbers(tree)


def test_the_base_of_the_attribution_sets_the_size():
    """A fall from 1,200 to 700 is an event of 500, though the threshold is 1,000."""
    attribution = whys.Attribution(method="shapley", parts=parts(price=-500_00), base=1200_00)
    assert 500_00 == whys.open_on(breach(), attribution, policy=POLICY).tree.event.size


def test_a_value_that_did_not_get_worse_is_sized_against_the_threshold():
    """It rose from 600 to 700 and is still 300 short; a note says so."""
    attribution = whys.Attribution(method="shapley", parts=parts(price=100_00), base=600_00)
    opening = whys.open_on(breach(), attribution, policy=POLICY)
    assert {"offset": -100_00, "unexplained": 400_00} == numbers(opening.tree)
    assert "whys.not-worse" in opening.report.by_code


def test_an_excess_is_sized_the_other_way_round():
    """Above a ceiling, what pushed it up is the hypothesis."""
    high = breach(value=15, threshold=10, side="above", unit="days")
    tree = whys.open_on(high, whys.Attribution(method="m", parts=parts(queue=4, rush=-1)), policy=POLICY).tree
    assert {"part:queue": 4, "offset": -1, "unexplained": 2} == numbers(tree)


def test_three_capitals_need_not_be_a_currency():
    """A unit such as SKU is counted exactly, in fractions too."""
    assert (
        Fraction(1, 2) == whys.open_on(breach(value="999.5", threshold=1000, unit="SKU"), policy=POLICY).tree.event.size
    )


def test_what_only_parts_together_do_is_a_line_of_its_own():
    """Interaction is neither a cause nor the rest."""
    joint = whys.Part(name="price x volume", amount=-10_00, kind="interaction")
    tree = whys.open_on(breach(), whys.Attribution(method="m", parts=(joint,)), policy=POLICY).tree
    assert {"interaction": 10_00, "unexplained": 290_00} == numbers(tree)


def test_hypotheses_are_unsupported_alternatives():
    """Nothing is taken as shown because a computation named it."""
    opening = whys.open_on(breach(), whys.Attribution(method="m", parts=parts(a=-1, b=-2)), policy=POLICY)
    assert {"unsupported"} == set(whys.link_status(opening.tree, whys.Profile(min_grade="E")).values())
    assert [("part:a",), ("part:b",)] == [group.causes for group in opening.tree.groups_of("event")]


def test_same_metric_scope_and_period_is_the_same_tree():
    """Opening twice changes nothing; another scope is another tree."""
    first = whys.open_on(breach(), policy=POLICY).tree
    again = whys.open_on(breach(), policy=POLICY, trees=[first])
    assert ("unchanged", first) == (again.outcome, again.tree)
    assert first.id != whys.open_on(breach(scope="south"), policy=POLICY).tree.id


def test_ids_cannot_run_into_each_other():
    """Slashes within a name are written another way."""
    assert breach(metric="a/b", scope="c").tree_id != breach(metric="a", scope="b/c").tree_id


def test_an_open_tree_is_extended_and_keeps_what_people_added():
    """A revised figure brings a new part; causes and evidence that people added stay, and the numbers foot again."""
    first = whys.open_on(breach(), whys.Attribution(method="m", parts=parts(price=-200_00)), policy=POLICY).tree
    own = whys.Cause(id="own", statement="the list was old")
    worked = evolve(
        first,
        causes=(*first.causes, own),
        links=(*first.links, whys.Link(effect="part:price", cause="own")),
        evidence=(whys.Evidence(about="own", kind="record", grade="B"),),
    )
    revised = whys.Attribution(method="m", parts=parts(price=-150_00, volume=-90_00))
    opening = whys.open_on(breach(value=650_00), revised, policy=POLICY, trees=[worked])
    assert "extended" == opening.outcome
    assert {"part:price": 150_00, "part:volume": 90_00, "unexplained": 110_00} == numbers(opening.tree)
    assert (350_00, 2, worked.evidence) == (opening.tree.event.size, opening.tree.version, opening.tree.evidence)
    assert "own" in opening.tree.nodes
    checks = whys.check(opening.tree, profile=whys.Profile(min_grade="C"), as_of=DAY)
    assert "pass" == checks.outcome("whys.numbers-do-not-sum")


def test_a_closed_tree_is_not_touched():
    """The finding asks whether the figures changed after closing."""
    closed = evolve(whys.open_on(breach(), policy=POLICY).tree, closed=DAY)
    opening = whys.open_on(breach(value=1), policy=POLICY, trees=[closed])
    assert ("unchanged", closed) == (opening.outcome, opening.tree)
    assert ["whys.tree-closed"] == [one.code for one in opening.report if one.code != "whys.due-unknown"]


@pytest.mark.parametrize(
    ("change", "policy", "code"),
    [
        ({"n": 29}, {"least_n": 30}, "whys.too-few-cases"),
        ({"n": None}, {"least_n": 30}, "whys.too-few-cases"),
        ({"in_a_row": 1}, {"in_a_row": 2}, "whys.not-in-a-row"),
        ({"metric": "margin"}, {}, "whys.wrong-policy"),
        ({"value": 1000_00}, {}, "whys.no-breach"),
    ],
)
def test_what_the_policy_does_not_ask_for_opens_nothing(change, policy, code):
    """Each condition that is not met is named."""
    opening = whys.open_on(breach(**change), policy=evolve(POLICY, **policy))
    assert (None, [code]) == (opening.tree, [finding.code for finding in opening.report])


@pytest.mark.parametrize("n", [30, 31])
def test_the_least_number_of_cases_is_enough(n):
    """Thirty cases meet a least number of thirty."""
    assert "opened" == whys.open_on(breach(n=n), policy=evolve(POLICY, least_n=30)).outcome


def test_without_a_policy_the_error_lists_what_it_decides():
    """The caller has to choose."""
    with pytest.raises(InvalidValueError, match="due_days"):
        whys.open_on(breach())


def test_the_due_date_is_never_guessed():
    """Without a calendar, or in a year it does not know, the date stays open and a finding says so."""
    unknown = Calendar(name="old", years=frozenset({2025}))
    for calendar in (None, unknown):
        opening = whys.open_on(breach(), policy=POLICY, calendar=calendar)
        assert (None, ["whys.due-unknown"]) == (opening.tree.due, [one.code for one in opening.report])


def test_people_are_looked_up_for_the_activity():
    """Those with the duty are named; those without and the unknown ones are kept too."""
    policy = evolve(POLICY, activity="follow up", roles=("sales", "service"), people=("p7",))
    duties = {"sales": True, "p7": "no"}
    seen = []

    def has_duty(subject, activity, on):
        seen.append((activity, on))
        return duties.get(subject)

    opening = whys.open_on(breach(), None, has_duty, policy)
    assert ["sales"] == [who.person for who in opening.people]
    assert {"sales": "yes", "service": "unknown", "p7": "no"} == {
        who.person: who.duty for who in opening.tree.participants
    }
    assert {("follow up", DAY)} == set(seen)


def test_a_part_brings_its_own_activity():
    """A part that names role and activity is looked up for these."""
    part = whys.Part(name="late", amount=-1, role="sales", activity="call back")
    opening = whys.open_on(breach(), whys.Attribution(method="m", parts=(part,)), lambda *_: "yes", POLICY)
    assert [("sales", "call back")] == [(who.person, who.activity) for who in opening.people]


def test_a_blameless_policy_opens_blameless_trees():
    """They say what they are not for."""
    tree = whys.open_on(breach(), policy=evolve(POLICY, blameless=True)).tree
    assert (False, False, True) == (tree.allows("pay"), tree.allows("rating"), tree.allows("training"))


def test_the_opening_shows_its_numbers():
    """Frame, explanation and grid give the same figures, and the size last."""
    opening = whys.open_on(breach(), whys.Attribution(method="m", parts=parts(price=-250_00)), policy=POLICY)
    frame = opening.to_frame(exact=True)
    assert ["hypothesis", "unexplained", "size"] == list(frame["kind"])
    assert [25000, 5000, 30000] == list(frame["amount_num"])
    assert "未解释部分" in opening.explain("size", "zh").text()
    assert "30000" in opening._repr_html_()
    with pytest.raises(NotFoundError):
        opening.explain("price")


def test_statements_come_in_chinese():
    """The language is the caller's choice."""
    tree = whys.open_on(breach(), whys.Attribution(method="m", parts=parts(价格=-1)), policy=POLICY, lang="zh").tree
    assert "2026-09 north 的 revenue 低于 100000" == tree.event.statement
    assert "价格 拉低了 revenue" == tree.causes[0].statement


@pytest.mark.parametrize("wrong", [{"side": "under"}, {"value": Fraction(1, 2)}, {"metric": " "}, {"value": 0.5}])
def test_an_impossible_breach_is_refused(wrong):
    """A wrong side, half a cent, no name, a binary number."""
    with pytest.raises(InvalidValueError):
        breach(**wrong)


def test_two_parts_of_one_name_are_refused():
    """They have to be added up first."""
    with pytest.raises(InvalidValueError, match="two parts"):
        whys.Attribution(method="m", parts=(whys.Part(name="a", amount=1), whys.Part(name="a", amount=2)))


@pytest.mark.parametrize("wrong", [{"least_n": -1}, {"in_a_row": 0}, {"due_days": -1}])
def test_an_impossible_policy_is_refused(wrong):
    """Counts have a least value."""
    with pytest.raises(InvalidValueError):
        evolve(POLICY, **wrong)
