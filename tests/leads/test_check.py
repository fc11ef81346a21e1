"""The check: what is wrong with a policy before a lead is lost by it. Each code is triggered, and each has its quiet twin."""

from datetime import UTC, date, datetime

import pytest

from salesteam.core import catalogue
from salesteam.leads import (
    Book,
    Cap,
    Claim,
    Condition,
    CountBased,
    Domain,
    Fallback,
    LeastLoaded,
    Rule,
    Seat,
    Territory,
    check,
)

AT = datetime(2026, 9, 30, 9, tzinfo=UTC)
LI = Seat(seat="li")


def on(field, value, operator="eq"):
    return Condition(field=field, operator=operator, value=value)


def rule(name="r", **fields):
    known = {"id": name, "selector": "pick", "on_empty": "fallback"}
    if "when" in fields:
        known["on_missing"] = "no_match"
    return Rule(**(known | fields))


@pytest.fixture
def found(policy_of):
    """The findings of a check: code to texts."""

    def go(*, seats=(LI,), claims=(), **fields):
        report = check(policy_of(**fields), seats, claims, as_of=AT)
        return {
            code.removeprefix("leads."): [each.what() for each in each_code]
            for code, each_code in report.by_code.items()
        }

    return go


def test_a_sound_policy_has_no_findings(found):
    """One rule for all, one seat, an owner of the queue."""
    assert found() == {}


def test_a_fallback_needs_an_owner_in_service(found):
    """None named, or one who has left; somebody without a seat may be anybody."""
    assert list(found(fallback=Fallback(queue="q"))) == ["fallback-without-owner"]
    gone = Seat(seat="s1", person="wang", zone="UTC", end=date(2026, 9, 30))
    assert "fallback-owner-inactive" in found(seats=[gone, Seat(seat="li")])
    assert "fallback-owner-inactive" not in found(seats=[gone, Seat(seat="s2", person="wang")])


class TestReach:
    """Rules that no lead reaches."""

    def test_a_rule_after_one_for_all(self, found):
        """The second is never asked."""
        texts = found(rules=[rule("a"), rule("b", when=on("region", "East"))])
        assert texts == {"rule-never-reached": ["Rule b is never reached: taken before by a."]}

    def test_two_rules_together_shadow_a_third(self, found):
        """Neither alone does."""
        rules = [
            rule("low", when=on("score", 60, "lt"), on_missing="match"),
            rule("high", when=on("score", 60, "ge")),
            rule("rest", when=on("score", 80, "ge"), on_missing="match"),
        ]
        assert found(rules=rules)["rule-never-reached"] == ["Rule rest is never reached: taken before by low, high."]

    def test_a_condition_that_cannot_hold(self, found):
        """Above 80 and below 60."""
        never = Condition(all=[on("score", 80, "gt"), on("score", 60, "lt")])
        texts = found(rules=[rule("never", when=never), rule("all")])
        assert texts == {"rule-never-reached": ["Rule never is never reached: its condition can never hold."]}

    def test_a_rule_that_passes_on_shadows_nothing(self, found):
        """With on_empty next the later rule is reached when the first is full."""
        assert found(rules=[rule("a", on_empty="next"), rule("b")]) == {}

    def test_missing_fields_reach_the_rest(self, found):
        """A rule for East and one for all but East leave those without region."""
        rules = [rule("e", when=on("region", "East")), rule("n", when=on("region", "East", "ne")), rule("rest")]
        assert found(rules=rules) == {}

    def test_whole_numbers_leave_no_gap_between_neighbours(self, found):
        """At most 59 and at least 60 cover every score."""
        rules = [rule("low", when=on("score", 59, "le")), rule("high", when=on("score", 60, "ge"))]
        assert found(rules=rules) == {}

    def test_conditions_on_parts_of_text_are_left_alone(self, found):
        """A sample of texts proves nothing."""
        rules = [
            rule("a", when=on("company", "bank", "contains")),
            rule("b", when=on("company", "bank", "starts_with")),
            rule("c"),
        ]
        assert found(rules=rules) == {}

    def test_too_many_combinations_are_told(self, found, policy_of):
        """Not silently skipped."""
        wide = Condition(any=[on(f"f{n}", list("abcdefgh"), "in") for n in range(6)])
        domains = [Domain(field=f"f{n}", values=list("abcdefgh")) for n in range(6)]
        assert "not-reasoned" in found(rules=[rule(when=wide)], domains=domains)
        report = check(policy_of(rules=[rule(when=wide)], domains=domains), (LI,), as_of=AT)
        assert ["policy.rules.r"] == [each.place.key for each in report.by_code["leads.not-reasoned"]]


