"""A fake account, and an adapter to it on virtual time."""

from __future__ import annotations

import shutil
from contextlib import suppress

import pytest
from tests.fake import HubSpotFake
from tests.server import UnavailableError, installed

from salesteam.crm import MemoryCRM, Secret
from salesteam.testing import HttpHarness
from salesteam_hubspot._adapter import HubSpotAdapter

TOKEN = "pat-eu1-4f9c-canary"


def pytest_addoption(parser):
    parser.addoption(
        "--require-servers", action="store_true", help="fail, rather than skip, where a real server cannot be had"
    )


def pytest_configure(config):
    """Install the server before the workers begin, so that it is installed once."""
    if config.getoption("--require-servers") and not hasattr(config, "workerinput") and shutil.which("npm"):
        with suppress(UnavailableError):  # each test that needs it says so
            installed()


class HubSpotHarness(HttpHarness):
    """The account that the contract changes."""

    secrets = (TOKEN,)
    limits = ((5, 1), (190, 10))
    timeout = 0.2

    def __init__(self, monkeypatch):
        monkeypatch.setenv("FAKE_HUBSPOT_TOKEN", TOKEN)
        super().__init__(HubSpotFake(MemoryCRM("hubspot"), TOKEN))
        self.spoil = {"deal": {"dealstage": "hoping"}}

    def adapter(self, **settings):
        config = HubSpotAdapter.Config(
            **{
                "token": Secret("env:FAKE_HUBSPOT_TOKEN"),
                "excess_digits": "reject",
                "daily_share": "0.8",
                "base": self.server.url,
                **settings,
            }
        )
        server = self.server
        return HubSpotAdapter(config, source="hubspot", wait=server.wait, clock=server.clock, timeout=self.timeout)

    def kinds(self):
        return ("user", "account", "contact", "product", "deal_line", "deal")

    def expire(self):
        self.server.token = "another"


@pytest.fixture
def harness(monkeypatch):
    """A new account for each test."""
    harness = HubSpotHarness(monkeypatch)
    yield harness
    harness.server.close()
