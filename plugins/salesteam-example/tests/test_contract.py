"""TinyCRM keeps the contract of an adapter."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from salesteam.crm import Ref
from salesteam.testing import AdapterContract, Harness
from salesteam_example._adapter import TABLES, TinyAdapter


class TinyHarness(Harness):
    """A file of TinyCRM, and what its users do to it behind the adapter's back."""

    def __init__(self, path):
        self.path = path
        self.now = datetime(2026, 9, 1, tzinfo=UTC)
        self.tables = {table: {} for table in TABLES.values()}
        self.save()

    def save(self):
        tables = {table: list(rows.values()) for table, rows in self.tables.items()}
        self.path.write_text(json.dumps(tables), encoding="utf-8")

    def put(self, ref, **columns):
        """Write columns of a row; the clock moves on by a second."""
        self.now += timedelta(seconds=1)
        rows = self.tables[TABLES[ref.kind]]
        row = rows.setdefault(ref.external_id, {"id": ref.external_id})
        row.update(columns, changed=self.now.isoformat())
        self.save()

    # what the contract needs

    def adapter(self):
        return TinyAdapter(TinyAdapter.Config(path=str(self.path), currency="CNY"), source="tiny")

    def kinds(self):
        return tuple(TABLES)

    def create(self, kind, number):
        ref = Ref("tiny", kind, f"{kind}-{number}")
        chance = {"customer": "account-1", "state": "WON", "amount": f"{number}.50", "closed": "2026-09-30"}
        self.put(ref, name=f"{kind} {number}", gone=False, **(chance if kind == "deal" else {}))
        return ref

    def touch(self, ref):
        name = self.tables[TABLES[ref.kind]][ref.external_id]["name"]
        self.put(ref, name=f"{name}*")

    # what the server can do besides; leave out what yours cannot

    def touch_all(self, kind):
        before = self.now
        for key in self.tables[TABLES[kind]]:
            self.now = before
            self.touch(Ref("tiny", kind, key))

    def delete(self, ref):
        self.put(ref, gone=True)

    def undelete(self, ref):
        self.put(ref, gone=False)

    def inject(self, kind):
        self.put(
            Ref("tiny", kind, "bad"),
            name="Bad",
            gone=False,
            customer="account-1",
            state="HOPING",
            amount="1",
            closed=None,
        )


class TestTiny(AdapterContract):
    """The whole contract, on a file of TinyCRM."""

    @pytest.fixture
    def harness(self, tmp_path):
        """A new file for each test."""
        return TinyHarness(tmp_path / "tiny.json")
