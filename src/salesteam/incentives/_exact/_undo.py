"""Deals that are undone, wholly or in part: events that a clawback of the plan is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

import attrs

from salesteam.core import Finding, Report
from salesteam.core import _table as t
from salesteam.incentives._curves import number_on
from salesteam.incentives._exact._book import Book
from salesteam.incentives._exact._carried import Carried
from salesteam.incentives._exact._credit import Credit
from salesteam.incentives._exact._deal import Deal
from salesteam.incentives._exact._halt import changed
from salesteam.incentives._exact._line import Line
from salesteam.incentives._exact._stay import months_between
from salesteam.incentives._frame import EventRow, UnpaidRow
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._number import count
from salesteam.incentives._terms import Clawback
from salesteam.incentives._unpaid import unpaid_row

__all__ = ["Undone", "taken_back", "undone", "without"]


@attrs.frozen(kw_only=True, eq=False)
class Undone:
    """What events undo.

    Parameters
    ----------
    re_tier, at_paid_rate : dict of str to Fraction
        Transaction to the part of it that is undone, by how pay follows.
    unpaid : tuple of UnpaidRow
        Events about less than nothing, or more than all, of a deal.
    report : Report
        Findings of reading.
    halts : tuple of Finding
        Why the run cannot go on from an earlier one.
    """

    re_tier: Mapping[str, Fraction] = attrs.field(factory=dict)
    at_paid_rate: Mapping[str, Fraction] = attrs.field(factory=dict)
    unpaid: tuple[UnpaidRow, ...] = ()
    report: Report = Report()
    halts: tuple[Finding, ...] = ()


def undone(
    plan: Plan,
    facts: Facts,
    deals: Sequence[Deal],
    known_as_of: date | None,
    carried: Carried,
    older: Mapping[str, Deal],
) -> Undone:
    """Read the events that a clawback is about; several on one deal add up to at most what reversals leave of it.

    What they undo of each deal is written down; of `older` deals, which an earlier run has paid, it may not change.
    """
    if not plan.clawback or (facts.events is None and not carried.undone):
        return Undone()
    left = _left(deals)
    rows = t.read_table([] if facts.events is None else facts.events, EventRow, table="events")
    found: dict[str, dict[str, Fraction]] = {"re_tier": {}, "at_paid_rate": {}}
    back = [row for row in rows.values if row.share is not None and not 0 <= row.share <= 1]
    for row in rows.values:
        for rule in plan.clawback if row not in back else ():
            if rule.on == row.kind and row.transaction in carried.deals:
                part = _part(plan, rule, row, carried.deals[row.transaction].date, known_as_of)
                sums = found[rule.method or "re_tier"]
                sums[row.transaction] = min(sums.get(row.transaction, Fraction(0)) + part, Fraction(1))
    before, carried.undone = carried.undone, _by_deal(found)
    told = [name for name in {*before, *carried.undone} if before.get(name) != carried.undone.get(name)]
    told += [deal.root.id for deal in deals if deal.root.id in before]
    for sums in found.values():
        for name in sums:
            sums[name] *= left.get(name, Fraction(1))
    unpaid = [
        unpaid_row("event-share", table="events", transaction=row.transaction, kind=row.kind, share=row.share)
        for row in back
    ]
    return Undone(
        re_tier=found["re_tier"], at_paid_rate=found["at_paid_rate"], unpaid=tuple(unpaid), report=rows.report,
        halts=tuple(changed("events", name) for name in sorted(set(told)) if name in older),
    )  # fmt: skip


def _by_deal(found: Mapping[str, Mapping[str, Fraction]]) -> dict[str, tuple[Fraction, Fraction]]:
    """How much of each deal is undone, by each way that pay follows; without deals of which nothing is."""
    names = sorted({name for sums in found.values() for name, part in sums.items() if part})
    none = Fraction(0)
    return {name: (found["re_tier"].get(name, none), found["at_paid_rate"].get(name, none)) for name in names}


def _left(deals: Iterable[Deal]) -> dict[str, Fraction]:
    """The part of each deal that its reversals leave."""
    taken: dict[str, Fraction] = {}
    first: dict[str, Fraction] = {}
    for deal in deals:
        if deal.root is not deal:
            first[deal.root.id] = deal.root.numbers["amount"]
            taken[deal.root.id] = taken.get(deal.root.id, Fraction(0)) + deal.numbers["amount"]
    return {
        name: min(max((whole + taken[name]) / whole, Fraction(0)), Fraction(1))
        for name, whole in first.items()
        if whole
    }


def _part(plan: Plan, rule: Clawback, row: EventRow, sold: date | None, known_as_of: date | None) -> Fraction:
    """How much of the deal an event leaves unearned."""
    look = number_on(plan, row.date or sold, known_as_of)
    gone = _elapsed(rule, sold, row.date)
    if rule.term is not None and gone is not None and gone > count(rule.term):
        return Fraction(0)
    if rule.unearned == "event":
        return Fraction(1) if row.share is None else row.share
    if rule.unearned == "straight_line":
        return Fraction(1) if gone is None or rule.term is None else 1 - Fraction(gone, count(rule.term))
    if rule.unearned == "steps":
        return next((look(s.share) for s in rule.steps if gone is None or gone <= count(s.until)), Fraction(0))
    return Fraction(1) if isinstance(rule.unearned, str) else look(rule.unearned)


def _elapsed(rule: Clawback, sold: date | None, day: date | None) -> int | None:
    """Days, or whole months, between the deal and the event."""
    if sold is None or day is None:
        return None
    if rule.unit == "months":
        return months_between(sold, day) - 1 - (day.day < sold.day)
    return (day - sold).days


def without(cut: Iterable[Credit], parts: Mapping[str, Fraction]) -> None:
    """Take what is undone out of the credits, so that sums are as if it had never been sold."""
    for credit in cut:
        part = parts.get(credit.deal.id)
        if part:
            credit.left *= 1 - part
            credit.values = {name: value * (1 - part) for name, value in credit.values.items()}


def taken_back(book: Book, name: str, lines: list[Line], parts: Mapping[str, Fraction]) -> list[Line]:
    """Lines that take back at the rate that was paid: of a retroactive sum that of the band it reached in the end."""
    found = []
    c = book.plan.components[name]
    summed = c.method == "slab" and c.accumulate != "transaction"
    ends = {line.purse: line for line in lines}
    for line in lines:
        part = parts.get(line.credit.deal.id) if line.credit is not None else None
        if not part or line.credit is None:
            continue
        raw = -line.raw * part
        if summed:
            end = ends[line.purse]
            rate = end.parts[0].rate if end.parts else Fraction(0)
            moved = (line.after or Fraction(0)) - (line.before or Fraction(0))
            raw = -part * moved * rate * book.minor
        found.append(
            attrs.evolve(
                line, before=None, after=None, raw=raw, cut=tuple, formula=f"-{part} at the rate paid",
                note=("taken back at the rate it was paid at", "按原付比率收回"),
            )
        )  # fmt: skip
    return found
