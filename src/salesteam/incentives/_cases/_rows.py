"""Pick the row of an output table that an expected row is about."""

from __future__ import annotations

from typing import Any

from salesteam.incentives._cases._claim import RowClaim
from salesteam.incentives._cases._figure import Figure, period_name
from salesteam.incentives._cases._outcome import Row
from salesteam.incentives._cases._tables import OUTPUT

__all__ = ["pick"]


def pick(table: str, wanted: RowClaim, rows: list[Row]) -> list[Row]:
    """The rows that the keys of an expected row fit; it should be one.

    Parameters
    ----------
    table : str
        Name of the output table.
    wanted : RowClaim
        The expected row.
    rows : list of mappings
        The table.

    Returns
    -------
    list of mappings
        All that fit. What came back for several reasons is told apart by its code.
    """
    kinds = OUTPUT[table]
    found = [
        row for row in rows if all(_fits(kinds[name], figure, row.get(name)) for name, figure in wanted.keys.items())
    ]
    if table == "unpaid" and len(found) > 1 and "code" in wanted.cells:
        found = [row for row in found if wanted.cells["code"].agrees(row["code"])][:1] or found
    return found


def _fits(kind: str, figure: Figure, got: Any) -> bool:
    return figure.agrees(period_name(got) if kind == "period" and got is not None else got)
