"""Who was forgotten: known by a hash alone, so that no later reading takes them in again."""

from __future__ import annotations

import sqlite3

import attrs

from salesteam.crm._record import Record
from salesteam.crm._ref import Ref, nameless
from salesteam.crm._references import references

__all__ = ["Forgotten"]


@attrs.frozen
class Forgotten:
    """The persons that a store has forgotten, by the names that they have now."""

    refs: frozenset[Ref]

    @classmethod
    def of(cls, connection: sqlite3.Connection) -> Forgotten:
        """Read who was forgotten."""
        return cls(
            frozenset(Ref(*row) for row in connection.execute("SELECT source, kind, external_id FROM forgotten"))
        )

    def __contains__(self, ref: Ref) -> bool:
        return bool(self.refs) and nameless(ref) in self.refs

    def hide(self, record: Record) -> Record:
        """The record, pointing to the hashes of those who were forgotten."""
        return references(record, lambda ref: nameless(ref) if ref in self else ref)
