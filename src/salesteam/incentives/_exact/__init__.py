"""Pay one row at a time, in exact fractions: the whole language of plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from salesteam.core import Finding
from salesteam.incentives._exact._carried import State
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._run import Run

__all__ = ["run", "unfit"]


def run(plan: Plan, facts: Facts, as_of: date | None, periods: Sequence[str] = (), resume: State | None = None) -> Run:
    """Pay a plan.

    Parameters
    ----------
    plan : Plan
        Checked, with its bundle filled in.
    facts : Facts
        What it is paid on.
    as_of : date or None
        Day of the knowledge.
    periods : sequence of str
        Pay periods to pay besides those that the facts touch.
    resume : State, optional
        Where an earlier run stood.

    Returns
    -------
    Run
        Every table made.
    """
    from salesteam.incentives._exact._pipeline import run as made

    return made(plan, facts, as_of, periods, resume)


def unfit(plan: Plan) -> list[Finding]:
    """What of a plan needs all rows at once, so that no run goes on from an earlier one."""
    from salesteam.incentives._exact._guard import unfit as told

    return told(plan)
