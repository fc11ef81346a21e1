"""Components that see a whole period at once: curves, lookups, matrices, objectives, and all that a team reached."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import partial

import attrs

from salesteam.core import rational_text
from salesteam.incentives._bending import Lock
from salesteam.incentives._component import Component
from salesteam.incentives._curve import Part
from salesteam.incentives._days import WITHIN_PERIOD, spans
from salesteam.incentives._exact._bend import Bends
from salesteam.incentives._exact._book import Book, Look
from salesteam.incentives._exact._credit import Picked
from salesteam.incentives._exact._gates import awaits, interval_of_gate, locked, passes
from salesteam.incentives._exact._line import Line, Made, given
from salesteam.incentives._exact._meter import Meter, below, meter_of
from salesteam.incentives._exact._picks import picks, segmented
from salesteam.incentives._exact._stale import stale_of
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._parts import RateTable
from salesteam.incentives._path import Path
from salesteam.incentives._posted import TENURE
from salesteam.incentives._shape import bands
from salesteam.incentives._unpaid import unpaid_row

__all__ = ["by_period", "holders", "reached"]


def by_period(book: Book, bends: Bends, name: str) -> Made:
    """The lines of a component that is paid on whole periods."""
    made = Made()
    c = book.plan.components[name]
    pay = {"lookup": _lookup, "matrix": _matrix, "mbo": _mbo}.get(c.method, _running(bends))
    for payee, period in holders(book, name, _measures(c)):
        try:
            line = pay(book, name, payee, period)
            bends.shape(name, payee, period)
            made.lines.append(line)
        except Lacking as why:
            about = {"period": period, **why.values, "payee": payee, "component": name}
            rows = sorted({row for text in _measures(c) for row in _behind(book, text, payee, period)})
            made.back[payee, period] = [unpaid_row(why.code, transaction=row, **about) for row in rows]
            made.back[payee, period] += [] if rows else [unpaid_row(why.code, table="values", **about)]
    return made


def _behind(book: Book, text: str, payee: str, period: str) -> tuple[str, ...]:
    """The payee's own transactions behind a path."""
    path = Path.parse(text)
    if path is None or path.measure not in book.plan.measures or book.plan.measures[path.measure].value is None:
        return ()
    return book.behind(path.measure, payee, period)


def _measures(c: Component) -> list[str]:
    if c.method == "matrix":
        return [axis.measure for axis in (c.rows, c.columns) if axis is not None]
    if c.method == "mbo":
        return [each.measure for each in c.objectives]
    return [str(c.measure)]


def reached(book: Book, name: str, payee: str, period: str) -> Fraction:
    """What a payee reached of the measure of a component, in the rows that it is about."""
    text, only = str(book.plan.components[name].measure), picks(book, name)
    path = Path.parse(text)
    if only is None or path is None or path.attainment or book.plan.measures[path.measure].value is None:
        return book.path(text, payee, period)
    kind = book.kind(text)
    who = payee if kind == "payee" else "" if kind == "all" else book.team_of(payee, period)
    return book.sum(path.measure, kind, who, (period,), only) / book.unit(path.measure)


def holders(book: Book, name: str, paths: Iterable[str]) -> list[tuple[str, str]]:
    """Payees and periods that a run rates for a component: who has a row or a value, or is in a team that has one."""
    c, stale = book.plan.components[name], stale_of(book)
    only = picks(book, name) if c.measure is not None else None
    found: set[tuple[str, str]] = set()
    own: set[tuple[str, str]] = set()
    for text in paths:
        path = Path.parse(text)
        if path is None or path.measure == TENURE:
            continue
        kind = book.kind(text)
        found |= set(_active(book, path.measure, kind, only))
        if segmented(book, name):
            own |= set(_counted(book, path.measure, only))
    wanted = [pair for pair in found if pair in stale and (book.suits(*pair, c.for_) or pair in own)]
    return sorted(wanted, key=lambda pair: (pair[0], spans(pair[1])))


def _counted(book: Book, measure: str, only: Picked | None) -> Iterator[tuple[str, str]]:
    """Payees and periods with rows of a measure, of this run and of earlier ones."""
    if book.plan.measures[measure].value is None:
        return
    for who, by_period in book.rows(measure, "payee").items():
        yield from ((who, p) for p, mine in by_period.items() if only is None or any(map(only.about, mine)))
    yield from stale_of(book).counted(book, measure, "" if only is None else only.of)


