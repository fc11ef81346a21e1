"""The fixed order of steps, one after the other."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from salesteam.errors import InvalidValueError
from salesteam.leads import (
    Absence,
    Book,
    Cap,
    Claim,
    Condition,
    Customer,
    Fallback,
    Holding,
    Lead,
    Receipt,
    Release,
    Rule,
    Seat,
    Territory,
)


def on(field, value, operator="eq"):
    return Condition(field=field, operator=operator, value=value)


def rule(name="r", **fields):
    return Rule(**({"id": name, "selector": "pick", "on_empty": "fallback"} | fields))


def claim(holder, scope=None, **fields):
    known = {"id": f"c-{holder}", "kind": "named_account", "priority": 1, "scope": scope or on("account", "A")}
    return Claim(holder=holder, **(known | fields))


def outcome(result, lead="L"):
    return next(
        (each.outcome, each.seat, (each.reason or "").removeprefix("leads."))
        for each in result.decisions
        if each.lead == lead
    )


def test_a_frozen_lead_is_held_whatever_else_holds(run):
    """Frozen comes first, before claims."""
    lead = Lead(lead="L", frozen=True, account="A")
    assert outcome(run([lead], ["li"], claims=[claim("li")])) == ("held", None, "lead-frozen")


def test_the_first_matching_rule_decides(run):
    """A later rule is not asked."""
    rules = [rule("a", when=on("region", "East"), on_missing="no_match", pool="x"), rule("b", pool="y")]
    result = run([Lead(lead="L", region="East")], [Seat(seat="one", pool="x"), Seat(seat="two", pool="y")], rules=rules)
    assert (result.decisions[0].rule, result.decisions[0].seat) == ("a", "one")


@pytest.mark.parametrize(
    ("on_missing", "expected"),
    [
        ("no_match", ("queued", None, "no-rule")),
        ("match", ("assigned", "li", "")),
        ("hold", ("held", None, "field-missing")),
    ],
)
def test_a_missing_field_does_what_the_rule_says(run, on_missing, expected):
    """No match, match or hold."""
    result = run([Lead(lead="L")], ["li"], rules=[rule(when=on("region", "East"), on_missing=on_missing)])
    assert outcome(result) == expected


@pytest.mark.parametrize(
    ("on_empty", "expected"),
    [
        ("next", ("assigned", "li", "")),
        ("fallback", ("queued", None, "nobody-free")),
        ("hold", ("held", None, "nobody-free")),
    ],
)
def test_an_empty_rule_does_what_it_says(run, on_empty, expected):
    """Next rule, fallback queue or hold."""
    rules = [rule("a", pool="nobody", on_empty=on_empty), rule("b")]
    assert outcome(run([Lead(lead="L")], ["li"], rules=rules)) == expected


def test_the_fallback_queue_and_its_owner_are_named(run):
    """A queued lead says where it waits and for whom."""
    decision = run([Lead(lead="L")], ["li"], rules=[rule(pool="nobody")]).decisions[0]
    assert (decision.outcome, decision.queue, decision.owner) == ("queued", "triage", "wang")


def test_a_queue_without_owner_takes_nothing(run):
    """The lead is held, and the reason says so."""
    result = run([Lead(lead="L")], [], fallback=Fallback(queue="triage"))
    assert outcome(result) == ("held", None, "queue-without-owner")


def test_a_rule_can_offer_hold_or_pool(run):
    """The other things that a rule gives."""
    rules = [
        rule("offer", when=on("source", "web"), on_missing="no_match", gives="offer"),
        Rule(id="hold", when=on("source", "fair"), on_missing="no_match", gives="hold"),
        Rule(id="pool", gives="pool", pool="sea"),
    ]
    leads = [Lead(lead="a", source="web"), Lead(lead="b", source="fair"), Lead(lead="c")]
    result = run(leads, ["li"], rules=rules)
    assert [(each.outcome, each.seat, each.queue) for each in result.decisions] == [
        ("offered", "li", None),
        ("held", None, None),
        ("pooled", None, "sea"),
    ]
    assert [each.reason for each in result.decisions] == [None, "leads.rule-holds", "leads.rule-pools"]


def test_pool_team_and_skills_make_a_seat_eligible(run):
    """Each of them can exclude, and the trace says which."""
    seats = [
        Seat(seat="a"),
        Seat(seat="b", pool="in"),
        Seat(seat="c", pool="in", team="east"),
        Seat(seat="d", pool="in", team="east", skills=["GTX"]),
        Seat(seat="e", pool="in", team="east", skills=["gtx", "German"]),
    ]
    only = rule(pool="in", teams=["east"], skills=["German"], skill_fields=["product"], on_missing="hold")
    result = run([Lead(lead="L", product="GTX")], seats, rules=[only])
    assert [(row.seat, row.excluded_by, row.detail) for row in result.candidates["L"]] == [
        ("a", "pool", "in"),
        ("b", "team", "east"),
        ("c", "skill", "German, GTX"),
        ("d", "skill", "German"),
        ("e", None, None),
    ]


def test_a_missing_skill_field_counts_as_missing(run):
    """A rule that matches skills with the product waits for the product."""
    result = run([Lead(lead="L")], ["li"], rules=[rule(skill_fields=["product"], on_missing="hold")])
    assert outcome(result) == ("held", None, "field-missing")


def test_conflict_of_interest_excludes(run):
    """Nobody serves an account of their own, by id or by name."""
    seats = [Seat(seat="a", conflicts=["A-7"]), Seat(seat="b", conflicts=["ACME"]), Seat(seat="c")]
    result = run([Lead(lead="L", account="a-7", company="Acme")], seats)
    assert [(row.seat, row.excluded_by) for row in result.candidates["L"]] == [
        ("a", "conflict"),
        ("b", "conflict"),
        ("c", None),
    ]


def test_the_absent_the_closed_and_the_gone_are_passed_over(run, at):
    """Absences are half-open; a seat out of service is not in the pool at all."""
    hour = timedelta(hours=1)
    seats = [
        Seat(seat="a", absences=[Absence(start=at, end=at + hour, reason="training")]),
        Seat(seat="b", accepting=False),
        Seat(seat="c", zone="UTC", end=date(2026, 9, 30)),
        Seat(seat="d", absences=[Absence(start=at - hour, end=at)]),
    ]
    rows = run([Lead(lead="L")], seats).candidates["L"]
    assert [(row.seat, row.excluded_by) for row in rows] == [
        ("a", "availability"),
        ("b", "availability"),
        ("c", "service"),
        ("d", None),
    ]
    assert rows[0].detail == "training < 2026-09-30T10:00:00+00:00"


def test_who_released_a_lead_waits_until_it_has_cooled(run, at):
    """Allowed again when the elapsed time reaches the length; others are free at once."""
    releases = [
        Release(lead="L", seat="a", at=at - timedelta(hours=23, minutes=59)),
        Release(lead="L", seat="b", at=at - timedelta(hours=24)),
        Release(lead="M", seat="b", at=at),
    ]
    rows = run([Lead(lead="L")], ["a", "b"], book=Book(releases=releases), cooling_hours=24).candidates["L"]
    assert [(row.seat, row.excluded_by) for row in rows] == [("a", "cooling"), ("b", None)]


def test_cooling_counts_from_the_own_latest_release(run, at):
    """Releases by others in between change nothing."""
    releases = [
        Release(lead="L", seat="a", at=at - timedelta(hours=30)),
        Release(lead="L", seat="a", at=at - timedelta(hours=2)),
        Release(lead="L", seat="b", at=at - timedelta(hours=1)),
    ]
    result = run([Lead(lead="L")], ["a", "b"], book=Book(releases=releases), cooling_hours=24)
    assert outcome(result) == ("queued", None, "nobody-free")


def test_a_policy_out_of_force_assigns_nothing(run):
    """Every lead is queued with that reason."""
    result = run([Lead(lead="L")], ["li"], zone="UTC", end=date(2026, 9, 30))
    assert outcome(result) == ("queued", None, "policy-not-in-force")


class TestClaims:
    """Rights that protect leads."""

    def test_a_personal_claim_goes_to_its_holder_outside_the_pool(self, run):
        """The rule's pool does not matter to a named account."""
        seats = [Seat(seat="li", pool="in"), Seat(seat="zhao")]
        result = run([Lead(lead="L", account="A")], seats, rules=[rule(pool="in")], claims=[claim("zhao")])
        assert (result.decisions[0].seat, result.decisions[0].claims) == ("zhao", "c-zhao")

    def test_a_territory_claim_narrows_the_rule(self, run):
        """Only seats of its team, and only those in the pool."""
        seats = [
            Seat(seat="a", pool="in", team="west"),
            Seat(seat="b", team="east"),
            Seat(seat="c", pool="in", team="east"),
        ]
        result = run(
            [Lead(lead="L", region="Jiangsu")],
            seats,
            rules=[rule(pool="in")],
            territories=[Territory(id="east", where=on("region", "Jiangsu"))],
            claims=[claim("east", on("territory", "east"), kind="territory")],
        )
        assert outcome(result) == ("assigned", "c", "")

    def test_the_highest_priority_wins(self, run):
        """Whatever the kind and the order."""
        claims = [claim("li", priority=1), claim("zhao", priority=2, kind="owner")]
        assert outcome(run([Lead(lead="L", account="A")], ["li", "zhao"], claims=claims)) == ("assigned", "zhao", "")

    def test_a_tie_of_different_holders_is_held_for_arbitration(self, run):
        """Nobody gets it."""
        claims = [claim("li"), claim("zhao", exclusive=False)]
        result = run([Lead(lead="L", account="A")], ["li", "zhao"], claims=claims)
        assert outcome(result) == ("held", None, "claim-tie")

    def test_a_tie_of_one_holder_is_none(self, run):
        """Two claims of one holder agree."""
        claims = [claim("li"), claim("li", id="other")]
        assert outcome(run([Lead(lead="L", account="A")], ["li"], claims=claims)) == ("assigned", "li", "")

    def test_claims_that_are_not_exclusive_are_shared(self, run):
        """Either holder may have it, nobody else."""
        claims = [claim(name, exclusive=False) for name in ("li", "zhao")]
        rows = run([Lead(lead="L", account="A")], ["li", "wu", "zhao"], claims=claims).candidates["L"]
        assert [row.seat for row in rows if row.excluded_by is None] == ["li", "zhao"]

    def test_a_holder_who_is_full_keeps_the_right(self, run):
        """The lead is held for the holder, never passed to another."""
        seats = [Seat(seat="li", capacity=0), Seat(seat="zhao")]
        result = run([Lead(lead="L", account="A")], seats, claims=[claim("li")])
        assert outcome(result) == ("held", None, "holder-busy")

    def test_a_holder_without_a_seat_keeps_the_right(self, run):
        """The lead is held until somebody takes the claim over."""
        result = run([Lead(lead="L", account="A")], ["li"], claims=[claim("gone")])
        assert outcome(result) == ("held", None, "holder-not-seated")

    def test_a_claim_holds_from_start_to_before_end(self, run, at):
        """Half-open: in force at its start, not at its end."""
        inside = claim("li", start=at, end=at + timedelta(hours=1))
        over = claim("li", start=at - timedelta(hours=1), end=at)
        assert run([Lead(lead="L", account="A")], ["a", "li"], claims=[inside]).decisions[0].seat == "li"
        assert run([Lead(lead="L", account="A")], ["a", "li"], claims=[over]).decisions[0].seat == "a"

    def test_a_protected_lead_does_not_go_to_the_public_pool(self, run):
        """The claim beats a rule that pools."""
        rules = [Rule(id="sea", gives="pool", pool="sea")]
        result = run([Lead(lead="L", account="A")], ["li"], rules=rules, claims=[claim("li")])
        assert outcome(result) == ("assigned", "li", "")

    def test_a_rule_that_holds_holds_protected_leads_too(self, run):
        """No consent, no contact, not even by the holder."""
        rules = [Rule(id="consent", when=on("consent", True, "ne"), on_missing="hold", gives="hold"), rule()]
        result = run([Lead(lead="L", account="A", consent=False)], ["li"], rules=rules, claims=[claim("li")])
        assert outcome(result) == ("held", None, "rule-holds")

    def test_a_claim_on_an_unknown_field_does_not_apply(self, run):
        """Where the account is missing, the lead is free."""
        large = on("value_minor", 100, "ge")
        for scope in (None, large):
            result = run([Lead(lead="L")], ["a", "li"], claims=[claim("li", scope)])
            assert outcome(result) == ("assigned", "a", "")
        assert outcome(run([Lead(lead="L", value_minor=100)], ["a", "li"], claims=[claim("li", large)]))[1] == "li"


