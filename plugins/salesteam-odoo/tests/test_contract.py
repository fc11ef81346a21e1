"""Odoo keeps the contract of an adapter over both protocols, and survives the faults of a server."""

from __future__ import annotations

import pytest
from tests.conftest import OdooHarness

from salesteam.errors import AuthExpired, Rejected
from salesteam.testing import AdapterContract, Answer, HttpContract, sync_machine


def named(name, status):
    """An exception as JSON-2 tells it."""
    return Answer(status=status, body={"name": name, "message": "no", "arguments": [], "debug": ""})


def inside(name):
    """An exception as JSON-RPC tells it, inside a 200."""
    error = {"code": 200, "message": "Odoo Server Error", "data": {"name": name, "message": "no"}}
    return Answer(body={"jsonrpc": "2.0", "id": 1, "error": error})


class TestJson2(AdapterContract, HttpContract):
    """The whole contract, over the protocol of Odoo 19."""

    @pytest.fixture
    def harness(self, harness):
        """With an exception that passes, although its status is 500."""
        harness.waits_in_body = (named("psycopg2.errors.SerializationFailure", 500),)
        return harness


class TestJsonRpc(AdapterContract, HttpContract):
    """The whole contract, over the protocol before it."""

    @pytest.fixture
    def harness(self, rpc):
        """With exceptions inside good answers."""
        rpc.body_errors = (
            (inside("odoo.exceptions.AccessError"), Rejected),
            (inside("odoo.exceptions.AccessDenied"), AuthExpired),
        )
        rpc.waits_in_body = (inside("psycopg2.errors.SerializationFailure"),)
        return rpc


TestWhateverHappens = sync_machine(lambda folder, monkeypatch: OdooHarness(monkeypatch), examples=5)
