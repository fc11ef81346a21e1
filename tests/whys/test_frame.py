"""A tree as frames, and back."""

from datetime import date

import pandas as pd
import polars as pl
import pytest
from attrs import evolve

from salesteam import whys
from salesteam.core import Money
from salesteam.errors import NotFoundError

FULL = whys.Tree(
    id="t",
    event=whys.Event(
        id="e",
        statement="completion fell",
        when=date(2026, 9, 30),
        where="all",
        size="2/25",
        unit="share",
        anchor="breached threshold",
        exposure="n=200",
        tags=("q3", "team"),
        answers=(whys.Answer(question="whys.unclear", clears=True, words="yes, clear", by="p1", on=date(2026, 9, 1)),),
    ),
    causes=(
        whys.Cause(
            id="a",
            statement="sales sent no mail",
            kind="omission",
            lapse="slip",
            step="hand-off",
            role="sales",
            activity="tell",
        ),
        whys.Cause(id="b", statement="the form has no field", kind="design", controllable_by="ops"),
        whys.Cause(id="c", statement="nobody has said of what kind this is"),
    ),
    links=(
        whys.Link(
            effect="e",
            cause="a",
            group="x",
            lag_days=2,
            contributions=(whys.Contribution(amount="1/15", unit="share", method="m", period="p"),),
        ),
        whys.Link(effect="a", cause="b", answers=(whys.Answer(question="whys.therefore-fails", clears=False),)),
        whys.Link(effect="a", cause="c"),
    ),
    evidence=(
        whys.Evidence(
            about="a->e",
            kind="record",
            grade="B",
            source="log",
            text="no mail",
            by="p1",
            consent=True,
            on=date(2026, 9, 2),
        ),
        whys.Evidence(
            about="a->e",
            against=True,
            kind="test",
            grade="A",
            resolved=whys.Resolution(reason="clock", by="p2", on=date(2026, 9, 3)),
        ),
    ),
    measures=(
        whys.Countermeasure(
            id="m",
            statement="gate",
            kind="blocking_gate",
            removes=("b",),
            reduces=("c", "c->a"),
            owner="p1",
            due=date(2026, 10, 1),
            cost=Money.of("12.34", "CNY"),
            process_measure="share through",
            outcome_measure="lost orders",
            process_goal="9/10",
            window=60,
            status="done",
            reopened=date(2026, 11, 1),
            becomes=(
                whys.Change(kind="gate", target="hand-off", text="told"),
                whys.Change(kind="field", target="deal"),
            ),
            verification=whys.Verification(verdict="too_early", on=date(2026, 10, 2), by="p2", text="wait"),
        ),
        whys.Countermeasure(id="n", statement="open kind"),
    ),
    participants=(
        whys.Participant(person="p1", role="sales", name="Ann", duty="yes", activity="tell", left=date(2026, 12, 1)),
    ),
    lines=(
        whys.Line(
            kind="unexplained", name="rest", contribution=whys.Contribution(amount="1/75", unit="share", method="m")
        ),
    ),
    not_for=("pay",),
    reported_by="p1",
    owner="p2",
    opened=date(2026, 9, 30),
    due=date(2026, 10, 7),
    closed=date(2026, 12, 1),
    version=3,
)


@pytest.mark.parametrize("like", [pd.DataFrame({"x": [1]}), pl.DataFrame({"x": [1]}), []])
def test_frames_read_back_as_the_same_tree(like):
    """With exact numbers, in every kind of frame, nothing is lost."""
    tree, report = whys.from_frames(whys.to_frames(FULL, like=like, exact=True))
    assert FULL == tree
    assert 0 == len(report)


def test_frames_have_the_documented_columns(house):
    """Status and grade need a profile; strength is computed."""
    frames = whys.to_frames(FULL, profile=house)
    assert ["id", "kind", "statement", "role", "depth", "leaf"] == list(frames["nodes"].columns)[:6]
    assert ["effect", "cause", "group", "status", "grade", "amount", "method"] == list(frames["links"].columns)[:7]
    assert {"id", "removes", "kind", "strength", "owner", "due", "cost_minor", "status", "becomes"} <= set(
        frames["measures"].columns
    )
    assert ["supported", "unsupported", "unsupported"] == list(frames["links"]["status"])
    assert [0, 1, 2, 2] == list(frames["nodes"]["depth"])
    assert [False, False, True, True] == list(frames["nodes"]["leaf"])


