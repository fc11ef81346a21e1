"""Proposals: leads that somebody holds already."""

from datetime import UTC, date, datetime

import pytest

from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.leads import Absence, Book, Cap, Claim, Condition, Holding, Lead, Rule, Seat, propose

AT = datetime(2026, 9, 30, 9, tzinfo=UTC)


@pytest.fixture
def ask(policy_of):
    def go(leads, seats, *, book=None, claims=(), **fields):
        places = [Seat(seat=seat) if isinstance(seat, str) else seat for seat in seats]
        return propose(leads, policy_of(**fields), places, book=book or Book(), as_of=AT, claims=claims)

    return go


def owned(lead, owner, **fields):
    return Lead(lead=lead, owner=owner, **fields)


def told(result):
    return [(each.lead, each.action, each.seat, each.step) for each in result.proposals]


def rule(**fields):
    return Rule(**({"id": "r", "selector": "pick", "on_empty": "fallback"} | fields))


def test_who_may_keep_a_lead_keeps_it(ask):
    """Nothing moves without a reason, and prospects without a date are no new arrivals."""
    assert told(ask([owned("1", "b"), owned("2", "b")], ["a", "b"])) == [
        ("1", "keep", None, None),
        ("2", "keep", None, None),
    ]


def test_what_the_owner_may_not_keep_looks_for_a_seat(ask):
    """By skill: the series of the product."""
    seats = [Seat(seat="a", skills=["GTX"]), Seat(seat="b", skills=["MG"])]
    only = rule(skill_fields=["series"], on_missing="hold")
    found = ask([owned("1", "b", more={"series": "GTX"})], seats, rules=[only])
    assert told(found) == [("1", "move", "a", "skill")]
    assert found.proposals[0].why() == "b should not keep 1: it lacks the skill GTX"


def test_over_capacity_moves_the_rest(ask):
    """The owner keeps as much as there is room for; others get what is over."""
    seats = [Seat(seat="a", capacity=2), Seat(seat="b", capacity=2)]
    found = ask([owned(str(n), "a") for n in range(5)], seats)
    assert found.counts == {"keep": 2, "move": 2, "release": 0, "stuck": 1}
    assert next(each for each in found.proposals if each.action == "stuck").reason == "leads.nobody-free"


def test_the_oldest_stay(ask):
    """With room for three, the first three to arrive are kept."""
    leads = [owned(str(day), "a", created_at=datetime(2026, 9, day, tzinfo=UTC)) for day in range(9, 0, -1)]
    found = ask(leads, [Seat(seat="a", capacity=3), "b"])
    assert [each.lead for each in found.proposals if each.action == "keep"] == ["1", "2", "3"]


def test_other_holdings_count_and_the_same_ones_only_once(ask):
    """A lead that is also in the book is not counted twice."""
    book = Book(holdings=[Holding(lead="x", seat="a"), Holding(lead="1", seat="a")])
    found = ask([owned("1", "a")], [Seat(seat="a", capacity=2)], book=book)
    assert told(found) == [("1", "keep", None, None)]
    assert found.grid().rows == (("a", "2", "0", "0", "2", "2"),)


def test_an_owner_is_a_seat_or_a_person(ask):
    """A person's first seat by id; somebody unknown has no seat."""
    seats = [Seat(seat="s2", person="Li"), Seat(seat="s1", person="Li", accepting=False), Seat(seat="s3")]
    assert told(ask([owned("1", "Li"), owned("2", "Chen")], seats)) == [
        ("1", "keep", None, None),
        ("2", "move", "s2", "no-seat"),
    ]


def test_leave_and_daily_counts_take_nothing_away(ask):
    """An absent owner, or one who received enough today, keeps what they hold."""
    away = Absence(start=datetime(2026, 9, 1, tzinfo=UTC), end=datetime(2026, 10, 8, tzinfo=UTC))
    limit = Cap(id="d", scope="seat", measure="received", window="day", zone="UTC", limit=0, hard=True)
    assert told(ask([owned("1", "a")], [Seat(seat="a", absences=[away]), "b"], caps=[limit])) == [
        ("1", "keep", None, None)
    ]


def test_a_leaver_hands_over(ask):
    """Out of service for good is a reason to move."""
    seats = [Seat(seat="a", zone="UTC", end=date(2026, 9, 30)), Seat(seat="b")]
    assert told(ask([owned("1", "a")], seats)) == [("1", "move", "b", "service")]


