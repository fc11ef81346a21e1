"""A fake org, and an adapter to it on virtual time."""

from __future__ import annotations

import pytest
from tests.fake import PREFIX, SalesforceFake

from salesteam.crm import MemoryCRM, Secret
from salesteam.testing import HttpHarness
from salesteam_salesforce._adapter import SalesforceAdapter

KEY, SECRET = "3MVG9-canary-key", "9F2A-canary-secret"


class SalesforceHarness(HttpHarness):
    """The org that the contract changes."""

    secrets = (KEY, SECRET, "00D!token-")
    renews = True

    def __init__(self, monkeypatch):
        monkeypatch.setenv("FAKE_SF_KEY", KEY)
        monkeypatch.setenv("FAKE_SF_SECRET", SECRET)
        super().__init__(SalesforceFake(MemoryCRM("sf"), KEY, SECRET))
        self.spoil = {"deal": {"Amount": "much"}}

    def id_of(self, kind, number):
        return f"{PREFIX.get(kind, '00x')}{number:012d}AAA"

    def adapter(self, **settings):
        given = {
            "base": self.server.url,
            "client_id": Secret("env:FAKE_SF_KEY"),
            "client_secret": Secret("env:FAKE_SF_SECRET"),
            "excess_digits": "reject",
            "daily_share": "0.8",
            "currency": "CNY",
        }
        config = SalesforceAdapter.Config(**{**given, **settings})
        server = self.server
        return SalesforceAdapter(config, source="sf", wait=server.wait, clock=server.clock, timeout=0.2)

    def kinds(self):
        return ("account", "contact", "lead", "product", "deal_line", "activity", "deal")

    def merge(self, loser, survivor):
        self.server.crm.merge(loser, survivor)

    def expire(self):
        self.server.token = "another"


@pytest.fixture
def harness(monkeypatch):
    """A new org for each test."""
    harness = SalesforceHarness(monkeypatch)
    yield harness
    harness.server.close()
