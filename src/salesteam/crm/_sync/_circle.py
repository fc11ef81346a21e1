"""Notice a source that pages in a circle, which would never end."""

from __future__ import annotations

from hashlib import blake2b

import attrs

from salesteam.crm._batch import Batch

__all__ = ["Circle"]


@attrs.define
class Circle:
    """Remembers the pages of one reading, by a hash of each."""

    pages: set[bytes] = attrs.Factory(set)

    def begin(self) -> None:
        """Forget the pages of the reading before."""
        self.pages.clear()

    def closes(self, batch: Batch) -> bool:
        """Whether this very page came before in this reading."""
        if not batch.records:
            return False
        told = blake2b(str(batch.cursor).encode(), digest_size=16)
        for record in batch.records:
            told.update(f"{record.ref.external_id}\x1f{record.updated_at}\x1f".encode())
        if told.digest() in self.pages:
            return True
        self.pages.add(told.digest())
        return False
