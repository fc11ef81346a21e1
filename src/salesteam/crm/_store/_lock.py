"""One run at a time over a store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from salesteam.errors import StoreError

__all__ = ["hold"]


@contextmanager
def hold(path: str) -> Iterator[None]:
    """Hold the store of a file, by a lock beside it; a process that dies lets go of it."""
    if path == ":memory:":
        yield
        return
    lock = sqlite3.connect(f"{path}-lock", timeout=0, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        raise StoreError(f"{path} is held by another run: wait until it is done ({error})") from None
    try:
        yield
    finally:
        lock.close()
