"""Rows of whys in and out."""

from datetime import date

import pandas as pd
import polars as pl
import pytest

from salesteam import whys
from salesteam.errors import CycleError, InvalidValueError, NotFoundError

ROWS = [
    {"problem": "order lost", "why_1": "quote late", "why_2": "no template", "why_3": None},
    {"problem": "order lost", "why_1": "quote late", "why_2": "two approvals", "why_3": "limit is low"},
    {"problem": "complaint came", "why_1": "part missing", "why_2": "", "why_3": None},
]


def read(rows, **more):
    return whys.from_linear(rows, **{"format": "columns", "grouping": "undeclared", **more})


def test_equal_beginnings_merge_and_each_problem_is_a_tree():
    """Two rows share their first why; the third is another event."""
    complaint, order = read(ROWS).trees
    assert ("complaint came", "order lost") == (complaint.event.statement, order.event.statement)
    assert ["quote late", "no template", "two approvals", "limit is low"] == [cause.statement for cause in order.causes]
    assert ["part missing"] == [cause.statement for cause in complaint.causes]


@pytest.mark.parametrize("make", [list, pd.DataFrame, pl.DataFrame])
def test_any_table_will_do(make):
    """Rows, pandas, Polars give the same trees, in any order of rows."""
    assert read(ROWS).trees == read(make(ROWS)).trees == read(make(ROWS[::-1])).trees


@pytest.mark.parametrize(
    ("grouping", "groups"), [("undeclared", [None, None]), ("any", ["w1.1", "w1.2"]), ("all", ["all", "all"])]
)
def test_how_causes_join_is_the_callers_choice(grouping, groups):
    """And an undeclared one is asked about."""
    order = read(ROWS, grouping=grouping).trees[1]
    assert groups == [link.group for link in order.below["w1"]]
    assert (grouping == "undeclared") == order.is_undeclared("w1")


@pytest.mark.parametrize("missing", ["format", "grouping"])
def test_a_missing_choice_lists_the_options(missing):
    """No default."""
    with pytest.raises(InvalidValueError, match=missing):
        read(ROWS, **{missing: None})


def test_more_than_five_whys_are_read():
    """In the order of their numbers, not of their names."""
    row = {"problem": "p q", **{f"why_{step}": f"step {step}" for step in range(11, 0, -1)}}
    tree = read([row]).tree
    assert [f"step {step}" for step in range(1, 12)] == [cause.statement for cause in tree.causes]


def test_a_gap_inside_is_a_finding_and_what_follows_is_kept():
    """With its row and field."""
    reading = read([ROWS[0], {"problem": "order lost", "why_1": "", "why_2": "no stock"}])
    finding = reading.report.by_code["whys.gap-inside"][0]
    assert (1, "why_1") == (finding.place.row, finding.place.field)
    assert "no stock" in [cause.statement for cause in reading.tree.causes]


def test_a_declared_root_other_than_the_last_why_is_kept_and_reported():
    """Below the last why."""
    reading = read([{"problem": "order lost", "why_1": "quote late", "root": "no template"}])
    assert ["no template"] == [reading.tree.node(leaf).statement for leaf in reading.tree.leaves]
    assert ["whys.root-not-last"] == [finding.code for finding in reading.report]
    assert () == tuple(read([{"problem": "order lost", "why_1": "quote late", "root": "quote late"}]).report)


def test_a_root_higher_up_gets_the_action():
    """It is reported, and not added a second time."""
    reading = read([{"problem": "a b", "why_1": "c d", "why_2": "e f", "root": "c d", "action": "act now"}])
    assert (2, ("w1",)) == (len(reading.tree.causes), reading.tree.measures[0].removes)


def test_a_row_without_a_problem_is_a_finding():
    """And makes no tree."""
    reading = read([{"problem": None, "why_1": "x y"}])
    assert ((), ["whys.no-problem"]) == (reading.trees, [finding.code for finding in reading.report])


def test_a_chain_that_comes_back_to_itself_is_ended():
    """Before the repetition, with a finding."""
    reading = whys.from_linear("a b -> c d -> a b", format="arrows", grouping="any")
    assert (1, ["whys.says-itself"]) == (len(reading.tree.causes), [finding.code for finding in reading.report])


