"""What a store knew at two instants is compared field by field."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.crm.faulty import ServerClock, server_of
from tests.crm.world import deal, ref, user

from salesteam.core import Money
from salesteam.crm import Limits, diff, open_store, sync
from salesteam.errors import InvalidValueError

ONE, TWO, THREE = (ref("deal", f"D-{number}") for number in (1, 2, 3))


@pytest.fixture
def world():
    """A server, and a store that was synced before and after changes: both, and the two instants."""
    server = server_of(records=[user("li"), deal("D-1", value=Money(500, "CNY")), deal("D-2")])
    with open_store(":memory:") as store:

        def synced():
            server.now += timedelta(hours=1)
            sync(server.adapter(), store, limits=Limits(clock=ServerClock(server)))
            return server.now

        first = synced()
        server.change(ONE, status="won", value=Money(70000, "CNY"), co_owners=(ref("user", "li"),))
        server.delete(TWO)
        server.create(deal("D-3"))
        server.change(ref("user", "li"))
        second = synced()
        server.undelete(TWO)
        third = synced()
        yield store, first, second, third


def test_every_field_that_differs_is_told_and_no_other(world):
    """With both values; an update time alone is no difference."""
    store, first, second, _ = world
    rows = [
        (row.ref, row.what, row.field, row.before, row.after) for row in diff(store, earlier=first, later=second).rows
    ]
    assert [
        (str(ONE), "changed", "status", "open", "won"),
        (str(ONE), "changed", "value", "CNY 5.00", "CNY 700.00"),
        (str(ONE), "changed", "co_owners", "", "demo:user:li"),
        (str(TWO), "gone", "", "", ""),
        (str(THREE), "new", "", "", ""),
    ] == rows


def test_what_came_back_is_back_and_what_went_and_came_is_no_difference(world):
    """Only the two instants count."""
    store, first, second, third = world
    back = diff(store, earlier=second, later=third)
    assert [(str(TWO), "back")] == [(row.ref, row.what) for row in back.rows]
    assert str(TWO) not in {row.ref for row in diff(store, earlier=first, later=third).rows}
    assert () == diff(store, earlier=third, later=third).rows


def test_kinds_and_sources_can_be_chosen(world):
    """Others are left out."""
    store, first, second, _ = world
    assert () == diff(store, earlier=first, later=second, kinds=["user"]).rows
    assert () == diff(store, earlier=first, later=second, source="other").rows
    assert 5 == len(diff(store, earlier=first, later=second, kinds=["deal"], source="demo").rows)


@pytest.mark.parametrize(
    ("lang", "told", "title"),
    [
        ("en", "demo:deal:D-1 changed: status from open to won", "What changed from"),
        ("zh", "demo:deal:D-1 变更：status 由 open 变为 won", "的变化"),
    ],
)
def test_it_shows_and_explains_itself(world, lang, told, title):
    """In both languages, as a table and in a notebook."""
    store, first, second, _ = world
    found = diff(store, earlier=first, later=second)
    assert told == found.explain(str(ONE), lang).splitlines()[0]
    assert title in found.grid(lang).text()
    assert "D-3" in found._repr_html_()
    assert 5 == len(found.to_frame())


def test_instants_have_a_zone_and_an_order(world):
    """A naive one, and two that are the wrong way round, are refused."""
    store, first, second, _ = world
    with pytest.raises(InvalidValueError, match="is before"):
        diff(store, earlier=second, later=first)
    with pytest.raises(InvalidValueError, match="no instant with a time zone"):
        diff(store, earlier=datetime(2026, 1, 1), later=second)
