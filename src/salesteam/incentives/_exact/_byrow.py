"""Components that see the rows one by one: running sums, whole deals at one rate, amounts in a window."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from heapq import merge
from typing import Any, NoReturn

import attrs

from salesteam.core import Money, percent_text, rational_text
from salesteam.incentives._bending import Gate, Lock
from salesteam.incentives._component import Component
from salesteam.incentives._curve import Part
from salesteam.incentives._days import spans
from salesteam.incentives._exact._bend import Bends
from salesteam.incentives._exact._book import Book
from salesteam.incentives._exact._carried import DealKey, layered
from salesteam.incentives._exact._gates import awaits, interval_of_gate, locked, passes, passes_row
from salesteam.incentives._exact._joined import Joined
from salesteam.incentives._exact._line import Cut, Line, Made, given
from salesteam.incentives._exact._meter import Meter, band_at, below, meter_of, proportional_parts
from salesteam.incentives._exact._picks import passes_by, pays_for, picks
from salesteam.incentives._exact._resumed import check, in_order, lacks, terms_of
from salesteam.incentives._exact._step import Row, Running
from salesteam.incentives._exact._taken import Taken
from salesteam.incentives._exact._windfall import Usual, windfall_of
from salesteam.incentives._exact._window import in_window
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._number import count
from salesteam.incentives._shape import Band, rated
from salesteam.incentives._unpaid import unpaid_row

__all__ = ["by_row"]


def by_row(book: Book, bends: Bends, name: str) -> Made:
    """The lines of a component that is paid row by row."""
    return _Walk(book, bends, name).walk()


class _Walk:
    def __init__(self, book: Book, bends: Bends, name: str) -> None:
        self.book, self.bends, self.name, self.c = book, bends, name, book.plan.components[name]
        self.made = Made()
        self.states: dict[tuple[str, ...], Running] = {}
        self.meters: dict[tuple[object, ...], Meter] = {}
        self.rates: dict[DealKey, Fraction | None] = {}
        self.older = ChainMap(self.rates, book.carried.kept)  # type: ignore[arg-type]  # it is only read
        self.variants: dict[tuple[object, ...], Component] = {}
        self.taken = Taken(name, book.carried.given)
        self.windfall = windfall_of(book.plan, name)
        self.usual = (
            None if self.windfall is None else Usual(book=book, rule=self.windfall, accumulate=self.c.accumulate)
        )
        gates = [g for g in book.plan.gates if locked(g) in {name, "plan"}]
        self.row_gates = [g for g in gates if g.when == "transaction" and not isinstance(g.locks, Lock)]
        self.locks = [g for g in gates if isinstance(g.locks, Lock)]

    def walk(self) -> Made:
        check(self.book, self.bends, self.name)
        for row in self._rows():
            self._guarded(row, partial(self._step, row))
        carried = self.book.carried
        carried.rows |= {(self.name, *key): state.stand for key, state in self.states.items()}
        carried.kept = layered(carried.kept, self.rates.items())
        carried.given = layered(carried.given, self.taken.new.items())
        carried.usual = carried.usual if self.usual is None else layered(carried.usual, self.usual.new.items())
        return self.made

    def _guarded(self, row: Row, work: Callable[[], None]) -> None:
        """Do the work of a row; what it lacks comes back."""
        try:
            work()
        except Lacking as why:
            self._back(row, why)

    def _rows(self) -> Iterator[Row]:
        """Credits in order, and the ready values of each period after them."""
        measure = self.c.measure
        ready = iter(()) if measure is None else self._ready(measure)
        return merge(self._credited(measure), ready, key=lambda row: spans(row.period))

    def _credited(self, measure: str | None) -> Iterator[Row]:
        for credit in self.book.credits:
            paid = pays_for(self.book, self.name, credit)
            if paid or passes_by(self.book, self.name, credit):
                x = Fraction(1) if measure is None else credit.values[measure]
                interval = self.book.interval_on(self.c.accumulate, credit.deal.date)
                look = self.book.look_on(credit.deal.on)
                row = Row(credit=credit, payee=credit.payee, period=credit.period, interval=interval, x=x, look=look)
                yield self._usual(row) if paid else attrs.evolve(row, paid=False)

    def _usual(self, row: Row) -> Row:
        """The row without what is a windfall."""
        if self.usual is None or row.credit is None:
            return row
        part = self.usual.part(row.credit, row.interval)
        return row if part == 1 else attrs.evolve(row, x=row.x * part, excess=row.x * (1 - part))

    def _ready(self, measure: str) -> Iterator[Row]:
        """Ready values, each as one row of its period; a ready attainment alone where the method needs no more."""
        posted, unit = self.book.posted, self.book.unit(measure)
        if self.book.plan.measures[measure].value is not None and picks(self.book, self.name) is not None:
            return
        keys = {
            (who, p)
            for (m, kind, who, p) in posted.moves
            if kind == "payee" and m in {measure, f"{measure}.attainment"}
        }
        for payee, period in sorted(keys, key=lambda key: (spans(key[1]), key[0])):
            if not self.book.suits(payee, period, self.c.for_):
                continue
            interval = self.book.interval(self.c.accumulate, period)
            row = Row(
                credit=None, payee=payee, period=period, interval=interval, x=Fraction(0), look=self.book.look(period)
            )
            try:
                moves = posted.parts(measure, "payee", payee, period)
            except Lacking as why:
                self._back(row, why)
                continue
            if moves is None and not self.book.rows(measure, "payee").get(payee, {}).get(period):
                self._guarded(row, partial(self._by_attainment, row))
            for move in moves or ():
                yield attrs.evolve(row, x=move * unit)

    def _by_attainment(self, row: Row) -> None:
        """Pay by an attainment that came ready, where the sum itself is not needed."""
        attainment = self.book.posted.one(f"{self.c.measure}.attainment", "payee", row.payee, row.period)
        assert attainment is not None
        c = self._component(row)
        meter = meter_of(self.book, self.name, c, row.look, row.payee, row.interval, quota=Fraction(1))
        if meter.curve.x != "quota" or meter.curve.pays == "quota":
            raise Lacking("no-quota", payee=row.payee, period=row.interval, measure=str(self.c.measure))
        self._pay(attrs.evolve(row, x=attainment), meter, unit=1, cut=False)

    def _back(self, row: Row, why: Lacking) -> None:
        about: dict[str, Any] = {"period": row.period, **why.values, "payee": row.payee, "component": self.name}
        if row.credit is not None:
            about["transaction"] = row.credit.deal.id
            if lacks(self.book, self.bends, self.name, row.payee, row.period, row.interval):
                self.book.carried.stuck[self.name, row.payee, row.period, row.interval] = None
        self.made.unpaid.append(unpaid_row(why.code, table="values" if row.credit is None else "transactions", **about))

    def _step(self, row: Row) -> None:
        if row.credit is not None:
            in_order(self.book, self.name, row.credit, row.payee, row.interval)
        if not row.paid:
            state = self._state(row)
            state.since = state.at = self._moved(state, row)
            state.first = False
            return
        if row.excess and self.windfall is not None and self.windfall.then == "hold" and self.c.method != "spiff":
            self._hold(row, self.book.unit(str(self.c.measure)))
        if self.c.method == "spiff":
            self._spiff(row)
        elif self.c.method == "forward":
            self._forward(row)
        else:
            self._pay(row, self._meter(row), unit=self.book.unit(str(self.c.measure)), cut=True)
        if row.excess and self.c.method != "spiff":
            self._windfall(row, self.book.unit(str(self.c.measure)))

    def _component(self, row: Row) -> Component:
        """The component without the bands that a gate locks."""
        closed = tuple(not self._open(gate, row) for gate in self.locks)
        if not any(closed):
            return self.c
        key = (closed, id(row.look))
        if key not in self.variants:
            found = self.c
            for gate, shut in zip(self.locks, closed, strict=True):
                if shut and isinstance(gate.locks, Lock):
                    found = below(found, gate.locks.tiers_from, row.look)
            self.variants[key] = found
        return self.variants[key]

    def _open(self, gate: Gate, row: Row) -> bool:
        if gate.when == "transaction":
            return passes_row(self.book, gate, row.payee, row.credit, row.period, row.interval)
        interval = interval_of_gate(self.book, gate, self.name, row.period)
        if awaits(self.book, gate, interval):
            return gate.meanwhile == "pay"
        return passes(self.book, gate, row.payee, row.period, interval)

    def _meter(self, row: Row) -> Meter:
        c = self._component(row)
        key = (id(row.look), row.payee, row.interval, id(c))
        if key not in self.meters:
            made = self.meters[key] = meter_of(self.book, self.name, c, row.look, row.payee, row.interval)
            self.book.carried.terms[self.name, row.payee, row.interval] = made.over, made.by
        return self.meters[key]

    def _state(self, row: Row) -> Running:
        key: tuple[str, ...] = (row.payee, row.interval)
        if self.c.accumulate == "transaction":
            if row.credit is None:
                return Running()
            key = (row.payee, row.credit.deal.root.id, str(row.credit.slot))  # a reversal goes on from its deal
        if key not in self.states:
            self.states[key] = Running.of(self.book.carried.rows.get((self.name, *key)))
        return self.states[key]

    def _moved(self, state: Running, row: Row) -> Fraction:
        """The sum after a row."""
        how = "sum" if self.c.measure is None else self.book.plan.measures[self.c.measure].aggregate
        if how in {"sum", "count"} or self.c.measure is None:
            return state.at + row.x
        if state.joined is None:
            state.joined = Joined(self.c.measure, self.book.plan.measures[self.c.measure])
        if row.credit is None:
            state.joined.add_ready((row.x,))
        else:
            state.joined.add(row.credit)
        return state.joined.value

    def _pay(self, row: Row, meter: Meter, *, unit: int, cut: bool) -> None:
        """One step of a running sum; `cut` by tiers unless the sum is an attainment that came ready."""
        self.bends.shape(self.name, row.payee, row.period)  # a row that lacks a number of it must not move the sum
        state = self._state(row)
        state.at = self._moved(state, row)
        before, after, first = state.since, state.at, state.first
        raw = meter.moved(before, after, first=first)
        if raw is None:
            at = after / meter.over
            raise Lacking("tier-gap", at=at, until=at, gaps=self.c.gaps)
        state.since, state.first = after, False
        parts = partial(self._cut, meter, row, before, after, first=first, unit=unit) if cut else tuple
        self._line(row, before / unit, after / unit, raw, cut=parts)

    def _cut(
        self, meter: Meter, row: Row, before: Fraction, after: Fraction, *, first: bool, unit: int
    ) -> tuple[Part, ...]:
        if self.c.method == "proportional_rate":
            parts = proportional_parts(rated(self._component(row), row.look), meter, before, after)
        else:
            parts = meter.parts(before, after, first=first)
        return self._major(parts, unit)

    def _windfall(self, row: Row, unit: int) -> None:
        """What lies above the bound of a windfall is not credited, or paid at a rate of its own."""
        rule, line, amount = self.windfall, self.made.lines[-1], row.excess / unit
        if rule is not None and rule.then == "lower_rate" and rule.rate is not None:
            rate = row.look(rule.rate)
            line.raw += rate * amount * self.book.minor
            more = Part(tier=None, part=amount, rate=rate, pay=rate * amount * self.book.minor)
            line.cut = partial(_with, line.cut, more)
            line.formula = f"{line.formula} + {rational_text(amount)} × {rational_text(rate)}"

    def _hold(self, row: Row, unit: int) -> None:
        """Tell what is held of a row, whether the rest of it can be paid or not."""
        assert row.credit is not None
        about = {"transaction": row.credit.deal.id, "payee": row.payee, "component": self.name, "period": row.period}
        size = Money(int(row.excess / unit * self.book.minor), self.book.plan.currency)
        self.made.unpaid.append(unpaid_row("windfall-held", **about, amount=size))

    def _major(self, parts: tuple[Part, ...], unit: int) -> tuple[Part, ...]:
        """Parts in the measure's unit, rates as money over it."""
        scale = Fraction(unit, self.book.minor)
        return tuple(attrs.evolve(each, part=each.part / unit, rate=each.rate * scale) for each in parts)

    def _line(
        self, row: Row, before: Fraction, after: Fraction, raw: Fraction, *, cut: Cut = tuple, formula: str = ""
    ) -> None:
        gate = Fraction(1)
        if any(not self._open(g, row) for g in self.row_gates):
            gate = Fraction(0)
        text = formula or f"F({rational_text(after)}) - F({rational_text(before)})"
        self.made.lines.append(
            Line(
                component=self.name, payee=row.payee, period=row.period, interval=row.interval, credit=row.credit,
                before=before, after=after, raw=raw, cut=cut, formula=text, gate=gate,
            )
        )  # fmt: skip

    # whole deals at one rate

    def _forward(self, row: Row) -> None:
        state = self._state(row)
        measure = str(self.c.measure)
        c, unit = self._component(row), Fraction(self.book.unit(measure))
        over, by = self._terms(row)
        self.bends.shape(self.name, row.payee, row.period)
        before = state.at
        after = state.at = before + row.x
        if c.crossing == "split" and not row.reverses:
            meter = meter_of(
                self.book, self.name, attrs.evolve(c, method="marginal"), row.look, row.payee, row.interval
            )
            raw = meter.moved(state.since, after, first=state.first)
            if raw is None:
                self._missed(row, after / over)
            parts = meter.parts(state.since, after, first=state.first)
            state.since, state.first = after, False
            self._keep(row, raw / (row.x * by) if row.x else Fraction(0))
            self._line(row, before / unit, after / unit, raw, cut=given(*self._major(parts, int(unit))))
            return
        band = band_at(rated(c, row.look), (after if c.crossing == "new_rate" else before) / over)
        rate = self._deal_rate(row, band, after / over)
        state.since, state.first = after, False
        raw = rate * row.x * by
        per_unit = rate * by * unit / self.book.minor
        part = Part(tier=band.number if band else None, part=row.x / unit, rate=per_unit, pay=raw)
        text = f"{rational_text(row.x / unit)} × {rational_text(per_unit)}"
        self._line(row, before / unit, after / unit, raw, cut=given(part), formula=text)

    def _deal_rate(self, row: Row, band: Band | None, at: Fraction) -> Fraction:
        """The rate of a deal; a reversal takes back at the rate of its original, and nothing of one that was unpaid."""
        rate = None if band is None else band.rate or Fraction(0)
        if row.reverses and row.credit is not None:
            of = self.name, str(row.credit.deal.reverses), row.payee
            rate = self.older.get((*of, str(row.credit.slot)), self.older.get((*of, ""), rate))
        if rate is None and self.c.gaps == "zero":
            rate = Fraction(0)
        if rate is None:
            self._missed(row, at)
        self._keep(row, rate)
        return rate

    def _keep(self, row: Row, rate: Fraction | None) -> None:
        if row.credit is not None:
            for slot in (str(row.credit.slot), ""):  # somebody may stand in two columns of a deal
                self.rates[self.name, row.credit.deal.id, row.payee, slot] = rate

    def _missed(self, row: Row, at: Fraction) -> NoReturn:
        self._keep(row, None)
        raise Lacking("tier-gap", at=at, until=at, gaps=self.c.gaps)

    # amounts in a window

    def _spiff(self, row: Row) -> None:
        state = self._state(row)
        amount = self._amount(row)
        self.bends.shape(self.name, row.payee, row.period)
        if row.credit is None or not in_window(self.book, self.c, row.credit):
            return
        key = (row.credit.deal.id, row.payee)
        before, raw = state.count, Fraction(0)
        if row.reverses:
            raw = -self.taken.back(row.credit)
            state.count -= raw != 0 and row.credit.deal.tally == -1
        elif self._has_room(state) and (self.c.stacks or not self._spiffed(key)):
            state.count, raw = before + 1, amount * row.credit.share * row.credit.left
        if raw:
            self.taken.give(row.credit, raw)
            spiffed: set[tuple[str, str, str]] = self.book.once(set, "spiffed")
            spiffed.add((*key, self.name))
        share = row.credit.share * row.credit.left
        text = rational_text(amount / self.book.minor) + ("" if share == 1 else f" × {percent_text(share)}")
        self._line(row, Fraction(before), Fraction(state.count), raw, formula=text)

    def _has_room(self, state: Running) -> bool:
        return self.c.first is None or state.count < count(self.c.first)

    def _spiffed(self, key: tuple[str, str]) -> bool:
        found: set[tuple[str, str, str]] = self.book.once(set, "spiffed")
        return any(each[:2] == key and each[2] != self.name for each in found)

    def _amount(self, row: Row) -> Fraction:
        """The amount for a row in minor units."""
        assert self.c.amount is not None
        amount = row.look(self.c.amount)
        if self.c.pays_of == "measure" and row.credit is not None and self.c.measure is not None:
            return amount * row.credit.values[self.c.measure] * self.book.minor / self.book.unit(self.c.measure)
        if self.c.pays_of in {"target", "base"}:
            return amount * self._terms(row)[1]
        return amount * self.book.minor

    def _terms(self, row: Row) -> tuple[Fraction, Fraction]:
        """What the sum is measured by, and what is paid for one of it; a later run asks whether they still hold."""
        made = terms_of(self.book, self.name, row.look, row.payee, row.interval)
        self.book.carried.terms[self.name, row.payee, row.interval] = made
        return made


def _with(cut: Cut, more: Part) -> tuple[Part, ...]:
    return (*cut(), more)