class TestSegments:
    """Leads that no rule takes."""

    def test_a_value_of_the_domain_without_rule(self, found):
        """Declared regions, one forgotten."""
        rules = [rule(when=on("region", ["East", "North"], "in"))]
        domains = [Domain(field="region", values=["East", "North", "South"])]
        assert found(rules=rules, domains=domains) == {
            "segment-uncovered": ["No rule takes leads with region = South."]
        }

    def test_a_gap_between_numbers(self, found):
        """Between 60 and 80 nobody."""
        rules = [rule("low", when=on("score", 60, "lt")), rule("high", when=on("score", 80, "ge"))]
        assert found(rules=rules)["segment-uncovered"] == [
            "No rule takes leads with score = 60.",
            "No rule takes leads with 60 < score < 80.",
        ]

    def test_a_combination_is_told_in_as_few_words_as_it_needs(self, found):
        """Only small leads of the South are uncovered."""
        rules = [
            rule("large", when=on("value_minor", 100, "ge")),
            rule("near", when=on("region", ["East", "North"], "in")),
        ]
        domains = [Domain(field="region", values=["East", "North", "South"])]
        assert found(rules=rules, domains=domains)["segment-uncovered"] == [
            "No rule takes leads with region = South, value_minor < 100."
        ]


class TestTerritories:
    """Territories that overlap or leave holes."""

    def test_overlap(self, found):
        """Two that hold one region."""
        areas = [
            Territory(id="east", where=on("region", ["Shanghai", "Jiangsu"], "in")),
            Territory(id="river", where=on("region", ["Jiangsu", "Anhui"], "in")),
        ]
        assert found(territories=areas) == {
            "territory-overlap": ["The territories east and river both hold leads with region = Jiangsu."]
        }

    def test_hole(self, found):
        """Between two sizes, and a declared region."""
        areas = [
            Territory(id="small", where=on("size", 100, "lt")),
            Territory(id="large", where=on("size", 200, "ge")),
        ]
        texts = found(territories=areas, domains=[])["territory-hole"]
        assert texts == [
            "No territory holds leads with size = 100.",
            "No territory holds leads with 100 < size < 200.",
        ]

    def test_a_named_region_outside_every_territory(self, found):
        """A rule speaks of the West, no territory holds it."""
        areas = [Territory(id="east", where=on("region", "East"))]
        rules = [rule("w", when=on("region", "West")), rule("all")]
        assert found(territories=areas, rules=rules) == {
            "territory-hole": ["No territory holds leads with region = West."]
        }

    def test_rules_by_territory_are_reasoned_through(self, found):
        """A rule for each territory covers all; a third is never reached."""
        areas = [Territory(id="e", where=on("region", "East")), Territory(id="w", where=on("region", "West"))]
        rules = [rule("e", when=on("territory", "e")), rule("w", when=on("territory", "w"))]
        domains = [Domain(field="region", values=["East", "West"])]
        assert found(territories=areas, rules=rules, domains=domains) == {}
        again = [*rules, rule("x", when=Condition(all=[on("territory", "e"), on("region", "West")]))]
        assert list(found(territories=areas, rules=again, domains=domains)) == ["rule-never-reached"]


@pytest.mark.parametrize(
    ("seat", "fields", "cause"),
    [
        (Seat(seat="x", capacity=0), {}, "its capacity is 0"),
        (Seat(seat="x", zone="UTC", end=date(2026, 9, 30)), {}, "it ended on 2026-09-30"),
        (Seat(seat="x", pool="other"), {"rules": [rule(pool="in")]}, "no rule names its pool and team"),
        (Seat(seat="x", pool="in"), {"rules": [rule(pool="in", skills=["GTX"])]}, "it lacks a skill of every rule"),
        (
            Seat(seat="x", weight=0, pool="in"),
            {
                "rules": [rule(pool="in")],
                "selectors": [CountBased(id="pick", reset="never", joiner="min", returner="min", refunds=())],
            },
            "no selector of its rules can pick it (weight 0, or no capacity)",
        ),
        (
            Seat(seat="x", pool="in"),
            {"rules": [rule(pool="in")], "selectors": [LeastLoaded(id="pick", load="leads", per="capacity")]},
            "no selector of its rules can pick it (weight 0, or no capacity)",
        ),
        (
            Seat(seat="x"),
            {"caps": [Cap(id="zero", scope="seat", of="x", measure="open", window="now", limit=0, hard=True)]},
            "the cap zero is 0",
        ),
    ],
)
def test_seats_that_can_never_receive(found, seat, fields, cause):
    """Each with its cause."""
    able = Seat(seat="ok", pool="in", skills=["GTX"], capacity=5)
    assert found(seats=[seat, able], **fields) == {"starved-seat": [f"The seat x can never receive a lead: {cause}."]}


def test_a_holder_of_a_claim_receives_outside_the_rules(found):
    """A named account reaches a seat that no rule does."""
    claim = Claim(id="c", kind="named_account", holder="x", priority=1, scope=on("account", "A"))
    seats = [Seat(seat="x"), Seat(seat="ok", pool="in")]
    assert found(seats=seats, claims=[claim], rules=[rule(pool="in")]) == {}


