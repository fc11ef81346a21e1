"""What happened outside the CRM is matched with what it holds, one to one; what nobody wrote down is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import combinations, permutations
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.crm.faulty import Faulty, server_of, synced
from tests.crm.world import SOURCE, codes, deal, ref

from salesteam.crm import (
    Account,
    Activity,
    Commitment,
    Contact,
    Lead,
    LogRow,
    Records,
    User,
    open_store,
    timeliness,
    traced,
)
from salesteam.crm._quality._pairing import _bands, paired
from salesteam.errors import InvalidValueError, NotFoundError

MONDAY = datetime(2026, 9, 28, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
PEOPLE = (
    User(ref=ref("user", "li"), name="李雷", emails=("li@shop.cn",)),
    User(ref=ref("user", "wu"), name="吴越"),
    Account(ref=ref("account", "acme"), name="Acme", domain="acme.cn"),
    Account(ref=ref("account", "bolt"), name="Bolt"),
    Contact(
        ref=ref("contact", "w"),
        name="Wang",
        account=ref("account", "acme"),
        emails=("Wang@mail.cn",),
        phones=("+86 10 1234-5678",),
    ),
    Contact(ref=ref("contact", "x"), name="X", account=ref("account", "bolt"), emails=("shared@x.cn",)),
    Contact(ref=ref("contact", "y"), name="Y", account=ref("account", "acme"), emails=("shared@x.cn",)),
    deal("D-1", account=ref("account", "acme")),
)


def call(key, hours, *, user="li", about=("account", "acme"), kind="call", **more):
    """An activity so many hours after Monday."""
    return Activity(
        ref=ref("activity", key),
        activity_kind=kind,
        user=ref("user", user),
        about=ref(*about),
        occurred_at=MONDAY + hours * HOUR,
        **more,
    )


def entry(key, hours, *, customer="acme", user="li", channel="telephone", **more):
    """A row of a log so many hours after Monday."""
    return {
        "entry": key,
        "channel": channel,
        "user": user,
        "customer": customer,
        "at": MONDAY + hours * HOUR,
        **more,
    }


def found(log, *records, window=2 * HOUR, later=99, **options):
    """The trace of a log."""
    return traced(
        Records(records=(*PEOPLE, *records)),
        log,
        window=window,
        tz="Asia/Shanghai",
        as_of=MONDAY + later * HOUR,
        **options,
    )


def states(trace, what="contact"):
    """Entry or record, and state."""
    return {(row.entry or row.record.rpartition(":")[2]): row.state for row in trace.rows if row.what == what}


def test_an_activity_is_used_once():
    """Two calls, one of them recorded: the nearer is traced."""
    trace = found([entry("a", 0), entry("b", 1)], call("1", 0.75))
    assert {"a": "untraced", "b": "traced"} == states(trace)
    assert Fraction(1, 2) == trace.share
    assert Fraction(1, 4) == next(row.gap_hours for row in trace.rows if row.entry == "b")
    assert "li: 1 contacts traced, 1 untraced, 0 unverified; 0 of 0 promises recorded (within 2 h)" == trace.explain(
        "li"
    )
    assert ["crm.untraced-contact"] == codes(trace.report)


def test_as_many_as_can_be_are_matched_though_gaps_grow():
    """Greedily, b takes the near record, and a is left; together both find one."""
    trace = found([entry("a", 0), entry("b", 2)], call("1", 2), call("2", 4))
    assert {"a": "traced", "b": "traced"} == states(trace)


def test_exactly_the_window_is_near_enough():
    """And a microsecond more is not."""
    log = [entry("a", 0)]
    assert {"a": "traced"} == states(found(log, call("1", 2)))
    late = attrs.evolve(call("1", 2), occurred_at=MONDAY + 2 * HOUR + timedelta(microseconds=1))
    assert {"a": "untraced", "1": "unverified"} == states(found(log, late))


def test_only_the_same_user_and_customer_match():
    """A colleague's call, and one to somebody else, trace nothing; both are unverified, not false."""
    trace = found([entry("a", 0)], call("1", 0, user="wu"), call("2", 0, about=("account", "bolt")))
    assert {"a": "untraced", "1": "unverified", "2": "unverified"} == states(trace)
    assert ("li", "wu") == trace.owners


