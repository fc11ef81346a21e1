"""What a run over columns gives back: its tables are made when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from salesteam.core import Explanation, rational_text
from salesteam.core import _table as t
from salesteam.errors import NotFoundError
from salesteam.incentives import _frame as frame
from salesteam.incentives._columnar._asked import Asked
from salesteam.incentives._columnar._columns import credits_frame, lines_frame, payout_columns, payouts_frame
from salesteam.incentives._columnar._job import Credited
from salesteam.incentives._columnar._lines import Made
from salesteam.incentives._columnar._numbers import Numbers
from salesteam.incentives._columnar._periodic import Once
from salesteam.incentives._days import Days
from salesteam.incentives._frame import LineRow, PayoutRow
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._run import TABLES, Run

if TYPE_CHECKING:
    from salesteam.incentives._exact._carried import State

__all__ = ["ColumnarRun"]


@attrs.frozen(kw_only=True, eq=False, slots=False, repr=False)
class ColumnarRun(Run):
    """A run whose lines and credits stand in columns.

    Parameters
    ----------
    lines_stage, credits_stage, share_scale, steps, once, asked, days, credited, order, parts
        The stages and numbers of the run.
    standing : bool
        Whether the lines stand sorted by component, payee and order.
    """

    lines_stage: t.Stage | None = attrs.field(repr=False)
    credits_stage: t.Stage = attrs.field(repr=False)
    share_scale: int = attrs.field(repr=False)
    steps: Mapping[str, int] = attrs.field(repr=False)
    once: tuple[Once, ...] = attrs.field(repr=False)
    asked: Asked = attrs.field(repr=False)
    days: Days = attrs.field(repr=False)
    credited: Credited = attrs.field(repr=False)
    order: tuple[str, ...] = attrs.field(repr=False)
    parts: Mapping[str, Made] = attrs.field(repr=False)
    standing: bool = attrs.field(repr=False)

    @cached_property
    def state(self) -> State:
        """What `pay(…, resume=…)` goes on from: read from the sums of the columns, or paid row by row."""
        from salesteam.incentives._columnar._state import standing

        return standing(self) or self._exactly.state

    @property
    def numbers(self) -> Numbers:
        """Quotas, targets, sums and factors by name; for this package alone."""
        return self.asked.numbers

    @property
    def payees(self) -> tuple[str, ...]:
        """Names by the number in `who`; for this package alone."""
        return self.credited.payees

    @cached_property
    def payouts(self) -> tuple[PayoutRow, ...]:
        """One row for each payee, period and component, sorted so."""
        found = payout_columns(self)
        return tuple(PayoutRow(**dict(zip(found, row, strict=True))) for row in zip(*found.values(), strict=True))

    @cached_property
    def lines(self) -> tuple[LineRow, ...]:
        """One row for each credit and component, in the order of the running sums; pay without a transaction last."""
        names = list(self.plan.components)
        return (*(self._line(r, names[r["component"]]) for r in self._rows), *self.once_lines())

    @cached_property
    def _rows(self) -> list[dict[str, Any]]:
        if self.lines_stage is None:
            return []
        columns = ["component", "who", "date", "transaction", "p", "before", "after", "pay"]
        rows = t.rows_of(
            self.lines_stage, *columns, *(c for c in ("v", "seq", "slot") if c in self.lines_stage.columns)
        )
        early = date.min
        rows.sort(
            key=lambda r: (
                r["component"], r["who"], r["date"] or early, r.get("seq", 0), r["transaction"], r.get("slot", 0),
            )
        )  # fmt: skip
        return rows

    def once_lines(self) -> tuple[LineRow, ...]:
        """Lines of pay that no transaction moves; for this package alone."""
        return tuple(
            LineRow(
                payee=o.payee, period=o.period, component=o.component, version=self.plan.version, before=o.before,
                after=o.after, rate=_rate(o.pay, self.minor, o.after - o.before), pay_minor=o.pay, formula=o.formula,
            )
            for o in self.once
        )  # fmt: skip

    def _line(self, r: Mapping[str, Any], component: str) -> LineRow:
        measure = str(self.plan.components[component].measure)
        unit = self.steps[measure] * self.numbers.unit(measure)
        before, after = Fraction(r["before"], unit), Fraction(r["after"], unit)
        return LineRow(
            transaction=r["transaction"], payee=self.payees[r["who"]], period=self.periods[r["p"]], component=component,
            version=self.plan.version, before=before, after=after, rate=_rate(r["pay"], self.minor, after - before),
            pay_minor=r["pay"], formula=f"F({rational_text(after)}) - F({rational_text(before)})",
            date=r["date"],
        )  # fmt: skip

    @cached_property
    def credits(self) -> tuple[frame.CreditRow, ...]:
        """Who got how much of which transaction; `house` keeps what no rule gives away."""
        slot = [c for c in ("slot",) if c in self.credits_stage.columns]
        rows = t.rows_of(self.credits_stage, "transaction", "payee", "kind", "share", "credit", *slot)
        rows.sort(key=lambda r: (r["transaction"], r.get("slot", 0)))
        return tuple(
            frame.CreditRow(
                transaction=r["transaction"], payee=r["payee"], kind=r["kind"],
                share=Fraction(r["share"], self.share_scale), credit_minor=r["credit"],
            )
            for r in rows
        )  # fmt: skip

    @cached_property
    def attainment(self) -> tuple[frame.AttainmentRow, ...]:
        """What each payee with a quota reached of it, by period."""
        found = [
            self._attained(payee, measure, period)
            for payee, measure in sorted(self.numbers.quotas)
            if measure in self.plan.measures
            for period in self.numbers.periods
        ]
        return tuple(row for row in found if row is not None)

    def _attained(self, payee: str, measure: str, period: str) -> frame.AttainmentRow | None:
        numbers, unit = self.numbers, self.numbers.unit(measure)
        try:
            quota = numbers.quota(payee, period, measure) / unit
        except Lacking:
            return None
        try:
            value = numbers.sum(measure, "payee", payee, period) / unit
        except Lacking:
            value = None
        return frame.AttainmentRow(
            payee=payee, period=period, measure=measure, value=value, quota=quota,
            attainment=None if value is None else numbers.rounded(value / quota, period),
        )  # fmt: skip

    @cached_property
    def portions(self) -> tuple[frame.PortionRow, ...]:
        """Each line cut by tiers, exact, before modifiers, caps and rounding."""
        return self._exactly.portions

    @cached_property
    def _exactly(self) -> Run:
        """The same paid row by row; kept, because whoever explains one payee explains the next."""
        from salesteam.incentives import _exact

        return _exact.run(self.plan, self.facts, self.as_of)

    def _frame(self, table: str, *, exact: bool, columns: Sequence[str] | None) -> Any:
        if table in {"payouts", "lines", "credits"} and columns is not None:
            known = [column.name for column in t.columns(TABLES[table])]
            wrong = next((name for name in columns if name not in known), None)
            if wrong is not None:
                raise NotFoundError("column", wrong, known, where="to_frame")
        if table == "payouts":
            made = None if exact else payouts_frame(self, columns)
            return t.write_columns(payout_columns(self), PayoutRow, self.like, exact=exact) if made is None else made
        if table == "lines" and not exact:
            return lines_frame(self, columns)
        if table == "credits" and not exact:
            return credits_frame(self, columns)
        return None

    def _explained(self, payee: str, *of: Any) -> Explanation:
        from salesteam.incentives import _exact
        from salesteam.incentives._columnar._own import own_facts

        *where, lang = of
        own = own_facts(self, payee)
        paid = self._exactly if own is self.facts else _exact.run(self.plan, own, self.as_of)
        return paid.explain(payee, *where, lang=lang)


def _rate(pay: int, minor: int, moved: Fraction) -> Fraction | None:
    return None if not moved else Fraction(pay, minor) / moved
