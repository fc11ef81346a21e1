"""The verb `pay`: from facts to lines, payouts, and everything that could not be paid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import attrs

from salesteam.core import Finding, Place, Report, find
from salesteam.core import _table as t
from salesteam.errors import InvalidValueError
from salesteam.incentives import _columnar, _exact
from salesteam.incentives._check import refused
from salesteam.incentives._component import Component
from salesteam.incentives._curves import refs
from salesteam.incentives._exact._carried import State
from salesteam.incentives._filled import filled
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._quota import Quota
from salesteam.incentives._run import Run
from salesteam.incentives._terms import Draw, Guarantee

__all__ = ["pay"]

_COMPUTED = ("credit", "value", "group", "running_sum", "divide")
"""Where a number can outgrow 64 bits in columns, besides in a component; then it is computed one row at a time."""


def pay(
    plan: Plan, facts: Facts, *, as_of: date | None = None, periods: Sequence[str] = (), resume: State | None = None
) -> Run:
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
    periods : sequence of str
        Pay periods to look at besides those that the facts touch, such as ``"2026-03"``.
    resume : State, optional
        `state` of an earlier run of the plan: the facts hold the transactions that have come since, and all other
        tables as they are now; of `credits` the rows of those transactions are enough.
        Payouts, attainment and unpaid are those of all transactions, to the cent as one run of them all would give;
        credits, lines and portions those of the new ones, and of whole periods what they move since the earlier run.
        The cost follows the new rows and the size of the other tables, not the transactions paid before.

    Returns
    -------
    Run
        Lines, payouts, unpaid, and their explanations.

    Raises
    ------
    InvalidValueError
        If what is passed is no plan, or no facts.
    ReportError
        If the plan has an error, or the numbers are too large to be exact; if a run cannot go on from an earlier one:
        the plan needs all rows at once (``resume-unfit``) or is another (``resume-plan``), a row belongs before one
        that was paid (``resume-late``), what was paid on has changed (``resume-changed``). All findings are in it.

    Examples
    --------
    >>> from salesteam.incentives import Facts, scheme
    >>> deals = [{"transaction": "T1", "date": "2026-01-05", "amount": "1000", "payee": "ana", "assistant": "bo"}]
    >>> run = pay(scheme("assist_split"), Facts(transactions=deals))
    >>> run.total.text(), [(p.payee, p.pay_minor) for p in run.payouts]
    ('CNY 50.00', [('ana', 4250), ('bo', 750)])
    """
    _meant(plan, facts)
    refused(plan).raise_for_errors()
    given = facts
    facts = attrs.evolve(facts, **{each.name: t.gathered(getattr(facts, each.name)) for each in attrs.fields(Facts)})
    full = _counting(filled(plan), facts)
    facts = _listed(full, facts, () if resume is None else resume.carried.payees)
    Report(_never_known(plan, as_of)).raise_for_errors()
    made = _made(full, facts, as_of, periods) if resume is None else _resumed(full, facts, as_of, periods, resume)
    spread = given.transactions is not facts.transactions
    return attrs.evolve(made, like=given.transactions) if spread else made


def _made(full: Plan, facts: Facts, as_of: date | None, periods: Sequence[str]) -> Run:
    """The run, by the engine that fits."""
    if _columnar.covers(full, facts) and not periods:
        try:
            return _columnar.run(full, facts, as_of)
        except InvalidValueError as error:
            if error.where not in full.components and not error.where.startswith(_COMPUTED):
                raise
    return _exact.run(full, facts, as_of, periods)


def _resumed(full: Plan, facts: Facts, as_of: date | None, periods: Sequence[str], resume: State) -> Run:
    """The run that goes on from an earlier one."""
    Report(_exact.unfit(full)).raise_for_errors()
    if resume.plan != full:
        was = resume.plan
        told = find("incentives.resume-plan", Place(key=full.plan), name=was.plan, version=was.version)
        Report.of(told).raise_for_errors()
    return _exact.run(full, facts, as_of, periods, resume)


def _counting(plan: Plan, facts: Facts) -> Plan:
    """The plan in which a count without a value is of transactions, unless it comes ready."""
    ready = () if facts.values is None else t.raw_cells(facts.values).get("measure", ())
    counts = {
        name: attrs.evolve(m, value="1")
        for name, m in plan.measures.items()
        if m.aggregate == "count" and m.value is None and name not in ready
    }
    return attrs.evolve(plan, measures={**plan.measures, **counts}) if counts else plan


def _listed(plan: Plan, facts: Facts, before: Iterable[str]) -> Facts:
    """The facts with everyone named listed as people, where nobody is listed and a `for` of the plan names payees."""
    parts: list[Component | Quota | Draw | Guarantee]
    parts = [*plan.components.values(), *plan.quotas, *plan.draw, *plan.guarantee]
    named = [name for part in parts for name in part.for_.get("payee", ())]
    if facts.people is not None or not named:
        return facts
    columns = [rule.to for rule in plan.crediting] or ["payee"]
    for table, keys in (("transactions", columns), ("credits", ["payee"]), ("values", ["payee"])):
        frame = getattr(facts, table)
        cells = {} if frame is None else t.raw_cells(frame)
        named += [str(cell).strip() for key in keys for cell in cells.get(key, ()) if not t.is_missing(cell)]
    return attrs.evolve(facts, people=[{"payee": name} for name in dict.fromkeys([*before, *named]) if name])


def _meant(plan: object, facts: object) -> None:
    """Refuse what is no plan, or no facts."""
    if not isinstance(plan, Plan):
        kind = type(plan).__name__
        raise InvalidValueError(f"a {kind} is no plan", where="pay", fix="pass inc.load(path) or inc.plan_of({…})")
    if not isinstance(facts, Facts):
        kind = type(facts).__name__
        raise InvalidValueError(f"a {kind} is no Facts", where="pay", fix="pass inc.Facts(transactions=frame, …)")


def _never_known(plan: Plan, as_of: date | None) -> Iterator[Finding]:
    for name in refs(plan):
        if plan.parameters[name].on(None, as_of) is None:
            yield find("incentives.parameter-unheard", Place(key=f"parameters.{name}"), name=name, date=as_of)
