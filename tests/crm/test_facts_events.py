"""The event log of deals: what is in it, with which certainty, and that a duty chart takes it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.crm.faulty import Faulty, server_of, synced
from tests.crm.world import codes, deal, ref

from salesteam import raci
from salesteam.crm import Activity, Commitment, Records, Stage, StageChange, facts, open_store
from salesteam.errors import InvalidValueError

AT = datetime(2026, 9, 30, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
D1 = ref("deal", "D-1")


def of(*records):
    """Records as they are pulled."""
    return Records(records=records)


def move(key, to, *, deal=D1, by=None, **fields):
    """A deal moved to a stage; natively recorded unless it is told otherwise."""
    return StageChange(
        ref=ref("stage_change", key),
        deal=deal,
        to=ref("stage", to),
        by=by and ref("user", by),
        **{"evidence": "native", **fields},
    )


def did(key, kind="visit", *, about=D1, user="li", **fields):
    """Something that a user did."""
    return Activity(
        ref=ref("activity", key), activity_kind=kind, about=about, user=user and ref("user", user), **fields
    )


def promised(key, **fields):
    """A promise."""
    return Commitment(ref=ref("commitment", key), text="两周内交付", status="open", **{"about": D1, **fields})


def log(table):
    """Each event in short."""
    return [(row.case, row.activity, row.person, row.time, row.time_latest, row.evidence) for row in table.rows]


def test_moves_activities_and_promises_are_events_in_the_order_of_time():
    """A move is named after the stage that it leads to, what people do after its kind; all by case and time."""
    table = facts.events(
        of(
            Stage(ref=ref("stage", "s2"), name="方案谈判", stage_kind="open"),
            promised("1", made_at=AT - HOUR, user=ref("user", "wu")),
            did("1", occurred_at=AT - 3 * HOUR),
            move("1", "s2", at=AT - 2 * HOUR, by="li"),
            move("2", "gone", deal=ref("deal", "D-0"), at=AT),
        ),
        as_of=AT,
    )
    assert [
        ("D-0", "gone", None, AT, AT, "native"),
        ("D-1", "visit", "li", AT - 3 * HOUR, AT - 3 * HOUR, "logged"),
        ("D-1", "方案谈判", "li", AT - 2 * HOUR, AT - 2 * HOUR, "native"),
        ("D-1", "commitment", "wu", AT - HOUR, AT - HOUR, "logged"),
    ] == log(table)
    assert ("demo", "demo:commitment:1") == (table.rows[-1].source, table.rows[-1].ref)


def test_an_observed_move_keeps_both_bounds_and_names_nobody():
    """It lies after the first bound and not after the second; who made it was not seen. It may lie ahead, and stays."""
    seen = of(move("1", "won", evidence="observed", at_earliest=AT - HOUR, at_latest=AT))
    for as_of in (AT, AT - HOUR):
        assert [("D-1", "won", None, AT - HOUR, AT, "observed")] == log(facts.events(seen, as_of=as_of))


def test_the_log_of_a_store_has_the_moves_that_it_observed():
    """Two syncs with a move between them are enough, and a later look at the past does not see it."""
    server = server_of(records=[*(Stage(ref=ref("stage", n), name=n, stage_kind="open") for n in "ab")])
    server.create(deal("D-1", stage=ref("stage", "a")))
    with open_store(":memory:") as store:
        synced(Faulty(server), store)
        before = server.now
        server.now += timedelta(hours=2)
        server.move_stage(D1, ref("stage", "b"))
        synced(Faulty(server), store)
        (row,) = facts.events(store, as_of=server.now).rows
        past = facts.events(store, as_of=server.now, known_at=before)
    assert ("D-1", "b", "observed") == (row.case, row.activity, row.evidence)
    assert row.time <= before < row.time_latest <= server.now
    assert ((), True) == (past.rows, past.foots)


def test_what_is_no_event_is_left_out_with_its_reason():
    """About no deal, without a time, not done, or planned: each is counted."""
    table = facts.events(
        of(
            did("1", about=None, occurred_at=AT),
            did("2", about=ref("account", "A"), occurred_at=AT),
            did("3"),
            did("4", "task", due_at=AT),
            did("5", "meeting", occurred_at=AT + HOUR),
            promised("1"),
            promised("2", made_at=AT + HOUR),
            move("1", "won"),
            move("2", "won", at_latest=AT, evidence="observed"),
            move("3", "won", at=AT + HOUR),
            did("6", "task", occurred_at=AT - HOUR, done_at=AT),
            did("7", "call", occurred_at=AT - HOUR, done_at=AT),
        ),
        as_of=AT,
    )
    assert {"about no deal": 2, "no time": 4, "not done": 1, "dated ahead": 3} == dict(table.left_out)
    assert [("call", AT - HOUR), ("task", AT)] == [(row.activity, row.time) for row in table.rows]
    assert (12, 2, True) == (table.looked_at, table.used, table.foots)
    assert "12 looked at = 2 used + 2 about no deal + 3 dated ahead + 4 no time + 1 not done" in table.explain()
    assert "2 与商机无关 + 3 日期在未来 + 4 没有时间 + 1 未完成" in table.explain("zh")


def test_what_a_stranger_did_stays_and_is_told():
    """The order of what the others did would be another one without it."""
    table = facts.events(
        of(did("1", user="x", occurred_at=AT), did("2", user=None, occurred_at=AT), did("3", occurred_at=AT)),
        as_of=AT,
        identity={"li": "LI"},
    )
    assert [None, None, "LI"] == [row.person for row in table.rows]
    assert ["crm.unmapped-user"] == codes(table.report)


def test_the_instant_needs_a_zone():
    """Otherwise nobody knows what lies ahead of it, be there records or not."""
    with pytest.raises(InvalidValueError, match="time zone"):
        facts.events(of(), as_of=AT.replace(tzinfo=None))


def test_a_duty_chart_judges_each_event():
    """Person, activity and day go into `Chart.has_duty`: yes, no, and unknown for what the chart does not name."""
    chart = raci.Chart(
        profile=raci.profile("raci", a_approves=True),
        activities=(raci.Activity(id="方案谈判"), raci.Activity(id="visit")),
        roles=(raci.Role(id="sales"), raci.Role(id="presales")),
        assignments=(
            raci.Assignment(activity="方案谈判", role="presales", letters=("R",)),
            raci.Assignment(activity="visit", role="sales", letters=("R",)),
        ),
        holdings=(
            raci.Holding(role="sales", person="li"),
            raci.Holding(role="presales", person="wu", start=date(2026, 9, 30)),
        ),
    )
    stage = Stage(ref=ref("stage", "s2"), name="方案谈判", stage_kind="open")
    table = facts.events(
        of(
            stage,
            did("1", occurred_at=AT - 60 * HOUR),
            move("1", "s2", at=AT - 48 * HOUR, by="wu"),
            move("2", "s2", at=AT - HOUR, by="wu"),
            did("2", "call", occurred_at=AT),
        ),
        as_of=AT,
    )
    judged = [chart.has_duty(row.person, row.activity, row.time.date()) for row in table.rows]
    assert ["yes", "no", "yes", "unknown"] == judged