def test_conflict_of_interest_moves(ask):
    """Nobody keeps an account of their own."""
    assert told(ask([owned("1", "a", account="A")], [Seat(seat="a", conflicts=["A"]), "b"])) == [
        ("1", "move", "b", "conflict")
    ]


def test_the_claim_of_another_moves_the_lead_to_its_holder(ask):
    """Claims come first here too, and the holder's own lead stays."""
    claim = Claim(
        id="c", kind="named_account", holder="b", priority=1, scope=Condition(field="account", operator="eq", value="A")
    )
    found = ask(
        [owned("1", "a", account="A"), owned("2", "b", account="A")], ["a", "b"], claims=[claim], rules=[rule(pool="x")]
    )
    assert told(found) == [("1", "move", "b", "claim"), ("2", "keep", None, None)]


def test_where_the_policy_says_nothing_everything_stays(ask):
    """Frozen, waiting for a field, held by a rule, or taken by no rule."""
    east = Condition(field="region", operator="eq", value="East")
    assert told(ask([owned("1", "gone", frozen=True)], ["b"]))[0][1] == "stuck"
    assert told(ask([owned("1", "a", frozen=True)], ["a"])) == [("1", "keep", None, None)]
    assert told(ask([owned("1", "a")], ["a"], rules=[rule(when=east, on_missing="hold", pool="x")])) == [
        ("1", "keep", None, None)
    ]
    assert told(ask([owned("1", "a")], ["a"], rules=[Rule(id="h", gives="hold")])) == [("1", "keep", None, None)]
    assert told(ask([owned("1", "a", region="West")], ["a"], rules=[rule(when=east, on_missing="hold")])) == [
        ("1", "keep", None, None)
    ]


def test_a_later_rule_may_let_the_owner_keep(ask):
    """Where the first rule passes on, the next one counts too."""
    rules = [rule(id="a", pool="x", on_empty="next"), rule(id="b")]
    assert told(ask([owned("1", "a")], ["a"], rules=rules)) == [("1", "keep", None, None)]
    stops = [rule(id="a", pool="x"), rule(id="b")]
    assert told(ask([owned("1", "a")], ["a"], rules=stops)) == [("1", "stuck", None, "pool")]


def test_a_rule_that_pools_releases(ask):
    """To the public pool that it names."""
    found = ask([owned("1", "a")], ["a"], rules=[Rule(id="sea", gives="pool", pool="sea")])
    assert told(found) == [("1", "release", None, "released")]
    assert found.proposals[0].why("zh") == "a 不宜保留 1：规则要求转入公海 sea"


def test_leads_without_owner_are_set_aside(ask):
    """They are new arrivals, for allocate; two contents under one id are for nobody."""
    found = ask([Lead(lead="1"), owned("2", "a"), owned("2", "b")], ["a", "b"])
    assert [(each.lead, each.reason) for each in found.aside] == [
        ("1", "leads.no-owner"),
        ("2", "leads.duplicate-lead"),
    ]
    assert set(found.report.by_code) == {"leads.no-owner", "leads.duplicate-lead"}


def test_a_proposal_is_explained(ask):
    """With the reason and the search, in both languages; an unknown lead is not found."""
    found = ask([owned("1", "gone")], ["b"])
    assert "gone should not keep 1: it has no seat" in str(found.explain("1"))
    assert "寻找席位: b" in str(found.explain("1", "zh"))
    with pytest.raises(NotFoundError):
        found.explain("9")


def test_the_frame_has_a_row_for_each_lead(ask):
    """In the order of ids."""
    frame = ask([owned("2", "a"), owned("1", "a")], ["a"]).to_frame()
    assert list(frame["lead"]) == ["1", "2"]
    assert list(frame.columns) == ["lead", "owner", "action", "seat", "step", "detail", "rule", "reason"]


def test_proposals_need_an_instant_with_a_zone(policy_of):
    """A naive as_of is a wrong caller."""
    with pytest.raises(InvalidValueError):
        propose([], policy_of(), [], book=Book(), as_of=datetime(2026, 9, 30))


def test_what_is_kept_is_not_received(ask):
    """A lead that stays uses up no room under a daily cap; one that moves does."""
    limit = Cap(id="d", scope="seat", measure="received", window="day", zone="UTC", limit=1, hard=True)
    found = ask([owned("1", "a"), owned("2", "gone"), owned("3", "gone")], ["a"], caps=[limit])
    assert sorted(each.action for each in found.proposals) == ["keep", "move", "stuck"]
