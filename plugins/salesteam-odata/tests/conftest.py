"""Fakes of both profiles, and adapters to them on virtual time."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from tests.fake_dataverse import TENANT, DataverseFake
from tests.fake_sap import SapFake
from tests.server import Cap, UnavailableError, installed

from salesteam.crm import KINDS, MemoryCRM, Secret
from salesteam.testing import HttpHarness
from salesteam_odata._dataverse import DataverseAdapter
from salesteam_odata._sap import SapAdapter

NAME, WORD = "user-canary-21", "word-canary-9f"


class ODataHarness(HttpHarness):
    """What both have in common."""

    def __init__(self, monkeypatch, fake):
        monkeypatch.setenv("FAKE_NAME", NAME)
        monkeypatch.setenv("FAKE_WORD", WORD)
        super().__init__(fake(MemoryCRM("odata"), NAME, WORD))

    def adapter(self, **settings):
        given = {**self.given, "base": self.server.url, "excess_digits": "reject", **settings}
        server = self.server
        return self.kind(self.kind.Config(**given), source="odata", wait=server.wait, clock=server.clock, timeout=0.2)


class DataverseHarness(ODataHarness):
    """An environment that the contract changes."""

    secrets = (NAME, WORD, "eyJ-token-")
    renews = True
    kind = DataverseAdapter

    def __init__(self, monkeypatch):
        super().__init__(monkeypatch, DataverseFake)
        self.given = {
            "tenant": TENANT,
            "authority": self.server.url,
            "client_id": Secret("env:FAKE_NAME"),
            "client_secret": Secret("env:FAKE_WORD"),
        }
        self.spoil = {"deal": {"estimatedvalue": "much"}}

    def id_of(self, kind, number):
        return f"{KINDS.index(kind):08x}-0000-4000-8000-{number:012x}"

    def kinds(self):
        return ("account", "user", "contact", "lead", "product", "deal")

    def merge(self, loser, survivor):
        self.server.crm.merge(loser, survivor)

    def expire(self):
        self.server.token = "another"


class ModifiedHarness(DataverseHarness):
    """An environment that tracks nothing."""

    def __init__(self, monkeypatch):
        super().__init__(monkeypatch)
        self.server.untracked = True
        self.given["changes"] = "modified"


class SapHarness(ODataHarness):
    """A tenant that the contract changes."""

    secrets = (NAME, WORD)
    kind = SapAdapter

    def __init__(self, monkeypatch):
        super().__init__(monkeypatch, SapFake)
        self.given = {"user": Secret("env:FAKE_NAME"), "password": Secret("env:FAKE_WORD")}
        self.spoil = {"deal": {"LifeCycleStatusCode": "9"}}

    def kinds(self):
        return ("account", "contact", "product", "deal")

    def expire(self):
        self.server.pair = "another"


def pytest_addoption(parser):
    parser.addoption(
        "--require-servers", action="store_true", help="fail, rather than skip, where a real server cannot be had"
    )


def pytest_configure(config):
    """Install the server before the workers begin, so that it is installed once."""
    if config.getoption("--require-servers") and not hasattr(config, "workerinput") and shutil.which("npm"):
        with suppress(UnavailableError):  # each test that needs it says so
            installed()


@pytest.fixture(scope="session")
def cap(request):
    """A real OData server; without one the tests are skipped with the reason, or fail if servers are required.

    Without npm, which Python cannot install, they are skipped in any case.
    """
    with tempfile.TemporaryDirectory() as folder:
        if shutil.which("npm") is None:
            pytest.skip("no OData server: there is no npm on this machine")
        try:
            server = Cap(installed(), Path(folder))
        except UnavailableError as reason:
            if request.config.getoption("--require-servers"):
                pytest.fail(f"no OData server: {reason}")
            pytest.skip(f"no OData server: {reason}")
        yield server
        server.stop()


@pytest.fixture
def dataverse(monkeypatch):
    """A new environment for each test."""
    harness = DataverseHarness(monkeypatch)
    yield harness
    harness.server.close()


@pytest.fixture
def modified(monkeypatch):
    """A new environment without tracking for each test."""
    harness = ModifiedHarness(monkeypatch)
    yield harness
    harness.server.close()


@pytest.fixture
def sap(monkeypatch):
    """A new tenant for each test."""
    harness = SapHarness(monkeypatch)
    yield harness
    harness.server.close()