class TestKnownCustomers:
    """Leads of companies that are customers already."""

    @pytest.mark.parametrize(
        "lead",
        [
            Lead(lead="L", account="a-7"),
            Lead(lead="L", registry_id="91310000123456789x"),
            Lead(lead="L", email="Wang@HB-Make.example"),
            Lead(lead="L", company="华北制造", city="北京"),
            Lead(lead="L", phone="+86 (10) 1234-5678"),
        ],
    )
    def test_a_lead_is_recognised_by_any_key(self, run, lead):
        """Id, registry number, domain, name and city, phone."""
        customer = Customer(
            account="A-7",
            owner="li",
            registry_id="91310000123456789X",
            domain="hb-make.example",
            company="华北制造",
            city="北京",
            phone="8610 12345678",
        )
        decision = run([lead], ["a", "li"], book=Book(customers=[customer])).decisions[0]
        assert (decision.seat, decision.claims) == ("li", "customer A-7")

    def test_free_mail_proves_no_company(self, run):
        """Two people at one free-mail provider are not one company."""
        customer = Customer(account="A-7", owner="li", domain="qq.com")
        result = run([Lead(lead="L", email="x@qq.com")], ["a", "li"], book=Book(customers=[customer]))
        assert outcome(result) == ("assigned", "a", "")

    def test_ties_go_to_the_most_open_opportunities_then_the_latest_activity(self, run, at):
        """What is left equal is arbitrated."""
        one = Customer(account="A", owner="a", phone="1", open_opportunities=2)
        two = Customer(account="B", owner="b", phone="1", open_opportunities=2, last_activity=at)
        three = Customer(account="C", owner="c", phone="1", open_opportunities=2, last_activity=at)
        lead = Lead(lead="L", phone="1")
        assert outcome(run([lead], ["a", "b"], book=Book(customers=[one, two]))) == ("assigned", "b", "")
        assert outcome(run([lead], ["a", "b", "c"], book=Book(customers=[one, two, three]))) == (
            "held",
            None,
            "claim-tie",
        )

    def test_claims_on_the_account_apply_to_a_recognised_lead(self, run):
        """The lead need not name the account itself."""
        customer = Customer(account="A", phone="1")
        result = run([Lead(lead="L", phone="1")], ["a", "li"], book=Book(customers=[customer]), claims=[claim("li")])
        assert outcome(result) == ("assigned", "li", "")


