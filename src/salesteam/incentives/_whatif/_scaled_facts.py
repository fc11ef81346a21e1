"""The same facts with every amount made larger or smaller: for what a plan costs at another level of sales."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import _table as t
from salesteam.core import exponent, from_minor, rational, rational_text, round_half_up
from salesteam.errors import SalesteamError
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._value import KNOWN_UNITS, columns_of, parse

__all__ = ["scaled_facts"]


def scaled_facts(plan: Plan, facts: Facts, factor: Fraction) -> Facts:
    """Facts in which every deal and every ready measure is multiplied by a factor.

    Amounts are rounded to the minor unit, halves upward; counts that a column holds stay exact; shares and scores are
    as they were, and a measure that counts rows cannot be scaled.

    Parameters
    ----------
    plan : Plan
        Says which columns hold amounts.
    facts : Facts
        Any.
    factor : Fraction
        Such as 6/5.

    Returns
    -------
    Facts
        Transactions and values as rows; the other tables untouched.
    """
    if factor == 1:
        return facts
    transactions = None if facts.transactions is None else _transactions(plan, facts.transactions, factor)
    values = None if facts.values is None else _values(plan, facts.values, factor)
    return attrs.evolve(facts, transactions=transactions, values=values)


def _units(plan: Plan) -> dict[str, str]:
    units: dict[str, str] = {"amount": "money", "cost": "money", "invoiced": "money"}
    for measure in plan.measures.values():
        if measure.value is not None and measure.aggregate == "sum":
            known = {**KNOWN_UNITS, **measure.columns}
            units |= {name: known[name] for name in columns_of(parse(measure.value)) if name in known}
    return units


def _transactions(plan: Plan, table: Any, factor: Fraction) -> list[dict[str, Any]]:
    columns = t.raw_cells(table)
    currencies = columns.get("currency", ())
    for name, unit in _units(plan).items():
        if unit == "money":
            places = [exponent(plan.currency)] * len(next(iter(columns.values()), ()))
            places = [_places(c, p) for c, p in zip(currencies, places, strict=True)] if currencies else places
            if f"{name}_minor" in columns:
                columns[f"{name}_minor"] = _each(columns[f"{name}_minor"], lambda x: round_half_up(x * factor))
            if name in columns:
                columns[name] = [_money(cell, factor, place) for cell, place in zip(columns[name], places, strict=True)]
        elif unit == "count" and name in columns:
            columns[name] = _each(columns[name], lambda x: rational_text(x * factor))
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _places(currency: object, usual: int) -> int:
    try:
        return exponent(str(currency)) if currency else usual
    except SalesteamError:
        return usual


def _number(cell: object) -> Fraction | None:
    """A cell as an exact number; None if it is none, and then it stays as it is."""
    if cell is None or isinstance(cell, bool):
        return None
    try:
        return rational(cell if isinstance(cell, (int, Fraction)) else str(cell))
    except SalesteamError:
        return None


def _each(cells: Iterable[Any], change: Callable[[Fraction], Any]) -> list[Any]:
    found = []
    for cell in cells:
        number = _number(cell)
        found.append(cell if number is None else change(number))
    return found


def _money(cell: Any, factor: Fraction, places: int) -> Any:
    number = _number(cell)
    if number is None:
        return cell
    under: int = 10**places
    return rational_text(Fraction(round_half_up(number * factor * under), under))


def _values(plan: Plan, table: Any, factor: Fraction) -> list[dict[str, Any]]:
    columns = t.raw_cells(table)
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return [_value(plan, row, factor) for row in rows]


def _value(plan: Plan, row: Mapping[str, Any], factor: Fraction) -> dict[str, Any]:
    name = str(row.get("measure", ""))
    measure = plan.measures.get(name.removesuffix(".attainment"))
    number = _number(row.get("value"))
    if measure is None or number is None or (measure.unit == "share" and not name.endswith(".attainment")):
        return dict(row)
    scaled = number * factor
    if measure.unit == "money" and not name.endswith(".attainment"):
        scaled = Fraction(from_minor(round_half_up(scaled * 10 ** exponent(plan.currency)), plan.currency))
    return {**row, "value": rational_text(scaled)}
