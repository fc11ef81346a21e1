"""How much of a period someone was there: days, workdays, whole months; leave and part-time lower it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction

import attrs

from salesteam.core import Report
from salesteam.core import _table as t
from salesteam.incentives._frame import LeaveRow, PersonRow
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._number import span
from salesteam.incentives._people import People
from salesteam.incentives._quota import Ramp, Relief
from salesteam.incentives._terms import Proration, WorkCalendar

__all__ = ["Stays", "months_between", "months_in"]

_DAY = timedelta(days=1)
_ENDLESS = frozenset({date.min, date.max})
_FULL = Fraction(1)


def months_in(low: date, high: date) -> Iterator[date]:
    """The first days of the months that begin in a span; of the month it begins in, if none does."""
    first = date(low.year, low.month, 1)
    month = first if first >= low else _next(first)
    if month >= high:
        yield first
    while month < high:
        yield month
        month = _next(month)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_between(start: date, day: date) -> int:
    """Which month of someone's time a day lies in; the month of the start is 1."""
    return (day.year - start.year) * 12 + day.month - start.month + 1


@attrs.frozen(kw_only=True, eq=False)
class Stays:
    """When everyone was there.

    Parameters
    ----------
    plan : Plan
        Says how parts are counted.
    people : People
        From when to when, and how much of a full week.
    leaves : dict of str to list of (date, date)
        Days away.
    report : Report
        Findings of reading.
    """

    plan: Plan
    people: People
    leaves: dict[str, list[tuple[date, date]]]
    report: Report

    @classmethod
    def of(cls, plan: Plan, people: People, facts: Facts) -> Stays:
        """Read the table `leaves`."""
        leaves: dict[str, list[tuple[date, date]]] = {}
        report = Report()
        if facts.leaves is not None:
            rows = t.read_table(facts.leaves, LeaveRow, table="leaves")
            report = rows.report
            for row in rows.values:
                leaves.setdefault(row.payee, []).append((row.start, row.end))
        return cls(plan=plan, people=people, leaves=leaves, report=report)

    def began(self, payee: str) -> date | None:
        """First day of someone."""
        starts = [start for i in self.people.of(payee) if (start := self.people.rows[i].start) is not None]
        return min(starts, default=None)

    def part(self, payee: str, low: date, high: date, of: str) -> Fraction:
        """Share of a span that counts for a number of the plan: ``quota``, ``target``, ``draw``, ``cap``."""
        terms = self.plan.proration
        known = payee in self.leaves or self.people.of(payee)
        if terms is None or of not in terms.applies_to or not known:
            return _FULL
        if _ENDLESS & {low, high}:
            low, high = self.plan.valid.from_ or low, self.plan.valid.until or high
            if _ENDLESS & {low, high}:
                return _FULL
        if terms.basis == "whole_months":
            return self._months(payee, low, high, terms)
        return self._days(payee, low, high, terms)

    def segment(self, payee: str, low: date, high: date, of: str, wanted: Mapping[str, tuple[str, ...]]) -> Fraction:
        """Share of someone's days in a span on which a `for` matched, where the plan pays each of them by itself."""
        terms = self.plan.proration
        if terms is None or terms.plan_change != "segment" or not wanted or _ENDLESS & {low, high}:
            return _FULL
        if of not in terms.applies_to or not self.people.of(payee):
            return _FULL
        days: dict[bool, int] = {True: 0, False: 0}
        for index in self.people.of(payee):
            row = self.people.rows[index]
            start, end = max(row.start or low, low), min(row.end or high, high)
            days[self.people.suits(index, wanted)] += self._size(start, end, terms) if start < end else 0
        return Fraction(days[True], days[True] + days[False]) if days[True] else _FULL

    def _spells(self, payee: str, low: date, high: date) -> Iterator[tuple[date, date, Fraction]]:
        """The days of someone in a span, without leave, with the share of a full week worked; all if nobody says."""
        rows = dict.fromkeys(self.people.rows[index] for index in self.people.of(payee))
        for row in rows or (PersonRow(payee=payee),):
            start, end = max(row.start or low, low), min(row.end or high, high)
            part = _FULL if row.participation is None else row.participation
            for a, b in _without(start, end, self.leaves.get(payee, ())):
                yield a, b, part

    def _days(self, payee: str, low: date, high: date, terms: Proration) -> Fraction:
        whole = self._size(low, high, terms)
        if not whole:
            return Fraction(0)
        spells = list(self._spells(payee, low, high))
        most = max([_FULL, *(part for _, _, part in spells)])
        days = sum((part * self._size(a, b, terms) for a, b, part in spells), Fraction(0))
        return min(days / whole, most)

    def _size(self, low: date, high: date, terms: Proration) -> int:
        if terms.basis == "working_days":
            calendar = self.plan.calendar or WorkCalendar()
            return sum(calendar.is_workday(low + _DAY * n) for n in range((high - low).days))
        if terms.basis == "30_360":
            return 360 * (high.year - low.year) + 30 * (high.month - low.month) + min(high.day, 30) - min(low.day, 30)
        return (high - low).days

    def _months(self, payee: str, low: date, high: date, terms: Proration) -> Fraction:
        """Each month counts whole, by the share worked on the day that decides, or not at all."""
        found, months = Fraction(0), list(months_in(low, high))
        for month in months:
            spells = list(self._spells(payee, month, _next(month)))
            day = month if terms.counted_if != "day_15" else month.replace(day=15)
            held = [part for a, b, part in spells if terms.counted_if == "any_day" or a <= day < b]
            found += max(held, default=Fraction(0))
        return found / len(months)

    def ramped(self, payee: str, low: date, high: date, ramp: Iterable[tuple[Ramp, Fraction]]) -> Fraction:
        """Share of a quota that is asked of someone new: the mean over the months of the span."""
        start, steps = self.began(payee), [(span(r.months), factor) for r, factor in ramp]
        if start is None or not steps or _ENDLESS & {low, high}:
            return _FULL
        factors = []
        for month in months_in(low, high):
            number = months_between(start, month)
            held = (f for months, f in steps if months[0] <= number <= months[1])
            factors.append(next(held, _FULL))
        return sum(factors, Fraction(0)) / len(factors)

    def relieved(self, payee: str, low: date, high: date, relief: Iterable[tuple[Relief, Fraction]]) -> Fraction:
        """Share of a quota that is asked of someone relieved, by the days of the relief."""
        found = _FULL
        for each, factor in relief:
            if each.payee not in {None, payee}:
                continue
            if (each.from_ is None and each.until is None) or _ENDLESS & {low, high}:
                found *= factor
                continue
            a, b = max(each.from_ or low, low), min(each.until or high, high)
            found *= 1 - (1 - factor) * max((b - a).days, 0) / (high - low).days
        return found


def _without(start: date, end: date, gone: Iterable[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    """A span without others."""
    at = start
    for a, b in sorted(gone):
        if b <= at or a >= end:
            continue
        if at < a:
            yield at, a
        at = max(at, b)
    if at < end:
        yield at, end
