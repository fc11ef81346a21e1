"""Facts that goals are measured with: one row a metric, day, person and product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import attrs

from salesteam.core import Finding, _table, find
from salesteam.crm._deals import Activity, Deal
from salesteam.crm._people import Lead
from salesteam.crm._reading import Records
from salesteam.crm._ref import Kind
from salesteam.crm._store import Store
from salesteam.crm.facts._booking import booking, zone
from salesteam.crm.facts._lines import lines_of
from salesteam.crm.facts._recorded import recorded
from salesteam.crm.facts._table_of_facts import FactTable, Gathering, Identity

__all__ = ["METRICS", "MetricRow", "metrics"]

_Key = tuple[str, date, str | None, str | None, str]
_Told = tuple[str, date, str, Fraction]

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
    """The value of a metric on a day, for a person and a product.

    Examples
    --------
    >>> day = date(2026, 7, 3)
    >>> MetricRow(metric="bookings", start=day, end=date(2026, 7, 4), value=Fraction(500), unit="CNY").org is None
    True
    """

    metric: str = _table.column("id of the metric")
    start: date = _table.column("first day")
    end: date = _table.column("day after the last")
    org: str | None = _table.column("person it belongs to; empty if nobody", default=None)
    product: str | None = _table.column("product it belongs to; empty if none", default=None)
    value: Fraction | None = _table.column("the amount or count; empty for a rate", default=None)
    numerator: Fraction | None = _table.column("of a rate", default=None)
    denominator: Fraction | None = _table.column("of a rate", default=None)
    unit: str = _table.column("currency code, or what is counted")


def metrics(
    records: Records | Store,
    *,
    booked_on: str,
    tz: str,
    identity: Identity | None = None,
    known_at: datetime | None = None,
) -> FactTable[MetricRow]:
    """The metrics that records give by themselves (see `METRICS`), by day, person and product.

    Use it to feed `salesteam.goals.evaluate`.

    Parameters
    ----------
    records : Records or Store
        What was pulled, or a store that was synced.
    booked_on : {'closed_on', 'closed_at', 'won_stage'}
        On which day a won deal counts.
    tz : str
        Zone in which instants become days.
    identity : mapping or callable, optional
        Login to person; logins are taken as persons if not given. Unknown ones count for nobody, with a finding.
    known_at : datetime, optional
        As a store knew the records at this instant, so that a number of the past can be computed again.

    Returns
    -------
    FactTable of MetricRow
        Sorted by metric, day, person, product and unit, so that currencies are kept apart.
        A record that counts in no metric is left out; of one that counts in some, findings tell what it lacks.

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
    records = recorded(records, known_at)
    gathering = Gathering("metrics", MetricRow, (("booked_on", booked_on), ("tz", tz)), identity)
    where = zone(tz)

    def local(at: datetime | None) -> date | None:
        return None if at is None else at.astimezone(where).date()

    telling = _Telling(booked_on, booking(records, booked_on, tz), local, gathering.findings)
    lines = lines_of(records)
    sums: dict[_Key, Fraction] = defaultdict(Fraction)
    count = 0
    tellers: dict[Kind, Callable[[Any], Iterator[_Told]]] = {
        "deal": telling.deal,
        "lead": telling.lead,
        "activity": telling.activity,
    }
    for kind, tell in tellers.items():
        for record in records.of(kind):
            count += 1
            told = tuple(tell(record))
            if not told:
                gathering.leave_out(record.ref, "no metric")
                continue
            org = gathering.person(record.user if kind == "activity" else record.owner)
            product = lines(record).product if kind == "deal" else None
            for metric, day, unit, value in told:
                sums[metric, day, org, product, unit] += value
            gathering.use()
    gathering.rows.extend(sorted(_rows(sums), key=_order))
    return gathering.table(count)


def _order(row: MetricRow) -> tuple[str, date, str, str, str]:
    return (row.metric, row.start, row.org or "", row.product or "", row.unit)


def _rows(sums: Mapping[_Key, Fraction]) -> Iterator[MetricRow]:
    """Every sum as a row, and every rate with its two parts."""
    for (metric, day, org, product, unit), value in sums.items():
        row = MetricRow(
            metric=metric, start=day, end=day + timedelta(days=1), org=org, product=product, value=value, unit=unit
        )
        if not metric.startswith("_"):
            yield row
        for rate, (over, under) in _RATES.items():
            if metric == under:
                part = sums.get((over, day, org, product, unit), Fraction(0))
                name = f"{unit}/deal" if rate == "deal_size" else "1"
                yield attrs.evolve(row, metric=rate, value=None, numerator=part, denominator=value, unit=name)


@attrs.frozen
class _Telling:
    """Tells in which metrics a record counts: metric, day, unit and value."""

    booked_on: str
    booked: Callable[[Deal], date | None]
    local: Callable[[datetime | None], date | None]
    findings: list[Finding]

    def deal(self, deal: Deal) -> Iterator[_Told]:
        opened = self.local(deal.created_at)
        if opened is not None:
            yield "deals_opened", opened, "deal", Fraction(1)
        if deal.status == "lost":
            yield from self._lost(deal)
        if deal.status == "won":
            yield from self._won(deal)

    def _lost(self, deal: Deal) -> Iterator[_Told]:
        closed = deal.closed_on or self.local(deal.closed_at)
        if closed is None:
            self.findings.append(find("crm.no-closing-date", ref=str(deal.ref)))
            return
        for metric in ("deals_lost", "deals_closed"):
            yield metric, closed, "deal", Fraction(1)

    def _won(self, deal: Deal) -> Iterator[_Told]:
        booked = self.booked(deal)
        if booked is None:
            self.findings.append(find("crm.no-booking-date", ref=str(deal.ref), booked_on=self.booked_on))
            return
        for metric in ("deals_won", "deals_closed"):
            yield metric, booked, "deal", Fraction(1)
        if deal.value is None:
            self.findings.append(find("crm.no-value", ref=str(deal.ref)))
            return
        yield "revenue", booked, deal.value.currency, Fraction(deal.value.major)
        yield "_valued", booked, deal.value.currency, Fraction(1)

    def lead(self, lead: Lead) -> Iterator[_Told]:
        created = self.local(lead.created_at)
        if created is not None:
            yield "leads_created", created, "lead", Fraction(1)

    def activity(self, activity: Activity) -> Iterator[_Told]:
        due, done = self.local(activity.due_at), self.local(activity.done_at)
        if activity.activity_kind != "task" or due is None:
            return
        yield "tasks_due", due, "task", Fraction(1)
        if done is not None and done <= due:
            yield "tasks_done", due, "task", Fraction(1)
