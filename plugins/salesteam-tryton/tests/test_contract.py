"""A real Tryton keeps the contract of an adapter, and the adapter survives the faults of a server."""

from __future__ import annotations

import pytest

from salesteam.testing import AdapterContract, HttpContract


class TestTryton(AdapterContract, HttpContract):
    """The whole contract, over JSON-RPC."""

    @pytest.fixture
    def harness(self, harness):
        """The server of all tests."""
        return harness
