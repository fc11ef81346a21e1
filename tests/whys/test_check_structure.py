"""Checks that read the shape."""

from datetime import date

import pytest
from attrs import evolve

from salesteam import whys


@pytest.fixture
def ask(house, day):
    def look(tree, code, about=None, **more):
        return whys.check(tree, profile=house, as_of=day, **more).outcome(code, about)

    return look


def one(**fields):
    """An event with one cause."""
    return whys.Tree(
        id="t",
        event=whys.Event(id="e", statement="the order was lost"),
        causes=(whys.Cause(id="c", **{"statement": "the quote was late", **fields}),),
        links=(whys.Link(effect="e", cause="c"),),
    )


def test_several_causes_without_grouping_are_asked_about(ask, tree_of):
    """WHY030 unless each is in a group; then whether there is another way is not known either."""
    loose = tree_of("e <- a", "e <- b")
    assert ("fail", "unknown") == (ask(loose, "whys.grouping-undeclared"), ask(loose, "whys.one-way-only", "e"))
    assert "fail" == ask(tree_of("e <- a/g", "e <- b"), "whys.grouping-undeclared")
    assert "pass" == ask(tree_of("e <- a/g", "e <- b/g"), "whys.grouping-undeclared")
    assert "pass" == ask(tree_of("e <- a"), "whys.grouping-undeclared")


def test_a_single_way_is_asked_about_until_somebody_says_no(ask, tree_of):
    """WHY005 fires on one group and is cleared by a recorded answer or by an alternative."""
    code = "whys.one-way-only"
    answer = whys.Answer(question=code, clears=True, words="no", by="ops", on=date(2026, 9, 1))
    tree = tree_of("e <- a/g", "e <- b/g")
    assert "fail" == ask(tree, code)
    assert "pass" == ask(evolve(tree, event=evolve(tree.event, answers=(answer,))), code)
    assert "pass" == ask(evolve(tree, links=(evolve(tree.links[0], answers=(answer,)), tree.links[1])), code)
    assert "pass" == ask(tree_of("e <- a/g", "e <- b/h"), code)


def test_the_latest_answer_counts(ask):
    """A later answer overrules; on the same day the one that does not clear."""
    code = "whys.therefore-fails"

    def tree(*answers):
        told = tuple(whys.Answer(question=code, clears=clears, on=on) for clears, on in answers)
        return evolve(one(), links=(whys.Link(effect="e", cause="c", answers=told),))

    early, late = date(2026, 1, 1), date(2026, 2, 1)
    assert "unknown" == ask(tree(), code)
    assert "fail" == ask(tree((True, early), (False, late)), code)
    assert "pass" == ask(tree((False, early), (True, late)), code)
    assert "fail" == ask(tree((False, late), (True, late)), code)


@pytest.mark.parametrize(
    "code", ["whys.not-enough-alone", "whys.side-effect-unchecked", "whys.therefore-fails", "whys.wrong-order"]
)
def test_what_only_people_know_is_unknown_until_answered(ask, code):
    """Never pass without an answer."""
    answer = whys.Answer(question=code, clears=False, words="no")
    asked = evolve(one(), links=(whys.Link(effect="e", cause="c", answers=(answer,)),))
    assert ("unknown", "fail") == (ask(one(), code), ask(asked, code))


@pytest.mark.parametrize(("lag", "expected"), [(-1, "fail"), (0, "pass"), (3, "pass"), (None, "unknown")])
def test_the_effect_does_not_come_first(ask, lag, expected):
    """WHY006 reads the lag where it is known."""
    assert expected == ask(evolve(one(), links=(whys.Link(effect="e", cause="c", lag_days=lag),)), "whys.wrong-order")


@pytest.mark.parametrize(("lapse", "code"), [("slip", "whys.human-error-bare"), ("breach", "whys.broken-rule-bare")])
def test_a_lapse_needs_a_cause_before_it(ask, lapse, code):
    """WHY013 and WHY014 fire on a lapse without anything before it, and say nothing without a lapse."""
    bare = one(lapse=lapse)
    told = evolve(
        bare,
        causes=(*bare.causes, whys.Cause(id="d", statement="two forms look alike")),
        links=(*bare.links, whys.Link(effect="c", cause="d")),
    )
    assert ("fail", "pass", None) == (ask(bare, code), ask(told, code), ask(one(), code))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"kind": "action", "role": "sales"}, "fail"),
        ({"kind": "decision"}, "fail"),
        ({"statement": "sales forgot the mail"}, "fail"),
        ({"statement": "人为失误造成漏单"}, "fail"),
        ({"kind": "design"}, "pass"),
        ({}, "unknown"),
    ],
)
def test_a_chain_does_not_stop_at_a_person(ask, fields, expected):
    """WHY021 by kind, else by word, else it is not known."""
    assert expected == ask(one(**fields), "whys.stops-at-person")