def _active(book: Book, measure: str, kind: str, only: Picked | None) -> Iterator[tuple[str, str]]:
    names = {measure, f"{measure}.attainment"}
    ready = [(k, who, p) for (m, k, who, p) in book.posted.moves if m in names]
    own = list(_counted(book, measure, only))
    own += [(who, p) for k, who, p in ready if k == "payee"]
    if kind == "payee":
        yield from own
        return
    yield from own if not book.people.given else ()
    teams = {(who, p) for k, who, p in ready if k == "team"}
    for period in {p for _, p in own} | {p for _, p in teams}:
        active = {t for t, p in teams if p == period} | {_team(book, who, period) for who, p in own if p == period}
        for payee in book.people.positions:
            if book.people.during(payee, period) is not None and (
                kind == "all" or _team(book, payee, period) in active
            ):
                yield payee, period


def _team(book: Book, payee: str, period: str) -> str | None:
    index = book.people.during(payee, period)
    return None if index is None else book.people.rows[index].team


# sums that run from period to period


@attrs.define
class _Reached:
    at: Fraction = Fraction(0)
    first: bool = True


def _running(bends: Bends) -> Callable[[Book, str, str, str], Line]:
    """Pay of a period as the difference of a curve, the sum going on within the interval of accumulation."""
    states: dict[tuple[str, str], _Reached] = {}

    def pay(book: Book, name: str, payee: str, period: str) -> Line:
        c = _unlocked(book, name, payee, period)
        interval = book.interval(c.accumulate, period)
        fresh = c.accumulate in WITHIN_PERIOD
        state = _Reached() if fresh else states.setdefault((payee, interval), _Reached())
        meter, x, unit = _aim(book, name, c, payee, period, interval)
        bends.shape(name, payee, period)
        path = Path.parse(str(c.measure))
        how = book.plan.measures[path.measure].aggregate if path is not None else "sum"
        before = state.at
        after = x if how in {"mean", "latest", "distinct"} else before + x
        rounds = c.method == "curve" and meter.curve.x == "quota"
        high = book.rounded(after / meter.over, period) * meter.over if rounds else after
        low = book.rounded(before / meter.over, period) * meter.over if rounds else before
        if meter.gap(high):
            state.at = after
            raise Lacking("tier-gap", at=high / meter.over, until=high / meter.over, gaps=c.gaps)
        gone = Fraction(0) if state.first else meter.pay(low, before)
        raw = meter.pay(high, after) - gone
        at = high / meter.over
        formula = f"F({rational_text(at)}) = {rational_text(meter.curve.at(at))}"
        cut = partial(_cut, book, meter, low, high, first=state.first, unit=unit, sums=(before, after))
        state.at, state.first = after, False
        return Line(
            component=name, payee=payee, period=period, interval=interval, before=before / unit, after=after / unit,
            raw=raw, cut=cut, formula=formula,
        )  # fmt: skip

    return pay


def _cut(
    book: Book, meter: Meter, low: Fraction, high: Fraction, *, first: bool, unit: int, sums: tuple[Fraction, Fraction]
) -> tuple[Part, ...]:
    parts = meter.parts(low, high, first=first, sums=sums)
    scale = Fraction(unit, book.minor)
    return tuple(attrs.evolve(each, part=each.part / unit, rate=each.rate * scale) for each in parts)


def _unlocked(book: Book, name: str, payee: str, period: str) -> Component:
    found = book.plan.components[name]
    for gate in book.plan.gates:
        if isinstance(gate.locks, Lock) and locked(gate) == name:
            interval = interval_of_gate(book, gate, name, period)
            waits = awaits(book, gate, interval)
            shut = gate.meanwhile == "hold" if waits else not passes(book, gate, payee, period, interval)
            if shut:
                found = below(found, gate.locks.tiers_from, book.look(period))
    return found


def _aim(book: Book, name: str, c: Component, payee: str, period: str, interval: str) -> tuple[Meter, Fraction, int]:
    """The meter of a payee, what the period adds in smallest units, and how many of them make one."""
    look, text = book.look(period), str(c.measure)
    path = Path.parse(text)
    assert path is not None
    kind = book.kind(text)
    team = kind != "payee"
    ready = book.posted.one(f"{path.measure}.attainment", "payee", payee, period)
    if ready is not None and not team:
        meter = meter_of(book, name, c, look, payee, interval, quota=Fraction(1))
        if meter.curve.x == "quota" and meter.curve.pays != "quota" and meter.beyond is None:
            return meter, ready, 1
    who = payee if kind == "payee" else "" if kind == "all" else book.team_of(payee, period)
    quota = None
    if team and (c.method == "curve" or c.bounds == "quota" or c.base_rate == "target/quota"):
        quota = book.group_quota(path.measure, kind, who, interval)
    meter = meter_of(book, name, c, look, payee, interval, quota=quota)
    fresh = book.plan.measures[path.measure].aggregate in {"sum", "count"}
    periods = (period,) if fresh else tuple(p for p in book.within(interval) if spans(p) <= spans(period))
    try:
        return meter, book.sum(path.measure, kind, who, periods, picks(book, name)), book.unit(path.measure)
    except Lacking:
        if ready is not None:
            raise Lacking("no-quota", payee=payee, period=interval, measure=path.measure) from None
        raise


