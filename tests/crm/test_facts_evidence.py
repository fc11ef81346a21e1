"""Evidence: what records show, how it is known, what that is worth, and that a why tree takes it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.crm.world import codes, deal, ref

from salesteam import whys
from salesteam.core import Money
from salesteam.crm import Activity, Commitment, MoneyEvent, Records, Stage, StageChange, facts
from salesteam.errors import InvalidValueError

AT = datetime(2026, 9, 28, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOOK = {"as_of": AT + 9 * DAY, "tz": "Asia/Shanghai"}
D1 = ref("deal", "D-1")


def of(*records):
    """Records as they are pulled."""
    return Records(records=records)


def did(key="1", kind="call", *, about=D1, user="li", **fields):
    """Something that a user did."""
    return Activity(
        ref=ref("activity", key), activity_kind=kind, about=about, user=user and ref("user", user), **fields
    )


def move(key="1", **fields):
    """A deal moved into the stage s2."""
    return StageChange(ref=ref("stage_change", key), deal=D1, to=ref("stage", "s2"), **fields)


def paid(key="1", kind="paid", **fields):
    """500 yuan, paid on the day."""
    usual = {"on": date(2026, 9, 28), "value": Money.of(500, "CNY")}
    return MoneyEvent(ref=ref("money_event", key), deal=D1, event_kind=kind, **{**usual, **fields})


def worth(table):
    """What is shown, how it is known and what that is worth."""
    return [(row.what, row.text, row.how_known, row.kind, row.grade) for row in table.rows]


def test_a_move_is_shown_by_the_source_or_by_two_readings():
    """The stages by name, from and to; an observed one has a day only if it can be no other."""
    stage = Stage(ref=ref("stage", "s2"), name="合同签约", stage_kind="won")
    native = move(from_=ref("stage", "s1"), at=AT, by=ref("user", "wu"), evidence="native")
    (row,) = facts.evidence(of(stage, native), **LOOK).rows
    assert ("demo:deal:D-1", AT, AT, "demo:stage_change:1", "wu", date(2026, 9, 28)) == (
        row.subject,
        row.at,
        row.at_earliest,
        row.source,
        row.by,
        row.on,
    )
    assert [("stage", "s1 → 合同签约", "native", "record", "B")] == worth(facts.evidence(of(stage, native), **LOOK))
    for hours, day in ((1, date(2026, 9, 28)), (7.99, date(2026, 9, 28)), (8, None)):
        seen = move(at_earliest=AT, at_latest=AT + hours * HOUR, evidence="observed")
        table = facts.evidence(of(seen), **LOOK)
        assert [("stage", "s2", "observed", "observation", "B")] == worth(table)
        assert (AT, AT + hours * HOUR, "", day) == (
            table.rows[0].at_earliest,
            table.rows[0].at,
            table.rows[0].by,
            table.rows[0].on,
        )
    half = facts.evidence(of(move(at_latest=AT, evidence="observed")), **LOOK).rows[0]
    assert (None, AT, None) == (half.at_earliest, half.at, half.on)


@pytest.mark.parametrize(
    ("created", "updated", "how"),
    [
        (0, None, "at the time"),
        (24, 99, "at the time"),
        (24.01, None, "afterwards"),
        (-9, None, "afterwards"),
        (-9, 1, "at the time"),
        (None, None, "afterwards"),
    ],
)
def test_what_people_write_down_is_worth_more_if_it_was_written_at_the_time(created, updated, how):
    """Exactly the limit counts; what was planned before shows nothing until it is written again."""
    times = {
        name: AT + timedelta(hours=hours)
        for name, hours in (("created_at", created), ("updated_at", updated))
        if hours is not None
    }
    value = {"at the time": ("record", "B"), "afterwards": ("testimony", "D")}[how]
    call = did(subject="定制需求", occurred_at=AT, **times)
    promise = Commitment(
        ref=ref("commitment", "1"),
        text="两周内交付",
        status="open",
        about=D1,
        made_at=AT,
        user=ref("user", "li"),
        **times,
    )
    assert [("call", "定制需求", how, *value), ("promise", "两周内交付", how, *value)] == worth(
        facts.evidence(of(call, promise), **LOOK)
    )
    wide = facts.evidence(of(call), **LOOK, limit=timedelta(hours=25)).rows[0]
    assert ("at the time" if created == 24.01 else how) == wide.how_known


def test_money_happens_on_its_day():
    """Written down by the end of the next day is at the time; every kind of money shows something."""
    midnight = datetime(2026, 9, 27, 16, tzinfo=UTC)
    for hours, how in ((0, "at the time"), (48, "at the time"), (49, "afterwards"), (-1, "afterwards")):
        (row,) = facts.evidence(of(paid(created_at=midnight + hours * HOUR)), **LOOK).rows
        assert (how, "paid", "CNY 500.00", date(2026, 9, 28)) == (row.how_known, row.what, row.text, row.on)
        assert (midnight, midnight + DAY) == (row.at_earliest, row.at)
    kinds = ["booked", "invoiced", "paid", "refund"]
    assert kinds == [row.what for row in facts.evidence(of(*(paid(kind, kind) for kind in kinds)), **LOOK).rows]


def test_how_a_deal_ended_is_apart_from_the_reason_that_was_given():
    """The end is a record or a testimony; the reason is somebody's opinion."""
    lost = deal("D-1", status="lost", lost_reason="价格", closed_at=AT, updated_at=AT + HOUR)
    table = facts.evidence(of(lost), **LOOK)
    assert [("lost", "", "at the time", "record", "B"), ("reason", "价格", "stated", "opinion", "D")] == worth(table)
    assert (1, 1, 2) == (table.looked_at, table.used, len(table))
    assert [("reason", None, None)] == [
        (row.what, row.at, row.on)
        for row in facts.evidence(of(deal("D-1", status="lost", lost_reason="价格")), **LOOK).rows
    ]
    won = deal("D-1", status="won", lost_reason="old", closed_on=date(2026, 9, 28))
    assert [("won", "", "afterwards", "testimony", "D")] == worth(facts.evidence(of(won), **LOOK))
    assert [date(2026, 9, 28)] == [row.on for row in facts.evidence(of(won), **LOOK).rows]


