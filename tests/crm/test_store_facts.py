"""Facts of a synced store are those of the same records in memory, now and as they were known once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.crm.faulty import Faulty, server_of, synced
from tests.crm.world import deal, ref, user

from salesteam.core import Money
from salesteam.crm import Lead, MoneyEvent, Records, Stage, StageChange, facts, open_store, pull
from salesteam.errors import InvalidValueError

ZONE = "Asia/Shanghai"
LATE = datetime(2027, 1, 1, tzinfo=UTC)
BOOKED = {"booked_on": "closed_on", "tz": ZONE}
TABLES = {
    "transactions": lambda records, **when: facts.transactions(records, **BOOKED, **when),
    "metrics": lambda records, **when: facts.metrics(records, **BOOKED, **when),
    "credits": facts.credits,
    "receipts": facts.receipts,
    "leads": facts.leads,
    "holdings": lambda records, **when: facts.holdings(records, tz=ZONE, **when),
    "touches": lambda records, **when: facts.touches(records, of="deal", counts="any", by="owner", as_of=LATE, **when),
    "evidence": lambda records, **when: facts.evidence(records, as_of=LATE, tz=ZONE, **when),
    "compare_booking": lambda records, **when: facts.compare_booking(records, tz=ZONE, period="month", **when),
    "events": lambda records, **when: facts.events(records, as_of=LATE, **when),
}

HISTORIES = {
    "ownership": lambda records, **when: facts.ownership(records, of="deal", tz=ZONE, **when),
    "outcomes": lambda records, **when: facts.outcomes(records, tz=ZONE, **when),
}
"""Tables that tell more of a store, because it knows how its records became what they are."""

deals = st.lists(
    st.builds(
        lambda key, status, value, owner, day, late: deal(
            f"D-{key}",
            status=status,
            value=None if value is None else Money(value, "CNY"),
            owner=owner and ref("user", owner),
            closed_on=day,
            created_at=datetime(2026, 1, 1, tzinfo=UTC) - timedelta(hours=late),
        ),
        st.integers(0, 10**6),
        st.sampled_from(["open", "won", "lost", "void"]),
        st.none() | st.integers(-(10**9), 10**9),
        st.none() | st.sampled_from(["li", "wu"]),
        st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        st.integers(0, 1000),
    ),
    max_size=12,
    unique_by=lambda made: made.ref,
)


def tabled(table):
    """What a table says, whatever the order of its rows."""
    return (
        table.looked_at,
        table.used,
        sorted(map(repr, table.rows)),
        sorted(map(str, table.aside)),
        sorted(finding.text() for finding in table.report),
    )


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(deals, st.lists(st.integers(0, 11), max_size=5), st.sampled_from(["cursor", "full"]))
def test_a_synced_store_gives_the_facts_of_the_source(made, touched, mode):
    """Also after changes and deletions that came in later syncs."""
    server = server_of(records=[user("li"), user("wu"), *made])
    adapter = Faulty(server, can={"*": {"incremental": mode}})
    with open_store(":memory:") as store:
        for number in touched:
            synced(adapter, store)
            if number < len(made) and not server.get(made[number].ref).deleted:
                (server.delete if number % 3 == 0 else server.touch)(made[number].ref)
        synced(adapter, store)
        memory = pull([Faulty(server)])
        for name, table in TABLES.items():
            assert tabled(table(memory)) == tabled(table(store)), name


def test_what_was_known_once_can_be_computed_again():
    """A payout of July stays what it was, whatever is corrected in August."""
    won = deal("D-1", status="won", value=Money(50000, "CNY"), closed_on=date(2026, 1, 3), owner=ref("user", "li"))
    server = server_of(records=[user("li"), won])
    with open_store(":memory:") as store:
        synced(Faulty(server), store)
        then = server.now
        before = [facts.transactions(store, **BOOKED).rows, facts.transactions(store, **BOOKED, known_at=then).rows]
        server.now += timedelta(days=30)
        server.change(won.ref, value=Money(1, "CNY"))
        server.create(deal("D-2", status="won", value=Money(7, "CNY"), closed_on=date(2026, 1, 3)))
        synced(Faulty(server), store)
        after = [facts.transactions(store, **BOOKED, known_at=then).rows, facts.transactions(store, **BOOKED).rows]
    assert before == [after[0], after[0]]
    assert [1, 7] == [row.amount_minor for row in after[1]]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(deals, st.lists(st.tuples(st.integers(0, 11), st.sampled_from(["owner", "won", "touch", "delete"])), max_size=6))
def test_what_is_known_later_changes_no_table_of_the_past(made, changes):
    """Whatever changes, moves, comes or goes afterwards."""
    at_first = deal("first", stage=ref("stage", "talk"), owner=ref("user", "li"))
    came = Lead(ref=ref("lead", "L-1"), name="L-1", status="converted", converted_to=at_first.ref)
    server = server_of(records=[user("li"), user("wu"), *stages(), at_first, *made, came])
    with open_store(":memory:") as store:
        synced(server.adapter(), store)
        then = server.now
        tables = {**TABLES, **HISTORIES}
        before = {name: tabled(table(store, known_at=then)) for name, table in tables.items()}
        refs = [at_first.ref, *(each.ref for each in made)]
        for number, what in changes:
            one = refs[number % len(refs)]
            server.now += timedelta(hours=5)
            if what == "delete":
                server.delete(one)
            elif what == "touch":
                server.touch(one)
            elif what == "owner":
                server.change(one, owner=ref("user", "wu"))
            else:
                server.move_stage(one, ref("stage", "won"), status="won", closed_at=server.now)
            synced(server.adapter(), store)
        server.create(deal("late", owner=ref("user", "wu")))
        synced(server.adapter(), store)
        for name, table in tables.items():
            assert before[name] == tabled(table(store, known_at=then)), name


def test_records_in_memory_do_not_tell_the_past():
    """Nothing is made up."""
    with pytest.raises(InvalidValueError, match="give the store"):
        facts.receipts(Records(), known_at=datetime(2026, 1, 1, tzinfo=UTC))


def stages():
    """An open and a won stage."""
    return [
        Stage(ref=ref("stage", name), name=name, stage_kind=kind) for name, kind in (("talk", "open"), ("won", "won"))
    ]


def test_moves_between_two_syncs_are_observed_with_both_bounds():
    """The last instant at which it stood where it was, and the first at which it did not."""
    server = server_of(records=[*stages(), deal("D-1", stage=ref("stage", "talk"))])
    with open_store(":memory:") as store:
        synced(Faulty(server), store)
        first = server.now
        server.now += timedelta(hours=2)
        server.move_stage(ref("deal", "D-1"), ref("stage", "won"), status="won", value=Money(5, "CNY"))
        run = synced(Faulty(server), store)
        (move,) = store.pull().of("stage_change")
        booked = facts.transactions(store, booked_on="won_stage", tz="UTC")
    assert "crm.observed-history" in [finding.code for finding in run.report]
    assert ("observed", "talk", "won") == (move.evidence, move.from_.external_id, move.to.external_id)
    assert first - timedelta(minutes=10) <= move.at_earliest <= first < move.at_latest <= server.now
    assert [date(2026, 1, 1)] == [row.date for row in booked.rows] or "no date" in dict(booked.left_out)


def test_a_move_that_may_have_been_on_two_days_has_no_booking_day():
    """One deal could fall in two quarters, and nobody guesses."""
    base = {"ref": ref("stage_change", "1"), "deal": ref("deal", "D-1"), "to": ref("stage", "won")}
    won = deal("D-1", status="won", value=Money(5, "CNY"))
    at = datetime(2026, 3, 31, 15, tzinfo=UTC)
    for hours, days in ((0, [date(2026, 3, 31)]), (3, [])):
        move = StageChange(**base, at_earliest=at, at_latest=at + timedelta(hours=hours), evidence="observed")
        records = Records(records=(*stages(), won, move))
        assert days == [row.date for row in facts.transactions(records, booked_on="won_stage", tz=ZONE).rows]


def test_what_the_source_tells_of_stages_is_not_observed_again():
    """Native history comes with the deals that changed, and takes the place of what we saw."""

    class Native(Faulty):
        def history(self, kind, ids):
            self.calls.append(("history", tuple(ids)))
            for name in ids:
                yield StageChange(
                    ref=ref("stage_change", f"{name}-1"),
                    deal=ref("deal", name),
                    to=ref("stage", "won"),
                    at=self.config.server.now - timedelta(minutes=1),
                    evidence="native",
                )

    server = server_of(records=[*stages(), deal("D-1", stage=ref("stage", "talk")), deal("D-2")])
    adapter = Native(server, can={"deal": {"history": "native"}})
    with open_store(":memory:") as store:
        synced(adapter, store)
        server.now += timedelta(hours=2)
        server.move_stage(ref("deal", "D-1"), ref("stage", "won"), status="won")
        synced(adapter, store)
        synced(adapter, store)
        asked = [each for each in adapter.calls if each[0] == "history"]
        moves = [move for move in store.pull().of("stage_change") if move.deal == ref("deal", "D-1")]
    assert [("history", ("D-1", "D-2")), ("history", ("D-1",))] == asked
    assert ["native"] == [move.evidence for move in moves]


def test_payments_are_rows_of_their_own():
    """500 paid of 1,000 is two facts in the store too."""
    paid = [
        MoneyEvent(
            ref=ref("money_event", str(n)),
            deal=ref("deal", "D-1"),
            on=date(2026, 1, 2),
            value=Money(50000, "CNY"),
            event_kind="paid",
        )
        for n in (1, 2)
    ]
    server = server_of(records=[deal("D-1"), *paid])
    with open_store(":memory:") as store:
        from salesteam.crm import sync

        sync(server.adapter(), store)
        assert [50000, 50000] == [row.paid_minor for row in facts.receipts(store).rows]
