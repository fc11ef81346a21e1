"""Quotas, targets and ready values of a run."""

from __future__ import annotations

from typing import Any

from salesteam.incentives._columnar._numbers import Numbers
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._people import People
from salesteam.incentives._posted import posted

__all__ = ["numbers_of"]


def numbers_of(
    plan: Plan, facts: Facts, people: People, periods: tuple[str, ...], known_as_of: Any
) -> tuple[Numbers, list[UnpaidRow]]:
    """Read quotas, targets and values.

    Returns
    -------
    tuple of (Numbers, list of UnpaidRow)
        Without sums yet; and the rows that come twice, or that no period, payee or measure of the plan can use.
    """
    read = posted(plan, facts)
    ready = read.settled
    found = Numbers(
        plan=plan, people=people, periods=periods, known_as_of=known_as_of, quotas=read.quotas, targets=read.targets,
        values=ready, moves={key: (value,) for key, value in ready.items()}, sums=lambda _measure, _kind: {},
        report=read.report,
    )  # fmt: skip
    return found, read.back
