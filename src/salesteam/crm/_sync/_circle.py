"""Notice a source that pages in a circle, or gets no further however often it is tried: neither would ever end."""

from __future__ import annotations

from hashlib import blake2b

import attrs

from salesteam.crm._batch import Batch

__all__ = ["Circle"]


@attrs.define
class Circle:
    """Remembers the pages of a kind, by a hash of each: those of one reading, and those of all its tries."""

    pages: set[bytes] = attrs.Factory(set)
    ever: set[bytes] = attrs.Factory(set)

    def begin(self) -> None:
        """Forget the pages of the reading before."""
        self.pages.clear()

    def closes(self, batch: Batch) -> bool:
        """Whether this very page came before in this reading."""
        if not batch.records:
            return False
        told = _hash(batch, str(batch.cursor))
        if told in self.pages:
            return True
        self.pages.add(told)
        return False

    def further(self, batch: Batch) -> bool:
        """Whether no try came to this page before: what an overlap lets each of them read again does not count."""
        told = _hash(batch, "" if batch.records else str(batch.cursor))
        if told in self.ever:
            return False
        self.ever.add(told)
        return True


def _hash(batch: Batch, more: str) -> bytes:
    told = blake2b(more.encode(), digest_size=16)
    for record in batch.records:
        told.update(f"{record.ref.external_id}\x1f{record.updated_at}\x1f".encode())
    return told.digest()
