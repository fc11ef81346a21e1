"""Both profiles keep the contract of an adapter, and survive the faults of a server."""

from __future__ import annotations

import pytest

from salesteam.errors import Rejected
from salesteam.testing import AdapterContract, Answer, HttpContract


class TestDataverse(AdapterContract, HttpContract):
    """The whole contract, on a fake environment."""

    @pytest.fixture
    def harness(self, dataverse):
        """With an error inside a good answer."""
        dataverse.body_errors = ((Answer(body={"error": {"code": "0x1", "message": "no"}}), Rejected),)
        return dataverse


class TestModified(AdapterContract, HttpContract):
    """The whole contract, on a fake environment that tracks nothing."""

    @pytest.fixture
    def harness(self, modified):
        """With an error inside a good answer."""
        modified.body_errors = ((Answer(body={"error": {"code": "0x1", "message": "no"}}), Rejected),)
        return modified


class TestSap(AdapterContract, HttpContract):
    """The whole contract, on a fake tenant."""

    @pytest.fixture
    def harness(self, sap):
        """With an error inside a good answer."""
        sap.body_errors = ((Answer(body={"error": {"message": {"value": "no"}}}), Rejected),)
        return sap
