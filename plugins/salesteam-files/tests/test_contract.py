"""Files of every format keep the contract of an adapter."""

from __future__ import annotations

from datetime import date

import pytest

from salesteam.crm import Ref
from salesteam.testing import AdapterContract, Harness

HEADS = {
    "account": ("id", "name", "sector"),
    "deal": ("id", "title", "state", "amount", "closed"),
}
MAPPED = {
    "account": {"id": "id", "columns": {"name": "name", "industry": "sector"}},
    "deal": {
        "id": "id",
        "columns": {"name": "title", "status": "state", "value": "amount", "closed_on": "closed"},
        "values": {"state": {"Won": "won", "Open": "open"}},
    },
}


class FilesHarness(Harness):
    """A folder of two files that are written anew at every change."""

    def __init__(self, write, source, ending):
        self.write, self.source, self.ending = write, source, ending
        self.tables = {kind: {} for kind in HEADS}
        for kind in HEADS:
            self.save(kind)

    def save(self, kind):
        self.write(f"{kind}{self.ending}", HEADS[kind], list(self.tables[kind].values()))

    def adapter(self):
        kinds = {kind: {"file": f"{kind}{self.ending}", **mapped} for kind, mapped in MAPPED.items()}
        return self.source(kinds, currency="CNY")

    def kinds(self):
        return tuple(HEADS)

    def create(self, kind, number):
        key = f"{kind}-{number}"
        rows = {
            "account": (key, f"Account {number}", "software"),
            "deal": (key, f"Deal {number}", "Won", f"{number}.50", date(2017, 12, 31)),
        }
        self.tables[kind][key] = rows[kind]
        self.save(kind)
        return Ref("files", kind, key)

    def touch(self, ref):
        key, name, *rest = self.tables[ref.kind][ref.external_id]
        self.tables[ref.kind][ref.external_id] = (key, f"{name}*", *rest)
        self.save(ref.kind)

    def touch_all(self, kind):
        for key in self.tables[kind]:
            self.touch(Ref("files", kind, key))

    def delete(self, ref):
        self.gone = self.tables[ref.kind].pop(ref.external_id)
        self.save(ref.kind)

    def undelete(self, ref):
        self.tables[ref.kind][ref.external_id] = self.gone
        self.save(ref.kind)

    def inject(self, kind):
        if kind != "deal":
            self.cannot(f"hold a bad row of kind {kind}")
        self.tables[kind]["bad"] = ("bad", "Bad", "Won", "much", date(2017, 12, 31))
        self.save(kind)


class TestFiles(AdapterContract):
    """The whole contract, on a folder of files."""

    @pytest.fixture(params=[".csv", ".tsv", ".parquet", ".xlsx"])
    def harness(self, request, write, source):
        """A new folder for each test."""
        return FilesHarness(write, source, request.param)