class TestAside:
    """Leads that take no part, each with its reason."""

    def test_leads_with_an_owner_are_no_new_arrivals(self, run):
        """By their own field or by the book."""
        leads = [Lead(lead="a", owner="li"), Lead(lead="b"), Lead(lead="c")]
        result = run(leads, ["li"], book=Book(holdings=[Holding(lead="b", seat="li")]))
        assert [(each.lead, each.reason) for each in result.aside] == [
            ("a", "leads.already-owned"),
            ("b", "leads.already-owned"),
        ]
        assert [each.lead for each in result.decisions] == ["c"]
        assert "leads.already-owned" in result.report.by_code

    def test_a_lead_from_the_future_has_not_arrived(self, run, at):
        """It is set aside, not assigned early."""
        result = run([Lead(lead="a", created_at=at + timedelta(seconds=1)), Lead(lead="b", created_at=at)], ["li"])
        assert [each.reason for each in result.aside] == ["leads.not-yet-arrived"]

    def test_one_id_with_two_contents_is_used_neither_way(self, run):
        """The same row twice is one lead."""
        leads = [Lead(lead="a", region="East"), Lead(lead="a", region="West"), Lead(lead="b"), Lead(lead="b")]
        result = run(leads, ["li"])
        assert [each.reason for each in result.aside] == ["leads.duplicate-lead"]
        assert [each.lead for each in result.decisions] == ["b"]

    def test_leads_without_arrival_time_come_last_and_are_told(self, run, at):
        """They are served, after the dated ones."""
        result = run([Lead(lead="a"), Lead(lead="b", created_at=at)], ["li"])
        assert [each.lead for each in result.decisions] == ["b", "a"]
        assert "leads.no-arrival-time" in result.report.by_code

    def test_seats_with_one_id_take_no_part(self, run):
        """Two different seats named alike are reported; the same seat twice is one."""
        result = run([Lead(lead="a")], [Seat(seat="li"), Seat(seat="li", capacity=3), Seat(seat="wu"), Seat(seat="wu")])
        assert [seat.seat for seat in result.seats] == ["wu"]
        assert "leads.duplicate-seat" in result.report.by_code

    def test_holdings_of_strangers_are_told(self, run):
        """Somebody without a seat holds leads."""
        result = run([], ["li"], book=Book(holdings=[Holding(lead="x", seat="gone")]))
        (finding,) = result.report.by_code["leads.holding-without-seat"]
        assert (finding.place.table, finding.place.field) == ("holdings", "seat")


