"""The verb `settle`: from what was earned to what is paid, in books that are never edited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import attrs

from salesteam.core import Finding, Place, Report, find
from salesteam.errors import InvalidValueError, nearest
from salesteam.incentives._days import ONCE, period_of, spans
from salesteam.incentives._model import Plan
from salesteam.incentives._run import Run
from salesteam.incentives._settle._asof import as_known
from salesteam.incentives._settle._book import Book, read_ledger
from salesteam.incentives._settle._close import Close
from salesteam.incentives._settle._earned import earned_of
from salesteam.incentives._settle._findings import settled_findings
from salesteam.incentives._settle._known import Known, known_of
from salesteam.incentives._settle._settlement import Settlement

__all__ = ["settle", "touched_periods"]


def settle(
    run: Run, ledger: Any = None, *, open_period: str | None = None, periods: Sequence[str] | None = None
) -> Settlement:
    """Settle a run: release, guarantee, draw, money back, and the entries that the books still lack.

    What was earned in the open period is booked as it is; what has changed in earlier ones is booked there as one
    signed adjustment for each changed line, with its original period and cause.
    Entries are only ever added, so settling the same twice adds nothing.
    Without a ledger each period that the facts touch is closed in turn, as it was known at its end.
    A plan whose status is ``shadow`` pays nobody and writes nothing.

    Parameters
    ----------
    run : Run
        Of `pay`, on all facts to date, not on those of the open period alone, and not with `resume`.
    ledger : frame, list of mappings, or Settlement, optional
        The entries so far; without it, the table `ledger` of the facts.
    open_period : str, optional
        The period whose books are open. By default the last that the facts touch; the periods before it that have no
        entries yet are closed first.
    periods : sequence of str, optional
        The periods to close in turn, instead of those that the facts touch.

    Returns
    -------
    Settlement
        The ledger, old and new; the statement; what everyone is paid.

    Raises
    ------
    ReportError
        If an entry of the ledger cannot be read, or the plan does not say what these facts ask, such as what becomes
        of a total below zero.
    InvalidValueError
        If the open period is no pay period of the plan, or lies before one that has entries; if the run has gone on
        from an earlier one.

    Examples
    --------
    >>> from salesteam.incentives import Facts, pay, plan_of
    >>> plan = plan_of(
    ...     {
    ...         "currency": "CNY",
    ...         "period": "month",
    ...         "negative_period": "carry",
    ...         "measures": {"sales": {"unit": "money", "value": "amount"}},
    ...         "components": {"c": {"measure": "sales", "method": "flat", "rate": "10%"}},
    ...         "draw": {"kind": "recoverable", "amount": 2000, "repay_from": "above_draw"},
    ...     }
    ... )
    >>> deals = [
    ...     {"transaction": "T1", "date": "2026-01-05", "amount": "15000", "payee": "ana"},
    ...     {"transaction": "T2", "date": "2026-02-05", "amount": "30000", "payee": "ana"},
    ... ]
    >>> settled = settle(pay(plan, Facts(transactions=deals)))
    >>> [settled.paid("ana", month).text() for month in ("2026-01", "2026-02")]
    ['CNY 2,000.00', 'CNY 2,500.00']
    """
    if not run.whole:
        raise InvalidValueError(
            "the run has gone on from an earlier one, and has the lines of its new rows alone",
            where="run", fix="settle a run of all transactions: pay(plan, facts) without resume",
        )  # fmt: skip
    plan = run.plan
    old = ledger.ledger if isinstance(ledger, Settlement) else ledger if ledger is not None else run.facts.ledger
    rows = read_ledger(old, plan)
    known = known_of(run.facts, plan.currency)
    book = Book(plan=plan, old=rows)
    found: list[Finding] = [*known.report, *_unheard(plan, known)]
    last = None
    silent = plan.status == "shadow"
    if silent:
        found.append(find("incentives.shadow-unpaid", Place(key="status"), plan=plan.plan))
    in_turn = [] if silent else _open(run, known, book, open_period, periods)
    for period in in_turn:
        at_close = as_known(run, known, period, closed=period != in_turn[-1])
        as_of = _known_on(run, period, closed=period != in_turn[-1])
        close = Close(book=book, run=at_close, earned=earned_of(at_close), known=known, period=period, as_of=as_of)
        problems = close.all()
        Report(problems).raise_for_errors()
        found += problems
        last = period
    made = Settlement(
        run=run, old=rows, entries=tuple(book.new), report=Report(found), open_period=last or open_period or ONCE
    )
    return attrs.evolve(made, report=Report(dict.fromkeys([*found, *settled_findings(made, known)])))


def touched_periods(run: Run) -> list[str]:
    """The periods that `settle` closes in turn where nobody names any, in order."""
    return sorted(_touched(run, known_of(run.facts, run.plan.currency)), key=spans)


def _unheard(plan: Plan, known: Known) -> Iterator[Finding]:
    """Kinds of events that no term of the plan is about: misspelt, or meant for something else."""
    heard = {rule.on for rule in plan.clawback} | {m.event for r in plan.release for m in r.milestones}
    heard |= {r.until for r in plan.release if isinstance(r.until, str)}
    kinds = {event.kind for events in known.events.values() for event in events}
    for kind in sorted(kinds - heard):
        near = nearest(kind, heard) or tuple(sorted(heard)) or ("—",)
        yield find("incentives.event-unheard", Place(table="events", key=kind), kind=kind, near=near)


def _known_on(run: Run, period: str, *, closed: bool) -> date | None:
    """Last day of the knowledge that the books of a period rest on."""
    end = spans(period)[1]
    last = None if end == date.max else date.fromordinal(end.toordinal() - 1)
    if run.as_of is None or last is None:
        return run.as_of or last
    return min(run.as_of, last) if closed else run.as_of


def _open(run: Run, known: Known, book: Book, open_period: str | None, periods: Sequence[str] | None) -> list[str]:
    """The periods to close, in order."""
    plan = run.plan
    touched = sorted(set(periods) if periods is not None else _touched(run, known), key=spans)
    closed = book.periods
    if open_period is not None:
        at = spans(open_period)
        if plan.period != ONCE and open_period != period_of(plan, at[0]):
            raise InvalidValueError(
                f"{open_period} is no pay period of plan {plan.plan}",
                where="open_period", fix=f"write a {plan.period}, such as {period_of(plan, at[0])}",
            )  # fmt: skip
        if closed and spans(closed[-1]) > at:
            raise InvalidValueError(
                f"{open_period} is closed: the ledger has entries of {closed[-1]}",
                where="open_period", fix="open a period that is not before the last one with entries",
            )  # fmt: skip
        return [open_period] if closed else [*(p for p in touched if spans(p) < at), open_period]
    if not closed:
        return touched
    later = [p for p in touched if spans(p) > spans(closed[-1])]
    return later or [closed[-1]]


def _touched(run: Run, known: Known) -> Iterable[str]:
    """Periods of the pay, those in which something happened to a deal, and all between them: a draw is due in each."""
    plan = run.plan
    if plan.period == ONCE:
        return set(run.periods) or {ONCE}
    first = min((spans(name)[0] for name in run.periods), default=date.max)
    found = {*run.periods, *(period_of(plan, day) for day in known.days if day >= first)} - {ONCE}
    return set(_between(plan, found)) if found else found


def _between(plan: Plan, periods: Iterable[str]) -> Iterator[str]:
    """The pay periods from the first of some to the last."""
    ordered = sorted(periods, key=spans)
    at = ordered[0]
    while spans(at) < spans(ordered[-1]):
        yield at
        at = period_of(plan, spans(at)[1])
    yield ordered[-1]
