"""Everything that has to be known of a table before a run, in one pass where the engine can do so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import attrs

from salesteam.core._table._expr import col
from salesteam.core._table._lookup import tidy as is_tidy
from salesteam.core._table._origin import collected
from salesteam.core._table._proofs import Range, ranges
from salesteam.core._table._small import counted, distinct, dtypes_of, tells_apart
from salesteam.core._table._stage import Stage

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Survey", "survey"]


_DAY = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
"""A day in each unit that moments are counted in."""


@attrs.frozen(kw_only=True)
class Survey:
    """What is known of a table.

    Parameters
    ----------
    rows : int
        Number of rows.
    ranges : mapping of str to Range
        Of whole columns.
    empty : mapping of str to int
        Cells of text columns that hold nothing, or the empty text; cells of others that hold nothing.
    different : mapping of str to list
        The different cells of columns, without the empty ones, in no order.
    tidy : bool
        Whether no text that was asked about is empty or padded.
    apart : bool
        Whether no two rows have the same cells in the columns that were asked about.
    late : bool
        Whether some moment that was asked about is no midnight.
    """

    rows: int
    ranges: Mapping[str, Range]
    empty: Mapping[str, int]
    different: Mapping[str, list[Any]]
    tidy: bool
    apart: bool
    late: bool


def survey(
    stage: Stage,
    *,
    whole: Sequence[str] = (),
    filled: Sequence[str] = (),
    different: Sequence[str] = (),
    tidy: Sequence[str] = (),
    apart: Sequence[str] = (),
    midnight: Sequence[str] = (),
) -> Survey:
    """Look at a table once.

    Parameters
    ----------
    stage : Stage
        Any.
    whole : sequence of str
        Whole columns to measure.
    filled : sequence of str
        Columns whose empty cells to count.
    different : sequence of str
        Columns whose different cells to list; few.
    tidy : sequence of str
        Text columns that shall hold no empty and no padded text.
    apart : sequence of str
        Columns that shall tell rows apart, without empty cells.
    midnight : sequence of str
        Days, or moments without zone that shall be midnights.

    Returns
    -------
    Survey
        What is asked for; for what is not, nothing is wrong.

    Examples
    --------
    >>> from salesteam.core._table import begin
    >>> deals = begin({"deal": ["D1", "D1"], "units": [3, None]}, {"deal": "text", "units": "whole"})
    >>> found = survey(deals, whole=["units"], apart=["deal"])
    >>> found.rows, found.ranges["units"].missing, found.apart
    (2, 1, False)
    """
    if stage.engine != "polars":
        return _bit_by_bit(stage, whole, filled, different, tidy=tidy, apart=apart, midnight=midnight)
    stage.need([*whole, *filled, *different, *tidy, *apart, *midnight], where="survey")
    columns = (tuple(names) for names in (whole, filled, different, tidy, apart, midnight))
    schema = stage.schema
    asked = _questions(tuple((name, schema[name]) for name in (*filled, *midnight)), *columns)
    found = collected(stage.frame.select(**asked)).row(0, named=True)
    measured = {}
    for name in whole:
        low, high = found[f"low {name}"], found[f"high {name}"]
        missing = found[f"missing {name}"]
        measured[name] = Range(low=low or 0, high=high or 0, missing=missing, rows=found["rows"])
    return Survey(
        rows=found["rows"],
        ranges=measured,
        empty={name: found[f"empty {name}"] for name in filled},
        different={name: list(found[f"different {name}"]) for name in different},
        tidy=not any(found[f"untidy {name}"] for name in tidy),
        apart=not apart or not found["twice"] or tells_apart(stage, *apart),
        late=any(found.get(f"late {name}") for name in midnight),
    )


@lru_cache(maxsize=256)
def _questions(dtypes: tuple[tuple[str, Any], ...], *columns: tuple[str, ...]) -> dict[str, pl.Expr]:
    """What Polars is asked about such columns, in the order of `survey`; made once for all tables that have them."""
    import polars as pl

    whole, filled, different, tidy, apart, midnight = columns
    schema = dict(dtypes)
    asked: dict[str, pl.Expr] = {"rows": pl.len()}
    for name in whole:
        asked |= {f"low {name}": pl.col(name).min(), f"high {name}": pl.col(name).max()}
        asked[f"missing {name}"] = pl.col(name).null_count()
    for name in filled:
        text = schema[name] == pl.String
        none = pl.col(name).is_null() | (pl.col(name) == "") if text else pl.col(name).is_null()
        asked[f"empty {name}"] = none.sum()
    for name in different:
        asked[f"different {name}"] = pl.col(name).drop_nulls().unique().implode()
    for name in tidy:
        bad = (pl.col(name) == "") | (pl.col(name).str.strip_chars() != pl.col(name))
        asked[f"untidy {name}"] = bad.any()
    if apart:
        hashed = (pl.col(*apart) if len(apart) == 1 else pl.struct(*apart)).hash()
        asked["twice"] = hashed.sort().n_unique() < pl.len()
    for name in midnight:
        if schema[name] != pl.Date:
            day = _DAY[schema[name].time_unit]
            asked[f"late {name}"] = (pl.col(name).to_physical() % day != 0).any()
    return asked


def _bit_by_bit(
    stage: Stage,
    whole: Sequence[str],
    filled: Sequence[str],
    different: Sequence[str],
    *,
    tidy: Sequence[str],
    apart: Sequence[str],
    midnight: Sequence[str],
) -> Survey:
    """The same, one question after the other."""
    held = dtypes_of(stage)

    def empty(name: str) -> int:
        none = col(name).fill("") == "" if held[name] == "text" else col(name).is_missing()
        return counted(stage.filter(none))

    def late(name: str) -> bool:
        lib = stage.lib
        moments = stage.frame.filter(~lib.col(name).is_null()).filter(lib.col(name) != lib.col(name).dt.truncate("1d"))
        return bool(len(collected(moments.select(name).head(1))))

    return Survey(
        rows=counted(stage),
        ranges=ranges(stage, whole) if whole else {},
        empty={name: empty(name) for name in filled},
        different={name: distinct(stage, name)[name] for name in different},
        tidy=not tidy or is_tidy(stage, *tidy),
        apart=not apart or tells_apart(stage, *apart),
        late=any(held[name] == "moment" and late(name) for name in midnight),
    )
