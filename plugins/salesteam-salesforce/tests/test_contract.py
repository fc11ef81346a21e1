"""Salesforce keeps the contract of an adapter, and survives the faults of a server."""

from __future__ import annotations

import pytest

from salesteam.errors import QuotaExhausted
from salesteam.testing import AdapterContract, Answer, HttpContract


def told(code, status=400):
    """An error as Salesforce words it."""
    return Answer(status=status, body=[{"errorCode": code, "message": "no"}])


class TestSalesforce(AdapterContract, HttpContract):
    """The whole contract, on a fake org."""

    @pytest.fixture
    def harness(self, harness):
        """With the codes of Salesforce."""
        harness.body_errors = ((told("REQUEST_LIMIT_EXCEEDED", 403), QuotaExhausted),)
        harness.waits_in_body = (told("UNABLE_TO_LOCK_ROW"), told("SERVER_UNAVAILABLE", 503))
        return harness
