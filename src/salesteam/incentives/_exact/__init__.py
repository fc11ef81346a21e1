"""Pay one row at a time, in exact fractions: the whole language of plans."""

from __future__ import annotations

from datetime import date

from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._run import Run

__all__ = ["run"]


def run(plan: Plan, facts: Facts, as_of: date | None) -> Run:
    """Pay a plan."""
    from salesteam.incentives._exact._pipeline import run as made

    return made(plan, facts, as_of)
