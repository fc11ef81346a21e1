"""Facts that goals are measured with: one row a metric, day, person and product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
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
        "deals_closed": "number of deals won or lost, on the same days",
        "win_rate": "deals won over deals closed, as numerator and denominator",
        "deal_size": "revenue over the number of won deals that have a value, as numerator and denominator",
        "deals_opened": "number of deals opened, on the day they were created",
        "leads_created": "number of leads, on the day they were created",
        "tasks_due": "number of tasks, on the day they were due",
        "tasks_done": "of those, the number that were done by the end of that day",
        "task_completion": "tasks done over tasks due, as numerator and denominator",
    }
)
"""The metrics that records give by themselves, with one line on each."""

_RATES = {
    "task_completion": ("tasks_done", "tasks_due"),
    "win_rate": ("deals_won", "deals_closed"),
    "deal_size": ("revenue", "_valued"),
}
"""Rates by the counts or amounts that they divide; names with an underscore are no metrics of their own."""


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

    def rows(self) -> Iterator[MetricRow]:
        """Every sum as a row, then every rate with its two parts."""
        for (metric, day, org, product, unit), value in self.sums.items():
            row = MetricRow(
                metric=metric, start=day, end=day + timedelta(days=1), org=org, product=product, value=value, unit=unit
            )
            if not metric.startswith("_"):
                yield row
            for rate, (over, under) in _RATES.items():
                if metric == under:
                    part = self.sums.get((over, day, org, product, unit), Fraction(0))
                    name = f"{unit}/deal" if rate == "deal_size" else "1"
                    yield attrs.evolve(row, metric=rate, value=None, numerator=part, denominator=value, unit=name)

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
    >>> [(row.metric, str(row.value), row.unit) for row in table.rows if row.value is not None]
    [('deals_closed', '1', 'deal'), ('deals_won', '1', 'deal'), ('revenue', '500', 'CNY')]
    >>> [(row.metric, str(row.numerator), str(row.denominator)) for row in table.rows if row.value is None]
    [('deal_size', '500', '1'), ('win_rate', '1', '1')]
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
    gathering.rows.extend(sorted(sums.rows(), key=lambda row: (row.metric, row.start, row.org or "", row.product or "")))
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
        sums.add("deals_closed", closed, org, "deal", product=product)
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
    sums.add("deals_closed", booked, org, "deal", product=product)
    if deal.value is None:
        sums.gathering.leave_out("won without value", find("crm.no-value", ref=str(deal.ref)))
        return
    sums.add("revenue", booked, org, deal.value.currency, product=product, value=Fraction(deal.value.major))
    sums.add("_valued", booked, org, deal.value.currency, product=product)


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
