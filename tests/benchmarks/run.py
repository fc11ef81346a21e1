"""Benchmarks as ratios: pay through the library against the same plan written by hand, in one run.

`nox -s bench` runs it; ``nox -s bench -- --rows 10000000 --write`` writes the table that is committed.
Every time is the best of several, and what is compared takes turns, so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[2]))
PAGE = HERE.parents[2] / "docs" / "reference" / "benchmarks.md"
LIBRARIES = ("pandas", "polars", "duckdb")
GOALS = {"pandas": 0.5, "polars": 1.0, "duckdb": 1.2}
"""Ratios that pay shall reach in the end."""


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


def pay_against_hand(rows: int, payees: int, times: int) -> dict[str, dict[str, float]]:
    """Seconds of pay and of the hand-written equal, and their ratio, for each library; cents are compared first."""
    import duckdb
    from tests.benchmarks import by_hand
    from tests.benchmarks.world import PLAN, world

    from salesteam import incentives as inc

    say(f"making deals for {rows:,} credits of {payees:,} payees")
    facts = world(rows, payees)
    home = duckdb.connect()
    frames = {
        "pandas": (facts.deals, facts.people, facts.quotas),
        "polars": facts.polars(),
        "duckdb": facts.duckdb(home),
    }
    hands: dict[str, Callable[[], Any]] = {
        "pandas": lambda: by_hand.with_pandas(*frames["pandas"]),
        "polars": lambda: by_hand.with_polars(*frames["polars"]),
        "duckdb": lambda: by_hand.with_duckdb(home),
    }
    found: dict[str, dict[str, float]] = {}
    for kind in LIBRARIES:
        deals, people, quotas = frames[kind]
        given = inc.Facts(transactions=deals, people=people, quotas=quotas)

        def run(given: Any = given) -> Any:
            made = inc.pay(PLAN, given)
            return made, made.to_frame("payouts")

        same_cents(kind, hands[kind](), run()[0])
        say(f"{kind}: best of {times}")
        hand, ours = best(times, hands[kind], run)
        made, _ = run()
        (lines,) = best(1, lambda made=made: made.to_frame("lines"))
        found[kind] = {"by hand": hand, "salesteam": ours, "ratio": ours / hand, "lines as a frame": lines}
        say(f"{kind}: {ours:.2f} s against {hand:.2f} s, ratio {ours / hand:.2f}")
    return found


def same_cents(kind: str, by_hand: tuple[Any, Any], run: Any) -> None:
    """Refuse to measure what does not pay the same to everyone."""
    payouts = by_hand[1].df() if kind == "duckdb" else by_hand[1]
    payouts = payouts.to_pandas() if kind == "polars" else payouts
    expected = {
        (payee, f"2026-Q{quarter}"): int(pay)
        for payee, quarter, pay in zip(payouts["payee"], payouts["quarter"], payouts["pay"], strict=True)
    }
    got = {(row.payee, row.period): row.pay_minor for row in run.payouts}
    if expected != got:
        wrong = next(key for key in expected | got if expected.get(key) != got.get(key))
        raise SystemExit(f"{kind}: {wrong} gets {got.get(wrong)}, by hand {expected.get(wrong)}")


def small_run(rows: int, times: int) -> float:
    """Milliseconds of pay on a small pandas frame."""
    from tests.benchmarks.world import PLAN, world

    from salesteam import incentives as inc

    say(f"small run of {rows:,} credits")
    facts = world(rows, max(rows // 100, 50))
    given = inc.Facts(transactions=facts.deals, people=facts.people, quotas=facts.quotas)
    return best(times * 3, lambda: inc.pay(PLAN, given).to_frame("payouts"))[0] * 1000


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


def page(result: dict[str, Any], command: str) -> str:
    """The committed table."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("pandas", "narwhals", "polars", "duckdb"))
    lines = [
        "# Benchmarks",
        "",
        "How long pay takes, as a ratio to the same plan written by hand for each library, in one run.",
        "Both pay every payee the same cents, which the benchmark compares before it measures.",
        "The hand-written equals check nothing and explain nothing; they are in `tests/benchmarks/by_hand.py`.",
        "",
        f"Written on {result['date']} by `{command}`, best of {result['times']}, in turns.",
        f"Machine: two cores, shared with other work; Python {result['python']}, {libraries}.",
        "",
        f"## {result['rows']:,} credits, {result['payees']:,} payees",
        "",
        "Marginal tiers over a quarter, assist split of 15 %, team collaboration coefficient, cap;",
        "with before, after and pay of each credit, and the payouts as a frame.",
        "",
        "| frames | by hand (s) | salesteam (s) | ratio | goal | all lines as a frame (s) |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for kind, row in result["pay"].items():
        lines.append(
            f"| {kind} | {row['by hand']:.2f} | {row['salesteam']:.2f} | {row['ratio']:.2f} | {GOALS[kind]} "
            f"| {row['lines as a frame']:.2f} |"
        )
    found = result["imports"]
    seconds = "not measured" if result["demo"] is None else f"{result['demo']:.1f} s"
    lines += [
        "",
        "## Small things",
        "",
        "| what | found | goal |",
        "|---|--:|--:|",
        f"| pay of 10,000 credits from a pandas frame | {result['small']:.0f} ms | 25 ms |",
        f"| `import salesteam` against `import pandas` ({found['import pandas']:.0f} ms) | {found['ratio']:.2f} | 0.1 |",
        f"| `salesteam demo` in a fresh process | {seconds} | 10 s |",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, and print or write."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=1_000_000, help="credits of the large run (default 1,000,000)")
    options.add_argument("--payees", type=int, help="payees of the large run (default one for 100 credits)")
    options.add_argument("--times", type=int, default=3, help="turns, of which the best counts (default 3)")
    options.add_argument("--json", action="store_true", help="print the result as JSON")
    options.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(PAGE.parents[2])}")
    asked = options.parse_args()
    payees = asked.payees or max(asked.rows // 100, 50)
    result = {
        "date": date.today().isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "rows": asked.rows,
        "payees": payees,
        "times": asked.times,
        "pay": pay_against_hand(asked.rows, payees, asked.times),
        "small": small_run(10_000, asked.times),
        "imports": imports(asked.times),
        "demo": demo(),
    }
    rows = f"--rows {asked.rows} " if asked.rows != 1_000_000 else ""
    text = page(result, f"nox -s bench -- {rows}--write")
    if asked.write:
        PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(json.dumps(result, indent=2) if asked.json else text)


if __name__ == "__main__":
    main()
