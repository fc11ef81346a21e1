"""The verb `compare`: several plans on the same facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from salesteam.errors import InvalidValueError
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._pay import pay
from salesteam.incentives._whatif._comparison import Comparison
from salesteam.incentives._whatif._metrics import metrics

__all__ = ["compare"]


def compare(
    plans: Mapping[str, Plan],
    facts: Facts,
    as_of: date | None = None,
    *,
    revenue: object = None,
    benefits: object = 0,
) -> Comparison:
    """Pay several plans on the same facts and show who wins, who loses, and what each costs.

    Use it before a plan is changed, and to run a pilot beside the current plan: a plan with the status ``shadow`` is
    computed and shown, and pays nobody.

    Parameters
    ----------
    plans : mapping of str to Plan
        Name to plan; the others are compared with the first.
    facts : Facts
        What they are paid on.
    as_of : date, optional
        Day of the knowledge.
    revenue : number or str, optional
        Sales in major units for CCOS; all deals once if left out.
    benefits : number or str, default 0
        What else the payees cost, in major units; part of CCOS.

    Returns
    -------
    Comparison
        Differences by payee and component, metrics, cost curve, attainment.

    Raises
    ------
    InvalidValueError
        Without a plan, or if the plans have different currencies.
    ReportError
        If a plan has an error.

    Examples
    --------
    >>> from salesteam.incentives import Facts, scheme
    >>> plan = scheme("assist_split")
    >>> deals = [{"transaction": "T1", "date": "2026-01-05", "amount": "1000", "payee": "ana"}]
    >>> found = compare({"now": plan, "6 %": plan.set(rate="6%")}, Facts(transactions=deals))
    >>> print(found.winners())
    Who wins against now
    Plan  Payee        now       Then  Difference  Mostly by
    ----  -----  ---------  ---------  ----------  -----------------------
    6 %   ana    CNY 50.00  CNY 60.00  CNY +10.00  commission (CNY +10.00)
    """
    if not plans:
        raise InvalidValueError("no plan", where="compare", fix="give at least one plan by name")
    currencies = sorted({plan.currency for plan in plans.values()})
    if len(currencies) > 1:
        raise InvalidValueError(
            f"the plans pay in {' and '.join(currencies)}", where="compare", fix="compare plans of one currency"
        )
    runs = {name: pay(plan, facts, as_of=as_of) for name, plan in plans.items()}
    return Comparison(
        runs=runs, metrics={name: metrics(run, revenue=revenue, benefits=benefits) for name, run in runs.items()}
    )
