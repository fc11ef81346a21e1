"""Owner intervals: from the log of a store, or of what is in memory, and that the lead desk takes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.crm.faulty import server_of, synced
from tests.crm.world import codes, deal, ref, user

from salesteam import leads
from salesteam.core import Money
from salesteam.crm import Account, Lead, Records, facts, open_store
from salesteam.crm._store import Version
from salesteam.errors import InvalidValueError

AT = datetime(2026, 9, 30, 8, tzinfo=UTC)
DAY = timedelta(days=1)
LI, WU = ref("user", "li"), ref("user", "wu")
L1, D1 = ref("lead", "L-1"), ref("deal", "D-1")
SHANGHAI = "Asia/Shanghai"


def of(*records):
    """Records as they are pulled."""
    return Records(records=records)


def lead(key="L-1", **fields):
    """A lead of Li, being worked on."""
    return Lead(ref=ref("lead", key), **{"name": key, "status": "working", "owner": LI, **fields})


def held(table):
    """Who held what, from when to when."""
    return [(row.lead, row.seat, row.since, row.until) for row in table.rows]


class World:
    """A CRM and a store that is synced with it a day after each change."""

    def __init__(self, store, *records):
        self.server = server_of(records=[user("li"), user("wu"), *records])
        self.store, self.seen = store, []
        self.sync()

    def sync(self):
        """Read what there is, and remember when."""
        self.server.now += DAY
        synced(self.server.adapter(), self.store)
        self.seen.append(self.server.now)

    def change(self, made, **fields):
        """Change a record; gives when that happened."""
        self.server.now += DAY
        self.server.change(made, **fields)
        at = self.server.get(made).updated_at
        self.sync()
        return at


# of records in memory


def test_in_memory_the_owner_of_now_has_it_from_its_creation():
    """There is no log, so nothing else is known; what is open has no end. Rows come by id."""
    records = of(lead("L-2"), lead(created_at=AT, account=ref("account", "A"), value=Money(7, "CNY"), source="web"))
    table = facts.ownership(records, of="lead", tz=SHANGHAI)
    assert [("L-1", "li", AT, None), ("L-2", "li", None, None)] == held(table)
    row = table.rows[0]
    assert ("A", 7, "web", "recorded", "demo:lead:L-1") == (
        row.account,
        row.value_minor,
        row.source,
        row.evidence,
        row.ref,
    )
    assert (AT, None) == (row.since_earliest, row.until_earliest)


def test_customers_are_held_too():
    """The customer is the one that it is."""
    table = facts.ownership(of(Account(ref=ref("account", "A"), name="Acme", owner=LI)), of="account", tz="UTC")
    assert [("A", "li", "A", None)] == [(row.lead, row.seat, row.account, row.value_minor) for row in table.rows]


def test_what_is_over_ends_by_the_word_of_its_source_or_by_its_last_update():
    """A closing date is a day in the zone given; a lead that is done with was so by its update at the latest."""
    records = of(
        deal("D-1", status="won", owner=LI, closed_at=AT, created_at=AT - 9 * DAY),
        deal("D-2", status="lost", owner=LI, closed_on=date(2026, 9, 30)),
        deal("D-3", status="lost", owner=LI, closed_on=date(2026, 9, 30), updated_at=AT),
        deal("D-4", status="lost", owner=LI, updated_at=AT),
    )
    table = facts.ownership(records, of="deal", tz=SHANGHAI)
    start, end = datetime(2026, 9, 29, 16, tzinfo=UTC), datetime(2026, 9, 30, 16, tzinfo=UTC)
    assert [(AT, AT), (start, end), (start, AT), (None, AT)] == [(row.until_earliest, row.until) for row in table.rows]
    for status in ("converted", "disqualified"):
        table = facts.ownership(of(lead(status=status, updated_at=AT)), of="lead", tz=SHANGHAI)
        assert [("L-1", "li", None, AT)] == held(table)
    table = facts.ownership(of(lead(archived=True, updated_at=AT)), of="lead", tz=SHANGHAI)
    assert [("L-1", "li", None, AT)] == held(table)
    odd = lead(status="converted", created_at=AT, updated_at=AT - DAY)
    assert [("L-1", "li", AT, AT)] == held(facts.ownership(of(odd), of="lead", tz=SHANGHAI))


def test_what_nobody_is_known_to_have_held_is_left_out_with_its_reason():
    """No owner, a stranger's, void, closed before it was created, or over and nobody knows since when."""
    deals = of(
        deal("D-1"),
        deal("D-2", owner=ref("user", "x")),
        deal("D-3", status="void", owner=LI),
        deal("D-4", status="won", owner=LI, closed_at=AT, created_at=AT + DAY),
        deal("D-5", status="won", owner=LI),
        deal("D-6", status="won", owner=LI, closed_at=AT, created_at=AT),
    )
    table = facts.ownership(deals, of="deal", tz=SHANGHAI, identity={"li": "LI"})
    reasons = {
        "no owner": 1,
        "owner is no person of the team": 1,
        "void": 1,
        "closed before it was created": 1,
        "no time": 1,
    }
    assert (reasons, 6, 1, True) == (dict(table.left_out), table.looked_at, table.used, table.foots)
    assert [("D-6", "LI", AT, AT)] == held(table)
    assert ["crm.closed-before-created", "crm.unmapped-user"] == codes(table.report)


