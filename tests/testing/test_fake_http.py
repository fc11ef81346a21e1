"""The base of fake servers: a mistake of a fake is told as what it is, and rows can be spoilt."""

from __future__ import annotations

from decimal import Decimal

import pytest

from salesteam.crm import MemoryCRM, Ref
from salesteam.crm.http import Client
from salesteam.errors import AdapterError, Transient
from salesteam.testing import Answer, FakeHTTP, Fault

CUSTOMER = Ref("shop", "account", "7")


class Shop(FakeHTTP):
    """Has one customer, and mistakes."""

    def reply(self, request):
        if request.path == "/behind":
            raise ConnectionRefusedError
        if request.path == "/amount":
            return Answer(body={"amount": Decimal("1.10")})
        return Answer(body=self.spoilt(CUSTOMER, {"id": "7", "name": request.query["name"]}))


@pytest.fixture
def shop():
    """A server that the test closes, because that is what it is about."""
    return Shop(MemoryCRM("shop"))


def asked(shop, path="customer", **query):
    """The answer to a request."""
    client = Client(shop.url, source="shop", wait=shop.wait, clock=shop.clock)
    try:
        return client.ask("GET", path, params=query).data
    finally:
        client.close()


@pytest.mark.parametrize(
    ("path", "error", "text"),
    [("customer", KeyError, "'name'"), ("amount", TypeError, "Decimal is not JSON serializable")],
)
def test_a_mistake_of_a_fake_ends_the_test_with_itself(shop, path, error, text):
    """The adapter sees a 500 that names it; closing raises it, with the line where it was made and the request."""
    with pytest.raises(AdapterError, match=rf"500: Shop broke: {error.__name__}"):
        asked(shop, path)
    assert [f"/{path}"] == [request.path for request in shop.requests], "it is tried once"
    with pytest.raises(error, match=text) as caught:
        shop.close()
    assert [f"Shop was asked for GET /{path}"] == caught.value.__notes__
    assert "json" in str(caught.traceback[-1].path) or "reply" == caught.traceback[-1].name
    shop.close()


def test_the_first_mistake_is_raised_though_the_test_failed_of_it(shop):
    """What the adapter made of it is shown as what happened before."""
    shop.fail(Fault(how="change", change=lambda data: data["nobody"]))
    with pytest.raises(KeyError) as caught, shop:
        asked(shop, name="Acme")
    assert "'nobody'" == str(caught.value)
    assert isinstance(caught.value.__context__, AdapterError)


def test_a_server_behind_that_is_away_is_no_mistake(shop):
    """It is a lost connection, as it would be without the fake."""
    with shop, pytest.raises(Transient):
        asked(shop, "behind")


def test_a_row_is_sent_as_it_was_spoilt(shop):
    """Over what it holds; the last values count, and no other row has any."""
    with shop:
        assert {"id": "7", "name": "Acme"} == asked(shop, name="Acme")
        shop.spoil(CUSTOMER, name=None)
        assert {"id": "7", "name": None} == asked(shop, name="Acme")
        shop.spoil(CUSTOMER, size="big")
        assert {"id": "7", "name": "Acme", "size": "big"} == asked(shop, name="Acme")
        assert {"id": "8"} == shop.spoilt(Ref("shop", "account", "8"), {"id": "8"})
