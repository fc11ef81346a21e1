"""Who is who, as columns: payees and teams by number, for a table `people` that no day changes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import attrs

from salesteam.core import _table as t
from salesteam.incentives._model import Plan

__all__ = ["Crew", "crew_of", "manned"]

_TEXTS = ("payee", "team", "manager", "role", "grade")
"""Columns of `people` that hold text; whoever has others is read row by row."""
_DATED = frozenset({"start", "end", "participation"})


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Crew:
    """The payees of a run and their teams, each with its number.

    Parameters
    ----------
    stage : Stage
        One row for each payee, in order: who, payee, team (-1 for none), and for each component with `for` whether it
        is for them, ``f_…``.
    groups : tuple of str
        Names of the teams by number.
    given : bool
        Whether there is a table `people`, so that another payee is unknown.
    led : bool
        Whether it names managers, who may have no row of their own.
    """

    stage: t.Stage
    groups: tuple[str, ...]
    given: bool
    led: bool = False

    @cached_property
    def payees(self) -> tuple[str, ...]:
        """Their names by number."""
        return tuple(t.cells(self.stage, "payee")["payee"])


def crew_of(plan: Plan, people: Any, deals: t.Stage) -> Crew | None:
    """Take the table `people` in as columns.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    people : frame or None
        As given.
    deals : Stage
        Credits with their payee.

    Returns
    -------
    Crew or None
        None where the table has to be read row by row: dates, cells that need reading, a payee twice; or where the
        engine does not keep rows in their places.
    """
    if deals.engine != "polars":
        return None
    wanted = {name: c.for_ for name, c in plan.components.items() if c.for_}
    if people is None:
        if wanted:
            return None
        names = sorted(t.distinct(deals, "payee")["payee"])
        return Crew(stage=_numbered(t.begin({"payee": names}, {"payee": "text"})), groups=(), given=False)
    found = _typed(people, {column for c in wanted.values() for column in c})
    if found is None:
        return None
    stage, groups = found
    tests = {f"f_{name}": _suits(columns) for name, columns in wanted.items()}
    stage = stage.with_columns(**tests)
    if "team" in stage.columns:
        places: dict[str, list[Any]] = {"team": list(groups), "group": list(range(len(groups)))}
        table = t.beside(stage, places, {"team": "text", "group": "whole"}, unique=["team"])
        joined = stage.join(table, ["team"], how="left")
        stage = joined.drop("team").with_columns(team=t.col("group").fill(-1)).drop("group")
    kept = ["payee", *(["team"] if "team" in stage.columns else []), *tests]
    led = "manager" in stage.columns
    return Crew(stage=_numbered(stage.select(*kept)), groups=groups, given=True, led=led)


def _numbered(stage: t.Stage) -> t.Stage:
    """Sorted by payee and numbered so."""
    stage = stage if "team" in stage.columns else stage.with_columns(team=t.value(-1))
    made, _ = t.ranked(stage.trust("payee"), "who", ("payee",))
    return made


def _suits(columns: Mapping[str, tuple[str, ...]]) -> t.Expr:
    test: t.Expr | None = None
    for column, values in columns.items():
        each = t.col(column).one_of(list(values))
        test = each if test is None else test & each
    assert test is not None
    return t.when(test, 1, 0)


def _typed(people: Any, more: set[str]) -> tuple[t.Stage, tuple[str, ...]] | None:
    """The table as it is, and the teams, if every cell that is read holds what it should."""
    if t.kind_of(people) in {"rows", "polars-lazy"}:
        return None
    held = t.dtypes_of(people)
    names = [name for name in held if name in _TEXTS or name in more]
    whole = "payee" in names and more <= set(held) and all(held[name] == "text" for name in names)
    if _DATED & set(held) or not whole:
        return None
    stage = t.enter(people, engine="best", only=names)
    if stage.engine != "polars":
        return None
    teams = [name for name in names if name == "team"]
    seen = t.survey(stage, tidy=names, filled=["payee"], apart=["payee"], different=teams)
    if not seen.rows or not seen.tidy or not seen.apart or seen.empty["payee"]:
        return None
    return stage, tuple(sorted(seen.different["team"])) if teams else ()


def manned(stage: t.Stage, crew: Crew) -> t.Stage:
    """Put the number of the payee on every credit, -1 where nobody knows them."""
    names = crew.stage.select("payee", "who").trust("payee")
    return stage.join(names, ["payee"], how="left").with_columns(who=t.col("who").fill(-1))
