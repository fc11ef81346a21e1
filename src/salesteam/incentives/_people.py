"""Who is who on which day: teams, and whom a component is for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

import attrs

from salesteam.core import Report
from salesteam.core import _table as t
from salesteam.incentives._days import spans
from salesteam.incentives._frame import PersonRow, UnpaidRow
from salesteam.incentives._held import Clash, held
from salesteam.incentives._model import Plan
from salesteam.incentives._unpaid import unpaid_row

__all__ = ["People", "Placed", "people_of", "placed"]


@attrs.frozen(kw_only=True, slots=False)
class People:
    """The table `people`, by payee.

    Parameters
    ----------
    rows : tuple of PersonRow
        As read, and cut so that each day of somebody has one row at the most.
    given : bool
        Whether there is such a table.
    extra : mapping of int to mapping
        Other columns of each row, by its position.
    report : Report
        Findings of reading.
    clashes : tuple of Clash
        Days for which rows differed.
    """

    rows: tuple[PersonRow, ...] = ()
    given: bool = False
    extra: Mapping[str, tuple[Any, ...]] = attrs.field(factory=dict)
    report: Report = Report()
    clashes: tuple[Clash, ...] = ()
    positions: Mapping[str, list[int]] = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        found: dict[str, list[int]] = {}
        for index, row in enumerate(self.rows):
            found.setdefault(row.payee, []).append(index)
        object.__setattr__(self, "positions", found)

    @cached_property
    def only_managers(self) -> frozenset[str]:
        """Whom others name as their manager and who have no row of their own: known, and nothing more."""
        told = self.positions.keys() | {clash.payee for clash in self.clashes}
        return frozenset(row.manager for row in self.rows if row.manager) - told

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

    def stranger(self, transaction: str, payee: str, day: date | None) -> UnpaidRow:
        """What comes back of a credit for which nobody is found: rows that disagree about the day, or none."""
        for clash in self.clashes:
            if clash.payee == payee and clash.holds is None and (day is None or clash.start <= day < clash.end):
                about: dict[str, Any] = {"of": "people", "period": clash.days, "one": clash.one, "two": clash.two}
                return unpaid_row("rows-disagree", transaction=transaction, payee=payee, **about)
        return unpaid_row("unknown-payee", transaction=transaction, payee=payee)

    def during(self, payee: str, period: str, *, first: bool = False) -> int | None:
        """Position of the last row that overlaps a period, or of the first."""
        if not self.dated:
            return next(iter(self.of(payee)), None)
        found = self.within(payee, period)
        return (min if first else max)(found, key=lambda i: self.rows[i].start or date.min) if found else None

    def within(self, payee: str, period: str) -> list[int]:
        """Positions of the rows that overlap a period."""
        low, high = spans(period)
        return [
            i
            for i in self.of(payee)
            if (self.rows[i].start or date.min) < high and (self.rows[i].end or date.max) > low
        ]

    def suits(self, index: int | None, wanted: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether a row matches the `for` of a component."""
        return not wanted or (index is not None and all(self.cell(index, c) in v for c, v in wanted.items()))

    def above(self, payee: str, day: date | None, *, deep: bool = True) -> list[str]:
        """The managers of a payee on a day, from the nearest upward; only the nearest if not `deep`."""
        found: list[str] = []
        at = self.on(payee, day)
        while at is not None and (manager := self.rows[at].manager) and manager not in {payee, *found}:
            found.append(manager)
            at = self.on(manager, day) if deep else None
        return found

    @cached_property
    def dated(self) -> bool:
        """Whether it matters which day it is."""
        return len(self.positions) < len(self.rows) or any(r.start or r.end for r in self.rows)


