"""Benchmarks as ratios: pay against the same plan written by hand, and the sync against a bare insert, in one run.

`nox -s bench` runs it; ``nox -s bench -- --rows 10000000 --write`` writes its section of the
page that is committed and leaves those of other numbers of credits as they are.
Every time is the best of several, and what is compared takes turns, so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[2]))
PAGE = HERE.parents[2] / "docs" / "reference" / "benchmarks.md"
LIBRARIES = ("pandas", "polars", "duckdb")
GOALS = {"pandas": 0.5, "polars": 1.0, "duckdb": 1.2}
"""Ratios that pay shall reach in the end."""
SMALL = "## Small things"
TURNS = 100
"""Turns of the small run: fewer take so little time that other work of the machine can fall on all of them."""
INTRODUCTION = """# Benchmarks

How long pay takes, as a ratio to the same plan written by hand for each library, in one run.
Both give the same lines and payouts to the cent, which the benchmark compares before it measures.
The hand-written equals check nothing; they are in `tests/benchmarks/by_hand.py`.

The plan has marginal tiers over a quarter whose rates change in its middle, a weight by product, a gate on the payee's
attainment, a team coefficient, and a cap.
What is made are before, after, rate and pay of each line, and the payouts, as frames.

Memory is the greatest size of a fresh process above what it was with the facts loaded.
It counts what the allocators of the libraries keep for later, which moves by some tens of megabytes from one process to the next.
"""
TRACE = ("transaction", "payee", "period", "before", "after", "rate", "pay_minor")
"""The columns of lines that both sides give."""


def say(text: str) -> None:
    """Progress, apart from the result."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def best(times: int, *works: Callable[[], Any]) -> list[float]:
    """Seconds of the fastest turn of each work; they take turns."""
    found = [float("inf")] * len(works)
    for _ in range(times):
        for index, work in enumerate(works):
            start = time.perf_counter()
            work()
            found[index] = min(found[index], time.perf_counter() - start)
    return found


def inputs(kind: str, frames: tuple[Any, Any, Any]) -> tuple[Any, Callable[[], Any]]:
    """Deals, people and quotas of a kind, as the library takes them; and the same plan written by hand on them."""
    import duckdb
    from tests.benchmarks import by_hand
    from tests.benchmarks.world import in_duckdb

    from salesteam import incentives as inc

    hand: Callable[[], Any]
    if kind == "duckdb":
        home = duckdb.connect()
        home.execute("set enable_progress_bar = false")
        frames = in_duckdb(frames, home)
        hand = partial(by_hand.with_duckdb, home)
    else:
        hand = partial(getattr(by_hand, f"with_{kind}"), *frames)
    deals, people, quotas = frames
    return inc.Facts(transactions=deals, people=people, quotas=quotas), hand


def framed(kind: str, facts: Any) -> tuple[Any, Any, Any]:
    """The facts as frames of pandas, or else of Polars."""
    return (facts.deals, facts.people, facts.quotas) if kind == "pandas" else facts.polars()


def ours(given: Any) -> tuple[Any, Any]:
    """Pay through the library: lines with their trace, and payouts, as frames."""
    from tests.benchmarks.world import PLAN

    from salesteam import incentives as inc

    made = inc.pay(PLAN, given)
    return made.to_frame("lines", columns=TRACE), made.to_frame("payouts")


def pay_against_hand(rows: int, payees: int, times: int) -> dict[str, dict[str, float]]:
    """Seconds of pay and of the hand-written equal, and their ratio, for each library; cents are compared first."""
    from tests.benchmarks.world import world

    say(f"making {rows:,} credits of {payees:,} payees")
    facts = world(rows, payees)
    found: dict[str, dict[str, float]] = {}
    for kind in LIBRARIES:
        given, hand = inputs(kind, framed(kind, facts))
        same_cents(kind, hand(), ours(given))
        say(f"{kind}: best of {times}")
        by_hand, salesteam = best(times, hand, partial(ours, given))
        found[kind] = {"by hand": by_hand, "salesteam": salesteam, "ratio": salesteam / by_hand}
        say(f"{kind}: {salesteam:.2f} s against {by_hand:.2f} s, ratio {salesteam / by_hand:.2f}")
    return found


