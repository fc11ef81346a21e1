"""Neocrm keeps the contract of an adapter, and survives the faults of a server."""

from __future__ import annotations

import pytest
from tests.conftest import NeocrmHarness, coded

from salesteam.errors import AdapterError, AuthExpired, Rejected
from salesteam.testing import AdapterContract, Answer, HttpContract, sync_machine


class TestNeocrm(AdapterContract, HttpContract):
    """The whole contract, on a fake tenant."""

    @pytest.fixture
    def harness(self, harness):
        """With codes that are not 200 inside a 200."""
        harness.body_errors = (
            (coded("300001"), Rejected),
            (coded(401), AuthExpired),
            (Answer(body={"data": {"records": []}}), AdapterError),
            (Answer(body={"code": 200, "data": None}), AdapterError),
        )
        return harness


TestWhateverHappens = sync_machine(lambda folder, monkeypatch: NeocrmHarness(monkeypatch), examples=5)
