"""HubSpot keeps the contract of an adapter, and survives the faults of a server."""

from __future__ import annotations

import pytest

from salesteam.errors import QuotaExhausted, Rejected
from salesteam.testing import AdapterContract, Answer, Fault, HttpContract, read_all


class TestHubSpot(AdapterContract, HttpContract):
    """The whole contract, on a fake account."""

    @pytest.fixture
    def harness(self, harness):
        """With the errors that HubSpot puts into its answers."""
        harness.body_errors = (
            (Answer(body={"status": "error", "message": "no"}), Rejected),
            (Answer(status=429, body={"policyName": "DAILY", "message": "daily limit"}), QuotaExhausted),
        )
        return harness


def test_a_daily_limit_is_not_waited_for(harness):
    """The run ends at once and can go on tomorrow."""
    adapter = harness.adapter()
    answer = Answer(status=429, body={"policyName": "DAILY"}, headers={"Retry-After": "1"})
    fault = harness.server.fail(Fault(how="answer", answer=answer))
    with pytest.raises(QuotaExhausted):
        read_all(adapter, "deal")
    assert 1 == fault.hits
    adapter.close()
