"""Facts that goals are measured with: one row a metric, day, person and product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from types import MappingProxyType

import attrs

from salesteam.core import _table, find
from salesteam.crm._deals import Activity, Deal
from salesteam.crm._people import Lead
from salesteam.crm._pull import Records
from salesteam.crm.facts._booking import booking, zone
from salesteam.crm.facts._incentives import Identity, _products
from salesteam.crm.facts._table_of_facts import FactTable, Gathering

__all__ = ["METRICS", "MetricRow", "metrics"]

METRICS: Mapping[str, str] = MappingProxyType(
    {
        "revenue": "value of the deals won, in major units, on the day they are booked",
        "deals_won": "number of deals won, on the day they are booked",
        "deals_lost": "number of deals lost, on the day they were closed",
        "deals_opened": "number of deals opened, on the day they were created",
        "leads_created": "number of leads, on the day they were created",
        "tasks_due": "number of tasks, on the day they were due",
        "tasks_done": "of those, the number that were done by the end of that day",
        "task_completion": "tasks done over tasks due, as numerator and denominator",
    }
)
"""The metrics that records give by themselves, with one line on each."""


@attrs.frozen(kw_only=True)
class MetricRow:
    """The value of a metric on a day, for a person and a product."""

    metric: str = _table.column("id of the metric")
    start: date = _table.column("first day")
    end: date = _table.column("day after the last")
    org: str | None = _table.column("person it belongs to; empty if nobody", default=None)
    product: str | None = _table.column("product it belongs to; empty if none", default=None)
    value: Fraction | None = _table.column("the amount or count; empty for a rate", default=None)
    numerator: Fraction | None = _table.column("of a rate", default=None)
    denominator: Fraction | None = _table.column("of a rate", default=None)
    unit: str = _table.column("currency code, or what is counted")


@attrs.define
class _Sums:
    """Adds up counts and amounts by metric, day, person, product and unit."""

    gathering: Gathering[MetricRow]
    sums: dict[tuple[str, date, str | None, str | None, str], Fraction] = attrs.Factory(lambda: defaultdict(Fraction))

    def add(
        self, metric: str, day: date, org: str | None, unit: str, *, product: str | None = None, value: object = 1
    ) -> None:
        self.sums[metric, day, org, product, unit] += Fraction(value)  # type: ignore[arg-type]  # int or Fraction

    def owner(self, ref: object) -> str | None:
        return None if ref is None else self.gathering.person(ref.external_id)  # type: ignore[attr-defined]  # a Ref


def metrics(records: Records, *, booked_on: str, tz: str, identity: Identity | None = None) -> FactTable[MetricRow]:
    """The metrics that records give by themselves (see `METRICS`), by day, person and product.

    Use it to feed `salesteam.goals.evaluate`.

    Parameters
    ----------
    records : Records
        What was pulled.
    booked_on : {'closed_on', 'closed_at', 'won_stage'}
        On which day a won deal counts.
    tz : str
        Zone in which instants become days.
    identity : mapping or callable, optional
        Login to person; logins are taken as persons if not given. Unknown ones count for nobody, with a finding.

    Returns
    -------
    FactTable of MetricRow
        Sorted by metric, day, person and product; currencies are kept apart by unit.

    Examples
    --------
    >>> from salesteam.core import Money
    >>> from salesteam.crm import Ref
    >>> deal = Deal(ref=Ref("demo", "deal", "D-1"), status="won", value=Money.of("500", "CNY"),
    ...             closed_on=date(2026, 9, 30), owner=Ref("demo", "user", "li"))
    >>> table = metrics(Records(records=(deal,)), booked_on="closed_on", tz="Asia/Shanghai")
    >>> [(row.metric, row.org, row.value, row.unit) for row in table.rows]
    [('deals_won', 'li', Fraction(1, 1), 'deal'), ('revenue', 'li', Fraction(500, 1), 'CNY')]
    """
    gathering = Gathering("metrics", MetricRow, (("booked_on", booked_on), ("tz", tz)), identity)
    sums = _Sums(gathering)
    where = zone(tz)
    day_of = booking(records, booked_on, tz)
    products = _products(records)

    def local(at: datetime) -> date:
        return at.astimezone(where).date()

    for deal in records.of("deal"):
        _deal(deal, sums, day_of, local, products.get(deal.ref, (None, None, None))[1])
    for lead in records.of("lead"):
        _lead(lead, sums, local)
    for activity in records.of("activity"):
        _activity(activity, sums, local)
    for (metric, day, org, product, unit), value in sorted(sums.sums.items(), key=lambda item: str(item[0])):
        row = MetricRow(
            metric=metric, start=day, end=day + timedelta(days=1), org=org, product=product, value=value, unit=unit
        )
        gathering.rows.append(row)
        if metric == "tasks_due":
            done = sums.sums.get(("tasks_done", day, org, product, unit), Fraction(0))
            rate = {"metric": "task_completion", "value": None, "numerator": done, "denominator": value, "unit": "1"}
            gathering.rows.append(attrs.evolve(row, **rate))
    return gathering.table(sum(len(records.of(kind)) for kind in ("deal", "lead", "activity")))


def _deal(
    deal: Deal,
    sums: _Sums,
    day_of: Callable[[Deal], date | None],
    local: Callable[[datetime], date],
    product: str | None,
) -> None:
    org = sums.owner(deal.owner)
    if deal.created_at is not None:
        sums.add("deals_opened", local(deal.created_at), org, "deal", product=product)
    closed = deal.closed_on or (local(deal.closed_at) if deal.closed_at else None)
    if deal.status == "lost" and closed is not None:
        sums.add("deals_lost", closed, org, "deal", product=product)
    if deal.status != "won":
        return
    booked = day_of(deal)
    if booked is None:
        finding = find(
            "crm.no-booking-date", ref=str(deal.ref), booked_on=dict(sums.gathering.conventions)["booked_on"]
        )
        sums.gathering.leave_out("won without date", finding)
        return
    sums.add("deals_won", booked, org, "deal", product=product)
    if deal.value is None:
        sums.gathering.leave_out("won without value", find("crm.no-value", ref=str(deal.ref)))
        return
    sums.add("revenue", booked, org, deal.value.currency, product=product, value=Fraction(deal.value.major))


def _lead(lead: Lead, sums: _Sums, local: Callable[[datetime], date]) -> None:
    if lead.created_at is None:
        sums.gathering.leave_out("lead without date")
        return
    sums.add("leads_created", local(lead.created_at), sums.owner(lead.owner), "lead")


def _activity(activity: Activity, sums: _Sums, local: Callable[[datetime], date]) -> None:
    if activity.activity_kind != "task" or activity.due_at is None:
        sums.gathering.leave_out("no task with a due date")
        return
    day, org = local(activity.due_at), sums.owner(activity.user)
    sums.add("tasks_due", day, org, "task")
    if activity.done_at is not None and local(activity.done_at) <= day:
        sums.add("tasks_done", day, org, "task")
