"""What is asked of somebody: quotas with season, ramp, relief and parts of periods; targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from salesteam.core import Period
from salesteam.incentives._days import ONCE, period_of, spans
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._posted import agreed
from salesteam.incentives._quota import Quota

if TYPE_CHECKING:
    from salesteam.incentives._exact._book import Book

__all__ = ["quota_holders", "quota_parts", "target_of"]

_ENDLESS = frozenset({date.min, date.max})
_PARTS: Mapping[tuple[str, int], str] = {
    ("year", 2): "half", ("year", 4): "quarter", ("year", 12): "month", ("half", 2): "quarter", ("half", 6): "month",
    ("quarter", 3): "month",
}  # fmt: skip
"""What a period is cut into by so many weights."""


def quota_holders(book: Book, measure: str) -> list[str]:
    """Everyone who has a quota of a measure."""
    found = [payee for payee, m in book.posted.quotas if m == measure]
    if any(q.measure == measure for q in book.plan.quotas):
        found += book.payees
    return list(dict.fromkeys(found))


def quota_parts(book: Book, payee: str, interval: str, measure: str) -> list[tuple[str, Fraction]]:
    """The parts of a quota that lie in an interval, each with its span, in the measure's smallest unit."""
    return book.once(lambda: list(_quota_parts(book, payee, interval, measure)), "quota", payee, interval, measure)


def _quota_parts(book: Book, payee: str, interval: str, measure: str) -> Iterator[tuple[str, Fraction]]:
    posted = inside(book, book.posted.quotas.get((payee, measure), {}), interval)
    if posted:
        for (span, _), amount in zip(posted, agreed(amount for _, amount in posted), strict=True):
            part = book.stays.part(payee, *spans(span), "quota")
            yield span, amount if part == 1 else amount * part
        return
    if _endless(book, interval) and ONCE in book.posted.quotas.get((payee, measure), {}):
        raise Lacking("quota-endless", payee=payee, period=interval, measure=measure)
    for quota in book.plan.quotas:
        if quota.measure == measure and book.suits(payee, interval, quota.for_):
            look = book.look(interval)
            if _endless(book, interval) and (quota.period or book.plan.period) != ONCE:
                raise Lacking("quota-endless", payee=payee, period=interval, measure=measure)
            for span, amount in _written(book, quota, interval):
                low, high = spans(span)
                part = book.stays.part(payee, low, high, "quota")
                part *= book.stays.ramped(payee, low, high, [(r, look(r.factor)) for r in quota.ramp])
                part *= book.stays.relieved(payee, low, high, [(r, look(r.factor)) for r in quota.relief])
                yield span, amount * book.unit(measure) * part
            return


def _endless(book: Book, interval: str) -> bool:
    """Whether an interval is all of a plan that pays by periods and has no last day, or no first one."""
    return interval == "plan" and book.plan.period != ONCE and None in {book.plan.valid.from_, book.plan.valid.until}


def _written(book: Book, quota: Quota, interval: str) -> Iterator[tuple[str, Fraction]]:
    """The parts of a quota of the plan that lie in an interval, before anything lowers them."""
    kind = quota.period or book.plan.period
    look = book.look(interval)
    amount, weights = look(quota.amount), [look(weight) for weight in quota.weights]
    low, high = spans(interval)
    if _ENDLESS & {low, high}:
        low, high = book.plan.valid.from_ or low, book.plan.valid.until or high
    if kind == ONCE or _ENDLESS & {low, high}:
        yield interval, amount
        return
    for whole in _periods(low, high, kind):
        parts = [(whole.name, amount)]
        if weights:
            cut = _PARTS.get((kind, len(weights)))
            if cut is None:
                continue
            parts = [
                (part.name, amount * w) for part, w in zip(_periods(whole.start, whole.end, cut), weights, strict=True)
            ]
        for name, part in parts:
            start, end = spans(name)
            if low <= start and end <= high:
                yield name, part


def _periods(low: date, high: date, kind: str) -> Iterator[Period]:
    """The periods of a kind that touch a span."""
    found = Period.containing(low, kind)
    while found.start < high:
        yield found
        found = Period.containing(found.end, kind)


def inside(book: Book, by_period: Mapping[str, Any], interval: str) -> list[tuple[str, Any]]:
    """The entry of an interval itself, else those of the periods inside it, else one for each pay period in it."""
    if interval in by_period:
        return [(interval, by_period[interval])]
    low, high = spans(interval)
    days = {name: spans(name) for name in by_period if name != ONCE or book.plan.period == ONCE}
    held = [name for name, (start, end) in days.items() if low <= start and end <= high]
    widest = [n for n in held if not any(m != n and _holds(days[m], days[n]) for m in held)]
    if widest or ONCE not in by_period:
        return [(name, by_period[name]) for name in widest]
    return [(name, by_period[ONCE]) for name in _own_periods(book, interval)]


def _holds(outer: tuple[date, date], inner: tuple[date, date]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _own_periods(book: Book, interval: str) -> list[str]:
    """The pay periods that begin in an interval; none where it has no end."""
    low, high = spans(interval)
    if interval == "plan":
        low, high = book.plan.valid.from_ or low, book.plan.valid.until or high
    found: list[str] = []
    name = "" if _ENDLESS & {low, high} else period_of(book.plan, low)
    while name and spans(name)[0] < high:
        found += [name] if spans(name)[0] >= low else []
        name = period_of(book.plan, spans(name)[1])
    return found


def target_of(book: Book, name: str | None, payee: str, interval: str) -> Fraction:
    """Pay at target in minor units, weighted for a component; of the plan if none is named."""
    component = book.plan.components[name] if name is not None else None
    look = book.look(interval)
    part = book.stays.part(payee, *spans(interval), "target")
    own_days = book.stays.segment(payee, *spans(interval), "target", component.for_) if component is not None else 1
    weight = look(component.weight) if component is not None and component.weight is not None else Fraction(1)
    if component is not None and component.target is not None:
        return look(component.target) * book.minor * weight * part * own_days
    base = component is not None and component.pays_of == "base"
    told = inside(book, book.posted.targets.get(payee, {}), interval)
    pairs = agreed(pair for _, pair in told)
    found = [(span, pair[1 if base else 0]) for (span, _), pair in zip(told, pairs, strict=True)]
    held = [x * book.stays.part(payee, *spans(span), "target") for span, x in found if x is not None]
    if not held and component is None:
        own = [c for c in book.plan.components.values() if c.target is not None]
        if own:
            weights = [look(c.weight) if c.weight is not None else Fraction(1) for c in own]
            total = sum(
                (look(c.target) * w for c, w in zip(own, weights, strict=True) if c.target is not None), Fraction(0)
            )
            return total * book.minor * part
    if not held:
        raise Lacking("no-target", payee=payee, period=interval)
    return sum(held, Fraction(0)) * weight * own_days
