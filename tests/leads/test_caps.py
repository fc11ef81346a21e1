"""Caps: where there is no room."""

from datetime import UTC, datetime, timedelta

import pytest

from salesteam.leads import Book, Cap, Condition, Holding, Lead, Receipt, Seat, Territory


def cap(**fields):
    known = {"id": "cap", "scope": "seat", "measure": "open", "window": "now", "limit": 1, "hard": True}
    return Cap(**(known | fields))


def daily(**fields):
    return cap(measure="received", window="day", zone="Asia/Shanghai", **fields)


def excluded(result, lead="L"):
    return {row.seat: (row.excluded_by, row.detail) for row in result.candidates[lead]}


def test_holding_the_limit_means_no_room(run):
    """One of one is full; a lowered cap takes nothing away but gives nothing either."""
    book = Book(holdings=[Holding(lead="x", seat="a"), Holding(lead="y", seat="b"), Holding(lead="z", seat="b")])
    result = run([Lead(lead="L")], ["a", "b", "c"], book=book, caps=[cap()])
    assert excluded(result) == {"a": ("cap", "cap (1/1)"), "b": ("cap", "cap (2/1)"), "c": (None, None)}


def test_a_seats_capacity_is_a_hard_cap(run, seats_of):
    """What was given in this run counts at once."""
    result = run([Lead(lead=str(n)) for n in range(3)], [Seat(seat="a", capacity=1), Seat(seat="b", capacity=1)])
    assert seats_of(result) == ["a", "b", None]
    assert result.candidates["2"][0].detail == "capacity (1/1)"


def test_holdings_that_ended_do_not_count(run, at):
    """Held until this instant is held no longer."""
    book = Book(holdings=[Holding(lead="x", seat="a", until=at), Holding(lead="y", seat="b", since=at)])
    result = run([Lead(lead="L")], ["a", "b"], book=book, caps=[cap()])
    assert [row.seat for row in result.candidates["L"] if row.excluded_by is None] == ["a"]


@pytest.mark.parametrize(
    ("at", "free"),
    [(datetime(2026, 9, 30, 15, 59, tzinfo=UTC), False), (datetime(2026, 9, 30, 16, tzinfo=UTC), True)],
)
def test_a_day_is_the_day_of_the_zone(run, at, free):
    """What was received on 30 September in Shanghai counts until midnight there."""
    book = Book(receipts=[Receipt(lead="x", seat="a", at=datetime(2026, 9, 30, 2, tzinfo=UTC))])
    result = run([Lead(lead="L")], ["a"], book=book, at=at, caps=[daily()])
    assert (result.decisions[0].seat == "a") is free


@pytest.mark.parametrize(
    ("window", "received_at", "free"),
    [
        ("week", datetime(2026, 9, 27, 15, tzinfo=UTC), True),
        ("week", datetime(2026, 9, 27, 16, tzinfo=UTC), False),
        ("month", datetime(2026, 8, 31, 15, tzinfo=UTC), True),
        ("month", datetime(2026, 8, 31, 16, tzinfo=UTC), False),
    ],
)
def test_weeks_begin_on_monday_and_months_on_the_first(run, window, received_at, free):
    """30 September 2026 is a Wednesday."""
    book = Book(receipts=[Receipt(lead="x", seat="a", at=received_at)])
    limits = [cap(measure="received", window=window, zone="Asia/Shanghai")]
    assert (run([Lead(lead="L")], ["a"], book=book, caps=limits).decisions[0].seat == "a") is free


def test_a_team_shares_its_cap(run, seats_of):
    """When the team is full, all its seats are."""
    seats = [Seat(seat="a", team="east"), Seat(seat="b", team="east"), Seat(seat="c", team="west")]
    result = run([Lead(lead=str(n)) for n in range(4)], seats, caps=[cap(scope="team", of="east", limit=2)])
    assert seats_of(result) == ["a", "b", "c", "c"]


def test_a_territory_and_a_source_have_room_of_their_own(run, seats_of):
    """A full territory shuts leads from there out, and no others; a source likewise."""
    territories = [Territory(id="east", where=Condition(field="region", operator="eq", value="East"))]
    asked = [Lead(lead="1", region="East"), Lead(lead="2", region="East"), Lead(lead="3", region="West")]
    found = run(asked, ["a"], territories=territories, caps=[cap(scope="territory")])
    assert seats_of(found) == ["a", None, "a"]
    asked = [Lead(lead="1", source="web"), Lead(lead="2", source="web"), Lead(lead="3", source="fair"), Lead(lead="4")]
    assert seats_of(run(asked, ["a"], caps=[cap(scope="source", of="web")])) == ["a", None, "a", "a"]


def test_value_counts_in_minor_units(run, seats_of):
    """A lead that would break the cap has no room, one that just fits has; an unknown value never fits."""
    limits = [cap(measure="value", limit=100)]
    asked = [
        Lead(lead="1", value_minor=60),
        Lead(lead="2", value_minor=41),
        Lead(lead="3", value_minor=40),
        Lead(lead="4"),
    ]
    result = run(asked, ["a"], caps=limits)
    assert seats_of(result) == ["a", None, "a", None]
    assert excluded(result, "2") == {"a": ("cap", "cap (60/100)")}


def test_value_received_in_a_window_is_limited_too(run):
    """The value of today's receipts counts, yesterday's does not."""
    at = datetime(2026, 9, 30, 9, tzinfo=UTC)
    receipts = [
        Receipt(lead="x", seat="a", at=at - timedelta(hours=1), value_minor=90),
        Receipt(lead="y", seat="b", at=at - timedelta(days=2), value_minor=90),
    ]
    limits = [cap(measure="value", window="day", zone="UTC", limit=100)]
    result = run([Lead(lead="L", value_minor=20)], ["a", "b"], book=Book(receipts=receipts), caps=limits)
    assert result.decisions[0].seat == "b"


def test_a_soft_cap_ranks_behind_and_excludes_nobody(run, seats_of):
    """Seats over a soft cap come last, and are used when there is no other."""
    result = run([Lead(lead=str(n)) for n in range(3)], ["a", "b"], caps=[cap(hard=False)])
    assert seats_of(result) == ["a", "b", "a"]
    book = Book(holdings=[Holding(lead="x", seat="a")])
    assert excluded(run([Lead(lead="L")], ["a", "b"], book=book, caps=[cap(hard=False)])) == {
        "a": ("soft-cap", None),
        "b": (None, None),
    }


def test_a_soft_cap_on_value_ranks_too(run):
    """The seat whose value would pass the soft cap comes last."""
    book = Book(holdings=[Holding(lead="x", seat="a", value_minor=90)])
    limits = [cap(measure="value", limit=100, hard=False)]
    assert run([Lead(lead="L", value_minor=20)], ["a", "b"], book=book, caps=limits).decisions[0].seat == "b"


def test_all_caps_in_force_must_hold(run):
    """Room under one is not enough."""
    book = Book(receipts=[Receipt(lead="x", seat="a", at=datetime(2026, 9, 30, 1, tzinfo=UTC))])
    limits = [cap(id="open", limit=5), daily(id="day", limit=1)]
    result = run([Lead(lead="L")], ["a"], book=book, caps=limits)
    assert excluded(result) == {"a": ("cap", "day (1/1)")}


def test_a_cap_reads_as_one_line():
    """In both languages."""
    assert daily(id="d", of="li", limit=5).text() == "d: at most 5 leads received per day for seat li (hard)"
    assert daily(id="d", limit=5).text("zh") == "d：每个席位，每日已接收线索数不超过 5（硬上限）"
