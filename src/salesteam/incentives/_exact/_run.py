"""A run of the exact engine, with the numbers behind every line."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from typing import Any

import attrs

from salesteam.core import Explanation
from salesteam.incentives import _frame as frame
from salesteam.incentives._days import spans
from salesteam.incentives._exact._asked import quota_holders
from salesteam.incentives._exact._bend import Bends
from salesteam.incentives._exact._book import Book
from salesteam.incentives._exact._carried import State, Told
from salesteam.incentives._exact._credit import Credit
from salesteam.incentives._exact._line import Line
from salesteam.incentives._exact._since import state_of
from salesteam.incentives._frame import LineRow, PayoutRow, PortionRow
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._run import Run

__all__ = ["ExactRun"]


@attrs.frozen(kw_only=True, eq=False, slots=False, repr=False)
class ExactRun(Run):
    """A run of the exact engine.

    Parameters
    ----------
    cut : tuple of Credit
        All credits, those of the house too.
    moved : tuple of Line
        All lines.
    bends : Bends
        With the book of numbers.
    told : Told
        What the small tables say.
    resumed : bool
        Whether it has gone on from an earlier run.
    """

    cut: tuple[Credit, ...] = attrs.field(repr=False)
    moved: tuple[Line, ...] = attrs.field(repr=False)
    bends: Bends = attrs.field(repr=False)
    told: Told = attrs.field(repr=False)
    resumed: bool = attrs.field(repr=False)

    @property
    def whole(self) -> bool:
        """Whether its lines are those of all transactions."""
        return not self.resumed

    @cached_property
    def state(self) -> State:
        """What `pay(…, resume=…)` goes on from."""
        return state_of(self.book, self.as_of, self.told)

    @property
    def book(self) -> Book:
        """The numbers of the run."""
        return self.bends.book

    @cached_property
    def sorted_lines(self) -> tuple[Line, ...]:
        """Lines by component and payee, in their order; pay without a transaction last."""
        place = {name: index for index, name in enumerate(self.plan.components)}
        own = [line for line in self.moved if line.credit is not None]
        rest = [line for line in self.moved if line.credit is None]
        own.sort(key=lambda line: (place[line.component], line.payee, line.order))
        return (*own, *sorted(rest, key=lambda line: (place[line.component], line.payee, spans(line.period))))

    @cached_property
    def lines(self) -> tuple[LineRow, ...]:
        """One row for each credit and component, in the order of the running sums; pay without a transaction last."""
        return tuple(self._line(line) for line in self.sorted_lines)

    def _line(self, line: Line) -> LineRow:
        moved = None if line.before is None or line.after is None else line.after - line.before
        return LineRow(
            transaction=None if line.credit is None else line.credit.deal.id, payee=line.payee, period=line.period,
            component=line.component, version=self.plan.version, before=line.before, after=line.after,
            rate=Fraction(line.pay, self.minor) / moved if moved else None, pay_minor=line.pay, formula=line.formula,
            date=line.day,
        )  # fmt: skip

    @cached_property
    def portions(self) -> tuple[PortionRow, ...]:
        """Each line cut by tiers, exact, before modifiers, caps and rounding."""
        return tuple(row for line in self.sorted_lines for row in self._portions(line))

    def _portions(self, line: Line) -> Iterator[PortionRow]:
        moved = None if line.before is None or line.after is None else line.after - line.before
        for part in line.parts:
            pay = part.pay / self.minor
            yield PortionRow(
                transaction=None if line.credit is None else line.credit.deal.id, payee=line.payee, period=line.period,
                component=line.component, version=self.plan.version, before=line.before, after=line.after,
                tier=part.tier, part=part.part, rate=part.rate, pay=pay, share_rate=pay / moved if moved else None,
            )  # fmt: skip

    @cached_property
    def payouts(self) -> tuple[PayoutRow, ...]:
        """One row for each payee, period and component, sorted so."""
        place = {name: index for index, name in enumerate(self.plan.components)}
        keys = sorted(self.book.carried.pays, key=lambda key: (key[0], spans(key[1]), place[key[2]]))
        return tuple(self._payout(*key) for key in keys)

    def _payout(self, payee: str, period: str, component: str) -> PayoutRow:
        try:
            shape = self.bends.shape(component, payee, period)
        except Lacking:  # someone who is paid by the division of another's pay
            gate, modifier, cap = Fraction(1), Fraction(1), None
        else:
            gate, modifier, cap = shape.gate, shape.factor if shape.gate else Fraction(1), shape.high
        raw, pay, _ = self.book.carried.pays[payee, period, component]
        return PayoutRow(
            payee=payee, period=period, component=component, raw=raw / self.minor, gate=gate, modifier=modifier,
            cap_minor=cap, pay_minor=pay,
        )  # fmt: skip

    @cached_property
    def credits(self) -> tuple[frame.CreditRow, ...]:
        """Who got how much of which transaction; `house` keeps what no rule gives away."""
        rows = sorted(self.cut, key=lambda c: (c.deal.id, c.slot))
        return tuple(
            frame.CreditRow(
                transaction=c.deal.id, payee=c.payee, kind=c.kind, share=c.share, credit_minor=int(c.amount)
            )
            for c in rows
        )

    @cached_property
    def attainment(self) -> tuple[frame.AttainmentRow, ...]:
        """What each payee with a quota reached of it, by period; teams and ready attainments too."""
        book = self.book
        asked = [(p, m) for m in self.plan.measures for p in quota_holders(book, m)]
        asked += [(who, m.removesuffix(".attainment")) for (m, kind, who, _) in book.posted.moves if kind == "payee"]
        found = [
            self._attained(payee, measure, period)
            for payee, measure in sorted(set(asked))
            if measure in self.plan.measures
            for period in self.periods
        ]
        return tuple(row for row in found if row is not None)

    def _attained(self, payee: str, measure: str, period: str) -> frame.AttainmentRow | None:
        book, unit = self.book, self.book.unit(measure)
        try:
            value = book.sum(measure, "payee", payee, (period,)) / unit
        except Lacking:
            value = None
        try:
            quota = book.quota(payee, period, measure) / unit
        except Lacking:
            quota = None
        try:
            ready = book.posted.one(f"{measure}.attainment", "payee", payee, period)
        except Lacking:
            return None
        attainment = ready if ready is not None else value / quota if value is not None and quota is not None else None
        if quota is None and attainment is None:
            return None
        return frame.AttainmentRow(
            payee=payee, period=period, measure=measure, value=value, quota=quota,
            attainment=None if attainment is None else book.rounded(attainment, period),
        )  # fmt: skip

    def _explained(self, *of: Any) -> Explanation:
        from salesteam.incentives._exact._explain import explained

        return explained(self, *of)
