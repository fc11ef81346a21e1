"""Both profiles keep the contract on a real OData server, and survive its faults."""

from __future__ import annotations

import pytest
from tests.real import C4CReal, DataverseReal

from salesteam.testing import AdapterContract, HttpContract


class TestDataverseReal(AdapterContract, HttpContract):
    """The whole contract, over OData V4."""

    @pytest.fixture
    def harness(self, cap, monkeypatch):
        """The server of all tests, empty."""
        harness = DataverseReal(cap, monkeypatch)
        yield harness
        harness.server.close()


class TestC4CReal(AdapterContract, HttpContract):
    """The whole contract, over OData V2."""

    @pytest.fixture
    def harness(self, cap, monkeypatch):
        """The server of all tests, empty."""
        harness = C4CReal(cap, monkeypatch)
        yield harness
        harness.server.close()
