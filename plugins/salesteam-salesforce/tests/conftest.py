"""A fake org, and an adapter to it on virtual time."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from tests.fake import SalesforceFake
from tests.fake_login import key_pair
from tests.fake_words import PREFIX

from salesteam.crm import MemoryCRM, Secret
from salesteam.testing import HttpHarness
from salesteam_salesforce._adapter import SalesforceAdapter

KEY, SECRET = "3MVG9-canary-key", "9F2A-canary-secret"


class SalesforceHarness(HttpHarness):
    """The org that the contract changes."""

    renews = True
    settings = MappingProxyType({"client_secret": Secret("env:FAKE_SF_SECRET")})

    def __init__(self, monkeypatch):
        monkeypatch.setenv("FAKE_SF_KEY", KEY)
        monkeypatch.setenv("FAKE_SF_SECRET", SECRET)
        monkeypatch.setenv("FAKE_SF_PEM", key_pair()[0])
        super().__init__(SalesforceFake(MemoryCRM("sf"), KEY, SECRET))
        self.spoil = {"deal": {"Amount": "much"}}

    @property
    def secrets(self):
        """What is in the settings, each line of the private key, and what came of them."""
        lines = [line for line in key_pair()[0].splitlines() if not line.startswith("-")]
        return (KEY, SECRET, "00D!token-", *lines, *self.server.assertions)

    def id_of(self, kind, number):
        return f"{PREFIX.get(kind, '00x')}{number:012d}AAA"

    def adapter(self, **settings):
        given = {
            "base": self.server.url,
            "client_id": Secret("env:FAKE_SF_KEY"),
            "excess_digits": "reject",
            "daily_share": "0.8",
            "currency": "CNY",
            "zone": "Asia/Shanghai",
        }
        config = SalesforceAdapter.Config(**{**given, **self.settings, **settings})
        server = self.server
        times = {"wait": server.wait, "clock": server.clock, "now": lambda: server.crm.now}
        return SalesforceAdapter(config, source="sf", timeout=0.2, **times)

    def kinds(self):
        return ("account", "contact", "lead", "product", "deal_line", "activity", "deal")

    def merge(self, loser, survivor):
        self.server.crm.merge(loser, survivor)

    def expire(self):
        self.server.token = "another"


class JobsHarness(SalesforceHarness):
    """The same org, read by jobs after a login with a signed token."""

    settings = MappingProxyType(
        {"private_key": Secret("env:FAKE_SF_PEM"), "username": SalesforceFake.username, "read": "bulk"}
    )


@pytest.fixture(params=[SalesforceHarness, JobsHarness], ids=["rest", "bulk"])
def harness(monkeypatch, request):
    """A new org for each test, read in each of the two ways."""
    harness = request.param(monkeypatch)
    yield harness
    harness.server.close()
