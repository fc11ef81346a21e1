"""What a run that goes on from an earlier one has to rate again: whom its new rows touch, by which way soever."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import attrs

from salesteam.incentives._component import Component
from salesteam.incentives._days import spans
from salesteam.incentives._exact._book import Book
from salesteam.incentives._exact._gates import goes_by_rows
from salesteam.incentives._model import Plan
from salesteam.incentives._parts import By, Fund
from salesteam.incentives._path import Path
from salesteam.incentives._posted import TENURE

__all__ = ["Stale", "feeds_teams", "kinds", "stale_of"]

Pair = tuple[str, str]


@attrs.frozen(kw_only=True)
class Stale:
    """Payees and pay periods that are rated again.

    Parameters
    ----------
    whole : bool
        Everyone and everything.
    pairs : frozenset of (str, str)
        Payees with pay periods.
    teams : frozenset of (str, str)
        Teams with pay periods, if anybody's pay hangs on a team.
    periods : frozenset of str
        Pay periods of the payees.
    """

    whole: bool
    pairs: frozenset[Pair] = frozenset()
    teams: frozenset[Pair] = frozenset()
    periods: frozenset[str] = frozenset()

    def __contains__(self, pair: Pair) -> bool:
        return self.whole or pair in self.pairs

    def counted(self, book: Book, measure: str, of: str) -> Iterator[Pair]:
        """Of these the payees and periods with rows that an earlier run has counted."""
        sums = book.carried.sums
        if self.whole:
            yield from ((who, period) for m, kind, who, period, c in sums if (m, kind, c) == (measure, "payee", of))
        else:
            yield from (pair for pair in self.pairs if (measure, "payee", *pair, of) in sums)

    def paid(self, book: Book, name: str) -> Iterator[Pair]:
        """Of these the payees and periods for which an earlier run has paid a component."""
        pays = book.carried.pays
        if self.whole:
            yield from ((who, period) for who, period, c in pays if c == name)
        else:
            yield from (pair for pair in self.pairs if (*pair, name) in pays)


def stale_of(book: Book) -> Stale:
    """What is rated in a run."""
    return book.once(lambda: _stale(book), "stale")


def _stale(book: Book) -> Stale:
    if book.changed or (any(gate.meanwhile is not None for gate in book.plan.gates) and _goes_further(book)):
        return Stale(whole=True)
    found: set[Pair] = set()
    ties = _Ties(book)
    waiting = [(credit.payee, credit.period) for credit in book.credits]
    waiting += [pair for credit in book.credits for pair in ties.team(credit.team, credit.period)]
    while waiting:
        pair = waiting.pop()
        if pair not in found:
            found.add(pair)
            waiting += ties.of(*pair)
    periods = frozenset(period for _, period in found)
    return Stale(whole=False, pairs=frozenset(found), teams=frozenset(ties.touched), periods=periods)


def _goes_further(book: Book) -> bool:
    """Whether the run knows of days after those of the earlier one, so that intervals may have ended."""
    before = [spans(period)[1] for period in book.carried.periods]
    return not before or max(spans(period)[1] for period in book.periods) > max(before)


class _Ties:
    """Whose pay hangs on whose numbers: over intervals, in teams, or all on all."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.kinds = kinds(book)
        self.accumulates = {c.accumulate for c in book.plan.components.values()}
        self.touched: set[Pair] = set()

    def of(self, payee: str, period: str) -> Iterator[Pair]:
        """Payees and periods that hang on those of one directly."""
        yield from ((payee, other) for other in self._together(period))
        if "team" in self.kinds:
            for team in self._held(period)[1].get(payee, ()):
                yield from self.team(team, period)
        if "all" in self.kinds:
            everyone = self.book.once(lambda: _everyone(self.book), "everyone")
            yield from self.book.once(lambda: [(who, period) for who in everyone], "everyone", period)

    def team(self, team: str | None, period: str) -> Iterator[Pair]:
        """Everyone who is in a team at some time of a period, if anybody's pay hangs on a team."""
        if team is not None and "team" in self.kinds and (team, period) not in self.touched:
            self.touched.add((team, period))
            yield from ((who, period) for who in self._held(period)[0].get(team, ()))

    def _held(self, period: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """The payees of each team in a period, and the teams of each payee."""
        return self.book.once(lambda: self._staffed(*spans(period)), "staffed", period)

    def _staffed(self, low: date, high: date) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        by_team: dict[str, list[str]] = defaultdict(list)
        by_payee: dict[str, list[str]] = defaultdict(list)
        for row in self.book.people.rows:
            if row.team and (row.start or low) < high and (row.end or high) > low:
                by_team[row.team].append(row.payee)
                by_payee[row.payee].append(row.team)
        return by_team, by_payee

    def _together(self, period: str) -> list[str]:
        """The pay periods that lie with one in an interval of accumulation."""
        return self.book.once(lambda: self._sharing(period), "together", period)

    def _sharing(self, period: str) -> list[str]:
        interval = self.book.interval
        found = {p for how in self.accumulates for p in self.book.periods if interval(how, p) == interval(how, period)}
        return sorted(found)


def _everyone(book: Book) -> set[str]:
    """Everyone that a number of all may pay, or that shares the pay of others."""
    ready = (who for _, kind, who, _ in book.posted.moves if kind == "payee")
    paid = (who for who, _, _ in book.carried.pays)
    return {*book.people.positions, *book.carried.payees, *(credit.payee for credit in book.credits), *ready, *paid}


def kinds(book: Book) -> set[str]:
    """Whose numbers the pay of a payee hangs on: ``payee``, ``team``, ``all``."""
    found = {book.kind(text) for text in _reads(book.plan) if text != TENURE}
    for c in book.plan.components.values():
        if c.method == "pool":
            found.add("team" if feeds_teams(book, c) else "all")
        elif c.method == "rank":
            found.add("all")
    return found | ({"all"} if _shared(book.plan) else set())


def _shared(plan: Plan) -> bool:
    """Whether what one is paid for a whole period, or held to by limits, may come from the pay of anybody."""
    parts = plan.components
    split = any(c.pay_split for c in parts.values())
    above = [name for name, c in parts.items() if c.method == "override"]
    if any(limit.of == "plan" for limit in (*plan.caps, *plan.floors)):
        return split or bool(above)
    whole = any(not goes_by_rows(plan, name) for name in parts)
    return (whole and split) or any(not goes_by_rows(plan, name) for name in above)


def _reads(plan: Plan) -> set[str]:
    """The paths of all numbers that the pay of a plan hangs on."""
    found: set[str | None] = {modifier.measure for modifier in plan.modifiers}
    found |= {test.measure for gate in plan.gates for test in gate.tests}
    for c in plan.components.values():
        found |= {c.measure, *(test.measure for test in c.minimums), *(each.measure for each in c.tables)}
        found |= {axis.measure for axis in (c.rows, c.columns) if axis is not None}
        found |= {each.measure for each in c.objectives}
        found |= {c.fund.measure} if isinstance(c.fund, Fund) else set()
        found |= {c.shares.of} if isinstance(c.shares, By) and c.shares.kind == "pro_rata" else set()
    return {text for text in found if text is not None and Path.parse(text) is not None}


def feeds_teams(book: Book, c: Component) -> bool:
    """Whether each team has a pool of its own, rather than one pool for everyone that `for` matches."""
    if not any(row.team for row in book.people.rows):
        return False
    if isinstance(c.fund, Fund):
        path = c.fund.measure
        return path.startswith("team.") or book.plan.measures[path].scope != "all"
    return not c.for_
