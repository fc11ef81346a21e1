"""A process that is killed at any step, or that finds the disk full, leaves a store that the next sync completes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.crm.faulty import Faulty, contents, dump, server_of, synced, visible
from tests.crm.world import codes, deal, ref

from salesteam.crm import open_store

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.parametrize("first", [0, 1, 2])
def test_a_process_killed_at_any_step_loses_and_doubles_nothing(tmp_path, first):
    """Killed before every statement to the store, each in turn, and synced again."""
    path = os.pathsep.join([str(ROOT), *sys.path])
    command = [sys.executable, str(ROOT / "tests" / "crm" / "killed.py"), str(tmp_path), str(first), "3"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, env={**os.environ, "PYTHONPATH": path}
    )
    assert (0, "") == (done.returncode, done.stderr)
    *killed, last = done.stdout.splitlines()
    assert len(killed) > 10
    assert {"True complete True 0 0 ok"} == set(killed)
    assert "False complete True 0 0 ok" == last


def test_a_full_disk_keeps_everything_up_to_the_last_page(tmp_path):
    """The finding says so, the store is whole, and with room again the sync goes on where it stopped."""
    server = server_of(records=[deal(f"D-{number:04}", name="x" * 500) for number in range(400)])
    adapter = Faulty(server)
    with open_store(tmp_path / "s.sqlite") as store:
        (used,) = store.connection.execute("PRAGMA page_count").fetchone()
        store.connection.execute(f"PRAGMA max_page_count = {used + 60}")
        run = synced(adapter, store, page_size=20)
        assert (["crm.store-failed"], "resumable") == (codes(run.report), run.state)
        assert "full" in run.report.text()
        kept = store.count("deal")
        assert 0 < kept < 400
        assert 0 == kept % 20
        assert "ok" == store.connection.execute("PRAGMA integrity_check").fetchone()[0]
        store.connection.execute("PRAGMA max_page_count = 1000000")
        assert 400 - kept == synced(adapter, store, page_size=20).part("deal").new
        assert visible(server) == contents(store)


def test_a_disk_that_is_full_from_the_start_changes_nothing(tmp_path):
    """Not even the line of the run can be written, and still there is a report."""
    server = server_of(records=[deal("D-1", name="x" * 9000)])
    with open_store(tmp_path / "s.sqlite") as store:
        (used,) = store.connection.execute("PRAGMA page_count").fetchone()
        store.connection.execute(f"PRAGMA max_page_count = {used}")
        before = dump(store)
        run = synced(Faulty(server), store)
        assert ("crm.store-failed", before) == (codes(run.report)[-1], dump(store))


def test_a_store_that_is_locked_by_another_program_is_a_finding(tmp_path):
    """A backup tool that holds the file costs a run, not the data."""
    server = server_of(records=[deal("D-1")])
    with open_store(tmp_path / "s.sqlite") as store, open_store(tmp_path / "s.sqlite") as other:
        store.connection.execute("PRAGMA busy_timeout = 10")
        other.connection.execute("BEGIN IMMEDIATE")
        run = synced(Faulty(server), store)
        assert (["crm.store-failed"], "resumable") == (codes(run.report), run.state)
        other.connection.execute("ROLLBACK")
        assert "complete" == synced(Faulty(server), store).state
        assert store.get(ref("deal", "D-1")) is not None