@attrs.frozen(kw_only=True, eq=False)
class Placed:
    """Credits with their people.

    Parameters
    ----------
    stage : Stage
        Credits of known payees.
    payees, teams : tuple of str
        Their names by number.
    unpaid : tuple of UnpaidRow
        Credits of unknown payees.
    """

    stage: t.Stage
    payees: tuple[str, ...]
    teams: tuple[str, ...]
    unpaid: tuple[UnpaidRow, ...]


def people_of(table: Any) -> People:
    """Read the table `people`."""
    if table is None:
        return People()
    read = t.read_table(table, PersonRow, table="people")
    found = held(read.values, read.extra, read.numbers)
    extra = {name: tuple(cells[at] for at in found.origins) for name, cells in read.extra.items()}
    report = read.report + Report(clash.finding() for clash in found.clashes)
    return People(rows=found.rows, given=True, extra=extra, report=report, clashes=found.clashes)


def placed(plan: Plan, stage: t.Stage, people: People) -> Placed:
    """Put the number of the payee, of the team, and whom each component is for, on every credit.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    stage : Stage
        Credits, of payees alone.
    people : People
        Who is who.

    A reversal is placed by the day of its original.

    Returns
    -------
    Placed
        Credits of known payees with ``who``, ``team`` (-1 for none) and ``f_…``.
    """
    names = t.distinct(stage, "payee")
    payees = sorted(names["payee"])
    teams = sorted({r.team for r in people.rows if r.team})
    parts, keys = [stage], ["payee"]
    if people.dated:
        keys = ["payee", "on" if "on" in stage.columns else "date"]
        undated = t.col("date").is_missing()
        if plan.period == "once" and t.distinct(stage.with_columns(late=undated), "late")["late"] != [False]:
            parts = [stage.filter(~undated), stage.filter(undated)]
    asked = [names if keys == ["payee"] else t.distinct(parts[0], *keys), names]
    made = [_placed(plan, part, people, asked[i], payees, teams) for i, part in enumerate(parts)]
    known = made[0][0] if len(made) == 1 else t.stack([part for part, _ in made])
    return Placed(
        stage=known, payees=tuple(payees), teams=tuple(teams), unpaid=tuple(row for _, gone in made for row in gone)
    )


def _placed(
    plan: Plan, stage: t.Stage, people: People, found: dict[str, list[Any]], payees: list[str], teams: list[str]
) -> tuple[t.Stage, list[UnpaidRow]]:
    """Look the people of a stage up by payee, or by payee and day."""
    aimed = {name: c.for_ for name, c in plan.components.items() if c.for_}
    keys = list(found)
    number = {payee: index for index, payee in enumerate(payees)}
    place = {team: index for index, team in enumerate(teams)}
    days = found.get(keys[-1], []) if len(keys) > 1 else [None] * len(found["payee"])
    at = [people.on(payee, day) for payee, day in zip(found["payee"], days, strict=True)]
    held = [None if index is None else people.rows[index].team for index in at]
    columns: dict[str, list[Any]] = {
        **found,
        "who": [number[payee] for payee in found["payee"]],
        "team": [place[team] if team else -1 for team in held],
        **{f"f_{name}": [int(people.suits(i, wanted)) for i in at] for name, wanted in aimed.items()},
    }
    known = [i is not None or payee in people.only_managers for payee, i in zip(found["payee"], at, strict=True)]
    unknown = people.given and not all(known)
    if unknown:
        columns["known"] = [int(each) for each in known]
    dtypes: dict[str, Any] = {k: {"payee": "text", "date": "date", "on": "date"}.get(k, "whole") for k in columns}
    joined = stage.join(t.beside(stage, columns, dtypes, unique=keys), keys, how="inner")
    if not unknown:
        return joined, []
    gone = t.rows_of(joined.filter(t.col("known") == 0), "transaction", *keys)
    day = keys[-1] if len(keys) > 1 else ""
    unpaid = [people.stranger(r["transaction"], r["payee"], r.get(day)) for r in gone]
    return joined.filter(t.col("known") == 1).drop("known"), unpaid
