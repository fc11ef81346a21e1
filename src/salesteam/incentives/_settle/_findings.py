"""What is worth a question in a settlement: debt that grows, pay that drops, deals that came late."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from salesteam.core import Finding, Money, Place, find
from salesteam.incentives._settle._known import Known
from salesteam.incentives._settle._promise import promise
from salesteam.incentives._settle._rows import StatementRow

if TYPE_CHECKING:
    from salesteam.incentives._settle._settlement import Settlement

__all__ = ["settled_findings"]

_GROWING = 3
"""Periods in a row after which a growing debt is told."""


def settled_findings(made: Settlement, known: Known) -> Iterator[Finding]:
    """Findings about what was settled.

    Parameters
    ----------
    made : Settlement
        The books.
    known : Known
        The facts.

    Yields
    ------
    Finding
        Warnings and notes.
    """
    yield from _entries(made)
    for payee, rows in groupby(made.statements, key=lambda row: row.payee):
        mine = list(rows)
        yield from _growing(made, payee, mine)
        yield from _drops(made, known, payee, mine)


def _entries(made: Settlement) -> Iterator[Finding]:
    gone: dict[str, list[int]] = {}
    for row in made.entries:
        if row.kind != "adjustment":
            continue
        amount = Money(row.amount_minor, made.plan.currency)
        if row.cause == "late transaction":
            yield find(
                "incentives.late-transaction", Place(table="transactions", key=row.transaction),
                transaction=row.transaction, date=row.original, after=row.original,
            )  # fmt: skip
        if row.cause == "withdrawn":
            gone.setdefault(row.original, []).append(row.amount_minor)
        if (row.cause or "").startswith("clawback"):
            code = "incentives.clawback-booked" if row.amount_minor < 0 else "incentives.clawback-given"
            amount = abs(amount)
            yield find(
                code, Place(table="ledger", key=row.entry),
                payee=row.payee, amount=amount, original=row.original,
            )  # fmt: skip
    for period, amounts in gone.items():
        total = Money(sum(amounts), made.plan.currency)
        place = Place(table="transactions", key=period)
        yield find("incentives.lines-withdrawn", place, period=period, count=len(amounts), amount=total)


def _growing(made: Settlement, payee: str, rows: list[StatementRow]) -> Iterator[Finding]:
    """A debt that has grown in each of the last periods."""
    debts = [0, *(row.debt_minor for row in rows)]
    run = 0
    for before, after in pairwise(debts):
        run = run + 1 if after > before else 0
    if run >= _GROWING:
        debt = Money(debts[-1], made.plan.currency)
        yield find(
            "incentives.debt-growing", Place(key=payee), payee=payee, count=run, amount=debt, period=rows[-1].period
        )


def _drops(made: Settlement, known: Known, payee: str, rows: list[StatementRow]) -> Iterator[Finding]:
    """The first period after a draw or guarantee that pays less than the one before."""
    plan = made.plan
    if not plan.draw and not plan.guarantee:
        return
    floors = [promise(plan, known, payee, row.period, made.run.as_of).floor for row in rows]
    least = [max(floor.draw if floor.kind else 0, floor.guarantee) for floor in floors]
    for (was, now), (last, row) in zip(pairwise(least), pairwise(rows), strict=True):
        if was > 0 and now == 0 and row.paid_minor < last.paid_minor:
            before, after = Money(last.paid_minor, plan.currency), Money(row.paid_minor, plan.currency)
            place = Place(key=payee)
            yield find("incentives.ramp-end-drop", place, payee=payee, period=last.period, before=before, after=after)
