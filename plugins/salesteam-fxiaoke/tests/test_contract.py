"""FXiaoke keeps the contract of an adapter, and survives the faults of a server."""

from __future__ import annotations

import pytest
from tests.conftest import coded

from salesteam.errors import AdapterError, AuthExpired, QuotaExhausted, Rejected
from salesteam.testing import AdapterContract, Answer, HttpContract


class TestFxiaoke(AdapterContract, HttpContract):
    """The whole contract, on a fake tenant."""

    @pytest.fixture
    def harness(self, harness):
        """With the codes of FXiaoke, which all come in a 200."""
        harness.body_errors = (
            (coded(30002), QuotaExhausted),
            (coded(30003), QuotaExhausted),
            (coded(20016), AuthExpired),
            (coded(10013), Rejected),
            (Answer(body={"data": {"dataList": []}}), AdapterError),
        )
        harness.waits_in_body = (coded(14001), coded(30004), coded(20016))
        return harness
