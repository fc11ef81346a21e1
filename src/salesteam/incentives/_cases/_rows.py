"""Pick the row of an output table that an expected row is about."""

from __future__ import annotations

from salesteam.incentives._cases._claim import RowClaim
from salesteam.incentives._cases._figure import Figure
from salesteam.incentives._cases._outcome import Outcome, Row
from salesteam.incentives._cases._tables import OUTPUT

__all__ = ["pick"]


def pick(wanted: RowClaim, rows: list[Row], made: Outcome, table: str) -> list[Row]:
    """The rows that the keys of an expected row fit; it should be one.

    Parameters
    ----------
    wanted : RowClaim
        The expected row.
    rows : list of mappings
        The table.
    made : Outcome
        Where it comes from.
    table : str
        Its name.

    Returns
    -------
    list of mappings
        All that fit. What came back for several reasons is told apart by its code, and what came back several times for
        one reason is the same; what came back for a payee and a whole period is about each of its transactions.
    """
    found = [row for row in rows if all(_fits(table, name, figure, row, made) for name, figure in wanted.keys.items())]
    if table != "unpaid":
        return found
    deal = next((wanted.keys[name] for name in ("transaction", "row") if name in wanted.keys), None)
    if not found and deal is not None:
        others = {name: figure for name, figure in wanted.keys.items() if name not in {"transaction", "row", "table"}}
        found = [
            row
            for row in rows
            if made.covers(row, deal.written)
            and all(_fits(table, name, figure, row, made) for name, figure in others.items())
        ]
    if len(found) > 1 and "code" in wanted.cells:
        return [row for row in found if wanted.cells["code"].agrees(row["code"])][:1] or found
    return found if any(row != found[0] for row in found) else found[:1]


def _fits(table: str, name: str, figure: Figure, row: Row, made: Outcome) -> bool:
    got = row.get(name)
    names = made.called(got) if OUTPUT[table][name] == "period" and got is not None else (got,)
    return any(figure.agrees(each) for each in names)