def test_what_shows_nothing_is_left_out_with_its_reason():
    """Open, void, about nothing, not done, without a time, or dated ahead."""
    late = AT + 10 * DAY
    table = facts.evidence(
        of(
            deal("1"),
            deal("2", status="void"),
            deal("3", status="lost"),
            deal("4", status="won", closed_at=late),
            move("5", evidence="native"),
            move("6", at=late, evidence="native"),
            did("7", about=None, occurred_at=AT),
            did("8"),
            did("9", "task", due_at=AT),
            did("10", occurred_at=late),
            paid("11", on=late.date()),
            did("12", occurred_at=AT, about=ref("account", "A")),
            paid("13", on=LOOK["as_of"].date()),
        ),
        **LOOK,
    )
    reasons = {"open": 1, "void": 1, "no time": 3, "dated ahead": 4, "about nothing": 1, "not done": 1}
    assert (reasons, 13, 2) == (dict(table.left_out), table.looked_at, table.used)
    assert ["demo:account:A", "demo:deal:D-1"] == [row.subject for row in table.rows]
    assert "1 没有关联对象" in table.explain("zh")
    assert "limit=24 h" in table.explain()


def test_what_a_stranger_did_stays_and_is_told():
    """It happened, whoever did it."""
    table = facts.evidence(of(did(user="x", occurred_at=AT), did("2", user=None, occurred_at=AT)), **LOOK, identity={})
    assert ["", ""] == [row.by for row in table.rows]
    assert ["crm.unmapped-user"] == codes(table.report)


def test_rows_come_by_subject_and_time():
    """What has no time comes last."""
    rows = facts.evidence(
        of(
            deal("D-1", status="lost", lost_reason="价格"),
            did("1", occurred_at=AT),
            did("2", occurred_at=AT - DAY),
            did("3", occurred_at=AT, about=ref("account", "A")),
        ),
        **LOOK,
    ).rows
    assert ["3", "2", "1", "D-1"] == [row.source.rpartition(":")[2] for row in rows]


def test_zone_and_instant_are_asked_for():
    """Be there records or not."""
    with pytest.raises(InvalidValueError, match="no time zone"):
        facts.evidence(of(), **{**LOOK, "tz": "Shanghai"})
    with pytest.raises(InvalidValueError, match="time zone"):
        facts.evidence(of(), **{**LOOK, "as_of": AT.replace(tzinfo=None)})


def test_the_words_for_what_it_is_worth_are_those_of_why_trees():
    """Kind and grade are of their lists, and each way of knowing is told with its own."""
    told = {
        "native": move(at=AT, evidence="native"),
        "observed": move(at_earliest=AT, at_latest=AT, evidence="observed"),
        "at the time": did(occurred_at=AT, created_at=AT),
        "afterwards": did(occurred_at=AT),
        "stated": deal("D-1", status="lost", lost_reason="价格"),
    }
    assert list(facts.HOW_KNOWN) == list(told)
    for how, record in told.items():
        (row,) = facts.evidence(of(record), **LOOK).rows
        assert how == row.how_known
        assert row.kind in whys.EVIDENCE_KINDS
        assert row.grade in whys.GRADES
        assert facts.HOW_KNOWN[how].endswith(f"{whys.EVIDENCE_KINDS[row.kind][0]}, grade {row.grade}")


def test_a_why_tree_rests_on_the_table():
    """Each row needs only what it is about: read from a frame, a call of that day shows the link, one told later not."""
    tree = whys.Tree(
        id="t",
        event=whys.Event(id="lost", statement="order lost"),
        causes=(whys.Cause(id="untold", statement="custom need not told"),),
        links=(whys.Link(effect="lost", cause="untold"),),
    )
    for written, status in ((AT + HOUR, "supported"), (AT + 9 * DAY, "unsupported")):
        frame = facts.evidence(of(did(subject="定制需求", occurred_at=AT, created_at=written)), **LOOK).to_frame()
        frames = {**whys.to_frames(tree), "evidence": frame.assign(about="untold->lost")}
        read, report = whys.from_frames(frames)
        assert report.ok
        (piece,) = read.evidence
        assert ("demo:activity:1", "定制需求", "li", date(2026, 9, 28)) == (
            piece.source,
            piece.text,
            piece.by,
            piece.on,
        )
        assert {"untold->lost": status} == whys.link_status(read, whys.Profile(min_grade="B"))
