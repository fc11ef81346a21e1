"""The reference CRM in memory keeps the contract that every adapter must keep."""

from __future__ import annotations

import pytest

from salesteam.testing import AdapterContract, MemoryHarness


class TestMemory(AdapterContract):
    """The whole contract, on the CRM in memory."""

    @pytest.fixture
    def harness(self):
        """A new CRM for each test."""
        return MemoryHarness()
