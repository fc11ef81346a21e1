"""The results of a review as tidy tables, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from salesteam.core import _table
from salesteam.review._review import Review

__all__ = ["as_json", "tables"]

_TOO_LONG = frozenset({"lines", "transactions", "metrics_by_day"})


@attrs.frozen(kw_only=True)
class _Account:
    table: str = _table.column("name of the table")
    outcome: str = _table.column("looked at, rows, or the reason for leaving out")
    rows: int = _table.column("number of rows")


@attrs.frozen(kw_only=True)
class _ShareRow:
    period: str = _table.column("period of the review")
    person: str = _table.column("id of the person")
    target: float | None = _table.column("part of the cascaded target", "unit of the metric")
    actual: float | None = _table.column("what they brought", "unit of the metric")
    attainment: float | None = _table.column("actual over target", "share", default=None)


def tables(review: Review) -> Mapping[str, Any]:
    """Every result as a pandas frame, by name."""
    made: dict[str, Callable[[], Any]] = {
        "readings": review.facts.records.to_frame,
        "accounts": lambda: _accounts(review),
    }
    if review.facts.transactions is not None:
        made["transactions"] = review.facts.transactions.to_frame
    if review.facts.metrics is not None:
        made["metrics_by_day"] = review.facts.metrics.to_frame
    standing, desk, duties = review.standing, review.desk, review.duties
    if standing is not None:
        parts: dict[str, Any] = {
            "metrics": standing.now,
            "metrics_before": standing.before,
            "scores": standing.scores,
            "cascade": standing.cascade,
            "contributions": standing.attribution,
            "investigations": standing.watch,
        }
        made |= {name: part.to_frame for name, part in parts.items() if part is not None}
        made["shares"] = lambda: _shares(review)
    if duties is not None:
        made["chart"] = duties.matrix.to_frame
    if desk is not None:
        made["decisions"] = desk.allocation.to_frame
        made["proposals"] = desk.proposals.to_frame
        made["collisions"] = desk.collisions.to_frame
    if review.earnings is not None:
        for paid in review.earnings.runs:
            name = paid.run.plan.plan
            alone = len(review.earnings.runs) == 1
            for table in ("payouts", "lines", "attainment", "unpaid"):
                made[table if alone else f"{name}_{table}"] = lambda run=paid.run, table=table: run.to_frame(table)
    if review.inquiry is not None:
        for number, opening in enumerate(review.inquiry.openings, start=1):
            made[f"why_{number}"] = opening.to_frame
    made["findings"] = review.report.to_frame
    return {name: make() for name, make in made.items()}


def _accounts(review: Review) -> Any:
    rows = [
        _Account(table=table.name, outcome=outcome, rows=count)
        for table in review.facts.tables
        for outcome, count in (("looked at", table.looked_at), ("rows", len(table)), *table.left_out)
    ]
    return _table.write_rows(rows, _Account)


def _shares(review: Review) -> Any:
    assert review.standing is not None
    rows = [
        _ShareRow(
            period=review.period.name,
            person=share.person,
            target=float(share.target),
            actual=float(share.actual),
            attainment=None if share.attainment is None else float(share.attainment),
        )
        for share in review.standing.shares
    ]
    return _table.write_rows(rows, _ShareRow)


def as_json(review: Review, lang: str) -> str:
    """The review as JSON text."""
    whole = {
        "format": "salesteam-review/1",
        "title": review.title(lang),
        "as_of": review.as_of.isoformat(),
        "period": review.period.name,
        "currency": review.playbook.header.currency,
        "missing": list(review.playbook.missing),
        "tables": {
            name: json.loads(frame.to_json(orient="records", date_format="iso", default_handler=str))
            for name, frame in review.tables().items()
            if not any(name.endswith(long) for long in _TOO_LONG)
        },
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)
