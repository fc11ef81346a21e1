"""Builders shared by the tests of leads: the least that makes a policy, overridden where a test cares."""

from datetime import UTC, datetime

import pytest

from salesteam.leads import Book, Fallback, Policy, RoundRobin, Rule, Seat, allocate

AT = datetime(2026, 9, 30, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def at():
    """The instant of every allocation."""
    return AT


@pytest.fixture(scope="session")
def policy_of():
    """Make a policy of one rule for all leads, unless told otherwise."""

    def make(**fields):
        known = {
            "id": "p",
            "salt": "salt",
            "selectors": [RoundRobin(id="pick", mode="flexible")],
            "rules": [Rule(id="all", selector="pick", on_empty="fallback")],
            "fallback": Fallback(queue="triage", owner="wang"),
        }
        return Policy(**(known | fields))

    return make


@pytest.fixture(scope="session")
def run(policy_of):
    """Allocate leads among seats named by ids or given, under a policy of the fields given."""

    def go(leads, seats, *, book=None, claims=(), at=AT, policy=None, **fields):
        places = [Seat(seat=seat) if isinstance(seat, str) else seat for seat in seats]
        return allocate(leads, policy or policy_of(**fields), places, book=book or Book(), as_of=at, claims=claims)

    return go


@pytest.fixture(scope="session")
def seats_of():
    """The seats of the decisions, in order of service."""
    return lambda result: [decision.seat for decision in result.decisions]
