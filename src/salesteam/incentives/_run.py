"""What a run gives back: tables, totals, and the way to every number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import attrs

from salesteam.core import Explanation, Grid, Money, Report, exponent, rational_text, say
from salesteam.core import _table as t
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.incentives import _frame as frame
from salesteam.incentives._columns import credits_frame, lines_frame, payout_columns
from salesteam.incentives._days import Days, interval_name
from salesteam.incentives._frame import LineRow, PayoutRow, UnpaidRow
from salesteam.incentives._model import Plan
from salesteam.incentives._numbers import Lacking, Numbers
from salesteam.incentives._periodic import Once

__all__ = ["Mark", "Run"]


@attrs.frozen(kw_only=True)
class Mark:
    """What else is known of a line: the version of its numbers, whether it is the first, whether tiers cut it."""

    version: int | None
    first: bool
    cut: bool


_TABLES: Mapping[str, type] = {
    "credits": frame.CreditRow, "attainment": frame.AttainmentRow, "lines": LineRow, "portions": frame.PortionRow,
    "payouts": PayoutRow, "unpaid": UnpaidRow,
}  # fmt: skip


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Run:
    """The result of `pay`: what everyone earns, from which lines, and what could not be paid.

    Parameters
    ----------
    plan : Plan
        With its conventions written out.
    as_of : date or None
        Day of the knowledge.
    report : Report
        Findings about the tables.
    unpaid : tuple of UnpaidRow
        Everything that could not be paid, each with code and reason.
    lines_stage, credits_stage, share_scale, steps, once, numbers, periods, days, payees, order, like
        The stages and numbers of the run; for this package alone.

    Examples
    --------
    >>> from salesteam.incentives import Facts, pay, scheme
    >>> deals = [{"transaction": "T1", "date": "2026-01-05", "amount": "600000", "payee": "ana"}]
    >>> people = [{"payee": "ana", "team": "north"}]
    >>> quotas = [{"payee": "ana", "measure": "bookings", "period": "2026-01", "quota": "500000"}]
    >>> run = pay(scheme("team_coefficient"), Facts(transactions=deals, people=people, quotas=quotas))
    >>> run.total.text()
    'CNY 24,000.00'
    """

    plan: Plan
    as_of: date | None
    report: Report = attrs.field(repr=False)
    unpaid: tuple[UnpaidRow, ...] = attrs.field(repr=False)
    lines_stage: t.Stage | None = attrs.field(repr=False)
    credits_stage: t.Stage = attrs.field(repr=False)
    share_scale: int = attrs.field(repr=False)
    steps: Mapping[str, int] = attrs.field(repr=False)
    once: tuple[Once, ...] = attrs.field(repr=False)
    numbers: Numbers = attrs.field(repr=False)
    periods: tuple[str, ...] = attrs.field(repr=False)
    days: Days = attrs.field(repr=False)
    payees: tuple[str, ...] = attrs.field(repr=False)
    order: tuple[str, ...] = attrs.field(repr=False)
    like: Any = attrs.field(repr=False)

    @property
    def conventions(self) -> tuple[str, ...]:
        """The choices that moved money in this run, as `key = option`."""
        plan = self.plan
        found = [f"rounding = {plan.rounding}"]
        found += [f"{k} = {v}" for k in ("parameters_at", "negative_period") if (v := getattr(plan, k))]
        for name, c in plan.components.items():
            found += [f"{name}.{k} = {v}" for k in ("method", "accumulate", "edge", "between") if (v := getattr(c, k))]
        return tuple(found)

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
        columns = ["component", "who", "date", "seq", "transaction", "slot", "p", "before", "after", "pay"]
        rows = t.rows_of(self.lines_stage, *columns, *(c for c in ("v",) if c in self.lines_stage.columns))
        early = date.min
        rows.sort(key=lambda r: (r["component"], r["who"], r["date"] or early, r["seq"], r["transaction"], r["slot"]))
        return rows

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """By which numbers each line was paid, and whether it is the first of its interval; for this package alone."""
        components, seen = list(self.plan.components.items()), set()
        found = []
        for r in self._rows:
            name, c = components[r["component"]]
            key = (name, r["who"], interval_name(self.plan, c.accumulate, r["date"]))
            found.append(Mark(version=r.get("v", 0), first=key not in seen or c.accumulate == "transaction", cut=True))
            seen.add(key)
        found += [Mark(version=None, first=o.first, cut=o.cut) for o in self.once]
        return tuple(found)

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

    @property
    def minor(self) -> int:
        """Minor units in a major one."""
        return int(10 ** exponent(self.plan.currency))

    @cached_property
    def credits(self) -> tuple[frame.CreditRow, ...]:
        """Who got how much of which transaction; `house` keeps what no rule gives away."""
        rows = t.rows_of(self.credits_stage, "transaction", "slot", "payee", "kind", "share", "credit")
        rows.sort(key=lambda r: (r["transaction"], r["slot"]))
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
        found = []
        for payee, measure in sorted(self.numbers.quotas):
            for period in self.numbers.periods if measure in self.plan.measures else ():
                try:
                    unit = self.numbers.unit(measure)
                    quota = self.numbers.quota(payee, period, measure)
                    value = self.numbers.sum(measure, "payee", payee, period)
                except Lacking:
                    continue
                found.append(
                    frame.AttainmentRow(
                        payee=payee, period=period, measure=measure, value=value / unit, quota=quota / unit,
                        attainment=value / quota,
                    )
                )  # fmt: skip
        return tuple(found)

    @cached_property
    def portions(self) -> tuple[frame.PortionRow, ...]:
        """Each line cut by tiers, exact, before modifiers, caps and rounding."""
        from salesteam.incentives._portions import portions

        return portions(self)

    @cached_property
    def total(self) -> Money:
        """The sum of all payouts."""
        return Money(sum(p.pay_minor for p in self.payouts), self.plan.currency)

    def paid(self, payee: str, period: str | None = None) -> Money:
        """What one payee gets, in one period or in all.

        Parameters
        ----------
        payee : str
            Who.
        period : str, optional
            Such as ``"2026-Q1"``.

        Returns
        -------
        Money
            Zero if nothing was paid.
        """
        mine = (p.pay_minor for p in self.payouts if p.payee == payee and period in {None, p.period})
        return Money(sum(mine), self.plan.currency)

    def to_frame(self, table: str = "payouts", *, exact: bool = False) -> Any:
        """A table of the run as a frame of the kind that the transactions came in.

        Parameters
        ----------
        table : {'payouts', 'lines', 'portions', 'credits', 'attainment', 'unpaid'}, default 'payouts'
            Which one; the reference lists their columns.
        exact : bool, default False
            Rationals as two whole columns instead of the nearest binary number.

        Returns
        -------
        native frame
            pandas if the transactions were a list.

        Raises
        ------
        InvalidValueError
            For another table.
        """
        if table not in _TABLES:
            raise InvalidValueError(
                f"there is no table {table!r}", where="to_frame", fix="use one of " + ", ".join(_TABLES)
            )
        made = None
        if table == "payouts":
            made = t.write_columns(payout_columns(self), PayoutRow, self.like, exact=exact)
        elif table == "lines" and not exact:
            made = lines_frame(self)
        elif table == "credits" and not exact:
            made = credits_frame(self)
        return t.write_rows(getattr(self, table), _TABLES[table], self.like, exact=exact) if made is None else made

    def findings(self) -> Report:
        """Findings of the tables, of everything unpaid, and of negative totals."""
        from salesteam.incentives._findings import run_findings

        return run_findings(self)

    def explain(
        self, payee: str, period: str | None = None, component: str | None = None, *, lang: str = "en"
    ) -> Explanation:
        """How a pay came about: credits, sums, each tier's part and rate, factors, caps, rounding.

        Parameters
        ----------
        payee : str
            Who.
        period : str, optional
            Pay period; all if left out.
        component : str, optional
            Component; all if left out.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            Steps with the numbers in them.

        Raises
        ------
        NotFoundError
            If nothing was paid there and nothing came back either.
        """
        from salesteam.incentives._explain import explained

        self._known("payee", payee, lambda p: p.payee)
        return explained(self, payee, period, component, lang)

    def statement(self, payee: str, period: str, *, lang: str = "en") -> Grid:
        """One page for one payee and period: each line, what came back, the sum.

        Parameters
        ----------
        payee, period : str
            Who and when.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            Prints in a terminal and in a notebook.

        Raises
        ------
        NotFoundError
            If the run knows no such payee.
        """
        from salesteam.incentives._statement import statement

        self._known("payee", payee, lambda p: p.payee)
        return statement(self, payee, period, lang)

    def _known(self, kind: str, key: str, of: Callable[[PayoutRow], str]) -> None:
        known = {of(p) for p in self.payouts} | {u.payee for u in self.unpaid if u.payee}
        if key not in known:
            raise NotFoundError(kind, key, sorted(known), where="this run")

    def grid(self, lang: str = "en") -> Grid:
        """The payouts as a display grid."""
        heads = say(lang, en="Payee|Period|Component|Factor|Pay", zh="受益人|期间|条款|系数|奖金").split("|")
        rows = tuple(
            (
                p.payee,
                p.period,
                p.component,
                rational_text(p.modifier),
                Money(p.pay_minor, self.plan.currency).text(lang),
            )
            for p in self.payouts
        )
        note = say(
            lang,
            en=f"Total {self.total.text(lang)}; {len(self.unpaid)} rows unpaid. {'; '.join(self.conventions)}",
            zh=f"合计 {self.total.text(lang)}；{len(self.unpaid)} 行未付退回。{'；'.join(self.conventions)}",
        )
        title = say(lang, en=f"Payouts of {self.plan.plan}", zh=f"{self.plan.plan} 奖金")
        return Grid(title=title, columns=tuple(heads), rows=rows, right=frozenset({3, 4}), note=note)

    def _repr_html_(self) -> str:
        return self.grid().html()


def _rate(pay: int, minor: int, moved: Fraction) -> Fraction | None:
    return None if not moved else Fraction(pay, minor) / moved
