"""What a caller chose for a sync, and how failures of the store are told from those of the source."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from fractions import Fraction
from types import TracebackType
from typing import Any

import attrs

from salesteam.crm._clock import Clock, SystemClock
from salesteam.crm._store._store import Store
from salesteam.crm._sync._report import SyncProgress
from salesteam.errors import InvalidValueError

__all__ = ["EVER", "Guarded", "Limits", "Rules", "StoreBrokenError"]

EVER = datetime.max.replace(tzinfo=UTC)


class StoreBrokenError(Exception):
    """The store could not be written: a full disk, a file that is locked or broken."""


def _one_or_more(_: object, attribute: attrs.Attribute[int], value: int) -> None:
    if value < 1:
        raise InvalidValueError(f"{value} is too small", where=f"Limits.{attribute.name}", fix="give 1 or more")


@attrs.frozen(kw_only=True)
class Limits:
    """How much a sync takes at once, how patient it is, when it stops, and by which clock.

    Parameters
    ----------
    page_size : int, default 1000
        Records a page at the most.
    tries : int, default 5
        How often a call that fails in passing is made before the sync ends as resumable.
    longest_wait : float, default 600
        Seconds; a source that asks for more ends the sync as resumable.
    max_reject_share : Fraction, default 1/20
        A kind of which more is rejected stops before the page that passes it, from 20 rows on.
    max_sweep_share : Fraction, default 1/5
        To delete more than this share of a kind, and more than 10 records, is refused.
    clock : Clock
        The computer's if not given.

    Raises
    ------
    InvalidValueError
        If `page_size` or `tries` is less than 1.

    Examples
    --------
    >>> Limits(page_size=200).tries
    5
    """

    page_size: int = attrs.field(default=1000, validator=_one_or_more)
    tries: int = attrs.field(default=5, validator=_one_or_more)
    longest_wait: float = 600.0
    max_reject_share: Fraction = Fraction(1, 20)
    max_sweep_share: Fraction = Fraction(1, 5)
    clock: Clock = attrs.field(factory=SystemClock, eq=False)


def _digests(given: str | Iterable[str]) -> frozenset[str]:
    """One digest, or several."""
    return frozenset([given] if isinstance(given, str) else given)


@attrs.frozen(kw_only=True)
class Rules:
    """Everything that the caller chose for a sync, and whether the source is doubted to be there."""

    limits: Limits
    restart: bool = False
    accept_older: bool = False
    accept: frozenset[str] = attrs.field(default=frozenset(), converter=_digests)
    sweep: bool = False
    doubted: bool = False
    progress: Callable[[SyncProgress], None] | None = None


@attrs.define
class Guarded:
    """A transaction of the store whose failures are the store's, not the adapter's."""

    store: Store
    inner: Any = None

    def __enter__(self) -> sqlite3.Connection:
        self.inner = self.store.transaction()
        try:
            connection: sqlite3.Connection = self.inner.__enter__()
        except sqlite3.Error as error:
            raise StoreBrokenError(str(error)) from error
        return connection

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self.inner.__exit__(kind, error, at)
        except sqlite3.Error as broken:
            raise StoreBrokenError(str(broken)) from broken
        if isinstance(error, sqlite3.Error):
            raise StoreBrokenError(str(error)) from error