def same_cents(kind: str, by_hand: tuple[Any, Any], salesteam: tuple[Any, Any]) -> None:
    """Refuse to measure what does not pay the same: before, after, rate and pay of each line, and each payout."""
    tables = (("lines", ["transaction"]), ("payouts", ["payee", "quarter"]))
    for (table, keys), expected, got in zip(tables, by_hand, salesteam, strict=True):
        a, b = read(kind, expected).sort(keys), read(kind, got).sort(keys)
        if not a.equals(b.select(a.columns)):
            raise SystemExit(f"{kind}: {table} differ, by hand\n{a}\nand here\n{b}")


def read(kind: str, frame: Any) -> Any:
    """A table of either side in the same columns and types, so that they can be compared."""
    import polars as pl

    made = frame.pl() if kind == "duckdb" else pl.from_pandas(frame) if kind == "pandas" else frame
    names = {"period": "quarter", "pay_minor": "pay"}
    made = made.rename({name: new for name, new in names.items() if name in made.columns})
    if made.schema["quarter"] == pl.String:
        made = made.with_columns(pl.col("quarter").str.slice(-1))
    numbers = [name for name in ("before", "after", "rate") if name in made.columns]
    rounded = pl.col(*numbers).cast(pl.Float64).round_sig_figs(12).fill_nan(None) if numbers else []
    return made.with_columns(pl.col("payee").cast(pl.String), pl.col("quarter", "pay").cast(pl.Int64), rounded)


def peak(kind: str, side: str, folder: str) -> float:
    """Megabytes that one side adds at most to a fresh process that has loaded its facts."""
    code = f"from tests.benchmarks.run import measure; measure({kind!r}, {side!r}, {folder!r})"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=HERE.parents[2],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    return float(done.stdout)


def measure(kind: str, side: str, folder: str) -> None:
    """The work of `peak`: load, note the size, run once, print what the greatest size was above it."""
    small(kind, side)
    given, hand = inputs(kind, loaded(kind, folder))
    trim()
    Path("/proc/self/clear_refs").write_text("5")
    base = resident("VmRSS")
    kept = hand() if side == "by hand" else ours(given)
    sys.stdout.write(str((resident("VmHWM") - base) / 1024))
    del kept


def loaded(kind: str, folder: str) -> tuple[Any, Any, Any]:
    """The frames from their files, each read by its own library, so that little else was ever held."""
    import pandas as pd
    import polars as pl

    paths = [Path(folder) / f"{name}.parquet" for name in ("deals", "people", "quotas")]
    deals, people, quotas = (pd.read_parquet(path) if kind == "pandas" else pl.read_parquet(path) for path in paths)
    if kind == "pandas":
        return deals.assign(date=deals["date"].astype("datetime64[s]")), people, quotas
    return deals, people, quotas


def trim() -> None:
    """Give memory that nobody uses back to the system, as far as it can be told to."""
    import ctypes

    import pyarrow as pa

    gc.collect()
    pa.default_memory_pool().release_unused()
    ctypes.CDLL(None).malloc_trim(0)


def small(kind: str, side: str) -> None:
    """Run a side once on little, so that imports and pools of threads count for neither."""
    from tests.benchmarks.world import world

    given, hand = inputs(kind, framed(kind, world(1000, 50)))
    _ = hand() if side == "by hand" else ours(given)


