"""Columns in and out: leads, seats, holdings and the like from any frame, decisions and candidates to one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from salesteam.core import Report
from salesteam.core._table import read_rows, write_rows

__all__ = ["read", "shape", "write"]

T = TypeVar("T")


def read(
    given: Any, cls: type[T], *, table: str, currency: str | None = None, zone: str | None = None
) -> tuple[tuple[T, ...], Report]:
    """Take nouns as they are, or read them from any frame.

    Parameters
    ----------
    given : frame or iterable of nouns
        Any frame that the library reads, a list of mappings, or nouns already.
    cls : type
        Noun of each row.
    table : str
        Name of the table, for the findings.
    currency : str, optional
        ISO 4217 code; needed where money is in major units.
    zone : str, optional
        IANA name of the zone of instants that carry none; without it they are findings.

    Returns
    -------
    tuple of (tuple of nouns, Report)
        The usable rows; what is wrong with the others.
    """
    if isinstance(given, (list, tuple, set, frozenset)) and all(isinstance(each, cls) for each in given):
        return tuple(given), Report()
    if isinstance(given, Iterable) and iter(given) is given:
        return read(tuple(given), cls, table=table, currency=currency, zone=zone)
    return read_rows(given, cls, table=table, currency=currency, zone=zone)


def shape(given: Any, cls: type) -> Any:
    """What results are written like: the frame that was given; None, for pandas, where it was nouns."""
    if isinstance(given, (list, tuple)):
        return None if all(isinstance(each, cls) for each in given) else given
    return None if isinstance(given, Iterable) and iter(given) is given else given


def write(values: Iterable[object], cls: type, like: Any = None) -> Any:
    """Write rows as a frame: of the kind of `like`, pandas without it."""
    return write_rows(values, cls, like=like)
