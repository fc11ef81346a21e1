"""Open a store, or make a new one."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from salesteam.crm._store._schema import prepare
from salesteam.crm._store._store import Keep, Store
from salesteam.errors import InvalidValueError, StoreError, missing_choice

__all__ = ["KEEP_RAW", "open_store"]

KEEP_RAW: Mapping[str, str] = MappingProxyType(
    {
        "all": "the text of every row, so that a mended mapping can read all of them again without the network",
        "rejects": "the text of rows in quarantine, so that they can be looked at and read again",
        "none": "no text of the source at all",
    }
)
"""What a store keeps of the text that a source sent, with one line on each choice."""

_BUSY = 30.0
_PRAGMAS = ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -8000", "temp_store = FILE")


def open_store(path: str | Path, *, create: bool = True, keep_raw: Keep = "rejects") -> Store:
    """Open a store, or make a new one.

    It holds what customers and colleagues did, so a new file can be read by its owner alone.
    Keep it on a local disk: SQLite cannot lock a file on a network share.

    Parameters
    ----------
    path : str or Path
        The file; ``":memory:"`` for one that is gone when it is closed.
    create : bool, default True
        Whether a file that is not there is made.
    keep_raw : {'all', 'rejects', 'none'}, default 'rejects'
        What is kept of the text that a source sends from now on.

    Returns
    -------
    Store
        To be closed, or used in a ``with`` block.

    Raises
    ------
    StoreError
        If the file is no store, is of a newer version, cannot be opened, or is not there and not to be made.
    InvalidValueError
        For an unknown `keep_raw`.

    Examples
    --------
    >>> with open_store(":memory:") as store:
    ...     store
    <Store :memory:>
    """
    if keep_raw not in KEEP_RAW:
        raise missing_choice("keep_raw", KEEP_RAW, where=repr(keep_raw))
    name = str(path)
    if not name or name.startswith("file:"):
        raise InvalidValueError(f"{name!r} is no file", where="open_store", fix="name a file on a local disk")
    try:
        if name != ":memory:":
            os.close(os.open(name, os.O_RDWR | (os.O_CREAT if create else 0), 0o600))
        connection = sqlite3.connect(name, timeout=_BUSY, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise StoreError(f"{name} cannot be opened as a store: {why}") from None
    try:
        prepare(connection, name)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except (StoreError, sqlite3.Error) as error:
        connection.close()
        if isinstance(error, StoreError):
            raise
        raise StoreError(f"{name} cannot be opened as a store: {error}") from None
    return Store(connection, name, keep_raw=keep_raw)