def test_the_instant_of_an_allocation_carries_a_zone(run):
    """A naive as_of is a wrong caller."""
    with pytest.raises(InvalidValueError, match="as_of"):
        run([], [], at=datetime(2026, 9, 30))


def test_an_instant_is_the_same_in_any_zone(run, at, seats_of):
    """as_of in another zone changes nothing."""
    from zoneinfo import ZoneInfo

    leads = [Lead(lead="a", created_at=at), Lead(lead="b", created_at=datetime(2026, 9, 30, 8, tzinfo=UTC))]
    there = run(leads, ["li", "wu"], at=at.astimezone(ZoneInfo("Asia/Shanghai")))
    assert seats_of(run(leads, ["li", "wu"])) == seats_of(there)


NEW_YORK = ZoneInfo("America/New_York")


def test_time_that_passed_counts_over_a_change_of_the_clocks(run):
    """A day of cooling is 24 hours, whatever zone the instants are written in."""
    released = datetime(2026, 3, 7, 12, tzinfo=NEW_YORK)
    for zone in (NEW_YORK, UTC):
        before, after = (
            run(
                [Lead(lead="a")],
                ["li"],
                book=Book(releases=[Release(lead="a", seat="li", at=released.astimezone(zone))]),
                at=at.astimezone(zone),
                cooling_hours=24,
            )
            for at in (datetime(2026, 3, 8, 12, 59, tzinfo=NEW_YORK), datetime(2026, 3, 8, 13, tzinfo=NEW_YORK))
        )
        assert (None, "li") == (before.decisions[0].seat, after.decisions[0].seat)


def test_an_hour_that_comes_twice_is_two_hours(run):
    """What was received in the second one is not received yet in the first."""
    first, second = (
        datetime(2026, 11, 1, 1, minute, tzinfo=NEW_YORK, fold=fold) for minute, fold in ((45, 0), (30, 1))
    )
    cap = Cap(id="one", scope="seat", measure="received", window="day", zone="UTC", limit=1, hard=True)
    book = Book(receipts=[Receipt(lead="b", seat="li", at=second)])
    assert run([Lead(lead="a")], ["li"], book=book, at=first, caps=[cap]).decisions[0].seat == "li"
    assert run([Lead(lead="a")], ["li"], book=book, at=second, caps=[cap]).decisions[0].seat is None
