"""Countermeasures: what they meet, whether they are whole, late, verified."""

from datetime import date

import pytest
from attrs import evolve

from salesteam import whys
from salesteam.core import Money
from salesteam.errors import InvalidValueError

WHOLE = whys.Countermeasure(
    id="m",
    statement="no hand-off without the field",
    kind="blocking_gate",
    removes=("c",),
    owner="p1",
    due=date(2026, 10, 31),
    process_measure="share of hand-offs through the gate",
    outcome_measure="orders lost a month",
)


@pytest.fixture
def ask(house, day, tree_of):
    def look(code, *measures, arrows=("e <- c",), about=None, **more):
        return whys.check(tree_of(*arrows, measures=measures, **more), profile=house, as_of=day).outcome(code, about)

    return look


@pytest.mark.parametrize(
    ("kind", "strength"),
    [
        *(
            (kind, "stronger")
            for kind in (
                "forcing_function",
                "blocking_gate",
                "simplify",
                "standardise",
                "leaders_with_resources",
                "structure",
            )
        ),
        *(
            (kind, "intermediate")
            for kind in (
                "software",
                "second_check",
                "workload",
                "checklist",
                "simulation_training",
                "fewer_distractions",
            )
        ),
        *((kind, "weaker") for kind in ("warning", "reminder", "memo", "policy", "lecture", "double_check")),
    ],
)
def test_strength_follows_from_the_kind(kind, strength):
    """The action hierarchy of RCA2, never typed in."""
    assert strength == whys.strength_of(kind)
    assert 18 == len(whys.MEASURE_KINDS)


def test_strength_cannot_be_typed_in():
    """It is no field."""
    with pytest.raises(TypeError):
        whys.Countermeasure(id="m", statement="s", kind="memo", strength="stronger")


def test_a_root_without_a_measure_is_asked_about(ask):
    """WHY024 looks at leaves; failed and dropped measures do not count, a measure on its only link does."""
    assert ("fail", "pass") == (ask("whys.no-measure"), ask("whys.no-measure", WHOLE))
    assert "fail" == ask("whys.no-measure", evolve(WHOLE, status="dropped"))
    assert "fail" == ask("whys.no-measure", evolve(WHOLE, status="failed"))
    assert "pass" == ask("whys.no-measure", evolve(WHOLE, removes=("c->e",)))
    assert "pass" == ask("whys.no-measure", evolve(WHOLE, removes=(), reduces=("c",)))


def test_a_root_that_leads_two_ways_needs_both_links_stopped(ask):
    """One of two links is not the root."""
    arrows = ("e <- a/x", "e <- b/y", "a <- c", "b <- c")
    half, whole = evolve(WHOLE, removes=("c->a",)), evolve(WHOLE, removes=("c->a", "c->b"))
    assert ("fail", "pass") == tuple(ask("whys.no-measure", one, arrows=arrows, about="c") for one in (half, whole))


def test_mending_the_symptom_while_the_root_is_open_is_noted(ask):
    """WHY025 fires on an inner cause or link above an open root only."""
    arrows = ("e <- b", "b <- c")
    symptom = evolve(WHOLE, id="s", removes=("b",))
    assert "fail" == ask("whys.symptom-only", symptom, arrows=arrows)
    assert "fail" == ask("whys.symptom-only", evolve(symptom, removes=("b->e",)), arrows=arrows)
    assert "pass" == ask("whys.symptom-only", symptom, WHOLE, arrows=arrows)
    assert "pass" == ask("whys.symptom-only", WHOLE, arrows=arrows)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["memo"], "fail"),
        (["memo", "checklist"], "pass"),
        (["blocking_gate"], "pass"),
        (["memo", None], "unknown"),
        ([None], "unknown"),
    ],
)
def test_weak_measures_alone_are_reported(ask, kinds, expected):
    """WHY051: one measure that is not weaker is enough; an open kind leaves it open."""
    measures = [evolve(WHOLE, id=f"m{place}", kind=kind) for place, kind in enumerate(kinds)]
    assert expected == ask("whys.weak-measures", *measures)


@pytest.mark.parametrize("missing", ["owner", "due", "process_measure", "outcome_measure", "kind"])
def test_a_measure_names_owner_date_and_both_measures(ask, missing):
    """WHY050, one at a time."""
    empty = None if missing in {"due", "kind"} else ""
    assert ("pass", "fail") == (
        ask("whys.measure-incomplete", WHOLE),
        ask("whys.measure-incomplete", evolve(WHOLE, **{missing: empty})),
    )


def test_all_that_is_missing_is_told_at_once(house, day, tree_of):
    """In both languages."""
    tree = tree_of("e <- c", measures=(whys.Countermeasure(id="m", statement="do it", kind="memo", removes=("c",)),))
    finding = whys.check(tree, profile=house, as_of=day).report.by_code["whys.measure-incomplete"][0]
    assert "“do it” has no owner, due date, process measure, outcome measure." == finding.what("en")
    assert "“do it”缺少负责人、期限、过程指标、结果指标。" == finding.what("zh")


@pytest.mark.parametrize(
    ("change", "left", "expected"),
    [
        ({}, None, "pass"),
        ({"due": date(2026, 9, 30)}, None, "pass"),
        ({"due": date(2026, 9, 29)}, None, "fail"),
        ({"due": date(2026, 9, 29), "status": "done"}, None, "pass"),
        ({"reopened": date(2026, 9, 1)}, None, "fail"),
        ({"reopened": date(2026, 9, 1), "status": "verified"}, None, "pass"),
        ({}, date(2026, 9, 30), "fail"),
        ({}, date(2026, 10, 1), "pass"),
    ],
)
def test_a_late_measure_is_reported(ask, change, left, expected):
    """WHY052: overdue, reopened, or its owner left; due today is not late."""
    people = (whys.Participant(person="p1", left=left),)
    assert expected == ask("whys.measure-late", evolve(WHOLE, **change), participants=people)


def test_closing_needs_verification(ask, day):
    """WHY060: a closed tree or a measure called verified shows what fell."""
    code = "whys.not-verified"
    seen = evolve(WHOLE, verification=whys.Verification(verdict="effective", on=day))
    assert (None, "fail", "pass") == (ask(code, WHOLE), ask(code, WHOLE, closed=day), ask(code, seen, closed=day))
    assert "fail" == ask(code, evolve(WHOLE, status="verified"))


@pytest.mark.parametrize("wrong", [{"window": -1}, {"process_goal": "1.1"}, {"cost": Money.of(-1, "CNY")}, {"id": " "}])
def test_an_impossible_measure_is_refused(wrong):
    """Days, shares and costs have their bounds."""
    with pytest.raises(InvalidValueError):
        evolve(WHOLE, **wrong)
