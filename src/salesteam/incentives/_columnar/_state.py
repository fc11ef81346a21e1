"""Where a run over columns stands, for runs that go on from it: read from sums, without paying row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from salesteam.core import _table as t
from salesteam.incentives._curves import changing
from salesteam.incentives._days import spans
from salesteam.incentives._exact._bend import Bends
from salesteam.incentives._exact._book import Book
from salesteam.incentives._exact._carried import Carried, Stand, State, SumKey, Told
from salesteam.incentives._exact._deals import deals_of
from salesteam.incentives._exact._gates import sees_rows
from salesteam.incentives._exact._joined import Joined
from salesteam.incentives._exact._meter import Meter, meter_of
from salesteam.incentives._exact._pipeline import rated
from salesteam.incentives._exact._resumed import lacks
from salesteam.incentives._exact._since import since, state_of
from salesteam.incentives._exact._stale import kinds
from salesteam.incentives._exact._stay import Stays
from salesteam.incentives._exact._undo import Undone
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._people import People, people_of
from salesteam.incentives._posted import posted

if TYPE_CHECKING:
    from salesteam.incentives._columnar._run import ColumnarRun

__all__ = ["standing"]

_NOTHING = Fraction(0)


def standing(run: ColumnarRun) -> State | None:
    """What a later run goes on from; None where rows alone tell it.

    Sums tell what was paid wherever the pay of a row is what it moves on one curve: not where the curve changes on
    the way, or where nobody owns a point that a row has come to.
    """
    plan = run.plan
    by_rows = [name for name in plan.components if sees_rows(plan, name)]
    gaps = any(row.code == "incentives.tier-gap" and row.component in by_rows for row in run.unpaid)
    unlimited = any(row.table == "payouts" for row in run.unpaid)
    if gaps or unlimited or any(changing(plan, plan.components[name]) for name in by_rows):
        return None
    carried = Carried()
    deals_of(plan, run.facts, carried)
    people, small = people_of(run.facts.people), posted(plan, run.facts)
    stays = Stays.of(plan, people, run.facts)
    rows = _Rows(run, carried)
    book = Book(
        plan=plan, people=people, stays=stays, posted=small, credits=(), periods=rows.periods,
        known_as_of=run.as_of, carried=carried,
    )  # fmt: skip
    carried.last, carried.payees = rows.last, dict.fromkeys(rows.payees)
    known = {None, *by_rows}  # what whole periods lack is told when they are rated
    carried.back = tuple(row for row in run.unpaid if row.table == "transactions" and row.component in known)
    carried.strangers = dict(_strangers(run, people, carried))
    carried.sums = dict(_sums(run, book))
    if len(by_rows) < len(plan.components):
        carried.seen = rows.seen
    bends = Bends(book=book)
    for name in by_rows:
        _Stands(run, rows, book, bends, name).write()
    if any(limit.of == "plan" for limit in (*plan.caps, *plan.floors)):
        _limited(run, bends, by_rows)
    lines = rated(book, bends, Undone()).lines
    if book.halts:
        return None
    tuple(since(book, lines))
    return state_of(book, run.as_of, Told.of(people, stays.leaves, small))


class _Rows:
    """The credits of a run that were paid, column by column."""

    def __init__(self, run: ColumnarRun, carried: Carried) -> None:
        self.run, stage = run, run.credited.stage
        self.cells = t.cells(stage, *stage.columns)
        self.who = [run.payees[number] for number in self.cells["who"]]
        self.period = [run.credited.days.periods[number] for number in self.cells["p"]]
        slots = self.cells.get("slot") or [0] * len(self.who)
        self.deals = [carried.deals[name] for name in self.cells["transaction"]]
        self.slots = slots
        self.order = [(*deal.order, slot) for deal, slot in zip(self.deals, slots, strict=True)]
        self.payees = dict.fromkeys(self.who)
        self.periods = tuple(sorted(set(self.period), key=spans))
        self.last = max((deal.date for deal in self.deals if deal.date is not None), default=Carried().last)

    def of(self, name: str) -> list[int]:
        """The rows that a component pays."""
        c, flags = self.run.plan.components[name], []
        if self.run.plan.measures[str(c.measure)].where:
            flags.append(self.cells[f"w_{c.measure}"])
        if c.for_:
            flags.append(self.cells[f"f_{name}"])
        return [at for at in range(len(self.who)) if all(flag[at] > 0 for flag in flags)]

    def interval(self, name: str) -> list[str]:
        """The interval of accumulation of each row."""
        kind = self.run.plan.components[name].accumulate
        if kind in {None, "period", "transaction", self.run.plan.period}:
            return self.period
        names = self.run.credited.days.intervals[str(kind)]
        return [names[number] for number in self.cells[f"i_{kind}"]]

    @property
    def seen(self) -> dict[tuple[str, str, str], tuple[str, ...]]:
        """The transactions of each payee and period behind each measure, in order."""
        found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for at in sorted(range(len(self.who)), key=self.order.__getitem__):
            for measure in self.run.steps:
                if self.cells.get(f"w_{measure}", [1] * (at + 1))[at] > 0:
                    found[measure, self.who[at], self.period[at]].append(self.deals[at].id)
        return {key: tuple(names) for key, names in found.items()}


def _strangers(run: ColumnarRun, people: People, carried: Carried) -> Iterator[tuple[tuple[str, Any], None]]:
    """Whom nobody knew on the day of a deal."""
    for row in run.unpaid:
        if row.code in {"incentives.unknown-payee", "incentives.rows-disagree"} and row.payee and row.transaction:
            yield (row.payee, carried.deals[row.transaction].on if people.dated else None), None


def _sums(run: ColumnarRun, book: Book) -> Iterator[tuple[SumKey, Joined]]:
    """What was reached of every measure, by payee and period, and of teams and of all if somebody reads it."""
    holders: Mapping[str, tuple[str | None, tuple[str, ...]]] = {
        "payee": ("who", run.payees), "team": ("team", run.credited.teams), "all": (None, ("",)),
    }  # fmt: skip
    for measure, steps in run.steps.items():
        stage = run.credited.stage
        stage = stage.filter(t.col(f"w_{measure}") > 0) if f"w_{measure}" in stage.columns else stage
        for kind in {"payee", *kinds(book)}:
            key, names = holders[kind]
            by = [*([key] if key else []), "p"]
            found = t.cells(t.group(stage, by=by, s=("sum", f"x_{measure}"), n=("sum", 1)), *by, "s", "n")
            numbers = found[key] if key else [0] * len(found["p"])
            for number, p, s, n in zip(numbers, found["p"], found["s"], found["n"], strict=True):
                if number >= 0:
                    joined = Joined(measure, book.plan.measures[measure], sum=Fraction(s, steps), rows=n)
                    yield (measure, kind, names[number], run.credited.days.periods[p], ""), joined


class _Stands:
    """Where the running sums of a component stand, and what they paid."""

    def __init__(self, run: ColumnarRun, rows: _Rows, book: Book, bends: Bends, name: str) -> None:
        self.rows, self.book, self.bends, self.name = rows, book, bends, name
        self.c, self.carried = book.plan.components[name], book.carried
        self.steps = run.steps[str(self.c.measure)]
        self.look = book.look_on(rows.last if rows.last != Carried().last else None)
        self.meters: dict[tuple[str, str], Meter | None] = {}

    def write(self) -> None:
        """Write them into what is carried."""
        x, interval = self.rows.cells[f"x_{self.c.measure}"], self.rows.interval(self.name)
        moved: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        limits = any(limit.of == "plan" for limit in (*self.book.plan.caps, *self.book.plan.floors))
        mine = self.rows.of(self.name)
        for at in mine:
            who, period = self.rows.who[at], self.rows.period[at]
            moved[who, interval[at]][period] += x[at]
            for key in ((self.name, who, interval[at]), ("", who, period))[: 1 + limits]:
                order = self.rows.order[at]
                self.carried.orders[key] = max(order, self.carried.orders.get(key, order))
        if self.c.accumulate == "transaction":
            raws = self._alone(mine, x, interval)
        else:
            raws = {key: self._along(*key, by_period) for key, by_period in moved.items()}
        for (who, where), by_period in raws.items():
            self._paid(who, where, by_period)

    def _meter(self, who: str, interval: str) -> Meter | None:
        """The curve with the numbers of a payee; None where one is lacking."""
        if (who, interval) not in self.meters:
            try:
                made = meter_of(self.book, self.name, self.c, self.look, who, interval)
            except Lacking:
                self.meters[who, interval] = None
            else:
                self.meters[who, interval] = made
                self.carried.terms[self.name, who, interval] = made.over, made.by
        return self.meters[who, interval]

    def _payable(self, who: str, period: str, interval: str) -> Meter | None:
        """The curve by which rows of a period are paid; None where a number is lacking, so that they came back."""
        meter = self._meter(who, interval)
        if meter is None or lacks(self.book, self.bends, self.name, who, period, interval):
            self.carried.stuck[self.name, who, period, interval] = None
            return None
        return meter

    def _along(self, who: str, interval: str, moved: Mapping[str, int]) -> dict[str, Fraction]:
        """The exact pay of each period of an interval."""
        at, before, found = _NOTHING, _NOTHING, {}
        for period in sorted(moved, key=spans):
            meter = self._payable(who, period, interval)
            if meter is not None:
                at += Fraction(moved[period], self.steps)
                pay = meter.pay(at)
                found[period], before = pay - before, pay
        if found:
            self.carried.rows[self.name, who, interval] = Stand(at, at, first=False, count=0)
        return found

    def _alone(self, mine: list[int], x: list[int], interval: list[str]) -> dict[tuple[str, str], dict[str, Fraction]]:
        """The same where each deal has a sum of its own."""
        raws: dict[tuple[str, str], dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        meters: dict[tuple[str, str, str], Meter | None] = {}
        for at in sorted(mine, key=self.rows.order.__getitem__):
            who, period = self.rows.who[at], self.rows.period[at]
            place = (who, period, interval[at])
            if place not in meters:
                meters[place] = self._payable(*place)
            meter = meters[place]
            if meter is not None:
                key = (self.name, who, self.rows.deals[at].root.id, str(self.rows.slots[at]))
                held = self.carried.rows.get(key)
                before = _NOTHING if held is None else held.at
                after = before + Fraction(x[at], self.steps)
                raws[who, interval[at]][period] += meter.moved(before, after, first=held is None) or 0
                self.carried.rows[key] = Stand(after, after, first=False, count=0)
        return raws

    def _paid(self, who: str, interval: str, raws: Mapping[str, Fraction]) -> None:
        """Write down what an interval paid in each of its periods, rounded as its lines were."""
        bent, rounding = self.bends.bent(self.name), self.book.plan.rounding
        running, before = _NOTHING, 0
        for period in sorted(raws, key=spans):
            running, before = (_NOTHING, 0) if bent else (running, before)
            running += raws[period]
            now = self.bends.shape(self.name, who, period).apply(running, rounding)
            purse = (self.name, who, period if bent else "")
            self.carried.purses[purse] = {**self.carried.purses.get(purse, {}), interval: (running, now)}
            raw, pay, _ = self.carried.pays.get((who, period, self.name), (_NOTHING, 0, None))
            self.carried.pays[who, period, self.name] = (raw + raws[period], pay + now - before, None)
            before = now


def _limited(run: ColumnarRun, bends: Bends, by_rows: list[str]) -> None:
    """Write down what the limits of the plan left of the pay by rows."""
    carried = bends.book.carried
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for (who, period, _), (_, pay, _) in carried.pays.items():
        sums[who, period] += pay
    carried.totals = {pair: (total, bends.held(total, *pair)) for pair, total in sums.items()}
    for row in run.payouts:
        if row.component in by_rows:
            key = (row.payee, row.period, row.component)
            carried.pays[key] = (carried.pays[key][0], row.pay_minor, None)
