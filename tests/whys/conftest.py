"""Trees that many tests look at."""

from datetime import date

import pytest

from salesteam import whys


@pytest.fixture
def day():
    return date(2026, 9, 30)


@pytest.fixture
def house():
    return whys.Profile(min_grade="C")


@pytest.fixture
def tree_of():
    """Build a tree from arrows "effect <- cause", all in one group of the effect unless told."""

    def build(*arrows, event="e", **more):
        pairs = [tuple(part.strip() for part in arrow.split("<-")) for arrow in arrows]
        names = dict.fromkeys(cause.partition("/")[0] for _, cause in pairs)
        causes = more.pop("causes", None) or tuple(
            whys.Cause(id=name, statement=f"fact {name} was so") for name in names if name != event
        )
        links = tuple(
            whys.Link(effect=effect, cause=cause.partition("/")[0], group=cause.partition("/")[2] or None)
            for effect, cause in pairs
        )
        what = more.pop("what", whys.Event(id=event, statement="the order was lost"))
        return whys.Tree(id="t", event=what, causes=causes, links=more.pop("links", links), **more)

    return build


@pytest.fixture
def shown():
    """Evidence of grade A for each id."""
    return lambda *ids: tuple(
        whys.Evidence(about=name, kind="measurement", grade="A", source=f"s-{name}") for name in ids
    )
