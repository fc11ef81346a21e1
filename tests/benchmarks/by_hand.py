"""The plan of the benchmark written by hand, once for each library, each in its own best style.

All three give lines (transaction, payee, quarter, before, after, pay) and payouts (payee, quarter, pay) in minor units.
They check nothing: no duplicate, no unknown payee, no overflow is looked for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from tests.benchmarks.world import CAP, TIERS

MINOR = 100
B1, B2 = (low * MINOR for low, _ in TIERS[1:])
R0, R1, R2 = (rate for _, rate in TIERS)
LIMIT = CAP * MINOR
LINES = ["transaction", "payee", "quarter", "before", "after", "pay"]


def with_pandas(deals: pd.DataFrame, people: pd.DataFrame, quotas: pd.DataFrame) -> tuple[Any, Any]:
    """Vectorised pandas."""
    amount = deals["amount_minor"].to_numpy()
    size, helped = np.abs(amount), deals["assistant"].notna().to_numpy()
    rest = 3 * size % 20
    tied = (rest == 10) & (deals["assistant"].fillna("") < deals["payee"]).to_numpy()
    part = np.where(helped, np.sign(amount) * (3 * size // 20 + ((rest > 10) | tied)), 0)
    base = deals[["transaction", "date"]].assign(quarter=deals["date"].dt.quarter)
    given = base.assign(payee=deals["assistant"], credit=part, slot=0)[helped]
    kept = base.assign(payee=deals["payee"], credit=amount - part, slot=1)
    credited = pd.concat([given, kept], ignore_index=True).merge(people, on="payee")
    credited = credited.sort_values(["payee", "quarter", "date", "transaction", "slot"], ignore_index=True)

    goals = quotas.assign(quarter=quotas["period"].str[-1].astype("int32")).merge(people, on="payee")
    goals = goals.groupby(["team", "quarter"])["quota_minor"].sum()
    reached = credited.groupby(["team", "quarter"])["credit"].sum()
    factor = (100 * reached // goals).clip(90, 120).rename("factor").reset_index()
    credited = credited.merge(factor, on=["team", "quarter"], how="left")

    run = credited.groupby(["payee", "quarter"], sort=False)
    credited["after"] = run["credit"].cumsum()
    s = credited["after"].to_numpy()
    earned = R0 * np.minimum(s, B1) + R1 * np.clip(s - B1, 0, B2 - B1) + R2 * np.maximum(s - B2, 0)
    credited["paid"] = np.minimum((2 * earned * credited["factor"].to_numpy() + 10_000) // 20_000, LIMIT)
    credited["pay"] = credited["paid"] - run["paid"].shift(fill_value=0)
    credited["before"] = credited["after"] - credited["credit"]
    return credited[LINES], credited.groupby(["payee", "quarter"], as_index=False)["pay"].sum()


def with_polars(deals: Any, people: Any, quotas: Any) -> tuple[Any, Any]:
    """Lazy Polars."""
    import polars as pl

    size, rest = pl.col("amount_minor").abs(), 3 * pl.col("amount_minor").abs() % 20
    more = (rest > 10) | ((rest == 10) & (pl.col("assistant") < pl.col("payee")))
    cut = deals.lazy().with_columns(
        quarter=pl.col("date").dt.quarter(),
        part=pl.when(pl.col("assistant").is_not_null())
        .then(pl.col("amount_minor").sign() * (3 * size // 20 + more))
        .otherwise(0),
    )
    base = ["transaction", "date", "quarter"]
    given = cut.filter(pl.col("assistant").is_not_null()).select(
        *base, payee="assistant", credit="part", slot=pl.lit(0, pl.Int8)
    )
    kept = cut.select(*base, "payee", credit=pl.col("amount_minor") - pl.col("part"), slot=pl.lit(1, pl.Int8))
    credited = pl.concat([given, kept]).join(people.lazy(), on="payee")

    goals = (
        quotas.lazy().with_columns(quarter=pl.col("period").str.slice(-1).cast(pl.Int8)).join(people.lazy(), on="payee")
    )
    goals = goals.group_by("team", "quarter").agg(quota=pl.col("quota_minor").sum())
    factor = (
        credited.group_by("team", "quarter")
        .agg(reached=pl.col("credit").sum())
        .join(goals, on=["team", "quarter"])
        .select("team", "quarter", factor=(100 * pl.col("reached") // pl.col("quota")).clip(90, 120))
    )
    s, by = pl.col("after"), ["payee", "quarter"]
    earned = R0 * pl.min_horizontal(s, B1) + R1 * (s - B1).clip(0, B2 - B1) + R2 * pl.max_horizontal(s - B2, 0)
    lines = (
        credited.join(factor, on=["team", "quarter"])
        .sort("date", "transaction", "slot")
        .with_columns(after=pl.col("credit").cum_sum().over(by))
        .with_columns(paid=pl.min_horizontal((2 * earned * pl.col("factor") + 10_000) // 20_000, LIMIT))
        .with_columns(
            pay=pl.col("paid") - pl.col("paid").shift(fill_value=0).over(by), before=pl.col("after") - pl.col("credit")
        )
        .select(LINES)
    ).collect()
    return lines, lines.lazy().group_by(by).agg(pl.col("pay").sum()).collect()


SQL = f"""
create or replace temp table lines as
with cut as (
  select *, quarter(date) as quarter, case when assistant is null then 0 else sign(amount_minor) * (
      3 * abs(amount_minor) // 20
      + case when 3 * abs(amount_minor) % 20 > 10
               or (3 * abs(amount_minor) % 20 = 10 and assistant < payee) then 1 else 0 end) end as part
  from deals
), credits as (
  select c.*, team from (
    select transaction, date, quarter, assistant as payee, part as credit, 0 as slot from cut where assistant is not null
    union all
    select transaction, date, quarter, payee, amount_minor - part, 1 from cut
  ) c join people using (payee)
), goals as (
  select team, right(period, 1)::int as quarter, sum(quota_minor)::bigint as quota
  from quotas join people using (payee) group by all
), factor as (
  select team, quarter, greatest(90, least(120, floor(100 * reached / quota)::bigint)) as factor
  from (select team, quarter, sum(credit)::bigint as reached from credits group by all) join goals using (team, quarter)
), summed as (
  select transaction, payee, quarter, date, slot, credit, factor,
         (sum(credit) over (partition by payee, quarter order by date, transaction, slot))::bigint as after
  from credits join factor using (team, quarter)
), earned as (
  select *, 2 * factor * ({R0} * least(after, {B1}) + {R1} * least(greatest(after - {B1}, 0), {B2 - B1})
      + {R2} * greatest(after - {B2}, 0)) + 10000 as over
  from summed
), paid as (
  select *, least({LIMIT}, (over - (over % 20000 + 20000) % 20000) // 20000) as paid from earned
)
select transaction, payee, quarter, after - credit as before, after,
       paid - lag(paid, 1, 0) over (partition by payee, quarter order by date, transaction, slot) as pay
from paid
"""


def with_duckdb(home: Any) -> tuple[Any, Any]:
    """One statement of SQL, its lines kept in a temporary table."""
    home.execute(SQL)
    home.execute(
        "create or replace temp table payouts as select payee, quarter, sum(pay)::bigint as pay from lines group by all"
    )
    return home.table("lines"), home.table("payouts")
