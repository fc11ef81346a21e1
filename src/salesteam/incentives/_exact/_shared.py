"""What a group of people shares: pools, and prizes by place."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction

import attrs

from salesteam.core import Money, Report, largest_remainder, rational, rational_text, round_to
from salesteam.errors import InvalidValueError
from salesteam.incentives._choices import missing
from salesteam.incentives._component import Component
from salesteam.incentives._days import ONCE, spans
from salesteam.incentives._exact._bend import Bends
from salesteam.incentives._exact._book import Book, Look
from salesteam.incentives._exact._byperiod import holders, reached
from salesteam.incentives._exact._line import Line, Made
from salesteam.incentives._exact._stale import feeds_teams, stale_of
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._parts import By, Fund
from salesteam.incentives._unpaid import unpaid_row

__all__ = ["pools", "ranked", "stay_part"]

_EVERYONE = ""


def pools(book: Book, bends: Bends, name: str) -> Made:
    """Divide the pool of every team and period among its members, to the last minor unit."""
    made = Made()
    c, teams = book.plan.components[name], [_EVERYONE]
    if feeds_teams(book, c):
        teams = sorted({r.team for r in book.people.rows if r.team})
    nobody = not book.people.rows and (bool(c.for_) or not _named(book, c))
    for period in book.periods:
        if nobody:
            row = unpaid_row("pool-without-people", table="pools", component=name, period=period)
            made.back[_EVERYONE, period] = [row]
        for team in () if nobody else teams:
            if _due(book, team, period):
                _Pool(book, bends, name, team, period).divide(made)
    return made


def _due(book: Book, team: str, period: str) -> bool:
    """Whether a pool has not been divided yet, or hangs on what the run rates again."""
    stale = stale_of(book)
    touched = (team, period) in stale.teams if team else period in stale.periods
    return stale.whole or touched or period not in book.carried.periods


def _named(book: Book, c: Component) -> list[str]:
    """Who shares where no people are listed: whom the shares name, else everyone that deals or values are about."""
    if isinstance(c.shares, Mapping):
        return list(c.shares)
    ready = (who for _, kind, who, _ in book.posted.moves if kind == "payee")
    return list(dict.fromkeys((*book.payees, *ready)))


class _Pool:
    """One pool: of which component, of which team (empty for everyone that `for` matches), in which period."""

    def __init__(self, book: Book, bends: Bends, name: str, team: str, period: str) -> None:
        self.book, self.bends, self.name, self.team, self.period = book, bends, name, team, period
        self.c, self.look = book.plan.components[name], book.look(period)
        self.about = {"component": name, "team": team or name, "period": period}
        self.back: list[UnpaidRow] = []

    def divide(self, made: Made) -> None:
        """Add the shares; and what nobody claims, with whoever could not be given a share."""
        made.back[self.team, self.period] = self.back
        try:
            fund = self._fund()
        except Lacking as why:
            self.back.append(unpaid_row(why.code, table="pools", **{**self.about, **why.values}))
            return
        if fund < 0:
            self.back.append(unpaid_row("pool-negative", table="pools", **self.about))
            return
        weights = self._weights()
        open_, closed = self._gated(weights)
        left = Fraction(0)
        if closed or (isinstance(self.c.shares, Mapping) and sum(weights.values()) != 1):
            self._asked("unclaimed")
        if self.c.unclaimed == "redistribute":
            weights = {payee: Fraction(0) if payee in closed else w for payee, w in weights.items()}
        elif isinstance(self.c.shares, Mapping):
            left = 1 - sum(weights.values(), Fraction(0))
        payees = sorted(weights)
        nobody = not sum(weights.values(), left)
        pieces = largest_remainder(
            fund, [*(weights[p] for p in payees), Fraction(1) if nobody else left], [*payees, "\uffff"]
        )
        unclaimed = pieces[-1]
        for payee, piece in zip(payees, pieces, strict=False):
            unclaimed += piece if payee in closed else 0
            if payee in open_ or payee in closed:
                text = f"{rational_text(Fraction(fund, self.book.minor))} × {rational_text(weights[payee])}"
                text += "" if sum(weights.values(), left) == 1 else f" / {rational_text(sum(weights.values(), left))}"
                made.lines.append(
                    Line(
                        component=self.name, payee=payee, period=self.period, interval=self.period, before=Fraction(0),
                        after=Fraction(0), raw=Fraction(piece), formula=text,
                    )
                )  # fmt: skip
        if unclaimed:
            amount = Money(unclaimed, self.book.plan.currency)
            self.back.append(unpaid_row("pool-unclaimed", table="pools", amount=amount, **self.about))

    def _fund(self) -> int:
        fund, book = self.c.fund, self.book
        if isinstance(fund, Fund):
            measure = fund.measure.removeprefix("team.")
            kind = "team" if self.team else "all"
            reached = book.sum(measure, kind, self.team, (self.period,))
            exact = self.look(fund.rate) * reached * book.minor / book.unit(measure)
        else:
            assert fund is not None
            exact = self.look(fund) * book.minor
        return round_to(exact, book.plan.rounding)

    def _gated(self, weights: Mapping[str, Fraction]) -> tuple[frozenset[str], frozenset[str]]:
        """Members with a share whose gates are open, and those behind a closed one; others are told."""
        found: dict[bool, set[str]] = {True: set(), False: set()}
        for payee in [p for p, weight in weights.items() if weight]:
            try:
                shape = self.bends.shape(self.name, payee, self.period)
            except Lacking as why:
                about = {**self.about, **why.values, "payee": payee}
                self.back.append(unpaid_row(why.code, table="pools", **about))
                continue
            found[bool(shape.gate)].add(payee)
        return frozenset(found[True]), frozenset(found[False])

    def _weights(self) -> dict[str, Fraction]:
        """What each member shares by: once for each, however many rows tell of it."""
        low, high = spans(self.period)
        if self.period == ONCE:
            low, high = self.book.plan.valid.from_ or low, self.book.plan.valid.until or high
        held: dict[str, list[tuple[date, date, int]]] = {}
        for index, row in enumerate(self.book.people.rows):
            start, end = max(row.start or low, low), min(row.end or high, high)
            mine = not self.team or row.team == self.team
            if mine and start < end and self.book.people.suits(index, self.c.for_):
                held.setdefault(row.payee, []).append((start, end, index))
        if not self.book.people.rows:
            held = {payee: [(low, high, -1)] for payee in _named(self.book, self.c)}
        weights: dict[str, Fraction] = {}
        for payee, stays in held.items():
            if stay_part("prorated", stays, low, high) != 1:
                self._asked("leavers")
            part = stay_part(self.c.leavers, stays, low, high)
            if not part:
                continue
            try:
                weights[payee] = part * self._points(payee, max(stays)[2])
            except Lacking as why:
                about = {**self.about, **why.values, "payee": payee}
                self.back.append(unpaid_row(why.code, table="pools", **about))
        return weights

    def _asked(self, key: str) -> None:
        """Refuse the run if a choice was left open on which money depends now."""
        if getattr(self.c, key) is None:
            _refuse(self.name, key)

    def _points(self, payee: str, index: int) -> Fraction:
        """What a member shares by, before the days of the stay count."""
        shares = self.c.shares
        if shares == "equal":
            return Fraction(1)
        if isinstance(shares, Mapping):
            return self.look(shares[payee]) if payee in shares else Fraction(0)
        assert isinstance(shares, By)
        if shares.kind == "points":
            cell = None if index < 0 else self.book.people.cell(index, shares.of)
            try:
                points = Fraction(-1) if cell is None else rational(cell)
            except InvalidValueError:
                points = Fraction(-1)
            if points < 0:
                raise Lacking("no-points", payee=payee, column=shares.of, cell=cell)
            return points
        return max(self.book.path(shares.of, payee, self.period), Fraction(0))


def _refuse(name: str, key: str) -> None:
    at = f"components.{name}"
    Report.of(missing(key, at, f"{at}.{key}")).raise_for_errors()


def stay_part(leavers: str | None, stays: list[tuple[date, date, int]], low: date, high: date) -> Fraction:
    """How much of a full share the days of a member give."""
    if leavers == "out":
        return Fraction(any(end == high for _, end, _ in stays))
    if leavers != "prorated":
        return Fraction(1)
    days, until = timedelta(0), low
    for start, end, _ in sorted(stays):
        days += max(end - max(start, until), timedelta(0))
        until = max(until, end)
    return Fraction(days // timedelta(days=1), (high - low).days)


# prizes by place


@attrs.frozen
class _Runner:
    payee: str
    reached: Fraction


def ranked(book: Book, bends: Bends, name: str) -> Made:
    """Prizes by place among everyone who reached the minimums, period by period."""
    made = Made()
    c = book.plan.components[name]
    by_period: dict[str, list[_Runner]] = {}
    for payee, period in holders(book, name, [str(c.measure)]):
        try:
            if _placed(book, c, payee, period):
                by_period.setdefault(period, []).append(_Runner(payee, reached(book, name, payee, period)))
                bends.shape(name, payee, period)
                _by(book, name, payee, period)
        except Lacking as why:
            about = {"period": period, **why.values, "payee": payee, "component": name}
            made.back[payee, period] = [unpaid_row(why.code, table="values", **about)]
    lacking = set(made.back)  # they keep their place, so that no other moves up
    for period, runners in by_period.items():
        paid = {runner.payee for runner in runners if (runner.payee, period) not in lacking}
        made.lines += _prizes(book, name, period, runners, paid) if paid else []
    return made


def _placed(book: Book, c: Component, payee: str, period: str) -> bool:
    look = book.look(period)
    return all(book.path(test.measure, payee, period) >= look(test.at_least) for test in c.minimums)


def _by(book: Book, name: str, payee: str, period: str) -> Fraction | int:
    """Minor units for each one of a prize: money, or the payee's target; lacking where a prize has no number yet."""
    c, look = book.plan.components[name], book.look(period)
    for prize in c.prizes:
        look(prize)
    return book.minor if c.pays_of is None else book.target(name, payee, period)


