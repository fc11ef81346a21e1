"""The noun of a transaction with just the columns that a plan reads, whatever their names are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import _table as t

__all__ = ["deal_row"]


def deal_row(
    units: Mapping[str, str], kinds: Mapping[str, Any], payees: Sequence[str]
) -> tuple[Any, Mapping[str, str]]:
    """The noun of a row of `transactions`, and the field of each column that the plan names.

    Parameters
    ----------
    units : mapping of str to str
        Number columns and what they count; money is read in minor units.
    kinds : mapping of str to type
        Columns that conditions compare, and what they hold.
    payees : sequence of str
        Columns that name payees.

    Returns
    -------
    tuple
        An attrs class, whose fields are numbered, since a column may be called `Sales Rep`; column to field.
    """
    fields: dict[str, Any] = {
        "transaction": (str, t.column("id of the deal")),
        "date": (date | None, t.column("booking day", default=None)),
        "seq": (int | None, t.column("order within a day", default=None)),
        "reverses": (str | None, t.column("deal that it takes back", default=None)),
        "currency": (str | None, t.column("ISO 4217", default=None)),
    }
    named = {"invoice": str, **kinds, **dict.fromkeys(payees, str), **dict.fromkeys(units, Fraction)}
    names = {column: f"own_{index}" for index, column in enumerate(named)}
    for column, kind in named.items():
        if units.get(column) == "money":
            fields[names[column]] = (int | None, t.column(column, "minor units", default=None, key=f"{column}_minor"))
        else:
            fields[names[column]] = (kind | None, t.column(column, default=None, key=column))
    row = attrs.make_class("Transaction", {key: field for key, (_, field) in fields.items()}, kw_only=True, frozen=True)
    row.__annotations__ = {key: kind for key, (kind, _) in fields.items()}
    return row, names
