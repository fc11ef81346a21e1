"""Pages by keys: no row is missed or doubled while others move, whatever the size of pages and wherever it stops."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.crm.world import NoConfig, deal

from salesteam.core import Report
from salesteam.crm import Capability, Schema, Verified
from salesteam.crm.http import RestAdapter, WindowAdapter

START, TICK = datetime(2026, 1, 1, tzinfo=UTC), timedelta(seconds=1)


class Rows:
    """A server: rows by id, each with the time and the number of its last change."""

    def __init__(self, times):
        self.now = START + TICK * 10
        self.rows = {f"{number:03}": (START + TICK * at, 0) for number, at in enumerate(times)}
        self.reads = 0

    def change(self, *names):
        """Change rows at one and the same instant; one that is not there is new."""
        self.now += TICK
        for name in names:
            self.rows[name] = (self.now, self.rows.get(name, (None, 0))[1] + 1)

    def sorted(self, key, after, until, size):
        """The first rows in an order, of those that changed within a window."""
        found = [
            {"id": name, "at": at, "version": version}
            for name, (at, version) in self.rows.items()
            if (after is None or after <= at) and (until is None or at <= until)
        ]
        return sorted((row for row in found if key(row) is not None), key=key)[:size]


class Both:
    """What both kinds of adapters need."""

    name, Config, verified = "rows", NoConfig, Verified(label="fake", against="tests")

    def __init__(self, rows):
        super().__init__(NoConfig(), source="demo")
        self.rows = rows

    def capabilities(self):
        return {"deal": Capability(incremental="cursor", deletes="none")}

    def check(self):
        return Report()

    def schema(self):
        return Schema()

    def connect(self):
        raise NotImplementedError

    def mark(self, kind, row):
        return row["at"], row["id"]

    def record(self, kind, row):
        return deal(row.data["id"], updated_at=row.data["at"], extra={"version": row.data["version"]})


class ByTime(Both, RestAdapter):
    """In the order of (time, id)."""

    def page(self, kind, after, last, until, size):
        def key(row):
            place = self.mark(kind, row)
            return place if last is None or place > last else None

        return self.rows.sorted(key, after, until, size)


class ById(Both, WindowAdapter):
    """Windows of time, each in the order of ids."""

    def search(self, kind, after, until, last, size):
        return self.rows.sorted(lambda row: row["id"] if last is None or row["id"] > last else None, after, until, size)


changed = st.lists(st.integers(0, 12), min_size=1, max_size=3)
events = st.lists(st.one_of(changed, changed, changed, st.sampled_from(["read", "crash"])), min_size=3, max_size=25)


@pytest.mark.parametrize("kind_of_paging", [ByTime, ById])
@given(st.lists(st.integers(0, 4), max_size=12), st.integers(1, 4), events)
def test_every_row_is_read_while_others_move_and_readings_stop(kind_of_paging, times, size, happens):
    """Changes between any two pages, also at one instant, and stops after any page: in the end all is there."""
    rows, due = Rows(times), [*happens, "crash"]
    store, cursor = {}, None
    while due:
        until, seen = rows.now, set()
        adapter = kind_of_paging(rows)
        for batch in adapter.fetch("deal", cursor, until=until, overlap=timedelta(0), page_size=size):
            for record in batch.records:
                assert (record.ref, record.updated_at) not in seen
                assert record.updated_at <= until
                assert len(batch.records) <= size
                seen.add((record.ref, record.updated_at))
                store[record.ref.external_id] = (record.updated_at, record.extra["version"])
            cursor = batch.cursor or cursor
            assert datetime.fromisoformat(cursor.data.get("seen") or cursor.data["at"]) <= until
            event = due.pop(0) if due else "read"
            if event == "crash":
                break
            if event != "read":
                rows.change(*(f"{number:03}" for number in event))
        else:
            due = due[1:]
    for batch in kind_of_paging(rows).fetch("deal", cursor, until=rows.now, overlap=timedelta(0), page_size=size):
        store.update((each.ref.external_id, (each.updated_at, each.extra["version"])) for each in batch.records)
    assert rows.rows == store
