"""Odoo keeps the contract of an adapter over both protocols, and survives the faults of a server."""

from __future__ import annotations

import pytest
from tests.conftest import OdooHarness
from tests.fake import SaidError

from salesteam.errors import AuthExpired, Rejected
from salesteam.testing import AdapterContract, Answer, HttpContract, sync_machine

PASSING = (
    *("psycopg2.errors.SerializationFailure", "psycopg2.pool.PoolError"),
    *("odoo.exceptions.ConcurrencyError", "odoo.exceptions.LockError"),
)


def named(name, status):
    """An exception as JSON-2 tells it."""
    return Answer(status=status, body=SaidError(name, "no").data)


def inside(name):
    """An exception as JSON-RPC tells it, inside a 200."""
    error = {"code": 0, "message": "Odoo Server Error", "data": SaidError(name, "no").data}
    return Answer(body={"jsonrpc": "2.0", "id": 1, "error": error})


class TestJson2(AdapterContract, HttpContract):
    """The whole contract, over the protocol of Odoo 19."""

    @pytest.fixture
    def harness(self, harness):
        """With exceptions that pass, although their status does not say so, and one that does not."""
        harness.waits_in_body = tuple(named(name, 409 if name.endswith("LockError") else 500) for name in PASSING)
        harness.body_errors = (
            (named("odoo.exceptions.AccessError", 403), Rejected),
            (named("odoo.exceptions.AccessDenied", 403), AuthExpired),
        )
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
        rpc.waits_in_body = tuple(map(inside, PASSING))
        return rpc


TestWhateverHappens = sync_machine(lambda folder, monkeypatch: OdooHarness(monkeypatch), examples=5)
