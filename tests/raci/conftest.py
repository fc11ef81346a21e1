"""Charts in a few letters."""

from datetime import date

import attrs
import pytest

from salesteam import raci

DAY = date(2026, 9, 30)


@pytest.fixture
def day():
    return DAY


@pytest.fixture
def chart():
    """Make a chart of CSV text; keywords replace its fields."""

    def make(text, profile="raci", a_approves=True, **fields):
        letters = raci.profile(profile, a_approves=None if profile in {"daci", "rapid"} else a_approves)
        return attrs.evolve(raci.parse(text, format="matrix", profile=letters), **fields)

    return make


@pytest.fixture
def codes(day):
    """The finding codes of a chart, without the subject."""

    def found(chart, on=day):
        return [code.removeprefix("raci.") for code in raci.check(chart, as_of=on).by_code]

    return found


@pytest.fixture
def holds():
    """Holdings out of 'person role' words; a person in brackets is a deputy."""

    def make(*words):
        pairs = [word.split() for word in words]
        return tuple(
            raci.Holding(person=person.strip("()"), role=role, deputy=person.startswith("(")) for person, role in pairs
        )

    return make
