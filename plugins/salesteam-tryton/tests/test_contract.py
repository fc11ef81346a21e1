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

    def spread(self, harness, count):
        """A real server takes its time: broken off at every request are readings of a parent, a child and a deal."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(harness, "kinds", lambda: ("account", "contact", "deal"))
            yield from super().spread(harness, count)