def test_choices_are_asked_for():
    """An unknown kind lists what there is; an unknown zone is refused."""
    with pytest.raises(InvalidValueError, match=r"of.*\n  lead: "):
        facts.ownership(of(), of="contact", tz="UTC")
    with pytest.raises(InvalidValueError, match="no time zone"):
        facts.ownership(of(), of="lead", tz="Shanghai")


# of the log of a store


def test_each_change_of_owner_that_was_seen_begins_a_row():
    """It lies after the last reading that saw it otherwise, and not after its update; the rows meet."""
    with open_store(":memory:") as store:
        world = World(store, lead(value=Money(7, "CNY")))
        moved = world.change(L1, owner=WU, value=Money(9, "CNY"))
        world.change(L1, value=Money(10, "CNY"))
        back = world.change(L1, owner=LI)
        table = facts.ownership(store, of="lead", tz="UTC")
        past = facts.ownership(store, of="lead", tz="UTC", known_at=world.seen[0])
    assert [("li", moved), ("wu", back), ("li", None)] == [(row.seat, row.until) for row in table.rows]
    assert [moved, back] == [row.since for row in table.rows[1:]]
    assert ["recorded", "observed", "observed"] == [row.evidence for row in table.rows]
    assert [7, 10, 10] == [row.value_minor for row in table.rows]
    bounds = [row.since_earliest for row in table.rows[1:]]
    assert bounds == [row.until_earliest for row in table.rows[:-1]]
    assert world.seen[0] - DAY <= bounds[0] < moved < world.seen[1]
    assert world.seen[2] - DAY <= bounds[1] < back < world.seen[3]
    assert (1, 1, True) == (table.looked_at, table.used, table.foots)
    assert [("li", None)] == [(row.seat, row.until) for row in past.rows]


def test_what_ends_is_held_until_then_and_what_comes_back_is_held_anew():
    """Deleted, without an owner, converted: each ends it; a lead that is restored begins a new row."""
    with open_store(":memory:") as store:
        world = World(store, lead())
        dropped = world.change(L1, owner=None)
        taken = world.change(L1, owner=WU)
        done = world.change(L1, status="converted")
        again = world.change(L1, status="working")
        world.server.delete(L1)
        world.sync()
        table = facts.ownership(store, of="lead", tz="UTC")
    (first, second, third) = held(table)
    assert ("li", dropped) == (first[1], first[3])
    assert ("L-1", "wu", taken, done) == second
    assert ("wu", again) == third[1:3]
    assert again < third[3] <= world.seen[-1]


def test_who_is_named_only_when_it_is_over_never_held_it():
    """Nobody was seen with it while it was worked on."""
    with open_store(":memory:") as store:
        world = World(store, lead(owner=None))
        world.change(L1, owner=WU, status="converted")
        table = facts.ownership(store, of="lead", tz="UTC")
    assert ({"no owner": 1}, []) == (dict(table.left_out), codes(table.report))


def test_a_deal_that_was_closed_while_we_looked_ends_by_its_closing():
    """The source tells when; a day that has not come yet ends when it was seen closed, one long past at the start."""
    with open_store(":memory:") as store:
        world = World(store, deal("D-1", owner=LI), deal("D-2", owner=LI), deal("D-3", owner=LI))
        begun = world.server.get(ref("deal", "D-3")).created_at
        closing = world.server.now + timedelta(hours=1)
        world.change(D1, status="won", closed_at=closing, owner=WU)
        seen = world.change(ref("deal", "D-2"), status="lost", closed_on=(world.server.now + 9 * DAY).date())
        world.change(ref("deal", "D-3"), status="won", closed_at=closing - 30 * DAY)
        table = facts.ownership(store, of="deal", tz="UTC")
    assert [("D-1", closing), ("D-2", seen), ("D-3", begun)] == [(row.lead, row.until) for row in table.rows]
    assert [closing, seen, begun] == [row.until_earliest for row in table.rows]


def test_two_logins_of_one_person_in_turn_are_one_row_and_a_stranger_is_a_gap():
    """Persons hold leads, not logins."""
    with open_store(":memory:") as store:
        world = World(store, user("li2"), user("x"), lead())
        world.change(L1, owner=ref("user", "li2"))
        lost = world.change(L1, owner=ref("user", "x"))
        got = world.change(L1, owner=LI)
        table = facts.ownership(store, of="lead", tz="UTC", identity={"li": "LI", "li2": "LI"})
    assert [("LI", lost), ("LI", None)] == [(row.seat, row.until) for row in table.rows]
    assert ["recorded", "observed"] == [row.evidence for row in table.rows]
    assert got == table.rows[1].since
    assert ["crm.unmapped-user"] == codes(table.report)


