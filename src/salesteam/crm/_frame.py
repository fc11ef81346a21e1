"""Columns of what the port tells about itself."""

from __future__ import annotations

import attrs

from salesteam.core import _table

__all__ = ["ReadingRow"]


@attrs.frozen(kw_only=True)
class ReadingRow:
    """How many rows of a source had an outcome."""

    source: str = _table.column("name of the source")
    kind: str = _table.column("kind of record")
    outcome: str = _table.column("read, used, or the reason for setting aside")
    rows: int = _table.column("number of rows")
