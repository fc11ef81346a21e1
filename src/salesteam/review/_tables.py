"""The results of a review as tidy tables, and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from salesteam import whys
from salesteam.core import _table
from salesteam.review._review import Review

__all__ = ["as_json", "tables"]

_TOO_LONG = frozenset({"lines", "transactions", "metrics_by_day"})


@attrs.frozen(kw_only=True)
class _Account:
    table: str = _table.column("name of the table")
    outcome: str = _table.column("looked at, used, the reason for leaving out, or rows made")
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
    parts: Iterable[tuple[str, Any]] = (
        ("readings", review.facts.records),
        ("transactions", review.facts.transactions),
        ("metrics_by_day", review.facts.metrics),
        *_quality(review),
        *_goals(review),
        ("chart", review.duties.matrix if review.duties else None),
        ("decisions", review.desk.allocation if review.desk else None),
        ("proposals", review.desk.proposals if review.desk else None),
        ("collisions", review.desk.collisions if review.desk else None),
        *((f"why_{number}", opening) for number, opening in enumerate(_openings(review), start=1)),
        ("findings", review.report),
    )
    made = {name: part.to_frame() for name, part in parts if part is not None}
    return {"accounts": _accounts(review), **made, **_pay(review)}


def _openings(review: Review) -> tuple[whys.Opening, ...]:
    return review.inquiry.openings if review.inquiry else ()


def _quality(review: Review) -> Iterator[tuple[str, Any]]:
    quality = review.quality
    if quality is not None:
        yield "completeness", quality.completeness
        for number, rule in enumerate(quality.timeliness):
            name = f"timeliness_{rule.basis}_{rule.clock}"
            same = sum((each.basis, each.clock) == (rule.basis, rule.clock) for each in quality.timeliness[:number])
            yield f"{name}_{same + 1}" if same else name, rule
        yield "adoption", quality.adoption
        yield "traces", quality.trace


def _goals(review: Review) -> Iterator[tuple[str, Any]]:
    standing = review.standing
    if standing is not None:
        yield "metrics", standing.now
        yield "metrics_before", standing.before
        yield "scores", standing.scores
        yield "cascade", standing.cascade
        yield "contributions", standing.attribution
        yield "investigations", standing.watch
        yield "shares", _Shares(review)


def _pay(review: Review) -> dict[str, Any]:
    """The tables of each plan; with the name of the plan in front where there are several."""
    runs = review.earnings.runs if review.earnings else ()
    alone = len(runs) == 1
    return {
        name if alone else f"{_file(paid.run.plan.plan)}_{name}": paid.run.to_frame(name)
        for paid in runs
        for name in ("payouts", "lines", "attainment", "unpaid")
    }


def _file(name: str) -> str:
    """A name that is safe as the name of a file."""
    return re.sub(r"[^\w.-]", "_", name).strip(".") or "plan"


def _accounts(review: Review) -> Any:
    rows = []
    for table in review.facts.tables:
        counts = (("looked at", table.looked_at), ("used", table.used), *table.left_out, ("rows", len(table)))
        rows += [_Account(table=table.name, outcome=outcome, rows=count) for outcome, count in counts]
    return _table.write_rows(rows, _Account)


@attrs.frozen
class _Shares:
    """The shares of a review, as a table."""

    review: Review

    def to_frame(self) -> Any:
        assert self.review.standing is not None
        rows = [
            _ShareRow(
                period=self.review.period.name,
                person=share.person,
                target=float(share.target),
                actual=float(share.actual),
                attainment=None if share.attainment is None else float(share.attainment),
            )
            for share in self.review.standing.shares
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
