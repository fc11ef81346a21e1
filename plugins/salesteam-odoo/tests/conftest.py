"""A fake Odoo, and adapters to it over both protocols on virtual time."""

from __future__ import annotations

import pytest
from tests.fake import DATABASE, LOGIN, OdooFake

from salesteam.crm import MemoryCRM, Secret
from salesteam.testing import HttpHarness
from salesteam_odoo._adapter import OdooAdapter

KEY = "odoo-canary-key-7d"


class OdooHarness(HttpHarness):
    """The database that the contract changes."""

    secrets = (KEY,)
    protocol = "json2"
    shapes = tuple(shape for shape in HttpHarness.shapes if shape != [])  # an empty list of rows is one

    def __init__(self, monkeypatch):
        monkeypatch.setenv("FAKE_ODOO_KEY", KEY)
        super().__init__(OdooFake(MemoryCRM("odoo"), KEY))
        self.spoil = {"deal": {"expected_revenue": "much"}}

    def adapter(self, **settings):
        given = {
            "base": self.server.url, "database": DATABASE, "key": Secret("env:FAKE_ODOO_KEY"), "excess_digits": "reject",
            "protocol": self.protocol, "login": LOGIN, "zone": "Asia/Shanghai",
        }  # fmt: skip
        config = OdooAdapter.Config(**{**given, **settings})
        server = self.server
        return OdooAdapter(config, source="odoo", wait=server.wait, clock=server.clock, timeout=0.2)

    def kinds(self):
        return ("user", "team", "account", "contact", "lead", "product", "deal")

    def expire(self):
        self.server.key = "another"


class RpcHarness(OdooHarness):
    """The same over the older protocol."""

    protocol = "jsonrpc"
    shapes = HttpHarness.shapes

    def __init__(self, monkeypatch):
        super().__init__(monkeypatch)
        self.server.version = 16


@pytest.fixture
def harness(monkeypatch):
    """A new database for each test."""
    harness = OdooHarness(monkeypatch)
    yield harness
    harness.server.close()


@pytest.fixture
def rpc(monkeypatch):
    """The same over the older protocol."""
    harness = RpcHarness(monkeypatch)
    yield harness
    harness.server.close()
