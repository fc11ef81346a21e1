"""The verb `pay`: from facts to lines, payouts, and everything that could not be paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from salesteam.core import Finding, Place, Report, find
from salesteam.errors import InvalidValueError, ReportError
from salesteam.incentives import _columnar, _exact
from salesteam.incentives._check import check_plan
from salesteam.incentives._choices import filled
from salesteam.incentives._curves import refs
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._run import Run

__all__ = ["pay"]

_COMPUTED = ("credit", "value", "group", "running_sum", "divide")
"""Where a number outgrows exactness, besides in a component."""


def pay(plan: Plan, facts: Facts, *, as_of: date | None = None) -> Run:
    """Pay a plan on facts: exact, in columns, on the library the frame comes from.

    Transactions become credits, credits lines, lines payouts; rounding happens where the plan says and nowhere else.
    What cannot be paid comes back in `unpaid` with its reason, never silently.

    Parameters
    ----------
    plan : Plan
        Checked first; a plan with errors is refused.
    facts : Facts
        Transactions and what belongs to them.
    as_of : date, optional
        Day of the knowledge for dated parameters; None means everything known by now.

    Returns
    -------
    Run
        Lines, payouts, unpaid, and their explanations.

    Raises
    ------
    ReportError
        If the plan has an error, or the numbers are too large to be exact; all findings are in it.

    Examples
    --------
    >>> from salesteam.incentives import Facts, scheme
    >>> deals = [{"transaction": "T1", "date": "2026-01-05", "amount": "1000", "payee": "ana", "assistant": "bo"}]
    >>> run = pay(scheme("assist_split"), Facts(transactions=deals))
    >>> run.total.text(), [(p.payee, p.pay_minor) for p in run.payouts]
    ('CNY 50.00', [('ana', 4250), ('bo', 750)])
    """
    check_plan(plan).raise_for_errors()
    full = filled(plan)
    Report(_never_known(full, as_of)).raise_for_errors()
    try:
        if _columnar.covers(full, facts):
            return _columnar.run(full, facts, as_of)
        return _exact.run(full, facts, as_of)
    except InvalidValueError as error:
        if error.where in full.components or error.where.startswith(_COMPUTED):
            size = error.what
            finding = find(
                "incentives.scale-overflow", Place(key=error.where), part=error.where, size=size, limit="2**63"
            )
            raise ReportError(Report.of(finding)) from error
        raise


def _never_known(plan: Plan, as_of: date | None) -> Iterator[Finding]:
    for name in refs(plan):
        if plan.parameters[name].on(None, as_of) is None:
            yield find("incentives.parameter-unheard", Place(key=f"parameters.{name}"), name=name, date=as_of)
