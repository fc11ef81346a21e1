"""Files keep the contract of an adapter."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from salesteam.crm import Ref
from salesteam.testing import AdapterContract, Harness
from salesteam_files._adapter import FilesAdapter
from salesteam_files._config import Config, Mapped

HEADS = {
    "account": ("id", "name", "sector"),
    "deal": ("id", "title", "state", "amount", "closed"),
}
KINDS = {
    "account": Mapped(file="account.csv", id="id", columns={"name": "name", "industry": "sector"}),
    "deal": Mapped(
        file="deal.csv",
        id="id",
        columns={"name": "title", "status": "state", "value": "amount", "closed_on": "closed"},
        values={"state": {"Won": "won", "Open": "open"}},
    ),
}


class FilesHarness(Harness):
    """A folder of two files that are written anew at every change."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tables = {kind: {} for kind in HEADS}
        for kind in HEADS:
            self.save(kind)

    def save(self, kind):
        with (self.root / f"{kind}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(HEADS[kind])
            writer.writerows(self.tables[kind].values())

    def adapter(self):
        config = Config(
            root=str(self.root),
            kinds={kind: (mapped,) for kind, mapped in KINDS.items()},
            excess_digits="reject",
            currency="CNY",
            date_format="%d-%m-%y",
        )
        return FilesAdapter(config, source="files")

    def kinds(self):
        return tuple(HEADS)

    def create(self, kind, number):
        key = f"{kind}-{number}"
        rows = {
            "account": (key, f"Account {number}", "software"),
            "deal": (key, f"Deal {number}", "Won", f"{number}.50", "31-12-17"),
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
        self.tables[kind]["bad"] = ("bad", "Bad", "Won", "much", "31-12-17")
        self.save(kind)


class TestFiles(AdapterContract):
    """The whole contract, on a folder of CSV files."""

    @pytest.fixture
    def harness(self, tmp_path):
        """A new folder for each test."""
        return FilesHarness(tmp_path)