def test_row_order_changes_no_check(house, day):
    """The same tree from shuffled frames says the same."""
    frames = {name: frame[::-1] for name, frame in whys.to_frames(FULL, like=[], exact=True).items()}
    turned = whys.from_frames(frames)[0]
    assert turned != FULL
    assert whys.check(FULL, profile=house, as_of=day) == whys.check(turned, profile=house, as_of=day)


def test_a_plain_link_frame_brings_its_numbers():
    """Without a numbers frame the amount and method of the links count."""
    frames = whys.to_frames(FULL, exact=True)
    del frames["numbers"]
    tree, _ = whys.from_frames(frames)
    assert [("m", "share")] == [(one.method, one.unit) for link in tree.links for one in link.contributions]


def test_a_blameless_tree_is_written_with_pseudonyms():
    """What reads back is the redacted copy."""
    blameless = evolve(FULL, blameless=True)
    frames = whys.to_frames(blameless, exact=True)
    assert blameless.redacted() == whys.from_frames(frames)[0]
    assert "Ann" not in "".join(frame.to_csv() for frame in frames.values())


@pytest.mark.parametrize("rows", [[], ["e", "e"]])
def test_there_is_one_event(rows):
    """None or two are a finding, not a crash."""
    frames = {
        "tree": [{"id": "t"}],
        "nodes": [{"id": f"{name}{place}", "kind": "event"} for place, name in enumerate(rows)]
        or [{"id": "c", "kind": "cause"}],
    }
    tree, report = whys.from_frames(frames)
    assert (None, False) == (tree, report.ok)


def test_two_nodes_of_one_id_are_a_finding():
    """The message names the id."""
    frames = {"tree": [{"id": "t"}], "nodes": [{"id": "e", "kind": "event"}, {"id": "e", "kind": "cause"}]}
    tree, report = whys.from_frames(frames)
    assert None is tree
    assert "'e'" in report.text()


def test_bad_cells_come_back_row_by_row():
    """All at once."""
    frames = {
        "tree": [{"id": "t"}],
        "nodes": [{"id": "e", "kind": "event"}, {"id": "c", "kind": "mood"}],
        "evidence": [{"about": "e", "kind": "record", "grade": "F"}],
    }
    tree, report = whys.from_frames(frames)
    assert [("nodes", 1), ("evidence", 0)] == [
        (one.place.table, one.place.row) for one in report.errors if one.place.row is not None
    ]
    assert ["e"] == list(tree.nodes)


def test_rows_that_belong_to_nothing_are_named():
    """Numbers, changes and answers of what is not there."""
    frames = {
        "tree": [{"id": "t"}],
        "nodes": [{"id": "e", "kind": "event"}],
        "numbers": [{"kind": "link", "name": "x->e", "amount": "1"}],
        "changes": [{"measure": "m", "kind": "gate", "target": "y"}],
        "answers": [{"about": "z", "question": "whys.unclear", "clears": "true"}],
    }
    report = whys.from_frames(frames)[1]
    assert [("numbers", "x->e"), ("changes", "m"), ("answers", "z")] == [
        (one.place.table, one.place.key) for one in report
    ]


@pytest.mark.parametrize("frames", [{"nodes": []}, {"tree": []}, {"tree": [], "nodes": [], "leaves": []}])
def test_unknown_or_missing_frames_are_refused(frames):
    """With the names there are."""
    with pytest.raises(NotFoundError):
        whys.from_frames(frames)


def test_a_circle_has_no_depth(tree_of):
    """The frame is written all the same."""
    frame = whys.to_frames(tree_of("e <- a", "a <- b", "b <- a"))["nodes"]
    assert frame["depth"].isna().all()