def _prizes(book: Book, name: str, period: str, runners: Iterable[_Runner], paid: Container[str]) -> list[Line]:
    """What those who are paid win among all runners."""
    c, look, found = book.plan.components[name], book.look(period), []
    groups: dict[Fraction, list[_Runner]] = {}
    for runner in sorted(runners, key=lambda r: (-r.reached, r.payee)):
        groups.setdefault(runner.reached, []).append(runner)
    place = 1
    for tied in groups.values():
        if len(tied) > 1 and c.ties is None and _prize(c, look, place):
            _refuse(name, "ties")
        covered = range(place, place + len(tied)) if c.ties in {None, "share"} else range(place, place + 1)
        total = sum((_prize(c, look, each) for each in covered), Fraction(0))
        prize = total / len(covered)
        for runner in tied:
            if runner.payee not in paid:
                continue
            found.append(
                Line(
                    component=name, payee=runner.payee, period=period, interval=period, before=Fraction(0),
                    after=runner.reached, raw=prize * _by(book, name, runner.payee, period),
                    formula=f"{place}{f'–{covered[-1]}' if len(covered) > 1 else ''}: {rational_text(prize)}",
                )
            )  # fmt: skip
        place += 1 if c.ties == "dense" else len(tied)
    return found


def _prize(c: Component, look: Look, place: int) -> Fraction:
    return look(c.prizes[place - 1]) if place <= len(c.prizes) else Fraction(0)
