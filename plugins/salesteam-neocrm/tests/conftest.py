"""A fake tenant, and an adapter to it on virtual time."""

from __future__ import annotations

import pytest
from tests.fake import LEADS, NOTED, REDIRECT, STAGES, NeocrmFake

from salesteam.crm import MemoryCRM, Secret
from salesteam.testing import Answer, HttpHarness
from salesteam_neocrm._adapter import NeocrmAdapter

GIVEN = {
    "client_id": "id-canary-11",
    "client_secret": "secret-canary-22",
    "username": "user-canary-33",
    "password": "word-canary-44",
}


class NeocrmHarness(HttpHarness):
    """The tenant that the contract changes."""

    secrets = (*GIVEN.values(), "neo-canary-token")
    renews = True
    limits = ((5, 1),)

    def __init__(self, monkeypatch):
        for name, value in GIVEN.items():
            monkeypatch.setenv(f"FAKE_NEO_{name}", value)
        super().__init__(NeocrmFake(MemoryCRM("neo"), GIVEN))
        self.spoil = {"deal": {"saleStageId": 99}}

    def adapter(self, **settings):
        secrets = {
            name: Secret(f"env:FAKE_NEO_{kept}")
            for name, kept in (("client_id",) * 2, ("client_secret",) * 2, ("user", "username"), ("password",) * 2)
        }
        given = {
            **secrets, "redirect": REDIRECT, "stages": {stage: status for status, stage in STAGES.items()}, "currency": "CNY",
            "excess_digits": "reject", "lead_statuses": {option: status for status, option in LEADS.items()}, "base": self.server.url,
            "note_type": NOTED[0], "department": NOTED[1],
        }  # fmt: skip
        config = NeocrmAdapter.Config(**{**given, **settings})
        server = self.server
        return NeocrmAdapter(config, source="neo", wait=server.wait, clock=server.clock, timeout=0.2)

    def kinds(self):
        return ("user", "account", "contact", "lead", "product", "deal")

    def expire(self):
        self.server.token = "another"


def coded(code):
    """An answer whose code says no."""
    return Answer(body={"code": code, "msg": "no"})


@pytest.fixture
def harness(monkeypatch):
    """A new tenant for each test."""
    harness = NeocrmHarness(monkeypatch)
    yield harness
    harness.server.close()
