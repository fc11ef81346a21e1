"""Who gets credit for what: transactions cut into credits, one by one, to the last minor unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

import attrs

from salesteam.core import Finding, Report, exponent, largest_remainder, round_to
from salesteam.core import _table as t
from salesteam.incentives._curves import number_on, refs
from salesteam.incentives._days import ends, period_of, version_day
from salesteam.incentives._exact._carried import Carried, layered
from salesteam.incentives._exact._credit import Credit
from salesteam.incentives._exact._deals import Deal, Deals, lattice, matches, valued
from salesteam.incentives._exact._halt import changed
from salesteam.incentives._exact._rates import Rates
from salesteam.incentives._frame import ShareRow, UnpaidRow
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._number import Ref
from salesteam.incentives._people import People
from salesteam.incentives._unpaid import unpaid_row
from salesteam.incentives._value import KNOWN_UNITS, Col, Expression, numbers_of, parse, spelled

__all__ = ["HOUSE", "Cut", "cut"]

HOUSE = "house"
"""Who keeps what no rule gives away."""
_YEARS = (1000, 9000)


@attrs.frozen(kw_only=True, eq=False)
class Cut:
    """Transactions cut into credits.

    Parameters
    ----------
    credits : tuple of Credit
        All of them, in order; those of the house, and of people that nobody knows, too.
    paid : tuple of Credit
        Those of known payees.
    unpaid : tuple of UnpaidRow
        What could not be credited.
    report : Report
        Findings of reading.
    halts : tuple of Finding
        Why the run cannot go on from an earlier one.
    """

    credits: tuple[Credit, ...]
    paid: tuple[Credit, ...]
    unpaid: tuple[UnpaidRow, ...]
    report: Report
    halts: tuple[Finding, ...]


@attrs.frozen
class _Part:
    """One slot of a transaction before it is cut."""

    slot: int
    payee: str
    share: Fraction
    kind: str


def cut(
    plan: Plan, facts: Facts, read: Deals, people: People, known_as_of: date | None, carried: Carried | None = None
) -> Cut:
    """Cut transactions into credits.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    facts : Facts
        For the tables `credits` and `fx`.
    read : Deals
        Usable transactions.
    people : People
        Who is who, for roll-ups and unknown payees.
    known_as_of : date or None
        Day of the knowledge.
    carried : Carried, optional
        Rates and shares of an earlier run; it takes in those of this one.

    Returns
    -------
    Cut
        Carve-outs of each transaction sum to it; what nobody gets goes to `HOUSE`.
    """
    carried = Carried() if carried is None else carried
    cutter = _Cutter(plan, facts, read, people, known_as_of, carried)
    found: list[Credit] = []
    for deal in read.deals:
        try:
            found += cutter.cut(deal)
        except Lacking as why:
            cutter.unpaid.append(unpaid_row(why.code, **{"transaction": deal.id, **why.values}))
    paid, strangers = [], dict(carried.strangers)
    for credit in found:
        if credit.payee == HOUSE and (plan.crediting or facts.credits is not None):
            continue
        if people.given and credit.person is None and credit.payee not in people.only_managers:
            cutter.unpaid.append(people.stranger(credit.deal.id, credit.payee, credit.deal.on))
            strangers[credit.payee, credit.deal.on if people.dated else None] = None
            continue
        paid.append(credit)
    halts = [changed("people", who) for who, day in carried.strangers if people.on(who, day) is not None]
    halts += [
        changed("fx", f"{currency} {day or ''}".strip())
        for (currency, day), rate in carried.rates.items()
        if cutter.rates.on(currency, day) != rate
    ]
    carried.rates |= cutter.rates.used
    carried.strangers = strangers
    return Cut(
        credits=tuple(found), paid=tuple(paid), unpaid=tuple(cutter.unpaid), report=cutter.report,
        halts=(*halts, *cutter.halts),
    )  # fmt: skip


class _Cutter:
    def __init__(
        self, plan: Plan, facts: Facts, read: Deals, people: People, known_as_of: date | None, carried: Carried
    ) -> None:
        self.plan, self.people, self.known_as_of, self.carried = plan, people, known_as_of, carried
        self.halts: list[Finding] = []
        self.minor = int(10 ** exponent(plan.currency))
        self.unpaid: list[UnpaidRow] = []
        self.report = Report()
        self.rates = Rates.of(plan, facts)
        self.report += self.rates.report
        self.unpaid += self.rates.again
        self.shares = self._shares(facts, read)
        self.written = {
            name: parse(m.value)
            for name, m in plan.measures.items()
            if m.value is not None and m.aggregate not in {"count", "distinct"}
        }
        self.steps_read = read.steps
        self._spelled: dict[tuple[str, date | None], tuple[Expression, int | None]] = {}
        self.names = tuple(refs(plan))

    def _shares(self, facts: Facts, read: Deals) -> Mapping[str, tuple[ShareRow, ...]] | None:
        if facts.credits is None:
            return None
        rows, carried = t.read_table(facts.credits, ShareRow, table="credits"), self.carried
        self.report += rows.report
        told: dict[str, list[ShareRow]] = {}
        for row in rows.values:
            told.setdefault(row.transaction, []).append(row)
        new = {deal.id for deal in read.deals}
        before = [name for name in told if name in carried.deals and name not in new]
        self.halts += [changed("credits", n) for n in before if tuple(told[n]) != carried.shares.get(n, ())]
        early = {**carried.early, **{name: tuple(mine) for name, mine in told.items() if name not in before}}
        found = {name: early.pop(name) for name in new if name in early}
        for row in (row for mine in early.values() for row in mine):
            about = {"transaction": row.transaction, "payee": row.payee}
            self.unpaid.append(unpaid_row("credit-without-transaction", table="credits", **about))
        carried.early, carried.shares = early, layered(carried.shares, found.items())
        return carried.shares

    def cut(self, deal: Deal) -> list[Credit]:
        """The credits of one transaction."""
        self._valid(deal)
        period = period_of(self.plan, deal.date)
        first = period_of(self.plan, deal.on)
        numbers = self.rates.converted(deal, first)
        counts = self._counts(deal)
        values = self._values(deal, numbers, counts)
        parts = list(self._parts(deal))
        self._excess(deal, parts)
        deal.values["amount"] = numbers["amount"]
        amounts = self._cut(numbers["amount"], parts, 1)
        cut_values = {name: self._cut_measure(name, value, parts, amounts, deal) for name, value in values.items()}
        found = [
            Credit(
                deal=deal, slot=part.slot, payee=part.payee, kind=part.kind, share=part.share, amount=amounts[i],
                values={name: cells[i] for name, cells in cut_values.items()}, counts=counts, period=period,
            )
            for i, part in enumerate(parts)
            if part.share
        ]  # fmt: skip
        for credit in found:
            self._place(credit)
        found += list(self._rolled(found, deal, first))
        return found

    def _valid(self, deal: Deal) -> None:
        """Refuse days on which the plan, or a number of it, does not hold."""
        day, valid = deal.date, self.plan.valid
        if day is not None:
            usual = _YEARS[0] <= day.year < _YEARS[1]
            if not usual or day < (valid.from_ or date.min) or (valid.until is not None and day >= valid.until):
                raise Lacking("outside-plan", date=str(day))
        if deal.on is not None and not _YEARS[0] <= deal.on.year < _YEARS[1]:
            raise Lacking("outside-plan", date=str(deal.on))
        on = self._version(deal.on)
        for name in self.names:
            if self.plan.parameters[name].on(on or date.min, self.known_as_of) is None and on is not None:
                raise Lacking("parameter-not-yet", name=f"${name}", date=str(deal.date))

    def _version(self, day: date | None) -> date | None:
        return self.plan.valid.from_ if day is None else version_day(self.plan, day)

    def _tree(self, name: str, deal: Deal) -> tuple[Expression, int | None]:
        """The expression of a measure with its numbers as they hold for a deal, and into how many parts it is cut."""
        on = self._version(deal.on) if any(isinstance(n, Ref) for n in numbers_of(self.written[name])) else None
        if (name, on) not in self._spelled:
            tree = spelled(self.written[name], number_on(self.plan, on, self.known_as_of))
            self._spelled[name, on] = tree, lattice(tree, self.steps_read, self.minor)
        return self._spelled[name, on]

    def _counts(self, deal: Deal) -> frozenset[str]:
        lacks = deal.lacks or ()
        return frozenset(
            name
            for name, m in self.plan.measures.items()
            if m.value is not None and name not in lacks and matches(m.where, deal)
        )

    def _values(self, deal: Deal, numbers: Mapping[str, Fraction], counts: frozenset[str]) -> dict[str, Fraction]:
        """Every measure of the whole transaction, in its smallest unit."""
        found: dict[str, Fraction] = {}
        for name in self.plan.measures:
            measure = self.plan.measures[name]
            if measure.value is None:
                continue
            if name not in self.written:
                found[name] = Fraction(deal.tally)
                continue
            if name in (deal.lacks or ()):
                found[name] = Fraction(0)
                continue
            tree, steps = self._tree(name, deal)
            if isinstance(tree, Col) and measure.unit == "money":
                found[name] = numbers[tree.name]
                continue
            kinds = {**KNOWN_UNITS, **measure.columns}
            try:
                value = valued(tree, numbers, kinds, self.minor)
            except Lacking as why:
                if name in counts:
                    raise Lacking(why.code, measure=name) from None
                value = Fraction(0)
            if measure.unit == "money":
                value *= self.minor
                value = Fraction(round_to(value, "half_away")) if steps is None else value
            found[name] = value
        return found

    def _parts(self, deal: Deal) -> Iterator[_Part]:
        """Name and share of every slot; the last is the house."""
        if self.shares is None and not self.plan.crediting:
            yield _Part(0, deal.texts["payee"] or "", Fraction(1), "carve_out")
            return
        parts = list(self._given(deal) if self.shares is not None else self._ruled(deal))
        carved = sum((part.share for part in parts if part.kind != "overlay"), Fraction(0))
        yield from parts
        yield _Part(len(parts), HOUSE, 1 - carved, "carve_out")

    def _given(self, deal: Deal) -> Iterator[_Part]:
        assert self.shares is not None
        rows = self.shares.get(deal.id) or self.shares.get(deal.reverses or "", ())
        for slot, row in enumerate(rows):
            yield _Part(slot, row.payee, row.share, row.kind)

    def _ruled(self, deal: Deal) -> Iterator[_Part]:
        look = number_on(self.plan, self._version(deal.on), self.known_as_of)
        names = [(deal.texts[rule.to] or "") for rule in self.plan.crediting]
        fixed = [
            Fraction(0) if rule.share == "rest" or not name else look(rule.share)
            for rule, name in zip(self.plan.crediting, names, strict=True)
        ]
        left = 1 - sum(
            (share for share, rule in zip(fixed, self.plan.crediting, strict=True) if rule.kind != "overlay"),
            Fraction(0),
        )
        for slot, (rule, name, share) in enumerate(zip(self.plan.crediting, names, fixed, strict=True)):
            mine = share
            if rule.share == "rest" and name:
                mine, left = left, Fraction(0)
            yield _Part(slot, name, mine, rule.kind or "carve_out")

    def _excess(self, deal: Deal, parts: Sequence[_Part]) -> None:
        below = any(p.share < 0 for p in parts if p.payee != HOUSE)
        if below and self.shares is not None:
            raise Lacking("credit-negative", transaction=deal.id)
        carved = sum((p.share for p in parts if p.kind != "overlay" and p.payee != HOUSE), Fraction(0))
        total = sum((p.share for p in parts if p.payee != HOUSE), Fraction(0))
        limit = self.plan.max_credit_share
        limit = None if limit is None else number_on(self.plan, self._version(deal.on), self.known_as_of)(limit)
        if below or carved > 1 or (limit is not None and total > limit):
            raise Lacking("credit-over-max", transaction=deal.id, limit=1 if limit is None else limit)

    def _cut(self, value: Fraction, parts: Sequence[_Part], steps: int | None) -> list[Fraction]:
        """An amount cut by shares: carve-outs by largest remainder, overlays each rounded alone."""
        if len(parts) == 1 and parts[0].share == 1:
            return [value]
        steps = steps or 1
        whole = value * steps
        if whole.denominator != 1:
            return [value * part.share for part in parts]
        carved = [i for i, part in enumerate(parts) if part.kind != "overlay"]
        found = [Fraction(0)] * len(parts)
        if carved:
            pieces = largest_remainder(int(whole), [parts[i].share for i in carved], [parts[i].payee for i in carved])
            for i, piece in zip(carved, pieces, strict=True):
                found[i] = Fraction(piece, steps)
        for i, part in enumerate(parts):
            if part.kind == "overlay":
                size = round_to(abs(whole) * part.share, self.plan.rounding)
                found[i] = Fraction(size if whole >= 0 else -size, steps)
        return found

    def _cut_measure(
        self, name: str, value: Fraction, parts: Sequence[_Part], amounts: list[Fraction], deal: Deal
    ) -> list[Fraction]:
        measure = self.plan.measures[name]
        if measure.aggregate in {"mean", "latest", "distinct"}:
            return [value] * len(parts)
        if measure.unit != "money" or measure.aggregate == "count":
            return [value * part.share for part in parts]
        if str(measure.value).strip() == "amount":
            return amounts
        return self._cut(value, parts, self._tree(name, deal)[1])

    def _place(self, credit: Credit) -> None:
        """Whose row of `people` holds: on the day of the transaction, for a reversal of its original."""
        credit.person = self.people.on(credit.payee, credit.deal.on if self.people.dated else None)
        credit.team = None if credit.person is None else self.people.rows[credit.person].team

    def _rolled(self, found: Sequence[Credit], deal: Deal, period: str) -> Iterator[Credit]:
        """Credit of managers for what their reports are credited."""
        if self.plan.rollup is None:
            return
        day = deal.on
        if self.plan.rollup.hierarchy_at == "period_end":
            day = ends(self.plan, period)[1] or day
        slot = len(found) + len(self.plan.crediting) + 1
        for credit in found:
            if credit.payee == HOUSE:
                continue
            for manager in self.people.above(credit.payee, day, deep=self.plan.rollup.levels == "every_level"):
                made = attrs.evolve(credit, payee=manager, kind="rollup", slot=slot)
                self._place(made)
                slot += 1
                yield made
