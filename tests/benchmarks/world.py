"""The plan and the facts of the benchmark of pay: the same for the library and for what is written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from salesteam import incentives as inc

TEAM = 50
"""People in a team."""
TIERS = ((0, 3), (500_000, 5), (1_000_000, 8))
"""From which sum of a quarter, in major units, which rate in percent."""
CAP = 80_000
"""Most that a quarter pays, in major units."""

PLAN = inc.plan_of(
    {
        "plan": "benchmark",
        "currency": "CNY",
        "period": "quarter",
        "negative_period": "carry",
        "measures": {"bookings": {"unit": "money", "value": "amount"}},
        "crediting": [
            {"to": "assistant", "share": "15%", "kind": "carve_out"},
            {"to": "payee", "share": "rest", "kind": "carve_out"},
        ],
        "components": {
            "commission": {
                "measure": "bookings",
                "method": "marginal",
                "accumulate": "quarter",
                "bounds": "value",
                "tiers": [
                    {"from": str(low), "to": None if high is None else str(high), "rate": f"{rate}%"}
                    for (low, rate), high in zip(TIERS, (*(low for low, _ in TIERS[1:]), None), strict=True)
                ],
            }
        },
        "modifiers": [
            {
                "of": "commission",
                "measure": "team.bookings.attainment",
                "clamp": ["90%", "120%"],
                "round": {"to": "1%", "mode": "floor"},
                "join": "product",
            }
        ],
        "caps": [{"of": "commission", "limit": str(CAP), "at": "after_modifiers", "excess": "lost"}],
    }
)


@dataclass(frozen=True)
class World:
    """Facts as pandas frames: `deals` not in order, every second one with an assistant."""

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

    def duckdb(self, home: Any) -> tuple[Any, Any, Any]:
        """The same as tables of a DuckDB connection."""
        for name, frame in zip(("deals", "people", "quotas"), self.polars(), strict=True):
            home.register("_arrow", frame.to_arrow())
            home.execute(f"create or replace table {name} as select * from _arrow")
            home.unregister("_arrow")
        return home.table("deals"), home.table("people"), home.table("quotas")


def world(rows: int, payees: int, seed: int = 2026) -> World:
    """Deals of one year that give about so many rows of credit, from a seed."""
    draw = np.random.default_rng(seed)
    count = rows * 2 // 3
    who = draw.integers(0, payees, count)
    helper = (who + draw.integers(1, payees, count)) % payees
    names = np.array([f"P{i:06d}" for i in range(payees)])
    amounts = (draw.lognormal(0, 0.8, count) * 30_000_00 * (25 * payees * 4 / rows)).astype("int64") + 1
    amounts[draw.random(count) < 0.03] *= -1
    days = np.datetime64("2026-01-01", "s") + draw.integers(0, 365, count).astype("timedelta64[D]")
    deals = pd.DataFrame(
        {
            "transaction": pd.Series([f"D{i:08d}" for i in draw.permutation(count)], dtype="str"),
            "date": days.astype("datetime64[s]"),
            "amount_minor": amounts,
            "payee": pd.Series(names[who], dtype="str"),
            "assistant": pd.Series(np.where(draw.random(count) < 0.5, names[helper], None), dtype="str"),
        }
    )
    people = pd.DataFrame(
        {
            "payee": pd.Series(names, dtype="str"),
            "team": pd.Series([f"team-{i // TEAM:04d}" for i in range(payees)], dtype="str"),
        }
    )
    quotas = pd.DataFrame(
        {
            "payee": pd.Series(np.repeat(names, 4), dtype="str"),
            "measure": pd.Series(["bookings"] * 4 * payees, dtype="str"),
            "period": pd.Series([f"2026-Q{q}" for q in (1, 2, 3, 4)] * payees, dtype="str"),
            "quota_minor": draw.integers(80, 130, 4 * payees) * 1_000_000,
        }
    )
    return World(deals, people, quotas)
