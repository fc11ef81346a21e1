"""TinyCRM keeps the contract of an adapter."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from salesteam.crm import Ref
from salesteam.testing import AdapterContract, Harness, sync_machine
from salesteam_example._adapter import TABLES, TinyAdapter


class TinyHarness(Harness):
    """A file of TinyCRM, and what its users do to it behind the adapter's back."""

    def __init__(self, path):
        self.path = path
        self.now = datetime(2026, 9, 1, tzinfo=UTC)
        self.save({**{table: [] for table in TABLES.values()}, "memos": []})

    def tables(self):
        return json.loads(self.path.read_text(encoding="utf-8"))

    def save(self, tables):
        self.path.write_text(json.dumps(tables), encoding="utf-8")

    def row(self, tables, ref):
        return next((row for row in tables[TABLES[ref.kind]] if row["id"] == ref.external_id), None)

    def put(self, ref, **columns):
        """Write columns of a row; the clock moves on by a second."""
        self.now += timedelta(seconds=1)
        tables = self.tables()
        row = self.row(tables, ref)
        if row is None:
            row = {"id": ref.external_id}
            tables[TABLES[ref.kind]].append(row)
        row.update(columns, changed=self.now.isoformat())
        self.save(tables)

    # what the contract needs

    def adapter(self):
        return TinyAdapter(TinyAdapter.Config(path=str(self.path), currency="CNY"), source="tiny")

    def kinds(self):
        return tuple(TABLES)

    def create(self, kind, number):
        ref = Ref("tiny", kind, f"{kind}-{number}")
        chance = {
            "customer": "account-1",
            "state": "WON",
            "amount": f"{number}.50",
            "closed": "2026-09-30",
            "owner": None,
        }
        self.put(ref, name=f"{kind} {number}", gone=False, **(chance if kind == "deal" else {}))
        return ref

    def touch(self, ref):
        self.put(ref, name=self.row(self.tables(), ref)["name"] + "*")

    # what the server can do besides; leave out what yours cannot

    def touch_all(self, kind):
        before = self.now
        for row in self.tables()[TABLES[kind]]:
            self.now = before
            self.touch(Ref("tiny", kind, row["id"]))

    def delete(self, ref):
        if ref.kind == "activity":
            tables = self.tables()
            self.save({**tables, "memos": [memo for memo in tables["memos"] if memo["id"] != ref.external_id]})
        else:
            self.put(ref, gone=True)

    def undelete(self, ref):
        self.put(ref, gone=False)

    # what the tests of writing need

    def colleague(self, number):
        return Ref("tiny", "user", f"user-{number}")

    def wait(self, seconds):
        self.now += timedelta(seconds=seconds)

    def reassign(self, ref, owner):
        self.put(ref, owner=owner.external_id)

    def activities(self, ref):
        return [memo["text"] for memo in self.tables()["memos"] if memo["chance"] == ref.external_id]

    def inject(self, kind):
        self.put(self.create(kind, 900), gone="perhaps")


class TestTiny(AdapterContract):
    """The whole contract, on a file of TinyCRM."""

    @pytest.fixture
    def harness(self, tmp_path):
        """A new file for each test."""
        return TinyHarness(tmp_path / "tiny.json")


TestWhateverHappens = sync_machine(lambda folder, monkeypatch: TinyHarness(folder / "tiny.json"))