def test_evidence_action_owner_and_due_are_read():
    """The action removes the row's root; unless told, evidence is an opinion of grade D."""
    row = {
        "problem": "order lost",
        "why_1": "quote late",
        "evidence": "mail",
        "action": "template",
        "owner": "p1",
        "due": "2026-10-31",
    }
    tree = read(
        [
            {**row, "action_kind": "standardise"},
            {
                **row,
                "evidence": "log",
                "evidence_kind": "record",
                "evidence_grade": "B",
                "action": None,
                "owner": None,
                "due": None,
            },
        ]
    ).tree
    measure = tree.measures[0]
    assert (("w1",), "stronger", "p1", date(2026, 10, 31)) == (
        measure.removes,
        measure.strength,
        measure.owner,
        measure.due,
    )
    assert {("mail", "opinion", "D"), ("log", "record", "B")} == {
        (one.source, one.kind, one.grade) for one in tree.evidence
    }


def test_an_action_of_unknown_kind_has_no_strength():
    """The check asks for the kind."""
    tree = read([{"problem": "order lost", "why_1": "quote late", "action": "remind them"}]).tree
    assert None is tree.measures[0].strength


def test_one_action_for_two_roots_is_one_measure():
    """It removes both."""
    rows = [{**ROWS[0], "action": "new form"}, {**ROWS[1], "action": "new form"}]
    assert [("w1.1", "w1.2.1")] == [measure.removes for measure in read(rows).tree.measures]


def test_an_owner_without_an_action_is_noted():
    """Nothing is dropped silently."""
    reading = read([{"problem": "order lost", "why_1": "quote late", "owner": "p1"}])
    assert ["whys.no-owner-for-action"] == [finding.code for finding in reading.report]


def test_a_bad_date_is_a_finding_of_its_row():
    """And the row is set aside, said so."""
    reading = read([{"problem": "order lost", "why_1": "quote late", "due": "soon", "action": "x"}])
    assert () == reading.trees
    assert {finding.place.row for finding in reading.report.errors} == {0}


def test_findings_of_reading_join_the_check(house, day):
    """Whoever checks what was read sees both."""
    reading = whys.from_linear("a b -> c d -> a b", format="arrows", grouping="any")
    assert "whys.says-itself" in whys.check(reading, profile=house, as_of=day).report.by_code


def test_nested_lists_are_read():
    """Each item is a cause of the one it is indented under."""
    text = "# order lost\n- quote late\n  - no template\n  - two approvals\n- rival came first\n"
    tree = whys.from_linear(text, format="markdown", grouping="any").tree
    assert "order lost" == tree.event.statement
    assert {"no template", "two approvals", "rival came first"} == {tree.node(leaf).statement for leaf in tree.leaves}


def test_the_seeds_arrows_are_read():
    """The source writes its story with Chinese arrows."""
    tree = whys.from_linear(
        "售后不了解客户的定制需求→销售未同步信息→缺乏强制同步机制", format="arrows", grouping="undeclared"
    ).tree
    assert ("售后不了解客户的定制需求", 2) == (tree.event.statement, len(tree.links))


def test_several_problems_are_not_one_tree():
    """The error names them."""
    with pytest.raises(InvalidValueError, match="complaint came"):
        read(ROWS).tree.leaves  # noqa: B018


def test_what_goes_in_comes_out():
    """Every path a row, shorter ones with empty cells."""
    out = whys.to_linear(read(ROWS[:2]), like=[])
    assert [{key: value or None for key, value in row.items()} for row in ROWS[:2]] == out
    assert ["problem", "why_1", "why_2", "why_3"] == list(whys.to_linear(read(ROWS[:2])).columns)


def test_a_circle_has_no_rows(tree_of):
    """Its path is told."""
    with pytest.raises(CycleError):
        whys.to_linear(tree_of("e <- a", "a <- b", "b <- a"))


def test_a_reading_shows_itself():
    """Frame, explanation and page."""
    reading = read(ROWS[:1])
    assert 3 == len(reading.to_frame())
    assert "quote late" in reading.explain("w1").text()
    assert "no template" in reading._repr_html_()
    with pytest.raises(NotFoundError):
        reading.explain("w9")
