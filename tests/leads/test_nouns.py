"""Nouns refuse what cannot be, and say what to do."""

import copy
import pickle
from datetime import UTC, date, datetime
from fractions import Fraction

import attrs
import pytest

from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.leads import (
    Absence,
    Cap,
    Claim,
    Condition,
    CountBased,
    Customer,
    Domain,
    Fallback,
    Holding,
    Lead,
    LeastLoaded,
    Policy,
    Receipt,
    RoundRobin,
    Rule,
    Seat,
    SmoothWeighted,
    Territory,
)

NAIVE = datetime(2026, 9, 30, 9)
EARLY, LATE = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 9, 2, tzinfo=UTC)
EAST = Condition(field="region", operator="eq", value="East")
CAP = Cap(id="c", scope="seat", measure="open", window="now", limit=12, hard=True)


@pytest.mark.parametrize(
    ("noun", "fields"),
    [
        (Lead, {"lead": "L", "created_at": NAIVE}),
        (Absence, {"start": NAIVE, "end": LATE}),
        (Claim, {"id": "c", "kind": "owner", "holder": "li", "scope": EAST, "priority": 1, "start": NAIVE}),
        (Customer, {"account": "A", "last_activity": NAIVE}),
        (Holding, {"lead": "L", "seat": "li", "since": NAIVE}),
        (Receipt, {"lead": "L", "seat": "li", "at": NAIVE}),
    ],
)
def test_instants_carry_a_zone(noun, fields):
    """A naive datetime is refused wherever an instant belongs."""
    with pytest.raises(InvalidValueError, match="no time zone"):
        noun(**fields)


@pytest.mark.parametrize(
    ("noun", "fields"),
    [
        (Lead, {"lead": " "}),
        (Seat, {"seat": ""}),
        (Seat, {"seat": "li", "weight": -1}),
        (Seat, {"seat": "li", "weight": 0.5}),
        (Seat, {"seat": "li", "capacity": -1}),
        (Seat, {"seat": "li", "start": date(2026, 1, 1)}),
        (Seat, {"seat": "li", "zone": "Mars/Olympus"}),
        (Seat, {"seat": "li", "zone": "UTC", "start": date(2026, 1, 2), "end": date(2026, 1, 2)}),
        (Seat, {"seat": "li", "skills": "GTX"}),
        (Absence, {"start": LATE, "end": EARLY}),
        (Claim, {"id": "c", "kind": "lock", "holder": "li", "scope": EAST, "priority": 1}),
        (
            Claim,
            {"id": "c", "kind": "owner", "holder": "li", "scope": EAST, "priority": 1, "start": LATE, "end": EARLY},
        ),
        (Holding, {"lead": "L", "seat": "li", "since": LATE, "until": EARLY}),
        (Receipt, {"lead": "L", "seat": "li", "at": None}),
        (RoundRobin, {"id": "r"}),
        (RoundRobin, {"id": "r", "mode": "loose"}),
        (SmoothWeighted, {"id": "r"}),
        (LeastLoaded, {"id": "r", "load": "leads"}),
        (CountBased, {"id": "r", "reset": "day", "joiner": "min", "returner": "min", "refunds": ()}),
        (CountBased, {"id": "r", "reset": "never", "joiner": "pro_rata", "returner": "min", "refunds": ()}),
        (CountBased, {"id": "r", "reset": "never", "joiner": "min", "returner": "min"}),
        (CountBased, {"id": "r", "reset": "never", "joiner": "min", "refunds": ()}),
        (
            Cap,
            {"id": "c", "scope": "seat", "measure": "open", "window": "day", "zone": "UTC", "limit": 1, "hard": True},
        ),
        (Cap, {"id": "c", "scope": "seat", "measure": "received", "window": "now", "limit": 1, "hard": True}),
        (Cap, {"id": "c", "scope": "seat", "measure": "received", "window": "day", "limit": 1, "hard": True}),
        (Cap, {"id": "c", "scope": "seat", "measure": "open", "window": "now", "limit": -1, "hard": True}),
        (Cap, {"id": "c", "scope": "desk", "measure": "open", "window": "now", "limit": 1, "hard": True}),
        (Rule, {"id": "r", "selector": "pick"}),
        (Rule, {"id": "r", "on_empty": "hold"}),
        (Rule, {"id": "r", "gives": "pool"}),
        (Rule, {"id": "r", "gives": "lend"}),
        (Rule, {"id": "r", "gives": "hold", "selector": "pick"}),
        (Rule, {"id": "r", "selector": "pick", "on_empty": "hold", "skill_fields": ["product"]}),
        (Territory, {"id": "t", "where": Condition(field="territory", operator="eq", value="x")}),
        (Domain, {"field": "region", "values": []}),
        (Fallback, {"queue": ""}),
    ],
)
def test_impossible_nouns_are_refused(noun, fields):
    """Each of these contradicts itself or leaves a choice open."""
    with pytest.raises(InvalidValueError):
        noun(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"rules": []},
        {"rules": [Rule(id="a", gives="hold"), Rule(id="a", gives="hold")]},
        {"selectors": [RoundRobin(id="pick", mode="strict"), RoundRobin(id="pick", mode="strict")]},
        {"start": date(2026, 1, 1)},
        {"zone": "UTC", "start": date(2026, 1, 2), "end": date(2026, 1, 1)},
        {"cooling_hours": 0},
        {"salt": ""},
    ],
)
def test_a_policy_hangs_together(policy_of, fields):
    """No rules, ids twice, dates without zone, no salt: refused."""
    with pytest.raises(InvalidValueError):
        policy_of(**fields)


