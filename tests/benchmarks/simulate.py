"""Simulation against the cost of drawing its random numbers, in one run.

Run it alone, with sizes if others are wanted::

    python tests/benchmarks/simulate.py
    python tests/benchmarks/simulate.py --payees 1000 --scenarios 10000 --times 3 --write

Three costs of the draws stand beside each other: the draws of the world itself, which is what the ratio is of; plain
lognormal numbers of numpy, as many; and plain standard normal numbers, which no world can do without.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from salesteam import incentives as inc
from salesteam.incentives._filled import filled
from salesteam.incentives._whatif._compile import compiled
from salesteam.incentives._whatif._drawing import Drawing

ROOT = Path(__file__).resolve().parents[2]
MONTHS = tuple(f"2026-{month:02d}" for month in range(1, 13))
GOAL = 1.2
"""Ratio that a simulation shall not exceed."""


def world(payees: int, *, teams: int = 50) -> inc.World:
    """People in teams, each with an outlook and quotas of their own, a season, and luck that all share."""
    names = tuple(f"p{number:05d}" for number in range(payees))
    outlooks = tuple(
        inc.Outlook(measure="bookings", mean=100_000 + 37 * (number % 100), spread="40%", payee=name)
        for number, name in enumerate(names)
    )
    return inc.World(
        payees=names,
        periods=MONTHS,
        outlooks=outlooks,
        seasonality={"bookings": (8, 6, 9, 8, 8, 9, 7, 7, 9, 9, 9, 11)},
        correlation="20%",
        people=[{"payee": name, "team": f"t{number % teams}"} for number, name in enumerate(names)],
        quotas=[
            {"payee": name, "measure": "bookings", "period": month, "quota_minor": 10_000_000 + 100_000 * (number % 20)}
            for number, name in enumerate(names)
            for month in MONTHS
        ],
    )


def plan(*, bounds: str, accumulate: str = "period", bent: bool = False) -> inc.Plan:
    """Three bands a month; bent: times the team coefficient, behind a gate, below a cap."""
    tiers = {"value": (0, 100_000, 150_000), "quota": ("0", "1", "3/2")}[bounds]
    rates = ("3%", "5%", "8%")
    content: dict[str, Any] = {
        "currency": "CNY", "period": "month", "negative_period": "carry",
        "measures": {"bookings": {"unit": "money", "value": "amount"}},
        "components": {
            "commission": {
                "measure": "bookings", "method": "marginal", "accumulate": accumulate, "bounds": bounds,
                "tiers": [
                    {"from": low, "to": high, "rate": rate}
                    for low, high, rate in zip(tiers, (*tiers[1:], None), rates, strict=True)
                ],
            }
        },
    }  # fmt: skip
    if bent:
        content["modifiers"] = [
            {
                "of": "commission", "measure": "team.bookings.attainment", "clamp": ["90%", "120%"],
                "round": {"to": "1%", "mode": "floor"}, "join": "product",
            }
        ]  # fmt: skip
        content["gates"] = [{"tests": [{"measure": "bookings.attainment", "at_least": "50%"}], "locks": "commission"}]
        content["caps"] = [{"of": "commission", "limit": 15_000, "at": "after_modifiers", "excess": "lost"}]
    return inc.plan_of(content)


PLANS: dict[str, Callable[[], inc.Plan]] = {
    "bands of money, by month": lambda: plan(bounds="value"),
    "bands of quota, by month": lambda: plan(bounds="quota"),
    "bands of quota, running quarter": lambda: plan(bounds="quota", accumulate="quarter"),
    "with gate, team coefficient and cap": lambda: plan(bounds="quota", bent=True),
}


def draws(there: inc.World, leaves: Any, made: inc.Plan, scenarios: int) -> None:
    """Draw everything that the simulation draws, and nothing else."""
    drawing, spare = Drawing.of(made, there, leaves, 7), np.empty(scenarios)
    for payee in there.payees:
        for at in range(len(there.periods)):
            drawing.draw([payee], at, 0, spare)


def plain(there: inc.World, scenarios: int, how: str) -> None:
    """As many numbers of numpy's own, in a loop like ours."""
    generator = np.random.Generator(np.random.Philox(7))
    numbers = np.empty(scenarios)
    for _ in range(len(there.payees) * len(there.periods)):
        if how == "lognormal":
            generator.lognormal(11.0, 0.4, scenarios)
        else:
            generator.standard_normal(out=numbers)


