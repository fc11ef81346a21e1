"""The plan and the facts of the benchmark of pay: the same for the library and for what is written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from salesteam import incentives as inc

TEAM = 50
"""People in a team."""
BOUNDS = (500_000, 1_000_000)
"""Sums of a quarter, in major units, at which the rate changes."""
CHANGE = date(2026, 8, 15)
"""The day on which the rates change, in the middle of a quarter."""
RATES = {"low": (3, 4), "middle": (5, 6), "high": (8, 9)}
"""Rate of each tier in percent, before that day and from then on."""
WEIGHTS = (80, 100, 120, 150)
"""What a deal counts for, in percent, by its product."""
OPENS = 50
"""Percent of the quota of the quarter below which nothing is paid."""
CLAMP = (90, 120)
"""Least and most that the team coefficient can be, in percent."""
CAP = 80_000
"""Most that a quarter pays, in major units."""


def _dated(old: int, new: int) -> dict[str, Any]:
    values = [
        {"from": "2026-01-01", "value": f"{old}%", "reason": "plan of the year", "source": "board, January"},
        {"from": CHANGE.isoformat(), "value": f"{new}%", "reason": "growth", "source": "board, August"},
    ]
    return {"unit": "rate", "values": values}


PLAN = inc.plan_of(
    {
        "plan": "benchmark",
        "currency": "CNY",
        "period": "quarter",
        "negative_period": "carry",
        "parameters_at": "transaction_date",
        "parameters": {name: _dated(*rates) for name, rates in RATES.items()},
        "measures": {"bookings": {"unit": "money", "value": "amount * weight / 100"}},
        "components": {
            "commission": {
                "measure": "bookings",
                "method": "marginal",
                "accumulate": "quarter",
                "bounds": "value",
                "tiers": [
                    {"from": "0", "to": str(BOUNDS[0]), "rate": "$low"},
                    {"from": str(BOUNDS[0]), "to": str(BOUNDS[1]), "rate": "$middle"},
                    {"from": str(BOUNDS[1]), "to": None, "rate": "$high"},
                ],
            }
        },
        "gates": [
            {
                "tests": [{"measure": "bookings.attainment", "at_least": f"{OPENS}%"}],
                "needs": "all",
                "locks": "commission",
                "when": "interval_end",
            }
        ],
        "modifiers": [
            {
                "of": "commission",
                "measure": "team.bookings.attainment",
                "clamp": [f"{limit}%" for limit in CLAMP],
                "round": {"to": "1%", "mode": "floor"},
                "join": "product",
            }
        ],
        "caps": [{"of": "commission", "limit": str(CAP), "at": "after_modifiers", "excess": "lost"}],
    }
)


@dataclass(frozen=True)
class World:
    """Facts as pandas frames, the deals in no order."""

    deals: pd.DataFrame
    people: pd.DataFrame
    quotas: pd.DataFrame

    def polars(self) -> tuple[Any, Any, Any]:
        """The same as Polars frames."""
        import polars as pl

        day = pl.col("date").cast(pl.Date)
        return (
            pl.from_pandas(self.deals).with_columns(day),
            pl.from_pandas(self.people),
            pl.from_pandas(self.quotas),
        )


def in_duckdb(frames: tuple[Any, Any, Any], home: Any) -> tuple[Any, Any, Any]:
    """Frames of Polars as tables of a DuckDB connection."""
    for name, frame in zip(("deals", "people", "quotas"), frames, strict=True):
        home.register("_arrow", frame.to_arrow())
        home.execute(f"create or replace table {name} as select * from _arrow")
        home.unregister("_arrow")
    return home.table("deals"), home.table("people"), home.table("quotas")


def world(rows: int, payees: int, seed: int = 2026) -> World:
    """So many deals of one year, from a seed; each is one row of credit."""
    draw = np.random.default_rng(seed)
    names = np.array([f"P{i:06d}" for i in range(payees)])
    amounts = (draw.lognormal(0, 0.8, rows) * 30_000_00 * (25 * payees * 4 / rows)).astype("int64") + 1
    amounts[draw.random(rows) < 0.03] *= -1
    days = np.datetime64("2026-01-01", "s") + draw.integers(0, 365, rows).astype("timedelta64[D]")
    deals = pd.DataFrame(
        {
            "transaction": _text([f"D{i:08d}" for i in draw.permutation(rows)]),
            "date": days.astype("datetime64[s]"),
            "amount_minor": amounts,
            "weight": draw.choice(WEIGHTS, rows).astype("int64"),
            "payee": _text(names[draw.integers(0, payees, rows)]),
        }
    )
    people = pd.DataFrame({"payee": _text(names), "team": _text([f"team-{i // TEAM:04d}" for i in range(payees)])})
    quotas = pd.DataFrame(
        {
            "payee": _text(np.repeat(names, 4)),
            "measure": _text(["bookings"] * 4 * payees),
            "period": _text([f"2026-Q{q}" for q in (1, 2, 3, 4)] * payees),
            "quota_minor": draw.integers(80, 130, 4 * payees) * 1_000_000,
        }
    )
    return World(deals, people, quotas)


def _text(cells: Any) -> Any:
    return pd.Series(cells, dtype="str")