def resident(what: str) -> int:
    """Kilobytes of this process, as Linux tells them."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{what}:"))


def memory(rows: int, payees: int, processes: int) -> dict[str, dict[str, float]]:
    """Peak extra memory of each side and library, in megabytes, and their ratio."""
    from tests.benchmarks.world import world

    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, frame in zip(("deals", "people", "quotas"), world(rows, payees).polars(), strict=True):
            frame.write_parquet(Path(folder) / f"{name}.parquet")
        for kind in LIBRARIES:
            say(f"memory of {kind}")
            hand, salesteam = (
                median(peak(kind, side, folder) for _ in range(processes)) for side in ("by hand", "salesteam")
            )
            found[kind] = {"by hand": hand, "salesteam": salesteam, "ratio": salesteam / hand}
            say(f"{kind}: {salesteam:,.0f} MB against {hand:,.0f} MB, ratio {salesteam / hand:.2f}")
    return found


def small_run(rows: int) -> dict[str, float]:
    """Milliseconds of pay on a small pandas frame, by the clock and by the processor."""
    from tests.benchmarks.world import PLAN, world

    from salesteam import incentives as inc

    say(f"small run of {rows:,} credits")
    facts = world(rows, max(rows // 100, 50))
    given = inc.Facts(transactions=facts.deals, people=facts.people, quotas=facts.quotas)
    found = {"clock": float("inf"), "processor": float("inf")}
    for _ in range(TURNS):
        start = time.perf_counter(), time.process_time()
        inc.pay(PLAN, given).to_frame("payouts")
        took = time.perf_counter() - start[0], time.process_time() - start[1]
        found = {name: min(found[name], 1000 * each) for name, each in zip(found, took, strict=True)}
    return found


def fresh(code: str, times: int) -> float:
    """Seconds of a piece of code in a fresh process, without the start of Python."""
    timed = f"import time; t = time.perf_counter(); {code}; print(time.perf_counter() - t)"
    return min(
        float(subprocess.run([sys.executable, "-c", timed], check=True, capture_output=True, text=True).stdout)
        for _ in range(times)
    )


def imports(times: int) -> dict[str, float]:
    """Milliseconds of `import salesteam` and of `import pandas`, and their ratio."""
    say("imports in fresh processes")
    ours, theirs = fresh("import salesteam", times * 3), fresh("import pandas", times * 3)
    return {"import salesteam": ours * 1000, "import pandas": theirs * 1000, "ratio": ours / theirs}


def demo() -> float | None:
    """Seconds of `salesteam demo` in a fresh process; None where the command line is not installed."""
    say("salesteam demo")
    command = "from salesteam.cli import main; import sys; sys.argv = ['salesteam', 'demo', '--out', {!r}]; main()"
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", command.format(folder)], capture_output=True, text=True, check=False
        )
        seconds = time.perf_counter() - start
    if done.returncode:
        say(f"salesteam demo cannot run here: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
        return None
    return seconds


def section(result: dict[str, Any], command: str) -> str:
    """What one run found of a large number of credits."""
    low, high = result["load"]
    lines = [
        f"## {result['rows']:,} credits, {result['payees']:,} payees",
        "",
        f"Written on {result['date']} by `{command}`, best of {result['times']}, in turns;",
        f"memory is the middle of {result['processes']} processes of each.",
        f"The load of the machine went from {low:.1f} to {high:.1f}; {_setting(result)}.",
        "",
        "| frames | by hand (s) | salesteam (s) | ratio | goal | by hand (MB) | salesteam (MB) | ratio | goal |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for kind, row in result["pay"].items():
        held = result["memory"].get(kind)
        sizes = (
            "| | |" if held is None else f"{held['by hand']:,.0f} | {held['salesteam']:,.0f} | {held['ratio']:.2f} |"
        )
        lines.append(
            f"| {kind} | {row['by hand']:.2f} | {row['salesteam']:.2f} | {row['ratio']:.2f} | {GOALS[kind]} "
            f"| {sizes} 1.0 |"
        )
    return "\n".join([*lines, ""])


def small_things(result: dict[str, Any]) -> str:
    """What one run found of all that does not grow with the credits."""
    found = result["imports"]
    seconds = "not measured" if result["demo"] is None else f"{result['demo']:.1f} s"
    lines = [
        SMALL,
        "",
        f"Written on {result['date']}, at a load of {result['load'][1]:.1f}; {_setting(result)}.",
        (
            f"The small run is the best of {TURNS} turns in the process that has paid the large one, which takes no longer there "
            "than in a fresh one; other work of the machine moves the time of the clock far more than that of the processor."
        ),
        "",
        "| what | found | goal |",
        "|---|--:|--:|",
        (
            f"| pay of 10,000 credits of 100 payees from a pandas frame | {result['small']['clock']:.0f} ms, "
            f"{result['small']['processor']:.0f} ms by the processor | 25 ms |"
        ),
        f"| `import salesteam` against `import pandas` ({found['import pandas']:.0f} ms) | {found['ratio']:.2f} | 0.1 |",
        f"| `salesteam demo` in a fresh process | {seconds} | 10 s |",
    ]
    return "\n".join([*lines, ""])


def _setting(result: dict[str, Any]) -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("pandas", "narwhals", "polars", "duckdb"))
    return f"{result['cores']} cores, shared with other work, Python {result['python']}, {libraries}"


def page(sections: Iterable[str], before: str) -> str:
    """The committed page: new sections, and those of the page as it was about other numbers of credits."""
    found = {text.partition("\n")[0]: text for text in _sections(before)}
    found |= {text.partition("\n")[0]: text for text in sections}
    return "\n".join([INTRODUCTION, *(found[heading] for heading in sorted(found, key=_place))])


def _sections(text: str) -> Iterator[str]:
    for part in text.split("\n## ")[1:]:
        yield f"## {part.rstrip()}\n"


def _place(heading: str) -> int:
    """Sections by their number of credits, then small things, then the sync."""
    number = heading.removeprefix("## ").partition(" ")[0].replace(",", "")
    return int(number) if number.isdigit() else sys.maxsize + (heading == SYNC)


SYNC = "## Sync of a CRM into a store"


def sync_section(found: dict[str, Any]) -> str:
    """The part of the page on the sync."""
    from tests.benchmarks.sync import GOALS as WANTED

    rows = (
        ("records a second, all of them new", "new_rate", "new_cpu_rate", WANTED["new_rate"]),
        ("records a second, none of them changed", "unchanged_rate", "unchanged_cpu_rate", None),
        ("rows a second of a bare insert of the same bodies", "bare_rate", "bare_cpu_rate", None),
    )
    lines = [
        SYNC,
        "",
        (
            f"{found['rows']:,} deals of a CRM in memory, in pages of 1,000, are validated, hashed, compared, logged and kept "
            "in a SQLite file."
        ),
        "The second time all are read again, and nothing has changed.",
        (
            f"Written on {found['date']}, best of {found['times']}, on two cores under a load of {found['load']:.0f}; "
            "the time of the processor is what a machine without other work would need."
        ),
        "",
        "| what | by the clock | by the processor | goal |",
        "|---|--:|--:|--:|",
        *(
            f"| {what} | {found[rate]:,} | {found[cpu]:,} | {'' if goal is None else f'{goal:,}'} |"
            for what, rate, cpu, goal in rows
        ),
        f"| times a bare insert | {found['ratio']:.1f} | {found['ratio_cpu']:.1f} | {WANTED['ratio']:.0f} |",
        "",
        f"The unchanged sync wrote nothing in {found['times'] - found['written']} of {found['times']} turns.",
        (
            f"A process that syncs them needs {found['peak_mb']:.0f} MB at most, {found['growth_mb']:.1f} MB more than for a "
            f"tenth of them (goal: at most {WANTED['growth_mb']:.0f} MB more): memory is of a page."
        ),
        "",
    ]
    return "\n".join(lines)


def measured_sync(rows: int, times: int) -> dict[str, Any]:
    """What the benchmark of the sync found, with when and under which load."""
    from tests.benchmarks.sync import measured

    say(f"sync of {rows:,} records")
    found = measured(rows, times)
    return {**found, "times": times, "date": date.today().isoformat(), "load": os.getloadavg()[0]}


def main() -> None:
    """Measure, and print or write."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=1_000_000, help="credits of the large run (default 1,000,000)")
    options.add_argument("--payees", type=int, help="payees of the large run (default one for 100 credits)")
    options.add_argument("--times", type=int, default=3, help="turns, of which the best counts (default 3)")
    options.add_argument("--processes", type=int, default=3, help="fresh processes to measure memory in (default 3)")
    options.add_argument("--no-memory", action="store_true", help="leave the memory of fresh processes out")
    options.add_argument("--no-small", action="store_true", help="leave out what does not grow with the credits")
    options.add_argument("--json", action="store_true", help="print the result as JSON")
    options.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(PAGE.parents[2])}")
    options.add_argument("--sync", type=int, default=100_000, help="records of the sync (default 100,000)")
    options.add_argument("--only-sync", action="store_true", help="measure the sync alone; with --write, its section")
    asked = options.parse_args()
    if asked.only_sync:
        found = sync_section(measured_sync(asked.sync, asked.times))
        if asked.write:
            PAGE.write_text(page([found], PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        sys.stdout.write(found)
        return
    payees = asked.payees or max(asked.rows // 100, 50)
    start = os.getloadavg()[0]
    result = {
        "date": date.today().isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "rows": asked.rows,
        "payees": payees,
        "times": asked.times,
        "processes": asked.processes,
        "pay": pay_against_hand(asked.rows, payees, asked.times),
        "memory": {} if asked.no_memory else memory(asked.rows, payees, asked.processes),
    }
    result["load"] = [start, os.getloadavg()[0]]
    parts = [section(result, " ".join(["python tests/benchmarks/run.py", *sys.argv[1:]]))]
    if not asked.no_small:
        result |= {"small": small_run(10_000), "imports": imports(asked.times), "demo": demo()}
        parts += [small_things(result), sync_section(measured_sync(asked.sync, asked.times))]
    text = page(parts, PAGE.read_text(encoding="utf-8") if PAGE.exists() else "")
    if asked.write:
        PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(json.dumps(result, indent=2) if asked.json else text)


if __name__ == "__main__":
    main()
