"""What bends pay: gates, factors, limits; then rounding, once for each purse, so that its lines telescope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from salesteam.core import round_to
from salesteam.incentives._bending import Gate, Limit, Lock, Modifier, TargetShare
from salesteam.incentives._clamp import Shape, between, held
from salesteam.incentives._component import paid_component
from salesteam.incentives._days import spans
from salesteam.incentives._exact._deallimit import hold_deals
from salesteam.incentives._exact._gates import awaits, goes_by_rows, interval_of_gate, locked, passes, sees_rows
from salesteam.incentives._exact._halt import halt
from salesteam.incentives._exact._line import Line, Made
from salesteam.incentives._exact._stale import stale_of
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._shape import bands
from salesteam.incentives._unpaid import unpaid_row

if TYPE_CHECKING:
    from salesteam.incentives._exact._book import Book

__all__ = ["Bends"]

_ONE = Fraction(1)


@attrs.define(kw_only=True, eq=False)
class Bends:
    """Everything of a plan that bends pay.

    Parameters
    ----------
    book : Book
        The numbers of the run.
    """

    book: Book

    def bent(self, name: str) -> bool:
        """Whether anything but the curve shapes the pay of a component."""
        plan, of = self.book.plan, {name, "plan"}
        return (
            any(m.of in of for m in plan.modifiers)
            or any(g.locks in of and not self._of_rows(g, name) for g in plan.gates)
            or any(x.of == name and x.excess == "lost" for x in (*plan.caps, *plan.floors))
        )

    def _of_rows(self, gate: Gate, name: str) -> bool:
        """Whether a gate is asked for each row, which a component that sees whole periods cannot."""
        return gate.when == "transaction" and sees_rows(self.book.plan, name)

    def gate(self, of: str, payee: str, period: str) -> Fraction:
        """1 if every gate on a component is open, or its interval goes on, else 0."""
        for gate in self.book.plan.gates:
            if isinstance(gate.locks, Lock) or locked(gate) not in {of, "plan"} or self._of_rows(gate, of):
                continue
            interval = interval_of_gate(self.book, gate, of, period)
            if not awaits(self.book, gate, interval) and not passes(self.book, gate, payee, period, interval):
                return Fraction(0)
        return _ONE

    def factor(self, of: str, payee: str, period: str) -> Fraction:
        """All factors on a component, or on the plan, joined."""
        mine = [m for m in self.book.plan.modifiers if m.of == of]
        found = [self.one(m, payee, period) for m in mine]
        if not found:
            return _ONE
        joined = _ONE
        if mine[0].join == "sum":
            joined += sum((f - 1 for f in found), Fraction(0))
        else:
            for each in found:
                joined *= each
        if joined < 0:
            raise Lacking("modifier-negative", of=of, payee=payee, period=period)
        return joined

    def one(self, modifier: Modifier, payee: str, period: str) -> Fraction:
        """The factor of one modifier."""
        look = self.book.look(period)
        x = self.book.path(modifier.measure, payee, period)
        x = modifier.round.known(look).apply(x) if modifier.round is not None else x
        if modifier.clamp is not None:
            return max(look(modifier.clamp[0]), min(look(modifier.clamp[1]), x))
        for band in bands(modifier.tiers, modifier.edge, look):
            above = x > band.low or (x == band.low and band.owns_low)
            if above and (band.high is None or x < band.high or (x == band.high and band.owns_high)):
                return band.rate or Fraction(0)
        if modifier.tiers:
            raise Lacking("tier-gap", at=x, until=x, gaps="refuse", payee=payee, period=period)
        return between(modifier, [(look(a), look(b)) for a, b in modifier.nodes], x) if modifier.nodes else x

    def limits(self, limits: Iterable[Limit], of: str, payee: str, period: str) -> list[tuple[str, Fraction]]:
        """Limits on a component or the plan in minor units, with where each cuts."""
        return [
            (str(each.at), self.limit(each, of, payee, period))
            for each in limits
            if each.of == of and each.excess == "lost"
        ]

    def limit(self, each: Limit, of: str, payee: str, period: str) -> Fraction:
        """One limit in minor units, for the part of the period that someone was there, if the plan says so."""
        part = self.book.stays.part(payee, *spans(period), "cap") if each in self.book.plan.caps else _ONE
        look = self.book.look(period)
        if isinstance(each.limit, TargetShare):
            target = self.book.target(None if of in {"plan", "deal"} else of, payee, period)
            return look(each.limit.share) * target * part
        return look(each.limit) * self.book.minor * part

    def shape(self, name: str, payee: str, period: str) -> Shape:
        """Gate, factors, floors and caps of a component, folded into one clamp."""
        return self.book.once(lambda: self._shape(name, payee, period), "shape", name, payee, period)

    def _shape(self, name: str, payee: str, period: str) -> Shape:
        plan = self.book.plan
        gate, own = self.gate(name, payee, period), self.factor(name, payee, period)
        whole = self.factor("plan", payee, period)
        caps = self.limits(plan.caps, name, payee, period)
        floors = self.limits(plan.floors, name, payee, period)
        self._carry_limits(name, payee, period)
        low: Fraction | None = None
        high: Fraction | None = None
        for at, by in (("before_modifiers", own), ("after_modifiers", _ONE)):
            floor = max((x for a, x in floors if a == at), default=None)
            cap = min((x for a, x in caps if a == at), default=None)
            low, high = held(low, high, floor, cap)
            low, high = None if low is None else low * by, None if high is None else high * by
        return Shape(
            gate=gate,
            factor=gate * own * whole,
            low=None if low is None else round_to(low * whole, plan.rounding),
            high=None if high is None else round_to(high * whole, plan.rounding),
        )

    # rounding

    def rounded(self, name: str, made: Made, *, whole_periods: bool) -> None:
        """Bend and round the lines of a component; those whose numbers are lacking come back."""
        bent = self.bent(name)
        lines = sorted(made.lines, key=lambda line: line.order)
        hold_deals(self, name, lines)
        purses: dict[tuple[str, str, str], list[Line]] = {}
        shapes = {pair: self.shape(name, *pair) for pair in {(line.payee, line.period) for line in lines}}
        for line in lines:
            shape = shapes[line.payee, line.period]
            apart = bent if not whole_periods else shape != Shape() or line.interval == line.period
            purses.setdefault((line.payee, line.period if apart else "", line.interval), []).append(line)
        carried = {} if whole_periods else self.book.carried.purses
        for (payee, period, interval), mine in purses.items():
            held = carried.get((name, payee, period), {})
            running, before = held.get(interval, (Fraction(0), 0))
            stood = shapes[payee, mine[0].period].apply(running, self.book.plan.rounding)
            if interval in held and stood != before and self._line_by_line(name):
                halt(self.book, name, payee, mine[0].period)
            for line in mine:
                running += line.raw if line.gate == 1 else line.raw * line.gate
                now = shapes[line.payee, line.period].apply(running, self.book.plan.rounding)
                line.pay, before = now - before, now
            carried[name, payee, period] = {**held, interval: (running, before)}
        made.lines = lines if whole_periods else [*lines, *self._rated_again(name)]
        for at, cap in enumerate(self.book.plan.caps):
            if cap.of == name and cap.excess == "carry":
                self._carried(at, name, made)

    def _line_by_line(self, name: str) -> bool:
        """Whether others are paid by the single lines of a component, so that no sum of them can be rated again."""
        parts = self.book.plan.components
        return parts[name].pay_split is not None or any(paid_component(c) == name for c in parts.values())

    def _rated_again(self, name: str) -> Iterator[Line]:
        """Lines for whom a factor, gate or limit has changed since an earlier run, though no row of theirs came."""
        carried, stale = self.book.carried.purses, stale_of(self.book)
        pairs = ((who, period) for c, who, period in list(carried) if c == name) if stale.whole else stale.pairs
        for payee, period in pairs if self.bent(name) else ():
            held = carried.get((name, payee, period), {})
            try:
                shape = self.shape(name, payee, period) if held else Shape()
            except Lacking:
                halt(self.book, name, payee, period)
                continue
            for interval, (running, before) in held.items():
                now = shape.apply(running, self.book.plan.rounding)
                if now != before and self._line_by_line(name):
                    halt(self.book, name, payee, period)
                elif now != before:
                    carried[name, payee, period] = {**carried[name, payee, period], interval: (running, now)}
                    yield Line(
                        component=name, payee=payee, period=period, interval=interval, pay=now - before, again=True,
                        note=("rated again", "重新计算系数"),
                    )  # fmt: skip

    def _carried(self, at: int, name: str, made: Made) -> None:
        """Hold each period to a cap; what lies above waits for the next period below it."""
        book, cap = self.book, self.book.plan.caps[at]
        number = str(at)
        totals: dict[str, dict[str, int]] = {payee: {} for payee in self._waited_before(number)}
        parts: dict[tuple[str, str], str] = {}
        for line in made.lines:
            parts.setdefault((line.payee, line.period), line.component)
            mine = totals.setdefault(line.payee, {})
            mine[line.period] = mine.get(line.period, 0) + line.pay
        first = made.lines[0].component if made.lines else next(iter(book.plan.components))
        for payee, added in totals.items():
            before = book.carried.excess.get((number, payee), {})
            after, waits = dict(before), 0
            for period in sorted({*before, *added, *book.periods}, key=spans):
                paid, moved, own = before.get(period, (0, 0, False))
                paid, own = paid + added.get(period, 0), own or period in added
                if period not in before and period not in added and not waits:
                    continue
                component = parts.get((payee, period), name if name != "plan" else first)
                made.back.setdefault((payee, period), [])
                try:
                    limit = round_to(self._carry_limit(cap, name, payee, period), book.plan.rounding)
                except Lacking as why:  # only where nothing but what waits could be paid
                    about = {**why.values, "payee": payee, "period": period, "component": component}
                    made.back[payee, period].append(unpaid_row(why.code, table="payouts", **about))
                    change = 0
                else:
                    due = paid + waits
                    change = min(due, max(limit, 0)) - paid
                    waits = due - paid - change
                after[period] = (paid, change, own)
                if not own and not change:
                    del after[period]
                if change != moved:
                    made.lines.append(
                        Line(
                            component=component, payee=payee, period=period, interval=period, pay=change - moved,
                            waited=True, formula="carried over the cap",
                            note=("carried over the cap", "超过封顶部分结转"),
                        )
                    )  # fmt: skip
            book.carried.excess[number, payee] = after

    def _waited_before(self, number: str) -> Iterator[str]:
        """Those whom an earlier run has held to a cap, and for whom another period has come, or another number."""
        held, stale = self.book.carried.excess, stale_of(self.book)
        everyone = self.book.changed or self.book.periods != self.book.carried.periods
        touched = {payee for payee, _ in stale.pairs}
        yield from (payee for cap, payee in held if cap == number and (everyone or payee in touched))

    def _carry_limit(self, cap: Limit, of: str, payee: str, period: str) -> Fraction:
        """A cap whose excess waits, after all factors that come after it."""
        found = self.limit(cap, of, payee, period) * (self.factor("plan", payee, period) if of != "plan" else _ONE)
        return found * self.factor(of, payee, period) if cap.at == "before_modifiers" else found

    def _carry_limits(self, of: str, payee: str, period: str) -> None:
        """Ask for every cap whose excess waits, so that pay whose cap is not known comes back before it is paid."""
        for cap in self.book.plan.caps:
            if cap.of == of and cap.excess == "carry":
                self._carry_limit(cap, of, payee, period)

    # the plan as a whole

    def limited(self, made: Made) -> None:
        """Hold the running total of each payee and period between the floors and caps of the plan."""
        plan = self.book.plan
        limits = [x for x in (*plan.caps, *plan.floors) if x.of == "plan"]
        if not limits:
            return
        place = {name: index for index, name in enumerate(plan.components)}
        by_pair: dict[tuple[str, str], list[Line]] = {pair: [] for pair in self._limited_before()}
        for line in made.lines:
            by_pair.setdefault((line.payee, line.period), []).append(line)
        kept: list[Line] = []
        for (payee, period), lines in by_pair.items():
            lines.sort(key=lambda line: (*_standing(line), place[line.component]))
            try:
                self._carry_limits("plan", payee, period)
                low, high = self._plan_limits(payee, period)
            except Lacking as why:
                about = {**why.values, "payee": payee, "period": period}
                made.back[payee, period] = [unpaid_row(why.code, table="payouts", **about)]
                if (payee, period) in self.book.carried.totals:
                    halt(self.book, "plan", payee, period)
                continue
            if ("plan", payee, period) in self.book.carried.lacking and self._by_row:
                halt(self.book, "plan", payee, period)
            kept += self._within(low, high, payee, period, lines)
        made.lines = kept
        for at, cap in enumerate(plan.caps):
            if cap.of == "plan" and cap.excess == "carry":
                self._carried(at, "plan", made)

    @property
    def _by_row(self) -> list[str]:
        """The components that are paid row by row."""
        return [name for name in self.book.plan.components if goes_by_rows(self.book.plan, name)]

    def _limited_before(self) -> Iterator[tuple[str, str]]:
        """Payees and periods that the run rates, and whose rows an earlier run has held to limits on the plan."""
        stale, totals = stale_of(self.book), self.book.carried.totals
        yield from list(totals) if stale.whole else (pair for pair in stale.pairs if pair in totals)

    def _within(
        self, low: int | None, high: int | None, payee: str, period: str, lines: Sequence[Line]
    ) -> Iterator[Line]:
        """Lines of a payee and period with the pay that they add to the sum, held to the limits of the plan."""
        by_row, totals = self._by_row, self.book.carried.totals
        running, paid = totals.get((payee, period), (0, 0))
        before = _clamped(running, low, high) if (payee, period) in totals else 0
        if before != paid and len(by_row) > 1:
            halt(self.book, "plan", payee, period)
        elif before != paid:
            yield Line(
                component=by_row[0], payee=payee, period=period, interval=period, pay=before - paid, again=True,
                note=("rated again", "重新计算系数"),
            )  # fmt: skip
        for line in lines:
            running += line.pay
            now = _clamped(running, low, high)
            line.pay, before = now - before, now
            if line.component in by_row:
                totals[payee, period] = (running, before)
            yield line

    def held(self, total: int, payee: str, period: str) -> int:
        """A total of all components within the floors and caps of the plan."""
        return _clamped(total, *self._plan_limits(payee, period))

    def _plan_limits(self, payee: str, period: str) -> tuple[int | None, int | None]:
        plan, factor = self.book.plan, self.factor("plan", payee, period)
        floors_of = self.limits(plan.floors, "plan", payee, period)
        caps_of = self.limits(plan.caps, "plan", payee, period)
        low: int | None = None
        high: int | None = None
        for at, by in (("before_modifiers", factor), ("after_modifiers", _ONE)):
            floors = [round_to(x * by, plan.rounding) for a, x in floors_of if a == at]
            caps = [round_to(x * by, plan.rounding) for a, x in caps_of if a == at]
            if floors:
                low = max([*floors, *([low] if low is not None else [])])
                high = None if high is None else max([high, *floors])
            if caps:
                low = None if low is None else min([low, *caps])
                high = min([*caps, *([high] if high is not None else [])])
        return low, high


def _clamped(total: int, low: int | None, high: int | None) -> int:
    total = total if low is None else max(total, low)
    return total if high is None else min(total, high)


def _standing(line: Line) -> tuple[object, ...]:
    """Where a line stands among all of a payee and period: what rows have paid, each row, all others."""
    return (-1, ()) if line.again else (0, line.credit.order) if line.credit is not None else (1, ())
