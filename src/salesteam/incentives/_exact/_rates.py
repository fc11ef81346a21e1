"""Other currencies: what an amount is worth in the money of the plan, at the rate that the plan says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import attrs

from salesteam.core import Finding, Place, Report, find, round_to
from salesteam.core import _table as t
from salesteam.incentives._days import ends
from salesteam.incentives._exact._deal import Deal
from salesteam.incentives._frame import RateRow, ReceiptRow, UnpaidRow
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._minor import minor_units
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._unpaid import unpaid_row
from salesteam.incentives._value import KNOWN_UNITS

__all__ = ["Rates"]


@attrs.frozen(kw_only=True, eq=False)
class Rates:
    """The table `fx`, and how a plan reads it.

    Parameters
    ----------
    plan : Plan
        Its currency and its choice of a day.
    rates : dict
        Currency to its rates into the money of the plan, by day; None for the plan rate. Where rows of one day give
        different rates none of them holds: nobody could say which was agreed, and each would move money.
    payments : dict of str to date
        Day of the last payment of each transaction, or invoice.
    report : Report
        Findings of reading.
    again : tuple of UnpaidRow
        Rates that say something else than another of the same day.
    used : dict
        Currency and day: the rate that was asked for, or None where there was none.
    """

    plan: Plan
    rates: Mapping[str, list[tuple[date | None, Fraction | Differing]]]
    payments: Mapping[str, date]
    report: Report
    again: tuple[UnpaidRow, ...] = ()
    used: dict[tuple[str, date | None], Fraction | Differing | None] = attrs.field(factory=dict)

    @classmethod
    def of(cls, plan: Plan, facts: Facts) -> Rates:
        """Read the table `fx`; a rate in the other direction is turned round."""
        book = _Book(wanted=plan.currency)
        payments: dict[str, date] = {}
        report = Report()
        if facts.fx is not None:
            rows = t.read_table(facts.fx, RateRow, table="fx")
            report += rows.report
            for row, number in zip(rows.values, rows.numbers, strict=True):
                if row.to == plan.currency and row.rate > 0:
                    book.put(book.direct, row.from_, row.date, row.rate, number)
                elif row.from_ == plan.currency and row.rate > 0:
                    book.put(book.turned, row.to, row.date, 1 / row.rate, number)
            report += Report(book.repeated)
        if plan.fx is not None and plan.fx.rate_on == "payment_date" and facts.receipts is not None:
            paid = t.read_table(facts.receipts, ReceiptRow, table="receipts", currency=plan.currency)
            for receipt in paid.values:
                name = receipt.transaction or receipt.invoice
                if name and receipt.date:
                    payments[name] = max(payments.get(name, date.min), receipt.date)
        return cls(plan=plan, rates=book.rates(), payments=payments, report=report, again=tuple(book.again))

    def converted(self, deal: Deal, period: str) -> Mapping[str, Fraction]:
        """The numbers of a transaction, its money in minor units of the plan; `period` is that of its original."""
        if deal.currency in {None, "", self.plan.currency} or self.plan.fx is None:
            return deal.numbers
        wanted = self.plan.currency
        digits = Fraction(minor_units(wanted, wanted), minor_units(str(deal.currency), wanted))
        rate = self._rate(deal, period) * digits  # a rate is of major units, and a yen has no cents
        units = {**KNOWN_UNITS, **{c: u for m in self.plan.measures.values() for c, u in m.columns.items()}}
        found = {}
        for name, number in deal.numbers.items():
            made = number * rate if units.get(name) == "money" else number
            if self.plan.fx.round == "transaction" and units.get(name) == "money":
                size = round_to(abs(made), self.plan.rounding)
                made = Fraction(size if made >= 0 else -size)
            found[name] = made
        return found

    def _rate(self, deal: Deal, period: str) -> Fraction:
        fx = self.plan.fx
        assert fx is not None
        day = deal.on
        if fx.rate_on == "period_end":
            day = ends(self.plan, period)[1] or day
        elif fx.rate_on == "payment_date":
            day = self.payments.get(deal.root.id, self.payments.get(deal.root.texts.get("invoice") or ""))
            if day is None:
                raise Lacking("no-rate", currency=deal.currency, wanted=self.plan.currency, date="—")
        rate = self.used[str(deal.currency), day] = self.on(str(deal.currency), day)
        if rate is None:
            raise Lacking("no-rate", currency=deal.currency, wanted=self.plan.currency, date=str(day or "—"))
        if isinstance(rate, Differing):
            raise Lacking("rates-disagree", **attrs.asdict(rate))
        return rate

    def on(self, currency: str, day: date | None) -> Fraction | Differing | None:
        """The rate of a currency that holds on a day, or the one of the plan; None if there is none."""
        rates = self.rates.get(currency, [])
        if self.plan.fx is not None and self.plan.fx.rate_on == "plan_rate":
            start = self.plan.valid.from_ or date.min
            held = [pair for pair in rates if pair[0] is None] or [
                pair for pair in rates if (pair[0] or start) <= start
            ]
            held = held or sorted(rates, key=lambda pair: pair[0] or start)[:1]
        else:
            held = [(on, rate) for on, rate in rates if on is None or day is None or on <= day]
        return max(held, key=lambda pair: pair[0] or date.min)[1] if held else None


@attrs.frozen
class Differing:
    """Two rows that give different rates for one day, so that neither holds."""

    currency: str
    wanted: str
    date: str
    one: int
    two: int


@attrs.define(kw_only=True)
class _Book:
    """Rates as they are written, by currency and day, in both directions."""

    wanted: str
    direct: _Rates = attrs.field(factory=dict)
    turned: _Rates = attrs.field(factory=dict)
    again: list[UnpaidRow] = attrs.field(factory=list)
    repeated: list[Finding] = attrs.field(factory=list)
    _first: dict[tuple[int, str, date | None], tuple[int, Fraction]] = attrs.field(factory=dict, init=False)

    def put(self, into: _Rates, currency: str, day: date | None, rate: Fraction, number: int) -> None:
        """Write a rate down; one that is said again counts once, of different ones none, and the row comes back."""
        one, said = self._first.setdefault((id(into), currency, day), (number, rate))
        held = into.setdefault(currency, {}).setdefault(day, rate)
        if one == number:
            return
        key = f"{currency} {day or ''}".strip()
        if held == rate:
            place = Place(table="fx", row=number, key=key)
            self.repeated.append(find("incentives.row-repeated", place, of="fx", payee=key, one=one, two=number))
            return
        rival = held.two if isinstance(held, Differing) and rate == said else one
        told = Differing(currency, self.wanted, str(day or "—"), rival, number)
        into[currency][day] = held if isinstance(held, Differing) else told
        self.again.append(attrs.evolve(unpaid_row("rates-disagree", table="fx", **attrs.asdict(told)), row=key))

    def rates(self) -> dict[str, list[tuple[date | None, Fraction | Differing]]]:
        """Each currency with its rates; one written in the direction of the plan comes before one turned round."""
        names = dict.fromkeys((*self.direct, *self.turned))
        return {name: [*{**self.turned.get(name, {}), **self.direct.get(name, {})}.items()] for name in names}


_Rates = dict[str, dict[date | None, Fraction | Differing]]
