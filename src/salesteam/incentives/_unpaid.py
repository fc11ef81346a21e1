"""Rows that cannot be paid, each with the words of its finding."""

from __future__ import annotations

from typing import Any

from salesteam.core import Place, find
from salesteam.incentives._frame import UnpaidRow

__all__ = ["unpaid_row"]


def unpaid_row(code: str, *, table: str = "transactions", **values: Any) -> UnpaidRow:
    """One row of `unpaid`, with the words of its finding."""
    keys = {k: values.get(k) for k in ("transaction", "payee", "period", "component")}
    row = next((str(v) for v in (keys["transaction"], keys["payee"]) if v is not None), "")
    finding = find(f"incentives.{code}", Place(table=table, key=row), **{"table": table, **values})
    return UnpaidRow(table=table, row=row, code=finding.code, reason=finding.what(), finding=finding, **keys)
