"""Columns looked up in small tables by day or by number, and text that is known to be tidy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from salesteam.core._table._frames import Dtype
from salesteam.core._table._origin import collected
from salesteam.core._table._proofs import fresh
from salesteam.core._table._small import beside
from salesteam.core._table._stage import Stage
from salesteam.core._table._standing import native, over
from salesteam.errors import InvalidValueError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["ByDay", "named", "tidy"]


class ByDay:
    """Whole numbers that hang on the day of a row alone, put on as many stages as need them.

    Parameters
    ----------
    days : sequence of date
        Each day that occurs, once.
    columns : mapping of str to list of int
        New columns, with the number of each day.

    Examples
    --------
    >>> from salesteam.core._table import begin, cells
    >>> deals = begin({"on": [date(2026, 1, 2), None]}, {"on": "date"})
    >>> cells(ByDay([date(2026, 1, 1), date(2026, 1, 2)], {"p": [0, 7]}).put(deals, "on"), "p")
    {'p': [7, None]}
    """

    def __init__(self, days: Sequence[date], columns: Mapping[str, list[int]]) -> None:
        self._days, self._columns = days, columns

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that it adds."""
        return tuple(self._columns)

    @cached_property
    def _dense(self) -> tuple[int, dict[str, pl.Expr]]:
        """The first day, and for each column the numbers of all days from it to the last."""
        import polars as pl

        first = min(self._days)
        places = [(day - first).days for day in self._days]
        found = {}
        for name, numbers in self._columns.items():
            dense: list[int | None] = [None] * (max(places) + 1)
            for place, number in zip(places, numbers, strict=True):
                dense[place] = number
            found[name] = pl.lit(pl.Series(dense, dtype=pl.Int64))
        return (first - date(1970, 1, 1)).days, found

    def put(self, stage: Stage, on: str) -> Stage:
        """Put the numbers on rows.

        Parameters
        ----------
        stage : Stage
            Any.
        on : str
            A column of days.

        Returns
        -------
        Stage
            Same rows; empty where the row has no day.
        """
        if not self._columns:
            return stage
        for name in self._columns:
            fresh(stage, name, where="by_day")
        if stage.engine != "polars" or not self._days:
            made: dict[str, list[Any]] = {on: list(self._days), **self._columns}
            dtypes: dict[str, Dtype] = dict.fromkeys(self._columns, "whole")
            return stage.join(beside(stage, made, {on: "date", **dtypes}, unique=[on]), [on], how="left")
        import polars as pl

        first, dense = self._dense
        place = pl.col(on).cast(pl.Int32) - first
        found = {name: cells.gather(place) for name, cells in dense.items()}
        return over(stage, native(stage).with_columns(**found), *found)


def named(stage: Stage, table: Stage, key: str, *, proved: bool = False) -> Stage:
    """Put the columns of a table on rows that hold its row number.

    Parameters
    ----------
    stage : Stage
        Any; its column `key` holds numbers from 0.
    table : Stage
        Its column `key` holds 0, 1, 2 and so on, in that order.
    key : str
        The number of both.
    proved : bool, default False
        Whether the caller has proved that the table is numbered so; looked at otherwise.

    Returns
    -------
    Stage
        Same rows, in their places where they had one.

    Examples
    --------
    >>> from salesteam.core._table import begin, cells
    >>> names = begin({"who": [0, 1], "payee": ["ana", "bo"]}, {"who": "whole", "payee": "text"})
    >>> cells(named(begin({"who": [1, 0]}, {"who": "whole"}), names, "who"), "payee")
    {'payee': ['bo', 'ana']}
    """
    stage.need([key], where="named")
    table.need([key], where="named")
    names = [name for name in table.columns if name != key]
    for name in names:
        fresh(stage, name, where="named")
    if stage.engine != "polars" or table.engine != "polars":
        return stage.join(table.select(key, *names).trust(key), [key], how="inner")
    import polars as pl

    held = collected(native(table).select(key, *names)) if table.ready is None else table.ready
    if not proved and held[key].to_list() != list(range(held.height)):
        raise InvalidValueError(f"{key} does not count the rows", where="named", fix="sort the table by it")
    found = {name: pl.lit(held[name]).gather(pl.col(key)) for name in names}
    return over(stage, native(stage).with_columns(**found), *found)


def tidy(stage: Stage, *names: str) -> bool:
    """Whether text columns hold no empty and no padded text, so that reading them cell by cell would change nothing.

    Parameters
    ----------
    stage : Stage
        Any.
    *names : str
        Text columns; cells without text are allowed.

    Returns
    -------
    bool
        Whether they are.

    Examples
    --------
    >>> from salesteam.core._table import begin
    >>> tidy(begin({"payee": ["ana", None]}, {"payee": "text"}), "payee")
    True
    >>> tidy(begin({"payee": [" ana"]}, {"payee": "text"}), "payee")
    False
    """
    stage.need(names, where="tidy")
    lib = stage.lib
    tests = [((lib.col(name) == "") | (lib.col(name).str.strip_chars() != lib.col(name))).any() for name in names]
    if not tests:
        return True
    found = collected(stage.frame.select(*(test.alias(f"t{i}") for i, test in enumerate(tests))))
    return not any(found[name].to_list()[0] for name in found.columns)
