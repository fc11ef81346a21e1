"""Gates: what is tested, with what had been reached by when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from salesteam.incentives._bending import Gate, Lock
from salesteam.incentives._component import paid_component
from salesteam.incentives._days import WITHIN_PERIOD, spans
from salesteam.incentives._exact._book import Book
from salesteam.incentives._exact._credit import Credit
from salesteam.incentives._exact._joined import Joined
from salesteam.incentives._model import Plan
from salesteam.incentives._parts import GateTest
from salesteam.incentives._path import Path
from salesteam.incentives._posted import TENURE

__all__ = [
    "BY_ROW",
    "awaits",
    "goes_by_rows",
    "interval_of_gate",
    "locked",
    "passes",
    "passes_row",
    "sees_rows",
    "tested",
]


BY_ROW = frozenset(
    {
        "flat", "marginal", "slab", "from_threshold", "forward", "interpolated_amount", "proportional_rate", "bonus",
        "spiff",
    }
)  # fmt: skip
"""Methods that are paid row by row."""


def sees_rows(plan: Plan, name: str) -> bool:
    """Whether a component is paid row by row: by its method, on the payee's own measure."""
    c = plan.components[name]
    own = c.measure is None or (c.measure in plan.measures and plan.measures[c.measure].scope == "payee")
    return c.method in BY_ROW and own


def goes_by_rows(plan: Plan, name: str) -> bool:
    """Whether the pay of a component goes on row after row: its own, or that of others on whose pay or credit it is."""
    c = plan.components[name]
    if c.method != "override":
        return sees_rows(plan, name)
    below = paid_component(c)
    return below is None or goes_by_rows(plan, below)


def locked(gate: Gate) -> str:
    """The component that a gate locks, wholly or in its upper bands; or the plan."""
    return gate.locks.of if isinstance(gate.locks, Lock) else gate.locks


def interval_of_gate(book: Book, gate: Gate, of: str, period: str) -> str:
    """Over which interval a gate is tested: that of the component, if the plan says what holds meanwhile."""
    c = book.plan.components.get(of)
    if gate.meanwhile is None or c is None or c.accumulate in WITHIN_PERIOD:
        return period
    return book.interval(c.accumulate, period)


def awaits(book: Book, gate: Gate, interval: str) -> bool:
    """Whether the interval of a gate goes on beyond what the run knows of, so that its meanwhile holds."""
    end = spans(interval)[1]
    return gate.meanwhile is not None and end != date.max and end > max(spans(p)[1] for p in book.periods)


def tested(
    book: Book, gate: Gate, payee: str, period: str, interval: str
) -> Iterator[tuple[GateTest, Fraction, Fraction]]:
    """Each test of a gate with what was reached and what is needed."""
    look = book.look(period)
    for test in gate.tests:
        yield test, book.path(test.measure, payee, period, interval), look(test.at_least)


def passes(book: Book, gate: Gate, payee: str, period: str, interval: str) -> bool:
    """Whether a gate is open at the end of an interval."""
    found = [reached >= needed for _, reached, needed in tested(book, gate, payee, period, interval)]
    return all(found) if gate.needs == "all" else any(found)


def passes_row(book: Book, gate: Gate, payee: str, credit: Credit | None, period: str, interval: str) -> bool:
    """Whether a gate is open once a credit has been counted."""
    if credit is None:
        return passes(book, gate, payee, period, interval)
    look = book.look(period)
    found = [_by_then(book, test, payee, credit, interval) >= look(test.at_least) for test in gate.tests]
    return all(found) if gate.needs == "all" else any(found)


def _by_then(book: Book, test: GateTest, payee: str, credit: Credit, interval: str) -> Fraction:
    """What had been reached when a credit had been counted; ready values count wholly."""
    path = Path.parse(test.measure)
    if path is None or path.measure == TENURE or book.plan.measures[path.measure].value is None:
        return book.path(test.measure, payee, credit.period, interval)
    kind = book.kind(test.measure)
    who = payee if kind == "payee" else "" if kind == "all" else book.team_of(payee, credit.period)
    orders, sums = book.once(lambda: _steps(book, path.measure, kind, who, interval), "steps", test, who, interval)
    place = bisect_right(orders, credit.order)
    reached = (
        sums[place - 1] if place else book.joined(path.measure, (), _ready(book, path.measure, kind, who, interval))
    )
    if not path.attainment:
        return reached / book.unit(path.measure)
    return book.rounded(reached / book.group_quota(path.measure, kind, who, interval), interval)


def _ready(book: Book, measure: str, kind: str, who: str, interval: str) -> list[Fraction]:
    return book.ready(measure, kind, who, book.within(interval))


def _steps(
    book: Book, measure: str, kind: str, who: str, interval: str
) -> tuple[list[tuple[Any, ...]], list[Fraction]]:
    """The rows of a measure in an interval in order, each with what had been reached after it."""
    rows = sorted(book.counted(measure, kind, who, book.within(interval)), key=lambda row: row.order)
    joined, sums = Joined(measure, book.plan.measures[measure]), []
    joined.add_ready(_ready(book, measure, kind, who, interval))
    for row in rows:
        joined.add(row)
        sums.append(joined.value)
    return [row.order for row in rows], sums