def test_an_activity_on_a_deal_or_contact_is_with_their_customer():
    """Tasks and notes are no contacts."""
    trace = found(
        [entry("a", 0), entry("b", 9)],
        call("1", 0, about=("deal", "D-1")),
        call("2", 9, about=("contact", "w")),
        call("3", 9, kind="note"),
    )
    assert {"a": "traced", "b": "traced"} == states(trace)


def test_a_lead_that_became_a_contact_is_with_that_customer():
    """And what is about itself, by whatever circle, is with nobody."""
    lead = Lead(ref=ref("lead", "L"), name="L", status="converted", converted_to=ref("contact", "w"))
    trace = found(
        [entry("a", 0), entry("b", 9)],
        lead,
        call("1", 0, about=("lead", "L")),
        call("2", 9, about=("activity", "3")),
        call("3", 9, about=("activity", "2")),
    )
    assert {"a": "traced", "b": "untraced"} == states(trace)


@pytest.mark.parametrize(
    "customer", ["acme", f"{SOURCE}:account:acme", "wang@MAIL.cn", "+86 (10) 12345678", "somebody@acme.cn"]
)
def test_a_customer_is_known_by_address_number_or_domain(customer):
    """As calendars, telephones and mail headers name them."""
    trace = found([entry("a", 0, customer=customer, user="LI@shop.cn")], call("1", 0))
    assert {"a": "traced"} == states(trace)


def test_a_person_with_two_logins_is_one():
    """By the identity table: in the log, in the record, and in what is told."""
    also = User(ref=ref("user", "u17"), name="Li Lei")
    log = [entry("a", 0, user="u17"), entry("b", 9, user="li.lei@example.com"), entry("c", 20)]
    calls = (call("1", 0), call("2", 9, user="u17"), call("3", 20, user="u17"))
    table = {"u17": "li", "li": "li", "li.lei@example.com": "li"}
    assert {"a": "traced", "b": "traced", "c": "traced"} == states(found(log, also, *calls, identity=table))
    delayed = delays(Records(records=(*PEOPLE, also)), log, identity=table.get)
    assert {"li"} == {row.owner for row in delayed.rows}


@pytest.mark.parametrize(
    ("kept", "dialled", "known"),
    [
        ("+86 138 0013 8000", "13800138000", True),
        ("138-0013-8000", "0086 138 0013 8000", True),
        ("010-87654321", "+86 10 8765 4321", True),
        ("+49 (0)30 1234567", "030/1234567", True),
        ("１３８００１３８０００", "138–0013–8000", True),
        ("800 123456", "800123456", True),
        ("+86 138 0013 8000", "0013 8000", False),
        ("+86 138 0013 8000", "138 0013 8001", False),
        ("+86 138 0013 8000", "+49 138 0013 8000", False),
        ("12345", "12345", False),
        ("ask Wang", "ask Wang", False),
        ("+86 10 8765 4321 转 12", "+861087654321", True),
        ("010-87654321 ext. 7", "+86 10 8765 4321", True),
        ("+1 868 765 4321", "+18687654321", True),
        ("+1 868 765 4321", "+8687654321", False),
    ],
)
def test_a_number_is_known_however_it_is_written(kept, dialled, known):
    """Without the code of the country on one side, with zeros in front; but not by its last digits alone."""
    contact = Contact(ref=ref("contact", "p"), name="P", account=ref("account", "bolt"), phones=(kept,))
    trace = found([entry("a", 0, customer=dialled)], contact, call("1", 0, about=("account", "bolt")), since=MONDAY)
    assert ({"a": "traced"} if known else {"1": "unverified"}) == states(trace)


def test_a_number_of_the_region_is_not_taken_for_one_of_another_country():
    """Both sides tell their country, though the contact is written without it."""
    pytest.importorskip("phonenumbers", reason="the extra phones is not installed")
    contact = Contact(ref=ref("contact", "p"), name="P", account=ref("account", "bolt"), phones=("10 8765 4321",))
    for dialled, known in (("+861087654321", True), ("+491087654321", False)):
        trace = found(
            [entry("a", 0, customer=dialled)],
            contact.in_region("CN"),
            call("1", 0, about=("account", "bolt")),
            since=MONDAY,
        )
        assert ({"a": "traced"} if known else {"1": "unverified"}) == states(trace)