def test_a_person_on_the_way_down_is_fine(ask):
    """Only leaves are asked."""
    tree = one(kind="action")
    tree = evolve(
        tree,
        causes=(*tree.causes, whys.Cause(id="d", statement="two forms look alike", kind="design")),
        links=(*tree.links, whys.Link(effect="c", cause="d")),
    )
    assert "pass" == ask(tree, "whys.stops-at-person")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"kind": "market"}, "fail"),
        ({"controllable_by": "nobody"}, "fail"),
        ({"statement": "it was bad luck"}, "fail"),
        ({"statement": "大环境不好影响成交"}, "fail"),
        ({"controllable_by": "sales_ops"}, "pass"),
        ({}, "unknown"),
    ],
)
def test_a_chain_does_not_stop_outside(ask, fields, expected):
    """WHY022 by kind, by who controls it, else by word."""
    assert expected == ask(one(**fields), "whys.stops-outside")


def chain(length):
    return whys.from_linear(
        " -> ".join(f"fact {step} was so" for step in range(length + 1)), format="arrows", grouping="any"
    ).tree


def test_a_tree_of_equal_fives_is_as_suspect_as_a_single_path(ask):
    """WHY031: two paths of exactly five are five whys filled in twice; other depths are not."""

    def two(first, second):
        lines = [
            " -> ".join(["the event was", *(f"{name}{step} was so" for step in range(length))])
            for name, length in (("a", first), ("b", second))
        ]
        return whys.from_linear("\n".join(lines), format="arrows", grouping="any").tree

    assert ("fail", "fail") == (ask(chain(3), "whys.single-path"), ask(two(5, 5), "whys.single-path"))
    assert ("pass", "pass") == (ask(two(5, 4), "whys.single-path"), ask(two(4, 4), "whys.single-path"))


def test_a_circle_is_a_finding_and_depth_is_then_unknown(ask, tree_of):
    """WHY032 gives the path."""
    tree = tree_of("e <- a", "a <- b", "b <- a")
    assert ("fail", "unknown") == (ask(tree, "whys.cycle"), ask(tree, "whys.single-path"))


def test_the_circle_is_told_with_its_path(house, day, tree_of):
    """Whoever mends it needs to see the links."""
    report = whys.check(tree_of("e <- a", "a <- b", "b <- a"), profile=house, as_of=day).report
    assert "a -> b -> a" in report.by_code["whys.cycle"][0].what()


def test_what_leads_nowhere_comes_back(ask, tree_of):
    """A cause that is joined to nothing is named."""
    tree = tree_of("e <- a", "x <- y")
    tree = evolve(tree, causes=(*tree.causes, whys.Cause(id="x", statement="the mail was late")))
    assert ("fail", "fail", "pass") == tuple(ask(tree, "whys.unreached", name) for name in ("x", "y", "a"))


def test_references_to_nothing_are_named(ask, tree_of):
    """Links and measures that name what is not there are findings, and nothing else breaks."""
    lost = whys.Countermeasure(id="m", statement="do it", removes=("gone",))
    tree = tree_of("e <- a", links=(whys.Link(effect="e", cause="gone"),), measures=(lost,))
    assert ("fail", "fail") == (ask(tree, "whys.dangling", "gone->e"), ask(tree, "whys.dangling", "m"))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(True, "pass"), (False, "fail"), ("YES", "pass"), ("no", "fail"), (None, "unknown"), (7, "unknown")],
)
def test_duty_is_read_from_truth_text_or_enumeration(ask, answer, expected):
    """Whatever the chart's method gives."""
    tree = one(kind="omission", role="sales", activity="hand over")
    assert expected == ask(tree, "whys.no-duty", has_duty=lambda *_: answer)


@pytest.mark.parametrize("fields", [{"role": "sales"}, {"activity": "hand over"}])
def test_an_omission_without_role_or_activity_cannot_be_looked_up(ask, fields):
    """It stays a question."""
    assert "unknown" == ask(one(kind="omission", **fields), "whys.no-duty", has_duty=lambda *_: "yes")


def test_only_omissions_are_looked_up(ask):
    """An action is no failure to act."""
    assert None is ask(one(kind="action", role="sales", activity="x"), "whys.no-duty", has_duty=lambda *_: "no")
