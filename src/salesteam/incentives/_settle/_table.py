"""The statement as a table: each payee and period, from opening to closing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from salesteam.incentives._days import spans
from salesteam.incentives._model import Plan
from salesteam.incentives._settle._close import debts
from salesteam.incentives._settle._rows import LedgerRow, StatementRow

__all__ = ["own_rows", "statements"]

_COLUMNS: Mapping[str, str] = {"adjustment": "adjustments_minor"}


def own_rows(rows: Iterable[LedgerRow], plan: Plan) -> tuple[LedgerRow, ...]:
    """The entries of a plan; those that name none are taken for its own."""
    return tuple(row for row in rows if row.plan in {None, "", plan.plan})


def statements(rows: Iterable[LedgerRow], plan: Plan) -> tuple[StatementRow, ...]:
    """One row for each payee and each period with an entry, sorted so.

    Parameters
    ----------
    rows : iterable of LedgerRow
        All entries of the plan.
    plan : Plan
        Whose draw it is.
    """
    by_payee: dict[str, dict[str, list[LedgerRow]]] = {}
    for row in rows:
        by_payee.setdefault(row.payee, {}).setdefault(row.booked_period, []).append(row)
    recoverable = any(draw.kind != "non_recoverable" for draw in plan.draw)
    advanced = any(draw.kind == "advance" for draw in plan.draw)
    found: list[StatementRow] = []
    for payee in sorted(by_payee):
        opening = 0
        past: list[LedgerRow] = []
        for period in sorted(by_payee[payee], key=spans):
            mine = by_payee[payee][period]
            past += mine
            sums = dict.fromkeys(
                ("earned", "adjustment", "held", "released", "draw", "recovery", "carry", "forfeited", "paid"), 0
            )
            for row in mine:
                sums[row.kind] += row.amount_minor
            settled = -sum(row.amount_minor for row in mine if row.kind == "paid" and row.cause != "advance")
            closing = opening + sum(sums.values())
            debt = sum(debts(past, recoverable=recoverable).values())
            columns = {_COLUMNS.get(kind, f"{kind}_minor"): amount for kind, amount in sums.items() if kind != "paid"}
            found.append(
                StatementRow(
                    payee=payee,
                    period=period,
                    opening_minor=opening,
                    paid_minor=-sums["paid"],
                    closing_minor=closing,
                    debt_minor=debt,
                    settled_minor=settled if advanced else None,
                    **columns,
                )
            )
            opening = closing
    return tuple(found)