def test_who_is_not_known_is_told_once():
    """With how many rows, and some of the names; who may be two people is nobody."""
    log = [entry(str(n), 0, customer="110") for n in range(3)] + [
        entry("s", 0, customer="shared@x.cn"),
        entry("u", 0, user="he"),
    ]
    trace = found(log)
    assert () == trace.rows
    assert ["crm.log-unknown"] * 2 == codes(trace.report)
    assert "4 rows of the log name a customer" in trace.report.text()


def test_a_row_that_cannot_be_used_is_told_at_its_place():
    """A channel that is none, a promise on the telephone, minutes without one, two rows of one id; a copy counts once."""
    log = [
        entry("a", 0, channel="pigeon"),
        entry("b", 0, promise="next week"),
        entry("c", 0, channel="minutes"),
        entry("d", 0),
        entry("d", 0),
        entry("d", 1),
    ]
    trace = found(log)
    assert ["crm.log-row"] * 4 == [code for code in codes(trace.report) if code == "crm.log-row"]
    assert {"d": "untraced"} == states(trace)


def test_a_promise_that_the_crm_does_not_know_is_told():
    """口头协议: in the minutes, but no commitment."""
    log = [
        entry("a", 0, channel="minutes", promise="20 % off", due_on=date(2026, 10, 1)),
        entry("b", 30, channel="minutes", promise="a demo"),
    ]
    kept = Commitment(
        ref=ref("commitment", "1"),
        text="demo",
        status="open",
        user=ref("user", "li"),
        about=ref("deal", "D-1"),
        made_at=MONDAY + 31 * HOUR,
    )
    trace = found(log, kept)
    assert {"a": "untraced", "b": "traced"} == states(trace, "promise")
    assert ["crm.untraced-promise"] == codes(trace.report)
    assert "承诺“20 % off”" in trace.report.text("zh")
    assert "承诺 2 项，已录入 1 项" in trace.explain(lang="zh")


def test_a_promise_is_dated_in_the_zone_of_the_team():
    """At seven in the morning in Shanghai it is still the day before in Greenwich."""
    trace = found([entry("a", -3, channel="minutes", promise="a demo")])
    assert "On 2026-09-28 li promised acme" in trace.report.text()


def test_only_what_lies_within_the_days_is_told():
    """A record at the edge may still be the pair of a row inside."""
    trace = found([entry("a", 1), entry("z", 200)], call("1", 0), call("2", -5), since=MONDAY + HOUR)
    assert {"a": "traced"} == states(trace)


def test_gaps_are_those_of_clocks_that_run_on():
    """In the night in which clocks are set back, 24 hours by the wall are 25; a naive row is refused."""
    berlin = ZoneInfo("Europe/Berlin")
    row = LogRow(entry="a", channel="mail", user="li", customer="acme", at=datetime(2026, 10, 24, 12, tzinfo=berlin))
    noon = datetime(2026, 10, 25, 12, tzinfo=berlin)
    held = Records(records=PEOPLE)
    (late,) = timeliness(held, basis="evidence", clock="elapsed", as_of=noon, tz="UTC", log=[row]).rows
    assert ("breached", 25) == (late.state, late.hours)
    with pytest.raises(InvalidValueError, match="zone"):
        found([attrs.evolve(row, at=datetime(2026, 9, 28))])
    never = attrs.evolve(row, at=datetime(9999, 12, 31, tzinfo=berlin))
    assert ["crm.log-row"] == codes(found([never]).report)


def test_records_that_are_about_each_other_are_with_nobody():
    """They lead round in a circle."""
    trace = found([entry("a", 0)], call("1", 0, about=("activity", "2")), call("2", 0, about=("activity", "1")))
    assert {"a": "untraced"} == states(trace)


def test_a_wrong_question_is_refused():
    """A window below zero, a day without zone, a person who is not there."""
    with pytest.raises(InvalidValueError, match="window cannot be negative"):
        found([], window=-HOUR)
    with pytest.raises(InvalidValueError, match="zone"):
        found([], since=datetime(2026, 9, 28))
    with pytest.raises(NotFoundError):
        found([]).explain("li")


