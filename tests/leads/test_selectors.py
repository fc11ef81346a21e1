"""Selectors: who is next."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from salesteam.leads import (
    Absence,
    Book,
    CountBased,
    Credit,
    Holding,
    Lead,
    LeastLoaded,
    Receipt,
    RoundRobin,
    Rule,
    Seat,
    SmoothWeighted,
    Turn,
)

T0 = datetime(2026, 9, 1, tzinfo=UTC)


def leads(count):
    return [Lead(lead=f"L{number:03}") for number in range(count)]


def counting(**fields):
    known = {"id": "pick", "reset": "never", "joiner": "min", "returner": "min", "refunds": ()}
    return CountBased(**(known | fields))


def received(**counts):
    return [
        Receipt(lead=f"{seat}-{number}", seat=seat, at=T0 + timedelta(hours=number))
        for seat, count in counts.items()
        for number in range(count)
    ]


def test_round_robin_goes_round_in_the_order_of_ids(run, seats_of):
    """From the first id, and round again."""
    assert seats_of(run(leads(5), ["c", "a", "b"])) == ["a", "b", "c", "a", "b"]


@pytest.mark.parametrize(("last", "expected"), [("a", "b"), ("c", "a"), ("bb", "c"), ("zz", "a"), (None, "a")])
def test_round_robin_follows_the_pointer(run, last, expected):
    """The next after the seat served last, also when that seat is gone."""
    book = Book(turns=[Turn(selector="pick", last=last)])
    assert run(leads(1), ["a", "b", "c"], book=book).decisions[0].seat == expected


def test_a_flexible_turn_is_lost_when_skipped(run, seats_of):
    """The skipped seat waits for the next round."""
    only = [Rule(id="r", selector="pick", on_empty="fallback", skill_fields=["product"], on_missing="match")]
    seats = [Seat(seat="a", skills=["x"]), Seat(seat="b", skills=["x", "y"]), Seat(seat="c", skills=["x", "y"])]
    asked = [Lead(lead="1", product="y"), Lead(lead="2", product="x"), Lead(lead="3", product="x")]
    flexible = run(asked, seats, rules=only)
    strict = run(asked, seats, rules=only, selectors=[RoundRobin(id="pick", mode="strict")])
    assert seats_of(flexible) == ["b", "c", "a"]
    assert seats_of(strict) == ["b", "a", "c"]


def test_a_strict_turn_is_kept_once_and_in_the_book(run):
    """However often it is skipped, a seat is owed one turn; the book carries it over."""
    seats = [Seat(seat="a", accepting=False), Seat(seat="b"), Seat(seat="c")]
    selectors = [RoundRobin(id="pick", mode="strict")]
    first = run(leads(4), seats, selectors=selectors)
    assert first.book.turns == (Turn(selector="pick", last="c", owed=["a"]),)
    back = [Seat(seat="a"), Seat(seat="b"), Seat(seat="c")]
    later = [Lead(lead=f"M{number}") for number in range(3)]
    second = run(later, back, selectors=selectors, book=first.book)
    assert [each.seat for each in second.decisions] == ["a", "a", "b"]


def test_rules_that_name_one_selector_share_its_pointer(run, seats_of):
    """Two rules, one rotation."""
    rules = [
        Rule(id="one", selector="pick", on_empty="next", skill_fields=["product"], on_missing="no_match"),
        Rule(id="two", selector="pick", on_empty="fallback"),
    ]
    seats = [Seat(seat="a", skills=["x"]), Seat(seat="b", skills=["x"])]
    asked = [Lead(lead="1", product="x"), Lead(lead="2"), Lead(lead="3", product="x")]
    assert seats_of(run(asked, seats, rules=rules)) == ["a", "b", "a"]


def test_smooth_weights_give_each_its_weight_in_one_cycle(run, seats_of):
    """Thirds and halves come out exactly, spread over the cycle."""
    seats = [Seat(seat="a", weight="1/2"), Seat(seat="b", weight="1/3"), Seat(seat="c", weight="1/6")]
    result = run(leads(6), seats, selectors=[SmoothWeighted(id="pick", earn="eligible")])
    assert Counter(seats_of(result)) == {"a": 3, "b": 2, "c": 1}
    assert result.book.credits == ()


def test_ineligible_seats_catch_up_only_if_they_earn(run, seats_of):
    """With earn=all a seat that could not serve is owed; with earn=eligible it is not."""
    only = [Rule(id="r", selector="pick", on_empty="fallback", skill_fields=["product"], on_missing="match")]
    seats = [Seat(seat="a", skills=["x"], priority=2), Seat(seat="b", skills=["x", "y"], priority=1)]
    asked = [Lead(lead=str(number), product="y" if number < 2 else "x") for number in range(4)]
    every = run(asked, seats, rules=only, selectors=[SmoothWeighted(id="pick", earn="all")])
    able = run(asked, seats, rules=only, selectors=[SmoothWeighted(id="pick", earn="eligible")])
    assert seats_of(every) == ["b", "b", "a", "a"]
    assert seats_of(able) == ["b", "b", "b", "a"]


def test_credits_are_carried_by_the_book(run):
    """What a seat earned before decides now; credits of absent seats are kept."""
    book = Book(
        credits=[
            Credit(selector="pick", seat="b", credit=Fraction(1, 2)),
            Credit(selector="pick", seat="z", credit=Fraction(3)),
        ]
    )
    result = run(leads(1), ["a", "b"], book=book, selectors=[SmoothWeighted(id="pick", earn="all")])
    assert result.decisions[0].seat == "b"
    assert result.decisions[0].score == Fraction(3, 2)
    assert {credit.seat: credit.credit for credit in result.book.credits} == {
        "a": Fraction(1),
        "b": Fraction(-1, 2),
        "z": Fraction(3),
    }


def test_a_weight_of_zero_is_never_picked_by_weight(run):
    """It is excluded with that reason."""
    result = run(leads(1), [Seat(seat="a", weight=0)], selectors=[SmoothWeighted(id="pick", earn="all")])
    assert [(row.excluded_by, row.detail) for row in result.candidates["L000"]] == [("selector", "zero-weight")]


def test_count_based_fills_up_the_lowest(run, seats_of):
    """Whoever received least for the weight comes first."""
    book = Book(receipts=received(a=3, b=1))
    result = run(leads(3), [Seat(seat="a", weight=2), Seat(seat="b")], book=book, selectors=[counting()])
    assert seats_of(result)[:1] == ["b"]
    assert Counter(seats_of(result)) == {"a": 2, "b": 1}


def test_refunded_leads_do_not_count(run):
    """Only for the reasons named."""
    receipts = [
        Receipt(lead="1", seat="a", at=T0, returned="invalid"),
        Receipt(lead="2", seat="b", at=T0, returned="lazy"),
    ]
    selectors = [counting(refunds=["invalid"])]
    assert run(leads(1), ["a", "b"], book=Book(receipts=receipts), selectors=selectors).decisions[0].seat == "a"


def test_a_reset_forgets_what_was_received_before(run):
    """A monthly count starts with the month of the zone."""
    monthly = [counting(reset="month", zone="Asia/Shanghai")]

    def first(*receipts):
        book = Book(receipts=[*receipts, *received(b=1)])
        return run(leads(1), ["a", "b"], book=book, selectors=monthly).decisions[0].seat

    assert first(Receipt(lead="1", seat="a", at=datetime(2026, 8, 31, 15, tzinfo=UTC))) == "a"
    edge = Receipt(lead="1", seat="a", at=datetime(2026, 8, 31, 16, tzinfo=UTC))
    assert first(edge, Receipt(lead="0", seat="a", at=T0)) == "b"


@pytest.mark.parametrize(("joiner", "level"), [("min", 2), ("median", 4), ("mean", Fraction(13, 3))])
def test_a_joiner_starts_level_with_the_others(run, joiner, level):
    """At the lowest, the median or the mean of what the others had when it started."""
    seats = [Seat(seat="a"), Seat(seat="b"), Seat(seat="c"), Seat(seat="n", zone="UTC", start=date(2026, 9, 20))]
    later = [Receipt(lead="late", seat="a", at=datetime(2026, 9, 25, tzinfo=UTC))]
    book = Book(receipts=received(a=2, b=4, c=7) + later)
    result = run(leads(1), seats, book=book, selectors=[counting(joiner=joiner)])
    assert next(row.key for row in result.candidates["L000"] if row.seat == "n") == level


def test_a_joiner_pays_for_the_part_of_the_window_missed(run):
    """Pro rata: the others' mean times the part of the month so far before the start."""
    seats = [Seat(seat="a"), Seat(seat="n", zone="UTC", start=date(2026, 9, 16))]
    selectors = [counting(joiner="pro_rata", reset="month", zone="UTC")]
    now = datetime(2026, 10, 1, tzinfo=UTC) - timedelta(microseconds=1)
    result = run(leads(1), seats, book=Book(receipts=received(a=8)), selectors=selectors, at=now)
    key = next(row.key for row in result.candidates["L000"] if row.seat == "n")
    half, month = timedelta(days=15), timedelta(days=30) - timedelta(microseconds=1)
    assert key == 8 * Fraction(half // timedelta(microseconds=1), month // timedelta(microseconds=1))


def test_a_returner_is_raised_but_never_lowered(run):
    """Back from leave, a seat is not flooded; one that had more keeps it."""
    away = Absence(start=datetime(2026, 9, 10, tzinfo=UTC), end=datetime(2026, 9, 20, tzinfo=UTC))
    for own, expected in ((1, 3), (5, 5)):
        seats = [Seat(seat="a"), Seat(seat="r", absences=[away])]
        book = Book(receipts=received(a=3, r=own))
        result = run(leads(1), seats, book=book, selectors=[counting(returner="mean")])
        assert next(row.key for row in result.candidates["L000"] if row.seat == "r") == expected


def test_counts_can_be_calibrated_by_hand(run):
    """A credit under a count is a head start in leads, kept in the book."""
    book = Book(credits=[Credit(selector="pick", seat="a", credit=Fraction(2))])
    result = run(leads(2), ["a", "b"], book=book, selectors=[counting()])
    assert [each.seat for each in result.decisions] == ["b", "b"]
    assert result.book.credits == book.credits


def test_least_loaded_takes_the_lowest_load(run, seats_of):
    """By leads held, by value, or by share of the capacity."""
    holdings = [Holding(lead=f"h{n}", seat="a", value_minor=1) for n in range(2)] + [
        Holding(lead="big", seat="b", value_minor=100)
    ]
    book = Book(holdings=holdings)
    seats = [Seat(seat="a", capacity=10), Seat(seat="b", capacity=3)]

    def first(load, per):
        selector = LeastLoaded(id="pick", load=load, per=per)
        return run(leads(1), seats, book=book, selectors=[selector]).decisions[0].seat

    assert [first("leads", "seat"), first("value", "seat"), first("leads", "capacity")] == ["b", "a", "a"]


def test_a_seat_without_capacity_has_no_share_of_it(run):
    """It is excluded from a load by capacity."""
    selectors = [LeastLoaded(id="pick", load="leads", per="capacity")]
    result = run(leads(1), ["a"], selectors=selectors)
    assert [(row.excluded_by, row.detail) for row in result.candidates["L000"]] == [("selector", "no-capacity")]


def test_leads_given_by_one_rule_count_for_the_selector_of_another(run):
    """A count looks at all that a seat received."""
    rules = [
        Rule(id="gtx", selector="turn", on_empty="next", skill_fields=["product"], on_missing="no_match"),
        Rule(id="rest", selector="pick", on_empty="fallback"),
    ]
    selectors = [RoundRobin(id="turn", mode="flexible"), counting()]
    seats = [Seat(seat="a", skills=["x"]), Seat(seat="b")]
    result = run([Lead(lead="1", product="x"), Lead(lead="2")], seats, rules=rules, selectors=selectors)
    assert [each.seat for each in result.decisions] == ["a", "b"]


def test_ties_go_by_declared_priority_then_by_hash(run):
    """The smallest number first; the hash is told where it decided."""
    chosen = run(leads(1), [Seat(seat="a", priority=1), Seat(seat="b")], selectors=[counting()]).decisions[0]
    assert (chosen.seat, chosen.tie_hash) == ("b", None)
    hashed = run(leads(1), ["a", "b"], selectors=[counting()]).decisions[0]
    from hashlib import sha256

    digests = {seat: sha256(f"salt\x1fL000\x1f{seat}".encode()).hexdigest() for seat in "ab"}
    assert (hashed.tie_hash, hashed.seat) == min((digest, seat) for seat, digest in digests.items())


def test_hash_ties_favour_nobody(run, seats_of):
    """Over many leads of as many batches each of four equal seats gets about a quarter."""
    found = Counter(run([lead], list("abcd"), selectors=[counting()]).decisions[0].seat for lead in leads(400))
    assert all(70 <= found[seat] <= 130 for seat in "abcd")
