"""Why a run cannot go on from an earlier one, found on the way."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from salesteam.core import Finding, Place, find

if TYPE_CHECKING:
    from salesteam.incentives._exact._book import Book

__all__ = ["changed", "halt", "late"]


def changed(of: str, key: str, row: str | None = None) -> Finding:
    """What an earlier run was paid on is not what it was."""
    return find("incentives.resume-changed", Place(key=row or key), of=of, key=key)


def late(name: str, day: date | None) -> Finding:
    """A transaction has its place before one that an earlier run has paid."""
    return find("incentives.resume-late", Place(table="transactions", key=name), transaction=name, date=day or "—")


def halt(book: Book, of: str, payee: str, when: str) -> None:
    """Remember that what was paid for a component stands differently now, and cannot be paid again without its rows."""
    found = changed("plan" if of == "plan" else f"components.{of}", f"{payee}, {when}", payee)
    book.halts += [] if found in book.halts else [found]