def test_it_is_shown_in_both_languages():
    """As a table, in a notebook and as a frame."""
    trace = found([entry("a", 0)], call("1", 0))
    assert "客户沟通留痕" in trace.grid("zh").text()
    assert "all: 1 contacts traced" in trace.grid().text()
    assert "合计：留痕 1" in trace.grid("zh").text()
    assert "<table" in trace._repr_html_()
    assert ["contact"] == list(trace.to_frame()["what"])


hours = st.lists(st.integers(0, 12), max_size=4)


@given(hours, hours, st.integers(0, 5))
def test_no_other_way_matches_more_or_nearer(left, right, window):
    """Against all ways there are."""
    mine = [(MONDAY + hour * HOUR, f"l{n}") for n, hour in enumerate(left)]
    others = [(MONDAY + hour * HOUR, f"r{n}") for n, hour in enumerate(right)]
    pairs = paired(mine, others, window * HOUR)
    assert len(set(pairs.values())) == len(pairs)

    def score(chosen):
        return len(chosen), -sum(abs(left[i] - right[j]) for i, j in chosen)

    ways = (
        list(zip(some, order, strict=True))
        for size in range(min(len(left), len(right)) + 1)
        for some in combinations(range(len(left)), size)
        for order in permutations(range(len(right)), size)
    )
    best = max(score(way) for way in ways if all(abs(left[i] - right[j]) <= window for i, j in way))
    assert best == score([(int(a[1:]), int(b[1:])) for a, b in pairs.items()])


def test_thousands_of_one_user_and_customer_are_matched_at_once():
    """Though the window holds all of them, only what the most pairs allow is compared."""
    log = [(MONDAY + n * HOUR, f"l{n}") for n in range(3000)]
    held = [(MONDAY + n * HOUR + HOUR / 4, f"r{n}") for n in range(2990)]
    window = 9000 * HOUR
    assert {f"l{n}": f"r{n}" for n in range(2990)} == paired(log, held, window)
    assert sum(last - first + 1 for first, last in _bands(log, held, window, most=2990)) < 12 * 3000


@given(hours, hours)
def test_every_contact_and_activity_has_one_state(logged, recorded):
    """Traced is both at once; the sums are what was given."""
    log = [entry(str(n), hour) for n, hour in enumerate(logged)]
    calls = [call(str(n), hour) for n, hour in enumerate(recorded)]
    trace = found(log, *calls, since=MONDAY)
    assert len(logged) == trace.count("traced") + trace.count("untraced")
    assert len(recorded) == trace.count("traced") + trace.count("unverified")


def delays(records, log, **options):
    """Timeliness by evidence."""
    return timeliness(
        records, basis="evidence", clock="elapsed", as_of=MONDAY + 99 * HOUR, tz="UTC", log=log, **options
    )


def test_evidence_runs_from_the_contact_to_the_first_change_on_the_customer():
    """Whoever made it, on whatever of the customer's."""
    held = Records(
        records=(
            *PEOPLE,
            call("1", 0, created_at=MONDAY + 25 * HOUR),
            deal("D-2", account=ref("account", "bolt"), updated_at=MONDAY + 3 * HOUR),
        )
    )
    late = delays(held, [entry("a", 0), entry("b", 0, customer="bolt"), entry("c", 90)])
    assert [("log:a", "breached", 25), ("log:b", "on time", 3), ("log:c", "pending", 9)] == [
        (row.ref, row.state, row.hours) for row in late.rows
    ]


def test_a_store_remembers_changes_in_between():
    """The record itself tells only of its last change."""
    server = server_of(records=[*PEOPLE[:-1], deal("D-1", account=ref("account", "acme"))], now=MONDAY)
    with open_store(":memory:") as store:
        synced(Faulty(server), store)
        for hours_later in (2, 50):
            server.now = MONDAY + hours_later * HOUR
            server.change(ref("deal", "D-1"), name=f"after {hours_later} h")
            synced(Faulty(server), store)
        late = delays(store, [entry("a", 1)])
    (row,) = late.rows
    assert "on time" == row.state
    assert 1 <= row.hours < 2


def test_a_log_is_needed_for_evidence_and_for_nothing_else():
    """Either mistake is told with what to do."""
    with pytest.raises(InvalidValueError, match="log"):
        delays(Records(), None)
    with pytest.raises(InvalidValueError, match="log"):
        timeliness(Records(), basis="activity", clock="elapsed", as_of=MONDAY, tz="UTC", log=[])
