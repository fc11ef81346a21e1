"""Who is who on which day: teams, and whom a component is for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs

from salesteam.core import Report
from salesteam.core import _table as t
from salesteam.incentives._days import spans
from salesteam.incentives._frame import PersonRow, UnpaidRow
from salesteam.incentives._model import Plan
from salesteam.incentives._usable import table_of, unpaid_row

__all__ = ["People", "people_of", "placed"]


@attrs.frozen(kw_only=True)
class People:
    """The table `people`, by payee.

    Parameters
    ----------
    rows : tuple of PersonRow
        As read.
    given : bool
        Whether there is such a table.
    extra : mapping of int to mapping
        Other columns of each row, by its position.
    report : Report
        Findings of reading.
    """

    rows: tuple[PersonRow, ...] = ()
    given: bool = False
    extra: Mapping[str, tuple[Any, ...]] = attrs.field(factory=dict)
    report: Report = Report()
    positions: Mapping[str, list[int]] = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        found: dict[str, list[int]] = {}
        for index, row in enumerate(self.rows):
            found.setdefault(row.payee, []).append(index)
        object.__setattr__(self, "positions", found)

    def cell(self, index: int, column: str) -> str | None:
        """One attribute of a row as text."""
        own = getattr(self.rows[index], column, None)
        found = self.extra[column][index] if column in self.extra else own
        return None if found is None else str(found)

    def of(self, payee: str) -> list[int]:
        """Positions of the rows of a payee."""
        return self.positions.get(payee, [])

    def on(self, payee: str, day: date | None) -> int | None:
        """Position of the row that holds on a day."""
        for index in self.of(payee):
            row = self.rows[index]
            if day is None or ((row.start or date.min) <= day < (row.end or date.max)):
                return index
        return None

    def during(self, payee: str, period: str) -> int | None:
        """Position of the last row that overlaps a period."""
        low, high = spans(period)
        found = [
            i
            for i in self.of(payee)
            if (self.rows[i].start or date.min) < high and (self.rows[i].end or date.max) > low
        ]
        return max(found, key=lambda i: self.rows[i].start or date.min) if found else None

    def suits(self, index: int | None, wanted: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether a row matches the `for` of a component."""
        return not wanted or (index is not None and all(self.cell(index, c) in v for c, v in wanted.items()))

    @property
    def dated(self) -> bool:
        """Whether it matters which day it is."""
        return len(self.positions) < len(self.rows) or any(r.start or r.end for r in self.rows)


def people_of(table: Any) -> People:
    """Read the table `people`."""
    if table is None:
        return People()
    rows = t.read_table(table, PersonRow, table="people")
    return People(rows=rows.values, given=True, extra=rows.extra, report=rows.report)


def placed(plan: Plan, stage: t.Stage, people: People, like: Any) -> tuple[t.Stage, list[UnpaidRow], list[str]]:
    """Put the team, and whom each component is for, on every credit.

    Returns
    -------
    tuple of (Stage, list of UnpaidRow, list of str)
        Credits of known payees with ``team`` (number, -1 for none) and ``f_…``; those of unknown ones; team names.
    """
    aimed = {name: c.for_ for name, c in plan.components.items() if c.for_}
    teams = sorted({r.team for r in people.rows if r.team})
    if not people.given:
        return stage.with_columns(team=t.value(-1), **{f"f_{name}": t.value(0) for name in aimed}), [], teams
    keys = ["payee", "date"] if people.dated else ["payee"]
    pairs: list[tuple[str, date | None]]
    if people.dated:
        pairs = [(r["payee"], r["date"]) for r in table_of(t.group(stage, by=keys, rows=("sum", 1)), *keys)]
    else:
        pairs = [(r.payee, None) for r in people.rows]
    rows = []
    for payee, day in pairs:
        index = people.on(payee, day)
        if index is not None:
            team = people.rows[index].team
            flags = {f"f_{name}": int(people.suits(index, wanted)) for name, wanted in aimed.items()}
            rows.append({"payee": payee, "date": day, "team": teams.index(team) if team else -1, **flags})
    fields = {k: t.column(k) for k in (*keys, "team", *(f"f_{name}" for name in aimed))}
    cls = attrs.make_class("PlaceRow", fields, kw_only=True, frozen=True)
    cls.__annotations__ = {k: str if k == "payee" else date if k == "date" else int for k in fields}
    table = t.enter(t.write_rows(rows, cls, like=like))
    table = attrs.evolve(table, proved=frozenset({(frozenset(), tuple(sorted(keys)))}))
    joined = t.barrier(stage.join(table, keys, how="left"))
    unknown = t.col("team").is_missing()
    gone = table_of(joined.filter(unknown), "transaction", "payee")
    unpaid = [unpaid_row("unknown-payee", transaction=r["transaction"], payee=r["payee"]) for r in gone]
    return (joined.filter(~unknown) if gone else joined), unpaid, teams
