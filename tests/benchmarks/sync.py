"""Benchmark of the sync, as ratios against a bare SQLite insert of the same rows in the same run.

`run.py` runs it with the others; ``python tests/benchmarks/sync.py`` runs it alone, ``--rows`` says how many records,
``--json`` prints numbers alone.
Every time is the best of several turns, and what is compared takes turns, so that a busy machine slows both;
rates are told by the clock and by the time of the processor, which other work does not lengthen as much.
Memory is that of processes of their own, one with few records and one with many, read from an adapter that makes
each page when it is asked for it.
"""

from __future__ import annotations

import argparse
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zlib import crc32

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[2]), str(HERE.parents[2] / "src")]

from salesteam.core import Money  # noqa: E402 -- after the path
from salesteam.crm import Batch, Cursor, Deal, MemoryAdapter, MemoryConfig, MemoryCRM, Ref, Store, open_store, sync  # noqa: E402

AT = datetime(2026, 1, 1, tzinfo=UTC)
PAGE = 1000
GOALS = {
    "new_rate": 20_000,
    "new_cpu_rate": 20_000,
    "written": 0,
    "ratio": 4.0,
    "unchanged_faster": 1.3,
    "growth_mb": 5.0,
}
"""Records a second; times a bare insert; times faster when nothing changed; megabytes from few records to many."""


def deal(number: int) -> Deal:
    """A deal with what deals have."""
    return Deal(
        ref=Ref("bench", "deal", f"D-{number:07}"),
        name=f"Deal {number}",
        status="open",
        account=Ref("bench", "account", f"A-{number % 1000}"),
        stage=Ref("bench", "stage", f"S-{number % 7}"),
        owner=Ref("bench", "user", f"U-{number % 50}"),
        value=Money(100 * number, "CNY"),
        expected_close=AT.date() + timedelta(days=number % 365),
        created_at=AT,
        updated_at=AT + timedelta(seconds=number),
    )


class Stream(MemoryAdapter):
    """Makes each page when it is asked for it, so that memory is the library's alone."""

    rows = 0

    def fetch(self, kind, since, *, until, overlap, page_size):
        """Pages of deals."""
        del since, until, overlap
        for start in range(0, self.rows if kind == "deal" else 0, page_size):
            records = tuple(deal(number) for number in range(start, min(start + page_size, self.rows)))
            yield Batch(records=records, cursor=Cursor.of(1, (AT + timedelta(seconds=start)).isoformat()))


def streaming(rows: int) -> Stream:
    """An adapter of so many deals."""
    server = MemoryCRM("bench", now=AT + timedelta(days=365))
    made = Stream(MemoryConfig(server=server), source="bench")
    made.rows = rows
    return made


def bare(rows: list[tuple[object, ...]], path: Path) -> None:
    """A plain insert of the same bodies, in transactions of a page."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(
        "CREATE TABLE record (source TEXT, kind TEXT, external_id TEXT, body TEXT, updated_at INTEGER,"
        " PRIMARY KEY (source, kind, external_id)) STRICT"
    )
    for first in range(0, len(rows), PAGE):
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?)", rows[first : first + PAGE])
        connection.execute("COMMIT")
    connection.close()


def speed(count: int, times: int) -> dict[str, float]:
    """Rates of a first and of an unchanged sync through the CRM in memory, and the ratio to the bare insert."""
    server = MemoryCRM("bench", (deal(number) for number in range(count)), now=AT + timedelta(days=365))
    adapter = server.adapter()
    bodies: list[tuple[object, ...]] = []
    best = dict.fromkeys(("new", "unchanged", "bare", "new_cpu", "unchanged_cpu", "bare_cpu"), 1e9)
    written = 0

    def timed(name: str, work: Callable[[], Any]) -> Any:
        start, cpu = time.perf_counter(), time.process_time()
        found = work()
        best[name] = min(best[name], time.perf_counter() - start)
        best[f"{name}_cpu"] = min(best[f"{name}_cpu"], time.process_time() - cpu)
        return found

    for turn in range(times):
        with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "s.sqlite") as store:
            for name, options in (("new", {}), ("unchanged", {"restart": True})):
                before = content(store)
                run = timed(name, partial(sync, adapter, store, kinds=["deal"], **options))
                assert count == getattr(run.part("deal"), name), run.text()
                if name == "unchanged":
                    written += content(store) != before
            if not bodies:
                bodies = store.connection.execute(
                    "SELECT source, kind, external_id, body, updated_at FROM record"
                ).fetchall()
            timed("bare", partial(bare, bodies, Path(folder) / f"bare{turn}.sqlite"))
    return {
        **{f"{name}_rate": round(count / seconds) for name, seconds in best.items()},
        "ratio": round(best["new"] / best["bare"], 2),
        "ratio_cpu": round(best["new_cpu"] / best["bare_cpu"], 2),
        "unchanged_faster": round(best["new"] / best["unchanged"], 2),
        "written": written,
    }


def content(store: Store) -> tuple[object, ...]:
    """How many changes a store tells, and a sum over the bytes of its records; time and cost count for neither."""
    (changes,) = store.connection.execute("SELECT count(*) FROM change").fetchone()
    rows = store.connection.execute("SELECT * FROM record ORDER BY source, kind, external_id")
    total = 0
    for row in rows:
        total = crc32(repr(row).encode(), total)
    return changes, total


def peak(count: int) -> float:
    """Megabytes that a process of its own needs at most for two syncs of so many records."""
    command = [sys.executable, str(HERE), "--peak", str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def print_peak(count: int) -> None:
    """Sync twice, and print the most memory that was held."""
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "s.sqlite") as store:
        adapter = streaming(count)
        for _ in range(2):
            assert "complete" == sync(adapter, store, restart=True).state
        assert count == sum(1 for _ in store.records("deal"))
    print(most_memory())


def most_memory() -> float:
    """Megabytes that this process held at most; a child begins with its parent's mark except where Linux tells."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (each for each in status.read_text(encoding="utf-8").splitlines() if each.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(rows: int, times: int) -> dict[str, float]:
    """Rates, ratios and memory, by the names that `GOALS` has."""
    small, large = peak(rows // 10), peak(rows)
    return {"rows": rows, **speed(rows, times), "peak_mb": round(large, 1), "growth_mb": round(large - small, 1)}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--times", type=int, default=3)
    options.add_argument("--json", action="store_true")
    options.add_argument("--peak", type=int)
    chosen = options.parse_args()
    if chosen.peak is not None:
        print_peak(chosen.peak)
        return
    found = measured(chosen.rows, chosen.times)
    if chosen.json:
        print(json.dumps(found, indent=1))
        return
    for name, value in found.items():
        goal = f"  (goal {GOALS[name]:,})" if name in GOALS else ""
        print(f"{name:18} {value:>10,}{goal}")


if __name__ == "__main__":
    main()
