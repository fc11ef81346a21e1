"""Where a stage came from, and the hidden numbers of the rows that entered."""

from __future__ import annotations

from typing import Any

import attrs

__all__ = ["ROW", "Origin", "bare", "collected", "is_polars"]

ROW = "__row"
"""Hidden column that numbers the rows of the frame that entered, from 0; a total order by itself."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Origin:
    """Where a stage came from, so that it can leave as the same kind.

    Parameters
    ----------
    kind : str
        As `kind_of` gives it.
    native : native frame
        What entered.
    index : pandas index or None
        Its index, if it has one.
    """

    kind: str
    native: Any
    index: Any = None


def is_polars(frame: Any) -> bool:
    return type(frame).__module__.partition(".")[0] == "polars"


def bare(frame: Any) -> Any:
    """A frame that Polars computes as Polars has it: building expressions through narwhals takes ten times as long."""
    if is_polars(frame) or not frame.implementation.is_polars():
        return frame
    import narwhals as nw

    return nw.to_native(frame)


def collected(frame: Any) -> Any:
    """A lazy frame, computed; by Polars in whole columns, which keeps rows in their places.

    Its engine that streams takes half as long again for little frames, and more memory for what is sorted or summed.
    """
    return frame.collect(engine="in-memory") if is_polars(frame) else frame.collect()
