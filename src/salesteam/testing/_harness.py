"""What a plugin author supplies: a server with data in it, and ways to change them behind the adapter's back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NoReturn

import pytest

from salesteam.crm import Adapter, Kind, MemoryCRM, Ref
from salesteam.testing._samples import sample

__all__ = ["Harness", "MemoryHarness"]


class Harness(ABC):
    """A server that the contract can change, and an adapter to it.

    Implement the abstract methods for a real server, a fake, or a folder of files.
    Override the other operations that the server has.
    The tests of those that you leave alone are skipped, and say so.

    Examples
    --------
    >>> isinstance(MemoryHarness(), Harness)
    True
    """

    secrets: Sequence[str] = ()
    """Texts that must appear nowhere: put the tokens in here that the adapter was configured with."""

    @abstractmethod
    def adapter(self) -> Adapter:
        """A new adapter to the server."""

    @abstractmethod
    def kinds(self) -> Sequence[Kind]:
        """The kinds that the tests may create; each must be readable."""

    @abstractmethod
    def create(self, kind: Kind, number: int) -> Ref:
        """Create record `number` of a kind, different from all others; return its reference."""

    @abstractmethod
    def touch(self, ref: Ref) -> None:
        """Change a field of a record that the adapter maps."""

    def touch_all(self, kind: Kind) -> None:
        """Change all records of a kind at one instant."""
        self.cannot(f"touch all of kind {kind} at once")

    def delete(self, ref: Ref) -> None:
        """Delete a record."""
        self.cannot(f"delete {ref}")

    def undelete(self, ref: Ref) -> None:
        """Bring a deleted record back."""
        self.cannot(f"undelete {ref}")

    def archive(self, ref: Ref) -> None:
        """Put a record away."""
        self.cannot(f"archive {ref}")

    def merge(self, loser: Ref, survivor: Ref) -> None:
        """Merge one record into another."""
        self.cannot(f"merge {loser} into {survivor}")

    def inject(self, kind: Kind) -> None:
        """Put a row in that cannot become a record."""
        self.cannot(f"hold a bad row of kind {kind}")

    def cannot(self, what: str) -> NoReturn:
        """Skip the running test, because the server behind the harness cannot do this.

        Examples
        --------
        >>> MemoryHarness().cannot("fly")
        Traceback (most recent call last):
        Skipped: MemoryHarness cannot fly
        """
        pytest.skip(f"{type(self).__name__} cannot {what}")


class MemoryHarness(Harness):
    """A harness of the reference CRM in memory; the model for others.

    Examples
    --------
    >>> harness = MemoryHarness()
    >>> str(harness.create("account", 1))
    'memory:account:account-1'
    """

    def __init__(self) -> None:
        self.server = MemoryCRM("memory")

    def adapter(self) -> Adapter:
        """A new adapter to the CRM in memory."""
        return self.server.adapter()

    def kinds(self) -> Sequence[Kind]:
        """Three kinds that stand for all."""
        return ("account", "product", "deal")

    def create(self, kind: Kind, number: int) -> Ref:
        """A sample record of the kind."""
        return self.server.create(sample(kind, number, source=self.server.source)).ref

    def touch(self, ref: Ref) -> None:
        """Change its name."""
        self.server.touch(ref)

    def touch_all(self, kind: Kind) -> None:
        """Change all names at one instant."""
        self.server.touch_all(kind)

    def delete(self, ref: Ref) -> None:
        """Leave a tombstone."""
        self.server.delete(ref)

    def undelete(self, ref: Ref) -> None:
        """Take the tombstone away."""
        self.server.undelete(ref)

    def archive(self, ref: Ref) -> None:
        """Mark it as put away."""
        self.server.archive(ref)

    def merge(self, loser: Ref, survivor: Ref) -> None:
        """Leave a redirect."""
        self.server.merge(loser, survivor)