# rates and shares read from other measures


def _lookup(book: Book, name: str, payee: str, period: str) -> Line:
    c = book.plan.components[name]
    look, interval = book.look(period), book.interval(c.accumulate, period)
    span = interval if c.accumulate not in WITHIN_PERIOD else period
    rates = [_rate(table, book.path(table.measure, payee, period, span), look, c.gaps) for table in c.tables]
    rate = sum(rates, Fraction(0))
    if c.join == "product":
        rate = Fraction(1)
        for each in rates:
            rate *= each
    s = reached(book, name, payee, period)
    raw = s * rate * book.minor
    shown = " + " if c.join != "product" else " × "
    formula = f"({shown.join(rational_text(each) for each in rates)}) × {rational_text(s)}"
    part = Part(tier=None, part=s, rate=rate, pay=raw)
    return Line(
        component=name, payee=payee, period=period, interval=period, before=Fraction(0), after=s, raw=raw,
        cut=given(part), formula=formula,
    )  # fmt: skip


def _rate(table: RateTable, x: Fraction, look: Look, gaps: str) -> Fraction:
    """The rate of the band that a number lies in."""
    for band in bands(table.tiers, table.edge, look):
        above = x > band.low or (x == band.low and band.owns_low)
        if above and (band.high is None or x < band.high or (x == band.high and band.owns_high)):
            return band.rate or Fraction(0)
    if gaps == "zero":
        return Fraction(0)
    raise Lacking("tier-gap", at=x, until=x, gaps=gaps)


def _matrix(book: Book, name: str, payee: str, period: str) -> Line:
    c = book.plan.components[name]
    assert c.rows is not None
    assert c.columns is not None
    look = book.look(period)
    target = book.target(name, payee, period) if c.pays_of is not None or c.target is not None else None
    at = [book.path(axis.measure, payee, period) for axis in (c.rows, c.columns)]
    nodes = [[look(node) for node in axis.nodes] for axis in (c.rows, c.columns)]
    places = [_places(x, axis, c) for x, axis in zip(at, nodes, strict=True)]
    share = Fraction(0)
    for row, by_row in places[0]:
        for column, by_column in places[1]:
            cell = c.cells[row][column] if row < len(c.cells) and column < len(c.cells[row]) else None
            if cell is None:
                raise Lacking("matrix-empty", row=at[0], column=at[1])
            share += by_row * by_column * look(cell)
    if target is None:
        target = book.target(name, payee, period)
    words = ", ".join(rational_text(x) for x in at)
    return Line(
        component=name, payee=payee, period=period, interval=period, raw=share * target,
        formula=f"G({words}) = {rational_text(share)} × {rational_text(target / book.minor)}",
    )  # fmt: skip


def _places(x: Fraction, nodes: list[Fraction], c: Component) -> list[tuple[int, Fraction]]:
    """Which nodes count for a point, and how much; none below the first unless the matrix goes on flat there."""
    one = Fraction(1)
    if c.between in {None, "node"}:
        if x not in nodes:
            raise Lacking("matrix-off-node", at=x)
        return [(nodes.index(x), one)]
    if x < nodes[0]:
        return [(0, one)] if c.below == "flat" else []
    if c.between == "step":
        place = bisect_left(nodes, x) if c.edge == "upper_inclusive" else bisect_right(nodes, x)
        return [(max(place - 1, 0), one)] if place or c.below == "flat" else []
    if x >= nodes[-1]:
        return [(len(nodes) - 1, one)]
    place = bisect_right(nodes, x) - 1
    part = (x - nodes[place]) / (nodes[place + 1] - nodes[place])
    return [(place, 1 - part), (place + 1, part)] if part else [(place, one)]


def _mbo(book: Book, name: str, payee: str, period: str) -> Line:
    c = book.plan.components[name]
    look = book.look(period)
    share, words = Fraction(0), []
    for each in c.objectives:
        score, weight = book.path(each.measure, payee, period), look(each.weight)
        if c.min_score is not None and score < look(c.min_score):
            score = Fraction(0)
        if c.max_score is not None:
            score = min(score, look(c.max_score))
        share += weight * score
        words.append(f"{rational_text(weight)} × {rational_text(score)}")
    target = book.target(name, payee, period)
    return Line(
        component=name, payee=payee, period=period, interval=period, raw=share * target,
        formula=f"({' + '.join(words)}) × {rational_text(target / book.minor)}",
    )  # fmt: skip