def test_a_rule_names_a_selector_that_exists(policy_of):
    """A slip in the name is answered with the nearest one."""
    with pytest.raises(NotFoundError, match="did you mean 'pick'"):
        policy_of(rules=[Rule(id="r", selector="pik", on_empty="hold")])


def test_a_policy_needs_a_fallback():
    """There is no policy without a fallback."""
    with pytest.raises(TypeError, match="fallback"):
        Policy(id="p", salt="s", rules=[Rule(id="r", gives="hold")])


def test_weights_are_exact():
    """A weight is read as written."""
    assert Seat(seat="li", weight="15%").weight == Fraction(3, 20)


def test_service_begins_and_ends_by_the_seats_own_calendar():
    """The first day is in, the last day named is out, by the zone of the seat."""
    seat = Seat(seat="li", zone="Asia/Shanghai", start=date(2026, 10, 1), end=date(2026, 10, 2))
    instants = [datetime(2026, 9, 30, hour, tzinfo=UTC) for hour in (15, 16)] + [datetime(2026, 10, 1, 16, tzinfo=UTC)]
    assert [seat.in_service(each) for each in instants] == [False, True, False]


def test_the_person_of_a_seat_is_the_seat_itself_by_default():
    """A seat without person is its own."""
    assert Seat(seat="li").person == "li"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: attrs.evolve(CAP, limit="12"), "'12' is no whole number (Cap.limit)"),
        (lambda: attrs.evolve(CAP, limit=1.5), "1.5 is no whole number (Cap.limit)"),
        (lambda: Seat(seat="li", priority="high"), "'high' is no whole number (Seat.priority)"),
        (lambda: Seat(seat="li", accepting="no"), "'no' is no truth value (Seat.accepting)"),
    ],
)
def test_nouns_hold_the_types_of_their_annotations(make, message):
    """What is of another type is refused with the field, not met later as a riddle."""
    with pytest.raises(InvalidValueError) as caught:
        make()
    assert message in str(caught.value)


def test_a_lead_with_columns_of_its_own_can_be_copied():
    """Copied and pickled, as every value."""
    lead = Lead(lead="L-1", more={"campaign": "autumn"})
    assert [lead, lead] == [copy.deepcopy(lead), pickle.loads(pickle.dumps(lead))]
