"""Salesforce keeps the contract of an adapter, and survives the faults of a server."""

from __future__ import annotations

import pytest

from salesteam.errors import QuotaExhausted
from salesteam.testing import AdapterContract, Answer, HttpContract

CROWDED = ("ConcurrentRequests (Concurrent API Requests) Limit exceeded.", "ConcurrentPerOrgLongTxn Limit exceeded.")


def told(code, status=400, message="no"):
    """An error as Salesforce words it."""
    return Answer(status=status, body=[{"errorCode": code, "message": message}])


class TestSalesforce(AdapterContract, HttpContract):
    """The whole contract, on a fake org."""

    @pytest.fixture
    def harness(self, harness):
        """With the codes of Salesforce."""
        used_up = told("REQUEST_LIMIT_EXCEEDED", 403, "TotalRequests Limit exceeded.")
        harness.body_errors = ((used_up, QuotaExhausted),)
        crowded = tuple(told("REQUEST_LIMIT_EXCEEDED", 403, message) for message in CROWDED)
        harness.waits_in_body = (told("UNABLE_TO_LOCK_ROW"), told("SERVER_UNAVAILABLE", 503), *crowded)
        return harness
