"""Facts as they were known on a day, for books that were closed then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import attrs

from salesteam.core import _table as t
from salesteam.errors import InvalidValueError, ReportError
from salesteam.incentives._curves import refs
from salesteam.incentives._days import WITHIN_PERIOD, spans
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._pay import pay
from salesteam.incentives._run import Run
from salesteam.incentives._settle._known import Known

__all__ = ["as_known"]


def as_known(run: Run, known: Known, period: str, *, closed: bool) -> Run:
    """The run as it was known at the end of a period; the run itself if nothing later can change what was earned then.

    Parameters
    ----------
    run : Run
        As known now.
    known : Known
        Its facts.
    period : str
        The period that closes.
    closed : bool
        Whether it was closed at its end, so that numbers of the plan that became known later were not known either;
        in the open period all of them are, and only what happened later is left out.

    Returns
    -------
    Run
        Paid again on the facts dated before the end of the period, where that matters.
    """
    end = spans(period)[1]
    if end == date.max or not _matters(run.plan, known, run, end, closed=closed):
        return run
    more = (period,) if _waits(run.plan) else ()
    last = date.fromordinal(end.toordinal() - 1)
    cut = _cut(run.facts, end)
    if not closed:
        return pay(run.plan, cut, as_of=run.as_of, periods=more)
    learnt = min(run.as_of, last) if run.as_of is not None else last if _learns(run.plan, end) else None
    try:
        return pay(run.plan, cut, as_of=learnt, periods=more)
    except ReportError:
        return pay(run.plan, cut, as_of=run.as_of, periods=more)


def _matters(plan: Plan, known: Known, run: Run, end: date, *, closed: bool) -> bool:
    kinds = {rule.on for rule in plan.clawback}
    struck = any(
        e.kind in kinds and e.date is not None and e.date >= end for events in known.events.values() for e in events
    )
    held = any(gate.when == "interval_end" for gate in plan.gates)
    longer = any(c.accumulate not in WITHIN_PERIOD for c in plan.components.values())
    rerated = longer and (held or plan.parameters_at == "period_end")
    more = any(spans(name)[1] > end for name in run.periods)
    if longer and _waits(plan):
        return True
    return struck or (closed and _learns(plan, end)) or (rerated and more)


def _waits(plan: Plan) -> bool:
    """Whether a gate says what holds until its interval is over, so that it matters which periods are known."""
    return any(gate.meanwhile is not None for gate in plan.gates)


def _learns(plan: Plan, end: date) -> bool:
    """Whether a number of the plan became known after a day."""
    used = [plan.parameters[name] for name in refs(plan) if name in plan.parameters]
    return any(v.known_from is not None and v.known_from >= end for p in used for v in p.values)


def _cut(facts: Facts, end: date) -> Facts:
    def kept(table: Any, key: str, day: Callable[[Any], date | None]) -> Any:
        if table is None:
            return None
        cells = t.raw_cells(table)
        rows: list[Mapping[str, Any]] = [
            dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)
        ]
        days = (day(row.get(key)) for row in rows)
        return [row for row, on in zip(rows, days, strict=True) if on is None or on < end]

    return attrs.evolve(
        facts,
        transactions=kept(facts.transactions, "date", _day),
        receipts=kept(facts.receipts, "date", _day),
        events=kept(facts.events, "date", _day),
        log=kept(facts.log, "date", _day),
        values=kept(facts.values, "period", _start),
    )


def _day(cell: object) -> date | None:
    """The day of a cell, as tables hold it; None if it is no day."""
    if cell != cell:  # noqa: PLR0124 -- nothing but a missing cell of pandas differs from itself
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(str(cell).strip()[:10])
    except ValueError:
        return None


def _start(cell: object) -> date | None:
    try:
        return spans(str(cell))[0] if cell else None
    except InvalidValueError:
        return None
