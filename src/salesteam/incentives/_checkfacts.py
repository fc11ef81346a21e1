"""Findings about a plan on its facts: stub."""

from __future__ import annotations

from datetime import date

from salesteam.core import Report
from salesteam.incentives._model import Facts, Plan

__all__ = ["check_facts"]


def check_facts(plan: Plan, facts: Facts, as_of: date | None) -> Report:
    """Nothing yet."""
    del plan, facts, as_of
    return Report()
