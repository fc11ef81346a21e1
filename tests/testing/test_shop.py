"""The shop that authors begin with keeps the contract of an adapter, both with marks and with tokens."""

from __future__ import annotations

import pytest
from tests.testing.shop import ShopAdapter, ShopHarness, TokenAdapter

from salesteam.testing import AdapterContract


class TestShop(AdapterContract):
    """The whole contract; that of faults is kept in `planted_http`."""

    @pytest.fixture(params=[ShopAdapter, TokenAdapter])
    def harness(self, request):
        """A new shop for each test."""
        harness = ShopHarness(request.param)
        yield harness
        assert [] == harness.server.refused
        harness.close()
