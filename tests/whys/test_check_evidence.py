"""Evidence, its grades, the status of links, and sums."""

from datetime import date
from fractions import Fraction

import pytest
from attrs import evolve

from salesteam import whys
from salesteam.errors import InvalidValueError


def says(grade="B", *, against=False, kind="record", source="s", about="c->e", **more):
    return whys.Evidence(about=about, against=against, kind=kind, grade=grade, source=source, **more)


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([], "unsupported"),
        ([says("B")], "supported"),
        ([says("C")], "supported"),
        ([says("D")], "unsupported"),
        ([says("B"), says("A", against=True)], "contested"),
        ([says("D"), says("A", against=True)], "refuted"),
        ([says("B"), says("A", against=True, resolved=whys.Resolution(reason="wrong clock"))], "supported"),
    ],
)
def test_status_follows_from_open_evidence_of_the_grade(pieces, expected):
    """For and none against, both, against and none for, neither."""
    assert expected == whys.status_of(pieces, "C")


def test_two_independent_testimonies_are_worth_c():
    """Two of one source are copies; two opinions stay opinions; unnamed sources are one."""

    def voices(*sources, kind="testimony"):
        return whys.best_grade([says("D", kind=kind, source=source) for source in sources])

    assert ("C", "D", "D", "D") == (
        voices("a", "b"),
        voices("a", "a"),
        voices("", ""),
        voices("a", "b", kind="opinion"),
    )


def test_a_profile_must_say_which_grade_counts():
    """The error lists the five."""
    with pytest.raises(InvalidValueError, match="A: measured or reproduced and better"):
        whys.Profile()


@pytest.fixture
def checks(house, day, tree_of):
    def run(*evidence, **more):
        return whys.check(tree_of("e <- c", evidence=evidence, **more), profile=house, as_of=day)

    return run


def test_facts_and_links_need_evidence_of_their_own(checks):
    """WHY002 asks whether it happened, WHY003 whether it led there."""
    found = checks(says(about="e"), says(about="c->e"))
    assert ("pass", "fail") == (found.outcome("whys.fact-not-shown", "e"), found.outcome("whys.fact-not-shown", "c"))
    assert "pass" == found.outcome("whys.link-not-shown")


def test_a_contested_link_is_neither_shown_nor_not(checks):
    """Somebody has to settle it."""
    assert "unknown" == checks(says(), says(against=True)).outcome("whys.link-not-shown")


@pytest.mark.parametrize("target", ["c", "c->e"])
def test_a_measure_on_a_disputed_link_is_reported(checks, target):
    """WHY041: money rests on evidence that is in dispute; without a measure it does not."""
    measure = whys.Countermeasure(id="m", statement="do it", removes=(target,))
    disputed = (says(), says(against=True))
    assert "fail" == checks(*disputed, measures=(measure,)).outcome("whys.disputed-link")
    assert "pass" == checks(*disputed).outcome("whys.disputed-link")
    assert "pass" == checks(*disputed, measures=(evolve(measure, status="dropped"),)).outcome("whys.disputed-link")
    assert "pass" == checks(says(), measures=(measure,)).outcome("whys.disputed-link")


def test_weak_and_stray_evidence_is_named(checks):
    """WHY042: below the grade, or about nothing on the tree; joint testimonies are not weak."""
    assert "fail" == checks(says("D")).outcome("whys.weak-evidence", "c->e")
    assert "fail" == checks(says(about="gone")).outcome("whys.weak-evidence", "gone")
    two = (says("D", kind="testimony", source="a"), says("D", kind="testimony", source="b"))
    assert "pass" == checks(*two).outcome("whys.weak-evidence", "c->e")


def numbered(*amounts, size="0.08", unit="share", rest=(), method="shapley", group=None):
    names = [f"c{place}" for place in range(len(amounts))]
    return whys.Tree(
        id="t",
        event=whys.Event(id="e", statement="completion was below 80 %", size=size, unit="share"),
        causes=tuple(whys.Cause(id=name, statement=f"{name} fell behind") for name in names),
        links=tuple(
            whys.Link(
                effect="e",
                cause=name,
                group=group or name,
                contributions=(whys.Contribution(amount=amount, unit=unit, method=method),)
                if amount is not None
                else (),
            )
            for name, amount in zip(names, amounts, strict=True)
        ),
        lines=tuple(
            whys.Line(
                kind="unexplained", name="rest", contribution=whys.Contribution(amount=amount, unit=unit, method=method)
            )
            for amount in rest
        ),
    )


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (numbered("0.05", "0.03"), "pass"),
        (numbered("0.05", rest=["0.03"]), "pass"),
        (numbered("1/30", "7/150"), "pass"),
        (numbered("0.05", "0.02"), "fail"),
        (numbered("0.05", "0.03", method=""), "fail"),
        (numbered("0.05", "0.03", unit="CNY"), "fail"),
        (numbered("0.05", size=None), "fail"),
        (numbered(None), None),
    ],
)
def test_first_level_numbers_sum_exactly_to_the_size(house, day, tree, expected):
    """WHY045: with the method named and in the unit of the event."""
    assert expected == whys.check(tree, profile=house, as_of=day).outcome("whys.numbers-do-not-sum")


def test_two_conventions_each_sum_for_themselves(house, day):
    """A second method beside the first is summed alone."""
    tree = numbered("0.05", "0.03")
    other = whys.Contribution(amount="0.07", unit="share", method="waterfall")
    first = evolve(tree.links[0], contributions=(*tree.links[0].contributions, other))
    checks = whys.check(evolve(tree, links=(first, tree.links[1])), profile=house, as_of=day)
    assert ["waterfall"] == [one.values["method"] for one in checks.others if one.code == "whys.numbers-do-not-sum"]


def test_a_joint_group_carries_one_number(house, day):
    """Two numbers of one method in one group cannot be told apart."""
    code = "whys.two-numbers"
    assert "fail" == whys.check(numbered("0.05", "0.03", group="g"), profile=house, as_of=day).outcome(code)
    assert "pass" == whys.check(numbered("0.08", None, group="g"), profile=house, as_of=day).outcome(code)


def test_a_binary_number_is_refused():
    """Sizes and amounts are exact."""
    with pytest.raises(InvalidValueError):
        whys.Event(id="e", statement="s", size=0.08)
    assert Fraction(2, 25) == whys.Event(id="e", statement="s", size="8%").size


def test_an_answer_says_by_whom_and_when(house, tree_of):
    """The explanation of an asked check names the answer."""
    answer = whys.Answer(
        question="whys.therefore-fails", clears=False, words="does not follow", by="ops", on=date(2026, 9, 1)
    )
    tree = tree_of("e <- c")
    tree = evolve(tree, links=(evolve(tree.links[0], answers=(answer,)),))
    checks = whys.check(tree, profile=house, as_of=date(2026, 9, 30))
    assert "(ops, 2026-09-01)" in checks.explain("whys.therefore-fails").text()