def best(times: int, works: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Seconds of processor time of the fastest turn of each work; they take turns, so that a busy machine slows all."""
    found = dict.fromkeys(works, float("inf"))
    for _ in range(times):
        for name, work in works.items():
            start = time.process_time()
            work()
            found[name] = min(found[name], time.process_time() - start)
    return found


def measured(payees: int, scenarios: int, times: int) -> dict[str, Any]:
    """Seconds and ratios."""
    there = world(payees)
    plans = {name: make() for name, make in PLANS.items()}
    first = filled(next(iter(plans.values())))
    leaves = compiled(first, there, None).leaves
    works: dict[str, Callable[[], Any]] = {
        "normal numbers of numpy": lambda: plain(there, scenarios, "normal"),
        "lognormal numbers of numpy": lambda: plain(there, scenarios, "lognormal"),
        "draws of the world": lambda: draws(there, leaves, first, scenarios),
    }
    works |= {name: lambda made=made: inc.simulate(made, there, scenarios, 7) for name, made in plans.items()}
    seconds = best(times, works)
    base = list(works)[:3]
    return {
        "payees": payees, "scenarios": scenarios, "months": len(MONTHS),
        "seconds": {name: round(found, 3) for name, found in seconds.items()},
        "ratios": {
            name: {f"of {of}": round(seconds[name] / seconds[of], 3) for of in base} for name in plans
        },
        "peak MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }  # fmt: skip


def section(found: dict[str, Any], command: str) -> str:
    """The part of the committed page on simulation."""
    size = f"{found['payees']:,} payees, {found['scenarios']:,} scenarios, {found['months']} months"
    low, high = (f"{load:.1f}" for load in found["load"])
    lines = [
        "## Simulation",
        "",
        f"A plan of three bands, {size}, against the cost of drawing the numbers of that world and doing nothing with them.",
        "Plain lognormal and standard normal numbers of numpy, as many, stand beside it.",
        f"Written on {time.strftime('%Y-%m-%d')} by `{command}`, processor time, best of {found['times']}, in turns;",
        f"the load of the machine went from {low} to {high}; peak memory {found['peak MB']} MB.",
        "On a machine with other work the ratios move by a tenth from one run to the next.",
        "",
        "| what | seconds | times the draws | goal |",
        "|---|--:|--:|--:|",
    ]
    draws = found["seconds"]["draws of the world"]
    lines += [
        f"| {name} | {seconds:.2f} | {seconds / draws:.2f} | {GOAL if name in PLANS else ''} |"
        for name, seconds in found["seconds"].items()
    ]
    return "\n".join([*lines, ""])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--payees", type=int, default=1_000)
    parser.add_argument("--scenarios", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write the section of the committed page")
    asked = parser.parse_args()
    before = os.getloadavg()[0]
    found = measured(asked.payees, asked.scenarios, asked.times)
    found |= {"times": asked.times, "load": (before, os.getloadavg()[0])}
    print(json.dumps(found, indent=2))
    if asked.write:
        sys.path.insert(0, str(ROOT))
        from tests.benchmarks.run import PAGE, page

        told = section(found, f"python tests/benchmarks/simulate.py {' '.join(sys.argv[1:])}")
        PAGE.write_text(page([told], PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    worst = max(each["of draws of the world"] for each in found["ratios"].values())
    print(f"worst ratio {worst:.2f}, goal {GOAL}", file=sys.stderr)
    return int(worst > GOAL)


if __name__ == "__main__":
    raise SystemExit(main())