def test_a_rule_without_seats(found):
    """A slip in the name of the pool."""
    texts = found(seats=[Seat(seat="li", pool="inbound")], rules=[rule(pool="inbond")])
    assert texts["empty-pool"] == [
        "Rule r has no seat to pick from: pool inbond, teams –; seats have the pools inbound."
    ]


def cap(name, limit, **fields):
    known = {"scope": "seat", "measure": "received", "window": "day", "zone": "UTC", "hard": True}
    return Cap(id=name, limit=limit, **(known | fields))


@pytest.mark.parametrize(
    ("caps", "cause"),
    [
        ([cap("a", 5), cap("b", 9)], "a stops at 5, so b at 9 never matters"),
        ([cap("a", 5), cap("b", 7, hard=False)], "a stops at 5, so b at 7 never matters"),
        ([cap("a", 5), cap("b", 9, of="li")], "a stops at 5, so b at 9 never matters"),
        ([cap("a", 9), cap("b", 5, window="month")], "a allows 9 in one day, b only 5 in a whole month"),
    ],
)
def test_caps_that_contradict_each_other(found, caps, cause):
    """One makes the other pointless."""
    assert found(caps=caps)["cap-contradiction"] == [f"The caps a and b contradict each other: {cause}."]


@pytest.mark.parametrize(
    "caps",
    [
        [cap("a", 9), cap("b", 5, of="li")],
        [cap("a", 5, hard=False), cap("b", 7)],
        [cap("a", 5), cap("b", 20, window="month")],
        [cap("a", 5, of="li"), cap("b", 9, of="wu")],
        [cap("a", 5), cap("b", 9, scope="team")],
    ],
)
def test_caps_that_go_together(found, caps):
    """A tighter cap for one seat, a soft one below a hard one, a day within a month."""
    assert found(caps=caps, seats=[Seat(seat="li"), Seat(seat="wu")]) == {}


def test_a_cap_on_nobody(found):
    """The team does not exist."""
    texts = found(caps=[cap("a", 5, scope="team", of="est")])
    assert texts["cap-without-target"] == ["The cap a limits team est, which does not exist."]


def test_a_field_that_leads_do_not_have(found):
    """A slip is found, with the nearest name; a declared extra column is fine."""
    rules = [rule(when=on("regoin", "East", "ne")), rule("rest")]
    assert found(rules=rules) == {
        "unknown-field": ["A condition of rule r asks for the field regoin, which leads do not have."]
    }
    assert found(rules=rules, domains=[Domain(field="regoin", values=["East"])]) == {
        "rule-never-reached": ["Rule r is never reached: its condition can never hold."]
    }


def test_claims_of_nobody_and_claims_twice(found):
    """A holder without a seat; an id that occurs twice."""
    claims = [Claim(id="c", kind="owner", holder=name, priority=1, scope=on("account", "A")) for name in ("li", "gone")]
    texts = found(claims=claims)
    assert set(texts) == {"unknown-holder", "duplicate-claim"}


def test_a_seat_id_twice(found):
    """Two different seats with one id."""
    assert "duplicate-seat" in found(seats=[Seat(seat="li"), Seat(seat="li", capacity=1), Seat(seat="wu")])


def test_every_code_is_in_both_languages():
    """What, question and fix, with the same placeholders."""
    codes = [code for code in catalogue() if code.startswith("leads.")]
    assert len(codes) > 30
    for code in codes:
        entry = catalogue()[code]
        assert all(entry.texts[lang][part] for lang in ("en", "zh") for part in ("what", "question", "fix"))
        assert entry.texts["zh"]["what"] != entry.texts["en"]["what"]


def test_every_finding_reads_in_chinese(policy_of):
    """Causes are translated too."""
    policy = policy_of(rules=[rule("a"), rule("b", pool="x")], fallback=Fallback(queue="q"))
    text = check(policy, [Seat(seat="li")], as_of=AT).text("zh")
    assert "已被 a 先行处理" in text
    assert "兜底队列 q 没有负责人" in text


def test_the_empty_book_is_sound():
    """Nothing held, nothing found."""
    assert len(Book().report) == 0


def test_a_policy_of_many_territories_is_checked_in_time(found):
    """Two hundred territories with a rule each: what lies where is worked out once, not for every pair."""
    places = [f"R{number}" for number in range(200)]
    territories = [Territory(id=place, where=on("region", place)) for place in (*places, "R7 again")]
    territories[-1] = Territory(id="twice", where=on("region", "R7"))
    rules = [rule(place, when=on("territory", place), on_empty="next") for place in places]
    told = found(
        territories=territories,
        rules=[*rules, rule("rest")],
        domains=[Domain(field="region", values=places)],
    )
    assert ["The territories R7 and twice both hold leads with region = R7."] == told["territory-overlap"]
