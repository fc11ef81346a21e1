"""The facts that the pay of one payee stands on, out of many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from salesteam.core import _table as t
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._path import Path

if TYPE_CHECKING:
    from salesteam.incentives._columnar._run import ColumnarRun

__all__ = ["own_facts"]

_FEW = 20_000
"""Credits that are paid one by one faster than they are sorted out."""


def own_facts(run: ColumnarRun, payee: str) -> Facts:
    """The facts of a run without transactions that cannot move the pay of a payee.

    Parameters
    ----------
    run : ColumnarRun
        Any run.
    payee : str
        Whose pay is asked about.

    Returns
    -------
    Facts
        All of them where everybody's numbers count, or where there are few.
    """
    kinds = _kinds(run.plan)
    if "all" in kinds or t.ranges(run.credits_stage, ["credit"])["credit"].rows <= _FEW:
        return run.facts
    names = {payee}
    if "team" in kinds:
        rows = run.numbers.people.rows
        teams = {row.team for row in rows if row.payee == payee and row.team}
        names |= {row.payee for row in rows if row.team in teams}
    return attrs.evolve(run.facts, transactions=_rows_of(run, names))


def _kinds(plan: Plan) -> set[str]:
    """Whose numbers bend or make any pay: the payee's, a team's, or everybody's."""
    texts = [m.measure for m in plan.modifiers] + [test.measure for g in plan.gates for test in g.tests]
    paths = [path for text in texts if (path := Path.parse(text)) is not None]
    found = {"team" if path.team else plan.measures[path.measure].scope for path in paths}
    return found | {"all" for c in plan.components.values() if c.method == "pool"}


def _rows_of(run: ColumnarRun, names: set[str]) -> list[Mapping[str, Any]]:
    """The transactions that name somebody, with those that they reverse."""
    frame = run.facts.transactions
    payees = [rule.to for rule in run.plan.crediting] or ["payee"]
    cells = t.raw_cells(frame)
    size = len(cells["transaction"])
    picked = {i for column in payees for i, name in enumerate(cells.get(column, ())) if name in names}
    taken = {cells["reverses"][i] for i in picked} - {None, ""} if "reverses" in cells else set()
    picked |= {i for i in range(size) if cells["transaction"][i] in taken} if taken else set()
    return [{name: cells[name][i] for name in cells} for i in sorted(picked)]
