"""Transactions, one by one: read, put in order, and set aside where they cannot be paid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from fractions import Fraction
from itertools import chain
from math import gcd, lcm
from numbers import Number as AnyNumber
from typing import Any

import attrs

from salesteam.core import Finding, Place, Report, find, rational
from salesteam.core import _table as t
from salesteam.errors import InvalidValueError
from salesteam.incentives._curves import changing
from salesteam.incentives._days import ONCE
from salesteam.incentives._dealrow import deal_row
from salesteam.incentives._exact._carried import Carried, layered
from salesteam.incentives._exact._deal import Deal, Figure, apart, originals, repeats
from salesteam.incentives._exact._halt import changed, late
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._parts import Where
from salesteam.incentives._reads import looked_at, read_by
from salesteam.incentives._unpaid import unpaid_row
from salesteam.incentives._value import KNOWN_UNITS, Call, Col, Expression, Num, columns_of, parse

__all__ = ["Deal", "Deals", "deals_of", "lattice", "matches", "moment_of", "valued", "wanted"]

_ALWAYS = ("transaction", "date", "seq", "reverses", "currency", "invoice")


@attrs.frozen(kw_only=True, eq=False)
class Deals:
    """The transactions of a run.

    Parameters
    ----------
    deals : tuple of Deal
        Those that can be paid, in order.
    steps : mapping of str to int
        For each number column that is no money, parts of one that make its cells whole.
    unpaid : tuple of UnpaidRow
        The others.
    report : Report
        Findings of reading.
    halts : tuple of Finding
        Why the run cannot go on from an earlier one.
    """

    deals: tuple[Deal, ...]
    steps: Mapping[str, int]
    unpaid: tuple[UnpaidRow, ...]
    report: Report
    halts: tuple[Finding, ...]


def asked(plan: Plan) -> tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]:
    """Number columns with their unit, text columns, and payee columns that a plan reads."""
    units: dict[str, str] = {"amount": "money"}
    texts: dict[str, None] = {}
    for measure in plan.measures.values():
        if measure.value is not None and measure.aggregate == "distinct":
            texts[measure.value.strip()] = None
        elif measure.value is not None:
            for name in columns_of(parse(measure.value)):
                units[name] = {**KNOWN_UNITS, **measure.columns}.get(name, "number")
        texts.update(dict.fromkeys(w.column for w in measure.where))
    for component in plan.components.values():
        texts.update(dict.fromkeys(w.column for w in component.where))
    if any(each.per == "customer" for each in plan.windfall):
        texts["customer"] = None
    if any(each.on == "receipts" for each in plan.release):
        units["invoiced"] = "money"
    payees = tuple(dict.fromkeys(rule.to for rule in plan.crediting)) or ("payee",)
    return units, tuple(w for w in texts if w not in units and w not in payees and w not in _ALWAYS), payees


def deals_of(plan: Plan, facts: Facts, carried: Carried) -> Deals:
    """Read the transactions of a run.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    facts : Facts
        Holds the frame.
    carried : Carried
        Deals of an earlier run, which these may take back or repeat; it takes in what later ones may of these.

    Returns
    -------
    Deals
        In order, with everything that could not be used.
    """
    frame = facts.transactions if facts.transactions is not None else []
    units, texts, payees = asked(plan)
    given = t.raw_cells(frame)
    zone = _clock(plan)
    if zone is not None:
        frame = _in_zone(given, zone)
    kinds = {name: _kind(given.get(name, ())) for name in texts}
    row_of, own = deal_row(units, kinds, payees)
    rows = t.read_table(frame, row_of, table="transactions", currency=plan.currency)
    report = Report() if facts.transactions is None else rows.report
    report += Report(_where_findings(plan, units, kinds, given if rows.values else None))
    unpaid = [_aside(number, cells, rows.report) for number, cells in rows.aside.items()]
    found: list[Deal] = []
    moments = given.get("date", ())
    dated = plan.period != ONCE or changing(plan, plan)
    readers = read_by(plan, units)
    for row, number in zip(rows.values, rows.numbers, strict=True):
        deal, code = _deal(plan, facts, row, number, (units, texts, payees, own, readers), dated=dated)
        if code:
            about = {"currency": row.currency, "wanted": plan.currency, "measure": ", ".join(readers) or plan.plan}
            unpaid.append(unpaid_row(code, transaction=row.transaction, **about))
            continue
        deal.moment = moment_of(moments[number]) if number < len(moments) else None
        found.append(deal)
    found, unpaid, halts = _known(plan, found, unpaid, carried)
    if facts.credits is None:
        nobody = [deal for deal in found if not any(deal.texts[name] for name in payees)]
        unpaid = [*unpaid, *(unpaid_row("no-payee", transaction=deal.id) for deal in nobody)]
        found = [deal for deal in found if any(deal.texts[name] for name in payees)]
    unpaid = [*unpaid, *_incomplete(plan, found)]
    finer = {name: _step(name, found, carried) for name, unit in units.items() if unit != "money"}
    if carried.payees and (plan.crediting or facts.credits is not None):
        halts += [changed("transactions", name) for name in _split(plan) if finer.get(name) != carried.steps.get(name)]
    carried.steps = finer
    return Deals(
        deals=tuple(sorted(found, key=lambda d: d.order)), steps=finer, unpaid=tuple(unpaid), report=report,
        halts=tuple(halts),
    )  # fmt: skip


def _incomplete(plan: Plan, found: Iterable[Deal]) -> Iterator[UnpaidRow]:
    """Deals that count for some measures only, since they lack a number that another reads on which pay hangs."""
    short = [deal for deal in found if deal.lacks]
    asked = looked_at(plan) if short else frozenset()
    for deal in short:
        wanting = wanted(plan, deal, asked)
        if wanting:
            yield unpaid_row("no-amount", transaction=deal.id, measure=", ".join(wanting))


def wanted(plan: Plan, deal: Deal, asked: frozenset[str]) -> list[str]:
    """The measures, of those on which pay hangs, for which a deal would count if it had its numbers."""
    return [name for name in deal.lacks or () if name in asked and matches(plan.measures[name].where, deal)]


def _known(
    plan: Plan, found: list[Deal], unpaid: list[UnpaidRow], carried: Carried
) -> tuple[list[Deal], list[UnpaidRow], list[Finding]]:
    """Deals without those that came before, each reversal with its original; and what an earlier run has not known."""
    older, left = carried.deals, dict(carried.left)
    again = [deal for deal in found if deal.id in older or deal.id in carried.void]
    halts = [changed("transactions", d.id) for d in again if d.id in older and not repeats(d, older[d.id])]
    unpaid = [*unpaid, *(unpaid_row("duplicate-transaction", transaction=deal.id) for deal in again)]
    came = {deal.id: deal for deal in found if deal.id not in older and deal.id not in carried.void}
    found, unpaid = apart([deal for deal in found if deal.id in came], unpaid)
    found, unpaid = originals(found, unpaid, older, carried.left)
    if any(measure.aggregate != "sum" for measure in plan.measures.values()):
        back = [deal for deal in found if deal.original is not None and deal.original.id in left]
        halts += [late(d.id, d.date) for d in back if d.original and d.order < left[d.original.id].order]
    halts += [late(carried.awaited[d.id], None) for d in found if d.id in carried.awaited]
    new = {deal.id for deal in found}
    void = [deal for name, deal in came.items() if name not in new]
    carried.void |= {deal.id: None for deal in void}
    carried.awaited |= {deal.reverses: deal.id for deal in void if deal.reverses is not None}
    carried.deals = layered(older, ((deal.id, deal) for deal in found))
    return found, unpaid, halts


def _split(plan: Plan) -> set[str]:
    """Columns whose cells say how finely money is split among payees."""
    money = [m.value for m in plan.measures.values() if m.unit == "money" and m.value and m.aggregate != "distinct"]
    return {name for value in money for name in columns_of(parse(value))}


def _step(name: str, found: Iterable[Deal], carried: Carried) -> int:
    """Parts of one that make the cells of a column whole, those of earlier runs too."""
    return lcm(carried.steps.get(name, 1), *(deal.numbers[name].denominator for deal in found))


def _clock(plan: Plan) -> tzinfo | None:
    """The zone of the first window with a time of day; moments are booked on the day of its clock."""
    bounds = [x for c in plan.components.values() if c.window is not None for x in (c.window.from_, c.window.until)]
    return next((x.tzinfo for x in bounds if isinstance(x, datetime) and x.tzinfo is not None), None)


def _in_zone(given: Mapping[str, Sequence[Any]], zone: tzinfo) -> list[dict[str, Any]]:
    """The same rows with moments that carry a zone turned into days."""
    names = list(given)
    rows = [dict(zip(names, cells, strict=True)) for cells in zip(*given.values(), strict=True)]
    for row in rows:
        at = moment_of(row.get("date"))
        if isinstance(at, datetime) and at.tzinfo is not None:
            row["date"] = at.astimezone(zone).date()
    return rows


_Names = tuple[dict[str, str], tuple[str, ...], tuple[str, ...], Mapping[str, str], Mapping[str, frozenset[str]]]
"""Number columns, columns that conditions compare, payee columns; the field of each; the numbers of each measure."""


def _deal(plan: Plan, facts: Facts, row: Any, number: int, names: _Names, *, dated: bool) -> tuple[Deal, str]:
    units, texts, payees, own, readers = names
    cells = {name: getattr(row, own[name]) for name in units}
    numbers = {name: Fraction(cell or 0) for name, cell in cells.items()}
    gone = {name for name, cell in cells.items() if cell is None} & {"amount", *chain(*readers.values())}
    lacks = tuple(name for name, columns in readers.items() if columns & gone)
    nothing = len(lacks) == len(readers) or ("amount" in gone and bool(plan.windfall))
    code = "no-amount" if gone and nothing else ""
    words = {name: _text(getattr(row, own[name])) for name in (*payees, *texts, "invoice")}
    if facts.credits is None and not row.reverses and not any(words[name] for name in payees):
        code = "no-payee"
    if row.date is None and dated:
        code = "no-date"
    if not code and plan.fx is None and row.currency not in {None, "", plan.currency}:
        code = "other-currency"
    deal = Deal(
        place=number, id=row.transaction, date=row.date, on=row.date, moment=None, seq=row.seq or 0, numbers=numbers,
        texts=words, reverses=row.reverses or None, currency=row.currency, lacks=lacks or None,
    )  # fmt: skip
    return deal, code


def valued(tree: Expression, numbers: Mapping[str, Fraction], money: Mapping[str, str], minor: int) -> Fraction:
    """What an expression gives for a row: money in major units, other numbers as they are.

    Raises
    ------
    Lacking
        If it divides by zero.
    """
    if isinstance(tree, Num):
        return tree.known
    if isinstance(tree, Col):
        return numbers[tree.name] / minor if money.get(tree.name) == "money" else numbers[tree.name]
    parts = [valued(arg, numbers, money, minor) for arg in tree.args]
    if tree.op in {"min", "max"}:
        return min(parts) if tree.op == "min" else max(parts)
    if tree.op == "/" and parts[1] == 0:
        raise Lacking("division-by-zero")
    left, right = parts
    return {"+": left.__add__, "-": left.__sub__, "*": left.__mul__, "/": left.__truediv__}[tree.op](right)


def lattice(tree: Expression, steps: Mapping[str, int], minor: int) -> int | None:
    """Parts of a minor unit in which an amount of money is cut; None where a column divides, so that it is rounded."""
    found = _steps(tree, steps, minor)
    return None if found is None else found // gcd(minor, found)


def _steps(tree: Expression, steps: Mapping[str, int], minor: int) -> int | None:
    if isinstance(tree, Num):
        return tree.known.denominator
    if isinstance(tree, Col):
        return steps.get(tree.name, minor)
    if tree.op == "/":
        return _divided(tree, steps, minor)
    parts = [_steps(arg, steps, minor) for arg in tree.args]
    whole = [part for part in parts if part is not None]
    if len(whole) < len(parts):
        return None
    return whole[0] * whole[1] if tree.op == "*" else lcm(*whole)


def _divided(tree: Call, steps: Mapping[str, int], minor: int) -> int | None:
    left, right = _steps(tree.args[0], steps, minor), tree.args[1]
    if left is None or not isinstance(right, Num) or right.known == 0:
        return None
    return int(left * (Fraction(1) / right.known).denominator)


def matches(where: Iterable[Where], deal: Deal) -> bool:
    """Whether a transaction meets every condition."""
    return all(_meets(each, deal) for each in where)


def _meets(where: Where, deal: Deal) -> bool:
    if where.column in deal.numbers:
        number = deal.numbers[where.column]
        found = any(_number(value) == number for value in where.values)
    elif where.column in {"transaction", "reverses", "currency"}:
        own = {"transaction": deal.id, "reverses": deal.reverses, "currency": deal.currency}[where.column]
        found = (own or "") in where.values
    else:
        cell = deal.texts.get(where.column)
        found = (cell or "") in where.values or _same_number(cell, where.values)
    return found != where.negated


def _same_number(cell: str | None, values: Sequence[str]) -> bool:
    """Whether a cell that came as a number equals a number of the plan."""
    return isinstance(cell, Figure) and any(_number(value) == cell.number for value in values)


def _number(value: str) -> Fraction | None:
    try:
        return rational(value)
    except InvalidValueError:
        return None


def _text(cell: Any) -> str | None:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, Fraction):
        return Figure.of(cell)
    return None if cell is None else str(cell)


def _kind(cells: Sequence[Any]) -> Any:
    """What a column that is compared holds: numbers, truths, or texts."""
    held = [cell for cell in cells if not t.is_missing(cell)]
    truths = [isinstance(cell, bool) for cell in held]
    if held and all(truths):
        return bool
    return Fraction if held and not any(truths) and all(isinstance(cell, AnyNumber) for cell in held) else str


def _where_findings(
    plan: Plan, units: Mapping[str, str], kinds: Mapping[str, Any], given: Mapping[str, Any] | None
) -> Iterator[Finding]:
    """Conditions that can match nothing: on a column that is not there, or on a number by a text."""
    tests = [(name, where) for name, measure in plan.measures.items() for where in measure.where]
    tests += [(name, where) for name, c in plan.components.items() for where in c.where]
    for name, where in tests:
        place = Place(table="transactions", field=where.column)
        if where.column in kinds and given is not None and where.column not in given:
            yield find("incentives.where-absent", place, column=where.column, measure=name)
        for value in where.values if kinds.get(where.column) is Fraction or where.column in units else ():
            if _number(value) is None:
                yield find("incentives.where-type", place, column=where.column, measure=name, value=value)


def _aside(number: int, row: Mapping[str, Any], report: Report) -> UnpaidRow:
    own: list[Finding] = [f for f in report if f.place.row == number] or list(report.errors[:1])
    name = row.get("transaction")
    return UnpaidRow(
        table="transactions",
        row=str(name if name not in {None, ""} else number),
        code=own[0].code if own else "table.bad-row",
        reason="; ".join(f.what() for f in own),
        transaction=None if name is None else str(name),
    )


def moment_of(cell: object) -> datetime | date | None:
    """A cell of a date as a moment or a day."""
    if isinstance(cell, str):
        text = cell.strip()
        try:
            return datetime.fromisoformat(text) if len(text) > 10 else date.fromisoformat(text)
        except ValueError:
            return None
    return cell if isinstance(cell, date) and not t.is_missing(cell) else None