def test_a_creation_after_it_was_seen_is_the_mistake_of_a_clock():
    """It was there when it was seen, and no row ends before it begins."""
    with open_store(":memory:") as store:
        world = World(store, lead(created_at=AT, updated_at=datetime(2026, 1, 1, tzinfo=UTC)))
        moved = world.change(L1, owner=WU)
        table = facts.ownership(store, of="lead", tz="UTC")
    assert [("L-1", "li", world.seen[0], moved), ("L-1", "wu", moved, None)] == held(table)


@pytest.mark.parametrize(
    ("updated", "before", "seen", "by"),
    [(2, 1, 3, 2), (3, 1, 3, 3), (4, 1, 3, 3), (1, 1, 3, 3), (None, 1, 3, 3), (0, None, 3, 0), (2, None, None, 2)],
)
def test_the_update_time_is_trusted_where_the_readings_allow_it(updated, before, seen, by):
    """A version became so after the reading that saw it otherwise, and not after the one that saw it."""
    at = [AT + hours * timedelta(hours=1) for hours in range(5)]
    one = lead(updated_at=None if updated is None else at[updated])
    bounds = (None if each is None else at[each] for each in (before, seen))
    assert at[by] == Version(one, *bounds).by


steps = st.lists(
    st.tuples(
        st.sampled_from(["L-1", "L-2"]),
        st.sampled_from(["owner", "status", "delete", "undelete", "archive", "wait"]),
        st.sampled_from(["li", "wu", "li2", "x", None]),
        st.sampled_from(["working", "converted", "disqualified", "qualified"]),
    ),
    max_size=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(steps)
def test_one_owner_at_a_time(made):
    """Whatever happens: rows of one lead meet or leave gaps, never overlap, and the open one is what the CRM says."""
    server = server_of(records=[lead("L-1"), lead("L-2", owner=None)])
    adapter = server.adapter()
    identity = {"li": "LI", "li2": "LI", "wu": "WU"}
    with open_store(":memory:") as store:
        synced(adapter, store)
        for key, what, owner, status in made:
            one = ref("lead", key)
            server.now += timedelta(hours=5)
            if what == "undelete" or not server.get(one).deleted:
                if what in {"delete", "undelete", "archive"}:
                    getattr(server, what)(one)
                elif what == "owner":
                    server.change(one, owner=owner and ref("user", owner))
                elif what == "status":
                    server.change(one, status=status)
            if what == "wait":
                synced(adapter, store)
        synced(adapter, store)
        table = facts.ownership(store, of="lead", tz="UTC", identity=identity)
    assert table.foots
    assert 2 == table.looked_at
    for key in ("L-1", "L-2"):
        rows = [row for row in table.rows if row.lead == key]
        assert all(row.until is not None and row.until >= row.since for row in rows[:-1])
        assert all(row.until <= later.since for row, later in pairwise(rows))
        for row in rows:
            assert row.since_earliest <= row.since
            assert row.until_earliest is None or row.until_earliest <= row.until
        now = server.get(ref("lead", key))
        gone = now.deleted or now.archived or now.status in {"converted", "disqualified"} or now.owner is None
        holder = None if gone else identity.get(now.owner.external_id)
        assert ([holder] if holder else []) == [row.seat for row in rows if row.until is None]


# what takes it


def test_a_lead_that_moved_collides_with_nobody():
    """Half-open rows meet; two deals on one customer collide while both have their owners."""
    with open_store(":memory:") as store:
        acme = ref("account", "A")
        customer = Account(ref=acme, name="Acme")
        deals = [deal("D-1", owner=LI, account=acme), deal("D-2", owner=WU, account=ref("account", "B"))]
        world = World(store, customer, *deals)
        world.change(D1, owner=WU)
        frame = facts.ownership(store, of="deal", tz="UTC").to_frame()
        assert () == leads.collide(frame, as_of=world.server.now).collisions
        world.change(ref("deal", "D-2"), account=acme, owner=LI)
        frame = facts.ownership(store, of="deal", tz="UTC").to_frame()
        (found,) = leads.collide(frame, as_of=world.server.now).collisions
    assert ("A", 2, 1) == (found.account, found.owners, found.duplicates)


def test_who_holds_what_now_fills_the_caps_of_the_lead_desk():
    """Only what is held at the instant counts, for the person who holds it then."""
    policy = leads.Policy(
        id="p",
        salt="2026",
        selectors=[leads.RoundRobin(id="fair", mode="strict")],
        rules=[leads.Rule(id="all", selector="fair", on_empty="fallback")],
        caps=[leads.Cap(id="one", scope="seat", measure="open", window="now", limit=1, hard=True)],
        fallback=leads.Fallback(queue="triage", owner="wang"),
    )
    with open_store(":memory:") as store:
        world = World(store, lead())
        world.change(L1, owner=WU)
        book = leads.Book.of(holdings=facts.ownership(store, of="lead", tz="UTC").to_frame())
    assert book.report.ok
    seats = [leads.Seat(seat="li"), leads.Seat(seat="wu")]
    for at, free in ((world.seen[0], "wu"), (world.seen[1], "li")):
        decisions = leads.allocate([leads.Lead(lead="new")], policy, seats, book=book, as_of=at).decisions
        assert [free] == [decision.seat for decision in decisions]
