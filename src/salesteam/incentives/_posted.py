"""Quotas, targets and ready values as they come in: tables become numbers by payee and period."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

import attrs

from salesteam.core import Finding, Place, Report, exponent, find
from salesteam.core import _table as t
from salesteam.errors import InvalidValueError, nearest
from salesteam.incentives._days import ONCE, period_of, spans
from salesteam.incentives._frame import QuotaRow, TargetRow, UnpaidRow, ValueRow
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._unpaid import unpaid_row

__all__ = ["TENURE", "Disputed", "Posted", "agreed", "posted"]

TENURE = "tenure_months"
"""Path of the months that someone has been there; values may give it ready."""

_Row = TypeVar("_Row")
_Told = TypeVar("_Told")
_Key = tuple[str, str, str, str]


@attrs.frozen
class Disputed:
    """Two rows of a table that say different things of one payee and period, so that neither counts.

    Parameters
    ----------
    table, payee, period : str
        What they are about.
    one, two : int
        Their places in the table.
    """

    table: str
    payee: str
    period: str
    one: int
    two: int


def _rival(held: object, value: object, first: tuple[int, Any]) -> int:
    """The row that a value differs from: the first, or where it says the same as that, the first that differed."""
    one, said = first
    return held.two if isinstance(held, Disputed) and value == said else one


def agreed(told: Iterable[_Told | Disputed]) -> list[_Told]:
    """What rows say, where they agree.

    Raises
    ------
    Lacking
        If two of them say different things.
    """
    found: list[_Told] = []
    for each in told:
        if isinstance(each, Disputed):
            about = {"of": each.table, "payee": each.payee, "period": each.period}
            raise Lacking("rows-disagree", one=each.one, two=each.two, **about)
        found.append(each)
    return found


def posted(plan: Plan, facts: Facts) -> Posted:
    """Read quotas, targets and values.

    Returns
    -------
    Posted
        The numbers; and the rows that come twice, or that no period, payee or measure of the plan can use.
    """
    found = Posted(plan=plan)
    found.report += _each(facts.quotas, QuotaRow, "quotas", plan.currency, found.quota)
    found.report += _each(facts.targets, TargetRow, "targets", plan.currency, found.target)
    found.report += _each(facts.values, ValueRow, "values", plan.currency, found.value)
    found.report += Report(found.again)
    return found


def _each(frame: Any, noun: type[_Row], table: str, currency: str, put: Callable[[_Row, int], None]) -> Report:
    if frame is None:
        return Report()
    rows = t.read_table(frame, noun, table=table, currency=currency)
    for row, number in zip(rows.values, rows.numbers, strict=True):
        put(row, number)
    return rows.report


@attrs.define(kw_only=True, eq=False)
class Posted:
    """Rows of the small tables, put where they belong; what belongs nowhere comes back.

    Parameters
    ----------
    plan : Plan
        Whose measures and periods they are about.
    quotas : dict
        Payee and measure, then period: the quota in the smallest unit of the measure, unless rows disagree.
    targets : dict
        Payee, then period: pay at target and base pay in minor units, unless rows disagree.
    moves : dict
        Measure, ``payee`` or ``team``, name and pay period: the ready values, in order, money in major units; of a
        number that cannot be a sum, such as an attainment, one, unless rows disagree.
    longer : dict
        Measure or attainment, holder and an interval of several pay periods: values that only a gate looks at, unless
        rows disagree.
    back : list of UnpaidRow
        Rows that nothing can use.
    again : list of Finding
        Rows that say once more what another said.
    report : Report
        Findings of reading.
    """

    plan: Plan
    quotas: dict[tuple[str, str], dict[str, Fraction | Disputed]] = attrs.field(factory=dict)
    targets: dict[str, dict[str, tuple[int | None, int | None] | Disputed]] = attrs.field(factory=dict)
    moves: dict[_Key, tuple[Fraction | Disputed, ...]] = attrs.field(factory=dict)
    longer: dict[_Key, Fraction | Disputed] = attrs.field(factory=dict)
    back: list[UnpaidRow] = attrs.field(factory=list)
    again: list[Finding] = attrs.field(factory=list)
    report: Report = Report()
    _first: dict[tuple[str, ...], tuple[int, Any]] = attrs.field(factory=dict, init=False, repr=False)

    def parts(self, measure: str, kind: str, who: str, period: str) -> list[Fraction] | None:
        """The ready values of a measure, holder and pay period; None where there is none.

        Raises
        ------
        Lacking
            If two rows say different things.
        """
        told = self.moves.get((measure, kind, who, period))
        return None if told is None else agreed(told)

    def one(self, measure: str, kind: str, who: str, period: str) -> Fraction | None:
        """The sum of the ready values of a measure, holder and pay period; None where there is none.

        Raises
        ------
        Lacking
            If two rows say different things.
        """
        parts = self.parts(measure, kind, who, period)
        return None if parts is None else sum(parts, Fraction(0))

    def whole(self, measure: str, kind: str, who: str, interval: str) -> Fraction | None:
        """The ready value of an interval of several pay periods; None where there is none.

        Raises
        ------
        Lacking
            If two rows say different things.
        """
        told = self.longer.get((measure, kind, who, interval))
        return None if told is None else agreed([told])[0]

    @property
    def settled(self) -> dict[_Key, Fraction]:
        """The sum of the ready values of each measure, holder and period, but where rows disagree."""
        agreeing = {k: [p for p in parts if not isinstance(p, Disputed)] for k, parts in self.moves.items()}
        return {k: sum(parts, Fraction(0)) for k, parts in agreeing.items() if parts}

    def quota(self, row: QuotaRow, number: int) -> None:
        amount = row.quota if row.quota_minor is None else Fraction(row.quota_minor)
        if row.quota_minor is None and amount is not None and self._money(row.measure):
            amount *= 10 ** exponent(self.plan.currency)
        if amount is None:
            self._away("quota-empty", "quotas", row.payee, payee=row.payee, measure=row.measure)
        else:
            into = self.quotas.setdefault((row.payee, row.measure), {})
            self._put(into, row.period, amount, ("quotas", row.payee, row.measure), number)

    def target(self, row: TargetRow, number: int) -> None:
        pair = (row.target_minor, row.base_minor)
        self._put(self.targets.setdefault(row.payee, {}), row.period, pair, ("targets", row.payee), number)

    def value(self, row: ValueRow, number: int) -> None:
        if row.team:  # its own path leads to the same number
            row = attrs.evolve(row, measure=row.measure.removeprefix("team."))
        name = row.measure.removesuffix(".attainment")
        if name not in self.plan.measures and name != TENURE:
            known = tuple(self.plan.measures)
            self._away("measure-unknown", "values", row.payee, name=row.measure, near=nearest(name, known) or known)
            return
        kind, who = ("team", row.team) if row.team else ("payee", row.payee)
        if not who:
            self._away("value-nobody", "values", row.measure, measure=row.measure)
            return
        whole = name == TENURE or self.plan.measures[name].unit == "share" or name != row.measure
        period = self._pay_period(row.period, whole=whole)
        if period is None and self._longer(row.period) and row.measure in self._tested:
            key = (row.measure, kind, who, str(row.period))
            self.longer[key] = self._same(key, row.value, number, self.longer.get(key))
            return
        if period is None:
            about = {"payee": row.payee, "measure": row.measure, "period": row.period or "—"}
            self._away("value-period", "values", who, **about)
            return
        key = (row.measure, kind, who, period)
        if whole:
            self.moves[key] = (self._same(key, row.value, number, *self.moves.get(key, ())),)
        else:
            self.moves[key] = (*self.moves.get(key, ()), row.value)

    def _same(self, key: _Key, value: Fraction, number: int, held: Fraction | Disputed | None = None) -> Any:
        """What stands of a value that cannot be a sum: the first of those that are the same, none of others."""
        _, _, who, period = key
        one, said = self._first.setdefault(("values", *key), (number, value))
        if held is None:
            return value
        if held == value:
            self._away("duplicate-row", "values", who, key=who, period=period)
            return held
        return self._dispute(held, ("values", who, period), _rival(held, value, (one, said)), number)

    def _dispute(self, held: object, about: tuple[str, str, str], one: int, two: int) -> Disputed:
        """Give a row back that differs from another, and say that neither counts."""
        table, payee, period = about
        self._away("rows-disagree", table, payee, of=table, payee=payee, period=period, one=one, two=two)
        return held if isinstance(held, Disputed) else Disputed(table, payee, period, one, two)

    @property
    def _tested(self) -> frozenset[str]:
        """Paths that a gate tests over an interval of several pay periods."""
        gates = [gate for gate in self.plan.gates if gate.meanwhile is not None]
        return frozenset(test.measure.removeprefix("team.") for gate in gates for test in gate.tests)

    def _longer(self, name: str | None) -> bool:
        """Whether a period holds whole pay periods."""
        if not name or not _known(name) or self.plan.period == ONCE:
            return False
        low, high = spans(name)
        first, last = period_of(self.plan, low), period_of(self.plan, date.fromordinal(high.toordinal() - 1))
        return first != last and spans(first)[0] == low and spans(last)[1] == high

    def _money(self, measure: str) -> bool:
        return measure in self.plan.measures and self.plan.measures[measure].unit == "money"

    def _pay_period(self, name: str | None, *, whole: bool) -> str | None:
        """The pay period that a period lies in; None if it lies in none. A share cannot be made of parts."""
        if self.plan.period == ONCE:
            return ONCE if name is None or _known(name) else None
        if not name or not _known(name):
            return None
        low, high = spans(name)
        holder = period_of(self.plan, low)
        inside = spans(holder)[0] <= low and high <= spans(holder)[1]
        return holder if inside and (not whole or spans(holder) == (low, high)) else None

    def _put(self, into: dict[str, Any], period: str | None, amount: Any, about: tuple[str, ...], number: int) -> None:
        """Put a row where it belongs; of two that say the same one counts, of two that do not, neither."""
        (table, payee), name = about[:2], period or ONCE
        if not _known(name):
            self._away("period-unknown", table, payee, payee=payee, period=name)
            return
        one, said = self._first.setdefault((*about, name), (number, amount))
        if one == number:
            into[name] = amount
        elif into[name] == amount:
            place = Place(table=table, row=number, key=payee)
            self.again.append(find("incentives.row-repeated", place, of=table, payee=payee, one=one, two=number))
        else:
            rival = _rival(into[name], amount, (one, said))
            into[name] = self._dispute(into[name], (table, payee, name), rival, number)

    def _away(self, code: str, table: str, row: object, **values: Any) -> None:
        self.back.append(attrs.evolve(unpaid_row(code, table=table, **values), row=str(row)))


def _known(name: str) -> bool:
    try:
        spans(name)
    except InvalidValueError:
        return False
    return True
