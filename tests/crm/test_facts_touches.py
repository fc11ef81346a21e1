"""Last touches: which activities count, whose, and that the lead desk takes the table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from tests.crm.world import codes, deal, ref

from salesteam import leads
from salesteam.crm import Account, Activity, Contact, Lead, Records, facts
from salesteam.errors import InvalidValueError

AT = datetime(2026, 9, 30, 8, tzinfo=UTC)
DAY = timedelta(days=1)
LI, WU = ref("user", "li"), ref("user", "wu")
ACME = ref("account", "A")
ANY = {"counts": "any", "by": "anyone", "as_of": AT}


def of(*records):
    """Records as they are pulled."""
    return Records(records=records)


def lead(key="L-1", **fields):
    """A lead of Li, being worked on."""
    return Lead(ref=ref("lead", key), **{"name": key, "status": "working", "owner": LI, **fields})


def did(key, about, *, days=1, kind="call", user=LI, **fields):
    """Something that Li did so many days ago."""
    at = {"done_at" if kind == "task" else "occurred_at": AT - days * DAY} if days is not None else {}
    return Activity(ref=ref("activity", key), activity_kind=kind, user=user, about=about, **at, **fields)


def last(table):
    """Who was last in touch, how, and how many days ago."""
    return {row.lead: (row.touch, row.person, row.idle_days) for row in table.rows}


def test_the_last_touch_counts_and_idle_days_run_from_it():
    """The latest of several; without any they run from the creation, and without that they are unknown."""
    records = of(
        lead("L-1"),
        lead("L-2", created_at=AT - 10 * DAY),
        lead("L-3"),
        did("1", ref("lead", "L-1"), days=3),
        did("2", ref("lead", "L-1"), days=1.5, kind="visit", user=WU),
        did("3", ref("lead", "L-1"), days=2),
    )
    table = facts.touches(records, of="lead", **ANY)
    expected = {"L-1": ("visit", "wu", Fraction(3, 2)), "L-2": (None, None, 10), "L-3": (None, None, None)}
    assert expected == last(table)
    assert [AT - 1.5 * DAY, None, None] == [row.last_activity for row in table.rows]
    assert (6, 6, ()) == (table.looked_at, table.used, table.left_out)


@pytest.mark.parametrize(
    ("counts", "kinds"),
    [
        ("talk", ["call", "meeting", "visit"]),
        ("contact", ["call", "email", "meeting", "visit"]),
        ("any", ["call", "email", "meeting", "visit", "task", "note"]),
    ],
)
def test_which_activities_count_is_a_choice(counts, kinds):
    """Each choice names its kinds; the others are left out."""
    every = ["call", "email", "meeting", "visit", "task", "note"]
    for kind in every:
        records = of(lead(), did("1", ref("lead", "L-1"), kind=kind))
        table = facts.touches(records, of="lead", counts=counts, by="anyone", as_of=AT)
        assert ({} if kind in kinds else {"does not count": 1}) == dict(table.left_out), kind
        assert (kind if kind in kinds else None) == table.rows[0].touch, kind


def test_whose_touch_counts_is_a_choice():
    """The owner or a co-owner, or anyone of the team; what nobody is named for is anyone's and not the owner's."""
    one = ref("deal", "D-1")
    for user, identity, owner, anyone in (
        (LI, None, "li", "li"),
        (WU, None, "wu", "wu"),
        (ref("user", "he"), None, "not by its owner", "he"),
        (None, None, "not by its owner", None),
        (ref("user", "robot"), {"li": "li", "wu": "wu"}, "not by its owner", "by no person of the team"),
        (ref("user", "li2"), {"li": "LI", "li2": "LI", "wu": "wu"}, "LI", "LI"),
    ):
        records = of(deal("D-1", owner=LI, co_owners=(WU,)), did("1", one, user=user))
        for by, expected in (("owner", owner), ("anyone", anyone)):
            table = facts.touches(records, of="deal", counts="any", by=by, as_of=AT, identity=identity)
            reasons = [reason for reason, _ in table.left_out]
            assert ([expected] if " " in str(expected) else []) == reasons, (user, by)
            assert (None if reasons else expected) == table.rows[0].person, (user, by)
    unowned = of(deal("D-1"), did("1", one, user=None))
    assert (("not by its owner", 1),) == facts.touches(unowned, of="deal", counts="any", by="owner", as_of=AT).left_out


def test_a_customer_is_touched_through_its_deals_leads_and_contacts():
    """A deal is not touched by what is about its customer alone: nobody knows which deal was meant."""
    made = [
        Account(ref=ACME, name="Acme", owner=LI, registry_id="91", domain="acme.example"),
        deal("D-1", account=ACME),
        lead("L-1", account=ACME),
        Contact(ref=ref("contact", "C"), name="王总", account=ACME),
    ]
    for about in (ACME, ref("deal", "D-1"), ref("lead", "L-1"), ref("contact", "C")):
        touched = {
            kind: facts.touches(of(*made, did("1", about)), of=kind, **ANY).rows[0].touch for kind in facts.TOUCH_OF
        }
        assert {kind: ("call" if kind in {"account", about.kind} else None) for kind in facts.TOUCH_OF} == touched
    (row,) = facts.touches(of(*made), of="account", **ANY).rows
    assert ("A", "A", "Acme", "91", "acme.example", "li") == (
        row.lead,
        row.account,
        row.company,
        row.registry_id,
        row.domain,
        row.owner,
    )
    (row,) = facts.touches(of(*made), of="deal", **ANY).rows
    assert ("D-1", "A", "Acme", "open", "demo:deal:D-1") == (row.lead, row.account, row.company, row.status, row.ref)


@pytest.mark.parametrize("became", [ACME, ref("deal", "D-1"), ref("contact", "C")])
def test_a_converted_lead_is_the_person_that_it_became(became):
    """What is about the lead touches the customer, though the lead never knew it."""
    made = [
        Account(ref=ACME, name="Acme"),
        deal("D-1", account=ACME),
        Contact(ref=ref("contact", "C"), name="王总", account=ACME),
        lead("L-1", status="converted", converted_to=became),
    ]
    (row,) = facts.touches(of(*made, did("1", ref("lead", "L-1"))), of="account", **ANY).rows
    assert ("A", "call") == (row.lead, row.touch)
    (row,) = facts.touches(of(*made[:-1], lead("L-1"), did("1", ref("lead", "L-1"))), of="account", **ANY).rows
    assert row.touch is None


def test_what_is_no_touch_is_left_out_with_its_reason():
    """Planned, not done, without a time, or about something else."""
    one = ref("deal", "D-1")
    table = facts.touches(
        of(
            deal("D-1"),
            deal("D-2", status="void"),
            deal("D-3", archived=True),
            did("1", one, days=-1),
            did("2", one, days=None),
            did("3", one, days=None, kind="task"),
            did("4", None),
            did("5", ref("deal", "gone")),
            did("6", ref("deal", "D-2")),
            did("7", one, days=0),
        ),
        of="deal",
        **ANY,
    )
    reasons = {"void": 1, "archived": 1, "dated ahead": 1, "no time": 1, "not done": 1, "about something else": 3}
    assert reasons == dict(table.left_out)
    assert (10, 2, True) == (table.looked_at, table.used, table.foots)
    assert {"D-1": ("call", "li", 0)} == last(table)
    assert "touches: 10 looked at = 2 used + 3 about something else" in table.explain()
    assert "3 与此无关" in table.explain("zh")


def test_what_is_done_with_is_not_to_be_touched_but_its_customer_is():
    """Converted, disqualified, won or lost: nobody should reclaim it; a call about it is one with its customer."""
    customer = Account(ref=ACME, name="Acme")
    made = [lead(status, status=status, account=ACME) for status in ("converted", "disqualified")]
    made += [deal(status, status=status, account=ACME, owner=LI) for status in ("won", "lost")]
    for one in made:
        records = of(customer, one, did("1", one.ref))
        table = facts.touches(records, of=one.ref.kind, **ANY)
        assert {one.status: 1, "about something else": 1} == dict(table.left_out)
        assert {"A": ("call", "li", 1)} == last(facts.touches(records, of="account", **ANY))
    away = of(Account(ref=ACME, name="Acme", archived=True))
    assert {"archived": 1} == dict(facts.touches(away, of="account", **ANY).left_out)


def test_choices_are_asked_for():
    """An unknown one lists what there is, and an instant has a zone."""
    for name in ("of", "counts", "by"):
        with pytest.raises(InvalidValueError, match=f"{name}.*\n  "):
            facts.touches(of(), **{"of": "lead", **ANY, name: "often"})
    with pytest.raises(InvalidValueError, match="time zone"):
        facts.touches(of(), of="lead", counts="any", by="anyone", as_of=AT.replace(tzinfo=None))


def test_strangers_are_told_once():
    """The owner of a lead and who called about it, if the identity table knows neither."""
    records = of(lead(owner=ref("user", "x")), did("1", ref("lead", "L-1"), user=ref("user", "y")))
    table = facts.touches(records, of="lead", **ANY, identity={})
    assert [{"user": "x", "count": 1}, {"user": "y", "count": 1}] == [dict(each.values) for each in table.report]
    assert ["crm.unmapped-user"] * 2 == codes(table.report)
    assert (None, None) == (table.rows[0].owner, table.rows[0].touch)


def desk(*rules):
    """A policy over Li and Wu with these rules before the last."""
    last = leads.Rule(id="all", selector="fair", on_empty="fallback")
    policy = leads.Policy(
        id="p",
        salt="2026",
        selectors=[leads.RoundRobin(id="fair", mode="strict")],
        rules=[*rules, last],
        fallback=leads.Fallback(queue="triage", owner="wang"),
    )
    return policy, [leads.Seat(seat="li"), leads.Seat(seat="wu")]


def test_idle_leads_go_back_to_the_pool():
    """The table of leads goes into `propose` as it is; a rule asks for the days that a lead has lain idle."""
    idle = leads.Condition(field="idle_days", operator="gt", value=30)
    policy, seats = desk(leads.Rule(id="idle", when=idle, on_missing="no_match", gives="pool", pool="公海"))
    records = of(
        lead("L-1", created_at=AT - 90 * DAY),
        lead("L-2", created_at=AT - 90 * DAY),
        lead("L-3"),
        lead("L-4", created_at=AT - 90 * DAY),
        did("1", ref("lead", "L-1"), days=31),
        did("2", ref("lead", "L-2"), days=30),
        did("3", ref("lead", "L-4"), days=1, kind="note"),
    )
    for counts, released in (("any", ["L-1"]), ("talk", ["L-1", "L-4"])):
        table = facts.touches(records, of="lead", counts=counts, by="owner", as_of=AT)
        found = leads.propose(table.to_frame(), policy, seats, book=leads.Book(), as_of=AT)
        assert found.report.ok
        assert released == [each.lead for each in found.proposals if each.action == "release"]
        assert len(table) == len(found.proposals)


def test_of_two_customers_that_look_alike_the_one_last_touched_has_the_lead():
    """The table of customers goes into the book of the lead desk as it is."""
    policy, seats = desk()
    other = ref("account", "B")
    customers = [
        Account(ref=ACME, name="Acme", owner=LI, domain="acme.example"),
        Account(ref=other, name="Acme (East)", owner=WU, domain="acme.example"),
    ]
    for days, holder in ((1, "li"), (3, "wu")):
        records = of(*customers, did("1", ACME, days=days), did("2", other, days=2))
        table = facts.touches(records, of="account", counts="talk", by="anyone", as_of=AT)
        book = leads.Book.of(customers=table.to_frame())
        assert book.report.ok
        arrival = [leads.Lead(lead="L-1", email="wang@acme.example")]
        (decision,) = leads.allocate(arrival, policy, seats, book=book, as_of=AT).decisions
        assert holder == decision.seat
