"""A real Tryton for all tests, and a fresh database for each."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from tests.harness import TrytonHarness
from tests.server import Tryton, UnavailableError, installed


def pytest_addoption(parser):
    parser.addoption(
        "--require-servers", action="store_true", help="fail, rather than skip, where a real server cannot be had"
    )


def pytest_configure(config):
    """Install the server before the workers begin, so that it is installed once."""
    if config.getoption("--require-servers") and not hasattr(config, "workerinput"):
        with suppress(UnavailableError):  # each test that needs it says so
            installed()


@pytest.fixture(scope="session")
def tryton(request):
    """A Tryton that runs; without one the tests are skipped with the reason, or fail if servers are required.

    Its database is in memory where the system has a folder for that: Tryton writes at every request.
    """
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        try:
            server = Tryton(installed(), Path(folder))
        except UnavailableError as reason:
            if request.config.getoption("--require-servers"):
                pytest.fail(f"no Tryton: {reason}")
            pytest.skip(f"no Tryton: {reason}")
        yield server
        server.stop()


@pytest.fixture
def harness(tryton, monkeypatch):
    """The server with nothing but an office in it."""
    harness = TrytonHarness(tryton, monkeypatch)
    yield harness
    harness.close()


@pytest.fixture
def adapter(harness):
    """An adapter that the harness closes at the end."""
    return harness.adapter()
