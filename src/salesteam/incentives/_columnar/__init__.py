"""Pay in columns: the stages of a run over frames of any size, for the plans that `covers` accepts.

Everything that this package pays, `salesteam.incentives._exact` pays to the same cent, one row at a time.
"""

from __future__ import annotations

from datetime import date

from salesteam.incentives._columnar._covers import covers
from salesteam.incentives._columnar._run import ColumnarRun
from salesteam.incentives._model import Facts, Plan

__all__ = ["covers", "run"]


def run(plan: Plan, facts: Facts, as_of: date | None) -> ColumnarRun:
    """Pay a plan that `covers` accepts.

    Parameters
    ----------
    plan : Plan
        Checked, with its bundle filled in.
    facts : Facts
        What it is paid on.
    as_of : date or None
        Day of the knowledge.

    Returns
    -------
    ColumnarRun
        Its tables are made when they are asked for.
    """
    from salesteam.incentives._columnar._pay import run as made

    return made(plan, facts, as_of)
