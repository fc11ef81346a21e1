"""Whether measures were done, and whether they helped."""

from datetime import date

import pytest
from attrs import evolve

from salesteam import whys
from salesteam.errors import InvalidValueError, NotFoundError

GATE = whys.Countermeasure(
    id="m",
    statement="the gate",
    kind="blocking_gate",
    removes=("c",),
    due=date(2026, 6, 30),
    window=60,
    process_goal="0.9",
)
GOOD = whys.Fact(
    measure="m", through=90, cases=100, events_before=6, exposure_before=120, events_after=5, exposure_after=120
)
LATER = date(2026, 9, 30)


@pytest.mark.parametrize(
    ("measure", "fact", "on", "verdict"),
    [
        ({}, {}, LATER, "effective"),
        ({}, {"events_after": 6}, LATER, "not_effective"),
        ({}, {"events_after": 7, "exposure_after": 200}, LATER, "effective"),
        ({}, {"through": 89}, LATER, "not_done"),
        ({}, {"through": 89}, date(2026, 6, 30), "too_early"),
        ({}, {"through": 89}, date(2026, 7, 1), "not_done"),
        ({}, {}, date(2026, 8, 28), "too_early"),
        ({}, {}, date(2026, 8, 29), "effective"),
        ({}, {"cases": 0, "through": 0}, LATER, "unmeasured"),
        ({}, {"exposure_after": None}, LATER, "unmeasured"),
        ({"window": None}, {}, LATER, "unmeasured"),
        ({"process_goal": None}, {}, LATER, "unmeasured"),
        ({"due": None}, {}, LATER, "unmeasured"),
    ],
)
def test_doing_is_judged_apart_from_the_outcome(tree_of, measure, fact, on, verdict):
    """The process measure says whether it was done, the outcome measure whether the event is rarer."""
    tree = tree_of("e <- c", measures=(evolve(GATE, **measure),))
    assert verdict == whys.verify(tree, [evolve(GOOD, **fact)], as_of=on).of("m").verdict


def test_what_was_not_counted_is_named(tree_of):
    """A measure without facts is unmeasured, and one without a measure is a finding."""
    tree = tree_of("e <- c", measures=(GATE, evolve(GATE, id="n", status="dropped")))
    found = whys.verify(tree, [evolve(GOOD, measure="x")], as_of=LATER)
    assert [("m", "unmeasured", "through/cases")] == [(row.measure, row.verdict, row.missing) for row in found.rows]
    assert ["whys.fact-unknown"] == [finding.code for finding in found.report]
    with pytest.raises(NotFoundError):
        found.of("n")


def test_the_verdict_is_explained_with_its_numbers(tree_of):
    """In both languages, and as a frame."""
    found = whys.verify(tree_of("e <- c", measures=(GATE,)), [GOOD], as_of=LATER)
    assert "events a chance: 0.05 → 1/24" in found.explain("m").text()
    assert "有效" in found.explain("m", "zh").text()
    assert ["effective"] == list(found.to_frame()["verdict"])
    assert "effective" in found._repr_html_()


@pytest.mark.parametrize("wrong", [{"through": 101}, {"cases": -1, "through": None}, {"events_after": -1}])
def test_impossible_counts_are_refused(wrong):
    """No more cases through than there were."""
    with pytest.raises(InvalidValueError):
        evolve(GOOD, **wrong)
