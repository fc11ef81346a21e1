"""The plan of the benchmark written by hand, once for each library, each in its own best style.

All three give lines (transaction, payee, quarter, before, after, rate, pay) and payouts (payee, quarter, pay);
sums in major units and rates as binary numbers, pay in whole minor units.
They check nothing: no duplicate, no unknown payee, no missing quota, no overflow is looked for.
A value is the amount in minor units times the weight in percent: 10,000 of them are one major unit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from tests.benchmarks.world import BOUNDS, CAP, CHANGE, CLAMP, OPENS, RATES

UNIT = 10_000
B1, B2 = (bound * UNIT for bound in BOUNDS)
OLD, NEW = zip(*RATES.values(), strict=True)
LIMIT = CAP * 100
BY = ["payee", "quarter"]
LINES = ["transaction", *BY, "before", "after", "rate", "pay"]
SCALE = 1_000_000
"""Values times a rate in percent times a factor in percent, for one minor unit of pay."""


def with_pandas(deals: pd.DataFrame, people: pd.DataFrame, quotas: pd.DataFrame) -> tuple[Any, Any]:
    """Vectorised pandas."""
    rows = deals[["transaction", "date", "payee"]].assign(
        quarter=deals["date"].dt.quarter, value=deals["amount_minor"] * deals["weight"]
    )
    rows = rows.sort_values(["payee", "date", "transaction"], ignore_index=True)
    grouped = rows.groupby(BY, sort=False)

    goals = quotas[quotas["measure"] == "bookings"].merge(people, on="payee")
    goals = goals.assign(quarter=goals["period"].str[-1].astype("int32"), quota=100 * goals["quota_minor"])
    reached = grouped["value"].sum().reset_index().merge(goals[[*BY, "team", "quota"]], on=BY, how="left")
    team = reached.groupby(["team", "quarter"])["value"].sum()
    asked = goals.groupby(["team", "quarter"])["quota"].sum()
    factor = (100 * team // asked).clip(*CLAMP).rename("factor").reset_index()
    bent = reached.merge(factor, on=["team", "quarter"], how="left")
    bent["factor"] = np.where(100 * bent["value"] >= OPENS * bent["quota"], bent["factor"], 0)

    value = rows["value"].to_numpy()
    after = grouped["value"].cumsum().to_numpy()
    before = after - value
    later = (rows["date"] >= pd.Timestamp(CHANGE)).to_numpy()
    raw = np.where(later, _f(after, NEW) - _f(before, NEW), _f(after, OLD) - _f(before, OLD))
    rows["raw"] = raw
    now = rows.groupby(BY, sort=False)["raw"].cumsum().to_numpy()
    by = rows[BY].merge(bent[[*BY, "factor"]], on=BY, how="left")["factor"].to_numpy()
    pay = _paid(now, by) - _paid(now - raw, by)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(value == 0, np.nan, pay * 100 / value)
    lines = rows[["transaction", *BY]].assign(before=before / UNIT, after=after / UNIT, rate=rate, pay=pay)
    return lines, lines.groupby(BY, sort=False, as_index=False)["pay"].sum()


def _f(s: Any, rates: Any) -> Any:
    low, middle, high = rates
    return low * np.minimum(s, B1) + middle * np.clip(s - B1, 0, B2 - B1) + high * np.maximum(s - B2, 0)


def _paid(now: Any, factor: Any) -> Any:
    return np.minimum((now * factor + SCALE // 2) // SCALE, LIMIT)


def with_polars(deals: Any, people: Any, quotas: Any) -> tuple[Any, Any]:
    """Lazy Polars."""
    import polars as pl

    rows = deals.lazy().select(
        "transaction",
        "date",
        "payee",
        quarter=pl.col("date").dt.quarter(),
        value=pl.col("amount_minor") * pl.col("weight"),
    )
    quarter, team = pl.col("period").str.slice(-1).cast(pl.Int8), ["team", "quarter"]
    goals = quotas.lazy().filter(pl.col("measure") == "bookings").join(people.lazy(), on="payee")
    goals = goals.select("payee", "team", quarter=quarter, quota=100 * pl.col("quota_minor"))
    reached = rows.group_by(BY).agg(pl.col("value").sum()).join(goals, on=BY, how="left")
    factor = (
        reached.group_by(team)
        .agg(pl.col("value").sum())
        .join(goals.group_by(team).agg(pl.col("quota").sum()), on=team)
        .select(*team, factor=(100 * pl.col("value") // pl.col("quota")).clip(*CLAMP))
    )
    opened = 100 * pl.col("value") >= OPENS * pl.col("quota")
    bent = reached.join(factor, on=team).select(*BY, factor=pl.when(opened).then("factor").otherwise(0))

    def f(s: Any, rates: Any) -> Any:
        low, middle, high = rates
        return low * pl.min_horizontal(s, B1) + middle * (s - B1).clip(0, B2 - B1) + high * (s - B2).clip(0)

    def paid(now: Any) -> Any:
        return pl.min_horizontal((now * pl.col("factor") + SCALE // 2) // SCALE, LIMIT)

    value, after, before, now = pl.col("value"), pl.col("after"), pl.col("after") - pl.col("value"), pl.col("now")
    raw = (
        pl.when(pl.col("date") >= CHANGE).then(f(after, NEW) - f(before, NEW)).otherwise(f(after, OLD) - f(before, OLD))
    )
    lines = (
        rows.sort("payee", "date", "transaction")
        .with_columns(after=value.cum_sum().over(BY))
        .with_columns(raw=raw)
        .with_columns(now=pl.col("raw").cum_sum().over(BY))
        .join(bent, on=BY, how="left", maintain_order="left")
        .with_columns(pay=paid(now) - paid(now - pl.col("raw")))
        .select(
            "transaction",
            *BY,
            before=before / UNIT,
            after=after / UNIT,
            rate=pl.when(value != 0).then(pl.col("pay") * 100 / value),
            pay="pay",
        )
    ).collect()
    return lines, lines.lazy().group_by(BY).agg(pl.col("pay").sum()).collect()


def _sql(s: str, rates: Any) -> str:
    low, middle, high = rates
    return f"({low}*least({s}, {B1}) + {middle}*least(greatest({s}-{B1}, 0), {B2 - B1}) + {high}*greatest({s}-{B2}, 0))"


def _sql_paid(now: str) -> str:
    over = f"(({now}) * factor + {SCALE // 2})"
    return f"least({LIMIT}, ({over} - ({over} % {SCALE} + {SCALE}) % {SCALE}) // {SCALE})"


SQL = f"""
create or replace temp table lines as
with deals_of as (
  select transaction, date, payee, quarter(date)::tinyint as quarter, amount_minor * weight as value from deals
), goals as (
  select payee, team, right(period, 1)::tinyint as quarter, 100 * quota_minor as quota
  from quotas join people using (payee) where measure = 'bookings'
), reached as (
  select payee, quarter, team, quota, value
  from (select payee, quarter, sum(value)::bigint as value from deals_of group by all)
  left join goals using (payee, quarter)
), factor as (
  select team, quarter, greatest({CLAMP[0]}, least({CLAMP[1]}, floor(100 * value / quota)))::bigint as factor
  from (select team, quarter, sum(value)::bigint as value from reached group by all)
  join (select team, quarter, sum(quota)::bigint as quota from goals group by all) using (team, quarter)
), bent as (
  select payee, quarter, case when 100 * value >= {OPENS} * quota then factor else 0 end as factor
  from reached join factor using (team, quarter)
), summed as (
  select *, (sum(value) over (partition by payee, quarter order by date, transaction))::bigint as after from deals_of
), moved as (
  select *, case when date >= date '{CHANGE}' then {_sql("after", NEW)} - {_sql("(after-value)", NEW)}
                 else {_sql("after", OLD)} - {_sql("(after-value)", OLD)} end as raw
  from summed
), running as (
  select *, (sum(raw) over (partition by payee, quarter order by date, transaction))::bigint as now from moved
), paid as (
  select *, {_sql_paid("now")} - {_sql_paid("now - raw")} as pay from running join bent using (payee, quarter)
)
select transaction, payee, quarter, (after - value) / {UNIT} as before, after / {UNIT} as after,
       case when value <> 0 then pay * 100 / value end as rate, pay
from paid
"""


def with_duckdb(home: Any) -> tuple[Any, Any]:
    """One statement of SQL, its lines kept in a temporary table."""
    home.execute(SQL)
    home.execute(
        "create or replace temp table payouts as select payee, quarter, sum(pay)::bigint as pay from lines group by all"
    )
    return home.table("lines"), home.table("payouts")
